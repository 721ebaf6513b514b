"""Distribution: a stamped workbook for each unit and form, prefilled with what the last period accepted."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from lzxl.api import check
from lzxl.campaign.collect import collect
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign
from lzxl.errors import ConfigError
from lzxl.workbook.reading.jobs import Job
from lzxl.workbook.reading.sandbox import read_all
from lzxl.workbook.submission import Submission

from .office import IN_TIME, filled, open_campaign, samples, send, set_config, tree


def read(path: Path) -> Submission:
    [submission] = read_all([Job(path, path.name)])
    return submission


def rows(submission: Submission, sheet: str) -> list[dict[str, object]]:
    return [
        {name: table.get(name, index) for name in table.columns}
        for table in submission.tables
        if table.name == sheet
        for index in range(len(table.rows))
    ]


def test_every_unit_gets_every_form_stamped_for_it(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "c", ("HB01", "HB02"), ("warning_ledger", "appraisal"))
    written = list(distribute(campaign).written)
    assert len(written) == 4
    submission = read(campaign.root / written[0])
    assert (submission.form, submission.unit_code, submission.unit_name, submission.period) == (
        "warning_ledger",
        "HB01",
        "办公室",
        "2026年度",
    )


def test_distributing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "c", ("HB01",), ("risk_register", "warning_ledger", "appraisal"))
    distribute(campaign)
    first = tree(campaign.root, "发放")
    distribute(Campaign(campaign.root))
    assert tree(campaign.root, "发放") == first


@pytest.fixture(scope="module")
def next_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign for 2027 whose previous one accepted a register and a ledger of HB01, and returned HB02's."""
    base = tmp_path_factory.mktemp("years")
    forms = ("risk_register", "warning_ledger")
    last = open_campaign(base / "2026年度", ("HB01", "HB02"), forms)

    def reopen(paper) -> None:  # type: ignore[no-untyped-def]
        paper.put("warnings", "state", -1, "处置中")

    def spoil(paper) -> None:  # type: ignore[no-untyped-def]
        paper.put("warnings", "channel", 0, None)

    source = send(
        base / "来件",
        登记表=filled("HB01", "risk_register"),
        台账=filled("HB01", "warning_ledger"),
        乙=filled("HB02", spoil=spoil),
    )
    collect(last, [source], IN_TIME)
    open_campaign(base / "2027年度", ("HB01", "HB02"), forms)
    set_config(base / "2027年度", period='"2027年度"', deadline="2027-11-20", previous='"../2026年度"')
    distribute(Campaign(base / "2027年度"))
    return base / "2027年度"


def test_the_register_starts_with_the_last_periods_accepted_rows(next_year: Path) -> None:
    sent = read(next(next_year.glob("发放/HB01*/廉政风险点登记表*")))
    assert sent.period == "2027年度"
    assert [row["id"] for row in rows(sent, "risk_points")] == [
        row["id"] for row in samples()["HB01"].tables("risk_register")["risk_points"]
    ]


def test_deadlines_of_the_last_period_are_for_the_unit_to_set_anew(next_year: Path) -> None:
    sent = read(next(next_year.glob("发放/HB01*/廉政风险点登记表*")))
    last = samples()["HB01"].tables("risk_register")["measures"]
    carried = rows(sent, "measures")
    assert len(carried) == len(last)
    assert any(row.get("deadline") for row in last)
    assert all(row["deadline"] is None or row["deadline"] >= datetime.date(2027, 1, 1) for row in carried)


def test_warnings_that_are_closed_are_not_carried_over(next_year: Path) -> None:
    sent = read(next(next_year.glob("发放/HB01*/预警信息登记表*")))
    last = samples()["HB01"].tables("warning_ledger")["warnings"]
    assert any(row["state"] == "已办结" for row in last)
    assert [row["id"] for row in rows(sent, "warnings")] == [row["id"] for row in last if row["state"] != "已办结"]


def test_what_was_returned_is_not_carried_over(next_year: Path) -> None:
    assert rows(read(next(next_year.glob("发放/HB02*/预警信息登记表*"))), "warnings") == []


@pytest.mark.parametrize("previous", ["../没有", "."])
def test_a_last_period_that_is_none_is_a_mistake_in_the_settings(tmp_path: Path, previous: str) -> None:
    campaign = open_campaign(tmp_path / "c", ("HB01",))
    (tmp_path / "别处").mkdir()
    set_config(campaign.root, previous=f'"{previous if previous != "." else "../别处"}"')
    with pytest.raises(ConfigError, match=r"上一期的文件夹不对：.*请检查 lzxl.toml 的 previous"):
        distribute(Campaign(campaign.root))


def test_what_is_sent_out_passes_as_an_empty_form_that_still_has_to_be_filled(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "c", ("HB01",))
    [sent] = distribute(campaign).written
    [entry] = check([campaign.root / sent]).files
    assert entry.status == "returned"
    assert entry.submission.refusal is None
