"""The WPS add-in: its JavaScript against the Python that it repeats, in Chromium, with a stub in the place of WPS.

Nothing here can run WPS itself (`wps_stub.js`): what is compared are answers, findings and what becomes of a workbook.
"""

from __future__ import annotations

import html
import itertools
import json
import os
import random
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import to_excel
from openpyxl.worksheet.worksheet import Worksheet

from lzxl import __version__, check
from lzxl.campaign.places import RECEIVED
from lzxl.checks.context import Context
from lzxl.checks.run import Checked, check_submissions
from lzxl.demo.bureau import load_bureau
from lzxl.demo.filing import FIRST_BATCH, MANIFEST
from lzxl.demo.paper import Paper
from lzxl.errors import UsageError
from lzxl.forms.findings import Finding
from lzxl.forms.load import grading_schemes, load_form, load_grading, unit_form_ids
from lzxl.forms.text import column_index, compact, fold, has_unseen, is_empty, spaced, tidy, with_hyphens
from lzxl.forms.values import parse
from lzxl.functions.core import Functions, over_ranges
from lzxl.functions.tables import tables_of
from lzxl.functions.wps.build import TABLES, build_addin, generated_scripts, tables_js
from lzxl.functions.wps.publish import FOLDER, install, publish_path, publish_xml, write_publish
from lzxl.functions.wps.rules import bgr, rules_of
from lzxl.workbook.layout import FINDINGS_SHEET
from lzxl.workbook.reading.content import WorkbookContent
from lzxl.workbook.reading.read import read_open
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.comments import comment_text
from lzxl.workbook.writing.fill import fill_workbook, stamp_workbook
from lzxl.workbook.writing.save import save_workbook
from lzxl.workbook.writing.stamp import Stamp
from tests.functions.readings import told_of
from tests.functions.wps_books import as_the_stub_has_it, generated

STUB = Path(__file__).with_name("wps_stub.js")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
in_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (tests/install_chromium.sh)")

UNREADABLE = ("水生态环境科补充材料.xlsx", "情况说明.xlsx")
TABLE = tables_of(load_grading())
FORMS = [load_form(form_id) for form_id in unit_form_ids()]
RULES = rules_of(FORMS)
SOAK = os.environ.get("LZXL_HYPOTHESIS_PROFILE") == "soak"
# Generated workbooks of each form.
SEEDS = 500 if SOAK else 25


def run_in_chromium(folder: Path, script: str, data: Any, tables: Any = TABLE, forms: Sequence[Any] = FORMS) -> Any:
    """What `script`, a JavaScript expression over `DATA`, gives in a page that has loaded stub and add-in."""
    build_addin(folder, tables, forms)
    shutil.copy(STUB, folder)
    (folder / "data.js").write_text(f"var DATA = {json.dumps(data)};", encoding="ascii")
    runner = (
        "var told; try { told = {result: (" + script + ")}; } catch (error) { told = {error: String(error.stack)}; }"
        "document.body.innerHTML = '<pre id=\"told\"></pre>';"
        "document.getElementById('told').textContent = JSON.stringify(told).replace(/[^ -~]/g, function (one) {"
        "return '\\\\u' + ('000' + one.charCodeAt(0).toString(16)).slice(-4); });"
    )
    page = (folder / "index.html").read_text(encoding="utf-8")
    page = page.replace('<script src="tables.js">', '<script src="wps_stub.js"></script><script src="tables.js">')
    page = page.replace("<body>", f"<body><script src='data.js'></script><script>{runner}</script>")
    (folder / "test.html").write_text(page, encoding="utf-8")
    assert CHROMIUM is not None
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    command += [f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=600000", "--dump-dom"]
    done = subprocess.run([*command, (folder / "test.html").as_uri()], capture_output=True, timeout=600, check=True)
    found = re.search(r'<pre id="told">(.*?)</pre>', done.stdout.decode("utf-8"), re.S)
    assert found, done.stderr.decode("utf-8", "replace")[-2000:]
    told = json.loads(html.unescape(found.group(1)))
    assert "error" not in told, told["error"]
    return told["result"]


# The functions


def every_call() -> list[tuple[str, list[Any]]]:
    """(function, arguments): every combination of words, odd cells, ranges of all shapes, many scores."""
    odd = [
        None,
        "",
        " ",
        0,
        0.0,
        1,
        -1,
        3.5,
        True,
        False,
        "大",
        "较大 ",
        "constructor",
        "__proto__",
        "一级",
        "😀",
        -2146826246,
    ]
    grading = load_grading()
    words = [*grading.likelihood.allowed, *grading.severity.allowed, *odd]
    calls: list[tuple[str, list[Any]]] = []
    for pair in itertools.product(words, repeat=2):
        calls += [("LEVEL", list(pair)), ("BASIS", list(pair))]
    calls += [("DISPOSITION", [word]) for word in (*TABLE["dispositions"], *odd)]
    targets = [*TABLE["targets"], *odd]
    for degree, target, breach in itertools.product(
        (*TABLE["dispositions"], None, "甲"), targets, ("是", "否", None, "甲", 1)
    ):
        calls.append(("DISPOSITION", [degree, target, breach]))
    calls += due_calls(odd)
    calls += decided_calls(odd)
    scores = [*odd, 100, 59.95, 89.949999, 1000, 1000.01, 1e21, 1e-7, 5e-324, "88.5", " 90 ", "+7", "-0", "-0.1", ".5"]
    scores += [
        "5.",
        ".",
        "1e2",
        "1E+2",
        "1e-3",
        "1e400",
        "-1e-50",
        "NaN",
        "Infinity",
        "1_0",
        "９０．５",
        "９０.５",
        "٩٠",
        "0x10",
        "1,5",
    ]
    calls += [("SCORE", [score, 80, 90]) for score in scores]
    calls += [("SCORE", [70, "80", score]) for score in scores]
    chance = random.Random(20261110)
    for _ in range(3000):
        calls.append(("SCORE", [round(chance.uniform(0, 101), chance.choice((0, 1, 2, 3, 6))) for _ in range(3)]))
    column = [[word] for word in words]
    calls += [
        ("LEVEL", [column, column[::-1]]),
        ("LEVEL", [column, "严重"]),
        ("LEVEL", ["较大", column]),
        ("LEVEL", [words, [words]]),
        ("LEVEL", [[["较大", "较小"]], [["严重"], ["较严重"], ["较轻微"]]]),
        ("LEVEL", [[["较大", "较小"], ["较小"]], [["严重", "较严重", "较轻微"]]]),
        ("BASIS", [column[:3], column]),
        ("LEVEL", [[], "严重"]),
        ("SCORE", [[[90], [80], [None]], [[88.5], [70.25]], 60]),
        ("DISPOSITION", [[["轻微", "较重"], ["严重", None]]]),
    ]
    return calls


def decided_calls(odd: list[Any]) -> list[tuple[str, list[Any]]]:
    """Bases with the decisions that a workbook carries, and with ranges that are none."""
    decided = [
        ["A-1", "较大", "严重", "二级", "认定为二级"],
        ["A-2", "较小", "严重", "一级", "认定为一级"],
        ["A-1", "较大", "严重", "一级", "后一行"],
        ["较小×严重", "较小", "严重", "一级", "整格认定为一级"],
    ]
    others: list[Any] = [
        *odd,
        [[]],
        [["A-1", "较大"]],
        [["A-1", "较大", "严重", "二级", None]],
        [[1, "较大", "严重", "二级", "x"]],
    ]
    numbers = ["A-1", "A-2", "a-1", *odd]
    calls: list[tuple[str, list[Any]]] = [
        ("BASIS", [likelihood, "严重", number, given])
        for likelihood, number, given in itertools.product(("较大", "较小", "甲"), numbers, (decided, *others))
    ]
    calls.append(("BASIS", [[["较大"], ["较小"], [None]], "严重", [["A-1"], ["A-2"], ["A-1"]], decided]))
    return calls


def due_calls(odd: list[Any]) -> list[tuple[str, list[Any]]]:
    """Every day of three years and of the end of what is known, odd days and counts, days of the sheet's own."""
    days = [
        *odd,
        "2025-9-30",
        " 2025/09/30",
        "2025.9.30",
        "2025年9月30日",
        "2026-2-30",
        "2024-2-29",
        "0000-1-1",
        "9999-12-31",
    ]
    days += [
        "2026-2-13 8:00",
        "２０２６-2-13",
        "2026-2-13\n",
        46000.9,
        2958465,
        2958466,
        1e300,
        -0.5,
        36525,
        37986,
        0.5,
    ]
    calls: list[tuple[str, list[Any]]] = [("DUE", [day, 5]) for day in days]
    calls += [("DUE", [46000, count]) for count in (*odd, "5", "05", "5.0", " 5", "-5", "1e1", 1e300, 250, 5000)]
    calls += [("DUE", [day, count]) for day in range(45650, 46400) for count in (1, 3, 5, 10, 15, 20)]
    own: list[list[Any]] = [[[["2026-11-20"], [None], [46349]]], ["2026-11-20", [["2026-11-21"], ["2026-11-20"]]]]
    own += [
        [None, 46347],
        [[["2027-1-1"]]],
        [[["x"]]],
        [[[True]], None],
        [None, "甲"],
        [[]],
        [[["2026-11-20", ""]], [""]],
    ]
    calls += [
        ("DUE", [day, count, *given]) for given in own for day in (46343, 46345, 46380) for count in (1, 4, 30, 300)
    ]
    calls += [("DUE", [[[46345], [None], ["x"]], 1]), ("DUE", [[[46345], [46000]], [[1, 2]], [["2026-11-20"]]])]
    return calls


def answer(functions: Functions, name: str, arguments: list[Any]) -> Any:
    if name == "DUE":
        return over_ranges(functions.due_by(*arguments[2:]), *arguments[:2])
    if name == "BASIS":
        return over_ranges(functions.basis_by(*arguments[3:]), *arguments[:3])
    single: Callable[..., Any] = getattr(functions, name.lower())
    return over_ranges(single, *arguments)


@in_chromium
@pytest.mark.slow
def test_functions_answer_as_in_python(tmp_path: Path) -> None:
    calls = every_call()
    script = "DATA.map(function (call) { return registered['LZ.' + call[0]].apply(null, call[1]); })"
    told = run_in_chromium(tmp_path, script, calls)
    functions = Functions(TABLE)
    expected = [answer(functions, name, arguments) for name, arguments in calls]
    wrong = [row for row in zip(calls, told, expected, strict=True) if row[1] != row[2]]
    assert wrong == []


@in_chromium
@pytest.mark.slow
@pytest.mark.parametrize("scheme", grading_schemes())
def test_another_grading_table_changes_the_answers(tmp_path: Path, scheme: str) -> None:
    tables = tables_of(load_grading(scheme))
    pairs = [[entry[0], entry[1]] for entry in tables["grades"]]
    script = "DATA.map(function (pair) { return [LEVEL.apply(null, pair), BASIS.apply(null, pair)]; })"
    forms = [load_form(form_id, scheme) for form_id in unit_form_ids()]
    told = run_in_chromium(tmp_path, script, pairs, tables, forms)
    assert told == [[entry[2], entry[3]] for entry in tables["grades"]]


amounts = st.one_of(
    st.floats(0, 1000),
    st.integers(0, 1000),
    st.decimals(0, 1000, places=2).map(str),
    st.decimals(0, 100, places=9).map(str),
    st.text("0123456789.eE+-_ ９", max_size=8).filter(lambda text: len(text.lower().partition("e")[2]) < 4),
)
splits = st.tuples(st.integers(0, 1000), st.integers(0, 1000)).map(sorted)


@in_chromium
@pytest.mark.slow
def test_scores_are_rounded_as_decimals(tmp_path: Path) -> None:
    """One page for all examples: hypothesis makes the scores and the weights, Chromium and Decimal add them up."""
    examples: list[tuple[list[str], list[Any]]] = []

    @given(splits, st.tuples(amounts, amounts, amounts))
    def collected(split: list[int], scores: tuple[Any, ...]) -> None:
        first, second = (Decimal(part) / 10 for part in split)
        examples.append(([str(first), str(second - first), str(100 - second)], list(scores)))

    collected()
    # Exactly on the line between two tenths, and just below it.
    examples += [(["20", "40", "40"], [n / 100, n / 100, n / 100]) for n in range(0, 10001, 5)]
    script = "DATA.map(function (given) { LZXL_DATA.tables.weights = given[0]; return LZXL.functions.SCORE.apply(null, given[1]); })"
    told = run_in_chromium(tmp_path, script, examples)
    expected = [Functions({**TABLE, "weights": weights}).score(*scores) for weights, scores in examples]
    assert [row for row in zip(examples, told, expected, strict=True) if row[1] != row[2]] == []


@in_chromium
@pytest.mark.slow
def test_text_is_folded_and_read_as_in_python(tmp_path: Path) -> None:
    """Every character of the basic plane, and what a cell of each kind makes of odd contents."""
    # Chromium may know characters that this Python's Unicode does not have yet.
    characters = [chr(code) for code in range(32, 0x10000) if unicodedata.category(chr(code)) not in ("Cn", "Cs")]
    texts = ["".join(characters[start : start + 64]) for start in range(0, len(characters), 64)]
    odd = [
        "2026-3-1",
        "2026年2月30日",
        "2026.12.31前",
        "3月1日",
        "长期",
        "20260301",
        "46000",
        "两天",
        "３．５分",
        "1,200",
        "2万",
    ]
    odd += [
        "2026/6/1 10:30",
        "2026-05-27T00:00:00Z",
        "2026-05-27T16:00:00Z",
        "二〇二六年六月四日",
        "二〇二六年六月初四",
    ]
    odd += [
        "2026年6月8日（星期一）",
        "2026/7/6 上午 8:00",
        "2026-6-1至6-5",
        "6月1日 6月3日",
        "2026年6月1日已办",
        "2026-6-1 25:00",
    ]
    odd += [
        "\u202a2026-04-24\u202c",
        "2026。6。1",
        "2026-6-110:30",
        "6-1",
        "2026年",
        "2026-6-1\n2026-6-2",
        "20260601 10:30",
    ]
    odd += ["0,5", "0，5", "3\n2", "3 2", "1 200", "1，200", "1,20", "3²", "1\u200b6", "−2", "3。5", "12 34", "- 1"]
    odd += [
        "/",
        "／",
        "——",
        "无",
        "无。",
        "N/A",
        "不适用",
        "…",
        "略",
        "\u2003",
        "\u200e",
        "\u3164",
        "\u2800\ufeff",
        "\x07",
    ]
    odd += [
        "韩立群\n夏雨薇",
        "韩立群 夏雨薇",
        "张　三",
        "欧 阳 娜 娜",
        "张三 科长",
        "阿卜杜拉 · 买买提",
        "王小 明",
        "甲，乙、丙/丁",
        "Li Si\nWang Wu",
    ]
    odd += [
        "岗位职责⻛险",
        "陶景⾏",
        "HB05–001\u00ad",
        "行政许可类\u200d",
        "a\u2003b\u00a0c\x0bd",
        "👨\u200d👩 x\u200d",
        "⽤⼾\ufe00",
        "\U000e0041字\U000e0100",
    ]
    odd += [
        "1中2低",
        "Ⅰ级",
        "王 某",
        "J. Doe",
        " hb01 - 1 ",
        "一\n\n二 ",
        "1.1.2",
        "十",
        "是",
        "√",
        "大",
        "严重的",
        "行政许可类",
    ]
    fields = {
        field.kind: field for form in FORMS for sheet in form.sheets for field in sheet.fields if not field.computed
    }
    raws: list[Any] = [*odd, 0, 1, 2.5, -3, 46000, 20260301, 20261301, 99, 1e15, 123456789012345678, True, False]
    data = {"texts": texts, "odd": [*odd, *texts], "raws": raws, "kinds": list(fields)}
    script = """(function () {
      var byKind = {};
      LZXL_DATA.rules.forms.forEach(function (form) { form.sheets.forEach(function (sheet) {
        sheet.fields.forEach(function (field) { if (!field.computed) byKind[field.kind] = field; }); }); });
      return {
        texts: DATA.texts.map(function (text) { return [LZXL.text.fold(text), LZXL.text.compact(text)]; }),
        odd: DATA.odd.map(function (text) {
          return [LZXL.text.isBlank(text), LZXL.text.hasUnseen(text), LZXL.text.spaced(text), LZXL.text.tidy(text)]; }),
        values: DATA.kinds.map(function (kind) { return DATA.raws.map(function (raw) {
          var read = LZXL.words.parse(byKind[kind], raw, false), value = read.value;
          return [value && value.date ? value.date : value, read.problem, read.note, read.suggestion]; }); })
      };
    })()"""
    told = run_in_chromium(tmp_path, script, data)
    assert told["texts"] == [[fold(text), compact(text)] for text in texts]
    read = [[is_empty(text), has_unseen(text), spaced(text), tidy(text)] for text in (*odd, *texts)]
    assert [row for row in zip((*odd, *texts), told["odd"], read, strict=True) if row[1] != row[2]] == []
    expected = []
    for field in fields.values():
        parsed = [parse(field, float(raw) if type(raw) is int else raw) for raw in raws]
        expected.append([told_of(entry) for entry in parsed])
    pairs = [
        (kind, raw, mine, theirs)
        for kind, wanted, given_ in zip(fields, expected, told["values"], strict=True)
        for raw, mine, theirs in zip(raws, wanted, given_, strict=True)
    ]
    assert [pair for pair in pairs if pair[2] != pair[3]] == []


# The check


def dumped(path: Path) -> dict[str, Any]:
    """A workbook as the stub has it. Formulas that look up a person show whom they show; our other ones nothing, as in a row
    without content; others show something."""
    workbook, shown = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    return {"date1904": False, "sheets": [_dumped_sheet(sheet, shown[sheet.title]) for sheet in workbook.worksheets]}


def _shown_by(formula: str, stored: object) -> object:
    if "INDEX(" in formula or "lz_head" in formula:
        return stored or ""
    return "" if "lz_" in formula else "某某"


def _dumped_sheet(sheet: Worksheet, saved: Worksheet) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for cell in sheet._cells.values():  # type: ignore[attr-defined]  # iter_rows would make a cell for every blank one
        if cell.value is None and cell.comment is None:
            continue
        shown: dict[str, Any] = {"nf": cell.number_format}
        if cell.comment is not None:
            shown["note"] = cell.comment.text
        if cell.data_type == "f":
            shown |= {"f": str(cell.value), "v": _shown_by(str(cell.value), saved[cell.coordinate].value)}
        elif cell.value is not None:
            shown["v"] = to_excel(cell.value) if cell.is_date else cell.value
        if (
            shown.get("v") == "#N/A"
        ):  # a return holds what the unit's cell showed as text; WPS gives an error as a number
            shown["v"] = -2146826246 if cell.data_type == "e" else "某某"
        if cell.fill.fill_type == "solid":
            shown["fill"] = bgr(cell.fill.start_color.rgb)
        cells[cell.coordinate] = shown
    made = {
        "name": sheet.title,
        "cells": cells,
        "merges": [[box.min_row, box.min_col, box.max_row, box.max_col] for box in sheet.merged_cells.ranges],
        "hidden": [column_index(key) for key, column in sheet.column_dimensions.items() if column.hidden],
    }
    if sheet.protection.sheet:
        names = ("sort", "autoFilter", "formatColumns", "formatRows", "insertRows", "deleteRows")
        stub = ("Sorting", "Filtering", "FormattingColumns", "FormattingRows", "InsertingRows", "DeletingRows")
        pairs = zip(names, stub, strict=True)
        made["permissions"] = {f"Allow{theirs}": True for ours, theirs in pairs if not getattr(sheet.protection, ours)}
    return made


CHECK = """DATA.map(function (book) {
  function state() { return JSON.stringify(book.sheets, function (key, value) {
    return value && typeof value === "object" && !Array.isArray(value) ?
      Object.keys(value).sort().reduce(function (sorted, name) {
        var kept = name !== "cells" ? value[name] : Object.keys(value[name]).reduce(function (filled, cell) {
          if (Object.keys(value[name][cell]).length) filled[cell] = value[name][cell];
          return filled; }, {});
        sorted[name] = kept; return sorted; }, {}) : value; }); }
  var before = state();
  openInStub(book);
  var findings = LZXL.checks.check(LZXL.workbook.readBook(Application.ActiveWorkbook));
  OnAction({Id: "lzxlCheck"});
  OnAction({Id: "lzxlCheck"});
  var marked = JSON.parse(JSON.stringify(book.sheets)), wasChanged = state() !== before;
  OnAction({Id: "lzxlClear"});
  return {findings: findings, marked: marked, wasChanged: wasChanged, isRestored: state() === before, alerts: alerts.splice(0)};
})"""

Found = tuple[str, str, str, str, str, str, str, str]


def told_by_python(checked: Checked) -> list[Found]:
    return sorted(
        (entry.code, entry.sheet, entry.cell, entry.header, entry.value, entry.message, entry.severity, entry.basis)
        for entry in checked.findings
        if entry.code in RULES["messages"]
    )


def told_by_script(findings: Iterable[dict[str, Any]], checked: Checked) -> list[Found]:
    """What the script says, but of rows whose cells stand in each other's columns, which only the office sees as a whole."""
    keys = ("code", "sheet", "cell", "header", "value", "message", "severity", "basis")
    moved = {
        (one.sheet, one.place.areas[0].top) for one in checked.findings if one.code in ("row_shifted", "cells_swapped")
    }
    kept = [one for one in findings if (one["sheet"], one["row"]) not in moved]
    return sorted(tuple(entry[key] for key in keys) for entry in kept)  # type: ignore[misc]


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with one fault of every kind that the add-in looks for, beside those of the sample bureau."""
    sample = load_bureau().units[0]
    form = load_form("risk_register")
    workbook = build_workbook(form, load_grading())
    stamp_workbook(workbook, form, Stamp(form.id, form.version, sample.unit.code, sample.unit.name, "2026年度"))
    rows = sample.tables("risk_register")
    fill_workbook(workbook, form, sample.cover("risk_register"), rows)
    paper = Paper(workbook, form.id, rows)
    for name, value in {
        "unit_code": "hb 01!",
        "reporter": "某" * 21,
        "reported_on": "2026年底",
        "row_count": 30000,
        "nil_return": "大概",
        "nil_reason": "无",
    }.items():
        paper.put_label(name, value)
    for number, (name, value) in enumerate(
        {
            "id": "风险3",
            "section": "某" * 61,
            "post": True,
            "power_class": "外部",
            "risk_type": "业务流程风险",
            "point": "短",
            "description": "两字 ",
            "likelihood": "很大",
            "severity": "严重得很",
            "level": "1中2低",
            "measure": "=1+1",
            "responsible": 1234567890123456789.0,
            "leader": None,
        }.items()
    ):
        cell = paper.worksheet("risk_points")[paper.put("risk_points", name, number % 3, value)]
        if name == "measure":
            cell.data_type = "s"
    paper.put("risk_points", "likelihood", 3, None)
    paper.put("risk_points", "severity", 3, "较轻微")
    paper.put("risk_points", "level", 3, "高")
    paper.put("risk_points", "level", 4, "★")
    paper.put("risk_points", "level", 5, "最高")
    paper.put("risk_points", "section_head", 4, "#N/A")
    for index, value in enumerate(["2026/3/1", "2026-02-30", "尽快", "abc", 12, 46022]):
        paper.put("measures", "deadline", index, value, "General")
    paper.put("measures", "done_on", 2, "3月1日", "General")
    paper.put("measures", "id", 1, rows["measures"][0]["id"])
    paper.put("powers", "power", 1, rows["powers"][0]["power"])
    path = tmp_path_factory.mktemp("spoilt") / "错误齐全.xlsx"
    save_workbook(workbook, path)
    return path


@in_chromium
@pytest.mark.slow
def test_the_check_finds_what_python_finds_and_leaves_no_trace(demo: Path, spoilt: Path, tmp_path: Path) -> None:
    """Over the workbooks of the sample bureau with a fault planted in them, one of each form without, some of the returned
    ones, and one with all kinds of faults; in `make soak` over all workbooks."""
    planted = {fault["file"] for fault in json.loads((demo / MANIFEST).read_text("utf-8"))["faults"]}
    filed = [path for path in sorted((demo / FIRST_BATCH).rglob("*.xlsx")) if path.name not in UNREADABLE]
    faultless = [path for path in filed if path.name not in planted]
    mended = sorted((demo / RECEIVED).rglob("*.xlsx"))  # a form of which no file of that day was without a fault
    without = {form.title: path for form in FORMS for path in (*mended, *faultless) if form.title in path.name}
    paths = [path for path in filed if SOAK or path.name in planted]
    paths += [path for path in without.values() if path not in paths]
    paths += sorted((demo / "退回").rglob("*.xlsx"))[: 4 if SOAK else 2]
    assert len(paths) >= 20 and len(without) == len(FORMS)
    paths.append(spoilt)
    books = [dumped(path) for path in paths]
    told = run_in_chromium(tmp_path / "addin", CHECK, books)
    wrong = []
    for path, checked, entry in zip(paths, check(paths).files, told, strict=True):
        ours, theirs = told_by_python(checked), told_by_script(entry["findings"], checked)
        if ours != theirs:
            wrong.append((path.name, sorted(set(ours) - set(theirs)), sorted(set(theirs) - set(ours))))
    assert wrong == []
    assert [path.name for path, entry in zip(paths, told, strict=True) if not entry["isRestored"]] == []
    codes = {finding["code"] for entry in told for finding in entry["findings"]}
    assert codes >= {
        "missing_value",
        "word_not_in_vocabulary",
        "type_outside_three",
        "text_length",
        "bad_format",
        "out_of_range",
    }
    assert codes >= {
        "not_unique",
        "level_mismatch",
        "level_impossible",
        "compound_level",
        "id_digits_lost",
        "error_value",
    }
    assert codes >= {"date_vague", "date_without_year", "date_unreadable", "date_impossible", "column_missing"}
    for path, book, entry in zip(paths, books, told, strict=True):
        _check_marks(path, book, entry)


@in_chromium
@pytest.mark.slow
def test_script_and_python_say_the_same_of_generated_workbooks(tmp_path: Path) -> None:
    """Odd cells in odd layouts: the same findings, whatever their severity, at the same places with the same words.

    Left out are rules between cells, which the script leaves to the office: of the codes that it says, `missing_score` of
    an item that is scored in part, and a row's number that only the rest of the file keeps from being given; and what a
    fix says of words that the rest of the file leaves. A number is quoted by Python as a return gives it back, by the
    script as it stands.
    """
    made = [(form_id, *generated(form_id, seed)) for form_id in unit_form_ids() for seed in range(SEEDS)]
    script = """DATA.map(function (book) {
      openInStub(book);
      return LZXL.checks.check(LZXL.workbook.readBook(Application.ActiveWorkbook));
    })"""
    told = run_in_chromium(tmp_path, script, [as_the_stub_has_it(content) for _, content, _ in made])
    wrong, codes = [], set()
    for (form_id, content, done), findings in zip(made, told, strict=True):
        ours, theirs = _places_by_python(content), _places_by_script(findings)
        if ours != theirs:
            wrong.append((form_id, done, ours, theirs))
        codes |= {entry[0] for entry in theirs or ()}
    assert wrong == []
    assert codes >= {
        "missing_value",
        "bad_format",
        "date_vague",
        "sheet_renamed",
        "header_renamed",
        "placeholder_for_content",
    }


_EXACT = ("code", "severity", "sheet", "cell", "header")
_QUOTING = ("value", "message")


_BY_OTHER_ROWS = {
    ("missing_value", entry.title)
    for form in FORMS
    for sheet in form.tables
    for entry in sheet.fields
    if entry.required and not sheet.is_owed(entry)
}
"""A number that is not filled in is given one, unless other sheets speak of one that no row has: that the office says."""


def _places_by_python(content: WorkbookContent) -> list[tuple[str, ...]] | None:
    # The stub has no properties of the document: both go by what the sheets look like.
    submission = read_open(replace(content, properties={}), "表.xlsx")
    if submission.refusal is not None:
        return None
    [checked] = check_submissions([submission], Context(load_grading()))
    kept = [one for one in checked.findings if one.code in RULES["messages"] and one.code != "missing_score"]
    kept = [one for one in kept if (one.code, one.header) not in _BY_OTHER_ROWS]
    return sorted(
        (*(getattr(one, key) for key in _EXACT), *(_number(getattr(one, key)) for key in _QUOTING)) for one in kept
    )


def _places_by_script(findings: list[dict[str, str]] | None) -> list[tuple[str, ...]] | None:
    if findings is None:
        return None
    kept = [one for one in findings if one["code"] != "missing_score"]
    return sorted((*(one[key] for key in _EXACT), *(_number(one[key]) for key in _QUOTING)) for one in kept)


def _number(text: str) -> str:
    """A text with the numbers in it written in one way."""
    return with_hyphens(compact(text)).upper()


def _check_marks(path: Path, book: dict[str, Any], entry: dict[str, Any]) -> None:
    before = {sheet["name"]: sheet["cells"] for sheet in book["sheets"]}
    sheets = {sheet["name"]: sheet for sheet in entry["marked"]}
    findings = entry["findings"]
    assert entry["wasChanged"] == bool(findings), path.name
    if not findings:
        assert "未发现问题" in entry["alerts"][0]
        return
    assert f"发现{len(findings)}个问题" in entry["alerts"][0]
    assert entry["alerts"][0] == entry["alerts"][1]
    assert entry["alerts"][2] == "自查标记已清除。"
    for finding in findings:
        if finding["column"]:
            marked = sheets[finding["sheet"]]["cells"][finding["cell"]]
            assert marked["fill"] == RULES["colours"][finding["severity"]]
            own = before[finding["sheet"]].get(finding["cell"], {}).get("note")
            # Its note is that of a marked return; a note that was there already stays as it is.
            texts = [finding[key] for key in ("code", "severity", "message", "fix", "basis")]
            assert (marked["note"] == own) if own else (comment_text(Finding(*texts)) in marked["note"])
    listing = sheets[FINDINGS_SHEET]["cells"]
    title = next(cell for cell, shown in listing.items() if shown.get("v") == "本簿自查结果")
    start = int(title[1:])
    assert "由办公室在收到报送件后进行" in listing[f"A{start + 1}"]["v"]
    columns = [listing[f"{letter}{start + 2}"]["v"] for letter in "ABCDEFGHI"]
    assert columns == ["序号", "级别", "工作表", "单元格", "栏目", "填写内容", "问题", "修改办法", "依据"]
    rows = [
        [listing[f"{letter}{start + 3 + number}"].get("v") for letter in "CDEFGH"] for number in range(len(findings))
    ]
    assert rows == [[f[key] for key in ("sheet", "cell", "header", "value", "message", "fix")] for f in findings]
    assert all("{" not in row[4] + row[5] for row in rows)


@in_chromium
@pytest.mark.slow
def test_fixes_are_those_of_python(spoilt: Path, tmp_path: Path) -> None:
    """What advice adds to a fix, from other sheets and the roster, is the office's: the add-in's fix is what it begins with."""
    [told] = run_in_chromium(tmp_path / "addin", CHECK, [dumped(spoilt)])
    fixes = {(f.code, f.cell, f.sheet): f.fix for f in check([spoilt]).files[0].findings}
    advised = {"missing_value", "missing_responsible", "word_not_in_vocabulary", "type_outside_three", "error_value"}
    for finding in told["findings"]:
        if finding["code"] not in advised:
            fix = finding["fix"].rstrip("。")
            # A name that is used twice is advised in the midst of its fix.
            fix = fix.split("。")[0] if finding["code"] == "not_unique" else fix
            assert fixes[finding["code"], finding["cell"], finding["sheet"]].startswith(fix), finding


@in_chromium
@pytest.mark.slow
def test_a_sheet_with_a_password_is_listed_and_not_coloured(spoilt: Path, tmp_path: Path) -> None:
    book = dumped(spoilt)
    locked = next(sheet for sheet in book["sheets"] if sheet["name"] == "权责清单")
    locked["password"] = "秘密"
    [told] = run_in_chromium(tmp_path / "addin", CHECK, [book])
    assert told["isRestored"]
    assert "未标色的工作表：权责清单。" in told["alerts"][0]
    assert "权责清单" in {finding["sheet"] for finding in told["findings"]}
    marked = next(sheet for sheet in told["marked"] if sheet["name"] == "权责清单")
    assert marked == locked


@in_chromium
@pytest.mark.slow
def test_marks_are_found_again_after_rows_were_inserted(spoilt: Path, tmp_path: Path) -> None:
    """The list remembers cells by formulas, which a program keeps up; here the stub's cells are moved by hand."""
    script = """(function (book) {
      openInStub(book);
      OnAction({Id: "lzxlCheck"});
      var points = book.sheets.filter(function (sheet) { return sheet.name === "风险点"; })[0].cells;
      var list = book.sheets.filter(function (sheet) { return sheet.name === "问题清单"; })[0].cells;
      points.H999 = points.H8;
      delete points.H8;
      var wasMarked = points.H999.fill, wasNoted = points.H999.note, moved = 0;
      Object.keys(list).forEach(function (key) {
        if (list[key].f === "='风险点'!H8") { list[key].f = "='风险点'!H999"; moved += 1; }
        if (list[key].f === "='风险点'!C7") list[key].f = "='风险点'!#REF!";
      });
      OnAction({Id: "lzxlClear"});
      return {
        moved: moved, wasMarked: wasMarked, fill: points.H999.fill, gone: points.C7.fill, sheets: book.sheets.length,
        wasNoted: wasNoted, note: points.H999.note
      };
    })(DATA)"""
    book = dumped(spoilt)
    told = run_in_chromium(tmp_path / "addin", script, book)
    before = next(sheet for sheet in book["sheets"] if sheet["name"] == "风险点")["cells"]
    assert told["moved"] == 1
    assert told["wasMarked"] == told["gone"] == RULES["colours"]["error"]
    assert told.get("fill") == before["H8"].get("fill")
    assert told["wasNoted"].startswith("【须改正】")
    assert "note" not in told
    assert told["sheets"] == len(book["sheets"])


@in_chromium
@pytest.mark.slow
def test_blank_foreign_and_other_workbooks(tmp_path: Path) -> None:
    books = []
    for scheme in ("rules", "matrix_3x3"):
        form = load_form("risk_register", scheme)
        workbook = build_workbook(form, load_grading(scheme))
        stamp_workbook(workbook, form, Stamp(form.id, form.version, "HB01", "办公室", "2026年度"))
        save_workbook(workbook, tmp_path / f"{scheme}.xlsx")
        books.append(dumped(tmp_path / f"{scheme}.xlsx"))
    sheet = {"name": "Sheet1", "cells": {"A1": {"v": "你好"}}, "merges": [], "hidden": []}
    books.append({"date1904": False, "sheets": [sheet]})
    told = run_in_chromium(tmp_path / "addin", CHECK, books)
    assert [finding["code"] for finding in told[0]["findings"]] == ["form_untouched"]
    assert "分级表与本加载项不同" in told[1]["alerts"][0]
    assert "无法识别" in told[2]["alerts"][0]
    assert all(entry["isRestored"] for entry in told)
    script = "(openInStub(null), ['lzxlCheck', 'lzxlClear', 'lzxlAbout'].forEach(function (id) { OnAction({Id: id}); }), alerts)"
    alerts = run_in_chromium(tmp_path / "addin", script, None)
    assert "打开" in alerts[0]
    assert TABLE["title"] in alerts[2]


# The folder and the list of add-ins


def test_the_folder_is_complete_and_only_its_tables_are_generated(tmp_path: Path) -> None:
    build_addin(tmp_path / "one", TABLE, FORMS)
    changed = json.loads(json.dumps(TABLE))
    changed["grades"][0][2] = "三级"
    build_addin(tmp_path / "two", changed, FORMS)
    names = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    differing = [
        name for name in names if (tmp_path / "one" / name).read_bytes() != (tmp_path / "two" / name).read_bytes()
    ]
    assert differing == [Path(TABLES)]
    page = (tmp_path / "one" / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r'src="([\w.]+)"', page)
    assert {path.name for path in (tmp_path / "one").glob("*.js")} == set(scripts)
    ribbon = fromstring((tmp_path / "one" / "ribbon.xml").read_bytes())
    assert [entry.get("label") for entry in ribbon.iter() if entry.tag.endswith("button")] == [
        "校验本簿",
        "清除标记",
        "关于",
    ]
    manifest = fromstring((tmp_path / "one" / "manifest.xml").read_bytes())
    assert manifest.findtext("Functions/Namespace") == "LZ"
    described = json.loads((tmp_path / "one" / "functions.json").read_text(encoding="utf-8"))["functions"]
    assert [entry["name"] for entry in described] == ["LEVEL", "BASIS", "SCORE", "DISPOSITION", "DUE"]
    main = (tmp_path / "one" / "main.js").read_text(encoding="utf-8")
    for image in re.findall(r"images/\w+\.svg", main):
        assert (tmp_path / "one" / image).is_file()


def test_scripts_keep_to_what_an_old_browser_reads() -> None:
    newer = re.compile(
        r"=>|\b(?:let|const|class|async|await)\b|`|\.\.\.|\.(?:includes|startsWith|padStart|flatMap|entries)\("
    )
    assets = sorted((Path(build_addin.__code__.co_filename).parent / "assets").glob("*.js"))
    scripts = {path.name: path.read_text(encoding="utf-8") for path in assets} | generated_scripts()
    for name, script in scripts.items():
        code = re.sub(r"//.*|\"(?:[^\"\\]|\\.)*\"", "", script)
        assert newer.findall(code) == [], name
    assert "".join(generated_scripts().values()).isascii()
    assert tables_js(TABLE, FORMS).isascii()


def test_where_the_list_of_add_ins_is() -> None:
    windows = publish_path("win32", {"APPDATA": "/u/AppData/Roaming"}).as_posix()
    assert windows == "/u/AppData/Roaming/kingsoft/wps/jsaddons/publish.xml"
    linux = publish_path("linux", {"HOME": "/home/u"}).as_posix()
    assert linux == "/home/u/.local/share/Kingsoft/wps/jsaddons/publish.xml"


def test_install_without_a_server(tmp_path: Path) -> None:
    publish = tmp_path / "jsaddons" / "publish.xml"
    folder = install(TABLE, FORMS, publish)
    assert folder == tmp_path / "jsaddons" / f"lzxl_{__version__}"
    assert (folder / TABLES).is_file()
    assert install(TABLE, FORMS, publish) == folder
    [entry] = fromstring(publish.read_bytes())
    assert (entry.tag, entry.get("url"), entry.get("version"), entry.get("type")) == (
        "jsplugin",
        FOLDER,
        __version__,
        "et",
    )


@pytest.mark.parametrize(
    "content",
    [
        b"<jsplugins>",
        b"not xml",
        b"<other/>",
        b"\xff\xfe\x00",
        "<jsplugins>名</jsplugins>".encode("gbk"),
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><jsplugins>&b;</jsplugins>",
    ],
)
def test_a_list_that_cannot_be_read_is_left_alone(tmp_path: Path, content: bytes) -> None:
    publish = tmp_path / "publish.xml"
    publish.write_bytes(content)
    for write in (lambda: write_publish("http://10.0.0.8/lzxl", publish), lambda: install(TABLE, FORMS, publish)):
        with pytest.raises(UsageError, match="未改动"):
            write()
    assert publish.read_bytes() == content
    assert list(tmp_path.iterdir()) == [publish]


names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
entries = st.lists(
    st.tuples(
        st.sampled_from(["jsplugin", "jspluginonline", "custom"]),
        st.dictionaries(st.sampled_from(["name", "type", "url", "version", "enable"]), names),
    ),
    max_size=6,
)


@given(entries, st.sampled_from(["http://10.0.0.8/lzxl", "https://x/", FOLDER]), st.booleans())
def test_other_entries_are_kept(others: list[tuple[str, dict[str, str]]], address: str, was_there: bool) -> None:
    from xml.etree.ElementTree import Element, SubElement, tostring

    root = Element("jsplugins")
    for tag, attributes in others:
        SubElement(root, tag, attributes)
    existing = tostring(root, encoding="unicode")
    if was_there:
        existing = publish_xml("http://old/", existing)
    merged = publish_xml(address, existing)
    assert publish_xml(address, merged) == merged
    *kept, ours = fromstring(merged)
    foreign = [(tag, attributes) for tag, attributes in others if tag == "custom" or attributes.get("name") != "lzxl"]
    assert [(entry.tag, dict(entry.attrib)) for entry in kept] == foreign
    assert ours.get("name") == "lzxl"
    assert ours.tag == ("jsplugin" if address == FOLDER else "jspluginonline")
