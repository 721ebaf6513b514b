"""What is asked of the ledger about our letters and what they answer: by SQL, no more than the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lzxl.campaign.ledger import RECEIPTS, Ledger, Receipt, marks
from lzxl.mail.entries import ANSWERS, LETTERS, Answer, Posted
from lzxl.mail.letter_kinds import Kind
from lzxl.states import UNSENT, LetterState


class LetterBook(Ledger):
    """The letters in the ledger."""

    def letter(self, key: str) -> Posted | None:
        return self._first(LETTERS, "key = ?", key)

    def letters(self, *states: LetterState) -> list[Posted]:
        """Those that are in one of `states`, the oldest first."""
        return self._select(LETTERS, f"state IN ({marks(states)}) ORDER BY day, unit, key", *states)

    def letters_until(self, last: str) -> list[Posted]:
        """All that were written up to an ISO day."""
        return self._select(LETTERS, "day <= ? ORDER BY key", last)

    def drafts(self, *kinds: Kind, unit: str | None = None) -> list[Posted]:
        """Those of these kinds that lie as drafts still, the oldest first. `unit`: only to this one."""
        whose = "" if unit is None else " AND unit = ?"
        return self._select(
            LETTERS,
            f"state = ? AND kind IN ({marks(kinds)}){whose} ORDER BY day, unit, key",
            *(LetterState.DRAFT, *kinds, *(() if unit is None else (unit,))),
        )

    def letters_of_id(self, message_ids: Iterable[str]) -> list[Posted]:
        """Those with these Message-IDs."""
        return [letter for name in message_ids for letter in self._select(LETTERS, "message_id = ?", name)]

    def is_own(self, message_id: str) -> bool:
        """Whether a Message-ID is that of a letter of ours."""
        return bool(self.query("SELECT 1 FROM letters WHERE message_id = ? LIMIT 1", (message_id,)))

    def written_to(self, recipient: str, day: str, kinds: Sequence[Kind]) -> int:
        """How many letters of these kinds were written to an address on a day, without those that were withdrawn."""
        [[count]] = self.query(
            f"SELECT COUNT(*) FROM letters WHERE recipient = ? AND day = ? AND state <> ? AND kind IN ({marks(kinds)})",  # noqa: S608
            (recipient, day, LetterState.WITHDRAWN, *kinds),
        )
        return int(count)

    def is_written(self, unit: str, day: str, kinds: Sequence[Kind]) -> bool:
        """Whether a letter of these kinds, one that is not withdrawn, was written to a unit on a day."""
        found = self.query(
            f"SELECT 1 FROM letters WHERE unit = ? AND day = ? AND state <> ? AND kind IN ({marks(kinds)}) LIMIT 1",  # noqa: S608
            (unit, day, LetterState.WITHDRAWN, *kinds),
        )
        return bool(found)

    def told_since(self, day: str, kinds: Sequence[Kind]) -> list[Receipt]:
        """The receipts of the submissions of which a letter of these kinds tells how they stand: one that waits, or
        that went out on `day` (ISO) or later. One that was sent by hand counts as gone when it was written."""
        rows = self.query(
            f"SELECT DISTINCT {RECEIPTS.qualified} FROM letters"  # noqa: S608 - our own names
            " JOIN answers ON answers.key = letters.key"
            " JOIN receipts ON receipts.sha256 = answers.subject AND receipts.version > 0 AND answers.verdict ="
            # As `Receipt.verdict` says it: neither can be changed alone.
            " CASE receipts.findings WHEN '' THEN receipts.state ELSE receipts.state || ':' || receipts.findings END"
            f" WHERE letters.kind IN ({marks(kinds)}) AND (letters.state IN ({marks(UNSENT)})"
            " OR letters.state = ? AND substr(letters.changed, 1, 10) >= ? OR letters.state = ? AND letters.day >= ?)",
            (*kinds, *UNSENT, LetterState.SENT, day, LetterState.HANDLED, day),
        )
        return self._read(RECEIPTS.read, rows)

    # what they answer

    def answered_by(self, key: str) -> list[str]:
        """The subjects that a letter answers, in the order in which they were noted."""
        return [row[0] for row in self.query("SELECT subject FROM answers WHERE key = ? ORDER BY rowid", (key,))]

    def is_answered(self, subject: str, verdict: str) -> bool:
        """Whether a letter that is not withdrawn was written about this."""
        return bool(self.query("SELECT 1 FROM answers WHERE subject = ? AND verdict = ?", (subject, verdict)))

    def answers_about(self, subject: str) -> list[Answer]:
        """All that was noted about a subject, in the order in which it was written."""
        # REPLACE gives a row a new rowid: what is told once more counts as told last.
        return self._select(ANSWERS, "subject = ? ORDER BY rowid", subject)

    def forget_answers(self, key: str) -> list[str]:
        """What a letter answers is unanswered again: these subjects."""
        subjects = self.answered_by(key)
        self.query("DELETE FROM answers WHERE key = ?", (key,))
        return subjects
