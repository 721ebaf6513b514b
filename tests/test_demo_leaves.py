"""What leaves the office at the end of the sample bureau's year: reported, published, archived, verified, handed to inspectors,
and compared with the year after. Who is named in the bureau is read a second, plain way, from its roster and its rows."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook

from lzxl.demo.bureau import SampleBureau, load_bureau
from lzxl.demo.second_year import next_year
from tests.scenarios.books import lzxl, lzxl_json

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
ASIDE = {"姓名", "负责人", "联络员", "电子邮箱", "联系电话", "分管领导"}
"""Columns of the roster that say who somebody is or where he is reached."""
WHO = {"responsible", "section_head", "leader", "owner", "person", "name", "reporter", "signed"}
"""Fields of the sample's rows in which somebody stands (a power's own name is no person)."""


@pytest.fixture(scope="module")
def bureau() -> SampleBureau:
    return load_bureau()


@pytest.fixture(scope="module")
def told(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each command of the end of the year prints, in a copy of both years; "folder": where that is."""
    base = tmp_path_factory.mktemp("leaves")
    for one in (demo, next_year(demo, "2027年度")):
        shutil.copytree(one, base / one.name)
    root, later = base / demo.name, base / next_year(demo, "2027年度").name
    printed = {
        "report": lzxl(root, "report", expect=[0]),
        **{one: lzxl(root, "publish", "--edition", one, "--allow-open", expect=[0]) for one in ("社会版", "内部版")},
        "archive": lzxl(root, "archive", "--allow-open", expect=[0]),
        "dossier": lzxl(root, "dossier", "--for", "审计", "--allow-open", expect=[0]),
        "compare": lzxl(later, "compare", expect=[0]),
    }
    return printed | {"folder": str(root), "later": str(later)}


@pytest.fixture(scope="module")
def named(demo: Path, bureau: SampleBureau) -> set[str]:
    """Everybody's name, telephone and address."""
    found = set()
    for sheet in load_workbook(demo / "单位名册.xlsx"):
        header: tuple[object, ...] = ()
        for row in sheet.iter_rows(values_only=True):
            if "序号" in row:
                header = row
            elif header:
                found |= {str(value) for title, value in zip(header, row, strict=False) if title in ASIDE and value}
    for sample in bureau.units:
        for sheet_name, rows in sample.content.items():
            fields = WHO - {"name"} if sheet_name == "powers" else WHO
            found |= {str(row[field]) for row in rows for field in fields & set(row)}
    parts = {part.strip() for text in found for part in re.split("[、，；;]", text)}
    return {part for part in parts if len(part) > 1}


def everything(data: bytes) -> Iterator[bytes]:
    """A file's bytes, and those of all that is packed in it, however deep."""
    yield data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield " ".join(archive.namelist()).encode()
            yield archive.comment
            for name in archive.namelist():
                yield from everything(archive.read(name))


def told_in(data: bytes, names: set[str]) -> set[str]:
    pieces = [*everything(data)]
    return {name for name in names for kind in ENCODINGS if any(name.encode(kind) in piece for piece in pieces)}


def test_the_bureau_has_people_to_be_named(named: set[str], demo: Path) -> None:
    """What is looked for is there, in the files that stay in the office."""
    people = {name for name in named if re.fullmatch("[一-鿿]{2,4}", name)}
    assert len(people) >= 84
    assert sum("@" in name for name in named) >= 13
    assert len(told_in((demo / "单位名册.xlsx").read_bytes(), people)) >= 84, (
        "the way of looking finds them where they are"
    )


@pytest.mark.parametrize("edition", ["社会版", "内部版"])
def test_no_byte_of_what_is_published_names_anybody(told: dict[str, str], named: set[str], edition: str) -> None:
    made = sorted(path for path in (Path(told["folder"]) / "公示").iterdir() if edition in path.name)
    assert {path.suffix for path in made} >= {".xlsx", ".html", ".docx", ".txt"}
    assert {path.name: told_in(path.read_bytes(), named) for path in made} == {path.name: set() for path in made}


def test_what_is_published_are_the_points_that_may_be(told: dict[str, str], bureau: SampleBureau) -> None:
    [table] = (Path(told["folder"]) / "公示").glob("*社会版.xlsx")
    rows = [row for sheet in load_workbook(table).worksheets for row in sheet.iter_rows(values_only=True)]
    counted = re.search("本表共([0-9]+)行", told["社会版"])
    left = re.search("暂不公开([0-9]+)个", told["社会版"])
    apart = re.search("敏感岗位的([0-9]+)个", told["社会版"])
    assert counted and left and apart
    numbered = sum(isinstance(row[0], int) for row in rows)
    assert numbered == int(counted.group(1)), "as many rows as are said"
    of_register = {row["id"] for one in bureau.units for row in one.content["risk_points"]}
    assert numbered + int(left.group(1)) + int(apart.group(1)) <= len(of_register)


def test_every_volume_of_the_archive_is_whole_and_a_changed_byte_is_named(told: dict[str, str], tmp_path: Path) -> None:
    volumes = sorted((Path(told["folder"]) / "归档").glob("廉政风险防控归档*.zip"))
    assert len(volumes) == 2
    for volume in volumes:
        assert "核对完毕：完好。" in lzxl(Path(told["folder"]), "verify", str(volume), expect=[0])
        data = bytearray(volume.read_bytes())
        data[len(data) // 2] ^= 1
        broken = tmp_path / volume.name
        broken.write_bytes(data)
        assert "完好。" not in lzxl(Path(told["folder"]), "verify", str(broken), expect=[1])


def test_what_inspectors_get_names_nobody_of_the_roster(told: dict[str, str], named: set[str]) -> None:
    [dossier] = (Path(told["folder"]) / "归档").glob("迎检材料*.zip")
    assert told_in(dossier.read_bytes(), named) == set()


def test_the_report_says_how_many_points_and_warnings_there_were(told: dict[str, str], bureau: SampleBureau) -> None:
    [report] = (Path(told["folder"]) / "文书").glob("综合分析报告*.docx")
    text = "\n".join(paragraph.text for paragraph in Document(str(report)).paragraphs)
    registers = {
        path.name[:4] for path in (Path(told["folder"]) / "收件").glob("HB*") if [*path.glob("廉政风险点登记表*")]
    }
    points = [row for one in bureau.units if one.unit.code in registers for row in one.content["risk_points"]]
    ledger = load_workbook(Path(told["folder"]) / "预警处置台账.xlsx")
    warnings = {
        value for sheet in ledger for row in sheet.iter_rows(values_only=True) for value in row if _is_number(value)
    }
    assert f"共登记风险点{len(points)}个" in text
    assert f"预警信息共{len(warnings)}件" in text


def _is_number(value: object) -> bool:
    return re.fullmatch("YJ-2026-[0-9]{3}", str(value)) is not None


def test_the_year_after_is_compared_row_by_row(told: dict[str, str], bureau: SampleBureau) -> None:
    """HB10 files in the second March: two points changed, one removed, one new; whoever has not filed is named, not removed."""
    compared = lzxl_json(Path(told["later"]), "compare")
    [unit] = [one for one in bureau.units if one.unit.code == "HB10"]
    before = {row["id"] for row in unit.content["risk_points"]}
    rows = {
        change: {row["id"] for row in compared["rows"] if row["change"] == change} for change in ("matched", "added")
    }
    assert rows["matched"] < before and len(before - rows["matched"]) == compared["removed"] == 1
    assert len(rows["added"] - before) == compared["added"] == 1
    assert compared["text_changed"] + compared["level_down"] + compared["level_up"] >= 2
    assert "HB01" in told["compare"]
