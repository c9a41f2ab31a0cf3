// Every mention of a programme in the running text, with the year it speaks of.
MATCH (p:Programme)<-[:OBJECT]-(c:Claim)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
WHERE ($code IS NULL OR p.iri = $code) AND c.predicate = 'mentions' AND c.status <> 'rejected' AND c.year IS NOT NULL AND c.mode IS NOT NULL
RETURN DISTINCT c.year AS year, c.mode AS mode, c.words AS words,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote
