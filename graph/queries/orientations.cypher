// The 工作导向 of an area by year, in their order.
MATCH (a:Area)<-[:SUBJECT]-(c:Claim)-[:OBJECT]->(o:Orientation)
WHERE ($area IS NULL OR a.iri = $area) AND c.predicate = 'hasOrientation' AND c.status <> 'rejected'
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
RETURN DISTINCT c.year AS year, o.name AS orientation, c.ordinal AS ordinal,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote
