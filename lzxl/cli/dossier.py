"""lzxl dossier: what is laid before those who come to inspect, with the source of every number, and names masked for whom they are
none of their business."""

from __future__ import annotations

import click

from lzxl.cli.archive import refuse_open
from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.session import Session


@click.command(
    cls=ChineseCommand,
    help="迎检材料：先重新汇总，再把目录、文书和报告、每个数的出处（汇总表哪一格、如何算出、来自哪些文件）、四性检测报告装成一个压缩包，"
    "放在“归档”里。给审计的不写人名，换成代号，写出前逐字节核对；给巡察的照原件。",
    epilog="示例：\n  lzxl -C 2026年度 dossier --for 巡察\n  lzxl -C 2026年度 dossier --for 审计 --word 高峰",
)
@click.option("--for", "text", metavar="用途", required=True, help="巡察 或 审计。")
@click.option("--word", "words", metavar="词", multiple=True, help="确认与某人同名的词是普通用词，不是人名；可写几次。")
@click.option("--allow-open", is_flag=True, help="还有事项待认定也制作。")
@click.pass_obj
def command(session: Session, text: str, words: tuple[str, ...], allow_open: bool) -> None:
    from lzxl.api import consolidate
    from lzxl.archive.dossier import find_audience, make_dossier
    from lzxl.campaign import clock
    from lzxl.campaign.books import readable_books
    from lzxl.campaign.lock import holding
    from lzxl.campaign.meeting import open_matters
    from lzxl.papers.figures import Summary
    from lzxl.papers.report import gathered, paper_path, store_papers
    from lzxl.papers.report_word import report_kinds, word_papers

    campaign = session.campaign()
    audience = find_audience(text)
    readable_books(campaign, "未制作迎检材料")  # before the summary and the report are written for it
    if not allow_open:
        refuse_open(session, campaign, "未制作迎检材料", "制作")
    with session.progress("汇总") as progress:
        made = consolidate(campaign, progress=progress)
    material = gathered(campaign, Summary(made.path), open_matters(campaign, made.standing), clock.today())
    if not paper_path(campaign, report_kinds()[0].title, ".docx").is_file():
        for path in store_papers(campaign, word_papers(campaign, material), ".docx"):
            session.show(f"尚无报告，已写到：{path}")
    with holding(campaign.root):
        done = make_dossier(campaign, made.standing, audience, made.path, material.summary.figures, words)
    session.show(f"已写到：{done.path}")
    shown = f"，遮去人名等{done.masked}处" if audience.masked else "，人名照原件"
    session.show(f"供{audience.audience}用：文件{done.files}个，数据出处{len(material.summary.figures)}条{shown}。")
    for note in done.notes:
        session.show(f"注意：{note}")
