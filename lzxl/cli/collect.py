"""lzxl collect: submissions in, stored, checked, returned."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from lzxl.campaign.typed import read_day
from lzxl.cli.chinese import ChineseCommand, Typed
from lzxl.cli.session import Session
from lzxl.errors import EXIT_FINDINGS, EXIT_OK, EXIT_UNREADABLE, UsageError, gravest


@click.command(
    cls=ChineseCommand,
    help="收件：把文件、文件夹或 zip 里的报送件登记入“收件”，逐份检查，有问题的生成标注好的退回件。同一份内容不会收两次。",
    epilog="示例：\n  lzxl -C 2026年度 collect 来件\n  lzxl -C 2026年度 collect 来件.zip --received 2026-11-18",
)
@click.argument("paths", metavar="文件或文件夹…", nargs=-1)
@click.option(
    "--received",
    metavar="日期",
    type=Typed("day", read_day),
    help="收到的日期，如 2026-11-18（缺省：今天；补登时用）。",
)
@click.pass_obj
def command(session: Session, paths: tuple[str, ...], received: datetime.date | None) -> int:
    from lzxl.campaign.collect import STATE_TITLES, Intake, collect
    from lzxl.cli.table import print_table
    from lzxl.forms.load import load_form

    if not paths:
        raise UsageError("请写明从哪里收：文件、文件夹或 zip，例如 lzxl collect 来件。")
    campaign = session.campaign()
    day = received or datetime.date.today()
    with session.progress("收件") as progress:
        taken = collect(campaign, [Path(path) for path in paths], day, progress)
    if not taken:
        raise UsageError("没有可收的文件：文件夹是空的。")

    def row(intake: Intake) -> list[str]:
        checked = intake.checked
        return [
            intake.source,
            f"{intake.unit.code} {intake.unit.name}" if intake.unit else "",
            load_form(intake.form).title if intake.form else "",
            f"第{intake.version}版" if intake.version else "",
            STATE_TITLES[intake.state],
            f"{checked.count('error')}/{checked.count('warning')}" if checked and intake.version else "",
            intake.reason or (checked.findings[0].message if checked and intake.state == "refused" else ""),
        ]

    print_table(["文件", "单位", "表单", "版次", "结果", "须改/核对", "说明"], [row(intake) for intake in taken])
    states = [intake.state for intake in taken]
    parts = [f"{title} {states.count(state)}" for state, title in STATE_TITLES.items() if states.count(state)]
    click.echo(f"共看过 {len(taken)} 个文件：{'，'.join(parts)}。")
    if "returned" in states:
        session.say("标注好的退回件在“退回”里；单位改好后重新报送即可。")
    if "held" in states or "refused" in states:
        session.say("认不出或读不了的在“待查”里，请人工核对。")
    codes = {"returned": EXIT_FINDINGS, "refused": EXIT_UNREADABLE, "held": EXIT_UNREADABLE}
    return gravest(*(codes.get(state, EXIT_OK) for state in states))
