// Targets of a year that the outcome did not reach; the first quote is the target's, the second the outcome's.
MATCH (r:Observation)-[:MISSES]->(t:Observation)-[:AREA]->(a)
WHERE ($area IS NULL OR a.iri = $area) AND ($year IS NULL OR t.period = $year)
MATCH (t)-[:INDICATOR]->(i:Indicator)
MATCH (t)<-[:SUBJECT]-(c:Claim)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
WHERE c.predicate = 'valueText'
MATCH (r)<-[:SUBJECT]-(c2:Claim)-[:HAS_EVIDENCE]->(e2:Evidence)-[:IN_DOCUMENT]->(d2:Document)
WHERE c2.predicate = 'valueText'
RETURN DISTINCT i.name AS indicator, c.value AS target, c2.value AS value, t.unit AS unit,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote,
       d2.notation AS document_2, e2.start AS start_2, e2.end AS end_2, e2.quote AS quote_2
