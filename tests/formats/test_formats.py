"""The reports of a check for programs: their shape is a contract."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from lzxl.api import CheckResult, check
from lzxl.formats.json import render_json
from lzxl.formats.junit import render_junit
from lzxl.formats.sarif import render_sarif
from lzxl.formats.text import render_text
from lzxl.forms.findings import SEVERITIES
from lzxl.forms.load import load_catalogue
from lzxl.forms.places import Place
from lzxl.forms.text import spoken_clause


@pytest.fixture(scope="module")
def mixed(demo: Path) -> CheckResult:
    """The first batch of the demonstration: accepted, returned and refused files."""
    result = check([demo / "来件/第一批"])
    assert {entry.status for entry in result.files} == {"accepted", "returned", "refused"}
    return result


def test_json_has_exactly_the_keys_and_types_of_the_contract(mixed: CheckResult) -> None:
    data = json.loads(render_json(mixed.files))
    assert list(data) == ["version", "files", "summary"]
    assert data["version"] == 1
    for file in data["files"]:
        assert list(file) == ["file", "form", "unit", "period", "status", "rows", "findings"]
        assert all(isinstance(file[key], str) for key in ("file", "form", "unit", "period"))
        assert file["status"] in ("accepted", "returned", "refused")
        assert all(isinstance(name, str) and type(count) is int for name, count in file["rows"].items())
        for finding in file["findings"]:
            assert list(finding) == [
                "code", "severity", "sheet", "cell", "header", "value", "message", "fix", "basis",
            ]  # fmt: skip
            assert all(isinstance(value, str) for value in finding.values())
            assert finding["severity"] in SEVERITIES
            assert re.fullmatch(r"([A-Z]{1,3}\d+(:[A-Z]{1,3}\d+)?|\d+:\d+)?", finding["cell"]), (
                "a cell, a range, or rows"
            )
            assert all(finding[key] for key in ("code", "message", "fix", "basis")), finding


def test_json_summary_adds_up(mixed: CheckResult) -> None:
    data = json.loads(render_json(mixed.files))
    statuses = Counter(file["status"] for file in data["files"])
    severities = Counter(finding["severity"] for file in data["files"] for finding in file["findings"])
    assert data["summary"] == {
        "files": len(data["files"]),
        "accepted": statuses["accepted"],
        "returned": statuses["returned"],
        "refused": statuses["refused"],
        "errors": severities["error"],
        "warnings": severities["warning"],
    }
    for file in data["files"]:
        has_errors = any(finding["severity"] == "error" for finding in file["findings"])
        assert has_errors == (file["status"] != "accepted")


def test_json_of_a_refused_file_says_no_more_than_is_known(mixed: CheckResult) -> None:
    data = json.loads(render_json(mixed.files))
    refused = [file for file in data["files"] if file["status"] == "refused"]
    for file in refused:
        assert (file["form"], file["unit"], file["period"], file["rows"]) == ("", "", "", {})
        assert len(file["findings"]) == 1


def test_sarif_has_what_2_1_0_requires(mixed: CheckResult) -> None:
    data = json.loads(render_sarif(mixed.files))
    assert data["version"] == "2.1.0"
    assert data["$schema"].endswith("sarif-2.1.0.json")
    [run] = data["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] == "lzxl"
    rules = driver["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert {rule["id"] for rule in rules} <= load_catalogue().rules.keys()
    for rule in rules:
        assert rule["shortDescription"]["text"] and rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")
    assert len(run["artifacts"]) == len(mixed.files)
    assert len(run["results"]) == sum(len(entry.findings) for entry in mixed.files)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        [location] = result["locations"]
        artifact = location["physicalLocation"]["artifactLocation"]
        assert run["artifacts"][artifact["index"]]["location"]["uri"] == artifact["uri"]
        assert re.fullmatch(r"[A-Za-z0-9%._~/-]+", artifact["uri"]), "a URI has no Chinese in it"


def test_sarif_levels_are_the_severities(mixed: CheckResult) -> None:
    results = json.loads(render_sarif(mixed.files))["runs"][0]["results"]
    names = {"error": "error", "warning": "warning", "info": "note"}
    expected = Counter(names[finding.severity] for entry in mixed.files for finding in entry.findings)
    assert Counter(result["level"] for result in results) == expected


def test_sarif_names_the_cell(mixed: CheckResult) -> None:
    results = json.loads(render_sarif(mixed.files))["runs"][0]["results"]
    logical = [result["locations"][0].get("logicalLocations", [{}])[0] for result in results]
    assert any(re.fullmatch(r".+![A-Z]+\d+", place.get("fullyQualifiedName", "")) for place in logical)
    assert {place["kind"] for place in logical if place} <= {"cell", "sheet"}


def test_junit_parses_and_its_counts_agree(mixed: CheckResult) -> None:
    root = fromstring(render_junit(mixed.files))
    assert root.tag == "testsuites"
    assert len(root) == len(mixed.files)
    totals: Counter[str] = Counter()
    for suite, entry in zip(root, mixed.files, strict=True):
        assert suite.get("name") == entry.submission.file
        counts = {
            "tests": len(suite.findall("testcase")),
            "failures": len(suite.findall("testcase/failure")),
            "errors": len(suite.findall("testcase/error")),
        }
        assert {key: int(suite.get(key, "-1")) for key in counts} == counts
        assert counts["failures"] + counts["errors"] == entry.count("error")
        totals.update(counts)
    assert {key: int(root.get(key, "-1")) for key in totals} == totals


def test_junit_survives_what_xml_cannot_hold(mixed: CheckResult) -> None:
    from dataclasses import replace

    entry = next(entry for entry in mixed.files if entry.status == "returned")
    odd = replace(
        entry.findings[0], severity="error", message="坏\x00字\ufffe符\x0b", fix="改\x1f", place=Place("表\x01")
    )
    fromstring(render_junit([replace(entry, findings=(odd,))]))


def test_text_shows_every_error_and_warning_with_its_place_remedy_and_basis(mixed: CheckResult) -> None:
    text = render_text(mixed.files)
    for entry in mixed.files:
        for finding in entry.findings:
            if finding.severity == "info":
                continue
            assert finding.message in text
            assert f"{finding.fix}（依据：{spoken_clause(finding.basis)}）" in text
            assert not finding.cell or any(
                f"{finding.sheet}{place}" in text for place in (f"!{finding.cell}", f"　{finding.place.spoken}")
            )
    assert text.count("【退回】") == sum(entry.status == "returned" for entry in mixed.files)


def test_text_hides_what_needs_nothing_done_unless_asked(mixed: CheckResult) -> None:
    info = [finding for entry in mixed.files for finding in entry.findings if finding.severity == "info"]
    assert info
    assert "不必处理（加 -v 查看）" in render_text(mixed.files)
    full = render_text(mixed.files, with_info=True)
    assert all(finding.message in full for finding in info)
    assert "加 -v 查看" not in full


def test_text_is_plain_unless_colour_is_asked_for(mixed: CheckResult) -> None:
    assert "\033" not in render_text(mixed.files)
    assert "\033[31m须改正\033[0m" in render_text(mixed.files, colour=True)
