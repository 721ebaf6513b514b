"""A small campaign whose warnings are filed in rounds, and what its units send on days of the year."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lzxl.campaign import clock
from lzxl.campaign.folder import Campaign
from lzxl.demo.filing import fill_in
from lzxl.demo.paper import Paper
from lzxl.forms.load import load_grading
from lzxl.workbook.writing.save import workbook_bytes
from tests.scenarios.books import lzxl, lzxl_json

from .office import open_campaign, samples, send

FORM = "warning_intake"
FIRST, SECOND = "第一季度", "第二季度"
IN_FIRST, LATE_FOR_FIRST, IN_SECOND = (
    datetime.date(2026, 11, 4),
    datetime.date(2026, 11, 12),
    datetime.date(2026, 11, 16),
)
ROUNDS = f"""
[[rounds]]
form = "{FORM}"
label = "{FIRST}"
opens = 2026-11-01
deadline = 2026-11-10

[[rounds]]
form = "{FORM}"
label = "{SECOND}"
opens = 2026-11-15
deadline = 2026-11-20

[[rounds]]
form = "{FORM}"
label = "第三季度"
opens = 2026-12-01
deadline = 2026-12-10
"""


class Year:
    """A campaign with rounds, and what its units send on days of the year."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, forms: Sequence[str] = (FORM,)) -> None:
        self.root = folder / "2026年度"
        self._folder = folder
        self._monkeypatch = monkeypatch
        self._sent = 0
        open_campaign(self.root, ("HB01", "HB02"), forms)
        self.set_rounds(ROUNDS)

    def set_rounds(self, text: str) -> None:
        path = self.root / "lzxl.toml"
        settings = path.read_text(encoding="utf-8").partition("\n[[rounds]]")[0]
        path.write_text(settings + text, encoding="utf-8")

    def on(self, day: datetime.date) -> Year:
        morning = datetime.datetime.combine(day, datetime.time(9), clock.BEIJING)
        self._monkeypatch.setattr(clock, "now", lambda: morning)
        return self

    def collect(self, day: datetime.date, *files: bytes, expect: Sequence[int] = (0,)) -> dict[str, Any]:
        self.on(day)
        self._sent += 1
        folder = send(self._folder / f"来件{self._sent}", **{f"表{number}": data for number, data in enumerate(files)})
        lzxl(self.root, "collect", str(folder), expect=expect)
        return self.status()

    def status(self) -> dict[str, Any]:
        return lzxl_json(self.root, "status")

    @property
    def campaign(self) -> Campaign:
        return Campaign(self.root)


def filed(
    rows: slice,
    label: str = "",
    code: str = "HB01",
    day: int = 3,
    form: str = FORM,
    spoil: Callable[[Paper], object] | None = None,
) -> bytes:
    """Some of a sample unit's rows as it files them. `label`: the round that its cover names, "" for none."""
    sample = samples()[code]
    sheet = "warnings" if form == FORM else "risk_points"
    desk = SimpleNamespace(grading=load_grading(), config=SimpleNamespace(period="2026年度"))
    content = {**sample.content, sheet: sample.content[sheet][rows]}
    paper = fill_in(desk, replace(sample, content=content), form)  # type: ignore[arg-type]
    paper.put_label("reported_on", datetime.date(2026, 11, day))
    if label:
        paper.put_label("period", f"2026年度（{label}）")
    if spoil is not None:
        spoil(paper)
    return workbook_bytes(paper.workbook)


def units(status: dict[str, Any], code: str = "HB01") -> list[tuple[str, str, int, bool]]:
    """(round, state, version, late) of a unit."""
    return [(one["round"], one["state"], one["version"], one["late"]) for one in status["units"] if one["unit"] == code]
