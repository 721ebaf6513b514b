"""Writes a marked return as its original came: encrypted, if that was, with the same password."""

from __future__ import annotations

import tempfile
from pathlib import Path

from lzxl.campaign.cache import passwords_of
from lzxl.campaign.places import WORKING
from lzxl.checks.run import Checked
from lzxl.errors import ConfigError
from lzxl.files import output_to, writing
from lzxl.forms.grading import GradingTable


def write_return_as_it_came(
    checked: Checked,
    grading: GradingTable,
    target: Path,
    original: Path,
    root: Path | None,
    private: Path | None = None,
) -> None:
    """Write the marked return of `checked`, which is the file `original`, to `target`.

    `root`: the campaign's folder, whose passwords are tried; None outside of one. `private`: where what is not encrypted
    yet may lie for a moment; None for the system's own place. Raises ConfigError if no password opens the original any
    more (nothing is written then), OutputError if the disk does not take it.
    """
    from lzxl.workbook.reading.encrypted import lock
    from lzxl.workbook.reading.sandbox import password_of
    from lzxl.workbook.writing.mark import write_return

    submission = checked.submission
    if not submission.is_locked:
        write_return(submission, checked.findings, grading, target)
        return
    passwords = passwords_of(root)
    password = password_of(original, passwords) if passwords else None
    if password is None:
        raise ConfigError(
            f"{submission.file} 报来时有打开密码，现在没有能打开它的密码，退回件不能照样加密，没有写。"
            "请照收件时那样提供密码，再运行一次。"
        )
    # Never in clear at `target`, not even for a moment: a run that is cut short must leave nothing there to be sent.
    with output_to(target), tempfile.TemporaryDirectory(prefix=WORKING, dir=private) as folder:
        plain = Path(folder) / "return.xlsx"
        write_return(submission, checked.findings, grading, plain)
        locked = lock(plain.read_bytes(), password)
    with writing(target) as temporary:
        temporary.write_bytes(locked)
