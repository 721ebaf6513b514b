"""Grades and ranks (第八条(三)): limits, the quota of the best grade, ties that only the leading group decides."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.forms.appraisal import load_appraisal
from lzxl.year.grades import INCOMPLETE, UNDECIDED, Candidate, Ceiling, DecidedGrade, Evaluation, Outcome, evaluate
from lzxl.year.scores import Parts

SCHEME = load_appraisal()
DAY = datetime.date(2026, 12, 18)
ADMONISHED = Ceiling("干部受诫勉", "良好", "本局考核办法第九条", "局党组", datetime.date(2026, 5, 20))


def candidate(unit: str, own: str, inspection: str, final: str | None, **more: object) -> Candidate:
    scores = Parts(Decimal(own), Decimal(inspection), None if final is None else Decimal(final))
    return Candidate(unit, scores, **more)  # type: ignore[arg-type]


EXAMPLE = (
    candidate("HB01", "98.0", "95.5", "94.0"),
    candidate("HB04", "96.0", "97.0", "98.0", ceilings=(ADMONISHED,)),
    candidate("HB07", "97.0", "95.0", "95.0"),
    candidate("HB10", "94.5", "83.0", "78.0"),
    candidate("HB12", "90.25", "90.0", "89.75", zero_items=("第10项",)),
    candidate("HB13", "100.0", "88.0", "85.5"),
    candidate("HB11", "92.0", "90.0", None),
)


def by_unit(evaluation: Evaluation) -> dict[str, Outcome]:
    return {outcome.unit: outcome for outcome in evaluation.outcomes}


def decided(candidates: tuple[Candidate, ...], **grades: str) -> tuple[Candidate, ...]:
    return tuple(
        replace(one, decided=DecidedGrade(grades[one.unit], DAY)) if one.unit in grades else one for one in candidates
    )


def flat(score: int | Decimal, unit: str, **more: object) -> Candidate:
    return candidate(unit, str(score), str(score), str(score), **more)


def test_the_example_comes_out_as_it_is_worked_out_by_hand() -> None:
    found = evaluate(SCHEME, EXAMPLE)
    assert (found.quota, found.eligible, found.to_decide) == (1, ("HB01", "HB07"), ("HB01", "HB07"))
    assert (found.average, found.ranked) == (Decimal("91.8"), 6)
    shown = {one.unit: (str(one.result), one.by_score, one.grade, one.rank) for one in found.outcomes}
    assert shown == {
        "HB04": ("97.2", "优秀", "良好", 1),
        "HB01": ("95.4", "优秀", "待定", 2),
        "HB07": ("95.4", "优秀", "待定", 2),
        "HB12": ("90.0", "优秀", "良好", 4),
        "HB13": ("89.4", "良好", "良好", 5),
        "HB10": ("83.3", "良好", "良好", 6),
        "HB11": ("None", "", "", None),
    }
    why = {one.unit: "；".join(one.why) for one in found.outcomes}
    assert why["HB04"] == "等次限制：干部受诫勉"
    assert why["HB01"] == "与 HB07 并列，优秀名额只有1个"
    assert why["HB12"] == "有零分项（第10项）"
    assert why["HB13"] == "自查高出年终检查14.5分，请核对"
    assert (by_unit(found)["HB11"].state, why["HB11"]) == (INCOMPLETE, "缺年终检查")


def test_the_leading_group_alone_chooses_between_equals() -> None:
    found = evaluate(SCHEME, decided(EXAMPLE, HB07="优秀"))
    assert found.to_decide == ()
    assert {unit: by_unit(found)[unit].grade for unit in ("HB01", "HB07")} == {"HB01": "良好", "HB07": "优秀"}
    assert by_unit(found)["HB01"].why == ("名额限制，领导小组2026-12-18认定",)


def test_one_of_two_equals_decided_lower_leaves_the_place_to_the_other() -> None:
    found = by_unit(evaluate(SCHEME, decided(EXAMPLE, HB01="良好")))
    assert (found["HB01"].grade, found["HB07"].grade) == ("良好", "优秀")


def test_more_decided_for_the_best_grade_than_may_have_it_decides_nothing() -> None:
    found = evaluate(SCHEME, decided(EXAMPLE, HB01="优秀", HB07="优秀"))
    assert found.to_decide == ("HB01", "HB07")
    assert "超过名额1个" in by_unit(found)["HB01"].why[-1]


def test_a_limit_counts_whatever_is_decided_above_it_and_the_worst_of_several_counts() -> None:
    false_report = Ceiling("弄虚作假", "不合格", "云环廉组纪〔2026〕4号", "领导小组", DAY)
    both = replace(EXAMPLE[1], ceilings=(ADMONISHED, false_report))
    found = by_unit(evaluate(SCHEME, decided((both, *EXAMPLE[2:]), HB04="优秀")))
    assert found["HB04"].grade == "不合格"
    assert "超过等次限制，按限制计" in "；".join(found["HB04"].why)


@pytest.mark.parametrize("lacks", ["basis", "decided_by", "decided_on"])
def test_a_limit_without_its_whole_foundation_does_not_count(lacks: str) -> None:
    unfounded = replace(ADMONISHED, **{lacks: None if lacks == "decided_on" else ""})
    found = evaluate(SCHEME, [replace(EXAMPLE[1], ceilings=(unfounded,)), *(flat(70, f"U{n}") for n in range(3))])
    assert found.outcomes[0].grade == "优秀"
    assert "依据不全" in found.outcomes[0].why[0]


def test_who_is_plainly_behind_the_quota_is_left_out_by_score_and_a_tie_behind_it_is_none() -> None:
    candidates = [flat(95, "A"), flat(92, "B"), flat(92, "C"), flat(70, "D")]
    found = evaluate(SCHEME, candidates)
    assert found.quota == 1
    assert [one.grade for one in found.outcomes] == ["优秀", "良好", "良好", "合格"]
    assert found.to_decide == ()
    assert found.outcomes[1].why == ("名额限制（优秀名额1个，按得分）",)


def test_without_a_quota_everybody_has_what_the_score_earns() -> None:
    found = evaluate(replace(SCHEME, quota=None), EXAMPLE)
    assert found.quota is None
    assert {one.unit: one.grade for one in found.outcomes}["HB01"] == "优秀"


def test_kinds_of_units_are_ranked_apart_where_the_scheme_says_so() -> None:
    scheme = replace(SCHEME, groups=(("机关科室",), ("事业单位", "派出机构")))
    candidates = [
        flat(80, "A", kind="机关科室"),
        flat(90, "B", kind="事业单位"),
        flat(85, "C", kind="派出机构"),
        flat(70, "D", kind="局领导班子"),
    ]
    assert [one.rank for one in evaluate(scheme, candidates).outcomes] == [1, 1, 2, 1]
    assert [one.rank for one in evaluate(SCHEME, candidates).outcomes] == [3, 1, 2, 4]


SCORES = st.lists(st.integers(0, 100), min_size=1, max_size=9)


@settings(deadline=None)
@given(SCORES, st.integers(0, 100))
def test_ranks_quota_and_average_are_those_of_a_plain_count(scores: list[int], percent: int) -> None:
    scheme = replace(SCHEME, quota=Decimal(percent))
    found = evaluate(scheme, [flat(score, f"U{place}") for place, score in enumerate(scores)])
    assert found.quota == len(scores) * percent // 100
    assert [one.rank for one in found.outcomes] == [1 + sum(other > score for other in scores) for score in scores]
    mean = Fraction(sum(scores), len(scores))
    assert found.average == Decimal(int((mean * 10 + Fraction(1, 2)) // 1)) / 10
    best = [score for score, one in zip(scores, found.outcomes, strict=True) if one.grade == "优秀"]
    tied = {score for score, one in zip(scores, found.outcomes, strict=True) if one.grade == UNDECIDED}
    assert len(best) <= found.quota
    assert len(tied) <= 1
    # Nobody is preferred to an equal, nor to a better one.
    for score, one in zip(scores, found.outcomes, strict=True):
        same = {other.grade for other, theirs in zip(found.outcomes, scores, strict=True) if theirs == score}
        assert same == {one.grade}
        assert not best or score <= min(best) or one.grade == "优秀"


@settings(deadline=None)
@given(st.permutations(EXAMPLE))
def test_the_sequence_of_the_units_does_not_matter(candidates: list[Candidate]) -> None:
    assert by_unit(evaluate(SCHEME, candidates)) == by_unit(evaluate(SCHEME, EXAMPLE))
