"""What happened: every file that was looked at, and what became of it. SQLite, one transaction a step.

The workbooks in 收件 are the registry; the ledger only remembers. It is rebuilt from 收件 when it is gone.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from lzxl.campaign.rows import Table
from lzxl.errors import OutputError
from lzxl.states import FileState


@dataclass(frozen=True)
class Receipt:
    """One file that came in, and how it stands now (`lzxl.campaign.verdicts`).

    `state`: one of `lzxl.states.FOUND`, or HELD; WAITING between its coming in and the end of the run.
    """

    sha256: str
    received: str
    source: str
    unit: str
    form: str
    version: int
    state: FileState
    path: str
    reason: str
    errors: int
    warnings: int
    findings: str = ""
    """What is to be mended in a returned one, in a few digits (`lzxl.campaign.verdicts.digits_of`); else ""."""
    round: str = ""
    """The folder of a round in which it lies in 收件 (`lzxl.campaign.store.round_of`); "" if in none."""

    @property
    def verdict(self) -> str:
        """What its unit is to hear of it: what says the same again is no news."""
        return f"{self.state}:{self.findings}" if self.findings else self.state


_Kind = TypeVar("_Kind")

_BROKEN = "收件台账无法打开：{path}。请检查磁盘和权限；确实损坏的可删去，下次收件时自动重建。"
_UNWRITABLE = "收件台账无法写入，请检查磁盘空间和权限后重试。"
RECEIPTS = Table(Receipt, "receipts", "sha256")
_INDEXES = {
    "receipts_by_version": "receipts (unit, form, version)",
    "receipts_by_source": "receipts (source)",
    "receipts_by_state": "receipts (state)",
}


def _opened(path: Path) -> sqlite3.Connection:
    """A connection to the database at `path`. What is none is not kept open: the office is told to delete it."""
    # Transactions are begun here alone: left to itself, sqlite3 begins one before some statements only.
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # Whoever only reads (today, status) is not kept waiting by a run that writes.
        connection.execute("PRAGMA journal_mode = WAL")
        # What was entered is there after a power cut: a letter that went out must not go out again.
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()  # Windows would not let anybody delete a file that is open
        raise
    return connection


class Ledger:
    """The ledger of one campaign."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = _opened(path)
        except (sqlite3.Error, OSError) as error:
            raise OutputError(
                _UNWRITABLE if _is_disk_trouble(error) else _BROKEN.format(path=path), code="register_unusable"
            ) from None
        try:
            self._prepare((RECEIPTS,), _INDEXES)
        except BaseException:
            self.close()
            raise

    def _prepare(self, tables: Iterable[Table[Any]], indexes: Mapping[str, str]) -> None:
        """Make the tables that are not there, and what a ledger of an earlier version has not of them."""
        for table in tables:
            self.query(table.created)
            there = {row[1] for row in self.query(f"PRAGMA table_info({table.name})")}
            for name in table.names:
                if name not in there:
                    self.query(table.added(name))
        for name, columns in indexes.items():
            self.query(f"CREATE INDEX IF NOT EXISTS {name} ON {columns}")

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block, or nothing of it. Raises OutputError when the disk does not take it."""
        try:
            # Immediate: who has read and then wants to write may be refused at once, without any waiting.
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            raise OutputError(_UNWRITABLE, code="register_unwritable") from None

    def add(self, receipts: Iterable[Receipt]) -> None:
        """Enter receipts; one of a file that is known takes the place of the former."""
        self._connection.executemany(RECEIPTS.put, [RECEIPTS.stored(receipt) for receipt in receipts])

    def receipt(self, sha256: str) -> Receipt | None:
        """What is known of a file by its content."""
        return self._first(RECEIPTS, "sha256 = ?", sha256)

    def receipt_from(self, source: str) -> Receipt | None:
        """The one that a source has brought, as the run that entered it called it."""
        return self._first(RECEIPTS, "source = ?", source)

    def receipt_of(self, unit: str, form: str, kept: str, version: int) -> Receipt | None:
        """That of a version of a submission. `kept`: the folder of its round, "" for none."""
        return self._first(RECEIPTS, "unit = ? AND form = ? AND round = ? AND version = ?", unit, form, kept, version)

    def forget_waiting(self) -> None:
        """Nothing is known any more of what a run has entered that was ended before it could judge it: it lies in 收件, and
        the next run that takes in enters it anew. For the beginning of a run."""
        if self.receipts_waiting():  # a disk that takes nothing stops no run that has nothing to write
            self.query("DELETE FROM receipts WHERE state = ? AND version > 0", (FileState.WAITING,))

    def receipts_held(self) -> list[Receipt]:
        """Those of files that wait for the office."""
        return self._select(RECEIPTS, "state = ? ORDER BY received, sha256", FileState.HELD)

    def receipts_waiting(self) -> list[Receipt]:
        """Those of files in 收件 that no run has judged yet."""
        return self._select(
            RECEIPTS, "state = ? AND version > 0 ORDER BY unit, form, round, version, sha256", FileState.WAITING
        )

    def receipts(self) -> list[Receipt]:
        """All of them, by day."""
        return self._select(RECEIPTS, "1 ORDER BY received, unit, form, round, version, sha256")

    def receipts_of(self, unit: str) -> list[Receipt]:
        """Those of all that a unit has filed, by day, form and version."""
        return self._select(RECEIPTS, "unit = ? AND version > 0 ORDER BY received, form, version, sha256", unit)

    def _first(self, table: Table[_Kind], where: str, *values: object) -> _Kind | None:
        """The one row that a condition names; None if there is none."""
        return next(iter(self._select(table, f"{where} LIMIT 1", *values)), None)

    def _select(self, table: Table[_Kind], where: str, *values: object) -> list[_Kind]:
        """The rows that a condition names."""
        rows = self.query(f"SELECT {table.columns} FROM {table.name} WHERE {where}", values)  # noqa: S608 - our own names
        return self._read(table.read, rows)

    def _read(self, read: Callable[[Any], _Kind], rows: Iterable[Any]) -> list[_Kind]:
        """Rows as values. Raises OutputError for a state that is no word of ours."""
        try:
            return [read(row) for row in rows]
        except ValueError:
            raise OutputError(_BROKEN.format(path=self._path), code="register_unusable") from None

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        """The rows that a statement gives. Raises OutputError when the file is broken or the disk does not take it."""
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise OutputError(
                _UNWRITABLE if _is_disk_trouble(error) else _BROKEN.format(path=self._path), code="register_unusable"
            ) from None


def _is_disk_trouble(error: Exception) -> bool:
    """Whether the disk is full or fails: the ledger itself is sound then, and must not be thought damaged."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EIO)
    # Extended codes, such as that of a failed write, have the plain one in their last byte.
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)


def marks(values: Sequence[str]) -> str:
    """So many question marks."""
    return ", ".join("?" for _ in values)
