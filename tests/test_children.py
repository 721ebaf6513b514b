"""What a child process that reads foreign files is given, what it is not, and that it costs its parent nothing."""

from __future__ import annotations

import os
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from lzxl.children import BROKEN, MEMORY, SIZE, TIME, Kept, Limits, ask, environment, told_text

MODULE = "tests.children_at_fault"
SECRETS = {"LZXL_MAIL_PASSWORD": "one", "LZXL_WORKBOOK_PASSWORD": "two", "lzxl_smtp_password": "three"}
SMALL = Limits(memory_bytes=256 * 1024**2, processor_seconds=1, wall_seconds=20.0, answer_bytes=1024**2)
has_limits = pytest.mark.skipif(os.name != "posix", reason="Windows sets no limits of memory and processor time")


def asked(question: object, given: bytes | Path = b"", limits: Limits = SMALL) -> tuple[list[tuple[Any, bytes]], str]:
    with ask(MODULE, given, question, limits) as answer:
        return list(answer), answer.trouble


def test_no_password_is_in_a_childs_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("LZXL_SCHEME", "product")
    given = environment()
    assert not set(SECRETS) & set(given)
    assert given["LZXL_SCHEME"] == "product"


def test_every_child_is_started_in_these_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    [_, (given, _)], _ = asked("surroundings")
    assert not set(SECRETS) & set(given)


def test_a_child_answers_piece_by_piece_to_bytes_and_to_a_file(tmp_path: Path) -> None:
    data = bytes(range(256)) * 10
    path = tmp_path / "报送件"
    path.write_bytes(data)
    for given in (data, path):
        pieces, trouble = asked(None, given)
        assert [said for said, _ in pieces] == ["begins", 1000, 1000, 560]
        assert b"".join(piece for _, piece in pieces) == data
        assert trouble == ""


@pytest.mark.parametrize(
    ("question", "trouble"),
    [
        pytest.param("memory", MEMORY, marks=has_limits),
        pytest.param("processor", TIME, marks=has_limits),
        ("raise", BROKEN),
        ("die", BROKEN),
        ("leave", BROKEN),
        pytest.param("lie", SIZE, marks=pytest.mark.skipif(sys.platform != "linux", reason="finds the pipe in /proc")),
        pytest.param(
            "nonsense", BROKEN, marks=pytest.mark.skipif(sys.platform != "linux", reason="finds the pipe in /proc")
        ),
    ],
)
def test_whatever_a_child_does_its_parent_hears_the_reason_and_keeps_what_was_good(question: str, trouble: str) -> None:
    assert asked(question) == ([("begins", b"")], trouble)


def test_a_child_that_stalls_is_ended_when_its_time_is_up() -> None:
    assert asked("sleep", limits=Limits(wall_seconds=1.0)) == ([("begins", b"")], TIME)


def test_what_the_parent_does_between_two_pieces_does_not_count_as_the_childs_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passed = 0.0
    monkeypatch.setattr("lzxl.children.time.monotonic", lambda: passed)
    with ask(MODULE, bytes(100_000), limits=SMALL) as answer:
        for _ in answer:
            passed += 15.0
        assert answer.trouble == ""


def test_a_child_that_answers_without_end_is_not_listened_to(tmp_path: Path) -> None:
    pieces, trouble = asked(None, bytes(2 * 1024**2))
    assert trouble == SIZE
    assert sum(len(data) for _, data in pieces) <= SMALL.answer_bytes


def test_a_child_that_never_reads_what_it_is_given_does_not_hold_its_parent_up() -> None:
    assert asked("leave", bytes(10 * 1024**2)) == ([("begins", b"")], BROKEN)


def test_what_a_library_prints_is_no_part_of_the_answer() -> None:
    assert asked("print") == ([("begins", b"")], "")


def test_half_a_character_comes_back_whole() -> None:
    [_, (said, _)], _ = asked("half")
    assert told_text(said) == "?"
    with pytest.raises(TypeError):
        told_text(7)


def test_the_parent_holds_one_piece_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "大文件"
    path.write_bytes(bytes(3 * 1024**2))
    tracemalloc.start()
    try:
        with ask(MODULE, path) as answer:
            count = sum(len(data) for _, data in answer)
        assert tracemalloc.get_traced_memory()[1] < 1024**2
    finally:
        tracemalloc.stop()
    assert count == 3 * 1024**2


def test_a_kept_child_answers_one_question_after_the_other(tmp_path: Path) -> None:
    with Kept(MODULE, SMALL) as child:
        processes = set()
        for size in (0, 10, 100_000):
            with child.ask(bytes(size)) as answer:
                assert sum(len(data) for _, data in answer) == size
            assert (answer.trouble, child.is_fresh) == ("", False)
            with child.ask(b"", "surroundings") as answer:
                processes.add(answer._process.pid)
                assert len(list(answer)) == 2
        assert len(processes) == 1


@pytest.mark.parametrize("question", ["raise", "die", "leave"])
def test_a_kept_child_that_died_is_replaced(question: str) -> None:
    with Kept(MODULE, SMALL) as child:
        for _ in range(2):
            with child.ask(bytes(2000), question) as answer:
                assert list(answer) == [("begins", b"")]
            assert (answer.trouble, child.is_fresh) == (BROKEN, True)
            with child.ask(bytes(2000)) as answer:
                assert len(list(answer)) == 3
            assert answer.trouble == ""


def test_a_kept_child_whose_answer_was_left_is_replaced() -> None:
    with Kept(MODULE, SMALL) as child:
        with child.ask(bytes(100_000)) as answer:
            assert next(iter(answer)) == ("begins", b"")
        assert child.is_fresh
        with child.ask(b"abc") as answer:
            assert [data for _, data in answer] == [b"", b"abc"]


@has_limits
def test_every_question_to_a_kept_child_has_the_whole_time() -> None:
    with Kept(MODULE, SMALL) as child:
        for _ in range(3):
            with child.ask(b"", "work") as answer:
                assert list(answer) == [("begins", b"")]
            assert answer.trouble == ""
