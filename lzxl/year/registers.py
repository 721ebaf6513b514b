"""The register of risk points of one period, as comparing it with others needs it: every row with what it says and its level."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lzxl.forms.load import form_ids, load_form
from lzxl.forms.model import Field, Sheet
from lzxl.forms.people import Renamed
from lzxl.forms.rules import Numbered
from lzxl.forms.text import compact
from lzxl.forms.values import display
from lzxl.submission import Submission, Table
from lzxl.year.cancelled import change_words
from lzxl.year.changes import compared_fields
from lzxl.year.duties import duties_of
from lzxl.year.measures import Measure, measure_sheet, measures_in


@dataclass(frozen=True)
class Entry:
    """One row of a register. What it says is told apart by what it is for: to find it again, to compare it, to show it."""

    number: str
    unit: str
    level: str
    """The level that counts: the decided one where the leading group decided, else the computed one; "" if it is not judged."""
    owner: str
    about: str
    text: str
    """The post, the power and the description, as texts are compared: without blanks."""
    texts: tuple[str, ...]
    """Everything that would be written anew if the row was thought over, as texts are compared."""
    values: Mapping[str, str]
    """Field → what stands there, as people read it."""
    outside: Mapping[str, str] = field(default_factory=dict)
    """Field → as much of it as anybody may read, where that is less."""
    headline: str = ""
    """What people call it: the first of its texts that a row must have."""
    is_cancelled: bool = False
    """Whether the unit says that the row is no risk point any more."""
    reason: str = ""
    """Why it was changed or cancelled, as far as the unit says so."""


@dataclass(frozen=True)
class Register:
    """The register of one period, its rows in the order in which they count."""

    period: str
    entries: tuple[Entry, ...]
    units: Mapping[str, str]
    """Code → name, in the roster's order."""
    renamed: tuple[Renamed, ...] = ()
    warned: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Number of a risk point → the warnings of the period about it that were proved true."""
    awaited: frozenset[str] = frozenset()
    """Codes of the units of which no register is accepted yet: nothing is known of their rows."""

    measures: tuple[Measure, ...] = ()

    @property
    def standing(self) -> tuple[Entry, ...]:
        """The rows that are risk points of the period."""
        return tuple(entry for entry in self.entries if not entry.is_cancelled)


def register_sheet() -> tuple[str, Sheet]:
    """The form and the sheet whose rows are compared from period to period."""
    forms = (load_form(form_id) for form_id in form_ids())
    return next((form.id, sheet) for form in forms for sheet in form.tables if sheet.rules.compared is not None)


def serial_title() -> str:
    """What the running number of a row is called: in the register, and so in all lists that are made."""
    _, sheet = register_sheet()
    return next(entry.title for entry in sheet.fields if entry.kind == "serial")


def shown_fields(sheet: Sheet) -> tuple[Field, ...]:
    """The fields of a register whose change is told: not its number, nor what says itself what became of the row."""
    rule = sheet.rules.compared
    return compared_fields(sheet, {sheet.key, rule.change, rule.reason} if rule is not None else {sheet.key})


def register_entries(submissions: Iterable[Submission], levels: Mapping[str, str]) -> Iterator[Entry]:
    """The rows with a number of every submission that counts. `levels`: number → the level that counts."""
    form_id, _ = register_sheet()
    for submission in submissions:
        if submission.form != form_id:
            continue
        sheet = load_form(form_id, submission.scheme).ruled_by("compared")[0]
        further = _further_rows(submission, sheet)
        for table in submission.tables_of(sheet.name):
            groups = _groups(submission, sheet, table)
            yield from _entries(submission.unit_code, sheet, table, levels, further, groups)


def _groups(submission: Submission, sheet: Sheet, table: Table) -> list[dict[str, str]]:
    """For each row what it belongs to, by field: of a duty that it is one, for a reader would take its class for that of a power."""
    rule = sheet.rules.listed
    names = [entry.name for entry in sheet.inputs if entry.computed == "group"]
    groups = [{name: display(table.get(name, index)) for name in names} for index in table.indexes]
    if rule is None:
        return groups
    duties = duties_of(submission, rule)
    for index, name in table.filled(rule.name):
        if word := duties.get(compact(str(name))):
            groups[index][rule.group] = word
    return groups


def _entries(
    unit: str,
    sheet: Sheet,
    table: Table,
    levels: Mapping[str, str],
    further: Mapping[str, _Further],
    groups: Sequence[Mapping[str, str]],
) -> Iterator[Entry]:
    rule, distinct = sheet.rules.compared, sheet.rules.distinct
    assert rule is not None and distinct is not None
    cancelling = change_words(sheet, "cancelled")
    fields = shown_fields(sheet)
    for index in table.indexes:
        number = table.get(distinct.number, index)
        if not number:
            continue
        values = {entry.name: display(table.get(entry.name, index)) for entry in fields}
        outside = {name: _together(values[name], more.outside.get(str(number), ())) for name, more in further.items()}
        values |= {name: _together(values[name], more.all.get(str(number), ())) for name, more in further.items()}
        values |= groups[index]
        yield Entry(
            str(number),
            unit,
            levels.get(str(number), ""),
            owner=compact(values[distinct.owner]),
            about=compact(values[distinct.about]),
            text=compact(values[distinct.text]),
            texts=tuple(compact(values[name]) for name in rule.texts),
            values=values,
            outside={name: text for name, text in outside.items() if text != values[name]},
            headline=next((values[name] for name in sheet.subject if values.get(name)), ""),
            is_cancelled=table.get(rule.change, index) in cancelling,
            reason=display(table.get(rule.reason, index)).strip(),
        )


def compared_measures() -> Sheet | None:
    """The sheet of the measures that are compared with those of the period before; None if the register has none."""
    return measure_sheet(*register_sheet())


def register_measures(submissions: Iterable[Submission]) -> Iterator[Measure]:
    """The measures of every submission that counts."""
    form_id, sheet = register_sheet()[0], compared_measures()
    for submission in submissions:
        if sheet is not None and submission.form == form_id:
            yield from measures_in(submission, sheet.name)


@dataclass(frozen=True)
class _Further:
    """By the number of a row, what further rows of another sheet say beside what the row itself says first."""

    all: dict[str, list[str]] = field(default_factory=dict)
    outside: dict[str, list[str]] = field(default_factory=dict)
    """As much of that as anybody may read."""


def _further_rows(submission: Submission, sheet: Sheet) -> dict[str, _Further]:
    """Field that says the first of them → the further ones."""
    form = load_form(submission.form, submission.scheme)
    found: dict[str, _Further] = {}
    for name, own in sheet.first_rows_of.items():
        other = form.by_name[name]
        rule = other.rules.numbered
        if rule is not None and rule.text in own:
            found[own[rule.text]] = _further(submission, other, rule)
    return found


def _further(submission: Submission, sheet: Sheet, rule: Numbered) -> _Further:
    """What the rows of a sheet say, by the number of the row that they are further ones of."""
    circle = sheet.rules.disclosed.circle if sheet.rules.disclosed is not None else ""
    inside = sheet.words(circle, "inside")
    further = _Further()
    for table, index, number in submission.filled(sheet.name, rule.owner):
        text = display(table.get(rule.text, index))
        further.all.setdefault(str(number), []).append(text)
        if table.get(circle, index) not in inside:
            further.outside.setdefault(str(number), []).append(text)
    return further


def _together(first: str, further: Sequence[str]) -> str:
    return "\n".join(dict.fromkeys(filter(None, (first, *further))))
