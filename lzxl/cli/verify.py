"""lzxl verify: checks archives, without a campaign."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.options import format_option
from lzxl.cli.session import Session, write_data
from lzxl.errors import EXIT_FINDINGS, EXIT_OK, UsageError

if TYPE_CHECKING:
    from lzxl.archive.verify import Verified

_MOST_SHOWN = 200


@click.command(
    cls=ChineseCommand,
    help="核对归档文件：哪些文件被改动、缺少、多出、改名，压缩包是否完整，签名和与上一期的衔接，并作四性检测。只要归档文件本身。",
    epilog="示例：\n  lzxl verify 归档.zip\n  lzxl verify 2026普通.zip 2025普通.zip --report 四性检测报告.xlsx",
)
@click.argument("paths", metavar="文件...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--key", metavar="文件", type=click.Path(path_type=Path), help="本局另行公布的公钥（PEM），看是否由它签名。"
)
@click.option("--seal", metavar="封存值", default="", help="归档时记下的封存值（只核对一份归档时用）。")
@click.option("--report", metavar="文件", type=click.Path(path_type=Path), help="把四性检测报告写成一个工作簿。")
@format_option
@click.pass_obj
def command(
    session: Session, paths: tuple[Path, ...], key: Path | None, seal: str, report: Path | None, kind: str
) -> int:
    from lzxl.archive.keys import given_public_key
    from lzxl.archive.verify import verify_all

    if seal and len(paths) > 1:
        raise UsageError("给出封存值时，一次只核对一份归档。", code="seal_of_several")
    found = verify_all(paths, given_public_key(key) if key is not None else "", seal)
    _tell(session, found, kind)
    if report is not None:
        _write_report(found, report)
        session.say(f"四性检测报告已写到：{report}")
    return EXIT_FINDINGS if any(one.faults for one in found) else EXIT_OK


def _tell(session: Session, found: list[Verified], kind: str) -> None:
    if kind == "json":
        from lzxl.formats.json import render

        write_data(render({"version": 1, "archives": [one.as_data() for one in found]}))
        return
    for one in found:
        _show(session, one)


def _show(session: Session, one: Verified) -> None:
    from lzxl.archive.natures import natures
    from lzxl.cli.table import print_table

    session.show(f"{one.path.name}：{one.bureau}{one.period}{one.volume}卷（第{one.number}次），{len(one.files)}个文件")
    for fault in one.faults[:_MOST_SHOWN]:
        session.show(f"  {fault.text}")
    if len(one.faults) > _MOST_SHOWN:
        session.show(f"  还有{len(one.faults) - _MOST_SHOWN}处，用 --format json 看全部。")
    rows = [[checked.nature, checked.item, checked.result, checked.text] for checked in natures(one)]
    print_table(["性质", "检测项目", "结果", "说明"], rows)
    session.show("核对完毕：" + (f"有{len(one.faults)}处不符。" if one.faults else "完好。"))


def _write_report(found: list[Verified], path: Path) -> None:
    from lzxl.archive.natures import natures
    from lzxl.archive.pages import report
    from lzxl.files import writing

    rows, notes = [], []
    for one in found:
        notes.append(f"{one.path.name}：{one.bureau}{one.period}{one.volume}卷（第{one.number}次），封存值 {one.seal}")
        rows += [(checked.nature, checked.item, checked.result, checked.text) for checked in natures(one)]
    with writing(path) as temporary:
        temporary.write_bytes(report("归档四性检测报告", notes, rows))
