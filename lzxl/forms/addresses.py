"""Mail addresses as they are compared and written to: the domain in ASCII, whatever it is shown in."""

from __future__ import annotations

LONGEST_ADDRESS = 254
"""Characters; RFC 5321 allows no more."""


def with_ascii_domain(address: str) -> str:
    """`address` with its domain as servers know it (IDNA); unchanged where it has none, or one that cannot be written so."""
    local, at, domain = address.rpartition("@")
    # The codec takes long for long labels; no domain has such.
    if not at or domain.isascii() or len(domain) > LONGEST_ADDRESS:
        return address
    try:
        # The part before @ stays: how it is written only its own server knows (RFC 5321 2.3.11).
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address
