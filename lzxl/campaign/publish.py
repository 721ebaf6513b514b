"""Makes the risk points public: what an edition shows, that nobody is named in it, and that it was made public on a day."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lzxl.campaign.books import NewRow, amend_book, read_book, readable_books, write_books
from lzxl.campaign.facts import decisions_of, facts_of, rulings_of
from lzxl.campaign.folder import Campaign
from lzxl.campaign.leaks import refuse_leaks, secrets_of
from lzxl.campaign.lock import holding
from lzxl.campaign.memory import machine_of
from lzxl.campaign.nil_returns import nil_returns_of
from lzxl.campaign.places import PUBLISHED
from lzxl.campaign.standing import Standing
from lzxl.errors import LzxlError
from lzxl.files import store_swept
from lzxl.forms.grading import gravities
from lzxl.forms.load import book_with, load_form
from lzxl.forms.model import Field, Sheet
from lzxl.forms.naming import first_few
from lzxl.forms.rules_of_books import Activities
from lzxl.forms.rules_of_public import Edition
from lzxl.forms.text import compact
from lzxl.submission import Submission, Table
from lzxl.year.decisions import settled
from lzxl.year.published import Circumstances, Publication, publication
from lzxl.year.registers import register_entries, register_sheet
from lzxl.year.workdays import workday_after

_MOST_NAMED = 8
Circle = Literal["withheld", "inside"]
"""The role of a word that keeps a point to nobody, or to the bureau's own people."""


class OpenDecisionsError(LzxlError):
    """Levels are still to be decided: nothing is made public before."""


@dataclass(frozen=True)
class Announcement:
    """What is made public, when, until when, and by whom."""

    bureau: str
    period: str
    publication: Publication
    sheet: Sheet
    day: datetime.date
    until: datetime.date
    workdays: int
    office: str
    """The mail address that opinions go to; "" if none is set."""


Writer = Callable[[Announcement], Mapping[str, bytes]]
"""Makes the files of a publication: name → bytes."""


def editions() -> tuple[Edition, ...]:
    """The editions that there are, the first of them for everybody."""
    _, sheet = register_sheet()
    assert sheet.rules.published is not None
    return sheet.rules.published.editions


def announcement(
    campaign: Campaign, standing: Standing, edition: Edition, day: datetime.date, allow_open: bool
) -> Announcement:
    """What an edition shows now. Raises OpenDecisionsError while levels are to be decided, unless `allow_open`."""
    _, sheet = register_sheet()
    sheet = load_form(register_sheet()[0], campaign.grading.id).ruled_by("published")[0]
    facts = facts_of(campaign, standing.counted)
    rulings = rulings_of(campaign, facts, decisions_of(campaign))
    undecided = [point.number for point in rulings.undecided]
    levels = rulings.levels(facts.registered)
    entries = [entry for entry in register_entries(standing.counted, levels) if not entry.is_cancelled]
    known = Circumstances(
        gravity=gravities(campaign.grading.level),
        withheld=kept_to(campaign, standing.counted, "withheld"),
        inside=kept_to(campaign, standing.counted, "inside"),
        undecided=frozenset(undecided),
        unregistered=_unregistered(campaign, standing, {entry.unit for entry in entries}),
        duty_of=lambda unit, name: _duty(campaign, unit, name),
    )
    found = publication(edition, sheet, entries, campaign.unit_names, known)
    waiting = found.provisional
    if waiting and not allow_open:
        raise OpenDecisionsError(
            f"还有{len(waiting)}个风险点待认定（{first_few(waiting, _MOST_NAMED)}），未写出公示材料。"
            "请先提请领导小组认定（lzxl meeting）；确需先行公示的，加 --allow-open，等级旁注明“暂定”。",
            code="publication_undecided",
            points=list(waiting),
        )
    limit = machine_of(campaign).limits["publicity"].workdays
    until = workday_after(day, limit, campaign.config.mail.calendar)
    config = campaign.config
    return Announcement(config.bureau, config.period, found, sheet, day, until, limit, config.mail.address)


def _duty(campaign: Campaign, unit: str, name: str) -> str:
    """The duty of a person as the roster has it, "" if it does not say."""
    places = campaign.people.places_of(name)
    own = [one.duty or one.post for one in places if one.unit == unit] or [one.duty or one.post for one in places]
    return own[-1] if own else ""


def _unregistered(campaign: Campaign, standing: Standing, shown: set[str]) -> dict[str, str]:
    """What is said of the units that have no row, and of those of which the leading group accepted that they have none."""
    form_id, sheet = register_sheet()
    rule = sheet.rules.published
    assert rule is not None
    nil = nil_returns_of(campaign, standing).by_pair
    agreed = {unit for (unit, form), one in nil.items() if form == form_id and one.stage == "agreed"}
    return {code: rule.agreed if code in agreed else rule.unregistered for code in campaign.units if code not in shown}


def kept_to(campaign: Campaign, submissions: Iterable[Submission], role: Circle) -> frozenset[str]:
    """Numbers of the points that are kept to a circle of readers: as the unit says of them; of what is withheld, as it says of a
    measure against them too. What the leading group decided on one comes first."""
    words: set[str] = set()
    found: set[str] = set()
    for table, number, circle in _tables_with_circles(submissions, role):
        if circle.vocabulary is not None:
            words.update(circle.vocabulary.in_role(role))
            found.update(str(table.get(number, index)) for index, word in table.filled(circle.name) if word in words)
    decided, _ = settled(decisions_of(campaign).on("disclosure"), None, None)
    kept = {subject for subject, decision in decided.items() if decision.result in words}
    return frozenset((found - decided.keys()) | kept)


def _tables_with_circles(submissions: Iterable[Submission], role: Circle) -> Iterator[tuple[Table, str, Field]]:
    """(table, field that names a risk point, field that says who may read it) of each table that says so."""
    for submission in submissions:
        form = load_form(submission.form, submission.scheme)
        for table in submission.tables:
            number, circle = _circle_of(form.by_name[table.name], role)
            if circle:
                yield table, number, form.by_name[table.name].by_name[circle]


def _circle_of(sheet: Sheet, role: Circle) -> tuple[str, str]:
    """(the field that names a risk point, the field that says who may read it); "" where a sheet says nothing of that."""
    published, disclosed = sheet.rules.published, sheet.rules.disclosed
    if published is not None:
        return sheet.key, published.circle
    return (disclosed.row, disclosed.circle) if disclosed is not None and role == "withheld" else ("", "")


def publish(
    campaign: Campaign, standing: Standing, made: Announcement, write: Writer, words: Sequence[str] = ()
) -> list[Path]:
    """Write what is made public into 公示 and the day into the office's record; gives the files.

    `words`: names of somebody that stand in it as ordinary words. Raises LeakError, with nothing written, if somebody is named,
    and BookError if a book cannot be read, whose names would not be looked for.
    """
    books = readable_books(campaign, "未写出公示材料")
    secrets = secrets_of(campaign, [*standing.counted, *standing.former, *books], words)
    files = write(made)
    refuse_leaks(files, secrets, lambda secret: _rows_with(made, secret))
    paths = {campaign.folder(PUBLISHED) / name: data for name, data in files.items()}
    with holding(campaign.root):
        # First of all: a book that is open in a program stops it while nothing has been written.
        _enter(campaign, made)
        for path, data in paths.items():
            store_swept(path, data)
    return list(paths)


def _rows_with(made: Announcement, secret: str) -> str:
    """The cells of the table that a text stands in, as people find them; "" if it stands in none."""
    places = list(_places_of(made, secret)) if secret else []
    return f"，公示表{first_few(places, _MOST_NAMED)}" if places else ""


def _places_of(made: Announcement, secret: str) -> Iterator[str]:
    columns = made.publication.edition.columns
    for number, row in enumerate(made.publication.rows, 1):
        for column, cell in zip(columns, row.cells, strict=True):
            if secret in compact(cell):
                yield f"第{number}行“{column.title}”（{row.number or row.unit}）"


def _enter(campaign: Campaign, made: Announcement) -> None:
    """Enter the publicity into the office's record, once a day and edition. Raises BookError if that cannot be written."""
    form_id = book_with("recorded")
    write_books(campaign, [form_id])
    record, row = read_book(campaign, form_id), _record(form_id, made)
    if record is None or not _is_entered(row, record):
        amend_book(campaign, form_id, [row])


def _is_entered(row: NewRow, record: Submission) -> bool:
    """Whether the record has a row that says the same."""
    return any(
        all(table.get(name, index) == value for name, value in row.values.items())
        for table, index in record.rows_of(row.sheet)
    )


def _record(form_id: str, made: Announcement) -> NewRow:
    """The row of the office's record: when, what, and until when."""
    sheet, rule = load_form(form_id).rules_of(Activities)[0]
    vocabulary = sheet.by_name[rule.kind].vocabulary
    assert vocabulary is not None
    scope = f"{made.period}廉政风险点公示（{made.publication.edition.edition}，公示至{made.until}）"
    return NewRow(sheet.name, {rule.day: made.day, rule.kind: vocabulary.in_role("publicity")[0], rule.scope: scope})
