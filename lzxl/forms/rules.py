"""What a rule needs to know of a sheet: each kind of rule with the fields that it goes by, named by the part they play.

What a part is, `lzxl.forms.parts` says. Kinds of rules about people, about who may read a row and of the office's books stand in
files of their own; `Rules` has them all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lzxl.forms.parts import part
from lzxl.forms.rules_of_books import (
    Activities,
    Adjusted,
    CheckedItems,
    Decided,
    Events,
    Inspected,
    Ledger,
    Limited,
    Opined,
    Papers,
)
from lzxl.forms.rules_of_people import Charged, FormerNames, Inherited, Reported, Roll, Serving, Staffed, Termed
from lzxl.forms.rules_of_public import Disclosed, Published


@dataclass(frozen=True)
class RequiredIf:
    """Fields that are needed where another is filled in, or says a word of some role."""

    when: str = part()
    fields: tuple[str, ...] = part(several=True)
    says: str = ""
    """The role of the words of `when` that ask for the fields; "" if whatever it says does."""


@dataclass(frozen=True)
class Grouped:
    """A field whose words each belong to a word of another field of the row (`group` in vocabularies.yaml)."""

    group: str = part("choice")
    words: str = part("choice", grouped_by="group")


@dataclass(frozen=True)
class Numbered:
    """Rows that keep their number from version to version: the number, whose row it is, and what it says."""

    number: str = part("id")
    owner: str = part()
    text: str = part("text")
    kept: bool = False
    """Whether a row that was filed once may not be left out of a later version by the unit itself."""
    given: bool = False
    """Whether the rows of a unit's workbook have their numbers when it is sent out."""


@dataclass(frozen=True)
class Distinct:
    """Rows that must not say the same twice: of whom, about what, and the text."""

    owner: str = part("text")
    about: str = part("text")
    text: str = part("text")
    number: str = part("id")


@dataclass(frozen=True)
class Compared:
    """Rows that are compared with those of the period before (第八条(一)1): the texts by which a row that was thought over is told
    from one that was copied word for word; and, if the unit is asked for it, what became of the row since, and why."""

    texts: tuple[str, ...] = part("text", several=True)
    change: str = part("choice", optional=True, roles=("kept", "changed", "cancelled", "added"))
    reason: str = part("text", optional=True)


@dataclass(frozen=True)
class Signed:
    """A form that the person it is about signs."""

    person: str = part("person")
    signature: str = part("person")


@dataclass(frozen=True)
class Listed:
    """Rows that each name a row of a list, another sheet of the form, and belong to the same group as that (分类)."""

    sheet: str = part(is_sheet=True)
    name: str = part("text")
    listed_name: str = part("text", on="sheet")
    group: str = part("choice", roles=("of_everybody",))
    listed_group: str = part("choice", on="sheet")
    listed_words: str = part("choice", on="sheet", roles=("duty",))
    """Whose word settles the group of a row of the list; the powers that a unit holds are covered by such words. One in the role
    `duty` says that the row is a post's duty and no power."""
    owner: str = part("text")
    listed_owner: str = part("text", on="sheet")
    risk: str = part("choice", roles=("of_everybody",))
    """What concerns everybody is not expected in a group that concerns some."""
    note: str = part("text", on="labels")
    """Where it is said why a key post, or a power that the unit holds, has no row (第六条)."""


@dataclass(frozen=True)
class Nil:
    """A cover that says how many rows there are, and may declare that there is nothing to report, with the reason (第六条)."""

    count: str = part("count")
    declared: str = part("choice", roles=("affirmed", "denied"))
    reason: str = part("text")
    reasoned: bool = True
    """Whether the reason is owed."""


@dataclass(frozen=True)
class Scored:
    """Items that the unit scores itself by, within their points (第八条(三)); the appraisers score them in a book of the office's."""

    content: str = part("text")
    points: str = part("score")
    own: str = part("score")
    evidence: str = part("text")
    """Where it is said what an item lost its points for."""


@dataclass(frozen=True)
class Graded:
    """A level that follows from likelihood and severity by the grading table (分级)."""

    likelihood: str = part("choice")
    severity: str = part("choice")
    level: str = part("level")
    listing: str = part("text", optional=True)
    """The text that lists several risks, where a unit's own register has them in one row."""


@dataclass(frozen=True)
class Stray:
    """A column whose text is never a word of another one (`codes: wrong_column`)."""

    field: str = part("text")
    words_of: str = part("choice")


@dataclass(frozen=True)
class Rules:
    """The rules that hold for a sheet."""

    date_order: tuple[tuple[str, ...], ...] = part("date", several=True, optional=True)
    """Rows of days, each in the order in which they come: a later one is not before any earlier."""
    past: tuple[str, ...] = part("date", several=True, optional=True)
    """Days on which something has happened: none lies after the day of filing."""
    in_period: tuple[str, ...] = part("date", several=True, optional=True)
    """Days that should lie in the period."""
    required_if: tuple[RequiredIf, ...] = ()
    groups: tuple[Grouped, ...] = ()
    numbered: Numbered | None = None
    distinct: Distinct | None = None
    compared: Compared | None = None
    published: Published | None = None
    disclosed: Disclosed | None = None
    signed: Signed | None = None
    serving: Serving | None = None
    renamed: FormerNames | None = None
    charged: Charged | None = None
    termed: Termed | None = None
    staffed: Staffed | None = None
    inherited: Inherited | None = None
    roll: Roll | None = None
    reported: Reported | None = None
    listed: Listed | None = None
    covers: str = part("id", refers=True, optional=True)
    """The field that refers to rows of another sheet, each of which a row of this one must refer to."""
    scored: Scored | None = None
    ledger: Ledger | None = None
    events: Events | None = None
    graded: Graded | None = None
    decided: Decided | None = None
    papers: Papers | None = None
    recorded: Activities | None = None
    inspected: Inspected | None = None
    checked: CheckedItems | None = None
    adjusted: Adjusted | None = None
    limited: Limited | None = None
    opined: Opined | None = None
    strays: tuple[Stray, ...] = ()
    nil: Nil | None = None
    never_empty: bool = False
    """Whether somebody fills the sheet in whatever the unit has to report: nothing else tells that it was forgotten."""


ON_COVERS = frozenset({"required_if", "nil"})
"""The kinds of rules that may hold for a cover."""

WORDS_NAMED = re.compile(r"\{([a-z][a-z0-9_]*)=([a-z][a-z0-9_]*)\}")
"""{field=role} in the help of a field: the words of that field of the sheet that have the role."""

COVER = ("unit_name", "unit_code", "period", "reporter", "reported_on", "liaison", "head")
"""The fields of the cover that all forms share (schemas/cover.yaml), by the names under which every room knows them."""
