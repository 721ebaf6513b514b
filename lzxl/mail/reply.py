"""What one letter to a unit is to say: of each submission that is answered, and of what is none."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lzxl.campaign.distribute import fresh_form, must_exchange
from lzxl.campaign.folder import Campaign
from lzxl.campaign.ledger import Receipt
from lzxl.campaign.model import Filing, nil_state
from lzxl.campaign.returns import return_path
from lzxl.campaign.rounds import title_of
from lzxl.campaign.store import Stored
from lzxl.checks.run import Checked
from lzxl.forms.findings import Finding
from lzxl.forms.naming import first_few
from lzxl.mail.entries import Message, Part
from lzxl.mail.letter_items import Item, exchange_note, finding_notes
from lzxl.mail.letter_kinds import Kind
from lzxl.mail.remedies import BODY
from lzxl.mail.wording import chinese_day, chinese_time
from lzxl.states import ACCEPTABLE, FileState

_BASIS = "核对的依据（单位名册、填报设置、分级标准或你单位的其他表）有变动，本版已重新核对"
_NOW_ACCEPTED = f"{_BASIS}，现已接收，不必再改。以前就本版发的退回通知作废。"
_NOW_RETURNED = f"{_BASIS}，现有须改正之处，不是你单位重复出错。以前就本版发的报送回执作废。"
_RETURNED_OTHERWISE = f"{_BASIS}，须改正之处与上次所列不同，请以本次的附件为准。以前就本版发的退回通知作废。"
_MOST_NUMBERS = 10
_EARLIER_COUNTS = "以前接收的第{version}版仍然有效，本版改好、接收以前以它为准。"


@dataclass(frozen=True)
class Told:
    """The latest version of a submission as its unit is told of it."""

    stored: Stored
    checked: Checked
    receipt: Receipt
    older: Sequence[Receipt]
    """Earlier versions that nobody has told it of, and that this one has taken the place of."""
    filing: Filing
    """Which version of it counts."""
    brought: tuple[Message, Part] | None
    """The mail that brought it, and as which of its parts; None if none has."""
    before: str
    """The verdict that the unit was told of this version, "" if none."""

    @property
    def is_returned(self) -> bool:
        return self.receipt.state == FileState.RETURNED

    @property
    def is_behind(self) -> bool:
        """Whether an earlier version counts until this one is mended."""
        return self.is_returned and self.filing.state in ACCEPTABLE

    @property
    def day(self) -> datetime.date:
        """When it came in."""
        return self.brought[0].when.date() if self.brought else datetime.date.fromisoformat(self.receipt.received)

    @property
    def doubts(self) -> list[Finding]:
        """What is to be looked at and no marked return tells of."""
        if self.is_returned:
            return []
        return [entry for entry in self.checked.told if entry.severity == "warning"]


@dataclass
class Reply:
    """What one letter to a unit is to say."""

    items: list[Item] = field(default_factory=list)
    answers: list[tuple[str, str]] = field(default_factory=list)
    """(subject, verdict) of all that it answers."""
    overtaken: list[tuple[str, str]] = field(default_factory=list)
    """Of what nobody need hear any more: older versions of a submission that is answered."""
    enclosures: list[Path] = field(default_factory=list)
    days: list[datetime.date] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        if self.enclosures:
            return "returned"
        return "receipt" if all(item.is_accepted for item in self.items) else "resend"

    def add_submission(self, campaign: Campaign, told: Told) -> None:
        """Answer a submission; with its marked return, and a fresh workbook where that is to be exchanged."""
        stored = told.stored
        marked = return_path(campaign, stored.unit, stored.form, stored.round, stored.version)
        fresh = fresh_form(campaign, stored, told.checked) if told.is_returned else None
        self.items.append(_item(told, marked.name, fresh))
        self.answers += [(one.sha256, one.verdict) for one in (told.receipt, *told.older)]
        self.days.append(told.day)
        if told.is_returned:
            self.enclosures.append(marked)
        if fresh is not None:
            self.enclosures.append(fresh)

    def add_part(self, message: Message, part: Part, subject: tuple[str, str]) -> None:
        """Answer a file that could not be read, or something that the unit is asked to send otherwise."""
        if subject in self.answers:
            return
        self.items.append(
            Item(
                form_title="",
                state=part.outcome if part.outcome == FileState.REFUSED else FileState.SKIPPED,
                file_name="来信" if part.name in ("", BODY) else part.name,
                received=chinese_time(message.when),
                reason=part.reason,
                request=part.request,
            )
        )
        self.answers.append(subject)
        self.days.append(message.when.date())


def _item(told: Told, marked: str, fresh: Path | None) -> Item:
    """What is said of a submission. `marked`: the name of its marked return; `fresh`: the workbook to fill in instead."""
    receipt, submission = told.receipt, told.checked.submission
    is_nil = submission.is_nil_return and not told.is_returned
    return Item(
        form_title=title_of(receipt.form, told.stored.round),
        state=nil_state(receipt.form) if is_nil else receipt.state,
        # Noted by a computer with Windows, a source has backslashes.
        file_name=told.brought[1].name if told.brought else receipt.source.replace("\\", "/").rsplit("/", 1)[-1],
        version=receipt.version,
        rows=submission.row_counts,
        errors=receipt.errors,
        warnings=receipt.warnings if told.is_returned else len(told.doubts),
        received=chinese_time(told.brought[0].when) if told.brought else chinese_day(told.day),
        sha256=receipt.sha256,
        enclosure=marked if told.is_returned else "",
        late=told.filing.late,
        notes=(
            *_exchange(told, fresh),
            *finding_notes(told.doubts),
            *_numbers_given(told),
            *_replaced(told),
            *_earlier(told),
            *_change(told.before, receipt),
        ),
    )


def _exchange(told: Told, fresh: Path | None) -> tuple[str, ...]:
    """That the workbook is not this period's."""
    if not told.is_returned or not must_exchange(told.checked):
        return ()
    return (exchange_note(fresh.name if fresh is not None else ""),)


def _numbers_given(told: Told) -> tuple[str, ...]:
    """Which rows that had no number were given one, and which. In a return they are listed in the workbook."""
    given = [finding for finding in told.checked.told if finding.code == "number_given"] if not told.is_returned else []
    rows = [f"{finding.sheet}{finding.cell} {finding.value}" for finding in given]
    return (f"未编号的已编号，以后沿用：{first_few(rows, _MOST_NUMBERS, counted='处')}",) if rows else ()


def _replaced(told: Told) -> tuple[str, ...]:
    """Which earlier versions are answered with it; one that still counts is not replaced."""
    standing = told.filing.version if told.is_behind else 0
    numbers = sorted(one.version for one in told.older if one.version != standing)
    versions = "、".join(f"第{number}版" for number in numbers)
    return (f"以前报送的{versions}已由本版代替，以本版为准",) if versions else ()


def _earlier(told: Told) -> tuple[str, ...]:
    return (_EARLIER_COUNTS.format(version=told.filing.version),) if told.is_behind else ()


def _change(before: str, receipt: Receipt) -> tuple[str, ...]:
    """What a letter says where the unit was told something else of the same version: it is not the unit that has erred."""
    if not before:
        return ()
    state = before.partition(":")[0]
    if receipt.state == FileState.ACCEPTED:
        return (_NOW_ACCEPTED,) if state == FileState.RETURNED else ()
    return (_NOW_RETURNED if state == FileState.ACCEPTED else _RETURNED_OTHERWISE,)
