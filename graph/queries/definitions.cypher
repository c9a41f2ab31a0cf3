// All definitions that a document gives, in footnotes and in the text.
MATCH (c:Claim)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
WHERE c.predicate = 'definition' AND c.status <> 'rejected' AND ($document IS NULL OR d.iri = $document)
RETURN DISTINCT c.words AS term, c.value AS definition,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote
