"""What was found in a mail, and what is to be told of it: what was left, why, and what is asked for instead."""

from __future__ import annotations

from dataclasses import dataclass, field

from lzxl.mail.model import Attachment, Skipped
from lzxl.mail.remedies import ASKS, BODY, SEND_APART, SEND_PLAIN, SEND_WORKBOOK
from lzxl.mail.replies import is_automatic_subject, is_question, is_thanks, says_automatic, speaks_of_file

MOST_PARTS = 1000
_THANKS = "没有附件，只是说收到或致谢"
_LINK = "超大附件链接"
_OWN_LETTER = "其中的表格是办公室发出的，不作为填报"


@dataclass
class Found:
    """What was found in a mail, and what is to be told of it."""

    attachments: list[Attachment] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    instead: list[Skipped] = field(default_factory=list)
    """Those of `skipped` whose request matters only where no candidate came."""
    has_link: bool = False
    """The mail has the address of an attachment that was left on a server."""
    has_link_words: bool = False
    words: str = ""
    """What the sender has written himself."""
    parts: int = 0
    """How many parts and files were looked at."""

    def told(self, automatic: bool = False, answers_us: bool = False) -> tuple[Skipped, ...]:
        """What was left, with what is asked for: for a workbook only of those who sent none."""
        if self.attachments:
            return self._told_beside_workbooks()
        skipped = self._told_without_workbooks(answers_us)
        if not any(one.request for one in skipped):
            skipped.append(Skipped(BODY, 0, *self._nothing(automatic, answers_us)))
        return tuple(skipped)

    def _told_without_workbooks(self, answers_us: bool) -> list[Skipped]:
        """What was left of a mail from which nothing is taken in."""
        if self.has_link or (self.has_link_words and not answers_us):
            return [*self.skipped, Skipped(_LINK, 0, "附件以网盘链接发送，未下载", SEND_PLAIN)]
        if not is_thanks(self.words):
            return list(self.skipped)
        # Thanks for a letter of ours that he sends on with it, too.
        return [self._without_request(one) if one.reason == _OWN_LETTER else one for one in self.skipped]

    def _told_beside_workbooks(self) -> tuple[Skipped, ...]:
        """What was left of a mail from which something is taken in."""
        skipped = [self._without_request(one) for one in self.skipped]
        if self.has_link:
            skipped.append(Skipped(_LINK, 0, "正文里另有附件以链接发送，未下载"))
        return tuple(skipped)

    def _nothing(self, automatic: bool, answers_us: bool) -> tuple[str, str]:
        """What is said of a mail without a file, and asked for: nothing of who only answers."""
        if automatic:
            return "没有附件", ""
        if is_thanks(self.words):
            return _THANKS, ""
        if answers_us and self._only_asks():
            return ASKS, ""
        return "没有附件", SEND_WORKBOOK

    def _only_asks(self) -> bool:
        """Whether the sender's words are to be read by a person, and no cover note of a file that was forgotten."""
        return bool(self.words) and (is_question(self.words) or not speaks_of_file(self.words))

    def is_automatic(self, subject: str) -> bool:
        """Whether a mail is an answer that a program gave, by its subject or its own words. A file that may be meant for the
        office is always seen."""
        if self.attachments or self.has_link or self._has_something_meant():
            return False
        return is_automatic_subject(subject) or says_automatic(self.words)

    def _has_something_meant(self) -> bool:
        """Whether something was left that its sender is asked for again, however it came."""
        return any(one.request for one in self.skipped if not self._is_instead(one))

    def _is_instead(self, one: Skipped) -> bool:
        return any(one is other for other in self.instead)

    def _without_request(self, one: Skipped) -> Skipped:
        return Skipped(one.name, one.size, one.reason) if self._is_instead(one) else one

    def refused(self, reason: str) -> tuple[Skipped, ...]:
        """Everything in a mail of which nothing is taken in; nobody is asked for anything."""
        left = [Skipped(one.name, len(one.data), reason) for one in self.attachments]
        return (*left, *(Skipped(one.name, one.size, one.reason) for one in self.skipped))

    def leave(self, name: str, size: int, reason: str, request: str = "", instead: bool = False) -> None:
        """Leave a part. `instead`: the request is to send a workbook instead of it."""
        skipped = Skipped(name, size, reason, request)
        self.skipped.append(skipped)
        if instead:
            self.instead.append(skipped)

    def leave_own(self) -> None:
        """A letter of our own that a unit sent on: the workbooks in it are ours, not theirs."""
        self.leave("转来的办公室信件", 0, _OWN_LETTER, SEND_WORKBOOK, instead=True)

    def is_too_many(self, name: str) -> bool:
        """Whether a mail has more parts than are looked at; said once."""
        self.parts += 1
        if self.parts == MOST_PARTS + 1:
            self.leave(name, 0, f"邮件里的内容超过{MOST_PARTS}个部分，其余未打开", SEND_APART)
        return self.parts > MOST_PARTS
