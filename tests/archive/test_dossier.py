"""迎检材料 of the sample bureau: whole, traceable, and for those who are to read no name without one in any of its bytes."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from lzxl.archive.gather import gather
from lzxl.archive.items import itemised
from lzxl.campaign.folder import Campaign
from lzxl.demo.bureau import load_bureau
from lzxl.forms.archive import load_archive_table
from tests.scenarios.office_desk import headed, invoke

UNMASKABLE = "警示提醒函_云环廉办〔2026〕99号_YJ-2026-099.docx"
"""A paper of which the program cannot take names: it is no document of Word at all."""
OF_A_PERSON = "诫勉书_云环廉〔2026〕98号_YJ-2026-098.docx"
"""A paper that somebody went back to: the name is written in two runs."""
ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")


@pytest.fixture(scope="module")
def bureau(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = Path(shutil.copytree(demo, tmp_path_factory.mktemp("迎检") / "2026年度"))
    assert invoke(root, "notices", "--make", "--date", "2026-11-27").exception is None
    name = str(next(iter(load_bureau().people_rows()))["person"])
    paper = Document()
    paragraph = paper.add_paragraph()
    for run in (name[0], name[1:], "同志："):
        paragraph.add_run(run)
    paper.save(str(root / "文书" / OF_A_PERSON))
    (root / "文书" / UNMASKABLE).write_bytes(name.encode("utf-16"))
    return root


@pytest.fixture(scope="module")
def made(bureau: Path) -> dict[str, tuple[Path, str]]:
    """Audience → its dossier, and what was said."""
    found = {}
    for audience in ("审计", "巡察"):
        done = invoke(bureau, "dossier", "--for", audience, "--allow-open")
        assert done.exception is None, done.output
        found[audience] = (bureau / "归档" / f"迎检材料_{audience}_2026年度.zip", done.output)
    return found


def every_part(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """All bytes of a file and of whatever is packed in it, names and all."""
    yield name, name.encode() + b"\n" + data
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for inside in packed.namelist():
                yield from every_part(f"{name}/{inside}", packed.read(inside))


def persons(root: Path) -> set[str]:
    """Everybody whom the roster or an accepted form names: by what stands below the titles of persons in the summary too."""
    names = {str(row["person"]) for row in load_bureau().people_rows()}
    [summary] = (root / "汇总").glob("廉政风险防控汇总_2026年度.xlsx")
    workbook = load_workbook(summary, read_only=True, data_only=True)
    for sheet, title in (("风险点总表", "直接责任人"), ("防控措施总表", "责任人"), ("岗位自查总表", "姓名")):
        rows = list(workbook[sheet].iter_rows(values_only=True))
        head = next(row for row in rows if title in row)
        column = head.index(title)
        for row in rows[rows.index(head) + 1 :]:
            for name in str(row[column] or "").split("、"):
                if 2 <= len(name) <= 4 and "（" not in name:
                    names.add(name)
    return names


def test_no_byte_of_what_auditors_get_names_anybody(bureau: Path, made: dict[str, tuple[Path, str]]) -> None:
    path, _ = made["审计"]
    names = persons(bureau)
    assert len(names) > 80
    written = {name.encode(encoding): name for name in names for encoding in ENCODINGS}
    parts = list(every_part(path.name, path.read_bytes()))
    assert len(parts) > 40
    assert [(place, name) for place, data in parts for raw, name in written.items() if raw in data] == []


def test_the_same_bytes_do_name_people_where_names_may_be_read(bureau: Path, made: dict[str, tuple[Path, str]]) -> None:
    path, _ = made["巡察"]
    everything = b"".join(data for _, data in every_part(path.name, path.read_bytes()))
    named = [name for name in persons(bureau) if name.encode() in everything]
    assert len(named) > 80


def test_a_dossier_is_its_owners_alone_and_checks_itself(made: dict[str, tuple[Path, str]]) -> None:
    for path, _ in made.values():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with zipfile.ZipFile(path) as packed:
            sums = dict(line.split("  ")[::-1] for line in packed.read("SHA256SUMS.txt").decode().splitlines())
            assert set(sums) == set(packed.namelist()) - {"SHA256SUMS.txt"}
            assert all(hashlib.sha256(packed.read(name)).hexdigest() == digest for name, digest in sums.items())


def test_each_figure_leads_to_a_cell_that_says_it_and_to_files_that_are_there(
    bureau: Path, made: dict[str, tuple[Path, str]]
) -> None:
    path, _ = made["巡察"]
    with zipfile.ZipFile(path) as packed:
        trace = load_workbook(io.BytesIO(packed.read("数据出处.xlsx")))
        summary = load_workbook(io.BytesIO(packed.read("内容/汇总/廉政风险防控汇总_2026年度.xlsx")), data_only=True)
    figures = trace["数据出处"]
    head, columns = headed(figures, "算法")
    found = {
        figures.cell(row, columns["数"]).value: {title: figures.cell(row, at).value for title, at in columns.items()}
        for row in range(head + 1, figures.max_row + 1)
        if figures.cell(row, columns["单元格"]).value
    }
    assert len(found) > 20
    for what, told in found.items():
        if ":" not in str(told["单元格"]):
            assert float(summary[told["工作表"]][told["单元格"]].value) == float(str(told["值"])), what
    assert found["风险点总数"]["所据总表"] == "风险点总表"
    assert found["防控措施"]["所据总表"] == "防控措施总表"
    assert found["应报单位（个）"]["原件"] == "名册、收件登记、簿册"
    sources = trace["源文件"]
    head, columns = headed(sources, "SHA-256")
    rows = [[sources.cell(row, at).value for at in columns.values()] for row in range(head + 1, sources.max_row + 1)]
    files = [row for row in rows if row[columns["原件"] - 1]]
    assert len(files) > 40
    for row in files:
        data = (bureau / str(row[columns["原件"] - 1])).read_bytes()
        assert hashlib.sha256(data).hexdigest() == row[columns["SHA-256"] - 1]


def test_a_dossier_made_again_is_the_same(bureau: Path, made: dict[str, tuple[Path, str]]) -> None:
    path, _ = made["审计"]
    before = path.read_bytes()
    assert invoke(bureau, "dossier", "--for", "审计", "--allow-open").exception is None
    assert path.read_bytes() == before


def test_open_matters_and_unknown_audiences_are_refused(bureau: Path) -> None:
    shown = invoke(bureau, "dossier", "--for", "审计").output
    assert "待认定" in shown and "未制作迎检材料" in shown
    assert "没有“记者”这种用途。可以写：巡察、审计。" in invoke(bureau, "dossier", "--for", "记者").output


def test_a_name_that_is_an_ordinary_word_is_said_and_stays_where_it_is_confirmed(
    bureau: Path, made: dict[str, tuple[Path, str]], tmp_path: Path
) -> None:
    root = Path(shutil.copytree(bureau, tmp_path / "2026年度"))
    workbook = load_workbook(root / "单位名册.xlsx")
    sheet = workbook["人员"]
    head, columns = headed(sheet, "姓名")
    row = next(row for row in range(head + 1, head + 600) if not sheet.cell(row, columns["姓名"]).value)
    # A word that stands in a risk point of the sample bureau.
    word = "商户"
    for place, name in enumerate((word, "文书")):
        for title, value in {"姓名": name, "单位编码": "HB10", "岗位": "门卫"}.items():
            sheet.cell(row + place, columns[title]).value = value
    workbook.save(root / "单位名册.xlsx")
    done = invoke(root, "dossier", "--for", "审计", "--allow-open")
    assert "“文书”是人名" in done.output
    assert "考核组" not in done.output  # written as who appraised: an office role is no person
    assert "--word 文书" in done.output
    assert f"“{word}”是人名，也写在不该有人名的栏里（HB10" in done.output and f"--word {word}" in done.output
    path = root / "归档" / "迎检材料_审计_2026年度.zip"
    assert word.encode() not in b"".join(data for _, data in every_part(path.name, path.read_bytes()))
    done = invoke(root, "dossier", "--for", "审计", "--allow-open", "--word", word)
    assert f"“{word}”按普通用词处理，没有遮去" in done.output
    assert word.encode() in b"".join(data for _, data in every_part(path.name, path.read_bytes()))


def test_the_faults_of_the_demonstration_are_not_in_it(made: dict[str, tuple[Path, str]]) -> None:
    """What units wrote of informants in files that were returned is in no accepted one, and so in no dossier without names."""
    path, _ = made["审计"]
    with zipfile.ZipFile(path) as packed:
        assert not any("收件/" in name or "退回/" in name for name in packed.namelist())
        assert json.dumps(packed.namelist(), ensure_ascii=False).count("认定.xlsx") == 1


def catalogue_rows(path: Path) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as packed:
        sheet = load_workbook(io.BytesIO(packed.read("归档文件目录.xlsx")))["归档文件目录"]
    head, columns = headed(sheet, "档号")
    rows = (
        {title: sheet.cell(row, at).value for title, at in columns.items()}
        for row in range(head + 1, sheet.max_row + 1)
    )
    return [{title: str(value or "") for title, value in row.items()} for row in rows if row["题名"]]


def test_auditors_get_the_papers_and_nobody_is_named_in_them(bureau: Path, made: dict[str, tuple[Path, str]]) -> None:
    numbered = {path.name for path in (bureau / "文书").glob("*.docx") if "〔2026〕" in path.name} - {UNMASKABLE}
    assert len(numbered) > 20
    with zipfile.ZipFile(made["审计"][0]) as packed:
        there = {name.rpartition("/")[2]: name for name in packed.namelist() if name.startswith("内容/文书/")}
        assert numbered <= set(there)
        paper = Document(io.BytesIO(packed.read(there[OF_A_PERSON])))
    assert re.fullmatch("〔人员[0-9]{3}〕同志：", paper.paragraphs[-1].text)


@pytest.mark.parametrize("audience", ["审计", "巡察"])
def test_the_catalogue_lists_all_that_is_archived_and_says_why_something_is_not_there(
    bureau: Path, made: dict[str, tuple[Path, str]], audience: str
) -> None:
    path, _ = made[audience]
    campaign = Campaign(bureau)
    table = load_archive_table()
    wanted = next(one for one in table.audiences if one.audience == audience).groups
    items = itemised(campaign, table, gather(campaign, table).files)
    rows = catalogue_rows(path)
    assert [row["档号"] for row in rows] == [item.number for item in items]
    with zipfile.ZipFile(path) as packed:
        files = load_workbook(io.BytesIO(packed.read("归档文件目录.xlsx")))["电子文件清单"]
        entries = [str(cell.value) for cell in files["B"]]
        assert {name for name in packed.namelist() if name.startswith("内容/")} <= set(entries)
    for row, item in zip(rows, items, strict=True):
        if item.group.id not in wanted:
            assert row["备注"] == f"未收入：不供{audience}"
        else:
            assert row["备注"].startswith(("电子文件", "未收入：收入的是另一日的汇总", "未收入：人名不能遮去"))
    assert sum(row["备注"].startswith("电子文件") for row in rows) > 10


def test_a_paper_from_which_a_name_cannot_be_taken_is_listed_with_its_number_and_why(
    made: dict[str, tuple[Path, str]],
) -> None:
    path, said = made["审计"]
    assert "1个文件里的人名不能遮去，未收入" in said
    [row] = [row for row in catalogue_rows(path) if row["文号"] == "云环廉办〔2026〕99号"]
    assert row["备注"] == "未收入：人名不能遮去" and "警示提醒函" in row["题名"]
    [row] = [row for row in catalogue_rows(made["巡察"][0]) if row["文号"] == "云环廉办〔2026〕99号"]
    assert row["备注"] == "电子文件1个"
