"""Checks an archive by itself, as whoever has nothing else can, and several of them for how they follow on each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lzxl.archive.container import FORMAT
from lzxl.children import MEMORY, SIZE, TIME, Limits, ask, told_text
from lzxl.errors import UnreadableError

_TEXTS = {
    "file_changed": "内容被改动：{place}",
    "file_missing": "缺少文件：{place}",
    "file_added": "多出文件（不在清单里）：{place}",
    "file_renamed": "文件被改名：{place} → {other}",
    "file_twice": "同名文件有两个：{place}",
    "cut_off": "压缩包不完整，在“{place}”处断开，其后的文件都没有了",
    "container_changed": "文件之间的压缩包结构被改动，或整包被重新打包过：{place}",
    "list_damaged": "清单 {place} 第{other}行无法识别",
    "list_empty": "清单 {place} 里没有一个文件",
    "list_changed": "清单 {place} 被改动：“{other}”一行与文件不符",
    "list_incomplete": "清单 {place} 不全：没有 {other}",
    "head_unreadable": "{place} 缺少或无法识别",
    "item_incomplete": "归档文件目录里有、压缩包里没有：{place}",
    "item_unlisted": "压缩包里有、归档文件目录里没有：{place}",
    "too_large": "{place} 展开后过大，未再往下核对",
    "seal_differs": "封存值不符：这份归档的是 {other}，与给出的不同",
    "signature_missing": "应有数字签名而没有（{place}）",
    "signature_wrong": "数字签名不符（{place}）",
    "key_other": "归档里的公钥与给出的公钥不同：不是用这把钥匙签的",
    "chain_wrong": "与上一期不衔接：本卷记着上一期（{other}）的封存值，与给出的那份不同",
    "companion_wrong": "两卷不是一次归档的：本卷记着另一卷的封存值，与给出的那份不同",
}
_END = "结尾"
_TAKEN_OVER = "核对程序中途停止"


@dataclass(frozen=True)
class Damage:
    """Something that is not as it was sealed. `place`: the file, "" for the archive."""

    code: str
    place: str = ""
    other: str = ""

    @property
    def text(self) -> str:
        place = self.place or (_END if self.code in ("cut_off", "container_changed") else "")
        return _TEXTS[self.code].format(place=place, other=self.other)


@dataclass(frozen=True)
class Link:
    """Another archive that this one names, by the digest of its list. `period`: which one it is of."""

    period: str
    volume: str
    seal: str


@dataclass(frozen=True)
class Verified:
    """What was found of an archive."""

    path: Path
    format: int
    bureau: str
    period: str
    volume: str
    """Its title."""
    number: int
    """Which archive of that volume it is."""
    seal: str
    """封存值: SHA-256 of SHA256SUMS.txt; who has it written down elsewhere can tell an archive that was made anew."""
    seal_sm3: str
    content: str
    """Digest of the files of the year alone: the same for two archives of the same files."""
    public_key: str
    """The PEM of the key that lies in it, "" if none does."""
    signature: str
    """"none", "own" (by the key that lies in it) or "trusted" (by a key that was given)."""
    previous: Link | None
    companion: Link | None
    items: int
    files: Mapping[str, tuple[int, str]]
    """Entry → (size, SHA-256)."""
    faults: tuple[Damage, ...]
    locked: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    chained: str = "unchecked"
    """"none": it names no archive before it; "unchecked": that was not given; "right" or "wrong"."""
    has_key: bool = False
    has_seal: bool = False

    @property
    def is_newer(self) -> bool:
        """Whether a later lzxl made it: what this one does not know of was not judged."""
        return self.format > FORMAT

    def as_data(self) -> dict[str, Any]:
        """For programs; the keys are a contract."""
        return {
            "file": self.path.name,
            "bureau": self.bureau,
            "period": self.period,
            "volume": self.volume,
            "number": self.number,
            "seal": self.seal,
            "seal_sm3": self.seal_sm3,
            "signature": self.signature,
            "chain": self.chained,
            "listed": self.items,
            "files": len(self.files),
            "faults": [
                {"code": one.code, "file": one.place, "other": one.other, "text": one.text} for one in self.faults
            ],
            "passwords": list(self.locked),
            "programs": list(self.programs),
        }


def verify(path: Path, public_key: str = "", seal: str = "") -> Verified:
    """Check an archive by itself. `public_key`: that of the office as whoever checks has it (PEM); `seal`: its 封存值 likewise.

    Raises UnreadableError for a file that is not there or is no archive of ours.
    """
    try:
        size = path.stat().st_size
        # Whoever may look into the folder gets the size, whether they may read the file or not.
        path.open("rb").close()
    except OSError:
        raise UnreadableError(f"{path} 无法读取，请核对路径和权限。", code="archive_not_found", path=path) from None
    limits = Limits(
        # Every byte is digested twice, by SHA-256 and by SM3: the time grows with the archive.
        processor_seconds=60 + size // (4 * 1024**2),
        wall_seconds=120 + size / (2 * 1024**2),
        answer_bytes=512 * 1024**2,
    )
    lines = []
    # PowerShell's Get-FileHash writes a digest in capitals; the seal is compared letter by letter.
    with ask("lzxl.archive.judge", path, {"public_key": public_key, "seal": seal.strip().lower()}, limits) as answer:
        for told, _ in answer:
            lines.append(told)
        if answer.trouble:
            why = {MEMORY: "占用内存过多", TIME: "用时过长", SIZE: "内容过多"}.get(answer.trouble, _TAKEN_OVER)
            raise UnreadableError(f"{path} 无法核对：{why}。它可能不是归档文件。", code="archive_unreadable", path=path)
    try:
        found = _verified(path, lines)
    except (TypeError, ValueError, KeyError, AttributeError):
        raise UnreadableError(f"{path} 无法核对：{_TAKEN_OVER}。", code="archive_unreadable", path=path) from None
    if found.format == 0:
        raise UnreadableError(f"{path} 不是本程序做的归档文件。", code="not_an_archive", path=path)
    return replace(found, has_key=bool(public_key), has_seal=bool(seal))


def _verified(path: Path, lines: Sequence[Any]) -> Verified:
    """What a child told, of the types that it should have; it may have been taken over."""
    files, faults, told = dict[str, tuple[int, str]](), list[Damage](), dict[str, Any]()
    for kind, *rest in lines:
        if kind == "file":
            name, size, digest = rest
            files[told_text(name)] = (int(size), told_text(digest))
        elif kind == "finding":
            code, place, other = map(told_text, rest)
            # A code without a sentence would break the report that tells of it, long after the child has ended.
            faults.append(Damage(code if code in _TEXTS else "head_unreadable", place, other))
        else:
            told = dict(rest[0])
    head = told.get("head", {})
    volume = _part(head, "volume")
    previous, companion = _link(head.get("previous")), _link(head.get("companion"))
    return Verified(
        path,
        int(told["format"]),
        _text(head, "bureau"),
        _text(head, "period"),
        _text(volume, "title"),
        _number(head.get("number")),
        _text(told, "seal"),
        _text(told, "seal_sm3"),
        _text(head, "content"),
        _text(told, "public_key"),
        _text(told, "signature") or "none",
        previous,
        companion,
        len(items) if isinstance(items := head.get("catalogue"), list) else 0,
        files,
        tuple(faults),
        tuple(told_text(name) for name in told.get("locked", ())),
        tuple(told_text(name) for name in told.get("programs", ())),
        "unchecked" if previous is not None else "none",
    )


def _part(data: Any, name: str) -> Mapping[str, Any]:
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    return told_text(value) if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) and 0 < value < 10_000 else 0


def _link(data: Any) -> Link | None:
    if not isinstance(data, dict):
        return None
    return Link(_text(data, "period"), _text(data, "volume"), _text(data, "sha256"))


@dataclass
class _Shelf:
    """Archives that lie side by side, by what they are of."""

    by_seal: set[str] = field(default_factory=set)
    by_name: set[tuple[str, str]] = field(default_factory=set)

    def judge(self, link: Link) -> str:
        # The seal first: of a year that was archived twice, two of one name lie here, and only one is the one meant.
        if link.seal in self.by_seal:
            return "right"
        return "wrong" if (link.period, link.volume) in self.by_name else "unchecked"


def verify_all(paths: Sequence[Path], public_key: str = "", seal: str = "") -> list[Verified]:
    """Check archives, and of each whether those it names are the ones that were given with it. Raises as `verify`."""
    found = [verify(path, public_key, seal) for path in paths]
    shelf = _Shelf({one.seal for one in found}, {(one.period, one.volume) for one in found})
    return [_chained(one, shelf) for one in found]


def _chained(one: Verified, shelf: _Shelf) -> Verified:
    faults = list(one.faults)
    chained = one.chained
    if one.previous is not None:
        chained = shelf.judge(one.previous)
        if chained == "wrong":
            faults.append(Damage("chain_wrong", other=one.previous.period))
    if one.companion is not None and shelf.judge(one.companion) == "wrong":
        faults.append(Damage("companion_wrong"))
    return replace(one, faults=tuple(faults), chained=chained)
