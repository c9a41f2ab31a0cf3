// Everything said of a thing; ← marks what is said of it as the object.
MATCH (n)<-[:SUBJECT]-(c:Claim)
WHERE ($name IS NULL OR n.iri = $name) AND c.status <> 'rejected'
OPTIONAL MATCH (c)-[:OBJECT]->(o)
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
RETURN DISTINCT c.predicate AS relation, coalesce(o.name, c.value) AS other, c.year AS year,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote
UNION
MATCH (n)<-[:OBJECT]-(c:Claim)-[:SUBJECT]->(s)
WHERE ($name IS NULL OR n.iri = $name) AND c.status <> 'rejected'
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
RETURN DISTINCT '←' + c.predicate AS relation, s.name AS other, c.year AS year,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote
