"""The campaign's nil returns of the register, by what came in, what the leading group decided, and what the ledger proves."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lzxl.campaign.books import read_book
from lzxl.campaign.folder import Campaign
from lzxl.campaign.model import Filing
from lzxl.campaign.standing import Standing, check_overtaken, read_stored
from lzxl.campaign.store import Stored, stored_originals
from lzxl.campaign.warnings import stocktaking
from lzxl.checks.dates import period_days
from lzxl.forms.load import book_with, load_form
from lzxl.groups import grouped
from lzxl.states import TO_SUPPLEMENT, WITHOUT_ROWS, FileState
from lzxl.year.decided import decision_rows
from lzxl.year.decisions import settled
from lzxl.year.nil_returns import NilFiled, NilReturn, Rules, judge, overturns
from lzxl.year.papers import notices_of

_LIMIT = "supplement"
STATES = {
    "open": FileState.NIL_OPEN,
    "agreed": FileState.NIL,
    "denied": FileState.NIL_REFUSED,
    "revoked": FileState.NIL_REVOKED,
}
"""Where a nil return stands → how that is called."""


@dataclass(frozen=True)
class NilReturns:
    """Nil returns by unit and form."""

    by_pair: Mapping[tuple[str, str], NilReturn] = field(default_factory=dict)

    @property
    def revoked(self) -> list[tuple[str, NilReturn]]:
        """(form, nil return) of those that a warning contradicts, whether the register has come in since or not."""
        return [(form, one) for (_, form), one in self.by_pair.items() if one.stage == "revoked"]

    @property
    def overturned(self) -> dict[str, str]:
        """Unit → the number of the warning that its nil return was revoked for."""
        return {one.unit: one.overturn.warning for _, one in self.revoked if one.overturn is not None}

    def revoked_data(self) -> list[dict[str, Any]]:
        """The revoked ones, for programs."""
        return [
            {
                "unit": one.unit,
                "notice": str(one.notice),
                "recorded": one.is_recorded,
                "due": str(one.due),
                "filed": str(one.filed.supplement) if one.filed.supplement else None,
                "late": one.is_late,
            }
            for _, one in self.revoked
        ]

    def applied_to(self, standing: Standing) -> Standing:
        """The standing with each nil return that still counts in the state that it is in."""
        filings = tuple(self._applied(filing) for filing in standing.filings)
        return replace(standing, filings=filings)

    def _applied(self, filing: Filing) -> Filing:
        one = self.by_pair.get((filing.unit.code, filing.form))
        if one is None or filing.state not in (*WITHOUT_ROWS, *TO_SUPPLEMENT):
            return filing
        return replace(filing, state=STATES[one.stage])


def nil_returns_of(campaign: Campaign, standing: Standing) -> NilReturns:
    """Where the nil returns of registers stand on the day of the standing. Raises BookError if a book cannot be read.

    Of a campaign without any, no book is read.
    """
    filed = _filed(campaign, standing)
    if not filed:
        return NilReturns()
    decisions = decision_rows(read_book(campaign, book_with("decided")), campaign.grading, campaign.units)
    taking = stocktaking(campaign, standing.as_of)
    period = period_days(campaign.config.period)
    held, _ = settled(decisions.on("nil_return"), campaign.units, decisions.answers, period, standing.as_of)
    proved = overturns(taking.all)
    notices = notices_of(read_book(campaign, book_with("papers")), campaign.units, standing.as_of)
    rules = Rules(decisions.accepted, taking.machine.limits[_LIMIT].workdays, campaign.config.mail.calendar)
    return NilReturns(
        {
            pair: judge(one, held.get(one.unit), proved.get(one.unit, ()), notices.get(one.unit, ()), rules)
            for pair, one in filed.items()
        }
    )


def _filed(campaign: Campaign, standing: Standing) -> dict[tuple[str, str], NilFiled]:
    """The first nil return of each register that was in order, with the day on which rows came in after it, in whatever round."""
    nil = {(one.unit_code, one.form) for one in standing.counted if one.is_nil_return}
    found: dict[tuple[str, str], NilFiled] = {}
    for pair, versions in _versions(campaign, standing.as_of).items():
        if len(versions) > 1:
            nil_returns = _nil_returns_in(campaign, versions)
            in_order = _in_order(campaign, nil_returns)
        else:  # how it stands is known: it need not be read again
            nil_returns = in_order = versions if pair in nil else []
        if in_order:
            found[pair] = _nil_filed(in_order[0], versions, nil_returns)
    return found


def _nil_returns_in(campaign: Campaign, versions: Sequence[Stored]) -> list[Stored]:
    read = read_stored(campaign, versions)
    return [one for one, content in zip(versions, read, strict=True) if content.is_nil_return]


def _versions(campaign: Campaign, as_of: datetime.date) -> dict[tuple[str, str], list[Stored]]:
    """(unit, register) → what came in of it by a day, by round and version."""
    came_in = (one for one in stored_originals(campaign) if one.received <= as_of.isoformat())
    registers = (one for one in came_in if load_form(one.form).is_graded)
    return grouped(registers, lambda stored: (stored.unit.code, stored.form))


def _nil_filed(began: Stored, versions: Sequence[Stored], nil_returns: Sequence[Stored]) -> NilFiled:
    """The nil return that came in as `began`, and when rows came in after it."""
    later = versions[versions.index(began) + 1 :]
    rows = next((one for one in later if one not in nil_returns), None)
    supplement = datetime.date.fromisoformat(rows.received) if rows is not None else None
    return NilFiled(began.unit.code, datetime.date.fromisoformat(began.received), supplement)


def _in_order(campaign: Campaign, nil_returns: Sequence[Stored]) -> list[Stored]:
    """Those that were not given back, the earliest first."""
    judged = check_overtaken(campaign, nil_returns)
    accepted = {one.stored.path for one in judged if one.checked.status == FileState.ACCEPTED}
    return [one for one in nil_returns if one.path in accepted]
