"""A handful of changes that no test once noticed, each with the test file that must notice it now. `make mutants` tries many more."""

from __future__ import annotations

import json
import os
import py_compile
import subprocess
import sys
from pathlib import Path

import pytest

from tests import mutants
from tests.mutants import Mutant, Room

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="fork is POSIX")

# (file, what stands there, what is put instead, the tests that must fail)
ONCE_UNNOTICED = {
    "which of a unit's two files counts": (
        "lzxl/checks/together.py", "return max(files, key=key)", "return min(files, key=key)",
        "tests/checks/test_together.py::test_of_two_files_the_one_filed_last_counts_and_of_one_day_the_last_by_name",
    ),
    "a cover count that is too low": (
        "lzxl/checks/counts.py", "and stated != rows:", "and stated > rows:", "tests/checks/test_counts.py",
    ),
    "the last day of a period": (
        "lzxl/checks/dates.py", "not days[0] <= day <= days[1]", "not days[0] <= day < days[1]",
        "tests/checks/test_dates.py::test_the_first_and_the_last_day_of_a_period_are_in_it",
    ),
    "the order of a limit and what it follows": (
        "lzxl/checks/dates.py", "and day < days[name]", "and day <= days[name]",
        "tests/checks/test_dates.py::test_no_day_comes_before_one_that_it_follows",
    ),
    "a nil return is not asked for coverage": (
        "lzxl/checks/roster.py", "if not is_nil_return:", "if True:", "tests/checks/test_roster.py",
    ),
    "evidence asked for where no point is lost": (
        "lzxl/checks/appraisal.py", "0 <= score < points and table", "0 <= score <= points and table",
        "tests/checks/test_appraisal.py",
    ),
    "亿": (
        "lzxl/forms/values.py", '"亿": "e8"', '"亿": "e4"',
        "tests/forms/test_values.py::test_a_number_with_a_word_for_ten_thousands_is_that_many",
    ),
    "a column guessed though ambiguous": (
        "lzxl/workbook/reading/header_rules.py", "len(near) == 1 and", "near and",
        "tests/reading/test_headers.py::test_a_header_that_may_be_two_fields_is_neither",
    ),
    "dropped rows told across a row of data": (
        "lzxl/workbook/reading/rows_left_out.py", " and last == row - 1", "",
        "tests/reading/test_rows.py::test_a_row_of_data_parts_a_run_of_rows_that_are_left_out",
    ),
    "1 and TRUE as one": (
        "lzxl/checks/misplaced.py", "key = column, type(raw), raw", "key = column, int, raw",
        "tests/checks/test_misplaced.py::test_one_and_true_are_two_things_although_python_says_that_they_are_equal",
    ),
    "a draft left 'sending' after a refused login": (
        "lzxl/mail/outbox.py", "LetterState.DRAFT, str(error)", "LetterState.SENDING, str(error)",
        "tests/mail/test_outbox.py::test_where_nobody_may_send_at_all_the_letter_waits_as_it_was",
    ),
    "the time for a server's last answer given to the next letter": (
        "lzxl/mail/smtp.py", "                smtp.sock.settimeout(self._timeout)\n", "                pass\n",
        "tests/mail/test_smtp.py::test_time_is_given_for_the_last_answer_and_not_for_those_of_the_next_letter",
    ),
    "3² read as 32": (
        "lzxl/forms/values.py", "any(unicodedata.category(", "all(unicodedata.category(", "tests/forms/test_values.py",
    ),
    "a file accepted for another unit than it was made out for": (
        "lzxl/campaign/accept.py", "submission.sent_to and submission.sent_to != code", "False",
        "tests/campaign/test_accept.py::test_what_says_by_itself_that_it_is_anothers_is_not_filed_under_a_unit",
    ),
    "a lost ledger rebuilt without what came in on an earlier day": (
        "lzxl/campaign/collect.py", "for one in filed), *lost])", "for one in filed)])",
        "tests/campaign/test_collect.py::test_the_ledger_rebuilt_on_a_later_day_says_when_everything_came",
    ),
    "no average below the scores": (
        "lzxl/summary/office_scores.py", "write_average(book, placed, columns)\n", "pass\n",
        "tests/summary/test_scores.py::test_below_the_units_stands_the_average_of_those_that_are_scored",
    ),
    "the last row of a table drawn as its totals": (
        "lzxl/summary/crosstables.py", "row > placed.last", "row >= placed.last",
        "tests/summary/test_coverage.py::test_what_spans_two_columns_looks_alike_in_both",
    ),
}  # fmt: skip


NOTHING = "nothing at all"
"""Under this name stands what the tests say of the program as it is."""


def try_each() -> dict[str, int]:
    """Name → the exit code of its tests with the change made. For a process that has done nothing else: what is forked here
    must not have used the libraries whose threads a fork does not take along."""
    mutants.warm()
    codes = {}
    with mutants.copied() as root:
        for name, (file, old, new, tests) in ONCE_UNNOTICED.items():
            source = (mutants.ROOT / file).read_text(encoding="utf-8")
            start = len(source[: source.index(old)].encode())
            mutant = Mutant(file, 1, "", start, start + len(old.encode()), old, new, 1)
            with mutants.changed(root, mutant):
                codes[name] = mutants.tried(root, [tests]).code
        codes[NOTHING] = mutants.tried(root, ["tests/checks/test_counts.py"]).code
    return codes


@pytest.fixture(scope="module")
def codes() -> dict[str, int]:
    command = [sys.executable, "-m", "tests.test_mutants"]
    done = subprocess.run(command, cwd=mutants.ROOT, capture_output=True, encoding="utf-8", check=True)
    told: dict[str, int] = json.loads(done.stdout)
    return told


def test_what_is_put_instead_still_stands_there() -> None:
    for name, (file, old, _, tests) in ONCE_UNNOTICED.items():
        source = (mutants.ROOT / file).read_text(encoding="utf-8")
        assert source.count(old) == 1, f"{name}: look in {file} for where {old!r} went, and change it there"
        assert (mutants.ROOT / tests.partition("::")[0]).is_file(), name


@pytest.mark.slow
@pytest.mark.parametrize("name", ONCE_UNNOTICED)
def test_a_change_that_was_once_not_noticed_is(name: str, codes: dict[str, int]) -> None:
    assert codes[name] == mutants.TESTS_FAILED


def test_without_a_change_the_tests_pass(codes: dict[str, int]) -> None:
    """Else whatever is changed seems to be noticed."""
    assert codes[NOTHING] == 0


def test_every_room_has_files_and_tests_and_the_sample_is_the_same_each_time() -> None:
    for name, room in mutants.ROOMS.items():
        found = mutants.mutants_of(room)
        assert len(found) > mutants.SAMPLE, name
        assert found[: mutants.SAMPLE] == mutants.mutants_of(room)[: mutants.SAMPLE]
        for pattern in (*room.files, *room.tests):
            assert list(mutants.ROOT.glob(pattern)), f"{name}: nothing is called {pattern}"


def test_mutants_change_what_they_say_and_leave_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = '''
def rule(a: int = 1, b: "int | None" = None) -> bool:
    """Not this: 1 < 2."""
    assert a > 0
    if not (a < b) and b is not None:
        return max(a, 2) == b + 1
    return False
'''
    (tmp_path / "甲.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    found = mutants.mutants_of(Room(("*.py",), ()))
    assert {(mutant.old, mutant.new) for mutant in found} == {
        ("<", "<="), ("and", "or"), ("is not", "is"), ("max", "min"), ("==", "!="), ("+", "-"), ("1", "2"), ("2", "3"),
        ("False", "True"), ("not (a < b)", "bool((a < b))"),
        ("not (a < b) and b is not None", "not (not (a < b) and b is not None)"),
    }  # fmt: skip
    data = source.encode()
    for mutant in found:
        compile(data[: mutant.start] + mutant.new.encode() + data[mutant.end :], "甲", "exec")


def test_a_change_made_in_the_second_in_which_the_file_was_written_is_seen(tmp_path: Path) -> None:
    """What was compiled of it would still be taken: python tells by second and size."""
    rule = tmp_path / "rule.py"
    rule.write_text("print(5 + 1)", encoding="utf-8")
    py_compile.compile(str(rule))
    with mutants.changed(tmp_path, Mutant("rule.py", 1, "", 8, 9, "+", "-", 1)):
        assert _printed(rule) == "4"
    assert _printed(rule) == "6"


def _printed(module: Path) -> str:
    command = [sys.executable, "-c", f"import {module.stem}"]
    return subprocess.run(command, cwd=module.parent, capture_output=True, encoding="utf-8", check=True).stdout.strip()


LITTLE = {
    "lzxl/__init__.py": "",
    "lzxl/rule.py": """
def is_late(day: int, limit: int) -> bool:
    return day > limit


def counted(rows: list[int]) -> int:
    at = 0
    while at < len(rows):
        at = at + 1
    return at
""",
    "tests/__init__.py": "",
    "tests/test_rule.py": """
from lzxl.rule import counted, is_late


def test_who_files_after_the_day_is_late():
    assert is_late(3, 2)
    assert not is_late(1, 2)


def test_rows_are_counted():
    assert counted([]) == 0
    assert counted([5, 5, 5]) == 3
""",
}
"""A program of two rules; no test says what holds on the very day. One change of it (+ → -) never comes to an end."""

TRY_LITTLE = """
import sys
from pathlib import Path
from tests import mutants

root = mutants.ROOT = Path(sys.argv[1])
mutants.KEPT = root / "build"
mutants.ROOMS = {"little": mutants.Room(("lzxl/*.py",), ("tests/test_*.py",))}
mutants._SECONDS_MORE = 1
mutants.warm = lambda: None

def run(name):
    print(f"{name}:", flush=True)
    print("good" if mutants.try_rooms(["little"], 20) else "below the floor", flush=True)

run("at first")
kept = mutants.KEPT / "little.json"
kept.write_text(kept.read_text().replace('"all"', '"killed"'))  # as no run could have found
run("again")
(root / "README.md").write_text("another page")
run("another page")
rule = root / "lzxl" / "rule.py"
rule.write_text(rule.read_text() + chr(10))
run("another program")
with (root / "tests" / "test_rule.py").open("a") as file:
    file.write("def test_the_very_day_is_not_late():" + chr(10) + "    assert is_late(2, 2)" + chr(10))
run("a test that fails")
"""


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What is said of the little program, run after run."""
    root = tmp_path_factory.mktemp("little")
    for name, text in LITTLE.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", TRY_LITTLE, str(root)]
    done = subprocess.run(command, cwd=mutants.ROOT, capture_output=True, encoding="utf-8", check=True)
    told: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        if line.endswith(":"):
            told[line[:-1]] = []
        else:
            told[[*told][-1]].append(line)
    return told


IN_TRUTH = ["survives  lzxl/rule.py:3 is_late: > → >=", "little: 4 of 5 killed", "below the floor"]


def test_what_no_test_notices_is_told_and_what_never_ends_is_noticed(runs: dict[str, list[str]]) -> None:
    assert runs["at first"] == IN_TRUTH


def test_a_run_that_was_broken_off_goes_on_where_it_was(runs: dict[str, list[str]]) -> None:
    assert runs["again"] == runs["another page"] == ["little: 5 of 5 killed", "good"], "what is kept is believed"


def test_what_was_found_with_another_state_of_the_program_is_not_believed(runs: dict[str, list[str]]) -> None:
    assert runs["another program"] == IN_TRUTH


def test_where_tests_fail_without_any_change_there_is_no_figure(runs: dict[str, list[str]]) -> None:
    assert runs["a test that fails"] == [
        "little: no figure; without any change these tests fail: tests/test_rule.py::test_the_very_day_is_not_late",
        "below the floor",
    ]


if __name__ == "__main__":
    print(json.dumps(try_each()))
