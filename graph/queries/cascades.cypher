// Which tasks of a level take up which of the level above; the first quote is the lower task's, the second the higher one's.
MATCH (lower:TaskStatement)<-[:SUBJECT]-(c:Claim)-[:OBJECT]->(higher:TaskStatement)
WHERE c.predicate = 'cascadesFrom' AND c.status <> 'rejected'
MATCH (lower)-[:AREA]->(a), (higher)-[:AREA]->(b)
WHERE $area IS NULL OR a.iri = $area OR b.iri = $area
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence {number: 0})-[:IN_DOCUMENT]->(d:Document)
MATCH (c)-[:HAS_EVIDENCE]->(e2:Evidence {number: 1})-[:IN_DOCUMENT]->(d2:Document)
RETURN DISTINCT higher.title AS city_task, lower.title AS district_task, c.confidence AS confidence,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote,
       d2.notation AS document_2, e2.start AS start_2, e2.end AS end_2, e2.quote AS quote_2
