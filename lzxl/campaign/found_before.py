"""What rules of one submission found in an earlier run, in .lzxl/cache: a file that has not changed is not judged twice.

It holds for the very content, form and round of a file, what its unit filed before, the day, and the campaign's settings and
roster as they are; a change of any of them, of the forms or of the program makes it void. Rules between submissions always run.
It may be deleted at any time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import lzxl
from lzxl.campaign.cache import beside, forms_and_reader, keep_beside
from lzxl.campaign.config import CONFIG_NAME
from lzxl.checks.context import Context
from lzxl.checks.judged_alone import Before, What
from lzxl.checks.report import Advice, Found
from lzxl.workbook.reading.plain import from_bytes, to_bytes

_ALSO_ALLOWED = {
    Found.__module__: {Found.__name__, Advice.__name__},
    Before.__module__: {Before.__name__, What.__name__},
}
_LIBRARIES = ("pandera", "polars")


class FoundBefore:
    """What was found of the files of one campaign: one file for all of them, read when it is first asked for."""

    def __init__(self, root: Path, name: str) -> None:
        """`root`: the campaign's folder; `name`: what tells these files from others of the campaign that are judged otherwise."""
        self._root = root
        self._file = f"{name}.found"
        self._context: Context | None = None
        self._basis = ""
        self._known: dict[str, Before] = {}

    def get(self, file: str, context: Context) -> Before | None:
        """What was found of a file, in the same surroundings; None if nothing is known."""
        return self._in(context).get(file)

    def put(self, found: Mapping[str, Before], context: Context) -> None:
        """Keep what was found of files by name, beside what was found of others."""
        known = {**self._in(context), **found}
        self._known = known
        keep_beside(self._root, self._file, to_bytes((self._basis, known)))

    def _in(self, context: Context) -> dict[str, Before]:
        """All that was found in the surroundings of a check."""
        if context is not self._context:  # asked for each of many files, and it takes a while to write all of it out
            self._context, basis = context, _basis(self._root, context)
            if basis != self._basis:
                self._basis, self._known = basis, self._load(basis)
        return self._known

    def _load(self, basis: str) -> dict[str, Before]:
        try:
            kept = from_bytes(beside(self._root, self._file).read_bytes(), _ALSO_ALLOWED)
            is_good = _is_kept(kept) and kept[0] == basis
        except Exception:  # not there, cut, or of something else: all is judged again
            return {}
        return kept[1] if is_good else {}


def _is_kept(kept: Any) -> bool:
    """Whether what was loaded is what `put` wrote."""
    if not isinstance(kept, tuple) or len(kept) != 2 or not isinstance(kept[1], dict):
        return False
    return all(
        isinstance(file, str) and isinstance(before, Before) and before.is_whole for file, before in kept[1].items()
    )


def _basis(root: Path, context: Context) -> str:
    """What a check of one submission rests on beside the submission, as a digest."""
    try:
        settings = (root / CONFIG_NAME).read_bytes()
    except OSError:
        settings = b""
    surroundings = (context.period, dict(context.units), context.people, context.today, dict(context.rounds))
    parts = (_program().encode(), settings, context.grading.id.encode(), repr(surroundings).encode(errors="replace"))
    digest = hashlib.sha256()
    for part in parts:
        # Each by its own hash: simply joined, the end of one part could as well be the beginning of the next.
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


@lru_cache(maxsize=1)
def _program() -> str:
    """What reads and judges: the forms, the reader, the rules and the libraries that they ask."""
    package = Path(lzxl.__file__).parent
    digest = hashlib.sha256(forms_and_reader().encode())
    for room in ("checks", "year"):
        for file in sorted((package / room).rglob("*.py")):
            digest.update(file.read_bytes())
    for library in _LIBRARIES:
        digest.update(_version_of(library).encode())
    return digest.hexdigest()


def _version_of(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:  # packed into a program of its own
        return ""
