"""lzxl (廉政 XL): integrity-risk prevention and control for a bureau, on the spreadsheets that its units already use.

The public interface is what `__all__` names; it loads on first use, so that importing lzxl costs nothing.

    >>> import lzxl
    >>> lzxl.grade("较大", "严重").level
    '一级'
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

# openpyxl writes other bytes for the same workbook where lxml happens to be installed. It asks when it is imported.
os.environ["OPENPYXL_LXML"] = "False"

if TYPE_CHECKING:
    from lzxl.api import Checked, CheckResult, Finding, Grade, SummaryResult, check, consolidate, grade
    from lzxl.errors import ConfigError, LzxlError, OutputError, UnreadableError, UsageError

__version__ = "0.1.0"

__all__ = [
    "CheckResult",
    "Checked",
    "ConfigError",
    "Finding",
    "Grade",
    "LzxlError",
    "OutputError",
    "SummaryResult",
    "UnreadableError",
    "UsageError",
    "__version__",
    "check",
    "consolidate",
    "grade",
]

_ERRORS = {"ConfigError", "LzxlError", "OutputError", "UnreadableError", "UsageError"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'lzxl' has no attribute {name!r}")
    if name in _ERRORS:
        import lzxl.errors

        return getattr(lzxl.errors, name)
    import lzxl.api

    return getattr(lzxl.api, name)
