"""Marks: what a template is filled in with where the report has to know afterwards which figure, table or chart came to stand there.

To the template a value is the text that people read, so that it may be compared and counted. What is written for it is a mark: a number
between two signs that no document may hold. `Marks` turns what was written back into what it is of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lzxl.papers.figures import Figure
from lzxl.papers.told import Chart, Sentence, Table

OPEN, CLOSE = "\ufdd0", "\ufdd1"
"""Unicode's own for inner use: whatever else is filled in has lost them (`templates.plain_text`)."""
MARK = re.compile(f"{OPEN}([0-9]+){CLOSE}")


class Entries:
    """In the place of the table of all figures, which is known when it is known which the report has."""


Block = Table | Chart | Entries
Target = Figure | Sentence | Block


class Marked(str):
    """A text as the template sees it; what is written for it is its mark."""

    _mark: str

    @classmethod
    def of(cls, text: str, mark: str) -> Marked:
        made = cls(text)
        made._mark = mark
        return made

    def __html__(self) -> str:
        return self._mark


@dataclass
class Marks:
    """What the marks of one report are of, each with the name of its field."""

    targets: list[Target] = field(default_factory=list)

    def figure(self, figure: Figure) -> Marked:
        return self._put(figure, figure.shown)

    def words(self, pieces: Iterable[str | Figure], *sources: Figure) -> Marked | str:
        """A text whose numbers were read from these tables; "" for none."""
        sentence = Sentence(tuple(pieces), sources)
        return self._put(sentence, sentence.text) if sentence.text else ""

    def block(self, block: Block) -> Marked:
        """A table or a chart: it takes the place of the paragraph in which it is the only thing."""
        return self._put(block, "图" if isinstance(block, Chart) else "表")

    def _put(self, target: Target, text: str) -> Marked:
        self.targets.append(target)
        return Marked.of(text, f"{OPEN}{len(self.targets) - 1}{CLOSE}")

    def block_in(self, text: str) -> Block | None:
        """The table or chart that is all there is in a text."""
        found = MARK.fullmatch(text.strip())
        target = self.targets[int(found[1])] if found else None
        return target if isinstance(target, Block) else None

    def found_in(self, text: str) -> list[Target]:
        """What the marks in a text are of."""
        return [self.targets[int(found[1])] for found in MARK.finditer(text)]

    def blocks_in(self, text: str) -> list[str]:
        """The marks in a text that are of tables and charts."""
        return [found[0] for found in MARK.finditer(text) if isinstance(self.targets[int(found[1])], Block)]

    def shown(self, text: str, written: Callable[[str], str] = str) -> str:
        """The text with what people read in the places of marks, written so. Tables and charts have none."""
        return MARK.sub(lambda found: written(_shown(self.targets[int(found[1])])), text)

    def sentence(self, text: str, *, is_signed: bool = False) -> Sentence:
        """The paragraph that a text with marks is."""
        sources = [source for one in self.found_in(text) if isinstance(one, Sentence) for source in one.sources]
        return Sentence(tuple(self._pieces(text)), tuple(dict.fromkeys(sources)), is_signed)

    def _pieces(self, text: str) -> Iterator[str | Figure]:
        end = 0
        for found in MARK.finditer(text):
            if found.start() > end:
                yield text[end : found.start()]
            target, end = self.targets[int(found[1])], found.end()
            if isinstance(target, Figure):
                yield target
            elif isinstance(target, Sentence):
                yield from target.pieces
        if text[end:]:
            yield text[end:]


def figures_of(targets: Iterable[Target]) -> Iterator[Figure]:
    """Every figure that these have, again where it is there again."""
    for target in targets:
        if isinstance(target, Figure):
            yield target
        elif isinstance(target, Sentence):
            yield from (piece for piece in target.pieces if isinstance(piece, Figure))
            yield from target.sources
        elif isinstance(target, Table | Chart) and target.figure is not None:
            yield target.figure


def _shown(target: Target) -> str:
    if isinstance(target, Figure):
        return target.shown
    return target.text if isinstance(target, Sentence) else ""
