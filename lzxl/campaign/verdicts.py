"""One truth: how a submission stands is no memory but what is found of it now.

The roster, a setting, the grading table or another form of the unit may have changed since a file came in. Before a
command tells or writes anything, the ledger's receipts and the returns in 退回 are brought up to what the round is found
to be (`settle`). It may be cut short anywhere and run again: what it writes comes from the round alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from lzxl.campaign.folder import Campaign
from lzxl.campaign.ledger import Ledger, Receipt
from lzxl.campaign.returns import put_aside, return_path, return_to
from lzxl.campaign.standing import Judged, Standing, check_overtaken, faults_of, latest_of, take_stock
from lzxl.campaign.store import Stored, round_of
from lzxl.campaign.suspects import at_work
from lzxl.checks.run import Checked, failed
from lzxl.faults import attempt
from lzxl.forms.findings import Finding
from lzxl.states import FileState
from lzxl.workbook.reading.sandbox import keepsake_reader


def settle(campaign: Campaign, ledger: Ledger, standing: Standing | None = None) -> Standing:
    """Bring returns and receipts up to how the round stands: those of the latest versions, and of all that has come in and
    waits to be judged. The standing as it is then.

    For a run that holds the campaign's lock. `standing`: of today, with all that came in, if it was found just
    now. An original that the ledger does not know is left to the next run that takes in. Raises ConfigError where a return
    must be encrypted and no password opens its original any more, OutputError when the disk does not take it.
    """
    waiting = ledger.receipts_waiting()
    with at_work(campaign.root, {one.sha256: one.source or one.path for one in waiting}), keepsake_reader():
        standing, changed = _judged(campaign, ledger, standing or take_stock(campaign))
        judged = {receipt.sha256 for receipt in changed}
        overtaken, late = _judged_late(campaign, [one for one in waiting if one.sha256 not in judged])
    # After the returns are written: a receipt that says so has its return, wherever the run was cut short.
    if changed or late:
        with ledger.transaction():
            ledger.add([*changed, *late])
    return replace(standing, overtaken=overtaken)


def _judged(campaign: Campaign, ledger: Ledger, standing: Standing) -> tuple[Standing, list[Receipt]]:
    """The latest versions with their returns as they are to be, and the receipts that change with them."""
    latest, changed, current = [], [], set()
    for stored, found in zip(standing.originals, standing.latest, strict=True):
        receipt = ledger.receipt_of(stored.unit.code, stored.form, stored.kept, stored.version)
        checked = found if receipt is None else _with_return(campaign, stored, found, receipt)
        if receipt is not None and (now := brought_up_to(receipt, checked)) != receipt:
            changed.append(now)
        if checked.status == FileState.RETURNED:
            current.add(return_path(campaign, stored.unit, stored.form, stored.round, stored.version))
        latest.append(checked)
    put_aside(campaign, current, standing.originals)
    return _with_latest(standing, latest), changed


def _judged_late(campaign: Campaign, receipts: Sequence[Receipt]) -> tuple[tuple[Judged, ...], list[Receipt]]:
    """What waited to be judged and is not the latest version any more, with its return; and the receipts of it."""
    known = {receipt.path: receipt for receipt in receipts}
    overtaken, changed = [], []
    for found in check_overtaken(campaign, [_stored(campaign, receipt) for receipt in receipts]):
        receipt = known[campaign.relative(found.stored.path)]
        checked = _with_outdated_return(campaign, found.stored, found.checked, receipt)
        overtaken.append(replace(found, checked=checked))
        changed.append(brought_up_to(receipt, checked))
    return tuple(overtaken), changed


def _stored(campaign: Campaign, receipt: Receipt) -> Stored:
    """The original that a receipt is about."""
    path, unit = campaign.root / receipt.path, campaign.units[receipt.unit]
    label = round_of(campaign, receipt.form, receipt.round, receipt.received) or ""
    return Stored(path, unit, receipt.form, receipt.version, receipt.received, label, receipt.round)


def brought_up_to(receipt: Receipt, checked: Checked) -> Receipt:
    """A receipt as it reads by what is found of its file now."""
    return replace(
        receipt,
        state=checked.status,
        reason=receipt.reason if receipt.state == checked.status == FileState.REFUSED else checked.why_refused,
        errors=checked.count("error"),
        warnings=checked.count_told("warning"),
        findings=digits_of(checked),
    )


def digits_of(checked: Checked) -> str:
    """What is to be mended, in a few digits; "" for what is not returned. Other words for the same make no difference."""
    if checked.status != FileState.RETURNED:
        return ""
    told = [_told(finding) for finding in checked.told if finding.severity == "error"]
    return hashlib.sha256("\n".join(told).encode(errors="replace")).hexdigest()[:12]


def _told(finding: Finding) -> str:
    remedy = finding.remedy
    return "\0".join(
        (finding.code, finding.sheet, finding.cell, finding.header, finding.value, remedy.action, str(remedy.value))
    )


def _with_return(campaign: Campaign, stored: Stored, checked: Checked, receipt: Receipt) -> Checked:
    """A result with its marked return in 退回 as it is to be; refused, if the program breaks on writing that."""
    if checked.status != FileState.RETURNED:
        return checked
    target = return_path(campaign, stored.unit, stored.form, stored.round, stored.version)
    if target.is_file() and (_is_rebuilt(receipt) or _says_the_same(receipt, brought_up_to(receipt, checked))):
        return checked
    return _written(campaign, stored, checked, target)


def _says_the_same(receipt: Receipt, now: Receipt) -> bool:
    """Whether the return that was written for a receipt is right still."""
    if receipt.state == FileState.RETURNED and not receipt.findings:
        # A ledger of an earlier version does not say what was to be mended.
        return receipt.errors == now.errors
    return (receipt.verdict, receipt.warnings) == (now.verdict, now.warnings)


def _with_outdated_return(campaign: Campaign, stored: Stored, checked: Checked, receipt: Receipt) -> Checked:
    """The same of a version that is not the latest any more: its return lies with those that are outdated."""
    if checked.status != FileState.RETURNED:
        return checked
    if any(entry.code == "findings_too_many" for entry in checked.findings):
        return checked  # it would be work for nobody: nobody would mend it from a list anyway
    target = return_path(campaign, stored.unit, stored.form, stored.round, stored.version, is_outdated=True)
    if target.is_file() and _is_rebuilt(receipt):
        return checked
    return _written(campaign, stored, checked, target)


def _is_rebuilt(receipt: Receipt) -> bool:
    """Whether a file was entered because it lay in 收件. What it was called when it came, the return that was written knows."""
    return receipt.state == FileState.WAITING and not receipt.source


def _written(campaign: Campaign, stored: Stored, checked: Checked, target: Path) -> Checked:
    def write() -> Checked:
        return_to(campaign, stored, checked, target)
        return checked

    return attempt(write, partial(failed, checked.submission, faults=faults_of(campaign)))


def _with_latest(standing: Standing, latest: Sequence[Checked]) -> Standing:
    """A standing with the results of the latest versions as they are now; what broke the program is refused."""
    broken = {
        stored.slot: latest_of(stored, result)
        for stored, before, result in zip(standing.originals, standing.latest, latest, strict=True)
        if result is not before
    }
    filings = []
    for filing in standing.filings:
        now = broken.get(filing.slot)
        if now is not None and now.version == filing.version:
            filing = replace(filing, state=FileState.REFUSED, errors=now.errors, warnings=now.warnings)  # noqa: PLW2901
        filings.append(replace(filing, latest=now) if now is not None else filing)
    return replace(standing, filings=tuple(filings), latest=tuple(latest))
