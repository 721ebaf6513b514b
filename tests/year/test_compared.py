"""Two registers side by side: by number, by former code, by content; what came, went, rose, fell, was copied or reused."""

from __future__ import annotations

import datetime
import time
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.forms.grading import gravity
from lzxl.forms.load import load_grading
from lzxl.forms.people import Renamed
from lzxl.summary.years import said_of
from lzxl.year.compared import Comparison, _near, compare_registers
from lzxl.year.measures import Measure, MeasureDifference
from lzxl.year.registers import Entry, Register, compared_measures, register_sheet

LEVEL = load_grading().level
WEIGHT = {level: gravity(LEVEL, level) for level in LEVEL.allowed}
LOW, MIDDLE, HIGH = sorted(LEVEL.allowed, key=lambda level: WEIGHT[level])
RISKS = (
    "审批时收受企业礼品礼金，对不符合条件的项目予以放行",
    "采购询价时泄露标底，帮助特定供应商中标后索取好处",
    "公务用车私用并以虚假里程报销油料费用",
    "印章管理不严，未经批准为他人出具虚假证明材料",
    "现场检查后隐瞒发现的问题，换取企业宴请旅游",
)


def entry(number: str, text: str = "", level: str = LOW, unit: str = "HB01", **more: Any) -> Entry:
    text = text or RISKS[int(number[-3:]) % len(RISKS)]
    about, owner, measure = (
        more.pop("about", "印章管理"),
        more.pop("owner", "印章管理岗"),
        more.pop("measure", "双人审核"),
    )
    values = {
        "post": owner,
        "power": about,
        "description": text,
        "measure": measure,
        "responsible": more.pop("person", "甲"),
    }
    return Entry(number, unit, level, owner, about, text, (about, text, measure), values, **more)


def register(*entries: Entry, period: str = "2026年度", **more: Any) -> Register:
    units = dict.fromkeys((one.unit for one in entries), "办公室")
    return Register(period, entries, units, **more)


def compared(before: Register, after: Register) -> Comparison:
    return compare_registers(before, after, register_sheet()[1], WEIGHT)


def counts(found: Comparison) -> tuple[int, int, int]:
    return len(found.matched), len(found.added), len(found.removed)


def test_points_of_a_unit_whose_register_is_awaited_are_not_gone() -> None:
    """Early in the year hardly a unit has filed: what it has not said anything of yet is neither cancelled nor without a reason."""
    before = register(entry("HB01-001"), entry("HB02-001", unit="HB02"), entry("HB02-002", unit="HB02"))
    now = entry("HB01-001")
    assert counts(compared(before, register(now))) == (1, 0, 2)
    found = compared(before, register(now, awaited=frozenset({"HB02"})))
    assert counts(found) == (1, 0, 0)
    assert found.noted("removed_without_reason") == () and [one.unit for one in found.by_unit()] == ["HB01"]
    assert "登记表尚未接收的1个单位（HB02）不作比较" in said_of(found)
    assert "尚未接收" not in said_of(compared(before, register(now)))


def test_points_of_an_awaited_unit_are_awaited_under_its_former_code_too() -> None:
    before = register(entry("HB01-001"), entry("HB02-001", unit="HB02"))
    renamed = (Renamed("HB09", "HB02", "办公室", datetime.date(2027, 1, 1)),)
    after = replace(register(entry("HB01-001"), awaited=frozenset({"HB09"})), renamed=renamed)
    assert counts(compared(before, after)) == (1, 0, 0)


def test_rows_of_one_number_are_one_row_and_what_changed_in_them_is_told() -> None:
    found = compared(register(entry("HB01-001")), register(entry("HB01-001", measure="三人审核", owner="印章岗")))
    [row] = found.rows
    assert row.matched_by == "id" and not row.is_copied
    assert {(one.title, one.before, one.after) for one in row.changes} == {
        ("岗位", "印章管理岗", "印章岗"),
        ("防控措施", "双人审核", "三人审核"),
    }


def test_that_a_person_changed_is_told_without_a_name() -> None:
    found = compared(register(entry("HB01-001", person="郑小甲")), register(entry("HB01-001", person="钱小乙")))
    assert [(one.title, one.before, one.after) for one in found.rows[0].changes] == [("直接责任人", "", "")]
    assert found.rows[0].is_copied
    assert "郑小甲" not in str(found.as_data()) and "钱小乙" not in str(found.as_data())


def test_levels_rise_and_fall_with_the_years_warnings_beside_them() -> None:
    before = register(entry("HB01-001"), entry("HB01-002", level=HIGH), entry("HB01-003", level=HIGH))
    after = register(
        entry("HB01-001", level=HIGH),
        entry("HB01-002", level=MIDDLE),
        entry("HB01-003", level=LOW),
        warned={"HB01-001": ("YJ-2026-001",), "HB01-002": ("YJ-2026-002",)},
    )
    rows = compared(before, after).rows
    assert [row.step for row in rows] == [2, -1, -2]
    assert [row.warnings for row in rows] == [("YJ-2026-001",), ("YJ-2026-002",), ()]
    assert [row.notes for row in rows] == [(), ("lowered_despite_warning",), ()]


def test_a_row_whose_level_moved_is_not_counted_as_copied_word_for_word() -> None:
    found = compared(register(entry("HB01-001")), register(entry("HB01-001", level=HIGH))).as_data()
    assert (found["text_identical"], found["text_changed"], found["level_same"]) == (0, 0, 0)


def test_a_row_that_is_gone_without_a_word_is_asked_about_and_one_with_a_reason_is_not() -> None:
    before = register(entry("HB01-001"), entry("HB01-002"))
    after = register(entry("HB01-002", is_cancelled=True, reason="职权已划转"), entry("HB01-003"))
    gone = {row.number: row for row in compared(before, after).removed}
    assert gone["HB01-001"].notes == ("removed_without_reason",) and gone["HB01-001"].reason == ""
    assert gone["HB01-002"].notes == () and gone["HB01-002"].reason == "职权已划转"


def test_a_cancelled_row_is_no_risk_point_of_the_period() -> None:
    after = register(entry("HB01-001"), entry("HB01-002", is_cancelled=True, reason="职权已划转"))
    assert [one.number for one in after.standing] == ["HB01-001"]
    assert counts(compared(register(entry("HB01-001")), after)) == (1, 0, 0)


def test_a_number_that_was_given_to_another_thing_is_a_row_gone_and_a_row_come() -> None:
    before = register(entry("HB01-001", RISKS[0]))
    after = register(entry("HB01-001", RISKS[2], about="公务用车管理", owner="公务用车调度岗", measure="定位核对"))
    found = compared(before, after)
    assert counts(found) == (0, 1, 1)
    assert [row.notes for row in found.rows] == [("id_reused",), ("id_reused", "removed_without_reason")]


def test_two_rows_that_exchanged_their_numbers_are_found_by_what_they_say() -> None:
    one, other = (
        {"about": "行政审批", "owner": "审批岗"},
        {"about": "政府采购", "owner": "采购岗", "measure": "集体询价"},
    )
    before = register(entry("HB01-001", RISKS[0], **one), entry("HB01-002", RISKS[1], **other))
    after = register(entry("HB01-001", RISKS[1], **other), entry("HB01-002", RISKS[0], **one))
    found = compared(before, after)
    assert counts(found) == (2, 0, 0)
    assert [(row.before and row.before.number, row.matched_by) for row in found.rows] == [
        ("HB01-002", "content"),
        ("HB01-001", "content"),
    ]
    assert all("id_reused" in row.notes for row in found.rows)


def test_a_row_written_all_anew_about_the_same_power_and_post_is_the_same_row() -> None:
    found = compared(register(entry("HB01-001", RISKS[0])), register(entry("HB01-001", RISKS[3], measure="登记备查")))
    assert counts(found) == (1, 0, 0) and found.rows[0].notes == ()


def test_a_row_under_a_new_number_is_found_by_its_text_also_where_some_words_changed() -> None:
    text = "审批时收受企业礼品礼金，对不符合法定条件的建设项目予以放行，或者拖延办理"
    before = register(entry("HB01-001", text), entry("HB01-002", RISKS[1]))
    after = register(entry("HB01-011", text.replace("拖延", "故意拖延")), entry("HB01-012", RISKS[1]))
    found = compared(before, after)
    assert [(row.before and row.before.number, row.matched_by) for row in found.rows] == [
        ("HB01-001", "content"),
        ("HB01-002", "content"),
    ]
    assert ("风险点编号", "HB01-001", "HB01-011") in {(c.title, c.before, c.after) for c in found.rows[0].changes}


def test_the_same_text_of_another_unit_is_another_row() -> None:
    found = compared(register(entry("HB01-001", RISKS[0])), register(entry("HB02-001", RISKS[0], unit="HB02")))
    assert counts(found) == (0, 1, 1)


def test_a_unit_with_a_new_code_keeps_its_rows() -> None:
    before = register(*(entry(f"DQ01-{number:03d}", unit="DQ01") for number in range(1, 5)))
    renamed = (
        Renamed("HB05", "DQ02", "大气科", datetime.date(2026, 5, 1)),
        Renamed("DQ02", "DQ01", "空气科", datetime.date(2025, 9, 1)),
    )
    after = register(*(entry(f"HB05-{number:03d}", unit="HB05") for number in range(1, 5)), renamed=renamed)
    found = compared(before, after)
    assert counts(found) == (4, 0, 0)
    assert all(row.is_copied and row.matched_by == "id" and not row.changes for row in found.rows)
    assert [row.as_data()["id_before"] for row in found.rows] == [f"DQ01-00{number}" for number in range(1, 5)]


def test_two_units_that_became_one_keep_the_rows_of_both() -> None:
    before = register(
        entry("DQ01-001", RISKS[0], unit="DQ01"), entry("SH01-001", RISKS[1], unit="SH01", owner="岗", about="权")
    )
    day = datetime.date(2026, 5, 1)
    renamed = (Renamed("HB05", "DQ01", "大气科", day), Renamed("HB05", "SH01", "水科", day))
    after = register(
        entry("HB05-001", RISKS[0], unit="HB05"),
        entry("HB05-002", RISKS[1], unit="HB05", owner="岗", about="权"),
        renamed=renamed,
    )
    found = compared(before, after)
    assert counts(found) == (2, 0, 0)
    assert all(row.notes == () for row in found.rows)


def test_units_are_told_how_much_they_copied() -> None:
    before = register(entry("HB01-001"), entry("HB01-002"), entry("HB01-003"))
    after = register(entry("HB01-001"), entry("HB01-002", measure="另有措施"), entry("HB01-004"))
    [unit] = compared(before, after).by_unit()
    assert (unit.unit, unit.points, unit.matched, unit.added, unit.removed, unit.copied, unit.share) == (
        "HB01", 3, 2, 1, 1, 1, 0.5,
    )  # fmt: skip


def test_nothing_to_compare_with_has_no_share() -> None:
    found = compared(register(), register(entry("HB01-001"))).as_data()
    assert (found["matched"], found["added"], found["identical_share_of_matched"]) == (0, 1, None)


def test_twice_the_rows_are_twice_the_work() -> None:
    """Every row under a new number, and all nearly alike: the worst case of looking for near texts."""

    def seconds(count: int) -> float:
        before = register(
            *(entry(f"HB01-{n:05d}", f"{RISKS[n % 5]}，涉及第{n}号事项和第{n * 7}号文件") for n in range(count))
        )
        after = register(
            *(entry(f"HB01-{n + count:05d}", f"{RISKS[n % 5]}，涉及第{n}号事项、第{n * 7}号文件") for n in range(count))
        )
        begun = time.process_time()
        assert len(compared(before, after).matched) > count * 0.9
        return time.process_time() - begun

    seconds(50)
    once = min(seconds(400) for _ in range(3))
    assert min(seconds(1600) for _ in range(2)) < once * 4 * 2.5


def measure(point: str, content: str, progress: str = "", **more: str) -> Measure:
    values = {"content": content, "progress": progress, **more}
    return Measure(point, more.pop("id", ""), content, values)


def measures_compared(before: Register, after: Register) -> list[MeasureDifference]:
    return list(compare_registers(before, after, register_sheet()[1], WEIGHT, compared_measures()).measures)


def test_measures_are_compared_within_their_point_and_how_far_they_are_is_told() -> None:
    points = entry("HB01-001"), entry("HB01-002")
    before = register(
        *points,
        measures=(
            measure("HB01-001", "双人审核并留痕", "正在落实", deadline="2025-06-30"),
            measure("HB01-001", "每季度抽查印章登记簿", "已完成"),
            measure("HB01-001", "轮岗交流", "正在落实"),
        ),
    )
    after = register(
        *points,
        measures=(
            measure("HB01-001", "双人审核并留痕", "已完成", deadline="2026-06-30"),
            measure("HB01-002", "每季度抽查印章登记簿", ""),
        ),
    )
    found = {(one.kind, one.point.after, one.content): one for one in measures_compared(before, after)}
    assert set(found) == {
        ("matched", "HB01-001", "双人审核并留痕"),
        ("removed", "HB01-001", "每季度抽查印章登记簿"),
        ("removed", "HB01-001", "轮岗交流"),
        ("added", "HB01-002", "每季度抽查印章登记簿"),
    }
    kept = found["matched", "HB01-001", "双人审核并留痕"]
    assert kept.progress == ("正在落实", "已完成")
    assert [(one.title, one.before, one.after) for one in kept.changes] == [
        ("完成时限", "2025-06-30", "2026-06-30"),
        ("完成情况", "正在落实", "已完成"),
    ]
    assert found["removed", "HB01-001", "每季度抽查印章登记簿"].reason == "上期已完成"
    assert found["removed", "HB01-001", "轮岗交流"].reason == ""


def test_the_measures_of_a_point_that_is_gone_go_with_its_reason_and_those_of_a_renamed_unit_stay() -> None:
    before = register(
        entry("HB01-001"), entry("HB01-002"), measures=(measure("HB01-001", "甲措施"), measure("HB01-002", "乙措施"))
    )
    after = register(
        entry("HB21-001", unit="HB21"),
        entry("HB21-002", unit="HB21", is_cancelled=True, reason="职权下放"),
        measures=(measure("HB21-001", "甲措施"), measure("HB21-002", "乙措施")),
        renamed=(Renamed("HB21", "HB01", "办公室", datetime.date(2026, 1, 1)),),
    )
    found = [(one.kind, one.content, one.reason) for one in measures_compared(before, after)]
    assert found == [("matched", "甲措施", ""), ("removed", "乙措施", "职权下放")]


def test_a_measure_that_was_reworded_is_the_same_and_one_that_says_something_else_is_not() -> None:
    before = register(entry("HB01-001"), measures=(measure("HB01-001", "用印前由两人共同审核并登记留痕"),))
    for content, kinds in (
        ("用印前由两人共同审核，登记并留痕", ["matched"]),
        ("关键岗位每三年轮岗交流一次", ["added", "removed"]),
    ):
        after = register(entry("HB01-001"), measures=(measure("HB01-001", content),))
        found = measures_compared(before, after)
        assert [one.kind for one in found] == kinds
        assert [one.title for one in found[0].changes] == (["措施内容"] if kinds == ["matched"] else [])


def test_a_measure_that_moved_to_the_row_of_its_point_lost_nothing() -> None:
    before = register(entry("HB01-001"), measures=(measure("HB01-001", "甲措施", owner="郑小甲", id="HB01-C001"),))
    after = register(entry("HB01-001"), measures=(measure("HB01-001", "甲措施"),))
    [one] = measures_compared(before, after)
    assert one.kind == "matched" and one.changes == ()


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["双人审核并留痕", "双人审核", "轮岗交流", "每季度抽查"]), max_size=6),
    st.lists(st.sampled_from(["双人审核并留痕", "双人审核", "轮岗交流", "每季度抽查"]), max_size=6),
)
def test_every_measure_of_either_period_is_told_once(old: list[str], new: list[str]) -> None:
    before = register(entry("HB01-001"), measures=tuple(measure("HB01-001", text) for text in old))
    after = register(entry("HB01-001"), measures=tuple(measure("HB01-001", text) for text in new))
    found = measures_compared(before, after)
    assert sorted(one.before.content for one in found if one.before is not None) == sorted(old)
    assert sorted(one.after.content for one in found if one.after is not None) == sorted(new)
    data = compare_registers(before, after, register_sheet()[1], WEIGHT, compared_measures()).as_data()[
        "measure_changes"
    ]
    assert data["matched"] + data["added"] == len(new) and data["matched"] + data["removed"] == len(old)


def test_of_rows_that_are_as_near_the_first_are_looked_at_in_every_run() -> None:
    """Sets of texts have another order in each run of Python: which of many rows alike are looked at must not go by it."""
    for begin in range(0x4E00, 0x4E00 + 20):
        # Letters that all differ, so that each place left out takes as many threes with it.
        whole = "".join(chr(begin + 7 * place) for place in range(60))
        rows = [whole[:place] + "＊" + whole[place + 1 :] for place in range(4, 56, 4)]
        old, new = [entry("HB01-001", whole)], [entry(f"HB01-{100 + place}", text) for place, text in enumerate(rows)]
        assert [found for _, _, found in _near(old, new, [0], range(len(new)))] == [0, 1, 2, 3, 4]
