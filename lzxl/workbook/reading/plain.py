"""Submissions as bytes, between processes and in a campaign's cache; taken back as plain data only."""

from __future__ import annotations

import io
import pickle
from typing import Any

# The kinds of value that a submission is made of, or that a child may answer in its place.
_ALLOWED = {
    "lzxl.workbook.submission": {"Submission", "Table", "Labels", "Unplaced"},
    "lzxl.forms.findings": {"Finding", "Remedy"},
    "lzxl.forms.values": {"CellError", "CellPicture", "ShownNumber"},
    "datetime": {"date", "datetime", "time", "timedelta"},
    "builtins": {"set", "OSError", "PermissionError"},
}


class _PlainData(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if name in _ALLOWED.get(module, ()):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name}")


def to_bytes(value: Any) -> bytes:
    """A submission, or what stands for one, as bytes."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def from_bytes(data: bytes) -> Any:
    """What `to_bytes` was given. Raises UnpicklingError for anything that a submission is not made of."""
    return _PlainData(io.BytesIO(data)).load()
