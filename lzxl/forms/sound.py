"""Whether the files of `schemas/` are sound: each says only what it may, and whatever one says of another is there.

A mistake is told with the file, the line, the place, what is written there and what may be written. Files that are
known to be sound, by the digest in schemas/sound.sha256, are not judged again: that costs more than reading them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lzxl.errors import ConfigError
from lzxl.forms.roster import ROSTER_FIELDS, ROSTER_FORM
from lzxl.forms.rules import COVER, ON_COVERS, WORDS_NAMED, Played, Rules, parts_in, roles_asked
from lzxl.forms.shown import NEEDED, NEEDED_ON_COVER, OWN_SHEETS
from lzxl.forms.text import compact, fold

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

DIGEST = "sound.sha256"
_MOST_TOLD = 10

Place = tuple[str | int, ...]
"""Where something stands in a file: keys, and positions in lists."""
Said = Mapping[str, Any]
"""What the files say, by their names in the folder: "forms/appraisal.yaml" → its content."""


@dataclass(frozen=True)
class Mistake:
    """A mistake in a file of `schemas/`; `text` says what is wrong and what would be right."""

    file: str
    place: Place
    text: str


@lru_cache(maxsize=8)
def require_sound(folder: Path) -> None:
    """Judge the files of `folder`, once a process, unless they are known to be sound.

    Raises ConfigError that names up to ten mistakes, one a line.
    """
    texts = texts_of(folder)
    known = folder / DIGEST
    if known.is_file() and known.read_text("utf-8").strip() == digest_of(texts):
        return
    mistakes = judge(texts)
    if mistakes:
        lines = [_told(mistake, texts.get(mistake.file, b"")) for mistake in mistakes[:_MOST_TOLD]]
        if len(mistakes) > _MOST_TOLD:
            lines.append(f"还有{len(mistakes) - _MOST_TOLD}处，改好以上各处后再看。")
        raise ConfigError("\n".join(lines), code="schema_unsound")


def texts_of(folder: Path) -> dict[str, bytes]:
    """The YAML files of `folder` by their names in it, in the order of the names."""
    paths = sorted(folder.rglob("*.yaml"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def digest_of(texts: Mapping[str, bytes]) -> str:
    """SHA-256 of names and contents, the same whatever ends the lines (a checkout may change that)."""
    digest = hashlib.sha256()
    for name, text in texts.items():
        content = text.replace(b"\r\n", b"\n")
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def judge(texts: Mapping[str, bytes]) -> list[Mistake]:
    """Every mistake in the files."""
    said: dict[str, Any] = {}
    mistakes: list[Mistake] = []
    for file, text in texts.items():
        try:
            said[file] = _parsed(text)
        except ValueError as error:
            mistakes.append(Mistake(file, (), f"写法有误，{error}。"))
    return mistakes or judge_said(said)


def _parsed(text: bytes) -> Any:
    """What a file says. Raises ValueError with what is wrong if it is no YAML."""
    import yaml

    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第{mark.line + 1}行附近" if mark else ""
        raise ValueError(f"{line}不是 YAML（{getattr(error, 'problem', None) or error}）") from None


def judge_said(said: Said) -> list[Mistake]:
    """Every mistake in what the files say, those of a file by itself first: only of sound files is asked how they fit."""
    from lzxl.forms import described

    models: dict[str, type[BaseModel]] = {
        "vocabularies.yaml": described.VocabulariesFile,
        "findings.yaml": described.FindingsFile,
        "appraisal.yaml": described.AppraisalFile,
        "clauses.yaml": described.ClausesFile,
        "cover.yaml": described.CoverFile,
    }
    folders: dict[str, type[BaseModel]] = {"forms": described.FormFile, "grading": described.GradingFile}
    mistakes = [Mistake(file, (), "找不到这个文件，请重新安装 lzxl。") for file in models if file not in said]
    for file, data in said.items():
        model = models.get(file) or folders.get(file.partition("/")[0])
        if model is None:
            mistakes.append(Mistake(file, (), "这里不应有这个文件，请移走。"))
        else:
            mistakes += _of_one(file, data, model)
    if mistakes:
        return mistakes
    whole = {file: whole_form(data, said["cover.yaml"]) if _is_form(file) else data for file, data in said.items()}
    found = dict.fromkeys(_where_written(mistake, said) for mistake in (*_words_apart(said), *_between(whole)))
    return list(found)


def _is_form(file: str) -> bool:
    return file.startswith("forms/")


def whole_form(form: Mapping[str, Any], cover: Mapping[str, Any]) -> dict[str, Any]:
    """A form as its file says it, with the fields of the cover that all forms share before those of its own."""
    sheets = [
        {**sheet, "fields": [*cover["fields"], *sheet["fields"]]} if sheet["layout"] == "labels" else sheet
        for sheet in form["sheets"]
    ]
    return {**form, "sheets": sheets}


def _where_written(mistake: Mistake, said: Said) -> Mistake:
    """A mistake in a whole form at its place in the file that says it: the form's own, or the one of the cover."""
    match mistake.place:
        case ("sheets", int(number), "fields", int(position), *rest) if _is_form(mistake.file):
            sheet, shared = said[mistake.file]["sheets"][number], len(said["cover.yaml"]["fields"])
            if sheet["layout"] == "labels" and position < shared:
                return Mistake("cover.yaml", ("fields", position, *rest), mistake.text)
            if sheet["layout"] == "labels":
                return Mistake(mistake.file, ("sheets", number, "fields", position - shared, *rest), mistake.text)
    return mistake


# One file by itself


def _of_one(file: str, data: Any, model: type[BaseModel]) -> list[Mistake]:
    from pydantic import ValidationError

    try:
        model.model_validate(data)
    except ValidationError as error:
        return [Mistake(file, _place(data, entry["loc"]), _sentence(entry, model)) for entry in _errors(error)]
    return []


def _errors(error: ValidationError) -> Iterator[Mapping[str, Any]]:
    """What pydantic found, of the branches of an alternative only the first."""
    seen = set()
    for entry in error.errors(include_url=False):
        place = tuple(step for step in entry["loc"] if step not in ("str", "int", "float"))
        if place not in seen:
            seen.add(place)
            yield {**entry, "loc": place}


def _place(data: Any, loc: Iterable[str | int]) -> Place:
    """The part of a place that is there in the data: of a key that is missing, the mapping that lacks it."""
    place: list[str | int] = []
    for step in loc:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            break
        place.append(step)
    return tuple(place)


_TYPES = {
    "string_type": "应是文字，数字要加引号",
    "int_type": "应是整数",
    "float_type": "应是数字",
    "bool_type": "应写 true 或 false",
    "list_type": "应是一列，如 [甲、乙]",
    "dict_type": "应是各项名目及其内容",
    "model_type": "应是各项名目及其内容",
    "string_too_short": "不能空着",
    "too_short": "不能空着",
}


def _sentence(entry: Mapping[str, Any], model: type[BaseModel]) -> str:
    from lzxl.forms.described import allowed_at

    loc, kind = entry["loc"], entry["type"]
    if kind == "missing":
        return f"缺少 {loc[-1]}。"
    if kind == "extra_forbidden":
        return f"有不认识的项 {loc[-1]}，可写的项：{'、'.join(allowed_at(model, loc[:-1]))}。"
    written = "写法有误"
    if isinstance(entry["input"], str | int | float):
        written = f"写的是“{entry['input']}”"
    elif not entry["input"]:
        return "不能空着。"
    if kind == "literal_error":
        return f"{written}，可写：{'、'.join(allowed_at(model, loc))}。"
    if kind in _TYPES:
        return f"{written}，{_TYPES[kind]}。"
    context = entry.get("ctx", {})
    limits = {"ge": "不小于", "gt": "大于", "le": "不大于", "lt": "小于"}
    told = [f"应{limits[name]}{context[name]}" for name in limits if name in context]
    if "error" in context:
        told.append(str(context["error"]))
    if "pattern" in context:
        told.append("应是小写英文字母、数字和下划线，以字母开头")
    return f"{written}，{'，'.join(told) or '不合要求'}。"


# What one place says of another


def _between(said: Said) -> Iterator[Mistake]:
    """Mistakes between files that are sound by themselves."""
    for file, data in said.items():
        check_clause = partial(_unknown, file, said["clauses.yaml"], "条款", "clauses.yaml")
        yield from _clauses(data, (), check_clause)
        if file.startswith("forms/"):
            yield from _form(file, data, said)
        elif file.startswith("grading/"):
            yield from _grading(file, data, said["vocabularies.yaml"])
    yield from _vocabularies(said)
    yield from _forms_apart(said)
    yield from _summary(said)
    yield from _roster(said)
    there = [entry["name"] for entry in said["cover.yaml"]["fields"]]
    lacking = [name for name in COVER if name not in there]
    if lacking:
        yield Mistake("cover.yaml", ("fields",), f"缺少 {'、'.join(lacking)}，收件、核对时要凭这些字段。")


def _unknown(file: str, known: Iterable[str], what: str, where: str, place: Place, written: str) -> Iterator[Mistake]:
    """A mistake, if what is written is none of the known; they are few enough to be listed, or else `where` has them."""
    choices = list(known)
    if written not in choices:
        hint = f"可写：{'、'.join(choices)}" if len(choices) <= 30 else f"可写的见 {where}"
        yield Mistake(file, place, f"写的{what}“{written}”不存在，{hint}。")


def _clauses(data: Any, place: Place, check: Callable[[Place, str], Iterator[Mistake]]) -> Iterator[Mistake]:
    """Every clause that the data cites, however deep: the value of a key clause, and of a finding's basis."""
    if isinstance(data, dict):
        is_finding = "severity" in data and "fix" in data
        for key, value in data.items():
            if isinstance(value, str) and (key == "clause" or (key == "basis" and is_finding)):
                yield from check((*place, key), value)
            else:
                yield from _clauses(value, (*place, key), check)
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _clauses(value, (*place, number), check)


def _words(vocabulary: Mapping[str, Any]) -> list[str]:
    return [entry["word"] for entry in vocabulary["words"]]


def _known_words(said: Said, form: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The vocabularies by name: those of all forms, and those that `form` brings."""
    return {**said["vocabularies.yaml"], **((form or {}).get("words") or {})}


def _vocabularies(said: Said) -> Iterator[Mistake]:
    """The common vocabularies, and those that a form brings for itself, which have other names."""
    common = said["vocabularies.yaml"]
    for name, vocabulary in common.items():
        yield from _vocabulary("vocabularies.yaml", (name,), vocabulary, common, said)
    for file, form in said.items():
        if file.startswith("forms/"):
            for name, vocabulary in (form.get("words") or {}).items():
                place: Place = ("words", name)
                if name in common:
                    yield Mistake(file, place, f"词表“{name}”在 vocabularies.yaml 里已经有了，请另取一个名。")
                yield from _vocabulary(file, place, vocabulary, _known_words(said, form), said)


def _vocabulary(
    file: str, place: Place, vocabulary: Mapping[str, Any], known: Mapping[str, Any], said: Said
) -> Iterator[Mistake]:
    asked = sorted(roles_asked() | _roles_said(said))
    if "codes" in vocabulary:
        code = vocabulary["codes"]["vocabulary"]
        at: Place = (*place, "codes", "vocabulary")
        yield from _unknown(file, said["findings.yaml"], "问题代码", "findings.yaml", at, code)
    groups, answers = vocabulary.get("groups", ""), vocabulary.get("answered_in", "")
    for key in ("groups", "answered_in"):
        if vocabulary.get(key):
            yield from _unknown(file, known, "词表", file, (*place, key), vocabulary[key])
    for number, word in enumerate(vocabulary["words"]):
        if groups in known or "group" in word:
            at = (*place, "words", number, *(["group"] if "group" in word else []))
            there = _words(known[groups]) if groups in known else ()
            yield from _unknown(file, there, "归属（group）", groups, at, word.get("group", ""))
        for position, answer in enumerate(word.get("answered_by", ())):
            at = (*place, "words", number, "answered_by", position)
            there = _words(known[answers]) if answers in known else ()
            yield from _unknown(file, there, "词", answers or "answered_in", at, answer)
        if "role" in word:
            at = (*place, "words", number, "role")
            yield from _unknown(file, asked, "角色（role）", "lzxl/forms/rules.py", at, word["role"])


def _words_apart(said: Said) -> Iterator[Mistake]:
    """Words of one vocabulary that cannot be told from each other, in the common vocabularies and in those of a table or a form."""
    for name, vocabulary in said["vocabularies.yaml"].items():
        yield from _texts_of_words("vocabularies.yaml", vocabulary, (name,))
    for file, data in said.items():
        if file.startswith(("grading/", "forms/")):
            for name, vocabulary in (data.get("words") or {}).items():
                yield from _texts_of_words(file, vocabulary, ("words", name))


def _texts_of_words(file: str, vocabulary: Mapping[str, Any], place: Place) -> Iterator[Mistake]:
    """No text may stand for two words, nor be both a way of writing a word and a mistake for one."""
    meaning: dict[str, str] = {}
    for number, entry in enumerate(vocabulary["words"]):
        for text in (entry["word"], *entry.get("aliases", ())):
            if meaning.setdefault(fold(text) or compact(text), entry["word"]) != entry["word"]:
                yield Mistake(file, (*place, "words", number), f"“{text}”同时对应两个词，请只留一处。")
    for number, entry in enumerate(vocabulary["words"]):
        if vocabulary.get("judged") and (entry.get("near") or not entry.get("definition")):
            yield Mistake(
                file, (*place, "words", number), f"这些词由填报人判断，“{entry['word']}”要写明含义，不能有近似写法。"
            )
        for text in entry.get("near", ()):
            if (fold(text) or compact(text)) in meaning:
                yield Mistake(file, (*place, "words", number, "near"), f"“{text}”已是词或别名，不能又算近似写法。")


def _grading(file: str, data: Mapping[str, Any], vocabularies: Mapping[str, Any]) -> Iterator[Mistake]:
    """A grading table's words. Whether it is total and monotone is proved when it is built (`lzxl.forms.grading`)."""
    known = {**vocabularies, **data.get("words", {})}
    words: dict[str, list[str]] = {}
    for role in ("likelihood", "severity", "level"):
        name = data.get(role, role)
        yield from _unknown(file, known, "词表", "vocabularies.yaml", (role,), name)
        words[role] = _words(known[name]) if name in known else []
    for word in data.get("level_definitions", {}):
        yield from _unknown(file, words["level"], "等级", file, ("level_definitions", word), word)
    for key in ("cells", "bands"):
        for number, entry in enumerate(data.get(key, ())):
            for role in words.keys() & entry.keys():
                yield from _unknown(file, words[role], "词", file, (key, number, role), entry[role])
    for role, scores in data.get("scores", {}).items():
        for word in scores:
            yield from _unknown(file, words[role], "词", file, ("scores", role, word), word)
    if ("cells" in data) == ("bands" in data) or ("bands" in data) != ("scores" in data):
        yield Mistake(file, (), "应写 cells，或同时写 scores 和 bands。")


_NOT_IN_FILE_NAMES = '\\/:*?"<>|'


def _forms_apart(said: Said) -> Iterator[Mistake]:
    """No name that a form may be called by is another's too, and no two have one place."""
    names: dict[str, str] = {}
    places: dict[int, str] = {}
    forms = {file: form for file, form in said.items() if file.startswith("forms/")}
    for file, form in sorted(forms.items(), key=lambda entry: entry[1]["place"]):
        for key, what in (("id", "标识"), ("title", "名称"), ("short_name", "简称")):
            owner = names.setdefault(fold(form[key]), form["title"])
            if owner != form["title"]:
                yield Mistake(file, (key,), f"写的{what}“{form[key]}”已经用于《{owner}》，请另取一个。")
        owner = places.setdefault(form["place"], form["title"])
        if owner != form["title"]:
            taken = "、".join(str(data["place"]) for data in forms.values())
            yield Mistake(
                file, ("place",), f"写的次序“{form['place']}”已经用于《{owner}》，请另写一个数，已用的：{taken}。"
            )


def _as_a_whole(file: str, form: Mapping[str, Any]) -> Iterator[Mistake]:
    """What a form must be for workbooks to be made of it and to be known again."""
    unfit = [sign for sign in form["title"] if sign in _NOT_IN_FILE_NAMES]
    if unfit:
        yield Mistake(file, ("title",), f"表名“{form['title']}”要用作文件名，不能有 {unfit[0]} 。")
    tables = [sheet["name"] for sheet in form["sheets"] if sheet["layout"] == "table"]
    if form["main"] in [sheet["name"] for sheet in form["sheets"] if sheet["layout"] == "labels"]:
        yield Mistake(
            file, ("main",), f"写的“{form['main']}”是封面，应是逐行填写的工作表：{'、'.join(tables) or '一张也没有'}。"
        )
    for number, sheet in enumerate(form["sheets"]):
        if sheet["layout"] == "table" and not sheet.get("subject"):
            names = "、".join(entry["name"] for entry in sheet["fields"])
            at: Place = ("sheets", number)
            yield Mistake(file, at, f"缺少 subject：要写明至少填了哪一栏才算一行，凭它认表头和数据行，可写：{names}。")
    has_cover = len(tables) < len(form["sheets"])
    if form["filed_by"] == "each_unit" and not has_cover:
        yield Mistake(file, ("filed_by",), "各单位填报的表要有封面（layout: labels），写明是哪个单位、哪一期的。")


def _roster(said: Said) -> Iterator[Mistake]:
    """The roster is there, for the office to fill in, with all that a unit is made of."""
    file = f"forms/{ROSTER_FORM}.yaml"
    if file not in said:
        yield Mistake(file, (), "找不到这个文件，单位名册要照它填写，请重新安装 lzxl。")
        return
    form = said[file]
    if form["filed_by"] != "office":
        yield Mistake(file, ("filed_by",), f"写的是“{form['filed_by']}”，单位名册由办公室填写，应是 office。")
    for number, sheet in enumerate(form["sheets"]):
        there = {entry["name"] for entry in sheet["fields"]}
        lacking = [name for name in ROSTER_FIELDS if name not in there]
        if sheet["name"] == form["main"] and lacking:
            at: Place = ("sheets", number, "fields")
            yield Mistake(file, at, f"单位名册缺少字段 {'、'.join(lacking)}。")


def _summary(said: Said) -> Iterator[Mistake]:
    """What the summary shows of the tables that units fill in: every one of them, under a title of its own, and what is
    evaluated is there once with all its fields."""
    forms = {file: form for file, form in said.items() if file.startswith("forms/")}
    titles = dict.fromkeys(OWN_SHEETS, "汇总表自有的一张")
    homes: dict[str, str] = {}
    for file, form in forms.items():
        for number, sheet in enumerate(form["sheets"]):
            is_filed = sheet["layout"] == "table" and form["filed_by"] == "each_unit"
            place: Place = ("sheets", number)
            if is_filed and "summary" in sheet:
                yield from _shown(file, form, number, titles, homes)
            elif is_filed:
                yield Mistake(
                    file, place, "缺少 summary：各单位填报的表，要写明在汇总表里叫什么（summary: {title: …}）。"
                )
            elif "summary" in sheet:
                yield Mistake(file, (*place, "summary"), "只有各单位逐行填写的工作表才能写 summary。")
    for role in NEEDED:
        if role not in homes:
            yield Mistake(next(iter(forms)), (), f"各表单里没有一张工作表写明 evaluated_as: {role}，汇总表缺它不可。")


def _shown(
    file: str, form: Mapping[str, Any], number: int, titles: dict[str, str], homes: dict[str, str]
) -> Iterator[Mistake]:
    """What the summary shows of one sheet. `titles`, `homes`: whose the titles and evaluations of the sheets before are."""
    sheet, place = form["sheets"][number], ("sheets", number, "summary")
    shown, own = sheet["summary"], f"《{form['title']}》的“{sheet['title']}”"
    owner = titles.setdefault(shown["title"], own)
    if owner != own:
        yield Mistake(file, (*place, "title"), f"写的“{shown['title']}”已经是{owner}，请另取一个。")
    yield from _shown_fields(file, sheet, shown, place)
    role = shown.get("evaluated_as")
    if role is not None:
        at = (*place, "evaluated_as")
        home = homes.setdefault(role, own)
        if home != own:
            yield Mistake(file, at, f"写的“{role}”已经由{home}承担，只能有一张。")
        yield from _evaluated(file, form, sheet, at)


def _shown_fields(file: str, sheet: Mapping[str, Any], shown: Mapping[str, Any], place: Place) -> Iterator[Mistake]:
    """The columns that are shown and counted: fields of the sheet, and what is counted by has words and is shown."""
    names = [entry["name"] for entry in sheet["fields"] if not entry.get("derived")]
    for number, name in enumerate(shown.get("columns") or ()):
        yield from _unknown(file, names, "字段", file, (*place, "columns", number), name)
    worded = [entry["name"] for entry in sheet["fields"] if entry["kind"] in ("choice", "level")]
    there = shown.get("columns") or names
    for number, name in enumerate((shown.get("tally") or {}).get("by", ())):
        at: Place = (*place, "tally", "by", number)
        yield from _unknown(file, [one for one in worded if one in there], "选词的字段", file, at, name)


def _evaluated(file: str, form: Mapping[str, Any], sheet: Mapping[str, Any], place: Place) -> Iterator[Mistake]:
    """The fields that an evaluation needs: there, of the right kind, and shown."""
    role = sheet["summary"]["evaluated_as"]
    fields = {entry["name"]: entry for entry in sheet["fields"]}
    for name, kinds in NEEDED[role].items():
        if name not in fields:
            yield Mistake(file, place, f"作为 {role} 统计的工作表缺少字段 {name}。")
        elif fields[name]["kind"] not in kinds:
            at = (*place[:2], "fields", sheet["fields"].index(fields[name]), "kind")
            yield Mistake(file, at, f"写的是“{fields[name]['kind']}”，作为 {role} 统计的应是 {'、'.join(kinds)}。")
    if sheet["summary"].get("columns"):
        yield Mistake(file, (*place[:-1], "columns"), f"作为 {role} 统计的工作表要显示全部各栏，请删去 columns。")
    covers = [one for one in form["sheets"] if one["layout"] == "labels"]
    on_cover = {entry["name"] for cover in covers for entry in cover["fields"]}
    for name in NEEDED_ON_COVER.get(role, ()):
        if name not in on_cover:
            yield Mistake(file, place, f"作为 {role} 统计的表，封面缺少字段 {name}。")


def _carried(file: str, sheet: Mapping[str, Any], place: Place, words: Mapping[str, list[str]]) -> Iterator[Mistake]:
    """What the next period starts from: fields of the sheet, days that are days, and words of the field's own list."""
    fields = {entry["name"]: entry for entry in sheet["fields"]}
    for name, ended in sheet["carried"].get("ended", {}).items():
        at: Place = (*place, "carried", "ended", name)
        chosen = [known for known, entry in fields.items() if entry.get("vocabulary")]
        yield from _unknown(file, chosen, "字段", file, at, name)
        for word in ended if name in chosen else ():
            yield from _unknown(file, words.get(fields[name]["vocabulary"], ()), "词", "vocabularies.yaml", at, word)
    days = [name for name, entry in fields.items() if entry["kind"] == "date"]
    for name in sheet["carried"].get("within_period", ()):
        yield from _unknown(file, days, "日期字段", file, (*place, "carried", "within_period"), name)


def _form(file: str, form: Mapping[str, Any], said: Said) -> Iterator[Mistake]:
    vocabularies = _known_words(said, form)
    words = {name: _words(entry) for name, entry in vocabularies.items()}
    sheets = [sheet["name"] for sheet in form["sheets"]]
    if form["id"] != file.removeprefix("forms/").removesuffix(".yaml"):
        yield Mistake(file, ("id",), f"写的是“{form['id']}”，应与文件名相同。")
    if form["version"] not in form["accepts"]:
        yield Mistake(file, ("accepts",), f"应包含现行版本“{form['version']}”。")
    yield from _unknown(file, sheets, "工作表", file, ("main",), form["main"])
    yield from _as_a_whole(file, form)
    yield from _once(file, sheets, "工作表", ("sheets",))
    for number, sheet in enumerate(form["sheets"]):
        place: Place = ("sheets", number)
        names = [entry["name"] for entry in sheet["fields"]]
        yield from _once(file, names, "字段名", (*place, "fields"))
        yield from _headers(file, sheet, place)
        if sheet.get("carried"):
            yield from _carried(file, sheet, place, words)
        standard = sheet.get("standard_rows") or {}
        named = [("key", sheet["key"])] if sheet.get("key") else []
        named += [("subject", name) for name in sheet.get("subject", ())]
        named += [("standard_rows", name) for name in standard.get("columns", ())]
        for key, name in named:
            yield from _unknown(file, names, "字段", file, (*place, key), name)
        for row, values in enumerate(standard.get("rows", ())):
            if len(values) != len(standard["columns"]):
                at = (*place, "standard_rows", "rows", row)
                yield Mistake(file, at, f"标准行“{values[0] if values else ''}”的列数应为{len(standard['columns'])}。")
        yield from _rules(file, form, sheet, place, vocabularies)
        yield from _words_named(file, sheet, place, vocabularies)
        yield from _what_rules_go_by(file, sheet, place)
        for column, entry in enumerate(sheet["fields"]):
            yield from _field(file, entry, (*place, "fields", column), form, said, words)


def _rules(
    file: str, form: Mapping[str, Any], sheet: Mapping[str, Any], place: Place, vocabularies: Mapping[str, Any]
) -> Iterator[Mistake]:
    """The fields that play the parts of a sheet's rules are there, and are what a part needs."""
    rules = sheet.get("rules") or {}
    if sheet["layout"] == "labels":
        for kind in rules.keys() - ON_COVERS:
            yield Mistake(
                file, (*place, "rules", kind), f"{kind} 只用于表格，封面可写：{'、'.join(sorted(ON_COVERS))}。"
            )
    for played in parts_in(Rules, rules, (*place, "rules")):
        sheets = {entry["name"]: entry for entry in form["sheets"]}
        if played.need.is_sheet:
            yield from _unknown(file, sheets, "工作表", file, played.place, played.name)
            continue
        fields = _fields_for(played, sheet, sheets)
        if played.name not in fields:
            yield from _unknown(file, fields, "字段", file, played.place, played.name)
        else:
            yield from _played(file, played, fields, vocabularies)
    fields = {entry["name"]: entry for entry in sheet["fields"]}
    for number, entry in enumerate(rules.get("required_if", ())):
        if "says" in entry and entry["when"] in fields:
            at = (*place, "rules", "required_if", number, "says")
            roles = _roles(vocabularies, fields[entry["when"]])
            yield from _unknown(file, roles, "角色（role）", "vocabularies.yaml", at, entry["says"])


def _what_rules_go_by(file: str, sheet: Mapping[str, Any], place: Place) -> Iterator[Mistake]:
    """What two rules go by besides fields: the finding of a word in a wrong column, and the standard rows of items."""
    rules = sheet.get("rules") or {}
    strays = {entry["field"] for entry in rules.get("strays", ())}
    for number, entry in enumerate(sheet["fields"]):
        has_code = "wrong_column" in (entry.get("codes") or {})
        if has_code != (entry["name"] in strays):
            lacking = "codes 里没有 wrong_column" if entry["name"] in strays else "rules 的 strays 里没有它"
            yield Mistake(file, (*place, "fields", number), f"{lacking}，两处要一起写。")
    standard = (sheet.get("standard_rows") or {}).get("columns", ())
    scored = rules.get("scored") or {}
    for name in (scored.get("content"), scored.get("points")) if standard else ():
        if name is not None and name not in standard:
            yield Mistake(file, (*place, "standard_rows", "columns"), f"缺少“{name}”，评分（scored）要照它核对。")


def _fields_for(played: Played, sheet: Mapping[str, Any], sheets: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the sheet on which a part is played; none if there is no such sheet, which is said elsewhere."""
    where: Mapping[str, Any] = sheet
    if played.need.on == "sheet":
        where = sheets.get(played.beside["sheet"], {"fields": [{"name": played.name, "kind": played.need.kinds[0]}]})
    elif played.need.on == "labels":
        where = next((entry for entry in sheets.values() if entry["layout"] == "labels"), {"fields": ()})
    return {entry["name"]: entry for entry in where["fields"]}


def _roles(vocabularies: Mapping[str, Any], entry: Mapping[str, Any]) -> list[str]:
    """The roles of the words that a field may have."""
    vocabulary = vocabularies.get(entry.get("vocabulary", ""), {"words": ()})
    return list(dict.fromkeys(word["role"] for word in vocabulary["words"] if "role" in word))


def _played(file: str, played: Played, fields: Mapping[str, Any], vocabularies: Mapping[str, Any]) -> Iterator[Mistake]:
    """What a field lacks for the part that it plays."""
    entry, need = fields[played.name], played.need
    told = f"写的字段“{played.name}”"
    if need.kinds and entry["kind"] not in need.kinds:
        yield Mistake(file, played.place, f"{told}的 kind 是 {entry['kind']}，应是：{'、'.join(need.kinds)}。")
    if need.refers and entry.get("references", "").count(".") != 1:
        yield Mistake(file, played.place, f"{told}没有引用本表单另一工作表的编号（references: 工作表.字段）。")
    name = entry.get("vocabulary", "")
    for role in need.roles:
        if role not in _roles(vocabularies, entry):
            yield Mistake(
                file,
                played.place,
                f"{told}的词表 {name} 里没有角色为 {role} 的词，请在 vocabularies.yaml 中写 role: {role}。",
            )
    for key, other in (("groups", need.grouped_by), ("answered_in", need.answered_in)):
        wanted = fields.get(played.beside.get(other, ""), {}).get("vocabulary", "")
        if other and vocabularies.get(name, {}).get(key, "") != wanted:
            yield Mistake(file, played.place, f"{told}的词表 {name} 应写 {key}: {wanted}（见 vocabularies.yaml）。")


def _words_named(file: str, sheet: Mapping[str, Any], place: Place, words: Mapping[str, Any]) -> Iterator[Mistake]:
    """The fields and roles of {field=role} in the help of a sheet's fields."""
    fields = {entry["name"]: entry for entry in sheet["fields"]}
    for number, entry in enumerate(sheet["fields"]):
        at = (*place, "fields", number, "help")
        for name, role in WORDS_NAMED.findall(entry.get("help", "")):
            yield from _unknown(file, fields, "字段", file, at, name)
            roles = _roles(words, fields.get(name, {}))
            yield from _unknown(file, roles, "角色（role）", "vocabularies.yaml", at, role)


def _roles_said(said: Said) -> set[str]:
    """The roles that the conditions of the forms ask for."""
    return {
        entry["says"]
        for file, data in said.items()
        if file.startswith("forms/")
        for sheet in data["sheets"]
        for entry in (sheet.get("rules") or {}).get("required_if", ())
        if "says" in entry
    }


def _once(file: str, names: list[str], what: str, place: Place) -> Iterator[Mistake]:
    for number, name in enumerate(names):
        if name in names[:number]:
            yield Mistake(file, (*place, number), f"{what}“{name}”重复。")


def _headers(file: str, sheet: Mapping[str, Any], place: Place) -> Iterator[Mistake]:
    """No text may be the header of two fields."""
    owner: dict[str, int] = {}
    for number, entry in enumerate(sheet["fields"]):
        for text in (entry["title"], *entry.get("aliases", ())):
            other = owner.setdefault(fold(text), number)
            if other != number:
                title = sheet["fields"][other]["title"]
                yield Mistake(file, (*place, "fields", number), f"“{text}”也是“{title}”的名称或别名，请只留一处。")


def _field(
    file: str,
    entry: Mapping[str, Any],
    place: Place,
    form: Mapping[str, Any],
    said: Said,
    words: Mapping[str, list[str]],
) -> Iterator[Mistake]:
    vocabulary = entry.get("vocabulary")
    if vocabulary is not None:
        yield from _unknown(file, words, "词表", "vocabularies.yaml", (*place, "vocabulary"), vocabulary)
    elif entry["kind"] in ("choice", "choices", "level"):
        yield Mistake(file, place, "未指定词表（vocabulary）。")
    for key, code in (entry.get("codes") or {}).items():
        yield from _unknown(file, said["findings.yaml"], "问题代码", "findings.yaml", (*place, "codes", key), code)
    if entry.get("counts"):
        sheets = [sheet["name"] for sheet in form["sheets"]]
        yield from _unknown(file, sheets, "工作表", file, (*place, "counts"), entry["counts"])
    if entry.get("references"):
        fields = _field_places(form, said)
        at = (*place, "references")
        yield from _unknown(file, fields, "字段", "各表单的 表单.工作表.字段", at, entry["references"])
    if entry.get("required") and entry.get("derived"):
        yield Mistake(file, place, "自动得出的栏目（derived）不能又是必填（required）。")
    if "str_matches" in entry.get("checks", {}) and not entry.get("format"):
        yield Mistake(file, place, "有 str_matches，缺少用文字说明写法的 format。")
    for check, limits in entry.get("checks", {}).items():
        low, high = limits.get("min_value"), limits.get("max_value")
        if low is not None and high is not None and low > high:
            yield Mistake(file, (*place, "checks", check), f"最小值{low}大于最大值{high}。")


def _field_places(form: Mapping[str, Any], said: Said) -> set[str]:
    """Every field that a field of `form` may refer to: sheet.field of its own form, form.sheet.field of any."""
    places = set()
    for file, other in said.items():
        if file.startswith("forms/"):
            for sheet in other["sheets"]:
                for entry in sheet["fields"]:
                    places.add(f"{other['id']}.{sheet['name']}.{entry['name']}")
                    if other is form:
                        places.add(f"{sheet['name']}.{entry['name']}")
    return places


# Telling


def _told(mistake: Mistake, text: bytes) -> str:
    """A mistake as a person is told it: file and line, the titles on the way to the place, what is wrong."""
    line, titles = _way(text, mistake.place)
    where = "".join(f"“{title}”" for title in titles)
    at = f"第{line}行" if line and mistake.place else ""
    return f"表单定义文件 {mistake.file} {at}{where}{'：' if at or where else ''}{mistake.text}"


def _way(text: bytes, place: Place) -> tuple[int, list[str]]:
    """The line of a place in a YAML text (0 if it is not to be had), and the titles of what one passes on the way there."""
    import yaml

    try:
        node = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.YAMLError:
        return 0, []
    titles: list[str] = []
    line = node.start_mark.line + 1 if node is not None else 0
    for step in place:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
            titles += [] if _title(node) else [str(step)]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
        titles += _title(node)
    passed = ("sheets", "fields", "words", "rows", "cells")
    return line, [*(title for title in titles[:-1] if title not in passed), *titles[-1:]]


def _title(node: Any) -> list[str]:
    """What a mapping is called, by the key that names things of its kind."""
    import yaml

    if isinstance(node, yaml.MappingNode):
        named = {key.value: value.value for key, value in node.value if isinstance(value.value, str)}
        for key in ("title", "word", "grade", "name"):
            if key in named:
                return [named[key]]
    return []
