// Values of one indicator, area, year and role that cannot both hold, and names that mean two things.
MATCH (b:Observation)<-[:OBJECT]-(c:Claim)-[:SUBJECT]->(o:Observation)-[:AREA]->(a)
WHERE c.predicate = 'conflictsWith' AND c.status <> 'rejected'
MATCH (o)-[:INDICATOR]->(i:Indicator)
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence {number: 0})-[:IN_DOCUMENT]->(d:Document)
MATCH (c)-[:HAS_EVIDENCE]->(e2:Evidence {number: 1})-[:IN_DOCUMENT]->(d2:Document)
RETURN DISTINCT a.name + ' ' + toString(o.period) + ' ' + i.name AS subject, o.valueRole AS property,
       o.valueText AS value, b.valueText AS value_2,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote,
       d2.notation AS document_2, e2.start AS start_2, e2.end AS end_2, e2.quote AS quote_2
UNION
MATCH (b)<-[:OBJECT]-(c:Claim)-[:SUBJECT]->(o)
WHERE c.predicate = 'homonymOf' AND c.status <> 'rejected'
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence {number: 0})-[:IN_DOCUMENT]->(d:Document)
OPTIONAL MATCH (c)-[:HAS_EVIDENCE]->(e2:Evidence {number: 1})-[:IN_DOCUMENT]->(d2:Document)
RETURN DISTINCT c.words AS subject, 'name' AS property, o.iri AS value, b.iri AS value_2,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote,
       d2.notation AS document_2, e2.start AS start_2, e2.end AS end_2, e2.quote AS quote_2
