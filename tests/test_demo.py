"""The demonstration: every planted fault is found at its cell, nothing else is reported, and it is the same every time."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from lzxl.api import check
from lzxl.campaign.folder import Campaign
from lzxl.campaign.standing import Standing, take_stock
from lzxl.demo.filing import MANIFEST, difference
from lzxl.demo.run import run_demo
from lzxl.demo.second_year import next_year
from lzxl.errors import OutputError, UsageError


@pytest.fixture(scope="module")
def manifest(demo: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((demo / MANIFEST).read_text(encoding="utf-8"))
    return data


@pytest.fixture(scope="module")
def standing(demo: Path) -> Standing:
    return take_stock(Campaign(demo))


def test_every_planted_fault_is_found_at_its_cell_and_nothing_else(demo: Path, manifest: dict[str, Any]) -> None:
    checked = check([demo / manifest["batch"]], Campaign(demo)).files
    missed, surplus = difference(manifest, {entry.submission.file: entry.findings for entry in checked})
    assert missed == []
    assert surplus == []


def test_the_faults_are_of_at_least_twenty_kinds(manifest: dict[str, Any]) -> None:
    kinds = Counter(fault["code"] for fault in manifest["faults"])
    assert len(kinds) >= 20, kinds


def test_the_bureau_is_large_enough_to_look_like_one(demo: Path, standing: Standing) -> None:
    assert len(Campaign(demo).units) == 14
    rows: Counter[str] = Counter()
    for submission in standing.counted:
        for table in submission.tables:
            rows[table.name] += len(table.rows)
    assert rows["risk_points"] >= 200
    assert rows["warnings"] >= 30
    assert sum(filing.form == "self_appraisal" and filing.state != "missing" for filing in standing.filings) >= 13


def test_the_round_has_all_that_a_real_one_has(standing: Standing) -> None:
    states = Counter(filing.state for filing in standing.filings)
    assert states["accepted"] and states["nil"] and states["returned"] and states["missing"]
    assert any(filing.late for filing in standing.filings)
    assert any(filing.version > 1 for filing in standing.filings)


def bytes_of(root: Path) -> dict[str, bytes]:
    kept = ("发放", "收件", "退回", "待查", "汇总", "来件", MANIFEST, "单位名册.xlsx", "lzxl.toml")
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.relative_to(root).parts[0] in kept
    }


def test_a_year_that_is_begun_elsewhere_begins_with_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    """What goes out, what the units file, what is taken in of it up to the first round of warnings; all of it in `make soak`."""
    begun: dict[str, bytes] = {}

    def stop(line: str) -> None:
        if line.startswith("4."):
            begun.update(bytes_of(tmp_path / "别处"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_demo(tmp_path / "别处", stop)
    ended = bytes_of(demo)
    assert sum(name.startswith("发放/") for name in begun) >= 70
    assert sum(name.startswith("收件/") for name in begun) >= 28
    # People move in November, which the roster says.
    assert [
        name for name in begun if name not in ("lzxl.toml", "单位名册.xlsx") and begun[name] != ended.get(name)
    ] == []


@pytest.mark.slow
@pytest.mark.soak
def test_a_second_run_elsewhere_gives_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    run_demo(tmp_path / "别处")
    for one_root, other_root in ((demo, tmp_path / "别处"), (later(demo), later(tmp_path / "别处"))):
        one, other = bytes_of(one_root), bytes_of(other_root)
        differing = [name for name in one if name != "lzxl.toml" and one[name] != other[name]]
        assert (list(one), differing) == (list(other), [])


def later(root: Path) -> Path:
    return next_year(root, "2027年度")


def test_it_is_not_played_over_something(tmp_path: Path) -> None:
    (tmp_path / "自己的.txt").write_text("x")
    with pytest.raises(UsageError, match="不是空文件夹"):
        run_demo(tmp_path)
    assert (tmp_path / "自己的.txt").exists()


def test_nor_is_the_year_after_begun_over_something(tmp_path: Path) -> None:
    beside = later(tmp_path / "新")
    beside.mkdir()
    (beside / "自己的.txt").write_text("x")
    with pytest.raises(UsageError, match="不是空文件夹"):
        run_demo(tmp_path / "新")
    assert (beside / "自己的.txt").exists() and not (tmp_path / "新").exists()


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), OutputError("磁盘空间不足")])
def test_cut_short_it_leaves_nothing_and_can_be_run_again(tmp_path: Path, trouble: BaseException) -> None:
    def stop(line: str) -> None:
        if line.startswith("1."):
            assert (tmp_path / "新" / "lzxl.toml").exists()
            raise trouble

    with pytest.raises(type(trouble)):
        run_demo(tmp_path / "新", stop)
    assert not (tmp_path / "新").exists()
