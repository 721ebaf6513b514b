"""How each fault is planted: one for every code of the catalogue that asks a unit to do something in its sheets.

A planter spoils a workbook without a fault, as people spoil it; it returns False where the form has no place for its fault.
"""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable
from typing import Any

from lzxl.forms.load import load_vocabularies
from lzxl.forms.values import CellError, CellPicture
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.workbook.reading.content import SheetContent
from tests.checks.clerk import Desk

Planter = Callable[[Desk, random.Random], "bool | None"]
DAY = datetime.date


class Place:
    """One table of a workbook, to be spoiled by field and row."""

    def __init__(self, one: Desk, name: str) -> None:
        self.sheet = one.form.by_name[name]
        self.content = one.sheet(self.sheet.title)
        self.layout = table_layout(self.sheet)
        self.clean = one.clean[name]

    def row(self, index: int) -> int:
        return self.layout.first_row + index % len(self.clean)

    def put(self, name: str, index: int, value: Any) -> None:
        self.content.put(self.row(index), self.layout.columns[name], value)

    def get(self, name: str, index: int) -> Any:
        return self.content.cell(self.row(index), self.layout.columns[name])

    def first(self, **wanted: Any) -> int:
        return next(index for index, row in enumerate(self.clean) if all(row.get(k) == v for k, v in wanted.items()))

    def filled(self, name: str) -> list[int]:
        """The rows in which the unit wrote into a field; all of them, if it wrote nowhere."""
        rows = [index for index, row in enumerate(self.clean) if row.get(name) not in (None, "")]
        return rows or [*range(len(self.clean))]


def place(one: Desk, *names: str) -> Place | None:
    """The first of the tables that this form has, and that holds a row."""
    return next((Place(one, name) for name in names if name in one.form.by_name and one.clean.get(name)), None)


def label(one: Desk, name: str, value: Any) -> None:
    assert one.form.cover is not None
    one.sheet(one.form.cover.title).put(*label_layout(one.form.cover).value(name), value)


def cell(value: Any, *fields: tuple[str, str]) -> Planter:
    """Write `value` into one of `fields` (sheet, name), the first that the form has, in any row that had one."""

    def plant(one: Desk, chance: random.Random) -> bool:
        for sheet, name in fields:
            at = place(one, sheet)
            if at is not None:
                written = chance.choice(value) if isinstance(value, list) else value
                at.put(name, chance.choice(at.filled(name)), written)
                return True
        return False

    return plant


def first_row(value: Any, *fields: tuple[str, str]) -> Planter:
    def plant(one: Desk, chance: random.Random) -> bool:
        for sheet, name in fields:
            at = place(one, sheet)
            if at is not None:
                at.put(name, at.filled(name)[0], value)
                return True
        return False

    return plant


def on_cover(name: str, value: Any) -> Planter:
    def plant(one: Desk, chance: random.Random) -> bool:
        assert one.form.cover is not None
        if name not in one.form.cover.by_name:
            return False
        label(one, name, value)
        return True

    return plant


TEXTS = (("risk_points", "point"), ("warnings", "problem"), ("reports", "duty_title"))
DATES = (("risk_points", "deadline"), ("warnings", "collected_on"), ("reports", "submitted_on"))
IDS = (("measures", "id"), ("warnings", "id"))
NUMBERS = (("items", "self_score"),)
PERSONS = (("risk_points", "leader"), ("reports", "person"))
WORDS = (
    ("risk_points", "likelihood"), ("risk_points", "severity"), ("measures", "publicity"), ("measures", "means"),
    ("powers", "category"),
    ("self_checks", "severity"), ("warnings", "channel"), ("warnings", "urgent"),
    ("reports", "report_type"),
)  # fmt: skip
WRONG_WORDS = (
    "中", "高", "一般", "公开", "局网站公开", "较大、较小", "不清楚", "大", "整改", "诫勉谈话", "查无实据", "督查过了",
)  # fmt: skip


def wrong_word(one: Desk, chance: random.Random) -> bool:
    """A word that is none, in any column of words; written only where the unit had written one."""
    fields = [(at, name) for sheet, name in WORDS if (at := place(one, sheet)) is not None]
    if not fields:
        return False
    at, name = chance.choice(fields)
    rows = [index for index in range(len(at.clean)) if at.get(name, index) is not None]
    words = at.sheet.by_name[name].vocabulary
    if not rows or words is None:
        return False
    wrong = [word for word in WRONG_WORDS if words.find(word) is None]
    at.put(name, chance.choice(rows), chance.choice(wrong))
    return True


def in_row(sheet: str, **changes: Any) -> Planter:
    """Write into several fields of one row of a sheet."""

    def plant(one: Desk, chance: random.Random) -> bool:
        at = place(one, sheet)
        if at is None:
            return False
        index = chance.randrange(len(at.clean))
        for name, value in changes.items():
            at.put(name, index, value)
        return True

    return plant


def wrong_level(one: Desk, chance: random.Random) -> bool:
    at = place(one, "risk_points", "self_checks")
    if at is None:
        return False
    index = next(n for n, row in enumerate(at.clean) if (row["likelihood"], row["severity"]) != ("较小", "较轻微"))
    at.put("level", index, "三级" if at.clean[index]["severity"] == "严重" else "一级")
    return True


def impossible_level(one: Desk, chance: random.Random) -> bool:
    at = place(one, "risk_points")
    if at is None:
        return False
    index = next((n for n, row in enumerate(at.clean) if row["severity"] != "严重"), None)
    if index is None:
        return False
    at.put("likelihood", index, None)
    at.put("level", index, "一级")
    return True


def level_beside(name: str) -> Planter:
    """A blank degree beside the level that the unit typed: what the level tells must not fill it in."""

    def plant(one: Desk, chance: random.Random) -> bool:
        at = place(one, "risk_points", "self_checks")
        if at is None:
            return False
        index = chance.randrange(len(at.clean))
        row = at.clean[index]
        gravity = {("较大", "严重"): "一级", ("较大", "较严重"): "二级", ("较小", "严重"): "二级"}
        if chance.random() < 0.7:
            at.put("level", index, gravity.get((row["likelihood"], row["severity"]), "三级"))
        at.put(name, index, None)
        return True

    return plant


def twice(sheet: str, name: str, whole: bool = False) -> Planter:
    """The number of one row in another, either of which comes first; or a row copied whole below the last."""

    def plant(one: Desk, chance: random.Random) -> bool:
        at = place(one, sheet)
        if at is None or len(at.clean) < 2:
            return False
        if whole:
            below = at.layout.first_row + len(at.clean)
            for column in at.layout.columns.values():
                at.content.put(below, column, at.content.cell(at.row(0), column))
            return True
        index, other = chance.sample(range(len(at.clean)), 2)
        at.put(name, index, at.clean[other][name])
        return True

    return plant


def swapped(*fields: tuple[str, str, str]) -> Planter:
    def plant(one: Desk, chance: random.Random) -> bool:
        found = [(at, first, second) for sheet, first, second in fields if (at := place(one, sheet)) is not None]
        if not found:
            return False
        at, first, second = chance.choice(found)
        rows = [n for n in range(len(at.clean)) if at.get(first, n) is not None and at.get(second, n) is not None]
        if not rows:
            return False
        index = chance.choice(rows)
        one_cell, other = at.get(first, index), at.get(second, index)
        at.put(first, index, other)
        at.put(second, index, one_cell)
        return True

    return plant


def shifted(one: Desk, chance: random.Random) -> bool:
    """A row pasted one column to the right or to the left, from its number or its section on."""
    at = place(one, *chance.sample(["powers", "risk_points", "measures", "self_checks"], 4), "warnings", "reports")
    if at is None:
        return False
    paste_off(at, at.row(chance.randrange(len(at.clean))), chance)
    return True


def paste_off(at: Place, row: int, chance: random.Random) -> None:
    right = chance.random() < 0.5
    last = max(column for name, column in at.layout.columns.items() if not at.sheet.by_name[name].derived)
    start = 2 if not right else chance.choice([1, 2])
    cells = {column: at.content.cell(row, column) for column in range(1, last + 2)}
    for column in range(start, last + 1):
        at.content.put(row, column + right, cells[column + (not right)])
    at.content.put(row, start if right else last, None)


def shifted_and_wrong(one: Desk, chance: random.Random) -> bool:
    """A row that is pasted one column off, and that has a fault of its own besides."""
    at = place(one, *chance.sample(["risk_points", "measures", "self_checks"], 3), "warnings", "reports")
    if at is None:
        return False
    index = chance.randrange(len(at.clean))
    wrong = {"likelihood": "高", "means": "好办法", "deadline": "长期坚持", "problem": "钱", "submitted_on": "月底"}
    name = chance.choice([name for name in wrong if name in at.layout.columns])
    at.put(name, index, wrong[name])
    paste_off(at, at.row(index), chance)
    return True


def several_references(one: Desk, chance: random.Random) -> bool:
    at = place(one, "measures")
    if at is None:
        return False
    index = chance.randrange(len(at.clean))
    others = [row["id"] for row in one.clean["risk_points"] if row["id"] != at.clean[index]["risk_id"]]
    at.put("risk_id", index, f"{at.clean[index]['risk_id']}、{chance.choice(others)}")
    return True


def several_numbers(one: Desk, chance: random.Random) -> bool:
    at = place(one, "risk_points")
    if at is None:
        return False
    index = chance.randrange(len(at.clean))
    at.put("id", index, f"{at.clean[index]['id']}、{at.clean[index]['id'].rpartition('-')[0]}-990")
    return True


def unknown_reference(sheet: str, number: str) -> Planter:
    def plant(one: Desk, chance: random.Random) -> bool:
        at = place(one, sheet)
        if at is None:
            return False
        at.put("risk_id", chance.randrange(len(at.clean)), f"{one.clean_cover['unit_code']}-{number}")
        return True

    return plant


def lost_numbers(one: Desk, chance: random.Random) -> bool:
    """Several rows without their numbers, which measures refer to."""
    at = place(one, "risk_points")
    if at is None:
        return False
    for index in chance.sample(with_more_measures(one, at), 2):
        at.put("id", index, None)
    return True


def with_more_measures(one: Desk, at: Place) -> list[int]:
    """The rows of risk points that further measures refer to."""
    referred = {row["risk_id"] for row in one.clean["measures"]}
    return [index for index, row in enumerate(at.clean) if row["id"] in referred]


def lost_names(one: Desk, chance: random.Random) -> bool:
    at = place(one, "powers")
    if at is None:
        return False
    for index in chance.sample(range(len(at.clean)), min(2, len(at.clean))):
        at.put("power", index, None)
    return True


def no_rows(one: Desk, chance: random.Random) -> bool:
    at = place(one, "warnings")
    if at is None:
        return False
    for index in range(len(at.clean)):
        at.content.rows.pop(at.row(index), None)
    label(one, "row_count", 0)
    return True


def nil_unexplained(one: Desk, chance: random.Random) -> bool:
    """A register that says that there is nothing to report, and not why."""
    if place(one, "risk_points") is None:
        return False
    for name in ("powers", "risk_points", "measures", "self_checks"):
        at = place(one, name)
        for index in range(len(at.clean)) if at is not None else ():
            at.content.rows.pop(at.row(index), None)
    label(one, "row_count", 0)
    label(one, "nil_return", "是")
    return True


def nil_open(one: Desk, chance: random.Random) -> bool:
    """No rows, and nothing that says whether that is a nil return."""
    if not no_rows(one, chance):
        return False
    label(one, "nil_return", None)
    return True


def empty_sheet(name: str) -> Planter:
    def plant(one: Desk, chance: random.Random) -> bool:
        at = place(one, name)
        if at is None:
            return False
        for index in range(len(at.clean)):
            at.content.rows.pop(at.row(index), None)
        return True

    return plant


def post_gone(one: Desk, chance: random.Random) -> bool:
    at = place(one, "risk_points")
    if at is None:
        return False
    for index in range(len(at.clean)):
        at.put("post", index, "值班岗")
    return True


def powers_gone(one: Desk, chance: random.Random) -> bool:
    """Everything is called a matter of the staff's morals: no power of the roster has a risk point."""
    at, risks = place(one, "powers"), place(one, "risk_points")
    if at is None or risks is None:
        return False
    for index in range(len(at.clean)):
        at.put("category", index, "思想道德建设")
    return True


def other_class(one: Desk, chance: random.Random) -> bool:
    at, powers = place(one, "risk_points"), place(one, "powers")
    if at is None or powers is None:
        return False
    index = chance.randrange(len(at.clean))
    named = at.get("power", index)
    category = next(row["category"] for row in powers.clean if row["power"] == named)
    at.put("power_class", index, _other_group("power_category", category))
    return True


def other_group(one: Desk, chance: random.Random) -> bool:
    at = place(one, "measures")
    if at is None:
        return False
    index = chance.randrange(len(at.clean))
    at.put("layer", index, _other_group("means", at.get("means", index)))
    return True


def _other_group(vocabulary: str, word: Any) -> str:
    """A group of words that is not that of `word`."""
    words = load_vocabularies()[vocabulary]
    return next(entry.group for entry in words.words if entry.group != words.group_of(word))


def extra_sheet(one: Desk, chance: random.Random) -> None:
    sheet = SheetContent("通讯录")
    sheet.put(1, 1, "姓名")
    sheet.put(2, 1, "短号")
    one.content.sheets.append(sheet)


def hidden(rows: bool) -> Planter:
    def plant(one: Desk, chance: random.Random) -> bool:
        at = place(one, "risk_points", "warnings", "items")
        if at is None:
            return False
        if rows:
            at.content.hidden_rows.add(at.row(0))
        else:
            at.content.hidden_columns.add(at.layout.columns["remark"])
        return True

    return plant


def column_of_own(header: str, value: Any) -> Planter:
    def plant(one: Desk, chance: random.Random) -> bool:
        at = place(one, "risk_points")
        if at is None:
            return False
        column = max(at.layout.columns.values()) + 2
        at.content.put(at.layout.header_row, column, header)
        at.content.put(at.row(0), column, value)
        return True

    return plant


def header(text: str) -> Planter:
    def plant(one: Desk, chance: random.Random) -> bool:
        at = place(one, "risk_points")
        if at is None:
            return False
        at.content.put(at.layout.header_row, at.layout.columns["likelihood"], text)
        return True

    return plant


def deleted_column(one: Desk, chance: random.Random) -> bool:
    at = place(one, "self_checks")
    if at is None:
        return False
    for row in at.content.rows:
        if row >= at.layout.header_row:
            at.content.put(row, at.layout.columns["filled_on"], None)
    return True


def old_version(one: Desk, chance: random.Random) -> None:
    one.content.properties["lzxl_version"] = "2019.1"


def copied_risk(one: Desk, chance: random.Random) -> bool:
    at = place(one, "risk_points")
    if at is None or len(at.clean) < 2:
        return False
    for name in (
        "section",
        "post",
        "power",
        "power_class",
        "risk_type",
        "point",
        "description",
        "likelihood",
        "severity",
    ):
        at.put(name, 1, at.get(name, 0))
    return True


def spelled_post(one: Desk, chance: random.Random) -> bool:
    at = place(one, "risk_points")
    if at is None:
        return False
    for index in range(len(at.clean)):
        post = str(at.get("post", index))
        at.put("post", index, post + "位" if post.endswith("岗") else post)
    return True


def points_changed(one: Desk, chance: random.Random) -> bool:
    at = place(one, "items")
    if at is None:
        return False
    at.put("points", 4, at.get("points", 4) + 1)
    return True


def reason_gone(one: Desk, chance: random.Random) -> bool:
    at = place(one, "items")
    rows = [n for n, row in enumerate(at.clean) if row["self_score"] < row["points"]] if at is not None else []
    if at is None or not rows:
        return False
    at.put("evidence", rows[0], None)
    return True


def one_score_gone(one: Desk, chance: random.Random) -> bool:
    at = place(one, "items")
    if at is None:
        return False
    at.put("self_score", 3, None)
    return True


def merged_word(one: Desk, chance: random.Random) -> bool:
    """One cell for the words of two rows: the second has that of the first."""
    at = place(one, "risk_points", "self_checks")
    if at is None or len(at.clean) < 2:
        return False
    name = chance.choice(["likelihood", "severity"])
    index = next((n for n in range(len(at.clean) - 1) if at.get(name, n) and at.get(name, n + 1)), None)
    if index is None:
        return False
    row, column = at.row(index), at.layout.columns[name]
    at.content.merges.append((row, column, row + 1, column))
    at.put(name, index + 1, None)
    return True


PLANTS: dict[str, Planter] = {
    "merged_word": merged_word,
    "sheet_unplaced": extra_sheet,
    "column_unplaced": column_of_own("承诺人", "张三"),
    "column_private": column_of_own("身份证号", "见档案"),
    "hidden_row": hidden(rows=True),
    "hidden_column": hidden(rows=False),
    "header_renamed": header("风险发生的可能性"),
    "column_missing": deleted_column,
    "version_old": old_version,
    "stamp_mismatch": on_cover("unit_code", "HB13"),
    "period_mismatch": on_cover("period", "2024年度"),
    "unit_not_on_roster": on_cover("unit_code", "HB88"),
    "unit_name_mismatch": on_cover("unit_name", "某某科"),
    "signer_mismatch": on_cover("head", "钱某某"),
    "cells_swapped": swapped(
        ("risk_points", "likelihood", "severity"), ("risk_points", "power_class", "risk_type"),
        ("measures", "id", "risk_id"), ("measures", "layer", "means"), ("powers", "power_class", "category"),
        ("warnings", "collected_on", "channel"),
        ("reports", "report_type", "submitted_on"),
    ),
    "row_shifted": shifted,
    "missing_value": cell(None, ("risk_points", "point"), ("warnings", "problem"), ("reports", "duty_title")),
    "missing_likelihood": level_beside("likelihood"),
    "missing_severity": level_beside("severity"),
    "missing_measure": cell(None, ("risk_points", "measure")),
    "missing_responsible": cell(None, ("risk_points", "responsible")),
    "missing_score": one_score_gone,
    "placeholder_for_content": cell("无", *TEXTS),
    "pointer_not_followed": first_row("同上", ("risk_points", "description"), ("warnings", "problem"), ("reports", "duty_title")),
    "content_elsewhere": cell("详见附件", ("risk_points", "description"), ("warnings", "problem"), ("reports", "duty_title")),
    "word_not_in_vocabulary": wrong_word,
    "type_outside_three": cell("业务流程风险", ("risk_points", "risk_type")),
    "type_in_wrong_column": cell("制度机制风险", ("risk_points", "power")),
    "level_not_in_vocabulary": cell("很高", ("risk_points", "level")),
    "compound_level": cell("1中2低", ("risk_points", "level")),
    "level_mismatch": wrong_level,
    "level_impossible": impossible_level,
    "error_value": cell(CellError("#N/A"), *TEXTS),
    "picture_in_cell": cell(CellPicture(), *PERSONS),
    "half_character": cell("经办人私下\ud800触", ("risk_points", "point"), ("warnings", "problem")),
    "text_cut": cell("钱" * 40_000, ("risk_points", "description"), ("warnings", "problem")),
    "id_digits_lost": cell(110101199001011234.0, *TEXTS),
    "number_unreadable": cell("满分", *NUMBERS),
    "decimal_comma": cell("2，5", *NUMBERS),
    "number_not_whole": on_cover("row_count", 2.5),
    "out_of_range": cell(-1, *NUMBERS),
    "date_near_midnight": cell("2026-03-01 23:59:59", *DATES),
    "date_in_other_zone": cell("2026-03-01T20:00:00Z", *DATES),
    "date_several": cell("2026-03-01、2026-03-05", *DATES),
    "date_with_words": cell("2026年3月1日前完成", *DATES),
    "date_vague": cell("长期坚持", *DATES),
    "date_without_year": cell("3月1日", *DATES),
    "date_unreadable": cell("甲", *DATES),
    "date_impossible": cell("2026年11月31日", *DATES),
    "date_after_filing": cell(DAY(2026, 12, 20), ("self_checks", "filled_on"), ("reports", "submitted_on")),
    "date_outside_period": cell(DAY(2024, 3, 1), ("risk_points", "deadline"), ("warnings", "collected_on")),
    "bad_format": cell("三号", *IDS),
    "several_numbers": several_numbers,
    "several_references": several_references,
    "text_length": cell("钱", ("risk_points", "description"), ("warnings", "problem")),
    "not_unique": twice("risk_points", "id"),
    "id_of_other_unit": cell("HB99-001", ("risk_points", "id")),
    "reference_unknown": unknown_reference("measures", "099"),
    "reference_lost": lost_numbers,
    "power_unknown": cell("办理上级交办的其他事项", ("risk_points", "power")),
    "power_lost": lost_names,
    "class_mismatch": other_class,
    "group_mismatch": other_group,
    "cover_count_mismatch": on_cover("row_count", 99),
    "no_rows": no_rows,
    "nil_without_reason": nil_unexplained,
    "sheet_empty": empty_sheet("self_checks"),
    "table_empty": empty_sheet("items"),
    "nil_with_rows": on_cover("nil_return", "是"),
    "score_over_points": cell(90, *NUMBERS),
    "points_not_hundred": points_changed,
    "item_changed": cell("另一项内容", ("items", "content")),
    "deduction_without_reason": reason_gone,
    "private_content": cell("举报人：王五，13800138000", ("risk_points", "point"), ("warnings", "problem")),
    "signature_mismatch": cell("代签", ("self_checks", "signed")),
    "key_post_uncovered": post_gone,
    "power_uncovered": powers_gone,
    "post_spelling": spelled_post,
    "risk_id_unknown": unknown_reference("warnings", "077"),
    "risk_repeated": copied_risk,
}  # fmt: skip
# Other ways to the same findings, whose advice differs.
MORE_PLANTS: dict[str, Planter] = {
    "missing_value: nil return of an empty table": nil_open,
    "not_unique: a name": twice("powers", "power"),
    "not_unique: a row copied whole": twice("powers", "code", whole=True),
    "row_shifted: with a fault of its own": shifted_and_wrong,
    "missing_value: means": cell(None, ("measures", "means")),
    "missing_value: risk point of a measure": cell(None, ("measures", "risk_id")),
    "missing_value: power of a risk point": cell(None, ("risk_points", "power")),
    "word_not_in_vocabulary: both degrees": in_row("risk_points", likelihood="高", severity="中"),
}

# What stands here no unit mends in its sheets: a test checks that each is told whom to turn to, or what to send.
SENT_AGAIN = "the file itself must be saved, unlocked or sent anew: no cell is wrong"
OTHER_FORM = "what was sent is none of our forms: the unit is asked for one"
NO_FORM_YET = "of a rule that a form may declare and no form that units file declares now: see test_required"
LAST_YEAR = "said of rows of the last year, of which a workbook of this one has none: see test_changes"
NEXT_ROUND = "the rest is listed when those that are listed have been mended"
OWN_LAYOUT = "said of a register in a layout of its own, which the office brings in: see test_own_as_told"
OFFICE_S_OWN = (
    "said of the office's own books, to the office: a list of names stands in its roster only, decisions in 认定"
)
DECIDED = "hangs on what the leading group decided, which no form of a unit tells: see test_levels"
NOT_IN_A_SHEET: dict[str, str] = {
    **dict.fromkeys(
        (
            "file_empty", "file_too_large", "file_encrypted", "file_password_wrong", "file_encryption_unknown",
            "file_not_workbook", "file_broken", "file_with_document_type", "file_unreadable", "submission_failed",
            "submission_set_aside", "cells_lost", "unit_filed_twice",
        ),
        SENT_AGAIN,
    ),
    **dict.fromkeys(("workbook_empty", "form_unknown"), OTHER_FORM),
    "findings_too_many": NEXT_ROUND,
    "missing_because": NO_FORM_YET,
    "measure_not_linked": NO_FORM_YET,
    "removed_without_reason": LAST_YEAR,
    "level_decided_otherwise": DECIDED,
    **dict.fromkeys(("serial_repeated", "count_mismatch", "missing_level"), OWN_LAYOUT),
    **dict.fromkeys(
        (
            "date_order", "date_after_later",
            "list_doubtful", "person_in_two_units", "person_twice", "unit_in_charge_unknown", "owner_left", "book_of_other_form",
            "book_of_other_period",
            "decision_incomplete", "decision_outside_period", "decision_stale",
            "decision_without_row", "decisions_conflict", "lowered_despite_warning", "grade_limit_without_basis",
            "score_above_record", "admonition_without_authority", "book_row_vanished", "closed_without_supervision",
            "document_number_twice", "escalation_not_approved", "event_incomplete", "event_round_differs",
            "handler_of_own_unit", "illegal_step", "not_ours_to_admonish", "order_for_person", "supervisor_of_own_unit",
            "transfer_says_content", "office_field_filled", "score_not_by_unit",
        ),
        OFFICE_S_OWN,
    ),
}  # fmt: skip
