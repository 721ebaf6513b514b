"""The files of `schemas/` cannot lie: each mistake is told with file, line, place, what is written and what may be written."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandera.polars as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.data import data_folder
from lzxl.errors import ConfigError
from lzxl.forms import known_sound, sound, sound_told
from lzxl.forms.described.fields import Checks, InRange, StrLength, StrMatches
from lzxl.forms.known_sound import DIGEST, digest_of, require_sound, texts_of
from lzxl.forms.load import load_form
from lzxl.forms.sound import judge, judge_said
from tests.yaml_read import read_yaml

TEXTS = texts_of(data_folder("schemas"))
SAID = {file: read_yaml(text) for file, text in TEXTS.items()}

# What was written, in place of what, in which file; and what the sentence must name.
TYPOS: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    "a reference": (
        "forms/risk_register.yaml",
        "references: risk_points.id,",
        "references: risk_points.idd,",
        ("关联风险点编号", "risk_points.idd", "risk_points.id"),
    ),
    "the name of a check": (
        "cover.yaml",
        "checks: {str_length: {max_value: 60}}",
        "checks: {str_lenght: {max_value: 60}}",
        ("单位名称", "str_lenght", "str_length"),
    ),
    "the key of a code": (
        "forms/risk_register.yaml",
        "codes: {missing: missing_measure}",
        "codes: {mising: missing_measure}",
        ("防控措施", "mising", "missing"),
    ),
    "the value of a code": (
        "forms/risk_register.yaml",
        "codes: {missing: missing_measure}",
        "codes: {missing: missing_mesure}",
        ("防控措施", "missing_mesure", "findings.yaml"),
    ),
    "a group": (
        "vocabularies.yaml",
        "group: 一类外部权力",
        "group: 一类外部权利",
        ("职权类型", "一类外部权利", "一类外部权力"),
    ),
    "a key of a sheet": (
        "forms/risk_register.yaml",
        "    capacity: 500",
        "    capacty: 500",
        ("风险点", "capacty", "capacity"),
    ),
    "a disclosure": (
        "forms/risk_register.yaml",
        "disclosure: confidential",
        "disclosure: confidental",
        ("姓名", "confidental", "public", "internal", "confidential"),
    ),
    "what is computed": (
        "forms/risk_register.yaml",
        "computed: basis",
        "computed: bassis",
        ("定级依据", "bassis", "level"),
    ),
    "who files a form": (
        "forms/unit_roster.yaml",
        "filed_by: office",
        "filed_by: offices",
        ("filed_by", "offices", "each_unit", "office"),
    ),
    "a day that is carried over": (
        "forms/risk_register.yaml",
        "within_period: [deadline]",
        "within_period: [content]",
        ("风险点", "content", "deadline"),
    ),
    "what is left behind with such a day": (
        "forms/risk_register.yaml",
        "with_the_day: [term,",
        "with_the_day: [terms,",
        ("风险点", "terms", "term"),
    ),
    "the field of a first row": (
        "forms/risk_register.yaml",
        "first_of: measures.content",
        "first_of: measures.text",
        ("防控措施", "measures.text", "forms/risk_register.yaml"),
    ),
    "a name that another form has": (
        "forms/self_appraisal.yaml",
        "short_name: 自评表",
        "short_name: 登记表",
        ("登记表", "廉政风险点登记表"),
    ),
    "the place of another form": (
        "forms/warning_intake.yaml",
        "place: 20",
        "place: 30",
        ("30", "自查自评表", "10"),
    ),
    "a summary sheet that is there already": (
        "forms/self_appraisal.yaml",
        "{title: 自查述廉}",
        "{title: 未报送单位}",
        ("未报送单位", "汇总表自有"),
    ),
    "what is counted word by word": (
        "forms/risk_register.yaml",
        "by: [level, power_class, risk_type]",
        "by: [level, power_class, point]",
        ("point", "risk_type"),
    ),
    "what is counted apart": (
        "forms/risk_register.yaml",
        "apart: {field: category, role: duty}",
        "apart: {field: power, role: duty}",
        ("power", "category"),
    ),
    "what the summary evaluates": (
        "forms/warning_ledger.yaml",
        "evaluated_as: alerts",
        "evaluated_as: alert",
        ("alert", "risks", "alerts"),
    ),
    "a title that is no file's name": (
        "forms/self_appraisal.yaml",
        "title: 自查自评表",
        "title: 自查/自评表",
        ("自查/自评表", "文件名"),
    ),
    "a clause": ("findings.yaml", "basis: 第七条", "basis: 第七十条", ("空文件", "第七十条", "第七条")),
}


def spoiled(file: str, right: str, wrong: str) -> dict[str, bytes]:
    text = TEXTS[file].decode()
    assert right in text
    return {**TEXTS, file: text.replace(right, wrong, 1).encode()}


def told(texts: dict[str, bytes]) -> str:
    return "\n".join(sound_told.told(mistake, texts[mistake.file]) for mistake in judge(texts))


def test_the_files_are_sound_and_known_to_be() -> None:
    assert told(TEXTS) == ""
    assert (data_folder("schemas") / DIGEST).read_text("utf-8").strip() == digest_of(TEXTS)


@pytest.mark.parametrize("name", TYPOS)
def test_a_typo_is_named_with_its_place_and_what_may_be_written(name: str) -> None:
    file, right, wrong, words = TYPOS[name]
    sentence = told(spoiled(file, right, wrong))
    line = TEXTS[file].decode()[: TEXTS[file].decode().index(right)].count("\n") + 1
    assert f"{file} 第{line}行" in sentence
    for word in words:
        assert word in sentence


def test_a_form_that_units_file_says_whose_it_is() -> None:
    sentence = told(spoiled("cover.yaml", "name: unit_code", "name: units_code"))
    assert "cover.yaml" in sentence
    assert "缺少 unit_code" in sentence


def test_what_the_summary_evaluates_has_the_fields_that_it_needs_and_is_there() -> None:
    sentence = told(spoiled("forms/warning_ledger.yaml", "{name: source,", "{name: sauce,"))
    assert "作为 alerts 统计的工作表缺少字段 source" in sentence
    sentence = told(
        spoiled(
            "forms/warning_ledger.yaml",
            "{name: due, title: 下一期限, kind: date",
            "{name: due, title: 下一期限, kind: text",
        )
    )
    assert "“下一期限”“kind”：写的是“text”，作为 alerts 统计的应是 date" in sentence
    sentence = told(spoiled("forms/warning_ledger.yaml", ", evaluated_as: alerts", ""))
    assert "没有一张工作表写明 evaluated_as: alerts" in sentence
    sentence = told(spoiled("forms/self_appraisal.yaml", "    summary: {title: 自查述廉}\n", ""))
    assert "“自查与述廉”：缺少 summary" in sentence


def test_a_table_says_what_makes_a_row_of_it() -> None:
    sentence = told(spoiled("forms/self_appraisal.yaml", "    subject: [person]\n", ""))
    assert "“自查与述廉”：缺少 subject" in sentence and "可写：serial、report_type、person" in sentence


def test_the_roster_has_what_a_unit_is_made_of() -> None:
    sentence = told(spoiled("forms/unit_roster.yaml", "{name: key_posts,", "{name: posts,"))
    assert "单位名册缺少字段 key_posts" in sentence
    assert "应是 office" in told(spoiled("forms/unit_roster.yaml", "filed_by: office", "filed_by: each_unit"))


@pytest.mark.parametrize(
    ("written", "said"), [("capacity: 0", "应不小于1"), ("capacity: 2.5", "应是整数"), ("capacity: viele", "应是整数")]
)
def test_a_number_that_cannot_be_is_told_with_what_it_should_be(written: str, said: str) -> None:
    assert told(spoiled("forms/risk_register.yaml", "capacity: 500", written)).endswith(f"，{said}。")


def test_whoever_loads_a_form_is_told(tmp_path: Path) -> None:
    for file, text in spoiled(*TYPOS["a disclosure"][:3]).items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes(text)
    (tmp_path / DIGEST).write_text(digest_of(TEXTS), "utf-8")  # it is not the digest of these
    with pytest.raises(ConfigError, match="confidental"):
        load_form("self_appraisal", folder=tmp_path)


@pytest.mark.parametrize(("mistakes", "left"), [(3, ""), (4, "还有1处"), (5, "还有2处")])
def test_of_many_mistakes_the_first_are_told_and_how_many_are_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mistakes: int, left: str
) -> None:
    monkeypatch.setattr(known_sound, "_MOST_TOLD", 3)
    texts = spoiled(*TYPOS["a disclosure"][:3])
    monkeypatch.setattr(sound, "judge", lambda said: judge(texts)[:1] * mistakes)
    (tmp_path / "forms").mkdir()
    for file, text in texts.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes(text)
    with pytest.raises(ConfigError) as caught:
        require_sound(tmp_path)
    lines = str(caught.value).splitlines()
    assert len(lines) == 3 + bool(left)
    assert (left in lines[-1]) and ("还有" in lines[-1]) == bool(left)


def test_files_that_are_known_to_be_sound_are_not_judged_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file, text in TEXTS.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_bytes(text.replace(b"\n", b"\r\n"))
    (tmp_path / DIGEST).write_text(digest_of(TEXTS) + "\r\n", "utf-8")
    monkeypatch.setattr(sound, "judge", lambda texts: pytest.fail("judged again"))
    require_sound(tmp_path)


def test_the_checks_are_panderas_own_with_its_arguments() -> None:
    for name, entry in Checks.model_fields.items():
        (model,) = (kind for kind in (InRange, StrLength, StrMatches) if kind in entry.annotation.__args__)  # type: ignore[union-attr]
        values = {"min_value": 1, "max_value": 2, "pattern": "^a$"}
        getattr(pa.Check, name)(**{key: values[key] for key in model.model_fields})


# Any key that is misspelled anywhere, and any word that is used where only some may stand.


def _places(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every key."""
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in items:
        if isinstance(data, dict):
            yield (*place, step)
        yield from _places(value, (*place, step))


def _at(data: Any, place: tuple[Any, ...]) -> Any:
    for step in place:
        data = data[step]
    return data


# Keys that are names of our own making or words: what they may be is said nowhere else.
_FREE = {
    "vocabularies.yaml": lambda place: len(place) == 1 and place[0] not in ("yes_no", "level", "power_class"),
    # The cases of its phrases are those that the code tells (test_findings.py).
    "findings.yaml": lambda place: len(place) == 1 or place[-2] == "phrases",
    "clauses.yaml": lambda place: True,
}
KEYS = [
    (file, place)
    for file, data in SAID.items()
    for place in _places(data)
    if not _FREE.get(file, lambda place: False)(place)
]
CLOSED = ("kind", "disclosure", "layout", "computed", "order", "severity", "action", "paper", "stage", "vocabulary")
CLOSED += (
    "likelihood",
    "level",
    "group",
    "groups",
    "clause",
    "references",
    "counts",
    "main",
    "key",
    "missing",
    "wrong_column",
)
WORDS = [
    (file, place)
    for file, data in SAID.items()
    for place in _places(data)
    if place[-1] in CLOSED
    and isinstance(_at(data, place), str)
    and file != "clauses.yaml"
    # The papers of warnings are called as the bureau calls them; a form's paper is a size.
    and (file, place[-1]) != ("events.yaml", "paper")
]


@settings(deadline=None)  # each example reads a whole folder, however busy the machine is
@given(st.sampled_from(KEYS))
def test_no_key_can_be_misspelled_unseen(misspelled: tuple[str, tuple[Any, ...]]) -> None:
    file, place = misspelled
    data = copy.deepcopy(SAID[file])
    parent = _at(data, place[:-1])
    parent[f"{place[-1]}x"] = parent.pop(place[-1])
    assert judge_said({**SAID, file: data})


@settings(deadline=None)
@given(st.sampled_from(WORDS))
def test_no_word_that_must_be_known_can_be_misspelled_unseen(misspelled: tuple[str, tuple[Any, ...]]) -> None:
    file, place = misspelled
    data = copy.deepcopy(SAID[file])
    _at(data, place[:-1])[place[-1]] += "x"
    assert judge_said({**SAID, file: data})
