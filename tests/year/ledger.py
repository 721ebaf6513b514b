"""Warnings and their events as the tests write them: a row a line, as on the page of a case."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from lzxl.year.course import Course, EventRow, Matter
from lzxl.year.events import Machine, load_machine
from lzxl.year.follow import Members, follow, nobody
from lzxl.year.workdays import Calendar

MACHINE = load_machine()
PLAIN = Calendar()


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def event_rows(text: str, warning: str = "YJ-2026-001") -> list[EventRow]:
    """Rows of 轮次 | 事项 | 日期 | 办理人 | 结果 | 内容 | 文号, one a line."""
    found = []
    for number, line in enumerate(filter(None, map(str.strip, text.strip().splitlines()))):
        cells = [cell.strip() for cell in line.split("|")]
        round_, event, on, handlers, result, content, paper = (*cells, *[""] * (7 - len(cells)))
        known = MACHINE.find_event(event)
        names = tuple(filter(None, handlers.replace("、", " ").split()))
        typed = int(round_) if round_ else None
        row = EventRow(number + 2, warning, known.name if known else "", day(on), typed, names, result, content, paper)
        found.append(row)
    return found


SECTION = Matter(
    "YJ-2026-001", "HB10", day("2026-03-09"), "科室", "执法二中队", source="信访投诉举报", risk_id="HB10-005"
)

TWICE_REWORKED = """
0 | 受理 | 2026-03-10 | 柳青 | 受理
0 | 核实 | 2026-03-27 | 韩立群、柳青 | 属实；问题程度 较重；是否涉嫌违纪违法 否
0 | 处置建议 | 2026-03-30 | 办公室 | 建议 诫勉纠错（科室：约谈中队负责人＋纠错通知）
1 | 批准 | 2026-04-01 | 领导小组 | 同意 诫勉纠错
1 | 送达 | 2026-04-02 | 柳青 | 符海涛 签收 | | 云环廉办〔2026〕3号
1 | 反馈 | 2026-04-16 | HB10 | 原因分析、整改措施各一份
1 | 督查 | 2026-04-24 | 韩立群 | 不合格：抽查5件仍有2件无讨论笔录 → 重新整改 | | 云环廉办〔2026〕6号
2 | 反馈 | 2026-05-14 | HB10 | 第二次整改报告
2 | 督查 | 2026-05-20 | 韩立群 | 不合格：裁量说明未附卷 → 提级
3 | 批准 | 2026-05-22 | 领导小组 | 提级为 责令整改
3 | 送达 | 2026-05-25 | 柳青 | 雷震山 签收 | | 云环廉办〔2026〕9号
3 | 反馈 | 2026-06-18 | HB10 | 整改报告、制度1件、返工案卷12宗
3 | 督查 | 2026-06-25 | 韩立群、邵长林 | 合格
3 | 办结 | 2026-06-26 | 柳青 | 归档
"""
"""场景一: a warning that was reworked twice, escalated and closed."""


def course_of(
    rows: Sequence[EventRow] | str,
    as_of: str = "2026-12-31",
    matter: Matter = SECTION,
    members: Members = nobody,
    machine: Machine = MACHINE,
) -> Course:
    listed = event_rows(rows) if isinstance(rows, str) else rows
    return follow(machine, PLAIN, matter, listed, day(as_of), members)


def codes(course: Course) -> list[tuple[str, int | None]]:
    """Code and row of every fault."""
    return [(fault.code, fault.at) for fault in course.faults]
