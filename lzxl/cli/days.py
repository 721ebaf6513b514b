"""The option of every command that tells how things stand: on which day."""

from __future__ import annotations

import click

from lzxl.campaign.typed import read_day
from lzxl.cli.chinese import Typed

as_of_option = click.option(
    "--as-of",
    metavar="日期",
    type=Typed("day", read_day),
    help="按哪一天说情况（缺省：今天）：逾期按这一天算，这一天以后收到的不计。",
)
