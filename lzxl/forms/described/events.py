"""What schemas/events.yaml may say: states, events and steps of a warning's course, and how long they may take."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from lzxl.forms.described.entries import Entry, Name, Text

Todo = Literal[
    "verify",
    "decide",
    "deliver",
    "feedback",
    "supervise",
    "escalate",
    "track",
    "publicity",
    "unfiled",
    "undecided",
    "handover",
    "self_check",
]


class TodoKind(Entry):
    """Something that may have to be done, as `lzxl today` lists it."""

    kind: Todo
    title: Text


class Limit(Entry):
    """How long something may take: working days or months after the day of the event, or of the last event `since`.

    `disposition`: the role of the disposition that it is for. `basis`: on what it rests; left out, the fallback is told.
    `apart`: it is no step's of a warning, but of the office's other work.
    """

    limit: Name
    title: Text
    workdays: Annotated[int, Field(ge=1, le=250)] | None = None
    months: Annotated[int, Field(ge=1, le=60)] | None = None
    disposition: Name | None = None
    since: Name | None = None
    apart: bool = False
    basis: str = ""


class MachineState(Entry):
    """A state of a warning. `awaits`: the kind of what has to be done in it; `todo`: that in words.

    `round`: its title tells the round. `ends`: nothing has to follow. `unit_acts`: it is the unit's turn.
    `otherwise`: the finding that an event is which is not possible in it.
    """

    state: Name
    title: Text
    awaits: Name | None = None
    todo: str = ""
    round: bool = False
    ends: bool = False
    unit_acts: bool = False
    otherwise: str | None = None


Taken = Literal["breach", "degree", "disposition", "day", "cause", "stage"]


class EventResult(Entry):
    """A word that the result of an event may begin with. `is_default`: what an empty or other text counts as."""

    result: Name
    word: Text
    aliases: list[Text] = []
    is_default: bool = False
    takes: list[Taken] = []


class Step(Entry):
    """From which states an event leads to which, under which conditions, and which limits begin: the shortest counts."""

    sources: Annotated[list[Name] | Literal["any"], Field(alias="from")]
    to: Name
    result: Name | None = None
    breach: Literal["suspected"] | None = None
    failures: Literal["first", "later"] | None = None
    target: Literal["person", "section"] | None = None
    disposition: Name | None = None
    within: Annotated[int, Field(ge=1, le=60)] | None = None
    begins: list[Name] = []
    round: Literal["this", "next"] | None = None
    escalates: bool = False
    paper: str = ""


class MachineEvent(Entry):
    """An event of a warning's course: the role of its word in warning_event, who does it, and what it leads to."""

    event: Name
    by: Literal["office", "leaders", "unit", "elsewhere"]
    steps: Annotated[list[Step], Field(min_length=1)]
    results: list[EventResult] = []
    takes: list[Taken] = []
    needs: list[Literal["number", "content"]] = []
    content: Literal["free", "never"] = "free"
    otherwise: str | None = None
    own_unit: str | None = None


class NumberForm(Entry):
    """How warnings are numbered: prefix, year, and so many digits."""

    prefix: Annotated[str, Field(pattern=r"^[A-Z]{1,6}$")]
    digits: Annotated[int, Field(ge=2, le=6)]


class Marks(Entry):
    """The events between which days are counted."""

    received: Name
    verified: Name
    approved: Name
    delivered: Name
    answered: Name
    inspected: Name
    transferred: Name
    closed: Name


class Actors(Entry):
    """Whom one turns to for what the office or the leaders do."""

    office: Text
    leaders: Text


class AlsoDisposition(Entry):
    """Another way of writing a disposition, which it is by its role."""

    text: Text
    disposition: Name


class TakenLabels(Entry):
    """What stands before a thing that a result says, and words that mean a disposition besides its own."""

    breach: Annotated[list[Text], Field(min_length=1)]
    degree: Annotated[list[Text], Field(min_length=1)]
    cause: Annotated[list[Text], Field(min_length=1)]
    stage: Annotated[list[Text], Field(min_length=1)]
    signed: Text
    also: list[AlsoDisposition] = []


class Evidence(Entry):
    """What has to be written down with a disposition, behind its title (批准机关：局党组), once the event `by` has come."""

    title: Text
    by: Name
    aliases: list[Text] = []


class Mandate(Entry):
    """Who may give a disposition to whom. `above`: words of an organ that is not the bureau's own."""

    disposition: Name
    target: Literal["person", "section", "any"]
    who: Annotated[list[Text], Field(min_length=1)]
    paper: Text
    note: str = ""
    evidence: list[Evidence] = []
    above: list[Text] = []


class EventsFile(Entry):
    """schemas/events.yaml: a warning's course as states, events, limits and mandates."""

    model_config = ConfigDict(title="warning_course")

    clause: Text
    begins: Name
    implied: Name
    number: NumberForm
    marks: Marks
    fallback_basis: Text
    actors: Actors
    kinds: Annotated[list[TodoKind], Field(min_length=1)]
    limits: Annotated[list[Limit], Field(min_length=1)]
    states: Annotated[list[MachineState], Field(min_length=1)]
    course: Annotated[list[MachineEvent], Field(min_length=1)]
    takes: TakenLabels
    causes: Annotated[list[Text], Field(min_length=1)]
    mandates: list[Mandate]
