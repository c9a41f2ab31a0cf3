"""What the pages say, in Chinese and English, and which of the two a visitor reads."""

import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from ontology.errors import WrongUse
from ontology.schema import code_label, label

LANGUAGES = ("zh", "en")
Words = Callable[..., str]


def words_in(language: str) -> Words:
    """Return the function that gives the words called `section.name` in *language*, what is in braces filled in."""
    place = LANGUAGES.index(language)

    def words(name: str, /, **filled: object) -> str:
        text = _table()[name][place]
        return text.format(**filled) if filled else text

    return words


def term(name: str, language: str) -> str:
    """Return the label of a class or property in *language*, else the name itself."""
    try:
        return label(name, language)
    except WrongUse:
        return name


def code(scheme: str, name: str, language: str) -> str:
    """Return the label of a code in *language*, else the code itself."""
    try:
        return code_label(scheme, name, language)
    except WrongUse:
        return name


def choose_language(asked: str, remembered: str, accepted: str) -> str:
    """Return the language of a page: the one *asked* for, else *remembered*, else the first that a browser accepts."""
    for wanted in (asked, remembered):
        if wanted in LANGUAGES:
            return wanted
    for part in accepted.lower().split(","):
        language = part.partition(";")[0].strip()[:2]
        if language in LANGUAGES:
            return language
    return LANGUAGES[0]


@cache
def _table() -> dict[str, tuple[str, str]]:
    content = tomllib.loads((files("graph.service") / "words.toml").read_text(encoding="utf-8"))
    return {f"{section}.{name}": tuple(pair) for section, names in content.items() for name, pair in names.items()}
