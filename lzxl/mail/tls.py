"""Whose certificates the mail servers may show: one answer for collecting and for sending."""

from __future__ import annotations

import ssl
from pathlib import Path

from lzxl.errors import MailError


def fails_for_good(error: BaseException) -> bool:
    """Whether no new try would make a handshake go well: one that only breaks off is the network's trouble."""
    return isinstance(error, ssl.SSLError) and not isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError)


def trusted(ca_file: str) -> ssl.SSLContext:
    """What a mail server's certificate is judged by: the system's authorities, or the bureau's own in `ca_file`.

    Raises MailError if that file cannot be used: it is not there, may not be read, is no PEM, or names nobody's home.
    """
    try:
        # With a file of its own, Python does not load the system's authorities beside it.
        return ssl.create_default_context(cafile=str(Path(ca_file).expanduser()) if ca_file else None)
    except (OSError, ValueError, RuntimeError):
        raise MailError(
            f"证书文件 {ca_file} 不能用。请核对 lzxl.toml 的 ca_file：应是 PEM 格式的机构证书。",
            code="certificate_file_unusable",
            ca_file=ca_file,
        ) from None
