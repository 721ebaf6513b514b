"""lzxl report: 综合分析报告 and 领导参阅 in Word, or the report as a page or a workbook."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.options import as_of_option
from lzxl.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable


@click.command(
    cls=ChineseCommand,
    help="写出综合分析报告和一页的领导参阅（Word），放在“文书”里。先重新汇总；报告里的数都取自汇总表，附录逐个写明工作表、单元格和算法。"
    "也可写成一个网页文件，或一个工作簿。",
    epilog="示例：\n  lzxl -C 2026年度 report\n  lzxl -C 2026年度 report --as-of 2026-11-30"
    "\n  lzxl -C 2026年度 report --format html\n  lzxl -C 2026年度 report --format xlsx",
)
@click.option(
    "--format",
    "kind",
    metavar="格式",
    type=click.Choice(["docx", "html", "xlsx"]),
    default="docx",
    help="docx（缺省）：Word，报告和领导参阅；html：报告写成一个网页文件；xlsx：报告的文字、表、图和每个数的出处写成一个工作簿。",
)
@as_of_option
@click.pass_obj
def command(session: Session, kind: str, as_of: datetime.date | None) -> None:
    from lzxl.api import consolidate
    from lzxl.campaign import clock
    from lzxl.campaign.meeting import open_matters
    from lzxl.papers.figures import Summary
    from lzxl.papers.report import gathered, store_papers
    from lzxl.papers.report_book import report_book
    from lzxl.papers.report_page import report_page
    from lzxl.papers.report_word import report_kinds, told_report, word_papers

    campaign = session.campaign()
    with session.progress("汇总") as progress:
        made = consolidate(campaign, progress=progress, as_of=as_of)
    day = as_of or clock.today()
    meeting = open_matters(campaign, made.standing, as_of)
    material = gathered(campaign, Summary(made.path), meeting, day)
    report = told_report(campaign, material)
    title = report_kinds()[0].title
    writers: dict[str, Callable[[], dict[str, bytes]]] = {
        "docx": lambda: word_papers(campaign, material),
        "html": lambda: {title: report_page(report).encode()},
        "xlsx": lambda: {title: report_book(report)},
    }
    for path in store_papers(campaign, writers[kind](), f".{kind}"):
        session.show(f"已写到：{path}")
    entries = f"数据出处{len(report.entries)}条，都在附录里" if report.entries else "模板里没有数据出处表，未附数据出处"
    session.say(f"正文约{report.characters}字，{entries}。请审阅修改后签发。")
