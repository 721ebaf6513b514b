"""lzxl compare: this period's register of risk points beside those of the periods before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.options import format_option
from lzxl.cli.session import Session, write_data

if TYPE_CHECKING:
    from lzxl.campaign.compare import Years


@click.command(
    cls=ChineseCommand,
    help="与上年比较：风险点和防控措施的新增、取消、变动栏目，等级升降和一字不差的，写成一个工作簿，放在“汇总”里。",
    epilog="示例：\n  lzxl -C 2026年度 compare\n  lzxl -C 2026年度 compare --with 2025年度 --with 2024年度",
)
@click.option(
    "--with",
    "folders",
    metavar="文件夹",
    multiple=True,
    type=click.Path(path_type=Path),
    help="以前各期的文件夹，近的在前，可写几次（缺省：lzxl.toml 的 previous，至多三期）。",
)
@click.option("--output", metavar="文件", help="比较表写到哪里（缺省：“汇总”文件夹）。")
@format_option
@click.pass_obj
def command(session: Session, folders: tuple[Path, ...], output: str | None, kind: str) -> None:
    from lzxl.campaign import clock
    from lzxl.campaign.compare import compare_years
    from lzxl.campaign.places import SUMMARY
    from lzxl.formats.json import render
    from lzxl.summary.years import write_comparison

    campaign = session.campaign()
    with session.progress("比较") as progress:
        years = compare_years(campaign, folders, progress=progress)
    config = campaign.config
    target = Path(output) if output else campaign.folder(SUMMARY) / f"廉政风险点比较_{config.period}.xlsx"
    write_comparison(years, config.bureau, clock.today(), campaign.grading, target)
    if kind == "json":
        write_data(render(years.as_data()))
    else:
        _show(session, years)
        session.show(f"逐项比较已写到：{target}")


def _show(session: Session, years: Years) -> None:
    """For people: the counts, the units, and what is to be looked into."""
    from lzxl.cli.table import print_table
    from lzxl.summary.years import NOTES, measures_said, said_of
    from lzxl.year.cancelled import change_words
    from lzxl.year.registers import register_sheet

    latest = years.latest
    session.show(said_of(latest))
    session.show(measures_said(latest))
    if len(years.comparisons) > 1:
        points = [f"{one.register.period}{len(one.register.standing)}个" for one in years.trend()]
        session.show(f"各期风险点：{'，'.join(points)}。")
    units = {**latest.before.units, **latest.after.units}
    rows = [
        [
            f"{one.unit} {units.get(one.unit, '')}",
            *map(str, (one.points, one.matched, one.added, one.removed, one.copied)),
        ]
        for one in latest.by_unit()
    ]
    added, cancelled = (change_words(register_sheet()[1], role)[0] for role in ("added", "cancelled"))
    print_table(["单位", register_sheet()[1].title, "延续", added, cancelled, "一字不差"], rows)
    for title, found in (("等级提高", latest.raised), ("等级降低", latest.lowered)):
        if found:
            told = [row.number + (f"（预警{'、'.join(row.warnings)}）" if row.warnings else "") for row in found]
            session.show(f"{title}：{'、'.join(told)}。")
    for note, title in NOTES.items():
        numbers = [row.number for row in latest.rows if note in row.notes]
        if numbers:
            session.show(f"请核实——{title}：{'、'.join(numbers)}。")
