"""What schemas/clauses.yaml and schemas/owed.yaml may say: the clauses, and what answers each."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, RootModel

from lzxl.forms.described.entries import Entry, Name, Text


class Owed(Entry):
    """What a clause is answered with."""

    clause: Text
    owes: Text
    commands: Annotated[list[Name], Field(min_length=1)]
    papers: Annotated[list[Text], Field(min_length=1)]
    letters: list[Name] = []


class OwedFile(Entry):
    """schemas/owed.yaml: what each clause of the rules is answered with."""

    model_config = ConfigDict(title="owed")

    owed: Annotated[list[Owed], Field(min_length=1)]


class ClausesFile(RootModel[dict[str, str]]):
    """schemas/clauses.yaml: what each clause of the rules asks for, by its name."""

    model_config = ConfigDict(title="clauses")
