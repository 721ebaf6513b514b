"""What schemas/findings.yaml may say."""

from __future__ import annotations

from pydantic import ConfigDict, RootModel

from lzxl.forms.described.entries import Entry, Name, Text
from lzxl.forms.findings import Action, RowsChanged, Severity, ToldTo


class Rule(Entry):
    """A finding: its texts, and what is to be done about it. `phrases`: parts of them that are said in some cases only.

    `told_to: office`: the unit does not hear of it, in no letter and no marked return; such a finding never returns a file.
    """

    title: Text
    severity: Severity
    action: Action = "review"
    rows: RowsChanged = ""
    basis: Text
    message: Text
    fix: Text
    told_to: ToldTo = "everybody"
    phrases: dict[Name, Text] = {}


class FindingsFile(RootModel[dict[str, Rule]]):
    """schemas/findings.yaml: findings by code."""

    model_config = ConfigDict(title="findings")
