"""The office decides whose a held file is (待查): it is then filed as if the unit had sent it."""

from __future__ import annotations

import datetime
import re

from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.collect import take_in
from lzxl.campaign.folder import Campaign
from lzxl.campaign.held import digest_of
from lzxl.campaign.intake import Intake, as_it_stands
from lzxl.campaign.ledger import Ledger
from lzxl.campaign.places import HELD, SENT
from lzxl.campaign.sources import Arrived, list_files, readable_name
from lzxl.campaign.suspects import admit
from lzxl.campaign.typed import find_unit
from lzxl.campaign.verdicts import settle
from lzxl.checks.identifiers import columns_of_numbers
from lzxl.errors import UsageError
from lzxl.forms.load import load_form
from lzxl.forms.text import compact
from lzxl.states import FileState
from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import Job

_NUMBER = re.compile(r"^[0-9a-f]{4,64}$")


def _why_not_the_units(campaign: Campaign, submission: Submission, code: str) -> str:
    """Why a file must not be filed under a unit, and what to do: it says itself that it is another's. "" if it does not."""
    own = f"请让 {code} 用发给它的表重新报送（在“{SENT}”里该单位的文件夹中）"
    if submission.unit_code and submission.unit_code != code:
        return (
            f"里写的单位编码是 {submission.unit_code}，不是 {code}，未收下。"
            f"确是 {code} 报的，{own}；是 {submission.unit_code} 报的，请改用 --unit {submission.unit_code}。"
        )
    if submission.sent_to and submission.sent_to != code:
        return (
            f"是发给 {submission.sent_to} 的表，不能记在 {code} 名下，未收下：表里可能是 {submission.sent_to} 的内容。"
            f"确是 {code} 报的，{own}；是 {submission.sent_to} 报的，请其修改封面后重新报送。"
        )
    named = _named(campaign, submission.unit_name)
    if named and code not in named:
        return (
            f"里写的单位名称是“{submission.unit_name}”（{'、'.join(named)}），不是 {code}，未收下。"
            f"确是 {code} 报的，{own}；是 {named[0]} 报的，请改用 --unit {named[0]}。"
        )
    numbered = _numbered(campaign, submission)
    if numbered and code not in numbered:
        return (
            f"里的编号是 {'、'.join(numbered)} 的，不是 {code} 的，未收下。"
            f"确是 {code} 报的，{own}；是 {numbered[0]} 报的，请改用 --unit {numbered[0]}。"
        )
    return ""


def _numbered(campaign: Campaign, submission: Submission) -> list[str]:
    """The codes of the units on the roster that the numbers of the rows begin with."""
    if not submission.form:
        return []
    form = load_form(submission.form)
    numbers = (
        str(number) for table, entry in columns_of_numbers(submission, form) for _, number in table.filled(entry.name)
    )
    codes = dict.fromkeys(number.partition("-")[0] for number in numbers)
    return [code for code in codes if code in campaign.units]


def _named(campaign: Campaign, name: str) -> list[str]:
    """The codes of the units that are called so in the roster."""
    return [unit.code for unit in campaign.units.values() if name and compact(unit.name) == compact(name)]


def accept(campaign: Campaign, ledger: Ledger, number: str, unit: str, today: datetime.date) -> Intake:
    """File a held file as the unit's (`file_held`), and find how it stands."""
    intake = file_held(campaign, ledger, number, unit, today)
    return as_it_stands(intake, campaign, settle(campaign, ledger))


def file_held(campaign: Campaign, ledger: Ledger, number: str, unit: str, today: datetime.date) -> Intake:
    """File the file of 待查 with that number (`lzxl.campaign.held.Held.number`, or more of its hash) as the unit's. How it
    stands is found when the round is settled.

    For a run that holds the campaign's lock. Raises UsageError if there is no such file or unit, if the file says itself
    that it is another unit's, or if it cannot be filed for any other reason.
    """
    code = find_unit(unit, campaign.units)
    typed = number.strip().lower()
    folder = campaign.folder(HELD)
    files = list_files(folder) if folder.is_dir() else []
    found = [file for file in files if _NUMBER.match(typed) and digest_of(file).startswith(typed)]
    if not found:
        raise UsageError(
            f"“待查”里没有编号为“{number[:20]}”的文件。请用 lzxl collect --list-held 查看编号。",
            code="held_number_unknown",
        )
    if len({digest_of(file) for file in found}) > 1:
        raise UsageError(
            f"“待查”里有几个文件的编号以“{typed}”开头，请多写几位。", code="held_number_ambiguous", typed=typed
        )
    file = found[0]
    # Before it is read: what is set aside nobody opens.
    admit(campaign.root, [digest_of(file)])
    name = readable_name(file.relative_to(folder.resolve()))
    [submission] = read_with_cache(campaign.root, [Job(file, name, scheme=campaign.grading.id)])
    reason = _why_not_the_units(campaign, submission, code)
    if reason:
        raise UsageError(f"{name} {reason}", code="held_not_acceptable", name=name)
    data = file.read_bytes()
    [intake] = take_in(campaign, ledger, [Arrived(file.name, f"{HELD}/{name}", data, decided=code)], today)
    if intake.state in (FileState.HELD, FileState.REFUSED):
        raise UsageError(f"{name} 收不下：{intake.reason}", code="held_refused", name=name)
    return intake
