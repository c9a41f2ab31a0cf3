// Strategy by year with the number of tasks that advance it; the quote is that of the first of them.
MATCH (s:Strategy)<-[:OBJECT]-(c:Claim)-[:SUBJECT]->(t:TaskStatement)-[:AREA]->(a)
WHERE c.predicate = 'advances' AND c.status <> 'rejected' AND ($area IS NULL OR a.iri = $area)
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
WITH s, c.year AS year, t, d, e, d.notation + ' ' + right('000000000' + toString(e.start), 9) AS key
WITH s, year, count(DISTINCT t) AS tasks, min(key) AS first, collect([key, d.notation, e.start, e.end, e.quote]) AS places
UNWIND places AS place
WITH s, year, tasks, first, place
WHERE place[0] = first
RETURN DISTINCT s.name AS strategy, year AS year, tasks AS tasks,
       place[1] AS document, place[2] AS start, place[3] AS end, place[4] AS quote
