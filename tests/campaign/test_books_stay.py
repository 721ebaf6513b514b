"""What stands in the office's books goes nowhere: no command puts a name of theirs into anything that leaves, or that others read."""

from __future__ import annotations

import email
import email.policy
import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from lzxl.campaign.books import KEPT, NewRow, amend_book, book_path, check_books
from lzxl.campaign.collect import collect
from lzxl.campaign.folder import Campaign
from lzxl.cli.main import run
from lzxl.forms.load import book_ids, load_form
from lzxl.forms.model import Sheet

from .office import IN_TIME, filled, no_channel, open_campaign, send

NAME = "端木慎行"
_TEXTS = ("text", "person")


def planted(sheet: Sheet) -> NewRow:
    """A row with the name in every text of it."""
    values = {one.name: f"{NAME}的{one.title}" for one in sheet.fields if one.kind in _TEXTS and not one.computed}
    return NewRow(sheet.name, {**values, **{one.name: NAME for one in sheet.fields if one.kind == "person"}})


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    """A campaign with a name in every book, and with an accepted, a returned and a missing submission."""
    base = tmp_path_factory.mktemp("books")
    campaign = open_campaign(base / "c")
    for form_id in book_ids():
        for sheet in load_form(form_id).tables:
            amend_book(campaign, form_id, [planted(sheet)])
    collect(campaign, [send(base / "来件", 甲=filled("HB01"), 乙=filled("HB02", spoil=no_channel))], IN_TIME)
    return Campaign(campaign.root)


def inside(data: bytes) -> Iterator[bytes]:
    """A file's bytes, and those of all that is packed into it: members of a zip file, parts of a mail."""
    yield data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from inside(archive.read(name))
    elif b"\nContent-Type:" in data or data.startswith((b"From:", b"Subject:", b"Date:", b"Message-ID:")):
        for part in email.message_from_bytes(data, policy=email.policy.default).walk():
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield from inside(content)
            yield str(part.get("Subject", "")).encode()


def holding_the_name(root: Path) -> set[str]:
    """The files below a folder that hold the name, in whatever packing."""
    wanted = (NAME.encode(), NAME.encode("utf-16-le"), NAME.encode("gb18030"))
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and any(word in piece for piece in inside(path.read_bytes()) for word in wanted)
    }


COMMANDS = (
    ["distribute"],
    ["check"],
    ["check", "--format", "json", "--return-dir", "{root}/../退回件"],
    ["check", "{book}", "--return-dir", "{root}/../退回件"],
    ["status"],
    ["remind"],
    ["reply"],
    ["letters"],
    ["consolidate"],
    ["collect", "{root}/../再来"],
)


def test_no_command_carries_a_name_out_of_the_books(campaign: Campaign, capfd: pytest.CaptureFixture[str]) -> None:
    root = campaign.root
    send(root.parent / "再来", 丙=filled("HB03"))
    mine = {book_path(campaign, form_id).name for form_id in book_ids()}
    assert mine <= holding_the_name(root)
    for words in COMMANDS:
        arguments = [word.format(root=root, book=book_path(campaign, book_ids()[0])) for word in words]
        run(["-C", str(root), *arguments])
        told = capfd.readouterr()
        assert "Traceback" not in told.err
        if words[0] != "check":
            assert NAME not in told.out + told.err, words
        found = {name for name in holding_the_name(root.parent) if f"/{KEPT}/" not in name}
        assert found == {f"{root.name}/{name}" for name in mine}, words


def test_what_holds_the_name_is_for_its_owner_alone(campaign: Campaign) -> None:
    for name in holding_the_name(campaign.root):
        assert stat.S_IMODE((campaign.root / name).stat().st_mode) == 0o600, name


def test_every_book_is_checked(campaign: Campaign) -> None:
    assert [checked.submission.form for checked in check_books(campaign)] == list(book_ids())
