"""The pages in docs, run: files are written, edits made, commands and Python run, in the order of the page.

    ```console            $ policykg …, $ python -m …; the output below each, `...` for the rest of it
    ```python             run at the end, all such blocks of the page as one program
    ```KIND title="FILE"  written to that file; with " (add)" behind its name put at its end
    ```diff title="FILE"  the lines with + are put in behind those before them, once for each paragraph
    ```sh                 what a reader types elsewhere: the target, extra, option or module must exist
    ```json               an assistant's settings: the command must exist
    ```text               shown, not run

A page that writes into the rooms of the project runs on a copy of it. `make readme` puts the real output of every
command into the pages, as into the READMEs.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from graph.cli import main as policykg
from tests.readme_sessions import ROOT, WIDTH, as_shown

PAGES = sorted(ROOT.glob("docs/*.md"))
ENGLISH = [page for page in PAGES if not page.stem.endswith(".zh")]
ROOMS = ("ontology", "extractors", "graph")
_BLOCK = re.compile(r'^```([a-z]+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
_SESSION = re.compile(r"^\$ (.+(?:\n> .*)*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_ADD = " (add)"
_PROGRAM = """#!{python}
import sys

sys.path.insert(0, {root!r})
from graph.cli import main

if __name__ == "__main__":
    main()
"""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of code: its kind, the file that it is to be, its text, and where the text begins in the page."""

    kind: str
    title: str
    text: str
    start: int

    @property
    def sessions(self) -> Iterator["Session"]:
        """Yield the commands of a console block."""
        if self.kind == "console":
            for match in _SESSION.finditer(self.text):
                yield Session(match[1], match[2], self.start + match.start(2))


@dataclass(frozen=True, slots=True)
class Session:
    """A command, the output shown below it, and where that begins in the page."""

    command: str
    shown: str
    start: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a command: exit status and output, and what of it was shown."""

    command: str
    shown: str
    status: int
    output: str


def read_blocks(page: str) -> list[Block]:
    """Return the blocks of code of *page* in order."""
    return [Block(match[1], match[2] or "", match[3], match.start(3)) for match in _BLOCK.finditer(page)]


def run_page(page: str, folder: Path) -> list[Outcome]:
    """Run *page* in the empty *folder*; return what came of every command, and at the end of its Python, if any."""
    blocks = read_blocks(page)
    place = _Place(folder, any(block.title.split("/")[0] in ROOMS for block in blocks))
    outcomes = []
    for block in blocks:
        if block.title:
            place.write(block)
        outcomes += [Outcome(each.command, each.shown, *place.run(each.command)) for each in block.sessions]
    program = "\n".join(block.text for block in blocks if block.kind == "python" and not block.title)
    if program:
        (folder / "program.py").write_text(program, encoding="utf-8")
        status, output = place.run("python -W error program.py")
        outcomes.append(Outcome("program.py", output, status, output))
    return outcomes


class _Place:
    """The folder in which a page runs: beside the samples, or a copy of the project where the page changes it."""

    def __init__(self, folder: Path, is_copy: bool) -> None:
        self.folder = folder
        self.is_copy = is_copy
        if is_copy:
            for room in ROOMS:
                shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__", "weights"))
            weights = Path("extractors/recognisers/weights")
            (folder / weights).symlink_to(ROOT / weights, target_is_directory=True)
        (folder / "samples").symlink_to(ROOT / "samples", target_is_directory=True)
        program = folder / "bin" / "policykg"
        program.parent.mkdir()
        program.write_text(_PROGRAM.format(python=sys.executable, root=str(self.root)), encoding="utf-8")
        program.chmod(0o755)

    @property
    def root(self) -> Path:
        """The project that runs."""
        return self.folder if self.is_copy else ROOT

    def write(self, block: Block) -> None:
        """Make the file of *block* what the page says."""
        path = self.folder / block.title.removesuffix(_ADD)
        path.parent.mkdir(parents=True, exist_ok=True)
        text = block.text
        if block.kind == "diff":
            text = edited(path.read_text(encoding="utf-8"), block.text)
        elif block.title.endswith(_ADD):
            between = "\n" if path.suffix == ".ttl" else ""
            text = path.read_text(encoding="utf-8") + between + block.text
        path.write_text(text, encoding="utf-8")

    def run(self, command: str) -> tuple[int, str]:
        """Return exit status and output of *command*, in this process where its own code is meant."""
        program, *words = shlex.split(command.replace("\n> ", "\n"))
        if program == "policykg" and not self.is_copy:
            return self._run_here(words)
        if program not in ("policykg", "python"):
            raise ValueError(f"a page may run policykg and python, not {program}")
        first = [sys.executable] if program == "python" else [str(self.folder / "bin" / program)]
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path, "PYTHONPATH": str(self.root), "COLUMNS": WIDTH, "MPLBACKEND": "agg"}
        done = subprocess.run(
            [*first, *words], cwd=self.folder, env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        return done.returncode, done.stdout + (done.stderr if done.returncode else "")

    def _run_here(self, words: list[str]) -> tuple[int, str]:
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            result = CliRunner(env={"COLUMNS": WIDTH}).invoke(policykg, words)
        finally:
            os.chdir(before)
        return result.exit_code, result.output


def edited(text: str, diff: str) -> str:
    """Return *text* with the additions of *diff* made; raises ValueError where its context is not there just once."""
    for part in diff.split("\n\n"):
        lines = part.strip("\n").split("\n")
        before = "".join(f"{line[1:]}\n" for line in lines if line.startswith(" "))
        after = "".join(f"{line[1:]}\n" for line in lines)
        if text.count(before) != 1:
            raise ValueError(f"this does not stand just once in the file: {before!r}")
        text = text.replace(before, after)
    return text


def renewed(page: str, outcomes: Iterable[Outcome]) -> str:
    """Return *page* with the output of its commands replaced by that of *outcomes*, which are in the same order."""
    sessions = [session for block in read_blocks(page) for session in block.sessions]
    for session, outcome in reversed(list(zip(sessions, outcomes, strict=False))):
        output = as_shown(outcome.output, session.shown).lstrip("\n")
        page = page[: session.start] + output + page[session.start + len(session.shown) :]
    return page


def translation_of(path: Path) -> Path:
    """Return where the Chinese of the English page *path* lies, if there is one."""
    return path.with_suffix(".zh.md")


def renew_pages() -> None:
    """Write the pages anew; a translation shows the same code, and so the same output."""
    for path in ENGLISH:
        with tempfile.TemporaryDirectory() as folder:
            outcomes = run_page(path.read_text(encoding="utf-8"), Path(folder))
        for page in filter(Path.exists, (path, translation_of(path))):
            page.write_text(renewed(page.read_text(encoding="utf-8"), outcomes), encoding="utf-8")


if __name__ == "__main__":
    renew_pages()
