"""What letters say of the workbooks that they are about: one paragraph each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lzxl.forms.findings import Finding
from lzxl.mail.wording import clean_line
from lzxl.states import ACCEPTABLE, FileState

_MOST_NAME = 120
_MOST_NOTES = 20
_MOST_PLACES = 10
# Enough to compare by; the ledger keeps the whole of it.
_SHOWN_OF_DIGEST = 8
_ACCEPTED_TOO = "以下已审核通过，无需重复报送："
_EXCHANGE = (
    "所用的不是本期的表。另附本期的表“{name}”，请换用它填报，原有内容可以粘贴；退回的那份只供对照，请勿修改后报回。"
)
_TO_EXCHANGE = (
    "所用的不是本期的表。本期的表由办公室另行发给，请收到后换用它填报，原有内容可以粘贴；"
    "退回的那份只供对照，请勿修改后报回。"
)
# What a unit can do about a file that cannot be read, where the reason is not known any more.
_SAVE_ANEW = "请用 Excel 或 WPS 打开该表，另存为 xlsx 格式后重新报送。"


@dataclass(frozen=True)
class Item:
    """One workbook that a letter speaks of. What is empty or 0 is not mentioned."""

    form_title: str
    """"" if the form is not known: the file's own name takes its place."""
    state: FileState
    file_name: str = ""
    """As the unit called it."""
    version: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)
    """Title of each table → number of its rows."""
    errors: int = 0
    warnings: int = 0
    received: str = ""
    sha256: str = ""
    reason: str = ""
    """Why it is not accepted, a Chinese phrase or sentence."""
    request: str = ""
    """What the unit is asked to do, a Chinese sentence."""
    enclosure: str = ""
    """The name of the attachment that goes with it: the marked return, or the workbook to fill in."""
    late: bool = False
    notes: tuple[str, ...] = ()
    """Further lines, e.g. what should be looked at."""

    @property
    def is_accepted(self) -> bool:
        """Whether it is done with."""
        return self.state in ACCEPTABLE


def item_values(items: Sequence[Item]) -> dict[str, str]:
    """What a letter says of the workbooks it is about."""
    accepted = sum(item.is_accepted for item in items)
    return {
        "表格清单": item_list(items),
        "份数": str(len(items)),
        "接收份数": str(accepted),
        "问题份数": str(len(items) - accepted),
        "须改正处数": str(sum(item.errors for item in items)),
        "请核对处数": str(sum(item.warnings for item in items)),
    }


def item_list(items: Sequence[Item]) -> str:
    """For 表格清单: each workbook with what is to be said of it; what is accepted comes after what is not."""
    in_order = sorted(items, key=lambda item: item.is_accepted)
    texts = [_item_text(number, item) for number, item in enumerate(in_order, 1)]
    open_ = sum(not item.is_accepted for item in items)
    if 0 < open_ < len(items):
        texts.insert(open_, _ACCEPTED_TOO)
    return "\n\n".join(texts) or "（无）"


def finding_notes(findings: Sequence[Finding]) -> tuple[str, ...]:
    """For the notes of an item: where something is to be looked at, what it is, and how to mend it."""
    notes = []
    for number, finding in enumerate(findings[:_MOST_PLACES], 1):
        place = " ".join(filter(None, (finding.sheet, finding.place.spoken))) or "整个文件"
        notes.append(f"（{number}）{place}：{finding.message}{finding.fix}")
    if len(findings) > _MOST_PLACES:
        notes.append(f"……另有{len(findings) - _MOST_PLACES}处，需要逐条清单的，请与办公室联系")
    return tuple(notes)


def exchange_note(name: str) -> str:
    """For the notes of a returned item that is not this period's workbook. `name`: of the one that is enclosed to be filled in
    instead; "" if there is none to enclose."""
    return _EXCHANGE.format(name=name) if name else _TO_EXCHANGE


def _item_text(number: int, item: Item) -> str:
    lines = [
        _headline(number, item),
        *_told_of_it(item),
        *_places_to_mend(item),
        *_notes(item),
        *_what_to_do(item),
    ]
    return "\n   ".join(lines)


def _headline(number: int, item: Item) -> str:
    """Which workbook it is, and how it stands."""
    name = clean_line(item.file_name, _MOST_NAME)
    version = f"　第{item.version}版" if item.version else ""
    return f"{number}. {_title(item, name)}{version}　{item.state.told}"


def _title(item: Item, name: str) -> str:
    if item.form_title:
        return f"《{clean_line(item.form_title)}》"
    if not name:
        return "“未命名”"
    # Not everything that was left is a file: it may be a link, or a mail without any.
    return f"文件“{name}”" if "." in name else f"“{name}”"


def _told_of_it(item: Item) -> Iterator[str]:
    """What came, and when."""
    name = clean_line(item.file_name, _MOST_NAME) if item.form_title else ""
    counts = "，".join(f"{clean_line(table)}{count}条" for table, count in item.rows.items())
    yield from _said("文件", name)
    yield from _said("条数", counts)
    yield from _said("收到", clean_line(item.received))
    if item.late:
        yield "逾期报送，登记为迟报"
    yield from _said("原因", clean_line(item.reason))


def _said(label: str, text: str) -> Iterator[str]:
    """A line with its label, if there is anything to say."""
    if text:
        yield f"{label}：{text}"


def _places_to_mend(item: Item) -> Iterator[str]:
    """How much is to be mended or looked at, and where each place is told."""
    counted = {"须改正": item.errors, "请核对": item.warnings}
    places = "，".join(f"{word}{count}处" for word, count in counted.items() if count)
    if item.state == FileState.RETURNED and _enclosure(item):
        marked = f"{places}，已在附件中标出" if places else "已在附件中标出问题"
        yield f"{marked}，逐条见附件的“问题清单”工作表"
    elif places:
        yield f"{places}，不影响接收" if item.is_accepted else places


def _enclosure(item: Item) -> str:
    return clean_line(item.enclosure, _MOST_NAME)


def _notes(item: Item) -> Iterator[str]:
    yield from (clean_line(note) for note in item.notes[:_MOST_NOTES])
    if len(item.notes) > _MOST_NOTES:
        yield f"……另有{len(item.notes) - _MOST_NOTES}条"


def _what_to_do(item: Item) -> Iterator[str]:
    """What goes with the letter, what is asked for, and by what the file can be told again."""
    is_unexplained = item.state == FileState.REFUSED and not item.reason
    yield from _said("附件", _enclosure(item))
    yield from _said("办法", clean_line(item.request or (_SAVE_ANEW if is_unexplained else "")))
    if item.sha256:
        yield f"校验码（SHA-256末{_SHOWN_OF_DIGEST}位）：{clean_line(item.sha256)[-_SHOWN_OF_DIGEST:]}"
