"""lzxl demo: the whole job on a sample bureau."""

from __future__ import annotations

from pathlib import Path

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.screen import echo
from lzxl.cli.session import Session, quoted


@click.command(
    cls=ChineseCommand,
    help="在一个新文件夹里演示一年的流程：一个县局14个单位，三月登记，分期采集预警，开会认定，年底更新和自评（有的故意填得有误）、退回、更正，考核、汇总；再在旁边的文件夹里开始下一年。内容都是虚构的。",
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
    session.say(f"也可以试试：lzxl -C {quoted(root)} status，")
    session.say("或 today（到期要办的事）、notices（应制发的文书）、meeting（提请领导小组认定的事）。")
    session.say("文书、公示、归档留给您做：notices --make、report、papers、export；")
    session.say("publish、archive、dossier --for 审计 要等待认定的事项认定以后，现在试的加 --allow-open。")
    session.say(f"下一年在 {result.later.campaign.root}，是用 lzxl init --previous {quoted(root)} 接着今年做的：")
    for line in result.later.where_to_look:
        session.say(f"  {line}")
    echo(str(root))
