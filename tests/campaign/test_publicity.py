"""What the office made public: until when it is so, and whose risk points nothing was made public of."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from lzxl.campaign.collect import collect
from lzxl.campaign.folder import Campaign
from tests.campaign.office import IN_TIME, filled, open_campaign, send
from tests.scenarios.books import type_rows
from tests.scenarios.office_desk import run

FORM = "risk_register"


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("publicity")
    root = base / "2026年度"
    open_campaign(root, ("HB11", "HB12"), (FORM,))
    files = {code: filled(code, FORM) for code in ("HB11", "HB12")}
    collect(Campaign(root), [send(base / "来件", **files)], IN_TIME)
    return root


@pytest.fixture
def own(filed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filed, tmp_path / "2026年度"))


def publish(root: Path, unit: str | None, result: str | None = None) -> None:
    run(root, "meeting")  # which makes the books that are missing
    row: dict[str, Any] = {"日期": datetime.date(2026, 12, 4), "类别": "公示", "范围": "风险点和防控措施", "单位": unit}
    type_rows(root / "工作记录.xlsx", "工作记录", [{**row, "结果": result}])


def due(root: Path, day: str) -> list[dict[str, Any]]:
    items = json.loads(run(root, "today", "--date", day, "--format", "json"))["items"]
    return [one for one in items if one["kind"] == "公示期满"]


def proposed(root: Path) -> list[tuple[str, float]]:
    data = json.loads(run(root, "appraise", "--date", "2026-12-18", "--format", "json"))
    return [(one["unit"], one["deduction"]) for one in data["proposed"] if one["item"] == 10]


def test_what_is_made_public_is_followed_until_its_result_is_written(own: Path) -> None:
    publish(own, None)
    [item] = due(own, "2026-12-07")
    told = (item["object"], item["unit"], item["state"], item["due"], item["workdays_left"], item["who"])
    assert told == ("风险点和防控措施", "", "公示期内", "2026-12-11", 4, "办公室")
    [item] = due(own, "2026-12-14")
    assert (item["state"], item["workdays_left"]) == ("公示期满", -1)
    assert "写明结果" in item["text"]
    assert due(own, "2026-12-03") == []


def test_what_came_of_it_ends_it(own: Path) -> None:
    publish(own, "HB12 宣传教育中心", "公示期内未收到意见")
    assert due(own, "2026-12-14") == []


def test_a_bureaus_own_limit_counts(own: Path) -> None:
    publish(own, "HB12")
    settings = (own / "lzxl.toml").read_text(encoding="utf-8")
    (own / "lzxl.toml").write_text(
        settings.replace("# publicity = { days = 5", "publicity = { days = 7"), encoding="utf-8"
    )
    assert [(one["unit"], one["due"]) for one in due(own, "2026-12-07")] == [("HB12", "2026-12-15")]


def test_units_whose_risk_points_were_not_made_public_lose_the_item(own: Path) -> None:
    assert proposed(own) == []
    publish(own, "HB12")
    assert proposed(own) == [("HB11", 6.0)]
    publish(own, None)
    assert proposed(own) == []
