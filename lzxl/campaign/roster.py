"""Reads 单位名册.xlsx: the roster of units (第六条、第七条)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lzxl.campaign.cache import ReadAhead, read_with_cache
from lzxl.checks.context import Context
from lzxl.checks.run import check_submissions
from lzxl.errors import ConfigError
from lzxl.forms.addresses import with_ascii_domain
from lzxl.forms.load import load_grading
from lzxl.forms.roster import ROSTER_FIELDS, ROSTER_FORM, Unit
from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import Job

ROSTER_NAME = "单位名册.xlsx"
_MOST_SHOWN = 8


def load_roster(path: Path, ahead: ReadAhead | None = None) -> dict[str, Unit]:
    """The units by code, in order. Raises ConfigError naming every cell to mend if the roster has errors.

    `ahead`: where it may have been read already.
    """
    if not path.is_file():
        raise ConfigError(
            f"找不到单位名册：{path}。请用 lzxl workbooks export 取一份空白名册，填好后放在这里。",
            code="roster_not_found",
            path=path,
        )
    [submission] = read_with_cache(path.parent, [Job(path, path.name, ROSTER_FORM)], ahead=ahead)
    [checked] = check_submissions([submission], Context(load_grading()))
    errors = [finding for finding in checked.findings if finding.severity == "error"]
    if errors:
        lines = [f"  {finding.cell or finding.sheet}　{finding.message}{finding.fix}" for finding in errors]
        more = [f"  ……另有{len(errors) - _MOST_SHOWN}处"] if len(errors) > _MOST_SHOWN else []
        raise ConfigError(
            "\n".join([f"单位名册有{len(errors)}处问题，请先改好：", *lines[:_MOST_SHOWN], *more]), code="roster_faulty"
        )
    return {unit.code: unit for unit in roster_units(submission)}


def roster_units(submission: Submission) -> list[Unit]:
    """The units that a roster names."""
    return [
        Unit(**{field.removeprefix("unit_"): _said(field, table.get(field, index)) for field in ROSTER_FIELDS})
        for table in submission.tables
        for index in range(len(table.rows))
    ]


def _said(field: str, value: Any) -> Any:
    """A value of the roster as a unit has it: lists as tuples, what is left blank as an empty text."""
    if isinstance(getattr(Unit, field, ""), tuple):
        return tuple(value or ())
    text = str(value or "")
    return with_ascii_domain(text) if field == "email" else text
