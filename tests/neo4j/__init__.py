"""The lane of real Neo4j servers: `make test-neo4j` fetches them and runs it; elsewhere its tests skip."""
