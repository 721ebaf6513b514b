"""Filing by decision: the office says whose a file of 待查 is, and the file may say that it is another's."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from lzxl.campaign.accept import accept
from lzxl.campaign.collect import Intake
from lzxl.campaign.folder import Campaign
from lzxl.campaign.held import held_files
from lzxl.campaign.ledger import Ledger
from lzxl.demo.paper import Paper
from lzxl.errors import UsageError

from .office import IN_TIME, filled, no_unit, samples, tree

Take = Callable[..., list[Intake]]


def under_code(code: str) -> Callable[[Paper], None]:
    """The form of one unit, with another's code on its cover."""

    def changed(paper: Paper) -> None:
        paper.put_label("unit_code", code)

    return changed


def with_name_of(code: str) -> Callable[[Paper], None]:
    """Nothing but a unit's name says whose it is."""

    def named(paper: Paper) -> None:
        no_unit(paper)
        paper.put_label("unit_name", samples()[code].unit.name)

    return named


def decide(campaign: Campaign, code: str) -> Intake:
    """File the one held file as the unit's."""
    [held] = held_files(Campaign(campaign.root))
    with closing(Ledger(campaign.ledger_path)) as ledger:
        return accept(Campaign(campaign.root), ledger, held.number, code, IN_TIME + datetime.timedelta(1))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (filled("HB09"), "里写的单位编码是 HB09，不是 HB01"),
        (filled("HB02", spoil=under_code("HB01")), "是发给 HB02 的表，不能记在 HB01 名下"),
        (filled("HB02", spoil=with_name_of("HB02")), "，不是 HB01，未收下"),
        (filled("HB02", "risk_register", spoil=no_unit), "里的编号是 HB02 的，不是 HB01 的"),
    ],
    ids=["its code", "whom it was made out for", "its name", "its numbers"],
)
def test_what_says_by_itself_that_it_is_anothers_is_not_filed_under_a_unit(
    registers_too: Campaign, take: Take, data: bytes, said: str
) -> None:
    [intake] = take(某=data)
    assert intake.state == "held"
    before = tree(registers_too.root, "收件", "待查")
    with pytest.raises(UsageError, match=said):
        decide(registers_too, "HB01")
    assert tree(registers_too.root, "收件", "待查") == before


@pytest.mark.parametrize(
    "data",
    [
        filled("HB01", spoil=no_unit),
        filled("HB01", spoil=with_name_of("HB01")),
        filled("HB01", "risk_register", spoil=no_unit),
    ],
    ids=["nothing says whose it is", "its name", "its numbers"],
)
def test_what_may_be_the_units_is_filed_once_the_office_says_so(
    registers_too: Campaign, take: Take, data: bytes
) -> None:
    take(某=data)
    intake = decide(registers_too, "HB01")
    assert intake.unit is not None and (intake.unit.code, intake.version) == ("HB01", 1)
    assert [*tree(registers_too.root, "收件").values()] == [data]


def test_numbers_of_a_unit_that_is_not_on_the_roster_hinder_nobody(registers_too: Campaign, take: Take) -> None:
    """A unit's code may have changed since; the checks say what is wrong with the numbers."""
    take(某=filled("HB09", "risk_register", spoil=no_unit))
    assert decide(registers_too, "HB01").version == 1


@pytest.fixture
def registers_too(campaign: Campaign) -> Any:
    from .office import set_config

    set_config(campaign.root, forms='["warning_intake", "risk_register"]')
    return Campaign(campaign.root)
