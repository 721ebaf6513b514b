"""What a form is made of: forms, sheets, fields, vocabularies and words. All values are frozen; nothing here reads a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeVar, get_args

from lzxl.forms.rules import Rules
from lzxl.forms.shown import Evaluation, Shown
from lzxl.forms.text import fold, fold_unbracketed
from lzxl.forms.vocabulary import Pickled, Vocabulary
from lzxl.groups import grouped

_Rule = TypeVar("_Rule")

Kind = Literal[
    "text", "person", "serial", "count", "score", "date", "choice", "choices", "list", "level", "id", "email"
]
Disclosure = Literal["public", "internal", "confidential"]
Stage = Literal["组织领导", "监督防范", "预警控制", "考核评责"]
STAGES: tuple[Stage, ...] = get_args(Stage)
Filer = Literal["each_unit", "office"]
"""Who fills in a form: every unit, or the office alone."""
Owner = Literal["unit", "office"]
"""Whose a field of a form that units file is: theirs, or the office's alone, who does not ask for it."""

# Kinds whose cells hold numbers.
NUMERIC_KINDS: frozenset[str] = frozenset({"serial", "count", "score"})


@dataclass(frozen=True)
class Field(Pickled):
    """A column of a table or a labelled cell of a cover."""

    name: str
    title: str
    kind: Kind
    clause: str
    disclosure: Disclosure
    required: bool = False
    vocabulary: Vocabulary | None = None
    aliases: tuple[str, ...] = ()
    width: float = 14
    help: str = ""
    format: str = ""
    checks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)
    unique: bool = False
    derived: bool = False
    computed: Literal["", "level", "basis", "group", "serial", "program"] = ""
    """What makes its value anew whenever it is looked at: a formula (level, basis, group, serial), or the program; whatever was
    typed."""
    filled: Literal["", "program"] = ""
    """Whether the program proposes a value where nobody typed one; what somebody typed stays."""
    counts: str = ""
    references: str = ""
    first_of: str = ""
    """The field of another sheet of the form, as sheet.field, that it is on the first row of that sheet for this one: such a row
    stands here, and not there (`lzxl.year.first_rows`)."""
    keeps: str = ""
    """What is left in its cell when what is private in it is taken out, where that is not the matter itself."""
    telephone: bool = False
    """Whether a telephone belongs into it."""
    owner: Owner = "unit"
    """Whose it is. A unit is not asked for what is the office's, and what it writes there is not taken."""

    @cached_property
    def header_keys(self) -> frozenset[str]:
        """Every folded text that names this field in a header or label."""
        return frozenset(self.names_in_order)

    @cached_property
    def names_in_order(self) -> tuple[str, ...]:
        """The same, folded: its title first, then the aliases as they are declared."""
        return tuple(fold(text) for text in (self.title, *self.aliases))

    @property
    def is_numeric(self) -> bool:
        return self.kind in NUMERIC_KINDS


@dataclass(frozen=True)
class Carried:
    """What of a table the next period starts from."""

    fields: tuple[str, ...] = ()
    """The fields that are carried over; all that people fill in, if none is named."""
    ended: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By field, the words of rows that ended with their period."""
    within_period: tuple[str, ...] = ()
    """Fields whose day is carried over only into the period that has it."""
    with_the_day: tuple[str, ...] = ()
    """Fields that speak of such a day, and are left behind with it."""


@dataclass(frozen=True)
class Sheet(Pickled):
    """One sheet of a form: a cover of labelled cells, or a table."""

    name: str
    title: str
    layout: Literal["labels", "table"]
    clause: str
    fields: tuple[Field, ...]
    """The fields that its workbook has."""
    office_fields: tuple[Field, ...] = ()
    """Fields of the office's on a form that units file: known where a file has them, and in no workbook of ours."""
    aliases: tuple[str, ...] = ()
    optional: bool = False
    """Whether a workbook without the sheet lacks nothing."""
    key: str = ""
    subject: tuple[str, ...] = ()
    capacity: int = 200
    note: str = ""
    auxiliary: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    standard_columns: tuple[str, ...] = ()
    standard_rows: tuple[tuple[Any, ...], ...] = ()
    rules: Rules = field(default_factory=Rules)
    carried: Carried | None = None
    """None: every period starts without rows."""
    shown: Shown | None = None
    """What the bureau's summary shows of it; None for what units do not file."""

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {entry.name: entry for entry in self.fields}

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(entry.name for entry in self.fields)

    @property
    def is_graded(self) -> bool:
        """Whether its rows have what a level comes of."""
        return "likelihood" in self.by_name and "severity" in self.by_name

    def words(self, name: str, role: str) -> tuple[str, ...]:
        """The words of a role that may stand in a field; none where the sheet has no such field, or no list for it."""
        entry = self.by_name.get(name)
        return entry.vocabulary.in_role(role) if entry is not None and entry.vocabulary is not None else ()

    @cached_property
    def inputs(self) -> tuple[Field, ...]:
        """The fields that the form asks for: all but those that are only shown."""
        return tuple(entry for entry in self.fields if not entry.derived)

    def is_owed(self, entry: Field) -> bool:
        """Whether people must fill a field in: a blank number of a row is given one."""
        rule = self.rules.numbered
        return entry.required and not (rule is not None and rule.given and entry.name == rule.number)

    @cached_property
    def looked_up(self) -> frozenset[str]:
        """The fields that the roster's people tell, where there are any: of persons, and of the section that a post is of."""
        staffed, inherited = self.rules.staffed, self.rules.inherited
        names = [staffed.holders, staffed.section, staffed.head, staffed.leader] if staffed is not None else []
        return frozenset(filter(None, [*names, inherited.persons if inherited is not None else ""]))

    @cached_property
    def content_fields(self) -> tuple[Field, ...]:
        """The fields that show that somebody wrote a row: not computed nor looked up, nor the running number, nor the row's id."""
        # Rows are sent out with their numbers and with look-ups of persons: these alone are no row of anybody's.
        given = {self.key, *self.looked_up}
        written = (entry for entry in self.fields if not (entry.computed or entry.derived))
        return tuple(entry for entry in written if entry.kind != "serial" and entry.name not in given)

    @cached_property
    def first_rows_of(self) -> Mapping[str, Mapping[str, str]]:
        """Other sheet → {its field: the field here that it is}, for sheets whose first row for each row stands on that row."""
        found: dict[str, dict[str, str]] = {}
        for entry in self.fields:
            sheet, _, name = entry.first_of.partition(".")
            if sheet:
                found.setdefault(sheet, {})[name] = entry.name
        return found

    @cached_property
    def _by_header(self) -> dict[str, Field]:
        return _by_names(self.fields)

    @cached_property
    def _office_by_header(self) -> dict[str, Field]:
        return _by_names(self.office_fields)

    @cached_property
    def _auxiliary_keys(self) -> dict[str, str]:
        return {fold(title): role for role, titles in self.auxiliary.items() for title in titles}

    def field_for_header(self, text: str) -> Field | None:
        """The field that a header or label names; spaces, line breaks, width and punctuation do not matter."""
        # As it is first: brackets may be what tells two headers apart.
        return self._by_header.get(fold(text)) or self._by_header.get(fold_unbracketed(text))

    def office_field_for_header(self, text: str) -> Field | None:
        """The field of the office's that a header or label names, if it names none of those that units fill in."""
        if not self.office_fields or self.field_for_header(text) is not None:
            return None
        return self._office_by_header.get(fold(text)) or self._office_by_header.get(fold_unbracketed(text))

    def auxiliary_role(self, text: str) -> str:
        """The role of a header that is known and is no field (a count, a total), "" otherwise."""
        return self._auxiliary_keys.get(fold(text)) or self._auxiliary_keys.get(fold_unbracketed(text), "")

    @cached_property
    def sheet_keys(self) -> frozenset[str]:
        return frozenset(fold(text) for text in (self.title, *self.aliases))


def _by_names(fields: Sequence[Field]) -> dict[str, Field]:
    """Folded title or alias → the field that it names."""
    known: dict[str, Field] = {}
    for entry in fields:  # a title wins over another field's alias
        known.setdefault(fold(entry.title), entry)
    for entry in fields:
        for alias in entry.aliases:
            known.setdefault(fold(alias), entry)
    return known


@dataclass(frozen=True)
class NilReturn:
    """How a cover says how many rows there are, or declares that there is nothing to report (第六条)."""

    count: Field
    declared: Field
    reason: Field
    affirmed: str
    denied: str
    reasoned: bool = True
    """Whether the reason is owed."""

    @property
    def told(self) -> str:
        """How to declare it, as a message says it."""
        return f"在封面“{self.declared.title}”填“{self.affirmed}”{'并写明原因' if self.reasoned else ''}"


@dataclass(frozen=True)
class Form(Pickled):
    """One standard workbook."""

    id: str
    title: str
    short_name: str
    filed_by: Filer
    place: int
    version: str
    accepts: tuple[str, ...]
    stage: Stage
    clause: str
    paper: Literal["A3", "A4"]
    main: str
    sheets: tuple[Sheet, ...]
    formerly: tuple[str, ...] = ()
    """Ids under which it was sent out to units before; another form may have one of them now."""
    scheme: str = "rules"
    """The grading table whose words its fields use."""
    file: str = ""
    """The name, without .xlsx, of the file in which the office keeps it in the campaign's folder; "" if it is no such book."""
    adds_up: bool = False
    """Whether what a unit files in one round of a year stands beside what it filed in those before; else the latest round
    takes their place."""

    @cached_property
    def by_name(self) -> dict[str, Sheet]:
        return {sheet.name: sheet for sheet in self.sheets}

    @property
    def is_graded(self) -> bool:
        """Whether its rows get a level."""
        return any(entry.computed == "level" for sheet in self.sheets for entry in sheet.fields)

    @property
    def tables(self) -> tuple[Sheet, ...]:
        return tuple(sheet for sheet in self.sheets if sheet.layout == "table")

    @property
    def cover(self) -> Sheet | None:
        return next((sheet for sheet in self.sheets if sheet.layout == "labels"), None)

    def ruled_by(self, kind: str) -> tuple[Sheet, ...]:
        """The sheets for which a kind of rule holds (`lzxl.forms.rules`)."""
        return tuple(sheet for sheet in self.sheets if getattr(sheet.rules, kind))

    def rules_of(self, kind: type[_Rule]) -> tuple[tuple[Sheet, _Rule], ...]:
        """The sheets for which a kind of rule holds, each with its rule."""
        return tuple(self._by_kind.get(kind, ()))

    @cached_property
    def _by_kind(self) -> dict[type, list[tuple[Sheet, Any]]]:
        rules = ((sheet, rule) for sheet in self.sheets for rule in vars(sheet.rules).values())
        return grouped(rules, lambda one: type(one[1]))

    def evaluated_as(self, evaluation: Evaluation) -> Sheet | None:
        """The sheet that the summary evaluates so; None if it is of another form."""
        return next((one for one in self.sheets if one.shown and one.shown.evaluated_as == evaluation), None)

    @cached_property
    def nil_return(self) -> NilReturn | None:
        """How its cover declares that there is nothing to report; None if it cannot."""
        rule = self.cover.rules.nil if self.cover is not None else None
        if rule is None or self.cover is None:
            return None
        count, declared, reason = (self.cover.by_name[name] for name in (rule.count, rule.declared, rule.reason))
        assert declared.vocabulary is not None
        affirmed, denied = (declared.vocabulary.in_role(role)[0] for role in ("affirmed", "denied"))
        return NilReturn(count, declared, reason, affirmed, denied, rule.reasoned)

    def covering(self, sheet_name: str) -> tuple[Sheet, Field] | None:
        """The sheet that must refer to each row of the sheet, and its field that does; None if none must."""
        for sheet in self.tables:
            if sheet.rules.covers and sheet.by_name[sheet.rules.covers].references.partition(".")[0] == sheet_name:
                return sheet, sheet.by_name[sheet.rules.covers]
        return None

    @property
    def main_sheet(self) -> Sheet:
        return self.by_name[self.main]

    @property
    def vocabularies(self) -> tuple[Vocabulary, ...]:
        """The vocabularies that the form uses, each once, in the order of first use."""
        seen: dict[str, Vocabulary] = {}
        for sheet in self.sheets:
            for entry in sheet.fields:
                if entry.vocabulary is not None:
                    seen.setdefault(entry.vocabulary.name, entry.vocabulary)
        return tuple(seen.values())
