"""lzxl consolidate: the bureau-wide summary."""

from __future__ import annotations

import datetime
from contextlib import ExitStack, suppress
from pathlib import Path

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.letters import (
    finish_letters,
    refuse_sending_nothing,
    rehearse_option,
    report_settled,
    report_withdrawn,
    send_option,
)
from lzxl.cli.options import as_of_option, say_of_the_future
from lzxl.cli.session import Session
from lzxl.errors import EXIT_OK, EXIT_UNREADABLE, gravest


@click.command(
    cls=ChineseCommand,
    help="把各单位已接收的表汇总成一个工作簿，放在“汇总”里。合计都是公式，可以逐项核对；未报、退回的单位列在“未报送单位”。",
    epilog="示例：\n  lzxl -C 2026年度 consolidate\n  lzxl -C 2026年度 consolidate --output 汇总.xlsx",
)
@click.option("--output", metavar="文件", help="汇总表写到哪里（缺省：“汇总”文件夹）。")
@as_of_option
@click.option("--mail", "is_mailed", is_flag=True, help="再写一封信，把汇总表寄到办公室自己的邮箱。")
@send_option
@rehearse_option
@click.pass_obj
def command(
    session: Session,
    output: str | None,
    as_of: datetime.date | None,
    is_mailed: bool,
    is_sent: bool,
    is_rehearsed: bool,
) -> int:
    from lzxl.api import consolidate
    from lzxl.campaign.places import SUMMARY
    from lzxl.campaign.status import status_line
    from lzxl.campaign.warnings import not_in_ledger

    refuse_sending_nothing(is_mailed, is_sent)
    campaign = session.campaign()
    say_of_the_future(session, as_of)
    with ExitStack() as stack:
        if is_rehearsed:
            from lzxl.mail.rehearsal import rehearsal

            campaign = stack.enter_context(rehearsal(campaign))
            # Nothing is written outside the copy.
            output = str(campaign.folder(SUMMARY) / Path(output).name) if output else None
        with session.progress("汇总") as progress:
            result = consolidate(campaign, output, progress, as_of)
        if result.settled is not None:
            report_settled(session, result.settled)
        for entry in result.failed:
            session.show(f"未计入汇总：{entry.findings[0].message}{entry.findings[0].fix}")
        if result.uncompared:
            session.say(f"注意：汇总表里没有与上一期的比较。上一期（{campaign.config.previous}）：{result.uncompared}")
        session.say(status_line(campaign, result.standing))
        if not result.standing.counted:
            until = f"到{as_of}为止" if as_of is not None else ""
            why = "收到的报送件均未通过" if result.standing.latest else f"{until}尚未收到任何报送件"
            session.say(f"注意：{why}，汇总表里只有“未报送单位”。收件用 lzxl collect。")
        if result.waiting:
            session.say(f"注意：{not_in_ledger(result.waiting)}")
        if is_rehearsed:
            session.show(f"汇总表可以生成：{result.path.name}（演练，实际未写）。")
        else:
            session.show(f"汇总表已写到：{result.path}")
        code = EXIT_UNREADABLE if result.failed else EXIT_OK
        from lzxl.campaign.lock import BusyError
        from lzxl.mail.office import Office

        is_stuck = result.settled is not None and bool(result.settled.trouble)
        is_todays = as_of is None and output is None
        if not is_mailed:
            if is_todays and campaign.ledger_path.is_file() and not is_stuck:
                with (
                    suppress(BusyError),
                    Office(campaign) as office,
                ):  # a letter may wait that brings the summary as it was
                    office.replace_summary(result.path)
                    report_withdrawn(session, office.withdrawn)
            return code
        office = stack.enter_context(Office(campaign))
        written = office.mail_summary(result.standing, result.path)
        nothing = "寄这份汇总表的信以前写过了。"
        return gravest(code, finish_letters(session, office, written, is_sent, is_rehearsed, nothing))
