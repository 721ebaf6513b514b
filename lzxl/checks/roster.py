"""Submission ↔ roster: the unit exists, its names agree, its key posts and powers have risk points (第六条、第七条)."""

from __future__ import annotations

from lzxl.checks.context import Context
from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy
from lzxl.forms.persons import names_of
from lzxl.forms.places import Place
from lzxl.forms.posts import post_stem
from lzxl.forms.roster import COVERING_CATEGORIES, Unit
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
    if report.form.id == "risk_register" and not submission.is_nil_return:
        _check_coverage(report, unit)


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


def _check_coverage(report: Report, unit: Unit) -> None:
    """Each key post and each power that the roster names has a risk point, or the cover says why not."""
    risks = [table for table in report.submission.tables if table.name == "risk_points"]
    if not risks:
        return
    title = risks[0].title
    cover = report.submission.cover
    note = compact(str(cover.values.get("coverage_note") or "")) if cover is not None else ""
    posts = [str(post) for table in risks for post in table.values.get("post", ()) if post]
    exact = {compact(post) for post in posts}
    spelled_alike = {post_stem(post) for post in posts}
    for post in unit.key_posts:
        if compact(post) in exact:
            continue
        if post_stem(post) in spelled_alike:
            _suggest_spelling(report, risks, post)
            continue
        code = "uncovered_explained" if post_stem(post) in note else "key_post_uncovered"
        if code == "uncovered_explained":
            report.whole(code, Place(title), value=post)
        else:
            _say_uncovered(report, risks, post, unit)
    categories = _categories(report, risks)
    for power in unit.powers:
        wanted = COVERING_CATEGORIES.get(power, ())
        if not wanted or categories.intersection(wanted):
            continue
        code = "uncovered_explained" if compact(power) in note else "power_uncovered"
        report.whole(code, Place(title), value=power, header="职权类型", categories=wanted)


def _say_uncovered(report: Report, risks: list[Table], post: str, unit: Unit) -> None:
    """A key post without a risk point: the rows whose powers are that post's, else the post that is nearly called so.

    A name that the roster or the list of powers knows for a post of its own is another post, however alike it is.
    """
    powers = _powers_by_post(report)
    own = powers.get(post_stem(post), set())
    rows = [
        (table, index)
        for table in risks
        for index, power in enumerate(table.values.get("power", ()))
        if power and compact(power) in own and "post" in table.columns
    ]
    [first, *_] = risks
    rows = [(table, index) for table, index in rows if table.title == first.title]
    if rows:
        numbers = [table.rows[index] for table, index in rows]
        told = "、".join(map(str, numbers[:_MOST_NAMED])) + ("等" if numbers[_MOST_NAMED:] else "")
        hint = f"；第{told}行的职权在“权责清单”中属于该岗位，岗位填错的，将这些行的岗位改为“{post}”"
        cells = [(table.rows[index], table.columns["post"]) for table, index in rows[:_MOST_NAMED]]
        place = Place.cells(first.title, cells, first.name, "post")
        report.whole("key_post_uncovered", place, value=post, near=hint)
        return
    known = {post_stem(other) for other in unit.key_posts} | powers.keys()
    posts = [str(name) for table in risks for name in table.values.get("post", ()) if name]
    near = report.nearest.find(post, [name for name in dict.fromkeys(posts) if post_stem(name) not in known])
    hint = f"；表中的“{near}”即该岗位的，将岗位名称改为“{post}”" if near else ""
    report.whole("key_post_uncovered", Place(first.title), value=post, near=hint)


def _powers_by_post(report: Report) -> dict[str, set[str]]:
    """Stem of a post that the list of powers names → its powers, compacted."""
    powers: dict[str, set[str]] = {}
    for table in report.tables("powers"):
        for index, power in enumerate(table.values.get("power", ())):
            post = table.get("post", index)
            if power and post:
                powers.setdefault(post_stem(str(post)), set()).add(compact(power))
    return powers


def _suggest_spelling(report: Report, risks: list[Table], post: str) -> None:
    """The roster's name for a post that the unit ends in another way: the post is covered, and asked to be named alike."""
    stem = post_stem(post)
    for table in risks:
        for index, written in enumerate(table.values.get("post", ())):
            if written and post_stem(written) == stem:
                report.cell("post_spelling", table, "post", index, expected=post, remedy=Remedy("set", post))


def _categories(report: Report, risks: list[Table]) -> set[str]:
    """The categories of the powers that at least one risk point names."""
    of_power: dict[str, str] = {}
    for table in report.submission.tables:
        if table.name == "powers":
            for index, power in enumerate(table.values.get("power", ())):
                category = table.get("category", index)
                if power and category:
                    of_power[compact(power)] = category
    return {
        of_power[compact(power)]
        for table in risks
        for power in table.values.get("power", ())
        if power and compact(power) in of_power
    }
