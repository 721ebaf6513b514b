"""lzxl collect: submissions in, from the mailbox or from files; stored, checked, returned, answered."""

from __future__ import annotations

import datetime
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lzxl.campaign.mail_settings import is_public
from lzxl.campaign.typed import read_past_day
from lzxl.cli.chinese import ChineseCommand, Typed
from lzxl.cli.letters import rehearse_option, report_letters, report_settled, send_option, send_or_hint
from lzxl.cli.screen import echo
from lzxl.cli.session import Session
from lzxl.errors import EXIT_FINDINGS, EXIT_OK, EXIT_UNREADABLE, MailError, UsageError, gravest

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign
    from lzxl.campaign.intake import Intake
    from lzxl.mail.entries import Message, Part
    from lzxl.mail.office import Office, Run
    from lzxl.mail.taken import Taken
    from lzxl.states import FileState

_WATCH_SECONDS = 600.0
_RETRY_SECONDS = 300
# For the office alone: what a unit is told of the same file stands in the finding.
_LOCKED_HINT = (
    "有打开密码的文件，单位已当面或电话告知密码的：把密码写进环境变量 LZXL_WORKBOOK_PASSWORD_FILE 所指的文件（只许本人读写），"
    "再用 lzxl collect 待查 重新收件。"
)
# Files that programs left behind are counted; so many of them are named.
_MOST_NAMED = 5


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
    type=Typed("day", read_past_day),
    help="收到的日期，如2026-11-18（缺省：当日；补登时用）。收信服务器在邮件里记下了收到时间的，以它为准；发件人自己写的日期不作数。",
)
@send_option
@click.option("--keep", "is_kept", is_flag=True, help="不动邮箱：收过的邮件留在原处。")
@click.option("--watch", "is_watching", is_flag=True, help="一直守着邮箱，来一封办一封，按 Ctrl-C 结束。")
@rehearse_option
@click.option("--list-held", "is_listing", is_flag=True, help="列出“待查”里的文件、编号和原因。")
@click.option(
    "--accept", "numbers", metavar="编号", multiple=True, help="核实后把“待查”里的一份收下，要写明 --unit；可以写几次。"
)
@click.option("--unit", metavar="单位", help="收下的是哪个单位报的：编码或名称。")
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
    numbers: tuple[str, ...],
    unit: str | None,
) -> int:
    from lzxl.mail.office import Office
    from lzxl.mail.rehearsal import rehearsal

    if bool(numbers) != (unit is not None):
        raise UsageError("收下“待查”里的文件要同时写 --accept 编号 和 --unit 单位。", code="accept_without_unit")
    if is_watching and (paths or is_rehearsed):
        raise UsageError("--watch 守的是邮箱，不能同时写文件，也不能演练。", code="watch_with_files")
    campaign = session.campaign()
    if is_listing:
        return _list_held(session, campaign)
    if is_watching:
        return _watch(session, campaign, is_sent, is_kept)
    with ExitStack() as stack:
        if is_rehearsed:
            campaign = stack.enter_context(rehearsal(campaign))
        office = stack.enter_context(Office(campaign))
        if unit is not None:
            return _accept(session, office, numbers, unit, is_sent, is_rehearsed)
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
                echo(f"{session.commands(str(trouble))}{_RETRY_SECONDS // 60}分钟后再试。", err=True)
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
    if paths is None and not is_quiet:
        if is_public(office.campaign.config.mail.address):
            session.say("注意：这是互联网上的公共邮箱。内部事项请用内网邮箱；涉密内容一律不得通过邮件报送。")
        office.mailbox()  # a setting that is missing is said first
        session.say("正在连接邮箱……")
    with session.progress("收件") as progress:
        run = office.collect(paths, progress, received, is_kept or is_rehearsed)
    taken = run.taken
    if taken.copies:
        session.say(f"另有{taken.copies}封是本办公室所发信件的留底。")
    if not taken.files and not taken.messages and taken.trouble is None:
        if paths is not None and not taken.known and not taken.copies:
            if taken.left_behind:
                raise UsageError(f"没有可收的文件：只有{_left_behind(taken.left_behind)}。", code="nothing_to_collect")
            raise UsageError("没有可收的文件：文件夹是空的。", code="nothing_to_collect")
        if not is_quiet:
            nothing = "邮箱里没有新邮件。" if paths is None else "没有新的报送件。"
            session.show(f"{taken.known}封邮件以前都收过，没有新的。" if taken.known else nothing)
        code = EXIT_OK
    else:
        code = _report(session, office, run, is_rehearsed)
    _tell_of_bounces(session, taken)
    if is_sent or not is_quiet:
        code = gravest(code, send_or_hint(session, office, is_sent, is_rehearsed))
    if taken.trouble is not None:  # what there was has been dealt with
        raise taken.trouble
    return code


def _tell_of_bounces(session: Session, taken: Taken) -> None:
    """A line for every letter of ours that did not arrive."""
    from lzxl.mail.letter_kinds import KIND_TITLES

    for letter in taken.bounced:
        session.show(
            f"退信：{letter.unit or '办公室'} 的{KIND_TITLES[letter.kind]}（{letter.day}）未送达。"
            "请核对单位名册里的电子邮箱，或用其他办法通知。"
        )


def _report(session: Session, office: Office, run: Run, is_rehearsed: bool) -> int:
    from lzxl.states import FileState, MailState

    taken, states = run.taken, run.taken.states
    rows = [*_mail_rows(taken, is_rehearsed), *(["", *_file_row(intake)] for intake in taken.files)]
    _show_rows(session, rows, with_senders=bool(taken.messages))
    session.show(_counted(states, len(taken.messages), is_rehearsed))
    if taken.left_behind:
        session.show(f"另有{_left_behind(taken.left_behind)}，未当作报送件。")
    report_letters(session, office, run.written, is_rehearsed)
    is_returned = FileState.RETURNED in states
    is_quarantined = any(message.verdict == MailState.QUARANTINED for message in taken.messages)
    is_held = is_quarantined or not states.keys().isdisjoint({FileState.HELD, FileState.REFUSED})
    if not is_rehearsed:
        _say_where(session, is_returned, is_held)
    return EXIT_UNREADABLE if is_held else EXIT_FINDINGS if is_returned else EXIT_OK


def _counted(states: Counter[FileState], mails: int, is_rehearsed: bool) -> str:
    """How many files have come, and what became of them."""
    from lzxl.states import OF_INTAKE, FileState

    counted = [f"{state.chinese}{states[state]}" for state in (*OF_INTAKE, FileState.SKIPPED) if states[state]]
    in_mails = f"邮件{mails}封，" if mails else ""
    rehearsed = "（演练，未登记）" if is_rehearsed else ""
    return f"共看过{in_mails}{states.total()}个文件：{'，'.join(counted) or '没有报送件'}{rehearsed}。"


def _say_where(session: Session, is_returned: bool, is_held: bool) -> None:
    """Where what needs somebody's hand lies."""
    if is_returned:
        session.say("标注好的退回件在“退回”里；单位改好后重新报送即可。")
    if is_held:
        session.say("无法识别或无法读取的在“待查”里，用 lzxl collect --list-held 查看原因和办法。")


def _left_behind(places: Sequence[str]) -> str:
    named = f"{'、'.join(places[:_MOST_NAMED])}{'等' if len(places) > _MOST_NAMED else ''}"
    return f"程序留下的临时文件或隐藏文件{len(places)}个（{named}）"


def _show_rows(session: Session, rows: Sequence[Sequence[str]], with_senders: bool) -> None:
    from lzxl.cli.table import print_table

    headers = ["来自", "文件", "单位", "表单", "版次", "结果", "须改/核对", "说明"]
    names = [f"{row[1] or '来信'}（来自 {row[0]}）" if row[0] else row[1] for row in rows]
    shown = [[*row[:-1], session.commands(row[-1])] for row in rows]
    if not with_senders:
        headers, shown = headers[1:], [row[1:] for row in shown]
    print_table(headers, shown, whole=("来自", "版次", "结果", "须改/核对"), beneath=names)


def _mail_rows(taken: Taken, is_rehearsed: bool) -> list[list[str]]:
    """A row for every file of every mail, in the order in which these came; one for a mail that has none."""
    from lzxl.states import FileState

    rows = []
    for message in sorted(taken.messages, key=lambda message: message.when):
        who = f"{message.sender or '（没有发件人）'}\n{message.when:%m-%d %H:%M}"
        parts = taken.parts[message.sha256]
        for part in parts:
            intake = taken.intakes.get((message.sha256, part.number))
            if intake is not None:
                row = _file_row(intake)
                rows.append([who, part.name, *row[1:4], part.outcome.chinese, row[5], row[6] or part.reason])
            else:
                rows.append(
                    [who, part.name, "", "", "", FileState.SKIPPED.chinese, "", _why_left(message, part, is_rehearsed)]
                )
        if not parts:
            rows.append([who, "", "", "", "", message.verdict.chinese, "", message.reason])
    return rows


def _why_left(message: Message, part: Part, is_rehearsed: bool) -> str:
    """Why a file was not taken in, and what the sender hears of it."""
    if not part.request:
        return part.reason
    if not message.units:
        told = "发件邮箱不在名册里，未回信"
    elif message.automatic:
        told = "来信像是自动发出的，未回信"
    else:
        told = f"{'会请' if is_rehearsed else '已请'}对方：{part.request}"
    return f"{part.reason.rstrip('。')}。{told}" if part.reason else told


def _file_row(intake: Intake) -> list[str]:
    checked = intake.checked
    return [
        intake.source,
        f"{intake.unit.code} {intake.unit.name}" if intake.unit else "",
        intake.title,
        f"第{intake.version}版" if intake.version else "",
        intake.state.chinese,
        f"{checked.count('error')}/{checked.count('warning')}" if checked and intake.version else "",
        intake.reason or _why_refused(intake),
    ]


def _why_refused(intake: Intake) -> str:
    """What the check says of a file that could not be read; "" of any other."""
    from lzxl.states import FileState

    if intake.checked is None or intake.state != FileState.REFUSED:
        return ""
    return intake.checked.findings[0].message


def _list_held(session: Session, campaign: Campaign) -> int:
    from lzxl.campaign.held import held_files
    from lzxl.campaign.standing import take_stock
    from lzxl.cli.table import print_table
    from lzxl.mail.office import settled

    report_settled(session, settled(campaign, take_stock(campaign)))
    held = held_files(campaign)
    if not held:
        echo("“待查”里没有文件。")
        return EXIT_OK
    rows = [[entry.number, entry.file, session.commands(entry.reason)] for entry in held]
    print_table(["编号", "文件", "原因"], rows, whole=("编号",), beneath=[f"{row[0]}　{row[1]}" for row in rows])
    echo(f"“待查”里有{len(held)}个文件。")
    if any(_is_for_a_password(entry.reason) for entry in held):
        echo(_LOCKED_HINT)
    return EXIT_OK


def _is_for_a_password(reason: str) -> bool:
    """Whether a file was not read because nobody gave the program a password that opens it."""
    from lzxl.forms.load import load_catalogue

    rules = load_catalogue().rules
    return reason.startswith((rules["file_encrypted"].message, rules["file_password_wrong"].message))


def _accept(
    session: Session, office: Office, numbers: Sequence[str], unit: str, is_sent: bool, is_rehearsed: bool
) -> int:
    """File held files as the unit's and answer them with one letter; where one cannot be filed, those before it."""
    from lzxl.states import FileState

    code, trouble = EXIT_OK, None
    for number in dict.fromkeys(numbers):
        try:
            intake = office.accept(number, unit)
        except UsageError as error:
            trouble = error
            break
        assert intake.unit is not None
        session.show(
            f"已收下{'（演练）' if is_rehearsed else ''}：{intake.unit.code} {intake.unit.name}"
            f"《{intake.title}》第{intake.version}版，{intake.state.chinese}。"
        )
        code = gravest(code, EXIT_FINDINGS if intake.state == FileState.RETURNED else EXIT_OK)
    report_letters(session, office, office.answer(), is_rehearsed)
    code = gravest(code, send_or_hint(session, office, is_sent, is_rehearsed))
    if trouble is not None:
        raise trouble
    return code
