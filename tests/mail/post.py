"""A small bureau that takes submissions by mail: its units' mails as files, and what the office makes of them."""

from __future__ import annotations

import datetime
import email
import email.policy
import sqlite3
from collections.abc import Iterable
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any

from lzxl.campaign.folder import Campaign
from lzxl.mail.office import Office, Run
from tests.campaign.office import CODES, open_campaign

OFFICE = "lzb@yunze-hbj.example"
MAIL_SETTINGS = f'[mail]\naddress = "{OFFICE}"\n'
TZ = datetime.timezone(datetime.timedelta(hours=8))
NOW = datetime.datetime(2026, 11, 18, 10, 30, tzinfo=TZ)


def address(code: str) -> str:
    """A unit's address in the roster."""
    return f"{code.lower()}@yunze-hbj.example"


def mail_campaign(
    root: Path, codes: Iterable[str] = CODES, forms: Iterable[str] = ("warning_intake",), settings: str = MAIL_SETTINGS
) -> Campaign:
    """A campaign whose office has an address. `settings`: the [mail] section of lzxl.toml."""
    open_campaign(root, codes, forms)
    path = root / "lzxl.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("[mail]")] + settings, encoding="utf-8")
    return Campaign(root)


def letter_in(
    sender: str,
    *files: tuple[str, bytes],
    hour: int = 9,
    number: int = 1,
    text: str = "现报上，请查收。",
    subject: str = "报送",
    **headers: str,
) -> bytes:
    """A mail that came in on 18 November at `hour`, with a Received header as the office's server writes it."""
    message = EmailMessage()
    message["Received"] = (
        f"from mail.example (1.2.3.4) by mx.yunze-hbj.example; Wed, 18 Nov 2026 {hour:02d}:00:00 +0800"
    )
    message["From"] = sender
    message["To"] = OFFICE
    message["Subject"] = subject
    message["Message-ID"] = f"<{number}@{sender.partition('@')[2] or 'x'}>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def put(folder: Path, *mails: bytes) -> Path:
    """A folder with mails as files."""
    folder.mkdir(parents=True, exist_ok=True)
    count = len(list(folder.iterdir()))
    for number, raw in enumerate(mails, count + 1):
        (folder / f"{number:03d}.eml").write_bytes(raw)
    return folder


def collect(campaign: Campaign, *mails: bytes, now: datetime.datetime = NOW, more: int = 0) -> Run:
    """Take in a folder of mails. `more`: number of the folder, where a test has several."""
    folder = put(campaign.root.parent / f"来信{more}", *mails)
    with Office(campaign, now) as office:
        return office.collect([folder])


def drafts(campaign: Campaign) -> dict[str, Message]:
    """The letters that wait, by the address that they go to."""
    folder = campaign.root / "文书" / "待发邮件"
    found = {}
    for path in sorted(folder.glob("*.eml")):
        message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        found[str(message["To"].addresses[0].addr_spec)] = message  # type: ignore[union-attr]
    return found


def body(message: Message) -> str:
    """The text of a letter."""
    [part] = [part for part in message.walk() if part.get_content_type() == "text/plain"]
    return bytes(part.get_payload(decode=True)).decode()  # type: ignore[arg-type]


def enclosures(message: Message) -> dict[str, bytes]:
    """The files in a letter."""
    return {
        str(part.get_filename()): bytes(part.get_payload(decode=True))  # type: ignore[arg-type]
        for part in message.walk()
        if part.get_filename()
    }


def table(campaign: Campaign, name: str) -> list[dict[str, Any]]:
    """A table of the ledger."""
    connection = sqlite3.connect(campaign.ledger_path)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2")]
    finally:
        connection.close()
