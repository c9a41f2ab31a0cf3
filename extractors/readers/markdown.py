"""Markdown files: headings, lists with their numbers, tables, footnotes `[^1]`; emphasis marks and addresses go.

CommonMark with tables and footnotes, rendered by markdown-it and read as a page. A line break inside a paragraph is
kept as one, since many Chinese authors write a paragraph a line without blank lines in between.
"""

import re

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from extractors.readers.markup import parse_page, read_parts
from extractors.readers.raw_text import write_raw
from extractors.readers.text import decode

_STRONG = re.compile(r"\*{2,3}([^*\n]+?)\*{2,3}")  # CommonMark sees no emphasis that ends in 。 within a line


def read_markdown(content: bytes, name: str) -> str:
    """Return the raw text of the Markdown file with the bytes *content*. Raises UnreadableDocument, citing *name*."""
    parser = MarkdownIt("commonmark", {"breaks": True}).enable(["table", "strikethrough"])
    page = parser.use(footnote_plugin).use(front_matter_plugin).render(decode(content, name))
    page = _STRONG.sub(r"\1", page)
    return write_raw(*read_parts(parse_page(page, name)))
