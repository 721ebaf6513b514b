"""What happened: every file that was looked at, and what became of it. SQLite, one transaction a step.

The workbooks in 收件 are the registry; the ledger only remembers. It is rebuilt from 收件 when it is gone.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

from lzxl.errors import OutputError
from lzxl.forms.text import whole_text


@dataclass(frozen=True)
class Receipt:
    """One file that came in, and how it stands now (`lzxl.campaign.verdicts`).

    `state`: accepted, returned, refused (unreadable), held (the office must look).
    """

    sha256: str
    received: str
    source: str
    unit: str
    form: str
    version: int
    state: str
    path: str
    reason: str
    errors: int
    warnings: int
    findings: str = ""
    """What is to be mended in a returned one, in a few digits (`lzxl.campaign.verdicts.digits_of`); else ""."""

    @property
    def verdict(self) -> str:
        """What its unit is to hear of it: what says the same again is no news."""
        return f"{self.state}:{self.findings}" if self.findings else self.state


_BROKEN = "收件台账无法打开：{path}。请检查磁盘和权限；确实损坏的可删去，下次收件时自动重建。"
_UNWRITABLE = "收件台账无法写入，请检查磁盘空间和权限后重试。"
_COLUMNS = ", ".join(entry.name for entry in fields(Receipt))


class Ledger:
    """The ledger of one campaign."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS receipts (sha256 TEXT, received TEXT, source TEXT, unit TEXT, form TEXT,"
                " version INTEGER, state TEXT, path TEXT, reason TEXT, errors INTEGER, warnings INTEGER,"
                " findings TEXT DEFAULT '', PRIMARY KEY (sha256))"
            )
            there = {row[1] for row in self._connection.execute("PRAGMA table_info(receipts)")}
            if "findings" not in there:  # a ledger of an earlier version
                self._connection.execute("ALTER TABLE receipts ADD COLUMN findings TEXT DEFAULT ''")
        except (sqlite3.Error, OSError) as error:
            raise OutputError(_UNWRITABLE if _is_disk_trouble(error) else _BROKEN.format(path=path)) from None

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block, or nothing of it. Raises OutputError when the disk does not take it."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            raise OutputError(_UNWRITABLE) from None

    def add(self, receipts: Iterable[Receipt]) -> None:
        """Enter receipts; one of a file that is known takes the place of the former."""
        marks = ", ".join("?" for _ in fields(Receipt))
        self._connection.executemany(
            f"INSERT OR REPLACE INTO receipts ({_COLUMNS}) VALUES ({marks})",  # noqa: S608 - our own column names
            [_storable(receipt) for receipt in receipts],
        )

    def receipts(self) -> list[Receipt]:
        """Every receipt, by day, unit, form and version."""
        rows = self.query(f"SELECT {_COLUMNS} FROM receipts ORDER BY received, unit, form, version, sha256")  # noqa: S608
        return [Receipt(*row) for row in rows]

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows that a statement gives. Raises OutputError when the file is broken or the disk does not take it."""
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise OutputError(_UNWRITABLE if _is_disk_trouble(error) else _BROKEN.format(path=self._path)) from None


def _is_disk_trouble(error: Exception) -> bool:
    """Whether the disk is full or fails: the ledger itself is sound then, and must not be thought damaged."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EIO)
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def _storable(receipt: Receipt) -> tuple[str | int, ...]:
    """A receipt as the database can hold it: a file name may have half a character."""
    return tuple(whole_text(value) if isinstance(value, str) else value for value in astuple(receipt))
