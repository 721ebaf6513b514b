"""What a round asks of its units: the cells that they type are counted, and nothing else is."""

from __future__ import annotations

import datetime
import io
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from lzxl.campaign.burden import typed_by_unit, typed_cells, typed_in
from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.collect import collect
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign, sent_path
from lzxl.campaign.model import TypedCells
from lzxl.campaign.standing import take_stock
from lzxl.campaign.status import status_data
from lzxl.forms.load import load_form, unit_form_ids
from lzxl.forms.staff import staff_of
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.workbook.reading.jobs import Job

from .office import IN_TIME, filled, open_campaign, send, set_config

UNIT = "HB10"
MOST = 400
"""No form may ask the unit of 8 posts for more than this; whoever makes one shorter lowers it."""
NEXT_YEAR = datetime.date(2027, 11, 16)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A campaign in which the unit of 8 posts has filed all of its forms."""
    base = tmp_path_factory.mktemp("burden")
    campaign = open_campaign(base / "2026年度", (UNIT,), unit_form_ids(), people=True)
    distribute(campaign)
    staff = staff_of(campaign.units[UNIT], campaign.people, IN_TIME)
    source = send(base / "来件", **{form: filled(UNIT, form, staff=staff) for form in unit_form_ids()})
    assert {str(one.state) for one in collect(campaign, [source], IN_TIME)} == {"accepted"}
    return campaign.root


def test_a_unit_of_eight_posts_types_so_many_cells(played: Path) -> None:
    campaign = Campaign(played)
    told = typed_cells(campaign, take_stock(campaign))
    assert told.last_year is None
    assert 0 < told.asked <= MOST


def test_what_was_prefilled_and_what_follows_is_not_counted(played: Path) -> None:
    """By a second, plain way: the cells of the files themselves, without formulas and without what the workbook in 发放 said."""
    campaign = Campaign(played)
    expected = 0
    for form_id in unit_form_ids():
        form = load_form(form_id)
        filed = load_workbook(played.parent / "来件" / f"{form_id}.xlsx")
        sent = load_workbook(sent_path(campaign, campaign.units[UNIT], form_id))
        assert form.cover is not None
        asked = [entry.name for entry in form.cover.inputs if entry.name not in ("unit_code", "unit_name", "period")]
        for name in asked:
            place = label_layout(form.cover).value(name)
            told, said = (book[form.cover.title].cell(*place).value for book in (filed, sent))
            expected += told is not None and told != said
        for sheet in form.tables:
            for entry in sheet.inputs:
                if not entry.computed:
                    span = table_layout(sheet).span(entry.name)
                    own, given = (_texts(book[sheet.title], span) for book in (filed, sent))
                    expected += (own - given).total()
    assert typed_by_unit(campaign, take_stock(campaign)) == {UNIT: expected}


def _texts(worksheet: Worksheet, span: str) -> Counter[object]:
    values = [cell.value for row in worksheet[span] for cell in row]
    return Counter(value for value in values if value is not None and not str(value).startswith("="))


def test_status_tells_a_program(played: Path) -> None:
    campaign = Campaign(played)
    standing = take_stock(campaign)
    asked = sum(typed_by_unit(campaign, standing).values())
    assert status_data(campaign, standing)["typed_cells"] == {"asked": asked, "last_year": None}


@pytest.fixture(scope="module")
def year_after(played: Path) -> Campaign:
    """The next campaign, whose unit has got its register with last year's rows."""
    campaign = open_campaign(played.parent / "2027年度", (UNIT,), ("risk_register",))
    set_config(campaign.root, period='"2027年度"', deadline="2027-11-20", previous='"../2026年度"')
    campaign = Campaign(campaign.root)
    distribute(campaign)
    return campaign


def test_of_rows_that_were_sent_only_what_changed_is_counted(year_after: Campaign) -> None:
    """Two rows change places, one text is written anew, the deadlines and the cover are filled in."""
    form = load_form("risk_register")
    unit = year_after.units[UNIT]
    book = load_workbook(sent_path(year_after, unit, form.id))
    typed = 0
    assert form.cover is not None
    for name, value in {"reporter": "甲", "reported_on": NEXT_YEAR, "row_count": 20, "nil_return": "否"}.items():
        book[form.cover.title].cell(*label_layout(form.cover).value(name)).value = value
        typed += 1
    risks, layout = book[form.by_name["risk_points"].title], table_layout(form.by_name["risk_points"])
    first, second = layout.first_row, layout.first_row + 1
    for column in layout.columns.values():
        above, below = risks.cell(first, column), risks.cell(second, column)
        if not str(above.value).startswith("="):
            above.value, below.value = below.value, above.value
    risks[layout.cell("description", first)].value = "现场检查时收受被检查单位礼品，对发现的问题不记录。"
    typed += 1
    stream = io.BytesIO()
    book.save(stream)
    source = send(year_after.root.parent / "次年来件", 登记表=stream.getvalue())
    collect(year_after, [source], NEXT_YEAR)
    submission = take_stock(year_after).latest[0].submission
    path = sent_path(year_after, unit, form.id)
    [sent] = read_with_cache(year_after.root, [Job(path, path.name)])
    assert typed_in(submission, sent) == typed


def test_the_last_year_stands_beside_this_one(played: Path, year_after: Campaign) -> None:
    last = typed_cells(Campaign(played), take_stock(Campaign(played))).asked
    told = typed_cells(year_after, take_stock(year_after))
    assert told.last_year == last
    assert told.told.endswith(f"（上年{last}格）")


def test_a_last_year_that_is_not_there_is_not_known(tmp_path: Path) -> None:
    campaign = open_campaign(tmp_path / "2027年度", (UNIT,), ("risk_register",))
    set_config(campaign.root, previous='"../没有"')
    assert typed_cells(Campaign(campaign.root), take_stock(Campaign(campaign.root))) == TypedCells(0, None)
