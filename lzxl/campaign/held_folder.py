"""The files in 待查, each under the beginning of its hash: laid there once, and taken away when it is filed."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from lzxl.campaign.folder import Campaign, safe_name
from lzxl.campaign.held import digest_of
from lzxl.campaign.places import HELD
from lzxl.files import output_to, writing
from lzxl.groups import grouped


class HeldFolder:
    """待查 for a run that holds the campaign's lock."""

    def __init__(self, campaign: Campaign) -> None:
        self._folder = campaign.folder(HELD)

    def lay(self, name: str, data: bytes, digest: str) -> None:
        """Lay a file there, unless it is there already: it may be 待查 itself that has come in again."""
        if self._copies(digest):
            return
        path = Path(name)
        # Behind the last dot of a name a whole sentence may stand: no ending has more than six signs.
        target = self._folder / f"{digest[:8]}_{safe_name(path.stem)}{path.suffix.lower()[:6]}"
        with writing(target) as temporary:
            temporary.write_bytes(data)
        self._listed.setdefault(digest[:8], []).append(target)

    def remove(self, digest: str) -> None:
        """Remove what has been filed, under whatever name it lies there."""
        for held in self._copies(digest):
            with output_to(held):
                held.unlink()
            self._listed[digest[:8]].remove(held)

    def _copies(self, digest: str) -> list[Path]:
        """The files with this content."""
        files = self._listed.get(digest[:8], ())
        return [file for file in files if file.is_file() and digest_of(file) == digest]

    @cached_property
    def _listed(self) -> dict[str, list[Path]]:
        """The files by the beginning of their names, which says what is in them. Listed once, however many come."""
        return grouped(sorted(self._folder.glob(f"{'?' * 8}_*")), lambda file: file.name[:8])
