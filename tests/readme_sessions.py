"""The console sessions of the READMEs: reads them, runs them on the samples, writes their output anew.

A session is a `$ policykg …` line of a console block (`> ` goes on with it) and the output below it, up to the next
`$`. An output whose last line is `...` shows only the beginning. `make readme` runs this module, which puts the real
output of every command into both READMEs, as many lines as were shown before where they ended in `...`.
"""

import os
import re
import shlex
import tempfile
from collections.abc import Iterable
from pathlib import Path

from click.testing import CliRunner

from graph.cli import main as policykg

ROOT = Path(__file__).resolve().parents[1]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
WIDTH = "120"
MORE = "..."
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SESSION = re.compile(r"^\$ (policykg .*(?:\n> .*)*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def read_sessions(readme: str) -> list[tuple[str, str]]:
    """Return the commands of *readme* in order, each with the output shown."""
    return [match for block in _BLOCK.findall(readme) for match in _SESSION.findall(block)]


def run_sessions(commands: Iterable[str], folder: Path) -> dict[str, tuple[int, str]]:
    """Run *commands* one after the other in *folder*, beside the samples; return exit status and output of each."""
    (folder / "samples").symlink_to(ROOT / "samples", target_is_directory=True)
    before, results = Path.cwd(), {}
    os.chdir(folder)
    try:
        for command in commands:
            words = shlex.split(command.replace("\n> ", "\n"))[1:]
            result = CliRunner(env={"COLUMNS": WIDTH}).invoke(policykg, words)
            results[command] = (result.exit_code, result.output)
    finally:
        os.chdir(before)
    return results


def as_shown(output: str, shown: str) -> str:
    """Return *output* cut as *shown* is: whole, or its first lines and `...`."""
    lines, wanted = output.rstrip("\n").splitlines(), shown.splitlines()
    if wanted and wanted[-1] == MORE:
        lines = [*lines[: len(wanted) - 1], MORE]
    return "\n".join(lines) + "\n"


def renew(readme: str, results: dict[str, tuple[int, str]]) -> str:
    """Return *readme* with the output of its sessions replaced by that of *results*."""

    def session(match: re.Match[str]) -> str:
        return f"$ {match[1]}\n{as_shown(results[match[1]][1], match[2])}"

    return _BLOCK.sub(lambda block: _SESSION.sub(session, block[0]), readme)


def main() -> None:
    """Write the READMEs anew."""
    texts = {path: path.read_text(encoding="utf-8") for path in READMES}
    commands = dict.fromkeys(command for text in texts.values() for command, _ in read_sessions(text))
    with tempfile.TemporaryDirectory() as folder:
        results = run_sessions(commands, Path(folder))
    for path, text in texts.items():
        path.write_text(renew(text, results), encoding="utf-8")


if __name__ == "__main__":
    main()
