"""What a run took in: files, mails, and what is in them; and how each of them stands in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from lzxl.campaign.intake import Intake, as_it_stands
from lzxl.errors import MailError, OutputError
from lzxl.mail.entries import Message, Part, Posted
from lzxl.mail.register import Register
from lzxl.states import FileState

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign
    from lzxl.campaign.standing import Standing


@dataclass
class Taken:
    """What a run took in."""

    files: list[Intake] = field(default_factory=list)
    """What became of files that came without a mail, in their order."""
    left_behind: list[str] = field(default_factory=list)
    """Where files lay that programs left behind: they are no submissions, and nothing became of them."""
    messages: list[Message] = field(default_factory=list)
    """The mails that this run dealt with, in the order in which they came in."""
    parts: dict[str, list[Part]] = field(default_factory=dict)
    """sha256 of a mail → what was in it."""
    intakes: dict[tuple[str, int], Intake] = field(default_factory=dict)
    """(sha256 of a mail, number of a part) → what this run made of it."""
    trouble: MailError | OutputError | None = None
    """What kept the run from fetching all mails; those that it has were dealt with."""
    known: int = 0
    """How many mails of the sources were known before."""

    bounced: list[Posted] = field(default_factory=list)
    """Letters of ours that a mail of this run says did not arrive."""
    copies: int = 0
    """How many mails were the office's own copies of its letters: they are not among the messages."""

    @property
    def states(self) -> Counter[FileState]:
        """How many files came to what, those in mails as well."""
        parts = chain.from_iterable(self.parts.values())
        return Counter([*(intake.state for intake in self.files), *(part.outcome for part in parts)])

    def add_files(self, intakes: Sequence[Intake]) -> None:
        """Count what became of files that came without a mail."""
        for intake in intakes:
            if intake.state == FileState.LEFT_BEHIND:
                self.left_behind.append(intake.source)
            else:
                self.files.append(intake)

    def stand_as(self, campaign: Campaign, standing: Standing, register: Register) -> None:
        """Say of everything how it stands now that all of it is in."""
        self.files = [as_it_stands(intake, campaign, standing) for intake in self.files]
        for key, intake in self.intakes.items():
            self.intakes[key] = as_it_stands(intake, campaign, standing)
        self.messages = [register.message(message.sha256) or message for message in self.messages]
        for sha256, parts in self.parts.items():
            self.parts[sha256] = register.parts_of(sha256) or parts
