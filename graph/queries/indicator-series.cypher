// One indicator over the years, from all sources.
MATCH (i:Indicator)<-[:INDICATOR]-(o:Observation)-[:AREA]->(a)
WHERE ($indicator IS NULL OR i.iri = $indicator) AND ($area IS NULL OR a.iri = $area)
MATCH (o)<-[:SUBJECT]-(c:Claim)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
WHERE c.predicate = 'valueText' AND c.status <> 'rejected'
RETURN DISTINCT o.period AS year, o.valueRole AS role, o.value AS value, o.comparator AS comparator, o.unit AS unit,
       c.value AS words, d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote
