"""Recognises which form a workbook is, and which of its sheets is which of the form's: by stamp, then by content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lzxl.forms.model import Form, Sheet
from lzxl.forms.text import compact, fold, fold_unbracketed, tidy
from lzxl.forms.values import is_blank
from lzxl.workbook.layout import FINDINGS_SHEET, OWN_SHEETS, STAMP_SHEET
from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.grid import Grid
from lzxl.workbook.reading.headers import Header, HeaderFinder
from lzxl.workbook.reading.label_rules import fewest_labels, read_as_cover
from lzxl.workbook.reading.labels import find_labels

# A sheet that no name gives away is taken for a table of a form only if this many of its headers are known.
_FEWEST_HEADERS = 3
# And only if this many of them are typical of it: 序号, 单位 and 备注 head every list of every office.
_FEWEST_TYPICAL = 2
_COMMON_HEADERS = """
序号 编号 序 顺序号 NO 行次 备注 附注 说明 名称 单位 单位名称 科室 部门 股室 处室 责任单位
责任部门 责任科室 责任主体 牵头单位 填报单位 报送单位 填报科室 编码 代码 单位编码 单位代码
性质 类型 类别 分类 种类 单位类型 项目 内容 事项 主要内容 具体措施 措施 整改措施 改进措施 要求
依据 方式 层次 范围 姓名 职务 职务职级 岗位 岗位名称 职责 岗位职责 主要职责 主要职能 人员 负责人
单位负责人 部门负责人 科室负责人 主要负责人 责任人 责任人姓名 直接责任人 科长 分管领导 主管领导
责任领导 局领导 分管局领导 经办人 承办人 联系人 登记人 记录人 填报人 填表人 报告人 签字 本人签字
审核人 领导意见 科室意见 意见 电话 联系电话 手机 手机号 手机号码 邮箱 电子邮箱 电子邮件 邮件地址
地址 身份证号 权力 对象 日期 时间 填表日期 填报日期 填表时间 提交日期 提交时间 报告日期 登记日期
完成日期 完成时限 时限 期限 完成期限 整改时限 整改期限 处理日期 数量 金额 合计 小计 总计 分值
得分 评分 自评 标准分 满分 考核得分 状态 当前状态 办理状态 程度 等级 级别 级次 后果 可能性 来源
渠道 问题 主要问题 存在问题 反映问题 原因 结果 处理结果 处理方式 处置 情况 是否按期 按期 佐证
证明材料 评分标准 考核标准 考核项目 考核指标 考核内容 责任内容
"""
_COMMON = frozenset(map(fold, _COMMON_HEADERS.split()))
# Headers that do not even say what a table is about.
_BARE = frozenset(["单位", "单位名称", "科室", "部门", "名称", "姓名", "内容", "事项", "项目", "措施", "职责", "类型"])


@dataclass(frozen=True, slots=True)
class StampMarks:
    """What the stamp of a distributed workbook says; fields are "" where there is none."""

    form: str = ""
    version: str = ""
    unit_code: str = ""
    unit_name: str = ""
    period: str = ""
    scheme: str = ""


def read_stamp(content: WorkbookContent) -> StampMarks:
    """The stamp, from the document properties, else from the stamp sheet (programs drop the one or the other)."""
    marks = {name: value for name, value in content.properties.items() if name.startswith("lzxl_")}
    if "lzxl_form" not in marks:
        for sheet in content.sheets:
            if compact(sheet.name) == STAMP_SHEET:
                marks = _marks_in(sheet)
    return StampMarks(**{field: tidy(marks.get(name, "")) for field, name in _MARKS.items()})


# Mark → the name under which a workbook has it.
_MARKS = {
    "form": "lzxl_form",
    "version": "lzxl_version",
    "unit_code": "lzxl_unit",
    "unit_name": "lzxl_unit_name",
    "period": "lzxl_period",
    "scheme": "lzxl_scheme",
}


def _marks_in(sheet: SheetContent) -> dict[str, str]:
    """The marks of a stamp sheet: name and value beside each other."""
    pairs = [cells[:2] for cells in sheet.rows.values() if len(cells) >= 2]
    return {compact(str(name)): str(value) for name, value in pairs if name and value is not None}


def readable_sheets(content: WorkbookContent) -> list[SheetContent]:
    """The sheets that hold content and are not lzxl's own."""
    is_stamped = bool(read_stamp(content).form)
    return [sheet for sheet in content.sheets if sheet.rows and not _is_own(sheet, is_stamped)]


def is_marked(content: WorkbookContent) -> bool:
    """Whether a workbook is a marked return: it has our list of findings."""
    is_stamped = bool(read_stamp(content).form)
    return any(compact(sheet.name) == FINDINGS_SHEET and _is_own(sheet, is_stamped) for sheet in content.sheets)


def _is_own(sheet: SheetContent, is_stamped: bool) -> bool:
    """Whether lzxl wrote a sheet. A unit may have a 问题清单 of its own: ours begins with its name."""
    name = compact(sheet.name)
    if name != FINDINGS_SHEET or is_stamped:
        return name in OWN_SHEETS
    first = next((cell for row in sorted(sheet.rows)[:1] for cell in sheet.rows[row] if not is_blank(cell)), None)
    return first is None or first == FINDINGS_SHEET


def recognise_form(content: WorkbookContent, forms: Iterable[Form]) -> Form | None:
    """The form that the sheets look most like; None if they look like none."""
    sheets = readable_sheets(content)
    best: Form | None = None
    best_score = 0
    for form in forms:
        score = sum(_best_score(sheet, form) for sheet in sheets)
        if score > best_score:
            best, best_score = form, score
    return best


def _best_score(content: SheetContent, form: Form) -> int:
    """How much a sheet is like the table of the form that its name says, else like any."""
    named = [entry for entry in form.tables if fold(content.name) in entry.sheet_keys]
    return max((_header_score(content, entry) for entry in named[:1] or form.tables), default=0)


def _header_score(content: SheetContent, sheet: Sheet, is_told: bool = False) -> int:
    """How many of a sheet's fields the header in `content` names; 0 unless enough of them are typical of it.

    `is_told`: somebody said that the workbook is of this form; then one header that means something is enough.
    """
    header = HeaderFinder(sheet).find(Grid.of(content))
    if header is None:
        return 0
    named = [header.texts[column] for column in header.columns.values()]
    named += [text for text in header.texts.values() if sheet.office_field_for_header(text) is not None]
    if not is_told:
        return weight_of(named)
    return len(named) if len(named) >= _FEWEST_HEADERS and _means_something(header, sheet, named) else 0


def weight_of(named: Sequence[str]) -> int:
    """How much a table is like a form whose fields these headers name: 0 unless enough of them are typical of it."""
    typical = [text for text in named if not is_common(text)]
    return len(named) if len(named) >= _FEWEST_HEADERS and len(typical) >= _FEWEST_TYPICAL else 0


def _means_something(header: Header, sheet: Sheet, named: Sequence[str]) -> bool:
    """Whether a header says what its table is about: by a word typical of the form, or a subject that is no bare word."""
    subjects = [header.texts[header.columns[name]] for name in sheet.subject if name in header.columns]
    return not all(map(is_common, named)) or any(fold_unbracketed(text) not in _BARE for text in subjects)


def is_common(header: str) -> bool:
    """Whether a header says nothing about the table it stands in: any list in any office may have it."""
    return fold(header) in _COMMON or fold_unbracketed(header) in _COMMON


@dataclass(frozen=True, slots=True)
class Assigned:
    """A sheet of the file, what it is in the form, and whether only its content told."""

    content: SheetContent
    sheet: Sheet
    renamed: bool = False


def assign_sheets(
    content: WorkbookContent, form: Form, main_only: bool = False
) -> tuple[list[Assigned], list[SheetContent]]:
    """What each sheet is in the form, for those that can be told, and the sheets that cannot.

    `main_only`: the workbook is a unit's own layout; only the form's main table, and a cover, are looked for in it.
    """
    assigned: list[Assigned] = []
    left: list[SheetContent] = []
    for sheet in readable_sheets(content):
        named = [entry for entry in form.sheets if fold(sheet.name) in _names(entry)]
        if named and not main_only:
            assigned.append(Assigned(sheet, named[0]))
            continue
        entry = _by_header(sheet, form, main_only)
        if entry is not None:
            assigned.append(Assigned(sheet, entry, renamed=True))
        else:
            left.append(sheet)
    if form.cover is not None and not any(entry.sheet is form.cover for entry in assigned):
        cover = _cover_by_labels(left, form.cover, main_only)
        if cover is not None:
            left.remove(cover)
            assigned.insert(0, Assigned(cover, form.cover, renamed=True))
    return assigned, left


def _by_header(content: SheetContent, form: Form, main_only: bool) -> Sheet | None:
    """The table of the form whose header a sheet has, the main one before others; None if it has none's."""
    candidates = (form.main_sheet,) if main_only else form.tables
    scored = [(_header_score(content, entry, is_told=main_only), entry) for entry in candidates]
    score, best = max(scored, key=lambda pair: (pair[0], pair[1].name == form.main))
    return best if score else None


def _cover_by_labels(left: list[SheetContent], cover: Sheet, main_only: bool) -> SheetContent | None:
    """The sheet that has most labels of the cover, if it has enough: a cover keeps its labels whatever it is called."""
    best, fewest = None, _FEWEST_HEADERS if main_only else fewest_labels(len(cover.fields))
    for sheet in left:
        places = list(find_labels(sheet, cover).values())
        if read_as_cover(places, fewest):
            # From here on only more labels win: of two sheets that are alike the first is the cover.
            best, fewest = sheet, len(places) + 1
    return best


def _names(sheet: Sheet) -> frozenset[str]:
    # Whatever a form calls its cover, people call it so.
    return sheet.sheet_keys if sheet.layout == "table" else sheet.sheet_keys | {fold("封面"), fold("封皮")}
