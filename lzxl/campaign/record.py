"""What the campaign's own files tell of a year that an appraisal takes something off for: ledger, receipts, registers, people."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterator, Sequence

from lzxl.campaign.books import read_book
from lzxl.campaign.folder import Campaign
from lzxl.campaign.nil_returns import nil_returns_of
from lzxl.campaign.standing import Standing
from lzxl.campaign.warnings import stocktaking
from lzxl.forms.load import book_with, load_form
from lzxl.forms.model import Sheet
from lzxl.forms.persons import names_of
from lzxl.forms.posts import post_stem
from lzxl.forms.rules import Listed
from lzxl.submission import Submission
from lzxl.year.activities import publicity_in
from lzxl.year.proposals import Filed, Record, Reports, warning_facts


def record_of(campaign: Campaign, standing: Standing, day: datetime.date) -> Record:
    """The facts of the year up to a day. Raises BookError if the ledger of warnings cannot be read."""
    return Record(
        warnings=tuple(map(warning_facts, stocktaking(campaign, day).all)),
        filed=tuple(_filed(standing)),
        reports=tuple(_reports(campaign, standing.counted, day)),
        uncovered_posts=_uncovered_posts(campaign, standing.counted),
        not_publicised=tuple(_not_publicised(campaign, standing.counted, day)),
        nil_overturned=nil_returns_of(campaign, standing).overturned,
    )


def _filed(standing: Standing) -> Iterator[Filed]:
    for filing in standing.filings:
        if filing.received:
            first = datetime.date.fromisoformat(filing.received)
            is_late = filing.late and filing.versions == 1
            yield Filed(filing.unit.code, filing.title, filing.deadline, first, is_late, 0)


def _uncovered_posts(campaign: Campaign, counted: Sequence[Submission]) -> dict[str, list[str]]:
    """Unit → key posts of the roster that no risk point of its register is of."""
    registered = _registered_posts(counted)
    units = (campaign.units[code] for code in campaign.units if code in registered)
    lacking = {
        unit.code: [post for post in unit.key_posts if post_stem(post) not in registered[unit.code]] for unit in units
    }
    return {code: posts for code, posts in lacking.items() if posts}


def _registered_posts(counted: Sequence[Submission]) -> dict[str, set[str]]:
    """Unit → the posts that its risk points are of, as posts are compared; of a unit with a register of rows only."""
    posts: dict[str, set[str]] = {}
    for submission in counted:
        for table, _, rule in submission.rules_of(Listed) if not submission.is_nil_return else ():
            filed = posts.setdefault(submission.unit_code, set())
            filed.update(post_stem(str(post)) for _, post in table.filled(rule.owner))
    return posts


def _not_publicised(campaign: Campaign, counted: Sequence[Submission], day: datetime.date) -> Iterator[str]:
    """Units with risk points that nothing was made public of, where the office keeps a record of what was."""
    made = list(publicity_in(read_book(campaign, book_with("recorded")), campaign.units, day))
    registered = {one.unit_code for one in counted if load_form(one.form).is_graded and not one.is_nil_return}
    for unit in campaign.units if made else ():
        if unit in registered and not any(one.covers(unit) for one in made):
            yield unit


def _reports(campaign: Campaign, counted: Sequence[Submission], day: datetime.date) -> Iterator[Reports]:
    """Of each unit that filed its self-appraisal: whose reports were due by the roster's people, and whose are there."""
    for submission in counted if campaign.people else ():
        for sheet in load_form(submission.form).ruled_by("reported"):
            people = campaign.people.of_unit(submission.unit_code, day)
            heads = {name for person in people if person.is_middle for name in names_of(person.name)}
            members = {name for person in people if person.is_party for name in names_of(person.name)}
            yield _of_reports(campaign, submission, sheet, heads, of_heads=True)
            yield _of_reports(campaign, submission, sheet, members, of_heads=False)


def _of_reports(
    campaign: Campaign, submission: Submission, sheet: Sheet, due: Collection[str], *, of_heads: bool
) -> Reports:
    """How many of those who owe a report have one there, and how many of these came after the deadline."""
    filed = _filed_reports(campaign, submission, sheet, of_heads=of_heads)
    there = [name for name in due if name in filed]
    return Reports(submission.unit_code, of_heads, len(due), len(there), sum(filed[name] for name in there))


def reports_filed(campaign: Campaign, counted: Sequence[Submission]) -> dict[str, dict[bool, dict[str, bool]]]:
    """Unit → of heads, or of members → whose report is there, as names are compared → whether it came late."""
    return {
        submission.unit_code: {
            of_heads: _filed_reports(campaign, submission, sheet, of_heads=of_heads) for of_heads in (True, False)
        }
        for submission in counted
        for sheet in load_form(submission.form).ruled_by("reported")
    }


def _filed_reports(campaign: Campaign, submission: Submission, sheet: Sheet, *, of_heads: bool) -> dict[str, bool]:
    """Whose report is there, and whether it came after the deadline."""
    rule = sheet.rules.reported
    assert rule is not None
    kinds = sheet.words(rule.kind, "of_heads" if of_heads else "of_members")
    deadline = campaign.config.deadline_of(submission.form, submission.round)
    filed: dict[str, bool] = {}
    for table, index, kind in submission.filled(sheet.name, rule.kind):
        if kind in kinds:
            is_late = _is_after(table.day(rule.submitted, index), deadline)
            for name in names_of(table.text(rule.person, index)):
                filed[name] = filed.get(name, False) or is_late
    return filed


def _is_after(day: datetime.date | None, deadline: datetime.date | None) -> bool:
    """Where there is no day or no deadline, nobody is late."""
    return day is not None and deadline is not None and day > deadline
