"""Python written as JavaScript: both give the same answers, and what has no counterpart is refused, never guessed."""

from __future__ import annotations

import dataclasses
import datetime
import random
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lzxl.forms.load import load_form
from lzxl.forms.values import accepts_none, parse
from lzxl.functions.wps.build import generated_scripts
from lzxl.functions.wps.names import NotTranslatableError
from lzxl.functions.wps.rules import for_script
from lzxl.functions.wps.translate import translated
from lzxl.submission import ROW_KINDS
from lzxl.workbook.reading import row_judge
from lzxl.workbook.reading.row_judge import RowJudge
from tests.functions.readings import told_of
from tests.functions.test_wps import in_chromium, run_in_chromium

# What people put between and after their rows, and what looks like it.
_CELLS: tuple[Any, ...] = (
    *(
        "合计",
        "小计",
        "总 计：",
        "共计28个",
        "计",
        "本页合计",
        "Total",
        "总计划编制",
        "平均值",
        "6个(其中一级1个)",
        "28个",
    ),
    *(
        "填表人：王一",
        "审核人",
        "李二",
        "王一",
        "填表日期：",
        "2026年3月1日",
        "年  月  日",
        "联系电话：13800000000",
        "（盖章）",
    ),
    *("第1页 共3页", "- 3 -", "page 2", "注：本表一式两份", "备注", "以下空白", "——以下无正文——", "本页以下空白"),
    *("栏次", "甲", "乙", "丙", "(1)", "（2）", "A", "B", "C", "一", "二", "1", "2", "3", "3=1+2"),
    *("（一句话）", "请按名册填写", "必填", "如2026", "例", "示例：", "下拉选择", "限30字", "办理行政许可时收受礼品"),
    *("/", "无", "——", "0", "　", 1.0, 2.0, 3.0, 0.0, 12.5, 13800000000.0, False, True, datetime.date(2026, 3, 1)),
)


def some_rows(count: int) -> list[tuple[list[tuple[int, Any]], bool]]:
    """(filled cells of a row, whether it stands below the header), of all lengths and mixtures."""
    chance = random.Random("rows")
    made = []
    for _ in range(count):
        columns = sorted(chance.sample(range(1, 12), chance.choice((1, 1, 2, 3, 4, 6))))
        bank = chance.sample(_CELLS, 4)
        start = chance.randrange(len(_CELLS) - 12)
        cells = [
            chance.choice(bank) if chance.random() < 0.5 else _CELLS[start + place] for place in range(len(columns))
        ]
        filled = [(column, cell) for column, cell in zip(columns, cells, strict=True) if cell != "　"]
        made.append((filled, chance.random() < 0.4))
    return made


@in_chromium
@pytest.mark.slow
def test_a_row_is_judged_in_javascript_as_in_python(tmp_path: Path) -> None:
    sheet = load_form("risk_register").main_sheet
    mapped = dict(enumerate(sheet.fields[:9], 1))
    formulas = {(row, column) for row in range(0, 4000, 7) for column in (3, 5, 8)}
    hints = ["一句话"]
    judge = RowJudge(
        mapped, {*mapped, 10}, (11,), sheet.subject, sheet.key, hints,
        lambda row, column: (row, column) in formulas, lambda row, column: row % 5 == 0, lambda row: row % 11 == 0,
    )  # fmt: skip
    given, keys = some_rows(4000), ("name", "kind", "derived", "computed")
    data = {
        "rows": [[[[column, _for_script(cell)] for column, cell in filled], below] for filled, below in given],
        "mapped": {place: {key: getattr(entry, key) for key in keys} for place, entry in mapped.items()},
        "headed": dict.fromkeys([*mapped, 10], ""),
        "formulas": [f"{row},{column}" for row, column in sorted(formulas)],
        "subject": list(sheet.subject),
        "key": sheet.key,
        "hints": hints,
    }  # fmt: skip
    script = """(function () {
      var formulas = {};
      DATA.formulas.forEach(function (place) { formulas[place] = true; });
      var judge = {
        mapped: DATA.mapped, headed: DATA.headed, ours: [11], subject: DATA.subject, key: DATA.key, hints: DATA.hints,
        is_formula: function (row, column) { return formulas[row + "," + column] === true; },
        spans: function (row) { return row % 5 === 0; }, header_follows: function (row) { return row % 11 === 0; }
      };
      return DATA.rows.map(function (given, row) { return LZXL.rows.kindOf(judge, row, given[0], given[1]); });
    })()"""
    told = run_in_chromium(tmp_path, script, data)
    expected = [judge.kind_of(row, filled, below) for row, (filled, below) in enumerate(given)]
    wrong = [
        (filled, mine, theirs)
        for (filled, _), mine, theirs in zip(given, expected, told, strict=True)
        if mine != theirs
    ]
    assert wrong == []
    assert set(expected) >= {*ROW_KINDS, "data", None} - {"repeated_header"}


# What days, names, numbers and ids are written with: put together at random, most mean nothing, and each must mean the same.
_PIECES = {
    "date": (
        *("2026", "26", "二〇二六", "1", "02", "30", "31", "十", "廿一", "元", "年", "月", "日", "号", "-", "/", ".", "。", " ", "　"),
        *("T", "10:30", "16:00:00", "25:00", "8时30分", "上午", "下午", "中午", "PM", "Z", "+08:00", "-05:00", "UTC", "星期一"),
        *("（周三）", "前", "之前", "底", "至", "、", "\n", "长期", "46000", "\u200b", "²", "制"),
    ),
    "person": (
        *("张", "三", "王", "小明", "欧阳", "娜娜", "韩立群", "夏雨薇", "科长", "（组长）", "副主任", "Li Si", "·", "．", "・"),
        *(" ", "　", "\n", "、", "，", ";", "/", "\u200b", "\u00a0", "阿卜杜拉"),
    ),
    "count": (
        *("1", "200", "3", "0", "12", ",", "，", ".", "。", " ", "万", "亿", "个", "-", "−", "+", "²", "①", "\u200b", "分", "0.5"),
        *("１", "约", "1/2"),
    ),
    "id": ("HB", "hb", "05", "-", "–", "—", "001", "Q", " ", "　", "\u200b", "ＨＢ", "\u00ad", "é", "风险"),
    "text": ("字", " ", "\n", "无", "。", "/", "—", "#N/A", "#REF!", "不适用", "\u200b", "\u2003", "⻛", "Nil", "\x0b", "é", "e\u0301"),
}  # fmt: skip


def texts_of(kind: str, count: int) -> list[str]:
    chance = random.Random(f"texts {kind}")
    return ["".join(chance.choices(_PIECES[kind], k=chance.randint(1, 7))) for _ in range(count)]


@in_chromium
@pytest.mark.slow
def test_a_text_is_read_in_javascript_as_in_python(tmp_path: Path) -> None:
    fields = {
        kind: dataclasses.replace(load_form("risk_register").main_sheet.fields[0], kind=kind, vocabulary=None)
        for kind in _PIECES
    }
    texts = {kind: texts_of(kind, 3000) for kind in _PIECES}
    given = {
        kind: {
            "kind": kind,
            "required": field.required,
            "vocabulary": None,
            "accepts_none": accepts_none(field),
        }
        for kind, field in fields.items()
    }
    script = """Object.keys(DATA.texts).map(function (kind) {
      return DATA.texts[kind].map(function (text) {
        var read = LZXL.words.parse(DATA.fields[kind], text, false), value = read.value;
        return [value && value.date ? value.date : value, read.problem, read.note, read.suggestion];
      });
    })"""
    told = run_in_chromium(tmp_path, script, {"texts": texts, "fields": given})
    wrong = [
        (kind, text, mine, theirs)
        for kind, answers in zip(texts, told, strict=True)
        for text, theirs in zip(texts[kind], answers, strict=True)
        if (mine := told_of(parse(fields[kind], text))) != theirs
    ]
    assert wrong == []
    for kind in ("date", "count"):
        assert len({parse(fields[kind], text).problem or "read" for text in texts[kind]}) > 1, kind


def _for_script(cell: Any) -> Any:
    return {"date": 46082} if isinstance(cell, datetime.date) else cell


def _module(source: str, folder: Path) -> ModuleType:
    path = folder / "translated_here.py"
    path.write_text(source, encoding="utf-8")
    module = ModuleType("translated_here")
    module.__file__ = str(path)
    exec(compile(source, str(path), "exec"), module.__dict__)
    return module


@pytest.mark.parametrize(
    "body",
    [
        "while text:\n        text = text[1:]",
        "try:\n        return 1\n    except KeyError:\n        return 2",
        "try:\n        return 1\n    except ValueError as told:\n        return told",
        "return text.title()",
        "return {text: 1}",
        "return text[::2]",
        "return sorted(text)",
        "return f'{text:>3}'",
        "return f'{text!r}'",
        "return text.replace(old='a', new='b')",
        "return text.sub(other, text)",
        "return text is other",
        "return open(text)",
        "return lambda: text",
    ],
)
def test_what_has_no_counterpart_is_refused_with_its_place(
    body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = _module(f"other = ''\n\ndef rule(text):\n    {body}\n", tmp_path)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    with pytest.raises(NotTranslatableError, match="translated_here"):
        translated(module, ["rule"], {}, for_script)


def test_the_script_has_every_function_that_it_calls() -> None:
    script = re.sub(r"\"(?:[^\"\\]|\\.)*\"", "", "".join(generated_scripts().values()))
    defined = set(re.findall(r"function (\w+)\(", script))
    defined |= {name for given in re.findall(r"function \w*\(([^)]*)\)", script) for name in given.split(", ")}
    called = set(re.findall(r"(?<![\w.])([A-Za-z_]\w*)\(", script)) - {"function", "if", "for", "return"}
    assert called <= defined
    assert {"RowJudge_kind_of", *row_judge.WORDS} <= defined
