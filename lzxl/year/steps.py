"""Which step of a warning's course an event is, from where the warning stands: possible, or what was probably meant."""

from __future__ import annotations

import datetime

from lzxl.year.course import Matter, Standing
from lzxl.year.events import Event, Machine, Step
from lzxl.year.months import add_months
from lzxl.year.said import Said


def possible(
    machine: Machine, at: Standing, event: Event, said: Said, day: datetime.date, warning: Matter
) -> Step | None:
    """The step that the event is from where the warning stands; None if it is not possible."""
    from_here = (step for step in event.steps if at.state in step.sources and step.result in ("", said.result))
    return next((step for step in from_here if _fits(machine, step, at, said, day, warning)), None)


def _fits(machine: Machine, step: Step, at: Standing, said: Said, day: datetime.date, warning: Matter) -> bool:
    """Whether the conditions of a step hold; a condition that is not written holds."""
    is_first_time = at.failures == 0
    return (
        (not step.breach or bool(said.breach))
        and (not step.failures or (step.failures == "first") == is_first_time)
        and step.target in ("", machine.target_role(warning.target_kind))
        and step.disposition in ("", machine.role_of(at.disposition))
        and (not step.within or at.since is None or day <= add_months(at.since, step.within))
    )


def possible_events(machine: Machine, state: str) -> list[str]:
    """What may be done in a state, but for what may be done in any: the titles of the events."""
    return [event.title for event in machine.events.values() if not event.is_note and event.starts_from(state)]


def likely(event: Event, said: Said, at: Standing) -> Step:
    """The step that was probably meant by an event that is not possible, or does not say its result."""

    def unlikely(step: Step) -> tuple[bool, bool, bool]:
        is_conditional = bool(step.breach or step.failures or step.target or step.disposition)
        return bool(said.result) and step.result != said.result, at.state not in step.sources, is_conditional

    return min(event.steps, key=unlikely)
