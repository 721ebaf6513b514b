"""What the commands that write letters show: what was written and sent, and what was not and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lzxl.cli.session import Session
from lzxl.errors import EXIT_OK, EXIT_UNREADABLE, UsageError

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign
    from lzxl.mail.entries import Posted
    from lzxl.mail.office import Office, Settled
    from lzxl.mail.outbox import Sending, Written

_Command = TypeVar("_Command", bound=Callable[..., Any])


def send_option(command: _Command) -> _Command:
    return click.option("--send", "is_sent", is_flag=True, help="写好的信由本程序发出；不加只写成草稿，由人发送。")(
        command
    )


def rehearse_option(command: _Command) -> _Command:
    return click.option(
        "--dry-run", "is_rehearsed", is_flag=True, help="只演练：显示会做什么，不登记、不发送、不动邮箱。"
    )(command)


def show_letters(campaign: Campaign, letters: Sequence[Posted]) -> None:
    """A line for every letter."""
    from lzxl.cli.table import print_table
    from lzxl.mail.compose import head_of
    from lzxl.mail.letter_kinds import KIND_TITLES

    rows = []
    for letter in letters:
        subject, files = head_of((campaign.root / letter.file).read_bytes())
        title = KIND_TITLES[letter.kind]
        rows.append([_whose(letter), title, letter.recipient, subject, "、".join(files)])
    print_table(["单位", "信函", "收件人", "主题", "附件"], rows)


_WRITTEN_ANEW = {
    "distribute": "发放通知用 lzxl distribute --mail 重写",
    "reminder_before": "还要催报的用 lzxl remind 重写",
    "reminder_after": "还要催报的用 lzxl remind 重写",
    "summary": "汇总报送用 lzxl consolidate --mail 重写",
}


def report_settled(session: Session, settled: Settled) -> None:
    """What bringing everything up to date has come to: letters withdrawn, answers to be written, and what kept it from it."""
    report_withdrawn(session, settled.withdrawn)
    if settled.due:
        session.show(
            f"有{len(settled.due)}个单位的回执或者退回通知要写（{'、'.join(settled.due)}）：请运行 lzxl reply。"
        )
    if settled.trouble:
        session.say(settled.trouble)


def report_withdrawn(session: Session, letters: Sequence[Posted]) -> None:
    """The letters that were overtaken before they went out, why, and how those are written anew that the office begins."""
    from lzxl.mail.letter_kinds import KIND_TITLES

    for reason, alike in _by((letter.note, letter) for letter in letters).items():
        named = "、".join(f"{_whose(letter)} {KIND_TITLES[letter.kind]}" for letter in alike)
        session.show(f"尚未发出的{len(alike)}封信已作废（{reason}）：{named}。")
    told = "；".join(dict.fromkeys(_WRITTEN_ANEW[letter.kind] for letter in letters if letter.kind in _WRITTEN_ANEW))
    if told:
        session.say(f"{told}。")


def _by(told: Iterable[tuple[str, Posted]]) -> dict[str, list[Posted]]:
    """What is said of letters → those of which it is said."""
    alike: dict[str, list[Posted]] = {}
    for text, letter in told:
        alike.setdefault(text, []).append(letter)
    return alike


def _whose(letter: Posted) -> str:
    """The unit that a letter is to, or that it is to the office itself."""
    return letter.unit or "寄本办公室"


def report_letters(session: Session, office: Office, written: Written, is_rehearsed: bool = False) -> None:
    """What was withdrawn, what was written and what it lacks, and what was left."""
    from lzxl.campaign.distribute import warn_of_old_forms

    campaign = office.campaign
    report_withdrawn(session, office.withdrawn)
    if old := warn_of_old_forms(campaign, office.settle()):
        session.say(old)
    if written.letters:
        _report_written(session, campaign, written.letters, is_rehearsed)
    for code, reason in written.left:
        session.show(f"{code}　{reason}")


def _report_written(session: Session, campaign: Campaign, letters: Sequence[Posted], is_rehearsed: bool) -> None:
    """How many letters were written, and what they lack."""
    from lzxl.mail.letter_values import lacking_in_letters

    if is_rehearsed or session.verbose:
        show_letters(campaign, letters)
    where = "（演练，实际未写）" if is_rehearsed else "，在“文书/待发邮件”里"
    session.show(f"写好{len(letters)}封信{where}。")
    if lacking := lacking_in_letters(campaign.config):
        session.show(f"信里没有{lacking}：请在 lzxl.toml 里写明，以后写的信就会带上。")


def send_letters(session: Session, office: Office) -> int:
    """Send what waits and say what came of it; the exit code."""
    from lzxl.states import LetterState

    results = office.send()
    gone = [result for result in results if result.letter.state == LetterState.SENT and not result.trouble]
    _show_troubles(session, results)
    if results:
        session.show(f"已发出{len(gone)}封信，共{len(results)}封。")
    else:
        session.say("没有要发的信。")
    return EXIT_OK if not _failed(results) else EXIT_UNREADABLE


def _show_troubles(session: Session, results: Sequence[Sending]) -> None:
    """Each trouble once, with the letter that it befell, or the first of several."""
    troubled = ((result.trouble, result.letter) for result in results if result.trouble)
    for trouble, (first, *others) in _by(troubled).items():
        which = f"{_whose(first)} 等{len(others) + 1}封信" if others else f"{_whose(first)}　{Path(first.file).name}"
        session.show(f"{which}　{trouble}")


def _failed(results: Sequence[Sending]) -> bool:
    from lzxl.states import LetterState

    return any(result.letter.state not in (LetterState.SENT, LetterState.WITHDRAWN) for result in results)


def finish_letters(
    session: Session, office: Office, written: Written, is_sent: bool, is_rehearsed: bool, nothing: str
) -> int:
    """Report what a command has written, and send what waits or say how; the exit code. `nothing`: said if there was none."""
    report_letters(session, office, written, is_rehearsed)
    if not written.letters and not written.left:
        session.show(nothing)
    return send_or_hint(session, office, is_sent, is_rehearsed)


def send_or_hint(session: Session, office: Office, is_sent: bool, is_rehearsed: bool) -> int:
    """Send what waits if that is wanted, else say how it gets out. A rehearsal does neither. The exit code."""
    if is_rehearsed:
        return EXIT_OK
    if is_sent:
        return send_letters(session, office)
    hint_to_send(session, office)
    return EXIT_OK


def refuse_sending_nothing(is_mailed: bool, is_sent: bool) -> None:
    """Raises UsageError for --send where no letter is asked for."""
    if is_sent and not is_mailed:
        raise UsageError("--send 要和 --mail 一起用。", code="send_without_mail")


def hint_to_send(session: Session, office: Office) -> None:
    """How drafts get to the units."""
    waiting = office.outbox.waiting()
    if waiting:
        session.say(
            f"“文书/待发邮件”里有{len(waiting)}封信待发：用邮件程序逐封打开发送，发出后移走；或加 --send 由本程序发送。"
        )
