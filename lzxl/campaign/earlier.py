"""What a unit's numbers stood for before: in the workbook that it was sent, and in the versions before this one."""

from __future__ import annotations

from collections.abc import Sequence

from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.folder import Campaign, sent_path
from lzxl.campaign.store import Stored, versions_before
from lzxl.checks.identifiers import is_well_formed
from lzxl.forms.load import load_form
from lzxl.forms.text import compact
from lzxl.submission import Earlier, Submission
from lzxl.workbook.reading.jobs import Job

# Numbers that were given up longer ago may come again.
_MOST_VERSIONS = 3
_SENT = "发放的表"
# The office asks to delete such rows if they do not count.
_WITHDRAWN = ("hidden_row", "row_struck")


def remember_numbers(campaign: Campaign, originals: Sequence[Stored], submissions: Sequence[Submission]) -> None:
    """Give each submission, which is the original beside it, what its numbers stood for before (`Submission.earlier`)."""
    jobs: list[Job] = []
    origins: list[tuple[int, str]] = []
    for index, stored in enumerate(originals):
        for job, origin in _sources(campaign, stored):
            jobs.append(job)
            origins.append((index, origin))
    known: dict[int, dict[str, dict[str, Earlier]]] = {}
    before = read_with_cache(campaign.root, jobs, ahead=campaign.ahead) if jobs else []
    for (index, origin), read in zip(origins, before, strict=True):
        if read.form == originals[index].form and read.refusal is None:
            for sheet, numbers in _numbers(read, originals[index].unit.code, origin).items():
                known.setdefault(index, {}).setdefault(sheet, {}).update(numbers)
    for index, submission in enumerate(submissions):
        submission.earlier = known.get(index, {})


def _sources(campaign: Campaign, stored: Stored) -> list[tuple[Job, str]]:
    """(what to read, what people call it), the oldest first. A workbook was sent with rows only after another period or round."""
    found = []
    sent = sent_path(campaign, stored.unit, stored.form, stored.round)
    is_prefilled = campaign.config.previous or campaign.config.rounds_of(stored.form)[0].label != stored.round
    if is_prefilled and sent.is_file():
        found.append((Job(sent, campaign.relative(sent), scheme=campaign.grading.id), _SENT))
    for one in versions_before(campaign, stored)[-_MOST_VERSIONS:]:
        job = Job(one.path, campaign.relative(one.path), scheme=campaign.grading.id)
        of_round = f"“{one.round}”" if one.round != stored.round else ""
        found.append((job, f"{of_round}第{one.version}版"))
    return found


def _unnumbered(row: Earlier) -> str:
    """What a row without a number is known by among those with one: no number looks like it."""
    return f"{row.owner}\n{compact(row.text)}"


def _numbers(read: Submission, unit: str, origin: str) -> dict[str, dict[str, Earlier]]:
    """Sheet → sound number that one row has → that row. What was used twice stood for nothing. Of rows that are kept, those
    without a number are there too.

    Rows that stood there hidden or struck out, and those of a file that said 零报告, were never filed: the unit may take them out.
    """
    withdrawn = {fact.place for fact in read.facts if fact.kind in _WITHDRAWN}
    is_sent = origin == _SENT or read.is_nil_return
    found: dict[str, dict[str, Earlier]] = {}
    form = load_form(read.form, read.scheme)
    for sheet in form.tables:
        rule = sheet.rules.numbered
        if rule is None:
            continue
        rows: dict[str, list[Earlier]] = {}
        for table in read.tables:
            if table.name != sheet.name:
                continue
            entry = sheet.by_name[rule.number]
            for index in range(len(table.rows)):
                number, text = table.get(rule.number, index), table.get(rule.text, index)
                if not isinstance(text, str):
                    continue
                is_filed = not is_sent and table.row_place(index) not in withdrawn
                row = Earlier(str(table.get(rule.owner, index) or ""), text, origin, is_filed)
                if is_well_formed(entry, number) and number.startswith(f"{unit}-"):
                    rows.setdefault(number, []).append(row)
                elif rule.kept and number is None:
                    rows[_unnumbered(row)] = [row]
        found[sheet.name] = {number: same[0] for number, same in rows.items() if len(same) == 1}
    return found
