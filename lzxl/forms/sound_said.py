"""What the files of `schemas/` say, as it is judged: files, forms and sheets that know their place, and mistakes in them.

What is judged here fits the models of `lzxl.forms.described` by itself; keys that may be left out may still be missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Place = tuple[str | int, ...]
"""Where something stands in a file: keys, and positions in lists."""
Said = Mapping[str, Any]
"""What the files say, by their names in the folder: "forms/appraisal.yaml" → its content."""
Vocabularies = Mapping[str, Mapping[str, Any]]
"""Vocabularies by name, as the files have them."""

# A list of what may be written is read as long as this; beyond it the file that has them is named.
_MOST_CHOICES = 30


@dataclass(frozen=True)
class Mistake:
    """A mistake in a file of `schemas/`; `text` says what is wrong and what would be right."""

    file: str
    place: Place
    text: str


@dataclass(frozen=True)
class Choice:
    """Of what one thing that is written must be: what it is called, what there is, and the file that has them."""

    what: str
    known: Iterable[str]
    where: str

    def judge(self, file: str, place: Place, written: str) -> Iterator[Mistake]:
        """A mistake, if what is written is none of what there is."""
        choices = list(self.known)
        if written in choices:
            return
        few = len(choices) <= _MOST_CHOICES
        hint = f"可写：{'、'.join(choices)}" if few else f"可写的见 {self.where}"
        yield Mistake(file, place, f"写的{self.what}“{written}”不存在，{hint}。")

    def judge_each(self, file: str, place: Place, written: Iterable[str]) -> Iterator[Mistake]:
        """A mistake for each entry of a list at a place that is none of what there is."""
        for position, entry in enumerate(written):
            yield from self.judge(file, (*place, position), entry)


def words_of(vocabulary: Mapping[str, Any]) -> list[str]:
    """The words of a vocabulary, in their order."""
    return [entry["word"] for entry in vocabulary["words"]]


def roles_in(vocabulary: Mapping[str, Any] | None) -> list[str]:
    """The roles that words of a vocabulary have, each once; none if there is no vocabulary."""
    words = vocabulary["words"] if vocabulary else ()
    return list(dict.fromkeys(word["role"] for word in words if "role" in word))


@dataclass(frozen=True)
class FormSaid:
    """A whole form (`lzxl.forms.sound.whole_form`) as its file says it, among what all files say."""

    file: str
    data: Mapping[str, Any]
    said: Said

    @property
    def title(self) -> str:
        """What the form is called."""
        return str(self.data["title"])

    @property
    def is_filed_by_units(self) -> bool:
        """Whether units fill it in, rather than the office."""
        return bool(self.data["filed_by"] == "each_unit")

    @cached_property
    def sheets(self) -> tuple[SheetSaid, ...]:
        """Its sheets, in their order."""
        return tuple(SheetSaid(self, number, sheet) for number, sheet in enumerate(self.data["sheets"]))

    @cached_property
    def sheet_names(self) -> list[str]:
        """The names of its sheets."""
        return [sheet.name for sheet in self.sheets]

    @property
    def main(self) -> SheetSaid | None:
        """The sheet that the form is for; None if the one that is named is not there, which is said by itself."""
        return next((sheet for sheet in self.sheets if sheet.name == self.data["main"]), None)

    @property
    def tables(self) -> list[SheetSaid]:
        """The sheets that are filled in row by row."""
        return [sheet for sheet in self.sheets if not sheet.is_cover]

    @property
    def covers(self) -> list[SheetSaid]:
        """The sheets of labelled cells."""
        return [sheet for sheet in self.sheets if sheet.is_cover]

    @cached_property
    def vocabularies(self) -> Vocabularies:
        """The vocabularies that its fields may name: those of all forms, and those that it brings."""
        return {**self.said["vocabularies.yaml"], **self.own_vocabularies}

    @property
    def own_vocabularies(self) -> Vocabularies:
        """The vocabularies that it brings for itself."""
        return self.data.get("words") or {}

    def mistake(self, place: Place, text: str) -> Mistake:
        """A mistake at a place of the file."""
        return Mistake(self.file, place, text)


@dataclass(frozen=True)
class SheetSaid:
    """A sheet of a form as the file says it. `number`: its position among the form's sheets."""

    form: FormSaid
    number: int
    data: Mapping[str, Any]

    @property
    def file(self) -> str:
        """The file of its form."""
        return self.form.file

    @property
    def name(self) -> str:
        """Its name within the form."""
        return str(self.data["name"])

    @property
    def is_cover(self) -> bool:
        """Whether it has labelled cells, no rows."""
        return bool(self.data["layout"] == "labels")

    @cached_property
    def fields(self) -> dict[str, Mapping[str, Any]]:
        """Its fields by name, as far as its workbook has them: no rule goes by those that are the office's."""
        return {entry["name"]: entry for entry in self.data["fields"] if entry.get("owner") != "office"}

    @property
    def rules(self) -> Mapping[str, Any]:
        """The rules that hold for it, by kind."""
        return self.data.get("rules") or {}

    @property
    def summary(self) -> Mapping[str, Any]:
        """What the summary shows of it."""
        return self.data.get("summary") or {}

    @property
    def columns_shown(self) -> Sequence[str]:
        """The fields that the summary shows of it; none are named where all are."""
        return self.summary.get("columns") or ()

    def fields_of_kind(self, *kinds: str) -> list[str]:
        """The names of its fields of these kinds."""
        return [name for name, entry in self.fields.items() if entry["kind"] in kinds]

    def place(self, *steps: str | int) -> Place:
        """A place within the sheet, in its file."""
        return ("sheets", self.number, *steps)

    def place_of_field(self, name: str, *steps: str | int) -> Place:
        """The place of a field, or a place within it."""
        names = [entry["name"] for entry in self.data["fields"]]
        return self.place("fields", names.index(name), *steps)

    def mistake(self, steps: Place, text: str) -> Mistake:
        """A mistake at a place within the sheet."""
        return Mistake(self.file, self.place(*steps), text)

    def judge_field(self, name: str, *steps: str | int, among: Iterable[str] | None = None) -> Iterator[Mistake]:
        """A mistake at a place within the sheet, if the field that is named there is none of the sheet's, or none `among` these."""
        known = self.fields if among is None else among
        yield from Choice("字段", known, self.file).judge(self.file, self.place(*steps), name)


def forms_in(said: Said) -> list[FormSaid]:
    """The forms among what the files say, in the order of the files."""
    return [FormSaid(file, data, said) for file, data in said.items() if is_form(file)]


def is_form(file: str) -> bool:
    """Whether a file of `schemas/` is a form's."""
    return file.startswith("forms/")


def repeated(names: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The names that stand before as well, with their positions."""
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            yield number, name
        seen.add(name)
