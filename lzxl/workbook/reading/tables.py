"""From a sheet's raw cells to tables of typed values: header, columns, data rows, and what is not data and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lzxl.forms.findings import Catalogue, Finding, Remedy
from lzxl.forms.model import Field, Sheet
from lzxl.forms.text import address, column_letters
from lzxl.forms.values import CellError, as_text, is_blank, parse
from lzxl.workbook.reading.content import SheetContent
from lzxl.workbook.reading.headers import Header, HeaderFinder
from lzxl.workbook.reading.remarks import masked, remark
from lzxl.workbook.reading.rows import ROW_KINDS, RowKind, classify_filled, classify_lone
from lzxl.workbook.submission import Table, Unplaced


@dataclass(slots=True)
class Extract:
    """What one sheet gave."""

    tables: list[Table]
    findings: list[Finding]
    unplaced: list[Unplaced]


def extract_tables(
    content: SheetContent, finder: HeaderFinder, catalogue: Catalogue, date1904: bool = False
) -> Extract:
    """Every table of the sheet's kind in `content`; none if it has no header. Rows above the first header are not touched."""
    extract = Extract([], [], [])
    header = finder.find(content)
    while header is not None:
        reader = _TableReader(content, finder, header, catalogue, date1904)
        header = reader.read()
        extract.tables.append(reader.table)
        extract.findings += reader.findings
        extract.unplaced += reader.unplaced
    return extract


class _TableReader:
    """Reads one table from its header down to the next header or the sheet's end."""

    def __init__(
        self,
        content: SheetContent,
        finder: HeaderFinder,
        header: Header,
        catalogue: Catalogue,
        date1904: bool,
    ) -> None:
        self.content = content
        self.finder = finder
        self.sheet: Sheet = finder.sheet
        self.header = header
        self.catalogue = catalogue
        self.date1904 = date1904
        self.findings: list[Finding] = []
        self.unplaced: list[Unplaced] = []
        self.table = Table(
            self.sheet.name,
            content.name,
            header_rows=header.rows,
            columns={name: column for name, column in header.columns.items() if not self.sheet.by_name[name].derived},
            unmapped=header.unmapped,
        )
        self.mapped = {column: self.sheet.by_name[name] for name, column in header.columns.items()}
        self.last_column = max(header.texts, default=0)
        self.serial_column = header.columns.get("serial", 0)
        self.subject_columns = [header.columns[name] for name in self.sheet.subject if name in header.columns]
        self.formula_columns = {column for _, column in content.formulas}

    def read(self) -> Header | None:
        """Read all rows; the next table's header if there is one below."""
        following: Header | None = None
        data: list[int] = []
        previous = 0
        for row in sorted(number for number in self.content.rows if number > self.header.rows[-1]):
            cells = self.content.rows[row]
            if self._is_plainly_data(cells):
                data.append(row)
            elif self.finder.is_header(cells):
                found = self.finder.read(self.content, row)
                if not self._is_repeated(found):
                    if self.table.dropped.get(previous) == "note":
                        self.table.dropped[previous] = "title_of_next_table"
                    following = found
                    break
                self._drop(row, "repeated_header")
            else:
                kind = self._classify(row, cells)
                if kind == "data":
                    data.append(row)
                else:
                    self._drop(row, kind)
            previous = row
        self._report_dropped()
        self._report_header(data)
        self._take(data)
        self._take_unmapped(data)
        self._report_split_rows()
        return following

    def _is_plainly_data(self, cells: list[Any]) -> bool:
        """Whether a row has a number for its serial and text for its subject, as most rows have: nothing else has both."""
        serial = self.serial_column
        if not 0 < serial <= len(cells) or type(cells[serial - 1]) is not float:
            return False
        return any(
            column <= len(cells) and type(cells[column - 1]) is str and not is_blank(cells[column - 1])
            for column in self.subject_columns
        )

    def _is_repeated(self, found: Header) -> bool:
        """Whether a header is this table's own, printed again on another page."""
        same = set(found.columns.items()) & set(self.header.columns.items())
        return len(same) * 2 > len(found.columns)

    def _classify(self, row: int, cells: list[Any]) -> RowKind:
        filled = [
            (column, cell)
            for column, cell in enumerate(cells, 1)
            if cell is not None and cell != "" and not is_blank(cell)
        ]
        if len(filled) == 1:
            column, cell = filled[0]
            if isinstance(cell, str):
                across = self._spans(row, column)
                entry = self.mapped.get(column)
                if across or entry is None or entry.name not in self.sheet.subject:
                    kind = classify_lone(cell, across, self._header_follows(row))
                    if kind:
                        return kind
        by_words = classify_filled([cell for _, cell in filled])
        if by_words:
            return by_words
        return "data" if any(not self._is_filler(column, row) for column, _ in filled) else "blank_numbered"

    def _is_filler(self, column: int, row: int) -> bool:
        """Whether a filled cell alone does not make a row: its number, a computed cell, a cell under no header."""
        entry = self.mapped.get(column)
        if entry is None:
            return column not in self.header.texts or (row, column) in self.content.formulas
        return (
            entry.kind == "serial"
            or entry.name == self.sheet.key
            or entry.derived
            or (bool(entry.computed) and (row, column) in self.content.formulas)
        )

    def _spans(self, row: int, column: int) -> bool:
        """Whether a cell is merged across at least three columns, or across the whole table."""
        for top, left, bottom, right in self.content.merges:
            if top <= row <= bottom and left <= column <= right:
                width = right - left + 1
                return width >= 3 or width >= self.last_column > 1
        return False

    def _header_follows(self, row: int) -> bool:
        """Whether the next row with content is the header of another table."""
        for below in (row + 1, row + 2):
            cells = self.content.rows.get(below)
            if cells is not None:
                return self.finder.is_header(cells) and not self._is_repeated(self.finder.read(self.content, below))
        return False

    def _drop(self, row: int, kind: RowKind) -> None:
        self.table.dropped[row] = kind
        is_text = kind in ("note", "title_of_next_table")
        for column, cell in enumerate(self.content.rows[row], 1):
            # A reserve row may have something scribbled beside the table.
            if (is_text or (kind == "blank_numbered" and column not in self.header.texts)) and not is_blank(cell):
                self.unplaced.append(
                    Unplaced(self.content.name, address(row, column), "", as_text(cell), ROW_KINDS[kind])
                )

    def _say(self, code: str, **details: Any) -> None:
        self.findings.append(self.catalogue.finding(code, sheet=self.content.name, **details))

    def _report_dropped(self) -> None:
        """One line for each run of rows left out for the same reason: never a row dropped in silence."""
        runs: list[tuple[int, int, str]] = []
        for row, kind in sorted(self.table.dropped.items()):
            if runs and runs[-1][2] == kind and runs[-1][1] == row - 1:
                runs[-1] = (runs[-1][0], row, kind)
            else:
                runs.append((row, row, kind))
        for first, last, kind in runs:
            self._say("row_dropped", cell=f"{first}:{last}", rows=_span(first, last), reason=ROW_KINDS[kind])

    def _report_header(self, data: list[int]) -> None:
        top = self.header.rows[-1]
        for text, columns in self.header.duplicates.items():
            cells = [address(top, column) for column in columns]
            used = next((address(top, column) for column in columns if column in self.mapped), "")
            spare = next((cell for cell in cells if cell != used), cells[0])
            self._say("duplicate_header", cell=spare, header=_flat(text), cells=cells, used=used or "无")
        for name, column in self.header.guessed.items():
            title = self.sheet.by_name[name].title
            self._say(
                "header_renamed",
                cell=address(top, column),
                header=title,
                value=_flat(self.header.texts[column]),
                title=title,
                remedy=Remedy("restore_header", title),
            )
        widest = max(map(len, self.content.rows.values()), default=0)
        for column in sorted(column for column in self.content.hidden_columns if column <= widest):
            if column in self.header.texts or any(not is_blank(self.content.cell(row, column)) for row in data):
                self._say(
                    "hidden_column",
                    cell=address(top, column),
                    header=_flat(self.header.texts.get(column, "")),
                    letters=column_letters(column),
                )
        for row in data:
            if row in self.content.hidden_rows:
                self._say("hidden_row", cell=f"{row}:{row}", row=row)

    def _report_split_rows(self) -> None:
        """A row right below a repeated header, without serial and unit, is the rest of the row above the page break."""
        table = self.table
        markers = [name for name in ("serial", "section") if name in table.columns]
        for index, row in enumerate(table.rows):
            if table.dropped.get(row - 1) != "repeated_header" or not markers:
                continue
            if all(table.get(name, index) is None and not table.is_broken(name, index) for name in markers):
                self._say("split_row", cell=f"{row}:{row}")

    def _take(self, data: list[int]) -> None:
        """Fill the table: every mapped column of every data row, merged cells given to all the rows they cover."""
        self.table.rows = data
        merged = self._vertical_merges(set(data))
        for name, column in self.table.columns.items():
            self._take_column(self.sheet.by_name[name], column, merged.get(column, {}))

    def _vertical_merges(self, data: set[int]) -> dict[int, dict[int, int]]:
        """Column → {row: the row that holds the merged value}, for rows below the first of a merged range."""
        sources: dict[int, dict[int, int]] = {}
        for top, left, bottom, _ in self.content.merges:
            if bottom > top > self.header.rows[-1]:
                column = sources.setdefault(left, {})
                for row in data:
                    if top < row <= bottom:
                        column[row] = top
        return sources

    def _take_column(self, entry: Field, column: int, merged: dict[int, int]) -> None:
        table, rows = self.table, self.content.rows
        sources = [merged.get(row, row) for row in table.rows] if merged else table.rows
        raws = [cells[column - 1] if column <= len(cells) else None for cells in (rows.get(row, ()) for row in sources)]
        # 1, 1.0 and TRUE are one key of a dictionary, and three contents of a cell.
        keys = [raw if type(raw) is str else (type(raw), raw) for raw in raws]
        parsed = {key: parse(entry, raw, self.date1904) for key, raw in dict(zip(keys, raws, strict=True)).items()}
        values = [parsed[key].value for key in keys]
        odd = {key for key, found in parsed.items() if found.problem or found.note}
        stored = self.content.formulas if column in self.formula_columns else {}
        raw_cells: dict[int, Any] = {}
        broken: set[int] = set()
        formulas: set[int] = set()
        for index, (row, source, key) in (
            enumerate(zip(table.rows, sources, keys, strict=True)) if odd or stored else ()
        ):
            place = source, column
            has_formula = place in stored
            if has_formula:
                formulas.add(index)
                if raws[index] in (None, "") and not entry.computed and not stored[place]:
                    broken.add(index)
                    if source == row:
                        self._say(
                            "formula_without_value",
                            cell=address(row, column),
                            header=entry.title,
                            remedy=Remedy("fill"),
                        )
            if key not in odd:
                continue
            found = parsed[key]
            if found.note != "text_normalised":  # what nobody can see is gone from the return
                raw_cells[index] = raws[index]
            if found.problem:
                broken.add(index)
            # What our own formula shows is computed again anyway.
            if source == row and not (entry.computed and has_formula):
                self.findings.append(
                    remark(
                        self.catalogue,
                        found.problem or found.note,
                        self.content.name,
                        address(row, column),
                        entry,
                        raws[index],
                        self.date1904,
                    )
                )
        self._report_remarks(entry, column, raws)
        table.values[entry.name] = values
        if raw_cells:
            table.raw[entry.name] = raw_cells
        if broken:
            table.broken[entry.name] = broken
        if formulas:
            table.formulas[entry.name] = formulas
            if not entry.computed:
                self._report_formulas(entry, column, [table.rows[index] for index in sorted(formulas)])

    def _report_remarks(self, entry: Field, column: int, raws: list[Any]) -> None:
        """What the container's reader had to say of cells of this column."""
        if not self.content.remarks:
            return
        for row, raw in zip(self.table.rows, raws, strict=True):
            code = self.content.remarks.get((row, column))
            if code is not None:
                cell = address(row, column)
                self.findings.append(remark(self.catalogue, code, self.content.name, cell, entry, raw, self.date1904))

    def _report_formulas(self, entry: Field, column: int, rows: list[int]) -> None:
        first, last = address(rows[0], column), address(rows[-1], column)
        self._say(
            "formula_value_used",
            cell=first if first == last else f"{first}:{last}",
            header=entry.title,
            count=len(rows),
        )

    def _take_unmapped(self, data: list[int]) -> None:
        """Keep the content of columns that are no field, and say what is unreadable in them."""
        taken = {*self.mapped, *self.header.ours}
        widest = max((len(self.content.rows[row]) for row in data), default=0)
        private = {
            column for column, text in self.table.unmapped.items() if "identity" in self.sheet.auxiliary_role(text)
        }
        free = [column for column in range(1, widest + 1) if column not in taken]
        for row in data if free else ():
            for column in free:
                raw = self.content.cell(row, column)
                header = _flat(self.header.texts.get(column, ""))
                if is_blank(raw):
                    if header and self.content.formulas.get((row, column)) is False:
                        self._say(
                            "formula_without_value", cell=address(row, column), header=header, remedy=Remedy("fill")
                        )
                    continue
                if isinstance(raw, CellError):
                    self._say("error_value", cell=address(row, column), header=header, value=raw.text)
                elif isinstance(raw, float) and abs(raw) >= 1e15:
                    self._say("id_digits_lost", cell=address(row, column), header=header, value=masked(raw))
                # Identity numbers and telephones are no business of this form: they are not carried any further.
                shown = "（个人信息，未转入）" if column in private else as_text(raw)
                self.unplaced.append(Unplaced(self.content.name, address(row, column), header, shown, "没有对应的栏目"))
        for column, text in self.table.unmapped.items():
            if any(not is_blank(self.content.cell(row, column)) for row in data):
                self._say(
                    "column_private" if column in private else "column_unplaced",
                    cell=address(self.header.rows[-1], column),
                    header=_flat(text),
                    value=_flat(text),
                    letters=column_letters(column),
                    severity="info" if self.sheet.auxiliary_role(text) and column not in private else None,
                )


def _flat(text: str) -> str:
    """A header on one line."""
    return "".join(text.split())


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}至{last}"
