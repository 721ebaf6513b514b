"""No number of the report is taken on trust: each is counted again from the files (`recount.py`), or names something: a day,
a risk point, a warning, a paper, a heading, a table. A number that is neither fails here, wherever in the document it stands.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from docx import Document

from .conftest import DAY
from .recount import KINDS, LAYERS, LEVELS, Recount, rows_of

CLASSES = ("一类外部权力", "二类内部权力", "三类公共类")
SOURCES = ("信访投诉举报", "党风廉政监督员评议反映", "内部预警信息采集", "定期分析评估")
DISPOSITIONS = ("警示提醒", "诫勉纠错", "责令整改", "尚未处置")
MOST_EXCELLENT, DECIDE_WITHIN, SELF_ABOVE = 3, 5, 10
"""三成 of twelve units with a result, rounded down; working days from the verification to the decision; what is asked about."""
NAMING = (
    r"20\d\d年(?:度|\d+月(?:\d+日)?)?",
    r"_截至\d{4}-\d\d-\d\d|_20\d\d年度",
    r"HB\d\d-\d+|YJ-\d{4}-\d+",
    r"〔\d{4}〕\d+号",
    r"[表图]\d+",
    r"第\d+[轮次]",
    r"^\d+．|^（\d+）",
)
"""Numbers that count nothing."""
NUMBER = re.compile(r"\d+(?:\.\d+)?%?")


def counts_in(text: str) -> list[str]:
    """The numbers of a text that count something, in their order."""
    return NUMBER.findall(re.sub("|".join(NAMING), "", text))


@pytest.fixture(scope="module")
def counted(reported: Path) -> Recount:
    return Recount(reported, DAY)


@pytest.fixture(scope="module")
def paper(reported: Path) -> Any:
    return Document(str(reported / "文书" / "综合分析报告_2026年度.docx"))


# What there should be


def overall(counted: Recount) -> dict[str, str]:
    """The single figures, by what the appendix calls them."""
    states = Counter(one["state"] for one in counted.filings)
    points = [row for rows in counted.points.values() for row in rows]
    results = [parts[-1] for parts in counted.scores.values() if parts[-1] is not None]
    average = (sum(results, Decimal()) / len(results)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    found = {
        "应报单位（个）": len(counted.units),
        "应报表单（份）": len(counted.filings),
        "已报": states["accepted"] + states["nil"],
        "零报告": states["nil"],
        "迟报": sum(one["late"] for one in counted.filings),
        "退回": states["returned"],
        "未报送": states["missing"],
        "风险点总数": len(points),
        **{f"{level}风险点": n for level, n in zip(LEVELS, counted.level_counts(points), strict=True)},
        "其中待认定": sum(row["open"] for row in points),
        "防控措施": sum(map(len, counted.measures.values())),
        "预警信息": len(counted.warnings),
        "预警逾期": sum(one["overdue_workdays"] > 0 for one in counted.workdays.values()),
        "考核平均分": f"{average.normalize():f}",
    }
    return {what: str(value) for what, value in found.items()}


def handling(counted: Recount) -> list[str]:
    """属实率, 及时处置率, 及时反馈率, 一次合格率, then the medians of 核实, 处置决定, 送达, 全程."""
    verified = [word for one in counted.warnings if (word := last_word(one, "核实"))]
    tested = [word for one in counted.warnings if (word := first_word(one, "督查"))]
    told = counted.workdays.values()
    decided = [one["workdays"]["decide"] for one in told if one["workdays"].get("decide") is not None]
    feedbacks, late = (sum(one[name] for one in told) for name in ("feedbacks", "feedbacks_late"))
    rates = (
        sum(word in ("属实", "部分属实") for word in verified) / len(verified),
        sum(days <= DECIDE_WITHIN for days in decided) / len(decided),
        (feedbacks - late) / feedbacks,
        sum(word.startswith("合格") for word in tested) / len(tested),
    )
    steps = ("verify", "decide", "deliver", "register_to_close")
    days = ([one["workdays"][step] for one in told if one["workdays"].get(step) is not None] for step in steps)
    return [f"{rate:.1%}" for rate in rates] + [f"{median(one):g}" for one in days]


def words_of(warning: dict[str, Any], event: str) -> list[str]:
    return [str(one["结果"]).split("；")[0] for one in warning["events"] if one["事项"] == event]


def first_word(warning: dict[str, Any], event: str) -> str:
    return next(iter(words_of(warning, event)), "")


def last_word(warning: dict[str, Any], event: str) -> str:
    return next(reversed(words_of(warning, event)), "")


def plain(value: Decimal | None, otherwise: str) -> str:
    return otherwise if value is None else f"{value.normalize():f}"


def sentences(counted: Recount, stands: Sequence[str]) -> dict[str, list[str]]:
    """How a paragraph begins → the numbers in it. `stands`: the states in the order in which the report has them."""
    figures = overall(counted)
    points = [row for rows in counted.points.values() for row in rows]
    classes = Counter(row["权力类别"] for row in points)
    given = Counter(map(counted.disposition, counted.warnings))
    stand = Counter(map(counted.stand, counted.warnings))
    assert set(stands) == set(stand)
    months = Counter(one["采集日期"].strftime("%Y-%m") for one in counted.warnings)
    graded = Counter(grades(counted)) - Counter({"—": len(counted.scores)})
    odd = [
        one
        for one in counted.filings
        if one["late"] or one["state"] in ("returned", "missing") or one["latest"]["state"] not in ("accepted", "nil")
    ]
    late = Counter(one["unit"] for one in counted.workdays.values() if one["overdue_workdays"] > 0)
    above = [parts[0] - parts[2] for parts in counted.scores.values() if parts[0] is not None and parts[2] is not None]
    waiting = ("待批准", "拟提级待批准")
    return {
        "本期应报单位": list(figures.values()),
        "按权力类别": [str(classes[one]) for one in CLASSES],
        "预警信息共": [
            str(len(counted.warnings)),
            *(str(given[one]) for one in DISPOSITIONS),
            *(str(stand[one]) for one in stands),
            *(str(n) for _, n in counted.warned.most_common(3)),
        ],
        "办理质量": handling(counted),
        "按月份": [str(max(months.values()))],
        "已定等次的单位": [str(n) for _, n in graded.most_common()],
        "1．报送不够及时": [str(len(odd))],
        "2．预警办理逾期": [str(len(late)), *map(str, late.values())],
        "3．自查分明显高于": [
            str(sum(one >= SELF_ABOVE for one in above)),
            *(plain(one, "") for one in above if one >= SELF_ABOVE),
        ],
        "1．风险点": [figures["其中待认定"]],
        "2．处置": [str(sum(stand[one] for one in waiting))],
    }


def grades(counted: Recount) -> list[str]:
    return [counted.grade(unit, MOST_EXCELLENT) for unit in counted.scores]


def tables(counted: Recount) -> Iterator[list[list[str]]]:
    """The rows of 表1 to 表5, their heads apart."""
    points = [row for rows in counted.points.values() for row in rows]
    measures = [one for own in counted.measures.values() for one in own]
    by_unit = [(counted.units[unit], rows, counted.measures[unit]) for unit, rows in counted.points.items()]
    yield [
        [name, *map(str, (len(rows), *counted.level_counts(rows), sum(row["open"] for row in rows), len(own)))]
        for name, rows, own in [*by_unit, ("合计", points, measures)]
    ]
    by_class = [(one, [row for row in points if row["权力类别"] == one]) for one in CLASSES]
    yield [[name, *map(str, (*counted.level_counts(rows), len(rows)))] for name, rows in [*by_class, ("合计", points)]]
    yield crossed(measures, KINDS, LAYERS)
    yield crossed([(one["来源"], counted.disposition(one)) for one in counted.warnings], SOURCES, DISPOSITIONS)
    average = overall(counted)["考核平均分"]
    scored = [
        [
            counted.units[unit],
            *(plain(part, "") for part in parts[:3]),
            plain(parts[3], "未齐"),
            counted.grade(unit, MOST_EXCELLENT),
            str(counted.ranks.get(unit, "—")),
        ]
        for unit, parts in counted.scores.items()
    ]
    yield [*scored, ["平均分", "", "", "", average, "", ""]]


def crossed(pairs: Sequence[tuple[str, str]], rows: Sequence[str], columns: Sequence[str]) -> list[list[str]]:
    """How many pairs there are of each row and column, with sums."""
    found = Counter(pairs)
    body = [
        [row, *(str(found[row, column]) for column in columns), str(sum(one == row for one, _ in pairs))]
        for row in rows
    ]
    last = [str(sum(one == column for _, one in pairs)) for column in columns]
    return [*body, ["合计", *last, str(len(pairs))]]


# What there is


def test_each_single_figure_is_what_the_files_give(counted: Recount, paper: Any) -> None:
    rows = [[cell.text for cell in row.cells] for row in paper.tables[-1].rows][1:]
    singles = {row[1]: row[2] for row in rows if row[2] != "整表"}
    assert singles == overall(counted)


def test_no_number_in_the_text_stands_outside_the_recount(counted: Recount, paper: Any) -> None:
    texts = [paragraph.text for paragraph in paper.paragraphs]
    [told] = [text for text in texts if text.startswith("预警信息共")]
    stands = [re.sub(r"\d+件$", "", one) for one in told.split("按办理状态，")[1].split("。")[0].split("，")]
    expected = sentences(counted, stands)
    for text in texts:
        begin = next((one for one in expected if text.startswith(one)), None)
        assert counts_in(text) == (expected.pop(begin) if begin else []), text
    assert expected == {}


def test_no_number_of_the_leaders_page_stands_outside_it(counted: Recount, reported: Path) -> None:
    texts = [one.text for one in Document(str(reported / "文书" / "领导参阅_2026年度.docx")).paragraphs]
    figures, stand = overall(counted), Counter(map(counted.stand, counted.warnings))
    waiting = str(stand["待批准"] + stand["拟提级待批准"])
    expected = {"本期": list(figures.values()), "1．风险点": [figures["其中待认定"]], "2．处置": [waiting]}
    for text in texts:
        begin = next((one for one in expected if text.startswith(one)), None)
        assert counts_in(text) == (expected[begin] if begin else []), text


@pytest.mark.parametrize("place", range(5))
def test_each_cell_of_a_table_is_what_the_files_give(counted: Recount, paper: Any, place: int) -> None:
    rows = [[cell.text for cell in row.cells] for row in paper.tables[place].rows]
    assert rows[1:] == list(tables(counted))[place]
    assert counts_in("".join(rows[0])) == []


def test_the_other_tables_have_no_numbers_of_their_own(paper: Any) -> None:
    assert len(paper.tables) == 7
    matters, appendix = paper.tables[5:]
    assert [counts_in(cell.text) for row in matters.rows for cell in row.cells if counts_in(cell.text)] == []
    numbers = [row.cells[0].text for row in appendix.rows][1:]
    assert numbers == [str(place) for place in range(1, len(numbers) + 1)]


def test_each_bar_of_a_chart_is_what_the_files_give(counted: Recount, reported: Path) -> None:
    by_unit, by_class, *_ = tables(counted)
    months = [(one["采集日期"].strftime("%Y-%m"), one["来源"]) for one in counted.warnings]
    found = Counter(months)
    spans = sorted({month for month, _ in months})
    graded = Counter(grades(counted)) - Counter({"—": len(counted.scores)})
    expected = [
        [[row[2 + place] for row in by_unit[:-1]] for place in range(3)],
        [[row[1 + place] for row in by_class[:-1]] for place in range(3)],
        [[str(found[month, source]) for month in spans] for source in SOURCES],
        [[str(n) for _, n in graded.most_common()]],
    ]
    with zipfile.ZipFile(reported / "文书" / "综合分析报告_2026年度.docx") as packed:
        charts = [packed.read(f"word/charts/chart{number}.xml").decode() for number in range(1, 5)]
    drawn = [
        [re.findall(r"<c:v>(\d+)</c:v>", one) for one in re.findall(r"<c:val>.*?</c:val>", chart)] for chart in charts
    ]
    assert drawn == expected


def test_a_number_that_nobody_counted_is_noticed() -> None:
    assert counts_in("1．风险点5项：HB01-005、YJ-2026-012，见表2，占12.5%（第2轮），2026年11月27日。") == ["5", "12.5%"]


def test_the_books_that_are_counted_have_rows(counted: Recount) -> None:
    assert len(counted.units) == len(counted.points) == 14
    assert sum(1 for _ in rows_of(counted.book("认定.xlsx"), "认定", "认定结果")) > 10
