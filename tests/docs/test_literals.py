"""Words, forms, sheets and titles of `schemas/` do not stand in the code: a rule goes by the part that they play.

What still stands there is counted by room. The list only shrinks: who takes one away lowers its number, and no number is
ever raised. `lzxl/demo` is left out, whose sample bureau says words as content, as a unit would.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from lzxl.forms.load import load_catalogue, load_forms, load_vocabularies
from lzxl.forms.model import Field, Form
from lzxl.forms.roster import ROSTER_FORM
from lzxl.year.events import load_machine

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "lzxl"
CONTENT = ("demo",)

# Kind → room → how many still stand there. The two words in `forms` are how a cell with TRUE or FALSE reads, the one in
# `workbook` tells a row of headers by its sound; names in `forms` are those of files in `schemas/`, the one of a sheet in
# `functions` is a method of Python's, and the title in `states` is what a state is called.
ALLOWED: dict[str, dict[str, int]] = {
    "word": {"forms": 2, "workbook": 1},
    "form": {"forms": 2},
    "sheet": {"campaign": 1, "cli": 1, "formats": 1, "forms": 2, "functions": 1, "summary": 11},
    "title": {"campaign": 2, "checks": 1, "functions": 1, "mail": 6, "states": 1, "summary": 13, "workbook": 10},
    "field": {"checks": 64},
}
# Elsewhere the names of fields are as often the words of another trade: a header of a mail, a key of JSON.
_ROOMS_OF_FIELDS = ("checks",)
# Columns of the office's own books are called by everyday words (编号, 单位, 日期), which speak of other things elsewhere.
_EVERYDAY = 2
_QUOTED = re.compile("“([^“”]+)”")


@lru_cache(maxsize=1)
def names() -> dict[str, frozenset[str]]:
    """What `schemas/` gives names to: kind → its names. What is a word and a title is counted as a word."""
    forms = load_forms().values()
    sheets = [sheet for form in forms for sheet in form.sheets]
    fields = [entry for sheet in sheets for entry in sheet.fields]
    words = {word for vocabulary in load_vocabularies().values() for word in vocabulary.allowed}
    machine = load_machine()
    words |= {state.title for state in machine.states.values()}
    words |= {result.word for event in machine.events.values() for result in event.results}
    titles = {one.title for one in (*forms, *sheets, *fields)}
    others = [form for form in forms if not _is_book(form)]
    asked = {one.title for form in others for one in (form, *form.sheets, *_fields(form))}
    titles = {title for title in titles if title in asked or len(title) > _EVERYDAY}
    # So are their fields: one word of English (day, unit, kind) is none of theirs alone.
    asked_fields = {entry.name for form in others for entry in _fields(form)}
    named = {entry.name for entry in fields if entry.name in asked_fields or "_" in entry.name}
    return {
        "word": frozenset(words),
        "form": frozenset(form.id for form in forms),
        "sheet": frozenset(sheet.name for sheet in sheets),
        "title": frozenset(titles - words),
        "field": frozenset(named - {form.id for form in forms}),
    }


def _is_book(form: Form) -> bool:
    """Whether the office keeps the form for itself; the roster is read by its titles all over."""
    return form.filed_by == "office" and form.id != ROSTER_FORM


def _fields(form: Form) -> Iterator[Field]:
    return (entry for sheet in form.sheets for entry in sheet.fields)


def _docstrings(tree: ast.AST) -> set[ast.AST]:
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def literals(source: str) -> Iterator[tuple[int, str, str]]:
    """(line, kind, name) of every name that a text of the source is, or quotes as “name”; docstrings aside."""
    tree = ast.parse(source)
    docstrings = _docstrings(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or node in docstrings:
            continue
        for text in (node.value, *_QUOTED.findall(node.value)):
            for kind, known in names().items():
                if text in known:
                    yield node.lineno, kind, text


@lru_cache(maxsize=1)
def _found() -> dict[str, dict[str, list[str]]]:
    """Kind → room → every place."""
    found: dict[str, dict[str, list[str]]] = {kind: {} for kind in names()}
    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).with_suffix("").parts[0]
        if room not in CONTENT:
            for line, kind, name in literals(path.read_text("utf-8")):
                if kind == "field" and room not in _ROOMS_OF_FIELDS:
                    continue
                found[kind].setdefault(room, []).append(f"{path.relative_to(ROOT)}:{line} {name}")
    return found


def rooms_above(kind: str) -> dict[str, list[str]]:
    """Rooms in which more names of a kind stand than may: every place in them."""
    allowed = ALLOWED[kind]
    return {room: places for room, places in _found()[kind].items() if len(places) > allowed.get(room, 0)}


@pytest.mark.parametrize("kind", ALLOWED)
def test_no_name_of_the_schemas_comes_into_the_code(kind: str) -> None:
    assert rooms_above(kind) == {}


def test_no_finding_says_what_a_form_calls_its_sheets_and_columns() -> None:
    """Its texts take titles and words from the form; a form's own column 备注 is asked for by who makes forms only."""
    told = {
        code: quoted
        for code, rule in load_catalogue().rules.items()
        if code not in ("template_column_added",)
        for quoted in _QUOTED.findall(rule.message + rule.fix)
        if quoted in names()["title"] | names()["word"]
    }
    assert told == {}


def test_a_name_is_seen_wherever_it_stands() -> None:
    source = '"""属实 in a docstring"""\nproved = ("属实",)\nwhy = f"见“风险点”表{proved}"\nform = load("self_appraisal")["status"]\n'
    assert Counter((line, kind) for line, kind, _ in literals(source)) == {
        (2, "word"): 1,
        (3, "title"): 1,
        (4, "form"): 1,
    }
