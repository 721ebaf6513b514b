"""lzxl functions install: what the clerk gets, graded by the campaign's table, and one sentence for what is wrong."""

from __future__ import annotations

import datetime
import json
import zipfile
from pathlib import Path

import pytest

from lzxl.cli.main import run
from lzxl.forms.load import load_grading
from lzxl.functions.excel import read_grading_module
from lzxl.functions.tables import tables_of
from lzxl.year.workdays import Calendar


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("APPDATA", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_calc_addin_carries_the_tables(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["functions", "install", "--calc", "函数.oxt"]) == 0
    with zipfile.ZipFile(home / "函数.oxt") as package:
        tables = json.loads(package.read("tables.json"))
    assert len(tables["grades"]) == 6
    assert "双击" in capsys.readouterr().out


def test_the_wps_addin_is_entered_beside_those_of_others(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["functions", "install", "--wps"]) == 0
    [publish] = home.rglob("publish.xml")
    assert 'name="lzxl"' in publish.read_text("utf-8")
    assert list(publish.parent.glob("*/tables.js"))
    assert "再打开 WPS 表格" in capsys.readouterr().out


@pytest.fixture
def product(home: Path) -> Path:
    """A campaign that grades by another table."""
    assert run(["-q", "init", "批次", "--bureau", "甲局"]) == 0
    path = home / "批次" / "lzxl.toml"
    path.write_text(path.read_text("utf-8").replace('scheme = "rules"', 'scheme = "product"'), "utf-8")
    return home / "批次"


def test_in_a_campaign_its_own_grading_table_goes_in(home: Path, product: Path) -> None:
    assert run(["-q", "-C", "批次", "functions", "install", "--calc", "a.oxt"]) == 0
    with zipfile.ZipFile(home / "a.oxt") as package:
        tables = json.loads(package.read("tables.json"))
    assert tables["title"] == load_grading("product").title
    assert len(tables["grades"]) == 16


@pytest.mark.parametrize("inside", [True, False], ids=["within the campaign", "with -C"])
def test_excel_grades_as_the_campaign_does(
    product: Path, inside: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if inside:
        monkeypatch.chdir(product)
    campaign = [] if inside else ["-C", "批次"]
    assert run(["-q", *campaign, "functions", "install", "--excel", "excel"]) == 0
    module = Path("excel/lzxl_grading.py").read_text("utf-8")
    assert read_grading_module(module) == tables_of(load_grading("product"))
    assert load_grading("product").title in Path("excel/安装说明.txt").read_text("utf-8-sig")
    capsys.readouterr()
    run([*campaign, "functions", "doctor", "excel"])
    [line] = [line for line in capsys.readouterr().out.splitlines() if "分级表：" in line]
    assert line.startswith("[好]") and load_grading("product").title in line


def test_excel_grades_open_cells_as_the_campaign_does(home: Path) -> None:
    assert run(["-q", "init", "批次", "--bureau", "甲局"]) == 0
    path = home / "批次" / "lzxl.toml"
    path.write_text(path.read_text("utf-8").replace('# open_cells = "二级"', 'open_cells = "二级"'), "utf-8")
    assert run(["-q", "-C", "批次", "functions", "install", "--excel", "excel"]) == 0
    module = (home / "excel" / "lzxl_grading.py").read_text("utf-8")
    assert "OPEN_CELLS = '二级'" in module
    assert read_grading_module(module) == tables_of(load_grading(open_cells="二级"))


def test_the_offices_own_calendar_goes_in_and_the_doctor_notices_a_change(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["-q", "init", "批次", "--bureau", "甲局"]) == 0
    install = ["-q", "-C", "批次", "functions", "install"]
    assert run([*install, "--excel", "excel"]) == 0
    path = home / "批次" / "lzxl.toml"
    text = path.read_text("utf-8")
    assert text.count("\n[calendar]\n") == 1
    own_days = '\n[calendar]\nholidays = ["2026-11-20"]\nworkdays = ["2026-11-21"]\n'
    path.write_text(text.replace("\n[calendar]\n", own_days), "utf-8")
    own = Calendar(frozenset({datetime.date(2026, 11, 20)}), frozenset({datetime.date(2026, 11, 21)}))
    capsys.readouterr()
    assert run(["-C", "批次", "functions", "doctor", "excel"]) == 1
    assert "放假安排与本批次现在的不同" in capsys.readouterr().out
    assert run([*install, "--excel", "excel", "--calc", "a.oxt", "--wps"]) == 0
    expected = tables_of(load_grading(), calendar=own)
    assert expected != tables_of(load_grading())
    assert read_grading_module((home / "excel" / "lzxl_grading.py").read_text("utf-8")) == expected
    with zipfile.ZipFile(home / "a.oxt") as package:
        assert json.loads(package.read("tables.json")) == expected
    [tables] = home.rglob("tables.js")
    assert json.loads(tables.read_text("ascii").partition("=")[2].rstrip(";\n"))["tables"] == expected
    capsys.readouterr()
    run(["-C", "批次", "functions", "doctor", "excel"])
    assert "[好] 分级表" in capsys.readouterr().out


def test_the_doctor_notices_another_table_than_the_campaigns(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["functions", "install", "--excel", "excel"]) == 0
    assert run(["-C", "批次", "functions", "doctor", "excel"]) == 1
    assert "与本批次现在的分级表" in capsys.readouterr().out
    assert run(["functions", "doctor", "没有"]) == 2
    assert "文件夹不存在" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "请写明装到哪里"),
        (["--calc", "a.zip"], "要以 .oxt 结尾"),
    ],
)
def test_wrong_usage_has_one_sentence(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert run(["functions", "install", *arguments]) == 2
    assert sentence in capsys.readouterr().err
    assert not list(home.iterdir())


def test_a_list_of_addins_that_cannot_be_read_is_left_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["functions", "install", "--wps"]) == 0
    [publish] = home.rglob("publish.xml")
    publish.write_text("<jsplugins><broken", "utf-8")
    assert run(["functions", "install", "--wps"]) == 2
    assert publish.read_text("utf-8") == "<jsplugins><broken"
    assert "未改动" in capsys.readouterr().err


def test_the_files_for_excel_come_with_their_instructions(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["functions", "install", "--excel", "excel"]) == 0
    names = {path.name for path in (home / "excel").iterdir()}
    assert {"lzxl_functions.bas", "lzxl_grading.py", "xlwings.conf", "customUI.xml", "安装说明.txt"} <= names
    assert "安装说明" in capsys.readouterr().out


def test_the_doctor_says_what_this_computer_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["functions", "doctor"]) in (0, 1)
    said = capsys.readouterr().out
    assert said.startswith("[")
    assert "系统" in said
