"""Mails that lie in files."""

from __future__ import annotations

import datetime
import io
import mailbox
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.campaign import sources
from lzxl.campaign.archive import Member
from lzxl.errors import UsageError
from lzxl.mail.folders import MailFolder, header_of, is_mail, split
from lzxl.mail.model import Fetched
from tests.mail.conftest import mail, nothing_known
from tests.mail.letters_to_parse import ole, outlook, outlook_file, outlook_mail, outlook_tree

ROOT = Path(__file__).resolve().parents[2]
FROM = b"From unit@example.gov.cn Mon Nov 23 18:35:00 2026\n"
EXCEL_WEB_PAGE = b"MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\nContent-Type: multipart/related\r\n\r\n"
BROWSER_WEB_PAGE = (
    b"From: <Saved by Blink>\r\nSnapshot-Content-Location: http://x/\r\nSubject: x\r\nDate: Mon, 23 Nov 2026 18:35:00 -0000"
    b"\r\nMIME-Version: 1.0\r\n\r\n"
)


def fetched(*paths: Path) -> list[Fetched]:
    return list(MailFolder(paths).fetch(nothing_known))


def raws(*paths: Path) -> list[bytes]:
    return [entry.raw for entry in fetched(*paths)]


def at(path: Path, minute: int, data: bytes) -> Path:
    """A file that was last written at that minute."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    moment = datetime.datetime(2026, 11, 23, 10, minute, tzinfo=datetime.UTC).timestamp()
    os.utime(path, (moment, moment))
    return path


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("来信.eml", mail(1)),
        ("no suffix", mail(1)),
        ("1795460159.M1P2.host,S=1:2,S", mail(1)),
        ("short.eml", b"From: a@b.cn\n\nhello"),
        ("folded.eml", b"Received: from a\r\n\tby b;\r\n Mon\r\nSubject: x\r\n\r\n"),
        ("mark.eml", b"\xef\xbb\xbf\r\n" + mail(1)),
        ("gbk.eml", "Subject: 填报\r\nFrom: 财务科 <a@b.cn>\r\n\r\n".encode("gbk")),
        ("mbox", FROM + mail(1)),
        ("mbox", b"From - Mon Nov 23 18:35:00 2026\r\nX-Mozilla-Status: 0001\r\n" + mail(1)),
        ("来信.msg", outlook(body="见附件")),
        ("来信.dat", ole(outlook_tree(outlook_mail(outlook_tree(body="x"))))),
        ("with a workbook.msg", outlook({**outlook_file("a.xls", b"x"), "inner": {"Workbook": b"x" * 5000}})),
        ("many.msg", outlook(*[outlook_file(f"{number}.xlsx", b"x" * 5000) for number in range(40)])),
    ],
)
def test_what_is_a_mail(name: str, data: bytes) -> None:
    assert is_mail(name, data)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty.eml", b""),
        ("text.eml", b"just text\n"),
        ("note.txt", b"From: a@b.cn\n\nno second line of a header\n"),
        ("list.csv", b"name,level\nFrom: a,b\n"),
        ("about.txt", b"Subject: x\nTo: y\nDate: z\n\n"),
        ("letter.txt", b"From the office, at 18:35\n\nDear all\n"),
        ("page.mht", EXCEL_WEB_PAGE),
        ("page.xls", EXCEL_WEB_PAGE),
        ("page.mht", BROWSER_WEB_PAGE),
        ("page.eml", BROWSER_WEB_PAGE),
        ("mail.xlsx", mail(1)),
        ("book.xls", ole({"Workbook": b"x" * 5000})),
        ("book with a mail.xls", ole({"Workbook": b"x", "MBD1": outlook_tree(body="x")})),
        ("cut.msg", outlook(body="x")[:700]),
        ("head.msg", outlook(body="x")[:100]),
        ("letter.doc", ole({"WordDocument": b"x" * 5000})),
    ],
)
def test_what_is_none(name: str, data: bytes) -> None:
    assert not is_mail(name, data)


def test_workbooks_as_units_send_them_are_none() -> None:
    books = [path for path in (ROOT / "tests/samples").iterdir() if path.suffix in (".xls", ".xlsx", ".et")]
    assert books
    assert not [path.name for path in books if is_mail(path.name, path.read_bytes())]


@given(st.binary(max_size=200), st.integers(0, 4000), st.binary(min_size=1, max_size=8))
def test_judging_never_fails(data: bytes, where: int, damage: bytes) -> None:
    message = outlook(body="x")
    is_mail("a", data)
    is_mail("a", message[:8] + data)
    is_mail("a", message[:where] + damage + message[where + len(damage) :])
    is_mail("a.eml", mail(1)[:where] + damage)


def test_mails_come_by_time_with_stable_places(tmp_path: Path) -> None:
    folder = tmp_path / "来件"
    at(folder / "a.eml", 2, mail(2))
    at(folder / "张三/b.eml", 1, mail(1))
    at(folder / "c.msg", 3, outlook(body="x"))
    at(folder / "d.xlsx", 0, b"PK")
    first, second, third = fetched(folder)
    assert [first.raw, second.raw, third.raw] == [mail(1), mail(2), outlook(body="x")]
    assert first.received == datetime.datetime(2026, 11, 23, 10, 1, tzinfo=datetime.UTC)
    assert (first.place.account, first.place.folder, first.place.uidvalidity) == ("", "来件", "file")
    assert first.place.uid.startswith("张三/b.eml#")
    at(folder / "张三/b.eml", 9, mail(1))
    assert fetched(folder)[2].place == first.place


def test_what_is_known_is_passed_over_unless_its_content_changed(tmp_path: Path) -> None:
    at(tmp_path / "a.eml", 1, mail(1))
    at(tmp_path / "b.eml", 2, mail(2))
    known = {entry.place for entry in fetched(tmp_path)}
    at(tmp_path / "b.eml", 2, mail(3))
    assert [entry.raw for entry in MailFolder([tmp_path]).fetch(known.__contains__)] == [mail(3)]


def test_too_large_a_mail(tmp_path: Path) -> None:
    large = mail(1, b"x" * 5000)
    path = at(tmp_path / "a.eml", 1, large)
    (entry,) = MailFolder([path], most_bytes=1000).fetch(nothing_known)
    assert (entry.raw, entry.too_large) == (header_of(large), len(large))
    (entry,) = MailFolder([at(tmp_path / "a.msg", 1, outlook(body="x" * 9000))], most_bytes=1000).fetch(nothing_known)
    assert (entry.raw, entry.too_large > 9000) == (b"", True)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_an_mbox_gives_each_of_its_mails(tmp_path: Path, end: bytes) -> None:
    mails = [mail(1, b"From here on 18:35\r\n"), mail(2, b"\r\n\r\nFrom me at 9:30\r\nno header\r\n"), mail(3)]
    mails = [each.replace(b"\r\n", end) for each in mails]
    path = at(tmp_path / "mbox", 1, b"".join(FROM.replace(b"\n", end) + each + end for each in mails))
    entries = fetched(path)
    assert [entry.raw for entry in entries] == mails
    assert [entry.place.uid.split("-")[0] for entry in entries] == ["mbox#1", "mbox#2", "mbox#3"]
    assert len({entry.place for entry in entries}) == 3


def test_an_mbox_of_the_standard_library(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    for number in range(20):
        box.add(mail(number))
    box.close()
    again = mailbox.mbox(tmp_path / "box")
    expected = [again.get_bytes(key) for key in again.iterkeys()]
    again.close()
    assert raws(tmp_path / "box") == expected


def test_a_maildir_gives_what_was_delivered(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "Maildir")
    box.add(mail(1))
    seen = mailbox.MaildirMessage(mail(2))
    seen.set_subdir("cur")
    box.add(seen)
    (tmp_path / "Maildir/tmp/half").write_bytes(mail(3))
    (tmp_path / "Maildir/dovecot-uidlist").write_bytes(b"3 V1795460159 N2\n")
    (tmp_path / "Maildir/subscriptions").write_bytes(b"Sent\n")
    mails, files = split([tmp_path / "Maildir"])
    found = [entry.raw.replace(b"\r\n", b"\n") for entry in mails.fetch(nothing_known)]
    assert sorted(found) == [mail(number).replace(b"\r\n", b"\n") for number in (1, 2)]
    assert list(files) == []


def test_a_folder_named_tmp_is_no_maildir(tmp_path: Path) -> None:
    at(tmp_path / "tmp/a.eml", 1, mail(1))
    assert raws(tmp_path / "tmp") == raws(tmp_path) == [mail(1)]


def test_a_mixed_folder_is_divided_and_nothing_is_lost(tmp_path: Path) -> None:
    folder = tmp_path / "来件"
    at(folder / "a.eml", 2, mail(1))
    at(folder / "子/b.xlsx", 3, b"PK not really")
    at(folder / "all.zip", 1, zipped(c_xlsx=b"PK", d_eml=mail(2), readme_txt=b"hello"))
    at(folder / "~$b.xlsx", 1, b"left behind")
    mails, files = split([folder, at(tmp_path / "e.et", 1, b"x"), at(tmp_path / "f.eml", 0, mail(3))])
    found = list(mails.fetch(nothing_known))
    assert [entry.raw for entry in found] == [mail(2), mail(1), mail(3)]
    assert found[0].place.uid.startswith("all.zip/d.eml#")
    assert found[2].place.folder == "f.eml"
    others = list(files)
    assert [(other.name, other.source) for other in others] == [
        ("c.xlsx", "来件/all.zip/c.xlsx"),
        ("readme.txt", "来件/all.zip/readme.txt"),
        ("b.xlsx", "来件/子/b.xlsx"),
        ("~$b.xlsx", "来件/~$b.xlsx"),
        ("e.et", "e.et"),
    ]
    assert [other.name for other in others if other.is_left_behind] == ["~$b.xlsx"]
    assert others[2].data == b"PK not really"


def test_the_present_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at(tmp_path / "来件/a.eml", 1, mail(1))
    at(tmp_path / "来件/b.xlsx", 1, b"PK")
    monkeypatch.chdir(tmp_path / "来件")
    mails, files = split([Path()])
    assert [entry.place.folder for entry in mails.fetch(nothing_known)] == ["来件"]
    assert [other.source for other in files] == ["来件/b.xlsx"]


def test_a_path_that_does_not_exist(tmp_path: Path) -> None:
    mails, files = split([tmp_path / "no"])
    with pytest.raises(UsageError, match="找不到"):
        list(files)
    with pytest.raises(UsageError, match="找不到"):
        list(mails.fetch(nothing_known))


def test_the_office_s_files_are_never_changed(tmp_path: Path) -> None:
    path = at(tmp_path / "a.eml", 1, mail(1))
    before = path.stat()
    source = MailFolder([tmp_path])
    source.file_away([entry.place for entry in source.fetch(nothing_known)])
    source.close()
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (mail(1), before.st_mtime_ns)
    assert list(tmp_path.iterdir()) == [path]


def test_a_header_ends_at_the_first_blank_line() -> None:
    assert header_of(b"A: b\nC: d\n\nbody\r\n\r\nmore") == b"A: b\nC: d\n\n"
    assert header_of(b"A: b\r\n\r\nbody\n\nmore") == b"A: b\r\n\r\n"
    assert header_of(b"A: b\r\n") == b"A: b\r\n"


def test_an_archive_is_unpacked_once_for_its_mails_and_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked: list[Path] = []
    opened = sources.opened

    def counted(given: Path, *rest: int) -> Iterator[Member]:
        unpacked.append(given)
        return opened(given, *rest)

    monkeypatch.setattr(sources, "opened", counted)
    at(
        tmp_path / "来件" / "a.zip",
        0,
        zipped(a_eml=mail(1), b_xlsx=b"book", c_txt=b"text", d_zip=zipped(e_xlsx=b"inner")),
    )
    at(tmp_path / "来件" / "broken.zip", 1, b"PK\x03\x04" + bytes(100))
    at(tmp_path / "来件" / "f.xlsx", 2, b"plain")
    private = tmp_path / "private"
    private.mkdir()
    mails, files = split([tmp_path / "来件"], private)
    again_mails, again_files = split([tmp_path / "来件"])
    assert [entry.raw for entry in mails.fetch(nothing_known)] == [mail(1)]
    found = list(files)
    assert unpacked == [tmp_path / "来件" / "a.zip", tmp_path / "来件" / "broken.zip"]
    assert [one.name for one in found] == ["b.xlsx", "c.txt", "e.xlsx", "broken.zip", "f.xlsx"]
    assert [entry.raw for entry in again_mails.fetch(nothing_known)] == [mail(1)]
    assert list(again_files) == found
    assert [path for path in private.rglob("*") if path.is_file()] == []
    mails.close()
    assert list(private.iterdir()) == []
