"""A careful clerk at the desk: opens a workbook, reads each finding, does what it says, and nothing else.

The clerk knows what the unit meant to write (the clean content) only where a text, a name, a score or a date must be
written afresh; words, numbers of rows and expected values come from the finding.
"""

from __future__ import annotations

import datetime
import pickle
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lzxl.checks.context import Context
from lzxl.demo.bureau import SampleUnit
from lzxl.forms.findings import Finding
from lzxl.forms.load import DEFAULT_SCHEME, load_form, load_vocabularies
from lzxl.forms.model import Field, Form, Sheet
from lzxl.forms.text import column_index
from lzxl.forms.values import display
from lzxl.submission import Earlier, Submission
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.read import read_open

# Days of a warning in the order in which they come.
_PAST = ("collected_on",)


@dataclass
class Desk:
    """One filled workbook, as content: what the reader sees of a file."""

    file: str
    form: Form
    content: WorkbookContent
    clean: Mapping[str, Sequence[Mapping[str, Any]]]
    clean_cover: Mapping[str, Any]
    earlier: dict[str, dict[str, Earlier]] = field(default_factory=dict)
    """What its numbers stood for in the version before."""
    received: datetime.date | None = None
    round: str = ""
    """The round that it is filed in."""
    beside: tuple[Submission, ...] = ()
    """Other submissions that came in before."""
    _last_read: tuple[bytes, bytes] = (b"", b"")

    def sheet(self, title: str) -> SheetContent:
        return next(sheet for sheet in self.content.sheets if sheet.name == title)

    def read(self) -> Submission:
        """What is read of it, for the caller to keep; worked out anew only where something on the desk has changed."""
        content = pickle.dumps(self.content)
        if self._last_read[0] != content:
            read = read_open(pickle.loads(content), self.file, self.form.id, DEFAULT_SCHEME)
            self._last_read = content, pickle.dumps(read)
        submission: Submission = pickle.loads(self._last_read[1])
        return self.known(submission)

    def known(self, submission: Submission) -> Submission:
        """A submission with what the office knows of it besides."""
        submission.earlier, submission.received, submission.round = self.earlier, self.received, self.round
        return submission

    def copy(self) -> Desk:
        """Another desk with the same on it, to be changed."""
        return replace(self, content=pickle.loads(pickle.dumps(self.content)))

    def put(self, title: str, cell: str, value: Any) -> None:
        letters = cell.rstrip("0123456789")
        value = "、".join(value) if isinstance(value, tuple) else value
        content, place = self.sheet(title), (int(cell[len(letters) :]), column_index(letters))
        content.put(*place, value)
        content.formulas.pop(place, None)
        content.struck.pop(place, None)


# Findings that name more than one cell, or whose cell may well be right.
_BY_CODE = {
    "cells_swapped": "_swap",
    "row_shifted": "_move",
    "reference_lost": "_give_back",
    "power_lost": "_give_back",
    "not_unique": "_settle_twice",
    "class_mismatch": "_look_at_group",
    "group_mismatch": "_look_at_group",
    "signature_mismatch": "_look_at_names",
    "level_mismatch": "_look_at_level",
    "several_references": "_copy_row",
    "several_numbers": "_copy_row",
    "key_post_uncovered": "_explain",
    "power_uncovered": "_explain",
    "no_rows": "_declare_nil",
    "table_empty": "_fill_sheet",
    "sheet_empty": "_fill_sheet",
    "measure_not_linked": "_link_measure",
    "column_private": "_clear_column",
    "column_unplaced": "_clear_column",
    "date_near_midnight": "_write_meant",
    "risk_repeated": "_write_row",
    "merged_word": "_part_rows",
    "rows_after_end": "_keep_or_delete",
    "row_struck": "_keep_or_delete",
    "hidden_row": "_keep_or_delete",
    "text_struck": "_write_meant",
    "text_unplaced": "_clear_beside",
    "unplaced_too_many": "_clear_beside",
    "split_row": "_join_rows",
    "total_unchecked": "_add_up_later",
    "number_reused": "_number_anew",
    "number_changed": "_number_back",
    "row_vanished": "_put_row_back",
    "nil_contradicts_roster": "_explain_each",
    "form_of_other_period": "_paste_into_this_years",
    "scheme_changed": "_take_what_came_back",
    "version_old": "_take_what_came_back",
    "form_untouched": "_fill_in_all",
    "sheet_missing": "_put_sheet_back",
    "header_not_found": "_write_headers",
    "missing_label": "_write_label",
    "unit_unknown": "_write_label",
    "sheet_renamed": "_name_back",
    "sheet_name_twice": "_delete_second",
    "duplicate_header": "_clear_column",
    "hidden_sheet": "_show_sheet",
}
_STEPS = ("restore_header", "clear", "set", "choose", "fill", "add_row", "review")
_FIRST = (
    "number_reused",
    "cells_swapped",
    "row_shifted",
    "several_references",
    "several_numbers",
    "reference_lost",
    "power_lost",
)


def _order(finding: Finding) -> tuple[int, int]:
    return (0, _FIRST.index(finding.code)) if finding.code in _FIRST else (1, _STEPS.index(finding.remedy.action))


def _place(cell: str) -> tuple[int, int]:
    letters = cell.rstrip("0123456789")
    return int(cell[len(letters) :]), column_index(letters)


def cell_says_how(fix: str, cell: str) -> bool:
    """Whether it can be read how a cell is to be mended once its row is moved."""
    told = re.split("（[0-9]+）[A-Z]+[0-9]+“", fix.partition(f"）{cell}“")[2])[0]
    return "请" in told or "建议填" in told


def shown(value: Any) -> str:
    """A value as a message says it."""
    return value.isoformat() if isinstance(value, datetime.date) else display(value)


def desk(sample: SampleUnit, form_id: str, period: str) -> Desk:
    """A unit's workbook of one form, filled in without a fault, as content: no file is written."""
    form = load_form(form_id)
    cover = {
        "unit_name": sample.unit.name,
        "unit_code": sample.unit.code,
        "period": period,
        **sample.cover(form_id),
    }
    tables = sample.tables(form_id)
    sheets = []
    for sheet in form.sheets:
        made = SheetContent(sheet.title)
        if sheet.layout == "labels":
            labels = label_layout(sheet)
            for entry in sheet.fields:
                made.put(*labels.label(entry.name), entry.title)
                made.put(*labels.value(entry.name), cover.get(entry.name))
        else:
            layout = table_layout(sheet)
            for entry in sheet.fields:
                made.put(layout.header_row, layout.columns[entry.name], entry.title)
            for number, row in enumerate(tables[sheet.name]):
                for name, value in row.items():
                    made.put(layout.first_row + number, layout.columns[name], value)
        sheets.append(made)
    unit = sample.unit
    stamp = {"form": form.id, "version": form.version, "unit": unit.code, "unit_name": unit.name, "period": period}
    content = WorkbookContent("xlsx", sheets, properties={f"lzxl_{key}": value for key, value in stamp.items()})
    return Desk(f"{unit.name}{form.title}.xlsx", form, content, tables, cover)


class Clerk:
    """Mends one workbook by its findings, each once, by what it says; with `chance`, chooses any of the words offered.

    Without, whoever is asked to choose chooses what was meant.
    """

    def __init__(self, workbook: Desk, context: Context, chance: random.Random | None = None) -> None:
        self.desk = workbook
        self.context = context
        self.chance = chance
        self.judged: set[tuple[str, int]] = set()
        """(Sheet title, row) in which the clerk chose a word that grades or discloses."""
        self.totals: list[Finding] = []
        """Totals that are to be looked at when what they add up is right."""
        self.restored: set[tuple[str, int]] = set()
        """(Sheet title, row) that the clerk was asked to look at as a whole, and writes as it was meant."""

    def mend(self, submission: Submission, findings: Sequence[Finding]) -> None:
        """Do what each finding says: what moves first, then all with one answer, choices, and what must be written afresh."""
        done: set[tuple[str, str]] = set()
        for finding in sorted(findings, key=_order):
            place = (finding.sheet, finding.cell)
            if finding.severity == "info" or (place in done and finding.cell) or "本格不必改。请" in finding.fix:
                continue
            if finding.remedy.action in ("restore_header", "clear", "set", "choose", "fill"):
                done.add(place)
            self._do(submission, finding)
            self._do_besides(finding)
        for finding in self.totals:
            self._add_up(finding)
        for title, row in self.restored:  # whatever else was said of a row rested on the word that was not meant
            self._restore_row(title, row)

    def _do(self, submission: Submission, finding: Finding) -> None:
        remedy = finding.remedy
        if finding.code in _BY_CODE:
            getattr(self, _BY_CODE[finding.code])(finding)
        elif remedy.action == "clear":
            assert "清除该格" in finding.fix or "一并删去" in finding.fix, finding
            self.desk.put(finding.sheet, finding.cell, None)
        elif remedy.action in ("set", "restore_header"):
            assert remedy.value is not None and shown(remedy.value) in finding.fix, finding
            self.desk.put(finding.sheet, finding.cell, remedy.value)
        elif remedy.action == "choose":
            self._choose(finding)
        elif remedy.action == "fill":
            self.desk.put(finding.sheet, finding.cell, self._written_afresh(submission, finding))
        elif finding.code in ("sheet_unplaced", "hidden_column", "column_missing"):
            self._repair_sheet(finding)
        else:
            assert finding.remedy.action == "review", finding

    # Words to choose from

    def _choose(self, finding: Finding) -> None:
        words = list(finding.remedy.value)
        if "各用一次" in finding.fix and self.desk.sheet(finding.sheet).cell(*_place(finding.cell)) in words:
            return  # given back already, where it is referred to
        entry, row = self._entry(finding), self._row(finding)
        if entry is not None and entry.vocabulary is not None:
            for word in words:
                stands = f"“{word}”指" if entry.vocabulary.judged else word
                assert stands in finding.fix, f"a word that cannot be read in what is said: {word}: {finding}"
        meant = self._meant(finding)
        words = self._still_possible(finding, words)
        if self.chance is not None:
            chosen = self.chance.choice(words)
        elif meant in words:
            chosen = meant
        elif "不是的，请一并修改其余各栏" in finding.fix:
            self.restored.add((finding.sheet, row))
            return
        else:
            chosen = words[0]
        self.desk.put(finding.sheet, finding.cell, chosen)
        if entry is not None and entry.vocabulary is not None and entry.vocabulary.judged and chosen != meant:
            self.judged.add((finding.sheet, row))
        self._do_after_choice(finding, chosen)

    def _still_possible(self, finding: Finding, words: list[Any]) -> list[Any]:
        """The words that still go: some may be used once, some must go with what another cell holds by now."""
        letters = finding.cell.rstrip("0123456789")
        content = self.desk.sheet(finding.sheet)
        if "各用一次" in finding.fix:
            used = {content.cell(row, column_index(letters)) for row in content.rows}
            words = [word for word in words if word not in used]
        following = dict(re.findall("选“([^”]+)”的填“([^”]+)”", finding.fix))
        if finding.header == "状态" and following:
            words = [following[str(self._beside(finding, "督查结果"))]]
        assert words, finding
        return words

    def _do_after_choice(self, finding: Finding, chosen: Any) -> None:
        fix = finding.fix
        for header in re.findall(f"选“{re.escape(str(chosen))}”的，一并填写“([^”]+)”", fix):
            if self._beside(finding, header) is None:
                self._put_beside(finding, header, self.desk.clean_cover["reported_on"])
        if "与问题程度不相应的，在备注写明理由" in fix:
            usual = load_vocabularies()["degree"].answers.get(str(self._beside(finding, "问题程度")), ())
            if chosen not in usual and self._beside(finding, "备注") is None:
                self._put_beside(finding, "备注", "经领导小组同意。")
        if "清除“风险等级”一格" in fix:
            words = self._beside(finding, "发生可能性"), self._beside(finding, "后果程度")
            grade = self.context.grading.grade(*words) if all(isinstance(word, str) for word in words) else None
            if grade is not None and grade.level != self._beside(finding, "风险等级"):
                self._put_beside(finding, "风险等级", None)
        if "填“否”的，在“" in fix:
            self._declare(finding, chosen)
        if f"用“{chosen}”的，在“防控措施”表至少登记一条措施" in fix or "选定后没有措施对应的" in fix:
            self._add_measure(str(chosen))

    def _declare(self, finding: Finding, chosen: Any) -> None:
        main = self.desk.form.main_sheet
        if chosen == "是":
            if "填“是”的，写明“零报告原因”" in finding.fix:
                self._label("nil_reason", "本期没有发现。")
            return
        assert "增加行的，封面" in finding.fix
        layout, rows = table_layout(main), self.desk.clean[main.name]
        for index, row in enumerate(rows):
            for name, value in row.items():
                self.desk.sheet(main.title).put(layout.first_row + index, layout.columns[name], value)
        self._label("row_count", len(rows))

    # What a finding names beside its own cell

    def _do_besides(self, finding: Finding) -> None:
        """What is asked for besides the cell itself, whatever the finding."""
        explains = re.search("请在“备注”写明|在备注写明", finding.fix) is not None and finding.remedy.action != "choose"
        if explains and self._beside(finding, "备注") is None:
            self._put_beside(finding, "备注", "情况属实，经领导小组同意。")

    def _entry(self, finding: Finding) -> Field | None:
        sheet = self._sheet(finding.sheet)
        return next((entry for entry in sheet.fields if entry.title == finding.header), None)

    def _row(self, finding: Finding) -> int:
        return int(re.findall("[0-9]+", finding.cell)[0])

    def _meant(self, finding: Finding) -> Any:
        """What the unit meant to write in a finding's cell."""
        sheet, entry = self._sheet(finding.sheet), self._entry(finding)
        if entry is None:
            return None
        if sheet.layout == "labels":
            return self.desk.clean_cover.get(entry.name)
        return self._clean_row(sheet, self._row(finding)).get(entry.name)

    def _clean_row(self, sheet: Sheet, row: int) -> Mapping[str, Any]:
        rows, index = self.desk.clean[sheet.name], row - table_layout(sheet).first_row
        return rows[index] if 0 <= index < len(rows) else {}

    def _restore_row(self, title: str, row: int) -> None:
        """Write a whole row as it was meant: the unit was asked to look at all of it."""
        sheet = self._sheet(title)
        clean = self._clean_row(sheet, row)
        for entry in sheet.inputs:
            if not entry.computed:
                self.desk.sheet(title).put(row, table_layout(sheet).columns[entry.name], clean.get(entry.name))

    def _column(self, finding: Finding, header: str) -> int:
        sheet = self._sheet(finding.sheet)
        return next(table_layout(sheet).columns[entry.name] for entry in sheet.fields if entry.title == header)

    def _beside(self, finding: Finding, header: str) -> Any:
        return self.desk.sheet(finding.sheet).cell(self._row(finding), self._column(finding, header))

    def _put_beside(self, finding: Finding, header: str, value: Any) -> None:
        self.desk.sheet(finding.sheet).put(self._row(finding), self._column(finding, header), value)

    # Findings that ask for more than one cell

    def _swap(self, finding: Finding) -> None:
        [(one, other)] = re.findall("请将([A-Z]+[0-9]+)和([A-Z]+[0-9]+)两格的内容对调", finding.fix)
        content = self.desk.sheet(finding.sheet)
        first, second = content.cell(*_place(one)), content.cell(*_place(other))
        content.put(*_place(one), second)
        content.put(*_place(other), first)

    def _move(self, finding: Finding) -> None:
        """Move a block one column, with what stands beside it as wrong as it, and fill in what is blank then."""
        [(first, last, way)] = re.findall("请将([A-Z]+[0-9]+):([A-Z]+[0-9]+)的内容整体向(.)移一列", finding.fix)
        (top, left), (bottom, right) = _place(first), _place(last)
        also = re.findall("，([A-Z]+[0-9]+):[A-Z]+[0-9]+中同样错位的一并移动", finding.fix)
        sheet, content, step = self._sheet(finding.sheet), self.desk.sheet(finding.sheet), 1 if way == "右" else -1
        columns = {column: name for name, column in table_layout(sheet).columns.items()}
        for row in range(top, bottom + 1):
            clean = self._clean_row(sheet, row)
            start = left
            while also and start > _place(also[0])[1] and content.cell(row, start - 1) == clean.get(columns[start]):
                start -= 1
            cells = {column: content.cell(row, column) for column in range(start, right + 1)}
            for column in cells:
                content.put(row, column, None)
            for column, cell in cells.items():
                content.put(row, column + step, cell)
            self._move_outside(finding, row)
            for column in range(start - 1, right + 2):
                if content.cell(row, column) is None and column in columns and columns[column] in clean:
                    content.put(row, column, clean[columns[column]])
        for cell in re.findall("（[0-9]+）([A-Z]+[0-9]+)“", finding.fix):
            row, column = _place(cell)
            assert cell_says_how(finding.fix, cell)
            for name in (columns[column], "person") if columns[column] == "signed" else (columns[column],):
                content.put(row, table_layout(sheet).columns[name], self._clean_row(sheet, row).get(name))

    def _move_outside(self, finding: Finding, row: int) -> None:
        """Move what ran over the table's edge back into it; a return has it one column further."""
        content = self.desk.sheet(finding.sheet)
        outside = "，([A-Z]+[0-9]+)的内容（在退回件中放在“问题”栏右边）移入同一行的([A-Z]+)列"
        for cell, letters in re.findall(outside, finding.fix):
            if _place(cell)[0] == row:
                column = next(c for c in (_place(cell)[1] + 1, _place(cell)[1]) if content.cell(row, c) is not None)
                content.put(row, column_index(letters), content.cell(row, column))
                content.put(row, column, None)

    def _give_back(self, finding: Finding) -> None:
        """Write a lost number or name into the row that it belongs to."""
        title, rows = re.findall("请将“([^”]+)”表第(.+?)行", finding.fix)[0]
        value = re.findall("改为“([^”]+)”，本格不必改", finding.fix)[0]
        numbers = [int(number) for number in re.findall("[0-9]+", finding.fix.split("改为")[0].split("表第")[1])]
        sheet = self._sheet(title)
        assert rows
        name = "power" if finding.code == "power_lost" else sheet.key
        column, content = table_layout(sheet).columns[name], self.desk.sheet(title)
        if any(content.cell(row, column) == value for row in content.rows):
            return
        meant = [row for row in numbers if self._clean_row(sheet, row).get(name) == value]
        wrong = [row for row in numbers if content.cell(row, column) != self._clean_row(sheet, row).get(name)]
        content.put((meant or wrong or numbers)[0], column, value)

    def _settle_twice(self, finding: Finding) -> None:
        """Of two rows with one number or name, mend the one that is wrong; delete a row that was copied whole."""
        sheet, entry, content = self._sheet(finding.sheet), self._entry(finding), self.desk.sheet(finding.sheet)
        assert entry is not None
        column = table_layout(sheet).columns[entry.name]
        twice = content.cell(self._row(finding), column)
        rows = [row for row in content.rows if content.cell(row, column) == twice]
        if len(rows) < 2:
            return
        wrong = [row for row in rows if self._clean_row(sheet, row).get(entry.name) != twice]
        row = self._row(finding) if self._row(finding) in wrong else wrong[0]
        clean = self._clean_row(sheet, row)
        if not clean:
            content.rows.pop(row)
            self._count_rows(finding)
            return
        advised = finding.remedy.value
        if finding.remedy.action == "choose":
            advised = (
                clean[entry.name] if clean[entry.name] in advised else self._still_possible(finding, [*advised])[0]
            )
        content.put(row, column, advised if finding.remedy.action in ("set", "choose") else clean[entry.name])
        if finding.remedy.action == "choose":
            self._do_after_choice(finding, advised)

    def _look_at_group(self, finding: Finding) -> None:
        """What a group follows from is put right where it is not as it was meant, and the group is cleared."""
        for sheet in self.desk.form.tables if finding.code == "class_mismatch" else [self._sheet(finding.sheet)]:
            for row in [*self.desk.sheet(sheet.title).rows]:
                for name in ("power", "category", "means"):
                    clean = self._clean_row(sheet, row)
                    if name in clean:
                        self.desk.sheet(sheet.title).put(row, self._column_now(sheet, name), clean[name])
        self.desk.put(finding.sheet, finding.cell, None)

    def _column_now(self, sheet: Sheet, name: str) -> int:
        """Where a field's column stands, which somebody may have moved."""
        layout, title = table_layout(sheet), sheet.by_name[name].title
        headers = self.desk.sheet(sheet.title).rows[layout.header_row]
        return next((at for at, text in enumerate(headers, 1) if text == title), layout.columns[name])

    def _look_at_names(self, finding: Finding) -> None:
        assert "请核对姓名和签字，有误的修改" in finding.fix
        clean = self._clean_row(self._sheet(finding.sheet), self._row(finding))
        for header, name in (("姓名", "person"), ("本人签字", "signed")):
            self._put_beside(finding, header, clean[name])

    def _look_at_level(self, finding: Finding) -> None:
        for header in ("发生可能性", "后果程度"):
            entry = next(entry for entry in self._sheet(finding.sheet).fields if entry.title == header)
            self._put_beside(
                finding, header, self._clean_row(self._sheet(finding.sheet), self._row(finding))[entry.name]
            )
        self.desk.put(finding.sheet, finding.cell, None)

    def _part_rows(self, finding: Finding) -> None:
        """Look at each row that one merged cell had spoken for: the return has a cell for each."""
        assert "请逐行核对" in finding.fix and "分开填入各行" in finding.fix
        sheet, content, entry = self._sheet(finding.sheet), self.desk.sheet(finding.sheet), self._entry(finding)
        assert entry is not None
        first, last = map(_place, finding.cell.split(":"))
        content.merges = [merge for merge in content.merges if merge[:2] != first]
        for row in range(first[0], last[0] + 1):
            content.put(row, first[1], self._clean_row(sheet, row)[entry.name])

    def _write_meant(self, finding: Finding) -> None:
        self.desk.put(finding.sheet, finding.cell, self._meant(finding))

    def _write_row(self, finding: Finding) -> None:
        assert "不是的，写明两者的区别" in finding.fix
        self._restore_row(finding.sheet, self._row(finding))

    def _copy_row(self, finding: Finding) -> None:
        """A row for each of several numbers; the copies get numbers of their own, and the content of each is its own."""
        sheet, content = self._sheet(finding.sheet), self.desk.sheet(finding.sheet)
        layout, row, entry = table_layout(sheet), self._row(finding), self._entry(finding)
        assert entry is not None
        written = str(content.cell(row, layout.columns[entry.name]))
        numbers = re.split("[、，,；;\\s]+", written)
        content.put(row, layout.columns[entry.name], numbers[0])
        for number in numbers[1:]:
            below = max(content.rows) + 1
            for column in layout.columns.values():
                content.put(below, column, content.cell(row, column))
            content.put(below, layout.columns[entry.name], number)
            own = re.findall("复制的行另编“([^”]+)”", finding.fix)
            if own:
                key = next(field for field in sheet.fields if field.title == own[0])
                stem = re.sub("[0-9]+$", "", str(content.cell(row, layout.columns[key.name])))
                content.put(below, layout.columns[key.name], f"{stem}{900 + below}")
            elif not entry.references:
                content.put(below, layout.columns["description"], "另一环节也会出现：经办人与服务对象私下接触。")
            if not entry.references:
                self._answer_row(finding, number)
        self._count_rows(finding)

    # What is said of rows that come or go

    def _count_rows(self, finding: Finding) -> None:
        """Write on the cover how many rows there are by now, if that is said."""
        for title in re.findall("封面“([^”]+)”相应修改", finding.fix):
            assert self.desk.form.cover is not None
            entry = next(entry for entry in self.desk.form.cover.fields if entry.title == title)
            sheet = self.desk.form.by_name[entry.counts]
            content = self.desk.sheet(sheet.title)
            layout = table_layout(sheet)
            keys = [content.cell(row, layout.columns[sheet.key]) for row in content.rows if row >= layout.first_row]
            self._label(entry.name, sum(key is not None for key in keys))

    def _answer_row(self, finding: Finding, number: str) -> None:
        """Write what has to answer a new row elsewhere, if that is said."""
        if "在“防控措施”表登记对应的内容" in finding.fix:
            self._add_measure(number)

    def _delete_row(self, finding: Finding, row: int) -> None:
        """Delete a row, and mend what counts it and what refers to it, if that is said."""
        sheet, content = self._sheet(finding.sheet), self.desk.sheet(finding.sheet)
        number = content.cell(row, table_layout(sheet).columns[sheet.key])
        content.rows.pop(row)
        self._count_rows(finding)
        for title in re.findall("“([^”]+)”表中引用其编号的一并修改", finding.fix):
            other = self.desk.form.by_name["measures"]
            assert other.title == title
            self._drop_references(other, "risk_id", number)

    def _keep_or_delete(self, finding: Finding) -> None:
        """Whether rows that are hidden, struck through or below the end are to be filed: if so, show them as all others."""
        assert "删去" in finding.fix
        content, sheet = self.desk.sheet(finding.sheet), self._sheet(finding.sheet)
        first, last = (int(number) for number in finding.cell.split(":"))
        is_wanted = sheet.layout == "labels" or any(self._clean_row(sheet, row) for row in range(first, last + 1))
        if not is_wanted and (self.chance is None or self.chance.random() < 0.5):
            for row in range(first, last + 1):
                self._delete_row(finding, row)
            return
        for row in re.findall("第([0-9]+)行注明“以下空白”", finding.message):
            content.rows.pop(int(row))
        content.hidden_rows -= {*range(first, last + 1)}
        content.struck = {place: whole for place, whole in content.struck.items() if not first <= place[0] <= last}

    def _drop_references(self, sheet: Sheet, name: str, number: Any) -> None:
        content, column = self.desk.sheet(sheet.title), table_layout(sheet).columns[name]
        for row in [row for row in content.rows if content.cell(row, column) == number]:
            content.rows.pop(row)

    def _explain(self, finding: Finding) -> None:
        self._label("coverage_note", f"{self._labelled('coverage_note') or ''}{finding.value}：确无风险点。")

    def _declare_nil(self, finding: Finding) -> None:
        assert "在封面“零报告”填“是”" in finding.fix
        self._label("nil_return", "是")
        if "并写明原因" in finding.fix:
            self._label("nil_reason", "本期没有。")

    def _fill_sheet(self, finding: Finding) -> None:
        self._fill_rows(self._sheet(finding.sheet))

    def _fill_rows(self, sheet: Sheet) -> None:
        layout = table_layout(sheet)
        for index, row in enumerate(self.desk.clean[sheet.name]):
            for name, value in row.items():
                self.desk.sheet(sheet.title).put(layout.first_row + index, layout.columns[name], value)

    def _link_measure(self, finding: Finding) -> None:
        self._add_measure(finding.value)

    # What is said of sheets and of the file

    def _clear_beside(self, finding: Finding) -> None:
        """Delete what stands right of a table."""
        assert "删去" in finding.fix
        sheet, content = self._sheet(finding.sheet), self.desk.sheet(finding.sheet)
        for cells in content.rows.values():
            del cells[table_layout(sheet).last_column :]

    def _join_rows(self, finding: Finding) -> None:
        """Put the rest of a row behind what stands above it, and delete it."""
        assert finding.fix == "请将本行内容并入上一行，再删去本行。"
        content, rest = self.desk.sheet(finding.sheet), self._row(finding)
        first = table_layout(self._sheet(finding.sheet)).first_row
        clean = len(self.desk.clean[self._sheet(finding.sheet).name])
        for column, cell in enumerate(content.rows.pop(rest), 1):
            if cell is not None:
                above = first + clean - 1
                content.put(above, column, f"{content.cell(above, column) or ''}{cell}")

    def _add_up_later(self, finding: Finding) -> None:
        assert finding.fix == "请在修改上述各格后核对合计。"
        self.totals.append(finding)

    def _add_up(self, finding: Finding) -> None:
        content, (row, column) = self.desk.sheet(finding.sheet), _place(finding.cell)
        first = table_layout(self._sheet(finding.sheet)).first_row
        cells = [content.cell(above, column) for above in range(first, row)]
        content.put(row, column, sum(cell for cell in cells if isinstance(cell, int | float)))

    def _number_anew(self, finding: Finding) -> None:
        """The row is something new: it gets a number that was never used, wherever that stands."""
        assert "改用未使用过的编号，其他表中引用的编号相应修改" in finding.fix
        before = self.desk.sheet(finding.sheet).cell(*_place(finding.cell))
        self._renumber(before, re.sub("[0-9]+$", lambda found: "9" * len(found.group()), str(before)))

    def _put_row_back(self, finding: Finding) -> None:
        """The row that was filed before, under its number: as it is still kept, else with what the office says of it."""
        assert "补回这一行，编号不变" in finding.fix
        self._put_back(finding, str(finding.value))
        self._count_rows(finding)

    def _put_back(self, finding: Finding, number: str) -> None:
        sheet, content = self._sheet(finding.sheet), self.desk.sheet(finding.sheet)
        rule, kept = sheet.rules.numbered, self.desk.clean[sheet.name]
        assert rule is not None
        row = dict(next((row for row in kept if row[rule.number] == number), kept[0]))
        before = self.desk.earlier[sheet.name][number]
        row |= {rule.number: number, rule.owner: before.owner, rule.text: before.text}
        below = max(content.rows) + 1
        for name, value in row.items():
            content.put(below, table_layout(sheet).columns[name], value)

    def _explain_each(self, finding: Finding) -> None:
        """Say of each power and post that is named why there is nothing."""
        assert "逐项写明名称和原因" in finding.fix
        named = re.findall("“([^”]+)”", finding.message.partition("登记本单位有")[2])
        named += re.findall("，([^，]+)涉及全体干部职工，也要登记", finding.fix)
        self._label("coverage_note", "；".join(f"{name}：已经划出，确无风险点" for name in named))

    def _number_back(self, finding: Finding) -> None:
        [number] = re.findall("改回“([^”]+)”，其他表中引用的编号一并改回", finding.fix)
        self._renumber(self.desk.sheet(finding.sheet).cell(*_place(finding.cell)), number)

    def _renumber(self, before: Any, number: str) -> None:
        for sheet in self.desk.form.tables:
            for cells in self.desk.sheet(sheet.title).rows.values():
                cells[:] = [number if cell == before else cell for cell in cells]

    def _paste_into_this_years(self, finding: Finding) -> None:
        """Take the form that was sent for this period, and paste the tables into it."""
        assert finding.fix.startswith("请换用本期发给本单位的表填报，原有内容可以粘贴。")
        self.desk.content.properties["lzxl_period"] = self.context.period
        self._label("period", self.context.period)

    def _take_what_came_back(self, finding: Finding) -> None:
        """The return is of today's version, with today's words."""
        assert finding.fix.startswith("退回的表已经换成")
        self.desk.content.properties["lzxl_version"] = self.desk.form.version
        self.desk.content.properties.pop("lzxl_scheme", None)

    def _fill_in_all(self, finding: Finding) -> None:
        assert finding.fix.startswith("请填写后报送")
        assert self.desk.form.cover is not None
        for entry in self.desk.form.cover.fields:
            self._label(entry.name, self.desk.clean_cover.get(entry.name))
        for sheet in self.desk.form.tables:
            self._fill_rows(sheet)

    def _put_sheet_back(self, finding: Finding) -> None:
        """Take the sheet from the form that was sent out, and fill it in."""
        [title] = re.findall("缺少工作表“([^”]+)”", finding.message)
        assert "请使用办公室发放的表" in finding.fix
        if all(sheet.name != title for sheet in self.desk.content.sheets):
            self.desk.content.sheets.append(SheetContent(title))
        self._write_headers_of(self._sheet(title))
        self._fill_rows(self._sheet(title))

    def _write_headers(self, finding: Finding) -> None:
        assert "请恢复表头文字" in finding.fix
        sheet = self._sheet(finding.sheet)
        assert all(entry.title in finding.fix for entry in sheet.inputs if entry.required)
        self._write_headers_of(sheet)

    def _write_headers_of(self, sheet: Sheet) -> None:
        for entry in sheet.fields:
            layout = table_layout(sheet)
            self.desk.sheet(sheet.title).put(layout.header_row, layout.columns[entry.name], entry.title)

    def _write_label(self, finding: Finding) -> None:
        title = re.findall("恢复封面上的“([^”]+)”并填写|在封面填写(单位编码)", finding.fix)[0]
        cover = self.desk.form.cover
        assert cover is not None
        entry = next(entry for entry in cover.fields if entry.title in title)
        self.desk.sheet(cover.title).put(*label_layout(cover).label(entry.name), entry.title)
        self._label(entry.name, self.desk.clean_cover[entry.name])

    def _name_back(self, finding: Finding) -> None:
        [title] = re.findall("将名称改回“([^”]+)”", finding.fix)
        for sheet in self.desk.content.sheets:
            sheet.name = title if sheet.name == finding.value else sheet.name

    def _delete_second(self, finding: Finding) -> None:
        assert "将多余的一张删去或改名" in finding.fix
        named = [sheet for sheet in self.desk.content.sheets if sheet.name == finding.value]
        self.desk.content.sheets.remove(min(named, key=lambda sheet: len(sheet.rows)))

    def _show_sheet(self, finding: Finding) -> None:
        assert "请取消隐藏" in finding.fix
        self.desk.sheet(finding.sheet).visibility = "visible"

    def _clear_column(self, finding: Finding) -> None:
        for row in self.desk.sheet(finding.sheet).rows:
            self.desk.put(finding.sheet, f"{finding.cell.rstrip('0123456789')}{row}", None)

    def _label_place(self, name: str) -> tuple[str, tuple[int, int]]:
        assert self.desk.form.cover is not None
        return self.desk.form.cover.title, label_layout(self.desk.form.cover).value(name)

    def _label(self, name: str, value: Any) -> None:
        title, place = self._label_place(name)
        self.desk.sheet(title).put(*place, value)

    def _labelled(self, name: str) -> Any:
        title, place = self._label_place(name)
        value = self.desk.sheet(title).cell(*place)
        return value if isinstance(value, str) else None

    def _sheet(self, title: str) -> Sheet:
        return next(sheet for sheet in self.desk.form.sheets if sheet.title == title)

    def _written_afresh(self, submission: Submission, finding: Finding) -> Any:
        """The content that the unit meant, of the field's kind and in keeping with its row."""
        sheet = self._sheet(finding.sheet)
        entry = next((entry for entry in sheet.fields if entry.title == finding.header), None)
        if entry is None:  # a column of the unit's own
            return "110101199001011234"
        letters = finding.cell.rstrip("0123456789")
        row, column = int(finding.cell[len(letters) :]), column_index(letters)
        if sheet.layout == "labels":
            if entry.name == "reported_on":
                return self._filing_day()
            return self.desk.clean_cover.get(entry.name) or "本期没有。"
        layout = table_layout(sheet)
        rows = self.desk.clean[sheet.name]
        clean = rows[row - layout.first_row].get(entry.name) if row - layout.first_row < len(rows) else None
        if finding.code == "not_unique":
            used = {self.desk.sheet(sheet.title).cell(number, column) for number in self.desk.sheet(sheet.title).rows}
            return next(row[entry.name] for row in rows if row.get(entry.name) not in used)
        if entry.kind == "date":
            return self._day(sheet, entry.name, row, column, clean)
        if entry.kind == "score":
            points = self.desk.sheet(sheet.title).cell(row, layout.columns["points"])
            reason = self.desk.sheet(sheet.title).cell(row, layout.columns["evidence"])
            return clean if reason and clean is not None else points
        return clean if clean is not None else "按实填写"

    def _filing_day(self) -> datetime.date:
        """The day of filing is the day on which all that the sheets tell has happened."""
        days = [
            value
            for sheet in self.desk.form.tables
            for name in (*_PAST, "filled_on", "submitted_on")
            if name in sheet.by_name
            for row in range(table_layout(sheet).first_row, 400)
            if isinstance(
                value := self.desk.sheet(sheet.title).cell(row, table_layout(sheet).columns[name]), datetime.date
            )
        ]
        return max([self.desk.clean_cover["reported_on"], *days])

    def _day(self, sheet: Sheet, name: str, row: int, column: int, clean: Any) -> datetime.date:
        """A day in the period, before filing: the one that stands there if it can be, else the one that was meant."""
        filed = self.desk.clean_cover["reported_on"]
        if name not in _PAST:
            return clean if isinstance(clean, datetime.date) else filed
        first = datetime.date(filed.year, 1, 1)
        days = (self.desk.sheet(sheet.title).cell(row, column), clean)
        return next((day for day in days if isinstance(day, datetime.date) and first <= day <= filed), filed)

    def _add_measure(self, number: str) -> None:
        """Write one measure for a risk point below the last one, unless some measure answers it by now."""
        sheet = self.desk.form.by_name["measures"]
        layout, content = table_layout(sheet), self.desk.sheet(sheet.title)
        rows = [row for row in content.rows if row >= layout.first_row]
        if any(number in re.split("[、，,；;\\s]+", str(content.cell(row, layout.columns["risk_id"]))) for row in rows):
            return
        row = max(rows) + 1
        measure = {
            **self.desk.clean["measures"][0],
            "id": f"{number.split('-', maxsplit=1)[0]}-C{900 + row}",
            "risk_id": number,
            "serial": row,
        }
        for name, value in measure.items():
            content.put(row, layout.columns[name], value)

    def _repair_sheet(self, finding: Finding) -> None:
        if finding.code == "sheet_unplaced":
            self.desk.content.sheets = [sheet for sheet in self.desk.content.sheets if sheet.name != finding.sheet]
        elif finding.code == "hidden_column":
            self.desk.sheet(finding.sheet).hidden_columns.clear()
        else:  # a column was deleted: put it back at the right, filled in
            sheet = self._sheet(finding.sheet)
            entry = next(entry for entry in sheet.fields if entry.title == finding.header)
            header = int(finding.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
            content = self.desk.sheet(sheet.title)
            restored = [n for n, text in enumerate(content.rows[header], 1) if text == entry.title]  # on a return
            column = restored[0] if restored else max(len(cells) for cells in content.rows.values()) + 1
            content.put(header, column, entry.title)
            for number, row in enumerate(self.desk.clean[sheet.name], 1):
                content.put(header + number, column, row.get(entry.name))
