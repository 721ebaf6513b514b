"""Submission ↔ roster: the unit exists, its names agree, its key posts and powers have risk points (第六条、第七条)."""

from __future__ import annotations

from lzxl.checks.context import Context
from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy
from lzxl.forms.load import answers_in
from lzxl.forms.model import Sheet
from lzxl.forms.persons import names_of
from lzxl.forms.places import Place
from lzxl.forms.posts import post_stem
from lzxl.forms.roster import Unit
from lzxl.forms.rules import Listed
from lzxl.forms.text import compact
from lzxl.submission import Table

# A message names no more rows than this.
_MOST_NAMED = 8


def own_unit(report: Report, context: Context) -> Unit | None:
    """The unit that the file belongs to: by its stamp where the cover says another code; None if no roster has it."""
    return context.units.get(report.own_code)


def check_roster(report: Report, context: Context) -> None:
    """Findings about the unit; nothing where there is no roster."""
    submission = report.submission
    if not context.units or not submission.unit_code or report.form.cover is None or submission.own_layout:
        return
    unit = own_unit(report, context)
    if submission.unit_code not in context.units:
        if submission.cover is not None and "unit_code" in submission.cover.cells:
            report.label("unit_not_on_roster", "unit_code", value=submission.unit_code)
        else:
            report.whole("unit_not_on_roster", value=submission.unit_code)
    if unit is None:
        return
    _check_names(report, unit)
    if not submission.is_nil_return:
        for sheet in report.form.tables:
            if sheet.rules.listed is not None:
                _check_coverage(report, unit, sheet, sheet.rules.listed)


def _check_names(report: Report, unit: Unit) -> None:
    cover = report.submission.cover
    if cover is None:
        return
    name = cover.values.get("unit_name")
    if name and compact(name) != compact(unit.name):
        report.label(
            "unit_name_mismatch", "unit_name", unit=unit.code, expected=unit.name, remedy=Remedy("set", unit.name)
        )
    for field_name, expected in (("head", unit.head), ("liaison", unit.liaison)):
        signed = cover.values.get(field_name)
        if signed and expected and names_of(signed) != names_of(expected):
            report.label("signer_mismatch", field_name, expected=expected, remedy=Remedy("set", expected))


def _check_coverage(report: Report, unit: Unit, sheet: Sheet, rule: Listed) -> None:
    """Each key post and each power that the roster names has a row, or the cover says why not."""
    tables = report.tables(sheet.name)
    if not tables:
        return
    title = tables[0].title
    cover, form_cover = report.submission.cover, report.form.cover
    assert form_cover is not None
    reasons = form_cover.by_name[rule.note].title
    note = compact(str(cover.values.get(rule.note) or "")) if cover is not None else ""
    posts = [str(post) for table in tables for post in table.values.get(rule.owner, ()) if post]
    exact = {compact(post) for post in posts}
    spelled_alike = {post_stem(post) for post in posts}
    for post in unit.key_posts:
        if compact(post) in exact:
            continue
        if post_stem(post) in spelled_alike:
            _suggest_spelling(report, tables, rule, post)
        elif post_stem(post) in note:
            report.whole("uncovered_explained", Place(title), value=post)
        else:
            _say_uncovered(report, tables, rule, post, unit)
    categories = _categories(report, tables, rule)
    category = report.form.by_name[rule.sheet].by_name[rule.listed_words]
    assert category.vocabulary is not None
    covering = answers_in(category.vocabulary.name)
    for power in unit.powers:
        wanted = covering.get(power, ())
        if not wanted or categories.intersection(wanted):
            continue
        code = "uncovered_explained" if compact(power) in note else "power_uncovered"
        report.whole(code, Place(title), value=power, header=category.title, categories=wanted, note=reasons)


def _say_uncovered(report: Report, tables: list[Table], rule: Listed, post: str, unit: Unit) -> None:
    """A key post without a row: the rows whose powers are that post's, else the post that is nearly called so.

    A name that the roster or the list of powers knows for a post of its own is another post, however alike it is.
    """
    form_cover = report.form.cover
    assert form_cover is not None
    reasons = form_cover.by_name[rule.note].title
    powers = _powers_by_post(report, rule)
    own = powers.get(post_stem(post), set())
    rows = [
        (table, index)
        for table in tables
        for index, power in enumerate(table.values.get(rule.name, ()))
        if power and compact(power) in own and rule.owner in table.columns
    ]
    [first, *_] = tables
    rows = [(table, index) for table, index in rows if table.title == first.title]
    if rows:
        numbers = [table.rows[index] for table, index in rows]
        told = "、".join(map(str, numbers[:_MOST_NAMED])) + ("等" if numbers[_MOST_NAMED:] else "")
        listed = report.form.by_name[rule.sheet].title
        hint = f"；第{told}行的职权在“{listed}”中属于该岗位，岗位有误的，将这些行的岗位改为“{post}”"
        cells = [(table.rows[index], table.columns[rule.owner]) for table, index in rows[:_MOST_NAMED]]
        place = Place.cells(first.title, cells, first.name, rule.owner)
        report.whole("key_post_uncovered", place, value=post, near=hint, note=reasons)
        return
    known = {post_stem(other) for other in unit.key_posts} | powers.keys()
    posts = [str(name) for table in tables for name in table.values.get(rule.owner, ()) if name]
    near = report.nearest.find(post, [name for name in dict.fromkeys(posts) if post_stem(name) not in known])
    hint = f"；表中的“{near}”即该岗位的，将岗位名称改为“{post}”" if near else ""
    report.whole("key_post_uncovered", Place(first.title), value=post, near=hint, note=reasons)


def _powers_by_post(report: Report, rule: Listed) -> dict[str, set[str]]:
    """Stem of a post that the list of powers names → its powers, compacted."""
    powers: dict[str, set[str]] = {}
    for table in report.tables(rule.sheet):
        for index, power in enumerate(table.values.get(rule.listed_name, ())):
            post = table.get(rule.listed_owner, index)
            if power and post:
                powers.setdefault(post_stem(str(post)), set()).add(compact(power))
    return powers


def _suggest_spelling(report: Report, tables: list[Table], rule: Listed, post: str) -> None:
    """The roster's name for a post that the unit ends in another way: the post is covered, and asked to be named alike."""
    stem = post_stem(post)
    for table in tables:
        for index, written in enumerate(table.values.get(rule.owner, ())):
            if written and post_stem(written) == stem:
                report.cell("post_spelling", table, rule.owner, index, expected=post, remedy=Remedy("set", post))


def _categories(report: Report, tables: list[Table], rule: Listed) -> set[str]:
    """The categories of the listed powers that at least one row names."""
    of_power: dict[str, str] = {}
    for table in report.tables(rule.sheet):
        for index, power in enumerate(table.values.get(rule.listed_name, ())):
            category = table.get(rule.listed_words, index)
            if power and category:
                of_power[compact(power)] = category
    named = {compact(power) for table in tables for power in table.values.get(rule.name, ()) if power}
    return {of_power[power] for power in named if power in of_power}
