"""lzxl notices: which papers are due, which were made; makes those that are due."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.options import date_option, format_option, say_of_the_future
from lzxl.cli.session import Session, write_data
from lzxl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lzxl.campaign.folder import Campaign
    from lzxl.campaign.standing import Standing
    from lzxl.papers.due import Notice, Notices


@click.command(
    cls=ChineseCommand,
    help="列出应制发和已制作的文书（警示提醒函、诫勉书、各类通知书、移送函、告知书、认定通知、考核结果反馈单、考核通报）。"
    "--make 编号、记入文号簿，写成 Word 放在“文书”里，供审核签发；不代办送达。",
    epilog="示例：\n  lzxl -C 2026年度 notices\n  lzxl -C 2026年度 notices --make\n  lzxl -C 2026年度 notices --make YJ-2026-001\n"
    "  lzxl -C 2026年度 notices --templates",
)
@click.argument("objects", metavar="[编号]...", nargs=-1)
@click.option("--make", "is_making", is_flag=True, help="制作应制发的；写了编号（预警编号、单位编码）的只做这几件。")
@click.option("--templates", "is_exporting", is_flag=True, help="把标准文书模板复制到“模板”里，供修改；已有的不动。")
@date_option
@format_option
@click.pass_obj
def command(
    session: Session,
    objects: tuple[str, ...],
    is_making: bool,
    is_exporting: bool,
    day: datetime.date | None,
    kind: str,
) -> None:
    from lzxl.campaign import clock
    from lzxl.campaign.standing import take_stock
    from lzxl.formats.json import render
    from lzxl.papers.due import notices_on
    from lzxl.papers.templates import export_templates

    campaign = session.campaign()
    if objects and not is_making:
        raise UsageError("写了编号的，要加 --make 才会制作。", code="objects_without_make")
    if is_exporting:
        made = export_templates(campaign)
        session.show(f"已复制{len(made)}份文书模板到“模板”里，改后即按改过的制作。")
        return
    say_of_the_future(session, day)
    with session.progress("核对") as progress:
        standing = take_stock(campaign, progress, as_of=day or clock.today())
    notices = notices_on(campaign, standing)
    if is_making:
        _make(session, campaign, standing, notices, objects)
        notices = notices_on(campaign, standing)
    if kind == "json":
        write_data(render(notices.as_data))
    elif not is_making:
        _show(session, campaign, notices)
    for note in notices.notes:
        session.say(note)


def _make(session: Session, campaign: Campaign, standing: Standing, notices: Notices, objects: Sequence[str]) -> None:
    from lzxl.campaign.memory import machine_of
    from lzxl.papers.make import make, to_make
    from lzxl.papers.values import known_of

    wanted = to_make(notices, objects)
    if not wanted:
        session.say("没有应制发的文书。")
        return
    known = known_of(campaign, standing, machine_of(campaign).limits)
    done: list[Notice] = make(campaign, standing, notices, known, wanted)
    for one in done:
        session.say(f"已制作：{one.path}")
    session.say("请审核签发；印发后在文号簿填日期、改状态，送达的记入办理过程。文书限定知悉，程序不寄发。")


def _show(session: Session, campaign: Campaign, notices: Notices) -> None:
    """The papers for people: no names."""
    from lzxl.campaign.warnings import told_unit
    from lzxl.cli.table import print_table
    from lzxl.papers.due import STATES

    if not notices.all:
        session.show(f"截至{notices.as_of}没有应制发的文书。")
        return
    order = list(STATES)
    rows = [
        [
            one.occasion.kind.title,
            one.occasion.object,
            told_unit(campaign, one.occasion.unit),
            STATES[one.state],
            one.number,
            one.occasion.barred or (one.path.name if one.path is not None else ""),
        ]
        for one in sorted(notices.all, key=lambda one: order.index(one.state))
    ]
    print_table(["文书", "编号", "单位", "情况", "号", "说明"], rows)
    count = {state: sum(one.state == state for one in notices.all) for state in STATES}
    session.show(
        f"截至{notices.as_of}：" + "，".join(f"{STATES[state]}{number}" for state, number in count.items()) + "。"
    )
