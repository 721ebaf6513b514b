"""[limits] in lzxl.toml: a bureau's own limits, each with its basis."""

from __future__ import annotations

from pathlib import Path

import pytest

from lzxl.campaign.config import load_config
from lzxl.campaign.folder import Campaign
from lzxl.campaign.memory import machine_of
from lzxl.errors import ConfigError


def with_limits(campaign: Campaign, lines: str) -> Path:
    path = campaign.root / "lzxl.toml"
    before, heading, after = path.read_text("utf-8").partition("\n[limits]")
    comment, _, rest = after.partition("\n")
    path.write_text(f"{before}{heading}{comment}\n{lines}\n{rest}", "utf-8")
    return path


def test_own_limits_take_the_place_of_those_that_come_with_it(campaign: Campaign) -> None:
    with_limits(campaign, 'verify = { days = 20, basis = "云环党组〔2026〕4号" }\ndeliver = 2\ntrack = { months = 12 }')
    machine = machine_of(Campaign(campaign.root))
    assert (machine.limits["verify"].workdays, machine.basis_of("verify")) == (20, "云环党组〔2026〕4号")
    assert (machine.limits["deliver"].workdays, machine.basis_of("deliver")) == (2, "本局暂定")
    assert (machine.limits["track"].months, machine.limits["track"].workdays) == (12, 0)
    assert machine.limits["decide"].workdays == 5


@pytest.mark.parametrize(
    "line",
    ["verify = 0", "verify = true", 'verify = "15"', "verify = { days = 5, months = 1 }", "verify = { basis = 'x' }"],
)
def test_a_limit_that_is_none_is_refused(campaign: Campaign, line: str) -> None:
    path = with_limits(campaign, line)
    with pytest.raises(ConfigError, match=r"\[limits\] 里 verify（核实）有误"):
        load_config(path)


def test_a_limit_that_there_is_not(campaign: Campaign) -> None:
    with pytest.raises(ConfigError, match="是否应为 verify"):
        load_config(with_limits(campaign, "verfy = 3"))
