"""The law of mails: a workbook whose bytes are in a mail is taken, or the true reason is said; “没有附件” only where none is."""

from __future__ import annotations

import base64
import datetime
import hashlib
import random
import re
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.campaign.sources import unpacked
from lzxl.mail.message import parse_mail
from lzxl.mail.model import Mail
from lzxl.mail.remedies import BODY
from tests.campaign.office import filled
from tests.fuzz_mail import mutate
from tests.mail.post import TZ, address, body, collect, drafts, mail_campaign
from tests.mail.rewritings import REWRITINGS, TAKEN, uuencoded
from tests.mail.writers import WRITERS

FORMS = ("warning_intake", "risk_register", "self_appraisal")
SENDER = address("HB05")
NAME = "财务科-廉政风险.xlsx"


@lru_cache(maxsize=32)
def written(writer: str, form: str) -> bytes:
    return WRITERS[writer](SENDER, NAME, filled("HB05", form))


def workbooks(mail: Mail) -> list[bytes]:
    """The files that were taken, those in archives one by one."""
    return [one.data for entry in mail.attachments for one in unpacked(entry.name, entry.name, entry.data)]


def told(mail: Mail) -> str:
    return "；".join(one.reason for one in mail.skipped if one.request)


def test_there_are_more_than_a_hundred_and_each_changes_every_mail() -> None:
    assert len(REWRITINGS) > 100
    for rewriting in REWRITINGS.values():
        assert all(rewriting.change(written(writer, "warning_intake")) for writer in WRITERS)


@pytest.mark.parametrize("name", REWRITINGS)
def test_a_workbook_is_taken_or_the_trouble_is_said(name: str) -> None:
    rewriting = REWRITINGS[name]
    for number, writer in enumerate(WRITERS):
        form = FORMS[number % len(FORMS)]
        read = parse_mail(rewriting.change(written(writer, form)))
        assert read.sender == SENDER, writer
        if rewriting.promise == TAKEN:
            assert workbooks(read) == [filled("HB05", form)], (writer, told(read))
            assert told(read) == "", writer
        else:
            assert rewriting.promise in told(read), writer
            assert "没有附件" not in told(read)
            assert read.attachments == ()


# Several at once, and anything else that may happen on the way. Whether a workbook is in a mail is found out here in another
# way than the program's: by looking for the whole of it, in each spelling, in what is left without the signs that do not count.


def is_in(raw: bytes, book: bytes) -> bool:
    """Whether a workbook's bytes can be found in a mail, every one."""
    if book in raw:
        return True
    squeezed = re.sub(rb"[^A-Za-z0-9+/=]+", b"", raw)
    if base64.b64encode(book).rstrip(b"=") in squeezed:
        return True
    lines = re.sub(rb"\r+", b"", raw)
    return uuencoded(book, "").partition(b"\n")[2].replace(b"\r", b"").removesuffix(b"`\nend\n") in lines


def is_lawful(raw: bytes, book: bytes) -> bool:
    """A workbook that is in a mail is taken, or the reason said is another than that there is none."""
    read = parse_mail(raw)
    if book in workbooks(read) or not is_in(raw, book):
        return True
    if read.refused:  # a bounce, or our own: that is the reason
        return True
    return bool(read.attachments or told(read)) and not any(
        one.name == BODY and one.reason == "没有附件" for one in read.skipped
    )


# A mail is some thousand lines.
AT_LEISURE = settings(deadline=None, max_examples=50)
COMBINED = [name for name, one in REWRITINGS.items() if one.promise == TAKEN]


@AT_LEISURE
@given(st.sampled_from(sorted(WRITERS)), st.lists(st.sampled_from(COMBINED), min_size=2, max_size=3))
def test_several_changes_at_once_keep_the_law(writer: str, names: list[str]) -> None:
    raw = written(writer, "warning_intake")
    for name in names:
        try:
            raw = REWRITINGS[name].change(raw)
        except (AssertionError, ValueError):  # the file is not where it was any more
            break
    assert is_lawful(raw, filled("HB05", "warning_intake"))


@AT_LEISURE
@given(st.sampled_from(sorted(WRITERS)), st.sampled_from(COMBINED), st.integers(0, 2**32))
def test_no_broken_mail_is_said_to_hold_nothing_where_the_workbook_is_whole(writer: str, name: str, seed: int) -> None:
    raw = mutate(REWRITINGS[name].change(written(writer, "warning_intake")), random.Random(seed))
    assert is_lawful(raw, filled("HB05", "warning_intake"))


def test_two_workbooks_between_which_the_boundary_is_lost_are_two() -> None:
    other = written("bare", "risk_register").partition(b"\r\n\r\n")[2]
    raw = written("bare", "warning_intake") + b"Content-Type: application/x\r\n\r\n" + other
    assert workbooks(parse_mail(raw)) == [filled("HB05", "warning_intake"), filled("HB05", "risk_register")]


def test_the_office_files_them_all_and_tells_the_unit_what_the_trouble_is(tmp_path: Path) -> None:
    campaign = mail_campaign(tmp_path / "批次", ("HB05",), ("warning_intake",))
    names = sorted(REWRITINGS)
    # Through whichever program: the parser was tried with each.
    mails = [
        REWRITINGS[name].change(written(sorted(WRITERS)[at % 6], "warning_intake")) for at, name in enumerate(names)
    ]
    run = collect(campaign, *mails, now=datetime.datetime(2026, 11, 20, 9, tzinfo=TZ))
    by_digest = {message.sha256: message for message in run.taken.messages}
    for name, raw in zip(names, mails, strict=True):
        # The line of an mbox is none of the mail's own.
        digest = hashlib.sha256(re.sub(rb"\AFrom [^\r\n]*\r\n", b"", raw)).hexdigest()
        outcomes = {part.outcome for part in run.taken.parts[digest]}
        assert by_digest[digest].units == "HB05", name
        if REWRITINGS[name].promise == TAKEN:
            assert outcomes & {"accepted", "known"}, name
        else:
            assert outcomes == {"skipped"}, name
    [(_, letter)] = drafts(campaign).items()
    for promise in {rewriting.promise for rewriting in REWRITINGS.values()} - {TAKEN}:
        assert promise in body(letter)
    assert "没有附件" not in body(letter)
