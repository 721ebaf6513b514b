"""A warning's course: 场景一 with its table of refusals, and laws over random walks held against a second, plain computation."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.year.course import EventRow, Matter
from lzxl.year.follow import follow
from lzxl.year.months import add_months
from lzxl.year.workdays import is_workday
from tests.year.ledger import MACHINE, PLAIN, SECTION, TWICE_REWORKED, codes, course_of, day, event_rows

PERSON = replace(SECTION, target_kind="个人", target="符海涛")


def test_a_warning_that_was_reworked_twice_and_escalated() -> None:
    course = course_of(TWICE_REWORKED)
    standing = course.standing
    assert (course.state, standing.round, standing.rework, standing.escalated) == ("已办结", 3, 2, 1)
    assert (course.first_disposition, course.final_disposition) == ("诫勉纠错", "责令整改")
    assert course.feedback_delays == (0, 2, 0)
    days = [("received", "verified"), ("verified", "approved"), ("approved", "delivered")]
    assert [course.between(*pair) for pair in days] == [13, 3, 1]
    assert course.register_to_close == 75
    assert course.documents == ("云环廉办〔2026〕3号", "云环廉办〔2026〕6号", "云环廉办〔2026〕9号")
    assert course.faults == ()


def test_the_limits_of_its_events_go_over_the_holidays() -> None:
    dues = [str(done.due) for done in course_of(TWICE_REWORKED).done if done.due]
    assert dues == [
        *("2026-03-31", "2026-04-03", "2026-04-07", "2026-04-17", "2026-04-30", "2026-05-12"),
        *("2026-05-28", "2026-05-27", "2026-06-23", "2026-07-03"),
    ]


@pytest.mark.parametrize(
    ("as_of", "state", "kind", "due", "overdue"),
    [
        ("2026-03-09", "已登记", "verify", None, 0),
        ("2026-03-20", "核实中", "verify", "2026-03-31", 0),
        ("2026-04-01", "已批准待送达", "deliver", "2026-04-07", 0),
        ("2026-04-20", "已反馈待督查（第1轮）", "supervise", "2026-04-30", 0),
        ("2026-05-13", "重新整改中（第2轮）", "feedback", "2026-05-12", 1),
        ("2026-05-21", "拟提级待批准", "escalate", None, 0),
        ("2026-06-24", "已反馈待督查（第3轮）", "supervise", "2026-07-03", 0),
        ("2026-06-27", "已办结", "", None, 0),
    ],
)
def test_its_state_as_of_a_day(as_of: str, state: str, kind: str, due: str | None, overdue: int) -> None:
    course = course_of(TWICE_REWORKED, as_of)
    assert (course.state, course.kind, course.overdue_workdays) == (state, kind, overdue)
    assert course.due == (day(due) if due else None)


def test_rounds_that_are_typed_are_those_that_follow() -> None:
    assert [done.round for done in course_of(TWICE_REWORKED).done] == [row.round for row in event_rows(TWICE_REWORKED)]


def changed(line: int, old: str, new: str) -> str:
    """场景一 with one row changed; "" leaves the row out. Rows are counted from 1, as on its page."""
    lines = TWICE_REWORKED.strip().splitlines()
    assert old in lines[line - 1]
    lines[line - 1] = lines[line - 1].replace(old, new) if new else ""
    return "\n".join(filter(None, lines))


def test_closing_after_a_supervision_that_was_not_passed() -> None:
    course = course_of(changed(13, "合格", "不合格"))
    assert codes(course) == [("closed_without_supervision", 15)]
    assert course.state == "重新整改中（第4轮）"


def test_feedback_after_a_second_failure_without_approval_and_delivery() -> None:
    lines = TWICE_REWORKED.strip().splitlines()
    course = course_of("\n".join(lines[:9] + lines[11:]))
    assert codes(course) == [("escalation_not_approved", 11)]
    assert course.faults[0].details["possible"] == ["批准"]
    assert course.state == "拟提级待批准"


def test_feedback_before_delivery_is_a_slip_in_the_day() -> None:
    course = course_of(changed(6, "2026-04-16", "2026-04-01"))
    assert codes(course) == [("date_order", 7)]
    assert course.faults[0].details["earlier_day"] == day("2026-04-02")


def test_an_event_before_the_day_of_collection() -> None:
    assert codes(course_of(changed(1, "2026-03-10", "2026-03-06"))) == [("date_order", 2)]


def test_who_handles_or_inspects_is_not_of_the_unit() -> None:
    members = {"HB10": {"符海涛", "雷震山"}}
    rows = changed(7, "韩立群", "符海涛").replace(
        "0 | 受理 | 2026-03-10 | 柳青", "0 | 受理 | 2026-03-10 | 雷震山、柳青"
    )
    course = course_of(rows, members=lambda unit, _: members[unit])
    assert codes(course) == [("handler_of_own_unit", 2), ("supervisor_of_own_unit", 8)]
    assert course_of(TWICE_REWORKED, members=lambda unit, _: members[unit]).faults == ()


def test_a_person_is_followed_for_half_a_year_after_admonition() -> None:
    rows = "\n".join(TWICE_REWORKED.strip().splitlines()[:6]) + "\n1 | 督查 | 2026-04-24 | 韩立群 | 合格"
    course = course_of(rows, "2026-10-03", matter=PERSON)
    assert (course.state, course.kind, course.due) == ("已办结·跟踪期", "track", day("2026-10-02"))
    assert course.overdue_workdays == 0  # a Saturday in the holidays
    assert course_of(rows).state == "已办结"  # a section is not followed


def test_the_time_until_its_end_is_without_the_half_year_in_which_a_person_is_followed() -> None:
    rows = "\n".join(TWICE_REWORKED.strip().splitlines()[:6]) + "\n1 | 督查 | 2026-04-24 | 韩立群 | 合格"
    followed = course_of(rows, "2026-05-03", matter=PERSON)
    released = course_of(rows + "\n1 | 跟踪期满 | 2026-10-09 | 柳青 | 期满解除", "2026-10-12", matter=PERSON)
    assert released.state == "已办结"
    assert followed.register_to_close == released.register_to_close == 33
    assert course_of(rows + "\n1 | 办结 | 2026-04-27 | 柳青", matter=PERSON).register_to_close == 34


def test_what_cannot_be_verified_rests_and_is_taken_up_within_a_year() -> None:
    rows = "0 | 受理 | 2026-03-10\n0 | 核实 | 2026-03-27 | 韩立群 | 无法查实"
    assert course_of(rows).state == "暂存待查"
    again = rows + "\n0 | 重启 | 2027-03-27 | 柳青"
    assert course_of(again, "2027-03-31").state == "核实中"
    late = course_of(rows + "\n0 | 重启 | 2027-03-28 | 柳青", "2027-03-31")
    assert (codes(late), late.state) == ([("illegal_step", 4)], "暂存待查")


def test_what_is_transferred_gets_no_disposition_and_no_limit() -> None:
    rows = """
    0 | 受理 | 2026-08-07 | 柳青
    0 | 核实 | 2026-08-26 | 韩立群 | 属实；涉嫌违纪 是
    0 | 移送 | 2026-08-28 | 柳青 | | | 云环廉移〔2026〕1号
    """
    matter = Matter("YJ-2026-014", "HB12", day("2026-08-06"), "个人", "乐正华")
    course = course_of(rows, matter=matter)
    assert (course.state, course.due, course.kind, course.counts_in_dispositions) == ("已移送", None, "", False)
    assert (course.between("received", "verified"), course.faults) == (13, ())
    cleared = course_of(rows + "0 | 回告 | 2026-09-30 | 派驻组 | 不属实，予以澄清 | | 派纪函〔2026〕2号", matter=matter)
    assert cleared.state == "已办结（澄清）"
    disposed = course_of(
        rows.replace("移送", "批准").replace("| | | 云环廉移〔2026〕1号", "| 同意 警示提醒"), matter=matter
    )
    assert (codes(disposed), disposed.state) == ([("illegal_step", 4)], "待移送")
    assert disposed.faults[0].details == {
        "state": "待移送",
        "event": "approve",
        "possible": ["移送"],
        "suspected": True,
    }


@pytest.mark.parametrize(
    ("line", "old", "new", "missing", "part"),
    [
        (2, "；是否涉嫌违纪违法 否", "", "breach", "result"),
        (2, "；问题程度 较重", "", "degree", "result"),
        (2, "属实；", "情况复杂；", "result", "result"),
        (10, "提级为 责令整改", "同意提级", "disposition", "result"),
        (5, "符海涛 签收", "", "content", "result"),
    ],
)
def test_what_a_row_should_say_and_does_not(line: int, old: str, new: str, missing: str, part: str) -> None:
    rows = event_rows(TWICE_REWORKED)
    row = rows[line - 1]
    assert old in row.result
    rows[line - 1] = replace(row, result=row.result.replace(old, new))
    found = [(fault.code, fault.at, fault.part, fault.details["missing"]) for fault in course_of(rows).faults]
    assert found == [("event_incomplete", row.at, part, missing)]


def test_a_limit_that_is_put_off() -> None:
    rows = "\n".join(TWICE_REWORKED.strip().splitlines()[:5])
    extended = rows + "\n1 | 延期批准 | 2026-04-15 | 领导小组 | 延期至2026年4月24日\n1 | 反馈 | 2026-04-24 | HB10"
    assert course_of(extended, "2026-04-20").due == day("2026-04-24")
    assert course_of(extended).feedback_delays == (0,)
    assert course_of(extended).faults == ()


def test_notes_change_nothing() -> None:
    rows = TWICE_REWORKED + "3 | 更正 | 2026-06-29 | 柳青 | 第9行签收人应为雷振山\n3 | 异议 | 2026-06-29 | HB10"
    course = course_of(rows)
    assert (course.state, course.faults) == ("已办结", ())
    silent = course_of(TWICE_REWORKED + "3 | 更正 | 2026-06-29 | 柳青")
    assert [(fault.code, fault.details["missing"]) for fault in silent.faults] == [("event_incomplete", "content")]


def test_a_bureaus_own_limit() -> None:
    own = MACHINE.with_limits({"verify": replace(MACHINE.limits["verify"], workdays=20, basis="云环党组〔2026〕4号")})
    course = course_of("0 | 受理 | 2026-03-10", machine=own)
    assert (course.due, own.basis_of("verify"), own.basis_of("decide")) == (
        day("2026-04-08"),
        "云环党组〔2026〕4号",
        "本局暂定",
    )


# Random walks, and the table of the stages written down once more, plainly.

RESULTS = {
    "受理": ["受理", "不予受理", "并案"],
    "核实": [
        *("属实；问题程度 轻微；是否涉嫌违纪违法 否", "部分属实；问题程度 较重；不涉嫌违纪违法"),
        *("属实；涉嫌违纪违法 是", "不属实", "无法查实"),
    ],
    "处置建议": ["建议 警示提醒", "建议 诫勉纠错", "建议 责令整改"],
    "批准": ["同意 警示提醒", "同意 诫勉纠错", "提级为 责令整改", "不同意"],
    "督查": ["合格", "不合格：仍有两件"],
    "回告": ["已收到", "不属实，予以澄清"],
    "延期批准": ["延期至2027-12-31"],
    "更正": ["日期写错"],
}
CLOSED = {
    "已办结（不予受理）",
    "已并案",
    "已办结（了结）",
    "已办结（移送）",
    "已办结（澄清）",
    "已办结",
    "已办结·跟踪期",
}


@dataclass
class Plain:
    """The table of the stages, step by step, for one warning: its state without the round, and what it counts."""

    is_person: bool = False
    state: str = "已登记"
    round: int = 0
    failures: int = 0
    rework: int = 0
    escalated: int = 0
    disposition: str = ""
    suspended_on: datetime.date | None = None
    archived: bool = False

    def take(self, event: str, result: str, on: datetime.date) -> bool:
        """Whether the step is possible; takes it if it is."""
        before = (self.state, self.archived)
        step = getattr(self, f"_{list(STEPS).index(event)}", None)
        if event in ("更正", "异议", "复核"):
            return True
        assert step is not None
        return bool(step(result, on)) or before != (self.state, self.archived)

    def _go(self, sources: set[str], to: str) -> bool:
        if self.state not in sources or (self.state == "已办结" and self.archived):
            return False
        self.state = to
        return True

    def _0(self, result: str, on: datetime.date) -> bool:  # 受理
        to = {"受理": "核实中", "不予受理": "已办结（不予受理）", "并案": "已并案"}[result]
        return self._go({"已登记"}, to)

    def _1(self, result: str, on: datetime.date) -> bool:  # 核实
        if self.state != "核实中":
            return False
        if result.startswith(("属实", "部分属实")):
            self.state = "待移送" if result.endswith("是") else "已核实"
        else:
            self.state = "已办结（了结）" if result == "不属实" else "暂存待查"
        self.suspended_on = on
        return True

    def _2(self, result: str, on: datetime.date) -> bool:  # 重启
        year_later = self.suspended_on and add_months(self.suspended_on, 12)
        return self.state == "暂存待查" and bool(year_later and on <= year_later) and self._go({"暂存待查"}, "核实中")

    def _3(self, result: str, on: datetime.date) -> bool:  # 移送
        return self._go({"待移送"}, "已移送")

    def _4(self, result: str, on: datetime.date) -> bool:  # 回告
        return self._go({"已移送"}, "已办结（澄清）" if result.startswith("不属实") else "已办结（移送）")

    def _5(self, result: str, on: datetime.date) -> bool:  # 处置建议
        done = self._go({"已核实"}, "待批准")
        self.disposition = result[3:] if done else self.disposition
        return done

    def _6(self, result: str, on: datetime.date) -> bool:  # 批准
        if self.state not in ("待批准", "拟提级待批准"):
            return False
        is_escalation = self.state == "拟提级待批准"
        if result == "不同意":
            self.state = "重新整改中" if is_escalation else "已核实"
            self.round += is_escalation
            return True
        self.state, self.round, self.failures = "已批准待送达", self.round + 1, 0
        self.escalated += is_escalation
        self.disposition = result[-4:]
        return True

    def _7(self, result: str, on: datetime.date) -> bool:  # 送达
        return self._go({"已批准待送达"}, "整改反馈中")

    def _8(self, result: str, on: datetime.date) -> bool:  # 反馈
        return self._go({"整改反馈中", "重新整改中"}, "已反馈待督查")

    def _9(self, result: str, on: datetime.date) -> bool:  # 延期批准
        return self.state in ("整改反馈中", "重新整改中")

    def _10(self, result: str, on: datetime.date) -> bool:  # 督查
        if self.state != "已反馈待督查":
            return False
        if result == "合格":
            followed = self.is_person and self.disposition == "诫勉纠错"
            self.state = "已办结·跟踪期" if followed else "已办结"
            return True
        self.failures, self.rework = self.failures + 1, self.rework + 1
        self.state = "重新整改中" if self.failures == 1 else "拟提级待批准"
        self.round += self.failures == 1
        return True

    def _11(self, result: str, on: datetime.date) -> bool:  # 办结
        if self.state == "已办结":
            was, self.archived = self.archived, True
            return not was
        return self.state in CLOSED

    def _12(self, result: str, on: datetime.date) -> bool:  # 跟踪期满
        done = self._go({"已办结·跟踪期"}, "已办结")
        self.archived = done or self.archived
        return done

    def _13(self, result: str, on: datetime.date) -> bool:  # 澄清
        return self._go({"已办结（了结）", "已办结（移送）"}, "已办结（澄清）")

    @property
    def told(self) -> str:
        tells_round = self.state in ("整改反馈中", "重新整改中", "已反馈待督查")
        return f"{self.state}（第{self.round}轮）" if tells_round else self.state


STEPS = (
    *(
        "受理",
        "核实",
        "重启",
        "移送",
        "回告",
        "处置建议",
        "批准",
        "送达",
        "反馈",
        "延期批准",
        "督查",
        "办结",
        "跟踪期满",
    ),
    *("澄清", "更正", "异议", "复核"),
)
SINCE = day("2026-03-09")


@st.composite
def walks(draw: st.DrawFn) -> tuple[bool, list[EventRow], list[bool]]:
    """Whether the target is a person, rows on days that all differ, and whether each was possible in the plain table."""
    is_person = draw(st.booleans())
    plain = Plain(is_person)
    rows: list[EventRow] = []
    lawful: list[bool] = []
    on = SINCE
    for number in range(draw(st.integers(1, 24))):
        on += datetime.timedelta(days=draw(st.integers(1, 12)))
        choices = [(event, result) for event in STEPS for result in RESULTS.get(event, [""])]
        fitting = [choice for choice in choices if replace(plain).take(*choice, on)]
        onward = [choice for choice in fitting if goes_on(plain, *choice, on)]
        event, result = draw(st.sampled_from(onward if onward and draw(st.integers(0, 9)) else fitting))
        lawful.append(plain.take(event, result, on))
        rows.append(row(number + 2, event, on, result))
    return is_person, rows, lawful


def goes_on(plain: Plain, event: str, result: str, on: datetime.date) -> bool:
    """Whether a step leads on to what has more steps: at random, few warnings would come to a second failure."""
    after = replace(plain)
    after.take(event, result, on)
    return after.state != plain.state and after.state not in {*CLOSED, "已移送", "暂存待查", "待移送"}


def row(at: int, event: str, on: datetime.date, result: str) -> EventRow:
    known = MACHINE.find_event(event)
    assert known is not None
    return EventRow(at, SECTION.id, known.name, on, None, ("柳青",), result or "已办", number="云环廉办〔2026〕1号")


def played(is_person: bool, rows: list[EventRow]) -> Plain:
    plain = Plain(is_person)
    for one in rows:
        assert one.day is not None
        plain.take(MACHINE.events[one.event].title, one.result, one.day)
    return plain


def matter_of(is_person: bool) -> Matter:
    return replace(PERSON if is_person else SECTION, collected_on=SINCE)


@settings(deadline=None, max_examples=60)
@given(walks())
def test_lawful_walks_are_accepted_and_end_where_the_plain_table_ends(
    walk: tuple[bool, list[EventRow], list[bool]],
) -> None:
    is_person, rows, lawful = walk
    assert all(lawful)
    plain = played(is_person, rows)
    course = follow(MACHINE, PLAIN, matter_of(is_person), rows, day("2027-12-31"))
    standing = course.standing
    assert [fault for fault in course.faults if fault.part == "event"] == []
    assert course.state == plain.told
    assert (standing.round, standing.rework, standing.escalated) == (plain.round, plain.rework, plain.escalated)


@settings(deadline=None, max_examples=60)
@given(walks(), st.data())
def test_one_step_that_is_not_possible_is_named(
    walk: tuple[bool, list[EventRow], list[bool]], data: st.DataObject
) -> None:
    is_person, rows, _ = walk
    position = data.draw(st.integers(0, len(rows)))
    before = rows[position - 1].day if position else SINCE
    assert before is not None
    plain = played(is_person, rows[:position])
    choices = [(event, result) for event in STEPS for result in RESULTS.get(event, [""])]
    wrong = [choice for choice in choices if not replace(plain).take(*choice, before)]
    event, result = data.draw(st.sampled_from(wrong))
    extra = row(99, event, before, result)
    # It stands behind the row of its own day, whatever its number.
    renumbered = [replace(one, at=number) for number, one in enumerate([*rows[:position], extra, *rows[position:]])]
    course = follow(MACHINE, PLAIN, matter_of(is_person), renumbered, before)
    named = [fault.at for fault in course.faults if fault.part == "event"]
    assert named == [position]
    assert course.state == plain.told


@settings(deadline=None, max_examples=60)
@given(walks(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(walk: tuple[bool, list[EventRow], list[bool]], shuffle) -> None:  # type: ignore[no-untyped-def]
    is_person, rows, _ = walk
    mixed = list(rows)
    shuffle.shuffle(mixed)
    mixed = [replace(one, at=number) for number, one in enumerate(mixed)]
    matter = matter_of(is_person)
    plain, other = (follow(MACHINE, PLAIN, matter, some, day("2027-12-31")) for some in (rows, mixed))
    assert (other.state, other.standing, other.faults) == (plain.state, plain.standing, plain.faults)


@settings(deadline=None, max_examples=60)
@given(walks())
def test_a_day_after_is_as_if_what_follows_had_not_been_written(walk: tuple[bool, list[EventRow], list[bool]]) -> None:
    is_person, rows, _ = walk
    for number, one in enumerate(rows):
        assert one.day is not None
        matter = matter_of(is_person)
        assert (
            follow(MACHINE, PLAIN, matter, rows, one.day).standing
            == follow(MACHINE, PLAIN, matter, rows[: number + 1], day("2027-12-31")).standing
        )


@given(st.dates(datetime.date(2025, 1, 1), datetime.date(2027, 6, 1)))
def test_limits_are_counted_day_by_day(on: datetime.date) -> None:
    course = follow(MACHINE, PLAIN, replace(SECTION, collected_on=None), [row(2, "受理", on, "受理")], on)
    left, due = 15, on
    while left:
        due += datetime.timedelta(days=1)
        left -= is_workday(due, PLAIN)
    assert course.due == due


def test_months_end_where_there_is_no_such_day() -> None:
    assert add_months(day("2026-08-31"), 6) == day("2027-02-28")
    assert add_months(day("2026-12-02"), 1) == day("2027-01-02")
    assert add_months(datetime.date.max, 6) == datetime.date.max
