"""docs/规则对照.md leaves no clause without columns, findings, commands and papers, and names nothing that is not there."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from lzxl.cli.main import COMMANDS
from lzxl.data import data_folder
from lzxl.forms.load import load_catalogue, load_forms, read_sound
from lzxl.mail.letter_kinds import KIND_TITLES

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "规则对照.md"
CLAUSES = list(read_sound(data_folder("schemas"), "clauses.yaml"))
OWED = {entry["clause"]: entry for entry in read_sound(data_folder("schemas"), "owed.yaml")["owed"]}


@pytest.fixture(scope="module")
def made() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "rules_page.py"))


def rows() -> dict[str, list[str]]:
    """The page's table: clause → its cells."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| ["):
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            found[re.sub(r"\[(.*?)\].*", r"\1", cells[0])] = cells
    return found


def test_every_clause_has_a_row_and_no_cell_is_empty(made: dict[str, Any]) -> None:
    found = rows()
    spoken = [made["spoken_clause"](clause) for clause in CLAUSES]
    assert list(found) == spoken
    for cells in found.values():
        assert len(cells) == 7
        assert all(cells) and not cells[3].startswith("0")


def test_what_a_row_has_is_what_the_schemas_say(made: dict[str, Any]) -> None:
    """Counted anew: every column and finding that cites the clause, or a part of it."""
    for answer in made["answers"]():
        own = [clause for clause in CLAUSES if clause.startswith(answer.clause)]
        cited = {
            (f"{form.title}·{sheet.title}", field.title)
            for form in load_forms().values()
            for sheet in form.sheets
            for field in sheet.fields
            if field.clause in own
        }
        assert set(answer.columns) == cited
        assert {code for code, _ in answer.findings} == {
            code for code, rule in load_catalogue().rules.items() if rule.basis in own
        }


def test_every_column_and_every_finding_answers_some_clause(made: dict[str, Any]) -> None:
    found = made["answers"]()
    assert {code for answer in found for code, _ in answer.findings} == set(load_catalogue().rules)
    shown = {column for answer in found for column in answer.columns}
    fields = [
        (f"{form.title}·{sheet.title}", field.title)
        for form in load_forms().values()
        for sheet in form.sheets
        for field in sheet.fields
    ]
    assert set(fields) == shown


def test_every_command_of_the_years_work_answers_some_clause() -> None:
    named = {name for entry in OWED.values() for name in entry["commands"]}
    assert named <= set(COMMANDS)
    # The sample bureau is no work of the year; the functions are the same checks in the sheet.
    assert set(COMMANDS) - named == {"demo", "functions"}


def test_letters_are_kinds_that_there_are() -> None:
    named = [kind for entry in OWED.values() for kind in entry.get("letters", ())]
    assert set(named) == set(KIND_TITLES)


def test_each_section_names_every_column_and_finding(made: dict[str, Any]) -> None:
    sections = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.M)[1:]
    for answer, section in zip(made["answers"](), sections, strict=True):
        assert section.startswith(made["spoken_clause"](answer.clause) + "\n")
        assert all(f"（`{code}`）" in section for code, _ in answer.findings)
        assert all(line in section for line in made["columns_of"](answer))
