"""四性检测 of an archive (DA/T 70): 真实性, 完整性, 可用性, 安全性, each item with what was found and what a person has to do."""

from __future__ import annotations

from dataclasses import dataclass

from lzxl.archive.verify import Verified

PASSED, FAILED, OPEN = "通过", "不通过", "请人工核对"

_COMPLETE = frozenset({"file_missing", "file_added", "file_renamed", "cut_off", "item_incomplete", "item_unlisted"})
_CONTENT = frozenset({"file_changed", "list_changed", "list_damaged", "list_empty", "list_incomplete"})
_PACKAGE = frozenset({"container_changed", "file_twice", "too_large", "head_unreadable"})
_MOST_NAMED = 3


@dataclass(frozen=True)
class Checked:
    """One item of the report."""

    nature: str
    item: str
    result: str
    text: str


def natures(one: Verified) -> list[Checked]:
    """The report, item by item."""
    return [*_authentic(one), *_complete(one), *_usable(one), *_safe(one)]


def _of(one: Verified, nature: str, item: str, codes: frozenset[str], good: str) -> Checked:
    """An item that is judged by faults of some codes."""
    found = [fault.text for fault in one.faults if fault.code in codes]
    if not found:
        return Checked(nature, item, PASSED, good)
    more = f"；等{len(found)}处" if len(found) > _MOST_NAMED else ""
    return Checked(nature, item, FAILED, "；".join(found[:_MOST_NAMED]) + more)


def _authentic(one: Verified) -> list[Checked]:
    nature = "真实性"
    content = _of(one, nature, "内容未被改动", _CONTENT, f"{len(one.files)}个文件的 SHA-256、SM3 与清单相符")
    return [content, _origin(one, nature), _seal(one, nature), _chain(one, nature)]


def _origin(one: Verified, nature: str) -> Checked:
    codes = frozenset({"signature_missing", "signature_wrong", "key_other"})
    good = {
        "trusted": "数字签名与所给的公钥相符",
        "own": "数字签名与归档里的公钥相符；公钥是否为本局所有，请与另行公布的核对（--key）",
        "none": "没有数字签名，来源请以移交手续为准",
    }[one.signature if one.signature in ("trusted", "own") else "none"]
    checked = _of(one, nature, "来源（数字签名）", codes, good)
    if checked.result == PASSED and one.signature != "trusted":
        return Checked(nature, checked.item, OPEN, good)
    return checked


def _seal(one: Verified, nature: str) -> Checked:
    checked = _of(one, nature, "封存值", frozenset({"seal_differs"}), "与所给的相同")
    if checked.result == PASSED and not one.has_seal:
        return Checked(nature, checked.item, OPEN, f"请与归档时另行记下的比较：{one.seal}")
    return checked


def _chain(one: Verified, nature: str) -> Checked:
    item = "与上一期衔接"
    if one.chained == "none":
        return Checked(nature, item, PASSED, "归档时没有上一期的归档，这是第一份")
    if one.chained == "unchecked":
        period = one.previous.period if one.previous is not None else ""
        return Checked(nature, item, OPEN, f"记有上一期（{period}）的封存值；请与上一期的归档一起核对")
    codes = frozenset({"chain_wrong", "companion_wrong"})
    return _of(one, nature, item, codes, "与上一期归档的封存值相符")


def _complete(one: Verified) -> list[Checked]:
    nature = "完整性"
    good = f"归档文件目录{one.items}件，文件一个不缺，一个不多"
    return [_of(one, nature, "件数和文件数", _COMPLETE, good)]


def _usable(one: Verified) -> list[Checked]:
    nature = "可用性"
    package = _of(one, nature, "信息包可用", _PACKAGE, "普通 zip，未加密、未压缩，结构完好")
    if one.is_newer:
        text = f"归档格式（{one.format}）比本程序新，只核对了文件和清单；结构请用新版 lzxl 核对"
        package = Checked(nature, package.item, OPEN if package.result == PASSED else FAILED, text)
    if one.locked:
        text = f"{len(one.locked)}个文件设有打开密码，请另存一份不设密码的：{_named(one.locked)}"
        return [package, Checked(nature, "内容可读", OPEN, text)]
    return [package, Checked(nature, "内容可读", PASSED, "没有设打开密码的文件")]


def _safe(one: Verified) -> list[Checked]:
    nature = "安全性"
    if one.programs:
        programs = Checked(nature, "可执行文件", OPEN, f"{len(one.programs)}个，不要运行：{_named(one.programs)}")
    else:
        programs = Checked(nature, "可执行文件", PASSED, "没有程序、脚本和快捷方式")
    # DA/T 70 asks for both; neither is to be seen in the bytes of an archive.
    virus = Checked(nature, "病毒查杀、载体", OPEN, "请用本单位的杀毒软件查杀，并检查存放的载体")
    return [programs, virus]


def _named(names: tuple[str, ...]) -> str:
    return "、".join(names[:_MOST_NAMED]) + (f"等{len(names)}个" if len(names) > _MOST_NAMED else "")
