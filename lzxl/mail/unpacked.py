"""The files in archives that are gone through twice: each archive is unpacked once, and what is in it lies ready meanwhile."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lzxl.campaign.places import WORKING
from lzxl.campaign.sources import Arrived, from_file
from lzxl.files import output_to


class Unpacked:
    """Gives the files in files: first as they are unpacked, then as they lie in a working folder, and are gone from there.

    Their bytes are not held in memory: an archive may unfold to half a gigabyte.
    """

    def __init__(self, private: Path | None) -> None:
        """`private`: where a working folder may be made, which is there until `close`; None where nothing is gone through twice."""
        self._private = private
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._lying: dict[Path, list[tuple[Arrived, Path]]] = {}
        self._count = 0

    def files_in(self, file: Path, label: str) -> Iterator[Arrived]:
        """A file as it is, or the files in it if it is an archive (`lzxl.campaign.sources.from_file`)."""
        lying = self._lying.pop(file, None)
        if lying is not None:
            yield from self._given_back(lying)
        elif self._private is None:
            yield from from_file(file, label)
        else:
            yield from self._laid_ready(file, label, self._private)

    def close(self) -> None:
        """Nothing lies ready any more."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
        self._lying.clear()

    def _given_back(self, lying: list[tuple[Arrived, Path]]) -> Iterator[Arrived]:
        for arrived, path in lying:
            yield replace(arrived, data=path.read_bytes())
            path.unlink()

    def _laid_ready(self, file: Path, label: str, private: Path) -> Iterator[Arrived]:
        """The files in a file; those of an archive are laid ready as they are given."""
        lying: list[tuple[Arrived, Path]] = []
        for arrived in from_file(file, label):
            # What is neither in an archive nor one that cannot be opened is a plain file, and is only read again.
            if arrived.source != label or arrived.trouble:
                lying.append((replace(arrived, data=b""), self._put(arrived.data, private)))
            yield arrived
        if lying:  # not before the end: an archive that was not gone through to there is unpacked anew
            self._lying[file] = lying

    def _put(self, data: bytes, private: Path) -> Path:
        with output_to(private):
            if self._folder is None:
                self._folder = tempfile.TemporaryDirectory(prefix=WORKING, dir=private, ignore_cleanup_errors=True)
            self._count += 1
            path = Path(self._folder.name) / str(self._count)
            path.write_bytes(data)
        return path
