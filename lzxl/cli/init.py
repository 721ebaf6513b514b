"""lzxl init: a new campaign folder."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from lzxl.campaign import clock
from lzxl.campaign.config import NO_BUREAU
from lzxl.campaign.typed import read_day
from lzxl.cli.chinese import ChineseCommand, Typed
from lzxl.cli.screen import echo
from lzxl.cli.session import Session, quoted

# A round may be begun before its period, and closed in the year after it.
_BEFORE, _AFTER = datetime.timedelta(days=120), datetime.timedelta(days=335)


@click.command(
    cls=ChineseCommand,
    help="新建一个填报批次的文件夹：设置、空白的单位名册，和发放、收件、退回、汇总等文件夹。",
    epilog="示例：\n  lzxl init 2026年度 --bureau 云泽县生态环境局 --deadline 2026-11-20\n"
    "  lzxl init 2026年度 --bureau 云泽县生态环境局 --contact 王某，电话0571-12345678 --address lzb@example.gov.cn\n"
    "  lzxl init 2027年度 --bureau 云泽县生态环境局 --previous 2026年度",
)
@click.argument("directory", metavar="文件夹")
@click.option("--bureau", metavar="名称", default=NO_BUREAU, help="本局名称，写在汇总表标题里和信末。")
@click.option("--period", metavar="期次", help="填报期次（缺省：文件夹名）。")
@click.option(
    "--deadline", metavar="日期", type=Typed("day", read_day), help="截止日期，如2026-11-20（缺省：30天后）。"
)
@click.option("--contact", metavar="姓名和电话", default="", help="信里写的联系人和电话。")
@click.option("--address", metavar="邮箱", default="", help="办公室收表格的邮箱，信里请单位报送到这里。")
@click.option(
    "--previous",
    metavar="文件夹",
    help="上一期的文件夹：照抄它的单位名册（连同人员、沿革），发放时预先填好它已接收的内容。",
)
@click.pass_obj
def command(
    session: Session,
    directory: str,
    bureau: str,
    period: str | None,
    deadline: datetime.date | None,
    contact: str,
    address: str,
    previous: str | None,
) -> None:
    from lzxl.campaign.folder import create_campaign
    from lzxl.mail.letter_values import lacking_in_letters

    root = Path(directory)
    last_day = deadline or clock.today() + datetime.timedelta(days=30)
    last = Path(previous) if previous else None
    name = period or root.resolve().name
    campaign = create_campaign(root, bureau, name, last_day, contact.strip(), address.strip(), last)
    origin = "" if period else "（取自文件夹名；有误的在 lzxl.toml 里改，或新建时用 --period 写明）"
    session.say(f"已建好 {root}，期次是“{campaign.config.period}”{origin}，截止日期是{last_day}。下一步：")
    for doubt in doubts(campaign.config.period, last_day, clock.today()):
        echo(session.commands(f"注意：{doubt}"), err=True)
    taken = (
        f"已照抄上一期的{len(campaign.units)}个单位和{len(campaign.people.persons)}行人员，" if last is not None else ""
    )
    session.say(f"  1. 打开 单位名册.xlsx，{f'{taken}逐个核对变动' if taken else '逐个登记单位'}；")
    session.say("  2. 核对 lzxl.toml 里的局名、期次和截止日期；")
    lacking = lacking_in_letters(campaign.config)
    session.say(
        f"  3. 在 lzxl.toml 里写明发给各单位的信要用的：{lacking}；" if lacking else "  3. 核对信里的联系人和邮箱；"
    )
    session.say("     由程序收发邮件的，再填上收信、发信服务器；")
    session.say(f"  4. 运行 lzxl -C {quoted(root)} distribute，生成各单位要填的表。")
    echo(str(campaign.root))


def doubts(period: str, deadline: datetime.date, today: datetime.date) -> list[str]:
    """What is odd about a new campaign's period and deadline, a sentence each: a slip of a year is found out late."""
    from lzxl.checks.dates import period_days

    found = []
    if deadline < today:
        found.append(f"截止日期{deadline}已经过去，按时报的也会算作逾期。有误的，请在 lzxl.toml 里修改。")
    days = period_days(period)
    if days is None:
        found.append(f"期次“{period}”里没有年份，不能查出年份有误的日期。应写成“2026年度”“2026年上半年”的样式。")
    elif not days[0] - _BEFORE <= deadline <= days[1] + _AFTER:
        found.append(f"截止日期{deadline}和期次“{period}”相差太远。有误的，请在 lzxl.toml 里修改。")
    return found
