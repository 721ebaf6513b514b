"""What the headers of a mail say of where it comes from: a person, a program, or ourselves; and what a server vouches for."""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Literal

from lzxl.campaign.clock import BEIJING
from lzxl.mail.headers import (
    Headers,
    addresses,
    decode_bytes,
    first,
    header_text,
    main_value,
    parameter,
    unfolded,
    values,
    without_comments,
    without_quoted,
)
from lzxl.mail.parts import Part, header_blocks, read_header
from lzxl.mail.transfer import decoded

_MOST_RECEIVED = 20
OWN_HEADER = "x-lzxl-instance"
_OWN_START = "<lzxl."
_OWN_ID = re.compile(r"<lzxl\.[0-9a-f]{32}\.[a-z][a-z0-9_-]{0,30}@[A-Za-z0-9.-]{1,255}>")
_QUOTED_ID = re.compile(r"^[\w-]*message-id[ \t]*:\s*(<lzxl\.[^\s<>]{1,320}>)", re.IGNORECASE | re.MULTILINE)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,900}>")

_BULK = frozenset({"bulk", "list", "junk", "auto_reply", "auto-reply"})
# Exchange's other words (DR, NDR, RN, NRN) ask for no reports, and say nothing of answers.
_SUPPRESSED = frozenset({"all", "autoreply", "oof"})
_LIST_HEADERS = ("list-id", "list-unsubscribe")
_AUTORESPONDERS = ("x-autoreply", "x-auto-reply", "x-autorespond", "x-autoresponder", "x-autoreply-from")
# Sendmail, Postfix and Exim sign their bounces as mailer-daemon, Exchange as postmaster.
_BOUNCERS = re.compile(r"^(?:mailer-?_?daemon|mail-daemon|postmaster)(?:[-+].*)?$")
_UNATTENDED = re.compile(r"^(?:no-?_?reply|do-?_?not-?_?reply|bounces?|auto-?reply|autoresponder)(?:[-_+.].*)?$")
# How mail programs begin the subject of an automatic answer; a person's answer to one begins otherwise.
_AUTOMATIC_SUBJECT = re.compile(
    r"^(?:自动回复|自动答复|automatic reply|auto-?reply|out of (?:the )?office)\b", re.IGNORECASE
)

# A method may have a version behind it (RFC 8601 2.2): dkim/1=pass.
_RESULT = re.compile(r"^\s*([a-z0-9-]+)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(smtp\.mailfrom|header\.d|header\.i)\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


def sender_of(headers: Headers) -> str:
    """The one address in From, as `normal_address` writes it; "" if there is none, or if different ones are named.

    Where several persons sign a mail, it is from the one of them who has sent it.
    """
    found: set[str] = set()
    for value in values(headers, "from"):
        if value.strip():
            # One that names nobody counts as well: a mail program may show the one, where a server has judged the other.
            found |= set(addresses(value)) or {""}
    if len(found) > 1:
        found &= _all_addresses(values(headers, "sender"))
    return found.pop() if len(found) == 1 else ""


def _all_addresses(told: Iterable[bytes]) -> set[str]:
    found: set[str] = set()
    for value in told:
        found |= set(addresses(value))
    return found


def message_id_of(headers: Headers) -> str:
    """The Message-ID with its angle brackets, "" if there is none."""
    match = _MESSAGE_ID.search(unfolded(first(headers, "message-id")))
    return match[0] if match else ""


def received_of(headers: Headers) -> datetime.datetime | None:
    """The time in the topmost Received header, by the office's clock; None if it tells none."""
    return _received(first(headers, "received"))


def received_else(headers: Headers) -> tuple[datetime.datetime, ...]:
    """The times in the other Received headers, the topmost first."""
    told = [_received(value) for value in islice(values(headers, "received"), 1, _MOST_RECEIVED)]
    return tuple(when for when in told if when is not None)


def _received(value: bytes) -> datetime.datetime | None:
    text = without_comments(unfolded(value))
    try:
        when = parsedate_to_datetime(text.rpartition(";")[2].strip())
        # RFC 5322: -0000 is UTC from a server that does not tell its own zone, and Python gives it no zone.
        when = when if when.tzinfo is not None else when.replace(tzinfo=datetime.UTC)
        return when.astimezone(BEIJING)
    except Exception:  # the parser of dates raises many kinds, and the year 9999 ends earlier in Beijing
        return None


def answers_us(headers: Headers) -> bool:
    """Whether a mail says that it is an answer to a letter of ours."""
    told = [value for name in ("in-reply-to", "references") for value in values(headers, name)]
    return any(_OWN_START in unfolded(value) for value in told)


def is_own(headers: Headers) -> bool:
    """Whether a mail is a letter that this program sent."""
    return any(name == OWN_HEADER for name, _ in headers) or message_id_of(headers).startswith(_OWN_START)


def why_refused(headers: Headers, instance: str = "") -> str:
    """Why nothing is taken in from a mail, a Chinese phrase: it is a bounce, or our own letter. "" if it may be.

    See `why_like_bounce` for what makes a bounce only of a mail without a workbook.
    """
    if is_own(headers):
        return _whose_own(headers, instance)
    kind = first(headers, "content-type")
    if main_value(kind) == "multipart/report":
        is_receipt = parameter(kind, "report-type").lower() == "disposition-notification"
        return "阅读回执" if is_receipt else "邮件系统的退信或投递报告"
    return "邮件系统发出的退信或通知" if _any_local_part(headers, _BOUNCERS) else ""


def _whose_own(headers: Headers, instance: str) -> str:
    """A letter of the program is this office's, or of another office that has it. `instance`: this one; "" if it has no name."""
    told = unfolded(first(headers, OWN_HEADER))
    is_anothers = instance and told and told != instance
    return "另一个办公室用本程序发出的通知" if is_anothers else "本办公室自己发出的信件"


def why_like_bounce(headers: Headers) -> str:
    """Why a mail looks like a bounce though it is no report, a Chinese phrase; "" if it does not.

    Some servers and forwarders take the way back out of every mail: one that carries a workbook is no bounce.
    """
    if any(name == "x-failed-recipients" for name, _ in headers):
        return "邮件系统的退信"
    # RFC 5321 4.5.5: what tells of a delivery has no way back, lest one report be answered by another.
    if unfolded(first(headers, "return-path")).replace(" ", "") == "<>":
        return "邮件系统的退信或自动通知（回信地址为空）"
    return ""


def why_automatic(headers: Headers) -> str:
    """Why a mail must not be answered, a Chinese phrase: no person wrote it, or it asks for no answer. "" if it may be."""
    for is_so, told in _SIGNS_OF_A_PROGRAM:
        if is_so(headers):
            return told
    return ""


def _is_auto_submitted(headers: Headers) -> bool:
    words = unfolded(first(headers, "auto-submitted")).lower()
    # RFC 3834: "no" says that a person has sent it.
    return re.split(r"[\s;(]", words)[0] not in {"", "no"}


def _is_bulk(headers: Headers) -> bool:
    told = values(headers, "precedence")
    return any(without_comments(unfolded(value)).strip().lower() in _BULK for value in told)


def _is_from_list(headers: Headers) -> bool:
    return any(name in _LIST_HEADERS for name, _ in headers)


def _asks_for_no_answer(headers: Headers) -> bool:
    told = values(headers, "x-auto-response-suppress")
    return any(_SUPPRESSED & set(re.split(r"[\s,;]+", unfolded(value).lower())) for value in told)


def _is_autoresponders(headers: Headers) -> bool:
    return any(name in _AUTORESPONDERS and unfolded(value).lower() != "no" for name, value in headers)


def _is_guarded_against_loops(headers: Headers) -> bool:
    return any(name == "x-loop" for name, _ in headers)


def _was_delivered_to_autoresponder(headers: Headers) -> bool:
    return "autoresponder" in unfolded(first(headers, "delivered-to")).lower()


def _is_from_unattended(headers: Headers) -> bool:
    return _any_local_part(headers, _BOUNCERS) or _any_local_part(headers, _UNATTENDED, ("from", "sender"))


def _has_automatic_subject(headers: Headers) -> bool:
    return _AUTOMATIC_SUBJECT.match(header_text(first(headers, "subject"))) is not None


_SIGNS_OF_A_PROGRAM: tuple[tuple[Callable[[Headers], bool], str], ...] = (
    (_is_auto_submitted, "自动发出的邮件"),
    (_is_bulk, "群发或自动发出的邮件"),
    (_is_from_list, "邮件列表转来的邮件"),
    (_asks_for_no_answer, "发件方要求不自动答复的邮件"),
    (_is_autoresponders, "自动答复的邮件"),
    (_is_guarded_against_loops, "带有防循环标记的自动邮件"),
    (_was_delivered_to_autoresponder, "自动答复的邮件"),
    (_is_from_unattended, "从不收信的地址发出的邮件"),
    (_has_automatic_subject, "自动答复的邮件"),
)
"""What tells that no person wrote a mail, or that it asks for no answer; the first that does is said."""


def bounced_in(message: Part, data: bytes) -> tuple[str, ...]:
    """The Message-IDs of our own letters that a bounce says did not arrive. `data`: the bytes that it was taken apart from.

    They stand in the returned mail, its header or the report. None of them if the report tells of a delay or a success only.
    """
    actions: list[str] = []
    found: list[str] = []
    for part in message.walk():
        if part.kind == "text/rfc822-headers":
            found += _QUOTED_ID.findall(decode_bytes(_content(part, data)))
        for headers in _blocks(part, data):
            actions += (unfolded(value).lower() for value in values(headers, "action"))
            found += _own_ids(headers)
    if not _has_failed(actions):
        return ()
    # A bounce is a stranger's words: only what can be an id of ours gets further.
    return tuple(filter(_OWN_ID.fullmatch, dict.fromkeys(found)))


def _has_failed(actions: Sequence[str]) -> bool:
    """Whether a letter has come back, as far as its server tells what it did: it tells a delay and a success, too, and of these
    nothing has."""
    return not actions or any(action.startswith("failed") for action in actions)


def _own_ids(headers: Headers) -> list[str]:
    """The Message-IDs of ours that a header block names, whatever its server calls the field."""
    found: list[str] = []
    for name, value in headers:
        if name.endswith("message-id"):
            found += _OWN_ID.findall(unfolded(value))
    return found


def authentication_of(headers: Headers, authserv: str) -> Literal["", "pass", "fail"]:
    """What the server named `authserv` found out about the sender (RFC 8601); "" if it says nothing.

    Only its topmost report counts, with those that stand right below it: any other may have come with the mail.
    """
    reports = _topmost_reports(headers, authserv) if authserv else []
    if any(report.has_failed for report in reports):
        return "fail"
    if not reports:
        return ""
    domain = sender_of(headers).rpartition("@")[2]
    return "pass" if reports[0].proves(domain) else ""


@dataclass(frozen=True)
class _Report:
    """What one server found out about a sender."""

    results: Mapping[str, set[str]]
    """Method → what came of it."""
    details: str

    @property
    def has_failed(self) -> bool:
        # Not softfail: by that a domain says that it is not sure itself (RFC 7208 8.5).
        return any("fail" in self.results.get(method, ()) for method in ("dmarc", "spf"))

    def proves(self, domain: str) -> bool:
        """Whether a mail comes from that domain. DMARC has compared it with the address in From; the others have not."""
        if "dmarc" in self.results:
            return self.results["dmarc"] == {"pass"}
        if not domain:
            return False
        return any(
            # Of no other domain: a list or a forwarder signs with its own, which proves nothing of From.
            self.results.get(method) == {"pass"} and self._domains(names) == {domain}
            for method, names in _PROVEN_BY.items()
        )

    def _domains(self, names: tuple[str, ...]) -> set[str]:
        """The domains that these properties name."""
        told = _PROPERTY.findall(self.details)
        return {value.rpartition("@")[2].lower() for key, value in told if key.lower() in names}


_PROVEN_BY = {"spf": ("smtp.mailfrom",), "dkim": ("header.d", "header.i")}


def _topmost_reports(headers: Headers, authserv: str) -> list[_Report]:
    """The reports of a server that stand together at the top."""
    reports: list[_Report] = []
    for name, value in headers:
        report = _report(value, authserv) if name == "authentication-results" else None
        if report is not None:
            reports.append(report)
        elif reports:
            break
    return reports


def _report(value: bytes, authserv: str) -> _Report | None:
    """A report; None if another server wrote it."""
    text = without_comments(unfolded(value))
    server, _, rest = text.partition(";")
    # A version may stand behind the server's name (RFC 8601).
    if server.lower().split()[:1] != [authserv.lower()]:
        return None
    results: dict[str, set[str]] = {}
    for part in without_quoted(rest).split(";"):
        if match := _RESULT.match(part):
            results.setdefault(match[1].lower(), set()).add(match[2].lower())
    return _Report(results, rest)


def _any_local_part(
    headers: Headers, pattern: re.Pattern[str], names: tuple[str, ...] = ("from", "sender", "return-path")
) -> bool:
    for name in names:
        for value in values(headers, name):
            if any(pattern.match(local) for local in _local_parts(value)):
                return True
    return False


def _local_parts(value: bytes) -> Iterator[str]:
    """What stands before the @ of each address in a header."""
    yield from (address.rpartition("@")[0] for address in addresses(value))
    text = unfolded(value).lower()
    if "@" not in text:  # some servers sign with the bare name
        yield text.rpartition("<")[2].strip("> ")


def _blocks(part: Part, data: bytes) -> Iterator[Headers]:
    """The header blocks in a report, or of a returned mail."""
    if part.kind in {"message/delivery-status", "message/global-delivery-status"}:
        yield from header_blocks(_content(part, data))
    elif part.kind in {"message/rfc822", "message/global"}:
        yield part.parts[0].headers if part.parts else read_header(_content(part, data))


def _content(part: Part, data: bytes) -> bytes:
    return decoded(data[part.start : part.end], encoding_of(part.headers))


def encoding_of(headers: Headers) -> str:
    """How a part says that it is encoded for the way, in lower case."""
    return main_value(first(headers, "content-transfer-encoding")).split(" ")[0].strip("\"'")


def instance_of(address: str, bureau: str) -> str:
    """What our own letters have in X-LZXL-Instance: the office's mark, by its address and its bureau."""
    return hashlib.sha256(f"{address}\0{bureau}".encode()).hexdigest()[:16]
