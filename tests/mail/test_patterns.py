"""No pattern of the mail room takes more than twice as long for a text that is twice as long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import lzxl.mail
from tests.pattern_steps import Written, patterns_in, repeated_signs, shortest, steps

PATTERNS = patterns_in(Path(lzxl.mail.__file__).parent)
LENGTH = 60
# The pattern for mboxes that stalled on a line of a stranger's: what is said here is not empty.
STALLED = Written("was", r"^From [^\r\n]*\d\d:\d\d[^\r\n]*\r?\n(?=[!-9;-~]+[ \t]*:|>From )", 8)


def attacks(written: Written) -> Iterator[tuple[str, str]]:
    """(beginning, what is repeated) of texts that a pattern may be slow on."""
    tree = written.tree
    whole = shortest(tree)
    middle = whole[len(whole) // 2 :][:6]
    units = {*repeated_signs(tree), whole[:12], middle, whole[:2], whole[-2:]} - {""}
    for beginning in sorted({"", whole, whole[:-1]}):
        for unit in sorted(units):
            yield beginning, unit


def slow_on(written: Written) -> list[tuple[str, str]]:
    """The texts that take more than twice the steps when they are twice as long."""
    found: list[tuple[str, str]] = []
    if not repeated_signs(written.tree):
        return found
    for beginning, unit in attacks(written):
        count = -(-LENGTH // len(unit))
        once = steps(written, beginning + unit * count + "\x01")
        twice = steps(written, beginning + unit * 2 * count + "\x01")
        if twice > 2.5 * once + 50:
            found.append((beginning, unit))
    return found


def test_the_pattern_that_stalled_is_found_to_be_slow() -> None:
    assert slow_on(STALLED)


@pytest.mark.parametrize("written", PATTERNS, ids=lambda written: written.place)
def test_a_text_that_is_twice_as_long_takes_twice_the_steps(written: Written) -> None:
    assert slow_on(written) == []
