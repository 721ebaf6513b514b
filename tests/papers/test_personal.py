"""Who of a unit has which risk points on a day: by posts, and never silently nobody."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from lzxl.campaign.folder import Campaign
from lzxl.campaign.standing import take_stock
from lzxl.forms.people import People, Person
from lzxl.papers.asked import asked_kinds
from lzxl.papers.odd import oddities
from lzxl.papers.personal import Register, UnitMatter

DAY = datetime.date(2026, 11, 27)
UNIT = "HB10"


@pytest.fixture(scope="module")
def register(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Register:
    root = Path(shutil.copytree(demo, tmp_path_factory.mktemp("人员") / "2026年度"))
    campaign = Campaign(root)
    return Register(campaign, take_stock(campaign, as_of=DAY))


@contextmanager
def roster(register: Register, *persons: Person) -> Iterator[UnitMatter]:
    """A unit's matter with these people on the roster, and nobody else."""
    campaign = register.campaign
    before = campaign.people
    campaign.__dict__["people"] = People(persons)  # cached there
    try:
        yield register.matter_of(campaign.units[UNIT])
    finally:
        campaign.__dict__["people"] = before


def told(register: Register, matter: UnitMatter) -> str:
    return "\n".join(oddities(register, matter, asked_kinds()))


ONE = Person("丁一", UNIT, "现场执法岗")


def test_whoever_has_two_posts_has_one_page_with_both(register: Register) -> None:
    with roster(register, ONE, replace(ONE, post="案件承办岗位")) as matter:
        [holder] = matter.holders
        assert holder.posts == ("现场执法岗", "案件承办岗位")
        posts = {one.values["post"] for one in holder.points}
        assert posts == {"现场执法岗", "案件承办岗"}
        assert "丁一有2个岗位（现场执法岗、案件承办岗位），合在一份里。" in told(register, matter)


def test_a_post_that_nobody_holds_is_told_with_its_points(register: Register) -> None:
    with roster(register, ONE) as matter:
        assert matter.vacant.get("案件承办岗")
        numbers = {one.number for holder in matter.holders for one in holder.points}
        lost = {number for some in matter.vacant.values() for number in some}
        assert numbers | lost == {one.number for one in register.entries if one.unit == UNIT}
        assert "岗位“案件承办岗”名册里没有在岗人员" in told(register, matter)


def test_whoever_has_a_post_without_a_point_is_told(register: Register) -> None:
    with roster(register, replace(ONE, post="门卫")) as matter:
        assert matter.holders[0].points == ()
        assert "丁一的岗位“门卫”未登记风险点" in told(register, matter)


def test_whoever_left_is_told_and_has_nothing(register: Register) -> None:
    left = replace(ONE, until=datetime.date(2026, 6, 30))
    with roster(register, left, Person("戊二", UNIT, "案件承办岗")) as matter:
        assert [holder.name for holder in matter.holders] == ["戊二"]
        assert "丁一已离开本单位（2026-06-30），未制作。" in told(register, matter)


def test_whoever_changed_the_post_within_the_unit_has_not_left(register: Register) -> None:
    before = replace(ONE, until=datetime.date(2026, 6, 30))
    with roster(register, before, replace(ONE, post="案件承办岗", since=datetime.date(2026, 7, 1))) as matter:
        assert [holder.posts for holder in matter.holders] == [("案件承办岗",)]
        assert "已离开" not in told(register, matter)


def test_a_unit_without_people_is_told(register: Register) -> None:
    with roster(register, Person("己三", "HB01", "印章管理岗")) as matter:
        assert matter.holders == ()
        assert "名册里没有这个单位的在岗人员，未制作个人材料" in told(register, matter)


def test_what_is_responsible_by_name_is_a_persons_own_too(register: Register) -> None:
    entry = next(one for one in register.entries if one.unit == UNIT and one.values["responsible"])
    with roster(register, Person(entry.values["responsible"], UNIT, "门卫")) as matter:
        assert entry in matter.holders[0].points


def test_open_levels_are_those_that_are_to_be_decided(register: Register) -> None:
    assert register.provisional <= {one.number for one in register.entries}
