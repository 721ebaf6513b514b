"""A small campaign and a place for what units send."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lzxl.campaign.collect import collect
from lzxl.campaign.folder import Campaign
from lzxl.campaign.intake import Intake

from .office import IN_TIME, open_campaign, send


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    return open_campaign(tmp_path / "2026年度")


@pytest.fixture
def take(campaign: Campaign, tmp_path: Path) -> Callable[..., list[Intake]]:
    """Sends files and collects them: take(name=bytes, day=…)."""
    count = 0

    def take_in(day: object = IN_TIME, **files: bytes) -> list[Intake]:
        nonlocal count
        count += 1
        folder = send(tmp_path / f"来件{count}", **files)
        return collect(Campaign(campaign.root), [folder], day)  # type: ignore[arg-type]

    return take_in
