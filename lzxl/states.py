"""How things stand: one vocabulary for files, mails and letters. Each word is what the ledger and the JSON say, its title what
people read.

No word and no title stands anywhere else (`tests/test_states.py`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class _State(StrEnum):
    """A word with its Chinese title. The word itself is text: it is kept in the ledger, compared and printed as such."""

    chinese: str

    def __new__(cls, word: str, title: str = "") -> Self:
        # Left to itself, StrEnum takes a second text for the encoding of the first.
        state = str.__new__(cls, word)
        state._value_ = word
        state.chinese = title
        return state

    def __repr__(self) -> str:
        """As the text that it is: what is made of values in a repr, and the examples of the manual, say the word."""
        return repr(self.value)


class FileState(_State):
    """What became of a file, or of a form that a unit owes."""

    WAITING = "", ""
    """Nothing yet: it has not been looked at, or it is stored and will be judged beside all others."""
    ACCEPTED = "accepted", "已接收"
    NIL = "nil", "零报告"
    """Accepted, and there was nothing to report."""
    NIL_OPEN = "nil_open", "零报告（待认可）"
    """That there was nothing to report, which the leading group has yet to accept."""
    NIL_REFUSED = "nil_refused", "零报告（未认可）"
    """The leading group did not accept that there was nothing to report."""
    NIL_REVOKED = "nil_revoked", "零报告（已撤销）"
    """A warning that proved true contradicts that there was nothing to report."""
    RETURNED = "returned", "已退回"
    REFUSED = "refused", "无法读取"
    HELD = "held", "待查"
    """The office must look."""
    KNOWN = "known", "已收过"
    """The same content was taken in before."""
    SKIPPED = "skipped", "未收取"
    """Part of a mail that is no submission."""
    LEFT_BEHIND = "left_behind", "程序留下的文件"
    MISSING = "missing", "未报送"
    ENCLOSED = "enclosed", "请填报"
    """Sent out to be filled in."""

    @property
    def told(self) -> str:
        """Its title in a letter to the unit."""
        other = {
            FileState.NIL: "已接收（零报告）",
            FileState.NIL_OPEN: "已接收（零报告，待认可）",
            FileState.SKIPPED: "未能收取",
        }
        return other.get(self, self.chinese)

    @property
    def checked(self) -> str:
        """Its title where a file was only checked, and has come in nowhere."""
        return {FileState.ACCEPTED: "通过", FileState.RETURNED: "退回"}.get(self, self.chinese)


FOUND = (FileState.ACCEPTED, FileState.RETURNED, FileState.REFUSED)
"""How a file is found when it is checked."""
ACCEPTABLE = (FileState.ACCEPTED, FileState.NIL, FileState.NIL_OPEN)
"""A form that is in one of these is done with, as far as its unit goes."""
WITHOUT_ROWS = (FileState.NIL, FileState.NIL_OPEN)
"""There was nothing to report."""
TO_SUPPLEMENT = (FileState.NIL_REFUSED, FileState.NIL_REVOKED)
"""It was said that there was nothing to report, and there is: the form is owed."""
GIVEN_BACK = (*TO_SUPPLEMENT, FileState.RETURNED, FileState.REFUSED)
"""Something came in, and is not done with."""
OF_FILINGS = (*ACCEPTABLE, *GIVEN_BACK, FileState.MISSING)
"""How a unit's form may stand, in the order in which they are told."""
OF_INTAKE = (*FOUND, FileState.HELD, FileState.KNOWN)
"""What may become of a file that comes in, in the order in which they are told."""


class MailState(_State):
    """How far a mail has come: stored → parsed → one of the verdicts → answered → filed."""

    UNDECIDED = "", ""
    """In the place of a verdict, while it has none."""
    STORED = "stored", "已存"
    PARSED = "parsed", "已拆开"
    ACCEPTED = "accepted", FileState.ACCEPTED.chinese
    RETURNED = "returned", FileState.RETURNED.chinese
    QUARANTINED = "quarantined", FileState.HELD.chinese
    KNOWN = "known", FileState.KNOWN.chinese
    IGNORED = "ignored", "无需办理"
    ANSWERED = "answered", "已答复"
    FILED = "filed", "已归档"


VERDICTS = (
    MailState.ACCEPTED,
    MailState.RETURNED,
    MailState.QUARANTINED,
    MailState.KNOWN,
    MailState.IGNORED,
)
"""What may become of a mail by what is in it, in the order in which they are told."""


class LetterState(_State):
    """How far a letter of ours has come: draft → sending → sent, unknown or refused."""

    DRAFT = "draft", "待发"
    SENDING = "sending", "正在发送"
    SENT = "sent", "已发出"
    HANDLED = "handled", "已由人工办理"
    """A person has taken the draft away."""
    UNKNOWN = "unknown", "是否发出待查"
    REFUSED = "refused", "对方拒收"
    BOUNCED = "bounced", "被退信"
    WITHDRAWN = "withdrawn", "已作废"


UNSENT = (LetterState.DRAFT, LetterState.SENDING, LetterState.UNKNOWN)
"""A letter that has not surely gone out."""


class Delivery(_State):
    """What a mail server has done with a letter."""

    SENT = "sent", LetterState.SENT.chinese
    REFUSED = "refused", LetterState.REFUSED.chinese
    LATER = "later", "稍后再发"
    """It certainly has not been taken, and may be sent again."""
    UNKNOWN = "unknown", LetterState.UNKNOWN.chinese
    """It was handed over, and no answer came."""


class Word(_State):
    """In the place of a state, what a letter has answered that is no file."""

    REQUEST = "request", "请重新发送"
    DUE = "due", "待重写"
    """The letter about it was withdrawn, and whatever command writes letters next writes it anew."""
