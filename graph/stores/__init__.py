"""The engines that answer: pyoxigraph for SPARQL, ArcadeDB (and Neo4j) over Bolt for Cypher."""
