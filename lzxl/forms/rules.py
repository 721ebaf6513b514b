"""What a rule needs to know of a sheet: each kind of rule with the fields that it goes by, named by the part they play.

A sheet of `schemas/forms/` says under `rules` which kinds hold for it and which of its fields play the parts; a check asks
for the part, never for a field's own name. `Need` says what a field must be to play a part: `lzxl.forms.sound` holds the
files to it, and `lzxl.forms.described` makes the models of the YAML files from the classes here. A part without a default
must be played.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class Need:
    """What a field must be to play a part."""

    kinds: tuple[str, ...] = ()
    """Its kind is one of these; any, if there are none."""
    roles: tuple[str, ...] = ()
    """Roles that words of its vocabulary must have."""
    grouped_by: str = ""
    """The part whose field's vocabulary has the groups of its own words."""
    answered_in: str = ""
    """The part whose field's vocabulary has the words that answer its own."""
    on: Literal["", "sheet", "labels"] = ""
    """Where the field is: on the sheet itself, on the one that the part `sheet` beside it names, or on the cover."""
    is_sheet: bool = False
    """Whether it is no field, but another sheet of the form."""
    refers: bool = False
    """Whether it is a field that refers to rows of another sheet of the form."""


NEED = "need"


def part(*kinds: str, optional: bool = False, several: bool = False, **need: Any) -> Any:
    """A part of a rule, which a field of the sheet plays; `several`: one field or more do. `need`: as `Need` has it."""
    default: Any = MISSING if not optional else () if several else ""
    return field(default=default, metadata={NEED: Need(kinds, **need)})


TEXT = "text"
"""Of a property that is said in words as people read them, not by a name."""
TEXTS = "texts"


def texts() -> Any:
    """Texts that a rule goes by, as people write them; they are names of nothing."""
    return field(default=(), metadata={TEXTS: True})


@dataclass(frozen=True)
class Serving:
    """Rows of who serves in which unit, from which day until which (第七条)."""

    person: str = part("person")
    unit: str = part("id", refers=True)
    since: str = part("date")
    until: str = part("date")
    in_charge_of: str = part("list")
    """The units that a leader is in charge of: codes or names of units."""
    authority: str = part("choice", roles=("ours", "above"))
    """Who manages the cadre, and so may admonish (第八条(二)2)."""
    post: str = part("text", optional=True)
    section: str = part("text", optional=True)
    """The section of the unit that the person is of, where it has any."""


@dataclass(frozen=True)
class FormerNames:
    """Rows of what a unit was called before, and until when (第六条)."""

    unit: str = part("id", refers=True)
    former_code: str = part("id")
    former_name: str = part("text")
    changed_on: str = part("date")


@dataclass(frozen=True)
class Staffed:
    """Rows of a post each: the roster's people tell who holds it, of which section it is and who heads that, and which leader is in
    charge (第七条)."""

    post: str = part("text")
    holders: str = part("person")
    section: str = part("text", optional=True)
    head: str = part("person", optional=True)
    leader: str = part("person", optional=True)


@dataclass(frozen=True)
class Inherited:
    """Rows whose persons are those who hold the post of the row that they refer to, on a sheet that is `staffed`."""

    row: str = part("id", refers=True)
    persons: str = part("person")


@dataclass(frozen=True)
class Roll:
    """Rows that are each one of the unit's people, all of whom are due (第八条(三))."""

    person: str = part("person")
    workdays: int = 20
    """By when somebody who came lately has one: so many working days after the first in the place."""
    section: str = part("text", optional=True)
    duty_title: str = part("text", optional=True)
    post: str = part("text", optional=True)
    duties: str = part("text", optional=True)


@dataclass(frozen=True)
class Reported:
    """Rows that are each a report of the year: the unit's own, of section heads, or of party members (第八条(三))."""

    kind: str = part("choice", roles=("of_unit", "of_heads", "of_members"))
    person: str = part("person")
    submitted: str = part("date")
    duty_title: str = part("text", optional=True)


@dataclass(frozen=True)
class Charged:
    """Rows that persons of the unit answer for, each until a day (第八条(一)2)."""

    persons: str = part("person")
    until: str = part("date")
    """Blank: for good."""
    progress: str = part("choice", optional=True, roles=("done",))
    """What is done, nobody answers for any more."""


@dataclass(frozen=True)
class Termed:
    """Rows that are either to be done by a day or to be kept up for good: only the first are ever overdue (第八条(一)2)."""

    term: str = part("choice", roles=("dated", "lasting"))
    """Blank: what the day says, if there is one."""
    until: str = part("date")
    progress: str = part("choice", roles=("done",))


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
class EditionColumn:
    """A column of what is made public: its title, the fields that it is made of (none: the unit), and its width in characters."""

    title: str = field(metadata={TEXT: True})
    of: tuple[str, ...] = part(several=True, optional=True)
    width: float = 14


@dataclass(frozen=True)
class Edition:
    """What one circle of readers gets to see (第八条(一)2)."""

    edition: str = field(metadata={TEXT: True})
    columns: tuple[EditionColumn, ...]
    to_everybody: bool = False
    """Whether anybody may read it: then what concerns everybody of a unit stands once a unit, and sensitive posts are left out."""


@dataclass(frozen=True)
class Published:
    """Rows that are made public, with posts and never with persons (第八条(一)2)."""

    post: str = part("text")
    type: str = part("choice", roles=("of_everybody",))
    headline: str = part("text")
    circle: str = part("choice", optional=True, roles=("inside", "withheld"))
    """Who may read the row: blank is everybody. What is withheld of a row that covers it, is withheld of the row as well."""
    editions: tuple[Edition, ...] = ()
    everybody: str = field(default="", metadata={TEXT: True})
    """What stands for the post where a risk is everybody's."""
    unregistered: str = field(default="", metadata={TEXT: True})
    """What is said of a unit that has no row."""
    agreed: str = field(default="", metadata={TEXT: True})
    """What is said of a unit that need not have any, as the leading group accepted."""
    measure: str = part("text", optional=True)
    """What is done against the risk, on the row itself."""
    step: str = part("text", optional=True)
    """In which step of a power the risk lies."""
    sensitive: tuple[str, ...] = field(default=(), metadata={TEXTS: True})
    """Words that the name of a post has whose risks would tell a thief how."""


@dataclass(frozen=True)
class Disclosed:
    """Rows that say who may read them: with them goes the row that they refer to (第八条(一)2)."""

    row: str = part("id", refers=True)
    circle: str = part("choice", roles=("withheld",))


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
class Decided:
    """Rows that record what the leading group decided, and the state of the object that it decided on (认定)."""

    object: str = part("choice", roles=("risk_point", "nil_return", "uncovered", "grade", "disposition", "disclosure"))
    subject: str = part("text")
    """Which one of them: a number, a unit's code, or a cell of the grading table whose risk points are all decided."""
    likelihood: str = part("choice")
    severity: str = part("choice")
    computed: str = part("text")
    """What followed by the rules at the time."""
    result: str = part("text")
    reason: str = part("text")
    meeting: str = part("text")
    minutes: str = part("text")
    day: str = part("date")
    validity: str = part("choice", roles=("this_period", "lasting"))
    number: str = part("text", optional=True)
    """The number of the decision itself."""
    note: str = part("text", optional=True)
    """Where it is said what the matter is."""
    accepted: tuple[str, ...] = texts()
    """How what a unit says is accepted, that it has nothing to report, say: the first one is what the others are taken for."""
    refused: tuple[str, ...] = texts()


@dataclass(frozen=True)
class Papers:
    """Rows of the numbers of papers that the office sent (文号簿)."""

    number: str = part("text")
    kind: str = part("choice", roles=("nil_revoked",))
    day: str = part("date")
    object: str = part("text")
    unit: str = part("text")
    state: str = part("choice", roles=("reserved", "void"))
    remark: str = part("text")


@dataclass(frozen=True)
class Activities:
    """Rows of what the office did: education, inspections, publicity … (工作记录)."""

    day: str = part("date")
    kind: str = part("choice", roles=("publicity", "pledge"))
    unit: str = part("text")
    """Blank where it was for all units."""
    scope: str = part("text")
    people: str = part("count")
    """How many took part; of pledges, how many signed one."""
    result: str = part("text")


@dataclass(frozen=True)
class Inspected:
    """Rows of points that an inspection took off an item of a unit (日常督查)."""

    unit: str = part("text")
    item: str = part("text")
    lost: str = part("score")


@dataclass(frozen=True)
class CheckedItems:
    """Rows of a unit's items, each with what the records prove against it and what the appraisers gave (年终检查)."""

    unit: str = part("text")
    item: str = part("text")
    content: str = part("text")
    points: str = part("score")
    lost: str = part("score")
    """What is proposed to be taken off."""
    evidence: str = part("text")
    proposed: str = part("score")
    """What is left then."""
    given: str = part("score")
    reason: str = part("text")
    by: str = part("person")
    """Who appraised it: with nothing given, what is proposed is taken over."""


@dataclass(frozen=True)
class Adjusted:
    """Rows of points that a unit gets or loses beside the items (加减分)."""

    unit: str = part("text")
    added: str = part("score")
    lost: str = part("score")


@dataclass(frozen=True)
class Limited:
    """Rows of circumstances for which a unit's grade is limited, each with its foundation (等次限制)."""

    unit: str = part("text")
    circumstance: str = part("text")
    highest: str = part("text")
    basis: str = part("text")
    by: str = part("text")
    day: str = part("date")


@dataclass(frozen=True)
class Opined:
    """Rows of what came of a unit's appraisal, with the opinion on it (考核意见)."""

    unit: str = part("text")
    own: str = part("score")
    inspected: str = part("score")
    checked: str = part("score")
    result: str = part("score")
    by_score: str = part("text")
    grade: str = part("text")
    rank: str = part("count")
    why: str = part("text")
    opinion: str = part("text")


@dataclass(frozen=True)
class Ledger:
    """Rows that are matters which the office deals with: what they are, and what follows from their events (第八条(二))."""

    number: str = part("id")
    collected_on: str = part("date")
    source: str = part("choice")
    target_kind: str = part("choice", roles=("person",))
    target: str = part("text")
    duty: str = part("text")
    """What a person's duty is."""
    unit: str = part("text")
    """Where the matter happened: a unit's code or name."""
    authority: str = part("text")
    """Who manages a cadre."""
    risk: str = part("id")
    text: str = part("text")
    remark: str = part("text")
    state: str = part("text")
    round: str = part("count")
    due: str = part("date")
    overdue: str = part("count")
    present: str = part("text", optional=True)
    """Where somebody whom the matter concerns is now, who has been moved since; the matter stays with the unit where it happened."""
    taken_from: str = ""
    """The form that units file whose rows become rows of this sheet."""
    taken_rows: str = ""
    """The sheet of it that has them."""


@dataclass(frozen=True)
class Events:
    """Rows that are each an event of a matter's course (schemas/events.yaml)."""

    warning: str = part("id", refers=True)
    round: str = part("count")
    event: str = part("choice")
    day: str = part("date")
    handlers: str = part("text")
    result: str = part("text")
    content: str = part("text")
    due: str = part("date")
    number: str = part("text")


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


def parts_of(kind: type) -> Mapping[str, tuple[Any, Field[Any]]]:
    """The parts and properties of a kind of rule by name: their type, and what the class says of them."""
    return _parts_of(kind)


@lru_cache(maxsize=64)
def _parts_of(kind: type) -> dict[str, tuple[Any, Field[Any]]]:
    hints = get_type_hints(kind)
    return {entry.name: (hints[entry.name], entry) for entry in fields(kind)}


def made(kind: Any, data: Any) -> Any:
    """A value of the type `kind`, of what a sound file says: dataclasses of mappings, tuples of lists."""
    if get_origin(kind) is UnionType:
        return made(get_args(kind)[0], data)
    if get_origin(kind) is tuple:
        return tuple(made(get_args(kind)[0], entry) for entry in data)
    if is_dataclass(kind):
        return kind(**{name: made(hint, data[name]) for name, (hint, _) in parts_of(kind).items() if name in data})  # type: ignore[operator, arg-type]
    return data


@dataclass(frozen=True)
class Played:
    """A part of a rule as a file has it: where, what the field must be, and what is written there."""

    place: tuple[str | int, ...]
    need: Need
    name: str
    beside: Mapping[str, Any]
    """The whole rule that the part is of, as the file says it."""


def parts_in(kind: Any, data: Any, place: tuple[str | int, ...] = ()) -> Iterator[Played]:
    """Every part that a file names a field for, in a rule of the type `kind` with all the rules inside it."""
    if get_origin(kind) is UnionType:
        kind = get_args(kind)[0]
    for name, (hint, entry) in parts_of(kind).items():
        if not data or name not in data:
            continue
        need = entry.metadata.get(NEED)
        if need is not None:
            for at, written in _written(data[name], (*place, name)):
                yield Played(at, need, written, data)
            continue
        inner = get_args(hint)[0] if get_args(hint) else hint
        if is_dataclass(inner):
            several = data[name] if get_origin(hint) is tuple else None
            for number, value in enumerate(several if several is not None else [data[name]]):
                at = (*place, name, number) if several is not None else (*place, name)
                yield from parts_in(inner, value, at)


def _written(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every name in a value, which may be a list, or a list of lists."""
    if isinstance(value, str):
        yield place, value
    else:
        for number, entry in enumerate(value):
            yield from _written(entry, (*place, number))


def roles_asked(kind: Any = Rules) -> set[str]:
    """The roles of words that some kind of rule goes by."""
    asked: set[str] = set()
    for hint, entry in parts_of(kind).values():
        if NEED in entry.metadata:
            asked.update(entry.metadata[NEED].roles)
        inner = get_args(hint)[0] if get_args(hint) else hint
        if is_dataclass(inner):
            asked |= roles_asked(inner)
    return asked
