"""In every order of mended roster, changed settings and commands, all that the office has tells the same of each submission.

What is right is what the round is found to be now (`take_stock`). Against it are held, after every command: the ledger, the
returns in 退回, every letter that waits, what `status` says and what the summary says. And in the end it makes no difference
what came first.
"""

from __future__ import annotations

import contextlib
import datetime
import email
import email.policy
import io
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from lzxl.campaign import clock
from lzxl.campaign.folder import Campaign
from lzxl.campaign.ledger import Ledger
from lzxl.campaign.standing import Standing, take_stock
from lzxl.cli.main import run
from lzxl.demo.paper import Paper
from lzxl.forms.load import load_form
from tests.campaign.office import filled, no_channel, set_config, write_roster
from tests.mail.post import NOW, address, body, enclosures, letter_in, mail_campaign

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("sheets_judged_once")]

CODES = ("HB01", "HB02")
FORMS = ("warning_intake", "risk_register")
# What the office may mend or change between commands, and back again.
CHANGES = ("roster", "period", "deadline", "grading", "asked")
COMMANDS = ("collect", "status", "reply", "remind", "consolidate", "accept", "sent by hand")
_TITLES = {load_form(form).title: form for form in FORMS}
_STATES = {
    "已接收": "accepted",
    "已接收（零报告）": "accepted",
    "已退回": "returned",
    "无法读取": "refused",
    "未报送": "missing",
}
_ITEM = re.compile(r"^\s*\d+\. 《(.+?)》(?:　第(\d+)版)?　(\S+)$")
_TO_MEND = re.compile(r"须改正(\d+)处")
CHANGED = "核对的依据"
"""By these words a letter says that it is not the unit that has erred."""


def _unknown_risks(paper: Paper) -> None:
    """The register of a unit whose warnings speak of other risk points than it holds."""
    paper.put("risk_points", "id", 0, "HB01-FX-91")
    paper.put("risk_points", "id", 1, "HB01-FX-92")


def _mails() -> list[bytes]:
    """What comes in, in this order: of HB02 a faulty version and a mended one, of HB01 a ledger, and a register that it does
    not agree with; and from an address that nobody knows, HB01's ledger once more."""
    return [
        letter_in(address("HB02"), ("台账.xlsx", filled("HB02", spoil=no_channel)), number=1),
        letter_in(address("HB01"), ("台账.xlsx", filled("HB01")), number=2),
        letter_in("someone@qq.com", ("台账.xlsx", filled("HB01", day=12, spoil=no_channel)), number=3),
        letter_in(address("HB02"), ("台账.xlsx", filled("HB02", day=11)), hour=10, number=4),
        letter_in(address("HB01"), ("登记表.xlsx", filled("HB01", "risk_register", 11, _unknown_risks)), number=5),
    ]


@dataclass
class World:
    """A campaign, and what its office has seen and done so far."""

    root: Path
    changed: set[str] = field(default_factory=set)
    collected: int = 0
    handed: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """(unit, form, version) → the last word on it that left the office."""
    _found: Standing | None = None

    def do(self, step: str, is_looked_at: bool = True) -> None:
        """Take a step; after a command, everything is looked at unless it is not."""
        self._found = None
        if step in CHANGES:
            self.changed ^= {step}
            self._set()
        elif step == "sent by hand":
            for path in self._drafts():
                for told in _told(path):
                    self.handed[told.key] = told.text
                path.unlink()
        else:
            getattr(self, f"_{step}")()
            if is_looked_at:
                self.tells_one_truth()

    def lzxl(self, *words: str) -> str:
        """What a command prints."""
        shown = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(io.StringIO()):
            run(["-C", str(self.root), *words])
        return shown.buffer.getvalue().decode()  # type: ignore[attr-defined]

    def _set(self) -> None:
        """Roster and settings as the changes that stand make them."""
        write_roster(self.root, CODES, **({"unit_name": "综合办公室"} if "roster" in self.changed else {}))
        set_config(
            self.root,
            period='"2027年度"' if "period" in self.changed else '"2026年度"',
            deadline="2026-11-10" if "deadline" in self.changed else "2026-11-20",
            forms=json.dumps(FORMS[:1] if "asked" in self.changed else FORMS),
        )
        path = self.root / "lzxl.toml"
        scheme = "matrix_3x3" if "grading" in self.changed else "rules"
        path.write_text(re.sub(r'scheme = "\w+"', f'scheme = "{scheme}"', path.read_text("utf-8")), "utf-8")

    def _collect(self, count: int = 1) -> None:
        mails = _mails()[self.collected : self.collected + count]
        self.collected += len(mails)
        folder = self.root.parent / "来信" / str(self.collected)
        folder.mkdir(parents=True, exist_ok=True)
        for number, raw in enumerate(mails):
            (folder / f"{number}.eml").write_bytes(raw)
        self.lzxl("collect", str(folder))

    def _status(self) -> None:
        data = json.loads(self.lzxl("status", "--format", "json"))
        right = {(entry.unit.code, entry.form): entry for entry in self.standing().filings}
        assert {
            (entry["unit"], entry["form"]): (entry["state"], entry["version"], entry["errors"], entry["late"])
            for entry in data["filings"]
        } == {pair: (entry.state, entry.version, entry.errors, entry.late) for pair, entry in right.items()}
        latest = {(entry["unit"], entry["form"]): entry["latest"] for entry in data["filings"] if entry["latest"]}
        assert {
            pair: (entry["version"], entry["state"], entry["errors"]) for pair, entry in latest.items()
        } == self.right()

    def _reply(self) -> None:
        self.lzxl("reply")
        written = [told for path in self._drafts() for told in _told(path)]
        last = {told.key: told for told in written if not told.is_reminder}
        for told in last.values():
            assert told.key not in self.handed or CHANGED in told.text, "told again for nothing"
        heard = self.handed | {key: told.text for key, told in last.items()}
        for (unit, form), (version, state, errors) in self.right().items():
            text = heard.get((unit, form, str(version)), "")
            assert _STATES.get(_state(text)) == state, f"{unit} {form} {version} is {state}, and was told {text!r}"
            assert state != "returned" or f"须改正{errors}处" in text

    def _remind(self) -> None:
        self.lzxl("remind", "--now")

    def _accept(self) -> None:
        held = re.findall(r"^([0-9a-f]{8})\b", self.lzxl("collect", "--list-held"), re.MULTILINE)
        for number in held:
            self.lzxl("collect", "--accept", number, "--unit", "HB01")
        if not held:  # a list of what is held tells nothing of what is not
            self.lzxl("status")

    def _consolidate(self) -> None:
        path = self.root / "汇总.xlsx"
        self.lzxl("consolidate", "--output", str(path))
        rows = _rows(path, "未报送单位")
        path.unlink()
        head = next(number for number, row in enumerate(rows) if row[0] == "序号")
        columns = {title: number for number, title in enumerate(rows[head])}
        said = {
            (row[columns["单位编码"]], _TITLES[row[columns["表单"]]]): row[columns["须改正"]]
            for row in rows[head + 1 :]
            if isinstance(row[0], int)
        }
        assert said == {
            (entry.unit.code, entry.form): None if entry.latest is None else entry.latest.errors
            for entry in self.standing().filings
            if entry.state not in ("accepted", "nil") or entry.late or entry.latest.version > entry.version
        }

    def asked(self, unit: str) -> dict[str, list[str]]:
        """Kind of each letter that waits for a unit → the forms that it speaks of."""
        paths = [path for path in self._drafts() if f"_{unit}_" in path.name]
        found = {path.name.split("_")[1]: sorted(told.key[1] for told in _told(path)) for path in paths}
        assert len(found) == len(paths), paths
        return found

    def standing(self) -> Standing:
        """How the round is found to be now."""
        if self._found is None:
            self._found = take_stock(Campaign(self.root))
        return self._found

    def right(self) -> dict[tuple[str, str], tuple[int, str, int]]:
        """(unit, form) → version, state and count of what is to be mended, of the latest version."""
        standing = self.standing()
        return {
            (checked.submission.unit_code, checked.submission.form): (
                max(int(part) for part in re.findall(r"第(\d+)版", checked.submission.file)),
                checked.status,
                checked.count("error"),
            )
            for checked in standing.latest
        }

    def tells_one_truth(self) -> None:
        """Whatever lies in the campaign says of each submission what is found of it now."""
        right = self.right()
        assert self._ledger(right) == right
        assert self._returns() == {
            (unit, form, version): errors
            for (unit, form), (version, state, errors) in right.items()
            if state == "returned"
        }
        self._tells_nothing_twice()
        filings = {(entry.unit.code, entry.form): entry for entry in self.standing().filings}
        deadline = "2026年11月10日" if "deadline" in self.changed else "2026年11月20日"
        for path in self._drafts():
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            assert deadline in body(message)
            for told in _told(path):
                unit, form, version = told.key
                state = _STATES[_state(told.text)]
                if told.is_reminder:
                    filing = filings[unit, form]
                    assert (state, version) == (filing.state, str(filing.version or ""))
                    errors = filing.errors
                else:
                    assert (version, state) == (str(right[unit, form][0]), right[unit, form][1]), told.text
                    assert ("登记为迟报" in told.text) == filings[unit, form].late
                    errors = right[unit, form][2]
                found = _TO_MEND.search(told.text)
                assert (int(found[1]) if found else 0) == errors, told.text
            for name, data in enclosures(message).items():
                if name.endswith("_退回.xlsx"):
                    assert data in [file.read_bytes() for file in self.root.glob("退回/*/*.xlsx")]

    def _tells_nothing_twice(self) -> None:
        """Of the letters that wait for a unit, no two speak of the same workbook or bring the same file."""
        spoken, brought = [], []
        for path in self._drafts():
            spoken += [told.key[:2] for told in _told(path)]
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            brought += [(message["To"], name) for name in enclosures(message)]
        assert len(spoken) == len(set(spoken)), spoken
        assert len(brought) == len(set(brought)), brought

    def _ledger(self, pairs: Sequence[tuple[str, str]] | dict[tuple[str, str], Any]) -> dict[Any, Any]:
        """What the ledger says of the latest versions."""
        if not pairs:
            return {}
        connection = sqlite3.connect(self.root / ".lzxl" / "ledger.sqlite")
        try:
            rows = connection.execute("SELECT unit, form, version, state, errors FROM receipts ORDER BY version")
            said = {(unit, form): (version, state, errors) for unit, form, version, state, errors in rows}
        finally:
            connection.close()
        return {pair: said.get(pair) for pair in pairs}

    def _returns(self) -> dict[tuple[str, str, int], int]:
        """(unit, form, version) → how much is to be mended by the list in front of each return that may be sent."""
        found = {}
        for path in self.root.glob("退回/*/*.xlsx"):
            title, unit, version = re.fullmatch(r"(.+)_(HB\d\d)_第(\d+)版_退回.xlsx", path.name).groups()  # type: ignore[union-attr]
            found[unit, _TITLES[title], int(version)] = sum(row[1] == "须改正" for row in _rows(path, "问题清单"))
        return found

    def _drafts(self) -> list[Path]:
        return sorted((self.root / "文书" / "待发邮件").glob("*.eml"))

    def end(self) -> dict[str, Any]:
        """All that is told, without the days and the names that come from the order of things."""
        data = json.loads(self.lzxl("status", "--format", "json"))
        return {
            "filings": [{**entry, "file": ""} for entry in data["filings"]],
            "returns": self._returns(),
            "letters": sorted(
                (told.key, told.is_reminder, told.text) for path in self._drafts() for told in _told(path)
            ),
        }


def _rows(path: Path, title: str) -> list[tuple[Any, ...]]:
    """The values of a sheet."""
    workbook = load_workbook(io.BytesIO(path.read_bytes()), read_only=True)
    try:
        return list(workbook[title].iter_rows(values_only=True))
    finally:
        workbook.close()


@dataclass(frozen=True)
class _Told:
    """What a letter says of one submission."""

    key: tuple[str, str, str]
    text: str
    is_reminder: bool


def _told(path: Path) -> Iterator[_Told]:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    unit = re.search(r"_(HB\d\d)_", path.name)[1]  # type: ignore[index]
    for text in re.split(r"\n\s*\n", body(message).replace("\r\n", "\n")):
        found = _ITEM.match(text.split("\n")[0])
        if found is not None:
            yield _Told((unit, _TITLES[found[1]], found[2] or ""), text, "催报" in path.name)


def _state(text: str) -> str:
    found = _ITEM.match(text.split("\n", maxsplit=1)[0])
    return found[3] if found is not None else ""


@pytest.fixture(scope="module")
def beginning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A campaign in which everything was read once, under either grading table: what is tried here is not reading."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW)
        base = tmp_path_factory.mktemp("one_truth")
        read = World(mail_campaign(base / "read" / "c", CODES, FORMS).root)
        read._collect(len(_mails()))
        for step in ("accept", "grading", "status", "roster", "status"):
            read.do(step, is_looked_at=False)
        fresh = mail_campaign(base / "fresh" / "c", CODES, FORMS).root
        shutil.copytree(read.root / ".lzxl" / "cache", fresh / ".lzxl" / "cache")
        yield World(fresh)


def _copy(world: World, folder: Path) -> World:
    shutil.rmtree(folder, ignore_errors=True)
    return World(Path(shutil.copytree(world.root.parent, folder)) / "c")


_STEPS = st.lists(st.sampled_from([*CHANGES, *COMMANDS, "collect", "reply"]), min_size=4, max_size=9)


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(_STEPS)
@example(["collect", "collect", "reply", "remind", "roster", "status", "roster", "reply"])
@example(["collect", "collect", "sent by hand", "period", "reply", "sent by hand", "period", "reply"])
@example(["remind", "collect", "collect", "accept", "deadline", "consolidate"])
def test_whatever_comes_first_every_command_tells_the_same(
    beginning: World, tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    world = _copy(beginning, tmp_path_factory.getbasetemp() / "one_truth_tried")
    for step in steps:
        world.do(step)


def test_what_a_return_asks_is_not_asked_again_by_a_reminder_of_that_day(
    beginning: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Nor by one of a later day, as long as the return waits; once it has gone out before that day, it is. A reminder that
    waits still is taken into the next one."""
    world = _copy(beginning, tmp_path_factory.mktemp("one_truth_asked"))
    world.do("collect")
    world.do("remind")
    assert world.asked("HB02") == {"退回通知": ["warning_intake"], "催报（截止前）": ["risk_register"]}
    [letter] = [path for path in world._drafts() if "退回通知" in path.name]
    letter.unlink()  # sent by hand
    world.do("status")
    assert world.asked("HB02") == {"催报（截止前）": ["risk_register"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: NOW + datetime.timedelta(days=1))
        world.lzxl("remind", "--now")
        assert world.asked("HB02") == {"催报（截止前）": ["risk_register", "warning_intake"]}


def test_a_return_that_is_written_later_takes_the_place_of_a_reminder(
    beginning: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    world = _copy(beginning, tmp_path_factory.mktemp("one_truth_later"))
    folder = world.root.parent / "拷贝"
    folder.mkdir()
    (folder / "台账.xlsx").write_bytes(
        filled("HB02", spoil=no_channel)
    )  # by no mail: it is answered where that is asked for
    world.lzxl("collect", str(folder))
    world.do("remind")
    assert world.asked("HB02") == {"催报（截止前）": ["risk_register", "warning_intake"]}
    world.do("reply")
    assert world.asked("HB02") == {"退回通知": ["warning_intake"]}
    world.do("remind")
    assert world.asked("HB02") == {"退回通知": ["warning_intake"], "催报（截止前）": ["risk_register"]}


_IN_ANY_ORDER = ("collect", "collect", "collect", "collect", "roster", "deadline", "status", "remind", "reply")


def _ended(beginning: World, folder: Path, steps: Sequence[str]) -> dict[str, Any]:
    """What is told in the end, when the office has answered and reminded once more."""
    world = _copy(beginning, folder)
    for step in [*steps, "reply", "remind"]:
        world.do(step, is_looked_at=False)
    return world.end()


@pytest.fixture(scope="module")
def ended(beginning: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """How it ends where the office has everything right before anything comes in."""
    return _ended(beginning, tmp_path_factory.mktemp("one_truth_right"), ("roster", "deadline", *["collect"] * 4))


@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.permutations(_IN_ANY_ORDER))
@example(["remind", "collect", "collect", "collect", "collect", "reply", "deadline", "status", "roster"])
def test_the_order_of_things_makes_no_difference_in_the_end(
    beginning: World, ended: dict[str, Any], tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    assert _ended(beginning, tmp_path_factory.getbasetemp() / "one_truth_ended", steps) == ended


class _Strike:
    """Ends a run before or after one of its changes: a file that is put, moved or taken away, or a step of the ledger."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int) -> None:
        self._at, self._count, self.has_struck = at, 0, False
        for name in ("replace", "rename", "unlink"):
            patch.setattr(Path, name, self._around(getattr(Path, name)))
        transaction = Ledger.transaction

        @contextlib.contextmanager
        def watched(ledger: Ledger) -> Iterator[None]:
            with transaction(ledger):
                yield
                self._hit()
            self._hit()

        patch.setattr(Ledger, "transaction", watched)

    def _around(self, change: Callable[..., Any]) -> Callable[..., Any]:
        def struck(*arguments: Any, **named: Any) -> Any:
            self._hit()
            result = change(*arguments, **named)
            self._hit()
            return result

        return struck

    def _hit(self) -> None:
        self._count += 1
        if self._count == self._at:
            self.has_struck = True
            raise KeyboardInterrupt


def test_cut_short_anywhere_and_run_again_it_ends_the_same(
    beginning: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The change turns one return into another, one receipt into a return, and makes a reminder untrue."""
    base = tmp_path_factory.mktemp("one_truth_cut")
    changed = _copy(beginning, base / "changed")
    for step in ("collect", "collect", "remind", "roster", "deadline"):
        changed.do(step, is_looked_at=False)
    ends, at, is_struck = [], 0, True
    while is_struck:
        world = _copy(changed, base / "tried")
        world.changed = set(changed.changed)
        with pytest.MonkeyPatch.context() as patch:
            strike = _Strike(patch, at)
            world.lzxl("status")
        is_struck = at == 0 or strike.has_struck
        # Every other time, it is another command that goes on.
        world.do(("status", "reply")[at % 2])
        world.do("reply", is_looked_at=False)
        ends.append(world.end())
        at = at + 1 if at < 2 else at + 4
    assert len(ends) > 8
    assert all(end == ends[0] for end in ends)
