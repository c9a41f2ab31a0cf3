"""Claims, graphs, questions: the store, its two projections, and the ways to ask them. `open_graph(folder)` opens one."""

from graph.opened import KnowledgeGraph, open_graph

__all__ = ["KnowledgeGraph", "open_graph"]
