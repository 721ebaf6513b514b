"""What Excel loads: functions over cells and ranges, the check of a pasted table, and the buttons."""

from __future__ import annotations

import json
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lzxl.demo.bureau import load_bureau
from lzxl.errors import UsageError
from lzxl.forms.load import load_form, load_grading, unit_form_ids
from lzxl.forms.model import Sheet
from lzxl.functions import udfs
from lzxl.functions.excel import write_excel_files
from lzxl.functions.tables import tables_of
from lzxl.functions.xlwings_port import calling_book

from . import com_stand_in

ROOT = Path(__file__).resolve().parents[2]
OLDER = ("scheme", "title", "invalid", "grades", "weights", "dispositions")
HEAVY = {"pandas", "polars", "pandera", "openpyxl", "numpy", "yaml", "xlwings"}


def python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_import_brings_nothing_heavy() -> None:
    loaded = json.loads(python("import lzxl.functions.udfs, sys, json; print(json.dumps(sorted(sys.modules)))"))
    assert HEAVY.isdisjoint(loaded)


def test_the_first_answer_brings_no_frames() -> None:
    code = "from lzxl.functions.udfs import *; import sys, json; LZ_LEVEL('较大', '严重'); print(json.dumps(sorted(sys.modules)))"
    assert (HEAVY - {"yaml"}).isdisjoint(json.loads(python(code)))


def test_cells_and_ranges() -> None:
    grade = load_grading().grade("较大", "严重")
    assert grade is not None
    assert udfs.LZ_LEVEL("较大", "严重") == udfs.LZ_LEVEL([["较大"]], [["严重"]]) == grade.level
    assert udfs.LZ_BASIS("较大", "严重") == grade.basis
    assert udfs.LZ_LEVEL([["较大", "", "错"]], [["严重"]]) == [[grade.level, "", "用词不在可选范围"]]
    assert udfs.LZ_LEVEL([["较大"], [None]], [["严重"], ["严重"]]) == [[grade.level], [""]]
    assert udfs.LZ_SCORE([[90], [None]], [[90], [90]], [[90], [90]]) == [[90.0], [""]]
    assert (
        udfs.LZ_DISPOSITION([["较重"]], [["个人"], ["科室"]], "是")
        == [["移送纪检监察机构（涉嫌违纪违法的只移送，本局不作处置）"]] * 2
    )
    assert udfs.LZ_DUE([["2025-9-30"], [None]], 1) == [[45939.0], [""]]
    assert udfs.LZ_DUE("2026-11-19", 1, [["2026-11-20"]], [["2026-11-21"]]) == 46347.0
    assert str(udfs.LZ_DISPOSITION("一般")).startswith("建议") or udfs.LZ_DISPOSITION("一般") == "用词不在可选范围"


@pytest.fixture
def scheme(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    udfs._functions.cache_clear()
    yield monkeypatch
    udfs._functions.cache_clear()


def test_a_scheme_that_is_none_is_said_in_the_cell(scheme: pytest.MonkeyPatch) -> None:
    scheme.setenv("LZXL_SCHEME", "没有的")
    assert "没有名为“没有的”的分级表" in str(udfs.LZ_LEVEL("较大", "严重"))
    assert "没有名为“没有的”的分级表" in str(udfs.LZ_CHECK([["风险点"]], "廉政风险点登记表"))


def test_a_module_of_an_older_version_answers_all_the_same(scheme: pytest.MonkeyPatch) -> None:
    """It brings the tables that there were: what is new comes from those of the program."""
    tables = tables_of(load_grading("product"))
    scheme.setattr(udfs, "_brought", {"tables": {name: tables[name] for name in OLDER}, "open_cells": None})
    grade = load_grading("product").grades[0]
    assert udfs.LZ_LEVEL(grade.likelihood, grade.severity) == grade.level
    assert udfs.LZ_DISPOSITION("轻微", "科室") == tables["mandated"]["轻微"]["科室"]
    assert udfs.LZ_DUE("2025-9-30", 1) == 45939.0


def pasted(sheet: Sheet, rows: list[dict[str, Any]]) -> list[list[Any]]:
    """A table as it stands in a sheet: header, rows, several choices joined."""
    cells = [[row.get(entry.name) for entry in sheet.fields] for row in rows]
    return [
        [entry.title for entry in sheet.fields],
        *([("、".join(cell) if isinstance(cell, tuple) else cell) for cell in row] for row in cells),
    ]


@pytest.mark.parametrize("form_id", unit_form_ids())
def test_a_clean_table_has_no_findings(form_id: str) -> None:
    form = load_form(form_id)
    for sample in load_bureau().units[:4]:
        for sheet in form.tables:
            rows = sample.tables(form_id).get(sheet.name)
            if rows:
                assert udfs.LZ_CHECK(pasted(sheet, rows), form.title, sheet.title) == [["未发现问题。"]], sheet.title


def test_findings_of_a_pasted_table() -> None:
    form = load_form("risk_register")
    sheet = form.main_sheet
    table = pasted(sheet, load_bureau().units[0].tables(form.id)[sheet.name])
    column = table[0].index(sheet.by_name["likelihood"].title)
    table[1][column] = "很大"
    table[3][column] = None
    answer = udfs.LZ_CHECK(table, "risk_register")
    assert answer[0] == ["行", "栏目", "填写内容", "问题", "修改办法"]
    wrong = [row for row in answer[1:] if row[1] == sheet.by_name["likelihood"].title]
    assert [(row[0], row[2]) for row in wrong] == [(2.0, "很大"), (4.0, "")]
    assert all(len(row) == 5 and all(isinstance(cell, str | float) for cell in row) for row in answer)
    assert (
        udfs.LZ_CHECK(table, form.title, sheet.name) == udfs.LZ_CHECK(table, f"《{form.title}》", sheet.title) == answer
    )


def test_wrong_names_and_tables_are_said_in_one_cell() -> None:
    for form, sheet, said in (
        ("没有的", None, "没有名为“没有的”的表单，可用：廉政风险点登记表"),
        (None, None, "没有名为“”的表单"),
        (3, None, "没有名为“3”的表单"),
        ("risk_register", "没有的", "《廉政风险点登记表》没有名为“没有的”的表，可用："),
        ("risk_register", None, "未找到表头"),
    ):
        [[cell]] = udfs.LZ_CHECK([["甲", "乙"], [1, 2]], form, sheet)
        assert isinstance(cell, str) and cell.startswith(said)
    assert udfs.LZ_CHECK("甲", "risk_register") == [["未找到表头：选的范围要包括表头那一行。"]]


def test_where_xlwings_has_no_excel_it_is_said() -> None:
    pytest.importorskip("xlwings")
    with pytest.raises(UsageError, match="只在 Windows"):
        calling_book()
    with pytest.raises(UsageError, match="只在 Windows"):
        udfs.run("check")


def test_without_xlwings_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlwings", None)
    with pytest.raises(UsageError, match="未安装 xlwings"):
        calling_book()


def through_xlwings(tmp_path: Path, code: str, scheme: str = "rules", open_cells: str | None = None) -> Any:
    """What the real xlwings hands back to Excel, over the stand-in that the benchmark has for pywin32 and Excel.

    `code` leaves JSON in `said`; `call(function, *values)` is a formula whose arguments are cells of those values.
    """
    pytest.importorskip("xlwings")
    grading = load_grading(scheme, open_cells)
    write_excel_files(tmp_path / "Excel", grading, open_cells)
    begin = f"""
import datetime, decimal, json, os
from pathlib import Path
from benchmarks.functions import ExcelStandIn
excel = ExcelStandIn(Path({str(tmp_path / "Excel")!r}))
def call(name, *values):
    return excel.call(name, *map(excel.range, values))
"""
    return json.loads(python(begin + code + "\nprint(json.dumps(said))"))


def test_cells_come_through_xlwings(tmp_path: Path) -> None:
    code = """
ERROR, MISSING = -2146826281, -2147352572
DECIDED = (("A-1", "较大", "较严重", "一级", "认定为一级"), ("A-2", "较大", "严重", "二级", "认定为二级"))
strange = [None, "", "较大", "不知道", 0.0, 1.0, True, ERROR, datetime.datetime(2026, 1, 1), decimal.Decimal("3.5")]
said = {
    "cells": [[call("LZ_LEVEL", cell, "严重"), call("LZ_BASIS", "较大", cell)] for cell in strange],
    "column": call("LZ_LEVEL", tuple((cell,) for cell in strange), "严重"),
    "row": call("LZ_LEVEL", (("较大", "较小", None),), "严重"),
    "typed": [excel.call("LZ_LEVEL", "较大", "严重"), excel.call("LZ_LEVEL", ("较大", "较小"), "严重")],
    "scores": [call("LZ_SCORE", cell, 90.0, 90.0) for cell in strange],
    "score": call("LZ_SCORE", ((90.0,), (None,)), ((90.0,), (90.0,)), ((decimal.Decimal(90),), (90.0,))),
    "disposition": [call("LZ_DISPOSITION", cell) for cell in strange],
    "left out": [excel.call("LZ_DISPOSITION", "较重", MISSING, MISSING), call("LZ_DISPOSITION", "较重")],
    "transfer": call("LZ_DISPOSITION", (("较重",), ("轻微",)), "个人", (("是",), (None,))),
    "decided": [call("LZ_BASIS", "较大", "较严重", cell, DECIDED) for cell in ("A-1", "A-2", *strange)],
    "decided column": call("LZ_BASIS", (("较大",),) * 3, (("较严重",),) * 3, (("A-1",), ("A-2",), (None,)), DECIDED),
    "decided left out": excel.call("LZ_BASIS", excel.range("较大"), excel.range("较严重"), MISSING, MISSING),
    "due": [call("LZ_DUE", cell, 5.0) for cell in strange],
    "due by": [call("LZ_DUE", datetime.datetime(2026, 11, 19), 1.0, (("2026-11-20",), (None,))),
               excel.call("LZ_DUE", excel.range(datetime.datetime(2026, 11, 19)), excel.range(1.0), MISSING, MISSING)],
    "due column": call("LZ_DUE", ((46345.0,),) + ((None,),) * (1_048_576 - 1), 1.0),
    "whole": call("LZ_LEVEL", (("较大",), ("较小",)) + ((None,),) * (1_048_576 - 2), "严重"),
    "long": len(call("LZ_LEVEL", (("较大",),) * 100_000, (("严重",),) * 100_000)),
    "check": call("LZ_CHECK", (("甲", "乙"), (ERROR, None)), "没有的"),
}"""
    said = through_xlwings(tmp_path, code)
    wrong = "用词不在可选范围"
    levels = ["", "", "一级", wrong, "", wrong, wrong, wrong, wrong, wrong]
    assert [level for level, _ in said["cells"]] == levels
    assert {basis for _, basis in said["cells"]} == {""}
    assert said["column"] == [[level] for level in levels]
    assert said["row"] == ["一级", "二级", ""]
    assert said["typed"] == ["一级", ["一级", "二级"]]
    assert said["scores"] == ["", "", wrong, wrong, 72.0, 72.2, wrong, wrong, wrong, 72.7]
    assert said["score"] == [[90.0], [""]]
    basis = udfs.LZ_BASIS("较大", "较严重")
    assert said["decided"] == ["认定为一级"] + [basis] * (len(levels) + 1)
    assert said["decided column"] == [["认定为一级"], [basis], [basis]]
    assert said["decided left out"] == basis
    assert said["disposition"] == ["", "", wrong, wrong, "", wrong, wrong, wrong, wrong, wrong]
    assert said["left out"][0] == said["left out"][1] == udfs.LZ_DISPOSITION("较重")
    assert said["transfer"] == [[udfs.LZ_DISPOSITION("较重", "个人", "是")], [udfs.LZ_DISPOSITION("轻微", "个人")]]
    no_day, unknown = "起算日不是日期", "1900年放假安排未载入，不能推算"
    new_year = float(46030)  # 8 January 2026: the 1st to the 3rd are off, the 4th, a Sunday, is worked
    assert said["due"] == ["", "", no_day, no_day, "", unknown, no_day, no_day, new_year, unknown]
    assert said["due by"] == [46349.0, 46346.0]
    assert said["due column"] == 46346.0
    assert said["whole"] == [["一级"], ["二级"]]
    assert said["long"] == 100_000
    assert "没有名为“没有的”的表单" in said["check"]


def test_the_table_of_the_campaign_comes_through_xlwings(tmp_path: Path) -> None:
    """Whatever the environment of the computer says."""
    product = load_grading("product")
    grade = product.grades[0]
    code = f"""
os.environ["LZXL_SCHEME"] = "matrix_3x3"
from lzxl.functions import udfs
from lzxl.functions.excel import write_excel_files
said = [call("LZ_LEVEL", {grade.likelihood!r}, {grade.severity!r}), call("LZ_LEVEL", "不知道", "严重"), udfs._scheme()]"""
    assert through_xlwings(tmp_path, code, "product") == [grade.level, "用词不在可选范围", "product"]
    code = """
from lzxl.functions import udfs
from lzxl.functions.excel import write_excel_files
said = [call("LZ_LEVEL", "较大", "较轻微"), udfs._grading().grade("较大", "较轻微").level]"""
    assert through_xlwings(tmp_path, code, open_cells="二级") == ["二级", "二级"]


def test_the_first_answer_of_an_installed_addin_reads_no_schema(tmp_path: Path) -> None:
    write_excel_files(tmp_path)
    code = f"""
import sys, json
sys.path.insert(0, {str(tmp_path)!r})
import lzxl_grading
assert lzxl_grading.LZ_LEVEL("较大", "严重") == "一级"
print(json.dumps(sorted(sys.modules)))"""
    loaded = json.loads(python(code))
    assert HEAVY.isdisjoint(loaded)
    assert not [name for name in loaded if name.startswith(("lzxl.forms", "lzxl.checks", "lzxl.workbook"))]


class Pressed(com_stand_in.Book):
    """A workbook whose button was pressed; remembers what it was told."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.fullname = str(path)
        self.told: list[str] = []
        self.app = types.SimpleNamespace(alert=lambda text, title: self.told.append(f"{title}：{text}"))


@pytest.mark.filterwarnings("ignore:Print area cannot be set")
def test_buttons(own_demo: Path) -> None:
    book = Pressed(next((own_demo / "来件" / "第一批").glob("办公室廉政风险点登记表.xlsx")))
    assert udfs.run("check", book).startswith("《廉政风险点登记表》须改正")
    assert udfs.run("clear", book) == "校验标记已清除。"
    assert udfs.run("status", book).endswith("。")
    assert "共看过" in udfs.run("collect", book)
    said = udfs.run("consolidate", book)
    assert Path(said.removeprefix("汇总表已写到：")).is_file()
    assert [line.partition("：")[0] for line in book.told] == ["廉政风险防控"] * 5
    assert all("\n" not in line for line in book.told)


@pytest.mark.filterwarnings("ignore:Print area cannot be set")
def test_office_buttons_outside_a_campaign(own_demo: Path, tmp_path: Path) -> None:
    source = next((own_demo / "来件" / "第一批").glob("办公室廉政风险点登记表.xlsx"))
    outside = tmp_path / "别处" / "表.xlsx"
    outside.parent.mkdir()
    outside.write_bytes(source.read_bytes())
    book = Pressed(outside)
    for button in ("collect", "status", "consolidate"):
        assert "不在填报批次的文件夹里" in udfs.run(button, book)
