"""Whatever breaks on one submission costs that one: every command gives the others what it gives without it.

A fault is planted for one of three units at each stage that a submission goes through.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from lzxl.api import check, consolidate
from lzxl.campaign import books
from lzxl.campaign.collect import collect
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign
from lzxl.campaign.standing import take_stock
from lzxl.checks import rules
from lzxl.checks.context import Context
from lzxl.checks.report import Report
from lzxl.checks.run import check_submissions
from lzxl.cli.main import cli
from lzxl.demo.paper import Paper
from lzxl.forms.load import load_grading
from lzxl.mail.office import Office
from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import Job
from lzxl.workbook.reading.sandbox import read_all
from tests.campaign.office import (
    CODES,
    IN_TIME,
    filled,
    ledger_rows,
    no_channel,
    open_campaign,
    samples,
    send,
    set_config,
    tree,
)

BAD = "HB02"
FORMATS = ("text", "json", "sarif", "junit")


def is_bad(value: Any, depth: int = 9) -> bool:
    """Whether the bad unit's content is somewhere in what a stage is given."""
    if isinstance(value, str):
        return value.startswith(f"{BAD}-")
    if depth == 0:
        return False
    if isinstance(value, dict):
        return any(is_bad(entry, depth - 1) for entry in value.values())
    if isinstance(value, list | tuple | set):
        return any(is_bad(entry, depth - 1) for entry in value)
    for name in ("submission", "submissions", "counted"):
        if is_bad(getattr(value, name, None), depth - 1):
            return True
    tables = getattr(value, "tables", None)
    return isinstance(tables, list) and is_bad([table.values for table in tables], depth)


RULES = "lzxl.checks.rules"
# Where a submission is worked on once it is read: module, function. Each is given it, or something that is made of it.
CHECKS = [
    *(("lzxl.checks.run", name) for name in ("is_untouched", "Report", "in_reading_order")),
    *((RULES, family.name) for family in rules.FAMILIES),
]
DEEPER = [("lzxl.checks.cells", "failures"), ("lzxl.checks.order", "give_advice")]


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Makes a function break on the bad unit's content."""

    def planted(module: str, name: str) -> None:
        if module == RULES:
            broken = [_broken(family) if family.name == name else family for family in rules.FAMILIES]
            assert broken != list(rules.FAMILIES)
            monkeypatch.setattr(rules, "FAMILIES", tuple(broken))
            return
        place = importlib.import_module(module)
        function = getattr(place, name)

        def breaking(*given: Any, **named: Any) -> Any:
            if is_bad(given):
                raise RuntimeError("张三 \ud800")
            return function(*given, **named)

        monkeypatch.setattr(place, name, breaking)

    return planted


def _broken(family: rules.Family) -> rules.Family:
    def breaking(reports: Sequence[Report], context: Context) -> None:
        if is_bad(list(reports)):
            raise RuntimeError("张三 \ud800")
        family.check(reports, context)

    return dataclasses.replace(family, check=breaking)


def no_day(paper: Paper) -> None:
    paper.put("warnings", "collected_on", 0, None)


def everybody(**more: Any) -> dict[str, bytes]:
    return {"甲": filled("HB01"), "乙": filled("HB02", **more), "丙": filled("HB03", spoil=no_channel)}


def without_the_bad() -> dict[str, bytes]:
    return {name: data for name, data in everybody().items() if name != "乙"}


def results(campaign: Campaign) -> dict[str, Any]:
    """What the commands give for the good units."""
    standing = take_stock(Campaign(campaign.root))
    return {
        "filings": [filing for filing in standing.filings if filing.unit.code != BAD],
        "findings": [entry.findings for entry in standing.latest if entry.submission.unit_code != BAD],
        "returns": {path: data for path, data in tree(campaign.root, "退回").items() if BAD not in path},
        "ledger": [row for row in ledger_rows(campaign.root) if BAD not in row],
    }


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    base = tmp_path_factory.mktemp("undisturbed")
    campaign = open_campaign(base / "c")
    collect(campaign, [send(base / "来件", **without_the_bad())], IN_TIME)
    return results(campaign)


@pytest.fixture
def stored(tmp_path: Path) -> Campaign:
    """All three taken in while nothing was wrong."""
    campaign = open_campaign(tmp_path / "c")
    collect(campaign, [send(tmp_path / "来件", **everybody(spoil=no_day))], IN_TIME)
    return Campaign(campaign.root)


def said_of(text: str) -> list[str]:
    return re.findall(r"程序处理 (\S+) 时出错（RuntimeError）", text)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> list[Submission]:
    """The three, as they read."""
    folder = send(tmp_path_factory.mktemp("read"), **everybody(spoil=no_day))
    return read_all([Job(path, path.name) for path in sorted(folder.iterdir())])


@pytest.mark.parametrize(("module", "name"), [*CHECKS, *DEEPER])
def test_a_check_that_breaks_on_one_submission_costs_that_one(
    read: list[Submission], plant: Callable[[str, str], None], module: str, name: str
) -> None:
    context = Context(load_grading(), "2026年度", {code: samples()[code].unit for code in CODES})
    others = [submission for submission in read if submission.unit_code != BAD]
    undisturbed = check_submissions(others, context)
    plant(module, name)
    checked = check_submissions(read, context)
    assert [entry for entry in checked if entry.submission.unit_code != BAD] == undisturbed
    [failed] = [entry for entry in checked if entry.submission.unit_code == BAD]
    assert failed.status == "refused"
    assert said_of(failed.findings[0].message) == [failed.submission.file]
    assert not failed.submission.tables


@pytest.mark.parametrize(("module", "name"), [(RULES, "check_links"), ("lzxl.checks.cells", "failures")])
def test_a_collection_goes_on_where_a_check_breaks_on_one_submission(
    tmp_path: Path, plant: Callable[[str, str], None], undisturbed: dict[str, Any], module: str, name: str
) -> None:
    campaign = open_campaign(tmp_path / "c")
    plant(module, name)
    taken = collect(campaign, [send(tmp_path / "来件", **everybody(spoil=no_day))], IN_TIME)
    assert sorted(intake.state for intake in taken) == ["accepted", "refused", "returned"]
    [reason] = [intake.reason for intake in taken if intake.state == "refused"]
    assert said_of(reason)
    assert results(campaign) == undisturbed
    [filing] = [filing for filing in take_stock(Campaign(campaign.root)).filings if filing.unit.code == BAD]
    assert filing.state == "refused"
    [path] = (campaign.root / ".lzxl" / "faults").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_could_not_be_checked_is_tried_again_and_counts_once_the_program_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = open_campaign(tmp_path / "c")
    with monkeypatch.context() as patch:
        patch.setattr(rules, "FAMILIES", tuple(map(_broken, rules.FAMILIES)))
        assert [one.state for one in collect(campaign, [send(tmp_path / "1", 乙=filled(BAD))], IN_TIME)] == ["refused"]
    collect(Campaign(campaign.root), [send(tmp_path / "2", 甲=filled("HB01"))], IN_TIME)
    assert {row[3]: row[6] for row in ledger_rows(campaign.root)} == {"HB01": "accepted", BAD: "accepted"}


def test_a_return_that_cannot_be_written_costs_that_one(
    tmp_path: Path, plant: Callable[[str, str], None], undisturbed: dict[str, Any]
) -> None:
    campaign = open_campaign(tmp_path / "c")
    plant("lzxl.workbook.writing.mark", "write_return")
    taken = collect(campaign, [send(tmp_path / "来件", **everybody(spoil=no_day))], IN_TIME)
    assert sorted(intake.state for intake in taken) == ["accepted", "refused", "returned"]
    assert results(campaign) == undisturbed


def test_a_marked_copy_that_cannot_be_written_costs_that_one(tmp_path: Path, plant: Callable[[str, str], None]) -> None:
    plant("lzxl.workbook.writing.mark", "write_return")
    folder = send(tmp_path / "来件", **everybody(spoil=no_day))
    checked = check([folder], return_dir=tmp_path / "退回")
    assert [entry.status for entry in checked.files] == ["returned", "refused", "accepted"]
    assert [path.name for path in (tmp_path / "退回").iterdir()] == ["丙_退回.xlsx"]
    assert checked.exit_code == 3


@pytest.mark.parametrize(
    ("module", "name"),
    [("lzxl.summary.merge", "_concatenate"), ("lzxl.summary.workbook", "merge"), ("lzxl.api", "_round")],
)
def test_a_submission_that_cannot_be_merged_is_left_out_of_the_summary_and_said(
    tmp_path: Path, plant: Callable[[str, str], None], module: str, name: str
) -> None:
    campaign = open_campaign(tmp_path / "c")
    collect(campaign, [send(tmp_path / "来件", **everybody())], IN_TIME)
    before = consolidate(Campaign(campaign.root), tmp_path / "all.xlsx")
    assert {entry.unit_code for entry in before.standing.counted} == {"HB01", BAD}
    plant(module, name)
    result = consolidate(Campaign(campaign.root), tmp_path / "summary.xlsx")
    assert [entry.unit_code for entry in result.standing.counted] == ["HB01"]
    assert [filing.state for filing in result.standing.filings] == ["accepted", "refused", "returned"]
    [failure] = result.failed
    assert said_of(failure.findings[0].message) == [failure.submission.file]
    assert rows_of(tmp_path / "summary.xlsx") == {"HB01"}


def test_looking_for_what_breaks_reads_no_book_of_the_office_anew(
    tmp_path: Path, plant: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = open_campaign(tmp_path / "c")
    collect(campaign, [send(tmp_path / "来件", **everybody())], IN_TIME)
    read: list[str] = []

    def counted(campaign: Campaign, form_ids: Any, *, given: Any = books._read_anew) -> Any:
        read.extend(form_ids)
        return given(campaign, form_ids)

    monkeypatch.setattr(books, "_read_anew", counted)
    consolidate(Campaign(campaign.root), tmp_path / "all.xlsx")
    plain = list(read)
    assert len(set(plain)) > 1
    read.clear()
    plant("lzxl.summary.workbook", "merge")
    assert consolidate(Campaign(campaign.root), tmp_path / "summary.xlsx").failed
    assert read == plain


def rows_of(path: Path) -> set[str]:
    """The units of which a summary counts rows."""
    import openpyxl

    rows = list(openpyxl.load_workbook(path, data_only=True)["单位统计"].iter_rows(values_only=True))
    counted = next(row.index("预警信息") for row in rows if "预警信息" in row)
    return {str(row[0]) for row in rows if str(row[0]).startswith("HB") and row[counted]}


@pytest.mark.parametrize(
    ("form", "name"),
    [("text", "_file_lines"), ("json", "as_data"), ("sarif", "_result"), ("junit", "_suite")],
)
def test_a_report_that_breaks_on_one_file_shows_the_others(
    stored: Campaign, plant: Callable[[str, str], None], form: str, name: str
) -> None:
    plant(f"lzxl.formats.{form}", name)
    shown = CliRunner().invoke(cli, ["-C", str(stored.root), "check", "--format", form], standalone_mode=False)
    assert shown.return_value == 3
    assert "第01版" in shown.stdout
    assert len(set(said_of(shown.stdout))) == 1
    assert "信息来源" in shown.stdout  # what is wrong with the third


def test_a_letter_that_breaks_on_one_unit_leaves_the_other_letters(
    stored: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lzxl.mail import answer_text, reminding

    for module in (answer_text, reminding):
        values = module.unit_values

        def breaking(unit: Any, values: Callable[[Any], Any] = values) -> Any:
            if unit.code == BAD:
                raise RuntimeError
            return values(unit)

        monkeypatch.setattr(module, "unit_values", breaking)
    with Office(Campaign(stored.root)) as office:
        reminded = office.remind(at_once=True).written
        assert [letter.unit for letter in reminded.letters] == ["HB03"]
        assert [code for code, reason in reminded.left if "程序出错" in reason] == [BAD]
        written = office.answer(with_files=True)
        assert sorted(letter.unit for letter in written.letters) == ["HB01", "HB03"]
        assert [code for code, reason in written.left if "程序出错（RuntimeError）" in reason] == [BAD]


def test_what_breaks_in_last_years_submission_is_not_carried_over_and_said(
    tmp_path: Path, plant: Callable[[str, str], None]
) -> None:
    last = open_campaign(tmp_path / "last")
    collect(last, [send(tmp_path / "来件", **everybody())], IN_TIME)
    campaign = open_campaign(tmp_path / "c")
    set_config(campaign.root, previous='"../last"')
    undisturbed = distribute(Campaign(campaign.root))
    files = {path: data for path, data in tree(campaign.root, "发放").items() if BAD not in path}
    plant("lzxl.campaign.distribute", "_carried_rows")
    done = distribute(Campaign(campaign.root))
    assert done.written == undisturbed.written
    assert len(said_of(done.failures[0])) == len(done.failures) == 1
    assert {path: data for path, data in tree(campaign.root, "发放").items() if BAD not in path} == files


def test_an_original_that_the_disk_does_not_give_stops_no_command(
    stored: Campaign, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    [lost] = (stored.root / "收件").glob(f"{BAD}_*/*/*")
    read = Path.read_bytes

    def refused(self: Path) -> bytes:
        if self == lost:
            raise PermissionError(13, "denied", str(self))
        return read(self)

    monkeypatch.setattr(Path, "read_bytes", refused)
    taken = collect(Campaign(stored.root), [send(tmp_path / "again", 甲=filled("HB01"))], IN_TIME)
    assert [intake.state for intake in taken] == ["known"]
    assert [filing.version for filing in take_stock(Campaign(stored.root)).filings] == [1, 1, 1]


HALVES = ("\ud83d", "\udc00", "甲\ud800乙")


@pytest.mark.parametrize("half", HALVES)
def test_half_a_character_that_a_reader_lets_through_reaches_no_output(
    tmp_path: Path, half: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it stands: it is mended where a submission comes out of the reading child."""
    from lzxl.forms.places import Place
    from lzxl.submission import Labels, Submission, Table, Unplaced
    from lzxl.workbook.reading import plain

    table = Table("warnings", f"表{half}", rows=[2], values={"content": [half]}, raw={"content": {0: half}})
    table.unmapped[3] = half
    made = Submission(f"{half}.xlsx", unit_name=half, tables=[table])
    made.cover = Labels("cover", half, values={"head": half}, broken={half})
    made.unplaced.append(Unplaced(Place.cell(half, 1, 1), half, half, half))
    mended = plain.from_bytes(plain.to_bytes(made))
    repr(mended).encode()
    assert mended.tables[0].values["content"] == [half.encode("utf-16", "surrogatepass").decode("utf-16", "replace")]
    whole = Submission("甲😀.xlsx")
    assert plain.from_bytes(plain.to_bytes(whole)) == whole


def test_half_a_character_in_a_file_name_dies_in_no_output(stored: Campaign, tmp_path: Path) -> None:
    folder = tmp_path / "names"
    folder.mkdir()
    (folder / "表\udcff\udce5.xlsx").write_bytes(filled("HB01", day=9))
    for form in FORMATS:
        output = tmp_path / f"out.{form}"
        shown = CliRunner().invoke(
            cli, ["-C", str(stored.root), "check", str(folder), "--format", form, "--output", str(output)]
        )
        assert shown.exception is None, shown.exception
        assert output.read_text(encoding="utf-8")


def test_what_the_reader_itself_breaks_on_leaves_its_trace_to_the_office(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reader is another process: what it says of its own trouble is kept as what breaks here is."""
    from lzxl.checks.context import Context
    from lzxl.checks.run import check_submissions
    from lzxl.forms.load import load_catalogue, load_grading
    from lzxl.submission import Submission

    refusal = load_catalogue().finding("file_unreadable", detail="KeyError", value="KeyError")
    made = Submission("甲.xlsx", refusal=refusal, trace="Traceback: 张三")
    [checked] = check_submissions([made], Context(load_grading(), faults=tmp_path / "faults"))
    assert checked.status == "refused"
    assert "KeyError" in checked.findings[0].message
    assert "张三" not in json.dumps([finding.as_json() for finding in checked.findings], ensure_ascii=False)
    [path] = (tmp_path / "faults").iterdir()
    assert "张三" in path.read_text(encoding="utf-8")
