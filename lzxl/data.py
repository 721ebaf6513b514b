"""Where the data folders (`schemas/`, `workbooks/`, `demo/`) are: in a checkout or inside the installed package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def schemas_folder(folder: Path | None = None) -> Path:
    """The folder of the descriptions: the program's own, if no other is given."""
    return folder or data_folder("schemas")


def data_folder(name: str) -> Path:
    """The folder `name`, taken from the installed wheel if it carries one, else from the checkout around the package."""
    inside = _PACKAGE / "_data" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name
