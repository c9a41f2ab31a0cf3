"""Claims, graphs, questions: the store, its two projections, the ways to ask. `open_graph(folder)` opens one."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph.opened import KnowledgeGraph


def open_graph(folder: str | Path) -> "KnowledgeGraph":
    """Open the graph in *folder* for reading; raises BrokenGraph where there is none."""
    from graph.opened import KnowledgeGraph

    return KnowledgeGraph(Path(folder))


__all__ = ["open_graph"]
