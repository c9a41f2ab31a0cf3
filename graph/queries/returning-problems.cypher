// Problems that a document names and tasks of a later year take up; the first quote is the problem's, the second the task's.
MATCH (t:TaskStatement)<-[:SUBJECT]-(c:Claim)-[:OBJECT]->(p:Problem)
WHERE c.predicate = 'respondsTo' AND c.status <> 'rejected'
MATCH (p)<-[:OBJECT]-(n:Claim)-[:SUBJECT]->(a)
WHERE n.predicate = 'namedProblem' AND ($area IS NULL OR a.iri = $area)
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence {number: 0})-[:IN_DOCUMENT]->(d:Document)
MATCH (c)-[:HAS_EVIDENCE]->(e2:Evidence {number: 1})-[:IN_DOCUMENT]->(d2:Document)
RETURN DISTINCT p.name AS problem, n.year AS year, t.title AS task, t.governs AS task_year, c.confidence AS confidence,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote,
       d2.notation AS document_2, e2.start AS start_2, e2.end AS end_2, e2.quote AS quote_2
