"""The kinds of papers, as schemas/papers.yaml says: what each is called, how it is numbered, what makes it due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from lzxl.data import schemas_folder
from lzxl.forms.load import read_sound

Asked = Literal["", "person", "power"]


@dataclass(frozen=True)
class Room:
    """How much of a page the table of a paper may take: lines, and characters in a line of its columns."""

    lines: int
    headline: int
    measure: int


@dataclass(frozen=True)
class PaperKind:
    """One kind of paper. What makes it due is one of the last."""

    name: str
    title: str
    """A word of 文种."""
    series: str
    """What stands behind the office's sign in its number; "" for a paper without a number."""
    tells_content: bool = True
    """Whether it may tell more of the matter than its number."""
    by_mandate: bool = False
    """Whether it is the paper of a disposition (`Machine.mandate`)."""
    sent_with: str = ""
    """What a step says that it is sent with (`Step.paper`)."""
    state: str = ""
    """The state of a warning in which it is due."""
    on: str = ""
    """What else makes it due."""
    objects: tuple[str, ...] = ()
    """Roles of the objects that it tells the decisions on."""
    made_with: str = ""
    """The name of the kind that it goes along with."""
    asked: Asked = ""
    """What there is one page of for each, where it is made whenever somebody asks."""
    room: Room | None = None
    is_public: bool = False
    """Whether everybody may read it."""

    @property
    def file(self) -> str:
        """What its template is called."""
        return f"{self.title}.docx"


@lru_cache(maxsize=4)
def paper_kinds(folder: Path | None = None) -> tuple[PaperKind, ...]:
    """All kinds, in the order in which they are told. Raises ConfigError if schemas/papers.yaml is not sound."""
    data = read_sound(schemas_folder(folder), "papers.yaml")
    return tuple(_kind(entry) for entry in data["papers"])


def kinds_on(what: str) -> tuple[PaperKind, ...]:
    """The kinds that something makes due which is no step of a warning: an announcement, a grade that is settled …"""
    return tuple(one for one in paper_kinds() if one.on == what)


def going_with(kind: PaperKind) -> tuple[PaperKind, ...]:
    """The kinds that go along with another."""
    return tuple(one for one in paper_kinds() if one.made_with == kind.name)


def known_steps(folder: Path | None = None) -> tuple[str, ...]:
    """The steps in which powers are exercised, in their order."""
    return tuple(read_sound(schemas_folder(folder), "papers.yaml").get("steps", ()))


def _kind(entry: Mapping[str, Any]) -> PaperKind:
    follows = entry["follows"]
    return PaperKind(
        entry["name"],
        entry["title"],
        entry.get("series", ""),
        entry.get("content", "") != "never",
        bool(follows.get("mandate")),
        follows.get("sent_with", ""),
        follows.get("state", ""),
        next((name for name in EVENTS if follows.get(name)), ""),
        tuple(follows.get("decided", ())),
        follows.get("made_with", ""),
        follows.get("asked", ""),
        Room(**entry["room"]) if "room" in entry else None,
        bool(entry.get("public")),
    )


EVENTS = ("nil_revoked", "decided", "graded", "ranked", "published", "reported")
"""What makes a paper due besides a warning's course."""
