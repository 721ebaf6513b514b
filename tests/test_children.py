"""What a child process that reads foreign files is given, and what it is not."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from lzxl.children import environment
from lzxl.mail import packed
from tests.mail.letters_to_parse import poison

SECRETS = {"LZXL_MAIL_PASSWORD": "one", "LZXL_WORKBOOK_PASSWORD": "two", "lzxl_smtp_password": "three"}


def test_no_password_is_in_a_childs_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LZXL_SCHEME", "product")
    given = environment()
    assert not set(SECRETS) & set(given)
    assert given["LZXL_SCHEME"] == "product"


def test_a_child_that_opens_outlooks_formats_knows_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []
    run = subprocess.run

    def spy(*arguments: Any, **options: Any) -> Any:
        seen.append(options["env"])
        return run(*arguments, **options)

    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(packed.subprocess, "run", spy)
    packed.unpack(poison())
    [given] = seen
    assert not set(SECRETS) & set(given)
