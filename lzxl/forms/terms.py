"""Whether what a row asks for has been done (第八条(一)2)."""

from __future__ import annotations

from typing import Any

from lzxl.forms.model import Sheet


def is_done(sheet: Sheet, progress: str, word: Any) -> bool:
    """Whether the word of a row's field of progress says so; no field, no."""
    vocabulary = sheet.by_name[progress].vocabulary if progress else None
    return vocabulary is not None and word in vocabulary.in_role("done")
