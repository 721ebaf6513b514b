"""What Excel needs to have the functions and buttons: the VBA module, the ribbon, the settings, and how to install them.

The VBA is what xlwings itself would write for the functions, so that nobody needs to trust programs with the VBA project
to import functions; xlwings' own module `xlwings.bas` (BSD) goes with it, of the version that is installed. What the VBA
calls is a small Python module beside the add-in, where xlwings looks first: it brings the grading table of the campaign.
"""

from __future__ import annotations

import sys
from ast import Assign, Name, literal_eval, parse
from importlib.util import find_spec
from inspect import Parameter, signature
from pathlib import Path
from pprint import pformat
from typing import Any
from xml.sax.saxutils import quoteattr

from lzxl.files import writing
from lzxl.forms.grading import GradingTable
from lzxl.forms.load import load_grading
from lzxl.functions import udfs
from lzxl.functions.tables import tables_of
from lzxl.year.workdays import Calendar

VBA_NAME = "lzxl_functions"
GRADING_MODULE = "lzxl_grading"
"""The module that the VBA calls (`grading_module`)."""
CONF_NAME = "xlwings.conf"
_PICTURES = {
    "check": "Spelling",
    "clear": "Delete",
    "collect": "FileOpen",
    "status": "Refresh",
    "consolidate": "FileSaveAs",
}
"""Pictures that every Excel has."""
_NOTES = """\
廉政风险防控：在 Excel 里使用函数和“校验本簿”（只限 Windows 上的 Excel）

不装也能办：标准表自己的等级公式在任何表格软件里都有效；用 lzxl check 文件 同样能检查。

一、准备（每台电脑一次）
  1. 安装 Python 和 lzxl，并运行：pip install xlwings
  2. 本文件夹里要有 xlwings.bas；没有的，装好 xlwings 后重新生成本文件夹。
  3. 打开 xlwings.conf，核对 INTERPRETER_WIN 是否为本机 python.exe 的位置，不是的改过来。

二、做成加载项（每台电脑一次，或由信息人员做一次后分发）
  1. 在 Excel 里新建空白工作簿，按 Alt+F11，用“文件”→“导入文件”依次导入 xlwings.bas 和 lzxl_functions.bas。
  2. 另存为“Excel 加载宏（*.xlam）”，取名 lzxl.xlam，和 xlwings.conf、lzxl_grading.py 放在同一个文件夹
     （本机的文件夹，不要放在 OneDrive 里，也不要混放其他 .py 文件）。
  3. 在“文件”→“选项”→“加载项”→“转到”里浏览到 lzxl.xlam，打勾。
  4. 要在功能区里有按钮的，用 Office RibbonX Editor 把 customUI.xml 的内容放进 lzxl.xlam；
     不放也可以：按 Alt+F8，输入宏名 LzxlCheck（校验本簿）或 LzxlClear（清除标记）运行。

三、宏被禁止时
  把这个文件夹加入“文件”→“选项”→“信任中心”→“受信任位置”。从邮件、聊天软件里收来的文件，先在“属性”里点“解除锁定”。
  不需要打开“信任对 VBA 工程对象模型的访问”。

四、函数
  =LZ_LEVEL(发生可能性,后果程度)        风险等级
  =LZ_BASIS(发生可能性,后果程度,风险点编号,lz_decided)   定级依据，后两项可以不写；写了的，已认定的说明认定结果
  =LZ_SCORE(自查,日常督查,年终检查)     考核得分
  =LZ_DISPOSITION(问题程度,对象类型,是否涉嫌违纪违法)   处置建议，后两项可以不写
  =LZ_DUE(起算日,工作日数,放假日期,调休日期)   之后第几个工作日，后两项可以不写；单元格请设为日期格式
  =LZ_CHECK(带表头的区域,"廉政风险点登记表","风险点")   逐条列出问题
  参数可以是一格，也可以是整列（整列只算一次，快得多）。老版本 Excel 里，结果是一片的，先选好一片再按 Ctrl+Shift+Enter。
  未装加载项的电脑上函数显示 #NAME?，所以要发给他人的表请用标准表自己的公式。

五、分级表和放假安排
  函数按 lzxl_grading.py 里的分级表：{title}；工作日按其中的放假安排和本局日历。
  换了分级表或改了 lzxl.toml 的 [calendar]，在批次文件夹里重新运行 lzxl functions install --excel，
  把新的 lzxl_grading.py 换到 lzxl.xlam 旁边，重新打开 Excel。其他文件不用动。
  升级了程序、要用新增的函数的，还要按“二”重新导入 lzxl_functions.bas。

六、检查安装：运行 lzxl functions doctor lzxl.xlam所在的文件夹
"""


def vba_module() -> str:
    """The VBA module, in ASCII only: a function for each of `udfs.FUNCTIONS`, a macro for each button, one ribbon callback."""
    lines = [
        f'Attribute VB_Name = "{VBA_NAME}"',
        "'Made from lzxl.functions.udfs; needs the module xlwings (BSD) of the installed version beside it,",
        "'and lzxl_grading.py in the folder of the add-in.",
        '#Const App = "Microsoft Excel" \'Adjust when using outside of Excel',
    ]
    for name in udfs.FUNCTIONS:
        lines += [*_function(name), ""]
    for button in udfs.BUTTONS:
        lines += [f"Public Sub {_macro(button)}()", f"    {_run(button)}", "End Sub", ""]
    lines += ["Public Sub LzxlButton(control As IRibbonControl)", "    Select Case control.ID"]
    for button in udfs.BUTTONS:
        lines.append(f'        Case "{_macro(button)}": {_macro(button)}')
    lines += ["    End Select", "End Sub", ""]
    return "\n".join(lines)


def _function(name: str) -> list[str]:
    """One function, word for word as xlwings writes it."""
    parameters = signature(getattr(udfs, name)).parameters
    declared = ", ".join(
        word if parameter.default is Parameter.empty else f"Optional {word}" for word, parameter in parameters.items()
    )
    call = f'XLPy.CallUDF("{GRADING_MODULE}", "{name}", Array({", ".join(parameters)})'
    return [
        f"Function {name}({declared})",
        '    #If App = "Microsoft Excel" Then',
        "        If TypeOf Application.Caller Is Range Then On Error GoTo failed",
        f"        {name} = {call}, ThisWorkbook, Application.Caller)",
        "        Exit Function",
        "    #Else",
        f"        {name} = {call})",
        "        Exit Function",
        "    #End If",
        "failed:",
        f"    {name} = Err.Description",
        "End Function",
    ]


def _macro(button: str) -> str:
    return f"Lzxl{button.capitalize()}"


def _run(button: str) -> str:
    return f"RunPython \"from lzxl.functions import udfs; udfs.run('{button}')\""


def ribbon() -> str:
    """The ribbon tab of the add-in: the unit's two buttons, and the office's."""
    buttons = {
        button: f"<button id={quoteattr(_macro(button))} label={quoteattr(label)} supertip={quoteattr(tip)}"
        f' size="large" imageMso="{_PICTURES[button]}" onAction="{VBA_NAME}.LzxlButton"/>'
        for button, (label, tip) in udfs.BUTTONS.items()
    }
    unit = "".join(buttons[button] for button in ("check", "clear"))
    office = "".join(buttons[button] for button in buttons if button not in ("check", "clear"))
    return (
        # The namespace of 2006: Excel 2007 knows no later one.
        '<customUI xmlns="http://schemas.microsoft.com/office/2006/01/customui"><ribbon><tabs>'
        '<tab id="LzxlTab" label="廉政风险防控">'
        f'<group id="LzxlUnit" label="填表">{unit}</group><group id="LzxlOffice" label="办公室">{office}</group>'
        "</tab></tabs></ribbon></customUI>\n"
    )


def settings() -> str:
    """The settings file of xlwings: which Python, and where the functions are.

    "Workbook" there is the add-in: Python finds `lzxl_grading.py` in its folder.
    """
    entries = {
        "INTERPRETER_WIN": sys.executable if sys.platform == "win32" else r"%LOCALAPPDATA%\lzxl\Scripts\python.exe",
        "UDF MODULES": GRADING_MODULE,
        "ADD_WORKBOOK_TO_PYTHONPATH": "True",
        "USE UDF SERVER": "False",
        "SHOW CONSOLE": "False",
    }
    return "".join(f'"{key}","{value}"\n' for key, value in entries.items())


def grading_module(grading: GradingTable, open_cells: str | None = None, calendar: Calendar | None = None) -> str:
    """The Python module beside the add-in: the functions, which answer from this table.

    `open_cells`: the level that the campaign gives the cells that the rules leave open; `calendar`: the office's own.
    """
    names = ", ".join((*udfs.FUNCTIONS, "run"))
    tables = pformat(tables_of(grading, calendar=calendar), width=120, sort_dicts=False, compact=True)
    return (
        '"""The functions of the add-in beside this file, and the grading table that they answer from.\n\n'
        'Made by lzxl functions install --excel; make it anew after a change of the table.\n"""\n\n'
        f"from lzxl.functions.udfs import {names}, answer_from\n\n"
        f"OPEN_CELLS = {open_cells!r}\nTABLES = {tables}\n\nanswer_from(TABLES, OPEN_CELLS)\n"
    )


def read_grading_module(text: str) -> dict[str, Any] | None:
    """The tables that such a module brings, read without running it; None if it is none."""
    try:
        for statement in parse(text).body:
            match statement:
                case Assign(targets=[Name(id="TABLES")], value=value):
                    tables = literal_eval(value)
                    return tables if isinstance(tables, dict) and {"scheme", "title"} <= tables.keys() else None
    except (SyntaxError, ValueError):
        pass
    return None


def write_excel_files(
    folder: Path,
    grading: GradingTable | None = None,
    open_cells: str | None = None,
    calendar: Calendar | None = None,
) -> list[Path]:
    """Write everything into `folder`; what was written. Raises OutputError.

    `grading`: what the functions answer from, the table of the rules if none is given; `open_cells`,
    `calendar`: see `grading_module`. `xlwings.bas` is among the files only where xlwings is installed.
    """
    grading = grading or load_grading(open_cells=open_cells)
    # VBA reads its settings in the code page of Windows, and the editor of VBA wants its line ends.
    code_page = "mbcs" if sys.platform == "win32" else "utf-8"
    notes = _NOTES.replace("{title}", grading.title)
    files = {
        f"{VBA_NAME}.bas": vba_module().replace("\n", "\r\n").encode("ascii"),
        f"{GRADING_MODULE}.py": grading_module(grading, open_cells, calendar).encode(),
        CONF_NAME: settings().replace("\n", "\r\n").encode(code_page),
        "customUI.xml": ribbon().encode(),
        # Notepad of older Windows takes a text without a mark at its beginning for GBK.
        "安装说明.txt": notes.replace("\n", "\r\n").encode("utf-8-sig"),
    }
    found = find_spec("xlwings")
    if found is not None and found.origin:
        files["xlwings.bas"] = Path(found.origin).with_name("xlwings.bas").read_bytes()
    for name, data in files.items():
        with writing(folder / name) as path:
            path.write_bytes(data)
    return [folder / name for name in files]
