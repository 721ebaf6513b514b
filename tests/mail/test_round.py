"""A whole filing round of the sample bureau by mail: over a real IMAP server and SMTP, and the same over a folder of files.

From the letter that brings each unit its workbooks to the last reminder. Units are mailboxes on the same server.
"""

from __future__ import annotations

import datetime
import email
import email.policy
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

import pytest

from lzxl.campaign import clock
from lzxl.campaign.folder import Campaign, create_campaign
from lzxl.campaign.reminders import reminder_days
from lzxl.cli.main import run
from lzxl.demo.bureau import load_bureau
from lzxl.errors import EXIT_OK, EXIT_UNREADABLE
from lzxl.mail.headers import first, header_list, header_text
from lzxl.mail.office import Office
from lzxl.year.workdays import workday_after
from tests.campaign.office import write_roster
from tests.mail.dovecot import PASSWORD, Dovecot
from tests.mail.post import enclosures, letter_in, table
from tests.mail.smtp_sink import Authority, Collected, SmtpSink, make_authority

pytestmark = pytest.mark.slow

OFFICE = "lzb"
DOMAIN = "yunze-hbj.example"
BATCHES = ("第一批", "第二批")
FILING = frozenset({"HB01", "HB06", "HB07", "HB11", "HB13", "HB14"})
"""The units that file here: at once and well, mended, not mended, late, with unreadable files, not everything."""
SILENT = frozenset({"HB02", "HB08"})
"""Those that never do."""


@dataclass
class Bureau:
    """The office's campaign, the server that its mailbox and those of its units are on, and the way out."""

    campaign: Campaign
    server: Dovecot
    sink: SmtpSink
    users: dict[str, str]
    """Local part of an address → user on the server."""

    def lzxl(self, *words: str) -> int:
        return run(["-q", "-C", str(self.campaign.root), *words])

    def inbox(self, local: str) -> list[Message]:
        """What a unit or the office has in its inbox."""
        raws = self.server.mails(self.users[local])
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in raws]

    def subjects(self, local: str) -> list[str]:
        raws = self.server.mails(self.users[local])
        messages = [email.message_from_bytes(raw, policy=email.policy.compat32) for raw in raws]
        return [header_text(first(header_list(message), "subject")).partition("：")[0] for message in messages]

    def send(self, mails: dict[str, bytes]) -> None:
        """Units mail to the office."""
        for raw in mails.values():
            self.server.deliver(self.users[OFFICE], raw)


def _campaign(root: Path, demo: Path, mail: str) -> Campaign:
    """The sample bureau's campaign, with a deadline that is not past."""
    deadline = workday_after(clock.today(), 12, Campaign(demo).config.mail.calendar)
    create_campaign(root, "云泽县生态环境局", "2026年度", deadline)
    write_roster(root, FILING | SILENT, people=True)
    path = root / "lzxl.toml"
    text = path.read_text(encoding="utf-8")
    rounds = (
        f'\n[[rounds]]\nform = "warning_intake"\nlabel = "{load_bureau().rounds[-1].label}"\ndeadline = {deadline}\n'
    )
    path.write_text(text[: text.index("[mail]")] + mail + rounds, encoding="utf-8")
    return Campaign(root)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return make_authority(tmp_path_factory.mktemp("authority"), ("localhost",))


@pytest.fixture
def bureau(
    dovecot: Dovecot, authority: Authority, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bureau]:
    monkeypatch.setenv("LZXL_MAIL_PASSWORD", PASSWORD)
    users: dict[str, str] = {}

    def deliver(collected: Collected) -> None:
        for recipient in collected.recipients:
            dovecot.deliver(users[recipient.partition("@")[0]], collected.raw)

    trusted = tmp_path / "ca.pem"
    trusted.write_bytes(dovecot.ca_file.read_bytes() + Path(authority.ca_file).read_bytes())
    users[OFFICE] = dovecot.new_user()
    with SmtpSink(authority, login=(users[OFFICE], PASSWORD), deliver=deliver) as sink:
        settings = (
            f'[mail]\naddress = "{OFFICE}@{DOMAIN}"\nca_file = "{trusted}"\n'
            f'imap = "tls://localhost:{dovecot.port}"\nsmtp = "tls://localhost:{sink.server.port}"\n'
            f'user = "{users[OFFICE]}"\n'
        )
        campaign = _campaign(tmp_path / "2026年度", demo, settings)
        for unit in campaign.units.values():
            users[unit.email.partition("@")[0].lower()] = dovecot.new_user()
        yield Bureau(campaign, dovecot, sink, users)


def _mails(campaign: Campaign, folder: Path) -> dict[str, bytes]:
    """What the units send of one batch: a mail each, with all its files; by address."""
    files: dict[str, list[tuple[str, bytes]]] = {}
    others = tuple(one.unit.name for one in load_bureau().units if one.unit.code not in FILING)
    for path in sorted(path for path in folder.iterdir() if not path.name.startswith(others)):
        unit = next((unit for unit in campaign.units.values() if path.name.startswith(unit.name)), None)
        address = unit.email.lower() if unit is not None else "liaison@elsewhere.example"
        files.setdefault(address, []).append((path.name, path.read_bytes()))
    return {
        address: letter_in(address, *attached, number=number, Date="Mon, 01 Jun 2026 09:00:00 +0800")
        for number, (address, attached) in enumerate(sorted(files.items()), 1)
    }


def test_a_round_by_mail_from_the_first_letter_to_the_last_reminder(bureau: Bureau, demo: Path, tmp_path: Path) -> None:
    campaign, units = bureau.campaign, bureau.campaign.units
    locals_ = {code: unit.email.partition("@")[0].lower() for code, unit in units.items()}

    assert bureau.lzxl("distribute", "--mail", "--send") == EXIT_OK
    for code, local in locals_.items():
        [letter] = bureau.inbox(local)
        assert letter["To"].addresses[0].addr_spec == units[code].email.lower()  # type: ignore[union-attr]
        assert sorted(enclosures(letter)) == sorted(
            path.name for path in campaign.unit_folder("发放", units[code]).iterdir()
        )

    sent: list[list[bytes]] = []
    for batch, code in zip(BATCHES, (EXIT_UNREADABLE, EXIT_OK), strict=True):
        bureau.send(_mails(campaign, demo / "来件" / batch))
        inbox = bureau.server.mails(bureau.users[OFFICE])
        sent.append(inbox)
        assert bureau.lzxl("collect", "--send") == code
        # Only the office's own copies of what it has just sent are left for the next run.
        assert all(b"X-LZXL-Instance" in raw for raw in bureau.server.mails(bureau.users[OFFICE]))

    # The one return went to the unit that filed, as it lies in 退回, and nobody got anything of another unit.
    for code, local in locals_.items():
        for letter in bureau.inbox(local):
            for name in enclosures(letter):
                assert code in name
    returned = [row for row in table(campaign, "letters") if row["kind"] == "returned"]
    assert returned
    for row in returned:
        letters = [letter for letter in bureau.inbox(locals_[row["unit"]]) if letter["Message-ID"] == row["message_id"]]
        assert len(letters) == 1
    assert {row["state"] for row in table(campaign, "letters")} == {"sent"}

    points = reminder_days(_deadline(campaign), campaign.config.mail)
    before = Counter({local: len(bureau.inbox(local)) for local in bureau.users})
    for day in points.values():
        for _ in range(2):  # the second time changes nothing
            with Office(Campaign(campaign.root)) as office:
                office.remind(day)
                office.send()
    owing = {code for code, local in locals_.items() if len(bureau.inbox(local)) > before[local]}
    assert owing == (_owing(demo) & FILING) | SILENT
    assert FILING - owing
    for code in owing:
        assert len(bureau.inbox(locals_[code])) == before[locals_[code]] + len(points)
        assert bureau.subjects(locals_[code])[-1] == "逾期催报"

    assert bureau.lzxl("consolidate", "--mail", "--send") == EXIT_OK
    summary = next((campaign.root / "汇总").iterdir()).read_bytes()
    assert summary in [data for letter in bureau.inbox(OFFICE) for data in enclosures(letter).values()]
    assert bureau.lzxl("collect", "--send") == EXIT_OK  # the copies of our own letters: nothing to do
    assert bureau.server.mails(bureau.users[OFFICE]) == []
    assert bureau.lzxl("status") == EXIT_OK

    _same_over_a_folder(tmp_path, demo, sent, summary)


def _deadline(campaign: Campaign) -> datetime.date:
    assert campaign.config.deadline is not None
    return campaign.config.deadline


def _owing(demo: Path) -> set[str]:
    """The units that owe something at the end of the demonstration, which is the same round without mail; of what was filed there
    in March, before this round, nothing counts here."""
    from lzxl.campaign.standing import take_stock

    standing = take_stock(Campaign(demo))
    return {
        filing.unit.code
        for filing in standing.filings
        if filing.state not in ("accepted", "nil") or filing.versions > filing.version > 0
    }


def _same_over_a_folder(tmp_path: Path, demo: Path, sent: list[list[bytes]], summary: bytes) -> None:
    """The mails as files, without any server, give the same summary to the byte."""
    campaign = _campaign(tmp_path / "无网络" / "2026年度", demo, f'[mail]\naddress = "{OFFICE}@{DOMAIN}"\n')
    assert run(["-q", "-C", str(campaign.root), "distribute"]) == EXIT_OK
    for number, mails in enumerate(sent, 1):
        folder = tmp_path / f"来信{number}"
        folder.mkdir()
        for index, raw in enumerate(mails):
            (folder / f"{index:03d}.eml").write_bytes(raw)
        run(["-q", "-C", str(campaign.root), "collect", str(folder)])
    assert run(["-q", "-C", str(campaign.root), "consolidate"]) == EXIT_OK
    assert next((campaign.root / "汇总").iterdir()).read_bytes() == summary
    assert (campaign.root / "文书" / "待发邮件").is_dir()
