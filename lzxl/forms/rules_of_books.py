"""The kinds of rules of the office's books: decisions, papers, what was done, the appraisal, warnings and their events."""

from __future__ import annotations

from dataclasses import dataclass

from lzxl.forms.parts import part, texts


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
    ceiling: str = part("text")
    """The best grade that the unit may have, whatever it scored."""
    decided: str = part("text")
    """The grade that the leading group decided."""
    grade: str = part("text")
    group: str = part("text")
    """The units that it is ranked among."""
    rank: str = part("count")
    quota_note: str = part("text")
    """What the quota of the best grade does to it."""
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
