"""The personal form is signed by the person it is about (第八条(三))."""

from __future__ import annotations

from lzxl.checks.report import Report
from lzxl.forms.persons import names_of
from lzxl.forms.private import name_alone
from lzxl.forms.rules import Signed
from lzxl.submission import Table


def check_persons(report: Report) -> None:
    """Findings `signature_mismatch`."""
    for table, _, rule in report.submission.rules_of(Signed):
        if rule.signature in table.columns and rule.person in table.columns:
            _check_signatures(report, table, rule)


def _check_signatures(report: Report, table: Table, rule: Signed) -> None:
    for index, signed in enumerate(table.values[rule.signature]):
        # A number beside a name is found elsewhere, and said nowhere.
        person = name_alone(table.text(rule.person, index))
        if signed is not None and person and names_of(name_alone(signed)) != names_of(person):
            report.cell("signature_mismatch", table, rule.signature, index, expected=person)
