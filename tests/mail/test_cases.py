"""The mails that broke the first state, each through the office's own door."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from lzxl.campaign.folder import Campaign
from lzxl.campaign.places import HELD
from lzxl.mail.office import Office, Run
from tests.mail.post import address, body, drafts, mail_campaign, put

CASES = Path(__file__).resolve().parents[1] / "cases" / "mail"
NOW = datetime.datetime(2026, 11, 19, 10, tzinfo=datetime.UTC)


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return mail_campaign(tmp_path / "批次", ("HB05", "HB14"), ("risk_register", "warning_intake", "self_appraisal"))


def case(number: str) -> Path:
    [folder] = CASES.glob(f"{number}-*")
    return folder / "in"


def collect(campaign: Campaign, path: Path) -> Run:
    with Office(campaign, NOW) as office:
        return office.collect([path])


def outcomes(run: Run) -> list[str]:
    return sorted(part.outcome for parts in run.taken.parts.values() for part in parts)


def letter_to(campaign: Campaign, code: str = "HB05") -> str:
    return body(drafts(campaign)[address(code)])


def held(campaign: Campaign) -> list[str]:
    return sorted(path.suffix for path in campaign.folder(HELD).iterdir())


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("04", "19-same-boundary-nested"),
        ("06", "11-uu-in-body"),
        ("06", "14-uu-in-mixed-text"),
        ("07", "50-smime-opaque-unit"),
        ("08", "63-returnpath-null-wb"),
        ("08", "68-xfailed-wb"),
        ("09", ""),
        ("15", ""),
    ],
)
def test_the_workbook_of_a_unit_is_filed(campaign: Campaign, number: str, name: str) -> None:
    run = collect(campaign, case(number) / name)
    assert [one for one in outcomes(run) if one != "skipped"] in (["accepted"], ["returned"])
    assert held(campaign) == []


def test_of_two_workbooks_in_a_text_each_is_dealt_with(campaign: Campaign) -> None:
    # The second one says that it is a neighbour's.
    assert outcomes(collect(campaign, case("06") / "13-uu-two-in-body")) == ["accepted", "held"]


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("04", "56-same-boundary-stranger"),
        ("06", "54-uu-stranger"),
        ("07", "50-smime-opaque-stranger"),
        ("08", "64-returnpath-null-wb-stranger"),
    ],
)
def test_the_workbook_of_a_stranger_is_held(campaign: Campaign, number: str, name: str) -> None:
    assert outcomes(collect(campaign, case(number) / name)) == ["held"]
    assert held(campaign) == [".xlsx"]
    assert drafts(campaign) == {}


@pytest.mark.parametrize(("name", "how"), [("51-smime-encrypted-unit", "S/MIME"), ("52-pgp-encrypted-unit", "PGP")])
def test_a_unit_is_told_that_encryption_is_the_trouble(campaign: Campaign, name: str, how: str) -> None:
    collect(campaign, case("07") / name)
    letter = letter_to(campaign)
    assert f"已用 {how} 加密，无法打开" in letter
    assert "请不要加密" in letter
    assert "没有附件" not in letter


def test_an_encrypted_mail_of_a_stranger_is_held(campaign: Campaign) -> None:
    run = collect(campaign, case("07") / "52-pgp-encrypted-stranger")
    assert [message.verdict for message in run.taken.messages] == ["quarantined"]
    assert held(campaign) == [".eml"]


def test_what_programs_answer_gets_no_letter(campaign: Campaign) -> None:
    run = collect(campaign, case("11"))
    assert len(run.taken.messages) == 5
    assert drafts(campaign) == {}
    assert held(campaign) == []


def test_a_word_of_thanks_gets_no_letter(campaign: Campaign) -> None:
    collect(campaign, case("12") / "a.eml")
    [(_, receipt)] = drafts(campaign).items()
    thanks = (case("12") / "b.eml").read_bytes()
    for own in {line.split()[-1] for line in thanks.splitlines() if b"<lzxl." in line}:
        thanks = thanks.replace(own, str(receipt["Message-ID"]).encode())
    # The receipt is sent by hand.
    for path in (campaign.root / "文书" / "待发邮件").glob("*.eml"):
        path.unlink()
    run = collect(campaign, put(campaign.root.parent / "答", thanks))
    assert [message.verdict for message in run.taken.messages] == ["ignored"]
    assert drafts(campaign) == {}
    assert held(campaign) == []
