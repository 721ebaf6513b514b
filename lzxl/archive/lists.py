"""Lists of an archive as CSV: what came in, what lies waiting, which mails were destroyed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence


def list_bytes(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The bytes of a list, one row a line."""
    written = io.StringIO()
    out = csv.writer(written, lineterminator="\r\n")
    out.writerow(titles)
    out.writerows(rows)
    # Without a mark at its beginning, Excel takes a list for one in the system's own encoding: GBK, in China.
    return written.getvalue().encode("utf-8-sig")
