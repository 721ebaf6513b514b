"""A form that is filed several times a year: each round has its own versions, and what a unit filed in them adds up."""

from __future__ import annotations

import datetime
import sqlite3
from pathlib import Path

import pytest
from openpyxl import load_workbook

from lzxl.campaign.ledger import Ledger
from lzxl.campaign.standing import take_stock
from lzxl.demo.paper import Paper
from tests.scenarios.books import lzxl, lzxl_json

from .year import FIRST, FORM, IN_FIRST, IN_SECOND, LATE_FOR_FIRST, ROUNDS, SECOND, Year, filed, units


@pytest.fixture
def year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Year:
    return Year(tmp_path, monkeypatch)


def without_channel(paper: Paper) -> None:
    """An error."""
    paper.put("warnings", "channel", 0, None)


def counted(year: Year) -> list[tuple[str, str, tuple[str, ...]]]:
    """(unit, round, numbers of the rows) of all that counts."""
    return [
        (one.unit_code, one.round, tuple(one.tables[0].values.get("id", ())))
        for one in take_stock(year.campaign).counted
    ]


ONE, TWO, THREE = "HB01-YJ001", "HB01-YJ002", "HB01-YJ003"


def test_each_round_has_its_own_file_and_its_rows_add_up(year: Year) -> None:
    year.collect(IN_FIRST, filed(slice(0, 1)))
    status = year.collect(IN_SECOND, filed(slice(1, 3), day=15))
    assert units(status) == [(FIRST, "accepted", 1, False), (SECOND, "accepted", 1, False)]
    assert units(status, "HB02") == [(FIRST, "missing", 0, False), (SECOND, "missing", 0, False)]
    assert counted(year) == [("HB01", FIRST, (ONE,)), ("HB01", SECOND, (TWO, THREE))]
    assert not [
        one for checked in take_stock(year.campaign).latest for one in checked.findings if one.severity != "info"
    ]


def test_status_has_an_entry_for_each_round_that_is_open_or_past(year: Year) -> None:
    assert units(year.on(datetime.date(2026, 10, 31)).status()) == []
    assert units(year.on(IN_FIRST).status()) == [(FIRST, "missing", 0, False)]
    year.on(IN_SECOND)
    assert [one[0] for one in units(year.status())] == [FIRST, SECOND]
    assert [one[0] for one in units(lzxl_json(year.root, "status", "--as-of", "2026-11-04"))] == [FIRST]
    shown = lzxl(year.root, "status")
    assert "《预警信息采集表（第二季度）》截止2026-11-20" in shown.replace("\n", "")


def test_what_comes_after_its_deadline_is_late_and_still_of_its_round(year: Year) -> None:
    status = year.collect(LATE_FOR_FIRST, filed(slice(0, 1), day=11))
    assert units(status) == [(FIRST, "accepted", 1, True)]
    assert units(year.collect(IN_SECOND, filed(slice(1, 3), day=15))) == [
        (FIRST, "accepted", 1, True),
        (SECOND, "accepted", 1, False),
    ]


def test_a_cover_says_which_round_it_is_of_whenever_it_comes(year: Year) -> None:
    year.collect(IN_FIRST, filed(slice(1, 3), "第 2 季度"))
    status = year.collect(IN_SECOND, filed(slice(0, 1), FIRST, day=15))
    assert counted(year) == [("HB01", FIRST, (ONE,)), ("HB01", SECOND, (TWO, THREE))]
    assert units(status) == [(FIRST, "accepted", 1, True), (SECOND, "accepted", 1, False)]


def test_a_second_version_of_the_first_round_leaves_the_second_alone(year: Year) -> None:
    year.collect(IN_FIRST, filed(slice(0, 1)))
    year.collect(IN_SECOND, filed(slice(2, 3), day=15))
    status = year.collect(datetime.date(2026, 11, 17), filed(slice(0, 2), FIRST, day=16))
    assert units(status) == [(FIRST, "accepted", 2, False), (SECOND, "accepted", 1, False)]
    assert counted(year) == [("HB01", FIRST, (ONE, TWO)), ("HB01", SECOND, (THREE,))]


def test_a_row_vanishes_within_its_round_only(year: Year) -> None:
    year.collect(IN_FIRST, filed(slice(0, 2)))
    status = year.collect(IN_SECOND, filed(slice(2, 3), day=15))
    assert units(status)[1] == (SECOND, "accepted", 1, False)
    year.collect(datetime.date(2026, 11, 17), filed(slice(0, 1), FIRST, day=16), expect=(0, 1))
    [first, second] = take_stock(year.campaign).latest
    assert [(one.code, one.value) for one in first.findings if one.code == "row_vanished"] == [("row_vanished", TWO)]
    assert not [one for one in second.findings if one.code == "row_vanished"]
    status = year.collect(datetime.date(2026, 11, 18), filed(slice(2, 3), SECOND, day=17))
    assert units(status)[1] == (SECOND, "accepted", 2, False), "nothing is missing in its own round"


def test_a_number_of_another_round_is_not_used_again(year: Year) -> None:
    year.collect(IN_FIRST, filed(slice(0, 2)))
    status = year.collect(IN_SECOND, filed(slice(1, 3), day=15), expect=(1,))
    assert units(status) == [(FIRST, "accepted", 1, False), (SECOND, "returned", 1, False)]
    [first, second] = take_stock(year.campaign).latest
    [found] = [one for one in second.findings if one.severity == "error"]  # the row is to be taken out
    assert (found.code, found.value) == ("number_in_other_round", TWO)
    assert f"已在“{FIRST}”报过" in found.message
    assert not [one for one in first.findings if one.severity == "error"]
    returned = year.root / "退回" / "HB01_办公室" / f"预警信息采集表（{SECOND}）_HB01_第01版_退回.xlsx"
    assert returned.is_file()
    status = year.collect(datetime.date(2026, 11, 17), filed(slice(2, 3), day=16))
    assert units(status) == [(FIRST, "accepted", 1, False), (SECOND, "accepted", 2, False)]


def test_what_comes_last_is_told_of_a_number_that_is_used_twice(year: Year) -> None:
    year.collect(IN_FIRST, filed(slice(0, 1)))
    year.collect(IN_SECOND, filed(slice(1, 3), day=15))
    status = year.collect(datetime.date(2026, 11, 17), filed(slice(0, 2), FIRST, day=16), expect=(1,))
    assert units(status) == [(FIRST, "accepted", 1, False), (SECOND, "accepted", 1, False)]
    assert counted(year) == [("HB01", FIRST, (ONE,)), ("HB01", SECOND, (TWO, THREE))]
    [latest, _] = take_stock(year.campaign).filings[:2]
    assert latest.latest is not None
    assert (latest.latest.version, latest.latest.state) == (2, "returned")


def test_a_correction_takes_the_place_of_what_was_returned_in_its_round(year: Year) -> None:
    year.collect(IN_FIRST, filed(slice(0, 1)))
    year.collect(IN_SECOND, filed(slice(1, 3), day=15, spoil=without_channel), expect=(1,))
    status = year.collect(datetime.date(2026, 11, 18), filed(slice(1, 3), day=17))
    assert units(status) == [(FIRST, "accepted", 1, False), (SECOND, "accepted", 2, False)]
    outdated = year.root / "退回" / "HB01_办公室" / "已有新版" / f"预警信息采集表（{SECOND}）_HB01_第01版_退回.xlsx"
    assert outdated.is_file()


def warnings(year: Year, day: str) -> list[str]:
    return [one["id"] for one in lzxl_json(year.root, "ledger", "--date", day)["warnings"]]


def test_the_ledger_of_warnings_takes_the_rows_of_every_round_once(year: Year) -> None:
    year.collect(IN_FIRST, filed(slice(0, 1)))
    assert warnings(year, "2026-11-05") == ["YJ-2026-001"]
    year.collect(IN_SECOND, filed(slice(1, 3), day=15))
    assert warnings(year, "2026-11-16") == ["YJ-2026-001", "YJ-2026-002", "YJ-2026-003"]
    year.collect(datetime.date(2026, 11, 17), filed(slice(1, 3), SECOND, day=16))
    assert warnings(year, "2026-11-18") == ["YJ-2026-001", "YJ-2026-002", "YJ-2026-003"]


def test_the_ledger_of_warnings_takes_two_rows_of_one_number_where_both_count(year: Year) -> None:
    """The first round's second version gives up a number and is returned, so that the first one counts, which has it."""
    year.collect(IN_FIRST, filed(slice(0, 2)))
    year.collect(datetime.date(2026, 11, 5), filed(slice(0, 1), spoil=without_channel, day=4), expect=(1,))

    def numbered_anew(paper: Paper) -> None:
        paper.put("warnings", "id", 0, TWO)

    year.collect(IN_SECOND, filed(slice(2, 3), day=15, spoil=numbered_anew))
    assert counted(year) == [("HB01", FIRST, (ONE, TWO)), ("HB01", SECOND, (TWO,))]
    assert warnings(year, "2026-11-16") == ["YJ-2026-001", "YJ-2026-002", "YJ-2026-003"]


def test_the_summary_has_the_rows_of_all_rounds_and_tells_who_filed_in_which(year: Year) -> None:
    year.collect(IN_FIRST, filed(slice(0, 1)), filed(slice(0, 1), code="HB02"))
    year.collect(IN_SECOND, filed(slice(1, 3), day=15))
    lzxl(year.root, "consolidate")
    [path] = (year.root / "汇总").glob("*.xlsx")
    shown = [str(cell.value) for row in load_workbook(path)["总览"].iter_rows() for cell in row]
    assert any("另有4条预警信息尚未登入《预警处置台账》（HB01 3条、HB02 1条）" in text for text in shown)
    lzxl(year.root, "ledger")
    lzxl(year.root, "consolidate")
    book = load_workbook(path)
    assert not any("尚未登入" in str(cell.value) for row in book["总览"].iter_rows() for cell in row)
    numbers = [row[2].value for row in book["预警台账"].iter_rows() if str(row[2].value).startswith("YJ-")]
    assert numbers == [f"YJ-2026-{number:03}" for number in range(1, 5)]
    heads = [cell.value for cell in book["单位统计"][4]]
    first, second = (heads.index(f"预警信息采集表（{label}）") for label in (FIRST, SECOND))
    rows = {row[0].value: row for row in book["单位统计"].iter_rows(min_row=5) if row[0].value in ("HB01", "HB02")}
    assert [rows[code][column].value for code in ("HB01", "HB02") for column in (first, second)] == [
        "已接收", "已接收", "已接收", "未报送",
    ]  # fmt: skip
    missing = [[cell.value for cell in row] for row in book["未报送单位"].iter_rows()]
    assert [row[3] for row in missing if row[1] == "HB02"] == [f"预警信息采集表（{SECOND}）"]


def test_workbooks_go_out_by_rounds_and_come_back_to_them(year: Year) -> None:
    lzxl(year.on(datetime.date(2026, 10, 1)).root, "distribute")
    folder = year.root / "发放" / "HB01_办公室"
    first = f"预警信息采集表（{FIRST}）_HB01_办公室.xlsx"
    assert [path.name for path in folder.iterdir()] == [first]
    lzxl(year.on(IN_SECOND).root, "distribute")
    second = f"预警信息采集表（{SECOND}）_HB01_办公室.xlsx"
    assert sorted(path.name for path in folder.iterdir()) == sorted([first, second])
    cover = load_workbook(folder / second)["封面"]
    assert f"2026年度（{SECOND}）" in [cell.value for row in cover.iter_rows() for cell in row]


def test_today_tells_by_which_day_each_round_was_due(year: Year) -> None:
    year.collect(IN_FIRST, filed(slice(0, 1)))
    items = lzxl_json(year.on(IN_SECOND).root, "today", "--date", "2026-11-16")["items"]
    unfiled = [(one["object"], one["unit"], one["due"], one["workdays_left"]) for one in items if one["kind"] == "未报"]
    assert unfiled == [
        (f"预警信息采集表（{FIRST}）", "HB02", "2026-11-10", -4),
        (f"预警信息采集表（{SECOND}）", "HB01", "2026-11-20", 4),
        (f"预警信息采集表（{SECOND}）", "HB02", "2026-11-20", 4),
    ]


def test_what_came_in_before_there_were_rounds_counts_by_its_day(year: Year) -> None:
    year.set_rounds("")
    year.collect(IN_FIRST, filed(slice(0, 1)))
    year.collect(IN_SECOND, filed(slice(0, 3), day=15))
    assert [one[:3] for one in counted(year)] == [("HB01", "", (ONE, TWO, THREE))]
    year.set_rounds(ROUNDS)
    # Both versions lie where they lay. The numbers of the first are in the second, too: that is told now.
    assert units(year.status()) == [(FIRST, "accepted", 1, False), (SECOND, "returned", 2, False)]
    status = year.collect(datetime.date(2026, 11, 17), filed(slice(1, 3), SECOND, day=16))
    assert units(status) == [(FIRST, "accepted", 1, False), (SECOND, "accepted", 3, False)]
    # Nothing is entered twice, and everything is known again.
    connection = sqlite3.connect(year.campaign.ledger_path)
    rows = connection.execute("SELECT round, version, state FROM receipts ORDER BY version").fetchall()
    connection.close()
    assert rows == [("", 1, "accepted"), ("", 2, "returned"), (SECOND, 3, "accepted")]


def test_what_was_filed_in_a_round_that_is_no_more_is_told_and_not_lost(year: Year) -> None:
    year.collect(IN_FIRST, filed(slice(0, 1)))
    year.set_rounds("")
    assert counted(year) == []
    shown = lzxl(year.root, "status").replace("\n", "")
    assert f"《预警信息采集表（{FIRST}）》1份，不在本期要报的表之内，未计入" in shown
    year.set_rounds(ROUNDS)
    assert counted(year) == [("HB01", FIRST, (ONE,))]


def test_a_ledger_that_was_made_before_rounds_learns_of_them(year: Year) -> None:
    year.collect(IN_FIRST, filed(slice(0, 1)))
    path = year.campaign.ledger_path
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE receipts DROP COLUMN round")
    connection.commit()
    connection.close()
    ledger = Ledger(path)
    [receipt] = ledger.receipts_of("HB01")
    ledger.close()
    assert receipt.round == ""


def test_a_lost_ledger_is_built_again_from_what_lies_in_the_rounds(year: Year) -> None:
    year.collect(IN_FIRST, filed(slice(0, 1)))
    before = year.collect(IN_SECOND, filed(slice(1, 3), day=15))
    for path in (year.root / ".lzxl").glob("ledger.sqlite*"):
        path.unlink()
    status = year.collect(IN_SECOND, filed(slice(0, 1), code="HB02"))
    assert units(status) == units(before)
    ledger = Ledger(year.campaign.ledger_path)
    assert [(one.round, one.version, one.state) for one in ledger.receipts_of("HB01")] == [
        (FIRST, 1, "accepted"),
        (SECOND, 1, "accepted"),
    ]
    ledger.close()


REGISTER = ROUNDS.replace(FORM, "risk_register")
AT_THE_END = datetime.date(2026, 11, 10)


def test_a_later_round_of_the_register_takes_the_place_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = Year(tmp_path, monkeypatch, ("risk_register",))
    year.set_rounds(REGISTER)
    whole = slice(None)
    year.collect(AT_THE_END, filed(whole, day=10, form="risk_register"))
    lzxl(year.on(IN_SECOND).root, "distribute")
    sent = load_workbook(year.root / "发放" / "HB01_办公室" / f"廉政风险点登记表（{SECOND}）_HB01_办公室.xlsx")
    texts = {cell.value for worksheet in sent for row in worksheet.iter_rows() for cell in row}
    assert "HB01-001" in texts, "the second round begins with what the first has"
    status = year.collect(IN_SECOND, filed(whole, day=15, form="risk_register"))
    assert units(status) == [(FIRST, "accepted", 1, False), (SECOND, "accepted", 1, False)]
    assert [one[:2] for one in counted(year)] == [("HB01", SECOND)]
    assert [one.round for one in take_stock(year.campaign).former] == [FIRST]


def test_until_a_later_round_of_the_register_is_accepted_the_one_before_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = Year(tmp_path, monkeypatch, ("risk_register",))
    year.set_rounds(REGISTER)
    year.collect(AT_THE_END, filed(slice(None), day=10, form="risk_register"))

    def without_likelihood(paper: Paper) -> None:
        paper.put("risk_points", "likelihood", 0, None)

    spoilt = filed(slice(None), day=15, form="risk_register", spoil=without_likelihood)
    status = year.collect(IN_SECOND, spoilt, expect=(1,))
    assert units(status) == [(FIRST, "accepted", 1, False), (SECOND, "returned", 1, False)]
    assert [one[:2] for one in counted(year)] == [("HB01", FIRST)]
