"""What ended a run once is tried alone before it is worked on again, and set aside if it ends that too.

Before a run works in its own process on what came in (it checks it and writes marked returns), it leaves word of what that
is (`at_work`), and takes it back afterwards. A run that finds such word knows that one before it was ended there: by
something it worked on, or by a power cut. All of it is then tried in a child with limits (`lzxl.campaign.trial`); only what
ends the child as well is set aside: it lies in 待查 with the reason, and nothing opens it until the office takes it away
from there or accepts it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from lzxl.campaign.places import HELD
from lzxl.children import MEMORY, SIZE, TIME, Kept, Limits
from lzxl.files import store_durably
from lzxl.forms.load import load_catalogue
from lzxl.forms.text import whole_text
from lzxl.submission import Submission

_AT_WORK = "at-work.json"
_SET_ASIDE = "set-aside.json"
_REASONS = {MEMORY: "占用内存过多", TIME: "用时过长", SIZE: "内容过多"}
TRIAL_MODULE = "lzxl.campaign.trial"
# What a run may need for one file: of address space, most is never touched.
TRIAL = Limits(memory_bytes=3 * 1024**3, processor_seconds=60, wall_seconds=120.0)
_MOST_MEGABYTES = 512


@contextmanager
def at_work(root: Path, things: Mapping[str, str]) -> Iterator[None]:
    """Leave word that this run works on `things` (sha256 → what people call it) for as long as the block lasts.

    `root`: the campaign's folder. The word stays if the process is ended in the block, and also if somebody interrupts it,
    or the memory does not suffice: either may be the doing of what is worked on. Raises OutputError if it cannot be left.
    """
    if not things:
        yield
        return
    path = root / ".lzxl" / _AT_WORK
    waiting = _load(path)
    named = {digest: whole_text(name) for digest, name in things.items()}
    # On the disk before the work begins: a power cut ends a run, too.
    store_durably(path, _dump({**waiting, **named}))
    try:
        yield
    except Exception as trouble:
        if not isinstance(trouble, MemoryError):  # too little memory may be the doing of one of them
            _put_back(path, waiting)
        raise
    _put_back(path, waiting)


def _put_back(path: Path, waiting: Mapping[str, str]) -> None:
    """Leave word only of what a run before this one was ended by and that has not been tried yet."""
    with suppress(OSError):
        if waiting:
            path.write_bytes(_dump(waiting))
        else:
            path.unlink(missing_ok=True)


def suspects(root: Path) -> frozenset[str]:
    """The sha256 of everything that a run which was ended had at work."""
    return frozenset(_load(root / ".lzxl" / _AT_WORK))


def try_suspects(root: Path, files: Mapping[str, Path]) -> list[str]:
    """Try suspects alone, each in a child with limits; the sha256 of those that ended it. They are set aside from now on.

    `files`: sha256 → a file with that content. Nothing is suspected any more that was tried.
    """
    known = _load(root / ".lzxl" / _AT_WORK)
    found: dict[str, str] = {}
    with Kept(TRIAL_MODULE, TRIAL) as child:
        for digest, path in files.items():
            trouble = _tried(child, root, path)
            if trouble:
                found[digest] = trouble
    if found:
        path = root / ".lzxl" / _SET_ASIDE
        store_durably(path, _dump({**_load(path), **found}))
    # The word is taken back last: cut short before, what was tried is tried once more, and nothing goes untried.
    _put_back(root / ".lzxl" / _AT_WORK, {digest: name for digest, name in known.items() if digest not in files})
    return list(found)


def _tried(child: Kept, root: Path, path: Path) -> str:
    """Why a file cannot be worked on; "" if it can. What another file may have to do with is tried again in a new child."""
    while True:
        is_fresh = child.is_fresh
        with child.ask(path, {"root": str(root)}) as answer:
            megabytes = max((int(told) for told, _ in answer), default=0)
        if answer.is_whole and megabytes <= _MOST_MEGABYTES:
            return ""
        if is_fresh:
            return _REASONS.get(answer.trouble or MEMORY, "程序中断")
        child.renew()


def set_aside(root: Path) -> dict[str, str]:
    """sha256 → reason, of everything that is not opened any more: as long as it lies in 待查."""
    known = _load(root / ".lzxl" / _SET_ASIDE)
    return {digest: reason for digest, reason in known.items() if any((root / HELD).glob(f"{digest[:8]}_*"))}


def aside(file: str, digest: str, reason: str) -> Submission:
    """What stands for a file that is set aside."""
    finding = load_catalogue().finding("submission_set_aside", value=whole_text(file), reason=reason)
    return Submission(file, sha256=digest, refusal=finding)


def admit(root: Path, digests: Iterable[str]) -> None:
    """The office wants these worked on again."""
    path = root / ".lzxl" / _SET_ASIDE
    known = _load(path)
    left = {digest: reason for digest, reason in known.items() if digest not in set(digests)}
    if len(left) < len(known):
        store_durably(path, _dump(left))


def _load(path: Path) -> dict[str, str]:
    """What was left; nothing if it is not there, or damaged."""
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        return {str(digest): str(about) for digest, about in known.items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _dump(things: Mapping[str, str]) -> bytes:
    return json.dumps(dict(things), ensure_ascii=False).encode()
