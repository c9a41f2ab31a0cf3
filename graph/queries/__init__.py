"""The named questions, each as a pair of files: `NAME.rq` (SPARQL) and `NAME.cypher`."""
