"""lzxl today: what is due, and with whom; on the screen, as data, or as a slip to print."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.options import date_option, format_option, say_of_the_future
from lzxl.cli.session import Session, write_data

if TYPE_CHECKING:
    from lzxl.campaign.due import Due


@click.command(
    cls=ChineseCommand,
    help="列出当天要办的事：待核实、待处置、待送达、待反馈、待督查、提级、跟踪期满、公示期满、未报、待认定等，各找谁、还有几个工作日。",
    epilog="示例：\n  lzxl -C 2026年度 today\n  lzxl -C 2026年度 today --date 2026-05-13 --output 今日待办.xlsx",
)
@date_option
@format_option
@click.option("--output", metavar="文件", type=click.Path(dir_okay=False), help="另写成可打印的待办单（xlsx）。")
@click.pass_obj
def command(session: Session, day: datetime.date | None, kind: str, output: str | None) -> None:
    from lzxl.campaign import clock
    from lzxl.campaign.due import due_data, due_today
    from lzxl.formats.json import render

    campaign = session.campaign()
    say_of_the_future(session, day)
    on = day or clock.today()
    items, notes = due_today(campaign, on)
    if output is not None:
        from lzxl.campaign.slip import write_slip

        write_slip(Path(output), campaign.config.bureau, on, items, notes)
        session.say(f"待办单已写入 {output}。")
    if kind == "json":
        write_data(render(due_data(on, items)))
    elif output is None:
        _show(session, on, items)
    for note in notes:
        session.say(note)


def _show(session: Session, on: datetime.date, items: list[Due]) -> None:
    from lzxl.cli.table import print_table

    if not items:
        session.show(f"截至{on}没有待办的事。")
        return
    print_table(["事项", "编号", "单位", "期限", "余", "找谁", "说明"], [item.row for item in items])
    session.show(f"截至{on}共{len(items)}项，其中逾期{sum(item.is_overdue for item in items)}项。")
