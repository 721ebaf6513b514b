"""Makes forms, vocabularies, grading tables and findings of what `schemas/` says, which is judged first (`lzxl.forms.known_sound`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from lzxl.data import schemas_folder
from lzxl.errors import ConfigError
from lzxl.forms.findings import Catalogue, Rule
from lzxl.forms.grading import GradingTable, build_table
from lzxl.forms.known_sound import require_sound
from lzxl.forms.model import Carried, Field, Form, Sheet
from lzxl.forms.parts import made
from lzxl.forms.rules import WORDS_NAMED, Rules
from lzxl.forms.shown import Shown, Tally
from lzxl.forms.vocabulary import Vocabulary, Word
from lzxl.forms.whole import whole_form

DEFAULT_SCHEME = "rules"

_given: dict[str, Any] = {}
"""Forms by id and scheme, and the catalogue of findings, where another process has loaded them."""


def given_to_children(schemes: Iterable[str]) -> dict[str, Any]:
    """What a child process needs of `schemas/`: it takes a pickle of this in a hundredth of the time of loading them.

    `schemes`: the grading tables that it will read workbooks for.
    """
    forms = {f"{form_id}/{scheme}": load_form(form_id, scheme) for scheme in schemes for form_id in form_ids()}
    return {**forms, _CATALOGUE: load_catalogue()}


def use_given(given: dict[str, Any]) -> None:
    """Use what `given_to_children` gave in the parent; nothing may have been loaded before."""
    _given.update(given)


_CATALOGUE = "findings"


def read_sound(folder: Path, name: str) -> Any:
    """The content of the file `name` of a folder of descriptions, all of which are sound. Raises ConfigError otherwise."""
    import yaml

    path = folder / name
    if not path.is_file():
        raise ConfigError(f"找不到表单定义文件 {name}，请重新安装 lzxl。", code="schema_not_found", name=name)
    require_sound(folder)
    # In bytes: as a text it would be read by the computer's own code page.
    with path.open("rb") as stream:
        # libyaml's loader is by far the faster, and is not in every build of PyYAML.
        return yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe


@lru_cache(maxsize=8)
def load_vocabularies(folder: Path | None = None) -> Mapping[str, Vocabulary]:
    """Every vocabulary by name. Raises ConfigError if a file of `schemas/` is not sound."""
    data = read_sound(schemas_folder(folder), "vocabularies.yaml")
    return {name: _vocabulary(name, entry) for name, entry in data.items()}


def _vocabulary(name: str, data: Mapping[str, Any]) -> Vocabulary:
    words = tuple(_word(entry) for entry in data["words"])
    return Vocabulary(
        name,
        data["title"],
        data["clause"],
        words,
        data.get("order", ""),
        data.get("codes", {}),
        data.get("groups", ""),
        data.get("answered_in", ""),
        judged=data.get("judged", False),
    )


def form_ids(folder: Path | None = None) -> tuple[str, ...]:
    """The ids of all forms, each a file in `schemas/forms`, in the order of their places."""
    return tuple(form.id for form in _in_order(folder))


def unit_form_ids(folder: Path | None = None) -> tuple[str, ...]:
    """Those of the forms that units file."""
    return tuple(form.id for form in _in_order(folder) if form.filed_by == "each_unit")


def book_ids(folder: Path | None = None) -> tuple[str, ...]:
    """Those of the forms that the office keeps as books in the campaign's folder."""
    return tuple(form.id for form in _in_order(folder) if form.file)


def book_with(rule: str, folder: Path | None = None) -> str:
    """The id of the office's book that has a sheet for which a kind of rule holds (`lzxl.forms.rules`)."""
    return next(form.id for form in _in_order(folder) if form.file and form.ruled_by(rule))


@lru_cache(maxsize=4)
def _in_order(folder: Path | None) -> tuple[Form, ...]:
    if folder is None and _given:
        forms = {entry.id: entry for entry in _given.values() if isinstance(entry, Form)}
    else:
        files = (schemas_folder(folder) / "forms").glob("*.yaml")
        forms = {path.stem: _described(path.stem, folder) for path in files}
    # Two of one place stand by their names, not as a folder happens to list them.
    return tuple(sorted(forms.values(), key=lambda form: (form.place, form.id)))


def _word(data: Mapping[str, Any]) -> Word:
    answers = tuple(data.get("answered_by", ()))
    return Word(
        data["word"],
        data.get("definition", "").replace("{answered_by}", "、".join(answers)),
        tuple(data.get("aliases", ())),
        tuple(data.get("near", ())),
        data.get("group", ""),
        data.get("role", ""),
        answers,
    )


def answers_in(name: str) -> dict[str, tuple[str, ...]]:
    """Word → the words of the vocabulary `name` that answer it, for the words of every vocabulary that is answered there."""
    return {
        word: answers
        for vocabulary in load_vocabularies().values()
        if vocabulary.answered_in == name
        for word, answers in vocabulary.answers.items()
    }


@lru_cache(maxsize=64)
def load_form(form_id: str, scheme: str = DEFAULT_SCHEME, folder: Path | None = None) -> Form:
    """The form `form_id`, with the words of the grading table `scheme` for likelihood, severity and level.

    Raises ConfigError with file, line and place of every mistake in `schemas/`.
    """
    if folder is None and f"{form_id}/{scheme}" in _given:
        given: Form = _given[f"{form_id}/{scheme}"]
        return given
    form = _described(form_id, folder)
    words = _words_of(scheme, folder)
    # The same object for every table whose words are the usual ones: what it remembers is worked out once.
    if not _uses(form, words) or all(load_vocabularies(folder)[name] is one for name, one in words.items()):
        return form
    return replace(form, scheme=scheme, sheets=tuple(_with_words(sheet, words) for sheet in form.sheets))


def _uses(form: Form, words: Mapping[str, Vocabulary]) -> bool:
    """Whether a form has fields with the words that a grading table may bring along."""
    return any(vocabulary.name in words for vocabulary in form.vocabularies)


def _words_of(scheme: str, folder: Path | None) -> dict[str, Vocabulary]:
    """The vocabularies in the forms whose place the grading table's own take."""
    grading = load_grading(scheme, folder=folder)
    return {"likelihood": grading.likelihood, "severity": grading.severity, "level": grading.level}


def _with_words(sheet: Sheet, words: Mapping[str, Vocabulary]) -> Sheet:
    """A sheet whose fields use `words` in place of the vocabularies of those names."""
    return replace(
        sheet,
        fields=tuple(
            replace(entry, vocabulary=words.get(entry.vocabulary.name, entry.vocabulary)) if entry.vocabulary else entry
            for entry in sheet.fields
        ),
    )


@lru_cache(maxsize=4)
def _shared_cover(folder: Path) -> Mapping[str, Any]:
    cover: Mapping[str, Any] = read_sound(folder, "cover.yaml")
    return cover


@lru_cache(maxsize=16)
def _described(form_id: str, folder: Path | None) -> Form:
    schemas = schemas_folder(folder)
    data = whole_form(read_sound(schemas, f"forms/{form_id}.yaml"), _shared_cover(schemas))
    own = {name: _vocabulary(name, entry) for name, entry in (data.get("words") or {}).items()}
    vocabularies = {**load_vocabularies(folder), **own}
    return Form(
        id=data["id"],
        title=data["title"],
        short_name=data["short_name"],
        filed_by=data["filed_by"],
        place=data["place"],
        version=data["version"],
        accepts=tuple(data["accepts"]),
        formerly=tuple(data.get("formerly", ())),
        stage=data["stage"],
        clause=data["clause"],
        paper=data["paper"],
        main=data["main"],
        sheets=tuple(_sheet(entry, vocabularies) for entry in data["sheets"]),
        file=data.get("file", ""),
        adds_up=data.get("rounds") == "add",
    )


def load_forms(scheme: str = DEFAULT_SCHEME, folder: Path | None = None) -> dict[str, Form]:
    """Every form by id, in the order of the year's work."""
    return {form_id: load_form(form_id, scheme, folder) for form_id in form_ids(folder)}


def _sheet(data: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]) -> Sheet:
    standard = data.get("standard_rows", {})
    described = tuple(_field(entry, vocabularies) for entry in data["fields"])
    # The office's fields are in no workbook, no value and no rule of units: told apart here, they cannot slip in.
    fields = tuple(entry for entry in described if entry.owner != "office")
    return Sheet(
        name=data["name"],
        title=data["title"],
        layout=data["layout"],
        clause=data["clause"],
        fields=tuple(_with_words_named(entry, fields) for entry in fields),
        office_fields=tuple(entry for entry in described if entry.owner == "office"),
        aliases=tuple(data.get("aliases", ())),
        optional=data.get("optional", False),
        key=data.get("key", ""),
        subject=tuple(data.get("subject", ())),
        capacity=data.get("capacity", 200),
        note=data.get("note", ""),
        auxiliary={role: tuple(titles) for role, titles in data.get("auxiliary", {}).items()},
        standard_columns=tuple(standard.get("columns", ())),
        standard_rows=tuple(tuple(row) for row in standard.get("rows", ())),
        rules=made(Rules, data.get("rules") or {}),
        carried=_carried(data["carried"]) if "carried" in data else None,
        shown=_shown(data["summary"]) if "summary" in data else None,
    )


def _shown(data: Mapping[str, Any]) -> Shown:
    tally = data.get("tally")
    return Shown(
        title=data["title"],
        columns=tuple(data.get("columns", ())),
        tally=_tally(tally) if tally else None,
        evaluated_as=data.get("evaluated_as"),
    )


def _tally(data: Mapping[str, Any]) -> Tally:
    apart = data.get("apart")
    return Tally(data["title"], tuple(data.get("by", ())), (apart["field"], apart["role"]) if apart else None)


def _carried(data: Mapping[str, Any]) -> Carried:
    return Carried(
        fields=tuple(data.get("fields", ())),
        ended={name: tuple(words) for name, words in data.get("ended", {}).items()},
        within_period=tuple(data.get("within_period", ())),
        with_the_day=tuple(data.get("with_the_day", ())),
    )


def _with_words_named(entry: Field, fields: Iterable[Field]) -> Field:
    """A field whose help says the words themselves where the file names the role that they have."""
    if "{" not in entry.help:
        return entry
    vocabularies = {other.name: other.vocabulary for other in fields}

    def words(match: re.Match[str]) -> str:
        vocabulary = vocabularies[match.group(1)]
        return "、".join(vocabulary.in_role(match.group(2))) if vocabulary is not None else ""

    return replace(entry, help=WORDS_NAMED.sub(words, entry.help))


def _field(data: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]) -> Field:
    values = dict(data)
    if "vocabulary" in values:
        values["vocabulary"] = vocabularies[values["vocabulary"]]
    values["aliases"] = tuple(values.get("aliases", ()))
    return Field(**values)


@lru_cache(maxsize=4)
def grading_schemes(folder: Path | None = None) -> tuple[str, ...]:
    """The ids of the grading tables that come with lzxl."""
    return tuple(sorted(path.stem for path in (schemas_folder(folder) / "grading").glob("*.yaml")))


@lru_cache(maxsize=16)
def load_grading(
    scheme: str = DEFAULT_SCHEME, open_cells: str | None = None, folder: Path | None = None
) -> GradingTable:
    """The grading table `scheme`, checked total and monotone.

    `open_cells`: level for the cells the rules leave open, None for the one the file names. Raises ConfigError.
    """
    if scheme not in grading_schemes(folder):
        raise ConfigError(
            f"没有名为“{scheme}”的分级表，可用：{'、'.join(grading_schemes(folder))}。",
            code="scheme_unknown",
            scheme=scheme,
        )
    data = read_sound(schemas_folder(folder), f"grading/{scheme}.yaml")
    return build_table(data, _own_words(data, load_vocabularies(folder)), open_cells)


def _own_words(data: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]) -> Mapping[str, Vocabulary]:
    """The vocabularies as a grading table has them: it may bring its own words, or other definitions of the levels."""
    own = {name: _vocabulary(name, entry) for name, entry in data.get("words", {}).items()}
    definitions = data.get("level_definitions", {})
    levels = {**vocabularies, **own}[data.get("level", "level")]
    if definitions:
        words = tuple(replace(word, definition=definitions.get(word.word, word.definition)) for word in levels.words)
        own[levels.name] = replace(levels, words=words)
    return {**vocabularies, **own}


@lru_cache(maxsize=4)
def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Every rule code with its texts. Raises ConfigError if a file of `schemas/` is not sound."""
    if folder is None and _CATALOGUE in _given:
        given: Catalogue = _given[_CATALOGUE]
        return given
    data = read_sound(schemas_folder(folder), "findings.yaml")
    return Catalogue(
        {
            code: Rule(
                code,
                entry["title"],
                entry["severity"],
                entry["message"],
                entry["fix"],
                entry["basis"],
                entry.get("action", "review"),
                entry.get("rows", ""),
                entry.get("told_to", "everybody"),
                entry.get("phrases", {}),
            )
            for code, entry in data.items()
        }
    )
