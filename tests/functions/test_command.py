"""lzxl functions install: what the clerk gets, graded by the campaign's table, and one sentence for what is wrong."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from lzxl.cli.main import run
from lzxl.forms.load import load_grading


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


def test_in_a_campaign_its_own_grading_table_goes_in(home: Path) -> None:
    assert run(["-q", "init", "批次", "--bureau", "甲局"]) == 0
    path = home / "批次" / "lzxl.toml"
    path.write_text(path.read_text("utf-8").replace('scheme = "rules"', 'scheme = "product"'), "utf-8")
    assert run(["-q", "-C", "批次", "functions", "install", "--calc", "a.oxt"]) == 0
    with zipfile.ZipFile(home / "a.oxt") as package:
        tables = json.loads(package.read("tables.json"))
    assert tables["title"] == load_grading("product").title
    assert len(tables["grades"]) == 16


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
    assert "没有改动" in capsys.readouterr().err


def test_the_files_for_excel_come_with_their_instructions(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["functions", "install", "--excel", "excel"]) == 0
    names = {path.name for path in (home / "excel").iterdir()}
    assert {"lzxl_functions.bas", "xlwings.conf", "customUI.xml", "安装说明.txt"} <= names
    assert "安装说明" in capsys.readouterr().out


def test_the_doctor_says_what_this_computer_can_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["functions", "doctor"]) in (0, 1)
    said = capsys.readouterr().out
    assert said.startswith("[")
    assert "系统" in said
