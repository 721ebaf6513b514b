"""Submission ↔ roster: the unit exists, its names agree, its key posts and powers have risk points (第六条、第七条)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from lzxl.checks.context import Context
from lzxl.checks.report import Report
from lzxl.forms.findings import Phrase, Remedy
from lzxl.forms.load import answers_in
from lzxl.forms.model import Sheet
from lzxl.forms.naming import first_few
from lzxl.forms.people import People
from lzxl.forms.persons import names_of
from lzxl.forms.places import Place
from lzxl.forms.posts import post_stem
from lzxl.forms.roster import Unit
from lzxl.forms.rules import Listed
from lzxl.forms.staff import heads_on
from lzxl.forms.text import compact
from lzxl.forms.vocabulary import Word
from lzxl.submission import Labels, Table
from lzxl.year.cancelled import without_cancelled

# A message names no more rows than this.
_MOST_NAMED = 8


def own_unit(report: Report, context: Context) -> Unit | None:
    """The unit that the file belongs to: by its stamp where the cover says another code; None if no roster has it."""
    return context.units.get(report.own_code)


def check_roster(report: Report, context: Context) -> None:
    """Findings about the unit; nothing where there is no roster."""
    submission = report.submission
    if not context.units or not submission.unit_code or report.form.cover is None:
        return
    if submission.unit_code not in context.units:
        _say_unknown(report)
    unit = own_unit(report, context)
    if unit is not None:
        _check_names(report, unit, context.people)
        _check_coverage(report, unit)


def _check_coverage(report: Report, unit: Unit) -> None:
    is_nil_return = report.submission.is_nil_return
    for sheet, rule in report.form.rules_of(Listed):
        if not report.tables(sheet.name):
            continue
        coverage = _Coverage(report, unit, sheet, rule)
        if not is_nil_return:
            coverage.check()
        # With rows there, what is wrong is to say that there are none.
        elif not report.row_count(report.form.main):
            coverage.check_nil_return()


def _say_unknown(report: Report) -> None:
    """That no unit has the code: at the cover's cell, if the code stands there."""
    submission = report.submission
    if submission.cover is not None and "unit_code" in submission.cover.cells:
        report.label("unit_not_on_roster", "unit_code", value=submission.unit_code)
    else:
        report.whole("unit_not_on_roster", value=submission.unit_code)


def _check_names(report: Report, unit: Unit, people: People) -> None:
    cover = report.submission.cover
    if cover is None:
        return
    name = cover.values.get("unit_name")
    if name and compact(name) != compact(unit.name):
        remedy = Remedy("set", unit.name)
        report.label("unit_name_mismatch", "unit_name", unit=unit.code, expected=unit.name, remedy=remedy)
    day = report.submission.reported_on
    _check_signer(report, cover, "head", heads_on(unit, people, day))
    _check_signer(report, cover, "liaison", _liaisons_on(unit, people, day))


def _check_signer(report: Report, cover: Labels, name: str, expected: Sequence[str]) -> None:
    """Who signed is one of those who may; where nobody is known who may, nothing is asked."""
    signed = cover.values.get(name)
    if signed and expected and names_of(signed) not in [names_of(one) for one in expected]:
        report.label("signer_mismatch", name, expected=expected[0], remedy=Remedy("set", expected[0]))


def _liaisons_on(unit: Unit, people: People, day: datetime.date | None) -> list[str]:
    """The unit's liaison, then its people of the day: who was its liaison at that time stands nowhere."""
    then = [person.name for person in people.of_unit(unit.code, day)] if day is not None else []
    return [unit.liaison, *then] if unit.liaison else []


class _Coverage:
    """Whether each key post and each power that the roster names has a row, or the cover says why not."""

    def __init__(self, report: Report, unit: Unit, sheet: Sheet, rule: Listed) -> None:
        self.report = report
        self.unit = unit
        self.rule = rule
        # What is cancelled covers nothing.
        self.tables = without_cancelled(report.submission).tables_of(sheet.name)
        self.place = Place(self.tables[0].title)
        assert report.form.cover is not None
        self.note_title = report.form.cover.by_name[rule.note].title
        """What the field of the cover is called in which it is said why something has no row."""
        cover = report.submission.cover
        self.note = compact(str(cover.values.get(rule.note) or "")) if cover is not None else ""
        self.posts = [str(post) for table in self.tables for _, post in _named(table, rule.owner)]

    def check(self) -> None:
        """Findings about posts, then about powers."""
        exact = {compact(post) for post in self.posts}
        spelled_alike = {post_stem(post) for post in self.posts}
        for post in self.unit.key_posts:
            if compact(post) in exact:
                continue
            if post_stem(post) in spelled_alike:
                self._suggest_spelling(post)
            elif self._is_explained(post):
                self.report.whole("uncovered_explained", self.place, value=post)
            else:
                self._say_uncovered(post)
        self._check_powers()

    def check_nil_return(self) -> None:
        """A unit for which the roster names powers or key posts has something to register, or says of each why not (第六条).

        So does every unit of what concerns everybody (the class of which the rule says so).
        """
        form_cover, nil = self.report.form.cover, self.report.form.nil_return
        assert form_cover is not None and nil is not None
        named = (*self.unit.powers, *self.unit.key_posts)
        against = self._against_nil_return(named)
        if against is not None:
            everybody = _joined(self._of_everybody())
            told = {"against": against, "denied": nil.denied, "everybody": everybody, "note": self.note_title}
            self.report.label("nil_contradicts_roster", nil.declared.name, **told)
            return
        for name in named:
            self.report.whole("uncovered_explained", Place(form_cover.title), value=name)

    def _against_nil_return(self, named: Sequence[str]) -> Phrase | None:
        """What speaks against a nil return and is not explained. `named`: what the roster names of the unit."""
        unexplained = [f"“{name}”" for name in named if not self._is_explained(name)]
        if unexplained:
            return Phrase("on_roster", {"named": "、".join(unexplained)})
        classes = self._of_everybody()
        if not all(self._speaks_of(word) for word in classes):
            return Phrase("of_everybody", {"everybody": _joined(classes)})
        return None

    def _of_everybody(self) -> tuple[Word, ...]:
        """The classes that concern everybody."""
        vocabulary = self.report.form.by_name[self.rule.sheet].by_name[self.rule.listed_group].vocabulary
        assert vocabulary is not None
        return tuple(word for word in vocabulary.words if word.role == "of_everybody")

    def _speaks_of(self, word: Word) -> bool:
        """Whether the cover says of a class why it has no row, by any of its names."""
        return any(compact(name) in self.note for name in (word.word, *word.aliases))

    def _is_explained(self, name: str) -> bool:
        """Whether the cover says of a key post or a power why it has no row."""
        return post_stem(name) in self.note or compact(name) in self.note

    def _check_powers(self) -> None:
        category = self.report.form.by_name[self.rule.sheet].by_name[self.rule.listed_words]
        assert category.vocabulary is not None
        covering = answers_in(category.vocabulary.name)
        found = self._categories()
        for power in self.unit.powers:
            wanted = covering.get(power, ())
            if not wanted or not found.isdisjoint(wanted):
                continue
            code = "uncovered_explained" if self._is_explained(power) else "power_uncovered"
            told = {"header": category.title, "categories": wanted, "note": self.note_title}
            self.report.whole(code, self.place, value=power, **told)

    def _categories(self) -> set[str]:
        """The categories of the listed powers that at least one row names."""
        of_power: dict[str, str] = {}
        for power, table, index in self._listed_powers():
            category = table.get(self.rule.listed_words, index)
            if category:
                of_power[power] = category
        named = {compact(power) for table in self.tables for _, power in _named(table, self.rule.name)}
        return {of_power[power] for power in named if power in of_power}

    def _listed_powers(self) -> Iterator[tuple[str, Table, int]]:
        """The powers of the list, compacted, each with its row."""
        for table in self.report.tables(self.rule.sheet):
            for index, power in _named(table, self.rule.listed_name):
                yield compact(power), table, index

    def _say_uncovered(self, post: str) -> None:
        """A key post without a row: the rows whose powers are that post's, else the post that is nearly called so.

        A name that the roster or the list of powers knows for a post of its own is another post, however alike it is.
        """
        powers = self._powers_by_post()
        rows = self._rows_of(powers.get(post_stem(post), set()))
        near: Phrase | str
        if rows:
            place, near = self._cells_of_owner(rows), self._rows_told(rows, post)
        else:
            known = {*map(post_stem, self.unit.key_posts), *powers}
            candidates = [name for name in dict.fromkeys(self.posts) if post_stem(name) not in known]
            alike = self.report.nearest.find(post, candidates)
            place, near = self.place, Phrase("alike", {"near": alike, "named": post}) if alike else ""
        self.report.whole("key_post_uncovered", place, value=post, near=near, note=self.note_title)

    def _powers_by_post(self) -> dict[str, set[str]]:
        """Stem of a post that the list of powers names → its powers, compacted."""
        powers: dict[str, set[str]] = {}
        for power, table, index in self._listed_powers():
            post = table.get(self.rule.listed_owner, index)
            if post:
                powers.setdefault(post_stem(str(post)), set()).add(power)
        return powers

    def _rows_of(self, powers: set[str]) -> list[tuple[Table, int]]:
        """The rows about one of these powers on the first table's sheet: a finding is about one sheet."""
        return [
            (table, index)
            for table in self.tables
            if self.rule.owner in table.columns and table.title == self.place.sheet
            for index, power in _named(table, self.rule.name)
            if compact(power) in powers
        ]

    def _cells_of_owner(self, rows: Sequence[tuple[Table, int]]) -> Place:
        """The cells of rows in which it is said whose they are."""
        owner = self.rule.owner
        cells = [(table.rows[index], table.columns[owner]) for table, index in rows[:_MOST_NAMED]]
        return Place.cells(self.place.sheet, cells, self.tables[0].name, owner)

    def _rows_told(self, rows: Sequence[tuple[Table, int]], post: str) -> Phrase:
        """Rows that may be a post's, as a message says it."""
        told = first_few([str(table.rows[index]) for table, index in rows], _MOST_NAMED)
        listed = self.report.form.by_name[self.rule.sheet].title
        return Phrase("of_its_powers", {"rows": told, "listed": listed, "named": post})

    def _suggest_spelling(self, post: str) -> None:
        """The roster's name for a post that the unit ends in another way: it is covered, and asked to be named alike."""
        stem = post_stem(post)
        for table in self.tables:
            for index, written in _named(table, self.rule.owner):
                if post_stem(written) == stem:
                    remedy = Remedy("set", post)
                    self.report.cell("post_spelling", table, self.rule.owner, index, expected=post, remedy=remedy)


def _joined(words: Sequence[Word]) -> str:
    return "、".join(word.word for word in words)


def _named(table: Table, name: str) -> Iterator[tuple[int, str]]:
    """(row, text) of each cell of a field that says something; none if the table has no column for it."""
    for index, text in enumerate(table.values.get(name, ())):
        if text:
            yield index, text
