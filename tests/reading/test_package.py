"""A workbook is read however its package spells the names of its parts, or is refused with the true reason."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from lzxl.forms.findings import told_to_unit
from lzxl.submission import Submission
from lzxl.workbook.reading.guard import judge
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.package import Package
from lzxl.workbook.reading.read import read_submission
from tests.facts import found as found_of
from tests.reading.books import sheet_xml, xlsx, zipped

CASES = Path(__file__).parents[1] / "cases"
BODY = sheet_xml({1: ["序号", "风险点"], 2: [1.0, "收受礼金"]})


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def renamed(rename: Callable[[str], str]) -> bytes:
    return zipped({rename(name): content for name, content in members(xlsx({"表": BODY})).items()})


def replaced(part: str, *changes: tuple[str, str]) -> bytes:
    parts = members(xlsx({"表": BODY}, strings=["甲"]))
    text = parts[part].decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return zipped({**parts, part: text})


def called(name: str) -> bytes:
    """The workbook part under another name."""
    parts = members(xlsx({"表": BODY}))
    parts[f"xl/{name}"] = parts.pop("xl/workbook.xml")
    parts[f"xl/_rels/{name}.rels"] = parts.pop("xl/_rels/workbook.xml.rels")
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b"xl/workbook.xml", f"xl/{name}".encode())
    return zipped(parts)


def doubled() -> bytes:
    """A program that adds to a zip file leaves what it replaces in it."""
    out = io.BytesIO(xlsx({"表": sheet_xml({1: ["旧"]})}))
    with pytest.warns(UserWarning), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", members(xlsx({"表": BODY}))["xl/worksheets/sheet1.xml"])
    return out.getvalue()


RELATIONS = "xl/_rels/workbook.xml.rels"
SPELLINGS: dict[str, Callable[[], bytes]] = {
    "capitals": lambda: renamed(str.upper),
    "backslashes": lambda: renamed(lambda name: name.replace("/", "\\")),
    "leading slashes": lambda: renamed(lambda name: f"/{name}"),
    "leading dots": lambda: renamed(lambda name: f"./{name}"),
    "percent signs": lambda: renamed(lambda name: name.replace("sheet1", "sheet%31")),
    "targets with backslashes": lambda: replaced(RELATIONS, ("worksheets/", "worksheets\\")),
    "targets from the root": lambda: replaced(RELATIONS, ('"worksheets/', '"/xl/worksheets/')),
    "targets from the root without a slash": lambda: replaced(RELATIONS, ('"worksheets/', '"xl/worksheets/')),
    "targets with dots": lambda: replaced(RELATIONS, ('"worksheets/', '"../xl/./worksheets/')),
    "targets in capitals": lambda: replaced(RELATIONS, ('"worksheets/sheet1', '"Worksheets/Sheet1')),
    "another name of the workbook": lambda: called("book.xml"),
    "a name of the workbook in capitals": lambda: called("Workbook.xml"),
    "a member twice": doubled,
    "something before the package": lambda: b"\x00\xff\x00junk" + xlsx({"表": BODY}),
    "no relations of the package": lambda: zipped(
        {name: content for name, content in members(xlsx({"表": BODY})).items() if name != "_rels/.rels"}
    ),
    "no styles": lambda: zipped(
        {name: content for name, content in members(xlsx({"表": BODY})).items() if name != "xl/styles.xml"}
    ),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_every_spelling_of_a_package_is_read_alike(name: str) -> None:
    data = SPELLINGS[name]()
    verdict = judge(data)
    assert (verdict.container, verdict.code) == ("xlsx", "")
    [sheet] = open_content(data, verdict.container).sheets
    assert (sheet.name, sheet.rows) == ("表", {1: ["序号", "风险点"], 2: [1.0, "收受礼金"]})


def read(path: Path) -> Submission:
    return read_submission(path, path.name)


@pytest.mark.parametrize(
    "folder", ["10-part-names-in-another-case", "11-backslashes-in-the-package"], ids=["case", "backslashes"]
)
def test_names_of_parts_in_another_spelling_are_read_as_the_original(folder: str) -> None:
    for path in sorted((CASES / "reading" / folder).glob("*.xlsx")):
        submission = read(path)
        assert submission.refusal is None
        assert submission.row_counts == {"考核评分": 20, "自查与述廉": 5}
        # They are from before the appraisers' scores were the office's: of those only the office hears.
        assert {finding.severity for finding in told_to_unit(found_of(submission))} <= {"info"}


@pytest.mark.parametrize("name", ["root_package.xlsx", "rows_mixed_r.xlsx", "times.xlsx"])
def test_another_spelling_of_a_container_is_read_as_the_good_one(name: str) -> None:
    good, other = read(CASES / "containers" / "good.xlsx"), read(CASES / "containers" / name)
    [expected], [table] = good.tables, other.tables
    assert len(table.rows) == len(expected.rows) == 6
    if name != "times.xlsx":
        assert (table.values, table.rows) == (expected.values, expected.rows)
        assert found_of(other) == found_of(good)


def test_an_indented_part_of_properties_is_the_same_stamp() -> None:
    submission = read(CASES / "engines" / "gnumeric_另存.xlsx")
    assert (submission.stamped, submission.form, submission.sent_for) == (True, "risk_register", "2026年度")
    assert not submission.sent_to.isspace()
    assert "stamp_mismatch" not in {finding.code for finding in found_of(submission)}


DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'


@pytest.mark.parametrize("part", ["xl/workbook.xml", RELATIONS, "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_a_document_type_is_called_by_its_name_and_not_damage(part: str, tmp_path: Path) -> None:
    parts = members(xlsx({"表": BODY}, strings=["甲"]))
    path = tmp_path / "register.xlsx"
    path.write_bytes(zipped({**parts, part: DOCTYPE + parts[part].decode()}))
    refusal = read(path).refusal
    assert refusal is not None and refusal.code == "file_with_document_type"


def test_a_sheet_whose_part_is_missing_is_not_passed_over(tmp_path: Path) -> None:
    parts = members(xlsx({"表": BODY, "另": BODY}))
    path = tmp_path / "register.xlsx"
    path.write_bytes(zipped({name: content for name, content in parts.items() if not name.endswith("sheet2.xml")}))
    refusal = read(path).refusal
    assert refusal is not None and refusal.code == "file_broken"


def test_many_sheets_of_one_part_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    entries = "".join(f'<sheet name="表{number}" sheetId="{number}" r:id="rId1"/>' for number in range(2, 5002))
    path = tmp_path / "register.xlsx"
    path.write_bytes(replaced("xl/workbook.xml", ("</sheets>", f"{entries}</sheets>")))
    refusal = read(path).refusal
    assert refusal is not None and refusal.code == "file_too_large"


def test_a_part_that_several_sheets_name_is_read_once() -> None:
    data = replaced("xl/workbook.xml", ("</sheets>", '<sheet name="另" sheetId="2" r:id="rId1"/></sheets>'))
    assert [sheet.name for sheet in open_content(data, "xlsx").sheets] == ["表"]


@pytest.mark.parametrize("body", [BODY, BODY.replace("<sheetData>", "<sheetData ><!-- -->")])
def test_what_all_sheets_share_is_unpacked_once_however_many_there_are(
    body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`body`: one that the fast reader understands, and one that it leaves to the parser."""
    unpacked: Counter[str] = Counter()
    read = Package.read

    def counted(package: Package, part: str) -> bytes:
        unpacked[part] += 1
        return read(package, part)

    monkeypatch.setattr(Package, "read", counted)
    data = xlsx({f"表{number}": body for number in range(6)}, strings=["甲"])
    assert len(open_content(data, "xlsx").sheets) == 6
    shared = {part: count for part, count in unpacked.items() if part.endswith(("strings.xml", "styles.xml"))}
    assert shared
    assert max(shared.values()) <= 2  # of styles the formats and the strikes are asked for apart


def test_an_office_package_of_another_kind_is_no_workbook(tmp_path: Path) -> None:
    parts = members(called("book.xml"))
    parts["xl/book.xml"] = b"<VisioDocument/>"
    path = tmp_path / "drawing.xlsx"
    path.write_bytes(zipped(parts))
    refusal = read(path).refusal
    assert refusal is not None and refusal.code == "file_not_workbook"


def test_two_sheets_of_one_name_are_both_read() -> None:
    parts = members(xlsx({"甲": sheet_xml({1: ["一"]}), "乙": sheet_xml({1: ["二"]})}))
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("乙".encode(), "甲".encode())
    data = zipped(parts)
    assert [sheet.rows for sheet in open_content(data, "xlsx").sheets] == [{1: ["一"]}, {1: ["二"]}]
