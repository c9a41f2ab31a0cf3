// A year's tasks and sub-tasks with the strategies that they advance.
MATCH (a)<-[:AREA]-(t:TaskStatement)<-[:SUBJECT]-(c:Claim)
WHERE ($area IS NULL OR a.iri = $area) AND ($year IS NULL OR t.governs = $year) AND t.taskMode = 'plan' AND c.predicate = 'title' AND c.status <> 'rejected'
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
OPTIONAL MATCH (t)-[:PART_OF]->(p:TaskStatement)
OPTIONAL MATCH (t)-[:ADVANCES]->(s:Strategy)
RETURN t.ordinal AS ordinal, t.title AS task, p.title AS parent, collect(DISTINCT s.name) AS strategy,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote
