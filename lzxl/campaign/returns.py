"""The marked returns in 退回: where each is, how it is written, and what becomes of those that must not go out any more."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Sequence
from contextlib import suppress
from pathlib import Path

from lzxl.campaign import clock
from lzxl.campaign.cache import passwords_of
from lzxl.campaign.facts import told_decisions
from lzxl.campaign.folder import Campaign
from lzxl.campaign.places import RETURNED, WORKING
from lzxl.campaign.rounds import title_of
from lzxl.campaign.store import Stored
from lzxl.checks.run import Checked
from lzxl.errors import ConfigError
from lzxl.files import output_to, writing
from lzxl.forms.grading import GradingTable
from lzxl.forms.roster import Unit
from lzxl.forms.staff import Staff, staff_of
from lzxl.year.decisions import Told

OUTDATED, VOID = "已有新版", "已作废"
"""Below a unit's folder in 退回: marked returns of versions that a newer one has taken the place of; and of those that are
not to be mended any more, since the roster, a setting or another form has changed."""

_RETURN_NAME = re.compile(r"_第(\d{2,9})版_退回\.xlsx$")


def return_path(campaign: Campaign, unit: Unit, form: str, label: str, version: int, is_outdated: bool = False) -> Path:
    """Where the marked return of a version is while it is the latest one of its round (`label`), and when it is not any more."""
    folder = campaign.unit_folder(RETURNED, unit)
    return (folder / OUTDATED if is_outdated else folder) / return_name(unit.code, form, label, version)


def return_name(code: str, form: str, label: str, version: int) -> str:
    return f"{title_of(form, label)}_{code}_第{version:02d}版_退回.xlsx"


def return_to(campaign: Campaign, stored: Stored, checked: Checked, target: Path) -> None:
    """Write the marked return of an original in 收件 to `target` (`write_return_as_it_came`)."""
    root = campaign.root
    staff = staff_of(stored.unit, campaign.people, clock.today())
    decided = told_decisions(campaign, stored.unit, [checked.submission])
    write_return_as_it_came(checked, campaign.grading, target, stored.path, root, root / ".lzxl", staff, decided)


def put_aside(campaign: Campaign, current: Collection[Path], latest: Collection[Stored]) -> None:
    """Move every return that must not be sent any more into a folder of its own: all but `current`.

    `latest`: the latest originals; a return of an earlier version goes to the outdated ones. Nothing is written over.
    """
    newest = {_stem(return_name(one.unit.code, one.form, one.round, one.version)): one.version for one in latest}
    # No deeper: what lies in folders of the units' folders was put aside before.
    for path in sorted(campaign.folder(RETURNED).glob("*/*.xlsx")):
        named = _RETURN_NAME.search(path.name)
        if named is None or path in current:
            continue
        is_outdated = int(named[1]) < newest.get(_stem(path.name), 0)
        target = path.parent / OUTDATED / path.name if is_outdated else _free(path.parent / VOID / path.name)
        if not target.exists():
            with suppress(OSError):  # open in a spreadsheet program, say: the next run moves it
                target.parent.mkdir(exist_ok=True)
                path.rename(target)


def _stem(name: str) -> str:
    """The name of a return without its version."""
    return name.rpartition("_第")[0]


def _free(path: Path) -> Path:
    """A name that is not taken."""
    taken, number = path, 2
    while taken.exists():
        taken, number = path.with_stem(f"{path.stem}_{number}"), number + 1
    return taken


def write_return_as_it_came(
    checked: Checked,
    grading: GradingTable,
    target: Path,
    original: Path,
    root: Path | None,
    private: Path | None = None,
    staff: Staff | None = None,
    decided: Sequence[Told] = (),
) -> None:
    """Write the marked return of `checked`, which is the file `original`, to `target`.

    `root`: the campaign's folder, whose passwords are tried; None outside of one. `private`: where what is not encrypted
    yet may lie for a moment; None for the system's own place. `staff`: the unit's people, None if they are not known;
    `decided`: what it says of decisions. Raises ConfigError if no password opens the original any more (nothing is
    written then), OutputError if the disk does not take it.
    """
    from lzxl.workbook.reading.encrypted import lock
    from lzxl.workbook.reading.sandbox import keepsake_reader, password_of
    from lzxl.workbook.writing.mark import write_return

    submission = checked.submission
    if not submission.is_locked:
        with keepsake_reader() as reader:
            keepsakes = reader.read(original)
        write_return(submission, checked.findings, grading, target, keepsakes=keepsakes, staff=staff, decided=decided)
        return
    passwords = passwords_of(root)
    password = password_of(original, passwords) if passwords else None
    if password is None:
        raise ConfigError(
            f"{submission.file} 报来时有打开密码，现在没有能打开它的密码，退回件不能照样加密，未写。"
            "请照收件时那样提供密码，再运行一次。",
            code="return_without_password",
            file=submission.file,
        )
    # Never in clear at `target`, not even for a moment: a run that is cut short must leave nothing there to be sent.
    with output_to(target), tempfile.TemporaryDirectory(prefix=WORKING, dir=private) as folder:
        plain = Path(folder) / "return.xlsx"
        with keepsake_reader() as reader:
            keepsakes = reader.read(original, (password,))
        write_return(submission, checked.findings, grading, plain, keepsakes=keepsakes, staff=staff, decided=decided)
        locked = lock(plain.read_bytes(), password)
    with writing(target) as temporary:
        temporary.write_bytes(locked)
