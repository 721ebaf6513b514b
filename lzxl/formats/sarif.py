"""SARIF 2.1.0: findings for programs that show them beside files. A cell is a logical location, sheet!A1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import lzxl
from lzxl.checks.run import Checked
from lzxl.formats.json import render
from lzxl.forms.findings import Finding, Rule
from lzxl.forms.load import load_catalogue
from lzxl.forms.private import mask
from lzxl.forms.text import spoken_clause, whole_text

# SARIF knows no "info": its levels are none, note, warning and error.
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render_sarif(checked: Sequence[Checked]) -> str:
    catalogue = load_catalogue()
    codes = sorted({finding.code for entry in checked for finding in entry.findings})
    # A result names its rule by the place in the list of rules: both must go by one order.
    positions = {code: number for number, code in enumerate(codes)}
    return render(
        {
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [
                {
                    "tool": {
                        "driver": {
                            "name": "lzxl",
                            "version": lzxl.__version__,
                            "language": "zh-CN",
                            "rules": [_rule(catalogue.rules[code]) for code in codes],
                        }
                    },
                    "columnKind": "unicodeCodePoints",
                    # A place is a URI there (RFC 3986): Chinese, blanks and # are written with percents.
                    "artifacts": [{"location": {"uri": quote(whole_text(entry.submission.file))}} for entry in checked],
                    "results": [
                        _result(entry, number, finding, positions[finding.code])
                        for number, entry in enumerate(checked)
                        for finding in entry.findings
                    ],
                }
            ],
        }
    )


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.title,
        "shortDescription": {"text": rule.title},
        "help": {"text": f"依据：{spoken_clause(rule.basis)}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(entry: Checked, artifact: int, finding: Finding, rule: int) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": quote(whole_text(entry.submission.file)), "index": artifact}}
    }
    if finding.sheet:
        sheet = mask(finding.sheet)
        place = f"{sheet}!{finding.cell}" if finding.cell else sheet
        location["logicalLocations"] = [
            {"name": place, "fullyQualifiedName": place, "kind": "cell" if finding.cell else "sheet"}
        ]
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message}{finding.fix}"},
        "locations": [location],
        "properties": {"header": finding.header, "value": finding.value, "basis": finding.basis},
    }
