"""The files that speed is measured with are files of today's forms, and hold the faults that they are said to hold."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.generate import MANIFEST, SPOILED_EVERY, generate
from benchmarks.run import SHARED, submissions
from lzxl.cli.main import run
from lzxl.forms.load import unit_form_ids


def test_what_is_planted_in_the_files_is_what_a_check_finds(tmp_path: Path) -> None:
    campaign, told = tmp_path / "基准", tmp_path / "check.json"
    about = generate(campaign, SPOILED_EVERY * len(unit_form_ids()))
    assert about["spoiled_files"] == len(unit_form_ids())
    assert run(["-q", "-C", str(campaign), "check", "--format", "json", "--output", str(told)]) == 1
    found: dict[str, set[tuple[str, str]]] = {}
    for entry in submissions(json.loads(told.read_text("utf-8"))):
        cells = {(one["sheet"], one["cell"]) for one in entry["findings"] if one["code"] in SHARED}
        found.update({entry["file"]: cells} if cells else {})
    planted = json.loads((campaign / MANIFEST).read_text("utf-8"))["planted"]
    assert found == {file: {tuple(cell) for cell in cells} for file, cells in planted.items()}
