"""What schemas/vocabularies.yaml may say, and a form or a grading table of words of its own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, RootModel

from lzxl.forms.described.entries import Entry, Name, Text


class Word(Entry):
    """A word of a vocabulary."""

    word: Text
    definition: str = ""
    aliases: list[Text] = []
    near: list[Text] = []
    group: str = ""
    role: Name | None = None
    answered_by: Annotated[list[Text], Field(min_length=1)] | None = None


class VocabularyCodes(Entry):
    """Which findings the faults of a cell with this vocabulary are."""

    vocabulary: Text


class Vocabulary(Entry):
    """A closed list of words. `groups`: the vocabulary whose words the `group` of each word is one of.

    `answered_in`: the vocabulary whose words `answered_by` names.
    `judged`: the words grade or disclose something; each has a meaning, and none is near to what is none of them.
    """

    title: Text
    clause: Text
    order: Literal["gravest_first", "gravest_last"] | None = None
    codes: VocabularyCodes | None = None
    groups: str = ""
    answered_in: str = ""
    judged: bool = False
    words: Annotated[list[Word], Field(min_length=1)]


class VocabulariesFile(RootModel[dict[str, Vocabulary]]):
    """schemas/vocabularies.yaml: vocabularies by name."""

    model_config = ConfigDict(title="vocabularies")
