"""The public Python interface: small, typed, documented, and free to import."""

from __future__ import annotations

import inspect
import subprocess
import sys
import typing

import pytest

import lzxl

HEAVY = ("polars", "pandera", "openpyxl", "xlsxwriter", "xlrd", "python_calamine", "yaml", "click", "rich", "pandas")


def test_importing_lzxl_imports_nothing_heavy() -> None:
    code = f"import sys, lzxl; print([name for name in {HEAVY!r} if name in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


@pytest.mark.parametrize("name", [name for name in lzxl.__all__ if name != "__version__"])
def test_every_public_name_loads_and_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(lzxl, name)), name


@pytest.mark.parametrize("name", ["grade", "check", "consolidate"])
def test_every_function_is_typed(name: str) -> None:
    signature = inspect.signature(getattr(lzxl, name))
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(entry.annotation is not inspect.Parameter.empty for entry in signature.parameters.values())


def test_types_are_shipped() -> None:
    assert (lzxl_folder() / "py.typed").is_file()


def lzxl_folder() -> typing.Any:
    import pathlib

    return pathlib.Path(lzxl.__file__).parent


@pytest.mark.parametrize("name", ["ConfigError", "OutputError", "UnreadableError", "UsageError"])
def test_every_error_is_a_lzxl_error_with_an_exit_code(name: str) -> None:
    error = getattr(lzxl, name)
    assert issubclass(error, lzxl.LzxlError)
    assert error.exit_code in (2, 3)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = lzxl.nonsense


def test_grade_tells_level_and_basis() -> None:
    found = lzxl.grade("较大", "严重")
    assert found.level == "一级"
    assert found.basis


def test_grade_names_the_allowed_words() -> None:
    with pytest.raises(lzxl.UsageError, match=r"“巨大”不是.*可选：.*较大.*较小"):
        lzxl.grade("巨大", "严重")


def test_check_without_anything_to_check_is_wrong_usage() -> None:
    with pytest.raises(lzxl.UsageError):
        lzxl.check([])
