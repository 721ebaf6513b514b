"""Faults of whole rows, sheets and files, and faults that only another file tells: each as people and programs make it."""

from __future__ import annotations

import copy
import datetime
import random
from dataclasses import replace

from lzxl.submission import Earlier
from lzxl.workbook.layout import label_layout
from tests.checks.clerk import Desk
from tests.checks.plants import Place, Planter, label, place, with_more_measures

_ORIGIN = "上一版"
# The words of another grading table that mean as much.
_OTHER_WORDS = {"较大": "高", "较小": "低", "严重": "严重", "较严重": "较重", "较轻微": "轻微"}


def one_row_more(one: Desk) -> tuple[Place, int] | None:
    """A risk point below the last, with a measure and counted on the cover, which the unit did not mean to file."""
    at = place(one, "risk_points")
    if at is None:
        return None
    row = at.layout.first_row + len(at.clean)
    number = f"{one.clean_cover['unit_code']}-980"
    new = {**at.clean[0], "id": number, "description": "另一环节也会出现：经办人与服务对象私下接触。", "serial": row}
    for name, value in new.items():
        at.content.put(row, at.layout.columns[name], value)
    measures = Place(one, "measures")
    last = measures.layout.first_row + len(measures.clean)
    code = f"{one.clean_cover['unit_code']}-C980"
    for name, value in {**measures.clean[0], "id": code, "risk_id": number, "serial": last}.items():
        measures.content.put(last, measures.layout.columns[name], value)
    label(one, "row_count", len(at.clean) + 1)
    return at, row


def needless(fault: str) -> Planter:
    """A row that is not to be filed, and says so: hidden, struck through, below the end."""

    def plant(one: Desk, chance: random.Random) -> bool:
        more = one_row_more(one)
        if more is None:
            return False
        at, row = more
        if fault == "hidden":
            at.content.hidden_rows.add(row)
        elif fault == "struck":
            _strike(at, row)
        else:
            at.content.rows[row + 1] = at.content.rows.pop(row)
            at.content.put(row, 1, "以下空白")
        return True

    return plant


def _strike(at: Place, row: int) -> None:
    for name, column in at.layout.columns.items():
        if at.content.cell(row, column) is not None and not at.sheet.by_name[name].computed:
            at.content.struck[row, column] = True


def struck_row(one: Desk, chance: random.Random) -> bool:
    at = place(one, "risk_points", "warnings", "reports")
    if at is None:
        return False
    _strike(at, at.row(chance.randrange(len(at.clean))))
    return True


def struck_text(one: Desk, chance: random.Random) -> bool:
    at = place(one, "risk_points", "warnings", "items")
    name = next(name for name in ("description", "problem", "content") if at and name in at.layout.columns)
    if at is None:
        return False
    at.content.struck[at.row(chance.randrange(len(at.clean))), at.layout.columns[name]] = chance.random() < 0.5
    return True


def text_beside(cells: int) -> Planter:
    """Something typed right of a table."""

    def plant(one: Desk, chance: random.Random) -> bool:
        at = place(one, "risk_points", "warnings", "items")
        assert at is not None
        column = at.layout.last_column + 3
        for number in range(cells):
            at.content.put(at.row(number % len(at.clean)), column + number // len(at.clean), f"另见附页{number}")
        return True

    return plant


def split_row(one: Desk, chance: random.Random) -> bool:
    """The last row runs over a page: below the header that is printed again stands the rest of its texts."""
    at = place(one, "risk_points", "measures")
    if at is None:
        return False
    last, columns = at.row(len(at.clean) - 1), at.layout.columns
    for entry in at.sheet.inputs:
        if not entry.computed:
            at.content.put(last + 1, columns[entry.name], entry.title)
    text = str(at.get("measure", len(at.clean) - 1))
    at.put("measure", len(at.clean) - 1, text[:4])
    at.content.put(last + 2, columns["measure"], text[4:])
    return True


def no_stored_value(one: Desk, chance: random.Random) -> bool:
    at = place(one, "risk_points", "warnings", "reports")
    if at is None:
        return False
    name = next(name for name in ("section_head", "problem", "person") if name in at.layout.columns)
    rows = [index for index in range(len(at.clean)) if at.get(name, index) is not None]
    row = at.row(chance.choice(rows))
    at.content.put(row, at.layout.columns[name], None)
    at.content.formulas[row, at.layout.columns[name]] = False
    return True


def stated_total(is_wrong: bool) -> Planter:
    """A total row of the unit's own: a wrong sum, or a right one over a score that cannot be read."""

    def plant(one: Desk, chance: random.Random) -> bool:
        at = place(one, "items")
        if at is None:
            return False
        row = at.layout.first_row + len(at.clean)
        total = sum(item["self_score"] for item in at.clean)
        at.content.put(row, at.layout.columns["section"], "合计")
        at.content.put(row, at.layout.columns["self_score"], total + 5 * is_wrong)
        if not is_wrong:
            at.put("self_score", chance.randrange(len(at.clean)), "满分")
        return True

    return plant


def earlier(one: Desk, at: Place) -> dict[str, Earlier]:
    """Number → what it stood for in the version before: what it stands for now."""
    rule = at.sheet.rules.numbered
    assert rule is not None
    return {row[rule.number]: Earlier(str(row[rule.owner]), str(row[rule.text]), _ORIGIN) for row in at.clean}


def number_reused(one: Desk, chance: random.Random) -> bool:
    """A number stood for something else: the row is another one, which took its number."""
    at = place(one, "risk_points", "warnings")
    if at is None:
        return False
    known, rule = earlier(one, at), at.sheet.rules.numbered
    assert rule is not None
    number = chance.choice([*known])
    owner = "2026-01-05" if at.sheet.by_name[rule.owner].kind == "date" else "门卫岗"
    known[number] = Earlier(owner, "夜间值守无人交接，钥匙由一人保管。", _ORIGIN)
    one.earlier = {at.sheet.name: known}
    return True


def last_row_gone(*sheets: str) -> Planter:
    """The last row of a table was filed before, and is not there any more; what counts the rows counts those that are left."""

    def plant(one: Desk, chance: random.Random) -> bool:
        at = place(one, *sheets)
        if at is None or len(at.clean) < 2:
            return False
        one.earlier = {at.sheet.name: earlier(one, at)}
        at.content.rows.pop(at.layout.first_row + len(at.clean) - 1)
        if at.sheet.name == one.form.main:
            label(one, "row_count", len(at.clean) - 1)
        return True

    return plant


def nil_against_roster(one: Desk, chance: random.Random) -> bool:
    """A unit with powers and key posts says that it has no risk: nothing is filled in."""
    if place(one, "risk_points") is None:
        return False
    for sheet in one.form.tables:
        at = Place(one, sheet.name)
        for row in range(at.layout.first_row, at.layout.first_row + len(at.clean)):
            at.content.rows.pop(row, None)
    for name, value in (
        ("nil_return", "是"),
        ("nil_reason", "本科没有风险。"),
        ("row_count", 0),
        ("coverage_note", None),
    ):
        label(one, name, value)
    return True


def number_changed(one: Desk, chance: random.Random) -> bool:
    at = place(one, "risk_points")
    if at is None:
        return False
    one.earlier = {"risk_points": earlier(one, at)}
    index, number = chance.randrange(len(at.clean)), f"{one.clean_cover['unit_code']}-970"
    before = at.get("id", index)
    at.put("id", index, number)
    measures = Place(one, "measures")
    for other, row in enumerate(measures.clean):
        if row["risk_id"] == before:
            measures.put("risk_id", other, number)
    return True


def filed_tomorrow(one: Desk, chance: random.Random) -> bool:
    one.received = one.clean_cover["reported_on"]
    label(one, "reported_on", one.clean_cover["reported_on"] + datetime.timedelta(days=3))
    return True


def last_years_form(one: Desk, chance: random.Random) -> bool:
    one.content.properties["lzxl_period"] = "2024年度"
    label(one, "period", "2024年度")
    return True


def other_words(one: Desk, chance: random.Random) -> bool:
    """A workbook that was sent out with another grading table, filled in with its words."""
    found = False
    for sheet in one.form.tables:
        if "likelihood" in sheet.by_name and one.clean[sheet.name]:
            at, found = Place(one, sheet.name), True
            for index in range(len(at.clean)):
                for name in ("likelihood", "severity"):
                    at.put(name, index, _OTHER_WORDS.get(at.get(name, index)))
    one.content.properties["lzxl_scheme"] = "matrix_3x3"
    return found


def number_of_another(one: Desk, chance: random.Random) -> bool:
    """Two units use one number, which begins with neither's code."""
    at = place(one, "risk_points")
    if at is None:
        return False
    index, number = chance.choice(with_more_measures(one, at)), "HB77-001"
    at.put("id", index, number)
    other = one.copy()
    other.content.properties["lzxl_unit"] = "HB05"
    label(other, "unit_code", "HB05")
    one.beside = (other.read(),)
    return True


def number_of_other_round(one: Desk, chance: random.Random) -> bool:
    """A row bears the number that another row had in the round before."""
    at = place(one, "warnings")
    if at is None:
        return False
    at.put("id", chance.randrange(len(at.clean)), f"{one.clean_cover['unit_code']}-YJ900")
    one.round, other = "第二季度", replace(one.copy(), round="第一季度")
    rows = Place(other, "warnings")
    for index in range(len(rows.clean)):
        if not str(rows.get("id", index)).endswith("-YJ900"):
            del rows.content.rows[rows.row(index)]
    one.beside = (other.read(),)
    return True


def untouched(one: Desk, chance: random.Random) -> None:
    for sheet in one.form.tables:
        at = Place(one, sheet.name)
        kept = set(sheet.standard_columns)
        for row in [row for row in at.content.rows if row >= at.layout.first_row]:
            for name, column in at.layout.columns.items():
                if name not in kept:
                    at.content.put(row, column, None)
    assert one.form.cover is not None
    for entry in one.form.cover.fields:
        if entry.name not in ("unit_code", "unit_name", "period"):
            label(one, entry.name, None)


def sheet_gone(one: Desk, chance: random.Random) -> bool:
    at = place(one, "self_checks", "reports")
    if at is None:
        return False
    one.content.sheets.remove(at.content)
    return True


def header_gone(one: Desk, chance: random.Random) -> bool:
    at = place(one, "self_checks", "reports", "warnings")
    if at is None:
        return False
    for column in at.layout.columns.values():
        at.content.put(at.layout.header_row, column, f"栏{column}")
    return True


def label_gone(name: str, with_value: bool) -> Planter:
    def plant(one: Desk, chance: random.Random) -> bool:
        cover = one.form.cover
        assert cover is not None
        if name not in cover.by_name:
            return False
        one.sheet(cover.title).put(*label_layout(cover).label(name), None)
        if with_value:
            label(one, name, None)
        return True

    return plant


def nameless(one: Desk, chance: random.Random) -> bool:
    """No stamp, and a cover that does not ask for the unit's code."""
    one.content.properties.clear()
    return bool(label_gone("unit_code", with_value=True)(one, chance))


def renamed_cover(one: Desk, chance: random.Random) -> None:
    """A table is known by its header; of a cover the name is asked for."""
    assert one.form.cover is not None
    one.sheet(one.form.cover.title).name = "Sheet1"


def sheet_twice(one: Desk, chance: random.Random) -> bool:
    at = place(one, "self_checks", "warnings", "reports")
    if at is None:
        return False
    second = copy.deepcopy(at.content)
    second.rows = {row: cells for row, cells in second.rows.items() if row <= at.layout.header_row}
    one.content.sheets.append(second)
    return True


def header_twice(one: Desk, chance: random.Random) -> bool:
    at = place(one, "risk_points", "warnings", "items")
    if at is None:
        return False
    column = at.layout.last_column + 1
    at.content.put(at.layout.header_row, column, at.sheet.by_name["remark"].title)
    return True


def hidden_sheet(one: Desk, chance: random.Random) -> bool:
    at = place(one, "self_checks", "reports", "warnings")
    if at is None:
        return False
    at.content.visibility = "hidden"
    return True


OF_FILES: dict[str, Planter] = {
    "rows_after_end": needless("end"),
    "row_struck": struck_row,
    "text_struck": struck_text,
    "text_unplaced": text_beside(1),
    "unplaced_too_many": text_beside(5001),
    "split_row": split_row,
    "formula_without_value": no_stored_value,
    "total_mismatch": stated_total(is_wrong=True),
    "total_unchecked": stated_total(is_wrong=False),
    "number_reused": number_reused,
    "number_changed": number_changed,
    "row_vanished": last_row_gone("warnings"),
    "nil_contradicts_roster": nil_against_roster,
    "date_in_future": filed_tomorrow,
    "form_of_other_period": last_years_form,
    "scheme_changed": other_words,
    "duplicate_id_across_files": number_of_another,
    "number_in_other_round": number_of_other_round,
    "form_untouched": untouched,
    "sheet_missing": sheet_gone,
    "header_not_found": header_gone,
    "missing_label": label_gone("head", with_value=True),
    "unit_unknown": nameless,
    "sheet_renamed": renamed_cover,
    "sheet_name_twice": sheet_twice,
    "duplicate_header": header_twice,
    "hidden_sheet": hidden_sheet,
}
MORE_OF_FILES: dict[str, Planter] = {
    "row_struck: not to be filed": needless("struck"),
    "hidden_row: not to be filed": needless("hidden"),
}
