"""What a new event, state, deadline, office's column or export takes: lines in `schemas/`, counted here, and no Python."""

from __future__ import annotations

import datetime
from pathlib import Path

from openpyxl import load_workbook

from lzxl.campaign.limits import limits_text, own_limits
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.people import People, Person
from lzxl.forms.roster import Unit
from lzxl.workbook.layout import table_layout
from lzxl.workbook.reading.jobs import Job
from lzxl.workbook.reading.sandbox import read_all
from lzxl.workbook.writing.amend import amended
from lzxl.workbook.writing.amending.changes import NewRow
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.course import tables_of
from lzxl.workbook.writing.fill import Stamp, stamp_workbook
from lzxl.workbook.writing.save import workbook_bytes
from lzxl.year.course import Course, EventRow
from lzxl.year.events import Machine, load_machine
from lzxl.year.exports.known import Known
from lzxl.year.exports.rows import rows_of
from lzxl.year.exports.tables import load_exports
from lzxl.year.follow import follow
from lzxl.year.telling import step_told
from lzxl.year.workdays import Calendar
from tests.forms.edited import Edit, edited
from tests.year.ledger import SECTION, day

EVENTS, WORDS, LEDGER, EXPORTS = "events.yaml", "vocabularies.yaml", "forms/warning_ledger.yaml", "exports.yaml"


def after(text: str, file: str, line: str) -> Edit:
    """One line more, behind `line`."""
    return file, line, f"{line}\n{text}"


def lines(*edits: Edit) -> int:
    """How many lines are added, and how many are written otherwise."""
    return sum(max(1, new.count("\n") - old.count("\n")) for _, old, new in edits)


def course(machine: Machine, *rows: tuple[str, str, str], as_of: str = "2026-12-31") -> Course:
    """The course of a warning of a section, of (event, day, result)."""
    found = [machine.find_event(event) for event, _, _ in rows]
    listed = [
        EventRow(number, SECTION.id, event.name if event else "", day(on), None, ("柳青",), result, result, "")
        for number, (event, (_, on, result)) in enumerate(zip(found, rows, strict=True), start=2)
    ]
    return follow(machine, Calendar(), SECTION, listed, day(as_of))


VERIFIED = (("受理", "2026-03-10", "受理"), ("核实", "2026-03-27", "属实；问题程度 较重；是否涉嫌违纪违法 否"))

EVENT = (
    after("    - {word: 复查, role: recheck}", WORDS, "    - {word: 复核, role: review, aliases: [异议复核]}"),
    after(
        "  - event: recheck\n    by: office\n    steps: [{from: [passed], to: answered, begins: [supervise]}]",
        EVENTS,
        "  - event: review\n    by: office\n    steps: [{from: any, to: same}]",
    ),
)
STATE = (
    after(
        "  - {state: hearing, title: 待听取陈述, awaits: decide, todo: 听取陈述}",
        EVENTS,
        "  - {state: verified, title: 已核实, awaits: decide, todo: 提出处置建议}",
    ),
    (
        EVENTS,
        "      - {from: [verifying], result: proved, to: verified,",
        "      - {from: [verifying], result: proved, to: hearing,",
    ),
    (EVENTS, "    steps: [{from: [verified], to: proposed}]", "    steps: [{from: [verified, hearing], to: proposed}]"),
)
DEADLINE = (
    after(
        "  - {limit: propose, title: 报批, workdays: 2}", EVENTS, "  - {limit: decide, title: 处置决定, workdays: 5}"
    ),
    (
        EVENTS,
        "    steps: [{from: [verified], to: proposed}]",
        "    steps: [{from: [verified], to: proposed, begins: [propose]}]",
    ),
)
_FIRST = "    fields:\n      - {name: id,"
_CLERK = "      - {name: clerk, title: 承办人, kind: person, width: 10, clause: 第八条(二)1, disclosure: internal}"
COLUMN = ((LEDGER, _FIRST, _FIRST.replace("\n", f"\n{_CLERK}\n")),)
EXPORT = (
    (
        EXPORTS,
        "  - export: responsibility\n",
        "  - export: roll\n    title: 谈话提醒名单\n    folder: 谈话提醒（只给机关党委）\n    readers: 机关党委\n    note: 一人一行。\n"
        "    rows: person\n    columns:\n      - {shows: person, title: 姓名, width: 10}\n"
        "      - {shows: proved, title: 属实预警件数, width: 9}\n  - export: responsibility\n",
    ),
)


def test_how_many_lines_each_takes() -> None:
    """The figures of docs/architecture.md are these."""
    assert [lines(*edits) for edits in (EVENT, STATE, DEADLINE, COLUMN, EXPORT)] == [4, 3, 2, 1, 9]


def test_an_event_is_a_word_and_a_step(tmp_path: Path) -> None:
    """It is offered in the book, leads on, and whoever takes a wrong step is told of it."""
    passed = (*VERIFIED, ("处置建议", "2026-03-30", "建议 诫勉纠错"), ("批准", "2026-04-01", "同意 诫勉纠错"))
    passed += (("送达", "2026-04-02", "签收"), ("反馈", "2026-04-10", "书面检查"), ("督查", "2026-04-20", "合格"))
    with edited(tmp_path, *EVENT):
        machine = load_machine()
        again = course(machine, *passed, ("复查", "2026-05-11", ""))
        assert (again.state, str(again.due), again.faults) == ("已反馈待督查（第1轮）", "2026-05-25", ())
        [fault] = course(machine, VERIFIED[0], ("复查", "2026-05-11", "")).faults
        assert fault.code == "illegal_step" and step_told(machine, fault)
        vocabulary = load_form("warning_ledger").by_name["events"].by_name["event"].vocabulary
        assert vocabulary is not None and "复查" in vocabulary.allowed
        assert "复查" in str(tables_of(machine, Calendar()))


def test_a_state_is_a_line_and_the_steps_that_lead_there_and_on(tmp_path: Path) -> None:
    with edited(tmp_path, *STATE):
        machine = load_machine()
        there = course(machine, *VERIFIED)
        assert (there.state, there.kind, str(there.due)) == ("待听取陈述", "decide", "2026-04-03")
        on = course(machine, *VERIFIED, ("处置建议", "2026-03-30", "建议 诫勉纠错"))
        assert (on.state, on.faults) == ("待批准", ())
        assert "待听取陈述" in str(tables_of(machine, Calendar()))


def test_a_deadline_is_a_line_and_what_begins_it(tmp_path: Path) -> None:
    with edited(tmp_path, *DEADLINE):
        rows = (*VERIFIED, ("处置建议", "2026-03-30", "建议 诫勉纠错"))
        assert str(course(load_machine(), *rows).due) == "2026-04-01"
        assert "# propose = { days = 2" in limits_text()
        own = load_machine().with_limits(own_limits("lzxl.toml", {"propose": {"days": 3, "basis": "文"}}))
        assert str(course(own, *rows).due) == "2026-04-02"


def test_a_column_of_the_office_is_a_line(tmp_path: Path) -> None:
    """The blank book has it, what stands there is read, and the program writes into it."""
    with edited(tmp_path, *COLUMN):
        form, grading = load_form("warning_ledger"), load_grading()
        workbook = build_workbook(form, grading)
        stamp_workbook(workbook, form, Stamp(form.id, form.version, "", "", "2026年度"))
        sheet = form.by_name["warnings"]
        row = NewRow("warnings", {"id": "YJ-2026-001", "clerk": "柳青"})
        path = tmp_path / "预警处置台账.xlsx"
        path.write_bytes(amended(workbook_bytes(workbook), form, [row]))
        layout = table_layout(sheet)
        cell = load_workbook(path)[sheet.title][layout.cell("clerk", layout.first_row)]
        assert cell.value == "柳青"
        [read] = read_all([Job(path, path.name)])
        [table] = [table for table in read.tables if table.name == "warnings"]
        assert table.values["clerk"] == ["柳青"]


def test_an_export_is_a_block_of_lines(tmp_path: Path) -> None:
    unit = Unit("HB10", "执法大队")
    known = Known(
        {"HB10": unit},
        People((Person("符海涛", "HB10", "中队长岗"),)),
        datetime.date(2026, 1, 1),
        datetime.date(2026, 12, 1),
    )
    with edited(tmp_path, *EXPORT):
        exports = load_exports()
        [made] = [one for one in exports.exports if one.export == "roll"]
        assert (made.folder, made.readers) == ("谈话提醒（只给机关党委）", "机关党委")
        assert rows_of(made, known) == [("符海涛", 0)]
