"""Agendas written for the tests: tasks with titles and words, as a claims store holds them after reading."""

from collections.abc import Sequence
from pathlib import Path

from extractors.reading import read_document
from graph.claims import ClaimsStore
from graph.lineage.facts import Facts

Task = tuple[str, str]
NUMBERS = "一二三四五六七八九十"


def report(area: str, year: int, tasks: Sequence[Task]) -> str:
    """Return a government work report of *area* whose plan for *year* has *tasks*, each a title and its words."""
    head = f"{area}人民政府工作报告\n\n——{year}年1月12日在{area}人民代表大会上\n\n各位代表：\n\n"
    past = (
        f"一、{year - 1}年工作回顾\n\n过去一年，各项工作平稳推进。\n\n二、{year}年重点工作\n\n今年要抓好以下工作。\n\n"
    )
    body = "".join(f"（{NUMBERS[place]}）{title}。{words}\n\n" for place, (title, words) in enumerate(tasks))
    return head + past + body


def facts_of(folder: Path, reports: Sequence[tuple[str, int, Sequence[Task]]]) -> Facts:
    """Return the facts of *reports* (area, year, tasks), read by the rules."""
    store = ClaimsStore.create(folder / "claims.sqlite")
    for area, year, tasks in reports:
        path = folder / f"{area}-{year}.txt"
        path.write_text(report(area, year, tasks), encoding="utf-8")
        store.put(read_document(path, "rules"), "rules")
    return Facts(store)
