"""The campaign folder: where everything is, how it begins, and how it is found again."""

from __future__ import annotations

import datetime
import os
import re
import unicodedata
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from lzxl.campaign.cache import ReadAhead
from lzxl.campaign.config import CONFIG_NAME, LONGEST_TEXT, Config, config_text, load_config
from lzxl.campaign.found_before import FoundBefore
from lzxl.campaign.mail_settings import is_mail_address
from lzxl.campaign.places import ARCHIVED, HELD, LETTERS, PUBLISHED, RECEIVED, RETURNED, SENT, SUMMARY
from lzxl.campaign.roster import ROSTER_NAME, Roster, load_roster
from lzxl.campaign.rounds import title_of
from lzxl.checks.judged_alone import JudgedAlone
from lzxl.errors import ConfigError, UsageError
from lzxl.files import output_to, sweep, unfit_sign, writing
from lzxl.forms.appraisal import AppraisalScheme, load_appraisal, own_scheme
from lzxl.forms.grading import GradingTable
from lzxl.forms.load import load_grading
from lzxl.forms.people import People
from lzxl.forms.roster import ROSTER_FORM, Unit
from lzxl.year.resolved import Resolved

_FOLDERS = (SENT, RECEIVED, RETURNED, HELD, SUMMARY, LETTERS, PUBLISHED, ARCHIVED)
# What Windows refuses, and signs of no width and of direction: with one of those, two names look the same.
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+')


@dataclass(frozen=True)
class Campaign:
    """One campaign folder. `origin`: the folder that it is a copy of, to try things on; None if it is the campaign itself."""

    root: Path
    origin: Path | None = None

    @property
    def home(self) -> Path:
        """The folder that is the campaign itself, be this a copy of it: what settings and people name is meant from there."""
        return self.origin or self.root

    @cached_property
    def config(self) -> Config:
        return load_config(self.root / CONFIG_NAME)

    @cached_property
    def _roster(self) -> Roster:
        return load_roster(self.root / ROSTER_NAME, self.ahead, JudgedAlone(FoundBefore(self.root, "roster")))

    @cached_property
    def units(self) -> dict[str, Unit]:
        """The units of the roster by code, in the roster's order. Raises ConfigError if the roster has errors."""
        return self._roster.units

    @property
    def unit_names(self) -> dict[str, str]:
        """Code → name of each unit of the roster."""
        return {code: unit.name for code, unit in self.units.items()}

    @cached_property
    def people(self) -> People:
        """Who serves in which unit, and when; empty if the roster does not tell. Raises ConfigError as `units` does."""
        return self._roster.people

    @cached_property
    def ahead(self) -> ReadAhead:
        """What has been read of the campaign's files before it was asked for."""
        return ReadAhead()

    @cached_property
    def books_read(self) -> dict[str, str]:
        """Form id → SHA-256 of the office's book as it was last read or written here."""
        return {}

    @cached_property
    def judged(self) -> JudgedAlone:
        """What was found of submissions by themselves: a run asks how the round stands more than once."""
        return JudgedAlone(FoundBefore(self.root, "submissions"))

    @cached_property
    def resolved(self) -> dict[Hashable, Resolved]:
        """State of the books that it was read from → what the leading group decided; the latest only."""
        return {}

    @cached_property
    def grading(self) -> GradingTable:
        return load_grading(self.config.grading_scheme, self.config.open_cells)

    @cached_property
    def appraisal(self) -> AppraisalScheme:
        """How scores become results and grades here."""
        settings = self.config.appraisal
        return own_scheme(CONFIG_NAME, settings) if settings else load_appraisal()

    def folder(self, name: str) -> Path:
        return self.root / name

    def unit_folder(self, name: str, unit: Unit) -> Path:
        return self.root / name / f"{unit.code}_{safe_name(unit.name)}"

    @property
    def ledger_path(self) -> Path:
        return self.root / ".lzxl" / "ledger.sqlite"

    def relative(self, path: Path) -> str:
        """A path as people see it: from the campaign folder on, with forward slashes."""
        return path.relative_to(self.root).as_posix()


def safe_name(text: str, limit: int = 180) -> str:
    """A text as part of a file name, the same on every system: NFC, nothing that a file system or a screen trips over.

    `limit`: bytes of UTF-8, of which a file system takes 255 for a whole name.
    """
    # Windows drops dots and blanks at the end of a name: what was written would not be found under it.
    cleaned = _UNSAFE.sub("_", unicodedata.normalize("NFC", text)).strip(" ._")
    # Cut by bytes, the last sign may be cut in two: what is left of it is dropped.
    return cleaned.encode(errors="replace")[:limit].decode(errors="ignore").rstrip(" .") or "未命名"


def sent_path(campaign: Campaign, unit: Unit, form_id: str, label: str = "") -> Path:
    """Where a unit's workbook to fill in is; `label`: of the round that it is for."""
    return campaign.unit_folder(SENT, unit) / f"{title_of(form_id, label)}_{unit.code}_{safe_name(unit.name)}.xlsx"


def create_campaign(
    root: Path,
    bureau: str,
    period: str,
    deadline: datetime.date,
    contact: str = "",
    address: str = "",
    previous: Path | None = None,
) -> Campaign:
    """A new campaign folder with settings and an empty roster, or that of the last period. Raises UsageError if there is one already.

    `contact`, `address`: what letters say of the office, a person with a telephone number and its mailbox; "" if not known.
    `previous`: the folder of the last period, from whose roster it starts, with its people and their former names. Raises
    ConfigError if it is none, or its roster has errors.
    """
    from lzxl.campaign.books import write_first_books
    from lzxl.campaign.lock import holding

    _refuse_settings(bureau, period, address)
    _refuse_place(root)
    roster = _roster_of(previous) if previous is not None else b""
    with output_to(root):
        for name in (*_FOLDERS, ".lzxl"):
            (root / name).mkdir(parents=True, exist_ok=True)
        if os.name == "posix":
            # Warnings about named colleagues: nobody else's business.
            root.chmod(0o700)
    with holding(root):
        for name in (ROSTER_NAME, CONFIG_NAME):
            sweep(root, name)
        if not (root / ROSTER_NAME).exists():
            _write_roster(root, period, roster)
        write_first_books(root, period)
        # Written last: a folder is a campaign once its settings are there.
        with writing(root / CONFIG_NAME) as path:
            settings = config_text(bureau, period, deadline, contact, address, _path_from(root, previous))
            path.write_text(settings, encoding="utf-8")
    return Campaign(root)


def _refuse_settings(bureau: str, period: str, address: str) -> None:
    """Raises UsageError for a name, a period or an address that a campaign cannot have."""
    for title, text in (("本局名称", bureau), ("填报期次", period)):
        if not text.strip():
            raise UsageError(f"{title}不能为空。", code="setting_empty")
        if len(text.encode(errors="replace")) > LONGEST_TEXT:
            raise UsageError(f"{title}太长，请缩短到{LONGEST_TEXT // 3}个字以内。", code="setting_too_long")
    if address and not is_mail_address(address):
        raise UsageError(
            f"办公室邮箱“{address}”有误，请写成 lzb@example.gov.cn 的样式。", code="address_malformed", address=address
        )
    if sign := unfit_sign(period):
        raise UsageError(
            f"填报期次要用在文件名里，不能有 {sign} ，请改掉，如“2026年上半年”。",
            code="period_not_a_file_name",
            sign=sign,
        )


def _refuse_place(root: Path) -> None:
    """Raises UsageError where no campaign can begin: at a file, in a campaign, or inside of one."""
    if root.is_file():
        raise UsageError(f"{root} 是一个文件，请换一个文件夹名。", code="folder_is_a_file", root=root)
    if (root / CONFIG_NAME).exists():
        raise UsageError(f"{root} 里已经有填报批次，请换一个文件夹，或直接使用它。", code="campaign_exists", root=root)
    outer = find_campaign(root.resolve().parent)
    if outer is not None:
        raise UsageError(
            f"{root} 在另一个填报批次（{outer.root}）里面，请换到外面的文件夹。",
            code="campaign_inside_another",
            root=root,
        )


def _write_roster(root: Path, period: str, last: bytes) -> None:
    """The roster that a campaign begins with: that of the last period, or a blank one."""
    from lzxl.campaign.books import blank_book

    with writing(root / ROSTER_NAME) as path:
        path.write_bytes(last or blank_book(ROSTER_FORM, period))


def _roster_of(previous: Path) -> bytes:
    """The roster of the last period as its file is, once it has been read without a fault."""
    last = find_campaign(previous, upwards=False) if previous.is_dir() else None
    if last is None:
        raise ConfigError(
            f"上一期的文件夹有误：{previous} 里没有 {CONFIG_NAME}。请核对 --previous。",
            code="previous_no_campaign",
            folder=previous,
        )
    assert last.units is not None  # raises where it has errors
    return (last.root / ROSTER_NAME).read_bytes()


def _path_from(root: Path, previous: Path | None) -> str:
    """The folder of the last period as the settings in `root` name it; "" if there is none."""
    if previous is None:
        return ""
    try:
        return Path(os.path.relpath(previous.resolve(), root.resolve())).as_posix()
    except ValueError:  # on another drive of Windows
        return previous.resolve().as_posix()


def find_campaign(start: Path, upwards: bool = True) -> Campaign | None:
    """The campaign in `start`, or in the nearest folder above it; None if there is none."""
    for folder in (start, *start.parents) if upwards else (start,):
        if (folder / CONFIG_NAME).is_file():
            return Campaign(folder)
    return None


def require_campaign(start: Path, given: bool) -> Campaign:
    """The campaign in `start` (and above, unless `given` on the command line). Raises UsageError if there is none."""
    if given and not start.is_dir():
        raise UsageError(f"文件夹不存在：{start}", code="folder_not_found", start=start)
    campaign = find_campaign(start.resolve(), upwards=not given)
    if campaign is None:
        where = f"{start} 里" if given else "当前文件夹及其上级里"
        raise ConfigError(
            f"{where}找不到填报批次（{CONFIG_NAME}）。请用 lzxl -C 文件夹 指定，或先用 lzxl init 新建。",
            code="no_campaign",
            where=where,
        )
    return campaign
