"""Changes small things in the program, one at a time, and sees whether a test fails: a rule that may be changed unnoticed has no test.

    python -m tests.mutants                    a fixed sample of every room; fails below the floor
    python -m tests.mutants checks forms       of these rooms
    python -m tests.mutants --sample 40 checks

The sample is the same each time: a mutant's place in the queue is a hash of what it changes and in which function, so that a
change elsewhere moves no other. Of the kept tools, mutmut rewrites every function in place and follows calls within one process
only (ours read in children), cosmic-ray changes the work tree itself and has no sample that stays; hence this file.

Each mutant is written into a copy of `lzxl/` beside links to everything else, and the tests run in a fork that has the slow
libraries loaded. What a mutant must be killed by: the test file of its module's name, else those of its room.
"""

from __future__ import annotations

import argparse
import ast
import compileall
import hashlib
import os
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
FLOOR = 0.85
SAMPLE = 20
TESTS_FAILED, OUT_OF_TIME = 1, -1
_SECONDS = 240


@dataclass(frozen=True)
class Room:
    """Files of the program, and the test files that answer for them, in the order in which they are asked."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    by_name: str = ""
    """Where the test file of a module's own name stands."""


ROOMS = {
    "checks": Room(
        ("lzxl/checks/*.py",),
        ("tests/checks/test_c*.py", "tests/checks/test_[!cl]*.py", "tests/checks/test_links.py"),
        "tests/checks",
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
        ),
        "tests/reading",
    ),
    "forms": Room(
        ("lzxl/forms/[!fl]*.py",),
        (
            "tests/forms/test_*.py",
            "tests/checks/test_privacy.py",
            "tests/checks/test_cells.py",
            "tests/checks/test_l*.py",
        ),
        "tests/forms",
    ),
    "collect": Room(
        (
            "lzxl/campaign/collect.py",
            "lzxl/campaign/standing.py",
            "lzxl/campaign/accept.py",
            "lzxl/campaign/returns.py",
        ),
        (
            "tests/campaign/test_collect.py",
            "tests/campaign/test_collect_again.py",
            "tests/campaign/test_held.py",
            "tests/campaign/test_round.py",
            "tests/campaign/test_[!acehiors]*.py",
            "tests/mail/test_round_changed.py",
        ),
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
    ),
    "statistics": Room(
        (
            "lzxl/summary/statistics.py",
            "lzxl/summary/crosstables.py",
            "lzxl/summary/coverage.py",
            "lzxl/summary/scores.py",
        ),
        ("tests/summary/test_statistics.py", "tests/summary/test_[!sw]*.py", "tests/summary/test_workbook.py"),
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


def mutants_of(room: Room) -> list[Mutant]:
    """All mutants of a room, in the order of the queue."""
    found = []
    for path in sorted({path for pattern in room.files for path in ROOT.glob(pattern)}):
        finder = _Finder(path.relative_to(ROOT).as_posix(), source := path.read_text(encoding="utf-8"))
        finder.visit(ast.parse(source))
        found += finder.found
    return sorted(found, key=lambda mutant: mutant.place_in_queue)


def tests_of(room: Room, file: str) -> list[str]:
    """The test files that answer for a file, that of its name first."""
    own = f"{room.by_name}/test_{Path(file).stem}.py"
    rest = [path.relative_to(ROOT).as_posix() for pattern in room.tests for path in sorted(ROOT.glob(pattern))]
    return list(dict.fromkeys([*([own] if (ROOT / own).is_file() else []), *rest]))


@contextmanager
def copied() -> Iterator[Path]:
    """A folder with a copy of `lzxl/`, and links to everything else that tests need."""
    with tempfile.TemporaryDirectory(prefix="lzxl-mutants-") as folder:
        root = Path(folder)
        for path in ROOT.iterdir():
            if path.name == "lzxl":
                shutil.copytree(path, root / "lzxl", ignore=shutil.ignore_patterns("__pycache__"))
            elif path.name not in (".git", ".venv", "build", "dist"):
                (root / path.name).symlink_to(path)
        compileall.compile_dir(root / "lzxl", quiet=2)
        yield root


@contextmanager
def changed(root: Path, mutant: Mutant) -> Iterator[None]:
    """The file with the change, then again as it was, so that what was compiled of it holds."""
    path = root / mutant.file
    data, times = path.read_bytes(), path.stat()
    path.write_bytes(data[: mutant.start] + mutant.new.encode() + data[mutant.end :])
    try:
        yield
    finally:
        path.write_bytes(data)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def tried(root: Path, tests: Sequence[str], seconds: float = _SECONDS) -> int:
    """The exit code of tests in a copy: 0 if they pass. OUT_OF_TIME if they come to no end."""
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # the threads of the libraries loaded here hold no lock of ours
        child = os.fork()
    if child == 0:
        code = 70
        try:
            code = _test(root, tests)
        finally:
            os._exit(code)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return OUT_OF_TIME


def _test(root: Path, tests: Sequence[str]) -> int:
    """In the fork: the exit code of the tests, run where the copy is and seeing nothing of this run."""
    import pytest

    os.setsid()
    os.chdir(root)
    sys.path[:] = [str(root), *(path for path in sys.path if path and Path(path) != ROOT)]
    sys.dont_write_bytecode = True
    for name in [name for name in sys.modules if name.partition(".")[0] in ("lzxl", "tests")]:
        del sys.modules[name]
    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        del os.environ[name]
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    quietly = ["-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]  # of what is warm
    return int(pytest.main([*quietly, "-x", "-m", "not libreoffice", *tests]))


def warm() -> None:
    """Load what takes long to load and is not ours, once for all forks."""
    import hypothesis
    import openpyxl
    import pandera.polars
    import pytest

    assert hypothesis and openpyxl and pandera and pytest


def try_room(root: Path, name: str, sample: int) -> tuple[int, int]:
    """(killed, tried) of a room's sample; tells of each that survives."""
    room, killed, count = ROOMS[name], 0, 0
    if tried(root, tests_of(room, ""), 10 * _SECONDS):
        raise SystemExit(f"{name}: its tests fail as it is; there is nothing to be learnt from mutants")
    for mutant in mutants_of(room)[:sample]:
        tests = tests_of(room, mutant.file)
        with changed(root, mutant):
            is_alive = tried(root, tests[:1]) == 0 and tried(root, tests[1:]) == 0
        count += 1
        killed += not is_alive
        if is_alive:
            print(f"survives  {mutant}", flush=True)
    print(f"{name}: {killed} of {count} killed", flush=True)
    return killed, count


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("rooms", nargs="*", default=[*ROOMS], help=f"of {', '.join(ROOMS)}; all unless given")
    parser.add_argument("--sample", type=int, default=SAMPLE, help="mutants a room")
    parser.add_argument("--list", action="store_true", help="only show the sample")
    told = parser.parse_args()
    if told.list:
        for name in told.rooms:
            print(*mutants_of(ROOMS[name])[: told.sample], sep="\n")
        return 0
    warm()
    with copied() as root:
        counts = {name: try_room(root, name, told.sample) for name in told.rooms}
    return max(int(killed < FLOOR * count) for killed, count in counts.values())


if __name__ == "__main__":
    sys.exit(main())
