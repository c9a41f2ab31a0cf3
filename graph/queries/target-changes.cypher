// Targets of one plan year against those of the next one that the graph knows; new and dropped mean: not stated in the other.
MATCH (o:Observation)<-[:OBJECT]-(c:Claim)-[:SUBJECT]->(n:Observation)-[:AREA]->(a)
WHERE c.predicate IN ['raises', 'lowers', 'keeps', 'restates'] AND c.status <> 'rejected'
  AND ($area IS NULL OR a.iri = $area) AND ($from IS NULL OR o.period = $from) AND ($to IS NULL OR n.period = $to)
MATCH (n)-[:INDICATOR]->(i:Indicator)
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence {number: 0})-[:IN_DOCUMENT]->(d:Document)
MATCH (c)-[:HAS_EVIDENCE]->(e2:Evidence {number: 1})-[:IN_DOCUMENT]->(d2:Document)
RETURN DISTINCT i.name AS indicator, o.valueText AS before, n.valueText AS after,
       CASE c.predicate WHEN 'raises' THEN 'raised' WHEN 'lowers' THEN 'lowered' WHEN 'keeps' THEN 'same'
                        ELSE 'not comparable' END AS change,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote,
       d2.notation AS document_2, e2.start AS start_2, e2.end AS end_2, e2.quote AS quote_2
UNION
MATCH (c:Claim)-[:SUBJECT]->(o:Observation)-[:AREA]->(a)
WHERE c.predicate = 'notStatedIn' AND c.status <> 'rejected' AND ($area IS NULL OR a.iri = $area)
  AND CASE WHEN o.period < c.value THEN ($from IS NULL OR o.period = $from) AND ($to IS NULL OR c.value = $to)
           ELSE ($from IS NULL OR c.value = $from) AND ($to IS NULL OR o.period = $to) END
MATCH (o)-[:INDICATOR]->(i:Indicator)
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
RETURN DISTINCT i.name AS indicator, CASE WHEN o.period < c.value THEN o.valueText END AS before,
       CASE WHEN o.period > c.value THEN o.valueText END AS after,
       CASE WHEN o.period < c.value THEN 'dropped' ELSE 'new' END AS change,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote,
       null AS document_2, null AS start_2, null AS end_2, null AS quote_2
