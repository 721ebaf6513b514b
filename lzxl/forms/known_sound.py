"""Which descriptions are known to be sound, by the digest in schemas/sound.sha256: these are not judged again.

To judge them (`lzxl.forms.sound`) costs more than to read them, and so does loading what judges them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from lzxl.errors import ConfigError

DIGEST = "sound.sha256"
_MOST_TOLD = 10


@lru_cache(maxsize=8)
def require_sound(folder: Path) -> None:
    """Judge the files of `folder`, once a process, unless they are known to be sound.

    Raises ConfigError that names up to ten mistakes, one a line.
    """
    texts = texts_of(folder)
    known = folder / DIGEST
    # By content: the day of a file changes with every installation.
    if known.is_file() and known.read_text("utf-8").strip() == digest_of(texts):
        return
    from lzxl.forms.sound import judge
    from lzxl.forms.sound_told import told

    mistakes = judge(texts)
    if mistakes:
        lines = [told(mistake, texts.get(mistake.file, b"")) for mistake in mistakes[:_MOST_TOLD]]
        if len(mistakes) > _MOST_TOLD:
            lines.append(f"还有{len(mistakes) - _MOST_TOLD}处，改好以上各处后再看。")
        raise ConfigError("\n".join(lines), code="schema_unsound")


def texts_of(folder: Path) -> dict[str, bytes]:
    """The YAML files of `folder` by their names in it, in the order of the names."""
    paths = sorted(folder.rglob("*.yaml"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def digest_of(texts: Mapping[str, bytes]) -> str:
    """SHA-256 of names and contents, the same whatever ends the lines (a checkout may change that)."""
    digest = hashlib.sha256()
    for name, text in texts.items():
        content = text.replace(b"\r\n", b"\n")
        # With its length: else the end of one file could as well be the beginning of the next.
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
