"""lzxl export: what the appraisal hands to the three other appraisals, each into its own folder."""

from __future__ import annotations

import datetime

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.options import date_option, format_option
from lzxl.cli.session import Session, write_data


@click.command(
    cls=ChineseCommand,
    help="考核结果移交：写出供公务员年度考核、党风廉政建设责任制考核、行政管理和执法责任制考核用的三张表，各在“考核结果移交”下自己的文件夹里，"
    "各写明给谁看。文件只有本机使用者能读，程序不发送。",
    epilog="示例：\n  lzxl -C 2026年度 export\n  lzxl -C 2026年度 export --date 2026-12-31",
)
@date_option
@format_option
@click.pass_obj
def command(session: Session, day: datetime.date | None, kind: str) -> None:
    from lzxl.campaign import clock
    from lzxl.campaign.exports import exports_of, people_title, write_exports
    from lzxl.campaign.standing import take_stock
    from lzxl.formats.json import render
    from lzxl.summary.exported import export_workbook

    campaign, on = session.campaign(), day or clock.today()
    with session.progress("核对") as progress:
        standing = take_stock(campaign, progress, as_of=on)
    tables = exports_of(campaign, standing, on)
    written = write_exports(campaign, tables, export_workbook)
    there = {one.export.export for one, _ in written}
    for one in tables:
        if one.export.export not in there:
            session.say(
                f"注意：名册里没有可列的人，未写出《{one.export.title}》。请先在单位名册的“{people_title()}”表里填写。"
            )
    if kind == "json":
        told = [
            {
                "export": one.export.export,
                "title": one.export.title,
                "readers": one.export.readers,
                "file": campaign.relative(path),
                "rows": len(one.rows),
            }
            for one, path in written
        ]
        write_data(render({"version": 1, "date": on.isoformat(), "exports": told}))
        return
    for one, path in written:
        session.show(f"《{one.export.title}》{len(one.rows)}行，只给{one.export.readers}：{campaign.relative(path)}")
