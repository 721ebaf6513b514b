"""A dossier for those who come to inspect: what there is on one list, the papers, where each number comes from, and who may read
whose name. One zip in 归档, the same whenever it is made of the same files; whole or not at all."""

from __future__ import annotations

import itertools
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

from lzxl.archive import container
from lzxl.archive.container import CATALOGUE, SUMS, digests_of, sums_text
from lzxl.archive.gather import Kept, gather
from lzxl.archive.items import Item, itemised
from lzxl.archive.masking import Mask, ordinary_places, words_of_the_forms
from lzxl.archive.natures import natures
from lzxl.archive.pages import catalogue, report, trace_book
from lzxl.archive.seal import archives_in
from lzxl.archive.trace import Trace, trace_rows
from lzxl.archive.verify import verify_all
from lzxl.campaign.books import readable_books
from lzxl.campaign.folder import Campaign, safe_name
from lzxl.campaign.leaks import UNREADABLE, Secrets, leaks_in, secrets_of
from lzxl.campaign.places import ARCHIVED, SUMMARY
from lzxl.campaign.standing import Standing
from lzxl.campaign.typed import find_word
from lzxl.errors import UnreadableError
from lzxl.files import PRIVATE, writing
from lzxl.forms.archive import ArchiveTable, Audience, Group, Volume, load_archive_table
from lzxl.groups import apart
from lzxl.papers.figures import Figure

TOLD, TRACE, NATURES = "说明.txt", "数据出处.xlsx", "四性检测报告.xlsx"
_MOST_PLACES = 3
_MOST_NAMED = 5


@dataclass(frozen=True)
class Dossier:
    """A dossier that lies in 归档. `notes`: what is to be said of it."""

    path: Path
    files: int
    masked: int
    """At how many places a name gave way to a label."""
    left_out: tuple[str, ...]
    """What names somebody and could not be masked."""
    notes: tuple[str, ...]


def find_audience(text: str) -> Audience:
    """Whom it is for. Raises UsageError with those that there are."""
    audiences = {one.audience: one for one in load_archive_table().audiences}
    return audiences[find_word(text, "种用途", tuple(audiences))]


def make_dossier(
    campaign: Campaign,
    standing: Standing,
    audience: Audience,
    summary: Path,
    figures: Sequence[Figure],
    words: Sequence[str] = (),
) -> Dossier:
    """Write it. `figures`: those of the report on the summary; `words`: names that were confirmed to be ordinary words.

    Raises UnreadableError for a file that cannot be read, OutputError where the disk does not take it: nothing was written then.
    """
    work = _Work(campaign, standing, audience, summary, words)
    files = work.files()
    files[TRACE] = work.masked(TRACE, work.trace(figures))
    checked = work.natures()
    if checked is not None:
        files[NATURES] = work.masked(NATURES, checked)
    files[CATALOGUE] = work.masked(CATALOGUE, work.catalogue(files))
    files[TOLD] = work.masked(TOLD, work.told().encode())
    work.refuse_left(files)
    title = safe_name(f"迎检材料_{audience.audience}_{campaign.config.period}")
    path = campaign.folder(ARCHIVED) / f"{title}.zip"
    _write(path, files)
    return Dossier(path, len(files), work.mask.count, tuple(work.left_out), tuple(work.notes(checked is not None)))


class _Work:
    """One dossier while it is made."""

    def __init__(
        self, campaign: Campaign, standing: Standing, audience: Audience, summary: Path, words: Sequence[str]
    ) -> None:
        self.campaign, self.standing, self.audience, self.summary = campaign, standing, audience, summary
        self.table: ArchiveTable = load_archive_table()
        self.words = tuple(words)
        submissions = [*standing.counted, *standing.former]
        books = readable_books(campaign, "未制作迎检材料")
        everybody = secrets_of(campaign, [*submissions, *books], words)
        self.secrets = everybody if audience.masked else Secrets({})
        self.mask = Mask(self.secrets)
        self.left_out: list[str] = []
        self.kept: list[Kept] = []
        self.gathered = gather(campaign, self.table).files
        self.names: dict[str, str] = {}
        """Entry of the archive → its name in the dossier, of what is there."""
        self.absent: dict[str, str] = {}
        """Entry of the archive → why it is not there."""
        self.ordinary: Mapping[str, list[str]] = ordinary_places(self.secrets, submissions) if audience.masked else {}

    def files(self) -> dict[str, bytes]:
        """Entry → bytes of everything that goes in from the folder; what names somebody in spite of the mask is left out, and said."""
        found: dict[str, bytes] = {}
        for kept in self.gathered:
            unwanted = self._unwanted(kept)
            if unwanted:
                self.absent[kept.entry] = unwanted
                continue
            data = self.masked(kept.entry, _bytes_of(self.campaign, kept))
            name = _apart_from(found, self.shown(kept.entry))
            # The mask leaves what it does not read as text, such as GBK: all bytes are looked through once more.
            if self.audience.masked and any(leaks_in(name, data, self.secrets)):
                self.left_out.append(name)
                self.absent[kept.entry] = "人名不能遮去"
                continue
            self.kept.append(replace(kept, entry=name))
            self.names[kept.entry] = name
            found[name] = data
        return found

    def _unwanted(self, kept: Kept) -> str:
        """Why a file is not for these readers, "" if it is."""
        if kept.group.id not in self.audience.groups:
            return f"不供{self.audience.audience}"
        return "收入的是另一日的汇总" if self._is_old(kept) else ""

    def shown(self, text: str) -> str:
        """A text of the office as these readers see it."""
        return self.mask.text(text) if self.audience.masked else text

    def _is_old(self, kept: Kept) -> bool:
        """Whether it is a summary of another day than the one whose figures are traced."""
        group = self.table.groups
        is_summary = any(
            one is kept.group and one.folder == SUMMARY and one.names and fnmatchcase(self.summary.name, one.names[0])
            for one in group
        )
        return is_summary and isinstance(kept.source, Path) and kept.source.name != self.summary.name

    def masked(self, name: str, data: bytes) -> bytes:
        return self.mask.file(data) if self.audience.masked else data

    def trace(self, figures: Sequence[Figure]) -> bytes:
        trace = Trace(self.campaign, self.standing, self.summary)
        sources = [(one.sheet, one.unit, one.form, one.received, one.path, one.sha256) for one in trace.sources]
        config = self.campaign.config
        title = f"{config.bureau}{config.period}数据出处"
        return trace_book(title, self.summary.name, trace_rows(trace, figures), sources)

    def natures(self) -> bytes | None:
        """四性检测报告 of the archives that there are; None as long as the year is not archived."""
        folder = self.campaign.folder(ARCHIVED)
        archives = filter(None, (archives_in(folder, volume) for volume in self.table.volumes))
        paths = [numbered[-1][1] for numbered in archives]
        if not paths:
            return None
        found = verify_all(paths, "", "")
        rows = [(one.nature, one.item, one.result, one.text) for archive in found for one in natures(archive)]
        notes = [f"{one.path.name}：{one.volume}卷（第{one.number}次），封存值 {one.seal}" for one in found]
        return report("归档四性检测报告", notes, rows)

    def catalogue(self, files: Mapping[str, bytes]) -> bytes:
        """Every 件 of the year under the number that it has in the archive; of what is not there, why."""
        whole = itemised(self.campaign, self.table, self.gathered)
        items = [replace(item, title=self.shown(item.title), files=self._there(item)) for item in whole]
        absent = {item.number: told for item in whole if (told := self._lacking(item))}
        listed = {name: (len(data), digests_of([data]).sha256) for name, data in files.items()}
        volume = Volume("dossier", f"迎检（{self.audience.audience}）", "内部", restricted=True)
        config = self.campaign.config
        return catalogue(config.bureau, config.period, volume, self.table, items, listed, absent)

    def _there(self, item: Item) -> tuple[str, ...]:
        return tuple(self.names[entry] for entry in item.files if entry in self.names)

    def _lacking(self, item: Item) -> str:
        """What of a 件 is not there, and why; "" if it is whole."""
        reasons = dict.fromkeys(self.absent[entry] for entry in item.files if entry in self.absent)
        missing = len(item.files) - len(self._there(item))
        count = f"{missing}个" if missing < len(item.files) else ""
        return f"未收入{count}：{'、'.join(reasons)}" if missing else ""

    def told(self) -> str:
        """说明: what it is, for whom, and how it is checked."""
        config = self.campaign.config
        there = {kept.group.id for kept in self.kept}
        wanted, unwanted = apart(self.table.groups, lambda one: one.id in self.audience.groups)
        taken, lacking = apart(wanted, lambda one: one.id in there)
        lines = [
            f"{config.bureau}{config.period}廉政风险防控迎检材料（{self.audience.audience}）",
            f"收入：{_titles(taken)}。",
            *([f"应收入而本期没有的：{_titles(lacking)}。"] if lacking else []),
            f"按用途不收入：{_titles(unwanted)}。",
        ]
        if self.audience.masked:
            lines.append("材料里的人名、电话、邮箱已换成代号，同一人各处代号相同；原件在办公室。")
        if self.left_out:
            lines.append(f"因不能遮去人名而未收入：{'、'.join(self.left_out)}。")
        lines += [
            f"目录见 {CATALOGUE}，档号与本期归档相同；未收入的各件也列出，备注写明原因，可到办公室查阅。",
            f"每个数在汇总表的哪一格、如何算出、来自哪些文件，见 {TRACE}。",
            f"各文件的 SHA-256 在 {SUMS} 里，可用 sha256sum -c 核对。",
        ]
        return "\n".join(lines) + "\n"

    def refuse_left(self, files: Mapping[str, bytes]) -> None:
        """What the program itself wrote names nobody either. Raises UnreadableError: a dossier that does is not handed out."""
        if not self.audience.masked:
            return
        for name, data in files.items():
            leaks = list(leaks_in(name, data, self.secrets))
            if leaks:
                kind = leaks[0].kind if leaks[0].kind != UNREADABLE else "人名"
                raise UnreadableError(
                    f"{leaks[0].place}里还有{kind}，未写出迎检材料。请把这种情况报告给开发者。",
                    code="dossier_names_somebody",
                    place=leaks[0].place,
                )

    def notes(self, has_archive: bool) -> list[str]:
        """What is to be said: names that may be ordinary words, what could not be masked, that nothing is archived yet."""
        notes = []
        for secret, places in self.ordinary.items():
            if secret in self.mask.seen:
                more = "等" if len(places) > _MOST_PLACES else ""
                shown = "、".join(places[:_MOST_PLACES])
                notes.append(
                    f"“{secret}”是人名，也写在不该有人名的栏里（{shown}{more}），已一律换成代号；"
                    f"确属普通用词的，加 --word {secret} 重做。"
                )
        notes += [
            f"“{name}”是人名，也是表格、文书、文件夹名里的用词，已一律换成代号；确属普通用词的，加 --word {name} 重做。"
            for name in words_of_the_forms(self.secrets)
            if name in self.mask.seen and name not in self.ordinary
        ]
        notes += [f"“{word}”按普通用词处理，没有遮去。" for word in self.words]
        if self.left_out:
            more = "等" if len(self.left_out) > _MOST_NAMED else ""
            shown = "、".join(self.left_out[:_MOST_NAMED])
            notes.append(f"{len(self.left_out)}个文件里的人名不能遮去，未收入：{shown}{more}。")
        if not has_archive:
            notes.append("本期尚未归档，没有四性检测报告；先运行 lzxl archive。")
        return notes


def _apart_from(found: Mapping[str, bytes], name: str) -> str:
    """A name that no other file has: two that differed in a telephone only do not any more."""
    stem, dot, suffix = name.rpartition(".")
    names = (name if number == 1 else f"{stem}_{number}{dot}{suffix}" for number in itertools.count(1))
    return next(one for one in names if one not in found)


def _bytes_of(campaign: Campaign, kept: Kept) -> bytes:
    if isinstance(kept.source, bytes):
        return kept.source
    try:
        return kept.source.read_bytes()
    except OSError:
        raise UnreadableError(
            f"{campaign.relative(kept.source)} 无法读取，未写出迎检材料。请检查权限和磁盘；正在表格软件中打开的，请先关闭。",
            code="archive_unreadable",
            path=kept.source,
        ) from None


def _write(path: Path, files: Mapping[str, bytes]) -> None:
    """The zip, laid out as an archive is: what is told first, then the files by name; nothing in it says when it was made."""
    names = _in_order(files)
    sums = sums_text((name, digests_of([files[name]]).sha256) for name in names)
    every = {SUMS: sums, **{name: files[name] for name in names}}
    with writing(path) as temporary:
        # O_BINARY: as for an archive (`seal.py`), else Windows makes \r\n of each \n.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(temporary, flags, PRIVATE), "wb") as stream:
            directory = b""
            for name, data in every.items():
                known, offset = digests_of([data]), stream.tell()
                stream.write(container.local_header(name, known.checksum, known.size) + data)
                directory += container.directory_entry(name, known.checksum, known.size, offset)
            offset = stream.tell()
            stream.write(directory + container.end_record(len(every), len(directory), offset))


def _in_order(names: Collection[str]) -> list[str]:
    first = [name for name in (TOLD, CATALOGUE, TRACE, NATURES) if name in names]
    return [*first, *sorted(set(names) - set(first))]


def _titles(groups: Iterable[Group]) -> str:
    return "、".join(group.title for group in groups)
