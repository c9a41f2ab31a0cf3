"""One server for a graph: the SPARQL protocol and pages to look at; `policykg serve` starts it.

    supervisor ──┬── web process ── event loop ─┬─ lookups, answered at once
                 │                              └─ a thread for every other query; a runaway one retires its process
                 ├── web process …
                 └── Cypher engine (Java), started by the first Cypher query, shared by all

Every web process reads the current generation and changes to the next one when a build has finished it. No request
leaves the machine: SERVICE and LOAD are refused, the pages load nothing from elsewhere.
"""
