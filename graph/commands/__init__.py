"""The commands of `policykg`, one module a topic; `graph.cli` puts them together."""
