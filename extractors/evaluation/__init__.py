"""How well the pipeline reads: gold that a person marked, scores, errors by cause, a page to read them in.

    gold (JSON lines or inline markup) ─► judge: gold and found mentions of each document
                                          ├─► scoring: precision, recall, F1, exact and relaxed, by type and by genre
                                          ├─► causes: boundary, type, type and boundary, missed, spurious
                                          └─► report (table, JSON) and page (HTML)

Offsets are raw: 0-based Unicode code points of the document's text, end exclusive.
"""
