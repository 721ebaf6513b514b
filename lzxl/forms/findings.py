"""A finding: one thing that is wrong, or worth saying, at one place, under a stable code.

All texts come from one catalogue (`schemas/findings.yaml`); codes, not texts, are what programs rely on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from lzxl.forms.places import WHOLE_FILE, Place, Placed

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
SEVERITY_TITLES: dict[str, str] = {"error": "须改正", "warning": "请核对", "info": "提示"}


Action = Literal["choose", "fill", "set", "clear", "delete_row", "add_row", "restore_header", "review"]

RowsChanged = Literal["", "fewer", "more", "more_there"]
ToldTo = Literal["everybody", "office"]
"""Who hears of a finding: the office and the unit, or the office alone."""


@dataclass(frozen=True)
class Remedy:
    """What would mend a finding, for a program: the action, and the value or the words to choose from if known.

    choose: put one of `value`, the allowed words · fill: put a right value of the field's kind · set: put `value` ·
    clear: empty the cell (a computed cell shows its formula again) · delete_row, add_row · restore_header:
    put the header `value` back · review: a person must look, the cell may well be right as it is
    """

    action: Action
    value: Any = None


@dataclass(frozen=True)
class Finding(Placed):
    """One finding, at its place in the file."""

    code: str
    severity: Severity
    message: str
    fix: str
    basis: str
    place: Place = WHOLE_FILE
    header: str = ""
    value: str = ""
    remedy: Remedy = Remedy("review")
    told_to: ToldTo = "everybody"

    def as_json(self) -> dict[str, str]:
        """The finding as the JSON contract of `lzxl check` has it."""
        # A sheet is called as the unit likes, by a telephone number too; cell and header are sayable already.
        from lzxl.forms.private import mask

        return {
            "code": self.code,
            "severity": self.severity,
            "sheet": mask(self.sheet),
            "cell": self.cell,
            "header": self.header,
            "value": self.value,
            "message": self.message,
            "fix": self.fix,
            "basis": self.basis,
        }


@dataclass(frozen=True)
class Rule:
    """One entry of the catalogue."""

    code: str
    title: str
    severity: Severity
    message: str
    fix: str
    basis: str
    action: Action
    rows: RowsChanged = ""
    """Whether rows may be deleted or added on its advice: those of its table, or those that its field refers to."""
    told_to: ToldTo = "everybody"
    phrases: Mapping[str, str] = field(default_factory=dict)
    """Parts of its texts that are said in some cases only, by the name of the case."""


@dataclass(frozen=True)
class Phrase:
    """A detail of a finding that the catalogue words: one of the finding's `phrases`, and what that is filled from."""

    case: str
    details: Mapping[str, object] = field(default_factory=dict)


class Catalogue:
    """All rules by code, and the one way to make a finding."""

    def __init__(self, rules: Mapping[str, Rule]) -> None:
        self.rules = dict(rules)

    def finding(
        self,
        code: str,
        # By position alone: a detail may be called place as well, as texts of the catalogue have it.
        place: Place = WHOLE_FILE,
        /,
        *,
        header: str = "",
        value: object = "",
        basis: str = "",
        remedy: Remedy | None = None,
        severity: Severity | None = None,
        **details: object,
    ) -> Finding:
        """The finding `code` at a place, its texts filled from `details`. KeyError for a code, or the case of a `Phrase`, that
        is not in the catalogue.

        Whatever the cell holds, no text of the finding says what is private in it.
        """
        # Its patterns take longer to compile than most files to read: a reader that finds nothing does without them.
        from lzxl.forms.private import find_private, sayable

        rule = self.rules[code]
        # First masked, then cut: a number cut in the middle would not be known for one.
        shown = shorten(sayable(_written(value)))
        worded = {name: _worded(rule, detail) for name, detail in details.items()}
        filled = _Details(worded, sheet=place.sheet, cell=place, header=header, value=shown)
        # A value to put into the cell is given word for word: masked it would destroy what stands there.
        if remedy is not None and isinstance(remedy.value, str) and find_private(remedy.value):
            remedy = Remedy("review")
        return Finding(
            code=code,
            severity=severity or rule.severity,
            message=sayable(rule.message.format_map(filled)),
            fix=sayable(rule.fix.format_map(filled)),
            basis=basis or rule.basis,
            place=place,
            header=sayable(header),
            value=shown,
            remedy=remedy or Remedy(rule.action),
            told_to=rule.told_to,
        )


def _worded(rule: Rule, detail: object) -> object:
    """A detail of a finding in the words that the catalogue has for it."""
    if not isinstance(detail, Phrase):
        return detail
    return rule.phrases[detail.case].format_map(_Details(detail.details))


class _Details(dict[str, object]):
    """Values for a message; joins lists with 、 so that a message never shows a Python list."""

    def __init__(self, details: Mapping[str, object], **more: object) -> None:
        super().__init__({**details, **more})
        for key, value in self.items():
            if isinstance(value, list | tuple | set | frozenset):
                self[key] = "、".join(str(entry) for entry in value)


MOST_FINDINGS = 500
"""How many findings of one file are listed: nobody mends more from a list."""
MOST_KEPT = 2 * MOST_FINDINGS
"""How many of each severity are kept while a file is read and checked, before the list is put in order."""


class Kept:
    """The findings of one file as they are made: of each severity the first, the others are only counted (`more`)."""

    def __init__(self, findings: Iterable[Finding] = ()) -> None:
        self.findings: list[Finding] = []
        self.more: Counter[str] = Counter()
        self._kept: Counter[str] = Counter()
        for finding in findings:
            self.add(finding)

    def add(self, finding: Finding) -> None:
        if not self.is_full(finding.code, finding.severity):
            self._kept[finding.severity] += 1
            self.findings.append(finding)

    def copy(self) -> Kept:
        """The same findings, to which others may be added."""
        other = Kept()
        other.findings, other.more, other._kept = list(self.findings), Counter(self.more), Counter(self._kept)
        return other

    def count(self, severity: str, more: int) -> None:
        """Count findings that nobody has made."""
        self.more[severity] += more

    def is_full(self, code: str, severity: str) -> bool:
        """Whether a finding is not kept any more; then it is counted by this. Asked before one is made, which takes longer."""
        is_full = self._kept[severity] >= MOST_KEPT and code not in _NEEDED
        if is_full:
            self.more[severity] += 1
        return is_full


# What says how the file is to be understood: other rules ask for these.
_NEEDED = frozenset({"split_row", "stamp_mismatch", "header_not_found", "column_private", "cells_lost"})


def listed(findings: Sequence[Finding], more: Mapping[str, int]) -> tuple[list[Finding], Counter[str]]:
    """At most MOST_FINDINGS of the findings, in their order, the graver first kept; how many of each severity are not listed.

    `more`: how many were not kept before.
    """
    graver_first = sorted(range(len(findings)), key=lambda number: SEVERITIES.index(findings[number].severity))
    kept, left = graver_first[:MOST_FINDINGS], graver_first[MOST_FINDINGS:]
    counts = Counter(more)
    counts.update(findings[number].severity for number in left)
    return [findings[number] for number in sorted(kept)], counts


def told_to_unit(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that the unit hears of: all but those that are the office's alone. In every letter and marked return."""
    return tuple(finding for finding in findings if finding.told_to != "office")


def counted(findings: Iterable[Finding]) -> str:
    """How many there are of each severity: 须改正3个，请核对1个."""
    return told_counts(Counter(finding.severity for finding in findings))


def told_counts(counts: Mapping[str, int]) -> str:
    """Numbers of findings by severity: 须改正3个，请核对1个."""
    return "，".join(f"{SEVERITY_TITLES[name]}{counts[name]}个" for name in SEVERITIES if counts.get(name))


def either(words: Sequence[str]) -> str:
    """Words of which one is meant, as a sentence has them: “甲”、“乙”或“丙”."""
    quoted = [f"“{word}”" for word in words]
    return "或".join(part for part in ("、".join(quoted[:-1]), *quoted[-1:]) if part)


def choice(told: str, settled: str | None = None, near: str | None = None) -> str:
    """What a message offers for a wrong word.

    `told`: the words that there are (`Vocabulary.told`); `settled`: the one that other cells leave; `near`: the one that is
    written most like it, which is said and decides nothing.
    """
    if settled:
        return f"“{settled}”。可选：{told}"
    return f"下列之一：{told}（写法最接近“{near}”）" if near else f"下列之一：{told}"


def shorten(value: object, limit: int = 60) -> str:
    """A cell's value as a message quotes it: one line, at most `limit` characters; whole numbers without .0."""
    text = " ".join(_written(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _written(value: object) -> str:
    if value is None:
        return ""
    # Spreadsheets keep fifteen digits: beyond, the whole number would show digits that nobody typed.
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value)
