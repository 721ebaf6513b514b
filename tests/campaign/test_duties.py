"""A post without power over anybody is entered with its duty (第八条(一)1): counted, made public and sent anew, and no power."""

from __future__ import annotations

import datetime

import pytest
from openpyxl import load_workbook

from lzxl.campaign.collect import collect
from lzxl.campaign.distribute import distribute
from lzxl.campaign.folder import Campaign, sent_path
from lzxl.campaign.standing import take_stock
from lzxl.demo.paper import Paper
from lzxl.papers.kinds import paper_kinds
from lzxl.papers.odd import oddities
from lzxl.papers.personal import Register
from tests.campaign.office import IN_TIME, filled, open_campaign, send, set_config
from tests.scenarios.office_desk import run

UNIT, FORM, DUTY = "HB02", "risk_register", "岗位职责"
NAME = "干部人事档案管理"


def as_duty(paper: Paper) -> None:
    paper.put("powers", "category", paper.first("powers", power=NAME), DUTY)


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    base = tmp_path_factory.mktemp("duties")
    campaign = open_campaign(base / "2026年度", (UNIT,), (FORM,), people=True)
    [taken] = collect(campaign, [send(base / "来件", 登记表=filled(UNIT, FORM, spoil=as_duty))], IN_TIME)
    assert str(taken.state) == "accepted"
    return campaign


def test_a_duty_is_of_the_second_class_and_its_points_count(campaign: Campaign) -> None:
    [submission] = take_stock(campaign).counted
    classes = {
        table.get("power_class", index)
        for table, index in submission.rows_of("powers")
        if table.get("category", index) == DUTY
    }
    assert classes == {"二类内部权力"}
    points = [table.get("power_class", index) for table, index in submission.rows_of("risk_points")]
    assert "" not in points and None not in points


def test_readers_are_told_that_it_is_a_duty_and_of_a_power_its_class(campaign: Campaign) -> None:
    run(campaign.root, "publish", "--allow-open")
    [path] = (campaign.root / "公示").glob("*社会版.xlsx")
    lines = list(load_workbook(path).worksheets[0].iter_rows(values_only=True))
    header = next(number for number, line in enumerate(lines) if "权力类别" in line)
    told: dict[str, set[str]] = {}
    for line in lines[header + 1 :]:
        row = dict(zip(lines[header], line, strict=True))
        if row["权力事项"]:
            told.setdefault(row["权力事项"], set()).add(row["权力类别"])
    assert told.pop(NAME) == {DUTY}
    assert told and set.union(*told.values()) <= {"二类内部权力", "三类公共类"}


def test_no_picture_of_its_steps_is_drawn(campaign: Campaign) -> None:
    register = Register(campaign, take_stock(campaign))
    matter = register.matter_of(campaign.units[UNIT])
    assert [duty.name for duty in matter.duties] == [NAME]
    assert NAME not in [power.name for power in (*matter.powers, *matter.of_everybody)]
    drawn = [kind for kind in paper_kinds() if kind.asked == "power"]
    assert f"岗位职责不是职权，未画图：{matter.duties[0].code}。" in list(oddities(register, matter, drawn))


def test_the_next_year_begins_with_it(campaign: Campaign) -> None:
    root = campaign.root.parent / "2027年度"
    open_campaign(root, (UNIT,), (FORM,))
    set_config(root, period='"2027年度"', deadline=str(datetime.date(2027, 11, 20)), previous='"../2026年度"')
    later = Campaign(root)
    distribute(later)
    sheet = load_workbook(sent_path(later, later.units[UNIT], FORM))["权责清单"]
    rows = [line for line in sheet.iter_rows(values_only=True) if NAME in line]
    assert len(rows) == 1 and DUTY in rows[0]
