"""Papers of warnings through the command: what is due, numbers given once, what a paper may say, and what it must not."""

from __future__ import annotations

import datetime
import json
import shutil
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from lzxl.data import data_folder
from tests.campaign.office import open_campaign
from tests.scenarios.books import header_row, lzxl, lzxl_json, type_rows
from tests.scenarios.office_desk import invoke
from tests.scenarios.test_reworked_warning import BOOK, STEPS, TITLES, UNITS, WARNING, on

from .reading import fonts_of, needs_writer, pages_of, printed, size_of, text_of

RECORD = "工作记录.xlsx"
Row = dict[str, Any]
PERSON: Row = {
    **WARNING,
    "对象类型": "个人",
    "对象": "符海涛",
    "职务": "中队长",
    "干部管理权限": "局党组",
}


def events(*steps: tuple[Any, ...], warning: str = "YJ-2026-001") -> list[Row]:
    rows = [dict(zip(TITLES, step, strict=True)) for step in steps]
    return [{"预警编号": warning, **row, "日期": on(str(row["日期"]))} for row in rows]


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = open_campaign(tmp_path_factory.mktemp("文书") / "2026年度", UNITS).root
    settings = root / "lzxl.toml"
    settings.write_text(settings.read_text("utf-8").replace("# sign =", "sign ="), "utf-8")
    return root


@pytest.fixture
def office(blank: Path, tmp_path: Path) -> Callable[..., Path]:
    """A campaign whose ledger has a warning with its events."""

    def filled(rows: list[Row], warning: Row = WARNING) -> Path:
        root = tmp_path / "2026年度"
        shutil.copytree(blank, root)
        type_rows(root / BOOK, "台账", [warning])
        type_rows(root / BOOK, "办理过程", rows)
        return root

    return filled


def notices(root: Path, day: str) -> list[tuple[str, str, str | None]]:
    found = lzxl_json(root, "notices", "--date", day)
    assert found["date"] == day and found["version"] == 1
    return [(one["kind"], one["state"], one["number"]) for one in found["notices"]]


def recorded(root: Path) -> list[Row]:
    """The rows of 文号簿 by the titles of its columns."""
    sheet = load_workbook(root / RECORD)["文号簿"]
    header = header_row(sheet, "文号")
    titles = [cell.value for cell in sheet[header]]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=header + 1)]
    return [dict(zip(titles, row, strict=True)) for row in rows if row[titles.index("文号")]]


def set_row(root: Path, number: str, values: Mapping[str, object]) -> None:
    workbook = load_workbook(root / RECORD)
    sheet = workbook["文号簿"]
    header = header_row(sheet, "文号")
    titles = [cell.value for cell in sheet[header]]
    for row in sheet.iter_rows(min_row=header + 1):
        if row[titles.index("文号")].value == number:
            for title, value in values.items():
                row[titles.index(title)].value = value
    workbook.save(root / RECORD)


def the_paper(root: Path, title: str) -> Path:
    [path] = (root / "文书").glob(f"{title}_*.docx")
    return path


def test_papers_follow_the_course_of_a_warning(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS))
    assert notices(root, "2026-03-30") == []
    assert notices(root, "2026-04-01") == [("诫勉纠错通知书", "due", None)]
    sent = ("诫勉纠错通知书", "sent", "云环廉办〔2026〕3号")
    assert notices(root, "2026-04-02") == [sent]
    rework = ("重新整改通知书", "sent", "云环廉办〔2026〕6号")
    assert notices(root, "2026-05-22") == [sent, rework, ("责令整改通知书", "due", None)]
    assert notices(root, "2026-06-27") == [sent, rework, ("责令整改通知书", "sent", "云环廉办〔2026〕9号")]


def test_a_paper_is_made_with_the_next_number_and_entered(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS[:4]))
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    assert notices(root, "2026-04-01") == [("诫勉纠错通知书", "made", "云环廉诫〔2026〕1号")]
    [row] = recorded(root)
    assert (row["文号"], row["文种"], row["预警编号/对象"], row["状态"]) == (
        "云环廉诫〔2026〕1号",
        "诫勉纠错通知书",
        "YJ-2026-001",
        "预留",
    )
    assert row["日期"] is None and row["单位"] == "HB10 综合行政执法大队"
    path = the_paper(root, "诫勉纠错通知书")
    assert path.name == "诫勉纠错通知书_云环廉诫〔2026〕1号_YJ-2026-001.docx"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = text_of(path)
    for said in (
        "云环廉诫〔2026〕1号",
        "综合行政执法大队执法二中队：",
        "同类案件处罚幅度悬殊，集体讨论笔录缺失",
        "经领导小组2026年4月1日批准",
        "自收到本通知书之日起10个工作日内",
        "2026年4月1日",
        "整改反馈单",
    ):
        assert said in text, said
    assert "{" not in text and "信访" not in text and "12345" not in text


def test_a_rework_tells_what_the_inspection_found_and_until_when(office: Callable[..., Path]) -> None:
    seven = (*STEPS[6][:5], None)
    root = office(events(*STEPS[:6], seven))
    assert notices(root, "2026-04-24")[-1] == ("重新整改通知书", "due", None)
    lzxl(root, "notices", "--make", "YJ-2026-001", "--date", "2026-04-24")
    text = text_of(the_paper(root, "重新整改通知书"))
    for said in ("云环廉办〔2026〕3号", "抽查5件仍有2件无讨论笔录。", "请于2026年5月12日前书面反馈", "（第1次）"):
        assert said in text, said
    assert "→" not in text


def test_a_second_run_makes_nothing_again_and_touches_no_paper(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS[:4]))
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    path = the_paper(root, "诫勉纠错通知书")
    path.write_bytes(b"edited by the office")
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    assert path.read_bytes() == b"edited by the office" and len(recorded(root)) == 1
    told = invoke(root, "notices", "--make", "YJ-2026-001", "--date", "2026-04-01")
    assert told.return_value == 2 and "已经制作（云环廉诫〔2026〕1号）" in told.output


def test_a_paper_that_got_lost_is_made_again_under_its_number(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS[:4]))
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    the_paper(root, "诫勉纠错通知书").unlink()
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    assert the_paper(root, "诫勉纠错通知书").is_file() and len(recorded(root)) == 1


def test_a_number_is_never_given_back(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS[:4]))
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    set_row(root, "云环廉诫〔2026〕1号", {"状态": "作废"})
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    assert [row["文号"] for row in recorded(root)] == ["云环廉诫〔2026〕1号", "云环廉诫〔2026〕2号"]
    # Somebody takes the rows out: what was given stays given.
    for number in ("云环廉诫〔2026〕1号", "云环廉诫〔2026〕2号"):
        set_row(root, number, dict.fromkeys(("状态", "文种", "预警编号/对象", "单位", "备注", "文号")))
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    assert [row["文号"] for row in recorded(root)] == ["云环廉诫〔2026〕3号"]


def test_numbers_that_the_office_gave_by_hand_count(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS[:4]))
    type_rows(
        root / RECORD,
        "文号簿",
        [
            {"文号": "云环廉诫〔2026〕5号", "文种": "其他", "状态": "已印发"},
            {"文号": "云环廉诫〔2026〕8号", "文种": "其他", "状态": "已印发"},
        ],
    )
    told = invoke(root, "notices", "--date", "2026-04-01").output
    assert "缺6、7号" in told
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    assert recorded(root)[-1]["文号"] == "云环廉诫〔2026〕9号"


def refused(root: Path, day: str = "2026-04-01") -> str:
    """What is said where papers are not made; nothing is written then."""
    before = (root / RECORD).read_bytes()
    told = invoke(root, "notices", "--make", "--date", day)
    assert (root / RECORD).read_bytes() == before and not list((root / "文书").glob("*.docx"))
    assert told.return_value == 2
    return told.output


def test_a_number_that_stands_twice_is_mended_first(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS[:4]))
    row = {"文号": "云环廉诫〔2026〕5号", "文种": "其他", "状态": "已印发"}
    type_rows(root / RECORD, "文号簿", [row, row])
    assert "文号相同" in refused(root)


def test_without_a_sign_there_is_no_number(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS[:4]))
    settings = root / "lzxl.toml"
    settings.write_text(settings.read_text("utf-8").replace("\nsign =", "\n# sign ="), "utf-8")
    assert "[papers]" in refused(root)


def test_a_bureau_may_have_one_series_for_all(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS[:4]))
    settings = root / "lzxl.toml"
    settings.write_text(settings.read_text("utf-8").replace('{类}"', '"', 1), "utf-8")
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    assert recorded(root)[-1]["文号"] == "云环廉〔2026〕1号"


def test_the_campaigns_own_template_wins_and_a_broken_one_costs_no_number(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS[:4]))
    lzxl(root, "notices", "--templates")
    own = root / "模板" / "诫勉纠错通知书.docx"
    assert own.read_bytes() == (data_folder("papers") / own.name).read_bytes()
    document = Document(str(own))
    document.add_paragraph("本局自定：{{ 不知道的 }}")
    document.save(str(own))
    told = refused(root)
    assert "模板/诫勉纠错通知书.docx" in told and "不知道的" in told
    document.paragraphs[-1].text = "本局自定：{{ 期次 }}"
    document.save(str(own))
    lzxl(root, "notices", "--templates")  # what is there is never touched
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    assert "本局自定：2026年度" in text_of(the_paper(root, "诫勉纠错通知书"))


APPROVED = ((1, "批准", "2026-04-01", "局党组", "同意 诫勉纠错", None),)


def test_a_person_gets_a_book_of_admonition_with_a_record_of_the_talk(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS[:3], *APPROVED), PERSON)
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    text = text_of(the_paper(root, "诫勉书"))
    for said in ("符海涛同志：", "综合行政执法大队中队长", "经局党组批准", "跟踪6个月", "诫勉谈话记录", "回　执"):
        assert said in text, said
    assert "符海涛" not in the_paper(root, "诫勉书").name
    assert "谈话事由" not in text, "the record of the talk is signed by itself"
    record = the_paper(root, "诫勉谈话记录")
    talk = text_of(record)
    for said in ("谈话事由", "符海涛", "局党组", "云环廉诫〔2026〕1号", "谈话对象签字"):
        assert said in talk, said
    assert "符海涛" not in record.name and stat.S_IMODE(record.stat().st_mode) == 0o600
    assert [row["文种"] for row in recorded(root)] == ["诫勉书"], "it has no number of its own"


def test_a_record_of_a_talk_that_got_lost_is_made_again_and_the_book_stays(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS[:3], *APPROVED), PERSON)
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    the_paper(root, "诫勉书").write_bytes(b"edited by the office")
    the_paper(root, "诫勉谈话记录").unlink()
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    assert the_paper(root, "诫勉书").read_bytes() == b"edited by the office"
    assert "谈话事由" in text_of(the_paper(root, "诫勉谈话记录")) and len(recorded(root)) == 1


def test_of_a_cadre_who_is_managed_above_no_paper_is_made(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS[:3], *APPROVED), {**PERSON, "干部管理权限": "市局党组"})
    assert notices(root, "2026-04-01") == [("诫勉书", "barred", None)]
    told = invoke(root, "notices", "--make", "YJ-2026-001", "--date", "2026-04-01")
    assert "请示" in told.output and not list((root / "文书").glob("*.docx"))


def test_a_transfer_tells_nothing_but_its_number(office: Callable[..., Path]) -> None:
    suspected = (0, "核实", "2026-03-27", "韩立群", "属实；问题程度 严重；是否涉嫌违纪违法 是", None)
    root = office(events(STEPS[0], suspected), PERSON)
    lzxl(root, "notices", "--make", "--date", "2026-03-28")
    text = text_of(the_paper(root, "移送函"))
    assert "YJ-2026-001" in text and "云环廉移〔2026〕1号" in text
    for kept in ("符海涛", "处罚", "笔录", "执法", "HB10", "中队"):
        assert kept not in text, kept
    own = root / "模板" / "移送函.docx"
    lzxl(root, "notices", "--templates")
    document = Document(str(own))
    document.add_paragraph("{{ 主要问题 }}")
    document.save(str(own))
    the_paper(root, "移送函").unlink()
    assert "主要问题" in invoke(root, "notices", "--make", "--date", "2026-03-28").output


def test_the_list_names_nobody(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS[:3], *APPROVED), PERSON)
    shown = lzxl(root, "notices", "--date", "2026-04-01") + json.dumps(
        lzxl_json(root, "notices", "--date", "2026-04-01"), ensure_ascii=False
    )
    assert "诫勉书" in shown and "符海涛" not in shown


def test_an_object_that_has_no_paper_due_is_said(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS[:3]))
    assert "没有应制发的文书" in invoke(root, "notices", "--make", "YJ-2026-009", "--date", "2026-04-01").output
    assert invoke(root, "notices", "YJ-2026-001").return_value == 2


@pytest.mark.libreoffice
@needs_writer
def test_papers_print_as_they_must(office: Callable[..., Path], tmp_path: Path) -> None:
    root = office(events(*STEPS[:4]))
    type_rows(root / BOOK, "台账", [{**PERSON, "预警编号": "YJ-2026-002", "采集日期": datetime.date(2026, 3, 10)}])
    type_rows(root / BOOK, "办理过程", events(*STEPS[:3], *APPROVED, warning="YJ-2026-002"))
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    papers = sorted((root / "文书").glob("*.docx"))
    printed(tmp_path, *papers)
    for paper, count in zip(papers, (3, 3, 1), strict=True):
        pdf = tmp_path / f"{paper.stem}.pdf"
        pages = pages_of(pdf)
        assert len(pages) == count, paper.name
        for number, page in enumerate(pages, 1):
            assert page.endswith(f"—{number}—"), (paper.name, number)
        if count == 1:
            assert "谈话对象签字" in pages[0]
            continue
        assert "云泽县生态环境局" in pages[0] and "整改反馈单" in pages[-1]
        # The seal never stands on a page without text.
        signed = next(page for page in pages if "附件：1" in page)
        assert "反馈" in signed.split("附件：1")[0] or "复核" in signed.split("附件：1")[0]
        assert "CJK" in fonts_of(pdf) and "A4" in size_of(pdf)


def test_fonts_and_layout_are_those_of_papers(office: Callable[..., Path]) -> None:
    root = office(events(*STEPS[:4]))
    lzxl(root, "notices", "--make", "--date", "2026-04-01")
    document = Document(str(the_paper(root, "诫勉纠错通知书")))
    section = document.sections[0]
    sizes = [round(length.mm) for length in (section.page_width, section.page_height, section.top_margin)]
    assert sizes == [210, 297, 37] and round(section.left_margin.mm) == 28
    xml = document.element.xml
    for font in ("仿宋_GB2312", "方正小标宋简体", "黑体"):
        assert f'w:eastAsia="{font}"' in xml
    body = next(one for one in document.paragraphs if "经核实" in one.text)
    assert body.paragraph_format.line_spacing.pt == 28.8 and body.runs[0].font.size.pt == 16
    table = next(part for part in document.part.package.iter_parts() if part.partname.endswith("fontTable.xml"))
    assert 'w:altName w:val="仿宋,' in table.blob.decode()
