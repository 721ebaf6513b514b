"""What breaks on one of many is found among them, costs that one, and leaves its details to the office alone."""

from __future__ import annotations

import errno
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.errors import OutputError
from lzxl.faults import attempt, note, spared


def broken_by(bad: set[int], pairs: frozenset[frozenset[int]] = frozenset()) -> object:
    """Work that breaks on some numbers, and on some pairs of numbers."""

    def work(numbers: Sequence[int]) -> list[int]:
        if bad.intersection(numbers) or any(pair <= set(numbers) for pair in pairs):
            raise ValueError("broken")
        return list(numbers)

    return work


def negative(number: int, _: BaseException) -> int:
    return -number


@given(st.integers(1, 40).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(1, n)))))
def test_the_others_are_dealt_with_as_if_the_culprits_were_not_there(case: tuple[int, set[int]]) -> None:
    count, bad = case
    numbers = list(range(1, count + 1))
    assert spared(numbers, broken_by(bad), negative) == [-n if n in bad else n for n in numbers]  # type: ignore[arg-type]


@given(st.sets(st.frozensets(st.integers(1, 12), min_size=2, max_size=2), max_size=6))
def test_where_two_do_not_bear_each_other_only_one_is_lost(pairs: set[frozenset[int]]) -> None:
    left = spared(list(range(1, 13)), broken_by(set(), frozenset(pairs)), negative)  # type: ignore[arg-type]
    kept = {number for number in left if number > 0}
    assert [abs(number) for number in left] == list(range(1, 13))
    assert all(not pair <= kept for pair in pairs)
    assert len(left) - len(kept) <= len(pairs)


def test_one_culprit_among_many_costs_about_twice_the_work() -> None:
    touched = 0

    def work(numbers: Sequence[int]) -> None:
        nonlocal touched
        touched += len(numbers)
        if 700 in numbers:
            raise ValueError

    spared(list(range(1000)), work, lambda *_: -1)
    assert touched <= 4 * 1000


def test_what_is_no_entrys_fault_is_passed_on() -> None:
    def full(_: Sequence[int]) -> None:
        raise OSError(errno.ENOSPC, "full")

    def always(_: Sequence[int]) -> None:
        raise RuntimeError

    def missing(_: Sequence[int]) -> None:
        raise ModuleNotFoundError("a library is missing")

    for error, work in ((OSError, full), (RuntimeError, always), (ImportError, missing)):
        with pytest.raises(error):
            spared([1, 2, 3], work, lambda entry, _: entry)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError(), SystemExit(3), OutputError("磁盘空间不足。")])
def test_an_interruption_or_a_sentence_for_the_user_goes_through(error: BaseException) -> None:
    def work() -> None:
        raise error

    with pytest.raises(type(error)):
        attempt(work, lambda _: None)


def test_a_panic_of_the_frame_library_is_no_exception_and_is_caught_all_the_same() -> None:
    class PanicException(BaseException):
        pass

    def work() -> str:
        raise PanicException

    assert attempt(work, lambda trouble: type(trouble).__name__) == "PanicException"


def test_the_details_lie_where_only_the_office_reads_them_and_once(tmp_path: Path) -> None:
    folder = tmp_path / ".lzxl" / "faults"
    error = ValueError("\ud800 张三")
    first, second = note(error, folder, ("ab12",)), note(error, folder, ("ab12",))
    assert first == second
    [path] = folder.iterdir()
    assert first.place == f".lzxl/faults/{path.name}"
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text(encoding="utf-8")
    assert "ab12" in text
    assert "ValueError" in text
    assert note(error, None, ()).place.startswith("/")


def test_details_that_cannot_be_written_stop_nothing(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    assert note(ValueError(), blocked / "faults", ()).place == ""
