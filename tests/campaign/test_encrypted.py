"""Units' own passwords: their workbooks are read with them, returned under them, and written down nowhere."""

from __future__ import annotations

import io
import shutil
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from lzxl.api import check, consolidate
from lzxl.campaign.accept import accept
from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.folder import Campaign
from lzxl.campaign.intake import Intake
from lzxl.campaign.ledger import Ledger
from lzxl.campaign.standing import take_stock
from lzxl.cli.main import run
from lzxl.errors import ConfigError
from lzxl.workbook.layout import FINDINGS_SHEET
from lzxl.workbook.reading.encrypted import EXCELS_OWN
from lzxl.workbook.reading.jobs import Job
from tests.reading.locked import agile, standard

from .office import IN_TIME, filled, ledger_rows, no_channel, no_unit, send, tree

Take = Callable[..., list[Intake]]
SECRET = "Geheim-密-7"
SPELLINGS = tuple(SECRET.encode(name) for name in ("utf-8", "utf-16-le", "gb18030"))


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """No password in the environment, and no keeper."""
    for name in ("LZXL_WORKBOOK_PASSWORD", "LZXL_WORKBOOK_PASSWORD_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)


@pytest.fixture
def passwords(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., None]:
    """Sets the office's passwords, in a file of its own outside of the campaign."""

    def put(*given: str) -> None:
        path = tmp_path / "passwords"
        path.write_text("\n".join(given), encoding="utf-8")
        path.chmod(0o600)
        monkeypatch.setenv("LZXL_WORKBOOK_PASSWORD_FILE", str(path))

    return put


def opened(data: bytes, password: str) -> Workbook:
    """A locked workbook, opened with its password by another program than ours."""
    import msoffcrypto  # type: ignore[import-untyped]

    assert not zipfile.is_zipfile(io.BytesIO(data))
    plain = io.BytesIO()
    file = msoffcrypto.OfficeFile(io.BytesIO(data))
    file.load_key(password=password, verify_password=True)
    file.decrypt(plain, verify_integrity=True)
    return load_workbook(plain)


def forget(campaign: Campaign, *names: str) -> None:
    for name in names or ("cache",):
        path = campaign.root / ".lzxl" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def says_nothing(campaign: Campaign) -> bool:
    """Whether no file of the campaign has the password in it."""
    return not any(spelling in data for data in tree(campaign.root, ".").values() for spelling in SPELLINGS)


@pytest.mark.parametrize("way", [agile, standard])
def test_a_locked_workbook_is_accepted_and_kept_as_it_came(
    campaign: Campaign, take: Take, passwords: Callable[..., None], way: Callable[[bytes, str], bytes]
) -> None:
    passwords("wrong", SECRET)
    data = way(filled("HB01"), SECRET)
    [intake] = take(甲=data)
    assert intake.state == "accepted"
    assert list(tree(campaign.root, "收件").values()) == [data]
    assert says_nothing(campaign)
    assert [one.state for one in take(再=data)] == ["known"]


def test_it_is_read_once_and_then_known_like_any_other(
    campaign: Campaign, take: Take, passwords: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords(SECRET)
    take(甲=agile(filled("HB01"), SECRET), 乙=filled("HB02"))
    monkeypatch.delenv("LZXL_WORKBOOK_PASSWORD_FILE")
    states = [filing.state for filing in take_stock(Campaign(campaign.root)).filings]
    assert states == ["accepted", "accepted", "missing"]
    forget(campaign)
    assert take_stock(Campaign(campaign.root)).filings[0].state == "refused"
    passwords(SECRET)
    assert take_stock(Campaign(campaign.root)).filings[0].state == "accepted"
    assert says_nothing(campaign)


def test_the_summary_reads_it_again(campaign: Campaign, take: Take, passwords: Callable[..., None]) -> None:
    passwords(SECRET)
    take(甲=agile(filled("HB01"), SECRET))
    first = consolidate(campaign.root).path.read_bytes()
    forget(campaign, "cache", "ledger.sqlite")
    assert consolidate(campaign.root).path.read_bytes() == first
    assert says_nothing(campaign)


def test_its_return_is_locked_with_its_own_password(
    campaign: Campaign, take: Take, passwords: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords("wrong", SECRET, "another")
    written: list[bytes] = []
    replace = Path.replace

    def watched(self: Path, target: Path) -> Path:
        if "退回" in str(target):
            written.append(self.read_bytes())
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", watched)
    taken = take(甲=agile(filled("HB01", spoil=no_channel), SECRET), 乙=filled("HB02", spoil=no_channel))
    locked, plain = sorted(taken, key=lambda one: one.unit.code if one.unit else "")
    assert (locked.state, plain.state) == ("returned", "returned")
    book = opened((campaign.root / locked.returned).read_bytes(), SECRET)
    assert book.active is not None and book.active.title == FINDINGS_SHEET
    assert any(cell.comment for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    assert zipfile.is_zipfile(campaign.root / plain.returned)
    # Never in clear under 退回, and nothing is left of the work.
    assert [zipfile.is_zipfile(io.BytesIO(data)) for data in written].count(True) == 1
    assert not list((campaign.root / ".lzxl").glob("working-*"))
    assert says_nothing(campaign)


def test_excels_own_password_is_no_secret(campaign: Campaign, take: Take) -> None:
    [intake] = take(甲=standard(filled("HB01", spoil=no_channel), EXCELS_OWN))
    assert intake.state == "returned"
    assert zipfile.is_zipfile(campaign.root / intake.returned)


def test_a_return_that_cannot_be_locked_is_not_written(
    campaign: Campaign, take: Take, passwords: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords(SECRET)
    [intake] = take(甲=agile(filled("HB01", spoil=no_channel), SECRET))
    target = campaign.root / intake.returned
    target.unlink()
    forget(campaign, "ledger.sqlite")
    monkeypatch.delenv("LZXL_WORKBOOK_PASSWORD_FILE")
    with pytest.raises(ConfigError, match="没有能打开它的密码"):
        take(乙=filled("HB02"))
    assert not target.exists()
    passwords(SECRET)
    take(乙=filled("HB02"))
    assert opened(target.read_bytes(), SECRET)


def test_without_its_password_it_is_held_until_there_is_one(
    campaign: Campaign, take: Take, passwords: Callable[..., None]
) -> None:
    data = agile(filled("HB01"), SECRET)
    [intake] = take(甲=data)
    assert (intake.state, list(tree(campaign.root, "收件"))) == ("refused", [])
    assert "请去掉打开密码" in intake.reason  # as the unit is told
    passwords("wrong", "again", "and again")
    [intake] = take(甲=data)
    assert intake.state == "refused"
    assert "现有的密码均无法打开" in intake.reason and "不得写在邮件里" in intake.reason
    passwords(SECRET)
    [intake] = take(甲=data)
    assert intake.state == "accepted"
    assert tree(campaign.root, "待查") == {}


def test_what_the_office_accepts_of_the_held_may_be_locked(
    campaign: Campaign, take: Take, passwords: Callable[..., None]
) -> None:
    passwords(SECRET)
    [intake] = take(甲=agile(filled("HB01", spoil=no_unit), SECRET))
    assert intake.state == "held"
    forget(campaign)
    [name] = tree(campaign.root, "待查")
    ledger = Ledger(campaign.ledger_path)
    try:
        taken = accept(Campaign(campaign.root), ledger, Path(name).name[:8], "HB01", IN_TIME)
    finally:
        ledger.close()
    assert taken.state in ("accepted", "returned")
    assert taken.unit is not None and taken.unit.code == "HB01"


def test_nobody_is_asked_for_passwords_while_nothing_is_locked(
    campaign: Campaign, take: Take, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LZXL_WORKBOOK_PASSWORD_FILE", str(tmp_path / "not there"))
    plain = filled("HB01")
    assert [one.state for one in take(甲=plain, 乙=agile(filled("HB02"), EXCELS_OWN))] == ["accepted", "accepted"]
    with pytest.raises(ConfigError, match="找不到密码文件"):
        take(丙=agile(filled("HB03"), SECRET))
    assert len(ledger_rows(campaign.root)) == 2


def test_what_others_may_read_is_no_password_file(
    campaign: Campaign, take: Take, passwords: Callable[..., None], tmp_path: Path
) -> None:
    passwords(SECRET)
    (tmp_path / "passwords").chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600") as raised:
        take(甲=agile(filled("HB01"), SECRET))
    assert SECRET not in str(raised.value)


def test_outside_of_a_campaign_the_environment_has_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = send(tmp_path / "来件", 甲=agile(filled("HB01", spoil=no_channel), SECRET))
    assert check([folder]).exit_code == 3
    monkeypatch.setenv("LZXL_WORKBOOK_PASSWORD", SECRET)
    result = check([folder], return_dir=tmp_path / "退回")
    assert [entry.status for entry in result.files] == ["returned"]
    [path] = (tmp_path / "退回").iterdir()
    assert FINDINGS_SHEET in opened(path.read_bytes(), SECRET).sheetnames
    [submission] = read_with_cache(tmp_path, [Job(folder / "甲.xlsx", "甲")])
    assert submission.is_locked


def test_a_check_of_what_was_received_locks_its_returns(
    campaign: Campaign, take: Take, passwords: Callable[..., None], tmp_path: Path
) -> None:
    passwords(SECRET)
    take(甲=agile(filled("HB01", spoil=no_channel), SECRET))
    check([], campaign.root, return_dir=tmp_path / "退回")
    [path] = (tmp_path / "退回").iterdir()
    assert opened(path.read_bytes(), SECRET)


def test_the_commands_say_no_password(
    campaign: Campaign, passwords: Callable[..., None], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    passwords(SECRET, "Auch-Geheim-8")
    folder = send(
        tmp_path / "来件",
        甲=agile(filled("HB01", spoil=no_channel), SECRET),
        乙=agile(filled("HB02"), SECRET),
        丙=agile(filled("HB03"), "nobody knows"),
    )
    root = str(campaign.root)
    commands: list[list[Any]] = [
        ["-C", root, "check", folder],
        ["-C", root, "check", folder, "--format", "json"],
        ["-C", root, "collect", folder],
        ["-C", root, "collect", "--list-held"],
        ["-C", root, "status"],
        ["-C", root, "consolidate"],
    ]
    codes = [run([str(word) for word in command]) for command in commands]
    out, err = capfd.readouterr()
    assert codes[:3] == [3, 3, 3]
    assert "file_password_wrong" in out and "现有的密码均无法打开" in out
    assert out.count("LZXL_WORKBOOK_PASSWORD_FILE") == 1  # what the office may do, where it looks at what is held
    assert not any(text in out + err for text in (SECRET, "Auch-Geheim-8", "nobody knows", "Traceback"))
    assert says_nothing(campaign)
