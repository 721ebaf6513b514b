"""The personal form is signed by the person it is about (第八条(三))."""

from __future__ import annotations

from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy
from lzxl.forms.persons import names_of


def check_persons(report: Report) -> None:
    """Findings `signature_mismatch`."""
    for table in report.submission.tables:
        if "signed" not in table.columns or "person" not in table.columns:
            continue
        for index, signed in enumerate(table.values["signed"]):
            person = table.get("person", index)
            if signed is not None and person is not None and names_of(signed) != names_of(person):
                report.cell("signature_mismatch", table, "signed", index, expected=person, remedy=Remedy("set", person))
