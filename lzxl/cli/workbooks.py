"""lzxl workbooks: blank standard workbooks out, restyled ones checked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lzxl.campaign.typed import find_form
from lzxl.cli.chinese import ChineseGroup, Typed
from lzxl.cli.screen import echo
from lzxl.cli.session import Session
from lzxl.errors import EXIT_FINDINGS, EXIT_OK, UsageError, gravest

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign
    from lzxl.forms.findings import Finding
    from lzxl.forms.model import Form


@click.group(cls=ChineseGroup, help="标准表：导出空白表，或检查本局改过版式的表是否还合用。")
def command() -> None:
    pass


_overwrite_option = click.option(
    "--overwrite", "is_overwritten", is_flag=True, help="已有的表也覆盖（缺省：改过版式的留着，不覆盖）。"
)


@command.command(
    short_help="把各张空白标准表导出到文件夹，可以改字体、列宽、加单位标识后使用。",
    help="把各张空白标准表导出到文件夹，可以改字体、列宽、加单位标识后使用。在批次文件夹里运行、或导出到批次文件夹里时，按本批次的分级表。",
    epilog="示例：\n  lzxl workbooks export 空白表\n  lzxl workbooks export 2026年度/模板\n"
    "  lzxl workbooks export 2026年度/模板 --letters",
)
@click.argument("directory", metavar="文件夹")
@click.option(
    "--letters",
    "are_letters",
    is_flag=True,
    help="改为导出信函的文字（通知、回执、退回、重新发送、催报），已有的不覆盖。",
)
@_overwrite_option
@click.pass_obj
def export(session: Session, directory: str, are_letters: bool, is_overwritten: bool) -> None:
    if are_letters:
        _export_letters(Path(directory))
        return
    kept = _build(session, Path(directory), is_overwritten)
    for path in kept:
        echo(f"已经有了，与标准表不同（本局可能改过版式），未覆盖：{path}")
    if kept:
        session.say("要换成新的标准表的，把它们移走再运行一次，或加 --overwrite 覆盖。")
    echo(f"空白标准表已写到：{directory}")


def _export_letters(folder: Path) -> None:
    from lzxl.files import writing
    from lzxl.mail.letter_kinds import KIND_TITLES, LETTERS_FOLDER
    from lzxl.mail.letter_texts import default_text

    for kind, title in KIND_TITLES.items():
        target = folder / LETTERS_FOLDER / f"{title}.txt"
        if target.exists():
            echo(f"已经有了，未覆盖：{target}")
            continue
        with writing(target) as path:
            # With the mark that Notepad goes by, and its line ends.
            path.write_text(default_text(kind), encoding="utf-8-sig", newline="\r\n")
    echo(f"信函的文字已写到：{folder / LETTERS_FOLDER}")


@command.command(help="由表单定义重新生成标准表（供开发者使用）。", hidden=True)
@click.argument("directory", metavar="文件夹")
@_overwrite_option
@click.pass_obj
def build(session: Session, directory: str, is_overwritten: bool) -> None:
    from lzxl.campaign.folder import find_campaign

    folder = Path(directory)
    # What an office keeps may be restyled; everywhere else, to write anew is what a developer asks for.
    is_offices = find_campaign(folder.resolve()) is not None
    for path in _build(session, folder, is_overwritten or not is_offices):
        echo(f"已经有了，未覆盖（要覆盖请加 --overwrite）：{path}")


def _campaign(session: Session, place: Path) -> Campaign | None:
    """The campaign of -C, else the one that `place` lies in, else the one around the current folder."""
    from lzxl.campaign.folder import find_campaign

    around = find_campaign(place.resolve()) if session.directory is None else None
    return around or session.campaign_if_any()


def _form_of(path: Path, form_id: str | None, campaign: Campaign | None) -> Form:
    """The form that a template is of: as said, else by its stamp or content, else by its name. With the words of the
    campaign's grading table, else those of the file's own."""
    from lzxl.forms.load import DEFAULT_SCHEME, load_form
    from lzxl.workbook.reading.jobs import Job
    from lzxl.workbook.reading.sandbox import read_all

    scheme = campaign.grading.id if campaign is not None else ""
    [submission] = read_all([Job(path, path.name, form_id, scheme=scheme)])
    scheme = scheme or submission.scheme or DEFAULT_SCHEME
    told = form_id or submission.form
    return load_form(told, scheme) if told else _form_by_name(path, scheme)


def _form_by_name(path: Path, scheme: str) -> Form:
    from lzxl.forms.load import load_forms

    named = next((form for form in load_forms(scheme).values() if form.title in path.name), None)
    if named is None:
        raise UsageError(f"无法识别 {path.name} 是哪一张表，请用 --form 写明。", code="form_unknown", name=path.name)
    return named


def _build(session: Session, folder: Path, is_overwritten: bool) -> list[Path]:
    """Write every blank standard workbook into a folder; those that were left, since somebody has changed them."""
    from lzxl.files import output_to, writing
    from lzxl.forms.load import load_forms, load_grading
    from lzxl.workbook.writing.build import build_workbook
    from lzxl.workbook.writing.save import workbook_bytes
    from lzxl.workbook.writing.shown import shown_values

    campaign = _campaign(session, folder)
    grading = campaign.grading if campaign is not None else load_grading()
    with output_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
    kept = []
    for form in load_forms(grading.id).values():
        target = folder / f"{form.title}.xlsx"
        workbook = build_workbook(form, grading)
        data = workbook_bytes(workbook, shown_values(workbook, form, grading))
        if target.exists() and not is_overwritten:
            if target.read_bytes() != data:
                kept.append(target)
            continue
        with writing(target) as path:
            path.write_bytes(data)
    session.say(f"分级表：{grading.title}")
    return kept


@command.command(
    help="检查改过版式的标准表（字体、列宽、标识都可以改）是否还能用：工作表、表头、下拉、公式、版本。",
    epilog="示例：\n  lzxl workbooks check 空白表/廉政风险点登记表.xlsx",
)
@click.argument("files", metavar="文件…", nargs=-1, required=True)
@click.option(
    "--form",
    metavar="表单",
    type=Typed("form", find_form),
    help="是哪一张表，如 登记表（缺省：按表内标记和文件名判断）。",
)
@click.pass_obj
def check(session: Session, files: tuple[str, ...], form: str | None) -> int:
    from lzxl.workbook.writing.template_check import check_template

    codes = []
    for name in files:
        path = Path(name)
        if not path.is_file():
            raise UsageError(f"找不到文件：{path}。请检查路径。", code="file_not_found", path=path)
        codes.append(_tell(name, check_template(path, _form_of(path, form, _campaign(session, path.parent)))))
    return gravest(*codes)


def _tell(name: str, findings: Sequence[Finding]) -> int:
    """Say of a template whether it may be used, and what was found; the exit code."""
    errors = sum(finding.severity == "error" for finding in findings)
    echo(f"{name}：{f'不合用，{errors}处要改' if errors else '合用'}")
    for finding in findings:
        place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet
        echo(f"  {place}　{finding.message}{finding.fix}")
    return EXIT_FINDINGS if errors else EXIT_OK
