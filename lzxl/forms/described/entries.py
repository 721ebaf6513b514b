"""What every file of `schemas/` is made of: mappings without keys that nobody knows, texts, names, patterns."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Entry(BaseModel):
    """One mapping in a file of `schemas/`: nothing is converted, and a key that is not known is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _whole_pattern(pattern: str) -> str:
    """A pattern that speaks of the whole cell; ValueError otherwise."""
    # pandera lets anything follow what a pattern matches.
    if not (pattern.startswith("^") and pattern.endswith("$")):
        raise ValueError("应从 ^ 起、到 $ 止")
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"不是正则表达式（{error}）") from None
    return pattern


Text = Annotated[str, Field(min_length=1)]

Pattern = Annotated[str, AfterValidator(_whole_pattern)]

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
