"""lzxl demo: the whole job on a sample bureau."""

from __future__ import annotations

from pathlib import Path

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.screen import echo
from lzxl.cli.session import Session, quoted


@click.command(
    cls=ChineseCommand,
    help="在一个新文件夹里演示整套流程：一个县局14个单位，发放、填报（有的故意填得有误）、收件、退回、更正、汇总。内容都是虚构的。",
    epilog="示例：\n  lzxl demo 演示",
)
@click.argument("directory", metavar="文件夹")
@click.pass_obj
def command(session: Session, directory: str) -> None:
    from lzxl.campaign.status import status_line
    from lzxl.demo.run import run_demo

    root = Path(directory)
    result = run_demo(root, session.say)
    session.say(status_line(result.campaign, result.summary.standing))
    session.say(f"请打开查看：{root / '退回'} 里的退回件，{result.summary.path}。")
    session.say(f"也可以试试：lzxl -C {quoted(root)} status")
    echo(str(root))
