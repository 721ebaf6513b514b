"""What our letters say: texts with placeholders, which the office may replace, and the values that fill them."""

from __future__ import annotations

import codecs
import datetime
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lzxl.campaign.config import NO_BUREAU, Config
from lzxl.campaign.folder import Campaign
from lzxl.campaign.mail_settings import OFFICE, is_public
from lzxl.campaign.places import TEMPLATES
from lzxl.data import data_folder
from lzxl.errors import ConfigError
from lzxl.forms.findings import Finding
from lzxl.forms.roster import Unit
from lzxl.forms.text import fold
from lzxl.states import ACCEPTABLE, FileState

if TYPE_CHECKING:
    from lzxl.campaign.standing import Standing

Kind = Literal["distribute", "receipt", "returned", "resend", "reminder_before", "reminder_after", "summary"]

KIND_TITLES: dict[Kind, str] = {
    "distribute": "发放通知",
    "receipt": "报送回执",
    "returned": "退回通知",
    "resend": "请重新发送",
    "reminder_before": "催报（截止前）",
    "reminder_after": "催报（逾期）",
    "summary": "汇总报送",
}
# Below the campaign's 模板: the office's own texts, each under its kind's title.
LETTERS_FOLDER = "信函"

_OFFICE = ("局名", "期次", "截止日期", "办公室", "联系人", "报送邮箱", "日期")
_UNIT = (*_OFFICE, "单位", "单位编码", "联络员", "份数", "表格清单")
_ANSWER = (*_UNIT, "接收份数", "问题份数", "须改正处数", "请核对处数", "收到时间", "尚未报送")
PLACEHOLDERS: dict[Kind, tuple[str, ...]] = {
    "distribute": _UNIT,
    "receipt": _ANSWER,
    "returned": _ANSWER,
    "resend": _ANSWER,
    "reminder_before": (*_UNIT, "工作日数"),
    "reminder_after": (*_UNIT, "工作日数"),
    "summary": (*_OFFICE, "应报份数", "接收份数", "退回份数", "未报份数", "迟报份数", "未报清单"),
}
# They run over lines, and may hold what a unit called its files: never in a subject.
_LISTS = frozenset({"表格清单", "未报清单"})
_BODY_ONLY = _LISTS | {"尚未报送"}
# Without it, a letter to a unit does not say what it is about.
_SUBJECT_MATTER = "表格清单"

_PLACEHOLDER = re.compile(r"[{｛]([^{}｛｝\n]*)[}｝]")
_BRACE = re.compile(r"[{}｛｝]")
_SUBJECT = re.compile(r"主题[ \t]*[：:](.*)")
_MOST_BYTES = 65536
_MOST_SUBJECT = 200
_MOST_VALUE = 300
_MOST_NAME = 120
_MOST_NOTES = 20
_MOST_PLACES = 10
# Enough to compare by; the ledger keeps the whole of it.
_SHOWN_OF_DIGEST = 8

_CONTACT = "联系人"
# In a letter to a unit it follows 报送至. The office sends the letter from that mailbox by hand.
_NO_MAILBOX = "办公室邮箱（即发出本邮件的邮箱）"
_ACCEPTED_TOO = "以下已审核通过，无需重复报送："
_EXCHANGE = (
    "所用的不是本期的表。另附本期的表“{name}”，请换用它填报，原有内容可以粘贴；退回的那份只供对照，请勿修改后报回。"
)
_TO_EXCHANGE = (
    "所用的不是本期的表。本期的表由办公室另行发给，请收到后换用它填报，原有内容可以粘贴；"
    "退回的那份只供对照，请勿修改后报回。"
)
# The sentence of the standard texts on what concerns persons.
_PERSONAL = "不得用互联网邮箱"
# What a unit can do about a file that cannot be read, where the reason is not known any more.
_SAVE_ANEW = "请用 Excel 或 WPS 打开该表，另存为 xlsx 格式后重新报送。"


@dataclass(frozen=True)
class Letter:
    """A letter ready to be sent, in plain text."""

    subject: str
    body: str


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


@dataclass(frozen=True)
class _Template:
    """A text with placeholders: fixed text and names by turns, beginning with text."""

    subject: tuple[str, ...]
    body: tuple[str, ...]


@dataclass(frozen=True)
class Letters:
    """The texts of a campaign."""

    templates: Mapping[Kind, _Template]

    def write(self, kind: Kind, values: Mapping[str, str]) -> Letter:
        """The letter of a kind. `values`: for every name of PLACEHOLDERS[kind]; a text may use any of them."""
        lacking = set(PLACEHOLDERS[kind]) - set(values)
        if lacking:
            raise ValueError(f"{kind}: no value for {', '.join(sorted(lacking))}")
        template = self.templates[kind]
        body = template.body
        if not values[_CONTACT]:  # nobody to name: no line for it, and in a sentence the office
            body, values = _without_line(body, _CONTACT), {**values, _CONTACT: values["办公室"]}
        subject = clean_line(_filled(template.subject, values), _MOST_SUBJECT)
        return Letter(subject, clean_text(_filled(body, values)))


def load_letters(campaign: Campaign) -> Letters:
    """The texts of all kinds, the office's own where it has some. Raises ConfigError naming file, line and remedy."""
    own = _own_texts(campaign.folder(TEMPLATES) / LETTERS_FOLDER)
    return Letters(
        {
            kind: _template(kind, f"{TEMPLATES}/{LETTERS_FOLDER}/{own[kind].name}", _read(own[kind]))
            if kind in own
            else _template(kind, f"{kind}.txt", default_text(kind))
            for kind in KIND_TITLES
        }
    )


def default_text(kind: Kind) -> str:
    """The text of a kind that the office starts from."""
    return (data_folder("schemas") / "letters" / f"{kind}.txt").read_text(encoding="utf-8")


def _own_texts(folder: Path) -> dict[Kind, Path]:
    """The office's own texts by kind. A text under a name that is none would never be used: that is said."""
    kinds = {fold(title): kind for kind, title in KIND_TITLES.items()}
    found: dict[Kind, Path] = {}
    files = folder.iterdir() if folder.is_dir() else ()
    for file in sorted(file for file in files if file.suffix.lower() == ".txt" and not file.name.startswith(".")):
        kind = kinds.get(fold(file.stem))
        place = f"{TEMPLATES}/{LETTERS_FOLDER}/{file.name}"
        if kind is None:
            names = "、".join(f"{title}.txt" for title in KIND_TITLES.values())
            raise ConfigError(
                f"{place} 不是信函的名称，不会用到。请改名为其中之一：{names}；不用的请移到别处。",
                code="letter_unknown",
                names=names,
            )
        if kind in found:
            raise ConfigError(
                f"{place} 和 {found[kind].name} 是同一种信函，请只留一个。", code="letter_twice", name=found[kind].name
            )
        found[kind] = file
    return found


def _read(path: Path) -> str:
    """A text as Notepad saves it: UTF-8 with or without mark, UTF-16, or GBK."""
    place = f"{TEMPLATES}/{LETTERS_FOLDER}/{path.name}"
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError:
        raise ConfigError(f"无法读取信函文本 {place}，请检查有无读取权限。", code="letter_unreadable") from None
    if len(data) > _MOST_BYTES:
        raise ConfigError(f"信函文本 {place} 太长，请控制在 {_MOST_BYTES // 1024} KB 以内。", code="letter_too_long")
    utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError(
        f"信函文本 {place} 不是 UTF-8 也不是 GBK 编码，请用记事本另存为 UTF-8。", code="letter_encoding_unknown"
    )


def _template(kind: Kind, place: str, text: str) -> _Template:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    match = _SUBJECT.fullmatch(lines[0].strip())
    if match is None or not match[1].strip():
        raise ConfigError(f"信函文本 {place} 的第1行要写主题，写成“主题：……”。", code="letter_without_subject")
    if not "".join(lines[1:]).strip():
        raise ConfigError(f"信函文本 {place} 只有主题，没有正文。请在主题下空一行写正文。", code="letter_without_text")
    allowed = PLACEHOLDERS[kind]
    for number, line in enumerate(lines, 1):
        usable = allowed if number > 1 else tuple(name for name in allowed if name not in _BODY_ONLY)
        listed = "、".join(f"{{{name}}}" for name in usable)
        for name in _PLACEHOLDER.findall(line):
            if name.strip() not in usable:
                why = "主题里不能用这一项" if name.strip() in allowed else f"{KIND_TITLES[kind]}里没有这一项"
                raise ConfigError(
                    f"信函文本 {place} 第{number}行的“{{{name[:20]}}}”有误，{why}。可用：{listed}。",
                    code="letter_field_unknown",
                    number=number,
                    listed=listed,
                )
        if _BRACE.search(_PLACEHOLDER.sub("", line)):
            raise ConfigError(
                f"信函文本 {place} 第{number}行的花括号不成对。花括号只用来写要填入的内容，可用：{listed}。",
                code="letter_braces_unpaired",
                number=number,
                listed=listed,
            )
    template = _Template(_pieces(match[1]), _pieces("\n".join(lines[1:])))
    if _SUBJECT_MATTER in allowed and _SUBJECT_MATTER not in template.body[1::2]:
        raise ConfigError(
            f"信函文本 {place} 的正文里没有“{{{_SUBJECT_MATTER}}}”，单位收到后不知道说的是哪几份表。"
            f"请在正文里另起一行写上“{{{_SUBJECT_MATTER}}}”。",
            code="letter_without_matter",
        )
    return template


def _pieces(text: str) -> tuple[str, ...]:
    pieces = _PLACEHOLDER.split(text)
    return tuple(piece.strip() if number % 2 else piece for number, piece in enumerate(pieces))


def _filled(pieces: Sequence[str], values: Mapping[str, str]) -> str:
    """Once over: what a value says is never taken for a placeholder, and only a list may run over lines."""
    return "".join(
        piece if number % 2 == 0 else values[piece] if piece in _LISTS else clean_line(values[piece], _MOST_VALUE)
        for number, piece in enumerate(pieces)
    )


def _without_line(pieces: Sequence[str], name: str) -> tuple[str, ...]:
    """A text without the lines that are nothing but a label and that placeholder, each with the blank line behind it."""
    text = "".join(piece if number % 2 == 0 else f"{{{piece}}}" for number, piece in enumerate(pieces))
    return _pieces(re.sub(rf"(?m)^[^{{}}\n]{{0,12}}[：:][ \t]*\{{{name}\}}[ \t]*。?\n?\n?", "", text))


# values


def campaign_values(campaign: Campaign, today: datetime.date) -> dict[str, str]:
    """What every letter of a campaign may say."""
    config = campaign.config
    mail = config.mail
    office = mail.sender or f"{config.bureau}{OFFICE}"
    return {
        "局名": config.bureau,
        "期次": config.period,
        "截止日期": chinese_day(config.deadline) if config.deadline else "另行通知",
        "办公室": office,
        "联系人": contact_line(office, mail.address, mail.contact),
        "报送邮箱": mail.address or _NO_MAILBOX,
        "日期": chinese_day(today),
    }


def contact_line(office: str, address: str, contact: str = "") -> str:
    """Whom a unit can ask; "" if neither a person nor an address is known: the office's name alone says nothing.

    `contact`: a person and a telephone number as the office writes them, "" if it has not.
    """
    if not (contact or address):
        return ""
    whom = contact or office
    return f"{whom}（{address}）" if address and address not in whom else whom


def lacking_in_letters(config: Config) -> str:
    """What the letters of a campaign cannot say because it is not set, each with its setting, in Chinese; "" if nothing."""
    settings = (
        ("局名（[campaign] 的 bureau）", config.bureau != NO_BUREAU),
        ("联系人和电话（[mail] 的 contact）", bool(config.mail.contact)),
        ("报送邮箱（[mail] 的 address）", bool(config.mail.address)),
    )
    return "、".join(said for said, is_set in settings if not is_set)


def on_public_mailboxes() -> str:
    """What every letter to a unit says of mailboxes on the internet: a sentence for the screen, in the same words."""
    for sentence in re.split("[。\n]", default_text("distribute")):
        before, words, after = sentence.partition(_PERSONAL)
        if words:
            return f"{before.rpartition('、')[2]}{words}{after}。"
    return ""


def units_with_public_mailbox(campaign: Campaign) -> list[str]:
    """The codes of the units whose address in the roster is a public mailbox."""
    return [unit.code for unit in campaign.units.values() if is_public(unit.email)]


def unit_values(unit: Unit) -> dict[str, str]:
    return {"单位": unit.name, "单位编码": unit.code, "联络员": unit.liaison}


def item_values(items: Sequence[Item]) -> dict[str, str]:
    """What a letter says of the workbooks it is about."""
    accepted = sum(item.state in ACCEPTABLE for item in items)
    return {
        "表格清单": item_list(items),
        "份数": str(len(items)),
        "接收份数": str(accepted),
        "问题份数": str(len(items) - accepted),
        "须改正处数": str(sum(item.errors for item in items)),
        "请核对处数": str(sum(item.warnings for item in items)),
    }


def form_titles(titles: Sequence[str]) -> str:
    """For 尚未报送: the forms that are still to come, or that none are."""
    return "".join(f"《{title}》" for title in titles) or "无"


def summary_values(standing: Standing) -> dict[str, str]:
    """What the letter with the summary says of the round."""
    from lzxl.campaign.status import describe, figures
    from lzxl.forms.load import load_form

    counts = figures(standing)
    lacking: dict[str, list[str]] = {}
    for filing in standing.filings:
        if filing.state not in ACCEPTABLE:
            said = f"《{load_form(filing.form).title}》{describe(filing)}"
            lacking.setdefault(f"{filing.unit.code} {filing.unit.name}", []).append(said)
    lines = [
        f"{number}. {clean_line(unit)}：{'；'.join(said)}" for number, (unit, said) in enumerate(lacking.items(), 1)
    ]
    return {
        "应报份数": str(counts["expected"]),
        "接收份数": str(sum(counts[state] for state in ACCEPTABLE)),
        "退回份数": str(counts[FileState.RETURNED] + counts[FileState.REFUSED]),
        "未报份数": str(counts[FileState.MISSING]),
        "迟报份数": str(counts["late"]),
        "未报清单": "\n".join(lines) or "无，各单位均已完成报送。",
    }


def item_list(items: Sequence[Item]) -> str:
    """For 表格清单: each workbook with what is to be said of it; what is accepted comes after what is not."""
    open_ = [item for item in items if item.state not in ACCEPTABLE]
    accepted = [item for item in items if item.state in ACCEPTABLE]
    texts = [_item_text(number, item) for number, item in enumerate([*open_, *accepted], 1)]
    if open_ and accepted:
        texts.insert(len(open_), _ACCEPTED_TOO)
    return "\n\n".join(texts) or "（无）"


def finding_notes(findings: Sequence[Finding]) -> tuple[str, ...]:
    """For the notes of an item: where something is to be looked at, what it is, and how to mend it."""
    notes = []
    for number, finding in enumerate(findings[:_MOST_PLACES], 1):
        place = " ".join(part for part in (finding.sheet, finding.place.spoken) if part) or "整个文件"
        notes.append(f"（{number}）{place}：{finding.message}{finding.fix}")
    if len(findings) > _MOST_PLACES:
        notes.append(f"……另有{len(findings) - _MOST_PLACES}处，需要逐条清单的，请与办公室联系")
    return tuple(notes)


def exchange_note(name: str) -> str:
    """For the notes of a returned item that is not this period's workbook. `name`: of the one that is enclosed to be filled in
    instead; "" if there is none to enclose."""
    return _EXCHANGE.format(name=name) if name else _TO_EXCHANGE


def _item_text(number: int, item: Item) -> str:
    name = clean_line(item.file_name, _MOST_NAME)
    # Not everything that was left is a file: it may be a link, or a mail without any.
    title = f"《{clean_line(item.form_title)}》" if item.form_title else f"{'文件' * ('.' in name)}“{name or '未命名'}”"
    version = f"　第{item.version}版" if item.version else ""
    lines = [f"{number}. {title}{version}　{item.state.told}"]
    if name and item.form_title:
        lines.append(f"文件：{name}")
    if item.rows:
        counts = "，".join(f"{clean_line(table)}{count}条" for table, count in item.rows.items())
        lines.append(f"条数：{counts}")
    if item.received:
        lines.append(f"收到：{clean_line(item.received)}")
    if item.late:
        lines.append("逾期报送，登记为迟报")
    if item.reason:
        lines.append(f"原因：{clean_line(item.reason)}")
    places = [f"{word}{count}处" for word, count in (("须改正", item.errors), ("请核对", item.warnings)) if count]
    enclosure = clean_line(item.enclosure, _MOST_NAME)
    if item.state == FileState.RETURNED and enclosure:
        marked = f"{'，'.join(places)}，已在附件中标出" if places else "已在附件中标出问题"
        lines.append(f"{marked}，逐条见附件的“问题清单”工作表")
    elif places:
        lines.append("，".join(places) + ("，不影响接收" if item.state in ACCEPTABLE else ""))
    lines += [clean_line(note) for note in item.notes[:_MOST_NOTES]]
    if len(item.notes) > _MOST_NOTES:
        lines.append(f"……另有{len(item.notes) - _MOST_NOTES}条")
    if enclosure:
        lines.append(f"附件：{enclosure}")
    request = item.request or (_SAVE_ANEW if item.state == FileState.REFUSED and not item.reason else "")
    if request:
        lines.append(f"办法：{clean_line(request)}")
    if item.sha256:
        lines.append(f"校验码（SHA-256末{_SHOWN_OF_DIGEST}位）：{clean_line(item.sha256)[-_SHOWN_OF_DIGEST:]}")
    return "\n   ".join(lines)


def chinese_day(day: datetime.date) -> str:
    """2026年11月20日."""
    return f"{day.year}年{day.month}月{day.day}日"


def spoken_days(days: Iterable[datetime.date]) -> str:
    """Days as a letter lists them, each once and in their order: 2026年11月18日、24日；a year or a month is not said twice."""
    said: list[str] = []
    before: datetime.date | None = None
    for day in sorted(set(days)):
        if before is None or day.year != before.year:
            said.append(chinese_day(day))
        elif day.month != before.month:
            said.append(f"{day.month}月{day.day}日")
        else:
            said.append(f"{day.day}日")
        before = day
    return "、".join(said)


def chinese_time(moment: datetime.datetime) -> str:
    """2026年11月20日 09:05, by the clock that `moment` was read from."""
    return f"{chinese_day(moment)} {moment:%H:%M}"


# text that others wrote


def _readable(text: str) -> str:
    """`text` without what is for machines: controls become spaces; direction and zero-width signs and halves of pairs go.

    Letters that this Python does not know yet stay: rare characters of names are among them.
    """
    if text.isprintable():
        return unicodedata.normalize("NFC", text)
    kept = []
    for sign in text:
        category = unicodedata.category(sign)
        if category in ("Cc", "Zl", "Zp"):
            kept.append(" ")
        elif category not in ("Cf", "Cs") and ord(sign) & 0xFFFE != 0xFFFE:
            kept.append(sign)
    return unicodedata.normalize("NFC", "".join(kept))


def clean_line(text: str, limit: int = _MOST_VALUE) -> str:
    """`text` on one line, readable, and with nothing in it that a mail program would decode (RFC 2047)."""
    line = " ".join(_readable(text).split()).replace("=?", "= ?")
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def clean_text(text: str) -> str:
    """`text` readable, line by line, without spaces at the ends of lines; it ends with a line end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_readable(line).rstrip() for line in lines).strip() + "\n"
