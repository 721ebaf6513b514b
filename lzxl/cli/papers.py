"""lzxl papers: the papers of a unit's own people and powers, prefilled from what was accepted, to be printed and signed."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.options import date_option, say_of_the_future
from lzxl.cli.session import Session
from lzxl.errors import EXIT_OK, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lzxl.campaign.folder import Campaign


@click.command(
    cls=ChineseCommand,
    help="制作单位的个人材料和防控图：每人一页的个人岗位廉政风险自查表、廉政承诺书、岗位廉政桌牌，每项职权一张廉政风险防控图。"
    "按已接收的登记表、名册的人员和领导小组的认定填好，打印后由本人签字；写成 Word 放在“文书”里，一个单位一种一个文件。",
    epilog="示例：\n  lzxl -C 2026年度 papers HB10\n  lzxl -C 2026年度 papers HB10 --each\n"
    "  lzxl -C 2026年度 papers --kind 承诺书",
)
@click.argument("named", metavar="[单位编码]...", nargs=-1)
@click.option(
    "--kind",
    "titles",
    metavar="材料",
    multiple=True,
    help="只做这几种，可写几次：自查表、承诺书、桌牌、防控图（缺省：都做）。",
)
@click.option("--each", "is_each", is_flag=True, help="一人、一项职权一个文件（缺省：一个单位一个文件）。")
@date_option
@click.pass_obj
def command(
    session: Session, named: tuple[str, ...], titles: tuple[str, ...], is_each: bool, day: datetime.date | None
) -> int:
    from lzxl.campaign import clock
    from lzxl.campaign.standing import take_stock
    from lzxl.papers.asked import asked_kinds, asked_papers, store_asked
    from lzxl.papers.personal import Register

    campaign = session.campaign()
    kinds = asked_kinds(titles)
    codes = _codes(campaign, named)
    say_of_the_future(session, day)
    with session.progress("核对") as progress:
        standing = take_stock(campaign, progress, as_of=day or clock.today())
    register = Register(campaign, standing)
    # All are filled in before one is written: a template that cannot be used leaves everything as it was.
    made = [asked_papers(register, register.matter_of(campaign.units[code]), kinds, is_each=is_each) for code in codes]
    for one in made:
        store_asked(one)
        for note in one.notes:
            session.say(f"注意：{note}")
        for path in one.files:
            session.show(f"已写到：{path}")
    if any(kind.name == "pledge" for kind in kinds):
        _show_pledges(session, campaign, standing.as_of, codes)
    return EXIT_OK


def _codes(campaign: Campaign, units: Sequence[str]) -> list[str]:
    """The units that are asked for, in the roster's order. Raises UsageError for one that is not on it."""
    for code in units:
        if code not in campaign.units:
            raise UsageError(f"名册里没有单位“{code}”，请写单位编码，如 HB10。", code="unit_unknown", unit=code)
    return [code for code in campaign.units if not units or code in units]


def _show_pledges(session: Session, campaign: Campaign, day: datetime.date, codes: Sequence[str]) -> None:
    """How many of each unit's people have signed, as the office's record of its work says."""
    from lzxl.campaign.books import read_book
    from lzxl.forms.load import book_with
    from lzxl.year.activities import pledges_in

    signed = pledges_in(read_book(campaign, book_with("recorded")), campaign.units, day)
    present = {code: len({one.name for one in campaign.people.of_unit(code, day)}) for code in codes}
    lacking = [code for code in codes if signed.get(code, 0) < present[code]]
    told = "、".join(f"{code} {signed.get(code, 0)}/{present[code]}人" for code in lacking)
    if lacking:
        session.show(f"工作记录.xlsx 里承诺书签订不足的：{told}。收齐后记一行“承诺”，写明单位和人数。")
