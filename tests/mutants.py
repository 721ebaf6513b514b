"""Changes small things in the program, one at a time, and sees whether a test fails: a rule that may be changed unnoticed has no test.

    python -m tests.mutants                    a fixed sample of every room; fails below the floor
    python -m tests.mutants checks forms       of these rooms
    python -m tests.mutants --sample 40 checks
    python -m tests.mutants --quick            ask only the tests nearest to a file
    python -m tests.mutants --list             only show the sample, and what is known of it

The sample is the same each time: a mutant's place in the queue is a hash of what it changes and in which function, so that a
change elsewhere moves no other. Of the kept tools, mutmut rewrites every function in place and follows calls within one process
only (ours read in children), cosmic-ray changes the work tree itself and has no sample that stays; hence this file.

Each mutant is written into a copy of the checkout, and the tests run in a fork that has the slow libraries loaded. It is killed
by a test that fails with it, and fails once more when asked alone, and passes without it: tests are first run as it is.
Asked are the tests nearest to a file and then, of those that live, all of its room; never the slow ones: what they notice as
well is no worse for it. How long a test may take is counted in what it uses of the processor beside what it uses without a
change, so that a busy machine kills nothing. What was found is kept in `build/mutants`: a run that was broken off goes on, and
after a change a mutant is first shown to the test that killed it before.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import hashlib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KEPT = ROOT / "build" / "mutants"
FLOOR = 0.85
SAMPLE = 24
NEAREST, ALL, KILLED = "nearest", "all", "killed"
PASSED, TESTS_FAILED, INTERRUPTED, NO_TESTS, OUT_OF_TIME = 0, 1, 2, 5, -1
_TIMES_AS_LONG, _SECONDS_MORE = 5, 30
"""A test may use so many times what the slowest one of its room uses without a change, and so many seconds more."""
_IDLE_SECONDS = 180
"""Whoever has used nothing of the processor for so long waits for what will not come."""


@dataclass(frozen=True)
class Room:
    """Files of the program, and the test files that answer for them."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    by_name: str = ""
    """Where the test file of a module's own name stands: it is asked first."""
    near: Mapping[str, str] = field(default_factory=dict)
    """What is asked after it: the name of a module, or how it and its kin begin → test files (of that folder, or by their
    whole path)."""


ROOMS = {
    "checks": Room(
        ("lzxl/checks/*.py",),
        (
            "tests/checks/test_c[!l]*.py",
            "tests/checks/test_[!clw]*.py",
            "tests/checks/test_links.py",
        ),
        "tests/checks",
        {
            "advice": "test_done_as_told test_own_as_told test_cells",
            "judged": "test_judged_alone tests/campaign/test_found_before",
            "lost": "test_presence test_misplaced",
            "misplaced": "test_blank",
            "nearest": "test_cells",
            "noticed": "test_cells tests/forms/test_findings",
            "order": "test_scopes",
            "rules": "test_scopes",
            "schema": "test_cells",
            "shifted": "test_misplaced",
        },
    ),
    "reading": Room(
        ("lzxl/workbook/reading/[!ekwgsjo]*.py", "lzxl/workbook/reading/[gs]rid.py", "lzxl/workbook/reading/settle.py"),
        (
            "tests/reading/test_headers.py",
            "tests/reading/test_rows.py",
            "tests/reading/test_l*.py",
            "tests/reading/test_totals.py",
            "tests/reading/test_samples.py",
            "tests/reading/test_[!efghklrst]*.py",
            "tests/reading/test_[rst]*.py",
            "tests/reading/test_f*.py",
            "tests/reading/test_encrypted.py",
        ),
        "tests/reading",
        {
            "biff": "test_xls test_struck",
            "ciphers": "test_encrypted",
            "content": "test_rows test_xls test_odd_files",
            "package": "test_odd_files test_foreign",
            "row_judge": "test_rows test_totals",
            "tables": "test_rows test_headers test_layout_cases test_unseen",
            "table": "test_rows test_headers test_layout_cases test_unseen",
            "columns": "test_headers test_rows test_layout_cases",
            "header": "test_headers",
            "recognise": "test_headers test_unseen test_layout_cases",
            "xls": "test_struck",
            "xlsb": "test_struck",
            "xlsx": "test_struck test_fast_and_slow test_odd_files test_foreign",
            "xlsx_make": "test_fast_and_slow test_odd_files test_foreign",
            "xlsx_parsed": "test_fast_and_slow test_odd_files test_foreign",
            "xlsx_rich": "test_struck test_fast_and_slow",
            "xlsx_struck": "test_struck",
            "xlsx_styles": "test_struck test_fast_and_slow test_number_formats",
            "xor": "test_encrypted",
        },
    ),
    "forms": Room(
        ("lzxl/forms/[!fl]*.py", "lzxl/forms/described/*.py"),
        (
            "tests/forms/test_*.py",
            "tests/checks/test_levels.py",
            "tests/checks/test_cells.py",
            "tests/checks/test_links.py",
            "tests/checks/test_privacy.py",
            "tests/checks/test_lookups.py",
            "tests/summary/test_appraisal.py",
        ),
        "tests/forms",
        {
            "appraisal": "tests/summary/test_appraisal",
            "allowed": "test_sound test_schema",
            "form_rules": "test_sound test_schema",
            "model": "test_schema test_sound test_rules",
            "private": "tests/checks/test_persons tests/checks/test_privacy",
            "roster": "test_rules",
            "unseen": "test_text",
            "values": "test_lists test_numbers",
        },
    ),
    "collect": Room(
        (
            "lzxl/campaign/collect.py",
            "lzxl/campaign/filer.py",
            "lzxl/campaign/intake.py",
            "lzxl/campaign/originals.py",
            "lzxl/campaign/held_folder.py",
            "lzxl/campaign/standing.py",
            "lzxl/campaign/accept.py",
            "lzxl/campaign/returns.py",
        ),
        (
            "tests/campaign/test_collect.py",
            "tests/campaign/test_collect_again.py",
            "tests/campaign/test_accept.py",
            "tests/campaign/test_held.py",
            "tests/campaign/test_round.py",
            "tests/campaign/test_encrypted.py",
            "tests/campaign/test_suspects.py",
            "tests/campaign/test_[!acehiors]*.py",
            "tests/mail/test_round_changed.py",
        ),
        "tests/campaign",
        {
            "collect": "test_suspects test_held test_collect_again",
            "returns": "test_encrypted test_collect",
            "standing": "test_collect test_round",
        },
    ),
    "outbox": Room(
        ("lzxl/mail/outbox.py", "lzxl/mail/smtp.py"),
        (
            "tests/mail/test_outbox.py",
            "tests/mail/test_smtp.py",
            "tests/mail/test_troubles.py",
            "tests/mail/test_round_changed.py",
            "tests/mail/test_commands.py",
        ),
        "tests/mail",
    ),
    "statistics": Room(
        (
            "lzxl/summary/statistics.py",
            "lzxl/summary/crosstables.py",
            "lzxl/summary/coverage.py",
            "lzxl/summary/scores.py",
        ),
        ("tests/summary/test_s*.py", "tests/summary/test_[!sw]*.py", "tests/summary/test_workbook.py"),
        "tests/summary",
        {"crosstables": "test_coverage test_statistics"},
    ),
    "year": Room(
        ("lzxl/year/*.py", "lzxl/year/exports/*.py"),
        (
            "tests/year/test_*.py",
            "tests/campaign/test_warnings.py",
            "tests/campaign/test_publicity.py",
            "tests/scenarios/test_*.py",
        ),
        "tests/year",
        {
            "compared": "tests/scenarios/test_compared_years",
            "decided": "test_decided test_resolved test_decisions",
            "events": "test_course",
            "exports": "tests/scenarios/test_exports",
            "facts": "test_course",
            "follow": "test_course",
            "known": "tests/scenarios/test_exports",
            "ledger": "test_ledger test_course",
            "likeness": "test_compared",
            "matters": "test_course",
            "measures": "test_compared tests/scenarios/test_compared_years",
            "months": "test_scores",
            "of": "test_of_persons test_of_leaders tests/scenarios/test_exports",
            "office": "test_course",
            "points": "test_ledger test_compared",
            "registers": "test_registers tests/scenarios/test_compared_years",
            "rows": "tests/scenarios/test_exports",
            "steps": "test_course",
            "tables": "tests/scenarios/test_exports",
            "telling": "test_said",
            "walk": "test_course",
        },
    ),
    "leaves": Room(
        (
            "lzxl/campaign/leaks.py",
            "lzxl/campaign/markup.py",
            "lzxl/archive/container.py",
            "lzxl/archive/judge.py",
            "lzxl/archive/keys.py",
            "lzxl/archive/masking.py",
            "lzxl/archive/seal.py",
            "lzxl/archive/verify.py",
        ),
        (
            "tests/campaign/test_leaks.py",
            "tests/campaign/test_publicity.py",
            "tests/archive/test_masking.py",
            "tests/archive/test_verify.py",
            "tests/archive/test_seal.py",
            "tests/archive/test_purge.py",
            "tests/scenarios/test_publicity.py",
        ),
        "tests/archive",
        {
            "container": "test_seal test_verify",
            "judge": "test_verify test_seal",
            "keys": "test_seal test_verify",
            "leaks": "tests/campaign/test_leaks",
            "markup": "tests/campaign/test_leaks",
        },
    ),
}


@dataclass(frozen=True)
class Mutant:
    """One change of one file: the bytes from `start` to `end` become `new`."""

    file: str
    line: int
    inside: str
    start: int
    end: int
    old: str
    new: str
    number: int
    """The how manieth such change it is in its function."""

    @property
    def place_in_queue(self) -> str:
        told = f"{self.file} {self.inside} {self.old} {self.new} {self.number}"
        return hashlib.sha256(told.encode()).hexdigest()

    def __str__(self) -> str:
        old, new = (" ".join(text.split()) for text in (self.old, self.new))
        return f"{self.file}:{self.line} {self.inside}: {old} → {new}"


_COMPARED = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
_WRITTEN = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_COMPUTED = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "//"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "*"),
}
_CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}


class _Finder(ast.NodeVisitor):
    """All mutants of a file."""

    def __init__(self, file: str, source: str) -> None:
        self.file, self.data = file, source.encode()
        self._starts = [0]
        for line in self.data.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._inside: list[str] = []
        self._counts: dict[tuple[str, str, str], int] = {}
        self.found: list[Mutant] = []

    def _at(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno, node.end_col_offset)

    def _add(self, node: ast.expr | ast.stmt, start: int, end: int, new: str) -> None:
        if not self._inside:  # constants and tables of a module are said elsewhere
            return
        inside, old = ".".join(self._inside), self.data[start:end].decode()
        number = self._counts[inside, old, new] = self._counts.get((inside, old, new), 0) + 1
        self.found.append(Mutant(self.file, node.lineno, inside, start, end, old, new, number))

    def _between(self, left: ast.expr, right: ast.expr, old: str, new: str, node: ast.expr) -> None:
        """Change the operator between two operands, where it is written plainly."""
        begin, end = self._span(left)[1], self._span(right)[0]
        text = self.data[begin:end].decode()
        if text.strip(" ()\n") == old:
            at = begin + len(text[: text.index(old)].encode())
            self._add(node, at, at + len(old.encode()), new)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._inside.append(node.name)
        for child in node.body:
            self.visit(child)
        self._inside.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._inside.append(node.name)
        for child in node.body:
            if isinstance(child, ast.FunctionDef):
                self.visit(child)
        self._inside.pop()

    def visit_Assert(self, node: ast.Assert) -> None:
        """What the type checker is told is no rule."""

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)

    def visit_Compare(self, node: ast.Compare) -> None:
        operands = [node.left, *node.comparators]
        for left, operator, right in zip(operands, node.ops, operands[1:], strict=False):
            self._between(left, right, _WRITTEN[type(operator)], _COMPARED[type(operator)], node)
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            self._between(left, right, old, new, node)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if type(node.op) in _COMPUTED and not isinstance(node.left, ast.Constant | ast.JoinedStr):
            self._between(node.left, node.right, *_COMPUTED[type(node.op)], node)
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.Not):
            start, end = self._span(node)
            self._add(node, start, end, f"bool({self.data[start + len('not') : end].decode().strip()})")
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        start, end = self._span(node)
        if isinstance(node.value, bool):
            self._add(node, start, end, str(not node.value))
        elif isinstance(node.value, int):
            self._add(node, start, end, str(node.value + 1))

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in _CALLED:
            self._add(node, *self._span(node.func), _CALLED[node.func.id])
        self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """Texts are tested as texts."""

    def visit_Expr(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Call):
            self._add(node, *self._span(node), "pass")
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        start, end = self._span(node.test)
        self._add(node, start, end, f"not ({self.data[start:end].decode()})")
        self.generic_visit(node)

    def visit_Continue(self, node: ast.Continue) -> None:
        self._add(node, *self._span(node), "pass")


def mutants_of(room: Room, root: Path | None = None) -> list[Mutant]:
    """All mutants of a room, in the order of the queue. `root`: a copy of the checkout; None is the checkout itself."""
    root = root or ROOT
    found = []
    for path in sorted({path for pattern in room.files for path in root.glob(pattern)}):
        finder = _Finder(path.relative_to(root).as_posix(), source := path.read_text(encoding="utf-8"))
        finder.visit(ast.parse(source))
        found += finder.found
    return sorted(found, key=lambda mutant: mutant.place_in_queue)


def nearest(root: Path, room: Room, file: str) -> list[str]:
    """The test files that are asked first about a file: that of its name, and those that say most of it."""
    stem = Path(file).stem
    kin = stem.partition("_")[0]
    named = [f"test_{stem}", f"test_{kin}", *room.near.get(stem, room.near.get(kin, "")).split()]
    paths = [f"{name}.py" if "/" in name else f"{room.by_name}/{name}.py" for name in named]
    return list(dict.fromkeys(path for path in paths if (root / path).is_file()))


def tests_of(root: Path, room: Room) -> list[str]:
    """All test files that answer for a room."""
    found = [path.relative_to(root).as_posix() for pattern in room.tests for path in sorted(root.glob(pattern))]
    return list(dict.fromkeys(found))


@contextmanager
def copied() -> Iterator[Path]:
    """A folder with a copy of all that the program and its tests are: what is edited meanwhile changes nothing there."""
    left = shutil.ignore_patterns("__pycache__", ".*", "build", "dist")
    with tempfile.TemporaryDirectory(prefix="lzxl-mutants-") as folder:
        root = Path(folder) / "lzxl"
        shutil.copytree(ROOT, root, ignore=left)
        compileall.compile_dir(root / "lzxl", quiet=2)
        yield root


def digest_of(root: Path) -> str:
    """What a result depends on: the program, its data and its tests."""
    told = hashlib.sha256(sys.version.encode())
    for path in sorted(
        path for path in root.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".md", ".png")
    ):
        told.update(f"{path.relative_to(root)} {path.stat().st_size} ".encode() + path.read_bytes())
    return told.hexdigest()


@contextmanager
def changed(root: Path, mutant: Mutant) -> Iterator[None]:
    """The file with the change, then again as it was, so that what was compiled of it holds."""
    path = root / mutant.file
    data, times = path.read_bytes(), path.stat()
    path.write_bytes(data[: mutant.start] + mutant.new.encode() + data[mutant.end :])
    # What was compiled of the file as it was is told from this by second and size; both may be the same.
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns + 2_000_000_000))
    try:
        yield
    finally:
        path.write_bytes(data)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@dataclass(frozen=True)
class Outcome:
    """What came of a run of tests."""

    code: int
    """As of pytest; below zero: the signal that ended it, or OUT_OF_TIME."""
    failed: tuple[str, ...]
    """The tests that failed, or that came to no end."""
    slowest: float
    """Seconds of the processor that the slowest test used."""

    @property
    def passed(self) -> bool:
        return self.code in (PASSED, NO_TESTS)


def tried(root: Path, tests: Sequence[str], slowest: float = 30.0, *, to_the_end: bool = False) -> Outcome:
    """Run tests in a copy, up to the first that fails unless `to_the_end`. `slowest`: what the slowest takes without a change."""
    told = root.parent / "told"
    told.unlink(missing_ok=True)
    told.touch()
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # the threads of the libraries loaded here hold no lock of ours
        child = os.fork()
    if child == 0:
        code = 70
        try:
            code = _test(root, tests, told, to_the_end)
        finally:
            os._exit(code)
    code = _waited(child, told, _TIMES_AS_LONG * slowest + _SECONDS_MORE)
    begun, failed, seconds = _told_in(told)
    if code in (PASSED, TESTS_FAILED, INTERRUPTED, NO_TESTS):
        return Outcome(code, failed, seconds)
    return Outcome(code, (*failed, begun) if begun else failed, seconds)


def _waited(child: int, told: Path, most: float) -> int:
    """The exit code of a run of tests, or OUT_OF_TIME if one of them uses more than `most` seconds, or waits for ever."""
    size, used_before, used_last, last = -1, 0.0, 0.0, time.monotonic()
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        used = _used(child)
        if used > used_last + 0.01:
            used_last, last = used, time.monotonic()
        if told.stat().st_size != size:  # another test has begun
            size, used_before = told.stat().st_size, used
        if used - used_before > most or time.monotonic() - last > _IDLE_SECONDS:
            break
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return OUT_OF_TIME


def _used(process: int) -> float:
    """Seconds of the processor that a process and the children it has waited for have used; where no /proc tells it, the clock."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return time.monotonic()
    after_name = told.rpartition(")")[2].split()
    return sum(int(ticks) for ticks in after_name[11:15]) / os.sysconf("SC_CLK_TCK")


class _Teller:
    """In the fork: writes down what pytest is at."""

    def __init__(self, told: Path) -> None:
        self._told = told

    def _tell(self, *words: object) -> None:
        with self._told.open("a", encoding="utf-8") as file:
            file.write(json.dumps(words) + "\n")

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._tell("begun", nodeid, _used(os.getpid()))

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self._tell("ended", nodeid, _used(os.getpid()))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self._tell("failed", report.nodeid, 0)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._tell("failed", report.nodeid, 0)


def _told_in(told: Path) -> tuple[str, tuple[str, ...], float]:
    """(the test that was begun last, those that failed, seconds of the slowest)."""
    begun, at, failed, slowest = "", 0.0, {}, 0.0
    for line in told.read_text(encoding="utf-8").splitlines():
        what, name, used = json.loads(line)
        if what == "begun":
            begun, at = name, used
        elif what == "ended":
            slowest = max(slowest, used - at)
        else:
            failed[name] = True
    return begun, tuple(failed), slowest


def _test(root: Path, tests: Sequence[str], told: Path, to_the_end: bool) -> int:
    """In the fork: the exit code of the tests, run where the copy is and seeing nothing of this run."""
    import hypothesis

    os.setsid()
    os.chdir(root)
    sys.path[:] = [str(root), *(path for path in sys.path if path and Path(path) != ROOT)]
    sys.dont_write_bytecode = True
    for name in [name for name in sys.modules if name.partition(".")[0] in ("lzxl", "tests")]:
        del sys.modules[name]
    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        del os.environ[name]
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    # The same examples each time, none remembered from a mutant before, and none made smaller for a reader.
    phases = (hypothesis.Phase.explicit, hypothesis.Phase.generate)
    hypothesis.settings.register_profile("mutants", derandomize=True, deadline=None, phases=phases)
    hypothesis.settings.load_profile("mutants")
    quietly = [
        "-q",
        "--tb=no",
        "-p",
        "no:cacheprovider",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
    ]  # of what is warm
    return int(
        pytest.main(
            [*quietly, *([] if to_the_end else ["-x"]), "-m", "not libreoffice and not slow", *tests],
            plugins=[_Teller(told)],
        )
    )


def warm() -> None:
    """Load what takes long to load and is not ours, once for all forks."""
    # As lzxl says before it loads openpyxl, which asks just then: with lxml it writes other bytes, and tests look at these.
    os.environ["OPENPYXL_LXML"] = "False"
    import hypothesis
    import openpyxl
    import pandera.polars

    assert hypothesis and openpyxl and pandera


class BaselineError(Exception):
    """Tests fail without any change: there is nothing to be learnt from mutants."""


class Kept:
    """What is known of a room, from this run and the ones before."""

    def __init__(self, name: str, digest: str) -> None:
        self._path = KEPT / f"{name}.json"
        told = json.loads(self._path.read_text(encoding="utf-8")) if self._path.exists() else {}
        self._killers: dict[str, str] = told.get("killers", {})
        is_same = told.get("digest") == digest
        self.slowest: dict[str, float] = told["slowest"] if is_same else {}
        """Test file → seconds of its slowest test without a change."""
        self.unsteady: list[str] = told["unsteady"] if is_same else []
        """Tests that failed without a change, and then did not: they kill nothing."""
        self._alive: dict[str, str] = told["alive"] if is_same else {}
        self._digest = digest

    def killer_of(self, mutant: Mutant) -> str:
        """The test that killed it before, as it may be with another state of the program. Empty: none did."""
        return self._killers.get(mutant.place_in_queue, "")

    def is_alive(self, mutant: Mutant, after: str) -> bool | None:
        """Whether it is alive after the NEAREST or ALL tests were asked; None: that is not known yet."""
        known = self._alive.get(mutant.place_in_queue)
        return None if known is None or (known == NEAREST and after == ALL) else known != KILLED

    def enter(self, mutant: Mutant, killer: str, asked: str) -> None:
        self._alive[mutant.place_in_queue] = KILLED if killer else asked
        if killer:
            self._killers[mutant.place_in_queue] = killer
        self.keep()

    def keep(self) -> None:
        told = {
            "digest": self._digest,
            "slowest": self.slowest,
            "unsteady": self.unsteady,
            "alive": self._alive,
            "killers": self._killers,
        }
        KEPT.mkdir(parents=True, exist_ok=True)
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(told, indent=1), encoding="utf-8")
        part.replace(self._path)


def run_as_it_is(root: Path, tests: Sequence[str], kept: Kept) -> None:
    """Run tests without a change, those that have not been. Raises BaselineError, with the tests that fail."""
    new = [file for file in tests if file not in kept.slowest]
    if not new:
        return
    outcome = tried(root, new, 600.0, to_the_end=True)
    failing = [test for test in outcome.failed if not tried(root, [test], 600.0).passed]
    if failing or not (outcome.passed or outcome.failed):
        raise BaselineError(", ".join(failing) or f"pytest ends with {outcome.code}")
    kept.slowest |= dict.fromkeys(new, outcome.slowest)
    kept.unsteady += outcome.failed
    kept.keep()


def killer(root: Path, tests: Sequence[str], kept: Kept) -> str:
    """The first of the tests that fails, and fails alone too. Empty: none does."""
    asked, left_out = list(tests), list(kept.unsteady)
    slowest = max((kept.slowest[file] for file in tests), default=0.0)
    while asked:
        outcome = tried(root, [*asked, *(f"--deselect={test}" for test in left_out)], slowest)
        if outcome.passed:
            return ""
        if not outcome.failed:  # not even a test was begun
            return asked[0]
        test = outcome.failed[0]
        if not tried(root, [test], slowest).passed:
            return test
        left_out.append(test)
        asked = asked[next((at for at, file in enumerate(asked) if test.startswith(file)), 0) :]
    return ""


def try_mutant(root: Path, room: Room, mutant: Mutant, kept: Kept, asked: str) -> None:
    """See whether a test kills a mutant, and keep what came of it. `asked`: the NEAREST tests, or ALL the others."""
    near, before = nearest(root, room, mutant.file), kept.killer_of(mutant)
    tests = near if asked == NEAREST else [file for file in tests_of(root, room) if file not in near]
    known = [file] if asked == NEAREST and (file := before.partition("::")[0]) and (root / file).is_file() else []
    run_as_it_is(root, [*known, *tests], kept)
    with changed(root, mutant):
        if known and tried(root, [before], kept.slowest[known[0]]).code in (TESTS_FAILED, OUT_OF_TIME):
            kept.enter(mutant, before, asked)
        else:
            kept.enter(mutant, killer(root, tests, kept), asked)


def try_room(root: Path, name: str, sample: int, digest: str, quick: bool = False) -> tuple[int, int]:
    """(killed, tried) of a room's sample; tells of each that survives. `quick`: only the nearest tests are asked.

    Raises BaselineError.
    """
    room, kept = ROOMS[name], Kept(name, digest)
    mutants = mutants_of(room, root)[:sample]
    for asked in (NEAREST,) if quick else (NEAREST, ALL):
        for mutant in mutants:
            if kept.is_alive(mutant, asked) is None:
                try_mutant(root, room, mutant, kept, asked)
    alive = [mutant for mutant in mutants if kept.is_alive(mutant, NEAREST)]
    for test in kept.unsteady:
        print(f"{name}: {test} fails now and then; it is not asked", flush=True)
    for mutant in alive:
        print(f"survives  {mutant}", flush=True)
    print(f"{name}: {len(mutants) - len(alive)} of {len(mutants)} killed", flush=True)
    return len(mutants) - len(alive), len(mutants)


def try_rooms(names: Sequence[str], sample: int, quick: bool = False) -> bool:
    """Whether every room is at the floor or above it."""
    warm()
    good = True
    with copied() as root:
        digest = digest_of(root)
        for name in names:
            try:
                killed, count = try_room(root, name, sample, digest, quick)
            except BaselineError as error:
                print(f"{name}: no figure; without any change these tests fail: {error}", flush=True)
                good = False
            else:
                good = good and killed >= FLOOR * count
    return good


def show(names: Sequence[str], sample: int) -> None:
    """The sample, and what was found last."""
    for name in names:
        kept = Kept(name, "")
        for mutant in mutants_of(ROOMS[name])[:sample]:
            print(mutant, f"   ({kept.killer_of(mutant)})" if kept.killer_of(mutant) else "")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("rooms", nargs="*", help=f"of {', '.join(ROOMS)}; all unless given")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="mutants a room")
    parser.add_argument(
        "--quick", action="store_true", help="ask only the tests nearest to a file: it may be more that die"
    )
    parser.add_argument("--list", action="store_true", help="only show the sample, and what killed it last")
    told = parser.parse_args()
    names = told.rooms or [*ROOMS]
    if unknown := [name for name in names if name not in ROOMS]:
        parser.error(f"no such room: {', '.join(unknown)}")
    if told.list:
        show(names, told.sample)
        return 0
    return 0 if try_rooms(names, told.sample, told.quick) else 1


if __name__ == "__main__":
    sys.exit(main())
