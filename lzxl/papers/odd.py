"""What is odd with a unit's people and powers, so that it is told when their papers are made: a post that nobody holds, a person of
several posts or without a risk point, somebody who has left, a power whose steps nobody wrote down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import filterfalse

from lzxl.forms.naming import first_few
from lzxl.papers.kinds import PaperKind
from lzxl.papers.personal import Holder, Power, Register, UnitMatter

NO_STEP = "未写环节"
"""What stands for a step that nobody wrote down."""
_MOST_NAMED = 6


def oddities(register: Register, matter: UnitMatter, kinds: Sequence[PaperKind]) -> Iterator[str]:
    """What is odd with a unit's people and powers."""
    unit = matter.unit
    if not matter.has_register:
        yield f"{unit.code} {unit.name}尚无已接收的登记表，风险点各栏空着。"
    if any(kind.asked == "person" for kind in kinds):
        yield from _of_people(register, matter)
    if any(kind.asked == "power" for kind in kinds):
        yield from _of_powers(register, matter)


def _of_people(register: Register, matter: UnitMatter) -> Iterator[str]:
    unit = matter.unit
    if not matter.holders:
        yield f"{unit.code} {unit.name}：名册里没有这个单位的在岗人员，未制作个人材料。"
    for holder in matter.holders:
        yield from _of_holder(register, matter, holder)
    yield from _of_vacant(matter)
    for person in matter.left:
        yield f"{person.name}已离开本单位（{person.until}），未制作。"


def _of_holder(register: Register, matter: UnitMatter, holder: Holder) -> Iterator[str]:
    posts = "、".join(holder.posts)
    if len(holder.posts) > 1:
        yield f"{holder.name}有{len(holder.posts)}个岗位（{posts}），合在一份里。"
    if matter.has_register and not holder.points:
        yield f"{holder.name}的岗位“{posts}”未登记风险点，请核对名册和登记表的岗位写法。"
    elsewhere = register.campaign.people.units_of(holder.name, register.standing.as_of) - {matter.unit.code}
    if elsewhere:
        yield f"{holder.name}在{'、'.join(sorted(elsewhere))}也有岗位，那边的写在那个单位的材料里。"


def _of_vacant(matter: UnitMatter) -> Iterator[str]:
    """The posts that nobody holds, and whether anybody's papers have their risk points."""
    named_ones = {one.number for holder in matter.holders for one in holder.points}
    for post, numbers in matter.vacant.items():
        lost = [number for number in numbers if number not in named_ones]
        where = f"{named(lost)}未写进任何人的材料" if lost else "其风险点写在登记的直接责任人的材料里"
        yield f"岗位“{post}”名册里没有在岗人员，{where}，请核对名册。"


def _of_powers(register: Register, matter: UnitMatter) -> Iterator[str]:
    if not matter.powers and matter.has_register:
        yield f"{matter.unit.code} {matter.unit.name}：权责清单里没有可以画图的职权。"
    without = list(filterfalse(register.has_steps, matter.powers))
    if without:
        told = _listed(without)
        yield f"{len(without)}项职权的风险点未写环节，图上列在“{NO_STEP}”：{told}。请单位在登记表里补写环节。"
    if matter.of_everybody:
        yield f"公共类的职权没有办理环节，未画图：{_listed(matter.of_everybody)}。"
    if matter.duties:
        yield f"岗位职责不是职权，未画图：{_listed(matter.duties)}。"


def _listed(powers: Sequence[Power]) -> str:
    return named([power.code or power.name for power in powers])


def named(texts: Sequence[str]) -> str:
    return first_few(texts, _MOST_NAMED)
