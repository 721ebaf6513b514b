"""What schemas/grading/*.yaml may say."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from lzxl.forms.described.entries import Entry, Name, Text
from lzxl.forms.described.vocabularies import Vocabulary


class Cell(Entry):
    """A cell of a grading table. `open`: the rules leave it open."""

    likelihood: Text
    severity: Text
    level: Text
    basis: Text
    open: bool = False


class Band(Entry):
    """The lowest product of scores that has a level."""

    level: Text
    lowest: Annotated[int, Field(ge=0, alias="from")]


class Scores(Entry):
    """Points by word."""

    likelihood: dict[str, int]
    severity: dict[str, int]


class OwnWords(Entry):
    """Words that a grading table has of its own."""

    likelihood: Vocabulary | None = None
    severity: Vocabulary | None = None
    level: Vocabulary | None = None


class GradingFile(Entry):
    """schemas/grading/<id>.yaml: every cell listed, or scores with bands for their products."""

    model_config = ConfigDict(title="grading")

    id: Name
    title: Text
    likelihood: str = "likelihood"
    severity: str = "severity"
    level: str = "level"
    principle: str = ""
    words: OwnWords = OwnWords()
    level_definitions: dict[str, str] = {}
    cells: Annotated[list[Cell], Field(min_length=1)] | None = None
    scores: Scores | None = None
    bands: Annotated[list[Band], Field(min_length=1)] | None = None
