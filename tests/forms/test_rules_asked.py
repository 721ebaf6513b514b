"""Whoever asks for a kind of rule gets every sheet that has it, with its own rule; of a file, every table of such a sheet."""

from __future__ import annotations

from dataclasses import fields

import pytest

from lzxl.forms.load import load_form, load_forms
from lzxl.forms.rules import Graded, Listed, Rules
from lzxl.submission import Submission, Table

FORMS = load_forms()


@pytest.mark.parametrize("form_id", FORMS)
def test_a_form_gives_its_sheets_in_their_order_each_with_its_own_rule(form_id: str) -> None:
    form = FORMS[form_id]
    for entry in fields(Rules):
        having = [
            (sheet, getattr(sheet.rules, entry.name)) for sheet in form.sheets if getattr(sheet.rules, entry.name)
        ]
        assert list(form.ruled_by(entry.name)) == [sheet for sheet, _ in having]
        # Texts, numbers of them and yes or no are no kinds that anybody asks for.
        single = [(sheet, rule) for sheet, rule in having if not isinstance(rule, str | tuple | bool)]
        for _, rule in single[:1]:
            assert list(form.rules_of(type(rule))) == single


def test_a_file_gives_its_tables_in_the_order_of_the_file_and_none_of_other_sheets() -> None:
    form = load_form("risk_register")
    [(powers_and_points, rule)] = form.rules_of(Listed)
    names = ["risk_points", "powers", "risk_points"]
    tables = [Table(name, f"{name}{place}") for place, name in enumerate(names)]
    submission = Submission("登记表.xlsx", form="risk_register", tables=tables)
    assert powers_and_points.name == "risk_points"
    assert list(submission.rules_of(Listed)) == [
        (tables[0], powers_and_points, rule),
        (tables[2], powers_and_points, rule),
    ]
    assert [table.title for table, _, _ in submission.rules_of(Graded)] == ["risk_points0", "risk_points2"]
