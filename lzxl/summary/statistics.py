"""The figures of a summary: pure functions from merged frames to small tables that any rendering can show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import polars as pl

from lzxl.campaign.model import Filing
from lzxl.forms.appraisal import SCORE_FIELDS, round_half_up
from lzxl.forms.findings import SEVERITIES, Finding
from lzxl.forms.grading import GradingTable
from lzxl.forms.load import load_form
from lzxl.forms.model import Sheet
from lzxl.forms.shown import Evaluation
from lzxl.forms.vocabulary import Vocabulary
from lzxl.states import ACCEPTABLE, GIVEN_BACK, WITHOUT_ROWS, FileState
from lzxl.summary.merge import Merged
from lzxl.summary.round import Round
from lzxl.year.events import load_machine
from lzxl.year.grades import Evaluation as Outcomes

REST = "未填"
"""Row or column for what is none of the listed words. It is there only if something is counted in it."""
UNLINKED = "未关联风险点"
UNDISPOSED = "尚未处置"


@dataclass(frozen=True)
class Cross:
    """A count of rows over two lists: `counts[i][j]` belongs to `rows[i]` and `columns[j]`; the sum is all rows."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]

    @cached_property
    def _by_row(self) -> Mapping[str, Mapping[str, int]]:
        return {
            row: dict(zip(self.columns, counts, strict=True))
            for row, counts in zip(self.rows, self.counts, strict=True)
        }

    def count(self, row: str, column: str) -> int:
        return self._by_row.get(row, {}).get(column, 0)

    def row_total(self, row: str) -> int:
        return sum(self._by_row.get(row, {}).values())

    def column_total(self, column: str) -> int:
        return sum(counts.get(column, 0) for counts in self._by_row.values())

    @property
    def total(self) -> int:
        return sum(map(sum, self.counts))


def cross(
    frame: pl.DataFrame,
    row: str,
    rows: Iterable[str],
    column: str,
    columns: Iterable[str],
    *,
    row_rest: str = REST,
    column_rest: str = REST,
) -> Cross:
    """`frame` counted by the words of two columns. Blanks and words outside the lists go to the rest, never away."""
    row_words, column_words = list(rows), list(columns)
    counted = frame.group_by(row, column).len()
    counts: dict[tuple[str, str], int] = {}
    known_rows, known_columns = set(row_words), set(column_words)
    for first, second, number in counted.iter_rows():
        pair = (first if first in known_rows else row_rest, second if second in known_columns else column_rest)
        counts[pair] = counts.get(pair, 0) + number
    if any(first == row_rest for first, _ in counts) and row_rest not in known_rows:
        row_words.append(row_rest)
    if any(second == column_rest for _, second in counts) and column_rest not in known_columns:
        column_words.append(column_rest)
    return Cross(
        tuple(row_words),
        tuple(column_words),
        tuple(tuple(counts.get((first, second), 0) for second in column_words) for first in row_words),
    )


def words_of(sheet: Sheet, name: str) -> tuple[str, ...]:
    """The words of a field, in the order of its vocabulary; levels gravest first."""
    entry = sheet.by_name[name]
    assert entry.vocabulary is not None, name
    return gravest_first(entry.vocabulary) if entry.kind == "level" else entry.vocabulary.allowed


def gravest_first(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The words of an ordered vocabulary, gravest first whichever way it is written."""
    return vocabulary.allowed if vocabulary.order == "gravest_first" else vocabulary.allowed[::-1]


def rows_by_unit(frame: pl.DataFrame) -> dict[str, int]:
    """Unit code → number of rows, for units that have any."""
    return dict(frame.group_by("unit_code").len().iter_rows())


def coverage(measures: pl.DataFrame, aspects: Sequence[str], layers: Sequence[str]) -> Cross:
    """Measures by aspect (type of the linked risk point) × layer, bureau-wide (第八条(一)2)."""
    return cross(measures, "aspect", aspects, "layer", layers, row_rest=UNLINKED)


def coverage_by_unit(
    measures: pl.DataFrame, codes: Sequence[str], aspects: Sequence[str], layers: Sequence[str]
) -> dict[str, Cross]:
    """Aspect → measures of that aspect by unit × layer."""
    return {
        aspect: cross(measures.filter(pl.col("aspect") == aspect), "unit_code", codes, "layer", layers)
        for aspect in aspects
    }


def heat_map(risk_points: pl.DataFrame, grading: GradingTable) -> Cross:
    """Risk points by severity × likelihood, both gravest first."""
    return cross(
        risk_points, "severity", gravest_first(grading.severity), "likelihood", gravest_first(grading.likelihood)
    )


@dataclass(frozen=True)
class Appraisal:
    """One unit's appraisal: the three scores as far as they are there, and result, grade and rank once none is missing."""

    unit_code: str
    totals: Mapping[str, Decimal | None]
    result: Decimal | None = None
    grade: str = ""
    rank: int = 0
    state: str = ""
    """ "" when there is a result; otherwise why there is none."""


def evaluated(evaluation: Outcomes) -> tuple[Appraisal, ...]:
    """Every unit's appraisal, in the order of the evaluation."""
    return tuple(
        Appraisal(
            one.unit,
            {name: getattr(one.parts, name) for name in SCORE_FIELDS},
            one.result,
            one.grade,
            one.rank or 0,
            one.state if one.result is None else "",
        )
        for one in evaluation.outcomes
    )


def average(entries: Iterable[Appraisal]) -> Decimal | None:
    """The mean of all results, half-up to one decimal; None while there is none."""
    results = [entry.result for entry in entries if entry.result is not None]
    return round_half_up(sum(results, Decimal(0)) / len(results)) if results else None


@dataclass(frozen=True)
class FilingCounts:
    """How one form was filed in one round: due = filed + returned + missing; late and nil are among those that came in."""

    form: str
    label: str
    """Of the round; "" where the form is filed once."""
    due: int
    filed: int
    late: int
    nil: int
    returned: int
    missing: int


def filing_counts(round: Round) -> tuple[FilingCounts, ...]:
    """Filing by form and round (应报、已报、迟报、零报告、退回、未报). A file that could not be read counts as returned."""
    return tuple(
        _counted(form, label, [one for one in round.filing_by_slot.values() if (one.form, one.round) == (form, label)])
        for form, label in round.begun
    )


def _counted(form: str, label: str, filings: Sequence[Filing]) -> FilingCounts:
    states = [filing.state for filing in filings]
    return FilingCounts(
        form,
        label,
        due=len(states),
        filed=sum(states.count(state) for state in ACCEPTABLE),
        late=sum(is_late(filing) for filing in filings),
        nil=sum(states.count(state) for state in WITHOUT_ROWS),
        returned=sum(states.count(state) for state in GIVEN_BACK),
        missing=states.count(FileState.MISSING),
    )


def is_late(filing: Filing) -> bool:
    """Whether something came in, and late. What never came is missing, not late."""
    return filing.late and filing.state != FileState.MISSING


@dataclass(frozen=True)
class FindingCount:
    """How often one code was found, in how many units, and its share of all findings."""

    code: str
    severity: str
    count: int
    units: int
    share: float


def finding_counts(findings: Sequence[tuple[str, str, str, Finding]]) -> tuple[FindingCount, ...]:
    """Findings by code and severity: graver first, then the more frequent."""
    counts: dict[tuple[str, str], int] = {}
    units: dict[tuple[str, str], set[str]] = {}
    for _, unit_code, _, finding in findings:
        key = (finding.code, finding.severity)
        counts[key] = counts.get(key, 0) + 1
        units.setdefault(key, set()).add(unit_code)
    ordered = sorted(counts, key=lambda key: (SEVERITIES.index(key[1]), -counts[key], key[0]))
    return tuple(
        FindingCount(
            code, severity, counts[code, severity], len(units[code, severity]), counts[code, severity] / len(findings)
        )
        for code, severity in ordered
    )


@dataclass(frozen=True)
class Statistics:
    """All figures of one round."""

    level_by_unit: Cross
    type_by_unit: Cross
    class_by_level: Cross
    type_by_level: Cross
    heat_map: Cross
    coverage: Cross
    coverage_by_unit: Mapping[str, Cross]
    channel_by_disposition: Cross
    state_by_channel: Cross
    rows_by_unit: Mapping[tuple[str, str], Mapping[str, int]]
    """(form id, sheet name) → unit code → rows, for units that have any."""
    words_by_unit: Mapping[tuple[str, str, str], Cross]
    """(form id, sheet name, field) → rows by unit × word, of the fields that a form has counted so."""
    open_by_unit: Mapping[str, int]
    overdue_by_unit: Mapping[str, int]
    appraisals: tuple[Appraisal, ...]
    average: Decimal | None
    filing: tuple[FilingCounts, ...]
    findings: tuple[FindingCount, ...]


def compute(round: Round, merged: Merged) -> Statistics:
    """The figures of `round`, whose tables are `merged`."""
    codes = [unit.code for unit in round.units]
    points, warnings = merged.risk_points, merged.warnings
    register, ledger, measures = (_sheet(round, merged, one) for one in ("risks", "alerts", "prevention"))
    levels, classes, types = (words_of(register, name) for name in ("level", "power_class", "risk_type"))
    layers, channels = words_of(measures, "layer"), words_of(ledger, "source")
    scored = evaluated(round.outcomes)
    return Statistics(
        level_by_unit=cross(points, "unit_code", codes, "level", levels),
        type_by_unit=cross(points, "unit_code", codes, "risk_type", types),
        class_by_level=cross(points, "power_class", classes, "level", levels),
        type_by_level=cross(points, "risk_type", types, "level", levels),
        heat_map=heat_map(points, round.grading),
        coverage=coverage(merged.measures, types, layers),
        coverage_by_unit=coverage_by_unit(merged.measures, codes, types, layers),
        channel_by_disposition=cross(
            warnings,
            "source",
            channels,
            "disposition",
            (*load_machine().may_be_given(), UNDISPOSED),
            column_rest=UNDISPOSED,
        ),
        state_by_channel=cross(warnings, "state", states_of(warnings), "source", channels),
        rows_by_unit={key: rows_by_unit(frame) for key, frame in merged.tables.items()},
        words_by_unit=_words_by_unit(round, merged, codes),
        open_by_unit=rows_by_unit(points.filter(pl.col("open"))),
        overdue_by_unit=rows_by_unit(warnings.filter(pl.col("is_overdue"))),
        appraisals=scored,
        average=average(scored),
        filing=filing_counts(round),
        findings=finding_counts(round.findings),
    )


def states_of(warnings: pl.DataFrame) -> tuple[str, ...]:
    """The states that warnings are in, in the order of their course; the first one if there is no warning."""
    titles = [state.title for state in load_machine().states.values()]
    there = set(warnings["state"].drop_nulls().to_list())
    # 整改反馈中（第2轮）: behind the title stands the round.
    in_turn = sorted(
        there, key=lambda told: (next((n for n, one in enumerate(titles) if told.startswith(one)), 0), told)
    )
    return tuple(in_turn) or tuple(titles[:1])


def _sheet(round: Round, merged: Merged, evaluation: Evaluation) -> Sheet:
    form, name = merged.evaluated[evaluation]
    return load_form(form, round.grading.id).by_name[name]


def _words_by_unit(round: Round, merged: Merged, codes: Sequence[str]) -> dict[tuple[str, str, str], Cross]:
    """The cross tables that the forms ask for: unit × the words of a field."""
    counted = {}
    for form, name in merged.tables:
        sheet = load_form(form, round.grading.id).by_name[name]
        tally = sheet.shown.tally if sheet.shown is not None else None
        fields = (*tally.by, *(tally.apart[:1] if tally.apart else ())) if tally is not None else ()
        for field in fields:
            counted[form, name, field] = cross(
                merged.tables[form, name], "unit_code", codes, field, words_of(sheet, field)
            )
    return counted
