"""The sample bureau: 云泽县生态环境局 and its units, read from `demo/`. All of it is invented."""

from __future__ import annotations

import datetime
import pickle
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lzxl.data import data_folder
from lzxl.forms.load import load_form
from lzxl.forms.model import Field, Sheet
from lzxl.forms.roster import Unit

FILED_ON = datetime.date(2026, 11, 16)
NIL_REASON = "本期各渠道均未收到涉及本单位的预警信息。"

# Keys of the content that are no fields: when a risk point came up.
_OF_THE_STORY = frozenset({"added"})

# The content's own short names → field names, where they differ.
_RENAMED = {
    "powers": {"name": "power"},
    "self_checks": {"name": "person", "title": "duty_title", "date": "filled_on"},
    "reports": {"type": "report_type", "name": "person", "title": "duty_title"},
}


@dataclass(frozen=True)
class SampleRound:
    """A round of warnings."""

    label: str
    opens: datetime.date
    deadline: datetime.date
    filed_on: datetime.date

    def has(self, warning: dict[str, Any]) -> bool:
        return self.opens <= datetime.date.fromisoformat(warning["collected_on"]) <= self.deadline


@dataclass(frozen=True)
class SampleMeeting:
    """A meeting of the leading group: it decides on the risk points of `units` whose level is open, of most as computed."""

    day: datetime.date
    name: str
    minutes: str
    units: tuple[str, ...]
    kept: str
    """Why a level stays as computed."""
    raised: dict[str, str]
    """Risk point → the level that it is raised to."""
    reason: str
    """Why it is raised."""


@dataclass(frozen=True)
class Transfer:
    """A person who moved to another unit. `left`: the code of the old one, `until` the last day there."""

    person: str
    left: str
    until: datetime.date
    unit: str
    post: str
    since: datetime.date


@dataclass(frozen=True)
class SampleNextYear:
    """The year after: its deadline, and the day on which registers brought up to date come in."""

    deadline: datetime.date
    filed_on: datetime.date

    @property
    def period(self) -> str:
        return f"{self.deadline.year}年度"


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

    def by(self, day: datetime.date) -> SampleUnit:
        """The unit's register as it stood on a day: without the risk points that came later, and no measure done before its time.
        Who has not checked himself by then did so in the weeks before."""
        points = [_open_on(day, row) for row in self.content["risk_points"] if row.get("added", "") <= day.isoformat()]
        known = {row["id"] for row in points}
        return self._with(
            risk_points=points,
            measures=[_open_on(day, row) for row in self.content["measures"] if row["risk_id"] in known],
            self_checks=[_checked_by(day, row) for row in self.content["self_checks"]],
        )

    def warned(self, due: SampleRound) -> SampleUnit:
        """The unit with the warnings of one round."""
        return self._with(warnings=[row for row in self.content.get("warnings", ()) if due.has(row)])

    def _with(self, **sheets: list[dict[str, Any]]) -> SampleUnit:
        return replace(self, content={**self.content, **sheets})

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
            named = {renamed.get(key, key): value for key, value in row.items() if key not in _OF_THE_STORY}
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
                evidence=scores["evidence"][number] or None,
            )
            rows.append(row)
        return rows


def _open_on(day: datetime.date, measure: dict[str, Any]) -> dict[str, Any]:
    """A measure, or a risk point with its first one, as it stood on a day: what was done later was still to be done."""
    if measure.get("done_on", "") <= day.isoformat():
        return measure
    return {**{key: value for key, value in measure.items() if key != "done_on"}, "progress": "推进中"}


def _checked_by(day: datetime.date, check: dict[str, Any]) -> dict[str, Any]:
    if check["date"] <= day.isoformat():
        return check
    of_month = min(datetime.date.fromisoformat(check["date"]).day, day.day)
    return {**check, "date": day.replace(day=of_month).isoformat()}


def _typed(entry: Field, value: Any) -> Any:
    return datetime.date.fromisoformat(value) if entry.kind == "date" else value


def _load(path: Path) -> Any:
    """What a file of the content says. Each caller's own: whoever plays a year with it may change it."""
    return pickle.loads(_parsed(path))  # noqa: S301 - our own


@cache
def _parsed(path: Path) -> bytes:
    """The same, kept: to parse all files takes a tenth of a second, and the bureau is asked for in many places."""
    with path.open("rb") as stream:
        # The loader in C is many times as fast, and not in every build of the library.
        return pickle.dumps(yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506


@dataclass(frozen=True)
class SampleBureau:
    name: str
    period: str
    sign: str
    """What stands before the year in the numbers of its documents (机关代字)."""
    units: tuple[SampleUnit, ...]
    rounds: tuple[SampleRound, ...]
    meetings: tuple[SampleMeeting, ...]
    transfers: tuple[Transfer, ...]
    next_year: SampleNextYear

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

    def people_rows(self, moved: bool = False) -> list[dict[str, Any]]:
        """The people of all units as the office keeps them on its roster; `moved`: after the transfers of the year."""
        people = [{"unit": sample.unit.code, **person} for sample in self.units for person in sample.people]
        if moved:
            people = [row for person in people for row in self._places(person)]
        return [{"serial": number, **person} for number, person in enumerate(people, 1)]

    def _places(self, person: dict[str, Any]) -> list[dict[str, Any]]:
        """The rows of one person: one, and another in the new unit if he moved."""
        move = next((one for one in self.transfers if one.person == person["person"]), None)
        if move is None:
            return [person]
        return [
            {**person, "left_on": move.until},
            {**person, "unit": move.unit, "post": move.post, "came_on": move.since},
        ]


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
    at = {person["person"]: sample.unit.code for sample in units for person in sample.people}
    return SampleBureau(
        data["bureau"],
        data["period"],
        data["sign"],
        units,
        tuple(SampleRound(**_dated(entry)) for entry in data["rounds"]),
        tuple(SampleMeeting(**{**_dated(entry), "units": tuple(entry["units"])}) for entry in data["meetings"]),
        tuple(Transfer(left=at[entry["person"]], **_dated(entry)) for entry in data["transfers"]),
        SampleNextYear(**_dated(data["next_year"])),
    )


def _dated(entry: dict[str, Any]) -> dict[str, Any]:
    days = {"opens", "deadline", "filed_on", "day", "until", "since"}
    return {key: datetime.date.fromisoformat(value) if key in days else value for key, value in entry.items()}
