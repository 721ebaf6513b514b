"""docs/规则对照.md: for each clause of the rules the columns, findings, commands and papers that answer it. Used by generate.py."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, get_args

from lzxl.data import data_folder
from lzxl.forms.load import load_catalogue, load_forms, load_vocabularies, read_sound
from lzxl.forms.model import Stage
from lzxl.forms.text import spoken_clause
from lzxl.mail.letter_kinds import KIND_TITLES
from lzxl.papers.kinds import paper_kinds

_MOST_NAMED = 3
# What the common renderers leave out of the anchor that a heading makes.
_NOT_IN_ANCHORS = r"[^\w\- ]"
_WRITTEN_BY = {
    "公示公告": "publish",
    **{paper.title: "papers" for paper in paper_kinds() if paper.asked},
    **{paper.title: "report" for paper in paper_kinds() if paper.on == "reported"},
}
_STAGES = get_args(Stage)


@dataclass(frozen=True)
class Answer:
    """All that answers one clause. `parts`: the clauses that it is divided into, whose columns and findings are its own too."""

    clause: str
    asks: str
    owes: str
    parts: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    """(form and sheet, column)."""
    words: tuple[str, ...]
    stages: tuple[tuple[str, str], ...]
    """(stage, form), of the clause that asks for stages."""
    findings: tuple[tuple[str, str], ...]
    """(code, title)."""
    commands: tuple[str, ...]
    papers: tuple[str, ...]
    """Each with how it is made."""


def answers() -> list[Answer]:
    """What answers each clause, in the order of the clauses."""
    folder = data_folder("schemas")
    clauses = read_sound(folder, "clauses.yaml")
    owed = {entry["clause"]: entry for entry in read_sound(folder, "owed.yaml")["owed"]}
    return [_answer(clause, asks, owed[clause], list(clauses)) for clause, asks in clauses.items()]


def _answer(clause: str, asks: str, owed: dict[str, Any], clauses: list[str]) -> Answer:
    parts = tuple(other for other in clauses if other != clause and other.startswith(clause))
    own = {clause, *parts}
    forms = load_forms().values()
    columns = [
        (f"{form.title}·{sheet.title}", field.title)
        for form in forms
        for sheet in form.sheets
        for field in sheet.fields
        if field.clause in own
    ]
    named = tuple(stage for stage in _STAGES if stage in asks)
    return Answer(
        clause,
        asks,
        owed["owes"],
        parts,
        tuple(dict.fromkeys(columns)),
        tuple(one.title for one in load_vocabularies().values() if one.clause in own),
        tuple((form.stage, form.title) for form in forms if form.stage in named) if len(named) > 1 else (),
        tuple((code, rule.title) for code, rule in load_catalogue().rules.items() if rule.basis in own),
        tuple(owed["commands"]),
        (*(_paper(title) for title in owed["papers"]), *(_letter(kind) for kind in owed.get("letters", ()))),
    )


def _paper(title: str) -> str:
    """A paper with how it comes about."""
    if title in _WRITTEN_BY:
        return f"{title}（`lzxl {_WRITTEN_BY[title]}` 写出）"
    if title in {paper.title for paper in paper_kinds()}:
        return f"{title}（`lzxl notices` 编号制作）"
    return f"{title}（办公室起草，登入文号簿）"


def _letter(kind: str) -> str:
    return f"信函“{KIND_TITLES[kind]}”"  # type: ignore[index]


def columns_of(answer: Answer) -> list[str]:
    """What of the forms answers a clause, by sheet; of the clause that asks for stages, the forms of each."""
    if answer.stages:
        by_stage: dict[str, list[str]] = {}
        for stage, form in answer.stages:
            by_stage.setdefault(stage, []).append(form)
        return [f"{stage}：{'、'.join(titles)}" for stage, titles in by_stage.items()]
    by_sheet: dict[str, list[str]] = {}
    for sheet, column in answer.columns:
        by_sheet.setdefault(sheet, []).append(column)
    return [f"{sheet}：{'、'.join(titles)}" for sheet, titles in by_sheet.items()]


def page() -> str:
    """The whole page."""
    found = answers()
    heads = ("条款", "细则的要求", "本产品的办法", "栏目", "问题", "命令", "文书")
    lines = ["| " + " | ".join(heads) + " |", "| " + " | ".join("---" for _ in heads) + " |"]
    lines += ["| " + " | ".join(_cells(answer)) + " |" for answer in found]
    parts = [
        "# 规则对照",
        "本页由 `schemas/` 生成（`python docs/generate.py`），请勿手改。"
        "每一条实施细则在哪些栏目里填、违反了会提示什么问题、用哪条命令办、出什么文书，逐条列出；"
        "下分几款的，各款的栏目和问题也算在内。",
        "\n".join(lines),
    ]
    for answer in found:
        parts += _section(answer)
    return "\n\n".join(parts) + "\n"


def _cells(answer: Answer) -> list[str]:
    count = len(answer.stages) or len(answer.columns)
    what = "张表" if answer.stages else "栏"
    codes = "、".join(f"`{code}`" for code, _ in answer.findings[:_MOST_NAMED])
    more = f"等{len(answer.findings)}种" if len(answer.findings) > _MOST_NAMED else ""
    spoken = spoken_clause(answer.clause)
    return [
        f"[{spoken}](#{re.sub(_NOT_IN_ANCHORS, '', spoken)})",
        answer.asks,
        answer.owes,
        f"{count}{what}",
        codes + more,
        "、".join(f"`lzxl {name}`" for name in answer.commands),
        "、".join(paper.partition("（")[0] if not paper.startswith("信函") else paper for paper in answer.papers),
    ]


def _section(answer: Answer) -> Iterator[str]:
    yield f"## {spoken_clause(answer.clause)}"
    yield f"{answer.asks}。{answer.owes}。"
    lines = [f"- 栏目：{line}" for line in columns_of(answer)]
    if answer.words:
        lines.append(f"- 词表：{'、'.join(answer.words)}")
    lines.append("- 问题：" + "、".join(f"{title}（`{code}`）" for code, title in answer.findings))
    lines.append("- 命令：" + "、".join(f"`lzxl {name}`" for name in answer.commands))
    lines.append("- 文书：" + "、".join(answer.papers))
    yield "\n".join(lines)
