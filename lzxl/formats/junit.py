"""JUnit XML: one test suite a file, one failed test an error, so that a build server can show a round."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from lzxl.checks.run import Checked
from lzxl.forms.findings import Finding
from lzxl.forms.private import mask
from lzxl.forms.text import spoken_clause, visible, visible_line
from lzxl.states import FileState


def render_junit(checked: Sequence[Checked]) -> str:
    suites = Element("testsuites", name="lzxl check")
    totals = {"tests": 0, "failures": 0, "errors": 0}
    for entry in checked:
        counts = _suite(suites, entry)
        for name, count in counts.items():
            totals[name] += count
    for name, count in totals.items():
        suites.set(name, str(count))
    indent(suites)
    # XML 1.0 takes no control characters, not even escaped: one in a cell would make the whole report unreadable.
    return '<?xml version="1.0" encoding="utf-8"?>\n' + visible(tostring(suites, encoding="unicode")) + "\n"


def _suite(suites: Element, entry: Checked) -> dict[str, int]:
    name = visible_line(entry.submission.file)
    suite = SubElement(suites, "testsuite", name=name)
    failed = [finding for finding in entry.findings if finding.severity == "error"]
    refused = entry.status == FileState.REFUSED
    for finding in failed:
        # JUnit tells what a test found (failure) from what could not be tested at all (error).
        _add_failed(suite, name, finding, "error" if refused else "failure")
    if not failed:
        SubElement(suite, "testcase", classname=name, name="全部检查")
    others = [f"{_place(finding)} {finding.message}" for finding in entry.findings if finding.severity == "warning"]
    if others:
        SubElement(suite, "system-out").text = "\n".join(others)
    # 全部检查 of a file without errors counts as a test: a suite of none would pass for one that never ran.
    counts = {
        "tests": max(len(failed), 1),
        "failures": 0 if refused else len(failed),
        "errors": len(failed) if refused else 0,
    }
    for key, count in counts.items():
        suite.set(key, str(count))
    return counts


def _add_failed(suite: Element, name: str, finding: Finding, kind: str) -> None:
    case = SubElement(suite, "testcase", classname=name, name=f"{_place(finding)} {finding.code}".strip())
    problem = SubElement(case, kind, type=finding.code, message=finding.message)
    problem.text = f"{finding.fix}（依据：{spoken_clause(finding.basis)}）"


def _place(finding: Finding) -> str:
    sheet = mask(finding.sheet)
    return f"{sheet}!{finding.cell}" if finding.cell else sheet
