"""Closed lists of words, as people fill them in: a word is known by its aliases, and by what is typed for it by mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from lzxl.forms.text import compact, fold


class Pickled:
    """Pickled from a copy: what it remembers (`cached_property`) may be worked out by another thread meanwhile."""

    def __getstate__(self) -> dict[str, Any]:
        return dict(self.__dict__)


@dataclass(frozen=True)
class Word:
    """One word of a vocabulary: what it means, how else it is written, what is typed by mistake for it."""

    word: str
    definition: str = ""
    aliases: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    group: str = ""
    role: str = ""
    """What it is to the rules, whatever it is called: the word that proves a matter, the one that means yes."""
    answered_by: tuple[str, ...] = ()
    """The words of another vocabulary that answer it."""


# A longer text is no word that was mistyped.
_LONGEST_WORD = 100
LIKE_A_WORD = 0.6
"""How much of a text must be that of a word to be taken for it, by difflib's ratio: from 0 to 1."""
_MOST_REMEMBERED = 4096


@dataclass(frozen=True)
class Vocabulary(Pickled):
    """A closed list of words. `order` says which end is gravest: never assume that the first is."""

    name: str
    title: str
    clause: str
    words: tuple[Word, ...]
    order: Literal["", "gravest_first", "gravest_last"] = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    groups: str = ""
    """The vocabulary that its words are grouped by."""
    answered_in: str = ""
    """The vocabulary whose words answer its own."""
    judged: bool = False
    """Whether its words grade or disclose something: which one it is, is the judgement of who fills the form in."""

    @cached_property
    def allowed(self) -> tuple[str, ...]:
        """The words in the order of the drop-down."""
        return tuple(word.word for word in self.words)

    @cached_property
    def _by_alias(self) -> dict[str, str]:
        known: dict[str, str] = {}
        for word in self.words:
            for text in (word.word, *word.aliases):
                known.setdefault(_fold_word(text), word.word)
        return known

    @cached_property
    def _by_near(self) -> dict[str, str]:
        known: dict[str, str] = {}
        for word in self.words:
            for text in word.near:
                known.setdefault(_fold_word(text), word.word)
        return known

    def find(self, text: str) -> str | None:
        """The word that `text` is, or is an alias of; None when it is neither."""
        return self._by_alias.get(_fold_word(text))

    def suggest(self, text: str) -> str | None:
        """The word that `text`, which is none of the words, is nearest to; None when nothing is near.

        Never one of words that grade or disclose: 中 is near to nothing, and 公开 is not 暂不公开.
        """
        if self.judged or len(text) > _LONGEST_WORD:
            return None
        folded = _fold_word(text)
        if folded in self._by_near:
            return self._by_near[folded]
        if folded not in self._suggested:
            from difflib import get_close_matches

            if len(self._suggested) >= _MOST_REMEMBERED:
                # A hostile file has as many wrong words as cells.
                self._suggested.clear()
            close = get_close_matches(folded, list(self._by_alias), n=1, cutoff=LIKE_A_WORD)
            self._suggested[folded] = self._by_alias[close[0]] if close else None
        return self._suggested[folded]

    @cached_property
    def _suggested(self) -> dict[str, str | None]:
        """What was suggested before: the same wrong word is asked about by several rules, and often in several rows."""
        return {}

    def in_role(self, role: str) -> tuple[str, ...]:
        """The words that have the role, in the order of the drop-down."""
        return tuple(word.word for word in self.words if word.role == role)

    @cached_property
    def answers(self) -> Mapping[str, tuple[str, ...]]:
        """Word → the words of another vocabulary that answer it, for those that have any."""
        return {word.word: word.answered_by for word in self.words if word.answered_by}

    def told(self, allowed: Sequence[str] | None = None) -> str:
        """The words (or those of them in `allowed`) as a message lists them; with their meanings if one must be judged."""
        words = self.allowed if allowed is None else allowed
        if not self.judged:
            return "、".join(words)
        meanings = {word.word: word.definition for word in self.words}
        return "；".join(f"“{word}”指{meanings[word]}" for word in words)

    def group_of(self, word: str) -> str:
        """The word of another vocabulary that `word` belongs to, "" when it has none."""
        return next((entry.group for entry in self.words if entry.word == word), "")


def _fold_word(text: str) -> str:
    folded = fold(text)
    # 是 may be ticked with √ or crossed with ×, which are no letters.
    return folded or compact(text)
