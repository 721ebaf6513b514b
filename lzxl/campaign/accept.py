"""The office decides whose a held file is (待查): it is then filed as if the unit had sent it."""

from __future__ import annotations

import datetime
import re

from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.collect import Intake, take_in
from lzxl.campaign.folder import Campaign
from lzxl.campaign.held import digest_of
from lzxl.campaign.ledger import Ledger
from lzxl.campaign.places import HELD
from lzxl.campaign.sources import Arrived, list_files, readable_name
from lzxl.campaign.suspects import admit
from lzxl.campaign.typed import find_unit
from lzxl.errors import UsageError
from lzxl.workbook.reading.jobs import Job

_NUMBER = re.compile(r"^[0-9a-f]{4,64}$")


def accept(campaign: Campaign, ledger: Ledger, number: str, unit: str, today: datetime.date) -> Intake:
    """File the file of 待查 with that number (`lzxl.campaign.held.Held.number`, or more of its hash) as the unit's.

    For a run that holds the campaign's lock. Raises UsageError if there is no such file or unit, if the file says itself
    that it is another unit's, or if it cannot be filed for any other reason.
    """
    code = find_unit(unit, campaign.units)
    typed = number.strip().lower()
    folder = campaign.folder(HELD)
    files = list_files(folder) if folder.is_dir() else []
    found = [file for file in files if _NUMBER.match(typed) and digest_of(file).startswith(typed)]
    if not found:
        raise UsageError(f"“待查”里没有编号为“{number[:20]}”的文件。请用 lzxl collect --list-held 查看编号。")
    if len({digest_of(file) for file in found}) > 1:
        raise UsageError(f"“待查”里有几个文件的编号以“{typed}”开头，请多写几位。")
    file = found[0]
    admit(campaign.root, [digest_of(file)])
    name = readable_name(file.relative_to(folder.resolve()))
    [submission] = read_with_cache(campaign.root, [Job(file, name, scheme=campaign.grading.id)])
    if submission.unit_code and submission.unit_code != code:
        raise UsageError(
            f"{name} 里写的单位编码是 {submission.unit_code}，不是 {code}，没有收下。"
            f"确是 {code} 报的，请让该单位改正编码重报；是 {submission.unit_code} 报的，请改用 --unit {submission.unit_code}。"
        )
    data = file.read_bytes()
    [intake] = take_in(campaign, ledger, [Arrived(file.name, f"{HELD}/{name}", data, decided=code)], today)
    if intake.state in ("held", "refused"):
        raise UsageError(f"{name} 收不下：{intake.reason}")
    return intake
