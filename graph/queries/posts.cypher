// Who was seen in which post, and when.
MATCH (p:Person)<-[:PERSON]-(m:Membership)<-[:SUBJECT]-(c:Claim)
WHERE ($person IS NULL OR p.iri = $person) AND c.predicate = 'seen' AND c.status <> 'rejected'
OPTIONAL MATCH (m)-[:BODY]->(b)
WITH p, m, c, b WHERE $body IS NULL OR b.iri = $body
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
RETURN DISTINCT p.name AS person, b.name AS body, m.post AS post, c.value AS seen,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote
