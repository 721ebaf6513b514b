"""The kinds of rules about who may read a row: what is made public, and what is kept inside (第八条(一)2)."""

from __future__ import annotations

from dataclasses import dataclass, field

from lzxl.forms.parts import TEXT, TEXTS, part


@dataclass(frozen=True)
class EditionColumn:
    """A column of what is made public: its title, the fields that it is made of (none: the unit), and its width in characters."""

    title: str = field(metadata={TEXT: True})
    of: tuple[str, ...] = part(several=True, optional=True)
    width: float = 14


@dataclass(frozen=True)
class Edition:
    """What one circle of readers gets to see (第八条(一)2)."""

    edition: str = field(metadata={TEXT: True})
    columns: tuple[EditionColumn, ...]
    to_everybody: bool = False
    """Whether anybody may read it: then what concerns everybody of a unit stands once a unit, and sensitive posts are left out."""


@dataclass(frozen=True)
class Published:
    """Rows that are made public, with posts and never with persons (第八条(一)2)."""

    post: str = part("text")
    type: str = part("choice", roles=("of_everybody",))
    headline: str = part("text")
    circle: str = part("choice", optional=True, roles=("inside", "withheld"))
    """Who may read the row: blank is everybody. What is withheld of a row that covers it, is withheld of the row as well."""
    editions: tuple[Edition, ...] = ()
    everybody: str = field(default="", metadata={TEXT: True})
    """What stands for the post where a risk is everybody's."""
    unregistered: str = field(default="", metadata={TEXT: True})
    """What is said of a unit that has no row."""
    agreed: str = field(default="", metadata={TEXT: True})
    """What is said of a unit that need not have any, as the leading group accepted."""
    measure: str = part("text", optional=True)
    """What is done against the risk, on the row itself."""
    step: str = part("text", optional=True)
    """In which step of a power the risk lies."""
    sensitive: tuple[str, ...] = field(default=(), metadata={TEXTS: True})
    """Words that the name of a post has whose risks would tell a thief how."""


@dataclass(frozen=True)
class Disclosed:
    """Rows that say who may read them: with them goes the row that they refer to (第八条(一)2)."""

    row: str = part("id", refers=True)
    circle: str = part("choice", roles=("withheld",))
