// Projects that stand in two or more lists or documents, with what each says of them.
MATCH (p:Project)<-[:PROJECT]-(any:ProjectListing)
WITH p, count(DISTINCT any) AS lists
WHERE lists > 1
MATCH (p)<-[:OBJECT]-(c:Claim)-[:SUBJECT]->(l:ProjectListing)
WHERE c.predicate = 'project' AND c.status <> 'rejected'
MATCH (c)-[:HAS_EVIDENCE]->(e:Evidence)-[:IN_DOCUMENT]->(d:Document)
RETURN DISTINCT p.name AS project, l.listName AS list, l.listingYear AS year, l.listingStatus AS status,
       d.notation AS document, e.start AS start, e.end AS end, e.quote AS quote
