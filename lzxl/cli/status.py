"""lzxl status: the round at a glance."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.letters import report_settled
from lzxl.cli.options import as_of_option, format_option, say_of_the_future
from lzxl.cli.session import Session, write_data

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign
    from lzxl.campaign.held import Held
    from lzxl.campaign.standing import Standing
    from lzxl.mail.overview import Overview


@click.command(
    cls=ChineseCommand,
    help="查看各单位报送进度：已报、未报、迟报、零报告、退回、第几版，还有几处要改。",
    epilog="示例：\n  lzxl -C 2026年度 status\n  lzxl -C 2026年度 status --format json",
)
@format_option
@as_of_option
@click.pass_obj
def command(session: Session, kind: str, as_of: datetime.date | None) -> None:
    from lzxl.campaign.books import BookError
    from lzxl.campaign.held import held_files
    from lzxl.campaign.nil_returns import NilReturns, nil_returns_of
    from lzxl.campaign.roster_found import roster_doubts
    from lzxl.campaign.standing import take_stock
    from lzxl.campaign.status import status_data
    from lzxl.formats.json import render
    from lzxl.mail.overview import overview_of

    campaign = session.campaign()
    say_of_the_future(session, as_of)
    standing = take_stock(campaign, as_of=as_of)
    if as_of is None:
        standing = _brought_up_to_date(session, campaign, standing, is_told=kind == "text")
    try:
        nil_returns = nil_returns_of(campaign, standing)
    except BookError as error:  # how the round stands is told all the same
        session.say(str(error))
        nil_returns = NilReturns()
    standing = nil_returns.applied_to(standing)
    held = held_files(campaign, as_of)
    mail = overview_of(campaign, as_of)
    if kind == "json":
        write_data(render({**status_data(campaign, standing, held, nil_returns), "mail": mail.as_data()}))
    else:
        _show(session, campaign, standing, held, mail)
    if doubts := roster_doubts(campaign):
        session.say(doubts)


def _brought_up_to_date(session: Session, campaign: Campaign, standing: Standing, is_told: bool) -> Standing:
    """The standing with everything that tells of it brought up to it. `is_told`: what that came to is said."""
    from lzxl.campaign.distribute import warn_of_old_forms
    from lzxl.mail.office import settled

    now = settled(campaign, standing)
    if not is_told:
        if now.trouble:
            session.say(now.trouble)
        return now.standing
    report_settled(session, now)
    if old := warn_of_old_forms(campaign, now.standing):
        session.say(old)
    return now.standing


def _show(session: Session, campaign: Campaign, standing: Standing, held: Sequence[Held], mail: Overview) -> None:
    """The round for people: a row for each unit, then what needs somebody, then all of it in a few lines."""
    from lzxl.campaign.status import status_line

    _show_units(campaign, standing, mail)
    for line in (*(f"{entry.file}　{entry.reason}" for entry in held), *mail.troubles):
        session.show(line)
    if mail.line:
        session.show(mail.line)
    session.show(status_line(campaign, standing))
    if mail.drafts:
        session.say(f"“文书/待发邮件”里有{mail.drafts}封信尚未发出。")
    if held:
        session.say("“待查”里的文件请人工核对。改好名册或设置后对“待查”重新收件，能归位的就归位；")
        session.say("办完的移走或删去，这里就不再列出。")


def _show_units(campaign: Campaign, standing: Standing, mail: Overview) -> None:
    from lzxl.campaign.status import describe
    from lzxl.cli.table import print_table

    by_slot = {filing.slot: describe(filing) for filing in standing.filings}
    by_unit = {
        unit.code: [f"{unit.code} {unit.name}", *(by_slot[unit.code, due.form, due.label] for due in standing.rounds)]
        for unit in campaign.units.values()
    }
    headers = ["单位", *(due.title for due in standing.rounds)]
    if mail.letters:
        headers.append("最近一封信")
        for code, cells in by_unit.items():
            cells.append(mail.last_letter(code))
    print_table(headers, list(by_unit.values()))
