"""lzxl workbooks: standard workbooks are those of the campaign they are made in or for."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from lzxl.campaign.folder import create_campaign
from lzxl.forms.load import load_form
from lzxl.workbook.writing.stamp import read_stamp

from .running import here as lzxl

SCHEME = "matrix_5x5"
TITLE = load_form("risk_register").title


@pytest.fixture
def campaign(tmp_path: Path) -> Path:
    """A new campaign with a grading table of its own."""
    root = tmp_path / "2026年度"
    create_campaign(root, "某局", "2026年度", datetime.date(2026, 11, 20))
    config = root / "lzxl.toml"
    text = config.read_text(encoding="utf-8")
    assert 'scheme = "rules"' in text
    config.write_text(text.replace('scheme = "rules"', f'scheme = "{SCHEME}"'), encoding="utf-8")
    return root


def scheme_of(path: Path) -> str:
    return read_stamp(load_workbook(path)).scheme


@pytest.mark.parametrize("command", ["export", "build"])
def test_the_grading_table_is_the_campaigns(command: str, campaign: Path, tmp_path: Path) -> None:
    """In its folder, with -C, and into its folder; elsewhere that of the rules."""
    for arguments, cwd, target in (
        ([], campaign, campaign / "空白表"),
        (["-C", campaign], tmp_path, tmp_path / "别处"),
        ([], tmp_path, campaign / "模板"),
    ):
        done = lzxl(*arguments, "workbooks", command, target, cwd=cwd)
        assert done.returncode == 0, done.stderr
        assert scheme_of(target / f"{TITLE}.xlsx") == SCHEME
    assert lzxl("workbooks", command, tmp_path / "外面", cwd=tmp_path).returncode == 0
    assert scheme_of(tmp_path / "外面" / f"{TITLE}.xlsx") == "rules"


def test_a_template_is_checked_against_the_campaigns_table(campaign: Path, tmp_path: Path) -> None:
    for scheme, target in ((SCHEME, campaign / "模板"), ("rules", tmp_path / "外面")):
        assert lzxl("workbooks", "export", target, cwd=tmp_path).returncode == 0
        done = lzxl("workbooks", "check", target / f"{TITLE}.xlsx", cwd=tmp_path)
        assert (done.returncode, "：合用" in done.stdout) == (0, True), (scheme, done.stdout)
    foreign = lzxl("-C", campaign, "workbooks", "check", tmp_path / "外面" / f"{TITLE}.xlsx", cwd=tmp_path)
    assert foreign.returncode == 1
    assert "分级表" in foreign.stdout


@pytest.mark.parametrize("command", ["export", "build"])
def test_a_workbook_that_the_office_has_restyled_is_not_written_over_unasked(command: str, campaign: Path) -> None:
    folder = campaign / "模板"
    assert lzxl("workbooks", command, folder, cwd=campaign).returncode == 0
    plain = (folder / f"{TITLE}.xlsx").read_bytes()
    workbook = load_workbook(folder / f"{TITLE}.xlsx")
    workbook.worksheets[0].column_dimensions["A"].width = 31
    workbook.save(folder / f"{TITLE}.xlsx")
    restyled = (folder / f"{TITLE}.xlsx").read_bytes()
    done = lzxl("workbooks", command, folder, cwd=campaign)
    assert (done.returncode, (folder / f"{TITLE}.xlsx").read_bytes()) == (0, restyled)
    assert "未覆盖" in done.stdout and f"{TITLE}.xlsx" in done.stdout
    assert done.stdout.count(".xlsx") == 1, "those that are as they were are not spoken of"
    assert lzxl("workbooks", command, folder, "--overwrite", cwd=campaign).returncode == 0
    assert (folder / f"{TITLE}.xlsx").read_bytes() == plain
