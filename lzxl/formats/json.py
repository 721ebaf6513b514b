"""The JSON contract of `lzxl check`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from lzxl.checks.run import Checked


def as_data(checked: Sequence[Checked]) -> dict[str, Any]:
    """The report as plain data; its keys are a contract with outside programs."""
    statuses = [entry.status for entry in checked]
    return {
        "version": 1,
        "files": [
            {
                "file": entry.submission.file,
                "form": entry.submission.form,
                "unit": entry.submission.unit_code,
                "period": entry.submission.period,
                "status": entry.status,
                "rows": entry.submission.row_counts,
                "findings": [finding.as_json() for finding in entry.findings],
            }
            for entry in checked
        ],
        "summary": {
            "files": len(checked),
            "accepted": statuses.count("accepted"),
            "returned": statuses.count("returned"),
            "refused": statuses.count("refused"),
            "errors": sum(entry.count("error") for entry in checked),
            "warnings": sum(entry.count("warning") for entry in checked),
        },
    }


def render(data: Any) -> str:
    """JSON as lzxl prints it: UTF-8, readable, one final line break."""
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def render_json(checked: Sequence[Checked]) -> str:
    return render(as_data(checked))
