"""Whether forms are sound: each as a whole, its sheets and fields, forms beside each other, the cover and the roster."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lzxl.files import unfit_sign
from lzxl.forms.roster import ROSTER_FIELDS, ROSTER_FORM
from lzxl.forms.rules import COVER
from lzxl.forms.sound_books import judge_book, judge_by_program
from lzxl.forms.sound_owned import judge_owned
from lzxl.forms.sound_rules import judge_rules
from lzxl.forms.sound_said import Choice, FormSaid, Mistake, Place, Said, SheetSaid, forms_in, repeated
from lzxl.forms.sound_summary import judge_carried
from lzxl.forms.text import fold

_NEED_WORDS = ("choice", "choices", "level")
# By what a form is called; no two forms may share one.
_NAMES = {"id": "标识", "title": "名称", "short_name": "简称"}


def judge_form(form: FormSaid) -> Iterator[Mistake]:
    """One form: as a whole, then sheet by sheet."""
    data, file = form.data, form.file
    if data["id"] != file.removeprefix("forms/").removesuffix(".yaml"):
        yield form.mistake(("id",), f"写的是“{data['id']}”，应与文件名相同。")
    if data["version"] not in data["accepts"]:
        yield form.mistake(("accepts",), f"应包含现行版本“{data['version']}”。")
    yield from Choice("工作表", form.sheet_names, file).judge(file, ("main",), data["main"])
    yield from _judge_as_a_whole(form)
    yield from judge_book(form)
    for number, name in repeated(form.sheet_names):
        yield form.mistake(("sheets", number), f"工作表“{name}”重复。")
    for sheet in form.sheets:
        yield from _judge_sheet(sheet)


def _judge_as_a_whole(form: FormSaid) -> Iterator[Mistake]:
    """What a form must be for workbooks to be made of it and to be known again."""
    if unfit := unfit_sign(form.title):
        yield form.mistake(("title",), f"表名“{form.title}”要用作文件名，不能有 {unfit} 。")
    if form.main is not None:
        yield from _judge_main(form, form.main)
    if form.is_filed_by_units and not form.covers:
        yield form.mistake(("filed_by",), "各单位填报的表要有封面（layout: labels），写明是哪个单位、哪一期的。")
    for table in form.tables:
        yield from _judge_subject(table)


def _judge_main(form: FormSaid, main: SheetSaid) -> Iterator[Mistake]:
    if main.is_cover:
        tables = "、".join(table.name for table in form.tables) or "一张也没有"
        yield form.mistake(("main",), f"写的“{main.name}”是封面，应是逐行填写的工作表：{tables}。")


def _judge_subject(table: SheetSaid) -> Iterator[Mistake]:
    """A table says what makes a row of it."""
    if not table.data.get("subject"):
        names = "、".join(entry["name"] for entry in table.data["fields"])
        yield table.mistake((), f"缺少 subject：要写明至少填了哪一栏才算一行，凭它认表头和数据行，可写：{names}。")


def _judge_sheet(sheet: SheetSaid) -> Iterator[Mistake]:
    for number, name in repeated(entry["name"] for entry in sheet.data["fields"]):
        yield sheet.mistake(("fields", number), f"字段名“{name}”重复。")
    yield from _judge_headers(sheet)
    yield from judge_carried(sheet)
    for key, name in _fields_named(sheet):
        yield from sheet.judge_field(name, key)
    yield from _judge_standard_rows(sheet)
    yield from judge_rules(sheet)
    yield from judge_owned(sheet)
    for number, entry in enumerate(sheet.data["fields"]):
        yield from _judge_field(sheet, entry, sheet.place("fields", number))


def _judge_headers(sheet: SheetSaid) -> Iterator[Mistake]:
    """No text may be the header of two fields."""
    owner: dict[str, int] = {}
    for number, entry in enumerate(sheet.data["fields"]):
        for text in (entry["title"], *entry.get("aliases", ())):
            other = owner.setdefault(fold(text), number)
            if other != number:
                title = sheet.data["fields"][other]["title"]
                yield sheet.mistake(("fields", number), f"“{text}”也是“{title}”的名称或别名，请只留一处。")


def _fields_named(sheet: SheetSaid) -> Iterator[tuple[str, str]]:
    """The fields that a sheet names besides those of its rules: key of the sheet, and name."""
    if sheet.data.get("key"):
        yield "key", sheet.data["key"]
    for name in sheet.data.get("subject", ()):
        yield "subject", name
    for name in (sheet.data.get("standard_rows") or {}).get("columns", ()):
        yield "standard_rows", name


def _judge_standard_rows(sheet: SheetSaid) -> Iterator[Mistake]:
    standard = sheet.data.get("standard_rows") or {"columns": (), "rows": ()}
    width = len(standard["columns"])
    for number, values in enumerate(standard["rows"]):
        if len(values) != width:
            first = values[0] if values else ""
            yield sheet.mistake(("standard_rows", "rows", number), f"标准行“{first}”的列数应为{width}。")


def _judge_field(sheet: SheetSaid, entry: Mapping[str, Any], place: Place) -> Iterator[Mistake]:
    yield from _judge_names(sheet, entry, place)
    yield from judge_by_program(sheet, entry, place)
    if entry.get("required") and entry.get("derived"):
        yield Mistake(sheet.file, place, "自动得出的栏目（derived）不能又是必填（required）。")
    checks = entry.get("checks", {})
    if "str_matches" in checks and not entry.get("format"):
        yield Mistake(sheet.file, place, "有 str_matches，缺少用文字说明写法的 format。")
    yield from _judge_limits(sheet, checks, (*place, "checks"))


def _judge_limits(sheet: SheetSaid, checks: Mapping[str, Any], place: Place) -> Iterator[Mistake]:
    for check, limits in checks.items():
        # What is left out limits nothing.
        low, high = limits.get("min_value"), limits.get("max_value")
        if None not in (low, high) and low > high:
            yield Mistake(sheet.file, (*place, check), f"最小值{low}大于最大值{high}。")


def _judge_names(sheet: SheetSaid, entry: Mapping[str, Any], place: Place) -> Iterator[Mistake]:
    """What a field names is there: its vocabulary, findings, a sheet, a field that it refers to."""
    file, form = sheet.file, sheet.form
    vocabulary = entry.get("vocabulary")
    if vocabulary is not None:
        known = Choice("词表", form.vocabularies, "vocabularies.yaml")
        yield from known.judge(file, (*place, "vocabulary"), vocabulary)
    elif entry["kind"] in _NEED_WORDS:
        yield Mistake(file, place, "未指定词表（vocabulary）。")
    codes = Choice("问题代码", form.said["findings.yaml"], "findings.yaml")
    for key, code in (entry.get("codes") or {}).items():
        yield from codes.judge(file, (*place, "codes", key), code)
    for key, choice in _places_named(sheet, entry):
        yield from choice.judge(file, (*place, key), entry[key])


def _places_named(sheet: SheetSaid, entry: Mapping[str, Any]) -> Iterator[tuple[str, Choice]]:
    """The keys under which a field names a sheet, or a field elsewhere, each with what it may name."""
    if entry.get("counts"):
        yield "counts", Choice("工作表", sheet.form.sheet_names, sheet.file)
    if entry.get("first_of"):
        yield "first_of", Choice("字段", _of_other_sheets(sheet), sheet.file)
    if entry.get("references"):
        yield "references", Choice("字段", _referable(sheet.form), "各表单的 表单.工作表.字段")


def _of_other_sheets(sheet: SheetSaid) -> set[str]:
    """The fields of the form's other sheets: sheet.field each."""
    others = (other for other in sheet.form.sheets if other.name != sheet.name)
    return {f"{other.name}.{name}" for other in others for name in other.fields}


def _referable(form: FormSaid) -> set[str]:
    """Every field that a field of `form` may refer to: sheet.field of its own form, form.sheet.field of any."""
    places: set[str] = set()
    for other in forms_in(form.said):
        for sheet in other.sheets:
            within = {f"{sheet.name}.{name}" for name in sheet.fields}
            places.update(f"{other.data['id']}.{name}" for name in within)
            if other.file == form.file:
                places |= within
    return places


def judge_forms_apart(said: Said) -> Iterator[Mistake]:
    """No name that a form may be called by is another's too, and no two have one place."""
    names: dict[str, str] = {}
    places: dict[int, str] = {}
    forms = sorted(forms_in(said), key=lambda form: int(form.data["place"]))
    for form in forms:
        for key, what in _NAMES.items():
            name = form.data[key]
            owner = names.setdefault(fold(name), form.title)
            if owner != form.title:
                yield form.mistake((key,), f"写的{what}“{name}”已经用于《{owner}》，请另取一个。")
        place = form.data["place"]
        owner = places.setdefault(place, form.title)
        if owner != form.title:
            taken = "、".join(str(other.data["place"]) for other in forms_in(said))
            text = f"写的次序“{place}”已经用于《{owner}》，请另写一个数，已用的：{taken}。"
            yield form.mistake(("place",), text)


def judge_roster(said: Said) -> Iterator[Mistake]:
    """The roster is there, for the office to fill in, with all that a unit is made of."""
    file = f"forms/{ROSTER_FORM}.yaml"
    if file not in said:
        yield Mistake(file, (), "找不到这个文件，单位名册要照它填写，请重新安装 lzxl。")
        return
    form = FormSaid(file, said[file], said)
    if form.is_filed_by_units:
        filer = form.data["filed_by"]
        yield form.mistake(("filed_by",), f"写的是“{filer}”，单位名册由办公室填写，应是 office。")
    if form.main is not None:
        yield from _judge_units(form.main)


def _judge_units(main: SheetSaid) -> Iterator[Mistake]:
    lacking = [name for name in ROSTER_FIELDS if name not in main.fields]
    if lacking:
        yield main.mistake(("fields",), f"单位名册缺少字段 {'、'.join(lacking)}。")


def judge_cover(said: Said) -> Iterator[Mistake]:
    """The cover that all forms share has what the rooms know it by."""
    there = {entry["name"] for entry in said["cover.yaml"]["fields"]}
    lacking = [name for name in COVER if name not in there]
    if lacking:
        yield Mistake("cover.yaml", ("fields",), f"缺少 {'、'.join(lacking)}，收件、核对时要凭这些字段。")
