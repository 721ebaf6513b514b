"""lzxl adopt: a register in a layout of its own becomes a standard workbook."""

from __future__ import annotations

from pathlib import Path

import click

from lzxl.campaign.typed import find_form, find_unit
from lzxl.cli.chinese import ChineseCommand, Typed
from lzxl.cli.screen import echo
from lzxl.cli.session import Session, same_file, uses_colour, write_data, write_result
from lzxl.errors import EXIT_FINDINGS, EXIT_OK, EXIT_UNREADABLE, UnreadableError, UsageError


@click.command(
    cls=ChineseCommand,
    help="把单位原有的登记表（自己的版式）转成标准表：能归位的填进标准表，无法归位的另放一张表，缺的逐格标出。",
    epilog="示例：\n  lzxl adopt 风险点一览表.et --form risk_register --unit HB03",
)
@click.argument("file", metavar="文件")
@click.option(
    "--form",
    metavar="表单",
    required=True,
    type=Typed("form", find_form),
    help="表的全名、简称或标识，如 登记表（risk_register）。有误时会列出全部的表。",
)
@click.option("--unit", metavar="单位", default="", help="单位编码，如 HB03；在批次里也可以写名册上的单位名称。")
@click.option("--output", metavar="文件", help="标准表（或 json 报告）写到哪里（缺省：当前文件夹，原名_标准表.xlsx）。")
@click.option(
    "--format",
    "kind",
    metavar="格式",
    type=click.Choice(["text", "json"]),
    default="text",
    help="text（缺省，写出标准表并列出问题）或 json（只报告读到了什么）。",
)
@click.pass_obj
def command(session: Session, file: str, form: str, unit: str, output: str | None, kind: str) -> int:
    from lzxl.campaign.adopt import adopt, adoption_json, write_adopted
    from lzxl.campaign.standing import context_of
    from lzxl.checks.context import Context
    from lzxl.formats.json import render
    from lzxl.formats.text import render_text
    from lzxl.forms.load import load_form, load_grading

    path = Path(file)
    if not path.is_file():
        raise UsageError(f"找不到文件：{path}。请检查路径。", code="file_not_found", path=path)
    if output and same_file(path, output):
        raise UsageError(f"--output 不能写到原来的登记表上：{output}。", code="output_is_source", output=output)
    campaign = session.campaign_if_any()
    context = context_of(campaign) if campaign is not None else Context(load_grading())
    code = find_unit(unit, context.units) if unit else ""
    checked = adopt(path, form, context, code, root=campaign.root if campaign is not None else None)
    found_nothing = checked.submission.refusal is None and not any(table.rows for table in checked.submission.tables)
    if kind == "json":
        text = render(adoption_json(checked))
        write_result(text, output) if output else write_data(text)
    elif not found_nothing:
        write_result(render_text([checked], uses_colour(None), with_info=True), None, uses_colour(None))
        if checked.submission.refusal is None:
            target = Path(output) if output else _free_name(path.stem)
            if target.exists():
                raise UsageError(
                    f"{target} 已经有了，未覆盖。请用 --output 换一个文件名。", code="output_exists", target=target
                )
            write_adopted(checked, context, target, path, campaign.root if campaign is not None else None)
            echo(f"标准表已写到：{target}")
            session.say("下一步：打开标准表，按“问题清单”把缺的栏目补全，再和其他报送件一样收件。")
    if found_nothing:
        title = load_form(form).title
        raise UnreadableError(
            f"{path} 里未读到《{title}》的任何一行，未转换。请检查 --form 是否选对、表里是否有内容。",
            code="nothing_adopted",
            path=path,
        )
    if checked.submission.refusal is not None:
        return EXIT_UNREADABLE
    return EXIT_FINDINGS if checked.count("error") else EXIT_OK


def _free_name(stem: str) -> Path:
    """原名_标准表.xlsx in the current folder, numbered if that is there: somebody may have filled it in already."""
    target, number = Path(f"{stem}_标准表.xlsx"), 2
    while target.exists():
        target, number = Path(f"{stem}_标准表{number}.xlsx"), number + 1
    return target
