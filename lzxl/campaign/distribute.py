"""Sends out: one stamped workbook for each unit and form, prefilled with what the last period accepted."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lzxl.campaign import clock
from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.facts import told_decisions
from lzxl.campaign.folder import Campaign, sent_path
from lzxl.campaign.lock import run_lock
from lzxl.campaign.model import Filing, Slot
from lzxl.campaign.places import SENT, TEMPLATES
from lzxl.campaign.previous import last_campaign, last_folder, not_there
from lzxl.campaign.rounds import Round
from lzxl.campaign.standing import Standing, faults_of, take_stock
from lzxl.campaign.store import Stored
from lzxl.checks.dates import period_days
from lzxl.checks.identifiers import free_numbers, is_well_formed
from lzxl.checks.run import Checked, failed
from lzxl.errors import ConfigError
from lzxl.faults import attempt
from lzxl.files import writing
from lzxl.forms.load import DEFAULT_SCHEME, load_form
from lzxl.forms.model import Carried, Form, Sheet
from lzxl.forms.naming import first_few
from lzxl.forms.periods import stated_period
from lzxl.forms.roster import Unit
from lzxl.forms.rules import Numbered
from lzxl.forms.staff import Staff, roster_rows, staff_of, still_theirs
from lzxl.forms.text import compact
from lzxl.groups import grouped
from lzxl.states import ACCEPTABLE
from lzxl.submission import Submission, Table
from lzxl.workbook.reading.jobs import Job
from lzxl.year.cancelled import change_words

if TYPE_CHECKING:
    from openpyxl import Workbook

# Of what is listed in a sentence, so many are named.
_MOST_NAMED = 5


@dataclass(frozen=True)
class Distribution:
    """What was written into 发放, and what was left as it is; paths relative to the campaign folder."""

    written: tuple[str, ...]
    kept: tuple[str, ...]
    """Workbooks that somebody has changed since they were written: never replaced."""
    strays: tuple[str, ...] = ()
    """Folders of 发放 that are no unit's as the roster has it now (its code or name was changed, say)."""
    failures: tuple[str, ...] = ()
    """Sentences about submissions of the last period that nothing could be carried over from."""


def distribute(campaign: Campaign, progress: Callable[[int, int], None] | None = None) -> Distribution:
    """Write every unit's workbooks into 发放, of forms with rounds one for each that has opened.

    A workbook that was written before is replaced, unless somebody has typed into it since.

    Raises ConfigError if the last period's folder
    (lzxl.toml, previous) is none or a template in 模板 no longer fits its form, OutputError if the disk does not take it.
    """
    carried = _Carried(campaign)
    blanks = _Blanks(campaign)
    due = [one for form in campaign.config.forms for one in rounds_to_send(campaign, form)]
    pairs = [(unit, one) for unit in campaign.units.values() for one in due]
    written, kept = [], []
    failures: list[str] = []
    with run_lock(campaign.root):
        sent = _Sent(campaign)
        for number, (unit, one) in enumerate(pairs, 1):
            last = carried.to(unit, one)
            data = attempt(
                partial(_prepared, campaign, blanks, unit, one, last),
                partial(_without_last_period, campaign, blanks, unit, one, failures, last),
            )
            target = sent_path(campaign, unit, one.form, one.label)
            if sent.is_changed(target, data):
                kept.append(campaign.relative(target))
            else:
                with writing(target) as path:
                    path.write_bytes(data)
                sent.note(target, data)
                written.append(campaign.relative(target))
            if progress is not None:
                progress(number, len(pairs))
        sent.save()
    own = {campaign.unit_folder(SENT, unit).name for unit in campaign.units.values()}
    folders = sorted(entry.name for entry in campaign.folder(SENT).iterdir() if entry.is_dir())
    strays = tuple(name for name in folders if name not in own)
    return Distribution(tuple(written), tuple(kept), strays, tuple(failures))


def rounds_to_send(campaign: Campaign, form_id: str) -> list[Round]:
    """The rounds that units have workbooks for: those that are open or past today; before the first opens, that one."""
    own = campaign.config.rounds_of(form_id)
    return [one for one in own if one.has_opened(clock.today())] or [own[0]]


def _prepared(campaign: Campaign, blanks: _Blanks, unit: Unit, due: Round, last: Sequence[Submission]) -> bytes:
    """A unit's workbook, with what `last`, its submissions of the last period or round, leave to start from."""
    from lzxl.workbook.writing.decided import add_decisions
    from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
    from lzxl.workbook.writing.numbers import add_numbers
    from lzxl.workbook.writing.people import add_people
    from lzxl.workbook.writing.save import workbook_bytes
    from lzxl.workbook.writing.shown import shown_values

    form = load_form(due.form, campaign.grading.id)
    staff = staff_of(unit, campaign.people, clock.today())
    workbook = blanks.workbook(form)
    period = stated_period(campaign.config.period, due.label)
    stamp_workbook(workbook, form, Stamp(form.id, form.version, unit.code, unit.name, period))
    rows = with_people(form, staff, _carried_rows(form, last, campaign.config.period))
    fill_workbook(workbook, form, _known_of(form, staff), rows)
    looked_up = add_people(workbook, form, staff)
    add_numbers(workbook, form, _free_numbers(form, unit, last))
    add_decisions(workbook, form, told_decisions(campaign, unit, last))
    shown = shown_values(workbook, form, campaign.grading)
    return workbook_bytes(workbook, {title: {**texts, **looked_up.get(title, {})} for title, texts in shown.items()})


def _free_numbers(form: Form, unit: Unit, last: Sequence[Submission]) -> dict[str, Iterator[str]]:
    """Sheet → the numbers behind all that its rows have, or had in `last`: one that was given up never stands for something else."""
    found: dict[str, Iterator[str]] = {}
    for sheet, rule in form.rules_of(Numbered):
        if rule.given:
            entry = sheet.by_name[rule.number]
            numbers = free_numbers(entry, _used_numbers(last, sheet, rule.number), unit.code)
            # A number has so many digits: behind the last that fits, none lies ready.
            found[sheet.name] = takewhile(partial(is_well_formed, entry), numbers)
    return found


def _used_numbers(last: Sequence[Submission], sheet: Sheet, number: str) -> set[str]:
    """The numbers that rows of a sheet have in any of these submissions."""
    tables = [table for one in last for table in one.tables_of(sheet.name)]
    return {str(taken) for table in tables for _, taken in table.filled(number)}


def _known_of(form: Form, staff: Staff) -> dict[str, str]:
    """What the roster says of a unit on the day, for the cover to begin with."""
    known = {"liaison": staff.liaison, "head": staff.head}
    return {name: text for name, text in known.items() if form.cover is not None and name in form.cover.by_name}


def _without_last_period(
    campaign: Campaign,
    blanks: _Blanks,
    unit: Unit,
    due: Round,
    failures: list[str],
    last: Sequence[Submission],
    trouble: BaseException,
) -> bytes:
    """A unit's workbook where what it filed in the last period breaks the program: blank, and that is said."""
    if not last:
        raise trouble
    data = _prepared(campaign, blanks, unit, due, ())
    failures += [failed(one, trouble, faults_of(campaign)).findings[0].message for one in last]
    return data


_OLD_FORMS = (
    "注意：“发放”里有{count}份尚未收到的表（{which}）是按以前的期次、分级表或者表单版本做的，填好报来也会退回，"
    "所以不随信附上。请先运行 lzxl distribute --mail 重新发放。"
)


def must_exchange(checked: Checked) -> bool:
    """Whether a unit has to fill in the workbook of this period instead of mending its return.

    Of another grading table, or of another version of the form, a return is none any more: it is written anew by those of
    now, with the unit's content. Of another period it stays: that is not to be typed over.
    """
    return any(finding.code == "form_of_other_period" for finding in checked.findings)


def fresh_form(campaign: Campaign, stored: Stored, checked: Checked) -> Path | None:
    """The unit's workbook of this period, where it has to fill in that one instead; None if it has not, or there is none."""
    return usable_forms(campaign, [stored.slot]).get(stored.slot) if must_exchange(checked) else None


def usable_forms(campaign: Campaign, slots: Sequence[Slot]) -> dict[Slot, Path]:
    """Where the workbook in 发放 is, of those that would not come back for what they are: each is that unit's and of this period
    and round, and made by the form and the grading table of now. `slots`: of units of the roster."""
    paths = {slot: sent_path(campaign, campaign.units[slot[0]], *slot[1:]) for slot in slots}
    there = {slot: path for slot, path in paths.items() if path.is_file()}
    jobs = [Job(path, campaign.relative(path), scheme=campaign.grading.id) for path in there.values()]
    sent = read_with_cache(campaign.root, jobs) if jobs else []
    return {
        slot: path for (slot, path), read in zip(there.items(), sent, strict=True) if _is_of_now(campaign, slot, read)
    }


def _is_of_now(campaign: Campaign, slot: Slot, sent: Submission) -> bool:
    code, form_id, label = slot
    if sent.refusal is not None or sent.form != form_id or sent.sent_to != code:
        return False
    form = load_form(form_id, campaign.grading.id)
    is_graded_as_now = not form.is_graded or (sent.sent_scheme or DEFAULT_SCHEME) == form.scheme
    period = stated_period(campaign.config.period, label)
    return compact(sent.sent_for) == compact(period) and sent.version in form.accepts and is_graded_as_now


def warn_of_old_forms(campaign: Campaign, standing: Standing) -> str:
    """A Chinese sentence on the workbooks in 发放 that are still to be filled in and would come back for what they are: they
    must be sent out anew. "" if there are none."""
    owed = [filing for filing in standing.filings if filing.state not in ACCEPTABLE]
    usable = usable_forms(campaign, [filing.slot for filing in owed])
    unusable = [filing for filing in owed if filing.slot not in usable]
    old = [f"{filing.unit.code}《{filing.title}》" for filing in unusable if _sent_to(campaign, filing).is_file()]
    return _OLD_FORMS.format(count=len(old), which=first_few(old, _MOST_NAMED)) if old else ""


def _sent_to(campaign: Campaign, filing: Filing) -> Path:
    return sent_path(campaign, filing.unit, filing.form, filing.round)


class _Sent:
    """What the workbooks in 发放 were when they were written, in .lzxl/sent.json."""

    def __init__(self, campaign: Campaign) -> None:
        self._campaign = campaign
        self._path = campaign.root / ".lzxl" / "sent.json"
        self._known: dict[str, str] = {}
        with suppress(OSError, ValueError):  # not there or damaged: then nothing is known, and nothing is replaced
            self._known = dict(json.loads(self._path.read_text(encoding="utf-8")))

    def is_changed(self, target: Path, data: bytes) -> bool:
        """Whether a workbook is there that is neither as it was written nor as it would be written now (`data`)."""
        if not target.is_file():
            return False
        present = target.read_bytes()
        return present != data and self._known.get(self._campaign.relative(target)) != _digest(present)

    def note(self, target: Path, data: bytes) -> None:
        self._known[self._campaign.relative(target)] = _digest(data)

    def save(self) -> None:
        with writing(self._path) as path:
            path.write_text(json.dumps(self._known, ensure_ascii=False, indent=0, sort_keys=True), encoding="utf-8")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class _Blanks:
    """Blank workbooks to fill: the bureau's own restyled ones where 模板 has them, else the standard ones."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self._templates: dict[str, bytes] = {}
        for form_id in campaign.config.forms:
            form = load_form(form_id, campaign.grading.id)
            path = campaign.folder(TEMPLATES) / f"{form.title}.xlsx"
            if path.is_file():
                self._templates[form_id] = _fitting_template(path, form)

    def workbook(self, form: Form) -> Workbook:
        """A fresh blank workbook of `form`."""
        from lzxl.workbook.writing.build import build_workbook, load_template

        template = self._templates.get(form.id)
        return (
            build_workbook(form, self.campaign.grading)
            if template is None
            else load_template(template, form, self.campaign.grading)
        )


def _fitting_template(path: Path, form: Form) -> bytes:
    """The bytes of a restyled workbook; ConfigError if it no longer fits the form."""
    from lzxl.workbook.writing.template_check import check_template

    errors = [finding for finding in check_template(path, form) if finding.severity == "error"]
    if errors:
        raise ConfigError(
            f"“{TEMPLATES}”里的 {path.name} 不能用，有{len(errors)}处不合：{errors[0].message}"
            f"请用 lzxl workbooks check 查看全部，改好后再发放。",
            code="template_unfit",
            name=path.name,
            message=errors[0].message,
        )
    return path.read_bytes()


class _Carried:
    """What the workbooks of a round begin with: the last period's rows for the first; for another, those of the round before
    where that takes its place. A round that adds to those before begins blank."""

    def __init__(self, campaign: Campaign) -> None:
        self._config = campaign.config
        self._last = _last_period(campaign)
        self._before: dict[tuple[str, str], list[Submission]] = {}
        several = [form for form in campaign.config.forms if len(campaign.config.labels_of(form)) > 1]
        if not all(load_form(form).adds_up for form in several):
            standing = take_stock(campaign)
            self._before = grouped((*standing.former, *standing.counted), _whose)

    def to(self, unit: Unit, due: Round) -> Sequence[Submission]:
        """The submissions that a unit's workbook of a round begins with."""
        labels = [one.label for one in self._config.rounds_of(due.form)]
        here = labels.index(due.label)
        if here and load_form(due.form).adds_up:
            return ()
        before = [one for one in self._before.get((unit.code, due.form), ()) if labels.index(one.round) < here]
        return before[-1:] or self._last.get((unit.code, due.form), ())


def _last_period(campaign: Campaign) -> Mapping[tuple[str, str], Sequence[Submission]]:
    folder = last_folder(campaign)
    if folder is None:
        return {}
    last = last_campaign(campaign)
    if last is None:
        raise not_there(folder)
    return grouped(take_stock(last).counted, _whose)


def _whose(submission: Submission) -> tuple[str, str]:
    return submission.unit_code, submission.form


def _carried_rows(form: Form, last: Sequence[Submission], period: str) -> dict[str, list[dict[str, Any]]]:
    going_on = {
        sheet.name: _going_on(sheet, sheet.carried, last, period) for sheet in form.tables if sheet.carried is not None
    }
    return {name: rows for name, rows in going_on.items() if rows}


def _going_on(sheet: Sheet, carried: Carried, last: Sequence[Submission], period: str) -> list[dict[str, Any]]:
    """The rows of a sheet that the next period, or round, begins with."""
    places = [place for submission in last for place in submission.rows_of(sheet.name)]
    rows = [_row(sheet, carried, table, index, period) for table, index in places]
    going_on = [row for row in rows if row is not None]
    if all(compact(period) in compact(one.period) for one in last):
        return going_on
    return [_of_last_period(sheet, row) for row in going_on]


def _of_last_period(sheet: Sheet, row: dict[str, Any]) -> dict[str, Any]:
    """A row of the last period, of which nothing has become yet: whoever changes or cancels it says so."""
    rule, kept = sheet.rules.compared, change_words(sheet, "kept")
    if rule is None or not kept:
        return row
    own = {name: value for name, value in row.items() if name != rule.reason}
    return {**own, rule.change: kept[0]}


def with_people(
    form: Form, staff: Staff, carried: Mapping[str, list[dict[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """The rows that a workbook starts with: those carried over, without persons who are to be looked up anew, and of each of
    the unit's people what is due of him."""
    rows = {name: [still_theirs(form.by_name[name], row, staff) for row in old] for name, old in carried.items()}
    for sheet in form.tables:
        own = roster_rows(sheet, staff)
        if own and (not rows.get(sheet.name) or sheet.rules.roll is not None):
            rows[sheet.name] = _as_last_time(sheet, own, rows.get(sheet.name, ()))
    return rows


def _as_last_time(sheet: Sheet, rows: list[dict[str, Any]], last: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the unit's people, each with what was carried over of the person's own row."""
    roll = sheet.rules.roll
    known = {str(row.get(roll.person)): row for row in last} if roll is not None else {}
    return [{**known.get(str(row.get(roll.person)), {}), **row} for row in rows] if roll is not None else rows


def _row(sheet: Sheet, carried: Carried, table: Table, index: int, period: str) -> dict[str, Any] | None:
    """A row as the new period starts with it; None if it ended with the last one."""
    asked = [entry.name for entry in sheet.inputs if not entry.computed]
    values = {name: table.get(name, index) for name in asked if not carried.fields or name in carried.fields}
    if any(values.get(name) in words for name, words in carried.ended.items()):
        return None
    # The last period's deadline is past: the unit sets a new one.
    past = {name for name in carried.within_period if _is_outside(values.get(name), period)}
    left = {*past, *carried.with_the_day} if past else past
    return {name: value for name, value in values.items() if value is not None and name not in left}


def _is_outside(day: datetime.date | None, period: str) -> bool:
    """Whether a day is none of a period, where both are known."""
    days = period_days(period)
    return day is not None and days is not None and not days[0] <= day <= days[1]
