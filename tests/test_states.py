"""How things stand is said in one vocabulary: a word and its title stand there and nowhere else."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lzxl.campaign.ledger import Ledger, Receipt
from lzxl.errors import OutputError
from lzxl.mail.entries import Message, Part, Posted
from lzxl.mail.register import Register
from lzxl.states import FileState, LetterState, MailState, Word

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("api.py", "campaign", "checks/run.py", "cli", "demo", "formats", "functions/udfs.py", "mail", "summary")
WORDS = {*FileState, *MailState, *LetterState, *Word} - {""}
TITLES = {state.chinese for kind in (FileState, MailState, LetterState) for state in kind} - {""}
# What else these words name: kinds of letters, settings, folders, columns of a table, fields of an answer and of a mail.
OTHERS = {
    "cli/letters.py": {"已发出"},
    "campaign/places.py": {"待查"},
    "campaign/returns.py": {"已作废"},
    "mail/letter_kinds.py": {"returned"},
    "mail/reply.py": {"returned"},
    "mail/outbox.py": {"returned"},
    "campaign/mail_settings.py": {"filed"},
    "campaign/status.py": {"held", "nil_revoked"},
    "campaign/nil_returns.py": {"due", "filed"},
    "campaign/due.py": {"due"},
    "campaign/warnings.py": {"due"},
    "mail/opened.py": {"skipped", "bounced"},
    "summary/scores.py": {"missing"},
    "summary/statistics.py": {"missing"},
    "summary/overview.py": {"due", "filed", "nil", "returned", "missing", "零报告", "未报送"},
}


def _texts(tree: ast.AST) -> Iterator[str]:
    """The texts of a program that are no docstrings."""
    told = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in told:
            yield node.value


def test_no_word_and_no_title_stands_anywhere_else() -> None:
    found = {}
    for path in sorted(
        file for room in ROOMS for file in (ROOT / "lzxl").glob(f"{room}{'' if '.' in room else '/**/*.py'}")
    ):
        name = path.relative_to(ROOT / "lzxl").as_posix()
        texts = set(_texts(ast.parse(path.read_text(encoding="utf-8"))))
        if again := (texts & (WORDS | TITLES)) - OTHERS.get(name, set()):
            found[name] = again
    assert found == {}


def test_every_word_of_the_vocabulary_has_a_title_and_is_its_own_text() -> None:
    for kind in (FileState, MailState, LetterState, Word):
        for state in kind:
            assert (str(state), f"{state}", kind(state.value)) == (state.value, state.value, state)
            assert bool(state.chinese) == bool(state.value)


RECEIPT = Receipt("a" * 64, "2026-11-18", "a.xlsx", "HB01", "warning_intake", 1, FileState.ACCEPTED, "", "", 0, 0)


def test_what_the_ledger_gives_back_is_of_the_vocabulary(tmp_path: Path) -> None:
    register = Register(tmp_path / "ledger.sqlite")
    message = Message("m", "<1@x>", "a@b.cn", "HB01", "2026-11-18T09:00:00+08:00", "", "", 1)
    letter = Posted("k", "receipt", "HB01", "a@b.cn", "2026-11-18", "<2@x>", "a.eml", "s")
    with register.transaction():
        register.add([RECEIPT])
        register.put([message])
        register.put([Part("m", 1, "a.xlsx", 1, "a" * 64, FileState.ACCEPTED)])
        register.put([letter])
    register.close()
    register = Register(tmp_path / "ledger.sqlite")
    [part] = register.parts_of("m")
    receipt, known, posted = register.receipt("a" * 64), register.message("m"), register.letter("k")
    assert (receipt, known, posted) == (RECEIPT, message, letter)
    assert receipt is not None and known is not None and posted is not None
    states = (receipt.state, part.outcome, known.state, known.verdict, posted.state)
    assert [type(state) for state in states] == [FileState, FileState, MailState, MailState, LetterState]
    register.close()


def test_the_ledger_takes_no_word_that_is_none(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    with pytest.raises(ValueError, match="acepted"):
        ledger.add([replace(RECEIPT, state="acepted")])  # type: ignore[arg-type]
    assert ledger.receipt("a" * 64) is None
    ledger.close()


def test_a_ledger_with_a_word_that_is_none_is_told_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path)
    ledger.add([RECEIPT])
    connection = sqlite3.connect(path)
    connection.execute("UPDATE receipts SET state = 'acepted'")
    connection.commit()
    connection.close()
    with pytest.raises(OutputError, match="收件台账"):
        ledger.receipt("a" * 64)
    ledger.close()
