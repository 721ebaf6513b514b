"""lzxl ledger: the office's ledger of warnings, with what follows from its events."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.options import date_option, format_option, say_of_the_future
from lzxl.cli.session import Session, write_data

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign
    from lzxl.campaign.warnings import Stocktaking


@click.command(
    cls=ChineseCommand,
    help="把已接收的采集表里的新条目登入预警处置台账，算出每件预警的状态、轮次、期限，并作统计。",
    epilog="示例：\n  lzxl -C 2026年度 ledger\n  lzxl -C 2026年度 ledger --date 2026-06-30 --format json",
)
@date_option
@format_option
@click.pass_obj
def command(session: Session, day: datetime.date | None, kind: str) -> None:
    from lzxl.campaign import clock
    from lzxl.campaign.standing import take_stock
    from lzxl.campaign.warnings import ledger_data, take_ledger
    from lzxl.formats.json import render

    campaign = session.campaign()
    say_of_the_future(session, day)
    filed = take_stock(campaign).counted
    taking = take_ledger(campaign, filed, day or clock.today())
    if kind == "json":
        write_data(render(ledger_data(campaign, taking, filed)))
        return
    _show(session, campaign, taking)


def _show(session: Session, campaign: Campaign, taking: Stocktaking) -> None:
    """The ledger for people: numbers, units and states; no names and nothing of what is told."""
    from lzxl.campaign.warnings import told_unit
    from lzxl.cli.table import print_table

    if taking.taken:
        session.say(f"新登记{len(taking.taken)}件：{'、'.join(taking.taken)}。请补对象、知悉范围，再记办理过程。")
    if taking.carried:
        session.say(f"上期未办结的{len(taking.carried)}件已连同办理过程结转：{'、'.join(taking.carried)}。")
    rows = []
    for course in taking.all:
        late = f"逾期{course.overdue_workdays}个工作日" if course.overdue_workdays else ""
        due = str(course.due or "")
        rows.append([course.warning.id, told_unit(campaign, course.warning.unit), course.state, due, late])
    print_table(taking.headers, rows)
    late_count = sum(course.overdue_workdays > 0 for course in taking.all)
    open_count = sum(not course.ends for course in taking.all)
    session.show(f"截至{taking.as_of}共{len(rows)}件，在办{open_count}件，其中逾期{late_count}件。")
    for note in taking.notes:
        session.say(note)
