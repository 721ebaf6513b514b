"""What schemas/appraisal.yaml may say."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from lzxl.forms.described.entries import Entry, Text


class GradeBand(Entry):
    """The lowest result that earns a grade."""

    grade: Text
    lowest: Annotated[float, Field(ge=0, alias="from")]


class Weights(Entry):
    """Percent of the three ways of 考核评责."""

    self_score: Annotated[float, Field(ge=0)]
    inspection_score: Annotated[float, Field(ge=0)]
    final_score: Annotated[float, Field(ge=0)]


class Proposal(Entry):
    """What is taken off which item for a fact; 0 points: it is only listed."""

    item: Annotated[int, Field(ge=1)]
    points: Annotated[float, Field(ge=0, le=100)]


class Proposals(Entry):
    """The facts that something is proposed for (`lzxl.year.proposals`); one that is left out is not looked at."""

    late_feedback: Proposal | None = None
    rework: Proposal | None = None
    head_report_missing: Proposal | None = None
    head_report_late: Proposal | None = None
    member_report_missing: Proposal | None = None
    key_post_uncovered: Proposal | None = None
    not_publicised: Proposal | None = None
    filed_late: Proposal | None = None
    filed_again: Proposal | None = None
    nil_overturned: Proposal | None = None


class AppraisalFile(Entry):
    """schemas/appraisal.yaml."""

    model_config = ConfigDict(title="appraisal")

    weights: Weights
    basis: Text
    grades: Annotated[list[GradeBand], Field(min_length=1)]
    quota: Annotated[float, Field(ge=0, le=100)] | None = None
    bonus_cap: Annotated[float, Field(ge=0, le=100)] = 0
    zero_item: str | None = None
    self_above_final: Annotated[float, Field(gt=0)] | None = None
    groups: list[Annotated[list[Text], Field(min_length=1)]] = []
    proposals: Proposals = Proposals()
