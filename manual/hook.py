"""The hook by which mkdocs gets the generated pages: a folder of those in `docs/` and of those generated."""

import shutil
import sys
from functools import cache
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # mkdocs loads a hook by its path alone

from manual.commands import commands_page  # noqa: E402
from manual.languages import LANGUAGES  # noqa: E402
from manual.model import model_page  # noqa: E402
from manual.questions import questions_page  # noqa: E402

_PAGES = {"questions": questions_page, "model": model_page, "commands": commands_page}
_TOGETHER = ROOT / "build" / "manual"


@event_priority(100)  # before the languages are told apart
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Let the site be built of the pages in `docs/` and the generated ones; called once for every language."""
    if config.docs_dir == str(_TOGETHER):
        return config
    shutil.rmtree(_TOGETHER, ignore_errors=True)
    shutil.copytree(config.docs_dir, _TOGETHER)
    for name, text in _generated():
        (_TOGETHER / name).write_text(text, encoding="utf-8")
    config.docs_dir = str(_TOGETHER)
    return config


@cache  # `mkdocs serve` asks at every change
def _generated() -> tuple[tuple[str, str], ...]:
    suffixes = {language: "" if language == LANGUAGES[0] else f".{language}" for language in LANGUAGES}
    return tuple(
        (f"{name}{suffixes[language]}.md", page(language)) for name, page in _PAGES.items() for language in LANGUAGES
    )
