"""The machine of a warning's course, as schemas/events.yaml says it: states, events, results, steps, limits and mandates."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from lzxl.data import schemas_folder
from lzxl.forms.load import load_vocabularies, read_sound
from lzxl.forms.sound_events import ANY, SAME
from lzxl.forms.vocabulary import Vocabulary


@dataclass(frozen=True)
class Limit:
    """How long something may take: working days or months (the other is 0), and on what that rests."""

    name: str
    title: str
    workdays: int = 0
    months: int = 0
    disposition: str = ""
    """The role of the disposition that it is for; "" for any."""
    since: str = ""
    """The event from whose last day it is counted; "" for the one that begins it."""
    basis: str = ""


@dataclass(frozen=True)
class State:
    """Where a warning stands. `awaits`: the kind of what has to be done in it, "" for nothing."""

    name: str
    title: str
    awaits: str = ""
    todo: str = ""
    tells_round: bool = False
    ends: bool = False
    unit_acts: bool = False
    otherwise: str = ""

    def told(self, round_: int) -> str:
        """Its title, with the round where that is told."""
        return f"{self.title}（第{round_}轮）" if self.tells_round else self.title


@dataclass(frozen=True)
class Result:
    """What a result begins with, and what it says besides."""

    name: str
    word: str
    aliases: tuple[str, ...] = ()
    is_default: bool = False
    takes: tuple[str, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.word, *self.aliases)


@dataclass(frozen=True)
class Step:
    """From which states an event leads where. Conditions that are "" or 0 ask for nothing."""

    sources: tuple[str, ...]
    to: str
    """"" for the state that it came from."""
    result: str = ""
    breach: str = ""
    failures: str = ""
    target: str = ""
    disposition: str = ""
    within: int = 0
    begins: tuple[str, ...] = ()
    round: str = ""
    escalates: bool = False
    paper: str = ""
    """What is sent with it, where that is no disposition."""


@dataclass(frozen=True)
class Event:
    """One kind of row of 办理过程."""

    name: str
    title: str
    by: str
    steps: tuple[Step, ...]
    results: tuple[Result, ...] = ()
    takes: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    content: str = "free"
    otherwise: str = ""
    own_unit: str = ""

    @property
    def is_note(self) -> bool:
        """Whether it may come at any time and changes nothing."""
        return all(not step.to and not step.begins and not step.result and not self.takes for step in self.steps)

    def takes_with(self, result: Result | None) -> tuple[str, ...]:
        """What is taken from the text of a row that has this result."""
        return (*self.takes, *(result.takes if result is not None else ()))

    def starts_from(self, state: str) -> bool:
        """Whether some step of it is possible in a state."""
        return any(state in step.sources for step in self.steps)

    def leads_on(self, state: str) -> bool:
        """Whether some step of it leads from a state to another."""
        return any(state in step.sources and step.to for step in self.steps)

    def result(self, name: str) -> Result | None:
        return next((result for result in self.results if result.name == name), None)

    @property
    def default(self) -> str:
        """The result that a text counts as which begins with none of the words; "" if there is none."""
        return next((result.name for result in self.results if result.is_default), "")


@dataclass(frozen=True)
class Evidence:
    """Something that is written down with a disposition behind its title: 批准机关：局党组, once the event `by` has come."""

    title: str
    by: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mandate:
    """Who may give a disposition (by its role) to whom, and the paper that it is."""

    disposition: str
    target: str
    who: tuple[str, ...]
    paper: str
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    above: tuple[str, ...] = ()


@dataclass(frozen=True)
class Machine:
    """All of it, with the words that it shares with the forms."""

    clause: str
    begins: str
    implied: str
    number_prefix: str
    number_digits: int
    marks: Mapping[str, str]
    """The events between which days are counted, by what they mean: received, verified, approved, delivered …"""
    fallback_basis: str
    kinds: Mapping[str, str]
    limits: Mapping[str, Limit]
    states: Mapping[str, State]
    events: Mapping[str, Event]
    breach_labels: tuple[str, ...]
    degree_labels: tuple[str, ...]
    cause_labels: tuple[str, ...]
    stage_labels: tuple[str, ...]
    causes: tuple[str, ...]
    signed: str
    """What stands behind the name of who took a paper for the unit."""
    actors: Mapping[str, str]
    dispositions: Vocabulary
    degrees: Vocabulary
    targets: Vocabulary
    answers: Vocabulary
    also_dispositions: Mapping[str, str] = field(default_factory=dict)
    """Text → the role of the disposition that it is another way of writing."""
    mandates: tuple[Mandate, ...] = ()

    @cached_property
    def _events_by_title(self) -> dict[str, Event]:
        return {event.title: event for event in self.events.values()}

    def find_event(self, word: object) -> Event | None:
        """The event that a 事项 is; None if it is none."""
        return self._events_by_title.get(str(word))

    def role_of(self, disposition: str) -> str:
        """The role of a disposition's word; "" if it has none."""
        return next((word.role for word in self.dispositions.words if word.word == disposition), "")

    def is_person(self, target_kind: str) -> bool:
        return target_kind in self.targets.in_role("person")

    def may_be_given(self) -> tuple[str, ...]:
        """The words of the dispositions that a warning may be given, mildest first."""
        limited = {limit.disposition for limit in self.limits.values() if limit.disposition}
        return tuple(word.word for word in self.dispositions.words if word.role in limited)

    def mandate(self, disposition: str, target_kind: str) -> Mandate | None:
        """Who may give the disposition to a target of that kind; None if nobody may."""
        target, role = self.target_role(target_kind), self.role_of(disposition)
        fitting = [
            mandate for mandate in self.mandates if mandate.disposition == role and mandate.target in (target, "any")
        ]
        return fitting[0] if fitting else None

    def target_role(self, target_kind: str) -> str:
        return "person" if self.is_person(target_kind) else "section"

    def with_limits(self, own: Mapping[str, Limit]) -> Machine:
        """The machine with a bureau's own limits in the place of those of the same name."""
        return replace(self, limits={**self.limits, **own})

    def basis_of(self, limit: str) -> str:
        """On what a limit rests, as it is told."""
        return self.limits[limit].basis or self.fallback_basis


def folded(text: object) -> str:
    """A text as it is compared: width and blanks do not matter."""
    return "".join(unicodedata.normalize("NFKC", str(text or "")).split())


@lru_cache(maxsize=4)
def load_machine(folder: Path | None = None) -> Machine:
    """The machine of `schemas/events.yaml`. Raises ConfigError with file, place and what may be written if it is not sound."""
    data = read_sound(schemas_folder(folder), "events.yaml")
    words = load_vocabularies(folder)
    states = {entry["state"]: _state(entry) for entry in data["states"]}
    all_states = tuple(name for name in states if name != data["begins"])
    return Machine(
        clause=data["clause"],
        begins=data["begins"],
        implied=data["implied"],
        number_prefix=data["number"]["prefix"],
        number_digits=data["number"]["digits"],
        marks=dict(data["marks"]),
        fallback_basis=data["fallback_basis"],
        kinds={entry["kind"]: entry["title"] for entry in data["kinds"]},
        limits={entry["limit"]: _limit(entry) for entry in data["limits"]},
        states=states,
        events={entry["event"]: _event(entry, words["warning_event"], all_states) for entry in data["course"]},
        breach_labels=tuple(data["takes"]["breach"]),
        degree_labels=tuple(data["takes"]["degree"]),
        cause_labels=tuple(data["takes"]["cause"]),
        stage_labels=tuple(data["takes"]["stage"]),
        causes=tuple(data["causes"]),
        signed=data["takes"]["signed"],
        actors=dict(data["actors"]),
        dispositions=words["disposition"],
        degrees=words["degree"],
        targets=words["target_kind"],
        answers=words["yes_no"],
        also_dispositions={entry["text"]: entry["disposition"] for entry in data["takes"].get("also", ())},
        mandates=tuple(_mandate(entry) for entry in data["mandates"]),
    )


def _limit(data: Mapping[str, Any]) -> Limit:
    return Limit(
        data["limit"],
        data["title"],
        data.get("workdays", 0),
        data.get("months", 0),
        data.get("disposition", ""),
        data.get("since", ""),
        data.get("basis", ""),
    )


def _state(data: Mapping[str, Any]) -> State:
    return State(
        data["state"],
        data["title"],
        data.get("awaits", ""),
        data.get("todo", ""),
        data.get("round", False),
        data.get("ends", False),
        data.get("unit_acts", False),
        data.get("otherwise", ""),
    )


def _event(data: Mapping[str, Any], words: Vocabulary, all_states: tuple[str, ...]) -> Event:
    return Event(
        data["event"],
        words.in_role(data["event"])[0],
        data["by"],
        tuple(_step(entry, all_states) for entry in data["steps"]),
        tuple(_result(entry) for entry in data.get("results", ())),
        tuple(data.get("takes", ())),
        tuple(data.get("needs", ())),
        data.get("content", "free"),
        data.get("otherwise", ""),
        data.get("own_unit", ""),
    )


def _result(data: Mapping[str, Any]) -> Result:
    aliases, takes = tuple(data.get("aliases", ())), tuple(data.get("takes", ()))
    return Result(data["result"], data["word"], aliases, data.get("is_default", False), takes)


def _step(data: Mapping[str, Any], all_states: tuple[str, ...]) -> Step:
    return Step(
        all_states if data["from"] == ANY else tuple(data["from"]),
        "" if data["to"] == SAME else data["to"],
        data.get("result", ""),
        data.get("breach", ""),
        data.get("failures", ""),
        data.get("target", ""),
        data.get("disposition", ""),
        data.get("within", 0),
        tuple(data.get("begins", ())),
        data.get("round", ""),
        data.get("escalates", False),
        data.get("paper", ""),
    )


def _mandate(data: Mapping[str, Any]) -> Mandate:
    evidence = tuple(
        Evidence(entry["title"], entry["by"], tuple(entry.get("aliases", ()))) for entry in data.get("evidence", ())
    )
    return Mandate(
        data["disposition"],
        data["target"],
        tuple(data["who"]),
        data["paper"],
        data.get("note", ""),
        evidence,
        tuple(data.get("above", ())),
    )
