"""Encrypted workbooks are opened with Excel's own password or one of three, and cost no more than others."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lzxl.workbook.reading import ciphers, encrypted, sandbox
from lzxl.workbook.reading.ciphers import MOST_SPINS
from lzxl.workbook.reading.encrypted import EXCELS_OWN, Unlocked, lock, unlock
from lzxl.workbook.reading.guard import judge
from lzxl.workbook.reading.jobs import Job, WhichPassword
from lzxl.workbook.reading.ole import SIGNATURE
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.sandbox import password_of, read_all
from tests.reading.books import sheet_xml, xlsx, zipped
from tests.reading.compounds import biff5, biff8, compound, long_string, place, record
from tests.reading.locked import XLS_PASSWORD, agile, agile_by, crypto_api, rc4, standard, xor

SECRET = "Geheim-密-7"
DATA = Path(__file__).parents[1] / "data"
ROWS = {1: ["单位", "岗位", "风险点", "防控措施"], 2: ["办公室", "采购员", "围标", "轮岗"]}
# Padded: a package below four kilobytes would lie in another part of the compound file.
PLAIN = xlsx({"风险点": sheet_xml(ROWS)}, more={"xl/media/1.bin": os.urandom(5000)})
CASES = Path(__file__).parents[1] / "cases" / "containers"
GOOD = CASES / "good.xlsx"
NUMBER = record(0x0203, place(1, 2) + struct.pack("<d", 5))
BIFF8 = biff8(
    [
        (
            "表",
            record(0x0204, place(1, 1) + long_string("办公室"))
            + NUMBER
            + record(0x0204, place(2, 1) + long_string("甲" * 2000)),
        )
    ]
)


def _gbk(text: str) -> bytes:
    encoded = text.encode("gbk")
    return struct.pack("<H", len(encoded)) + encoded


BIFF5 = biff5(
    [("表", record(0x0204, place(1, 1) + _gbk("办公室")) + NUMBER + record(0x0204, place(2, 1) + _gbk("甲" * 2000)))]
)
LOCKED_XLS = (DATA / "locked.xls").read_bytes()
WAYS: dict[str, Callable[[bytes, str], bytes]] = {"agile": agile, "standard": standard}


def job(folder: Path, data: bytes, passwords: tuple[str, ...] = ()) -> Job:
    path = folder / "a.xlsx"
    path.write_bytes(data)
    return Job(path, path.name, passwords=passwords)


def code(submission: object) -> str:
    return getattr(getattr(submission, "refusal", None), "code", "")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Callable[[bytes, str], bytes]:
    return WAYS[request.param]


def test_a_locked_file_is_known_by_its_bytes(way: Callable[[bytes, str], bytes]) -> None:
    for data in (way(PLAIN, SECRET), LOCKED_XLS):
        verdict = judge(data)
        assert (verdict.code, verdict.container, verdict.is_locked) == ("file_encrypted", "", True)
    assert not judge((DATA / "little.xls").read_bytes()).is_locked


def test_excels_own_password_needs_nobody(way: Callable[[bytes, str], bytes], tmp_path: Path) -> None:
    def nobody() -> tuple[str, ...]:
        raise AssertionError("asked for passwords")

    [answer] = read_all([job(tmp_path, way(PLAIN, EXCELS_OWN))], passwords=nobody)
    assert answer.row_counts == {"风险点": 1}
    assert (answer.container, answer.is_locked) == ("xlsx", False)


def test_a_given_password_opens(way: Callable[[bytes, str], bytes], tmp_path: Path) -> None:
    data = way(PLAIN, SECRET)
    asked: list[str] = []

    def given() -> tuple[str, ...]:
        asked.append("once")
        return ("wrong", "", SECRET)

    good = Job(tmp_path / "b.xlsx", "b.xlsx")
    good.path.write_bytes(PLAIN)
    steps: list[int] = []
    kept: list[tuple[str, bool]] = []
    answers = read_all(
        [job(tmp_path, data), good],
        lambda: steps.append(1),
        workers=1,
        keep=lambda job, answer, _: kept.append((job.file, answer.refusal is None)),
        passwords=given,
    )
    assert [answer.row_counts for answer in answers] == [{"风险点": 1}] * 2
    assert [answer.is_locked for answer in answers] == [True, False]
    assert answers[0].sha256 != answers[1].sha256
    assert (len(steps), asked) == (2, ["once"])
    assert kept == [("a.xlsx", False), ("b.xlsx", True), ("a.xlsx", True)]
    assert SECRET not in repr(answers)


def test_an_old_xls_opens_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    [answer] = read_all([job(tmp_path, LOCKED_XLS)], passwords=lambda: (XLS_PASSWORD,))
    assert (answer.container, answer.is_locked, answer.row_counts) == ("xls", True, {"预警台账": 4})
    monkeypatch.setattr(encrypted, "EXCELS_OWN", XLS_PASSWORD)
    assert unlock(LOCKED_XLS).number is None
    assert judge(unlock(LOCKED_XLS).data).container == "xls"


def test_three_tries_and_no_more(tmp_path: Path) -> None:
    passwords = ("1", "2", "3", SECRET)
    data = agile(PLAIN, SECRET)
    [answer] = read_all([job(tmp_path, data)], passwords=lambda: passwords)
    assert code(answer) == "file_password_wrong"
    assert answer.tables == []
    assert password_of(tmp_path / "a.xlsx", passwords) is None
    assert password_of(tmp_path / "a.xlsx", passwords[1:]) == SECRET


@pytest.mark.parametrize("passwords", [None, tuple])
def test_without_passwords_the_unit_is_asked_to_take_it_off(passwords: type | None, tmp_path: Path) -> None:
    [answer] = read_all([job(tmp_path, LOCKED_XLS)], passwords=passwords)
    assert answer.refusal is not None
    assert answer.refusal.code == "file_encrypted"
    assert "请去掉打开密码" in answer.refusal.fix


def test_which_password_it_was(tmp_path: Path) -> None:
    path = job(tmp_path, LOCKED_XLS).path
    assert password_of(path, ("x", XLS_PASSWORD)) == XLS_PASSWORD
    assert password_of(path, ("x",)) is None
    assert password_of(tmp_path / "none", (XLS_PASSWORD,)) is None
    assert password_of(job(tmp_path, agile(PLAIN, EXCELS_OWN)).path, (XLS_PASSWORD,)) is None
    assert password_of(job(tmp_path, PLAIN).path, (XLS_PASSWORD,)) is None


@pytest.mark.parametrize("lie", ["I7", "I-1", "I01", "S'x'"])
def test_a_child_that_lies_about_it_is_not_believed(lie: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = f"{lie}\n.".encode()
    script = tmp_path / "child.py"
    script.write_text(
        f"import sys\nsys.stdout.buffer.write({bytes((0, 0, 0, len(sent))) + sent!r})\n"
        "sys.stdout.flush()\nsys.stdin.buffer.read()\n"
    )
    popen = subprocess.Popen

    def child(*_: object, **how: object) -> subprocess.Popen[bytes]:
        return popen([sys.executable, str(script)], **how)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sandbox.subprocess, "Popen", child)
    assert password_of(job(tmp_path, LOCKED_XLS).path, (XLS_PASSWORD,)) is None


def test_a_file_that_asks_for_millions_of_rounds_is_refused_before_any(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = by_sha1(spinCount=str(MOST_SPINS + 1))

    def work(*_: object) -> None:
        raise AssertionError("worked")

    monkeypatch.setattr(ciphers.AgileLock, "open", work)
    assert unlock(bomb, (SECRET,)) == Unlocked(code="file_encryption_unknown", detail="加密参数过大")


def by_sha1(**changed: str) -> bytes:
    return agile_by(PLAIN, SECRET, "SHA1", 128, **changed)


BROKEN = {
    "no password node": agile(PLAIN, SECRET).replace(b"p:encryptedKey", b"p:encryptedXyz"),
    "no number": agile(PLAIN, SECRET).replace(b'spinCount="1000"', b'spinCount="100x"'),
    "unknown version": agile(PLAIN, SECRET).replace(b"\x04\x00\x04\x00\x40", b"\x04\x00\x03\x00\x40"),
    "unknown hash": by_sha1(hashAlgorithm="WHIRLPOOL"),
    "unknown cipher": by_sha1(cipherAlgorithm="RC2"),
    "unknown chaining": by_sha1(cipherChaining="ChainingModeCFB"),
    "unknown length of key": by_sha1(keyBits="56"),
    "no description": compound({"EncryptedPackage": bytes(5000), "\x06DataSpaces": b"x"}),
    "unknown cipher of an .xls": compound({"Workbook": crypto_api(BIFF8, SECRET, cipher=0x6602)}),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_opened_is_not_called_a_wrong_password(
    name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    [answer] = read_all([job(tmp_path, BROKEN[name], (SECRET,))])
    assert code(answer) == "file_encryption_unknown"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "data", [agile(PLAIN, SECRET)[:3000], SIGNATURE + "EncryptedPackage".encode("utf-16-le") * 400]
)
def test_junk_that_only_looks_locked_is_broken(data: bytes, tmp_path: Path) -> None:
    [answer] = read_all([job(tmp_path, data, (SECRET,))])
    assert code(answer) == "file_broken"


@pytest.mark.parametrize("bits", [128, 192, 256])
@pytest.mark.parametrize("algorithm", ["SHA1", "SHA256", "SHA384", "SHA512", "MD5"])
def test_every_hash_and_length_of_key(algorithm: str, bits: int) -> None:
    data = agile_by(PLAIN, SECRET, algorithm, bits, package_bits=384 - bits if bits != 192 else 192)
    assert unlock(data, ("x", SECRET)) == Unlocked(PLAIN, 1)
    assert unlock(data, ("x",)).code == "file_password_wrong"


def test_what_office_2010_writes_opens() -> None:
    data = (CASES / "locked_sha1_2010.xlsx").read_bytes()
    found = unlock(data, ("mima123",))
    assert (found.number, judge(found.data).container) == (0, "xlsx")
    assert unlock(data, ("mima124",)).code == "file_password_wrong"
    assert open_content(found.data, "xlsx").sheets[0].rows == open_content(GOOD.read_bytes(), "xlsx").sheets[0].rows


OLD_WAYS: dict[str, Callable[[str], bytes]] = {
    "xor": lambda password: compound({"Workbook": xor(BIFF8, password)}),
    "xor before Excel 97": lambda password: compound({"BOOK": xor(BIFF5, password, short=True)}),
    "xor in a bare stream": lambda password: xor(BIFF5, password, short=True),
    "rc4": lambda password: compound({"Workbook": rc4(BIFF8, password)}),
    "rc4 of 40 bits by CryptoAPI": lambda password: compound({"Workbook": crypto_api(BIFF8, password, 40)}),
    "rc4 of 128 bits by CryptoAPI": lambda password: compound({"WORKBOOK": crypto_api(BIFF8, password, 128)}),
}


@pytest.mark.parametrize("way", OLD_WAYS)
@pytest.mark.parametrize("password", ["mima123", "a", "0123456789ABCDE", EXCELS_OWN])
def test_every_way_to_close_an_xls(way: str, password: str) -> None:
    data = OLD_WAYS[way](password)
    assert judge(data).is_locked
    found = unlock(data, ("x", password))
    assert found.number == (None if password == EXCELS_OWN else 1)
    [sheet] = open_content(found.data, judge(found.data).container).sheets
    assert sheet.rows == {1: ["办公室", 5.0], 2: ["甲" * 2000]}
    if password != EXCELS_OWN:
        assert unlock(data, ("x", "yy")).code == "file_password_wrong"
        assert unlock(data).code == "file_encrypted"


def test_what_no_password_opens_says_what_to_do(tmp_path: Path) -> None:
    manifest = {"META-INF/manifest.xml": "<manifest:encryption-data/>"}
    parts = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "?"}
    locked_zip = bytearray(xlsx({"表": ""}))
    locked_zip[6] |= 1
    locked_zip[locked_zip.index(b"PK\x01\x02") + 8] |= 1

    def nobody() -> tuple[str, ...]:
        raise AssertionError("asked for passwords")

    for data, detail in ((zipped({**parts, **manifest}), "ODS 密码"), (bytes(locked_zip), "压缩包密码")):
        [answer] = read_all([job(tmp_path, data)], passwords=nobody)
        assert answer.refusal is not None
        assert answer.refusal.code == "file_encryption_unknown"
        assert detail in answer.refusal.message
        assert "请去掉密码" in answer.refusal.fix


def test_what_was_inside_is_judged_too(tmp_path: Path) -> None:
    word = zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": os.urandom(5000)})
    [answer] = read_all([job(tmp_path, agile(word, EXCELS_OWN))])
    assert answer.refusal is not None
    assert (answer.refusal.code, answer.refusal.value) == ("file_not_workbook", "Word 文档")


def test_what_we_lock_opens_again() -> None:
    locked = lock(PLAIN, SECRET)
    assert unlock(locked, ("x", SECRET)) == Unlocked(PLAIN, 1)
    assert unlock(locked, ("x",)) == Unlocked(code="file_password_wrong")


def test_passwords_are_neither_shown_nor_compared() -> None:
    given = Job(Path("a"), "a", passwords=(SECRET,))
    assert SECRET not in repr(given) + repr(WhichPassword(Path("a"), "a", passwords=(SECRET,)))
    assert given == Job(Path("a"), "a") and hash(given) == hash(Job(Path("a"), "a"))
    assert "PK" not in repr(Unlocked(PLAIN, 1))


def test_a_child_inherits_no_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LZXL_WORKBOOK_PASSWORD", "LZXL_MAIL_PASSWORD", "LZXL_SMTP_PASSWORD"):
        monkeypatch.setenv(name, SECRET)
    seen: list[str] = []
    popen = subprocess.Popen

    def child(*what: object, **how: object) -> subprocess.Popen[bytes]:
        seen.append(repr((what, how)))
        return popen(*what, **how)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(sandbox.subprocess, "Popen", child)
    [answer] = read_all([job(tmp_path, PLAIN)])
    assert answer.refusal is None
    assert seen and not any(SECRET in text for text in seen)


def test_a_child_without_an_encrypted_file_does_not_load_the_ciphers() -> None:
    code = "import sys, lzxl.workbook.reading.worker; print('msoffcrypto' in sys.modules, 'olefile' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == (
        "False False\n"
    )
