"""lzxl archive: seals a year for the archives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.session import Session
from lzxl.errors import UsageError
from lzxl.forms.naming import first_few

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign

_MOST_NAMED = 5


@click.command(
    cls=ChineseCommand,
    help="归档：把本期的报送件、退回件、往来信函、台账、认定、文书、汇总、设置和所依据的规则，连同归档文件目录，"
    "封成普通、内部限定两卷，放在“归档”里，并与上一期的归档衔接。不加密；任何电脑都能打开和核对。",
    epilog="示例：\n  lzxl -C 2026年度 archive\n  lzxl -C 2026年度 archive --key 归档私钥.pem",
)
@click.option(
    "--key", metavar="文件", type=click.Path(path_type=Path), help="签名用的 Ed25519 私钥（PEM）；不给的不签名。"
)
@click.option(
    "--previous",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="上一期的批次文件夹，或放着上一期归档的文件夹（缺省：lzxl.toml 的 previous）。",
)
@click.option("--allow-open", is_flag=True, help="还有事项待认定也归档。")
@click.pass_obj
def command(session: Session, key: Path | None, previous: Path | None, allow_open: bool) -> None:
    from lzxl.archive.keys import private_key
    from lzxl.archive.seal import seal_year

    campaign = session.campaign()
    signing = private_key(key) if key is not None else None
    if not allow_open:
        refuse_open(session, campaign, "未归档", "归档")
    with session.progress("归档") as progress:
        made = seal_year(campaign, signing, previous, progress)
    for volume in made.volumes:
        state = f"{volume.items}件，电子文件{volume.files}个" if volume.is_new else "与上次归档相同，未重写"
        session.show(f"{volume.volume.title}卷：{state}：{volume.path}")
        session.show(f"　封存值：{volume.seal}")
        session.show(f"　SM3：{volume.seal_sm3}")
        session.say(f"　与上一期衔接：{volume.previous}" if volume.previous else "　没有上一期的归档可衔接。")
    session.say("请把封存值记在纸上，与归档文件分开保管；有了它，日后任何改动都能发现。")
    if made.left_out:
        names = first_few(made.left_out, _MOST_NAMED)
        session.say(f"程序留下的临时文件和隐藏文件{len(made.left_out)}个未归档：{names}。")


def refuse_open(session: Session, campaign: Campaign, undone: str, doing: str) -> None:
    """Raises UsageError while something waits for the leading group. `undone`, `doing`: what is not done then."""
    from lzxl.campaign.meeting import open_matters
    from lzxl.campaign.standing import take_stock

    with session.progress("核对") as progress:
        standing = take_stock(campaign, progress)
    matters = open_matters(campaign, standing).matters
    if matters:
        names = "、".join(dict.fromkeys(one.subject for one in matters[:_MOST_NAMED]))
        more = "等" if len(matters) > _MOST_NAMED else ""
        raise UsageError(
            f"还有{len(matters)}项待认定（{names}{more}），{undone}。请先提请领导小组认定（lzxl meeting）；"
            f"确需现在{doing}的，加 --allow-open。",
            code="archive_undecided",
            count=len(matters),
        )
