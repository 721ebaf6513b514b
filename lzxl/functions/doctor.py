"""What is there of what the functions in Excel need, and what to do about what is not (lzxl functions doctor)."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from lzxl.functions.excel import CONF_NAME, GRADING_MODULE, read_grading_module

GOOD, MISSING, NOTE = "好", "缺", "提示"

# Program → what Windows knows it by, its commands elsewhere, its folder on a Mac.
_PROGRAMS = {
    "Excel": ("excel.exe", (), "Microsoft Excel.app"),
    "WPS 表格": ("et.exe", ("et", "wps"), "wpsoffice.app"),
    "LibreOffice": ("soffice.exe", ("soffice", "libreoffice"), "LibreOffice.app"),
}
_ALTERNATIVES = (
    "本机可用：标准表自己的等级公式（什么都不用装）；LibreOffice 加载项（lzxl functions install --calc 文件.oxt）；"
    "WPS 加载项（lzxl functions install --wps）；命令 lzxl check。"
)


@dataclass(frozen=True)
class Diagnosis:
    """One thing looked at. `state`: 好, 缺 or 提示; `advice`: what to do, "" if nothing."""

    item: str
    state: str
    advice: str = ""


@dataclass(frozen=True)
class Machine:
    """What is found on a computer; `here` looks at this one."""

    platform: str
    programs: tuple[str, ...] = ()
    xlwings: str = ""
    """Its version, "" if it is not installed."""
    conf: Mapping[str, str] | None = None
    """The settings of xlwings, None if there are none."""
    is_file: Callable[[Path], bool] = field(default=Path.is_file)
    folder: Path | None = None
    """Where lzxl.xlam is, if that was said."""
    tables: Mapping[str, Any] | None = None
    """What the functions in Excel answer from, None if there is nothing there."""

    @classmethod
    def here(cls, folder: Path | None = None) -> Machine:
        """This computer. `folder`: where lzxl.xlam is; settings beside it count before those of the user."""
        try:
            installed = version("xlwings")
        except PackageNotFoundError:
            installed = ""
        programs = tuple(name for name in _PROGRAMS if _is_installed(name))
        return cls(sys.platform, programs, installed, _settings(folder), folder=folder, tables=_tables(folder))


def examine(machine: Machine | None = None, wanted: Mapping[str, Any] | None = None) -> list[Diagnosis]:
    """Everything that was looked at, in the order in which it is to be mended.

    `wanted`: the tables of the campaign (`lzxl.functions.tables.tables_of`), None outside one.
    """
    machine = machine or Machine.here()
    found = [Diagnosis("表格软件", GOOD if machine.programs else MISSING, "、".join(machine.programs) or "未找到。")]
    if machine.platform != "win32":
        name = "macOS" if machine.platform == "darwin" else "Linux"
        return [
            Diagnosis("系统", NOTE, f"本机是 {name}。Excel 里的函数和按钮只在 Windows 上有。{_ALTERNATIVES}"),
            *found,
            *(_of_grading(machine, wanted) if machine.folder else ()),
        ]
    if "Excel" not in machine.programs:
        found.append(Diagnosis("Excel", MISSING, f"本机没有 Excel。{_ALTERNATIVES}"))
    return [
        Diagnosis("系统", GOOD, "Windows。"),
        *found,
        Diagnosis("xlwings", GOOD, f"版本 {machine.xlwings}。")
        if machine.xlwings
        else Diagnosis("xlwings", MISSING, "请运行 pip install xlwings，再重新生成安装文件。"),
        *_of_settings(machine),
        *_of_grading(machine, wanted),
        Diagnosis(
            "宏",
            NOTE,
            "函数显示 #NAME? 或按钮无反应，多半是宏被禁止：把 lzxl.xlam 所在文件夹加入“信任中心”→“受信任位置”，"
            "收来的文件先在“属性”里点“解除锁定”。",
        ),
    ]


def _of_settings(machine: Machine) -> list[Diagnosis]:
    if machine.conf is None:
        return [Diagnosis("设置", MISSING, f"未找到 {CONF_NAME}。请生成安装文件，和 lzxl.xlam 放在同一个文件夹。")]
    found = [Diagnosis("设置", GOOD, f"已有 {CONF_NAME}。")]
    if GRADING_MODULE not in machine.conf.get("UDF MODULES", "").split(";"):
        found.append(Diagnosis("函数模块", MISSING, f'{CONF_NAME} 里要有一行 "UDF MODULES","{GRADING_MODULE}"。'))
    named = machine.conf.get("INTERPRETER_WIN", "")
    interpreter = Path(os.path.expandvars(named))
    if not named or not machine.is_file(interpreter):
        advice = f"{CONF_NAME} 里的 INTERPRETER_WIN（{named or '空'}）不是一个文件，请改成本机 python.exe 的位置。"
        return [*found, Diagnosis("Python", MISSING, advice)]
    found.append(Diagnosis("Python", GOOD, f"{interpreter}"))
    if machine.xlwings:
        libraries = [f"xlwings{bits}-{machine.xlwings}.dll" for bits in ("64", "32")]
        folders = (interpreter.parent, interpreter.parent.parent)
        if any(machine.is_file(folder / library) for folder in folders for library in libraries):
            found.append(Diagnosis("版本一致", GOOD, f"Python 旁边有 xlwings {machine.xlwings} 的连接库。"))
        else:
            advice = (
                f"{interpreter.parent} 旁边没有 {libraries[0]}：INTERPRETER_WIN 指的不是装有 xlwings {machine.xlwings} "
                "的 Python。请改 INTERPRETER_WIN，或在那个 Python 里安装同一版本，再重新导入 xlwings.bas。"
            )
            found.append(Diagnosis("版本一致", MISSING, advice))
    return found


def _of_grading(machine: Machine, wanted: Mapping[str, Any] | None) -> list[Diagnosis]:
    """Which table the functions in Excel answer from, and whether it is that of the campaign."""
    item, file = "分级表", f"{GRADING_MODULE}.py"
    if machine.folder is None:
        return [Diagnosis(item, NOTE, "要看 Excel 里的函数按哪张分级表，请写明 lzxl.xlam 所在的文件夹。")]
    if machine.tables is None:
        advice = f"{machine.folder} 里缺少可用的 {file}。请重新生成安装文件，和 lzxl.xlam 放在同一个文件夹。"
        return [Diagnosis(item, MISSING, advice)]
    used = f"Excel 里的函数按：{machine.tables['title']}（{machine.tables['scheme']}）。"
    if wanted is None or machine.tables == wanted:
        return [Diagnosis(item, GOOD, used)]
    same_grades = all(machine.tables.get(part) == wanted[part] for part in ("scheme", "title", "grades"))
    unlike = "放假安排与本批次现在的不同" if same_grades else f"与本批次现在的分级表（{wanted['title']}）不同"
    advice = (
        f"{used}{unlike}：请在批次文件夹里重新运行 lzxl functions install --excel，把新的 {file} 换到 lzxl.xlam 旁边。"
    )
    return [Diagnosis(item, MISSING, advice)]


def read_settings(text: str) -> dict[str, str]:
    """The settings file of xlwings: lines of two quoted texts; names in upper case."""
    settings = {}
    for line in text.splitlines():
        name, separator, value = line.strip().partition('","')
        if separator:
            settings[name.removeprefix('"').upper()] = value.removesuffix('"')
    return settings


def _settings(folder: Path | None) -> dict[str, str] | None:
    for place in (*((folder,) if folder else ()), Path.home() / ".xlwings"):
        with suppress(OSError):
            data = (place / CONF_NAME).read_bytes()
            return read_settings(data.decode("mbcs" if sys.platform == "win32" else "utf-8", "replace"))
    return None


def _tables(folder: Path | None) -> dict[str, Any] | None:
    with suppress(OSError, UnicodeDecodeError):
        if folder is not None:
            # Read, not imported: the folder is anybody's, and a module runs when it is imported.
            return read_grading_module((folder / f"{GRADING_MODULE}.py").read_text(encoding="utf-8"))
    return None


def _is_installed(program: str) -> bool:
    key, commands, application = _PROGRAMS[program]
    if sys.platform == "win32":
        import winreg

        for root in (winreg.HKEY_LOCAL_MACHINE, winreg.HKEY_CURRENT_USER):
            with suppress(OSError), winreg.OpenKey(root, rf"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\{key}"):
                return True
        return False
    if sys.platform == "darwin":
        return (Path("/Applications") / application).exists()
    return any(shutil.which(command) for command in commands)
