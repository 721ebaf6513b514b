"""Loads `schemas/` and checks it: every mistake in a schema is named with its file before anything else runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from lzxl.data import data_folder
from lzxl.errors import ConfigError
from lzxl.forms.findings import SEVERITIES, Catalogue, Rule
from lzxl.forms.grading import GradingTable, build_table
from lzxl.forms.model import Field, Form, Kind, Sheet, Vocabulary, Word

FORM_IDS = ("risk_register", "warning_ledger", "appraisal", "unit_roster")
DEFAULT_SCHEME = "rules"
UNIT_FORM_IDS = ("risk_register", "warning_ledger", "appraisal")

_given: dict[str, Any] = {}
"""Forms by id and scheme, and the catalogue of findings, where another process has loaded them."""


def given_to_children(schemes: Iterable[str]) -> dict[str, Any]:
    """What a child process needs of `schemas/`: it takes a pickle of this in a hundredth of the time of loading them.

    `schemes`: the grading tables that it will read workbooks for.
    """
    forms = {f"{form_id}/{scheme}": load_form(form_id, scheme) for scheme in schemes for form_id in FORM_IDS}
    return {**forms, _CATALOGUE: load_catalogue()}


def take_given(given: dict[str, Any]) -> None:
    """Use what `given_to_children` gave in the parent; nothing may have been loaded before."""
    _given.update(given)


_CATALOGUE = "findings"


def _read(path: Path) -> Any:
    import yaml

    try:
        with path.open("rb") as stream:
            return yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except FileNotFoundError:
        raise ConfigError(f"找不到表单定义文件 {path.name}，请重新安装 lzxl。") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"表单定义文件 {path.name} 写法有误：{str(error).splitlines()[0]}") from None


@lru_cache(maxsize=8)
def load_vocabularies(folder: Path | None = None) -> Mapping[str, Vocabulary]:
    """Every vocabulary by name. Raises ConfigError if one is empty or a text stands for two words."""
    data = _read((folder or data_folder("schemas")) / "vocabularies.yaml")
    vocabularies = {}
    for name, entry in data.items():
        try:
            vocabularies[name] = _vocabulary(name, entry)
        except (KeyError, TypeError) as error:
            raise ConfigError(f"表单定义文件 vocabularies.yaml 的“{name}”缺少或写错了：{error}") from None
    return vocabularies


def _vocabulary(name: str, data: Mapping[str, Any]) -> Vocabulary:
    words = tuple(
        Word(
            str(entry["word"]),
            str(entry.get("definition", "")),
            tuple(str(alias) for alias in entry.get("aliases", ())),
            tuple(str(text) for text in entry.get("near", ())),
            str(entry.get("group", "")),
        )
        for entry in data["words"]
    )
    vocabulary = Vocabulary(
        name, str(data["title"]), str(data["clause"]), words, data.get("order", ""), data.get("codes", {})
    )
    if not words:
        raise ConfigError(f"词表“{vocabulary.title}”没有词。")
    for word in words:
        for text in (word.word, *word.aliases):
            if vocabulary.find(text) != word.word:
                raise ConfigError(f"词表“{vocabulary.title}”的“{text}”同时对应两个词。")
        for text in word.near:
            if vocabulary.find(text) is not None:
                raise ConfigError(f"词表“{vocabulary.title}”的“{text}”已是词或别名，不能又算近似写法。")
    return vocabulary


@lru_cache(maxsize=64)
def load_form(form_id: str, scheme: str = DEFAULT_SCHEME, folder: Path | None = None) -> Form:
    """The form `form_id`, with the words of the grading table `scheme` for likelihood, severity and level.

    Raises ConfigError with the file and place of any mistake in its description.
    """
    if folder is None and f"{form_id}/{scheme}" in _given:
        given: Form = _given[f"{form_id}/{scheme}"]
        return given
    form = _described(form_id, folder)
    words = _words_of(scheme, folder)
    if not form.is_graded or all(load_vocabularies(folder)[name] is one for name, one in words.items()):
        return form
    return replace(form, scheme=scheme, sheets=tuple(_with_words(sheet, words) for sheet in form.sheets))


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


@lru_cache(maxsize=16)
def _described(form_id: str, folder: Path | None) -> Form:
    root = folder or data_folder("schemas")
    path = root / "forms" / f"{form_id}.yaml"
    data = _read(path)
    vocabularies = load_vocabularies(folder)
    try:
        sheets = tuple(_sheet(entry, vocabularies, f"表单定义文件 {path.name}") for entry in data["sheets"])
        form = Form(
            id=data["id"],
            title=data["title"],
            version=str(data["version"]),
            accepts=tuple(str(version) for version in data["accepts"]),
            stage=data["stage"],
            clause=data["clause"],
            paper=data["paper"],
            main=data["main"],
            sheets=sheets,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"表单定义文件 {path.name} 缺少或写错了：{error}") from None
    _check_form(form, path.name)
    return form


def load_forms(scheme: str = DEFAULT_SCHEME, folder: Path | None = None) -> dict[str, Form]:
    """Every form by id, in the order of the year's work."""
    return {form_id: load_form(form_id, scheme, folder) for form_id in FORM_IDS}


def _sheet(data: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary], file: str) -> Sheet:
    standard = data.get("standard_rows", {})
    where = f"{file} 的“{data.get('title', data.get('name', '?'))}”"
    try:
        return Sheet(
            name=data["name"],
            title=data["title"],
            layout=data["layout"],
            clause=data["clause"],
            fields=tuple(_field(entry, vocabularies, where) for entry in data["fields"]),
            aliases=tuple(data.get("aliases", ())),
            key=data.get("key", ""),
            subject=tuple(data.get("subject", ())),
            capacity=data.get("capacity", 200),
            note=data.get("note", ""),
            auxiliary={role: tuple(titles) for role, titles in data.get("auxiliary", {}).items()},
            standard_columns=tuple(standard.get("columns", ())),
            standard_rows=tuple(tuple(row) for row in standard.get("rows", ())),
        )
    except KeyError as error:
        raise ConfigError(f"{where}缺少 {error.args[0]}。") from None


_FIELD_KEYS = {entry.name: entry.default is MISSING and entry.default_factory is MISSING for entry in fields(Field)}
"""Every key of a field in a form's description → whether it must be there."""


def _field(data: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary], where: str) -> Field:
    place = f"{where}的“{data.get('title', data.get('name', '?'))}”"
    lacking = [key for key, needed in _FIELD_KEYS.items() if needed and key not in data]
    unknown = [str(key) for key in data if key not in _FIELD_KEYS]
    if lacking or unknown:
        raise ConfigError(f"{place}{'缺少' if lacking else '有不认识的项'} {'、'.join(lacking or unknown)}。")
    values = dict(data)
    name = values.get("vocabulary")
    if name is not None:
        if name not in vocabularies:
            raise ConfigError(f"{place}引用的词表“{name}”不存在。")
        values["vocabulary"] = vocabularies[name]
    values["aliases"] = tuple(str(alias) for alias in values.get("aliases", ()))
    return Field(**values)


def _check_form(form: Form, file: str) -> None:
    """What a form's description must keep, beyond being complete."""
    if form.main not in form.by_name:
        raise ConfigError(f"表单定义文件 {file} 的 main“{form.main}”不是其中的工作表。")
    for sheet in form.sheets:
        where = f"表单定义文件 {file} 的“{sheet.title}”"
        names = [entry.name for entry in sheet.fields]
        if len(set(names)) != len(names):
            raise ConfigError(f"{where}有重复的字段名。")
        owner: dict[str, str] = {}
        for entry in sheet.fields:
            if entry.kind not in get_args(Kind):
                raise ConfigError(f"{where}的“{entry.title}”类型“{entry.kind}”不存在。")
            if entry.kind in ("choice", "choices", "level") and entry.vocabulary is None:
                raise ConfigError(f"{where}的“{entry.title}”没有指定词表。")
            for key in entry.header_keys:
                other = owner.setdefault(key, entry.title)
                if other != entry.title:
                    raise ConfigError(f"{where}的“{entry.title}”与“{other}”有相同的别名。")
            if entry.counts and entry.counts not in form.by_name:
                raise ConfigError(f"{where}的“{entry.title}”要数的工作表“{entry.counts}”不存在。")
        for name in (*sheet.subject, *([sheet.key] if sheet.key else ()), *sheet.standard_columns):
            if name not in sheet.by_name:
                raise ConfigError(f"{where}提到不存在的字段“{name}”。")
        for row in sheet.standard_rows:
            if len(row) != len(sheet.standard_columns):
                raise ConfigError(f"{where}的标准行“{row[0]}”列数不对。")


@lru_cache(maxsize=4)
def grading_schemes(folder: Path | None = None) -> tuple[str, ...]:
    """The ids of the grading tables that come with lzxl."""
    return tuple(sorted(path.stem for path in ((folder or data_folder("schemas")) / "grading").glob("*.yaml")))


@lru_cache(maxsize=16)
def load_grading(
    scheme: str = DEFAULT_SCHEME, open_cells: str | None = None, folder: Path | None = None
) -> GradingTable:
    """The grading table `scheme`, checked total and monotone.

    `open_cells`: level for the cells the rules leave open, None for the one the file names. Raises ConfigError.
    """
    root = folder or data_folder("schemas")
    path = root / "grading" / f"{scheme}.yaml"
    if not path.is_file():
        raise ConfigError(f"没有名为“{scheme}”的分级表，可用：{'、'.join(grading_schemes(folder))}。")
    data = _read(path)
    return build_table(data, _own_words(path.name, data, load_vocabularies(folder)), open_cells)


def _own_words(file: str, data: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]) -> Mapping[str, Vocabulary]:
    """The vocabularies as a grading table has them: it may bring its own words, or other definitions of the levels."""
    try:
        own = {name: _vocabulary(name, entry) for name, entry in data.get("words", {}).items()}
        definitions = {str(word): str(text) for word, text in data.get("level_definitions", {}).items()}
        levels = {**vocabularies, **own}[data.get("level", "level")]
        strange = [word for word in definitions if word not in levels.allowed]
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"分级表 {file} 的用词缺少或写错了：{error}") from None
    if strange:
        raise ConfigError(f"分级表 {file} 解释了不存在的等级：{'、'.join(strange)}。")
    if definitions:
        words = tuple(replace(word, definition=definitions.get(word.word, word.definition)) for word in levels.words)
        own[levels.name] = replace(levels, words=words)
    return {**vocabularies, **own}


@lru_cache(maxsize=4)
def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Every rule code with its texts. Raises ConfigError if an entry is incomplete."""
    if folder is None and _CATALOGUE in _given:
        given: Catalogue = _given[_CATALOGUE]
        return given
    data = _read((folder or data_folder("schemas")) / "findings.yaml")
    rules = {}
    for code, entry in data.items():
        try:
            rule = Rule(
                code,
                entry["title"],
                entry["severity"],
                entry["message"],
                entry["fix"],
                entry["basis"],
                entry.get("action", "review"),
            )
        except KeyError as error:
            raise ConfigError(f"问题目录中的“{code}”缺少 {error.args[0]}。") from None
        if rule.severity not in SEVERITIES:
            raise ConfigError(f"问题目录中“{code}”的级别“{rule.severity}”不存在。")
        rules[code] = rule
    return Catalogue(rules)
