"""Whether what forms say for the rounds and rooms after checking is sound: their sheets of the summary, and the next period's rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lzxl.forms.shown import NEEDED, OWN_SHEETS
from lzxl.forms.sound_said import Choice, Mistake, Place, Said, SheetSaid, forms_in, words_of


def judge_summary(said: Said) -> Iterator[Mistake]:
    """What the summary shows of the tables that units fill in: every one of them, under a title of its own, and what is
    evaluated is there once with all its fields."""
    forms = forms_in(said)
    seen = _Seen()
    for form in forms:
        for sheet in form.sheets:
            yield from _judge_sheet(sheet, seen)
    for role in NEEDED:
        if role not in seen.homes:
            yield forms[0].mistake((), f"各表单里没有一张工作表写明 evaluated_as: {role}，汇总表缺它不可。")


class _Seen:
    """Whose the titles and evaluations of the sheets before are."""

    def __init__(self) -> None:
        self.titles: dict[str, str] = dict.fromkeys(OWN_SHEETS, "汇总表自有的一张")
        self.homes: dict[str, str] = {}


def _judge_sheet(sheet: SheetSaid, seen: _Seen) -> Iterator[Mistake]:
    """A table that units fill in is shown, and the warnings of the office's ledger are; nothing else is."""
    is_filed_rows = sheet.form.is_filed_by_units and not sheet.is_cover
    is_due = is_filed_rows or "ledger" in sheet.rules
    if "summary" not in sheet.data:
        if is_due:
            text = "缺少 summary：各单位填报的表和处置台账，要写明在汇总表里叫什么（summary: {title: …}）。"
            yield sheet.mistake((), text)
    elif is_due:
        yield from _judge_shown(sheet, seen)
    else:
        yield sheet.mistake(("summary",), "只有各单位逐行填写的工作表和处置台账才能写 summary。")


def _judge_shown(sheet: SheetSaid, seen: _Seen) -> Iterator[Mistake]:
    title, own = sheet.summary["title"], f"《{sheet.form.title}》的“{sheet.data['title']}”"
    owner = seen.titles.setdefault(title, own)
    if owner != own:
        yield sheet.mistake(("summary", "title"), f"写的“{title}”已经是{owner}，请另取一个。")
    yield from _judge_columns(sheet)
    role = sheet.summary.get("evaluated_as")
    if role is None:
        return
    home = seen.homes.setdefault(role, own)
    if home != own:
        yield sheet.mistake(("summary", "evaluated_as"), f"写的“{role}”已经由{home}承担，只能有一张。")
    yield from _judge_evaluated(sheet)


def _judge_columns(sheet: SheetSaid) -> Iterator[Mistake]:
    """The columns that are shown and counted: fields of the sheet, and what is counted by has words and is shown."""
    names = [name for name, entry in sheet.fields.items() if not entry.get("derived")]
    shown = sheet.columns_shown
    yield from Choice("字段", names, sheet.file).judge_each(sheet.file, sheet.place("summary", "columns"), shown)
    countable = [name for name in sheet.fields_of_kind("choice", "level") if name in (shown or names)]
    words = Choice("选词的字段", countable, sheet.file)
    tally = sheet.summary.get("tally") or {}
    yield from words.judge_each(sheet.file, sheet.place("summary", "tally", "by"), tally.get("by", ()))
    if "apart" in tally:
        yield from words.judge(sheet.file, sheet.place("summary", "tally", "apart", "field"), tally["apart"]["field"])


def _judge_evaluated(sheet: SheetSaid) -> Iterator[Mistake]:
    """The fields that an evaluation needs: there, of the right kind, and shown."""
    role = sheet.summary["evaluated_as"]
    at: Place = ("summary", "evaluated_as")
    for name, kinds in NEEDED[role].items():
        if name not in sheet.fields:
            yield sheet.mistake(at, f"作为 {role} 统计的工作表缺少字段 {name}。")
            continue
        kind = sheet.fields[name]["kind"]
        if kind not in kinds:
            text = f"写的是“{kind}”，作为 {role} 统计的应是 {'、'.join(kinds)}。"
            yield Mistake(sheet.file, sheet.place_of_field(name, "kind"), text)
    for name in NEEDED[role] if sheet.columns_shown else ():
        if name not in sheet.columns_shown:
            yield sheet.mistake(("summary", "columns"), f"作为 {role} 统计的工作表要显示 {name}，请补上。")


def judge_carried(sheet: SheetSaid) -> Iterator[Mistake]:
    """What the next period starts from: fields of the sheet, days that are days, and words of the field's own list."""
    carried = sheet.data.get("carried") or {}
    for name, ended in carried.get("ended", {}).items():
        yield from _judge_ended(sheet, name, ended)
    days = Choice("日期字段", sheet.fields_of_kind("date"), sheet.file)
    for name in carried.get("within_period", ()):
        yield from days.judge(sheet.file, sheet.place("carried", "within_period"), name)
    for key in ("fields", "with_the_day"):
        for name in carried.get(key, ()):
            yield from sheet.judge_field(name, "carried", key)


def _judge_ended(sheet: SheetSaid, name: str, ended: Iterable[str]) -> Iterator[Mistake]:
    """The words of a field whose rows are not carried over."""
    at = ("carried", "ended", name)
    worded = {name: entry["vocabulary"] for name, entry in sheet.fields.items() if entry.get("vocabulary")}
    yield from sheet.judge_field(name, *at, among=worded)
    if name in worded:
        vocabulary = sheet.form.vocabularies.get(worded[name])
        words = Choice("词", words_of(vocabulary) if vocabulary else (), "vocabularies.yaml")
        for word in ended:
            yield from words.judge(sheet.file, sheet.place(*at), word)
