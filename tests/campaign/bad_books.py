"""What becomes of an office book in an office: emptied, half-filled, cut, swapped, locked, saved as something else, left open."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.campaign.roster import ROSTER_NAME
from lzxl.forms.load import book_ids, load_form
from lzxl.forms.model import Form, Sheet
from lzxl.forms.roster import ROSTER_FORM
from tests.reading.locked import agile

BOOKS = {f"{load_form(one).file}.xlsx": one for one in book_ids()} | {ROSTER_NAME: ROSTER_FORM}
PASSWORD = "云泽2026"


def empty(path: Path) -> None:
    path.write_bytes(b"")


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def foreign(path: Path) -> None:
    """Some table that has nothing to do with any form."""
    workbook = Workbook()
    assert workbook.active is not None
    for row in (["品名", "数量", "单价"], ["打印纸", 20, 18.5], ["硒鼓", 3, 260]):
        workbook.active.append(row)
    workbook.save(path)


def of_another_form(path: Path) -> None:
    """Another book of the same campaign under its name."""
    names = list(BOOKS)
    other = names[(names.index(path.name) + 1) % len(names)]
    path.write_bytes((path.parent / other).read_bytes())


def of_another_campaign(path: Path) -> None:
    """The book of the year before, which a clerk copied over."""
    path.write_bytes((path.parent.parent / "2025年度" / path.name).read_bytes())


def sheet_renamed(path: Path) -> None:
    """The main sheet gets a name that says nothing."""
    _edited(path, lambda worksheet, sheet: setattr(worksheet, "title", "Sheet1"))


def sheet_deleted(path: Path) -> None:
    workbook = load_workbook(path)
    del workbook[main_sheet(path).title]
    workbook.save(path)


def column_deleted(path: Path) -> None:
    """The column of the first field of the main sheet that has to be filled in."""

    def delete(worksheet: Worksheet, sheet: Sheet) -> None:
        _, columns = headed(worksheet, sheet)
        worksheet.delete_cols(columns[must_have(sheet)])

    _edited(path, delete)


def half_filled(path: Path) -> None:
    """A row that says nothing but what may be left blank, typed below the others."""

    def type_one(worksheet: Worksheet, sheet: Sheet) -> None:
        row, columns = headed(worksheet, sheet)
        given = must_have(sheet)
        while any(_said(worksheet.cell(row, column).value) for column in columns.values()):
            row += 1
        text = next(
            one
            for one in sheet.fields
            if one.kind == "text" and not one.required and not one.computed and not one.filled and one.title != given
        )
        worksheet.cell(row, columns[text.title]).value = "待补"

    _edited(path, type_one)


def with_password(path: Path) -> None:
    path.write_bytes(agile(path.read_bytes(), PASSWORD))


def xls_under_xlsx(path: Path) -> None:
    """Saved in the old format, under the new one's name."""
    path.write_bytes((Path(__file__).parent.parent / "data" / "little.xls").read_bytes())


def _open_in(pattern: str) -> Callable[[Path], None]:
    return lambda path: path.with_name(pattern.format(path.name)).write_bytes("张三".encode()) and None


CONDITIONS: dict[str, Callable[[Path], None]] = {
    "empty": empty,
    "cut": cut,
    "foreign": foreign,
    "of another form": of_another_form,
    "of another campaign": of_another_campaign,
    "sheet renamed": sheet_renamed,
    "sheet deleted": sheet_deleted,
    "column deleted": column_deleted,
    "half-filled": half_filled,
    "with a password": with_password,
    "xls under xlsx": xls_under_xlsx,
    "open in Excel": _open_in("~${}"),
    "open in WPS": _open_in(".~{}"),
    "open in LibreOffice": _open_in(".~lock.{}#"),
}


def form_of(path: Path) -> Form:
    return load_form(BOOKS[path.name])


def main_sheet(path: Path) -> Sheet:
    form = form_of(path)
    return form.main_sheet if form.main else form.tables[0]


def must_have(sheet: Sheet) -> str:
    return next(one.title for one in sheet.fields if one.required)


def headed(worksheet: Worksheet, sheet: Sheet) -> tuple[int, dict[str, int]]:
    """The row below the headers, and the column of each."""
    for cells in worksheet.iter_rows(max_row=12):
        columns = {str(cell.value): cell.column for cell in cells if cell.value}
        if must_have(sheet) in columns:
            return cells[0].row + 1, columns
    raise AssertionError(f"no headers in {worksheet.title}")


def _said(value: object) -> bool:
    return value is not None and not str(value).startswith("=") and str(value).strip() != ""


def _edited(path: Path, change: Callable[[Worksheet, Sheet], object]) -> None:
    workbook = load_workbook(io.BytesIO(path.read_bytes()))
    sheet = main_sheet(path)
    change(workbook[sheet.title], sheet)
    workbook.save(path)
