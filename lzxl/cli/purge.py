"""lzxl purge: destroys mails that lie in an archive, by the number of an approval."""

from __future__ import annotations

import datetime

import click

from lzxl.campaign.typed import read_day
from lzxl.cli.chinese import ChineseCommand, Typed
from lzxl.cli.options import format_option
from lzxl.cli.session import Session, write_data

_MOST_SHOWN = 20


@click.command(
    cls=ChineseCommand,
    help="清除已经归档的邮件原文。不写批准文号的，只列出清单；写了的，把清单存入“归档”后清除。其他文件一概不动。",
    epilog="示例：\n  lzxl -C 2026年度 purge --before 2026-07-01\n"
    "  lzxl -C 2026年度 purge --before 2026-07-01 --approval 云环廉办〔2027〕3号",
)
@click.option("--before", metavar="日期", required=True, type=Typed("day", read_day), help="这一天以前收到的。")
@click.option("--approval", metavar="文号", help="批准销毁的文号；不写的，只列出清单，不清除。")
@format_option
@click.pass_obj
def command(session: Session, before: datetime.date, approval: str | None, kind: str) -> None:
    from lzxl.archive.purge import purge, purgeable
    from lzxl.formats.json import render

    campaign = session.campaign()
    found, path = purge(campaign, before, approval) if approval is not None else (purgeable(campaign, before), None)
    if kind == "json":
        write_data(render(found.as_data()))
        return
    for one in found.mails[:_MOST_SHOWN]:
        session.show(f"{one.received}  {one.size}字节  {one.sha256[:16]}…  {one.archive}")
    if len(found.mails) > _MOST_SHOWN:
        session.show(f"还有{len(found.mails) - _MOST_SHOWN}封，用 --format json 看全部。")
    if path is not None:
        session.show(f"已清除{len(found.mails)}封，清单：{path}")
    elif found.mails:
        session.show(f"可清除{len(found.mails)}封，都在归档里，未清除。经批准后加 --approval 文号。")
    else:
        session.show(f"{before}以前没有可清除的邮件原文。")
    if found.unarchived:
        session.say(f"另有{found.unarchived}封不在归档里，保留。请先归档（lzxl archive）。")
    if found.pending:
        session.say(f"另有{found.pending}封尚未办完，保留。")
    for name in found.damaged:
        session.say(f"注意：归档文件 {name} 已不完好，不作依据。请用 lzxl verify 核对。")
