"""What a unit's own people and powers are known to be exposed to: the matter of personal papers and of charts (第八条(一)).

From the roster's people of a day, the accepted register, and the levels that count. What is odd is told, never passed over: a post
that nobody holds, a person of several posts or without a risk point, a power whose steps nobody wrote down, whoever has left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter

from lzxl.campaign.facts import decisions_of, facts_of, rulings_of
from lzxl.campaign.folder import Campaign
from lzxl.campaign.publish import kept_to
from lzxl.campaign.standing import Standing
from lzxl.forms.load import load_form
from lzxl.forms.people import Person
from lzxl.forms.persons import names_of
from lzxl.forms.posts import post_stem
from lzxl.forms.roster import Unit
from lzxl.forms.rules import Listed
from lzxl.forms.rules_of_people import Staffed
from lzxl.forms.rules_of_public import Published
from lzxl.forms.staff import Staff, staff_of
from lzxl.forms.text import compact
from lzxl.forms.values import display
from lzxl.submission import Submission
from lzxl.year.duties import duty_words
from lzxl.year.registers import Entry, register_entries, register_sheet


@dataclass(frozen=True)
class Holder:
    """One person of a unit with all posts that the person has there, and the risk points of these."""

    name: str
    duty: str
    posts: tuple[str, ...]
    duties: str
    points: tuple[Entry, ...]


@dataclass(frozen=True)
class Power:
    """A power of a unit, as its list has it under the titles there, and its risk points."""

    code: str
    name: str
    told: Mapping[str, str]
    points: tuple[Entry, ...]


@dataclass(frozen=True)
class UnitMatter:
    """A unit with its people and powers on a day."""

    staff: Staff
    holders: tuple[Holder, ...]
    powers: tuple[Power, ...]
    of_everybody: tuple[Power, ...]
    """Powers that are of everybody's conduct: there is nothing of them to be drawn by steps."""
    duties: tuple[Power, ...]
    """What posts have to do without power over anybody: no power is exercised in them."""
    vacant: Mapping[str, tuple[str, ...]]
    """Post that nobody holds → the numbers of its risk points."""
    left: tuple[Person, ...]
    """Those who have left the unit."""
    has_register: bool

    @property
    def unit(self) -> Unit:
        return self.staff.unit


class Register:
    """The accepted risk points of all units, with the levels that count on the day of a standing."""

    def __init__(self, campaign: Campaign, standing: Standing) -> None:
        self.campaign, self.standing = campaign, standing
        facts = facts_of(campaign, standing.counted, standing.as_of)
        rulings = rulings_of(campaign, facts, decisions_of(campaign), standing.as_of)
        levels = rulings.levels(facts.registered)
        self.provisional = frozenset(point.number for point in rulings.undecided)
        self.entries = tuple(one for one in register_entries(standing.counted, levels) if not one.is_cancelled)
        self.form, _ = register_sheet()
        self.sheet = load_form(self.form, campaign.grading.id).ruled_by("published")[0]

    @property
    def published(self) -> Published:
        assert self.sheet.rules.published is not None
        return self.sheet.rules.published

    @property
    def staffed(self) -> Staffed:
        assert self.sheet.rules.staffed is not None
        return self.sheet.rules.staffed

    @property
    def listed(self) -> Listed:
        assert self.sheet.rules.listed is not None
        return self.sheet.rules.listed

    @cached_property
    def _kept(self) -> frozenset[str]:
        """Numbers of the points that not everybody may read."""
        counted = self.standing.counted
        return kept_to(self.campaign, counted, "withheld") | kept_to(self.campaign, counted, "inside")

    @cached_property
    def _of_everybody(self) -> tuple[str, ...]:
        """The types of risks that are everybody's."""
        return self.sheet.words(self.published.type, "of_everybody")

    @cached_property
    def level(self) -> str:
        """The field with the level."""
        return next(entry.name for entry in self.sheet.fields if entry.computed == "level")

    def step_of(self, one: Entry) -> str:
        """In which step of its power a point lies, as the unit wrote it; "" if it did not."""
        return one.values.get(self.published.step, "")

    def has_steps(self, power: Power) -> bool:
        """Whether the unit wrote of any point of a power in which step it lies."""
        return any(map(self.step_of, power.points))

    def is_public(self, one: Entry) -> bool:
        """Whether a point may be read by everybody beside its post: what is told of everybody's mind is nobody's by his post,
        and the risks of some posts would tell a thief how."""
        rule = self.published
        post = one.values.get(rule.post, "")
        is_open = one.number not in self._kept and not any(word in post for word in rule.sensitive)
        return is_open and one.values.get(rule.type) not in self._of_everybody

    def matter_of(self, unit: Unit) -> UnitMatter:
        """What is known of a unit on the day of the standing."""
        staff = staff_of(unit, self.campaign.people, self.standing.as_of)
        own = [one for one in self.entries if one.unit == unit.code]
        registers = self._filed_by(unit)
        powers = [power for register in registers for power in self._powers(register, own)]
        everybodys = tuple(filter(self._is_of_everybody, powers))
        duties = tuple(filter(self._is_duty, powers))
        return UnitMatter(
            staff,
            tuple(self._holders(staff, own)),
            tuple(power for power in powers if power not in (*everybodys, *duties)),
            everybodys,
            duties,
            self._vacant(staff, own),
            tuple(self._left(staff)),
            has_register=bool(registers),
        )

    def _filed_by(self, unit: Unit) -> list[Submission]:
        return [one for one in self.standing.counted if (one.form, one.unit_code) == (self.form, unit.code)]

    def _left(self, staff: Staff) -> Iterator[Person]:
        for one in self.campaign.people.of_unit(staff.unit.code):
            is_over = one.until is not None and one.until < self.standing.as_of
            # Whoever has had another post of the unit since has not left it.
            if is_over and one.name not in staff.names:
                yield one

    def _holders(self, staff: Staff, own: Sequence[Entry]) -> Iterator[Holder]:
        for name in staff.names:
            places = staff.places_of(name)
            duties, posts, tasks = (_said_once(map(attrgetter(said), places)) for said in ("duty", "post", "duties"))
            points = tuple(one for one in own if self._is_of(one, name, places))
            yield Holder(name, "、".join(duties), tuple(posts), "\n".join(tasks), points)

    def _is_of(self, one: Entry, name: str, places: Sequence[Person]) -> bool:
        """Whether a point is of a post that the person has, of everybody, or written down as the person's."""
        post = one.values.get(self.staffed.post, "")
        # 执法岗 of the register is 执法岗位 of the roster.
        is_held = post_stem(post) in {post_stem(person.post) for person in places}
        is_everybodys = compact(post) == compact(self.published.everybody)
        return is_held or is_everybodys or bool(names_of(name) & names_of(one.values.get(self.staffed.holders, "")))

    def _vacant(self, staff: Staff, own: Sequence[Entry]) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for one in own:
            post = one.values.get(self.staffed.post, "")
            if post and not staff.holders_of(post) and compact(post) != compact(self.published.everybody):
                found.setdefault(post, []).append(one.number)
        return {post: tuple(numbers) for post, numbers in found.items()}

    def _powers(self, register: Submission, own: Sequence[Entry]) -> Iterator[Power]:
        """The powers of a unit's list."""
        sheet = load_form(self.form, register.scheme).by_name[self.listed.sheet]
        shown = [entry for entry in sheet.fields if entry.kind not in ("serial", "person")]
        for table, index, value in register.filled(sheet.name, self.listed.listed_name):
            told = {entry.title: display(table.get(entry.name, index)) for entry in shown}
            name = display(value)
            points = tuple(one for one in own if one.about == compact(name))
            yield Power(display(table.get(sheet.key, index)), name, told, points)

    def _is_duty(self, power: Power) -> bool:
        form = load_form(self.form, self.campaign.grading.id)
        words = form.by_name[self.listed.sheet].by_name[self.listed.listed_words]
        return power.told[words.title] in duty_words(form, self.listed)

    def _is_of_everybody(self, power: Power) -> bool:
        form = load_form(self.form, self.campaign.grading.id)
        sheet, name = form.by_name[self.listed.sheet], self.listed.listed_group
        return power.told[sheet.by_name[name].title] in sheet.words(name, "of_everybody")


def _said_once(texts: Iterable[str]) -> list[str]:
    """Each text that says anything, where it comes first."""
    return list(dict.fromkeys(filter(None, texts)))
