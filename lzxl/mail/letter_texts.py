"""The texts that letters are made of: the standard ones, and the office's own that take their place."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from lzxl.campaign.places import TEMPLATES
from lzxl.data import schemas_folder
from lzxl.errors import ConfigError
from lzxl.forms.text import fold
from lzxl.mail.letter_kinds import KIND_TITLES, LETTERS_FOLDER, Kind

_MOST_BYTES = 65536


def default_text(kind: Kind) -> str:
    """The text of a kind that the office starts from."""
    return (schemas_folder() / "letters" / f"{kind}.txt").read_text(encoding="utf-8")


def own_texts(folder: Path) -> dict[Kind, Path]:
    """The office's own texts by kind. Raises ConfigError for a name that is none: such a text would never be used."""
    kinds = {fold(title): kind for kind, title in KIND_TITLES.items()}
    found: dict[Kind, Path] = {}
    for file in _text_files(folder):
        kind = kinds.get(fold(file.stem))
        if kind is None:
            raise _unknown_name(file)
        if kind in found:
            raise ConfigError(
                f"{place_of(file)} 和 {found[kind].name} 是同一种信函，请只留一个。",
                code="letter_twice",
                name=found[kind].name,
            )
        found[kind] = file
    return found


def place_of(file: Path) -> str:
    """Where a text of the office lies, as people find it."""
    return f"{TEMPLATES}/{LETTERS_FOLDER}/{file.name}"


def _text_files(folder: Path) -> Iterator[Path]:
    """The texts in a folder by name; none if it is not there. What a program keeps beside them is hidden."""
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.suffix.lower() == ".txt" and not file.name.startswith("."):
            yield file


def _unknown_name(file: Path) -> ConfigError:
    names = "、".join(f"{title}.txt" for title in KIND_TITLES.values())
    return ConfigError(
        f"{place_of(file)} 不是信函的名称，不会用到。请改名为其中之一：{names}；不用的请移到别处。",
        code="letter_unknown",
        names=names,
    )


def read_text(path: Path) -> str:
    """A text as Notepad saves it: UTF-8 with or without mark, UTF-16, or GBK. Raises ConfigError if it cannot be read."""
    place = place_of(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_BYTES + 1)
    except OSError:
        raise ConfigError(f"无法读取信函文本 {place}，请检查有无读取权限。", code="letter_unreadable") from None
    if len(data) > _MOST_BYTES:
        raise ConfigError(f"信函文本 {place} 太长，请控制在 {_MOST_BYTES // 1024} KB 以内。", code="letter_too_long")
    for encoding in _encodings_of(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError(
        f"信函文本 {place} 不是 UTF-8 也不是 GBK 编码，请用记事本另存为 UTF-8。", code="letter_encoding_unknown"
    )


def _encodings_of(data: bytes) -> tuple[str, ...]:
    """The encodings that a text may be in. UTF-16 is known by its mark alone: nearly any bytes can be read as it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    # In this order: GB 18030 reads most UTF-8 without complaint, as other words.
    return ("utf-8-sig", "gb18030")
