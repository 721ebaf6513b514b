"""The office's books in the campaign's folder (预警处置台账, 考核评定 …): where they are, how they begin, are read and amended.

Which forms are books, the forms themselves say (`file` in `schemas/forms`). Names of persons stand in them: they are read in
the sandbox and kept in no cache, they and their earlier states are their owner's alone to read, and no command sends one.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from lzxl.campaign import clock
from lzxl.campaign.book_files import book_job, book_path, books_there
from lzxl.campaign.folder import Campaign
from lzxl.campaign.lock import holding
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.campaign.standing import context_of
from lzxl.checks.context import Context
from lzxl.checks.run import Checked, check_submissions
from lzxl.errors import LzxlError, OutputError
from lzxl.files import PRIVATE, output_to, store_durably, sweep
from lzxl.forms.grading import GradingTable
from lzxl.forms.load import book_ids, load_catalogue, load_form, load_grading
from lzxl.forms.model import Form
from lzxl.submission import Submission, Table
from lzxl.workbook.reading.jobs import Amend, Amended
from lzxl.workbook.reading.sandbox import amend_in_child, read_all
from lzxl.workbook.writing.amending.changes import Change, NewRow, SetCells

__all__ = [
    "BookError",
    "Change",
    "NewRow",
    "SetCells",
    "amend_book",
    "book_names",
    "book_path",
    "check_books",
    "read_book",
    "read_books",
    "readable_books",
    "reading_once",
    "refuse_open_books",
    "write_books",
    "write_first_books",
]

KEPT = "台账留存"
"""Folder below .lzxl for the states that books had before they were amended."""
MOST_KEPT = 20
"""Earlier states that are kept of each book."""

# What a program leaves beside a workbook while it has it open: Excel and WPS, WPS on Linux, LibreOffice.
_OWNER_FILES = ("~${name}", ".~{name}", ".~lock.{name}#")
# Sharing violations on Windows: another program has the file.
_IN_USE = (5, 32, 33)


class BookError(LzxlError):
    """A book that cannot be read or amended as it is; the book is as it was."""


def book_names() -> frozenset[str]:
    """What the books' files are called."""
    return frozenset(f"{load_form(form_id).file}.xlsx" for form_id in book_ids())


def write_books(campaign: Campaign, form_ids: Iterable[str] | None = None) -> list[Path]:
    """Make the books that are missing, blank, and give the paths of those made; one that is there is never touched.

    `form_ids`: which; None for all. Raises OutputError if one cannot be written.
    """
    return _write_missing(campaign.root, form_ids or book_ids(), campaign.config.period, campaign.grading)


def write_first_books(root: Path, period: str) -> list[Path]:
    """The books of a campaign that has no settings yet: it begins with the rules' own grading table."""
    return _write_missing(root, book_ids(), period, load_grading())


def _write_missing(root: Path, form_ids: Iterable[str], period: str, grading: GradingTable) -> list[Path]:
    # A link counts as there even where it leads nowhere now: a book on a drive that is away is not to be replaced.
    missing = [one for one in form_ids if not os.path.lexists(root / f"{load_form(one).file}.xlsx")]
    if not missing:
        return []
    with holding(root):
        for form_id in missing:
            sweep(root, load_form(form_id).file)
        return [_write_blank(root, form_id, period, grading) for form_id in missing]


def _write_blank(root: Path, form_id: str, period: str, grading: GradingTable) -> Path:
    path = root / f"{load_form(form_id).file}.xlsx"
    form = load_form(form_id, grading.id)
    # Where nothing is graded, all bureaus' blank books are the same.
    store_durably(path, _made(form, grading, period) if form.is_graded else blank_book(form_id, period), PRIVATE)
    _forget(path)
    return path


@lru_cache(maxsize=16)
def blank_book(form_id: str, period: str) -> bytes:
    """A blank book of a form whose rows get no level, stamped for a period: the same for all bureaus, and made once."""
    return _made(load_form(form_id), load_grading(), period)


def _made(form: Form, grading: GradingTable, period: str) -> bytes:
    """A blank book, stamped for a period."""
    from lzxl.workbook.writing.build import build_workbook
    from lzxl.workbook.writing.save import workbook_bytes
    from lzxl.workbook.writing.shown import shown_values
    from lzxl.workbook.writing.stamp import Stamp, write_stamp

    workbook = build_workbook(form, grading)
    write_stamp(workbook, Stamp(form.id, form.version, "", "", period, form.scheme if form.is_graded else ""))
    return workbook_bytes(workbook, shown_values(workbook, form, grading))


_kept_read: ContextVar[dict[Path, Submission] | None] = ContextVar("_kept_read", default=None)
"""What was read of books within `reading_once`; None outside of it."""


@contextmanager
def reading_once() -> Iterator[None]:
    """Within it each book, of whatever campaign, is read once, unless it is amended meanwhile: for work that is done over and over."""
    token = _kept_read.set({})
    try:
        yield
    finally:
        _kept_read.reset(token)


def _forget(path: Path) -> None:
    """What was read of a book is no more what it says."""
    kept = _kept_read.get()
    if kept is not None:
        kept.pop(path, None)


def read_book(campaign: Campaign, form_id: str) -> Submission | None:
    """The book of a form as it reads; None if the file is not there.

    Raises BookError if it cannot be read as that form, or lacks a sheet of it: nothing must be computed of half a book.
    """
    read = read_books(campaign, [form_id])
    if not read:
        return None
    [submission] = read
    name = submission.file
    if submission.refusal is not None:
        raise _unreadable(submission)
    present = {table.name for table in submission.tables}
    for sheet in load_form(form_id).tables:
        if sheet.name not in present:
            raise BookError(_lacking_sheet(name, sheet.title), code="book_sheet_missing", book=name, sheet=sheet.title)
    for table in submission.tables:
        _refuse_lacking_column(submission, form_id, table)
    campaign.books_read[form_id] = submission.sha256
    return submission


def _refuse_lacking_column(submission: Submission, form_id: str, table: Table) -> None:
    """Raises BookError where rows have lost a column that each of them must fill in: what they say would count for nothing."""
    for entry in load_form(form_id).by_name[table.name].inputs:
        if table.rows and entry.required and entry.name not in table.columns:
            name, titles = submission.file, {"sheet": table.title, "column": entry.title}
            told = f"{name}的“{table.title}”表缺少“{entry.title}”一栏，各行无法计算。请把这一栏补上；{_EARLIER}"
            raise BookError(told, code="book_column_missing", book=name, **titles)


def read_books(campaign: Campaign, form_ids: Iterable[str] | None = None) -> list[Submission]:
    """The books that are there, as they read, in the order of the forms; one that is another form is refused.

    Within `reading_once` as they read the first time.
    """
    there, kept = books_there(campaign, form_ids), _kept_read.get()
    if kept is None:
        return _read_anew(campaign, there)
    paths = {form_id: book_path(campaign, form_id) for form_id in there}
    unknown = [form_id for form_id, path in paths.items() if path not in kept]
    kept.update(zip((paths[form_id] for form_id in unknown), _read_anew(campaign, unknown), strict=True))
    return [kept[path] for path in paths.values()]


def _read_anew(campaign: Campaign, form_ids: Sequence[str]) -> list[Submission]:
    """Books as they are now: those that were read ahead and have not changed since, and the others by one child."""
    jobs = [book_job(campaign, one) for one in form_ids]
    known = [campaign.ahead.give(job) for job in jobs]
    unknown = [job for job, submission in zip(jobs, known, strict=True) if submission is None]
    # Without the passwords that units have: a book with one could not be written to anyway.
    anew = iter(read_all(unknown) if unknown else ())
    read = [submission or next(anew) for submission in known]
    return [_as_its_form(submission, form_id) for submission, form_id in zip(read, form_ids, strict=True)]


def readable_books(campaign: Campaign, undone: str) -> list[Submission]:
    """The books that are there, as they read. Raises BookError if one cannot be read: whoever is named in it would be looked for
    nowhere, and what it says would be kept for good as it is. `undone`: what is not done then."""
    read = read_books(campaign)
    for submission in read:
        if submission.refusal is not None:
            raise _unreadable(submission, f"{undone}。")
    return read


def check_books(campaign: Campaign, context: Context | None = None) -> list[Checked]:
    """The books that are there with everything found about them, apart from what units filed.

    `context`: what they are compared with; None for what the campaign knows without looking at what was filed.
    """
    read = read_books(campaign)
    return check_submissions(read, context or context_of(campaign)) if read else []


def _as_its_form(submission: Submission, form_id: str) -> Submission:
    """The submission, refused if it is of another form than its name says."""
    is_unknown = submission.refusal is not None and submission.refusal.code == "form_unknown"
    if submission.form == form_id or (submission.refusal is not None and not is_unknown):
        return submission
    title = load_form(submission.form).title if submission.form else ""
    refusal = load_catalogue().finding(
        "book_of_other_form",
        value=title,
        expected=load_form(form_id).title,
        read_as=f"内容是《{title}》" if title else "内容无法识别为任何一张表",
    )
    return replace(submission, refusal=refusal, tables=[], form="")


# What is to be done where a book cannot be used.
_EARLIER = f"早先的内容可从 .lzxl/{KEPT} 里取回。"


def _unreadable(submission: Submission, undone: str = "") -> BookError:
    """`undone`: what is not done because of that, in whole sentences."""
    assert submission.refusal is not None
    name = submission.file
    told = f"{submission.refusal.message}{undone}请先改好；{_EARLIER}"
    return BookError(f"{name}无法读取：{told}", code="book_unreadable", book=name)


def _lacking_sheet(name: str, title: str) -> str:
    return (
        f"{name}里找不到“{title}”表，或这张表的表头已被删去。请把工作表名和表头改回原样；"
        f"已经删掉的，{_EARLIER.removesuffix('。')}，或从空白表（lzxl workbooks export）补上。"
    )


def amend_book(campaign: Campaign, form_id: str, changes: Sequence[Change]) -> bool:
    """Put changes into the book of a form, whole or not at all; False if it has them already.

    Where the campaign's book has been read (`read_book`), it must still be what was read then. The state before is kept in
    .lzxl/台账留存. Raises BookError if a program has the book open, if somebody changed it meanwhile, or if it cannot be
    amended with certainty; OutputError if the disk does not take it.
    """
    if not changes:
        return False
    path = book_path(campaign, form_id)
    with holding(campaign.root):
        sweep(path.parent, path.stem)
        sweep(campaign.root / ".lzxl" / KEPT, path.stem)
        _refuse_open(path)
        amended = _amended(campaign, form_id, path, changes)
        known = campaign.books_read.get(form_id, amended.sha256)
        if amended.sha256 != known:
            raise _changed_meanwhile(path)
        if amended.code:
            raise _refusal(path.name, amended)
        if not amended.data:
            return False
        _forget(path)
        _replace(campaign, path, amended)
        campaign.books_read[form_id] = hashlib.sha256(amended.data).hexdigest()
    return True


def _amended(campaign: Campaign, form_id: str, path: Path, changes: Sequence[Change]) -> Amended:
    job = Amend(path, path.name, form_id, scheme=campaign.grading.id, changes=tuple(changes))
    try:
        return amend_in_child(job)
    except PermissionError:
        raise _in_use(path.name) from None
    except OSError:
        raise BookError(
            f"{path.name}无法读取，请确认文件还在批次文件夹里。", code="book_not_found", book=path.name
        ) from None


def _replace(campaign: Campaign, path: Path, amended: Amended) -> None:
    """Keep the state before, then write the new one, unless somebody was faster."""
    try:
        before = path.read_bytes()
        if hashlib.sha256(before).hexdigest() != amended.sha256:
            raise _changed_meanwhile(path)
        keep_state(campaign, path, before)
        # Asked again: reading and amending took a while, in which somebody may have opened it.
        _refuse_open(path)
        store_durably(path, amended.data, PRIVATE)
    except OutputError as error:
        if getattr(error.__cause__, "winerror", None) in _IN_USE:
            raise _in_use(path.name) from error
        raise


def keep_state(campaign: Campaign, path: Path, data: bytes) -> None:
    """Keep a state of a book among its last ones, once; those before the last 20 go."""
    folder = campaign.root / ".lzxl" / KEPT
    kept = _kept(folder, path.stem)
    number = int(kept[-1].stem.rpartition("_")[2]) + 1 if kept else 1
    if not kept or kept[-1].read_bytes() != data:
        target = folder / f"{path.stem}_{clock.today()}_{number:06d}.xlsx"
        _make_private(folder)
        store_durably(target, data, PRIVATE)
        kept.append(target)
    for old in kept[:-MOST_KEPT]:
        with suppress(OSError):
            old.unlink()


def _kept(folder: Path, stem: str) -> list[Path]:
    """The states that are kept of a book, the latest last."""
    # By their numbers, not their names: as texts, 10 comes before 9.
    found = [one for one in folder.glob(f"{stem}_*_*.xlsx") if one.stem.rpartition("_")[2].isdecimal()]
    return sorted(found, key=lambda one: int(one.stem.rpartition("_")[2]))


def _make_private(folder: Path) -> None:
    with output_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if os.name == "posix":
            folder.chmod(0o700)


def refuse_open_books(campaign: Campaign, undone: str) -> None:
    """Raises BookError if a book or the roster is open in a program: what is typed there is not in the file yet. `undone`: what is
    not done then."""
    for path in (campaign.root / ROSTER_NAME, *(book_path(campaign, form_id) for form_id in book_ids())):
        _refuse_open(path, undone)


def _refuse_open(path: Path, undone: str = "未写入") -> None:
    """Raises BookError if a program says, by the file that it lays beside it, that it has the book open."""
    owners = {_plain(pattern.format(name=path.name)) for pattern in _OWNER_FILES}
    for other in path.parent.iterdir():
        if _plain(other.name) in owners:
            raise _in_use(path.name, other.name, undone)


def _plain(name: str) -> str:
    """A file's name, the same however a file system spells it."""
    return unicodedata.normalize("NFC", name).casefold()


def _in_use(name: str, owner: str = "", undone: str = "未写入") -> BookError:
    stale = f"确已关闭的，请删去同一文件夹里的 {owner}，再重新运行。" if owner else ""
    return BookError(
        f"{name}正在表格软件中打开，{undone}。请保存并关闭后重新运行。{stale}", code="book_open", book=name, owner=owner
    )


def _changed_meanwhile(path: Path) -> BookError:
    return BookError(
        f"{path.name}刚才被改动过，未写入。请确认没有人在改这个文件，再重新运行。",
        code="book_changed",
        book=path.name,
    )


_REFUSALS = {
    "encrypted": "设有打开密码，程序不能续写。请去掉密码，另存为 .xlsx",
    "broken": f"已损坏，或不是完整的表格文件，程序不能续写。{_EARLIER}请改好后另存为 .xlsx",
    "macros": "含有宏，程序不能续写，以免破坏宏或它的签名。请另存为不含宏的 .xlsx",
    "not_xlsx": "不是 xlsx 格式（实为 {container}），程序不能续写。请在表格软件中打开，另存为 .xlsx",
    "signed": "带有数字签名，续写会使签名失效。请另存一份不签名的 .xlsx",
    "shared": "是“共享工作簿”，程序不能续写。请取消共享，另存为 .xlsx",
    "odd": "的存法少见，程序没有把握原样保留其中内容，未写入。请在表格软件中打开，另存为 .xlsx",
    "unproved": "续写后与原有内容不一致，未写入。请在表格软件中打开，看表末是否有合计、落款或另一张表，移开后另存为 .xlsx",
    "unread": "内容过多或无法解析，程序不能续写。请在表格软件中打开，删去多余内容，另存为 .xlsx",
    "sheet_twice": "里有两张“{sheet}”表，程序不知道写到哪一张。请合成一张，另一张改名",
    "row_gone": "的“{sheet}”表第{row}行已经不在原处，未写入。请重新运行；仍不行的，检查该表",
    "column_missing": "的“{sheet}”表缺少“{column}”一栏，未写入。请把这一栏的表头补上",
    "merged": "的“{sheet}”表{cell}在合并单元格里，未写入。请取消合并",
    "formula": "的“{sheet}”表{cell}里有成片的公式，未写入。请清除这一格的公式",
}


def _refusal(name: str, amended: Amended) -> BookError:
    """Why a book is not amended, and what to do."""
    code, facts = amended.code, amended.facts
    if code == "sheet_missing":
        return BookError(_lacking_sheet(name, facts["sheet"]), code="book_sheet_missing", book=name, **facts)
    if code == "other_form":
        title = facts.get("title")
        what = f"内容是《{title}》" if title else "内容无法识别为任何一张表"
        return BookError(
            f"{name}{what}，不是这个文件名该有的表，未写入。请把文件放回原处，或另取文件名。",
            code="book_of_other_form",
            book=name,
        )
    return BookError(f"{name}{_REFUSALS[code].format(**facts)}，再重新运行。", code=f"book_{code}", book=name, **facts)
