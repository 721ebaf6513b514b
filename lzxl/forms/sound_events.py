"""Whether the course of a warning (schemas/events.yaml) is sound.

Every name that one part says is there, every state can be reached and left, no two steps fit alike, no word of a result begins
that of another, and every limit says how long it is and is begun by some step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import Any

from lzxl.forms.sound_said import Choice, Mistake, Place, Said, repeated, roles_in

FILE = "events.yaml"
ANY, SAME = "any", "same"
"""In a step: from whatever state; and to the one that it came from."""
CONDITIONS = ("breach", "failures", "target", "disposition", "within")
"""What a step may ask for besides the state and the result."""
_NAMES = {"kinds": "kind", "limits": "limit", "states": "state", "course": "event"}
_VOCABULARIES = "vocabularies.yaml"
_FINDINGS = "findings.yaml"

Data = Mapping[str, Any]


def judge_events(said: Said) -> Iterator[Mistake]:
    """Every mistake in what schemas/events.yaml says, by itself and of other files."""
    data = said[FILE]
    twice = list(_twice(data))
    yield from twice
    if not twice:
        yield from _names_known(data, said)
        yield from _steps_known(data, said)
        yield from _limits(data)
        yield from _results(data)
        yield from _ways(data)


def roles_of_events(data: Data) -> set[str]:
    """The roles of words that the machine goes by: events, and the dispositions of limits, steps and mandates."""
    disposing = [*data["limits"], *steps_in(data), *data["mandates"]]
    asked = {entry["disposition"] for entry in disposing if "disposition" in entry}
    return asked | set(_names(data, "course"))


def steps_in(data: Data) -> list[Data]:
    """The steps of all events, in their order."""
    return [step for event in data["course"] for step in event["steps"]]


def _names(data: Data, part: str) -> list[str]:
    return [entry[_NAMES[part]] for entry in data[part]]


def _twice(data: Data) -> Iterator[Mistake]:
    for part in _NAMES:
        for number, name in repeated(_names(data, part)):
            yield Mistake(FILE, (part, number), f"“{name}”重复。")


def _judged(choice: Choice, entry: Data, place: Place, *keys: str) -> Iterator[Mistake]:
    """What stands under the keys of an entry, where it has them, is one of the choices."""
    for key in keys:
        if key in entry:
            yield from choice.judge(FILE, (*place, key), entry[key])


def _names_known(data: Data, said: Said) -> Iterator[Mistake]:
    """What the parts other than steps name is there."""
    events = Choice("事项", _names(data, "course"), FILE)
    codes = Choice("问题代码", said[_FINDINGS], _FINDINGS)
    roles = Choice("处置（role）", roles_in(said[_VOCABULARIES].get("disposition")), _VOCABULARIES)
    kinds = Choice("待办", _names(data, "kinds"), FILE)
    words = Choice("事项（role）", roles_in(said[_VOCABULARIES].get("warning_event")), _VOCABULARIES)
    yield from _judged(Choice("状态名", _names(data, "states"), FILE), data, (), "begins")
    yield from _judged(events, data, (), "implied")
    yield from _judged(events, data["marks"], ("marks",), *data["marks"])
    for number, state in enumerate(data["states"]):
        yield from _judged(kinds, state, ("states", number), "awaits")
        yield from _judged(codes, state, ("states", number), "otherwise")
    for number, limit in enumerate(data["limits"]):
        yield from _judged(roles, limit, ("limits", number), "disposition")
        yield from _judged(events, limit, ("limits", number), "since")
    for number, other in enumerate(data["takes"].get("also", ())):
        yield from _judged(roles, other, ("takes", "also", number), "disposition")
    for number, mandate in enumerate(data["mandates"]):
        yield from _judged(roles, mandate, ("mandates", number), "disposition")
        for position, entry in enumerate(mandate.get("evidence", ())):
            yield from _judged(events, entry, ("mandates", number, "evidence", position), "by")
    for number, event in enumerate(data["course"]):
        yield from _judged(words, event, ("course", number), "event")
        yield from _judged(codes, event, ("course", number), "otherwise", "own_unit")


def _steps_known(data: Data, said: Said) -> Iterator[Mistake]:
    """What steps name is there, and each says which result it is of where the event has results."""
    states, limits = _names(data, "states"), Choice("期限", _names(data, "limits"), FILE)
    roles = Choice("处置（role）", roles_in(said[_VOCABULARIES].get("disposition")), _VOCABULARIES)
    for number, event in enumerate(data["course"]):
        results = [entry["result"] for entry in event.get("results", ())]
        for position, step in enumerate(event["steps"]):
            place: Place = ("course", number, "steps", position)
            if step["from"] != ANY:
                yield from Choice("状态名", states, FILE).judge_each(FILE, (*place, "from"), step["from"])
            yield from _judged(Choice("状态名", [*states, SAME], FILE), step, place, "to")
            yield from _judged(roles, step, place, "disposition")
            yield from _judged(Choice("结果", results, FILE), step, place, "result")
            yield from limits.judge_each(FILE, (*place, "begins"), step.get("begins", ()))
            if results and "result" not in step:
                yield Mistake(FILE, place, f"未写明是哪一种结果（result），可写：{'、'.join(results)}。")


def _limits(data: Data) -> Iterator[Mistake]:
    begun = {name for step in steps_in(data) for name in step.get("begins", ())}
    for number, limit in enumerate(data["limits"]):
        if ("workdays" in limit) == ("months" in limit):
            text = f"期限“{limit['title']}”要写明 workdays（工作日）或 months（月），写其中一项。"
            yield Mistake(FILE, ("limits", number), text)
        if limit["limit"] not in begun and not limit.get("apart", False):
            text = f"没有哪一步会开始期限“{limit['title']}”，请写进某一步的 begins，或者删去。"
            yield Mistake(FILE, ("limits", number), text)


def _results(data: Data) -> Iterator[Mistake]:
    """Each result leads somewhere, at most one is the default, and their words are told from each other."""
    for number, event in enumerate(data["course"]):
        results, place = event.get("results", ()), ("course", number, "results")
        yield from _without_step(event, results, place)
        if sum(result.get("is_default", False) for result in results) > 1:
            yield Mistake(FILE, place, "缺省的结果（is_default）只能有一个。")
        yield from _words_apart(place, results)


def _without_step(event: Data, results: Sequence[Data], place: Place) -> Iterator[Mistake]:
    """Results that no step of their event speaks of."""
    used = {step.get("result") for step in event["steps"]}
    for position, result in enumerate(results):
        if result["result"] not in used:
            text = f"结果“{result['word']}”没有出路，请补上它的一步（steps）。"
            yield Mistake(FILE, (*place, position), text)


def _words_apart(place: Place, results: Iterable[Data]) -> Iterator[Mistake]:
    """No word of a result begins that of another result: a text that begins with one would begin with both."""
    written: list[tuple[int, str, str]] = []
    for number, result in enumerate(results):
        written += ((number, result["result"], text) for text in (result["word"], *result.get("aliases", ())))
    for (number, one, text), (_, other, longer) in permutations(written, 2):
        if other != one and longer.startswith(text):
            told = f"“{longer}”以“{text}”开头，又是另一种结果，请改一处。"
            yield Mistake(FILE, (*place, number), told)


def _sources(step: Data, data: Data) -> list[str]:
    """The states that a step leads from."""
    if step["from"] == ANY:
        return [name for name in _names(data, "states") if name != data["begins"]]
    return list(step["from"])


def _ways(data: Data) -> Iterator[Mistake]:
    """Every state can be reached from the first, and left unless it ends; no two steps of an event fit alike."""
    for number, event in enumerate(data["course"]):
        yield from _steps_alike(event, ("course", number, "steps"), data)
    ways = _leading(data)
    reached = _reached(ways, data["begins"])
    for number, state in enumerate(data["states"]):
        if state["state"] not in reached:
            text = f"没有哪个事项通向状态“{state['title']}”，请补上一步，或者删去这个状态。"
            yield Mistake(FILE, ("states", number), text)
        elif not ways[state["state"]] and not state.get("ends"):
            text = f"状态“{state['title']}”没有出路，请补上一步；到此为止的，写 ends: true。"
            yield Mistake(FILE, ("states", number), text)


def _steps_alike(event: Data, place: Place, data: Data) -> Iterator[Mistake]:
    """Steps of an event that fit wherever one before them does: nobody could tell which of them is meant."""
    seen: set[tuple[Any, ...]] = set()
    for position, step in enumerate(event["steps"]):
        for source in _sources(step, data):
            fits = (source, *(step.get(key) for key in ("result", *CONDITIONS)))
            if fits in seen:
                text = f"从“{source}”出发的这一步与前面的一步条件相同，请删去一步，或者写明条件。"
                yield Mistake(FILE, (*place, position), text)
            seen.add(fits)


def _leading(data: Data) -> dict[str, set[str]]:
    """State → the states that a step leads to from it."""
    ways: dict[str, set[str]] = {name: set() for name in _names(data, "states")}
    for step in steps_in(data):
        for source in _sources(step, data):
            ways.setdefault(source, set()).update({step["to"]} - {SAME})
    return ways


def _reached(ways: Mapping[str, set[str]], begins: str) -> set[str]:
    reached, waiting = {begins}, [begins]
    while waiting:
        for state in ways.get(waiting.pop(), set()) - reached:
            reached.add(state)
            waiting.append(state)
    return reached
