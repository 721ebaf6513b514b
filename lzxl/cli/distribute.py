"""lzxl distribute: a stamped workbook for each unit and form."""

from __future__ import annotations

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.session import Session


@click.command(
    cls=ChineseCommand,
    help="给名册上的每个单位生成本期要填的表，放在“发放”里；上一期已接收的内容会预先填好（在 lzxl.toml 里设 previous）。",
    epilog="示例：\n  lzxl -C 2026年度 distribute",
)
@click.pass_obj
def command(session: Session) -> None:
    from lzxl.campaign.distribute import distribute

    campaign = session.campaign()
    with session.progress("生成") as progress:
        done = distribute(campaign, progress)
    if session.verbose:
        for path in done.written:
            session.say(path)
    click.echo(f"已生成 {len(done.written)} 份表，在“发放”里，一个单位一个文件夹。")
    if done.kept:
        click.echo(f"有 {len(done.kept)} 份已经有人填写或改动过，没有覆盖：{'、'.join(done.kept)}")
        click.echo("确要重新生成的，请先把它们移走或删去，再运行一次。")
