"""A rewriting that nobody sees changes no finding and no value: the same workbook, packed and written in another way."""

from __future__ import annotations

import dataclasses
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lzxl.api import check
from lzxl.submission import Submission
from lzxl.workbook.reading.read import read_submission
from tests.rewritings import package, xml
from tests.rewritings.filled import FORMS, filled_bytes
from tests.rewritings.reserve import without_reserve_rows

REWRITINGS = {**xml.REWRITINGS, **package.REWRITINGS}
# What is packed otherwise after it is looked up as bytes.
COMBINED = sorted(set(xml.WAYS) - {"UTF-16"})

every_form = pytest.mark.parametrize("form_id", FORMS)


@lru_cache(maxsize=len(FORMS))
def small(form_id: str) -> bytes:
    return without_reserve_rows(filled_bytes(form_id))


def read(data: bytes, folder: Path) -> dict[str, Any]:
    """All that reading a file gives, but for the bytes it came in."""
    path = folder / "报送.xlsx"
    path.write_bytes(data)
    submission: Submission = read_submission(path, path.name)
    assert submission.refusal is None
    found = {entry.name: getattr(submission, entry.name) for entry in dataclasses.fields(submission)}
    del found["sha256"]
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rewritings")


@every_form
def test_rows_kept_in_reserve_change_nothing(form_id: str, folder: Path) -> None:
    assert read(small(form_id), folder) == read(filled_bytes(form_id), folder)


@every_form
@pytest.mark.parametrize("name", REWRITINGS)
def test_a_rewriting_that_nobody_sees_changes_no_finding_and_no_value(name: str, form_id: str, folder: Path) -> None:
    rewritten = REWRITINGS[name](small(form_id))
    assert rewritten != small(form_id)
    assert read(rewritten, folder) == read(small(form_id), folder)


@every_form
@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate])  # what fails is short as it is
@given(
    texts=st.lists(st.sampled_from(sorted(xml.TEXTS)), max_size=1),
    elements=st.lists(st.sampled_from(sorted(xml.ELEMENTS)), unique=True, max_size=3),
    order=st.lists(st.sampled_from(sorted(xml.ORDER)), max_size=1),
    way=st.sampled_from(COMBINED),
    packing=st.sampled_from(sorted(package.REWRITINGS)),
)
def test_several_of_them_change_nothing_either(
    form_id: str, texts: list[str], elements: list[str], order: list[str], way: str, packing: str, folder: Path
) -> None:
    data = small(form_id)
    for name in (*texts, *elements, *order, way, packing):
        data = REWRITINGS[name](data)
    assert read(data, folder) == read(small(form_id), folder)


@every_form
def test_the_checks_of_a_rewritten_workbook_say_the_same(form_id: str, tmp_path: Path) -> None:
    said = []
    for number, names in enumerate(
        ((), ("shared strings", "a row at the end", "prefixed elements", "names in capitals"))
    ):
        data = small(form_id)
        for name in names:
            data = REWRITINGS[name](data)
        path = tmp_path / str(number) / "报送.xlsx"
        path.parent.mkdir()
        path.write_bytes(data)
        [file] = check([path]).files
        said.append((file.status, [dataclasses.replace(finding) for finding in file.findings]))
    assert said[0] == said[1]
