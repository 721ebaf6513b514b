"""Submissions as bytes, between processes and in a campaign's cache; taken back as plain data only."""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any

from lzxl.forms.text import whole_text

# The kinds of value that a submission is made of, or that a child may answer in its place.
_ALLOWED = {
    "lzxl.submission": {"Submission", "Fact", "Table", "Labels", "LiveSum", "StatedTotal", "Unplaced"},
    "lzxl.workbook.reading.jobs": {"Amended"},
    "lzxl.workbook.keepsakes": {"Keepsakes", "Look", "UnitComment", "UnitPicture", "UnitText"},
    "lzxl.forms.findings": {"Finding", "Remedy"},
    "lzxl.forms.places": {"Area", "Place"},
    "lzxl.forms.values": {"CellError", "CellPicture", "ShownNumber"},
    "datetime": {"date", "datetime", "time", "timedelta"},
    "builtins": {"set", "OSError", "PermissionError"},
}
# Half a character as a pickle has it.
_HALF = re.compile(rb"\xed[\xa0-\xbf]")


class _PlainData(pickle.Unpickler):
    def __init__(self, data: bytes, also: Mapping[str, Collection[str]]) -> None:
        super().__init__(io.BytesIO(data))
        self._also = also

    def find_class(self, module: str, name: str) -> Any:
        if name in _ALLOWED.get(module, ()) or name in self._also.get(module, ()):
            return super().find_class(module, name)
        # A pickle calls whatever it can name: a child that a file has taken over would run its code in the parent.
        raise pickle.UnpicklingError(f"{module}.{name}")


def to_bytes(value: Any) -> bytes:
    """A submission, or what stands for one, as bytes."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def from_bytes(data: bytes, also: Mapping[str, Collection[str]] = MappingProxyType({})) -> Any:
    """What `to_bytes` was given, its texts whole. Raises UnpicklingError for anything that a submission is not made of.

    `also`: module → classes of plain data that may be there as well.
    """
    value = _PlainData(data, also).load()
    # Whatever a reader has let through: no text with half a character comes any further.
    return _mended(value) if _HALF.search(data) else value


def _mended(value: Any) -> Any:
    """`value` with every text in it whole."""
    if isinstance(value, str):
        return whole_text(value)
    if isinstance(value, list | tuple | set):
        return type(value)(_mended(entry) for entry in value)
    if isinstance(value, dict):
        return {_mended(key): _mended(entry) for key, entry in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{entry.name: _mended(getattr(value, entry.name)) for entry in fields(value)})
    return value
