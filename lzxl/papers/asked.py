"""Papers that are made whenever somebody asks: one page for each person of a unit, or for each of its powers, in one file a unit.

They have no number and are in no record; made again, they replace what was there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lzxl.campaign.folder import safe_name
from lzxl.campaign.places import LETTERS
from lzxl.campaign.typed import find_word
from lzxl.files import PRIVATE, store_durably
from lzxl.forms.load import load_form
from lzxl.forms.roster import ROSTER_FORM
from lzxl.groups import grouped
from lzxl.papers.kinds import PaperKind, known_steps, paper_kinds
from lzxl.papers.odd import NO_STEP, named, oddities
from lzxl.papers.personal import Holder, Power, Register, UnitMatter
from lzxl.papers.room import Line, fitted, spare
from lzxl.papers.templates import Value, Values, fill_in, template_of
from lzxl.papers.values import told_day
from lzxl.year.registers import Entry

Page = Mapping[str, Value]
"""What one page of a paper is filled in with."""

_ROWS_BY_HAND = 5
"""Among so many rows what is free on a page of 自查表 is shared out: a line is a little higher there."""


@dataclass(frozen=True)
class Asked:
    """The files of a unit, and what is to be told of them."""

    files: Mapping[Path, bytes]
    notes: tuple[str, ...]


def asked_kinds(titles: Sequence[str] = ()) -> tuple[PaperKind, ...]:
    """The kinds that are made on request, or those of them that are named. Raises UsageError for one that there is not."""
    kinds = tuple(kind for kind in paper_kinds() if kind.asked)
    chosen = {find_word(title, "种材料", [kind.title for kind in kinds]) for title in titles}
    return tuple(kind for kind in kinds if not titles or kind.title in chosen)


def asked_papers(register: Register, matter: UnitMatter, kinds: Iterable[PaperKind], *, is_each: bool) -> Asked:
    """The papers of a unit, one file a kind, or one for each person and power. Raises TemplateUnfitError for a template."""
    maker = _Maker(register, matter)
    files: dict[Path, bytes] = {}
    chosen = tuple(kinds)
    for kind in chosen:
        pages = maker.pages(kind)
        for name, some in _split(pages) if is_each else _together(pages):
            place, template = template_of(register.campaign, kind)
            parts = "_".join(part for part in (kind.title, matter.unit.code, name) if part)
            path = register.campaign.folder(LETTERS) / f"{safe_name(parts)}.docx"
            files[path] = fill_in(place, template, maker.values(kind, some))
    return Asked(files, (*oddities(register, matter, chosen), *maker.shortened))


def store_asked(asked: Asked) -> None:
    """Write them into 文书, each whole and its owner's alone to read."""
    for path, data in asked.files.items():
        store_durably(path, data, PRIVATE)


def _together(pages: Sequence[tuple[str, Page]]) -> list[tuple[str, list[Page]]]:
    return [("", [page for _, page in pages])] if pages else []


def _split(pages: Sequence[tuple[str, Page]]) -> list[tuple[str, list[Page]]]:
    return [(name, [page]) for name, page in pages]


class _Maker:
    """Makes the pages of one unit's papers, and keeps what had no room on them."""

    def __init__(self, register: Register, matter: UnitMatter) -> None:
        self.register, self.matter = register, matter
        self.shortened: list[str] = []

    def values(self, kind: PaperKind, pages: Sequence[Page]) -> Values:
        """The fields of a file: those of all its pages, and the pages."""
        config, grading = self.register.campaign.config, self.register.campaign.grading
        return {
            "机关": config.bureau,
            "期次": config.period,
            "日期": told_day(self.register.standing.as_of),
            "邮箱": config.mail.address or "",
            "可能性选项": "　".join(f"□{word}" for word in grading.likelihood.allowed),
            "后果选项": "　".join(f"□{word}" for word in grading.severity.allowed),
            "各人" if kind.asked == "person" else "各职权": pages,
        }

    def pages(self, kind: PaperKind) -> list[tuple[str, Page]]:
        """(what its file is called if it has one of its own, the page) of each person or power."""
        if kind.asked == "person":
            return [(holder.name, self._of_holder(kind, holder)) for holder in self.matter.holders]
        return [(power.code or power.name, self._of_power(power)) for power in self.matter.powers]

    def _of_holder(self, kind: PaperKind, holder: Holder) -> Page:
        points = [one for one in holder.points if not kind.is_public or self.register.is_public(one)]
        assert kind.room is not None
        lines, left = fitted(list(map(self._line, points)), kind.room)
        if left:
            self.shortened.append(f"{holder.name}的风险点较多，{kind.title}上只写编号：{named(left)}。")
        kept = len(left) + len(holder.points) - len(points)
        titles = roster_titles()
        return {
            titles["person"]: holder.name,
            "单位": self.matter.unit.name,
            titles["duty_title"]: holder.duty,
            titles["post"]: "、".join(holder.posts),
            titles["duties"]: holder.duties,
            "各点": [self._row(one, line) for one, line in zip(points, lines, strict=False)],
            "点数": str(len(points)),
            "等级分布": self._levels(points),
            "其余": f"另有{len(left)}个风险点见登记表：{'、'.join(left)}。" if left else "",
            "说明": f"另有{kept}个风险点不在此公开。" if kept else "",
            **left_free(spare(lines, len(left), kind.room)),
        }

    def _line(self, one: Entry) -> Line:
        return Line(one.number, one.headline, one.values.get(self.register.published.measure, ""))

    def _row(self, one: Entry, line: Line | None = None) -> dict[str, str]:
        """A risk point under the titles of the register, its measure as there is room for it."""
        register, rule = self.register, self.register.published
        provisional = "\n暂定" if one.number in register.provisional else ""
        told = {name: one.values.get(name, "") for name in (rule.type, rule.post)}
        told |= {register.sheet.key: one.number, rule.headline: one.headline, register.level: one.level + provisional}
        told[rule.measure] = (line or self._line(one)).measure
        return {register.sheet.by_name[name].title: text for name, text in told.items()}

    def _levels(self, points: Sequence[Entry]) -> str:
        """一级1个、二级2个."""
        allowed = self.register.campaign.grading.level.allowed
        counts = {level: sum(one.level == level for one in points) for level in allowed}
        return "、".join(f"{level}{count}个" for level, count in counts.items() if count)

    def _of_power(self, power: Power) -> Page:
        shown = [one for one in power.points if self.register.is_public(one)]
        kept = len(power.points) - len(shown)
        steps = by_step(shown, self.register.step_of)
        return {
            **power.told,
            "单位": self.matter.unit.name,
            "各环节": [{"名称": step, "各点": list(map(self._row, points))} for step, points in steps],
            "说明": f"另有{kept}个风险点不在图上公开。" if kept else "",
        }


def left_free(lines: int) -> Page:
    """What the table of a page leaves free: lines above and below, or more room in each of the rows that are filled in by hand."""
    return {
        "上余行": [""] * (lines - lines // 2),
        "下余行": [""] * (lines // 2),
        "余白": "\n" * (1 + lines // _ROWS_BY_HAND),
    }


def roster_titles() -> Mapping[str, str]:
    """Field → title of the roster's people: what is filled in of a person is called as it is there."""
    sheet = load_form(ROSTER_FORM).ruled_by("serving")[0]
    return {entry.name: entry.title for entry in sheet.fields}


def by_step(points: Sequence[Entry], step_of: Callable[[Entry], str]) -> list[tuple[str, list[Entry]]]:
    """The points of a power by step: in the order of steps as they are known; one that is not known after the one it follows, and
    those without a step last."""
    found = grouped(points, step_of)
    without = found.pop("", [])
    steps = [(step, found[step]) for step in _in_order(found)]
    return [*steps, (NO_STEP, without)] if without else steps


def _in_order(steps: Iterable[str]) -> list[str]:
    known = known_steps()
    places: dict[str, float] = {}
    last = -1.0
    for step in steps:
        last = known.index(step) if step in known else last + 0.01
        places[step] = last
    return sorted(places, key=lambda step: places[step])
