"""The program's own troubles: one small hierarchy, an exit code on each class, a Chinese sentence in each instance.

What is wrong with a submission is never an exception; it is a finding (`lzxl.forms.findings`).
"""

from __future__ import annotations

from typing import ClassVar

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_UNREADABLE = 3
EXIT_INTERRUPTED = 130


class LzxlError(Exception):
    """Trouble that ends a command. `str(error)` is one Chinese sentence: what, where, how to mend.

    code: what kind of trouble it is, in snake_case, for programs; the sentence may be worded anew, the code stays.
    facts: what the sentence speaks of (a path, a setting's name, a server's host), by name.
    """

    exit_code: ClassVar[int] = EXIT_USAGE

    def __init__(self, sentence: str, *, code: str = "", **facts: object) -> None:
        super().__init__(sentence)
        self.code = code
        self.facts = facts


class UsageError(LzxlError):
    """The command's words, or a path given on it, are wrong."""


class ConfigError(LzxlError):
    """lzxl.toml, the roster or a schema cannot be used as it stands."""


class UnreadableError(LzxlError):
    """A file that must be read cannot be read, or is refused."""

    exit_code: ClassVar[int] = EXIT_UNREADABLE


class MailError(LzxlError):
    """A mail server cannot be reached, is not to be trusted, or refuses what is asked of it."""

    exit_code: ClassVar[int] = EXIT_UNREADABLE


class OutputError(LzxlError):
    """The result cannot be written: no permission, no space, or the file is open in another program."""

    exit_code: ClassVar[int] = EXIT_UNREADABLE


def gravest(*exit_codes: int) -> int:
    """The exit code that stands for all: 130 over 2 over 3 over 1 over 0."""
    for code in (EXIT_INTERRUPTED, EXIT_USAGE, EXIT_UNREADABLE, EXIT_FINDINGS):
        if code in exit_codes:
            return code
    return EXIT_OK
