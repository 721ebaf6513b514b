"""A formula that looks at a blank cell shows 0, as spreadsheet programs have it: in a field that holds no number that is nothing.

LibreOffice stores such a 0 in .xls for every text that it has looked up, too.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lzxl.forms.load import load_form, unit_form_ids
from lzxl.submission import Submission
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.workbook.reading.read import read_submission
from lzxl.workbook.writing.save import workbook_bytes
from tests.rewritings.filled import filled_workbook

NUMBERS = {"serial", "count", "score"}
FORMULA = "=$XFD$1048576"


@pytest.mark.parametrize("form_id", unit_form_ids())
def test_a_0_that_a_formula_shows_is_nothing_but_where_a_number_belongs(form_id: str, tmp_path: Path) -> None:
    """One field of each row in turn, of every sheet, and of the cover."""
    form, workbook = load_form(form_id), filled_workbook(form_id)
    before = _read(tmp_path, workbook_bytes(workbook))
    shown: dict[str, dict[str, str | float]] = {}
    zeroed: dict[tuple[str, int], str] = {}
    for sheet in form.tables:
        table = next(one for one in before.tables if one.name == sheet.name)
        layout, fields = (
            table_layout(sheet),
            [one for one in sheet.inputs if not one.computed and one.name != sheet.key],
        )
        for index, row in enumerate(table.rows):
            entry = fields[index % len(fields)]
            cell = workbook[sheet.title].cell(row, layout.columns[entry.name])
            cell.value = FORMULA
            shown.setdefault(sheet.title, {})[cell.coordinate] = 0
            zeroed[sheet.name, index] = entry.name
    cover = form.cover
    assert cover is not None
    place = workbook[cover.title].cell(*label_layout(cover).value("reporter"))
    place.value = FORMULA
    shown.setdefault(cover.title, {})[place.coordinate] = 0

    after = _read(tmp_path, workbook_bytes(workbook, shown))
    assert [table.rows for table in after.tables] == [table.rows for table in before.tables]
    for table in after.tables:
        for index in range(len(table.rows)):
            name = zeroed[table.name, index]
            is_number = form.by_name[table.name].by_name[name].kind in NUMBERS
            assert table.get(name, index) == (0 if is_number else None), (table.name, index, name)
            assert not table.is_broken(name, index), (table.name, index, name)
    assert after.cover is not None and after.cover.values["reporter"] is None


def _read(folder: Path, data: bytes) -> Submission:
    path = folder / "报送.xlsx"
    path.write_bytes(data)
    return read_submission(path, path.name)
