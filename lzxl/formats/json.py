"""The JSON contract of `lzxl check`."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from lzxl.checks.run import Checked
from lzxl.forms.private import mask
from lzxl.forms.text import HARMFUL
from lzxl.states import FOUND


def as_data(checked: Sequence[Checked]) -> dict[str, Any]:
    """The report as plain data; its keys are a contract with outside programs."""
    statuses = [entry.status for entry in checked]
    return {
        "version": 1,
        "files": [
            {
                "file": entry.submission.file,
                "form": entry.submission.form,
                "unit": mask(entry.submission.unit_code),
                "period": mask(entry.submission.period),
                "status": entry.status,
                # Reports are kept and passed on by other programs: nothing private may stand in a title either.
                "rows": {mask(title): count for title, count in entry.submission.row_counts.items()},
                "findings": [finding.as_json() for finding in entry.findings],
            }
            for entry in checked
        ],
        "summary": {
            "files": len(checked),
            **{state.value: statuses.count(state) for state in FOUND},
            "errors": sum(entry.count("error") for entry in checked),
            "warnings": sum(entry.count("warning") for entry in checked),
        },
    }


def render(data: Any) -> str:
    """JSON as lzxl prints it: UTF-8, readable, one final line break, what nobody can see as \\u escapes."""
    return HARMFUL.sub(_escaped, json.dumps(data, ensure_ascii=False, indent=2)) + "\n"


def _escaped(match: re.Match[str]) -> str:
    """A character as JSON writes it in ASCII: the same text to a program, and nothing that a terminal obeys."""
    return json.dumps(match.group())[1:-1]


def render_json(checked: Sequence[Checked]) -> str:
    return render(as_data(checked))
