"""The report that a clerk reads on the screen: file by file, place, what is wrong, what to do, and why."""

from __future__ import annotations

from collections.abc import Sequence

from lzxl.checks.run import Checked
from lzxl.forms.findings import SEVERITY_TITLES, Finding
from lzxl.forms.load import load_form
from lzxl.forms.private import sayable
from lzxl.forms.text import spoken_clause, visible_line
from lzxl.states import FOUND, FileState

_COLOURS = {
    "error": "31",
    "warning": "33",
    "info": "36",
    FileState.ACCEPTED: "32",
    FileState.RETURNED: "31",
    FileState.REFUSED: "31",
}


def render_text(checked: Sequence[Checked], colour: bool = False, with_info: bool = False) -> str:
    """`colour`: with terminal colours. `with_info`: also what needs nothing to be done."""
    lines: list[str] = []
    for entry in checked:
        lines += _file_lines(entry, colour, with_info)
        lines.append("")
    statuses = [entry.status for entry in checked]
    parts = [f"{status.checked}{statuses.count(status)}" for status in FOUND if statuses.count(status)]
    errors, warnings = (sum(entry.count(severity) for entry in checked) for severity in ("error", "warning"))
    lines.append(f"共{len(checked)}个文件：{'，'.join(parts)}；须改正{errors}处，请核对{warnings}处。")
    return "\n".join(lines) + "\n"


def _file_lines(entry: Checked, colour: bool, with_info: bool) -> list[str]:
    submission = entry.submission
    status = paint(entry.status.checked, entry.status, colour)
    about = []
    if submission.form:
        about.append(f"《{load_form(submission.form).title}》")
    if submission.unit_code or submission.unit_name:
        about.append(sayable(f"{submission.unit_code} {submission.unit_name}".strip()))
    if submission.row_counts:
        about.append("，".join(f"{sayable(title)} {count}行" for title, count in submission.row_counts.items()))
    lines = [f"【{status}】{visible_line(submission.file)}　{'　'.join(about)}".rstrip()]
    hidden = 0
    for finding in entry.findings:
        if finding.severity == "info" and not with_info:
            hidden += 1
            continue
        lines += _finding_lines(finding, colour)
    if hidden:
        lines.append(f"    另有{hidden}条提示，不必处理（加 -v 查看）。")
    return lines


def _finding_lines(finding: Finding, colour: bool) -> list[str]:
    mark = paint(SEVERITY_TITLES[finding.severity], finding.severity, colour)
    spoken = finding.place.spoken
    place = f"{finding.sheet}{'!' if spoken == finding.cell else '　'}{spoken}" if finding.cell else finding.sheet
    header = f"“{finding.header}”" if finding.header and finding.header not in finding.message else ""
    where = sayable(f"{place} {header}".strip())
    return [
        f"  {mark}  {where}　{finding.message}" if where else f"  {mark}  {finding.message}",
        f"          {finding.fix}（依据：{spoken_clause(finding.basis)}）",
    ]


def paint(text: str, name: str, colour: bool) -> str:
    """`text` in the colour of a severity or status."""
    return f"\033[{_COLOURS[name]}m{text}\033[0m" if colour and name in _COLOURS else text
