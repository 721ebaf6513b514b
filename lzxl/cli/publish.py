"""lzxl publish: the risk points as they are made public, without a name."""

from __future__ import annotations

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.session import Session
from lzxl.errors import UsageError


@click.command(
    cls=ChineseCommand,
    help="公示：写出公示表（xlsx、网页）和公告，放在“公示”里，并记入 工作记录.xlsx。只有岗位，没有人名；"
    "写出前逐字节核对，有人名、电话、邮箱、身份证号的不写。",
    epilog="示例：\n  lzxl -C 2026年度 publish\n  lzxl -C 2026年度 publish --edition 内部版",
)
@click.option("--edition", "name", metavar="版本", help="社会版（缺省）或 内部版。")
@click.option("--allow-open", is_flag=True, help="还有风险点待认定也公示，等级旁注明“暂定”。")
@click.option("--word", "words", metavar="词", multiple=True, help="确认与某人同名的词是普通用词，不是人名；可写几次。")
@click.pass_obj
def command(session: Session, name: str | None, allow_open: bool, words: tuple[str, ...]) -> None:
    from lzxl.campaign import clock
    from lzxl.campaign.publish import announcement, editions, publish
    from lzxl.campaign.standing import take_stock
    from lzxl.papers.announce import announcement_papers
    from lzxl.summary.published import notes, publication_files

    campaign = session.campaign()
    known = {one.edition: one for one in editions()}
    if name is not None and name not in known:
        raise UsageError(f"没有“{name}”这个版本，可用：{'、'.join(known)}。", code="edition_unknown", edition=name)
    edition = known[name] if name is not None else next(iter(known.values()))
    with session.progress("核对") as progress:
        standing = take_stock(campaign, progress)
    made = announcement(campaign, standing, edition, clock.today(), allow_open)
    paths = publish(
        campaign, standing, made, lambda one: {**publication_files(one), **announcement_papers(campaign, one)}, words
    )
    for line in notes(made):
        session.show(line)
    for code in made.publication.unregistered:
        session.say(f"注意：{code} {campaign.units[code].name}无已登记的风险点，公示表里照实写明。")
    for word in words:
        session.say(f"已按普通用词处理：{word}。")
    for path in paths:
        session.show(f"已写到：{path}")
