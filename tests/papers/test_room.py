"""What has no room on a page of its own is told shortly, and never left out without its number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lzxl.papers.kinds import Room
from lzxl.papers.room import Line, fitted, height, naming, spare

TEXTS = st.text(alphabet="甲乙，。；\n", max_size=80)
LINES = st.lists(st.builds(Line, st.just(""), TEXTS, TEXTS), max_size=20).map(
    lambda lines: [Line(f"HB01-{place:03d}", one.headline, one.measure) for place, one in enumerate(lines, 1)]
)
ROOMS = st.builds(Room, st.integers(4, 40), st.integers(4, 20), st.integers(4, 30))


@given(LINES, ROOMS)
def test_every_point_is_told_or_named_by_its_number(lines: list[Line], room: Room) -> None:
    told, left = fitted(lines, room)
    assert [one.number for one in told] + list(left) == [one.number for one in lines]


@given(LINES, ROOMS)
def test_what_is_told_takes_no_more_than_there_is(lines: list[Line], room: Room) -> None:
    told, left = fitted(lines, room)
    assert not told or sum(height(one, room) for one in told) + naming(len(left)) <= room.lines


@given(LINES, ROOMS)
def test_nothing_is_shortened_as_long_as_there_is_room(lines: list[Line], room: Room) -> None:
    if sum(height(one, room) for one in lines) <= room.lines:
        assert fitted(lines, room) == (tuple(lines), ())


def test_measures_are_shortened_before_a_point_is_left_to_its_number() -> None:
    room = Room(lines=4, headline=10, measure=6)
    long = [Line("HB01-001", "印章", "一事一审，先签后盖；双锁保管"), Line("HB01-002", "借出", "两人同行，经局长批准")]
    told, left = fitted(long, room)
    assert [one.measure for one in told] == ["一事一审，先签后盖", "两人同行，经局长批准"] and left == ()


@given(LINES, ROOMS)
def test_what_is_told_and_what_is_spare_fill_the_room(lines: list[Line], room: Room) -> None:
    told, left = fitted(lines, room)
    taken = sum(height(one, room) for one in told) + naming(len(left))
    assert spare(told, len(left), room) == max(0, room.lines - taken)
