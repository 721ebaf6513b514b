"""A course that is not sound is told: what is written, where, and what may be written."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from lzxl.data import data_folder
from lzxl.forms.known_sound import texts_of
from lzxl.forms.sound import judge_said
from tests.yaml_read import read_yaml

SAID = {file: read_yaml(text) for file, text in texts_of(data_folder("schemas")).items()}


def events(data: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(event for event in data["course"] if event["event"] == name)
    return found


def states(data: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(state for state in data["states"] if state["state"] == name)
    return found


def told(change: Any) -> list[str]:
    """What is said of schemas/ when `change` was made to events.yaml."""
    said = copy.deepcopy(SAID)
    change(said["events.yaml"])
    return [f"{'/'.join(map(str, mistake.place))}: {mistake.text}" for mistake in judge_said(said)]


def test_the_course_is_sound() -> None:
    assert told(lambda data: None) == []


def _unknown_state(data: dict[str, Any]) -> None:
    events(data, "feedback")["steps"][0]["to"] = "answred"


def _unreachable(data: dict[str, Any]) -> None:
    data["states"].append({"state": "paused", "title": "暂停", "ends": True})


def _no_way_out(data: dict[str, Any]) -> None:
    del states(data, "transferred")["ends"]
    events(data, "reply")["steps"] = [{"from": ["suspended"], "result": "told", "to": "transfer_closed"}]
    events(data, "reply")["results"] = events(data, "reply")["results"][:1]


def _no_days(data: dict[str, Any]) -> None:
    del data["limits"][0]["workdays"]


def _days_and_months(data: dict[str, Any]) -> None:
    data["limits"][0]["months"] = 1


def _limit_of_nothing(data: dict[str, Any]) -> None:
    data["limits"].append({"limit": "answer", "title": "答复", "workdays": 3})


def _unknown_limit(data: dict[str, Any]) -> None:
    events(data, "accept")["steps"][0]["begins"] = ["verfiy"]


def _result_without_step(data: dict[str, Any]) -> None:
    events(data, "supervise")["results"].append({"result": "partly", "word": "基本合格"})


def _word_begins_another(data: dict[str, Any]) -> None:
    events(data, "supervise")["results"][1]["word"] = "合格但须补正"


def _same_step_twice(data: dict[str, Any]) -> None:
    events(data, "feedback")["steps"].append({"from": ["reworking"], "to": "passed"})


def _unknown_finding(data: dict[str, Any]) -> None:
    events(data, "close")["otherwise"] = "closed_too_early"


def _unknown_role(data: dict[str, Any]) -> None:
    data["limits"][3]["disposition"] = "warned"


def _unknown_event(data: dict[str, Any]) -> None:
    data["marks"]["closed"] = "finish"


def _event_without_word(data: dict[str, Any]) -> None:
    data["course"].append({"event": "hear", "by": "office", "steps": [{"from": "any", "to": "same"}]})


def _unknown_condition(data: dict[str, Any]) -> None:
    events(data, "supervise")["steps"][2]["failures"] = "second"


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (_unknown_state, "course/12/steps/0/to", ("answred", "answered", "same")),
        (_unreachable, "states/21", ("暂停", "没有哪个事项通向")),
        (_no_way_out, "states/6", ("已移送", "没有出路", "ends")),
        (_no_days, "limits/0", ("核实", "workdays", "months")),
        (_days_and_months, "limits/0", ("核实", "写其中一项")),
        (_limit_of_nothing, "limits/11", ("答复", "begins")),
        (_unknown_limit, "course/1/steps/0/begins/0", ("verfiy", "verify")),
        (_result_without_step, "course/14/results/2", ("基本合格", "steps")),
        (_word_begins_another, "course/14/results/0", ("合格但须补正", "合格")),
        (_same_step_twice, "course/12/steps/1", ("reworking", "条件相同")),
        (_unknown_finding, "course/15/otherwise", ("closed_too_early", "findings.yaml")),
        (_unknown_role, "limits/3/disposition", ("warned", "reminder")),
        (_unknown_event, "marks/closed", ("finish", "close")),
        (_event_without_word, "course/20/event", ("hear", "register")),
        (_unknown_condition, "course/14/steps/2/failures", ("second", "first", "later")),
    ],
)
def test_a_mistake_is_told_with_its_place(change: Any, place: str, words: tuple[str, ...]) -> None:
    sentences = told(change)
    at_place = [sentence for sentence in sentences if sentence.startswith(f"{place}:")]
    assert at_place, sentences
    assert all(any(word in sentence for sentence in at_place) for word in words), sentences
