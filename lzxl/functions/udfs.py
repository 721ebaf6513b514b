"""What Excel loads by xlwings: the in-sheet functions, and the actions behind the buttons.

Without xlwings these are plain functions. Nothing heavy is imported before it is used: Excel starts this when a workbook opens.
The grading table is the one that the installed add-in brings (`answer_from`), else the one that the environment variable
LZXL_SCHEME names, else that of the rules.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lzxl.errors import LzxlError, UsageError
from lzxl.functions.core import PARTS, Answer, Block, Cell, Functions, as_far_as_used, over_ranges

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from lzxl.campaign.folder import Campaign
    from lzxl.forms.grading import GradingTable
    from lzxl.forms.model import Form, Sheet
    from lzxl.mail.taken import Taken

Range = Any
"""A cell, or rows of cells."""

_TITLE = "廉政风险防控"
_INBOX = "来件"
FINDING_COLUMNS = ("行", "栏目", "填写内容", "问题", "修改办法")

# What a table says of other sheets cannot be told where it is looked at alone.
_BESIDE_OTHERS = frozenset(
    {"reference_unknown", "reference_lost", "measure_not_linked", "power_unknown", "power_lost", "risk_id_unknown"}
)

# Every function that Excel is to have; arguments with a default may be left out.
FUNCTIONS = ("LZ_LEVEL", "LZ_BASIS", "LZ_SCORE", "LZ_DISPOSITION", "LZ_DUE", "LZ_CHECK")

# Every button: id → (label, what it does), in the order on the ribbon.
BUTTONS = {
    "check": ("校验本簿", "检查打开的表，有问题的单元格标色并加批注，另列“问题清单”。"),
    "clear": ("清除标记", "去掉“校验本簿”加的标色、批注和清单。"),
    "collect": ("收件", f"办公室用：把批次文件夹下“{_INBOX}”里的文件登记、检查、退回。"),
    "status": ("进度", "办公室用：查看各单位报送进度。"),
    "consolidate": ("汇总", "办公室用：生成全局汇总表。"),
}


_brought: dict[str, Any] = {}
"""What the installed add-in brought: its `tables`, and the level of `open_cells`."""


def answer_from(tables: Mapping[str, Any], open_cells: str | None = None) -> None:
    """Answer from these tables from now on (`lzxl.functions.tables.tables_of`), whatever the environment says.

    `open_cells`: the level that the campaign gives the cells that the rules leave open. Called by the module that
    `lzxl functions install --excel` writes (`lzxl.functions.excel.grading_module`).
    """
    _brought.update(tables=tables, open_cells=open_cells)
    _functions.cache_clear()


@lru_cache(maxsize=1)
def _functions() -> Functions:
    """The functions over the tables, loaded when the first cell asks."""
    if _brought.get("tables", {}).keys() >= PARTS:
        return Functions(_brought["tables"])
    from lzxl.functions.tables import tables_of

    # A module that an older version wrote lacks what is new.
    return Functions({**tables_of(_grading()), **_brought.get("tables", {})})


def _grading() -> GradingTable:
    from lzxl.forms.load import load_grading

    return load_grading(_scheme(), _brought.get("open_cells"))


def _scheme() -> str:
    if _brought:
        return str(_brought["tables"]["scheme"])
    return os.environ.get("LZXL_SCHEME", "") or "rules"


def _answered(ask: Callable[[Functions], Callable[..., Answer]], *arguments: Range) -> Answer | Block:
    """A function's answer over ranges; the one sentence of what is wrong with the installation, if something is."""
    try:
        answer = over_ranges(ask(_functions()), *arguments)
    except LzxlError as error:
        return str(error)
    # Excel hands a single cell over as rows too, so that a row is not taken for a column.
    if isinstance(answer, list) and len(answer) == len(answer[0]) == 1:
        return answer[0][0]
    return answer


def LZ_LEVEL(likelihood: Range, severity: Range) -> Answer | Block:  # noqa: N802
    """风险等级：按发生可能性和后果程度得出。"""
    return _answered(lambda functions: functions.level, likelihood, severity)


def LZ_BASIS(likelihood: Range, severity: Range, number: Range = None, decided: Range = None) -> Answer | Block:  # noqa: N802
    """定级依据；给了风险点编号和 lz_decided（办公室发的表里的认定情况）的，已认定的写明认定结果和会议。"""
    return _answered(lambda functions: functions.basis_by(decided), likelihood, severity, number)


def LZ_SCORE(self_score: Range, inspection_score: Range, final_score: Range) -> Answer | Block:  # noqa: N802
    """考核得分：自查、日常督查、年终检查加权，四舍五入到一位小数。"""
    return _answered(lambda functions: functions.score, self_score, inspection_score, final_score)


def LZ_DISPOSITION(degree: Range, target_kind: Range = None, breach: Range = None) -> Answer | Block:  # noqa: N802
    """核实问题的处置建议：按问题程度和对象类型给出，只供参考；涉嫌违纪违法的只移送。"""
    return _answered(lambda functions: functions.disposition, degree, target_kind, breach)


def LZ_DUE(day: Range, workdays: Range, holidays: Range = None, makeups: Range = None) -> Answer | Block:  # noqa: N802
    """某日之后第几个工作日是哪一天（当日不计），得日期的序号；放假、调休日期可另给，放假安排未载入的年份不推算。"""
    return _answered(lambda functions: functions.due_by(holidays, makeups), day, workdays)


def LZ_CHECK(table: Range, form: Cell, sheet: Cell = None) -> Block:  # noqa: N802
    """校验带表头的一块表：返回问题的行（从表头起数）、栏目、填写内容、问题、修改办法。

    table: rows of cells, the header among them; form, sheet: title or id, the main sheet if there is none. The answer is
    a header and one row for each finding; a single cell for a name that is none, or if nothing was found.
    """
    from lzxl.forms.load import load_forms

    try:
        forms = load_forms(_scheme())
        wanted = _named(form, list(forms.values()))
        if wanted is None:
            return [[f"没有名为“{form or ''}”的表单，可用：{'、'.join(entry.title for entry in forms.values())}。"]]
        definition = _named(sheet, wanted.tables) if sheet not in (None, "") else wanted.main_sheet
        if definition is None:
            return [
                [
                    f"《{wanted.title}》没有名为“{sheet}”的表，可用：{'、'.join(entry.title for entry in wanted.tables)}。"
                ]
            ]
        return _checked(_rows(table), wanted, definition)
    except LzxlError as error:
        return [[str(error)]]


def _named(name: Cell, entries: Sequence[Any]) -> Any:
    """The form or sheet of that title or id."""
    text = name.strip() if isinstance(name, str) else ""
    for entry in entries:
        if text in (entry.title, f"《{entry.title}》", getattr(entry, "id", None), getattr(entry, "name", None)):
            return entry
    return None


def _rows(table: Range) -> list[list[Cell]]:
    rows = table if isinstance(table, list | tuple) else [table]
    return [list(row) if isinstance(row, list | tuple) else [row] for row in rows]


def _checked(rows: list[list[Cell]], form: Form, sheet: Sheet) -> Block:
    from lzxl.checks.context import Context
    from lzxl.checks.run import check_submissions
    from lzxl.workbook.reading.content import SheetContent, WorkbookContent
    from lzxl.workbook.reading.read import read_open

    content = SheetContent(sheet.title)
    content.fill_rows(enumerate(([_plain(cell) for cell in row] for row in rows), 1))
    submission = read_open(WorkbookContent("xlsx", [content]), "", form.id, _scheme())
    if not submission.tables:
        return [["未找到表头：选的范围要包括表头那一行。"]]
    [checked] = check_submissions([submission], Context(_grading()))
    found: Block = []
    for finding in checked.told:
        if finding.sheet != sheet.title or not finding.place.areas or finding.code in _BESIDE_OTHERS:
            continue
        first, _ = finding.place.begin
        row: Answer = float(first) if first else finding.place.spoken
        found.append([row, finding.header, finding.value, finding.message, finding.fix])
    return [list(FINDING_COLUMNS), *found] if found else [["未发现问题。"]]


def _plain(cell: Cell) -> Cell:
    """A cell as the readers give it: whole numbers are floats too."""
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


def run(button: str, book: Any = None) -> str:
    """Do what a button says on the workbook that called, and show the sentence that says what came of it.

    `book`: an xlwings Book; None asks xlwings for the one whose button was pressed. Raises UsageError where no Excel calls.
    """
    from lzxl.functions.xlwings_port import XlwingsPort, calling_book

    caller = book if book is not None else calling_book()
    try:
        if button == "check":
            from lzxl.functions.action import check_workbook

            sentence = check_workbook(XlwingsPort(caller))
        elif button == "clear":
            from lzxl.functions.action import clear_marks

            sentence = clear_marks(XlwingsPort(caller))
        else:
            sentence = _OFFICE[button](_campaign_around(Path(str(caller.fullname)).parent))
    except LzxlError as error:
        sentence = str(error)
    caller.app.alert(sentence, _TITLE)
    return sentence


def _campaign_around(folder: Path) -> Campaign:
    from lzxl.campaign.folder import find_campaign

    campaign = find_campaign(folder.resolve())
    if campaign is None:
        raise UsageError(
            "打开的工作簿不在填报批次的文件夹里。请打开批次文件夹里的一个表（如单位名册）再点。",
            code="workbook_outside_campaign",
        )
    return campaign


def _collect(campaign: Campaign) -> str:
    from lzxl.mail.office import Office

    inbox = campaign.root / _INBOX
    if not inbox.is_dir():
        raise UsageError(f"请先把收到的文件放进 {inbox}，再点“收件”。", code="nothing_to_collect", inbox=inbox)
    with Office(campaign) as office:
        taken = office.collect([inbox]).taken
    if taken.trouble is not None:
        raise taken.trouble
    return _told_states(taken) or f"“{_INBOX}”里没有可收的文件。"


def _told_states(taken: Taken) -> str:
    """How many files came to what, those in mails as well; "" if there was none."""
    from lzxl.states import OF_INTAKE

    states = taken.states
    told = [f"{state.chinese}{states[state]}" for state in OF_INTAKE if state in states]
    return f"共看过{states.total()}个文件：{'，'.join(told)}。" if told else ""


def _status(campaign: Campaign) -> str:
    from lzxl.campaign.standing import take_stock
    from lzxl.campaign.status import status_line

    return status_line(campaign, take_stock(campaign))


def _consolidate(campaign: Campaign) -> str:
    from lzxl.api import consolidate

    return f"汇总表已写到：{consolidate(campaign).path}"


_OFFICE: dict[str, Callable[[Campaign], str]] = {
    "collect": _collect,
    "status": _status,
    "consolidate": _consolidate,
}


def _offer_to_excel() -> None:
    """Tell xlwings of the functions, if it is what loads this module. Elsewhere its import would cost more than all else."""
    xlwings = sys.modules.get("xlwings")
    if xlwings is None:
        return
    for name in FUNCTIONS:
        plain = globals()[name]
        arguments = plain.__code__.co_varnames[: plain.__code__.co_argcount]
        if name == "LZ_CHECK":
            plain.__annotations__ = {}  # it would take them for converters
            function = xlwings.func(plain)
            for argument in arguments:
                options = {"ndim": 2} if argument == "table" else {}
                # Else xlwings makes None of an error in a cell, and it would count as blank.
                function = xlwings.arg(argument, err_to_str=True, **options)(function)
        else:
            function = xlwings.ret("raw")(xlwings.func(_as_excel_calls(plain)))
            for argument in arguments:
                function = xlwings.arg(argument, "raw")(function)
        globals()[name] = function


def _as_excel_calls(function: Callable[..., Answer | Block]) -> Callable[..., Block]:
    """A function over cells as Excel hands them to xlwings, and with rows for an answer, as xlwings wants them.

    xlwings' own conversion goes over a column three times and gives the functions nothing: a blank cell is None, a date
    a date and an error a whole number below zero, none of which is a word or a score; an amount of money is a Decimal.
    """

    @wraps(function)
    def called(*arguments: Range) -> Block:
        # A row typed into the formula, or worked out by it, comes as its cells alone.
        rows = [
            [given] if isinstance(given, tuple) and not isinstance(given[0], tuple) else given for given in arguments
        ]
        answer = function(*as_far_as_used(rows))
        return answer if isinstance(answer, list) else [[answer]]

    called.__annotations__ = {}  # it would take them for converters
    return called


_offer_to_excel()
