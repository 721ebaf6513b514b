"""lzxl status: the round at a glance."""

from __future__ import annotations

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.session import Session, write_data


@click.command(
    cls=ChineseCommand,
    help="查看各单位报送进度：已报、未报、迟报、零报告、退回、第几版，还有几处要改。",
    epilog="示例：\n  lzxl -C 2026年度 status\n  lzxl -C 2026年度 status --format json",
)
@click.option(
    "--format",
    "kind",
    metavar="格式",
    type=click.Choice(["text", "json"]),
    default="text",
    help="text（缺省）或 json。",
)
@click.pass_obj
def command(session: Session, kind: str) -> None:
    from lzxl.campaign.standing import take_stock
    from lzxl.campaign.status import describe, status_data, status_line
    from lzxl.cli.table import print_table
    from lzxl.formats.json import render
    from lzxl.forms.load import load_form

    campaign = session.campaign()
    standing = take_stock(campaign)
    if kind == "json":
        write_data(render(status_data(campaign, standing)))
        return
    by_unit: dict[str, list[str]] = {}
    for filing in standing.filings:
        by_unit.setdefault(f"{filing.unit.code} {filing.unit.name}", []).append(describe(filing))
    titles = [load_form(form).title for form in campaign.config.forms]
    print_table(["单位", *titles], [[unit, *cells] for unit, cells in by_unit.items()])
    click.echo(status_line(campaign, standing))
