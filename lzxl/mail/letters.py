"""What our letters say: texts with placeholders, which the office may replace (`letter_texts`), filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lzxl.campaign.folder import Campaign
from lzxl.campaign.places import TEMPLATES
from lzxl.mail.letter_kinds import KIND_TITLES, LETTERS_FOLDER, PLACEHOLDERS, Kind
from lzxl.mail.letter_template import Template
from lzxl.mail.letter_texts import default_text, own_texts, place_of, read_text


@dataclass(frozen=True)
class Letter:
    """A letter ready to be sent, in plain text."""

    subject: str
    body: str


@dataclass(frozen=True)
class Letters:
    """The texts of a campaign."""

    templates: Mapping[Kind, Template]

    def write(self, kind: Kind, values: Mapping[str, str]) -> Letter:
        """The letter of a kind. `values`: for every name of PLACEHOLDERS[kind]; a text may use any of them."""
        lacking = set(PLACEHOLDERS[kind]) - set(values)
        if lacking:
            raise ValueError(f"{kind}: no value for {', '.join(sorted(lacking))}")
        return Letter(*self.templates[kind].filled(values))


def load_letters(campaign: Campaign) -> Letters:
    """The texts of all kinds, the office's own where it has some. Raises ConfigError naming file, line and remedy."""
    own = own_texts(campaign.folder(TEMPLATES) / LETTERS_FOLDER)
    return Letters({kind: _template(kind, own) for kind in KIND_TITLES})


def _template(kind: Kind, own: Mapping[Kind, Path]) -> Template:
    file = own.get(kind)
    if file is None:
        return Template.of(kind, f"{kind}.txt", default_text(kind))
    return Template.of(kind, place_of(file), read_text(file))
