"""Every office book in every state that an office brings it into, before every command that reads or writes it (第七条).

Either the book is told of, by what, where and how to mend it, or the command does without it. What cannot be read is left as it is,
and a command that stops has changed nothing. In short tests each book is seen in each state by `check` and by one of the commands
that need it, in turn; in `make soak` by all commands.
"""

from __future__ import annotations

import datetime
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result

from lzxl.campaign import clock
from lzxl.campaign.books import write_books
from lzxl.campaign.folder import Campaign, create_campaign
from lzxl.campaign.memory import MEMORY
from lzxl.campaign.roster import ROSTER_NAME
from tests.scenarios.office_desk import invoke

from .bad_books import BOOKS, CONDITIONS
from .office import filled, open_campaign, send
from .test_books_killed import state

EVERY_COMMAND = os.environ.get("LZXL_HYPOTHESIS_PROFILE") == "soak"
DAY = datetime.date(2026, 11, 20)
FORMS = ("risk_register", "warning_intake")
HELPERS = (".lzxl/cache", ".lzxl/ledger.sqlite")
"""What only helps to read faster, or is made anew of 收件."""

LEDGER, SCORES, DECISIONS, RECORD = "预警处置台账.xlsx", "考核评定.xlsx", "认定.xlsx", "工作记录.xlsx"
COMMANDS = (
    "status", "today", "ledger", "appraise", "meeting", "publish --allow-open", "notices", "notices --make", "consolidate", "report",
    "export", "compare", "distribute", "remind", "collect {coming}", "archive --allow-open", "dossier --for 巡察 --allow-open",
)  # fmt: skip
NEEDED = {
    LEDGER: ("ledger", "today", "appraise", "meeting", "notices", "consolidate", "report"),
    SCORES: ("appraise", "meeting", "consolidate", "export", "report"),
    DECISIONS: ("meeting", "publish --allow-open", "today", "consolidate", "report"),
    RECORD: ("publish --allow-open", "today", "notices", "notices --make"),
    ROSTER_NAME: tuple(one for one in COMMANDS if one != "compare"),
}
"""Book → the commands that cannot do without it."""
WRITTEN = {
    LEDGER: ("ledger",),
    SCORES: ("appraise",),
    DECISIONS: ("meeting",),
    RECORD: ("publish --allow-open",),
    ROSTER_NAME: ("archive --allow-open",),
}
"""Book → the commands that write it; of the roster, which no command writes, the one that seals it."""


@dataclass(frozen=True)
class Told:
    """`code`: what `check` finds of a book; "" if nothing is wrong with it. `words`: what is said where it cannot be worked with, of a
    roster in `of_roster`; "" if it can."""

    code: str
    words: str = ""
    of_roster: str = ""


CASES = {
    "empty": Told("file_empty", "文件为空", "文件为空"),
    "cut": Told("file_broken", "已损坏", "已损坏"),
    "foreign": Told("book_of_other_form", "内容无法识别", "里找不到“单位名册”表"),
    "of another form": Told("book_of_other_form", "但内容是《", "里找不到“单位名册”表"),
    "of another campaign": Told("book_of_other_period"),
    "sheet renamed": Told(""),
    "sheet deleted": Told("sheet_missing", "里找不到“", "里找不到“单位名册”表"),
    "column deleted": Told("column_missing", "一栏，各行无法计算", "缺少必填栏目“单位编码”"),
    "half-filled": Told("missing_value", "", "未填写"),
    "with a password": Told("file_encrypted", "设有打开密码", "设有打开密码"),
    "xls under xlsx": Told("book_of_other_form", "但内容是《预警信息采集表》", "里找不到“单位名册”表"),
}
OTHERWISE = {
    (ROSTER_NAME, "of another campaign"): Told(""),  # a year begins with the roster of the last
    (RECORD, "sheet renamed"): Told("sheet_missing", "里找不到“"),  # a blank sheet is known by its name only
    (RECORD, "column deleted"): Told(""),  # no row has lost anything
    (DECISIONS, "sheet deleted"): Told("workbook_empty", "工作簿内无任何内容"),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two units have filed, the office's books are under way, and the year before lies beside."""
    base = tmp_path_factory.mktemp("簿册")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "today", lambda: DAY)
        now = open_campaign(base / "2026年度", ("HB01", "HB02"), FORMS).root
        create_campaign(base / "2025年度", "云泽县生态环境局", "2025年度", DAY)
        shutil.copy(now / ROSTER_NAME, base / "2025年度" / ROSTER_NAME)
        settings = now / "lzxl.toml"
        settings.write_text(settings.read_text("utf-8").replace("# sign =", "sign ="), "utf-8")
        files = {f"{code}{form}": filled(code, form) for code in ("HB01", "HB02") for form in FORMS}
        for words in (["collect", str(send(base / "来件", **files))], ["ledger"], ["appraise"], ["meeting"]):
            assert invoke(now, *words).exception is None
        send(base / "再来", 又一份=filled("HB02", day=11))
    return now


@pytest.fixture(autouse=True)
def on_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: DAY)


class Desk:
    """A copy of the desk on which a book is in a bad state."""

    def __init__(self, desk: Path, base: Path, book: str, condition: str) -> None:
        shutil.copytree(desk.parent, base)
        self.root, self.book = base / desk.name, book
        CONDITIONS[condition](self.root / book)

    def run(self, command: str) -> tuple[Result, set[str]]:
        """A command, and the files that it changed."""
        before = self.files()
        result = invoke(self.root, *command.format(coming=self.root.parent / "再来").split())
        after = self.files()
        assert result.exception is None, (command, result.exc_info)
        assert "程序内部出错" not in result.stderr, (command, result.stderr)
        assert not [name for name in after if name.endswith(".tmp")], command
        return result, {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}

    def files(self) -> dict[str, bytes]:
        return {name: data for name, data in state(self.root).items() if not name.startswith(HELPERS)}


def in_turn(book: str, condition: str) -> tuple[str, ...]:
    """The commands that are tried."""
    if EVERY_COMMAND:
        return COMMANDS
    needing = NEEDED[book]
    return (needing[list(CASES).index(condition) % len(needing)],)


@pytest.mark.parametrize("condition", CASES)
@pytest.mark.parametrize("book", BOOKS)
def test_a_bad_book_is_told_of_and_nothing_is_half_written(
    desk: Path, tmp_path: Path, book: str, condition: str
) -> None:
    told = OTHERWISE.get((book, condition), CASES[condition])
    words = told.of_roster if book == ROSTER_NAME else told.words
    spoiled = Desk(desk, tmp_path / "试", book, condition)
    bytes_of_it = (spoiled.root / book).read_bytes()
    check_tells(spoiled, told)
    for command in in_turn(book, condition):
        result, changed = spoiled.run(command)
        if words and command in NEEDED[book]:
            assert stops_well(result, book) and words in result.stderr, (command, result.output)
        if result.return_value > 1:
            assert not changed, command
        if words:
            assert (spoiled.root / book).read_bytes() == bytes_of_it, command


def check_tells(spoiled: Desk, told: Told) -> None:
    result, changed = spoiled.run("check --format json")
    assert not changed
    if spoiled.book == ROSTER_NAME and told.of_roster:
        assert stops_well(result, spoiled.book) and told.of_roster in result.stderr, result.output
        return
    [file] = [one for one in json.loads(result.stdout)["files"] if one["file"] == spoiled.book]
    codes = {finding["code"] for finding in file["findings"]}
    assert told.code in codes if told.code else not codes, codes
    assert result.return_value == {"accepted": 0, "returned": 1, "refused": 3}[file["status"]]


def stops_well(result: Result, book: str) -> bool:
    """It says which book, and what to do, in whole sentences, and nothing else."""
    said = result.stderr
    names_it = book in said or book.removesuffix(".xlsx") in said
    return result.return_value == 2 and names_it and "请" in said and said.startswith("错误：") and not result.stdout


@pytest.mark.parametrize("condition", [one for one in CONDITIONS if one not in CASES])
@pytest.mark.parametrize("book", BOOKS)
def test_what_is_open_in_a_program_is_not_written(desk: Path, tmp_path: Path, book: str, condition: str) -> None:
    opened = Desk(desk, tmp_path / "试", book, condition)
    left_to_write(opened)
    for command in WRITTEN[book]:
        result, changed = opened.run(command)
        assert stops_well(result, book), (command, result.output)
        assert "正在表格软件中打开" in result.stderr
        assert changed <= {f".lzxl/{MEMORY}"}, command


def left_to_write(opened: Desk) -> None:
    """The books as they were before the commands wrote into them, so that there is something to write."""
    if opened.book != ROSTER_NAME:
        (opened.root / opened.book).unlink()
        (opened.root / ".lzxl" / MEMORY).unlink()
        write_books(Campaign(opened.root))


def test_every_book_has_its_commands() -> None:
    assert set(NEEDED) == set(WRITTEN) == set(BOOKS)
    assert {one for needing in NEEDED.values() for one in needing} <= set(COMMANDS)
    assert CASES.keys() < CONDITIONS.keys()
