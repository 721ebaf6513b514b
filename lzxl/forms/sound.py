"""Whether the files of `schemas/` are sound: each says only what it may, and whatever one says of another is there.

A mistake is told with the file, the line, the place, what is written there and what may be written. Loaded only for files
that are not known to be sound (`known_sound`).

What is judged, and where: a file by itself (`sound_alone`), words (`sound_words`), forms with their sheets and fields
(`sound_forms`), rules (`sound_rules`), the summary and the next period (`sound_summary`), a warning's course
(`sound_events`), what goes to other appraisals (`sound_exports`), papers (`sound_papers`), what is the office's alone
(`sound_owned`), what is archived (`sound_archive`), what clauses
are answered with (`sound_owed`). `sound_said` is how files know their places, `sound_told` how a mistake
is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lzxl.forms.sound_alone import mistakes_of_each
from lzxl.forms.sound_archive import judge_archive
from lzxl.forms.sound_books import judge_books_apart
from lzxl.forms.sound_events import judge_events
from lzxl.forms.sound_exports import judge_exports
from lzxl.forms.sound_forms import judge_cover, judge_form, judge_forms_apart, judge_roster
from lzxl.forms.sound_owed import judge_owed
from lzxl.forms.sound_owned import judge_told
from lzxl.forms.sound_papers import judge_papers
from lzxl.forms.sound_said import Choice, FormSaid, Mistake, Place, Said, is_form
from lzxl.forms.sound_summary import judge_summary
from lzxl.forms.sound_told import parsed
from lzxl.forms.sound_words import is_grading, judge_grading, judge_vocabularies, judge_words_apart
from lzxl.forms.whole import whole_form


def judge(texts: Mapping[str, bytes]) -> list[Mistake]:
    """Every mistake in the files."""
    said: dict[str, Any] = {}
    mistakes: list[Mistake] = []
    for file, text in texts.items():
        try:
            said[file] = parsed(text)
        except ValueError as error:
            mistakes.append(Mistake(file, (), f"写法有误，{error}。"))
    return mistakes or judge_said(said)


def judge_said(said: Said) -> list[Mistake]:
    """Every mistake in what the files say, those of a file by itself first: only of sound files is asked how they fit."""
    mistakes = mistakes_of_each(said)
    if mistakes:
        return mistakes
    whole = {file: whole_form(data, said["cover.yaml"]) if is_form(file) else data for file, data in said.items()}
    found = [*judge_words_apart(said), *_between(whole)]
    # A mistake in the shared cover is found once for each form.
    return list(dict.fromkeys(_where_written(mistake, said) for mistake in found))


def _where_written(mistake: Mistake, said: Said) -> Mistake:
    """A mistake in a whole form at its place in the file that says it: the form's own, or the one of the cover."""
    match mistake.place:
        case ("sheets", int(number), "fields", int(position), *rest) if is_form(mistake.file):
            if said[mistake.file]["sheets"][number]["layout"] != "labels":
                return mistake
            shared = len(said["cover.yaml"]["fields"])
            if position < shared:
                return Mistake("cover.yaml", ("fields", position, *rest), mistake.text)
            return Mistake(mistake.file, ("sheets", number, "fields", position - shared, *rest), mistake.text)
    return mistake


def _between(said: Said) -> Iterator[Mistake]:
    """Mistakes between files that are sound by themselves, their forms whole."""
    clauses = Choice("条款", said["clauses.yaml"], "clauses.yaml")
    for file, data in said.items():
        for place, clause in _cited(data, ()):
            yield from clauses.judge(file, place, clause)
        if is_form(file):
            yield from judge_form(FormSaid(file, data, said))
        elif is_grading(file):
            yield from judge_grading(file, data, said["vocabularies.yaml"])
    yield from judge_vocabularies(said)
    yield from judge_events(said)
    yield from judge_exports(said)
    yield from judge_papers(said)
    yield from judge_forms_apart(said)
    yield from judge_books_apart(said)
    yield from judge_summary(said)
    yield from judge_roster(said)
    yield from judge_cover(said)
    yield from judge_told(said)
    yield from judge_archive(said)
    yield from judge_owed(said)


def _cited(data: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """Every clause that the data cites, however deep, with its place: the value of a key clause, and of a finding's basis."""
    citing = _citing(data)
    for key, value in _entries(data):
        if key in citing and isinstance(value, str):
            yield (*place, key), value
        else:
            yield from _cited(value, (*place, key))


def _citing(data: Any) -> tuple[str, ...]:
    """The keys of a mapping under which a clause stands."""
    is_finding = isinstance(data, dict) and "severity" in data and "fix" in data
    return ("clause", "basis") if is_finding else ("clause",)


def _entries(data: Any) -> Iterable[tuple[str | int, Any]]:
    """What a mapping or a list holds, each with its step; nothing of anything else."""
    if isinstance(data, dict):
        return data.items()
    return enumerate(data) if isinstance(data, list) else ()
