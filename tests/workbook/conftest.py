"""What the tests of standard workbooks share: forms, the grading table, and opening what was written."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from lzxl.forms.grading import GradingTable
from lzxl.forms.load import load_form, load_grading
from lzxl.forms.model import Form


@pytest.fixture(scope="session")
def grading() -> GradingTable:
    return load_grading()


@pytest.fixture(scope="session")
def register() -> Form:
    return load_form("risk_register")


@pytest.fixture
def opened() -> Callable[[Path], Workbook]:
    """Opens a workbook; openpyxl warns that it does not keep a live print area, which is right and no fault."""

    def open_it(path: Path) -> Workbook:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Print area cannot be set")
            return load_workbook(path)

    return open_it
