"""lzxl consolidate: the bureau-wide summary."""

from __future__ import annotations

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.letters import hint_to_send, report_letters, send_letters, send_option
from lzxl.cli.session import Session
from lzxl.errors import EXIT_OK, UsageError


@click.command(
    cls=ChineseCommand,
    help="把各单位已接收的表汇总成一个工作簿，放在“汇总”里。合计都是公式，可以逐项核对；未报、退回的单位列在“未报送单位”。",
    epilog="示例：\n  lzxl -C 2026年度 consolidate\n  lzxl -C 2026年度 consolidate --output 汇总.xlsx",
)
@click.option("--output", metavar="文件", help="汇总表写到哪里（缺省：“汇总”文件夹）。")
@click.option("--mail", "is_mailed", is_flag=True, help="再写一封信，把汇总表寄到办公室自己的邮箱。")
@send_option
@click.pass_obj
def command(session: Session, output: str | None, is_mailed: bool, is_sent: bool) -> int:
    from lzxl.api import consolidate
    from lzxl.campaign.status import status_line

    if is_sent and not is_mailed:
        raise UsageError("--send 要和 --mail 一起用。")
    campaign = session.campaign()
    with session.progress("汇总") as progress:
        result = consolidate(campaign, output, progress)
    session.say(status_line(campaign, result.standing))
    if not result.standing.counted:
        why = "收到的报送件都没有通过" if result.standing.latest else "还没有收到任何报送件"
        session.say(f"注意：{why}，汇总表里只有“未报送单位”。收件用 lzxl collect。")
    click.echo(f"汇总表已写到：{result.path}")
    if is_mailed:
        from lzxl.mail.office import Office

        with Office(campaign) as office:
            report_letters(session, campaign, office.mail_summary(result.standing, result.path))
            if is_sent:
                return send_letters(session, office)
            hint_to_send(session, office)
    return EXIT_OK
