"""The bureau's own certificate authority: one answer for collecting and for sending."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from lzxl.errors import MailError
from lzxl.mail.tls import trusted


def test_without_a_file_the_systems_authorities_judge() -> None:
    context = trusted("")
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize("written", ["/no/such/file.pem", "~nosuchuser/ca.pem", "a\0b.pem", ".", "no.pem"])
def test_a_certificate_file_that_cannot_be_used_is_named(
    written: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "no.pem").write_text("证书", "utf-8")
    with pytest.raises(MailError, match="ca_file"):
        trusted(written)
