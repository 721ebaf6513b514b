"""The in-sheet functions: one call over a column against a call for each cell, and how long they take to start.

    python benchmarks/functions.py [--rounds 7] [--rows 10000] [--calc-rounds 3]

Excel: the real xlwings (its COM server's CallUDF, its conversion, the module that Excel loads) over a stand-in for pywin32
and Excel, `ExcelStandIn`, that answers at once and costs next to nothing. In Excel every call also crosses from one process
to another and back, several times; so the ratio here is the least that is saved, and the seconds say nothing of Excel.

Calc: a real LibreOffice without a window that has the add-in: a formula for each row, an array formula over all of them,
both worked out anew. Skipped where there is no LibreOffice, or with --calc-rounds 0.

Start: whole processes, as in benchmarks/run.py. In each part both ways take turns, and must give the same answers first.
wall: seconds. cpu: user and system time; in Calc that of the office.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import cycle, islice, product
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.run import ENVIRONMENT, Cost, environment, measure, ratios  # noqa: E402

UDFS, GRADING = "lzxl.functions.udfs", "lzxl_grading"
"""The module with the functions, and the installed one around it, which Excel loads."""
FEWEST_STARTS = 15
_IDISPATCH = "IDispatch"


class Dispatched:
    """An object of Excel, as COM would hand it over: properties by name."""

    def __init__(self, type_id: str = "", **properties: Any) -> None:
        self.type_id, self.properties = type_id, properties

    def GetTypeInfo(self) -> Any:  # noqa: N802
        return self

    def GetTypeAttr(self) -> Any:  # noqa: N802
        return SimpleNamespace(iid=self.type_id)

    def GetDocumentation(self, member: int) -> tuple[str]:  # noqa: N802
        return ("Object",)


class CDispatch:
    """As pywin32 wraps such an object."""

    def __init__(self, inner: Dispatched) -> None:
        self._oleobj_ = inner

    def __getattr__(self, name: str) -> Any:
        value = self._oleobj_.properties[name]
        return CDispatch(value) if isinstance(value, Dispatched) else value


class _Anything(ModuleType):
    """A module of Windows of which nothing matters here: every name in it is a function or class that does nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Exception,), {})


class ExcelStandIn:
    """Stands in for pywin32 and for Excel behind it: no process, no COM, nothing but values that are there at once.

    What it replaces is the transport. Everything between that and the functions is xlwings' own.
    """

    RANGE = "{00020846-0000-0000-C000-000000000046}"

    def __init__(self, installed: Path) -> None:
        """Puts itself under xlwings; neither that nor lzxl's functions may have been imported.

        `installed`: the folder of the add-in, as `lzxl functions install --excel` writes it. Raises ImportError without
        xlwings.
        """
        for name in ("win32api", "win32con", "win32event", "win32gui", "win32process", "win32timezone", "win32com"):
            sys.modules[name] = _Anything(name)
        names = ("pywintypes", "pythoncom", "win32com.client", "win32com.server", "win32com.server.util")
        types, com, client, server, util = (sys.modules.setdefault(name, _Anything(name)) for name in names)
        for name in ("policy", "dispatcher"):
            sys.modules[f"win32com.server.{name}"] = _Anything(name)
            vars(server)[name] = sys.modules[f"win32com.server.{name}"]
        vars(sys.modules["win32com"]).update(client=client, server=server)
        vars(server)["util"] = util
        vars(types).update(IID=str)
        vars(com).update(
            CoInitialize=lambda: None, IID_IDispatch=_IDISPATCH, TypeIIDs={_IDISPATCH: Dispatched}, __file__=""
        )
        vars(client).update(
            CDispatch=CDispatch,
            Dispatch=lambda inner, **_: inner if isinstance(inner, CDispatch) else CDispatch(inner),
            CoClassBaseClass=type("CoClassBaseClass", (), {}),
            DispatchBaseClass=type("DispatchBaseClass", (), {}),
        )
        vars(sys.modules["win32process"])["GetWindowThreadProcessId"] = lambda hwnd: (0, 0)
        vars(util)["unwrap"] = _not_ours
        libraries = SimpleNamespace(PyCom_PyObjectFromIUnknown=SimpleNamespace(), CLSIDFromString=lambda *_: 0)
        windows = {"windll": libraries, "oledll": SimpleNamespace(ole32=libraries), "PyDLL": lambda _: libraries}
        import xlwings

        with patch.multiple(ctypes, create=True, **windows):
            from xlwings import _xlwindows

        xlwings._xlwindows = _xlwindows
        xlwings.engines.add(xlwings.Engine(impl=_xlwindows.engine))
        import xlwings.udfs
        from xlwings.com_server import XLPython

        xlwings.func, xlwings.arg, xlwings.ret = xlwings.udfs.xlfunc, xlwings.udfs.xlarg, xlwings.udfs.xlret
        from xlwings.utils import prepare_sys_path

        prepare_sys_path(f"True;{installed / 'lzxl.xlam'};{installed / 'lzxl.xlam'};;;;")
        self.version: str = xlwings.__version__
        self._server = XLPython()
        application = Dispatched(Hwnd=1)
        self._book = Dispatched(Application=application, Name="lzxl.xlam", Worksheets=())
        self._sheet = Dispatched(Parent=self._book, Name="表")
        self._caller = self.range(None)

    def range(self, value: Any) -> Dispatched:
        """Cells that hold `value`: one value, or rows of them."""
        size = {"Rows": Dispatched(Count=len(value) if isinstance(value, tuple) else 1), "Columns": Dispatched(Count=1)}
        return Dispatched(self.RANGE, Value=value, Worksheet=self._sheet, Row=1, Column=1, **size)

    def call(self, name: str, *arguments: Any) -> Any:
        """What a formula with that function gets, by the call that the VBA in the workbook makes."""
        return self._server.CallUDF(GRADING, name, arguments, self._book, self._caller)


def _not_ours(value: Any) -> Any:
    """What pywin32 says of an object that is not one of its own."""
    raise ValueError(value)


def cells(rows: int) -> list[tuple[str | None, str | None]]:
    """Every combination of the rules, blanks, and words that are none; no text is the same object as another's."""
    pairs = product(("较大", "较小", "很大", None), ("严重", "较严重", "较轻微", None))
    fresh = [
        tuple(None if word is None else (word + "。")[:-1] for word in pair) for pair in islice(cycle(pairs), rows)
    ]
    return [(one, other) for one, other in fresh]


def timed(work: Callable[[], Any], cpu: Callable[[], float] = time.process_time) -> Cost:
    """One run of `work`; nobody else's garbage falls into it."""
    gc.collect()
    gc.disable()
    used, started = cpu(), time.perf_counter()
    work()
    cost = Cost(time.perf_counter() - started, cpu() - used, 1)
    gc.enable()
    return cost


def show(title: str, costs: list[Cost], rows: int) -> None:
    wall, cpu = (statistics.median(getattr(cost, kind) for cost in costs) for kind in ("wall", "cpu"))
    print(f"  {title:<34}{wall * 1000:>10.1f} ms wall{cpu * 1000:>10.1f} ms cpu{wall / rows * 1e6:>9.2f} us a row")


def compared(title: str, each: list[Cost], once: list[Cost], rows: int) -> None:
    """A table of both ways, and how many times the one costs what the other does."""
    show(f"{rows} single calls", each, rows)
    show("one call over the column", once, rows)
    print("  " + ratios(f"{title}, single / one", each, once).partition("cpu  ")[0] + "cpu")


def in_excel(installed: Path, rows: int, rounds: int) -> None:
    """LZ_LEVEL through xlwings."""
    excel = ExcelStandIn(installed)
    print(f"\nExcel: xlwings {excel.version} over a stand-in for pywin32 and Excel; {rounds} rounds")
    each: list[Cost] = []
    once: list[Cost] = []
    for number in range(rounds + 1):
        pairs = cells(rows)
        single = [[excel.range(cell) for cell in pair] for pair in pairs]
        columns = [excel.range(tuple((cell,) for cell in column)) for column in zip(*pairs, strict=True)]
        answers: dict[str, Any] = {}

        def one_by_one(single: list[list[Dispatched]] = single, answers: dict[str, Any] = answers) -> None:
            answers["each"] = [excel.call("LZ_LEVEL", *pair) for pair in single]

        def at_once(columns: list[Dispatched] = columns, answers: dict[str, Any] = answers) -> None:
            answers["once"] = excel.call("LZ_LEVEL", *columns)

        costs = timed(one_by_one), timed(at_once)
        if [[answer] for answer in answers["each"]] != [list(row) for row in answers["once"]]:
            sys.exit("not equal work: the answers differ")
        if number:  # the first round loads the tables
            each.append(costs[0])
            once.append(costs[1])
    compared("Excel", each, once, rows)


def in_calc(rows: int, rounds: int) -> None:
    """LZ.LEVEL in LibreOffice."""
    from lzxl.forms.load import load_grading
    from lzxl.functions.calc import build_addin
    from lzxl.functions.tables import tables_of
    from tests.libreoffice import Office, install, office_python, soffice

    if soffice() is None or office_python() is None:
        print("\nCalc: skipped, there is no LibreOffice")
        return
    from openpyxl import Workbook

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        build_addin(place / "lzxl.oxt", tables_of(load_grading()))
        install(place / "lzxl.oxt", place / "profile")
        Workbook().save(place / "a.xlsx")
        Workbook().save(place / "b.xlsx")
        office = Office(place / "profile")
        try:
            print(f"\nCalc: the add-in in a LibreOffice without a window; {rounds} rounds")
            with office.open(place / "a.xlsx") as singles, office.open(place / "b.xlsx") as array:
                for book in (singles, array):
                    book.sheet("Sheet").write("A1", cells(rows))
                formulas = [[f"=LZ.LEVEL(A{row};B{row})"] for row in range(1, rows + 1)]
                singles.sheet("Sheet").formulas("C1", formulas)
                array.sheet("Sheet").array(f"C1:C{rows}", f"=LZ.LEVEL(A1:A{rows};B1:B{rows})")
                each: list[Cost] = []
                once: list[Cost] = []
                for number in range(rounds + 1):
                    costs = timed(singles.recalculate, office_time), timed(array.recalculate, office_time)
                    if number:
                        each.append(costs[0])
                        once.append(costs[1])
                answers = [book.sheet("Sheet").read(f"C1:C{rows}") for book in (singles, array)]
                if answers[0] != answers[1]:
                    sys.exit("not equal work: the answers differ")
        finally:
            office.quit()
    compared("Calc", each, once, rows)


def office_time() -> float:
    """User and system time of every process that descends from this one, by Linux's /proc; 0 elsewhere."""
    found: dict[int, tuple[int, float]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:  # gone meanwhile
            continue
        found[int(entry.parent.name)] = (int(fields[1]), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
    total = 0.0
    for process, (_, used) in found.items():
        above = process
        while above in found and above != os.getpid():
            above = found[above][0]
        if above == os.getpid() and process != above:
            total += used
    return total


def start(installed: Path, rounds: int) -> None:
    """A Python that does nothing against one that loads what Excel loads, without xlwings, and one that answers too."""
    begin = f"import sys; sys.path.insert(0, {str(installed)!r}); import {GRADING}"
    answer = "LZ_LEVEL('较大', '严重')"
    ways = {
        "python that does nothing": "pass",
        f"import {UDFS}": f"import {UDFS}",
        f"import {GRADING}, as installed": begin,
        "  and the first LZ_LEVEL": f"{begin}; {GRADING}.{answer}",
        f"{UDFS} alone and the first LZ_LEVEL": f"from {UDFS} import LZ_LEVEL; {answer}",
    }
    costs: dict[str, list[Cost]] = {title: [] for title in ways}
    rounds = max(rounds, FEWEST_STARTS)
    for number in range(rounds + 1):
        for title, code in ways.items():
            cost = measure([sys.executable, "-c", code])
            if number:  # the first round compiles
                costs[title].append(cost)
    print(f"\nStart: whole processes; {rounds} rounds")
    bare, *others = ways
    print(f"  {bare:<46}{statistics.median(cost.wall for cost in costs[bare]) * 1000:>6.0f} ms wall")
    for title in others:
        wall = statistics.median(cost.wall for cost in costs[title]) * 1000
        times = ratios("times", costs[title], costs[bare]).partition("cpu  ")[0]
        print(f"  {title:<46}{wall:>6.0f} ms wall  {times}cpu")


def main() -> None:
    parser = argparse.ArgumentParser(description="The in-sheet functions: columns against cells, and their start.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--calc-rounds", type=int, default=3, help="0: leave LibreOffice out")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "bench", help="where compiled modules are kept")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    ENVIRONMENT.update(environment(options.cache.resolve() / "bytecode"))
    print(
        f"python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}; medians of rounds"
    )
    with tempfile.TemporaryDirectory() as folder:
        measure([sys.executable, "-m", "lzxl", "functions", "install", "--excel", folder])
        start(Path(folder), options.rounds)
        in_excel(Path(folder), options.rows, options.rounds)
    if options.calc_rounds:
        in_calc(options.rows, options.calc_rounds)


if __name__ == "__main__":
    main()
