"""The files for Excel, made here and compared with what xlwings would make; and what the doctor says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from lzxl.forms.load import grading_schemes, load_grading
from lzxl.functions import excel, udfs
from lzxl.functions.doctor import Diagnosis, Machine, examine, read_settings
from lzxl.functions.tables import tables_of

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "lzxl" / "functions" / "vba" / "lzxl_functions.bas"

# Its module for functions wants Windows' libraries; nothing of them is used to write VBA.
_BY_XLWINGS = """
import io, sys, types
for name in ("pythoncom", "pywintypes", "win32com", "win32com.client"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["pythoncom"].CoInitialize = lambda: None
sys.modules["pywintypes"].com_error = type("com_error", (Exception,), {})
sys.modules["win32com.client"].Dispatch = None
sys.modules["win32com"].client = sys.modules["win32com.client"]
import xlwings, xlwings.udfs
xlwings.func, xlwings.arg, xlwings.ret = xlwings.udfs.xlfunc, xlwings.udfs.xlarg, xlwings.udfs.xlret
from lzxl.functions import udfs
out = io.StringIO()
xlwings.udfs.generate_vba_wrapper("lzxl_grading", udfs, out, types.SimpleNamespace(Name="x.xlsm"))
print(out.getvalue())
"""


def functions_in(text: str) -> dict[str, str]:
    return {match[1]: match[0] for match in re.finditer(r"^Function (\w+)\(.*?^End Function$", text, re.M | re.S)}


def test_the_committed_module_is_up_to_date() -> None:
    assert COMMITTED.read_text(encoding="ascii") == excel.vba_module()


def test_functions_are_word_for_word_those_of_xlwings() -> None:
    pytest.importorskip("xlwings")
    run = subprocess.run([sys.executable, "-c", _BY_XLWINGS], cwd=ROOT, capture_output=True, text=True, check=True)
    theirs = functions_in(run.stdout)
    assert set(theirs) == set(udfs.FUNCTIONS)
    assert functions_in(excel.vba_module()) == theirs


def test_nothing_of_the_part_that_needs_a_licence_is_used() -> None:
    for path in (ROOT / "lzxl" / "functions").rglob("*.py"):
        assert not re.search(r"xlwings\.(pro|server|reports)|LICENSE_KEY", path.read_text(encoding="utf-8")), path


def test_every_button_has_its_macro() -> None:
    module, tab = excel.vba_module(), ElementTree.fromstring(excel.ribbon())
    buttons = [element for element in tab.iter() if element.tag.endswith("}button")]
    assert [element.get("label") for element in buttons] == ["校验本簿", "清除标记", "收件", "进度", "汇总"]
    for element, button in zip(buttons, udfs.BUTTONS, strict=True):
        macro = element.get("id")
        assert element.get("onAction") == "lzxl_functions.LzxlButton"
        assert f'Case "{macro}": {macro}\n' in module
        assert (
            f"Public Sub {macro}()\n    RunPython \"from lzxl.functions import udfs; udfs.run('{button}')\"" in module
        )


def test_writes_everything(tmp_path: Path) -> None:
    written = excel.write_excel_files(tmp_path / "Excel")
    names = {path.name for path in written}
    needed = {"lzxl_functions.bas", "lzxl_grading.py", "xlwings.conf", "customUI.xml", "安装说明.txt"}
    assert needed <= names <= {*needed, "xlwings.bas"}
    assert all(path.is_file() for path in written)
    module = (tmp_path / "Excel" / "lzxl_functions.bas").read_bytes()
    assert module.isascii()
    assert module.count(b"\n") == module.count(b"\r\n") > 50
    settings = read_settings((tmp_path / "Excel" / "xlwings.conf").read_text(encoding="utf-8"))
    assert settings["UDF MODULES"] == "lzxl_grading"
    assert settings["ADD_WORKBOOK_TO_PYTHONPATH"] == "True"  # else Python does not find it
    assert settings["INTERPRETER_WIN"].endswith(("python.exe", Path(sys.executable).name))
    notes = (tmp_path / "Excel" / "安装说明.txt").read_text(encoding="utf-8-sig")
    assert all(f"={name}(" in notes for name in udfs.FUNCTIONS)
    assert load_grading().title in notes
    again = {path.name: path.read_bytes() for path in excel.write_excel_files(tmp_path / "Excel2")}
    assert again == {path.name: path.read_bytes() for path in written}


@pytest.mark.parametrize("scheme", grading_schemes())
def test_the_module_beside_the_addin_brings_the_table(scheme: str) -> None:
    grading = load_grading(scheme)
    text = excel.grading_module(grading)
    assert excel.read_grading_module(text) == tables_of(grading)
    assert all(name in text.partition("OPEN_CELLS")[0] for name in (*udfs.FUNCTIONS, "run"))


@pytest.mark.parametrize("text", ["", "TABLES = 1", "TABLES = {'scheme': 'rules'}", "TABLES = open('x')", "(", "\x00"])
def test_a_module_that_brings_no_table(text: str) -> None:
    assert excel.read_grading_module(text) is None


def states(machine: Machine) -> dict[str, str]:
    return {found.item: found.state for found in examine(machine)}


@pytest.mark.parametrize(("platform", "name"), [("linux", "Linux"), ("darwin", "macOS")])
def test_doctor_elsewhere_names_what_there_is_instead(platform: str, name: str) -> None:
    [system, programs] = examine(Machine(platform, ("LibreOffice",)))
    assert system.state == "提示"
    for word in (name, "只在 Windows", "公式", "LibreOffice", "WPS"):
        assert word in system.advice
    assert programs == Diagnosis("表格软件", "好", "LibreOffice")


def test_doctor_on_windows() -> None:
    bare = Machine("win32")
    assert states(bare) == {
        "系统": "好",
        "表格软件": "缺",
        "Excel": "缺",
        "xlwings": "缺",
        "设置": "缺",
        "分级表": "提示",
        "宏": "提示",
    }
    python = Path("C:/lzxl/Scripts/python.exe")
    conf = {"INTERPRETER_WIN": str(python), "UDF MODULES": "a;lzxl_grading"}
    there = {python, python.parent.parent / "xlwings64-0.37.8.dll"}
    whole = Machine("win32", ("Excel",), "0.37.8", conf, there.__contains__)
    assert states(whole) == {
        "系统": "好",
        "表格软件": "好",
        "xlwings": "好",
        "设置": "好",
        "Python": "好",
        "版本一致": "好",
        "分级表": "提示",
        "宏": "提示",
    }
    for machine, item, word in (
        (Machine("win32", ("Excel",), "0.38.0", conf, there.__contains__), "版本一致", "xlwings64-0.38.0.dll"),
        (
            Machine("win32", ("Excel",), "0.37.8", {**conf, "INTERPRETER_WIN": "D:/没有"}, there.__contains__),
            "Python",
            "D:/没有",
        ),
        (
            Machine("win32", ("Excel",), "0.37.8", {**conf, "UDF MODULES": ""}, there.__contains__),
            "函数模块",
            "UDF MODULES",
        ),
    ):
        [found] = [found for found in examine(machine) if found.state == "缺"]
        assert found.item == item
        assert word in found.advice


def test_doctor_looks_at_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert Machine.here().conf is None
    excel.write_excel_files(tmp_path)
    machine = Machine.here(tmp_path)
    assert machine.conf == read_settings(excel.settings())
    assert machine.tables == tables_of(load_grading())
    assert examine(machine)
    assert {found.state for found in examine()} <= {"好", "缺", "提示"}


@pytest.mark.parametrize("platform", ["win32", "linux"])
def test_doctor_says_which_table_is_in_use(tmp_path: Path, platform: str) -> None:
    rules, product = tables_of(load_grading()), tables_of(load_grading("product"))

    def said(tables: dict[str, Any] | None, wanted: dict[str, Any] | None) -> Diagnosis:
        [found] = [
            entry
            for entry in examine(Machine(platform, folder=tmp_path, tables=tables), wanted)
            if entry.item == "分级表"
        ]
        return found

    for wanted in (None, product):
        found = said(product, wanted)
        assert (found.state, product["title"] in found.advice, "（product）" in found.advice) == ("好", True, True)
    found = said(rules, product)
    assert found.state == "缺"
    assert rules["title"] in found.advice and product["title"] in found.advice
    assert "缺少可用的 lzxl_grading.py" in said(None, product).advice
