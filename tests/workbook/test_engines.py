"""Every engine shows the same: what a workbook stores, and what programs that calculate make of it."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from lzxl.campaign.adopt import adopt, write_adopted
from lzxl.campaign.config import CONFIG_NAME
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign, create_campaign
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.campaign.standing import context_of
from lzxl.forms.grading import GradingTable
from lzxl.forms.load import form_ids, load_form, unit_form_ids
from lzxl.forms.model import Form
from lzxl.workbook.writing.build import build_workbook, standard_path
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.save import workbook_bytes
from lzxl.workbook.writing.shown import shown_values

from ..campaign.office import write_roster
from ..libreoffice import Office
from .engines import (
    Engine,
    assert_shows_what_it_stores,
    by_engine,
    by_libreoffice,
)

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).parents[1] / "samples"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

by_form = pytest.mark.parametrize("form_id", form_ids())


def rows_of_every_pair(grading: GradingTable) -> Iterator[dict[str, str]]:
    """A row for every likelihood and severity, with blanks, wrong words, wildcards, other case and blanks around among them."""
    odd = ("", "高", "??", "*", " 较大")
    for likelihood, severity in product((*grading.likelihood.allowed, *odd), (*grading.severity.allowed, *odd)):
        yield {"point": f"{likelihood}×{severity}", "likelihood": likelihood, "severity": severity}


@by_engine
@by_form
def test_a_blank_workbook_shows_what_it_stores(form_id: str, engine: Engine) -> None:
    assert_shows_what_it_stores(standard_path(load_form(form_id)), engine)


@by_engine
def test_a_filled_register_shows_every_level_and_what_it_rests_on(
    register: Form, grading: GradingTable, engine: Engine, tmp_path: Path
) -> None:
    workbook = build_workbook(register, grading)
    stamp_workbook(workbook, register, Stamp(register.id, register.version, "HB01", "办公室", "2026年度"))
    rows = list(rows_of_every_pair(grading))
    fill_workbook(workbook, register, {}, {"risk_points": rows})
    path = tmp_path / "登记表.xlsx"
    path.write_bytes(workbook_bytes(workbook, shown_values(workbook, register, grading)))
    stored = assert_shows_what_it_stores(path, engine)
    levels = [value for (sheet, _, column), value in stored.items() if sheet == "风险点" and column == 12]
    assert {level for level in levels if level} == {*grading.level.allowed, "用词不在可选范围"}
    assert stored["封面", 11, 4].endswith(f"表现有{len(rows)}行")
    assert stored["风险点", 2, 1] == "单位：办公室"


def _a_few(files: Iterable[Path]) -> list[Path]:
    """Two files of every form, and of every round of it: the smallest and the largest."""
    forms: dict[str, list[Path]] = {}
    for path in sorted(files):
        forms.setdefault(path.name.partition("_")[0], []).append(path)
    ordered = [sorted(found, key=lambda path: path.stat().st_size) for found in forms.values()]
    assert len({name.partition("（")[0] for name in forms}) == len(unit_form_ids())
    return [path for found in ordered for path in dict.fromkeys((found[0], found[-1]))]


def sent_out(demo: Path, folder: Path) -> list[Path]:
    return _a_few((demo / "发放").rglob("*.xlsx"))


def returned(demo: Path, folder: Path) -> list[Path]:
    return _a_few((demo / "退回").rglob("*_退回.xlsx"))


def rosters(demo: Path, folder: Path) -> list[Path]:
    blank = create_campaign(folder / "新批次", "本局", "2027年度", datetime.date(2027, 11, 20))
    return [demo / ROSTER_NAME, blank.root / ROSTER_NAME]


def sent_out_with_last_years_rows(demo: Path, folder: Path) -> list[Path]:
    """From the bureau's own templates, for a unit that has rows to start from."""
    campaign = create_campaign(folder / "下一年", "云泽县生态环境局", "2027年度", datetime.date(2027, 11, 20))
    write_roster(campaign.root, ("HB01",))
    settings = campaign.root / CONFIG_NAME
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("[campaign]", f'[campaign]\nprevious = "{demo.as_posix()}"', 1),
        encoding="utf-8",
    )
    for form in map(load_form, unit_form_ids()):
        template = campaign.root / "模板" / f"{form.title}.xlsx"
        template.parent.mkdir(exist_ok=True)
        load_workbook(standard_path(form)).save(template)  # as a program that keeps no values saves it
    assert distribute(Campaign(campaign.root)).failures == ()
    return list((campaign.root / "发放").rglob("*.xlsx"))


def adopted(demo: Path, folder: Path) -> list[Path]:
    old, path = SAMPLES / "云泽县溪禾镇廉政风险点情况表.xls", folder / "标准表.xlsx"
    context = context_of(Campaign(demo))
    write_adopted(adopt(old, "risk_register", context, "HB03"), context, path)
    return [path]


def summaries(demo: Path, folder: Path) -> list[Path]:
    return list((demo / "汇总").glob("*.xlsx"))


KINDS = (sent_out, returned, rosters, sent_out_with_last_years_rows, adopted, summaries)
by_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


@pytest.fixture(scope="module")
def written(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Any], list[Path]]:
    """The workbooks of a kind, made once."""
    return cache(lambda kind: kind(demo, tmp_path_factory.mktemp(kind.__name__)))


@by_engine
@by_kind
def test_every_workbook_that_is_written_shows_what_it_stores(kind: Any, written: Any, engine: Engine) -> None:
    paths = written(kind)
    assert paths
    for path in paths:
        assert_shows_what_it_stores(path, engine)


@pytest.mark.libreoffice
@by_kind
def test_libreoffice_shows_what_every_workbook_stores(kind: Any, written: Any, office: Office) -> None:
    for path in written(kind):
        assert_shows_what_it_stores(path, by_libreoffice(office))


@by_kind
def test_a_program_that_only_reads_finds_a_value_under_every_formula(kind: Any, written: Any) -> None:
    for path in written(kind):
        assert stored_wrongly(path) == {}
        assert relations_from_the_root(path) == []


def stored_wrongly(path: Path) -> dict[tuple[str, str], str]:
    """Part and cell → what is stored there that a plain reader of the XML cannot take for a value of its type."""
    wrong = {}
    with zipfile.ZipFile(path) as package:
        for name in package.namelist():
            if not name.startswith("xl/worksheets/sheet"):
                continue
            for cell in ElementTree.fromstring(package.read(name)).iter(f"{MAIN}c"):
                value, is_formula = cell.find(f"{MAIN}v"), cell.find(f"{MAIN}f") is not None
                text = None if value is None else value.text or ""
                if not _fits(cell.get("t", "n" if is_formula else ""), text, is_formula):
                    wrong[name, cell.get("r", "")] = f"t={cell.get('t')} v={text}"
    return wrong


def _fits(kind: str, text: str | None, is_formula: bool) -> bool:
    """Whether a stored text is one of the kind that a cell says it holds."""
    if text is None:
        return not is_formula and kind in ("", "inlineStr")
    if kind in ("", "n"):
        return re.fullmatch(r"-?[0-9.]+(E[+-]?[0-9]+)?", text) is not None
    return {"b": text in ("0", "1"), "e": text.startswith("#"), "s": text.isdigit()}.get(kind, kind == "str")


def relations_from_the_root(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as package:
        parts = [package.read(name).decode() for name in package.namelist() if name.endswith(".rels")]
    return [target for part in parts for target in re.findall('Target="(/[^"]*)"', part)]
