"""A unit keeps its numbers: they are compared with its earlier versions and with the workbook that it was sent."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest

from lzxl.campaign.collect import collect
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign, sent_path
from lzxl.campaign.standing import take_stock
from lzxl.demo.paper import Paper

from .office import IN_TIME, filled, open_campaign, samples, send, set_config

OTHER = "公车停放在景区门口过夜，司机称是会友。"


def put_to_other_use(paper: Paper) -> None:
    """The second warning's number is given to another warning."""
    paper.put("warnings", "problem", 1, OTHER)


def under_another_number(paper: Paper) -> None:
    paper.put("warnings", "id", 1, "HB01-YJ009")


def told(campaign: Campaign, form: str = "warning_intake") -> list[tuple[str, str]]:
    return [
        (entry.code, entry.message)
        for checked in take_stock(campaign).latest
        if checked.submission.form == form
        for entry in checked.findings
        if entry.code.startswith("number_") and entry.severity == "warning"
    ]


@pytest.mark.parametrize(
    ("spoil", "code"), [(put_to_other_use, "number_reused"), (under_another_number, "number_changed")]
)
def test_a_second_version_keeps_the_numbers_of_the_first(tmp_path: Path, spoil: object, code: str) -> None:
    campaign = open_campaign(tmp_path / "2026年度")
    collect(campaign, [send(tmp_path / "一", 办公室=filled("HB01"))], IN_TIME)
    assert told(campaign) == []
    [again] = collect(campaign, [send(tmp_path / "二", 办公室=filled("HB01", day=11, spoil=spoil))], IN_TIME)  # type: ignore[arg-type]
    assert again.checked is not None
    assert [entry.code for entry in again.checked.findings if entry.severity == "warning"] == [code]
    [(said, message)] = told(campaign)
    assert said == code, "every command tells the same"
    assert "在第1版中" in message


def test_a_new_year_keeps_the_numbers_of_the_workbook_that_was_sent(tmp_path: Path) -> None:
    last = open_campaign(tmp_path / "2026年度", forms=("risk_register",))
    collect(last, [send(tmp_path / "来件", 办公室=filled("HB01", "risk_register"))], IN_TIME)
    campaign = open_campaign(tmp_path / "2027年度", forms=("risk_register",))
    set_config(campaign.root, previous='"../2026年度"')
    campaign = Campaign(campaign.root)
    distribute(campaign)
    assert sent_path(campaign, samples()["HB01"].unit, "risk_register").is_file()

    def reused(paper: Paper) -> None:
        paper.put("risk_points", "point", 2, "公车私用")
        paper.put("risk_points", "description", 2, OTHER)

    collect(
        campaign,
        [send(tmp_path / "新", 办公室=filled("HB01", "risk_register", spoil=reused))],
        datetime.date(2026, 11, 19),
    )
    [(code, message)] = told(campaign, "risk_register")
    assert code == "number_reused"
    assert "在发放的表中对应另一项内容" in message


def without(*rows: int, sheet: str = "warnings", field: str = "id") -> Callable[[Paper], None]:
    def leave_out(paper: Paper) -> None:
        for row in rows:
            for name in paper.form.by_name[sheet].by_name:
                paper.put(sheet, name, row, None)

    return leave_out


def found(campaign: Campaign, *codes: str) -> list[tuple[str, str, str]]:
    return [
        (entry.code, entry.severity, str(entry.value))
        for checked in take_stock(campaign).latest
        for entry in checked.findings
        if entry.code in codes
    ]


def hidden(paper: Paper) -> None:
    paper.worksheet("warnings").row_dimensions[paper.row("warnings", 0)].hidden = True


def test_a_warning_that_was_filed_does_not_vanish_from_a_later_version(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "2026年度")
    collect(campaign, [send(tmp_path / "一", 办公室=filled("HB01"))], IN_TIME)
    [again] = collect(campaign, [send(tmp_path / "二", 办公室=filled("HB01", day=11, spoil=without(0)))], IN_TIME)
    assert (again.state, found(campaign, "row_vanished")) == ("returned", [("row_vanished", "error", "HB01-YJ001")])
    [third] = collect(campaign, [send(tmp_path / "三", 办公室=filled("HB01", day=12))], IN_TIME)
    assert (third.state, found(campaign, "row_vanished")) == ("accepted", [])


def test_a_risk_point_that_is_left_out_is_asked_about_and_the_version_counts(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "2026年度", forms=("risk_register",))
    collect(campaign, [send(tmp_path / "一", 办公室=filled("HB01", "risk_register"))], IN_TIME)
    spoil = without(0, sheet="measures")
    [again] = collect(campaign, [send(tmp_path / "二", 办公室=filled("HB01", "risk_register", spoil=spoil))], IN_TIME)
    assert again.checked is not None
    [entry] = [entry for entry in again.checked.findings if entry.code == "rows_left_out"]
    assert (entry.severity, entry.value, entry.sheet) == ("info", "HB01-C001", "防控措施")


def test_what_stood_there_hidden_may_be_taken_out(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "2026年度")
    collect(campaign, [send(tmp_path / "一", 办公室=filled("HB01", spoil=hidden))], IN_TIME)
    collect(campaign, [send(tmp_path / "二", 办公室=filled("HB01", day=11, spoil=without(0)))], IN_TIME)
    assert not found(campaign, "row_vanished")


def unnumbered(*also: Callable[[Paper], None]) -> Callable[[Paper], None]:
    """A unit that leaves the numbers to the office, as it may."""

    def spoil(paper: Paper) -> None:
        for index in range(len(paper.rows["warnings"])):
            paper.put("warnings", "id", index, None)
        for one in also:
            one(paper)

    return spoil


def test_a_warning_without_a_number_is_known_by_its_day_and_what_it_says(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "2026年度")
    collect(campaign, [send(tmp_path / "一", 办公室=filled("HB01", spoil=unnumbered()))], IN_TIME)
    spoil = unnumbered(without(0))
    [again] = collect(campaign, [send(tmp_path / "二", 办公室=filled("HB01", day=11, spoil=spoil))], IN_TIME)
    day = samples()["HB01"].tables("warning_intake")["warnings"][0]["collected_on"].isoformat()
    assert (again.state, found(campaign, "row_vanished")) == ("returned", [("row_vanished", "error", day)])
    [third] = collect(campaign, [send(tmp_path / "三", 办公室=filled("HB01", day=12))], IN_TIME)
    assert (third.state, found(campaign, "row_vanished")) == ("accepted", []), "it may be given its number"


def test_a_warning_may_be_told_in_other_words(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "2026年度")
    collect(campaign, [send(tmp_path / "一", 办公室=filled("HB01", spoil=unnumbered()))], IN_TIME)

    def reworded(paper: Paper) -> None:
        paper.put("warnings", "problem", 0, f"{paper.rows['warnings'][0]['problem']}经向门卫了解属多次停放。")

    spoil = unnumbered(reworded)
    [again] = collect(campaign, [send(tmp_path / "二", 办公室=filled("HB01", day=11, spoil=spoil))], IN_TIME)
    assert (again.state, found(campaign, "row_vanished")) == ("accepted", [])


def without_numbers(*indexes: int) -> Callable[[Paper], None]:
    def spoil(paper: Paper) -> None:
        for index in indexes:
            paper.put("risk_points", "id", index, None)

    return spoil


_LAST, _BOTH = without_numbers(-1), without_numbers(-2, -1)


def _points(campaign: Campaign) -> list[tuple[str, str]]:
    [checked] = take_stock(campaign).latest
    table = checked.submission.table("risk_points")
    assert table is not None
    return [(str(table.get("id", index)), str(table.get("point", index))) for index in range(len(table.rows))]


def test_a_row_without_number_keeps_the_one_that_it_was_given(tmp_path: Path) -> None:
    """The last row is blank, then the two last; where the ledger is lost, the same follows from 收件."""
    campaign = open_campaign(tmp_path / "2026年度", forms=("risk_register",))
    [one] = collect(campaign, [send(tmp_path / "一", 办公室=filled("HB01", "risk_register", spoil=_LAST))], IN_TIME)
    assert one.state == "accepted" and one.checked is not None
    assert [entry.value for entry in one.checked.findings if entry.code == "number_given"] == ["HB01-016"]
    first = _points(campaign)
    again = filled("HB01", "risk_register", day=11, spoil=_BOTH)
    collect(campaign, [send(tmp_path / "二", 办公室=again)], IN_TIME)
    assert _points(campaign)[-1] == first[-1], "whatever else was left blank"
    assert len({number for number, _ in _points(campaign)}) == len(first)
    (campaign.root / ".lzxl" / "ledger.sqlite").unlink()
    assert _points(Campaign(campaign.root))[-1] == first[-1]
