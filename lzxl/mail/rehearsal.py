"""A copy of a campaign to try things on (`--dry-run`): what happens there has not happened."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from lzxl.campaign.collect import sweep
from lzxl.campaign.folder import Campaign
from lzxl.campaign.lock import run_lock
from lzxl.campaign.places import SUMMARY, WORKING
from lzxl.files import output_to


@contextmanager
def rehearsal(campaign: Campaign) -> Iterator[Campaign]:
    """A copy of the campaign to try things on: what happens there has not happened. It lies where nobody else may read.

    Raises UsageError if a run is at work in the campaign itself.
    """
    private = campaign.root / ".lzxl"
    with ExitStack() as stack:
        stack.enter_context(run_lock(campaign.root))
        with output_to(campaign.root):
            sweep(campaign)
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix=WORKING, dir=private))
            root = Path(folder) / campaign.root.name
            shutil.copytree(campaign.root, root, ignore=partial(_left_out, campaign.root), copy_function=_copied)
        yield Campaign(root, campaign.root)


def _left_out(root: Path, place: str, names: Sequence[str]) -> set[str]:
    outside = {SUMMARY} if Path(place) == root else set()
    # Under a second name the lock would be the campaign's own, which is held.
    return {name for name in names if name in outside or name == "lock" or name.startswith(WORKING)}


def _copied(source: str, target: str) -> None:
    """Files are only ever replaced as a whole, the ledger aside: the same file under a second name will do."""
    if not Path(source).name.startswith("ledger."):
        with suppress(OSError):  # not every disk can
            os.link(source, target)
            return
    shutil.copy2(source, target)
