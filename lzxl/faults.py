"""One bad submission never stops a command: what breaks on it costs that one, and the trouble is kept for developers.

This is the one place that knows how. Whatever works on one submission is tried with `attempt`, whatever works on many
together with `spared`, which finds out on which of them it breaks. Both pass on what is no submission's fault: an
interruption, too little memory, a full disk, and every trouble that has a sentence for the user already.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
import traceback
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from lzxl.errors import LzxlError

FAULTS = "faults"
"""The folder below .lzxl where the details lie."""

Entry = TypeVar("Entry")
Result = TypeVar("Result")

# The machine's troubles, whatever file is worked on.
_OF_THE_MACHINE = frozenset(
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EROFS", "EIO", "EMFILE", "ENFILE", "ENOMEM", "EPIPE")
    if hasattr(errno, name)
)
# Runaway recursion has thousands of frames.
_LONGEST_TRACE = 64_000


@dataclass(frozen=True)
class Fault:
    """What a message may say of an unforeseen trouble: its kind, and where the details lie. Never its text: that may
    quote a cell.
    """

    kind: str
    place: str


def is_unforeseen(error: BaseException) -> bool:
    """Whether a trouble may be the fault of what was worked on. The frame library panics with a BaseException."""
    # ImportError: a broken installation breaks every file alike, and is none of theirs.
    if isinstance(error, LzxlError | KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError | ImportError):
        return False
    return not (isinstance(error, OSError) and error.errno in _OF_THE_MACHINE)


def attempt(work: Callable[[], Result], otherwise: Callable[[BaseException], Result]) -> Result:
    """What `work` gives; what `otherwise` makes of the trouble, if it breaks on what it works on."""
    try:
        return work()
    except BaseException as error:
        if not is_unforeseen(error):
            raise
        return otherwise(error)


def spared(
    entries: Sequence[Entry],
    work: Callable[[Sequence[Entry]], Result],
    instead: Callable[[Entry, BaseException], Entry],
) -> Result:
    """What `work` gives for all entries together, with `instead` in the place of each that it breaks on.

    `work` may be called many times, and takes any part of the entries, in their order. One culprit among n costs about
    as much again as working on all of them twice. Raises what `work` raises if it is the fault of no entry.
    """
    try:
        return work(entries)
    except BaseException as error:
        if not is_unforeseen(error):
            raise
        broken: BaseException = error
    kept = list(entries)
    culprits = _breaking_alone(entries, work, range(len(entries)), broken)
    for index, trouble in culprits:
        kept[index] = instead(entries[index], trouble)
    # What breaks on nothing, too, is the program's or the machine's fault: no unit is told that its file is bad.
    if len(culprits) == len(entries) and _fails(work, []) is not None:
        raise broken
    try:
        return work(kept)
    except BaseException as error:
        if not is_unforeseen(error):
            raise
    # Each of them is sound alone, and one of them is not beside the others.
    for index, trouble in _breaking_together(kept, work):
        kept[index] = instead(entries[index], trouble)
    return work(kept)


def _fails(work: Callable[[Sequence[Entry]], object], entries: Sequence[Entry]) -> BaseException | None:
    try:
        work(entries)
    except BaseException as error:
        if not is_unforeseen(error):
            raise
        return error
    return None


def _breaking_alone(
    entries: Sequence[Entry], work: Callable[[Sequence[Entry]], object], among: range, trouble: BaseException
) -> list[tuple[int, BaseException]]:
    """(number, trouble) of the entries that `work` breaks on, by halves. `trouble`: of all that are `among` together."""
    if len(among) == 1:
        return [(among[0], trouble)]
    found = []
    middle = len(among) // 2
    for half in (among[:middle], among[middle:]):
        error = _fails(work, [entries[index] for index in half]) if half else None
        if error is not None:
            found += _breaking_alone(entries, work, half, error)
    return found


def _breaking_together(
    entries: Sequence[Entry], work: Callable[[Sequence[Entry]], object]
) -> list[tuple[int, BaseException]]:
    """(number, trouble) of the entries that `work` breaks on beside those before them."""
    sound: list[Entry] = []
    found: list[tuple[int, BaseException]] = []
    waiting = [range(len(entries))]
    while waiting:
        part = waiting.pop()
        tried = [*sound, *(entries[index] for index in part)]
        error = _fails(work, tried)
        if error is None:
            sound = tried
        elif len(part) == 1:
            found.append((part[0], error))
        else:
            middle = len(part) // 2
            # The first half is taken next: what stands before stays, and what does not bear it goes.
            waiting += [part[middle:], part[:middle]]
    return found


def note(error: BaseException, folder: Path | None, about: Iterable[str]) -> Fault:
    """Keep the details of a trouble in a file that only the office's own account may read.

    `folder`: a campaign's folder of faults; None for a place of the system's own. `about`: what was worked on, by
    hashes and codes. The same trouble with the same thing has one file, however often it comes.
    """
    return keep(type(error).__name__, trace_of(error), folder, about)


def trace_of(error: BaseException) -> str:
    """Where it broke: the innermost frames, if there are very many."""
    return "".join(traceback.format_exception(error))[-_LONGEST_TRACE:]


def keep(kind: str, trace: str, folder: Path | None, about: Iterable[str]) -> Fault:
    """`note` for a trouble that another process had: its kind and its trace."""
    # A trace may quote half a character, which UTF-8 cannot write.
    text = "\n".join((*about, trace)).encode("utf-8", "backslashreplace")
    with suppress(OSError):
        place = folder or _own_folder()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = place / f"{hashlib.sha256(text).hexdigest()[:16]}.txt"
        # Its owner's alone from the first moment: a trace may quote a cell.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(text)
        return Fault(kind, f".lzxl/{FAULTS}/{path.name}" if folder is not None else str(path))
    return Fault(kind, "")


@lru_cache(maxsize=1)
def _own_folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="lzxl-faults-"))
