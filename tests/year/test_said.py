"""What people write into 结果, and what it is read as."""

from __future__ import annotations

import pytest

from lzxl.year.said import day_in, is_above, missing_evidence, said_in
from tests.year.ledger import MACHINE, day


@pytest.mark.parametrize(
    ("event", "text", "result"),
    [
        ("supervise", "不合格：抽查5件仍有2件无讨论笔录 → 重新整改", "failed"),
        ("supervise", "合格", "passed"),
        ("supervise", " 重新整改，见通知", "failed"),
        ("supervise", "基本合格", ""),
        ("supervise", "", ""),
        ("verify", "部分属实；问题程度 较重", "partly"),
        ("verify", "属 实", "proved"),
        ("verify", "不属实", "unproved"),
        ("verify", "无法查实，举报件无联系方式", "unproven"),
        ("approve", "同意 诫勉纠错", "agreed"),
        ("approve", "提级为 责令整改", "agreed"),
        ("approve", "不同意，补充核实", "refused"),
        ("accept", "不予受理：不属本局职责", "declined"),
        ("accept", "", "accepted"),
        ("deliver", "符海涛 签收", ""),
    ],
)
def test_the_leading_words_decide(event: str, text: str, result: str) -> None:
    assert said_in(MACHINE, MACHINE.events[event], text).result == result


@pytest.mark.parametrize(
    ("text", "breach"),
    [
        ("属实；问题程度 较重；是否涉嫌违纪违法 否", False),
        ("属实；是否涉嫌违纪违法：是", True),
        ("属实；涉嫌违纪 是", True),
        ("属实，涉嫌违纪违法，移送", True),
        ("属实，不涉嫌违纪违法", False),
        ("属实，未涉嫌违纪", False),
        ("属实；是否涉嫌违纪违法（否）", False),
        ("属实；是否涉嫌违纪违法", None),
        ("属实；问题程度 轻微", None),
        ("不属实；涉嫌违纪 是", None),
    ],
)
def test_whether_a_breach_is_suspected(text: str, breach: bool | None) -> None:
    assert said_in(MACHINE, MACHINE.events["verify"], text).breach is breach


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("属实；问题程度 较重；是否涉嫌违纪违法 否", "较重"),
        ("属实；程度：轻微", "轻微"),
        ("属实，较重，不涉嫌违纪", "较重"),
        ("部分属实；问题程度：较严重", "较重"),
        ("属实", ""),
    ],
)
def test_how_grave_it_is(text: str, degree: str) -> None:
    assert said_in(MACHINE, MACHINE.events["verify"], text).degree == degree


@pytest.mark.parametrize(
    ("text", "disposition"),
    [
        ("建议 诫勉纠错（科室：约谈中队负责人＋纠错通知）", "诫勉纠错"),
        ("同意诫勉", "诫勉纠错"),
        ("同意 谈话提醒", "警示提醒"),
        ("由诫勉纠错提级为责令整改", "责令整改"),
        ("同意", ""),
    ],
)
def test_which_disposition_is_named(text: str, disposition: str) -> None:
    assert said_in(MACHINE, MACHINE.events["propose"], text).disposition == disposition


def test_until_when_a_limit_is_put_off() -> None:
    extend = MACHINE.events["extend"]
    assert said_in(MACHINE, extend, "延期至2026年5月20日").day == day("2026-05-20")
    assert said_in(MACHINE, extend, "同意", "延至 2026-05-20").day == day("2026-05-20")
    assert said_in(MACHINE, extend, "延期5天").day is None
    assert day_in("2026-02-30") is None


def test_what_is_written_down_with_an_admonition() -> None:
    mandate = MACHINE.mandate("诫勉纠错", "个人")
    assert mandate is not None
    texts = ["同意 诫勉纠错；批准机关＝局党组", "谈话人：韩立群；谈话日期 2026-04-03；书面检查收到日期："]
    assert missing_evidence(mandate.evidence, texts) == ["书面检查收到日期"]
    assert missing_evidence(mandate.evidence, []) == ["批准机关", "谈话人", "谈话日期", "书面检查收到日期"]


@pytest.mark.parametrize(
    ("authority", "above"),
    [
        ("局党组", False),
        ("县局党组", False),
        ("云泽县生态环境局党组", False),
        ("市局党组", True),
        ("中共云泽县委", True),
        ("云泽市生态环境局云泽分局党组", False),
        ("上级", True),
        ("", False),
    ],
)
def test_who_manages_a_cadre(authority: str, above: bool) -> None:
    mandate = MACHINE.mandate("诫勉纠错", "个人")
    assert mandate is not None
    assert is_above(authority, mandate.above, ["云泽县生态环境局"]) is above
