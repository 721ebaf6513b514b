"""lzxl collect: submissions in, from the mailbox or from files; stored, checked, returned, answered."""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lzxl.campaign.typed import read_day
from lzxl.cli.chinese import ChineseCommand, Typed
from lzxl.cli.letters import hint_to_send, rehearse_option, report_letters, send_letters, send_option
from lzxl.cli.session import Session
from lzxl.errors import EXIT_FINDINGS, EXIT_OK, EXIT_UNREADABLE, MailError, UsageError, gravest

if TYPE_CHECKING:
    from lzxl.campaign.collect import Intake
    from lzxl.campaign.folder import Campaign
    from lzxl.mail.intake import Taken
    from lzxl.mail.office import Office, Run

_WATCH_SECONDS = 600.0
_RETRY_SECONDS = 300
# Whoever provides these reads along.
_PUBLIC = re.compile(
    r"@(?:(?:vip\.)?(?:163|126|qq|sina|sohu)|foxmail|yeah|139|189|aliyun|gmail|outlook|hotmail|icloud)\.(?:com|net|cn)$"
)


@click.command(
    cls=ChineseCommand,
    help="收件：把邮箱里的邮件，或文件、文件夹、zip（里面可以有 .eml、.msg、mbox 邮件）里的报送件登记入“收件”，逐份检查，"
    "有问题的生成标注好的退回件，给来信单位写好回执或退回通知。不写从哪里收，就收 lzxl.toml 里写的邮箱。同一份内容不会收两次。",
    epilog="示例：\n  lzxl -C 2026年度 collect\n  lzxl -C 2026年度 collect 来件\n"
    "  lzxl -C 2026年度 collect 来件.zip --received 2026-11-18\n"
    "  lzxl -C 2026年度 collect --list-held\n  lzxl -C 2026年度 collect --accept 3fa92c1b --unit HB03",
)
@click.argument("paths", metavar="文件或文件夹…", nargs=-1)
@click.option(
    "--received",
    metavar="日期",
    type=Typed("day", read_day),
    help="收到的日期，如 2026-11-18（缺省：今天；补登时用。邮件自己写明收到时间）。",
)
@send_option
@click.option("--keep", "is_kept", is_flag=True, help="不动邮箱：收过的邮件留在原处。")
@click.option("--watch", "is_watching", is_flag=True, help="一直守着邮箱，来一封办一封，按 Ctrl-C 结束。")
@rehearse_option
@click.option("--list-held", "is_listing", is_flag=True, help="列出“待查”里的文件、编号和原因。")
@click.option("--accept", "number", metavar="编号", help="核实后把“待查”里的一份收下，要写明 --unit。")
@click.option("--unit", metavar="单位", help="收下的这份是哪个单位报的：编码或名称。")
@click.pass_obj
def command(
    session: Session,
    paths: tuple[str, ...],
    received: datetime.date | None,
    is_sent: bool,
    is_kept: bool,
    is_watching: bool,
    is_rehearsed: bool,
    is_listing: bool,
    number: str | None,
    unit: str | None,
) -> int:
    from lzxl.mail.office import Office, rehearsal

    if (number is None) != (unit is None):
        raise UsageError("收下“待查”里的文件要同时写 --accept 编号 和 --unit 单位。")
    if is_watching and (paths or is_rehearsed):
        raise UsageError("--watch 守的是邮箱，不能同时写文件，也不能演练。")
    campaign = session.campaign()
    if is_listing:
        return _list_held(campaign)
    if is_watching:
        return _watch(session, campaign, is_sent, is_kept)
    with ExitStack() as stack:
        if is_rehearsed:
            campaign = stack.enter_context(rehearsal(campaign))
        office = stack.enter_context(Office(campaign))
        if number is not None and unit is not None:
            return _accept(session, office, number, unit, is_rehearsed)
        given = [Path(path) for path in paths] if paths else None
        return _collect(session, office, given, received, is_sent, is_kept, is_rehearsed)


def _watch(session: Session, campaign: Campaign, is_sent: bool, is_kept: bool) -> int:
    """Take in what comes for as long as nobody ends it. Between mails, the campaign is free for others."""
    from lzxl.mail.office import Office, open_mailbox

    mailbox = open_mailbox(campaign)
    session.say("正在守着邮箱，按 Ctrl-C 结束。")
    try:
        while True:
            try:
                # Settings and roster may have been mended meanwhile.
                with Office(session.campaign(), mailbox=mailbox) as office:
                    _collect(session, office, None, None, is_sent, is_kept, is_rehearsed=False, is_quiet=True)
                # After a while without a mail, too: letters may wait that could not be sent before.
                mailbox.wait(_WATCH_SECONDS)
            except (MailError, UsageError) as trouble:  # the network is gone, or another run is at work: both pass
                click.echo(f"{trouble}{_RETRY_SECONDS // 60} 分钟后再试。", err=True)
                time.sleep(_RETRY_SECONDS)
    finally:
        mailbox.close()


def _collect(
    session: Session,
    office: Office,
    paths: Sequence[Path] | None,
    received: datetime.date | None,
    is_sent: bool,
    is_kept: bool,
    is_rehearsed: bool,
    is_quiet: bool = False,
) -> int:
    """One run. `is_quiet`: that there was nothing is not said."""
    if paths is None and not is_quiet and _PUBLIC.search(office.campaign.config.mail.address):
        session.say("注意：这是互联网上的公共邮箱。内部事项请用内网邮箱；涉密内容一律不得通过邮件报送。")
    with session.progress("收件") as progress:
        run = office.collect(paths, progress, received, is_kept or is_rehearsed)
    taken = run.taken
    if taken.copies:
        session.say(f"另有 {taken.copies} 封是本办公室所发信件的留底。")
    if not taken.files and not taken.messages and taken.trouble is None:
        if paths is not None:
            raise UsageError("没有可收的文件：文件夹是空的。")
        if not is_quiet:
            click.echo("邮箱里没有新邮件。")
        code = EXIT_OK
    else:
        code = _report(session, office, run, is_rehearsed)
    if is_sent and not is_rehearsed:
        code = gravest(code, send_letters(session, office))
    elif not is_rehearsed and not is_quiet:
        hint_to_send(session, office)
    if taken.trouble is not None:  # what there was has been dealt with
        raise taken.trouble
    return code


def _report(session: Session, office: Office, run: Run, is_rehearsed: bool) -> int:
    from lzxl.campaign.collect import STATE_TITLES
    from lzxl.cli.table import print_table

    headers = ["来自", "文件", "单位", "表单", "版次", "结果", "须改/核对", "说明"]
    rows = [*_mail_rows(run.taken), *(["", *_file_row(intake)] for intake in run.taken.files)]
    if not run.taken.messages:
        headers, rows = headers[1:], [row[1:] for row in rows]
    print_table(headers, rows)
    parts = [part for message in run.taken.messages for part in run.taken.parts[message.sha256]]
    states = [*(intake.state for intake in run.taken.files), *(part.outcome for part in parts)]
    counted = [f"{title} {states.count(state)}" for state, title in STATE_TITLES.items() if states.count(state)]
    mails = f"邮件 {len(run.taken.messages)} 封，" if run.taken.messages else ""
    click.echo(f"共看过 {mails}{len(states)} 个文件：{'，'.join(counted) or '没有报送件'}。")
    report_letters(session, office.campaign, run.written, is_rehearsed)
    if "returned" in states:
        session.say("标注好的退回件在“退回”里；单位改好后重新报送即可。")
    if "held" in states or "refused" in states:
        session.say("认不出或读不了的在“待查”里，用 lzxl collect --list-held 查看原因和办法。")
    codes = {"returned": EXIT_FINDINGS, "refused": EXIT_UNREADABLE, "held": EXIT_UNREADABLE}
    return gravest(*(codes.get(state, EXIT_OK) for state in states))


def _mail_rows(taken: Taken) -> list[list[str]]:
    """A row for every file of every mail; one for a mail that has none."""
    from lzxl.campaign.collect import STATE_TITLES
    from lzxl.mail.register import VERDICT_TITLES

    rows = []
    for message in taken.messages:
        who = f"{message.sender or '（没有发件人）'} {message.when:%m-%d %H:%M}"
        parts = taken.parts[message.sha256]
        for part in parts:
            intake = taken.intakes.get((message.sha256, part.number))
            if intake is not None:
                row = _file_row(intake)
                rows.append([who, part.name, *row[1:4], STATE_TITLES[part.outcome], row[5], row[6] or part.reason])
            else:
                rows.append([who, part.name, "", "", "", "未收取", "", part.request or part.reason])
        if not parts:
            rows.append([who, "", "", "", "", VERDICT_TITLES[message.verdict], "", message.reason])
    return rows


def _file_row(intake: Intake) -> list[str]:
    from lzxl.campaign.collect import STATE_TITLES
    from lzxl.forms.load import load_form

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


def _list_held(campaign: Campaign) -> int:
    from lzxl.campaign.held import held_files
    from lzxl.cli.table import print_table

    held = held_files(campaign)
    if not held:
        click.echo("“待查”里没有文件。")
        return EXIT_OK
    print_table(["编号", "文件", "原因"], [[entry.number, entry.file, entry.reason] for entry in held])
    click.echo(f"“待查”里有 {len(held)} 个文件。")
    return EXIT_OK


def _accept(session: Session, office: Office, number: str, unit: str, is_rehearsed: bool) -> int:
    from lzxl.campaign.collect import STATE_TITLES
    from lzxl.forms.load import load_form

    intake = office.accept(number, unit)
    assert intake.unit is not None
    title = load_form(intake.form).title
    click.echo(
        f"已收下：{intake.unit.code} {intake.unit.name}《{title}》第{intake.version}版，{STATE_TITLES[intake.state]}。"
    )
    report_letters(session, office.campaign, office.answer(), is_rehearsed)
    return EXIT_FINDINGS if intake.state == "returned" else EXIT_OK
