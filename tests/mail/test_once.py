"""In one run every mail is taken apart once, every workbook opened once and judged by itself once. What it says beside others may
be looked at again: how the round stands is found in several steps, each with its own files side by side.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from lzxl.campaign import cache, collect, standing, verdicts
from lzxl.campaign.folder import Campaign
from lzxl.checks import run as checks
from lzxl.checks.context import Context
from lzxl.checks.report import Report
from lzxl.checks.rules import Scope
from lzxl.checks.run import Checked, check_submissions
from lzxl.children import Kept
from lzxl.cli.main import run
from lzxl.mail import intake
from lzxl.mail.office import Office
from tests.campaign.office import IN_TIME, filled, no_channel, no_unit, send
from tests.mail import post
from tests.mail.post import NOW, address, letter_in, mail_campaign, put, table

LEDGER = "台账.xlsx"


@pytest.fixture
def campaign(tmp_path: Any) -> Campaign:
    return mail_campaign(tmp_path / "2026年度")


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each content was checked."""
    counts: Counter[str] = Counter()

    def counting(submissions: Sequence[Any], *rest: Any) -> list[Checked]:
        counts.update(submission.sha256 for submission in submissions)
        return check_submissions(submissions, *rest)

    for room in (collect, standing):
        monkeypatch.setattr(room, "check_submissions", counting)
    return counts


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the rules of one submission spoke of each content."""
    counts: Counter[str] = Counter()
    judge = checks.judge

    def counting(reports: Sequence[Report], context: Context, scope: Scope) -> None:
        if scope == "one submission":
            counts.update(report.submission.sha256 for report in reports)
        judge(reports, context, scope)

    monkeypatch.setattr(checks, "judge", counting)
    return counts


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, reads_anew: None) -> Counter[str]:
    """How often a child opened each content."""
    counts: Counter[str] = Counter()
    read_all = cache.read_all

    def counting(jobs: Sequence[Any], *rest: Any, **named: Any) -> list[Any]:
        counts.update(hashlib.sha256(job.path.read_bytes()).hexdigest() for job in jobs)
        return read_all(jobs, *rest, **named)

    monkeypatch.setattr(cache, "read_all", counting)
    return counts


def mails() -> list[bytes]:
    return [
        letter_in(address("HB01"), (LEDGER, filled("HB01")), hour=7),
        letter_in(address("HB02"), (LEDGER, filled("HB02", spoil=no_channel)), number=2, hour=8),
        letter_in("someone@qq.com", (LEDGER, filled("HB03")), number=3),
    ]


def test_a_workbook_that_comes_by_mail_is_checked_once_a_run(campaign: Campaign, checked: Counter[str]) -> None:
    done = post.collect(campaign, *mails())
    assert [message.verdict for message in done.taken.messages] == ["accepted", "returned", "quarantined"]
    assert list(checked.values()) == [1, 1, 1]
    checked.clear()
    with Office(campaign, NOW) as office:
        office.answer(with_files=True)
    assert set(checked.values()) == {1}


def test_a_workbook_that_comes_in_a_file_is_checked_once_a_run(
    campaign: Campaign, checked: Counter[str], tmp_path: Any
) -> None:
    folder = send(
        tmp_path / "来件", a=filled("HB01"), b=filled("HB02", spoil=no_channel), c=filled("HB03", spoil=no_unit)
    )
    taken = collect.collect(campaign, [folder], IN_TIME)
    assert [one.state for one in taken] == ["accepted", "returned", "held"]
    assert list(checked.values()) == [1, 1, 1]


TWO_FORMS = ("risk_register", "warning_intake")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def versions() -> list[bytes]:
    """A register; and of the warnings four versions, of which all but the second are to be mended."""
    right, *wrong = (filled("HB01", day=day, spoil=spoil) for day, spoil in enumerate((None, *[no_channel] * 3), 10))
    warnings = [wrong[0], right, *wrong[1:]]
    return [filled("HB01", form="risk_register"), *warnings]


def test_a_workbook_is_opened_and_judged_once_a_run_however_many_versions_there_are(
    tmp_path: Any, judged: Counter[str], opened: Counter[str]
) -> None:
    """The register is looked at beside the last version, beside the accepted one, and beside those that are overtaken."""
    campaign = mail_campaign(tmp_path / "2026年度", forms=TWO_FORMS)
    came = [letter_in(address("HB01"), (LEDGER, one), hour=hour, number=hour) for hour, one in enumerate(versions(), 7)]
    done = post.collect(campaign, *came)
    assert [message.verdict for message in done.taken.messages] == [
        "accepted",
        "returned",
        "accepted",
        *["returned"] * 2,
    ]
    assert [judged[_digest(one)] for one in versions()] == [opened[_digest(one)] for one in versions()] == [1] * 5


def test_a_workbook_that_comes_in_a_folder_with_its_versions_is_judged_once_a_run(
    tmp_path: Any, judged: Counter[str], opened: Counter[str]
) -> None:
    campaign = mail_campaign(tmp_path / "2026年度", forms=TWO_FORMS)
    folder = send(tmp_path / "来件", **{f"n{number}": one for number, one in enumerate(versions())})
    collect.collect(campaign, [folder], IN_TIME)
    assert [judged[_digest(one)] for one in versions()] == [opened[_digest(one)] for one in versions()] == [1] * 5


@pytest.mark.parametrize("times", [0, 1])
def test_a_summary_that_is_mailed_judges_each_workbook_once_if_no_run_before_it_has(
    campaign: Campaign, judged: Counter[str], opened: Counter[str], times: int
) -> None:
    post.collect(campaign, *mails())
    if times:
        for found in (campaign.root / ".lzxl").rglob("*.found"):
            found.unlink()
    judged.clear()
    opened.clear()
    assert run(["-C", str(campaign.root), "consolidate", "--mail"]) == 0
    originals = [_digest(path.read_bytes()) for path in campaign.folder("收件").rglob("*.xlsx")]
    assert [judged[one] for one in originals] == [times, times]
    assert not opened.keys() & set(originals)


def test_a_mail_is_taken_apart_once_a_run(campaign: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: Counter[str] = Counter()
    ask = Kept.ask

    def counted(self: Kept, given: Any, *rest: Any) -> Any:
        if self._module == "lzxl.mail.opener":
            asked[str(given)] += 1
        return ask(self, given, *rest)

    monkeypatch.setattr(Kept, "ask", counted)
    monkeypatch.setattr(intake, "_BATCH", 1)
    post.collect(campaign, *mails())
    assert list(asked.values()) == [1, 1, 1]


def test_a_version_that_another_of_the_same_run_overtakes_is_judged_too(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each mail in a batch of its own: when the second comes, the first waits for the round."""
    monkeypatch.setattr(intake, "_BATCH", 1)
    first = letter_in(address("HB01"), (LEDGER, filled("HB01", spoil=no_channel)), hour=8)
    second = letter_in(address("HB01"), (LEDGER, filled("HB01")), hour=9, number=2)
    done = post.collect(campaign, first, second)
    assert [message.verdict for message in done.taken.messages] == ["returned", "accepted"]
    states = {row["version"]: row["state"] for row in table(campaign, "receipts")}
    assert states == {1: "returned", 2: "accepted"}
    assert [part["outcome"] for part in sorted(table(campaign, "parts"), key=lambda part: part["outcome"])] == [
        "accepted",
        "returned",
    ]


def test_a_mail_whose_file_was_not_judged_is_dealt_with_by_the_next_run(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = [
        letter_in(address("HB01"), (LEDGER, filled("HB01", spoil=no_channel)), hour=8),
        letter_in(address("HB01"), (LEDGER, filled("HB01")), hour=9, number=2),
    ]
    with monkeypatch.context() as patch:
        patch.setattr(verdicts, "check_overtaken", lambda *_: [])
        done = post.collect(campaign, *came)
    assert [message.verdict for message in done.taken.messages] == ["accepted"]
    assert sorted(row["state"] for row in table(campaign, "messages")) == ["filed", "parsed"]
    done = post.collect(campaign)
    assert [message.verdict for message in done.taken.messages] == ["returned"]


STEPS: list[Callable[[pytest.MonkeyPatch, Any], None]] = [
    lambda patch, cut: patch.setattr(standing, "check_submissions", cut),
    lambda patch, cut: patch.setattr(intake.MailIntake, "conclude", cut),
    lambda patch, cut: patch.setattr(Office, "_update_parts", cut),
]


@pytest.mark.parametrize("step", STEPS)
def test_a_run_that_is_cut_short_before_or_after_judging_is_completed_by_the_next(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, step: Callable[[pytest.MonkeyPatch, Any], None]
) -> None:
    undisturbed, ended = mail_campaign(tmp_path / "a" / "u"), mail_campaign(tmp_path / "b" / "e")
    came = mails()
    post.collect(undisturbed, *came)

    def cut(*_: object, **__: object) -> Any:
        raise KeyboardInterrupt

    folder = put(tmp_path / "b" / "来信0", *came)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt), Office(ended, NOW) as office:
        step(patch, cut)
        office.collect([folder])
    with Office(Campaign(ended.root), NOW) as office:
        office.collect([folder])
    for name, kept in (("receipts", ("sha256", "state", "findings")), ("parts", ("sha256", "outcome", "reason"))):
        assert [[row[key] for key in kept] for row in table(ended, name)] == [
            [row[key] for key in kept] for row in table(undisturbed, name)
        ]
    assert [(row["state"], row["verdict"]) for row in table(ended, "messages")] == [
        (row["state"], row["verdict"]) for row in table(undisturbed, "messages")
    ]
    assert len(table(ended, "letters")) == len(table(undisturbed, "letters"))
