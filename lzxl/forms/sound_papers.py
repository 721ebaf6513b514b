"""Whether the kinds of papers (schemas/papers.yaml) are sound.

Each that has a number is a kind that the record of papers knows; each follows one thing that is there; and whatever events.yaml sends
has a paper.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lzxl.forms.sound_events import FILE as EVENTS
from lzxl.forms.sound_events import steps_in
from lzxl.forms.sound_said import Choice, Mistake, Place, Said, forms_in, repeated, roles_in, words_of

FILE = "papers.yaml"
_UNNUMBERED = {"asked", "made_with", "reported"}
"""What papers follow that have no number of their own, and are in no record."""


def judge_papers(said: Said) -> Iterator[Mistake]:
    """Every mistake in what schemas/papers.yaml says."""
    papers = said[FILE]["papers"]
    for key in ("name", "title"):
        for number, name in repeated([entry[key] for entry in papers]):
            yield Mistake(FILE, ("papers", number), f"“{name}”重复。")
    there = _There(said)
    for number, entry in enumerate(papers):
        yield from _judge_title(entry, ("papers", number), there)
        yield from _judge_follows(entry["follows"], ("papers", number, "follows"), there)
    yield from _without_paper(papers, there.mandated, there.sent)


class _There:
    """What a paper may be called and may follow, as other files have it."""

    def __init__(self, said: Said) -> None:
        papers, events = said[FILE]["papers"], said[EVENTS]
        numbered = [one["name"] for one in papers if not _UNNUMBERED & set(one["follows"])]
        self.sent = {step["paper"] for step in steps_in(events) if step.get("paper")}
        self.mandated = {entry["paper"] for entry in events["mandates"]}
        self.words = Choice("文种", paper_words(said), "forms/work_record.yaml")
        self.followed = {
            "made_with": Choice("文书", numbered, FILE),
            "state": Choice("状态名", [state["state"] for state in events["states"]], EVENTS),
            "sent_with": Choice("文书", self.sent, EVENTS),
        }
        """What a paper may follow, by the key that says so."""
        roles = roles_in(_vocabulary(said, "decided", "object"))
        self.objects = Choice("认定对象（role）", roles, "forms/decisions.yaml")


def _judge_title(entry: Mapping[str, Any], place: Place, there: _There) -> Iterator[Mistake]:
    """A paper with a number is called as the record knows it, and one that events send as they have it."""
    follows = entry["follows"]
    if not _UNNUMBERED & set(follows):
        yield from there.words.judge(FILE, (*place, "title"), entry["title"])
    elif follows.get("asked") == "person" and "room" not in entry:
        yield Mistake(FILE, place, "一人一页的，要写明表里有多少行的地方（room）。")
    if "mandate" in follows:
        yield from Choice("文书", there.mandated, EVENTS).judge(FILE, (*place, "title"), entry["title"])


def _judge_follows(follows: Mapping[str, Any], place: Place, there: _There) -> Iterator[Mistake]:
    """A paper follows one thing, and that is there."""
    if len(follows) != 1:
        yield Mistake(FILE, place, "要写明由什么引起（follows），只写一项。")
    for key, choice in there.followed.items():
        if key in follows:
            yield from choice.judge(FILE, (*place, key), follows[key])
    yield from there.objects.judge_each(FILE, (*place, "decided"), follows.get("decided", ()))


def paper_words(said: Said) -> list[str]:
    """The words for kinds of papers, in the form that records them."""
    return words_of(_vocabulary(said, "papers", "kind"))


def paper_titles(said: Said) -> list[str]:
    """Every kind of paper: those that are recorded, and those that are made whenever somebody asks."""
    asked = [entry["title"] for entry in said[FILE]["papers"] if _UNNUMBERED & set(entry["follows"])]
    return [*paper_words(said), *asked]


def _vocabulary(said: Said, rule: str, part: str) -> Mapping[str, Any]:
    """The vocabulary of the field that a part of a rule names, in whichever form has the rule."""
    for form in forms_in(said):
        for sheet in form.tables:
            if rule in sheet.rules:
                names = {entry["name"]: entry.get("vocabulary", "") for entry in sheet.data["fields"]}
                return form.vocabularies.get(names.get(sheet.rules[rule].get(part), ""), {"words": []})
    return {"words": []}


def _without_paper(papers: list[Mapping[str, Any]], mandated: set[str], sent: set[str]) -> Iterator[Mistake]:
    """What a disposition or a step is sent with, and no paper is for."""
    there = {entry["title"] for entry in papers if "mandate" in entry["follows"]}
    with_step = {entry["follows"].get("sent_with") for entry in papers}
    for title in sorted(mandated - there) + sorted(sent - with_step):
        yield Mistake(FILE, ("papers",), f"“{title}”没有对应的文书，请补上。")
