"""The sample bureau: 云泽县生态环境局 and its units, read from `demo/`. All of it is invented."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from lzxl.data import data_folder
from lzxl.forms.load import load_form
from lzxl.forms.model import Field, Sheet
from lzxl.forms.roster import Unit

FILED_ON = datetime.date(2026, 11, 16)
NIL_REASON = "本期各渠道均未收到涉及本单位的预警信息。"

# The content's own short names → field names, where they differ.
_RENAMED = {
    "powers": {"name": "power"},
    "self_checks": {"name": "person", "title": "duty_title", "date": "filled_on"},
    "reports": {"type": "report_type", "name": "person", "title": "duty_title"},
}


@dataclass(frozen=True)
class SampleUnit:
    """A unit of the roster with all that it files."""

    unit: Unit
    phone: str
    content: dict[str, Any]
    people: tuple[dict[str, Any], ...] = ()
    """Its people as rows of the roster, without their numbers and their unit's code."""

    def files(self, form_id: str) -> bool:
        """Whether there is anything for the unit to fill in: a form that is not of the sample bureau's has no content."""
        return any(sheet.name in self.content for sheet in load_form(form_id).tables)

    def cover(self, form_id: str) -> dict[str, Any]:
        """The cover of one form as the unit fills it."""
        form = load_form(form_id)
        asked = form.cover.fields if form.cover is not None else ()
        cover: dict[str, Any] = {
            "reporter": self.unit.liaison,
            "reported_on": FILED_ON,
            "liaison": self.unit.liaison,
            "head": self.unit.head,
        }
        for entry in asked:
            if entry.counts:
                rows = self.content.get(entry.counts, [])
                cover.update({entry.name: len(rows), "nil_return": "否" if rows else "是"})
                if not rows:
                    cover["nil_reason"] = NIL_REASON
        return cover

    def tables(self, form_id: str) -> dict[str, list[dict[str, Any]]]:
        """Sheet name → rows, each field name → typed value, of one form."""
        return {
            sheet.name: self._scored(sheet) if sheet.standard_rows else self._rows(sheet)
            for sheet in load_form(form_id).tables
        }

    def _rows(self, sheet: Sheet) -> list[dict[str, Any]]:
        fields, renamed = sheet.by_name, _RENAMED.get(sheet.name, {})
        rows = []
        for number, row in enumerate(self.content.get(sheet.name, []), 1):
            named = {renamed.get(key, key): value for key, value in row.items()}
            typed = {key: _typed(fields[key], value) for key, value in named.items() if value != ""}
            rows.append(typed if fields["serial"].computed else {"serial": number, **typed})
        return rows

    def _scored(self, sheet: Sheet) -> list[dict[str, Any]]:
        """The standard rows of the appraisal with the scores that the unit gives itself."""
        scores = self.content["appraisal"]
        rows = []
        for number, standard in enumerate(sheet.standard_rows):
            row = dict(zip(sheet.standard_columns, standard, strict=True))
            row.update(
                self_score=scores["self_scores"][number],
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
                "leader": sample.unit.leader,
                "email": sample.unit.email,
                "phone": sample.phone,
                "powers": sample.unit.powers,
                "key_posts": sample.unit.key_posts,
            }
            for number, sample in enumerate(self.units, 1)
        ]

    def people_rows(self) -> list[dict[str, Any]]:
        """The people of all units as the office keeps them on its roster."""
        people = [{"unit": sample.unit.code, **person} for sample in self.units for person in sample.people]
        return [{"serial": number, **person} for number, person in enumerate(people, 1)]


def load_content(name: str) -> Any:
    """A file of the sample content."""
    return _load(data_folder("demo") / name)


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
                leader=entry["leader"],
            ),
            entry["phone"],
            _load(folder / "units" / f"{entry['code']}.yaml"),
            tuple(entry["people"]),
        )
        for entry in data["units"]
    )
    return SampleBureau(data["bureau"], data["period"], units)
