"""Passwords: from a file that only its owner may read, from the environment, or from the system's own keeper.

They are in no setting, on no command line, in no log.
"""

from __future__ import annotations

import importlib
import os
import stat
from pathlib import Path
from typing import Literal

from lzxl.campaign.mail_settings import MailSettings
from lzxl.errors import ConfigError

MAIL_SERVICE = "lzxl"
WORKBOOK_SERVICE = "lzxl-workbook"
MOST_WORKBOOK_PASSWORDS = 3
_MOST_BYTES = 4096
_BARRED = stat.S_IRWXG | stat.S_IRWXO


def mail_password(settings: MailSettings, kind: Literal["imap", "smtp"] = "imap") -> str:
    """The password of the mailbox. Raises ConfigError where there is none, or its file is open to others.

    Where the sending server wants another one than the receiving server, LZXL_SMTP_PASSWORD has it.
    """
    if kind == "smtp" and (other := os.environ.get("LZXL_SMTP_PASSWORD", "")):
        return other
    if path := settings.password_file or os.environ.get("LZXL_MAIL_PASSWORD_FILE", ""):
        lines = _lines(path)
        if not lines or not lines[0]:
            raise ConfigError(
                f"密码文件 {path} 的第一行是空的。请把密码（授权码）写在第一行。", code="password_file_empty", path=path
            )
        return lines[0]
    password = os.environ.get("LZXL_MAIL_PASSWORD", "") or _kept(MAIL_SERVICE, settings.user)
    if not password:
        raise ConfigError(
            "没有邮箱密码。请用下面三种办法之一：把密码（163、QQ 等邮箱是授权码）写进一个只许本人读写的文件，"
            "并在 lzxl.toml 的 password_file 写上它的路径；或设置环境变量 LZXL_MAIL_PASSWORD；"
            f"或装好 keyring 后运行 keyring set {MAIL_SERVICE} 登录名。",
            code="password_missing",
        )
    return password


def workbook_passwords(settings: MailSettings) -> tuple[str, ...]:
    """The passwords that units may have set on their workbooks, at most three; () if there are none.

    From the file named by LZXL_WORKBOOK_PASSWORD_FILE, one a line, and from LZXL_WORKBOOK_PASSWORD; where neither is set,
    from the system's keeper. Raises ConfigError for a file that is open to others, or has more than three.
    """
    path, single = os.environ.get("LZXL_WORKBOOK_PASSWORD_FILE", ""), os.environ.get("LZXL_WORKBOOK_PASSWORD", "")
    told = [*(_lines(path) if path else ()), single]
    if not path and not single:
        told = [_kept(WORKBOOK_SERVICE, settings.user or MAIL_SERVICE)]
    passwords = list(dict.fromkeys(filter(None, told)))
    if len(passwords) > MOST_WORKBOOK_PASSWORDS:
        raise ConfigError(
            f"表格密码最多{MOST_WORKBOOK_PASSWORDS}个，现有{len(passwords)}个。请删去不用的。",
            code="passwords_too_many",
        )
    return tuple(passwords)


def _lines(path: str) -> list[str]:
    """The lines of a password file without their ends. Raises ConfigError if others may read it."""
    try:
        with Path(path).expanduser().open("rb") as file:
            # Of the file that is open: another one may be put in its place after its path was looked at.
            status = os.fstat(file.fileno())
            if os.name == "posix" and (status.st_mode & _BARRED or status.st_uid != os.geteuid()):
                raise ConfigError(
                    f"密码文件 {path} 他人也能读取，或不归当前用户所有，未使用。"
                    f'请用当前用户运行 chmod 600 "{path}"；不归自己所有的，请先 chown。',
                    code="password_file_open_to_others",
                    path=path,
                )
            # Notepad's mark at the beginning would be the first sign of the first password.
            text = file.read(_MOST_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"找不到密码文件 {path}。请检查路径，或把密码写进这个文件。", code="password_file_not_found", path=path
        ) from None
    except OSError:
        raise ConfigError(
            f"密码文件 {path} 不能读取。请检查它是否为文件、当前用户能否读取。",
            code="password_file_unreadable",
            path=path,
        ) from None
    except UnicodeDecodeError:
        raise ConfigError(
            f"密码文件 {path} 不是 UTF-8 文本。请用记事本另存为 UTF-8。", code="password_file_not_utf8", path=path
        ) from None
    # Not splitlines: it ends lines at \x0b, \x85 or \u2028 too, which a password may have.
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _kept(service: str, user: str) -> str:
    """The password that the system's keeper has; "" if it has none, or there is no keeper."""
    try:
        keyring = importlib.import_module("keyring")
        return str(keyring.get_password(service, user) or "")
    except Exception:
        # Not installed; installed without a back-end, as on a server; locked. Each means: no password from there.
        return ""
