"""lzxl meeting: what the leading group has to decide, put into the book of decisions and listed."""

from __future__ import annotations

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.options import format_option
from lzxl.cli.session import Session, write_data


@click.command(
    cls=ChineseCommand,
    help="把提请领导小组认定的事项逐项列入 认定.xlsx（已列的不重复），并在屏幕上列出。会后在 认定.xlsx 里填认定结果。",
    epilog="示例：\n  lzxl -C 2026年度 meeting\n  lzxl -C 2026年度 meeting --format json",
)
@format_option
@click.pass_obj
def command(session: Session, kind: str) -> None:
    from lzxl.campaign.books import book_path
    from lzxl.campaign.meeting import prepare_meeting
    from lzxl.campaign.standing import take_stock
    from lzxl.formats.json import render
    from lzxl.forms.load import book_with

    campaign = session.campaign()
    with session.progress("核对") as progress:
        standing = take_stock(campaign, progress)
    meeting = prepare_meeting(campaign, standing)
    if kind == "json":
        write_data(render(meeting.as_data()))
        return
    for role, word in meeting.words.items():
        of_kind = [one for one in meeting.matters if one.role == role]
        if of_kind:
            session.show(f"{word}（{len(of_kind)}项）")
        for one in of_kind:
            unit = campaign.units.get(one.unit)
            name = unit.name if unit is not None and one.subject != one.unit else ""
            session.show(f"  {one.subject}　{name + '　' if name else ''}{one.text}")
    name = book_path(campaign, book_with("decided")).name
    if not meeting.matters:
        session.show("目前没有需要领导小组认定的事项。")
    else:
        new = f"新列入{meeting.written}项" if meeting.written else "均已列入"
        session.show(f"共{len(meeting.matters)}项，{new}。请打印 {name} 提交会议，会后在其中填写认定结果。")
