"""The live formulas of the office's ledger: state, round, limits and overdue days follow from the events while they are typed.

Two hidden sheets carry them: 办理规则 has the machine of schemas/events.yaml and the working days as plain tables, 办理推算 puts the
events in the order of warnings and days and goes through them, a row an event. What they show is what `lzxl.year.follow`
gives for the day on which the workbook is calculated (tests/workbook/test_course_formulas.py). Only functions of Excel 2007 are used.
"""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.forms.model import Form, Sheet
from lzxl.forms.text import column_letters
from lzxl.workbook.layout import COURSE_SHEET, RULES_SHEET, quoted, table_layout
from lzxl.workbook.writing.course_rules import tables_of
from lzxl.workbook.writing.openpyxl_parts import set_style, style_of
from lzxl.year.events import Machine, load_machine
from lzxl.year.ledger import Book, ledger_book
from lzxl.year.said import spellings
from lzxl.year.workdays import Calendar

_FIRST = 2
"""The first row below the headings of both."""
# Five digits for a day, four for a row: of the fifteen that a spreadsheet keeps, six are left for the warning.
_BY_WARNING, _BY_DAY = 10**9, 10**4
"""A key is warning × 10⁹ + day × 10⁴ + row: in order of the keys, events are in order of warnings, days and rows."""


def has_course(form: Form) -> bool:
    """Whether a form's workbook has these formulas."""
    return ledger_book(form) is not None


@dataclass(frozen=True)
class _Column:
    """A column of the sheet of rules: where its range is."""

    letters: str
    rows: int

    @property
    def span(self) -> str:
        return f"{RULES_SHEET}!${self.letters}${_FIRST}:${self.letters}${_FIRST + self.rows - 1}"


def add_course_sheets(
    workbook: Workbook, form: Form, machine: Machine | None = None, calendar: Calendar | None = None
) -> None:
    """Add the two hidden sheets, and the formulas of the computed columns."""
    book = ledger_book(form)
    if book is None:
        return
    machine, calendar = machine or load_machine(), calendar or Calendar()
    columns = tables_of(machine, calendar)
    rules = _hidden(workbook, RULES_SHEET)
    for number, (heading, values) in enumerate(columns, start=1):
        rules.cell(1, number).value = heading
        for row, value in enumerate(values, start=_FIRST):
            rules.cell(row, number).value = value  # type: ignore[assignment]
    where = {
        heading: _Column(column_letters(number), len(values))
        for number, (heading, values) in enumerate(columns, start=1)
    }
    writer = _Writer(book, machine, where)
    course = _hidden(workbook, COURSE_SHEET)
    for number, (heading, _) in enumerate(writer.columns, start=1):
        course.cell(1, number).value = heading
    for position in range(1, book.events.capacity + 1):
        for number, (_, formula) in enumerate(writer.columns, start=1):
            course.cell(_FIRST + position - 1, number).value = "=" + formula(position)
    writer.write_computed(workbook[book.warnings.title], workbook[book.events.title])


def _hidden(workbook: Workbook, title: str) -> Worksheet:
    sheet: Worksheet = workbook.create_sheet(title)
    sheet.sheet_state = "hidden"
    sheet.protection.sheet = True
    return sheet


def _put(worksheet: Worksheet, row: int, column: int, formula: str) -> None:
    """A formula in the looks of its column."""
    cell = worksheet.cell(row, column)
    set_style(cell, style_of(worksheet.column_dimensions[column_letters(column)]))
    cell.value = f"={formula}"


class _Writer:
    """Writes the formulas of a ledger."""

    def __init__(self, book: Book, machine: Machine, where: dict[str, _Column]) -> None:
        self.book = book
        self.machine = machine
        self.where = where
        self.columns = [
            ("key", self._key),
            ("sorted key", self._sorted),
            ("row number", self._row),
            ("on", self._day),
            ("warning number", self._warning),
            ("event", self._event),
            ("text", self._text),
            ("result", self._result),
            ("breach at", self._breach_at),
            ("breach", self._breach),
            ("disposition said", self._said),
            ("state before", self._before),
            ("failures before", self._failures_before),
            ("disposition before", self._disposition_before),
            ("step", self._step),
            ("state", self._state),
            ("failures", self._failures),
            ("disposition so far", self._disposition),
            ("round so far", self._round),
            ("since", self._since),
            ("delivered on", self._delivered),
            ("own limit", self._own_due),
            ("limit so far", self._due),
        ]
        self._letters = {heading: column_letters(number) for number, (heading, _) in enumerate(self.columns, start=1)}

    # Where things are

    def _at(self, heading: str, position: int) -> str:
        return f"${self._letters[heading]}{_FIRST + position - 1}"

    def _span(self, heading: str) -> str:
        letters, last = self._letters[heading], _FIRST + self.book.events.capacity - 1
        return f"{COURSE_SHEET}!${letters}${_FIRST}:${letters}${last}"

    def _of(self, sheet: Sheet, name: str) -> str:
        layout = table_layout(sheet)
        letters = column_letters(layout.columns[name])
        return f"{quoted(sheet.title)}!${letters}${layout.first_row}:${letters}${layout.last_formula_row}"

    def _table(self, heading: str, position: str) -> str:
        return f"INDEX({self.where[heading].span},{position})"

    def _if_there(self, position: int, formula: str) -> str:
        return f'IF({self._at("sorted key", position)}="","",{formula})'

    def _kept(self, position: int, heading: str, first: str) -> str:
        """What the event before it left, of the same warning; `first` for the first event of a warning."""
        if position == 1:
            return first
        before = position - 1
        same = f"{self._at('warning number', before)}={self._at('warning number', position)}"
        return f"IF({same},{self._at(heading, before)},{first})"

    def _where_possible(self, position: int, then: str, kept: str) -> str:
        return f"IF({self._at('step', position)}=0,{kept},{then})"

    # The columns

    def _key(self, position: int) -> str:
        part = self.book.rows
        day, event = (f"INDEX({self._of(self.book.events, name)},{position})" for name in (part.day, part.event))
        number = f"INDEX({self._of(self.book.events, part.warning)},{position})"
        ids = self._of(self.book.warnings, self.book.ledger.number)
        known = f"SUMPRODUCT(({ids}={number})*1)*SUMPRODUCT(({self.where['event title'].span}={event})*1)"
        # INT, for a day that was pasted with a time of day is that day, and its fraction would run into the row's
        # digits.
        key = f"MATCH({number},{ids},0)*{_BY_WARNING}+INT({day})*{_BY_DAY}+{position}"
        # One IF in the other: AND works out all that it is given, and an error in one part is an error of the whole.
        return f'IF({number}="","",IF(ISNUMBER({day}),IF({known}=0,"",IF({day}>TODAY(),"",{key})),""))'

    def _sorted(self, position: int) -> str:
        return f'IF({position}>COUNT({self._span("key")}),"",SMALL({self._span("key")},{position}))'

    def _row(self, position: int) -> str:
        at = self._at("sorted key", position)
        return self._if_there(position, f"{at}-INT({at}/{_BY_DAY})*{_BY_DAY}")

    def _day(self, position: int) -> str:
        at = self._at("sorted key", position)
        return self._if_there(position, f"INT(({at}-INT({at}/{_BY_WARNING})*{_BY_WARNING})/{_BY_DAY})")

    def _warning(self, position: int) -> str:
        return self._if_there(position, f"INT({self._at('sorted key', position)}/{_BY_WARNING})")

    def _event(self, position: int) -> str:
        title = f"INDEX({self._of(self.book.events, self.book.rows.event)},{self._at('row number', position)})"
        return self._if_there(position, f"MATCH({title},{self.where['event title'].span},0)")

    def _text(self, position: int) -> str:
        # A blank cell that INDEX finds is 0, which would be taken for what
        # somebody wrote; with "" behind it it says nothing.
        text = f'INDEX({self._of(self.book.events, self.book.rows.result)},{self._at("row number", position)})&""'
        for sign in (" ", "　"):
            text = f'SUBSTITUTE({text},"{sign}","")'
        return self._if_there(position, text)

    def _result(self, position: int) -> str:
        """The result whose word begins the text: each length of word is tried, since no word begins another.

        Not with LEFT(text, LEN(words)): some engines take one length for all words.
        """
        event, text = self._at("event", position), self._at("text", position)
        keys, codes = self.where["result key"].span, self.where["result code"].span
        lengths = sorted(
            {len(word) for one in self.machine.events.values() for result in one.results for word in result.texts}
        )
        found = "+".join(
            f'IF(LEN({text})<{length},0,SUMPRODUCT(({keys}={event}&"|"&LEFT({text},{length}))*{codes}))'
            for length in lengths
        )
        there = f"IF({found}>0,{found},{self._table('default result', event)})"
        return self._if_there(position, there)

    def _breach_at(self, position: int) -> str:
        at = f'FIND("涉嫌",{self._at("text", position)})'
        return self._if_there(position, f"IF(ISNUMBER({at}),{at},0)")

    def _breach(self, position: int) -> str:
        text, at = self._at("text", position), self._at("breach at", position)
        rest = f"MID({text},{at}+2,20)"
        for sign in ("违纪违法", "违纪", "违法", "：", ":", "；", ";", "，", ",", "（", "(", "、", "="):
            rest = f'SUBSTITUTE({rest},"{sign}","")'
        before, whether = f"MID({text},MAX(1,{at}-1),1)", f"MID({text},MAX(1,{at}-2),2)"
        denied = ",".join(f'{before}="{sign}"' for sign in ("不", "未", "无"))
        no = ",".join(
            f'LEFT({rest},1)="{sign}"' for sign in (*self.machine.answers.in_role("denied"), "不", "未", "无")
        )
        yes = f'LEFT({rest},1)="{self.machine.answers.in_role("affirmed")[0]}"'
        said = f'IF(OR({denied}),0,IF({yes},1,IF(OR({no}),0,IF({whether}="是否",0,1))))'
        return self._if_there(position, f"IF({at}=0,0,{said})")

    def _said(self, position: int) -> str:
        text, found = self._at("text", position), "0"
        for number, disposition in enumerate(self.machine.may_be_given(), start=1):
            words = ",".join(f'ISNUMBER(FIND("{word}",{text}))' for word in spellings(self.machine, disposition))
            found = f"IF(OR({words}),{number},{found})"
        return self._if_there(
            position, f"IF({self._table('says disposition', self._at('event', position))}=0,0,{found})"
        )

    def _before(self, position: int) -> str:
        first = self.machine.events[self.machine.implied].steps[0].to
        return self._if_there(position, self._kept(position, "state", str(list(self.machine.states).index(first) + 1)))

    def _failures_before(self, position: int) -> str:
        return self._if_there(position, self._kept(position, "failures", "0"))

    def _disposition_before(self, position: int) -> str:
        return self._if_there(position, self._kept(position, "disposition so far", "0"))

    def _step(self, position: int) -> str:
        event = self._at("event", position)
        kinds = self._of(self.book.warnings, self.book.ledger.target_kind)
        word = self.machine.targets.in_role("person")[0]
        person = f'IF(INDEX({kinds},{self._at("warning number", position)})="{word}",1,0)'
        months = max(step.within for one in self.machine.events.values() for step in one.steps)
        within = f"IF({self._at('on', position)}<=EDATE({self._kept(position, 'since', '0')},{months}),1,0)"
        parts = (
            self._at("state before", position),
            event,
            self._at("result", position),
            f'IF({self._table("goes by breach", event)}=0,"-",{self._at("breach", position)})',
            f'IF({self._table("goes by failures", event)}=0,"-",MIN(1,{self._at("failures before", position)}))',
            f'IF({self._table("goes by target", event)}=0,"-",{person}&{self._at("disposition before", position)})',
            f'IF({self._table("goes by time", event)}=0,"-",{within})',
        )
        key = '&"|"&'.join(parts)
        steps = self.where["step key"].span
        return self._if_there(position, f"IF(SUMPRODUCT(({steps}={key})*1)=0,0,MATCH({key},{steps},0))")

    def _state(self, position: int) -> str:
        step = self._at("step", position)
        return self._if_there(
            position, self._where_possible(position, self._table("leads to", step), self._at("state before", position))
        )

    def _failures(self, position: int) -> str:
        step, before = self._at("step", position), self._at("failures before", position)
        then = f"IF({self._table('is approval', step)}=1,0,{before}+{self._table('adds failure', step)})"
        return self._if_there(position, self._where_possible(position, then, before))

    def _disposition(self, position: int) -> str:
        said, before = self._at("disposition said", position), self._at("disposition before", position)
        return self._if_there(position, self._where_possible(position, f"IF({said}>0,{said},{before})", before))

    def _round(self, position: int) -> str:
        before = self._kept(position, "round so far", "0")
        then = f"{before}+{self._table('adds round', self._at('step', position))}"
        return self._if_there(position, self._where_possible(position, then, before))

    def _since(self, position: int) -> str:
        before = self._kept(position, "since", "0")
        then = f"IF({self._table('changes state', self._at('step', position))}=1,{self._at('on', position)},{before})"
        return self._if_there(position, self._where_possible(position, then, before))

    def _delivered(self, position: int) -> str:
        before = self._kept(position, "delivered on", "0")
        then = f"IF({self._table('is delivery', self._at('event', position))}=1,{self._at('on', position)},{before})"
        return self._if_there(position, self._where_possible(position, then, before))

    def _own_due(self, position: int) -> str:
        step, day, days = self._at("step", position), self._at("on", position), self.where["workday"].span
        number = f"INDEX({self._limit_block()},{step},{self._at('disposition so far', position)}+1)"
        months = self._table("limit in months", step)
        text = self._at("text", position)
        at = f'FIND("20",{text})'
        said = f"DATE(MID({text},{at},4),MID({text},{at}+5,2),MID({text},{at}+8,2))"
        takes_day = self._table("says day", self._at("event", position))
        put_off = f'IF({takes_day}=1,IF(ISNUMBER({at}),IF(ISNUMBER({said}),{said},""),""),"")'
        # Not WORKDAY: it knows holidays, and no Saturday that is worked in place of one (调休).
        # With 1, MATCH finds the last working day up to then: what happens on a Sunday counts from Friday.
        after = f"INDEX({days},MATCH({day},{days},1)+{number})"
        then = f"IF({number}>0,{after},IF({months}>0,EDATE({self._at('delivered on', position)},{months}),{put_off}))"
        return self._if_there(position, self._where_possible(position, then, '""'))

    def _limit_block(self) -> str:
        first, last = self.where["limit 0"], self.where["limit 3"]
        return f"{RULES_SHEET}!${first.letters}${_FIRST}:${last.letters}${_FIRST + last.rows - 1}"

    def _due(self, position: int) -> str:
        own, before = self._at("own limit", position), self._kept(position, "limit so far", '""')
        kinds = (self._table("kind", self._at(name, position)) for name in ("state", "state before"))
        kept = f'IF({"=".join(kinds)},{before},"")'
        return self._if_there(position, f'IF({own}<>"",{own},IF({self._at("step", position)}=0,{before},{kept}))')

    # The computed columns

    def write_computed(self, warnings: Worksheet, events: Worksheet) -> None:
        """Formulas into the computed cells of every row of the two sheets."""
        ledger, rows = self.book.ledger, self.book.rows
        formulas = {
            ledger.state: self._told,
            ledger.round: self._told_round,
            ledger.due: self._told_due,
            ledger.overdue: self._overdue,
        }
        for sheet, worksheet in ((self.book.warnings, warnings), (self.book.events, events)):
            layout = table_layout(sheet)
            for position in range(1, sheet.capacity + 1):
                row = layout.first_row + position - 1
                if sheet is self.book.events:
                    _put(worksheet, row, layout.columns[rows.due], self._event_due(position))
                    continue
                for name, formula in formulas.items():
                    number = layout.cell(ledger.number, row)
                    _put(worksheet, row, layout.columns[name], f'IF({number}="","",{formula(position, row)})')

    def _event_due(self, position: int) -> str:
        key = f"INDEX({self._span('key')},{position})"
        return f'IF({key}="","",INDEX({self._span("own limit")},MATCH({key},{self._span("sorted key")},0)))'

    def _last(self, position: int) -> tuple[str, str]:
        """How many events come before those of the next warning, and whether there is one of this one."""
        counts = [f'COUNTIF({self._span("key")},"<{(position + number) * _BY_WARNING}")' for number in (0, 1)]
        return counts[1], f"{counts[1]}>{counts[0]}"

    def _told(self, position: int, row: int) -> str:
        last, has = self._last(position)
        state = f"INDEX({self._span('state')},{last})"
        title = self._table("state title", state)
        round_ = (
            f'IF({self._table("tells round", state)}=1,"（第"&INDEX({self._span("round so far")},{last})&"轮）","")'
        )
        registered = self.machine.states[self.machine.events[self.machine.implied].steps[0].to].title
        return f'IF({has},{title}&{round_},"{registered}")'

    def _told_round(self, position: int, row: int) -> str:
        last, has = self._last(position)
        return f"IF({has},INDEX({self._span('round so far')},{last}),0)"

    def _told_due(self, position: int, row: int) -> str:
        last, has = self._last(position)
        state = f"INDEX({self._span('state')},{last})"
        return f'IF({has},IF({self._table("kind", state)}=0,"",INDEX({self._span("limit so far")},{last})),"")'

    def _overdue(self, position: int, row: int) -> str:
        due = table_layout(self.book.warnings).cell(self.book.ledger.due, row)
        days = self.where["workday"].span
        late = f"MATCH(TODAY(),{days},1)-MATCH({due},{days},1)"
        return f'IF({due}="","",IF(TODAY()>{due},MAX(0,{late}),0))'


def shown_of_course(workbook: Workbook, form: Form) -> dict[str, dict[str, str | float]]:
    """What the formulas show where nobody has typed anything: nothing. Sheet title → {address: ""}."""
    book = ledger_book(form)
    if book is None:
        return {}
    shown: dict[str, dict[str, str | float]] = {}
    for title in (book.warnings.title, book.events.title, COURSE_SHEET):
        worksheet = workbook[title]
        first = _FIRST if title == COURSE_SHEET else table_layout(book.events).first_row
        shown[title] = {
            cell.coordinate: ""
            for cells in worksheet.iter_rows(min_row=first)
            for cell in cells
            if cell.data_type == "f"
        }
    return shown


__all__ = ["COURSE_SHEET", "RULES_SHEET", "add_course_sheets", "has_course", "shown_of_course", "tables_of"]
