// The chain of tasks that advance a strategy, whatever it is called there.
MATCH (s:Strategy)<-[:OBJECT]-(c:Claim)-[:SUBJECT]->(t:TaskStatement)
WHERE ($strategy IS NULL OR s.iri = $strategy) AND c.predicate = 'advances' AND c.status <> 'rejected'
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
OPTIONAL MATCH (t)-[:AREA]->(a)
RETURN DISTINCT c.year AS year, c.mode AS mode, a.name AS area, t.title AS task, c.words AS alias,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote
