"""What belongs in a cell that is blank or wrong, as far as the rest of the file tells it.

Advice is worked out from the submission alone, for the whole of it at once, so that all advice can be followed together:
two blank numbers never get the same one, and a number that measures refer to goes back to the row that lost it. The
rules then say what is wrong, and `give_advice` adds to each finding what would mend it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from lzxl.checks.appraisal import expected_items
from lzxl.checks.context import Context
from lzxl.checks.identifiers import plan_numbers
from lzxl.checks.levels import words_beside_level
from lzxl.checks.links import allowed_words, plan_groups, plan_links
from lzxl.checks.report import Advice, Report, example_of
from lzxl.checks.roster import own_unit
from lzxl.forms.findings import Finding, Remedy, RowsChanged, either
from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.places import Place
from lzxl.forms.private import name_alone, sayable
from lzxl.forms.rules import Graded, RequiredIf
from lzxl.forms.values import display
from lzxl.forms.vocabulary import Vocabulary
from lzxl.submission import Labels, Table

# What may be wrong with a cell of any column, one that is to be deleted among them.
_OF_CELLS = frozenset({"id_digits_lost", "error_value", "formula_without_value"})


def prepare_advice(report: Report, context: Context) -> None:
    """Fill `report.advice`. Nothing for a register in a layout of its own: there a person looks at every row."""
    if report.submission.own_layout:
        return
    _advise_cover(report, context)
    plan_numbers(report)
    plan_links(report)
    for table in report.submission.tables:
        _advise_levels(report, context, table)
        _advise_persons(report, table)
        plan_groups(report, table)
        _advise_needed(report, table)
        _advise_items(report, table)


def _advise_items(report: Report, table: Table) -> None:
    """The items of an appraisal stand as they were sent out."""
    for index, expected in expected_items(report, table).items():
        for name, value in expected.items():
            report.advise(table, name, index, Remedy("set", value))


def _advise_needed(report: Report, table: Table) -> None:
    """Where a word is to be chosen anew, and one of them asks for another cell: say so beside the choice."""
    sheet = report.form.by_name[table.name]
    for rule in sheet.rules.required_if:
        words = sheet.by_name[rule.when].vocabulary
        if words is not None and rule.says and rule.when in table.columns:
            _advise_beside(report, table, rule, words)


def _advise_beside(report: Report, table: Table, rule: RequiredIf, words: Vocabulary) -> None:
    sheet, asked = report.form.by_name[table.name], [name for name in rule.fields if name in table.columns]
    for index in table.indexes:
        blank = [name for name in asked if table.get(name, index) is None]
        if blank and _is_to_be_chosen(table, rule.when, index, words):
            note = _asked_beside(sheet, words.in_role(rule.says), blank)
            report.advise(table, rule.when, index, Remedy("choose", words.allowed), note=note)


def _is_to_be_chosen(table: Table, name: str, index: int, words: Vocabulary) -> bool:
    """Whether a cell holds something that is none of the words."""
    value = table.get(name, index)
    return table.is_broken(name, index) or (value is not None and value not in words.allowed)


def _asked_beside(sheet: Sheet, words: Sequence[str], blank: Sequence[str]) -> str:
    """What has to be filled in besides by whoever chooses one of `words`."""
    titles = "、".join(f"“{sheet.by_name[name].title}”" for name in blank)
    return "".join(f"选“{word}”的，一并填写{titles}。" for word in words)


def _advise_cover(report: Report, context: Context) -> None:
    cover = report.submission.cover
    if cover is None:
        return
    for name, value in (*_told_by_roster(report, context), *_told_by_rows(report)):
        if value != "" and name in cover.cells:
            report.advice[cover.place(name)] = Advice(Remedy("set", value))
    _advise_declaring(report, cover)


def _advise_declaring(report: Report, cover: Labels) -> None:
    """That there is nothing to report is the unit's to declare: a table may have been forgotten."""
    nil, main = report.form.nil_return, report.form.main_sheet
    if nil is None or nil.declared.name not in cover.cells or report.row_count(main.name):
        return
    owed = f"填“{nil.affirmed}”的，写明“{nil.reason.title}”；" if nil.reasoned else ""
    note = f"{owed}填“{nil.denied}”的，在“{main.title}”表逐行登记。"
    note += _told_of_rows(report.form, main, "more")
    report.advice[cover.place(nil.declared.name)] = Advice(Remedy("choose", (nil.affirmed, nil.denied)), note=note)


def _told_by_roster(report: Report, context: Context) -> Iterator[tuple[str, str]]:
    """(field of the cover, value) that the roster and the settings know; "" for what they do not."""
    period = context.period_of(report.form.id, report.submission.round)
    yield "period", period or report.submission.period
    unit = own_unit(report, context)
    if unit is not None:
        yield from (("unit_code", unit.code), ("unit_name", unit.name), ("head", unit.head), ("liaison", unit.liaison))


def _told_by_rows(report: Report) -> Iterator[tuple[str, Any]]:
    """(field of the cover, value) that the rows tell: how many there are, and that there is something to report."""
    nil, rows = report.form.nil_return, report.row_count(report.form.main)
    if nil is None:
        return
    if report.tables(report.form.main):  # of a sheet that could not be read nobody knows
        yield nil.count.name, rows
    if rows:
        yield nil.declared.name, nil.denied


def _advise_levels(report: Report, context: Context, table: Table) -> None:
    rule = report.form.by_name[table.name].rules.graded
    if rule is None:
        return
    reason = _level_follows(report, table, rule)
    for index in table.indexes:
        if rule.level in table.columns:
            advice = Advice(Remedy("clear"), reason, "退回件中已清除。", computed=True)
            report.advice[table.place(rule.level, index)] = advice
        for name, words in words_beside_level(rule, context, table, index).items():
            allowed = report.field(table, name).vocabulary.allowed  # type: ignore[union-attr]  # both are words
            note = _beside_level(report, table, rule, index, words)
            report.advise(table, name, index, Remedy("choose", allowed), note=note)


def _level_follows(report: Report, table: Table, rule: Graded) -> str:
    """Why nobody writes a level, as a message says it."""
    likelihood, severity = (report.field(table, name).title for name in (rule.likelihood, rule.severity))
    return f"等级由{likelihood}和{severity}自动得出"


def _beside_level(report: Report, table: Table, rule: Graded, index: int, words: Sequence[str]) -> str:
    """What a typed level has to say of the word that is missing: it does not choose it, and must not stand against it."""
    title, level = report.field(table, rule.level).title, table.get(rule.level, index)
    fitting = f"与所填等级“{level}”相配的是{either(words)}；" if words else ""
    return f"{fitting}选定后等级不是“{level}”的，清除“{title}”一格，由程序自动得出。"


def _advise_persons(report: Report, table: Table) -> None:
    """Who signs a row is whom it is about, and the other way round."""
    rule = report.form.by_name[table.name].rules.signed
    if rule is not None and rule.signature in table.columns and rule.person in table.columns:
        _advise_person(report, table, rule.signature, rule.person)
        _advise_person(report, table, rule.person, rule.signature)


def _advise_person(report: Report, table: Table, name: str, other: str) -> None:
    for index, written in table.filled(other):
        person = name_alone(written)
        if person and table.get(name, index) is None:
            report.advise(table, name, index, Remedy("set", person))


def give_advice(report: Report) -> list[Finding]:
    """The findings of a report, each with what is known about its cell: advice, else the words to choose from."""
    private = {_column(fact.place) for fact in report.facts("column_private")}
    # Of a cell that is not what the level is, it is said how grave that is, not how it is written.
    said = [one for one in report.findings if one.code != "word_alias" or one.place not in report.wrong_levels]
    return [
        _to_be_deleted(finding)
        if finding.code in _OF_CELLS and _column(finding.place) in private
        else _with_rows_told(report, _advised(_explained(report, finding), report.advice.get(finding.place)))
        for finding in said
    ]


def _to_be_deleted(finding: Finding) -> Finding:
    """A finding in a column that goes as a whole."""
    return replace(finding, fix="请随该列一并删去。", remedy=Remedy("clear"))


def _with_rows_told(report: Report, finding: Finding) -> Finding:
    """A finding on whose advice rows may come or go, with what else has to be mended then."""
    changed = report.catalogue.rules[finding.code].rows
    if not changed or report.submission.own_layout or _is_of_cover_rows(report, finding):
        return finding
    sheet = _sheet_of_rows(report, finding)
    if changed == "more_there":
        sheet = _referred_to(report.form, sheet, finding.header)
        changed = "more"
    return replace(finding, fix=finding.fix + _told_of_rows(report.form, sheet, changed))


def _is_of_cover_rows(report: Report, finding: Finding) -> bool:
    """Whether a finding speaks of whole rows of the cover, which nobody may delete."""
    cover, area = report.submission.cover, finding.place.only
    return cover is not None and finding.sheet == cover.title and area is not None and area.is_whole_rows


def _sheet_of_rows(report: Report, finding: Finding) -> Sheet:
    """The sheet whose rows a finding speaks of: on the cover, those that the form is about."""
    names = {table.title: table.name for table in report.submission.tables}
    return report.form.by_name[names.get(finding.sheet, report.form.main)]


def _referred_to(form: Form, sheet: Sheet, header: str) -> Sheet:
    """The sheet of the form to whose rows the field with that title refers."""
    entry = next(entry for entry in sheet.fields if entry.title == header)
    return form.by_name[entry.references.partition(".")[0]]


def _told_of_rows(form: Form, sheet: Sheet, changed: RowsChanged) -> str:
    """What counts the rows of a sheet, and what refers to them, as a sentence; "" if nothing does."""
    is_fewer = changed == "fewer"
    cover = form.cover.fields if form.cover is not None else ()
    parts = [f"封面“{entry.title}”相应修改" for entry in cover if entry.counts == sheet.name]
    told = "“{}”表中引用其编号的一并修改" if is_fewer else "在“{}”表登记对应的内容"
    # The first thing that answers a new row stands on that row itself.
    answering = [other for other in _referring(form, sheet) if is_fewer or other.name not in sheet.first_rows_of]
    parts += [told.format(other.title) for other in answering]
    when = "删去行的" if is_fewer else "增加行的"
    return f"{when}，{'，并'.join(parts)}。" if parts else ""


def _referring(form: Form, sheet: Sheet) -> Iterator[Sheet]:
    """The sheets of the form whose rows refer to those of a sheet."""
    number = f"{sheet.name}.{sheet.key}"
    return (other for other in form.tables if any(entry.references == number for entry in other.inputs))


def _column(place: Place) -> tuple[str, int]:
    """Sheet and column of a cell."""
    return place.sheet, place.begin[1]


def _explained(report: Report, finding: Finding) -> Finding:
    """A formula that failed may stand in any kind of cell: say how that one is filled in."""
    if finding.code not in ("error_value", "formula_without_value"):
        return finding
    row = report.row_of(finding.place)
    entry = _field_of(report, row[0], row[1], finding) if row is not None else None
    if row is not None and entry is not None:
        return _with_example(finding, entry, allowed_words(report, row[0], entry.name, row[1]))
    label = _label_of(report, finding)
    if label is None:
        return finding
    return _with_example(finding, label, label.vocabulary.allowed if label.vocabulary else ())


def _label_of(report: Report, finding: Finding) -> Field | None:
    """The field of the cover that a finding is about."""
    cover = report.submission.cover
    if cover is None or cover.title != finding.sheet:
        return None
    fields = report.form.by_name[cover.name].fields
    return next((entry for entry in fields if entry.title == finding.header), None)


def _field_of(report: Report, table: Table, index: int, finding: Finding) -> Field | None:
    """The field of a table that a finding about a cell in row `index` is about."""
    for name in table.columns:
        entry = report.field(table, name)
        if entry.title == finding.header and table.place(name, index) == finding.place:
            return entry
    return None


def _with_example(finding: Finding, entry: Field, allowed: tuple[str, ...]) -> Finding:
    if not allowed or entry.computed or entry.vocabulary is None:
        return replace(finding, fix=finding.fix + example_of(entry))
    told = entry.vocabulary.told(allowed)
    return replace(finding, fix=f"{finding.fix}可选：{told}。", remedy=Remedy("choose", allowed))


def _advised(finding: Finding, advice: Advice | None) -> Finding:
    """A finding with what is known to belong in its cell."""
    if advice is not None and advice.computed and finding.code == "word_alias":
        # How to write it another time is nothing to say of a cell that nobody is to write into.
        return replace(finding, fix=f"不必处理；{advice.reason}，以后不必填写。")
    if advice is None or finding.severity == "info":
        return finding
    fix = _advised_fix(finding, advice)
    return finding if fix is None else replace(finding, fix=sayable(fix), remedy=advice.remedy)


def _advised_fix(finding: Finding, advice: Advice) -> str | None:
    """What to do about a finding by the advice for its cell; None where the finding asks for something else."""
    asked = finding.remedy.action
    if advice.remedy.action == "clear" and asked in ("fill", "choose", "set"):
        return f"请清除该格：{advice.reason}，无须填写。{advice.note}"
    if asked not in ("fill", "choose"):
        return None
    fix = finding.fix if finding.remedy == advice.remedy else _with_advice(finding, advice)
    return fix + advice.note


def _with_advice(finding: Finding, advice: Advice) -> str:
    """A fix with the value in its first sentence, or with what fits the row added to it."""
    remedy, fix = advice.remedy, finding.fix
    if remedy.action == "set":
        first, stop, rest = fix.partition("。")
        return f"{first}，建议填“{display(remedy.value)}”{stop}{rest}"
    if finding.remedy.action == "choose" and set(remedy.value) < set(finding.remedy.value or ()):
        return f"{fix}从其余各栏看可能是{either(remedy.value)}；不是的，请一并修改其余各栏。"
    return f"{fix}本栏须填{advice.reason}。" if advice.reason and advice.reason not in fix else fix
