"""Agendas written for the tests: tasks with titles and words, as a claims store holds them after reading."""

from collections.abc import Sequence
from pathlib import Path

from extractors.reading import read_document
from graph.claims import ClaimsStore
from graph.lineage.facts import Facts

Task = tuple[str, str]
NUMBERS = "一二三四五六七八九十"


FACTORIES: Task = (
    "做强先进制造",
    "培育装备制造集群，支持企业技术改造，新增智能工厂三十家。发展半导体材料，建设镁基新材料基地。开展零部件配套对接，扩大首台套应用。",
)
RESEARCH: Task = (
    "强化科技创新",
    "建设省级实验室，组建创新联合体，攻关关键核心技术。引进高层次人才，扩大研发投入，培育高新技术企业。推动高校成果转化落地。",
)
VILLAGES: Task = (
    "推进乡村振兴",
    "新建高标准农田八万亩，稳定粮食面积。发展茶叶和油茶，培育家庭农场。整治村庄环境，改造农村厕所，修通农村公路。",
)
SCHOOLS: Task = (
    "改善人民生活",
    "新建幼儿园和小学，增加义务教育学位。扩建人民医院，推进医保异地结算。发放养老补贴，建设社区食堂，办好职业培训。",
)
RIVERS: Task = (
    "建设美丽山水",
    "整治河道污染，修复湿地，关停排污口。推进垃圾分类，扩建污水厂。植树造林，保护候鸟，巩固禁渔成果。",
)


def report(area: str, year: int, tasks: Sequence[Task], past: str = "过去一年，各项工作平稳推进。") -> str:
    """Return a government work report of *area* that plans *tasks* for *year* behind the look back *past*."""
    head = f"{area}人民政府工作报告\n\n——{year}年1月12日在{area}人民代表大会上\n\n各位代表：\n\n"
    middle = f"一、{year - 1}年工作回顾\n\n{past}\n\n二、{year}年重点工作\n\n今年要抓好以下工作。\n\n"
    body = "".join(f"（{NUMBERS[place]}）{title}。{words}\n\n" for place, (title, words) in enumerate(tasks))
    return head + middle + body


def facts_of(folder: Path, reports: Sequence[tuple[str, int, Sequence[Task]]], past: str = "") -> Facts:
    """Return the facts of *reports* (area, year, tasks), read by the rules; all look back in the words *past*."""
    store = ClaimsStore.create(folder / "claims.sqlite")
    for area, year, tasks in reports:
        path = folder / f"{area}-{year}.txt"
        path.write_text(report(area, year, tasks, past) if past else report(area, year, tasks), encoding="utf-8")
        store.put(read_document(path, "rules"), "rules")
    return Facts(store)
