"""What stands at the edges of a name without being of it: quotation marks, book-title marks, blanks.

The guidelines of annotation leave them out of account, so two ranges that differ only there are one.
"""

_EDGE = frozenset(" \t\r\n\u3000“”‘’「」『』《》\"'")


def bare_range(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range *start*, *end* of *text* without what stands at its edges; empty where nothing else is in it."""
    while start < end and text[start] in _EDGE:
        start += 1
    while start < end and text[end - 1] in _EDGE:
        end -= 1
    return start, end
