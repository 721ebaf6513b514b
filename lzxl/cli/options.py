"""Options of several commands: for people or for programs, and on which day."""

from __future__ import annotations

import datetime

import click

from lzxl.campaign import clock
from lzxl.campaign.typed import read_day
from lzxl.cli.chinese import Typed
from lzxl.cli.session import Session

format_option = click.option(
    "--format",
    "kind",
    metavar="格式",
    type=click.Choice(["text", "json"]),
    default="text",
    help="text（缺省）或 json。",
)

as_of_option = click.option(
    "--as-of",
    metavar="日期",
    type=Typed("day", read_day),
    help="按哪一天说情况（缺省：当日）：逾期按这一天算，这一天以后收到的不计。",
)

date_option = click.option(
    "--date",
    "day",
    metavar="日期",
    type=Typed("day", read_day),
    help="按哪一天算（缺省：当日）；这一天以后的事项不计。",
)


def say_of_the_future(session: Session, day: datetime.date | None) -> None:
    """A day that is still to come may be asked for: what would be overdue then. That it is no more than that is said."""
    if day is not None and day > clock.today():
        session.say(f"注意：{day}尚未到，按到现在为止收到的材料推算。")
