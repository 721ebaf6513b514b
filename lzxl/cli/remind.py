"""lzxl remind: reminders to those who have not filed, on the days that lzxl.toml says."""

from __future__ import annotations

import datetime
from contextlib import ExitStack

import click

from lzxl.campaign.typed import read_day
from lzxl.cli.chinese import ChineseCommand, Typed
from lzxl.cli.letters import finish_letters, rehearse_option, send_option
from lzxl.cli.session import Session
from lzxl.errors import UsageError


@click.command(
    cls=ChineseCommand,
    help="催报：到了 lzxl.toml 里定的催报日（截止前后第几个工作日），给未报送和退回后未重新报送的单位写催报信，附要填或要改的表。"
    "可以每天运行：未到日子、已经催过的，不会重复写。",
    epilog="示例：\n  lzxl -C 2026年度 remind\n  lzxl -C 2026年度 remind --send\n  lzxl -C 2026年度 remind --now --dry-run",
)
@send_option
@click.option("--now", "is_at_once", is_flag=True, help="不论是否到催报日，立即催报（一天一次）。")
@click.option(
    "--day", metavar="日期", type=Typed("day", read_day), help="按哪一天算（缺省：当日）；以后的日子只能演练。"
)
@rehearse_option
@click.pass_obj
def command(session: Session, is_sent: bool, is_at_once: bool, day: datetime.date | None, is_rehearsed: bool) -> int:
    from lzxl.campaign import clock
    from lzxl.mail.office import Office
    from lzxl.mail.rehearsal import rehearsal

    if day is not None and day > clock.today() and not is_rehearsed:
        raise UsageError("以后的日子只能演练，请加 --dry-run。", code="future_day_not_dry")
    campaign = session.campaign()
    with ExitStack() as stack:
        if is_rehearsed:
            campaign = stack.enter_context(rehearsal(campaign))
        office = stack.enter_context(Office(campaign))
        reminding = office.remind(day, is_at_once)
        for sentence in reminding.notes:
            session.say(sentence)
        if reminding.answered.letters:
            session.say(f"先写了{len(reminding.answered.letters)}封尚未写的答复，再催报。")
        written = reminding.answered.and_(reminding.written)
        if reminding.nothing and (written.letters or written.left):
            session.show(reminding.nothing)
        return finish_letters(session, office, written, is_sent, is_rehearsed, reminding.nothing)
