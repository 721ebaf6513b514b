"""What a clerk says of a round: each filing in a few words, and the figures of the whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from lzxl.campaign.burden import typed_cells
from lzxl.campaign.folder import Campaign
from lzxl.campaign.held import Held
from lzxl.campaign.model import Filing
from lzxl.campaign.nil_returns import NilReturns
from lzxl.campaign.standing import Standing
from lzxl.campaign.warnings import keyed
from lzxl.states import OF_FILINGS, FileState


def describe(filing: Filing) -> str:
    """A filing in a few words, e.g. 已接收 第2版 迟报, or 已退回 须改3处; its round is said elsewhere."""
    parts = [filing.state.chinese]
    if filing.version > 1:
        parts.append(f"第{filing.version}版")
    if filing.versions > filing.version:
        parts.append(f"（共{filing.versions}版，最新一版未通过）")
    if filing.late:
        parts.append("迟报")
    if filing.state == FileState.RETURNED:
        parts.append(f"须改{filing.errors}处")
    elif filing.warnings:
        parts.append(f"请核对{filing.warnings}处")
    if filing.office_only:
        parts.append(f"另有{filing.office_only}处只告知办公室")
    return " ".join(parts)


def figures(standing: Standing) -> dict[str, int]:
    """How many filings are expected, and how many are in which state."""
    states: Counter[str] = Counter(filing.state for filing in standing.filings)
    return {
        "expected": len(standing.filings),
        **{state.value: states[state] for state in OF_FILINGS},
        "late": sum(filing.late for filing in standing.filings),
    }


def status_line(campaign: Campaign, standing: Standing) -> str:
    """The round in one line."""
    counts = figures(standing)
    parts = [f"{state.chinese}{counts[state]}" for state in OF_FILINGS if counts[state]]
    deadline = _deadlines(campaign, standing)
    more = "".join(_said_besides(standing, counts["late"]))
    day = f"，截至{standing.as_of}"
    return f"{campaign.config.bureau} {campaign.config.period}{deadline}{day}：应报{counts['expected']}份，{'，'.join(parts)}{more}。"


def _said_besides(standing: Standing, late: int) -> Iterator[str]:
    """What the line says behind the states: of those counted, and of what lies in 收件 and is not counted."""
    if late:
        yield f"，其中迟报{late}份"
    behind = sum(filing.versions > filing.version > 0 for filing in standing.filings)
    if behind:
        yield f"，另有{behind}份的更正版未通过、仍用以前通过的一版"
    if standing.strays:
        yield f"。注意：收件里的 {'、'.join(standing.strays)} 不在单位名册中，未计入，请核对名册里的单位编码"
    if standing.unasked:
        named = "、".join(f"《{title}》{count}份" for title, count in standing.unasked)
        yield f"。注意：收件里有{named}，不在本期要报的表之内，未计入"


def _deadlines(campaign: Campaign, standing: Standing) -> str:
    """By when things are due: of forms with rounds, the round that was open last."""
    config = campaign.config
    is_common = any(not config.labels_of(form) for form in config.forms)
    said = [f"截止{config.deadline}"] if config.deadline and is_common else []
    for form in config.forms:
        now = config.round_on(form, standing.as_of)
        if now.label and now.has_opened(standing.as_of):
            said.append(f"《{now.title}》截止{now.deadline}")
    return "".join(f"，{one}" for one in said)


def status_data(
    campaign: Campaign, standing: Standing, held: Sequence[Held] = (), nil_returns: NilReturns | None = None
) -> dict[str, Any]:
    """The round as plain data."""
    return {
        "version": 1,
        "bureau": campaign.config.bureau,
        "period": campaign.config.period,
        "deadline": campaign.config.deadline.isoformat() if campaign.config.deadline else "",
        "as_of": standing.as_of.isoformat(),
        "summary": figures(standing),
        "filings": [
            {
                "unit": filing.unit.code,
                "form": filing.form,
                "round": filing.round,
                "deadline": filing.deadline.isoformat() if filing.deadline else "",
                "state": filing.state,
                "version": filing.version,
                "versions": filing.versions,
                "late": filing.late,
                "received": filing.received,
                "file": filing.file,
                "errors": filing.errors,
                "warnings": filing.warnings,
                "office_only": filing.office_only,
                "latest": asdict(filing.latest) if filing.latest is not None else None,
                "rows": dict(filing.rows),
            }
            for filing in standing.filings
        ],
        **keyed(units=[_stands(filing) for filing in standing.filings]),
        "typed_cells": asdict(typed_cells(campaign, standing)),
        "held": [asdict(entry) for entry in held],
        "nil_revoked": nil_returns.revoked_data() if nil_returns is not None else [],
    }


def _stands(filing: Filing) -> dict[str, Any]:
    """How a unit stands with one form in one round, in as few words as a program needs."""
    return {
        "unit": filing.unit.code,
        "form": filing.form,
        "round": filing.round,
        "state": filing.state,
        "version": filing.version,
        "must_fix": filing.latest.errors if filing.latest is not None else filing.errors,
        "late": filing.late,
    }
