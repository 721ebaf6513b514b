"""lzxl functions: what a spreadsheet program needs to have the functions and the check button."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lzxl.cli.chinese import ChineseCommand, ChineseGroup
from lzxl.cli.screen import echo
from lzxl.cli.session import Session
from lzxl.errors import EXIT_FINDINGS, EXIT_OK, UsageError

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign
    from lzxl.forms.grading import GradingTable
    from lzxl.year.workdays import Calendar


@click.group(
    cls=ChineseGroup,
    help="表里用的函数和“校验本簿”按钮：给 Excel、WPS、LibreOffice 安装加载项。"
    "标准表自己的等级公式不靠它们，什么都不装也能用。",
)
def command() -> None:
    pass


@command.command(
    cls=ChineseCommand,
    help="安装加载项。WPS：写好就装好了，重新打开 WPS 即可。LibreOffice：生成一个扩展文件，双击安装。"
    "Excel（只限 Windows）：生成一个文件夹，照里面的安装说明做。在批次文件夹里运行时，按本批次的分级表生成。",
    epilog="示例：\n  lzxl functions install --wps\n  lzxl functions install --calc lzxl函数.oxt\n"
    "  lzxl -C 2026年度 functions install --wps",
)
@click.option("--wps", is_flag=True, help="装进这台电脑上当前用户的 WPS 表格。")
@click.option("--calc", metavar="文件", help="LibreOffice 的扩展文件写到哪里（.oxt）。")
@click.option("--excel", metavar="文件夹", help="Excel 的安装文件写到哪里。")
@click.pass_obj
def install(session: Session, wps: bool, calc: str | None, excel: str | None) -> None:
    if not wps and not calc and not excel:
        raise UsageError(
            "请写明装到哪里：--wps（WPS 表格）、--calc 文件名.oxt（LibreOffice）或 --excel 文件夹（Windows 上的 Excel）。",
            code="install_target_missing",
        )
    campaign = session.campaign_if_any()
    grading, calendar = _basis(campaign)
    session.say(f"分级表：{grading.title}")
    if wps:
        _install_wps(grading, calendar)
    if calc:
        _write_calc(grading, calendar, Path(calc))
    if excel:
        open_cells = campaign.config.open_cells if campaign is not None else None
        _write_excel(grading, open_cells, calendar, Path(excel))


@command.command(
    cls=ChineseCommand,
    help="查看这台电脑能用哪些函数和按钮，缺什么、如何补。写明 lzxl.xlam 所在的文件夹的，也说它按哪张分级表，"
    "是否为本批次的。",
    epilog="示例：\n  lzxl functions doctor\n  lzxl -C 2026年度 functions doctor 安装文件",
)
@click.argument("folder", metavar="[文件夹]", required=False)
@click.pass_obj
def doctor(session: Session, folder: str | None) -> int:
    from lzxl.functions.doctor import MISSING, Machine, examine

    if folder is not None and not Path(folder).is_dir():
        raise UsageError(f"文件夹不存在：{folder}", code="folder_not_found", folder=folder)
    campaign = session.campaign_if_any()
    wanted = _tables(*_basis(campaign)) if campaign is not None else None
    found = examine(Machine.here(Path(folder) if folder is not None else None), wanted)
    for entry in found:
        echo(f"[{entry.state}] {entry.item}：{entry.advice}")
    return EXIT_FINDINGS if any(entry.state == MISSING for entry in found) else EXIT_OK


def _basis(campaign: Campaign | None) -> tuple[GradingTable, Calendar]:
    """The grading table and the calendar of the campaign, else those of the rules and of every office."""
    from lzxl.forms.load import load_grading
    from lzxl.year.workdays import Calendar

    return (load_grading(), Calendar()) if campaign is None else (campaign.grading, campaign.config.mail.calendar)


def _tables(grading: GradingTable, calendar: Calendar) -> dict[str, Any]:
    from lzxl.functions.tables import tables_of

    return tables_of(grading, calendar=calendar)


def _install_wps(grading: GradingTable, calendar: Calendar) -> None:
    from lzxl.forms.load import load_form, unit_form_ids
    from lzxl.functions.wps.publish import install as install_wps

    folder = install_wps(_tables(grading, calendar), [load_form(form_id, grading.id) for form_id in unit_form_ids()])
    echo(f"WPS 加载项已写到：{folder}")
    echo("请关闭所有 WPS 窗口再打开 WPS 表格，功能区里会有“廉政风险防控”。")


def _write_calc(grading: GradingTable, calendar: Calendar, path: Path) -> None:
    from lzxl.functions.calc.build import build_addin

    if path.suffix.lower() != ".oxt":
        raise UsageError(f"扩展文件名要以 .oxt 结尾：{path}。", code="extension_name_malformed", path=path)
    build_addin(path, _tables(grading, calendar))
    echo(f"LibreOffice 扩展已写到：{path}")
    echo("请双击它（或在 LibreOffice 的“工具”→“扩展管理器”里添加），再重新打开 LibreOffice。")


def _write_excel(grading: GradingTable, open_cells: str | None, calendar: Calendar, folder: Path) -> None:
    from lzxl.functions.excel import write_excel_files

    write_excel_files(folder, grading, open_cells, calendar)
    echo(f"Excel 的安装文件已写到：{folder}，请照其中的“安装说明.txt”做。")
    if sys.platform != "win32":
        echo("注意：Excel 的函数和按钮只在 Windows 上有，请把这个文件夹拿到装有 Excel 的电脑上用。", err=True)
