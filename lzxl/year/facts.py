"""What the office's books are compared with: how the register stands, which warnings were proved, and which grades there are."""

from __future__ import annotations

from dataclasses import dataclass

from lzxl.year.decisions import Point, ProvedWarning


@dataclass(frozen=True)
class Facts:
    """What is known of the campaign beside the books themselves. `points` None: nothing is known of the register."""

    points: tuple[Point, ...] | None = None
    proved: tuple[ProvedWarning, ...] = ()
    grades: tuple[str, ...] = ()
    """The grades of the appraisal, best first; () if they are not known."""

    @property
    def registered(self) -> tuple[Point, ...]:
        """The points that are known to be registered."""
        return self.points or ()
