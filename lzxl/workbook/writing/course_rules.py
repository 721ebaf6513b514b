"""The machine of schemas/events.yaml and the working days as plain tables: the columns of the hidden sheet 办理规则.

The formulas of the ledger (`course.py`) look up in them what an event does to a warning.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

from lzxl.year.events import Event, Machine, State, Step
from lzxl.year.workdays import Calendar, is_workday

_DAYS = (datetime.date(2024, 12, 1), datetime.date(2028, 12, 31))
# Lotus 1-2-3 had a 29 February 1900, and spreadsheets keep it: from March
# 1900 on, days are right when counted from here.
_EPOCH = datetime.date(1899, 12, 30)

Table = list[tuple[str, list[object]]]


def tables_of(machine: Machine, calendar: Calendar) -> Table:
    """Every column of the sheet of rules: heading and values."""
    events, states = list(machine.events.values()), list(machine.states.values())
    return [
        ("workday", list(_workdays(calendar))),
        *((heading, [told(machine, event) for event in events]) for heading, told in _OF_EVENTS.items()),
        *_across(("result key", "result code"), _result_rows(events)),
        *((heading, [told(machine, state) for state in states]) for heading, told in _OF_STATES.items()),
        *_across(_OF_STEPS, _step_rows(machine)),
    ]


def _across(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[tuple[str, list[object]]]:
    """Rows as columns."""
    held = list(rows)
    for number, heading in enumerate(headings):
        yield heading, [row[number] for row in held]


def _workdays(calendar: Calendar) -> Iterator[int]:
    day = _DAYS[0]
    while day <= _DAYS[1]:
        if is_workday(day, calendar):
            yield (day - _EPOCH).days
        day += datetime.timedelta(days=1)


def _uses(event: Event, condition: str) -> bool:
    return any(getattr(step, condition) for step in event.steps)


def _may_say(event: Event, name: str) -> bool:
    return name in event.takes or any(name in result.takes for result in event.results)


def _result_code(event: Event, name: str) -> int:
    return next((number for number, result in enumerate(event.results, start=1) if result.name == name), 0)


def _kind_code(machine: Machine, kind: str) -> int:
    return list(machine.kinds).index(kind) + 1 if kind else 0


def _result_rows(events: list[Event]) -> Iterator[tuple[str, int]]:
    """Number of the event and word of a result, as a key, and the number of the result."""
    for number, event in enumerate(events, start=1):
        for code, result in enumerate(event.results, start=1):
            for word in _shortest(result.texts):
                yield f"{number}|{word}", code


def _shortest(words: tuple[str, ...]) -> Iterator[str]:
    """Words without those that another one begins: a text would begin with both, and count twice."""
    for word in dict.fromkeys(words):
        if not any(word != other and word.startswith(other) for other in words):
            yield word


def _step_rows(machine: Machine) -> Iterator[tuple[object, ...]]:
    """A row for every combination of what a step goes by: its key, where it leads, what it changes, its limits in days."""
    numbers = {state: number for number, state in enumerate(machine.states, start=1)}
    for (number, event), state in product(enumerate(machine.events.values(), start=1), machine.states):
        steps = [step for step in event.steps if state in step.sources]
        for given in _all_given(machine, event):
            step = next((step for step in steps if given.fits(machine, event, step)), None)
            if step is not None:
                key = f"{numbers[state]}|{number}|{given.key}"
                yield key, numbers[step.to or state], *_changes(step), *_limits(machine, step)


def _changes(step: Step) -> tuple[int, ...]:
    """Whether a step adds a round, is an approval, adds a failure, and leads to another state."""
    return int(bool(step.round)), int(step.round == "this"), int(bool(step.failures)), int(bool(step.to))


class _Given(NamedTuple):
    """What a step of an event may go by; "-" for what no step of the event does."""

    result: int
    """The number of the event's result, 0 for none."""
    breach: object
    failures: object
    target: str
    """Two digits: whether a person is meant, and the number of the disposition given last, 0 for none."""
    in_time: object

    @property
    def key(self) -> str:
        return "|".join(str(part) for part in self)

    def fits(self, machine: Machine, event: Event, step: Step) -> bool:
        """Whether all that a step asks for is given."""
        return (
            (not step.result or _result_code(event, step.result) == self.result)
            and (not step.breach or self.breach == 1)
            and (not step.within or self.in_time == 1)
            and (not step.failures or (step.failures == "first") == (self.failures == 0))
            and (not step.target or (step.target == "person") == self.target.startswith("1"))
            and (not step.disposition or step.disposition == self._role_given(machine))
        )

    def _role_given(self, machine: Machine) -> str:
        return machine.role_of(("", *machine.may_be_given())[int(self.target[1])])


_EITHER: Sequence[object] = (0, 1)
_NEITHER: Sequence[object] = ("-",)


def _all_given(machine: Machine, event: Event) -> Iterator[_Given]:
    """Every combination of what the steps of an event go by."""
    results = range(len(event.results) + 1) if event.results else (0,)
    dispositions = range(len(machine.may_be_given()) + 1)
    targets = [f"{person}{one}" for person, one in product((0, 1), dispositions)]

    def either(condition: str) -> Sequence[object]:
        return _EITHER if _uses(event, condition) else _NEITHER

    every = (
        results,
        either("breach"),
        either("failures"),
        targets if _uses(event, "target") else ["-"],
        either("within"),
    )
    yield from (_Given(*one) for one in product(*every))


def _limits(machine: Machine, step: Step) -> tuple[object, ...]:
    """Working days for no disposition and for each of them, mildest first, and months; 0 for none."""
    limits = [machine.limits[name] for name in step.begins]
    roles = [machine.role_of(disposition) for disposition in ("", *machine.may_be_given())]
    days = [_shortest_time(one.workdays for one in limits if one.disposition in ("", role)) for role in roles]
    return (*days, _shortest_time(one.months for one in limits))


def _shortest_time(times: Iterable[int]) -> int:
    return min(filter(None, times), default=0)


_OF_EVENTS: dict[str, Callable[[Machine, Event], object]] = {
    "event title": lambda machine, event: event.title,
    "default result": lambda machine, event: _result_code(event, event.default),
    "goes by breach": lambda machine, event: int(_uses(event, "breach")),
    "goes by failures": lambda machine, event: int(_uses(event, "failures")),
    "goes by target": lambda machine, event: int(_uses(event, "target")),
    "goes by time": lambda machine, event: int(_uses(event, "within")),
    "says disposition": lambda machine, event: int(_may_say(event, "disposition")),
    "says day": lambda machine, event: int(_may_say(event, "day")),
    "is delivery": lambda machine, event: int(event.name == machine.marks["delivered"]),
}
_OF_STATES: dict[str, Callable[[Machine, State], object]] = {
    "state title": lambda machine, state: state.title,
    "tells round": lambda machine, state: int(state.tells_round),
    "kind": lambda machine, state: _kind_code(machine, state.awaits),
}
_OF_STEPS = (
    *("step key", "leads to", "adds round", "is approval", "adds failure", "changes state"),
    *("limit 0", "limit 1", "limit 2", "limit 3", "limit in months"),
)
