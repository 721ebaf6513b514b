"""The year counted again from what lies in the folder, by plain loops over cells, without the program's reading, merging or following.

Only the round's standing (which file of a unit counts) and working days are taken from the program; each has tests of its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from tests.scenarios.books import lzxl_json

Row = dict[str, Any]
LEVELS = ("一级", "二级", "三级")
# 实施细则 (分级): the level of each cell, the two that it leaves open at what the table gives for now.
LEVEL = {
    ("较大", "严重"): "一级",
    ("较大", "较严重"): "二级",
    ("较小", "严重"): "二级",
    ("较大", "较轻微"): "三级",
    ("较小", "较严重"): "三级",
    ("较小", "较轻微"): "三级",
}
OPEN = {("较大", "较轻微"), ("较小", "较严重")}
# 第八条(一)2: by which means each layer guards; all others are the section's.
SELF = ("自我学习", "组织教育", "相互帮助", "自我约束")
SOCIETY = ("廉政监督员监控评议", "服务对象和信访举报", "民意调查", "上级专项检查和巡视督导")
LAYERS = ("自我预防", "科室联防", "社会群防")
KINDS = ("思想道德风险", "制度机制风险", "岗位职责风险")
# The bureau's own, as the scheme says them: the least score of each grade, the weights, and the share that may be 优秀.
GRADES = (("优秀", 90), ("良好", 80), ("合格", 60))
WEIGHTS = (Decimal("0.2"), Decimal("0.4"), Decimal("0.4"))
# What a warning is after its last event; a verified one goes on by whether discipline or law may have been broken.
STANDS = {
    ("受理", "受理"): "核实中",
    ("受理", "不予受理"): "已办结（不予受理）",
    ("受理", "并案"): "已并案",
    ("核实", "不属实"): "已办结（了结）",
    ("核实", "无法查实"): "暂存待查",
    ("移送", ""): "已移送",
    ("回告", ""): "已办结（移送）",
    ("处置建议", ""): "待批准",
    ("批准", ""): "已批准待送达",
    ("跟踪期满", ""): "已办结",
}


class Recount:
    """One campaign on a day, counted by hand."""

    def __init__(self, root: Path, day: str) -> None:
        self.root, self.day = root, day
        self.filings = lzxl_json(root, "status", "--as-of", day)["filings"]

    @cached_property
    def units(self) -> dict[str, str]:
        """Code → name, as the roster has them."""
        return {row["单位编码"]: row["单位名称"] for row in rows_of(self.book("单位名册.xlsx"), "单位名册", "单位编码")}

    # What units filed

    @cached_property
    def registers(self) -> dict[str, Workbook]:
        """Unit → its register that counts."""
        return {
            one["unit"]: load_workbook(self.root / one["file"], data_only=True)
            for one in self.filings
            if one["form"] == "risk_register" and one["state"] == "accepted"
        }

    @cached_property
    def points(self) -> dict[str, list[Row]]:
        """Unit → its risk points, each with the level that counts."""
        return {unit: list(self._points(unit, book)) for unit, book in self.registers.items()}

    def _points(self, unit: str, book: Workbook) -> Iterator[Row]:
        decided = {row["编号"]: row["认定结果"] for row in rows_of(self.book("认定.xlsx"), "认定", "认定结果")}
        for row in rows_of(book, "风险点", "风险点编号"):
            if not str(row["风险点编号"]).startswith(unit):
                continue  # a header that a unit repeated
            # One unit's form has a title of its own for it: 风险发生的可能性.
            likely = next(value for title, value in row.items() if title.endswith("可能性"))
            cell = (str(likely), str(row["后果程度"]))
            number = row["风险点编号"]
            yield {**row, "level": decided.get(number, LEVEL[cell]), "open": cell in OPEN and number not in decided}

    @cached_property
    def measures(self) -> dict[str, list[tuple[str, str]]]:
        """Unit → (kind of risk, layer) of each measure: the first stands on the risk point's row, one said twice counts once."""
        return {unit: list(self._measures(unit, book)) for unit, book in self.registers.items()}

    def _measures(self, unit: str, book: Workbook) -> Iterator[tuple[str, str]]:
        kinds = {row["风险点编号"]: row["风险类型"] for row in self.points[unit]}
        first = [
            (row["风险点编号"], row["防控措施"], row["防控方式"]) for row in self.points[unit] if row.get("防控措施")
        ]
        further = [
            (row["关联风险点编号"], row["措施内容"], row["防控方式"]) for row in rows_of(book, "防控措施", "措施内容")
        ]
        told = {(point, text): means for point, text, means in [*further, *first]}
        for (point, _), means in told.items():
            yield kinds[point], LAYERS[0] if means in SELF else LAYERS[2] if means in SOCIETY else LAYERS[1]

    def level_counts(self, rows: list[Row]) -> list[int]:
        found = Counter(row["level"] for row in rows)
        return [found[level] for level in LEVELS]

    # The office's books

    def book(self, name: str) -> Workbook:
        return load_workbook(self.root / name, data_only=True)

    @cached_property
    def warnings(self) -> list[Row]:
        """The ledger's rows, each with its events in their order."""
        book = self.book("预警处置台账.xlsx")
        events = defaultdict(list)
        for row in rows_of(book, "办理过程", "预警编号"):
            events[row["预警编号"]].append(row)
        return [{**row, "events": events[row["预警编号"]]} for row in rows_of(book, "台账", "预警编号")]

    @cached_property
    def warned(self) -> Counter[str]:
        """Unit → how many warnings concern it."""
        return Counter(str(one["所属单位"]).split()[0] for one in self.warnings)

    @cached_property
    def workdays(self) -> dict[str, Row]:
        """Number of a warning → how many working days its steps took, and what is late, as `lzxl ledger` has it."""
        return {one["id"]: one for one in lzxl_json(self.root, "ledger", "--date", self.day)["warnings"]}

    def stand(self, warning: Row) -> str:
        """How a warning stands, by going through its events once."""
        state, turn = "已登记", 0
        for event in warning["events"]:
            what, result = event["事项"], str(event["结果"] or "")
            word = result.split("；", maxsplit=1)[0]
            if what == "核实" and word in ("属实", "部分属实"):
                state = "待移送" if result.endswith("违法 是") else "已核实"
            elif what in ("送达", "延期批准"):
                turn = max(turn, 1)
                state = f"整改反馈中（第{turn}轮）" if turn == 1 else f"重新整改中（第{turn}轮）"
            elif what == "反馈":
                state = f"已反馈待督查（第{turn}轮）"
            elif what == "督查" and word.startswith("不合格"):
                turn += 1
                state = f"重新整改中（第{turn}轮）" if turn == 2 else "拟提级待批准"
            elif what == "督查":
                state = "已办结·跟踪期" if self._is_followed(warning) else "已办结"
            else:
                state = STANDS.get((what, word)) or STANDS[what, ""]
        return state

    def _is_followed(self, warning: Row) -> bool:
        """Whether what was done is 诫勉 of a person: that is followed for some time after."""
        return self.disposition(warning) == "诫勉纠错" and warning["对象类型"] == "个人"

    def disposition(self, warning: Row) -> str:
        """What was approved last; 尚未处置: nothing."""
        approved = [str(event["结果"]).split()[-1] for event in warning["events"] if event["事项"] == "批准"]
        return approved[-1] if approved else "尚未处置"

    # The appraisal

    @cached_property
    def scores(self) -> dict[str, list[Decimal | None]]:
        """Unit → 自查, 日常督查, 年终检查 and the result; None where there is none."""
        book = self.book("考核评定.xlsx")
        points: dict[tuple[str, str], Decimal] = {}
        final: dict[str, Decimal] = defaultdict(Decimal)
        for row in rows_of(book, "年终检查", "项"):
            points[row["单位"], str(row["项"])] = decimal(row["分值"])
            final[row["单位"]] += decimal(row["建议得分"] if row["得分"] is None else row["得分"])
        lost: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for row in rows_of(book, "日常督查记录", "扣分"):
            lost[row["单位"], str(row["项"])] += decimal(row["扣分"])
        own = self._own_scores()
        found: dict[str, list[Decimal | None]] = {}
        for unit, given in final.items():
            daily = 100 - sum((min(points[key], value) for key, value in lost.items() if key[0] == unit), Decimal())
            parts = [own.get(unit), daily, given]
            found[unit] = [*parts, None if parts[0] is None else result_of(parts)]
        return found

    def _own_scores(self) -> dict[str, Decimal]:
        """Unit → what it gave itself, of the self-appraisals that count."""
        found = {}
        for one in self.filings:
            if one["form"] == "self_appraisal" and one["state"] == "accepted":
                book = load_workbook(self.root / one["file"], data_only=True)
                rows = [row for row in rows_of(book, "考核评分", "自评分") if str(row["序号"]).isdigit()]
                found[one["unit"]] = sum((decimal(row["自评分"]) for row in rows), Decimal())
        return found

    @cached_property
    def ranks(self) -> dict[str, int]:
        """1, 2, 2, 4 by result."""
        results = {unit: parts[-1] for unit, parts in self.scores.items() if parts[-1] is not None}
        return {unit: 1 + sum(other > mine for other in results.values()) for unit, mine in results.items()}

    def grade(self, unit: str, most: int) -> str:
        """By score; no more than so many are 优秀, the best of them."""
        result = self.scores[unit][-1]
        if result is None:
            return "—"
        grade = next((word for word, least in GRADES if result >= least), "不合格")
        return "良好" if grade == "优秀" and self.ranks[unit] > most else grade


def decimal(value: Any) -> Decimal:
    """A number, also where a unit wrote 分 behind it."""
    return Decimal(str(value).strip().removesuffix("分"))


def result_of(parts: list[Decimal | None]) -> Decimal:
    """The weighted sum, half up to one place."""
    whole = sum((weight * (part or 0) for weight, part in zip(WEIGHTS, parts, strict=True)), Decimal())
    return whole.quantize(Decimal("0.1"), ROUND_HALF_UP)


def rows_of(book: Workbook, sheet: str, title: str) -> Iterator[Row]:
    """The rows of a table, by the titles of its columns, as far down as there is something under a title."""
    cells = [list(row) for row in book[sheet].iter_rows(values_only=True)]
    head = next(place for place, row in enumerate(cells) if title in row)
    for row in cells[head + 1 :]:
        found = {str(name): value for name, value in zip(cells[head], row, strict=True) if name is not None}
        if found.get(title) not in (None, ""):
            yield found
