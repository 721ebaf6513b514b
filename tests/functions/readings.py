"""What Python reads in a cell, as the add-in tells what it reads."""

from __future__ import annotations

import datetime
from typing import Any

from lzxl.forms.values import Parsed


def told_of(parsed: Parsed) -> list[Any]:
    """Value (a day as its ISO text), problem, note, suggestion."""
    value = parsed.value.isoformat() if isinstance(parsed.value, datetime.date) else parsed.value
    return [value, parsed.problem, parsed.note, parsed.suggestion]
