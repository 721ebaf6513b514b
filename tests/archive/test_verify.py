"""Whatever is changed in an archive is named, by whoever has nothing but the archive.

A plain second way of its own stands below: it recomputes the digests and the chain with zipfile, hashlib and a few lines of SM3.
"""

from __future__ import annotations

import hashlib
import io
import json
import struct
import subprocess
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lzxl.archive import container, natures
from lzxl.archive.judge import judge
from lzxl.archive.keys import public_pem
from lzxl.archive.seal import seal_year
from lzxl.archive.verify import Damage, verify, verify_all
from lzxl.campaign.folder import Campaign
from lzxl.cli.main import cli
from lzxl.errors import UnreadableError, UsageError
from tests.archive.conftest import put

Files = dict[str, bytes]


def files_of(data: bytes) -> Files:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Mapping[str, bytes]) -> bytes:
    """An archive laid out as ours are, of any files: checksums and directory are right."""
    out, directory = bytearray(), bytearray()
    for name, data in files.items():
        found = container.digests_of([data])
        directory += container.directory_entry(name, found.checksum, found.size, len(out))
        out += container.local_header(name, found.checksum, found.size) + data
    return bytes(out + directory + container.end_record(len(files), len(directory), len(out)))


def faults(data: bytes, **question: str) -> list[Damage]:
    """What is found of an archive, on the spot."""
    return [Damage(*line[1:]) for line in judge(io.BytesIO(data), **question) if line[0] == "finding"]


def said(data: bytes) -> str:
    return "\n".join(fault.text for fault in faults(data))


def covered(data: bytes, place: int) -> str:
    """The file whose bytes stand at a place, "" for what is between them."""
    for info in zipfile.ZipFile(io.BytesIO(data)).infolist():
        begins = info.header_offset + 30 + len(info.filename.encode())
        if begins <= place < begins + info.file_size:
            return info.filename
    return ""


def invoke(*words: str | Path) -> Any:
    return CliRunner().invoke(cli, [str(word) for word in words], standalone_mode=False)


class Small(bytes):
    """An archive that no message shows."""

    def __repr__(self) -> str:
        return "<a small archive>"


@pytest.fixture(scope="session")
def small() -> bytes:
    """An archive of a few bytes, which every place of can be tried."""
    content = {"内容/一.txt": b"first", "内容/二.txt": b"second file", "依据/三.yaml": b"third: 3\n"}
    items = [{"number": "1", "title": "t", "files": ["内容/一.txt", "内容/二.txt"]}]
    told = {
        "format": 1, "bureau": "甲局", "period": "2026年度", "volume": {"title": "普通"}, "number": 1, "catalogue": items,
        "previous": None, "companion": None, "signed": False, "content": "", "made_by": "lzxl",
    }  # fmt: skip
    return Small(packed(listed({"归档说明.json": json.dumps(told, ensure_ascii=False).encode(), **content})))


def listed(files: Mapping[str, bytes]) -> Files:
    """Files with the two lists of their digests."""
    sm3 = container.sums_text((name, container.digests_of([data]).sm3) for name, data in files.items())
    every = {"SM3SUMS.txt": sm3, **files}
    sums = container.sums_text((name, hashlib.sha256(data).hexdigest()) for name, data in every.items())
    return {"SHA256SUMS.txt": sums, **every}


def test_what_is_as_it_was_sealed_has_no_fault(sealed: Mapping[str, bytes], small: bytes) -> None:
    for data in (*sealed.values(), small):
        assert faults(data) == []


# Any single change is named


def test_any_byte_of_a_small_archive_that_is_changed_is_noticed(small: bytes) -> None:
    for place in range(len(small)):
        data = bytearray(small)
        data[place] ^= 0x41
        lines = list(judge(io.BytesIO(bytes(data))))
        named = [line for line in lines if line[0] == "finding"]
        assert named or lines == [["told", {"format": 0}]], f"byte {place}"
        name = covered(small, place)
        assert not name or any(name in line[1:] for line in named), f"byte {place} of {name}: {named}"


@given(place=st.floats(0, 1, exclude_max=True), change=st.integers(1, 255))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_byte_that_is_changed_is_named(sealed: Mapping[str, bytes], place: float, change: int) -> None:
    whole = sealed["ordinary"]
    at = int(place * len(whole))
    data = bytearray(whole)
    data[at] ^= change
    found = faults(bytes(data))
    assert found
    name = covered(whole, at)
    assert not name or any(name in (fault.place, fault.other) for fault in found)


@given(data=st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_that_is_changed_taken_away_added_or_renamed_is_named(small: bytes, data: st.DataObject) -> None:
    """With a sound zip around it: no checksum gives it away."""
    files = files_of(small)
    name = data.draw(st.sampled_from(sorted(files)))
    kind = data.draw(st.sampled_from(["change", "remove", "add", "rename", "swap"]))
    letters = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
    other = unicodedata.normalize("NFC", f"内容/x{data.draw(letters)}")
    if kind == "change":
        content = data.draw(st.binary(max_size=40).filter(lambda new: new != files[name]))
        changed = {**files, name: content}
        wanted = {name}
    elif kind == "remove":
        changed, wanted = {key: value for key, value in files.items() if key != name}, {name}
    elif kind == "add":
        changed, wanted = {**files, other: data.draw(st.binary(max_size=20))}, {other}
    elif kind == "rename":
        changed, wanted = {(other if key == name else key): value for key, value in files.items()}, {name, other}
    else:
        twin = data.draw(st.sampled_from([key for key in sorted(files) if key != name]))
        changed, wanted = {**files, name: files[twin], twin: files[name]}, {name, twin}
    found = faults(packed(changed))
    if kind == "swap" and {"SHA256SUMS.txt", "SM3SUMS.txt"} & wanted:
        assert found
        return
    if kind == "rename" and name == "SHA256SUMS.txt":
        assert {(fault.code, fault.place) for fault in found} >= {("file_missing", name), ("file_added", other)}
        return
    named = {fault.place for fault in found} | {fault.other for fault in found}
    assert wanted <= named, found


@given(share=st.floats(0, 1, exclude_max=True))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_archive_that_was_cut_off_says_where_and_what_is_gone(sealed: Mapping[str, bytes], share: float) -> None:
    whole = sealed["ordinary"]
    data = whole[: int(share * len(whole))]
    infos = zipfile.ZipFile(io.BytesIO(whole)).infolist()
    complete = {
        one.filename
        for one in infos
        if one.header_offset + 30 + len(one.filename.encode()) + one.file_size <= len(data)
    }
    lines = list(judge(io.BytesIO(data)))
    if "归档说明.json" not in complete:
        assert lines == [["told", {"format": 0}]], "too little to know it by"
        return
    found = [Damage(*line[1:]) for line in lines if line[0] == "finding"]
    assert "cut_off" in {fault.code for fault in found}
    if "SHA256SUMS.txt" in complete:
        gone = {one.filename for one in infos} - complete - {"SHA256SUMS.txt"}
        assert gone == {fault.place for fault in found if fault.code == "file_missing"}


def test_a_file_that_was_put_in_is_told_wherever_it_is(small: bytes) -> None:
    for name in ("内容/新.txt", "依据/新.yaml", "新.txt"):
        assert f"多出文件（不在清单里）：{name}" in said(packed({**files_of(small), name: b"new"})).split("\n")


def test_a_file_that_was_renamed_is_told_with_both_names(small: bytes) -> None:
    files = {("内容/新.txt" if name == "内容/二.txt" else name): data for name, data in files_of(small).items()}
    assert said(packed(files)) == "文件被改名：内容/二.txt → 内容/新.txt"


def test_whoever_changes_a_file_and_one_list_is_caught_by_the_other(small: bytes) -> None:
    files = files_of(small)
    old, new = hashlib.sha256(files["内容/一.txt"]).hexdigest(), hashlib.sha256(b"other").hexdigest()
    files["内容/一.txt"] = b"other"
    files["SHA256SUMS.txt"] = files["SHA256SUMS.txt"].replace(old.encode(), new.encode())
    assert said(packed(files)) == "清单 SM3SUMS.txt 被改动：“内容/一.txt”一行与文件不符"


@pytest.mark.parametrize("spoilt", [1, 2, 3])
def test_a_line_of_a_list_that_nobody_can_read_is_named_by_its_number(small: bytes, spoilt: int) -> None:
    files = files_of(small)
    lines = files["SHA256SUMS.txt"].decode().split("\n")
    lines[spoilt - 1] = "？"
    files["SHA256SUMS.txt"] = "\n".join(lines).encode()
    assert f"清单 SHA256SUMS.txt 第{spoilt}行无法识别" in said(packed(files)).splitlines()


def test_whoever_makes_it_all_anew_is_caught_by_the_seal_that_was_written_down(small: bytes) -> None:
    files = {name: data for name, data in files_of(small).items() if "SUMS" not in name}
    forged = packed(listed({**files, "内容/一.txt": b"other"}))
    assert faults(forged) == []
    seal = hashlib.sha256(files_of(small)["SHA256SUMS.txt"]).hexdigest()
    assert [fault.code for fault in faults(forged, seal=seal)] == ["seal_differs"]
    assert faults(small, seal=seal) == []


def test_an_archive_that_was_packed_anew_is_whole_and_said_to_be(small: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files_of(small).items():
            archive.writestr(name, data)
    assert [fault.code for fault in faults(out.getvalue())] == ["container_changed"]


def test_two_files_of_one_name_are_noticed(small: bytes) -> None:
    files = files_of(small)
    out = packed({**files, "内容/乙.txt": b"first"}).replace("内容/乙.txt".encode(), "内容/一.txt".encode())
    assert "同名文件有两个：内容/一.txt" in said(out)


# A later lzxl


def test_what_a_later_lzxl_adds_is_no_fault(small: bytes) -> None:
    files = {name: data for name, data in files_of(small).items() if "SUMS" not in name}
    told = {**json.loads(files["归档说明.json"]), "format": 2, "new": {"key": [1]}, "catalogue": "otherwise"}
    files |= {"归档说明.json": json.dumps(told).encode(), "将来/新的.bin": b"\x00\x01"}
    later = packed(listed(files))
    assert faults(later) == []
    assert [fault.place for fault in faults(packed({**files_of(later), "内容/一.txt": b"other"}))] == ["内容/一.txt"]


def test_of_a_later_format_it_is_said_what_was_not_judged(small: bytes, tmp_path: Path) -> None:
    files = {name: data for name, data in files_of(small).items() if "SUMS" not in name}
    told = {**json.loads(files["归档说明.json"]), "format": 7}
    path = put(tmp_path / "later.zip", packed(listed({**files, "归档说明.json": json.dumps(told).encode()})))
    [package] = [one for one in natures.natures(verify(path)) if one.item == "信息包可用"]
    assert package.result == natures.OPEN and "比本程序新" in package.text


# The chain


def chained(small: bytes, period: str, previous: Mapping[str, str] | None) -> bytes:
    files = {name: data for name, data in files_of(small).items() if "SUMS" not in name}
    told = {**json.loads(files["归档说明.json"]), "period": period, "previous": previous}
    return packed(listed({**files, "归档说明.json": json.dumps(told, ensure_ascii=False).encode()}))


def test_a_wrong_chain_is_named(small: bytes, tmp_path: Path) -> None:
    seal = hashlib.sha256(files_of(chained(small, "2025年度", None))["SHA256SUMS.txt"]).hexdigest()
    last = put(tmp_path / "2025.zip", chained(small, "2025年度", None))
    other = put(
        tmp_path / "2025b.zip", chained(small, "2025年度", {"period": "2024年度", "volume": "普通", "sha256": "0" * 64})
    )
    third = put(tmp_path / "2030.zip", chained(small, "2030年度", None))
    this = put(
        tmp_path / "2026.zip", chained(small, "2026年度", {"period": "2025年度", "volume": "普通", "sha256": seal})
    )
    assert [one.chained for one in verify_all([this, last])] == ["right", "none"]
    assert verify(this).chained == "unchecked"
    assert verify_all([this, third])[0].chained == "unchecked", "an archive of another year says nothing of it"
    wrong, _ = verify_all([this, other])
    assert [fault.text for fault in wrong.faults] == [
        "与上一期不衔接：本卷记着上一期（2025年度）的封存值，与给出的那份不同"
    ]
    result = invoke("verify", this, other, "--format", "json")
    assert result.return_value == 1
    assert [one["chain"] for one in json.loads(result.stdout)["archives"]] == ["wrong", "unchecked"]


def test_the_two_volumes_of_one_archive_belong_together(filed: Path, year: Campaign) -> None:
    first = {one.volume.id: one.path for one in seal_year(year).volumes}
    assert [one.faults for one in verify_all(list(first.values()))] == [(), ()]
    put(year.root / "文书" / "另一件.docx", b"PK later")
    second = {one.volume.id: one.path for one in seal_year(Campaign(year.root)).volumes}
    found, _ = verify_all([first["ordinary"], second["restricted"]])
    assert [fault.code for fault in found.faults] == ["companion_wrong"]


# Signatures


def signed(small: bytes, key: Ed25519PrivateKey, own: Ed25519PrivateKey | None = None) -> Files:
    files = {name: data for name, data in files_of(small).items() if "SUMS" not in name}
    told = {**json.loads(files["归档说明.json"]), "signed": True}
    every = listed({**files, "归档说明.json": json.dumps(told).encode(), "公钥.pem": public_pem(own or key)})
    return {**every, "SHA256SUMS.sig": key.sign(every["SHA256SUMS.txt"])}


def test_a_signature_that_is_not_right_is_named(small: bytes) -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    ours, theirs = public_pem(key).decode(), public_pem(other).decode()
    files = signed(small, key)

    def codes(files: Files, **question: str) -> list[str]:
        return [one.code for one in faults(packed(files), **question)]

    assert codes(files) == codes(files, public_key=ours) == []
    assert codes(files, public_key=theirs) == ["key_other", "signature_wrong"]
    assert codes({**files, "SHA256SUMS.sig": bytes(64)}) == ["signature_wrong"]
    assert codes({name: data for name, data in files.items() if name != "SHA256SUMS.sig"}) == ["signature_missing"]
    assert codes(signed(small, key, other)) == ["signature_wrong"]
    assert codes(files_of(small), public_key=ours) == ["signature_missing"]


@pytest.mark.parametrize(
    ("text", "sentence"), [("private", "是私钥"), ("rsa", "不是 Ed25519 公钥"), ("x", "不是 Ed25519 公钥")]
)
def test_a_key_to_check_with_that_does_not_fit(small: bytes, tmp_path: Path, text: str, sentence: str) -> None:
    key = tmp_path / "key.pem"
    if text == "x":
        key.write_text("x")
    else:
        kind = "-algorithm ed25519" if text == "private" else "-algorithm rsa"
        subprocess.run(f"openssl genpkey {kind} -out {key}", shell=True, check=True, capture_output=True)
    if text == "rsa":
        subprocess.run(f"openssl pkey -in {key} -pubout -out {key}.pub", shell=True, check=True)
        key = tmp_path / "key.pem.pub"
    result = invoke("verify", put(tmp_path / "a.zip", small), "--key", key)
    assert result.return_value == 2 and sentence in result.stderr


# What is no archive, and what is meant to harm


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"hello " * 100, packed({"内容/一.txt": b"x"}), packed({}), bytes(range(256)) * 64],
    ids=["empty", "two bytes", "text", "another zip", "an empty zip", "noise"],
)
def test_what_is_no_archive_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    path = put(tmp_path / "x.zip", data)
    with pytest.raises(UnreadableError, match="不是本程序做的归档文件"):
        verify(path)
    result = invoke("verify", path)
    assert result.return_value == 3 and result.stderr.startswith("错误：")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert invoke("verify", tmp_path / "none.zip").return_value == 3


def test_a_bomb_costs_little(small: bytes, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files_of(small).items():
            archive.writestr(name, data)
        with archive.open("内容/大.bin", "w") as stream:
            for _ in range(200):
                stream.write(bytes(1024 * 1024))
    found = verify(put(tmp_path / "bomb.zip", out.getvalue()))
    assert "too_large" in {fault.code for fault in found.faults}


@given(data=st.binary(max_size=400), place=st.floats(0, 1))
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_that_is_written_into_an_archive_breaks_the_reader(small: bytes, data: bytes, place: float) -> None:
    at = int(place * len(small))
    for hostile in (small[:at] + data + small[at:], small[:at] + data + small[at + len(data) :]):
        lines = list(judge(io.BytesIO(hostile)))
        assert lines[-1][0] == "told"
        json.dumps(lines)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"format": true}', '{"format": 1, "catalogue": [{"files": 3}]}', "\ud800", "null"]
)
def test_a_head_that_says_anything_is_no_trouble(small: bytes, tmp_path: Path, text: str) -> None:
    files = {name: data for name, data in files_of(small).items() if "SUMS" not in name}
    data = packed(listed({**files, "归档说明.json": text.encode("utf-8", "surrogatepass")}))
    found = verify(put(tmp_path / "a.zip", data))
    assert [fault.code for fault in found.faults] == ["head_unreadable"]


# Four natures


def test_the_report_of_four_natures_says_what_is_wrong_and_what_a_person_has_to_look_at(
    small: bytes, tmp_path: Path
) -> None:
    import openpyxl

    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    files = {name: data for name, data in files_of(small).items() if "SUMS" not in name}
    files |= {"依据/锁.xlsx": locked, "依据/安装.exe": b"MZ"}
    path = put(tmp_path / "a.zip", packed({**listed(files), "内容/一.txt": b"other"}))
    report = tmp_path / "四性.xlsx"
    result = invoke("verify", path, "--report", report)
    assert result.return_value == 1
    assert "内容被改动：内容/一.txt" in result.stdout and "有1处不符" in result.stdout
    told = {one.item: one for one in natures.natures(verify(path))}
    assert {one.nature for one in told.values()} == {"真实性", "完整性", "可用性", "安全性"}
    assert told["内容未被改动"].result == natures.FAILED
    assert "锁.xlsx" in told["内容可读"].text and "安装.exe" in told["可执行文件"].text
    rows = list(openpyxl.load_workbook(report)["四性检测报告"].iter_rows(min_row=4, values_only=True))
    assert [row[1] for row in rows if row[2]] == list(told)


def test_a_seal_is_given_for_one_archive(small: bytes, tmp_path: Path) -> None:
    path = put(tmp_path / "a.zip", small)
    result = CliRunner().invoke(cli, ["verify", str(path), str(path), "--seal", "0" * 64], standalone_mode=False)
    assert result.return_value == UsageError.exit_code
    assert invoke("verify", path, "--seal", verify(path).seal.upper()).return_value == 0


# A plain second way


def plain_sm3(data: bytes) -> str:
    """SM3 as GB/T 32905 writes it down, word by word."""
    mask = 0xFFFFFFFF

    def turn(word: int, by: int) -> int:
        return ((word << by % 32) | (word >> (32 - by % 32))) & mask if by % 32 else word

    state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + struct.pack(">Q", 8 * len(data))
    for start in range(0, len(padded), 64):
        w = list(struct.unpack(">16I", padded[start : start + 64]))
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ turn(w[j - 3], 15)
            w.append(x ^ turn(x, 15) ^ turn(x, 23) ^ turn(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = state
        for j in range(64):
            constant = 0x79CC4519 if j < 16 else 0x7A879D8A
            ss1 = turn((turn(a, 12) + e + turn(constant, j)) & mask, 7)
            ss2 = ss1 ^ turn(a, 12)
            ff = a ^ b ^ c if j < 16 else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if j < 16 else (e & f) | (~e & g)
            tt1 = (ff + d + ss2 + (w[j] ^ w[j + 4])) & mask
            tt2 = (gg + h + ss1 + w[j]) & mask
            a, b, c, d = tt1, a, turn(b, 9), c
            e, f, g, h = (tt2 ^ turn(tt2, 9) ^ turn(tt2, 17)) & mask, e, turn(f, 19), g
        state = [old ^ new for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True)]
    return "".join(f"{word:08x}" for word in state)


def test_plain_sm3_is_that_of_the_standard() -> None:
    assert plain_sm3(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert container.digests_of([b"ab", b"c"]).sm3 == plain_sm3(b"abc")


def plainly_listed(text: bytes) -> dict[str, str]:
    return {line[66:]: line[:64] for line in text.decode().splitlines()}


def test_digests_and_chain_of_a_real_archive_by_a_plain_second_way(sealed: Mapping[str, bytes]) -> None:
    seals = {}
    for key, data in sealed.items():
        files = files_of(data)
        sums, sm3 = plainly_listed(files["SHA256SUMS.txt"]), plainly_listed(files["SM3SUMS.txt"])
        assert sums == {
            name: hashlib.sha256(one).hexdigest() for name, one in files.items() if name != "SHA256SUMS.txt"
        }
        assert set(sm3) == set(files) - {"SHA256SUMS.txt", "SM3SUMS.txt"}
        short = {name: digest for name, digest in sm3.items() if len(files[name]) < 4000}
        assert len(short) >= 5
        assert short == {name: plain_sm3(files[name]) for name in short}
        seals[key] = (hashlib.sha256(files["SHA256SUMS.txt"]).hexdigest(), files["SHA256SUMS.txt"])
    told = json.loads(files_of(sealed["ordinary"])["归档说明.json"])["companion"]
    assert told["sha256"] == seals["restricted"][0]
    assert told["sm3"] == plain_sm3(seals["restricted"][1])


def test_the_means_of_any_computer_check_it_as_the_page_in_it_says(sealed: Mapping[str, bytes], tmp_path: Path) -> None:
    for key, data in sealed.items():
        zipfile.ZipFile(io.BytesIO(data)).extractall(tmp_path / key)
        page = (tmp_path / key / "核对方法.txt").read_text(encoding="utf-8")
        assert "sha256sum -c SHA256SUMS.txt" in page
        subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS.txt"], cwd=tmp_path / key, check=True)
        assert "{" not in page, "every field of the page is filled in"
