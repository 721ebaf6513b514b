"""Everything that touches a spreadsheet file: `reading` takes them in, `writing` makes them; both know the layout."""

from __future__ import annotations

import os

# openpyxl writes other bytes for the same workbook where lxml happens to be installed.
os.environ["OPENPYXL_LXML"] = "False"
