"""lzxl workbooks: blank standard workbooks out, restyled ones checked."""

from __future__ import annotations

from pathlib import Path

import click

from lzxl.cli.chinese import ChineseGroup
from lzxl.cli.session import Session
from lzxl.errors import EXIT_FINDINGS, EXIT_OK, EXIT_UNREADABLE, UsageError, gravest


@click.group(cls=ChineseGroup, help="标准表：导出空白表，或检查本局改过版式的表是否还合用。")
def command() -> None:
    pass


@command.command(
    help="把四张空白标准表导出到文件夹，可以改字体、列宽、加单位标识后使用。",
    epilog="示例：\n  lzxl workbooks export 空白表",
)
@click.argument("directory", metavar="文件夹")
@click.pass_obj
def export(session: Session, directory: str) -> None:
    _build(Path(directory))
    click.echo(f"空白标准表已写到：{directory}")


@command.command(help="由表单定义重新生成标准表（供开发者使用）。", hidden=True)
@click.argument("directory", metavar="文件夹")
def build(directory: str) -> None:
    _build(Path(directory))


def _build(folder: Path) -> None:
    from lzxl.campaign.files import output_to
    from lzxl.forms.load import load_forms, load_grading
    from lzxl.workbook.build import build_workbook
    from lzxl.workbook.save import save_workbook

    with output_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for form in load_forms().values():
        save_workbook(build_workbook(form, load_grading()), folder / f"{form.title}.xlsx")


@command.command(
    help="检查改过版式的标准表（字体、列宽、标识都可以改）是否还能用：工作表、表头、下拉、公式、版本。",
    epilog="示例：\n  lzxl workbooks check 空白表/廉政风险点登记表.xlsx",
)
@click.argument("files", metavar="文件…", nargs=-1, required=True)
@click.pass_obj
def check(session: Session, files: tuple[str, ...]) -> int:
    from lzxl.workbook.template_check import check_template

    codes = []
    for name in files:
        path = Path(name)
        if not path.is_file():
            raise UsageError(f"找不到文件：{path}。请检查路径。")
        findings = check_template(path)
        errors = [finding for finding in findings if finding.severity == "error"]
        refused = any(finding.code.startswith(("file_", "form_unknown")) for finding in findings)
        codes.append(EXIT_UNREADABLE if refused else EXIT_FINDINGS if errors else EXIT_OK)
        click.echo(f"{name}：{'合用' if not errors else f'不合用，{len(errors)} 处要改'}")
        for finding in findings:
            place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet
            click.echo(f"  {place}　{finding.message}{finding.fix}")
    return gravest(*codes)
