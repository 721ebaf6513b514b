"""Every figure of 总览, 单位统计, 预警分析 and 考核得分 of the played year, worked out a second, plain way.

Counted are the rows of the lists behind them (a row for each risk point, measure, warning …), the events of 预警处置台账.xlsx as the
office wrote them, and the scores of 考核评定.xlsx; workdays by the calendar of 2026 as the State Council gave it out. A number in
one of these sheets that is not worked out here is a fault of this file.
"""

from __future__ import annotations

import datetime
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

Row = dict[str, Any]
Key = tuple[str, ...]
"""Words that a number stands between: those to its left in the row, and the headers above it."""

AS_OF = datetime.date(2026, 11, 27)
LEVELS = ("一级", "二级", "三级")
CLASSES = ("一类外部权力", "二类内部权力", "三类公共类")
TYPES = ("思想道德风险", "制度机制风险", "岗位职责风险")
LIMITS = {"警示提醒": 5, "诫勉纠错": 10, "责令整改": 20}
TO_DECIDE, TO_REWORK = 5, 10
HOLIDAYS = (
    ("01-01", "01-03"), ("02-15", "02-23"), ("04-04", "04-06"), ("05-01", "05-05"), ("06-19", "06-21"), ("09-25", "09-27"),
    ("10-01", "10-07"),
)  # fmt: skip
MADE_UP = ("01-04", "02-14", "02-28", "05-09", "09-20", "10-10")


def workdays() -> list[datetime.date]:
    """Every working day of the year."""
    off = {datetime.date.fromisoformat(f"2026-{one}") for one in MADE_UP}
    free = [tuple(datetime.date.fromisoformat(f"2026-{end}") for end in ends) for ends in HOLIDAYS]
    days = [datetime.date(2026, 1, 1) + datetime.timedelta(number) for number in range(365)]
    holidays = {day for day in days for first, last in free if first <= day <= last}
    return [day for day in days if day in off or (day.weekday() < 5 and day not in holidays)]


WORKDAYS = workdays()


def between(first: datetime.date, last: datetime.date) -> int:
    """Working days after the first day, up to the last."""
    return sum(first < day <= last for day in WORKDAYS)


def after(day: datetime.date, count: int) -> datetime.date:
    return [one for one in WORKDAYS if one > day][count - 1]


# What is counted


def table(path: Path, sheet: str, title: str) -> list[Row]:
    """The rows below the one that has a header of this title, as far as that column says something."""
    lines = list(load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True))
    head = next(number for number, line in enumerate(lines) if title in line)
    rows = [dict(zip(lines[head], line, strict=True)) for line in lines[head + 1 :]]
    return [{str(name): value for name, value in row.items() if name} for row in rows if row[title] not in (None, "")]


def day(value: Any) -> datetime.date:
    return value.date() if isinstance(value, datetime.datetime) else value


class Course:
    """What the office wrote of one warning, in the order of its days."""

    def __init__(self, row: Row, events: list[Row]) -> None:
        self.row, self.events = row, sorted(events, key=lambda one: day(one["日期"]))

    def all(self, event: str) -> list[Row]:
        return [one for one in self.events if one["事项"] == event]

    def first(self, event: str) -> Row | None:
        return next(iter(self.all(event)), None)

    @property
    def approved(self) -> list[Row]:
        return [one for one in self.all("批准") if str(one["结果"]).startswith(("同意", "提级"))]

    @property
    def ended(self) -> Row | None:
        """The row that says that it was closed, else the one that left nothing to do but to follow somebody."""
        ends = {
            "督查": ("合格",), "受理": ("不予受理", "并案"), "核实": ("不属实", "无法查实"), "移送": ("",), "回告": ("",),
        }  # fmt: skip
        last = [one for one in self.events if str(one["结果"]).startswith(ends.get(one["事项"], ("—",)))]
        return self.first("办结") or next(reversed(last), None)

    def disposition(self, approval: Row) -> str:
        return next(word for word in LIMITS if word in str(approval["结果"]))

    def span(self, first: Row | None, last: Row | None) -> int | None:
        return between(day(first["日期"]), day(last["日期"])) if first and last else None


class Year:
    """The played year: its summary, its ledger, its scores."""

    def __init__(self, root: Path) -> None:
        self.root = root
        [self.summary] = (root / "汇总").glob("*.xlsx")
        ledger = root / "预警处置台账.xlsx"
        events: dict[str, list[Row]] = defaultdict(list)
        for one in table(ledger, "办理过程", "事项"):
            events[one["预警编号"]].append(one)
        self.courses = [Course(row, events[row["预警编号"]]) for row in table(ledger, "台账", "预警编号")]
        self.points = table(self.summary, "风险点总表", "风险点编号")
        self.units = {row["单位编码"]: row["单位"] for row in self.list("单位统计") if row["单位编码"] != "合计"}

    def list(self, sheet: str, title: str = "单位编码") -> list[Row]:
        return [row for row in table(self.summary, sheet, title) if str(row[title]).startswith("HB")]


# What is shown


def numbers(path: Path, sheet: str) -> Iterator[tuple[str, float]]:
    """Cell → number, of every cell that has one."""
    for line in load_workbook(path, data_only=True)[sheet].iter_rows():
        for cell in line:
            if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
                yield cell.coordinate, float(cell.value)


class Shown:
    """A sheet of the summary as somebody looks at it: where words stand, and what number is beside or below them."""

    def __init__(self, path: Path, sheet: str) -> None:
        self.worksheet = load_workbook(path, data_only=True)[sheet]

    def place(self, text: str, after: int = 0) -> tuple[int, int]:
        """Row and column of the first cell that says this, below a row."""
        for line in self.worksheet.iter_rows(min_row=after + 1):
            for cell in line:
                if cell.value == text:
                    return cell.row, cell.column
        raise AssertionError(f"nowhere: {text}")

    def at(self, row: int, column: int) -> str:
        return str(self.worksheet.cell(row, column).coordinate)

    def below(self, expected: Mapping[str, float]) -> dict[str, float]:
        """Title → number, each below its title."""
        places = {title: self.place(title) for title in expected}
        return {self.at(row + 1, column): expected[title] for title, (row, column) in places.items()}

    def crossed(self, corner: str, expected: Mapping[str, Mapping[str, float]], after: int = 0) -> dict[str, float]:
        """Row → header → number, in a table whose first header is `corner`."""
        head, first = self.place(corner, after)
        width = range(first, self.worksheet.max_column + 1)
        columns = {self.worksheet.cell(head, column).value: column for column in width}
        found = {}
        for name, own in expected.items():
            row, _ = self.place(name, head)
            found |= {self.at(row, columns[title]): number for title, number in own.items()}
        return found


def assert_every_number(path: Path, sheet: str, expected: Mapping[str, float]) -> None:
    shown = dict(numbers(path, sheet))
    assert sorted(shown.keys() - expected.keys()) == [], "numbers that nobody worked out"
    assert shown == pytest.approx(dict(expected), abs=0.0005)


@pytest.fixture(scope="module")
def year(demo: Path) -> Year:
    return Year(demo)


def rounded(value: Decimal) -> float:
    """To one decimal, halves up."""
    return float(value.quantize(Decimal("0.1"), ROUND_HALF_UP))


def filings(year: Year) -> dict[str, dict[str, float]]:
    """Form and round → how many units stand how, by what the table of the units says of each."""
    told: dict[str, dict[str, float]] = {}
    for title, words in _words_of_filings(year).items():
        begins = Counter(word.partition("（")[0] for word in words)
        told[title] = {
            "应报": len(words),
            "已报": begins["已接收"] + begins["零报告"],
            "迟报": sum("迟报" in word for word in words),
            "零报告": begins["零报告"],
            "退回": begins["已退回"],
            "未报送": begins["未报送"],
        }
    return told | {"合计": {name: sum(own[name] for own in told.values()) for name in next(iter(told.values()))}}


def _words_of_filings(year: Year) -> dict[str, list[str]]:
    rows = year.list("单位统计")
    titles = [title for title in rows[0] if "表" in title]
    return {title: [str(row[title]) for row in rows] for title in titles}


def overdue(year: Year) -> list[Row]:
    """The warnings whose next day is over."""
    return [row for row in year.list("预警台账") if row["下一期限"] and day(row["下一期限"]) < AS_OF]


def test_every_figure_of_the_overview(year: Year) -> None:
    sheet, told = Shown(year.summary, "总览"), filings(year)
    levels, results = Counter(row["风险等级"] for row in year.points), scores(year)
    expected = sheet.below(
        {
            "应报单位（个）": len(year.units),
            "应报表单（份）": told["合计"]["应报"],
            **{name: told["合计"][name] for name in ("已报", "迟报", "零报告", "退回", "未报送")},
            "考核平均分": mean_of(results),
            "风险点总数": len(year.points),
            **{f"{level}风险点": levels[level] for level in LEVELS},
            "其中待认定": sum(row["认定情况"] == "待认定" for row in year.points),
            "防控措施": len(year.list("防控措施总表")),
            "预警信息": len(year.list("预警信息")),
            "预警逾期": len(overdue(year)),
        }
    )
    cells = Counter((row["后果程度"], row["发生可能性"]) for row in year.points)
    likely = ("较大", "较小")
    matrix = {severity: {one: cells[severity, one] for one in likely} for severity in ("严重", "较严重", "较轻微")}
    expected |= sheet.crossed("后果程度＼可能性", matrix)
    expected |= sheet.crossed("表单", told)
    assert_every_number(year.summary, "总览", expected)


def test_every_figure_of_the_units(year: Year) -> None:
    results = scores(year)
    late = Counter(row["单位编码"] for row in overdue(year))
    lists = {"防控措施": "防控措施总表", "岗位自查": "岗位自查总表", "预警信息": "预警信息"}
    count = {title: Counter(row["单位编码"] for row in year.list(sheet)) for title, sheet in lists.items()}
    is_duty = [(row["单位编码"], row["职权类型"] == "岗位职责") for row in year.list("权责清单总表")]
    count |= {
        title: Counter(code for code, one in is_duty if one == apart)
        for title, apart in (("职权", False), ("岗位职责", True))
    }
    assert count["岗位职责"].total() > 0
    expected: dict[str, dict[str, float]] = {}
    for code in year.units:
        own = [row for row in year.points if row["单位编码"] == code]
        said = Counter(word for row in own for word in (row["风险等级"], row["权力类别"], row["风险类型"]))
        expected[code] = {
            "风险点数": len(own),
            "其中待认定": sum(row["认定情况"] == "待认定" for row in own),
            **{word: said[word] for word in (*LEVELS, *CLASSES, *TYPES)},
            **{title: counts[code] for title, counts in count.items()},
            "预警逾期": late[code],
        }
    expected["合计"] = {title: sum(own[title] for own in expected.values()) for title in expected["HB01"]}
    for code, result in results.items():
        expected[code]["考核得分"] = result
    expected["合计"]["考核得分"] = mean_of(results)
    sheet = Shown(year.summary, "单位统计")
    row, _ = sheet.place("合计")  # beside no code
    total = {sheet.at(row, sheet.place(title)[1]): value for title, value in expected.pop("合计").items()}
    assert_every_number(year.summary, "单位统计", sheet.crossed("单位编码", expected) | total)


# 考核


def unit_of(text: Any) -> str:
    return str(text).split()[0]


def parts(year: Year) -> dict[str, tuple[Decimal | None, Decimal, Decimal]]:
    """Unit → 自查, 日常督查, 年终检查, from what units and the office wrote."""
    book = year.root / "考核评定.xlsx"
    own: dict[str, Decimal] = defaultdict(Decimal)
    for row in year.list("考核明细"):
        own[row["单位编码"]] += Decimal(str(row["自评分"]))
    points: dict[str, Decimal] = {}
    final: dict[str, Decimal] = defaultdict(Decimal)
    for row in table(book, "年终检查", "项"):
        points[str(row["项"])] = Decimal(str(row["分值"]))
        given = row["得分"] if row["得分"] is not None else row["建议得分"]
        final[unit_of(row["单位"])] += Decimal(str(given))
    lost: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in table(book, "日常督查记录", "项"):
        lost[unit_of(row["单位"]), str(row["项"]).strip("第项")] += Decimal(str(row["扣分"]))
    left = {
        code: sum((most - min(most, lost[code, item]) for item, most in points.items()), Decimal(0))
        for code in year.units
    }
    return {code: (own.get(code), left[code], final[code]) for code in year.units}


def scores(year: Year) -> dict[str, float]:
    """Unit → result, of those that have all three parts."""
    weights = (Decimal("0.2"), Decimal("0.4"), Decimal("0.4"))
    whole = {code: own for code, own in parts(year).items() if own[0] is not None}
    return {
        code: rounded(
            sum(((part or Decimal(0)) * weight for part, weight in zip(own, weights, strict=True)), Decimal(0))
        )
        for code, own in whole.items()
    }


def mean_of(results: Mapping[str, float]) -> float:
    values = [Decimal(str(value)) for value in results.values()]
    return rounded(sum(values, Decimal(0)) / len(values))


def test_every_figure_of_the_scores(year: Year) -> None:
    results, expected = scores(year), {}
    for code, own in parts(year).items():
        named = dict(zip(("自查", "日常督查", "年终检查"), own, strict=True))
        expected[code] = {title: float(value) for title, value in named.items() if value is not None} | {
            "加减分合计": 0.0
        }
        if code in results:
            better = sum(other > results[code] for other in results.values())
            expected[code] |= {"结果": results[code], "名次": 1 + better}
    assert table(year.root / "考核评定.xlsx", "加减分", "事由") == [], "nothing was added or taken off"
    sheet = Shown(year.summary, "考核得分")
    found = sheet.crossed("单位编码", expected)
    found[sheet.at(sheet.place("平均分")[0], sheet.place("结果")[1])] = mean_of(results)
    row, column = sheet.place("得分起点")
    found |= {sheet.at(row + place, column): lowest for place, lowest in enumerate((0, 60, 80, 90), 1)}
    assert_every_number(year.summary, "考核得分", found)


# 预警


def share(good: int, of: int) -> float:
    return float((Decimal(good) / of).quantize(Decimal("0.001"), ROUND_HALF_UP))


def answers(course: Course) -> list[tuple[datetime.date, datetime.date | None]]:
    """The day until which each round is to be answered, and the day on which it was."""
    limits: list[datetime.date] = []
    last = ""
    for one in course.events:
        on, event, result = day(one["日期"]), one["事项"], str(one["结果"])
        if one in course.approved:
            last = course.disposition(one)
        if event == "送达":
            limits.append(after(on, LIMITS[last]))
        if event == "督查" and result.startswith("不合格") and "提级" not in result:
            limits.append(after(on, min(LIMITS[last], TO_REWORK)))
        if event == "延期批准":
            limits[-1] = datetime.date.fromisoformat(result.removeprefix("延期至"))
    replies = [day(one["日期"]) for one in course.all("反馈")]
    return list(zip_longest(limits, replies[: len(limits)]))


def quality(year: Year) -> dict[str, dict[str, float]]:
    verified = [one for course in year.courses if (one := course.first("核实"))]
    proved = [one for one in verified if str(one["结果"]).startswith(("属实", "部分属实"))]
    decided = [(course.first("核实"), course.approved[0]) for course in year.courses if course.approved]
    in_time = [first for first, last in decided if first and day(last["日期"]) <= after(day(first["日期"]), TO_DECIDE)]
    answered = [(limit, on) for course in year.courses for limit, on in answers(course) if on is not None]
    inspected = [one for course in year.courses if (one := course.first("督查"))]
    passed = [one for one in inspected if str(one["结果"]).startswith("合格")]
    return {
        "属实率": {"比率": share(len(proved), len(verified))},
        "及时处置率": {"比率": share(len(in_time), len(decided))},
        "及时反馈率": {"比率": share(sum(on <= limit for limit, on in answered), len(answered))},
        "一次合格率": {"比率": share(len(passed), len(inspected))},
    }


def times(year: Year) -> dict[str, dict[str, float]]:
    spans = {
        "核实": [course.span(course.first("受理"), course.first("核实")) for course in year.courses],
        "处置决定": [course.span(course.first("核实"), next(iter(course.approved), None)) for course in year.courses],
        "送达": [course.span(next(iter(course.approved), None), course.first("送达")) for course in year.courses],
        "全程": [course.span({"日期": course.row["采集日期"]}, course.ended) for course in year.courses],
    }
    found = {}
    for name, values in spans.items():
        known = [value for value in values if value is not None]
        found[name] = {
            "平均": rounded(Decimal(sum(known)) / len(known)),
            "中位数": float(statistics.median(known)),
        }
    return found


def by_month(year: Year) -> dict[str, dict[str, float]]:
    sources = Counter((str(day(one.row["采集日期"]))[:7], one.row["来源"]) for one in year.courses)
    names = sorted({source for _, source in sources})
    found: dict[str, dict[str, float]] = {}
    for month in sorted({month for month, _ in sources}):
        own = {source: float(sources[month, source]) for source in names}
        found[month] = own | {"合计": sum(own.values())}
    return found | {"合计": {name: sum(own[name] for own in found.values()) for name in (*names, "合计")}}


def word_in(text: Any, words: Iterable[str]) -> list[str]:
    return [word for word in words if word in str(text or "")]


def by_kind(year: Year) -> dict[str, Counter[str]]:
    """Kind → word → how many warnings."""
    points = {row["风险点编号"]: row for row in year.points}
    of_points = [points[one.row["关联风险点"]] for one in year.courses if one.row["关联风险点"]]
    verified = [one for course in year.courses if (one := course.first("核实"))]
    results = [str(one["结果"]).partition("；")[0] for one in verified]
    papers: Counter[str] = Counter()
    for course in year.courses:
        approved = iter(course.approved)
        papers.update(course.disposition(next(approved)) for _ in course.all("送达"))
        papers["重新整改"] += sum(
            str(one["结果"]).startswith("不合格") and "提级" not in str(one["结果"]) for one in course.all("督查")
        )
    return {
        "核实结果": Counter(results),
        "问题程度": Counter(word for one in verified for word in re.findall("问题程度[ ：＝]*(轻微|较重|严重)", str(one["结果"]))),
        "最终处置": Counter(course.disposition(course.approved[-1]) for course in year.courses if course.approved),
        "发出文书": papers,
        "对象类型": Counter(str(one.row["对象类型"]) for one in year.courses),
        "权力类别": Counter(row["权力类别"] for row in of_points),
        "风险类型": Counter(row["风险类型"] for row in of_points),
        "关联风险点等级": Counter(row["风险等级"] for row in of_points),
        "成因": Counter(word for one in verified for word in re.findall("原因[ ：＝]*(教育|制度|监督|自律)", str(one["内容"]))),
    }  # fmt: skip


def test_every_figure_of_the_analysis_of_warnings(year: Year) -> None:
    sheet = Shown(year.summary, "预警分析")
    expected = sheet.crossed("指标", quality(year)) | sheet.crossed("步骤", times(year))
    expected |= sheet.crossed("月份", by_month(year))
    units = Counter(year.units[unit_of(one.row["所属单位"])] for one in year.courses)
    units["合计"] = len(year.courses)
    per_unit = {name: {"件数": float(count)} for name, count in units.items()}
    expected |= sheet.crossed("单位", per_unit, after=sheet.place("四、按单位")[0] - 1)
    head, _ = sheet.place("分类")
    for kind, words in by_kind(year).items():
        row, _ = sheet.place(kind, head)
        for word, count in words.items():
            at, _ = sheet.place(word, row - 1)
            expected[sheet.at(at, sheet.place("件数", head - 1)[1])] = count
    assert_every_number(year.summary, "预警分析", expected)
