"""Rules over several submissions: one unit filed twice, the same number in two units, a warning about no risk point."""

from __future__ import annotations

from collections.abc import Sequence

from lzxl.checks.identifiers import is_well_formed
from lzxl.checks.report import Report
from lzxl.forms.text import compact

# A message names no more files than this.
_MOST_NAMED = 5


def check_together(reports: Sequence[Report]) -> None:
    """Findings `unit_filed_twice`, `duplicate_id_across_files` and `risk_id_unknown`."""
    filed = [report for report in reports if not report.submission.own_layout]
    _check_filed_twice(filed)
    _check_ids(filed)
    _check_risk_ids(filed)


def which_counts(files: Sequence[Report]) -> Report:
    """Of several files from one unit for one form: the one with the latest date of filing, then the last by name."""

    def key(report: Report) -> tuple[str, str]:
        cover = report.submission.cover
        filed = cover.values.get("reported_on") if cover is not None else None
        return (filed.isoformat() if filed else "", report.submission.file)

    return max(files, key=key)


def _check_filed_twice(reports: Sequence[Report]) -> None:
    by_unit: dict[tuple[str, str, str], list[Report]] = {}
    for report in reports:
        submission = report.submission
        if report.own_code and report.form.cover is not None:
            by_unit.setdefault((report.own_code, report.form.id, compact(submission.period)), []).append(report)
    for files in by_unit.values():
        if len(files) < 2:
            continue
        used = which_counts(files)
        for report in files:
            others = [other.submission.file for other in files[: _MOST_NAMED + 1] if other is not report][:_MOST_NAMED]
            if len(files) > _MOST_NAMED + 1:
                others[-1] += f"等{len(files) - 1}个文件"
            report.whole(
                "unit_filed_twice", form=report.form.title, others=others, used=used.submission.file, value=others[0]
            )


def _check_ids(reports: Sequence[Report]) -> None:
    """Row numbers are the bureau's: two units must not use the same one.

    A number that begins with another unit's code is reported for that alone.
    """
    owners: dict[tuple[str, str, str], str] = {}
    for report in reports:
        unit = report.own_code
        start = f"{unit}-"
        for table in report.submission.tables:
            for entry in report.form.by_name[table.name].inputs:
                if entry.kind != "id" or not entry.unique or entry.name not in table.columns:
                    continue
                for index, value in enumerate(table.values[entry.name]):
                    if value is None or value.startswith(start) or not is_well_formed(entry, value):
                        continue
                    owner = owners.setdefault((report.form.id, table.name, value), unit)
                    if owner != unit:
                        report.cell("duplicate_id_across_files", table, entry.name, index)


def _check_risk_ids(reports: Sequence[Report]) -> None:
    """A warning's risk point stands in the register of the same unit, where that register was filed too."""
    known: dict[str, set[str]] = {}
    for report in reports:
        if report.form.id == "risk_register" and report.own_code:
            ids = known.setdefault(report.own_code, set())
            for table in report.submission.tables:
                if table.name == "risk_points":
                    ids.update(value for value in table.values.get("id", ()) if value is not None)
    for report in reports:
        ids = known.get(report.own_code, set())
        if report.form.id != "warning_ledger" or not ids:
            continue
        for table in report.submission.tables:
            if table.name != "warnings" or "risk_id" not in table.columns:
                continue
            entry = report.field(table, "risk_id")
            for index, value in enumerate(table.values["risk_id"]):
                if value not in ids and is_well_formed(entry, value):
                    report.cell("risk_id_unknown", table, "risk_id", index)
