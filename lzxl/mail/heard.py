"""What the units have been told: the last word on each subject, and what a subject is noted under."""

from __future__ import annotations

from lzxl.campaign.ledger import Receipt
from lzxl.mail.entries import Answer, Part
from lzxl.mail.register import Register
from lzxl.states import FileState, Word


class Heard:
    """What the units have been told by letters that are not withdrawn: the last word on each subject."""

    def __init__(self, register: Register, without: str = "") -> None:
        """`without`: the key of a letter, as if that had not been written."""
        self._register = register
        self._without = without

    def of(self, subject: str) -> str:
        """The verdict that was told last, "" if none was."""
        told = [answer.verdict for answer in self._about(subject) if answer.verdict != Word.DUE]
        return told[-1] if told else ""

    def has(self, receipt: Receipt) -> bool:
        """Whether the last word on a submission is how it stands. An earlier version of lzxl noted the state alone."""
        return self.of(receipt.sha256) in (receipt.verdict, receipt.state)

    def is_concerned(self, subject: str) -> bool:
        """Whether a letter about it was written, or one was withdrawn that is to be written again: it is answered by
        whatever command comes next."""
        return any(answer.key or answer.verdict == Word.DUE for answer in self._about(subject))

    def _about(self, subject: str) -> list[Answer]:
        """What was noted about a subject, in the order in which it was written."""
        answers = self._register.answers_about(subject)
        return [answer for answer in answers if not self._without or answer.key != self._without]


def subject_of(part: Part) -> tuple[str, str] | None:
    """What an answer about a part that is no submission is noted under; None if there is nothing to say of it."""
    if part.outcome == FileState.REFUSED:
        return (f"{part.message}/{part.number}", FileState.REFUSED)
    if part.request:
        return (f"{part.message}/{part.number}", Word.REQUEST)
    return None
