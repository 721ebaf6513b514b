"""Why a file that came in cannot be filed under a unit, and lies in 待查: by the roster and the settings as they are now."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from lzxl.campaign.cache import read_with_cache
from lzxl.campaign.clock import BEIJING
from lzxl.campaign.folder import Campaign
from lzxl.campaign.held import NOT_ASKED, digest_of
from lzxl.campaign.ledger import Receipt
from lzxl.campaign.places import HELD
from lzxl.campaign.sources import Arrived, list_files
from lzxl.campaign.suspects import set_aside
from lzxl.forms.load import load_form
from lzxl.states import FileState
from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import Job

_NO_CODE = "文件里没有单位编码，不知道是哪个单位报的。请问清是谁报的，由该单位用发给它的表重新报送。"
_UNKNOWN_CODE = (
    "单位编码“{code}”不在单位名册中。编码有误的，请单位修改后重新报送；确是新单位的，登记到名册后对“待查”重新收件。"
)
# A neighbour's workbook under one's own name: what is in it must not be returned to the wrong unit.
_SENT_TO_ANOTHER = (
    "封面写的是 {code}，但这份表是发给 {other} 的，分不清是哪个单位报的。请核实后由报送单位用本单位的表重新报送。"
)
_CAN_BE_FILED = "名册或者设置改动以后，已能认定是 {code} 报的。请运行 lzxl collect 待查 重新收件。"


def why_held(campaign: Campaign, one: Arrived, submission: Submission) -> str:
    """Why a file cannot be filed under a unit; "" if it can."""
    if submission.refusal is not None:
        return f"{submission.refusal.message}{submission.refusal.fix}"
    if submission.form not in campaign.config.forms:
        return NOT_ASKED.format(title=load_form(submission.form).title)
    if one.decided:
        return ""
    code = submission.unit_code
    if not code:
        return _NO_CODE
    if code not in campaign.units:
        return _UNKNOWN_CODE.format(code=code)
    if submission.sent_to and submission.sent_to != code:
        return _SENT_TO_ANOTHER.format(code=code, other=submission.sent_to)
    return _why_sender_is_doubted(one, code)


def _why_sender_is_doubted(one: Arrived, code: str) -> str:
    """Why a file that says it is the unit's is not believed to come from it; "" if it is, or if no mail brought it."""
    if one.senders is None:
        return ""
    how = f"请与单位核实，属实的用 lzxl collect --accept {one.digest[:8]} --unit {code} 收下。"
    who = _mail_of(one)
    if one.doubt:
        return f"{who}：{one.doubt}，表里写的单位是 {code}。{how}"
    if not one.senders:
        return f"{who}：发件邮箱不在单位名册里，表里写的单位是 {code}。{how}今后请该单位用登记的邮箱报送。"
    if code not in one.senders:
        return f"{who}：发件邮箱登记在 {'、'.join(sorted(one.senders))} 名下，表里写的单位是 {code}。{how}"
    return ""


def _mail_of(one: Arrived) -> str:
    """The mail that brought a file, by its sender and day."""
    day = one.received.astimezone(BEIJING) if one.received is not None else None
    when = f" {day.month}月{day.day}日" if day is not None else ""
    return f"{one.sender or '未写明的邮箱'}{when}来信"


def with_reasons_of_now(
    campaign: Campaign, receipts: Iterable[Receipt], as_mailed: Callable[[Arrived], Arrived]
) -> list[Receipt]:
    """The receipts of files in 待查 that are held for another reason now than they say, each with that reason.

    What could be filed now is not filed but said: it is taken in when 待查 is. `as_mailed`: gives a file the sender of the
    mail that brought it. A file is read once, and kept in the cache like any other.
    """
    held = {receipt.sha256: receipt for receipt in receipts if receipt.state == FileState.HELD and receipt.form}
    waiting = _lying(campaign, held.keys() - set_aside(campaign.root).keys()) if held else {}
    if not waiting:
        return []
    jobs = [Job(path, path.name, scheme=campaign.grading.id) for path in waiting.values()]
    now = []
    for (digest, path), submission in zip(waiting.items(), read_with_cache(campaign.root, jobs), strict=True):
        arrived = as_mailed(Arrived(path.name, f"{HELD}/{path.name}", path.read_bytes()))
        reason = why_held(campaign, arrived, submission) or _CAN_BE_FILED.format(code=submission.unit_code)
        now.append((held[digest], reason))
    return [replace(receipt, reason=reason) for receipt, reason in now if reason != receipt.reason]


def _lying(campaign: Campaign, digests: Iterable[str]) -> dict[str, Path]:
    """sha256 → the file in 待查, of those that lie there."""
    wanted, folder = set(digests), campaign.folder(HELD)
    if not wanted or not folder.is_dir():
        return {}
    files = (file for file in list_files(folder) if os.access(file, os.R_OK))
    found = {digest_of(file): file for file in files}
    return {digest: file for digest, file in found.items() if digest in wanted}
