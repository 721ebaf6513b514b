"""Every file of rules has a file of tests: where a rule is looked for, what it must do is found under the same name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import lzxl.checks

CHECKS = Path(lzxl.checks.__file__).parent
TESTS = Path(__file__).parent


def files_of_rules() -> list[str]:
    """The files of lzxl/checks with a public function check_…."""
    return [
        path.stem
        for path in sorted(CHECKS.glob("*.py"))
        if any(
            isinstance(node, ast.FunctionDef) and node.name.startswith("check_")
            for node in ast.parse(path.read_text(encoding="utf-8")).body
        )
    ]


@pytest.mark.parametrize("name", files_of_rules())
def test_a_file_of_rules_has_a_test_file_of_its_name(name: str) -> None:
    path = TESTS / f"test_{name}.py"
    assert path.is_file(), (
        f"lzxl/checks/{name}.py has rules (check_…) but no tests/checks/test_{name}.py: whoever changes the rule looks there"
    )
    tested = ast.parse(path.read_text(encoding="utf-8"))
    assert any(isinstance(node, ast.FunctionDef) and node.name.startswith("test_") for node in ast.walk(tested)), path
