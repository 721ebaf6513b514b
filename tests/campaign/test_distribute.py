"""Distribution: a stamped workbook for each unit and form, prefilled with what the last period accepted."""

from __future__ import annotations

import datetime
import re
import shutil
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl.drawing.image import Image
from PIL import Image as PillowImage

from lzxl.api import check
from lzxl.campaign.collect import collect
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign, create_campaign
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.campaign.store import stored_originals
from lzxl.errors import ConfigError
from lzxl.forms.load import load_form, load_grading
from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import Job
from lzxl.workbook.reading.sandbox import read_all
from lzxl.workbook.writing.build import build_workbook

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
    campaign = open_campaign(tmp_path / "c", ("HB01", "HB02"), ("warning_intake", "self_appraisal"))
    written = list(distribute(campaign).written)
    assert len(written) == 4
    submission = read(campaign.root / written[0])
    assert (submission.form, submission.unit_code, submission.unit_name, submission.period) == (
        "warning_intake",
        "HB01",
        "办公室",
        "2026年度",
    )


def test_distributing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "c", ("HB01",), ("risk_register", "warning_intake", "self_appraisal"))
    distribute(campaign)
    first = tree(campaign.root, "发放")
    distribute(Campaign(campaign.root))
    assert tree(campaign.root, "发放") == first


@pytest.fixture(scope="module")
def next_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign for 2027 whose previous one accepted a register and a ledger of HB01, and returned HB02's."""
    base = tmp_path_factory.mktemp("years")
    forms = ("risk_register", "warning_intake")
    last = open_campaign(base / "2026年度", ("HB01", "HB02"), forms)

    def reopen(paper) -> None:  # type: ignore[no-untyped-def]
        paper.put("warnings", "state", -1, "处置中")

    def spoil(paper) -> None:  # type: ignore[no-untyped-def]
        paper.put("warnings", "channel", 0, None)

    source = send(
        base / "来件",
        登记表=filled("HB01", "risk_register"),
        台账=filled("HB01", "warning_intake"),
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
    assert [row["id"] for row in carried] == [row["id"] for row in last if row.get("progress") != "已完成"]
    assert len(carried) < len(last), "what was done ended with its period"
    assert any(row.get("deadline") for row in last)
    assert all(row["deadline"] is None or row["deadline"] >= datetime.date(2027, 1, 1) for row in carried)


def test_what_was_told_in_the_last_period_is_not_told_again(next_year: Path) -> None:
    sent = read(next(next_year.glob("发放/HB01*/预警信息采集表*")))
    assert rows(sent, "warnings") == [], "what is not settled yet stands in the office's ledger"


def test_what_was_returned_is_not_carried_over(next_year: Path) -> None:
    assert rows(read(next(next_year.glob("发放/HB02*/预警信息采集表*"))), "warnings") == []


def test_the_folder_of_the_last_period_stays_as_it_was(next_year: Path) -> None:
    last = next_year.parent / "2026年度"
    before = tree(last, ".")
    shutil.rmtree(next_year / "发放")
    assert distribute(Campaign(next_year)).written
    assert tree(last, ".") == before


def test_the_roster_of_the_last_period_serves_the_next_one(next_year: Path, tmp_path: Path) -> None:
    last = next_year.parent / "2026年度"
    coming = create_campaign(tmp_path / "2027年度", "云泽县生态环境局", "2027年度", datetime.date(2027, 11, 20))
    shutil.copy(last / ROSTER_NAME, coming.root)
    assert Campaign(coming.root).units == Campaign(last).units
    assert len(distribute(Campaign(coming.root)).written) == 2 * len(Campaign(coming.root).config.forms)


def test_distributing_again_leaves_what_came_in_alone(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "c", ("HB01",))
    distribute(campaign)
    collect(campaign, [send(tmp_path / "来件", 台账=filled("HB01"))], IN_TIME)
    before = tree(campaign.root, "收件")
    distribute(Campaign(campaign.root))
    assert before and tree(campaign.root, "收件") == before
    assert len(stored_originals(Campaign(campaign.root))) == 1


@pytest.mark.parametrize("previous", ["../没有", "."])
def test_a_last_period_that_is_none_is_a_mistake_in_the_settings(tmp_path: Path, previous: str) -> None:
    campaign = open_campaign(tmp_path / "c", ("HB01",))
    (tmp_path / "别处").mkdir()
    set_config(campaign.root, previous=f'"{previous if previous != "." else "../别处"}"')
    with pytest.raises(ConfigError, match=r"上一期的文件夹有误：.*请检查 lzxl.toml 的 previous"):
        distribute(Campaign(campaign.root))


def test_what_is_sent_out_passes_as_an_empty_form_that_still_has_to_be_filled(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "c", ("HB01",))
    [sent] = distribute(campaign).written
    [entry] = check([campaign.root / sent]).files
    assert entry.status == "returned"
    assert entry.submission.refusal is None


def test_a_workbook_that_somebody_has_typed_into_is_never_replaced(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "c", ("HB01", "HB02"))
    first = distribute(campaign)
    touched = campaign.root / first.written[0]
    touched.write_bytes(filled("HB01"))
    again = distribute(Campaign(campaign.root))
    assert (again.kept, again.written) == ((first.written[0],), (first.written[1],))
    assert touched.read_bytes() == filled("HB01")


def test_what_a_run_that_was_cut_short_wrote_is_not_taken_for_somebodys_work(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "c", ("HB01",))
    distribute(campaign)
    (campaign.root / ".lzxl" / "sent.json").unlink()
    assert distribute(Campaign(campaign.root)).kept == ()


def test_a_template_of_the_bureaus_own_is_sent_out_with_its_looks(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "c", ("HB01",))
    form = load_form("warning_intake")
    restyled = build_workbook(form, load_grading())
    picture = BytesIO()
    PillowImage.new("RGB", (60, 20), (180, 0, 0)).save(picture, "PNG")
    restyled[form.sheets[0].title].add_image(Image(picture), "A1")
    folder = campaign.root / "模板"
    folder.mkdir()
    restyled.save(folder / f"{form.title}.xlsx")
    [sent] = distribute(campaign).written
    with ZipFile(campaign.root / sent) as archive:
        assert [name for name in archive.namelist() if name.startswith("xl/media/")]
    submission = read(campaign.root / sent)
    assert (submission.unit_code, submission.period) == ("HB01", "2026年度")


def test_a_template_saved_by_excel_gives_each_sheet_one_filter(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "c", ("HB01",))
    form = load_form("warning_intake")
    (campaign.root / "模板").mkdir()
    build_workbook(form, load_grading()).save(campaign.root / "模板" / f"{form.title}.xlsx")
    for _ in range(2):  # what was sent out becomes the next template
        [sent] = distribute(campaign).written
        with ZipFile(campaign.root / sent) as archive:
            names = re.findall(
                r'"_xlnm._FilterDatabase" localSheetId="(\d+)"', archive.read("xl/workbook.xml").decode()
            )
        assert names
        assert len(names) == len(set(names))
        (campaign.root / "模板" / f"{form.title}.xlsx").write_bytes((campaign.root / sent).read_bytes())
        (campaign.root / sent).unlink()


def test_a_template_that_no_longer_fits_is_refused(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "c", ("HB01",))
    form = load_form("warning_intake")
    broken = build_workbook(form, load_grading())
    del broken["预警信息"]
    (campaign.root / "模板").mkdir()
    broken.save(campaign.root / "模板" / f"{form.title}.xlsx")
    with pytest.raises(ConfigError, match="模板"):
        distribute(campaign)
    assert tree(campaign.root, "发放") == {}
