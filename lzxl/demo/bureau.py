"""The sample bureau: 云泽县生态环境局 and its units, read from `demo/`. All of it is invented."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lzxl.data import data_folder
from lzxl.forms.load import load_form
from lzxl.forms.model import Field
from lzxl.forms.roster import Unit

FILED_ON = datetime.date(2026, 11, 16)
NIL_REASON = "本期各渠道均未收到涉及本单位的预警信息。"

# The content's own short names → field names, where they differ.
_RENAMED = {
    "powers": {"name": "power"},
    "self_checks": {"name": "person", "title": "duty_title", "date": "filled_on"},
    "warnings": {"reporter": "recorder"},
    "reports": {"type": "report_type", "name": "person", "title": "duty_title"},
}


@dataclass(frozen=True)
class SampleUnit:
    """A unit of the roster with all that it files."""

    unit: Unit
    phone: str
    content: dict[str, Any]

    def cover(self, form_id: str) -> dict[str, Any]:
        """The cover of one form as the unit fills it."""
        cover: dict[str, Any] = {
            "reporter": self.unit.liaison,
            "reported_on": FILED_ON,
            "liaison": self.unit.liaison,
            "head": self.unit.head,
        }
        if form_id == "appraisal":
            cover["opinion"] = self.content["appraisal"]["opinion"]
            cover["appraisers"] = "考核组"
            return cover
        rows = self.content["risk_points" if form_id == "risk_register" else "warnings"]
        cover.update(row_count=len(rows), nil_return="否" if rows else "是")
        if not rows:
            cover["nil_reason"] = NIL_REASON
        return cover

    def tables(self, form_id: str) -> dict[str, list[dict[str, Any]]]:
        """Sheet name → rows, each field name → typed value, of one form."""
        if form_id == "appraisal":
            return {"items": self._items(), "reports": self._rows(form_id, "reports")}
        names = ("powers", "risk_points", "measures", "self_checks") if form_id == "risk_register" else ("warnings",)
        return {name: self._rows(form_id, name) for name in names}

    def _rows(self, form_id: str, name: str) -> list[dict[str, Any]]:
        fields = load_form(form_id).by_name[name].by_name
        renamed = _RENAMED.get(name, {})
        rows = []
        for number, row in enumerate(self.content[name], 1):
            named = {renamed.get(key, key): value for key, value in row.items()}
            rows.append(
                {"serial": number, **{key: _typed(fields[key], value) for key, value in named.items() if value != ""}}
            )
        return rows

    def _items(self) -> list[dict[str, Any]]:
        sheet = load_form("appraisal").by_name["items"]
        scores = self.content["appraisal"]
        rows = []
        for number, standard in enumerate(sheet.standard_rows):
            row = dict(zip(sheet.standard_columns, standard, strict=True))
            row.update(
                self_score=scores["self_scores"][number],
                inspection_score=scores["inspection_scores"][number],
                final_score=scores["final_scores"][number],
                deduction=scores["deductions"][number] or None,
                evidence=scores["evidence"][number],
            )
            rows.append(row)
        return rows


def _typed(entry: Field, value: Any) -> Any:
    return datetime.date.fromisoformat(value) if entry.kind == "date" else value


def _load(path: Path) -> Any:
    with path.open("rb") as stream:
        return yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506


@dataclass(frozen=True)
class SampleBureau:
    name: str
    period: str
    units: tuple[SampleUnit, ...]

    def roster_rows(self) -> list[dict[str, Any]]:
        """The roster as the office fills it."""
        return [
            {
                "serial": number,
                "code": sample.unit.code,
                "unit_name": sample.unit.name,
                "unit_kind": sample.unit.kind,
                "head": sample.unit.head,
                "liaison": sample.unit.liaison,
                "email": sample.unit.email,
                "phone": sample.phone,
                "powers": sample.unit.powers,
                "key_posts": sample.unit.key_posts,
            }
            for number, sample in enumerate(self.units, 1)
        ]


def load_bureau() -> SampleBureau:
    """The sample bureau with everything that its units file, free of faults."""
    folder = data_folder("demo")
    data = _load(folder / "bureau.yaml")
    units = tuple(
        SampleUnit(
            Unit(
                code=entry["code"],
                name=entry["name"],
                kind=entry["kind"],
                head=entry["head"],
                liaison=entry["liaison"],
                email=entry["email"],
                powers=tuple(entry["powers"]),
                key_posts=tuple(entry["key_posts"]),
            ),
            entry["phone"],
            _load(folder / "units" / f"{entry['code']}.yaml"),
        )
        for entry in data["units"]
    )
    return SampleBureau(data["bureau"], data["period"], units)
