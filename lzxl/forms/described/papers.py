"""What schemas/papers.yaml may say of the kinds of papers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from lzxl.forms.described.entries import Entry, Name, Text


class PaperFollows(Entry):
    """What makes a paper due: exactly one of these."""

    mandate: Literal[True] | None = None
    sent_with: Text | None = None
    state: Name | None = None
    nil_revoked: Literal[True] | None = None
    decided: Annotated[list[Name], Field(min_length=1)] | None = None
    graded: Literal[True] | None = None
    ranked: Literal[True] | None = None
    published: Literal[True] | None = None
    made_with: Name | None = None
    reported: Literal[True] | None = None
    asked: Literal["person", "power"] | None = None


class PaperRoom(Entry):
    """How much of a page a paper's table may take: lines, and characters in a line of its columns."""

    lines: Annotated[int, Field(gt=0)]
    headline: Annotated[int, Field(gt=1)]
    measure: Annotated[int, Field(gt=1)]


class Paper(Entry):
    """A kind of paper. `content: never`: it tells nothing of the matter but its number."""

    name: Name
    title: Text
    series: Text | None = None
    content: Literal["never"] | None = None
    follows: PaperFollows
    room: PaperRoom | None = None
    public: Literal[True] | None = None


class PapersFile(Entry):
    """schemas/papers.yaml: the papers that the office sends, and what each follows."""

    model_config = ConfigDict(title="papers")

    clause: Text
    papers: Annotated[list[Paper], Field(min_length=1)]
    steps: list[Text] = []
