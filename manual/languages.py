"""The two languages of the site, and Markdown that is the same in both."""

from collections.abc import Iterable, Mapping, Sequence

LANGUAGES = ("en", "zh")
"""The first is the default: its pages have no suffix."""

Words = Mapping[str, tuple[str, str]]


def word(words: Words, key: str, language: str) -> str:
    """Return what *key* is called in *language*."""
    return words[key][LANGUAGES.index(language)]


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; what would end a cell is escaped."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def code(text: str, kind: str) -> str:
    """Return a block of code; *text* holds no line of three backticks."""
    return f"```{kind}\n{text.rstrip()}\n```\n"


def folded(title: str, block: str) -> str:
    """Return *block* folded under its title."""
    indented = "".join(f"    {line}" if line.strip() else line for line in block.splitlines(keepends=True))
    return f'??? note "{title}"\n\n{indented}\n'
