"""Passwords: where they are looked for, and when a place is refused."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from lzxl.campaign.mail_settings import MailSettings
from lzxl.campaign.secrets import mail_password, workbook_passwords
from lzxl.errors import ConfigError

VARIABLES = ("MAIL_PASSWORD", "MAIL_PASSWORD_FILE", "SMTP_PASSWORD", "WORKBOOK_PASSWORD", "WORKBOOK_PASSWORD_FILE")
SETTINGS = MailSettings(user="lzb@example.gov.cn")
posix_only = pytest.mark.skipif(os.name != "posix", reason="only POSIX files say who may read them")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """No password in the environment, and no keeper."""
    for name in VARIABLES:
        monkeypatch.delenv(f"LZXL_{name}", raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)


def written(path: Path, data: bytes, mode: int = 0o600) -> str:
    path.write_bytes(data)
    path.chmod(mode)
    return str(path)


def keeper(monkeypatch: pytest.MonkeyPatch, kept: dict[tuple[str, str], str]) -> None:
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=lambda *names: kept.get(names)))


@pytest.mark.parametrize("mode", [0o600, 0o400])
@pytest.mark.parametrize("data", [b"secret", b"secret\n", b"secret\r\nmore\r\n", b"\xef\xbb\xbfsecret\n"])
def test_the_first_line_of_a_file(tmp_path: Path, data: bytes, mode: int) -> None:
    settings = MailSettings(password_file=written(tmp_path / "mail", data, mode))
    assert mail_password(settings) == "secret"


def test_spaces_and_chinese_belong_to_the_password(tmp_path: Path) -> None:
    settings = MailSettings(password_file=written(tmp_path / "mail", " 密 码 \n".encode()))
    assert mail_password(settings) == " 密 码 "


def test_the_file_goes_before_the_environment_and_that_before_the_keeper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper(monkeypatch, {("lzxl", SETTINGS.user): "kept"})
    assert mail_password(SETTINGS) == "kept"
    monkeypatch.setenv("LZXL_MAIL_PASSWORD", "environment")
    assert mail_password(SETTINGS) == "environment"
    monkeypatch.setenv("LZXL_MAIL_PASSWORD_FILE", written(tmp_path / "named", b"named\n"))
    assert mail_password(SETTINGS) == "named"
    assert mail_password(MailSettings(password_file=written(tmp_path / "set", b"set\n"))) == "set"


def test_a_sending_server_with_a_password_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = MailSettings(password_file=written(tmp_path / "mail", b"mail\n"))
    assert mail_password(settings, "smtp") == "mail"
    monkeypatch.setenv("LZXL_SMTP_PASSWORD", "smtp")
    assert (mail_password(settings, "imap"), mail_password(settings, "smtp")) == ("mail", "smtp")


def test_no_password_lists_the_three_ways() -> None:
    with pytest.raises(ConfigError) as caught:
        mail_password(SETTINGS)
    for way in ("password_file", "LZXL_MAIL_PASSWORD", "keyring set lzxl"):
        assert way in str(caught.value)


@posix_only
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o666, 0o620])
def test_a_file_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = written(tmp_path / "mail", b"secret\n", mode)
    with pytest.raises(ConfigError, match="chmod 600") as caught:
        mail_password(MailSettings(password_file=path))
    assert "secret" not in str(caught.value)


@posix_only
def test_a_file_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "mail", b"secret\n")
    other = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: other)
    with pytest.raises(ConfigError, match="chown"):
        mail_password(MailSettings(password_file=path))


@pytest.mark.parametrize(
    ("data", "said"),
    [(None, "找不到密码文件"), (b"", "第一行是空的"), (b"\nx\n", "第一行是空的"), (b"\xc3\xdc", "UTF-8")],
)
def test_a_file_that_cannot_be_used_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes | None, said: str
) -> None:
    monkeypatch.setenv("LZXL_MAIL_PASSWORD", "environment")
    path = str(tmp_path / "mail") if data is None else written(tmp_path / "mail", data)
    with pytest.raises(ConfigError, match=said):
        mail_password(MailSettings(password_file=path))


def test_a_folder_is_no_password_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="不能读取"):
        mail_password(MailSettings(password_file=str(tmp_path)))


def test_a_path_below_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    written(tmp_path / "mail", b"secret\n")
    assert mail_password(MailSettings(password_file="~/mail")) == "secret"


def test_a_keeper_that_fails_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: str) -> str:
        raise RuntimeError("No recommended backend was available.")

    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_password=fail))
    with pytest.raises(ConfigError, match="没有邮箱密码"):
        mail_password(SETTINGS)
    assert workbook_passwords(SETTINGS) == ()


def test_passwords_of_workbooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert workbook_passwords(SETTINGS) == ()
    keeper(monkeypatch, {("lzxl-workbook", SETTINGS.user): "kept", ("lzxl-workbook", "lzxl"): "no mailbox"})
    assert workbook_passwords(SETTINGS) == ("kept",)
    assert workbook_passwords(MailSettings()) == ("no mailbox",)
    monkeypatch.setenv("LZXL_WORKBOOK_PASSWORD", "three")
    assert workbook_passwords(SETTINGS) == ("three",)
    monkeypatch.setenv("LZXL_WORKBOOK_PASSWORD_FILE", written(tmp_path / "books", b"one\n\ntwo\r\none\n"))
    assert workbook_passwords(SETTINGS) == ("one", "two", "three")


def test_more_than_three_passwords_of_workbooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LZXL_WORKBOOK_PASSWORD_FILE", written(tmp_path / "books", b"1\n2\n3\n4\n"))
    with pytest.raises(ConfigError, match="最多3个"):
        workbook_passwords(SETTINGS)


@posix_only
def test_a_list_of_passwords_that_others_may_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LZXL_WORKBOOK_PASSWORD_FILE", written(tmp_path / "books", b"1\n", 0o644))
    with pytest.raises(ConfigError, match="chmod 600"):
        workbook_passwords(SETTINGS)
