// Which task goes on with which, from agenda to agenda; the first quote is the later task's, the second the earlier one's.
MATCH (one:TaskStatement)<-[:SUBJECT]-(c:Claim)-[:OBJECT]->(other:TaskStatement)
WHERE c.predicate IN ['continues', 'renames', 'splitsFrom', 'mergesInto'] AND c.status <> 'rejected'
WITH c, CASE WHEN c.predicate = 'mergesInto' THEN other ELSE one END AS later,
     CASE WHEN c.predicate = 'mergesInto' THEN one ELSE other END AS earlier
MATCH (later)-[:AREA]->(a)
WHERE ($area IS NULL OR a.iri = $area) AND ($from IS NULL OR earlier.governs >= $from) AND ($to IS NULL OR later.governs <= $to)
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence {number: 0})-[:IN_DOCUMENT]->(d:Document)
MATCH (c)-[:HAS_EVIDENCE]->(e2:Evidence {number: 1})-[:IN_DOCUMENT]->(d2:Document)
RETURN DISTINCT later.title AS task, later.governs AS year, earlier.title AS earlier_task, earlier.governs AS earlier_year,
       CASE c.predicate WHEN 'splitsFrom' THEN 'splits' WHEN 'mergesInto' THEN 'merges' ELSE c.predicate END AS kind,
       c.confidence AS confidence,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote,
       d2.notation AS document_2, e2.start AS start_2, e2.end AS end_2, e2.quote AS quote_2
