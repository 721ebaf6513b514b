"""What must agree between sheets of one submission: measures ↔ risk points ↔ powers, and words ↔ their groups."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from lzxl.checks.identifiers import is_well_formed
from lzxl.checks.report import Report
from lzxl.forms.findings import Remedy
from lzxl.forms.text import compact
from lzxl.workbook.submission import Table

# (sheet, field whose words have a group, field that names the group)
_GROUPED = (("powers", "category", "power_class"), ("measures", "means", "layer"))


def check_links(report: Report) -> None:
    """Findings of the risk register's cross-sheet rules; nothing for other forms."""
    _check_groups(report)
    if report.form.id != "risk_register" or report.submission.own_layout:
        return
    _check_powers(report)
    _check_measures(report)


def _tables(report: Report, name: str) -> list[Table]:
    return [table for table in report.submission.tables if table.name == name]


def _check_groups(report: Report) -> None:
    """A category belongs to the chosen class, a means to the chosen layer (分类, 第八条(一)2)."""
    for sheet_name, name, group_name in _GROUPED:
        for table in _tables(report, sheet_name):
            if name not in table.columns or group_name not in table.columns:
                continue
            vocabulary = report.field(table, name).vocabulary
            groups = report.field(table, group_name).vocabulary
            assert vocabulary is not None and groups is not None
            for index, word in enumerate(table.values[name]):
                group = table.get(group_name, index)
                if word not in vocabulary.allowed or group not in groups.allowed:
                    continue
                if vocabulary.group_of(word) != group:
                    report.cell(
                        "group_mismatch",
                        table,
                        name,
                        index,
                        other=report.field(table, group_name).title,
                        group=group,
                        allowed=[known for known in vocabulary.allowed if vocabulary.group_of(known) == group],
                        remedy=Remedy(
                            "set", next(known for known in vocabulary.allowed if vocabulary.group_of(known) == group)
                        ),
                    )


def _check_powers(report: Report) -> None:
    """Each risk point's power stands in the list of powers, with the same class."""
    listed: dict[str, tuple[str, Any]] = {}
    for table in _tables(report, "powers"):
        for index, power in enumerate(table.values.get("power", ())):
            if power is not None:
                listed.setdefault(compact(power), (power, table.get("power_class", index)))
    if not _tables(report, "powers"):
        return
    classes = report.form.by_name["risk_points"].by_name["power_class"].vocabulary
    assert classes is not None
    for table in _tables(report, "risk_points"):
        if "power" not in table.columns:
            continue
        for index, power in enumerate(table.values["power"]):
            if power is None:
                continue
            known = listed.get(compact(power))
            if known is None:
                near = get_close_matches(power, [name for name, _ in listed.values()], n=1, cutoff=0.5)
                report.cell(
                    "power_unknown",
                    table,
                    "power",
                    index,
                    suggestion=f"“{near[0]}”" if near else "“权责清单”中已有的职权名称",
                    remedy=Remedy("set", near[0]) if near else None,
                )
                continue
            power_class = table.get("power_class", index)
            if power_class in classes.allowed and known[1] in classes.allowed and power_class != known[1]:
                report.cell(
                    "class_mismatch",
                    table,
                    "power_class",
                    index,
                    power=known[0],
                    expected=known[1],
                    remedy=Remedy("set", known[1]),
                )
            elif power_class in classes.allowed[:2] and table.get("risk_type", index) == "思想道德风险":
                report.cell("type_class_doubtful", table, "risk_type", index, power_class=power_class)


def _check_measures(report: Report) -> None:
    """Each measure names a risk point that exists; each risk point has a measure."""
    risk_tables = _tables(report, "risk_points")
    known = {value for table in risk_tables for value in table.values.get("id", ()) if value is not None}
    linked: set[str] = set()
    measure_tables = _tables(report, "measures")
    for table in measure_tables:
        if "risk_id" not in table.columns:
            continue
        entry = report.field(table, "risk_id")
        for index, value in enumerate(table.values["risk_id"]):
            if value is None:
                continue
            linked.add(value)
            if is_well_formed(entry, value) and value not in known:
                report.cell("reference_unknown", table, "risk_id", index, target="风险点")
    if not measure_tables:
        return
    for table in risk_tables:
        for index, value in enumerate(table.values.get("id", ())):
            if value is not None and value not in linked and value in known:
                report.cell("measure_not_linked", table, "id", index)
                linked.add(value)
