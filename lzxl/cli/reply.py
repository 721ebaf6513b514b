"""lzxl reply: answers to what came in, written and sent."""

from __future__ import annotations

from contextlib import ExitStack

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.letters import finish_letters, rehearse_option, send_option
from lzxl.cli.session import Session


@click.command(
    cls=ChineseCommand,
    help="答复：给尚未答复的报送件写回执或退回通知（附标注好的表），不是由邮件报来的也写；加 --send 把待发的信都发出。"
    "写明单位就只答复这些单位。",
    epilog="示例：\n  lzxl -C 2026年度 reply\n  lzxl -C 2026年度 reply --send\n  lzxl -C 2026年度 reply HB03",
)
@click.argument("units", metavar="单位…", nargs=-1)
@send_option
@rehearse_option
@click.pass_obj
def command(session: Session, units: tuple[str, ...], is_sent: bool, is_rehearsed: bool) -> int:
    from lzxl.campaign.typed import find_unit
    from lzxl.mail.office import Office
    from lzxl.mail.rehearsal import rehearsal

    campaign = session.campaign()
    codes = [find_unit(unit, campaign.units) for unit in units]
    with ExitStack() as stack:
        if is_rehearsed:
            campaign = stack.enter_context(rehearsal(campaign))
        office = stack.enter_context(Office(campaign))
        written = office.answer(codes, with_files=True)
        return finish_letters(session, office, written, is_sent, is_rehearsed, "报送件都已经答复。")
