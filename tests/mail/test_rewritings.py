"""The law of mails: a workbook whose bytes are in a mail is taken, or the true reason is said; “没有附件” only where none is."""

from __future__ import annotations

import base64
import random
import re
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.campaign.sources import unpacked
from lzxl.mail.message import BODY, parse_mail
from lzxl.mail.model import Mail
from tests.campaign.office import filled
from tests.fuzz_mail import mutate
from tests.mail.post import address
from tests.mail.rewritings import REWRITINGS, TAKEN, uuencoded
from tests.mail.writers import WRITERS, quoted_printable

FORMS = ("warning_ledger", "risk_register", "appraisal")
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
        assert all(rewriting.change(written(writer, "warning_ledger")) for writer in WRITERS)


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
