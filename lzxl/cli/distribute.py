"""lzxl distribute: a stamped workbook for each unit and form."""

from __future__ import annotations

from contextlib import ExitStack

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.letters import (
    finish_letters,
    refuse_sending_nothing,
    rehearse_option,
    report_settled,
    send_option,
)
from lzxl.cli.session import Session
from lzxl.errors import EXIT_OK
from lzxl.forms.naming import first_few

# Of what is listed in a sentence, so many are named.
_MOST_NAMED = 5


@click.command(
    cls=ChineseCommand,
    help="给名册上的每个单位生成本期要填的表，放在“发放”里；上一期已接收的内容会预先填好（在 lzxl.toml 里设 previous）。"
    "加 --mail 再给每个单位写一封附表的信。",
    epilog="示例：\n  lzxl -C 2026年度 distribute\n  lzxl -C 2026年度 distribute --mail --send",
)
@click.option("--mail", "is_mailed", is_flag=True, help="给每个单位写一封发放通知，附要填的表；同样的表不会寄两次。")
@send_option
@rehearse_option
@click.pass_obj
def command(session: Session, is_mailed: bool, is_sent: bool, is_rehearsed: bool) -> int:
    from lzxl.campaign.distribute import distribute
    from lzxl.campaign.standing import take_stock
    from lzxl.mail.letter_values import on_public_mailboxes, units_with_public_mailbox
    from lzxl.mail.office import Office, settled
    from lzxl.mail.rehearsal import rehearsal

    refuse_sending_nothing(is_mailed, is_sent)
    campaign = session.campaign()
    with ExitStack() as stack:
        if is_rehearsed:
            campaign = stack.enter_context(rehearsal(campaign))
        with session.progress("生成") as progress:
            done = distribute(campaign, progress)
        if session.verbose:
            for path in done.written:
                session.say(path)
        where = "（演练，实际未写）" if is_rehearsed else "，在“发放”里，一个单位一个文件夹"
        session.show(f"已生成{len(done.written)}份表{where}。")
        for sentence in done.failures:
            session.show(f"上一期的内容未转入：{sentence}")
        if done.kept:
            session.show(f"有{len(done.kept)}份已经有人填写或改动过，未覆盖：{'、'.join(done.kept)}")
            session.show("确要重新生成的，请先把它们移走或删去，再运行一次。")
        if done.strays:
            session.show(
                f"“发放”里的 {'、'.join(done.strays)} 不是名册上现在的单位，里面的表不要再发，请移走或者删去。"
            )
        if public := units_with_public_mailbox(campaign):
            named = first_few(public, _MOST_NAMED)
            session.show(
                f"注意：有{len(public)}个单位在名册里登记的是互联网上的公共邮箱（{named}）。{on_public_mailboxes()}"
            )
        if not is_mailed:
            if campaign.ledger_path.is_file():  # letters may wait that bring the workbooks as they were
                report_settled(session, settled(campaign, take_stock(campaign)))
            return EXIT_OK
        office = stack.enter_context(Office(campaign))
        written = office.mail_workbooks(done.kept)
        return finish_letters(session, office, written, is_sent, is_rehearsed, "各单位的发放通知以前都写过了。")
