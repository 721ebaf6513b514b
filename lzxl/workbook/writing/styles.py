"""How a standard workbook looks: fonts, borders, colours. Fonts are named only; a machine without them falls back."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side

from lzxl.forms.vocabulary import Vocabulary

BODY = "宋体"
HEADING = "黑体"
OFFICIAL = "仿宋"
SIZE = 10.5

GREY = "FF7F7F7F"
INK = "FF1F2A37"

# 134 is the character set of simplified Chinese: by it a machine without 宋体 looks for another Chinese font.
NORMAL_FONT = Font(name=BODY, sz=10, charset=134)
BODY_FONT = Font(name=BODY, sz=SIZE)
BOLD_FONT = Font(name=BODY, sz=SIZE, b=True)
HINT_FONT = Font(name=BODY, sz=8.5, color=GREY)
NOTE_FONT = Font(name=OFFICIAL, sz=SIZE, color="FF404040")
TITLE_FONT = Font(name=HEADING, sz=20, color=INK)
COVER_TITLE_FONT = Font(name=HEADING, sz=26, color=INK)
COVER_HELP_FONT = Font(name=BODY, sz=9.5, color=GREY)
SUBTITLE_FONT = Font(name=OFFICIAL, sz=12, color=GREY)
COVER_FONT = Font(name=OFFICIAL, sz=13)
COVER_LABEL_FONT = Font(name=HEADING, sz=12)
HEADER_FONT = Font(name=HEADING, sz=SIZE, color=INK)
SECTION_FONT = Font(name=HEADING, sz=12, color=INK)
LINK_FONT = Font(name=BODY, sz=SIZE, u="single", color="FF0563C1")

_HAIR = Side(style="thin", color="FF8C8C8C")
BORDER = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)

CENTER = Alignment(horizontal="center", vertical="center", wrap_text=True)
LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
INDENTED = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
LINE_LEFT = Alignment(horizontal="left", vertical="center")
FITTED_LEFT = Alignment(horizontal="left", vertical="center", shrink_to_fit=True)
"""For a line whose text is not known beforehand: a long one gets smaller and is not cut off."""
LINE_CENTER = Alignment(horizontal="center", vertical="center")
LINE_RIGHT = Alignment(horizontal="right", vertical="center")

LOCKED = Protection(locked=True)
UNLOCKED = Protection(locked=False)


def solid(colour: str) -> PatternFill:
    """A plain fill, right for cells and for conditional formats alike."""
    # A cell shows the first colour of a solid fill, a conditional format the second.
    return PatternFill(fill_type="solid", start_color=colour, end_color=colour)


HEADER_REQUIRED = solid("FFD6E4F0")
HEADER_OPTIONAL = solid("FFEFF3F7")
HEADER_COMPUTED = solid("FFE4E4E4")
HEADER_FINDINGS = solid("FFF8D7DA")
INPUT = solid("FFFFFDF3")
LABEL = solid("FFEFF3F7")
OPEN_CELL = solid("FFFFF2CC")
MISSING = solid("FFFFFF99")
"""Required and blank: the yellow that the notes speak of. No level and no severity uses it."""

SEVERITY_FILLS = {"error": solid("FFF8B4B4"), "warning": solid("FFFFD9A0"), "info": solid("FFCFE2F3")}
DUPLICATE_FONT = Font(color="FFC00000", b=True)
INVALID_FONT = Font(color="FFC00000", b=True)

# (fill, ink) from the gravest level down; the last repeats for longer vocabularies.
_LEVEL_COLOURS = (
    ("FFF4B6B6", "FF8B0000"),
    ("FFFAD7AC", "FF7A3E00"),
    ("FFD9EAD3", "FF274E13"),
    ("FFDDEBF7", "FF1F4E79"),
)


def level_styles(level: Vocabulary) -> list[tuple[str, PatternFill, Font]]:
    """(word, fill, font) for every level; which end is gravest is the vocabulary's to say."""
    words: Sequence[str] = level.allowed if level.order != "gravest_last" else level.allowed[::-1]
    styled = []
    for position, word in enumerate(words):
        fill, ink = _LEVEL_COLOURS[min(position, len(_LEVEL_COLOURS) - 1)]
        styled.append((word, solid(fill), Font(color=ink)))
    return styled
