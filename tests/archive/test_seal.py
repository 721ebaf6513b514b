"""What is in an archive, under which number, in which volume; and that it is written whole, the same each time, or not at all."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lzxl.archive import container, gather, seal
from lzxl.archive.gather import fit_name
from lzxl.archive.seal import Sealing, seal_year
from lzxl.archive.verify import verify, verify_all
from lzxl.campaign.folder import Campaign
from lzxl.errors import OutputError, UnreadableError, UsageError
from lzxl.forms.archive import load_archive_table
from tests.archive.conftest import RAW_MAIL, put
from tests.campaign.office import set_config
from tests.scenarios.office_desk import invoke


def names(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def member(data: bytes, name: str) -> bytes:
    return zipfile.ZipFile(io.BytesIO(data)).read(name)


def head(data: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(member(data, "归档说明.json"))
    return told


def paths(made: Sealing) -> dict[str, Path]:
    return {one.volume.id: one.path for one in made.volumes}


def archive_files(campaign: Campaign) -> list[str]:
    return sorted(path.name for path in (campaign.root / "归档").iterdir())


def test_each_thing_of_a_year_is_in_one_volume(sealed: Mapping[str, bytes], filed: Path) -> None:
    ordinary, restricted = names(sealed["ordinary"]), names(sealed["restricted"])
    assert {"内容/lzxl.toml", "内容/认定.xlsx", "依据/版本.txt", "依据/schemas/findings.yaml"} <= set(ordinary)
    assert "内容/文书/考核通报_云环廉办〔2026〕7号.docx" in ordinary
    assert "内容/公示/廉政风险点公示表_2026年度_社会版.xlsx" in ordinary
    for name in ("预警处置台账.xlsx", "考核评定.xlsx", "工作记录.xlsx", "单位名册.xlsx", "文书/诫勉书_高山.docx"):
        assert f"内容/{name}" in restricted
    assert member(sealed["restricted"], f"内容/原始邮件/ab/{'ab' * 32}.eml") == RAW_MAIL
    [original] = [name for name in restricted if "收件/HB11" in name]
    assert member(sealed["restricted"], original) == (filed / original.removeprefix("内容/")).read_bytes()
    content = [name for name in (*ordinary, *restricted) if name.startswith(("内容/", "依据/"))]
    assert len(content) == len(set(content))
    lying = {path.relative_to(filed).as_posix() for path in filed.rglob("*") if path.is_file()}
    kept = {name.removeprefix("内容/") for name in content}
    not_kept = {name for name in lying - kept if not name.startswith((".lzxl/", "发放/", "归档/"))}
    assert not_kept == {"收件/.DS_Store"}


def test_a_paper_is_called_by_its_kind_and_number_and_not_by_whom_it_is_about(year: Campaign) -> None:
    put(year.root / "文书" / "责令整改通知书_云环廉改〔2026〕1号_YJ-2026-003.docx", b"PK order")
    told = head(paths(seal_year(year))["restricted"].read_bytes())["catalogue"]
    papers = [
        (item["title"], item["document"])
        for item in told
        if "文书/" in item["files"][0] and "信函" not in item["title"]
    ]
    assert papers == [("2026年度诫勉书（1）", ""), ("2026年度责令整改通知书（2）", "云环廉改〔2026〕1号")]


def test_nobody_is_named_in_the_catalogue(sealed: Mapping[str, bytes]) -> None:
    for data in sealed.values():
        told = head(data)
        assert "高山" not in "".join(item["title"] for item in told["catalogue"])
    titles = [item["title"] for item in head(sealed["restricted"])["catalogue"]]
    assert any(title.startswith("宣传教育中心2026年度《廉政风险点登记表》（1版") for title in titles)


def test_numbers_run_on_within_a_time_of_keeping_over_both_volumes(year: Campaign) -> None:
    settings = (year.root / "lzxl.toml").read_text(encoding="utf-8")
    coded = settings.replace('# fonds = "0123"', 'fonds = "0123"').replace('# office = "LZ"', 'office = "BGS"')
    (year.root / "lzxl.toml").write_text(coded, encoding="utf-8")
    files = {key: path.read_bytes() for key, path in paths(seal_year(Campaign(year.root))).items()}
    numbers = [item["number"] for data in files.values() for item in head(data)["catalogue"]]
    assert all(number.startswith("0123-WS·2026-") and "-BGS-" in number for number in numbers)
    for code in ("Y", "D30", "D10"):
        own = sorted(int(number.rsplit("-", 1)[1]) for number in numbers if f"-{code}-" in number)
        assert own == list(range(1, len(own) + 1)) and own
    [circular] = [item for item in head(files["ordinary"])["catalogue"] if "考核通报" in item["title"]]
    assert (circular["document"], circular["retention"]) == ("云环廉办〔2026〕7号", "永久")


def test_the_catalogue_lists_every_item_and_every_file(sealed: Mapping[str, bytes]) -> None:
    for data in sealed.values():
        workbook = openpyxl.load_workbook(io.BytesIO(member(data, "归档文件目录.xlsx")))
        items = head(data)["catalogue"]
        listed = [row[1] for row in workbook["归档文件目录"].iter_rows(min_row=4, values_only=True) if row[8]]
        assert listed == [item["number"] for item in items]
        files = {row[1]: row[3] for row in workbook["电子文件清单"].iter_rows(min_row=4, values_only=True) if row[3]}
        assert set(files) == {name for item in items for name in item["files"]}


def test_the_same_folder_makes_the_same_archive(year: Campaign, tmp_path: Path, sealed: Mapping[str, bytes]) -> None:
    copy = Path(shutil.copytree(year.root, tmp_path / "elsewhere" / "copy"))
    for path in copy.rglob("*"):
        os.utime(path, (1, 1))
    for root in (year.root, copy):
        made = paths(seal_year(Campaign(root)))
        assert {key: path.read_bytes() for key, path in made.items()} == sealed


def test_what_has_not_changed_is_not_archived_twice(year: Campaign) -> None:
    first = seal_year(year)
    again = seal_year(Campaign(year.root))
    assert [one.is_new for one in again.volumes] == [False, False]
    assert [(one.path, one.seal) for one in again.volumes] == [(one.path, one.seal) for one in first.volumes]
    put(year.root / "公示" / "公告.txt", b"later")
    third = seal_year(Campaign(year.root))
    assert [one.is_new for one in third.volumes] == [True, False]
    assert len(archive_files(year)) == 3, "no archive is ever written over"
    told = head(third.volumes[0].path.read_bytes())
    assert (told["number"], told["supersedes"]["sha256"]) == (2, first.volumes[0].seal)
    assert verify(third.volumes[0].path).faults == ()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_the_restricted_volume_is_its_owners_alone(year: Campaign) -> None:
    made = paths(seal_year(year))
    assert made["restricted"].stat().st_mode & 0o777 == 0o600
    for info in zipfile.ZipFile(made["restricted"]).infolist():
        assert (info.external_attr >> 16) & 0o777 == 0o600, "nor are the files that are taken out of it"
        assert (info.compress_type, info.flag_bits & 1) == (zipfile.ZIP_STORED, 0), "never packed, never encrypted"


def test_an_archive_follows_on_the_one_of_the_year_before(year: Campaign, tmp_path: Path) -> None:
    before = seal_year(year)
    later = Campaign(Path(shutil.copytree(year.root, tmp_path / "2027年度")))
    shutil.rmtree(later.root / "归档")
    set_config(later.root, period='"2027年度"', previous='"../2026年度"')
    made = seal_year(Campaign(later.root))
    for one, other in zip(made.volumes, before.volumes, strict=True):
        assert one.previous == "2026年度"
        told = head(one.path.read_bytes())["previous"]
        assert (told["sha256"], told["sm3"]) == (other.seal, other.seal_sm3)
        checked = verify_all([one.path, other.path])
        assert ([found.chained for found in checked], checked[0].faults) == (["right", "none"], ())


def test_an_archive_that_is_not_of_the_year_before_is_not_followed_on(year: Campaign, tmp_path: Path) -> None:
    seal_year(year)
    with pytest.raises(UsageError, match="不在2026年度之前，不能衔接") as caught:
        seal_year(Campaign(year.root), previous=year.root)
    assert caught.value.code == "previous_not_before"
    other = Campaign(Path(shutil.copytree(year.root, tmp_path / "other")))
    shutil.rmtree(other.root / "归档")
    set_config(other.root, period='"2027年度"', bureau='"乙县生态环境局"')
    with pytest.raises(UsageError, match="不是本局上一期的"):
        seal_year(Campaign(other.root), previous=year.root / "归档")
    with pytest.raises(UsageError, match="没有上一期的归档文件"):
        seal_year(Campaign(other.root), previous=tmp_path)
    for path in (year.root / "归档").iterdir():
        data = bytearray(path.read_bytes())
        data[data.index(b"PK summary") if b"PK summary" in data else data.index(b"PK public")] ^= 1
        path.write_bytes(data)
    set_config(other.root, bureau='"云泽县生态环境局"')
    with pytest.raises(UsageError, match="已不完好"):
        seal_year(Campaign(other.root), previous=year.root)
    assert not (other.root / "归档").exists() or archive_files(other) == []


# What cannot be archived


def test_a_link_an_unreadable_file_and_what_is_no_file_stop_it(year: Campaign, tmp_path: Path) -> None:
    link = year.root / "文书" / "链接.docx"
    link.symlink_to(put(tmp_path / "secret", b"elsewhere"))
    with pytest.raises(UnreadableError, match=r"文书/链接\.docx 是指向别处的链接"):
        seal_year(year)
    link.unlink()
    os.mkfifo(link)
    with pytest.raises(UnreadableError, match="不是普通文件"):
        seal_year(year)
    assert archive_files(year) == []


def test_a_file_that_cannot_be_read_stops_it(year: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = Path.open

    def refuse(self: Path, *words: Any, **more: Any) -> Any:
        if self.name.startswith("诫勉书"):
            raise PermissionError(errno.EACCES, "no", str(self))
        return opened(self, *words, **more)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UnreadableError, match=r"文书/诫勉书_高山\.docx 无法读取，未写出归档"):
        seal_year(year)
    assert archive_files(year) == []


def test_a_file_that_changes_meanwhile_stops_it(year: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    written = seal._Volume._entries

    def change(self: Any, told: dict[str, Any]) -> Any:
        put(year.root / "文书" / "诫勉书_高山.docx", b"PK another text")
        return written(self, told)

    monkeypatch.setattr(seal._Volume, "_entries", change)
    with pytest.raises(UnreadableError, match=r"诫勉书_高山\.docx 在归档过程中被改动，未写出归档"):
        seal_year(year)
    assert archive_files(year) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_refuses_leaves_nothing_half_written(
    year: Campaign, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise OSError(number, os.strerror(number), str(self))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="磁盘"):
        seal_year(year)
    assert archive_files(year) == []


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_disk_that_is_full_in_the_middle_of_an_archive(year: Campaign) -> None:
    disk = year.root / "归档"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", disk], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine does not let root mount a tmpfs")
    try:
        with pytest.raises(OutputError, match="磁盘空间不足"):
            seal_year(year)
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", disk], check=True)
    assert all(one.is_new for one in seal_year(Campaign(year.root)).volumes), "with room again it is made"


# Odd names


def test_names_that_no_other_system_takes_are_archived_under_others(year: Campaign) -> None:
    odd = ("a\nb.docx", "尾部空格 .docx", "A.docx", "a.docx", "后\\斜.docx", os.fsdecode(b"\xb8\xdf.docx"))
    for place, name in enumerate(odd):
        put(year.root / "文书" / name, f"odd {place}".encode())
    data = paths(seal_year(year))["restricted"].read_bytes()
    kept = {name: member(data, name) for name in names(data) if b"odd" in member(data, name)}
    assert sorted(kept.values()) == [f"odd {place}".encode() for place in range(len(odd))]
    folded = {name.casefold() for name in kept}
    assert len(folded) == len(odd) and not any(sign in name for name in kept for sign in '\n\\:*?"<>|')
    assert verify(paths(seal_year(Campaign(year.root)))["restricted"]).faults == ()


def test_a_name_is_made_fit_once_and_for_all() -> None:
    for name in ("内容/收件/e\u0301.xlsx", "内容/a\u202eb", "内容/x. "):
        assert fit_name(fit_name(name)) == fit_name(name)
    assert gather.fit_name("内容/收件/普通.xlsx") == "内容/收件/普通.xlsx"


# Keys


def test_an_archive_is_signed_where_a_key_is_given(year: Campaign, tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", key], check=True)
    key.chmod(0o600)
    result = invoke(year.root, "archive", "--allow-open", "--key", str(key))
    assert result.exception is None and result.return_value in (0, None), result.output
    for path in (year.root / "归档").iterdir():
        folder = tmp_path / path.stem
        zipfile.ZipFile(path).extractall(folder)
        words = [
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            "公钥.pem",
            "-rawin",
            "-in",
            "SHA256SUMS.txt",
            "-sigfile",
            "SHA256SUMS.sig",
        ]
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
        assert verify(path).signature == "own"
        assert verify(path, (folder / "公钥.pem").read_text()).signature == "trusted"


def test_a_signature_is_no_reason_to_archive_the_same_twice_with_one_key(year: Campaign) -> None:
    key, other = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    told = [seal_year(Campaign(year.root), one) for one in (key, key, other)]
    assert [one.volumes[0].is_new for one in told] == [True, False, True]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("rsa", "不是 Ed25519 的"),
        ("public", "不是私钥文件"),
        ("text", "不是私钥文件"),
        ("locked", "设有密码"),
        ("open", "他人也能读写"),
        ("none", "无法读取"),
    ],
)
def test_a_key_that_does_not_fit(year: Campaign, tmp_path: Path, kind: str, sentence: str) -> None:
    path = tmp_path / "key.pem"
    commands = {
        "rsa": "openssl genrsa -out {0} 2048",
        "public": "openssl genpkey -algorithm ed25519 -out {0}.p && openssl pkey -in {0}.p -pubout -out {0}",
        "text": "echo hello > {0}",
        "locked": "openssl genpkey -algorithm ed25519 -aes256 -pass pass:x -out {0}",
        "open": "openssl genpkey -algorithm ed25519 -out {0}",
    }
    if kind != "none":
        subprocess.run(commands[kind].format(path), shell=True, check=True, capture_output=True)
        path.chmod(0o644 if kind == "open" else 0o600)
    result = invoke(year.root, "archive", "--allow-open", "--key", str(path))
    assert result.return_value == 2
    assert sentence in result.stderr
    assert archive_files(year) == []


def test_what_waits_for_a_decision_is_not_archived_unless_told(year: Campaign) -> None:
    result = invoke(year.root, "archive")
    assert result.return_value == 2
    assert "项待认定" in result.stderr and "--allow-open" in result.stderr
    assert archive_files(year) == []


def test_only_codes_stand_in_the_number(year: Campaign) -> None:
    text = (year.root / "lzxl.toml").read_text(encoding="utf-8").replace('# fonds = "0123"', 'fonds = "全宗"')
    (year.root / "lzxl.toml").write_text(text, encoding="utf-8")
    result = invoke(year.root, "archive", "--allow-open")
    assert result.return_value == 2 and "fonds（全宗号）有误" in result.stderr


@pytest.mark.parametrize("name", ["单位名册.xlsx", "认定.xlsx", "预警处置台账.xlsx"])
@pytest.mark.parametrize("owner", ["~${}", ".~lock.{}#"])
def test_a_book_that_is_open_in_a_program_stops_the_archive(year: Campaign, name: str, owner: str) -> None:
    beside = put(year.root / owner.format(name), b"")
    done = invoke(year.root, "archive", "--allow-open")
    assert done.return_value == 2
    assert f"{name}正在表格软件中打开，未归档。请保存并关闭后重新运行" in done.output
    assert archive_files(year) == []
    beside.unlink()
    assert all(one.is_new for one in seal_year(year).volumes)


def test_what_was_sent_out_and_the_bureaus_own_templates_are_kept_and_what_is_held_is_listed(year: Campaign) -> None:
    sent = list((year.root / "发放").rglob("*.xlsx")) or [put(year.root / "发放" / "HB11" / "表.xlsx", b"PK form")]
    put(year.root / "模板" / "警示提醒函.docx", b"PK template")
    put(year.root / "待查" / "谁的.xlsx", b"PK nobody's")
    made = paths(seal_year(year))
    ordinary, restricted = (made[volume].read_bytes() for volume in ("ordinary", "restricted"))
    assert "内容/模板/警示提醒函.docx" in names(ordinary)
    assert {f"内容/{year.relative(path)}" for path in sent} <= set(names(restricted))
    assert not any("谁的" in name for name in names(restricted))
    listed = member(restricted, "内容/待查清单.csv").decode("utf-8-sig").splitlines()
    digest = hashlib.sha256(b"PK nobody's").hexdigest()
    assert listed == ["文件,字节数,SHA-256", f"待查/谁的.xlsx,11,{digest}"]
    told = {item["title"] for item in head(restricted)["catalogue"]}
    assert {"发放的表", "待查件清单"} <= {title.partition("2026年度")[2] for title in told}
    assert not any(found.faults for found in verify_all(list(made.values()), "", ""))


@pytest.mark.parametrize(("limit", "most"), [("MOST_BYTES", 10_000), ("MOST_ENTRIES", 5)])
def test_more_than_a_plain_zip_can_hold_is_refused_before_a_byte_is_written(
    year: Campaign, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    seal_year(year)
    before = archive_files(year)
    put(year.root / "文书" / "补.docx", b"PK more")
    monkeypatch.setattr(container, limit, most)
    with pytest.raises(OutputError, match=r"一个归档文件放不下.*另行保存后重新运行"):
        seal_year(year)
    assert archive_files(year) == before


@pytest.mark.parametrize(("limit", "counted"), [("MOST_BYTES", True), ("MOST_ENTRIES", False)])
def test_just_as_much_as_a_plain_zip_can_hold_is_archived(
    year: Campaign, sealed: Mapping[str, bytes], monkeypatch: pytest.MonkeyPatch, limit: str, counted: bool
) -> None:
    # Of the larger volume: its bytes, with a hundred for each of the two names of a file and the names themselves.
    entries = max((zipfile.ZipFile(io.BytesIO(one)).infolist() for one in sealed.values()), key=_total)
    most = _total(entries) if counted else max(len(names(one)) for one in sealed.values())
    monkeypatch.setattr(container, limit, most - 1)
    with pytest.raises(OutputError, match="一个归档文件放不下"):
        seal_year(year)
    monkeypatch.setattr(container, limit, most)
    assert all(volume.is_new for volume in seal_year(year).volumes)


def _total(entries: Sequence[zipfile.ZipInfo]) -> int:
    return sum(entry.file_size + 2 * (100 + len(entry.filename.encode())) for entry in entries)


def test_the_limits_are_within_what_a_zip_without_extensions_can_say() -> None:
    most = container.MOST_BYTES
    assert container.end_record(container.MOST_ENTRIES, most, most)
    assert container.directory_entry("a", 0, most, most) and container.local_header("a", 0, most)
    for size in (1 << 32, most + (1 << 30)):
        with pytest.raises(struct.error):
            container.local_header("a", 0, size)


def test_an_archive_of_fewer_groups_is_sound_to_a_later_program(
    year: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = load_archive_table()
    later = ("templates", "sent", "held")
    before = replace(now, groups=tuple(group for group in now.groups if group.id not in later))
    with monkeypatch.context() as patched:
        patched.setattr(seal, "load_archive_table", lambda: before)
        made = paths(seal_year(year))
    assert not any(found.faults for found in verify_all(list(made.values()), "", ""))
