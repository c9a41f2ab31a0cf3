"""The page of the command line: what every command says of itself, and in Chinese the words of the Chinese README."""

import re
from collections.abc import Iterator
from pathlib import Path

import click

from graph.cli import main as policykg
from manual.languages import Words, code, word

_README_ZH = Path(__file__).resolve().parents[1] / "README.zh-CN.md"
_WIDTH = 100
_WORDS: Words = {
    "title": ("The command line", "命令行"),
    "head": (
        "Errors are one line on standard error with the remedy. Exit status: 0 all well, 1 a document failed or "
        "our error, 2 wrong use. What "
        "follows is what `--help` prints.",
        "出错时标准错误只有一行，并说明如何处理。退出码：0 正常，1 有文件读不了或程序出错，2 用法有误。以下为各命"
        "令 `--help` 的原文。",
    ),
}


def commands_page(language: str) -> str:
    """Return the page in *language*."""
    parts = [f"# {word(_WORDS, 'title', language)}\n", f"{word(_WORDS, 'head', language)}\n"]
    for name, command in _all(policykg, "policykg"):
        parts.append(f"{'##' if name.count(' ') < 2 else '###'} {name}\n")
        chinese = _in_chinese().get(name, "") if language == "zh" else ""
        parts += [f"{chinese}\n"] if chinese else []
        parts.append(code(_help(name, command), "text"))
    return "\n".join(parts)


def _all(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Yield a command and those below it, each with its full name."""
    yield name, command
    if isinstance(command, click.Group):
        for below in command.list_commands(click.Context(command)):
            found = command.get_command(click.Context(command), below)
            assert found is not None
            yield from _all(found, f"{name} {below}")


def _help(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=name, max_content_width=_WIDTH, terminal_width=_WIDTH)
    return command.get_help(context)


def _in_chinese() -> dict[str, str]:
    """Return what the table of the Chinese README says of each command, without its links."""
    rows = re.findall(
        r"^\| `(policykg [a-z-]+)[^`]*` \| (.*?) \|$", _README_ZH.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {name: re.sub(r"（\[.*?\)）", "", words) for name, words in rows}
