"""lzxl check: what is wrong in filled workbooks, on the screen or for programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.session import Session, same_file, uses_colour, write_data, write_result
from lzxl.errors import UsageError
from lzxl.faults import spared

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign
    from lzxl.checks.run import Checked


@click.command(
    cls=ChineseCommand,
    help="检查填好的表，一次列出全部问题：在哪一格、错在哪里、如何修改、依据哪一条。不写路径时检查本批次“收件”里的最新版本、单位名册和办公室的簿册。",
    epilog="示例：\n  lzxl check 登记表.xlsx\n  lzxl check 来件 --return-dir 退回\n  lzxl check 来件 --format json --output 问题.json",
)
@click.argument("paths", metavar="[文件或文件夹]…", nargs=-1)
@click.option(
    "--format",
    "form",
    metavar="格式",
    type=click.Choice(["text", "json", "sarif", "junit"]),
    default="text",
    help="text（缺省）、json、sarif 或 junit。",
)
@click.option("--output", metavar="文件", help="把结果写到文件。")
@click.option("--return-dir", metavar="文件夹", help="把标注好的退回件写到这个文件夹。")
@click.pass_obj
def command(session: Session, paths: tuple[str, ...], form: str, output: str | None, return_dir: str | None) -> int:
    from lzxl.api import CheckResult, check
    from lzxl.campaign.standing import faults_of
    from lzxl.checks.run import failed

    if output and any(same_file(path, output) for path in paths):
        raise UsageError(f"--output 不能写到要检查的文件上：{output}。", code="output_is_source", output=output)
    campaign = session.campaign_if_any()
    with session.progress("检查") as progress:
        result = check(paths, campaign, return_dir, progress)
    faults = faults_of(campaign) if campaign is not None else None
    result, text = spared(
        result.files,
        lambda files: (CheckResult(tuple(files)), _render(session, files, form, output)),
        lambda entry, trouble: failed(entry.submission, trouble, faults),
    )
    if form == "text" or output:
        write_result(text, output, uses_colour(output))
    else:
        write_data(text)
    if campaign is None and form == "text":
        session.say("未找到填报批次，未与单位名册核对；要核对请在批次文件夹里运行，或加 -C 文件夹。")
    if not paths:
        _tell_of_books_only(session, result.files)
    given = [path for path in paths if not _is_all_that_came(path, campaign)]
    _tell_of_unread(session, given, is_text=form == "text" and not output)
    return result.exit_code


def _tell_of_books_only(session: Session, files: Sequence[Checked]) -> None:
    from lzxl.campaign.books import book_names
    from lzxl.campaign.roster import ROSTER_NAME

    if {ROSTER_NAME, *book_names()}.issuperset(entry.submission.file for entry in files):
        session.say("收件里尚无报送件，只检查了单位名册和办公室的簿册。收件请用 lzxl collect。")


def _is_all_that_came(path: str, campaign: Campaign | None) -> bool:
    """Whether a path is the campaign's own folder: what it has received is checked then, not what else lies there."""
    return campaign is not None and Path(path).resolve() == campaign.root.resolve()


def _tell_of_unread(session: Session, paths: Sequence[str], is_text: bool) -> None:
    """A line for every file of a folder that was not checked: it may be somebody's filing."""
    from lzxl.campaign.sources import unread_in

    tell = session.show if is_text else session.say
    for path in paths:
        for name in unread_in(Path(path)):
            tell(f"未检查：{name}（不是表格文件；压缩包请先解开，或用 lzxl collect 收件）")


def _render(session: Session, files: Sequence[Checked], form: str, output: str | None) -> str:
    if form == "json":
        from lzxl.formats.json import render_json

        return render_json(files)
    if form == "sarif":
        from lzxl.formats.sarif import render_sarif

        return render_sarif(files)
    if form == "junit":
        from lzxl.formats.junit import render_junit

        return render_junit(files)
    from lzxl.formats.text import render_text

    return render_text(files, uses_colour(output), session.verbose)
