"""A small bureau for the tests of intake: three units of the sample bureau, and what they send."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from lzxl.campaign.folder import Campaign, create_campaign
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.demo.bureau import SampleUnit, load_bureau
from lzxl.demo.filing import fill_in
from lzxl.demo.paper import Paper
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.staff import Staff
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.save import workbook_bytes

DEADLINE = datetime.date(2026, 11, 20)
IN_TIME = datetime.date(2026, 11, 18)
CODES = ("HB01", "HB02", "HB03")


@lru_cache(maxsize=1)
def samples() -> dict[str, SampleUnit]:
    return {sample.unit.code: sample for sample in load_bureau().units}


def write_roster(root: Path, codes: Iterable[str] = CODES, *, people: bool = False, **changes: str) -> None:
    """The roster of a campaign, with the units' `people` if wanted. `changes`: field name → value for the first unit."""
    (root / ROSTER_NAME).write_bytes(_roster(tuple(codes), tuple(changes.items()), people))


@lru_cache(maxsize=64)
def _roster(codes: tuple[str, ...], changes: tuple[tuple[str, str], ...], people: bool) -> bytes:
    form = load_form("unit_roster")
    workbook = build_workbook(form, load_grading())
    stamp_workbook(workbook, form, Stamp(form.id, form.version, "", "", "2026年度"))
    rows = [row for row in load_bureau().roster_rows() if row["code"] in codes]
    rows[0].update(changes)
    staff = [row for row in load_bureau().people_rows() if people and row["unit"] in codes]
    fill_workbook(workbook, form, {}, {"units": rows, "people": staff})
    return workbook_bytes(workbook)


def open_campaign(
    root: Path, codes: Iterable[str] = CODES, forms: Iterable[str] = ("warning_intake",), *, people: bool = False
) -> Campaign:
    """A campaign in `root` that asks the units for `forms`, and knows the units' `people` if wanted."""
    create_campaign(root, "云泽县生态环境局", "2026年度", DEADLINE)
    write_roster(root, codes, people=people)
    set_config(root, forms=str(list(forms)).replace("'", '"'))
    return Campaign(root)


def set_config(root: Path, **settings: str) -> None:
    """Replace settings of [campaign] in lzxl.toml; values as TOML writes them."""
    path = root / "lzxl.toml"
    lines = path.read_text(encoding="utf-8").splitlines()
    for name, value in settings.items():
        lines = [line for line in lines if not line.startswith(f"{name} =")]
        lines.insert(lines.index("[campaign]") + 1, f"{name} = {value}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@lru_cache(maxsize=64)
def filled(
    code: str,
    form: str = "warning_intake",
    day: int = 10,
    spoil: Callable[[Paper], Any] | None = None,
    staff: Staff | None = None,
) -> bytes:
    """A unit's filled workbook, dated `day` November; `spoil` makes it wrong. `staff`: the people whom its workbook knows."""
    paper = fill_in(_Desk(), samples()[code], form, staff)  # type: ignore[arg-type]
    paper.put_label("reported_on", datetime.date(2026, 11, day))
    if spoil is not None:
        spoil(paper)
    return workbook_bytes(paper.workbook)


class _Desk:
    """As much of a campaign as filling in needs."""

    grading = load_grading()

    config = SimpleNamespace(period="2026年度")


def no_channel(paper: Paper) -> None:
    """The first warning does not say where it came from: an error."""
    paper.put("warnings", "channel", 0, None)


def no_unit(paper: Paper) -> None:
    """Nothing in the file says whose it is."""
    stamp_workbook(paper.workbook, paper.form, Stamp(paper.form_id, paper.form.version, "", "", "2026年度"))
    paper.put_label("unit_code", None)
    paper.put_label("unit_name", None)


def send(root: Path, **files: bytes) -> Path:
    """A folder with files named as given, without their suffix."""
    root.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (root / f"{name}.xlsx").write_bytes(data)
    return root


def tree(root: Path, *folders: str) -> dict[str, bytes]:
    """Every file below `folders` of a campaign, with its bytes."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for folder in folders
        for path in sorted((root / folder).rglob("*"))
        if path.is_file()
    }


def ledger_rows(root: Path) -> list[tuple[Any, ...]]:
    """The whole ledger, in an order of its own."""
    connection = sqlite3.connect(root / ".lzxl" / "ledger.sqlite")
    try:
        return sorted(connection.execute("SELECT * FROM receipts"))
    finally:
        connection.close()
