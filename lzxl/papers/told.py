"""What a report says, however it is set: parts of sentences, tables and charts, each with the figures of the summary that it is of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lzxl.papers.figures import Figure


@dataclass(frozen=True)
class Sentence:
    """A paragraph, or a part of one: words and figures in turn; `sources` are the tables that its other numbers were read from."""

    pieces: tuple[str | Figure, ...]
    sources: tuple[Figure, ...] = ()
    is_signed: bool = False
    """Whether it stands on the right, as who signs and the day do."""

    @property
    def text(self) -> str:
        return "".join(one if isinstance(one, str) else one.shown for one in self.pieces)


@dataclass(frozen=True)
class Table:
    """A table with its caption. `figure`: its entry, where it was taken over; `shares`: how wide its columns are."""

    caption: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figure: Figure | None = None
    shares: tuple[float, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()
    """Where each of `rows` stands in the summary, of a table that was taken over."""
    entries: tuple[Figure, ...] = ()
    """Of the table of all figures: the figure that each row is the entry of."""


@dataclass(frozen=True)
class Chart:
    """Stacked bars: of each row its label and a count for each of the series, which have a colour each."""

    title: str
    unit: str
    series: Mapping[str, str]
    rows: tuple[tuple[str, tuple[int, ...]], ...]
    figure: Figure

    @property
    def told(self) -> str:
        """What it shows, in words."""
        rows = []
        for label, counts in self.rows:
            pieces = [f"{name}{count}{self.unit}" for name, count in zip(self.series, counts, strict=True) if count]
            rows.append(f"{label}：{'，'.join(pieces) or '无'}")
        return f"条形图，按{'、'.join(self.series)}分段。{'；'.join(rows)}。"


Line = Sentence | Table | Chart


@dataclass(frozen=True)
class Part:
    """A heading with what stands below it; "" for what stands before the first."""

    heading: str
    lines: tuple[Line, ...]

    def __bool__(self) -> bool:
        return bool(self.heading or self.lines)


@dataclass(frozen=True)
class Told:
    """What the report says: its parts in order, as its template has them."""

    title: str
    parts: tuple[Part, ...]

    @property
    def lines(self) -> Iterator[Line]:
        return (line for part in self.parts for line in part.lines)

    @property
    def tables(self) -> list[Table]:
        return [line for line in self.lines if isinstance(line, Table)]

    @property
    def charts(self) -> list[Chart]:
        return [line for line in self.lines if isinstance(line, Chart)]

    @property
    def characters(self) -> int:
        """How long the text is, tables and charts apart."""
        return sum(len(line.text) for line in self.lines if isinstance(line, Sentence))

    @property
    def entries(self) -> tuple[Figure, ...]:
        """The figures in the order of their entries, which are numbered from 1; none where the template has no table of them."""
        return next((table.entries for table in self.tables if table.entries), ())
