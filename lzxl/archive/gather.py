"""What of a campaign's folder goes into its archive, and as what: every file has one place, or is named as left out."""

from __future__ import annotations

import hashlib
import stat
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import lzxl
from lzxl.archive.container import BASIS, CONTENT
from lzxl.archive.lists import list_bytes
from lzxl.campaign.archive import is_left_behind
from lzxl.campaign.books import book_path
from lzxl.campaign.config import CONFIG_NAME
from lzxl.campaign.folder import Campaign
from lzxl.campaign.ledger import Ledger, Receipt
from lzxl.campaign.places import HELD, RECEIVED, RETURNED
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.data import schemas_folder
from lzxl.errors import UnreadableError
from lzxl.forms.archive import ArchiveTable, Group
from lzxl.forms.load import book_ids, load_form, load_forms, unit_form_ids

MAILS = ".lzxl/mail"
"""Where the mails lie as they came in."""
ARCHIVED_MAILS = "原始邮件"
# What no name may have on Windows; in a zip file folders end in / alone, on any system (APPNOTE 4.4.17).
_UNFIT = frozenset('\\:*?"<>|')
# A zip has 16 bits for the bytes of a name: so many signs fit whatever they are.
_LONGEST_ENTRY = 4000


@dataclass(frozen=True)
class Kept:
    """One file of an archive. `source`: where it lies, or its bytes where the program wrote it."""

    entry: str
    source: Path | bytes
    group: Group
    unit: str = ""
    """Code of the unit that filed it; "" where no unit did."""
    form: str = ""
    """The form that it is, by its title."""


@dataclass(frozen=True)
class Gathered:
    """All that is archived, in the order of the entries' names, and the files of the folder that are not."""

    files: tuple[Kept, ...]
    left_out: tuple[str, ...]


def gather(campaign: Campaign, table: ArchiveTable) -> Gathered:
    """Look through the folder. Raises UnreadableError for a link, and for what is no file: nobody knows what it leads to."""
    found: list[Kept] = []
    left_out: list[str] = []
    found += _written(campaign, table)
    found += _own_files(campaign, table)
    for name in (RECEIVED, RETURNED):
        for path in _files(campaign, campaign.folder(name), left_out):
            found.append(_filed(campaign, table, path))
    for name in dict.fromkeys(group.folder for group in table.of("folder")):
        for path in _files(campaign, campaign.folder(name), left_out):
            found.append(_in_folder(campaign, table, name, path))
    for group in table.of("held"):
        held = list(_files(campaign, campaign.folder(HELD), left_out))
        if held:
            found.append(Kept(f"{CONTENT}待查清单.csv", _held(campaign, held), group))
    for group in table.of("mails"):
        for path in _files(campaign, campaign.folder(MAILS), left_out):
            place = path.relative_to(campaign.folder(MAILS)).as_posix()
            found.append(Kept(f"{CONTENT}{ARCHIVED_MAILS}/{place}", path, group))
    return Gathered(tuple(_named_apart(found)), tuple(sorted(left_out)))


def _written(campaign: Campaign, table: ArchiveTable) -> Iterator[Kept]:
    """What the year was judged by, and what the program knows of what came in."""
    schemas = schemas_folder()
    for group in table.of("schemas"):
        for path in sorted(schemas.rglob("*.yaml")):
            yield Kept(f"{BASIS}schemas/{path.relative_to(schemas).as_posix()}", path.read_bytes(), group)
        yield Kept(f"{BASIS}版本.txt", _versions().encode(), group)
    if campaign.ledger_path.is_file():
        for group in table.of("receipts"):
            yield Kept(f"{CONTENT}收件登记.csv", _receipts(campaign), group)


def _versions() -> str:
    lines = [f"lzxl {lzxl.__version__}", *(f"{form.title} {form.version}" for form in load_forms().values())]
    return "\n".join(lines) + "\n"


def _receipts(campaign: Campaign) -> bytes:
    """Everything that came in, one a line. Neither what files were called nor why they were returned: both may name people."""
    ledger = Ledger(campaign.ledger_path)
    try:
        receipts = ledger.receipts()
    finally:
        ledger.close()
    titles = ("收到日期", "单位", "表", "期次", "版次", "状态", "须改正", "请核对", "原件存放", "SHA-256")
    return list_bytes(titles, map(_receipt_told, receipts))


def _receipt_told(one: Receipt) -> Sequence[object]:
    form = load_form(one.form).title if one.form in load_forms() else one.form
    told = (one.version or "", one.state.chinese, one.errors, one.warnings, one.path, one.sha256)
    return one.received, one.unit, form, one.round, *told


def _held(campaign: Campaign, paths: Iterable[Path]) -> bytes:
    """What lies in 待查, one a line: nobody's yet, and so not taken in, but not to be forgotten."""
    return list_bytes(("文件", "字节数", "SHA-256"), (_held_told(campaign, path) for path in paths))


def _held_told(campaign: Campaign, path: Path) -> Sequence[object]:
    shown = campaign.relative(path)
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            return _readable(shown), stream.tell(), digest
    except OSError:
        raise _unreadable(shown) from None


def _own_files(campaign: Campaign, table: ArchiveTable) -> Iterator[Kept]:
    """Settings, roster and books."""
    for kind, name in (("settings", CONFIG_NAME), ("roster", ROSTER_NAME)):
        yield from (_plain(campaign, campaign.root / name, group) for group in table.of(kind))
    for form_id in book_ids():
        path = book_path(campaign, form_id)
        group = next(one for one in table.of("books") if not one.forms or form_id in one.forms)
        # A link that leads nowhere does not exist to Python: it would be passed over in silence, not refused.
        if path.is_symlink() or path.exists():
            yield _plain(campaign, path, group)


def _plain(campaign: Campaign, path: Path, group: Group) -> Kept:
    _refuse_odd(path, campaign.relative(path))
    return Kept(CONTENT + campaign.relative(path), path, group)


def _files(campaign: Campaign, folder: Path, left_out: list[str]) -> Iterator[Path]:
    """The files below a folder, by name. What a program left behind is put on the list of what is left out."""
    if not folder.exists():
        return
    try:
        # A folder gives its files in no order of its own, and the same files must make the same archive.
        paths = sorted(folder.iterdir())
    except OSError:
        raise _unreadable(campaign.relative(folder)) from None
    for path in paths:
        shown = campaign.relative(path)
        if is_left_behind(path.name):
            left_out.append(shown)
        # A link to a folder is a folder to Python: it could lead out of the campaign, or round in a circle.
        elif path.is_dir() and not path.is_symlink():
            yield from _files(campaign, path, left_out)
        else:
            _refuse_odd(path, shown)
            yield path


def _refuse_odd(path: Path, shown: str) -> None:
    try:
        # Of what lies there itself: stat tells of what a link leads to.
        mode = path.lstat().st_mode
    except OSError:
        raise _unreadable(shown) from None
    if stat.S_ISLNK(mode):
        raise UnreadableError(
            f"{_readable(shown)} 是指向别处的链接，归档不收链接。请换成文件本身，再重新运行。",
            code="archive_link",
            path=shown,
        )
    if not stat.S_ISREG(mode):
        raise UnreadableError(
            f"{_readable(shown)} 不是普通文件，不能归档。请移走后重新运行。", code="archive_no_file", path=shown
        )


def _unreadable(shown: str) -> UnreadableError:
    return UnreadableError(
        f"{_readable(shown)} 无法读取，未写出归档。请检查权限和磁盘后重新运行。", code="archive_unreadable", path=shown
    )


def _readable(shown: str) -> str:
    return shown.encode(errors="backslashreplace").decode()


def _filed(campaign: Campaign, table: ArchiveTable, path: Path) -> Kept:
    """An original or a return: whose, and of which form, its place says."""
    place = Path(campaign.relative(path)).parts
    unit = place[1].partition("_")[0] if len(place) > 2 else ""
    form_id = _form_at(place)
    groups = list(table.of("filed"))
    group = next(one for one in groups if not one.forms or form_id in one.forms)
    title = load_form(form_id).title if form_id else ""
    return Kept(CONTENT + campaign.relative(path), path, group, unit, title)


def _form_at(place: tuple[str, ...]) -> str:
    """The form of a file below a unit's folder, "" if it lies among none."""
    titles = {load_form(form_id).title: form_id for form_id in unit_form_ids()}
    names = place[2:]
    return next((titles[title] for name in names for title in titles if name.startswith(title)), "")


def _in_folder(campaign: Campaign, table: ArchiveTable, folder: str, path: Path) -> Kept:
    own = (group for group in table.of("folder") if group.folder == folder)
    # A Mac may have stored the name in pieces, letter and accent apart; patterns go sign by sign.
    name = unicodedata.normalize("NFC", path.name)
    group = next(one for one in own if not one.names or any(fnmatchcase(name, pattern) for pattern in one.names))
    return Kept(CONTENT + campaign.relative(path), path, group)


def _named_apart(found: list[Kept]) -> list[Kept]:
    """The files under names that every system can unpack side by side, by name."""
    taken: set[str] = set()
    files = []
    # A name of a file is bytes to Linux: what is no UTF-8 in it comes as half
    # characters, which no encoding takes otherwise.
    for kept in sorted(found, key=lambda kept: kept.entry.encode(errors="surrogateescape")):
        name, number = fit_name(kept.entry), 1
        while _alike(name) in taken:
            number += 1
            stem, dot, suffix = fit_name(kept.entry).rpartition(".")
            name = f"{stem}_{number}.{suffix}" if dot and "/" not in suffix else f"{fit_name(kept.entry)}_{number}"
        taken.add(_alike(name))
        files.append(Kept(name, kept.source, kept.group, kept.unit, kept.form))
    return sorted(files, key=lambda kept: kept.entry)


def _alike(name: str) -> str:
    """The same for names that one system or another takes for the same."""
    return unicodedata.normalize("NFKC", name).casefold()


def fit_name(name: str) -> str:
    """A path as it can stand in an archive: NFC, and no sign that a system or a list of digests trips over."""
    parts = unicodedata.normalize("NFC", name).encode(errors="backslashreplace").decode().split("/")
    fit = []
    for part in parts:
        cleaned = "".join("_" if _is_unfit(sign) else sign for sign in part)
        # Windows drops blanks and dots at the end of a name: what is unpacked there would be called otherwise than it is listed.
        fit.append(cleaned.rstrip(" .") or "_")
    return "/".join(fit)[:_LONGEST_ENTRY]


def _is_unfit(sign: str) -> bool:
    return sign in _UNFIT or unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp")
