// What a coded name is made of; asserted by a definition, or inferred from headings.
MATCH (p:Programme)<-[:SUBJECT]-(c:Claim)-[:OBJECT]->(k:CodeComponent)
WHERE ($code IS NULL OR p.iri = $code) AND c.predicate = 'hasComponent' AND c.status <> 'rejected'
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
UNWIND CASE WHEN k.member IS NULL THEN [null] ELSE k.member END AS member
RETURN DISTINCT k.position AS position, k.count AS count, k.label AS label, member, c.status AS status,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote
