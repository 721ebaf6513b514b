"""撤销零报告告知书: made for the unit whose nil return a warning contradicts, without a word of that warning."""

from __future__ import annotations
