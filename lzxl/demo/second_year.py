"""The year after: every unit is sent last year's rows, and who has something to change brings its register up to date in them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from lzxl.api import SummaryResult
from lzxl.campaign.burden import typed_in_each
from lzxl.campaign.collect import collect
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign, create_campaign, sent_path
from lzxl.campaign.intake import Intake
from lzxl.campaign.model import TypedCells
from lzxl.campaign.standing import take_stock
from lzxl.demo.bureau import SampleBureau, SampleUnit
from lzxl.forms.load import load_form
from lzxl.forms.model import Form, Sheet
from lzxl.submission import Submission
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.workbook.writing.save import save_workbook
from lzxl.workbook.writing.shown import shown_values
from lzxl.year.cancelled import change_words

REGISTER, POINTS, CHECKS = "risk_register", "risk_points", "self_checks"
BATCH = "来件/三月"
_DONE = ("changed", "cancelled", "added")
_LIKE = ("post", "power", "risk_type", "likelihood", "severity", "means")


@dataclass(frozen=True)
class BroughtUp:
    """A register that a unit brought up to date. `sent`: the workbook as it was sent; `typed`: the cells typed into it, and into
    that of the year before."""

    sent: Path
    typed: TypedCells


@dataclass(frozen=True)
class SecondYear:
    """What was played of the year after. `batch`: the folder with what came in."""

    campaign: Campaign
    batch: Path
    taken: list[Intake]
    registers: list[BroughtUp]

    @property
    def where_to_look(self) -> list[str]:
        """Sentences on what there is to see."""
        sent = "“发放”里各单位的表已填好今年的内容，“风险点”表的“变动”都是“不变”，单位只改有变动的；"
        return [sent, *(f"如 {one.sent}，改好报来的在 {self.batch}：{one.typed.told}。" for one in self.registers)]


def next_year(root: Path, period: str) -> Path:
    """The folder of the year after the one that is played in `root`: beside it, for no campaign lies within another."""
    whole = root.resolve()
    # A folder that is given as . has no name of its own.
    return root.parent / f"{whole.name}_{period}" if root.name else whole.with_name(f"{whole.name}_{period}")


def play_second_year(
    last: SummaryResult, campaign: Campaign, bureau: SampleBureau, say: Callable[[str], None]
) -> SecondYear:
    """Begin the year after `campaign` in a folder of its own; `last`: the summary that its year ended with."""
    later = _begin(campaign, bureau, say)
    samples = [sample for sample in bureau.units if "second_year" in sample.content]
    day, batch = bureau.next_year.filed_on, later.root / BATCH
    for sample in samples:
        _bring_up_to_date(later, sample, day)
    taken = collect(later, [batch], day) if samples else []
    counted = take_stock(later).counted
    registers = []
    for sample in samples:
        code, content = sample.unit.code, sample.content["second_year"]
        typed = TypedCells(_typed(later, counted, code), _typed(campaign, last.standing.counted, code))
        registers.append(BroughtUp(sent_path(later, sample.unit, REGISTER), typed))
        points = load_form(REGISTER).by_name[POINTS]
        done = "、".join(f"{word}{len(content[role])}个" for role in _DONE for word in change_words(points, role))
        say(f"下一年三月，{sample.unit.name}更新登记表，{done}风险点：{typed.told}")
    return SecondYear(later, batch, taken, registers)


def _begin(campaign: Campaign, bureau: SampleBureau, say: Callable[[str], None]) -> Campaign:
    """The folder with the roster of the last year, and the workbooks with its rows."""
    ahead = bureau.next_year
    root = next_year(campaign.root, ahead.period)
    later = create_campaign(root, bureau.name, ahead.period, ahead.deadline, previous=campaign.root)
    written = distribute(later).written
    roster = f"{len(later.units)}个单位、{len(later.people.persons)}行人员"
    say(f"下一年：新建{root.name}，照抄名册的{roster}；发放{len(written)}份表，已填好今年的内容")
    return later


def _typed(campaign: Campaign, counted: Sequence[Submission], unit: str) -> int:
    """The cells that a unit typed into its register."""
    return sum(typed_in_each(campaign, [one for one in counted if (one.unit_code, one.form) == (unit, REGISTER)]))


class _Rows:
    """The rows of a sheet of a workbook that say something, by what stands in the field that names them."""

    def __init__(self, workbook: Workbook, sheet: Sheet, name: str) -> None:
        self.sheet = sheet
        self._worksheet, self._layout = workbook[sheet.title], table_layout(sheet)
        self.known = {str(self.said(row, name)): row for row in self._with_text()}
        self.next = max(self.known.values()) + 1

    def _with_text(self) -> Iterator[int]:
        for row in range(self._layout.first_row, self._layout.last_formula_row + 1):
            if any(self._is_text(self.said(row, name)) for name in self.sheet.subject):
                yield row

    @staticmethod
    def _is_text(value: Any) -> bool:
        return value is not None and not str(value).startswith("=")

    def said(self, row: int, name: str) -> Any:
        return self._worksheet[self._layout.cell(name, row)].value

    def put(self, row: int, **values: Any) -> None:
        for name, value in values.items():
            self._worksheet[self._layout.cell(name, row)].value = value


def _bring_up_to_date(campaign: Campaign, sample: SampleUnit, day: datetime.date) -> None:
    """Type into the workbook as it was sent, and save it among what comes in."""
    form, content = load_form(REGISTER), sample.content["second_year"]
    sent = sent_path(campaign, sample.unit, REGISTER)
    workbook = load_workbook(sent)
    points = _Rows(workbook, form.by_name[POINTS], "id")
    count = len(points.known) + len(content["added"])
    _type_changes(points, content)
    checks = _Rows(workbook, form.by_name[CHECKS], "person")
    written = {one["person"]: one for one in content["self_checks"]}
    for person, row in checks.known.items():
        checks.put(row, **written.get(person, {}), signed=person, filled_on=day)
    cover = {"reporter": sample.unit.liaison, "reported_on": day, "row_count": count, "nil_return": "否"}
    _fill_cover(workbook, form, cover)
    save_workbook(workbook, campaign.root / BATCH / sent.name, shown_values(workbook, form, campaign.grading))


def _type_changes(points: _Rows, content: Mapping[str, Any]) -> None:
    """What became of last year's points, and the new ones; whom the roster does not name is named anew."""
    for row in points.known.values():
        if responsible := content["unnamed"].get(points.said(row, "post")):
            points.put(row, responsible=responsible)
    rule = points.sheet.rules.compared
    assert rule is not None
    [changed], [cancelled] = (change_words(points.sheet, role) for role in ("changed", "cancelled"))
    for one in content["changed"]:
        points.put(points.known[one["id"]], **{rule.change: changed}, **_without_number(one))
    for one in content["cancelled"]:
        points.put(points.known[one["id"]], **{rule.change: cancelled, rule.reason: one["reason"]})
    for row, one in enumerate(content["added"], points.next):
        like = points.known[one["like"]]
        points.put(row, **{name: points.said(like, name) for name in _LIKE}, **_without_number(one))


def _without_number(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name not in ("id", "like")}


def _fill_cover(workbook: Workbook, form: Form, said: Mapping[str, Any]) -> None:
    assert form.cover is not None
    for name, value in said.items():
        workbook[form.cover.title].cell(*label_layout(form.cover).value(name)).value = value
