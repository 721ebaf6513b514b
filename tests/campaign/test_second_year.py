"""The second year of a unit: its workbook has last year's rows with 变动, and only what changed is typed (第八条(三))."""

from __future__ import annotations

import datetime
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from lzxl.campaign.burden import typed_by_unit, typed_cells
from lzxl.campaign.collect import collect
from lzxl.campaign.compare import comparison_with_last
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign, sent_path
from lzxl.campaign.standing import take_stock
from lzxl.forms.load import load_form, unit_form_ids
from lzxl.forms.model import Sheet
from lzxl.forms.staff import staff_of
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.year.points import risk_points

from .office import IN_TIME, filled, open_campaign, send, set_config

UNIT, MOST = "HB10", 104
DAY = datetime.date(2027, 11, 16)
REGISTER = load_form("risk_register")
POINTS = REGISTER.by_name["risk_points"]
REASON = "职权已划转县行政审批局"


class Book:
    """A workbook that was sent, as the unit types into it."""

    def __init__(self, path: Path, form_id: str) -> None:
        self.form = load_form(form_id)
        self.book: Workbook = load_workbook(path)

    def put(self, sheet: Sheet, row: int, **values: Any) -> None:
        for name, value in values.items():
            self.book[sheet.title][table_layout(sheet).cell(name, row)].value = value

    def label(self, **values: Any) -> None:
        assert self.form.cover is not None
        for name, value in values.items():
            self.book[self.form.cover.title].cell(*label_layout(self.form.cover).value(name)).value = value

    def rows(self, sheet: Sheet) -> dict[int, dict[str, Any]]:
        """Row → what stands there, of rows that say something."""
        layout, worksheet = table_layout(sheet), self.book[sheet.title]
        found = {}
        for row in range(layout.first_row, worksheet.max_row + 1):
            said = {entry.name: worksheet[layout.cell(entry.name, row)].value for entry in sheet.inputs}
            if any(said.get(name) not in (None, "") and not str(said[name]).startswith("=") for name in sheet.subject):
                found[row] = said
        return found

    def data(self) -> bytes:
        stream = io.BytesIO()
        self.book.save(stream)
        return stream.getvalue()


def a_year_on(value: Any) -> Any:
    if isinstance(value, datetime.datetime | datetime.date):
        return value.replace(year=value.year + 1)
    return value


def as_last_year(book: Book, filed: Book, sheet: Sheet, names: Iterable[str], *key: str) -> None:
    """Type what the unit typed last year, a year on, where nothing stands; by `key` into the row that has the same there."""
    rows = {tuple(said[name] for name in key): row for row, said in book.rows(sheet).items()} if key else {}
    first = table_layout(sheet).first_row
    for number, said in enumerate(filed.rows(sheet).values()):
        row = rows.pop(tuple(said[name] for name in key), max(book.rows(sheet)) + 1) if key else first + number
        for name in names:
            there = book.book[sheet.title][table_layout(sheet).cell(name, row)]
            if there.value in (None, "") and said[name] is not None:
                there.value = a_year_on(said[name])
    for row in rows.values():  # who filed nothing last year does not this year either
        book.put(sheet, row, **{entry.name: None for entry in sheet.inputs})


def the_register(book: Book, filed: Book) -> None:
    """Two points are changed, one is cancelled, one is new."""
    rows = list(book.rows(POINTS))
    book.label(reporter="甲", reported_on=DAY, row_count=len(rows) + 1, nil_return="否")
    book.put(POINTS, rows[0], change="修改", description="现场检查后对发现的问题不记录、不报告，收受被检查单位礼品。")
    book.put(POINTS, rows[1], change="修改", measure="执法记录仪当日上传，缺失的当周补正", severity="较轻微")
    book.put(POINTS, rows[5], change="取消", change_reason=REASON)
    new = {
        name: book.rows(POINTS)[rows[2]][name]
        for name in ("post", "power", "risk_type", "likelihood", "severity", "means")
    }
    said = {"point": "走航监测数据选择性上报", "description": "对走航监测发现的异常只报一部分，替企业遮掩。"}
    for row, last in filed.rows(POINTS).items():  # whom the roster does not name is asked for anew
        if last["post"] == "移动执法岗":
            book.put(POINTS, row, responsible=last["responsible"])
    book.put(POINTS, rows[-1] + 1, **new, **said, measure="走航数据自动上传市平台，不得删改")
    sheet = REGISTER.by_name["self_checks"]
    as_last_year(book, filed, sheet, ("signed", "filled_on"), "person")


def the_warnings(book: Book, filed: Book) -> None:
    book.label(reporter="甲", reported_on=DAY, row_count=len(filed.rows(book.form.main_sheet)), nil_return="否")
    asked = [entry.name for entry in book.form.main_sheet.inputs if entry.name not in ("serial", "id")]
    as_last_year(book, filed, book.form.main_sheet, asked)


def the_appraisal(book: Book, filed: Book) -> None:
    book.label(reporter="甲", reported_on=DAY)
    for sheet in book.form.tables:
        asked = [entry.name for entry in sheet.inputs if not entry.computed and entry.name != "serial"]
        key = () if sheet.rules.reported is None else (sheet.rules.reported.kind, sheet.rules.reported.person)
        as_last_year(book, filed, sheet, asked, *key)


TYPED: dict[str, Callable[[Book, Book], None]] = {
    "risk_register": the_register,
    "warning_intake": the_warnings,
    "self_appraisal": the_appraisal,
}


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> tuple[Campaign, Campaign]:
    """The unit's first year, and its second."""
    base = tmp_path_factory.mktemp("years")
    first = open_campaign(base / "2026年度", (UNIT,), unit_form_ids(), people=True)
    distribute(first)
    staff = staff_of(first.units[UNIT], first.people, IN_TIME)
    filed = {form: filled(UNIT, form, staff=staff) for form in unit_form_ids()}
    collect(first, [send(base / "来件", **filed)], IN_TIME)
    second = open_campaign(base / "2027年度", (UNIT,), unit_form_ids(), people=True)
    set_config(second.root, period='"2027年度"', deadline="2027-11-20", previous='"../2026年度"')
    second = Campaign(second.root)
    distribute(second)
    typed = {}
    for form in unit_form_ids():
        book = Book(sent_path(second, second.units[UNIT], form), form)
        TYPED[form](book, Book(base / "来件" / f"{form}.xlsx", form))
        typed[form] = book.data()
    taken = collect(second, [send(base / "次年", **typed)], DAY)
    wrong = [entry for one in taken if one.checked for entry in one.checked.findings if entry.severity == "error"]
    assert [(one.code, one.sheet, one.cell, one.message) for one in wrong] == []
    assert {str(one.state) for one in taken} == {"accepted"}
    return first, second


def test_every_row_of_last_year_is_sent_as_unchanged(years: tuple[Campaign, Campaign]) -> None:
    _, second = years
    sent = Book(sent_path(second, second.units[UNIT], "risk_register"), "risk_register").rows(POINTS)
    assert len(sent) == 20 and {row["change"] for row in sent.values()} == {"不变"}


def test_a_second_year_types_so_many_cells(years: tuple[Campaign, Campaign]) -> None:
    first, second = years
    told = typed_cells(second, take_stock(second))
    assert told.last_year == sum(typed_by_unit(first, take_stock(first)).values())
    assert 0 < told.asked <= MOST
    assert told.told == f"本次要求填{told.asked}格（上年{told.last_year}格）"


def test_what_was_said_and_done_agrees(years: tuple[Campaign, Campaign]) -> None:
    codes = [entry.code for one in take_stock(years[1]).latest for entry in one.findings]
    assert not {"removed_without_reason", "change_not_said", "change_unfounded"} & set(codes)


def test_what_is_cancelled_counts_for_nothing_and_is_compared_as_removed_with_its_reason(
    years: tuple[Campaign, Campaign],
) -> None:
    _, second = years
    points = list(risk_points(take_stock(second).counted, second.grading))
    assert len(points) == 20, "of 21 rows"
    compared = comparison_with_last(second, take_stock(second))
    assert compared is not None
    found = compared.latest
    assert [(row.reason, row.notes) for row in found.removed] == [(REASON, ())]
    assert len(found.added) == 1 and len(found.matched) == 19
