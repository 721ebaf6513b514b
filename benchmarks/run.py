"""lzxl beside the plain way, in one go: the same files, whole processes, interleaved rounds, ratios.

    make bench
    python benchmarks/run.py --plain-python PYTHON_WITH_PANDAS [--files 200 | --units 200] [--rounds 3] [--tuned]

`make bench` keeps the pandas of the plain way in an environment of its own: lzxl is measured without it.
A submission is one file; with --units N, each of N units files three. `lzxl consolidate` reads, checks and consolidates
every file in 收件: the same work as the plain script's one process, and the headline. Two commands, `lzxl check` and then
`lzxl consolidate`, are shown too; the second takes what was read from the campaign's cache. Before each of the two the
cache is removed: nothing is read beforehand.
The plain way is benchmarks/plain.py (pandas, openpyxl, pandera). Files are made beforehand and not timed. Before any
figure is printed, both must have found the same bad cells in the same files, and the same number of rows in each sheet.

wall: seconds. cpu: user and system time of the process and its children. rss: the largest process's peak, MB.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
RECEIVED = "收件"

# The rules that both check: cells by themselves, and scores within their points.
SHARED = frozenset(
    {
        "bad_format",
        "date_impossible",
        "date_unreadable",
        "date_vague",
        "missing_likelihood",
        "missing_measure",
        "missing_responsible",
        "missing_score",
        "missing_severity",
        "missing_value",
        "not_unique",
        "number_unreadable",
        "out_of_range",
        "placeholder_for_content",
        "score_over_points",
        "text_length",
        "type_outside_three",
        "word_not_in_vocabulary",
    }
)
_PLAIN_PACKAGES = ("pandas", "openpyxl", "pandera", "numpy")
_LZXL_PACKAGES = ("pandera", "polars", "python-calamine", "XlsxWriter", "click")


ENVIRONMENT: dict[str, str] = {}


class Cost(NamedTuple):
    wall: float
    cpu: float
    rss: float

    def __add__(self, other: object) -> Cost:
        assert isinstance(other, Cost)
        return Cost(self.wall + other.wall, self.cpu + other.cpu, max(self.rss, other.rss))


def environment(bytecode: Path) -> dict[str, str]:
    """What both sides run in: compiled modules are kept, in a folder of our own, as an installed program has them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "PYTHONPYCACHEPREFIX": str(bytecode)}


def measure(command: list[str], allowed: tuple[int, ...] = (0,)) -> Cost:
    """Run a command as a whole process, in ENVIRONMENT. Raises RuntimeError if it ends with another exit code than allowed."""
    started = time.perf_counter()
    with Path(os.devnull).open("wb") as nowhere, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=nowhere, stderr=errors, cwd=ROOT, env=ENVIRONMENT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in allowed:
            errors.seek(0)
            raise RuntimeError(f"{' '.join(command)}: {process.returncode}\n{errors.read().decode(errors='replace')}")
    peak = usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak)


def submissions(checked: dict[str, Any]) -> list[dict[str, Any]]:
    """What `lzxl check` says of the units' files; the office's own books, which it checks as well, the plain way knows nothing of."""
    return [entry for entry in checked["files"] if entry["file"].startswith(f"{RECEIVED}/")]


def prove_equal(checked: dict[str, Any], plain: dict[str, Any], planted: dict[str, Any]) -> int:
    """The number of bad cells that both found; SystemExit if they did not do the same work."""
    ours = {
        (entry["file"], finding["sheet"], finding["cell"])
        for entry in submissions(checked)
        for finding in entry["findings"]
        if finding["code"] in SHARED
    }
    theirs = {(file, *cell) for file, cells in plain["bad_cells"].items() for cell in cells}
    made = {(file, *cell) for file, cells in planted.items() for cell in cells}
    if not ours == theirs == made:
        sys.exit(
            f"not equal work: lzxl - plain {sorted(ours - theirs)[:5]}, plain - lzxl {sorted(theirs - ours)[:5]},"
            f" planted - lzxl {sorted(made - ours)[:5]}"
        )
    rows = {entry["file"]: entry["rows"] for entry in submissions(checked)}
    if rows != plain["rows"]:
        sys.exit(
            "not equal work: rows differ in " + next(file for file in rows if rows[file] != plain["rows"].get(file))
        )
    return len(ours)


def versions(python: str, packages: tuple[str, ...]) -> str:
    """The versions of packages in another environment."""
    code = (
        "import importlib.metadata as m, sys\nfor p in sys.argv[1:]:\n"
        "    try: print(p, m.version(p))\n    except m.PackageNotFoundError: print(p, '-')"
    )
    output = subprocess.run(
        [python, "-c", code, *packages], capture_output=True, text=True, cwd=ROOT, check=True
    ).stdout
    return ", ".join(output.strip().splitlines())


def forget(campaign: Path) -> None:
    """Remove what lzxl remembers of the files it has read."""
    shutil.rmtree(campaign / ".lzxl" / "cache", ignore_errors=True)


def show(name: str, cost: Cost) -> None:
    print(f"  {name:<24}{cost.wall:>9.2f} s wall {cost.cpu:>9.2f} s cpu {cost.rss:>8.0f} MB")


def ratios(name: str, numerators: list[Cost], denominators: list[Cost]) -> str:
    """The median of the rounds' own ratios, wall and cpu, with the lowest and highest."""
    text = f"{name}: "
    for kind in ("wall", "cpu"):
        each = [getattr(one, kind) / getattr(other, kind) for one, other in zip(numerators, denominators, strict=True)]
        text += f"{statistics.median(each):.1f} ({min(each):.1f} to {max(each):.1f}) {kind}  "
    return (
        text
        + f"{statistics.median(one.rss / other.rss for one, other in zip(numerators, denominators, strict=True)):.2f} rss"
    )


def measure_start(python: str, rounds: int) -> None:
    """`lzxl --help` against a Python that does nothing."""
    bare, help_page = [python, "-c", "pass"], [python, "-m", "lzxl", "--help"]
    script = Path(python).with_name("lzxl")
    if script.exists():
        help_page = [str(script), "--help"]
    measure(help_page), measure(bare)
    empty, helped = [], []
    for _ in range(max(rounds, 15)):
        empty.append(measure(bare))
        helped.append(measure(help_page))
    print(
        f"\nlzxl --help: {statistics.median(cost.wall for cost in helped) * 1000:.0f} ms, "
        f"python -c pass: {statistics.median(cost.wall for cost in empty) * 1000:.0f} ms"
    )
    print(ratios("  times bare python", helped, empty))


def main() -> None:
    parser = argparse.ArgumentParser(description="lzxl beside the plain way.")
    parser.add_argument("--files", type=int, default=200, help="submissions (files) in all")
    parser.add_argument("--units", type=int, help="units that file three workbooks each, instead of --files")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", default=sys.executable, help="python with lzxl, without pandas")
    parser.add_argument("--plain-python", required=True, help="python with pandas (requirements-bench.lock)")
    parser.add_argument("--tuned", action="store_true", help="the plain script with the calamine engine too")
    parser.add_argument("--cache", type=Path, default=ROOT / "build" / "bench", help="where made files are kept")
    options = parser.parse_args()
    from benchmarks.generate import MANIFEST, cached
    from lzxl import __version__

    if subprocess.run([options.python, "-c", "import pandas"], capture_output=True, check=False).returncode == 0:
        sys.exit("lzxl must be measured without pandas in its environment: pandera imports it whenever it finds it.")
    options.cache.mkdir(parents=True, exist_ok=True)
    ENVIRONMENT.update(environment(options.cache.resolve() / "bytecode"))
    campaign = cached(options.cache, 3 * options.units if options.units else options.files)
    about = json.loads((campaign / MANIFEST).read_text(encoding="utf-8"))
    share = 100 * about["bad_cells"] / about["cells"]
    print(
        f"{about['files']} submissions (files) of {about['units']} units, {about['rows']} rows, {about['cells']} cells,"
        f" {about['bad_cells']} bad ones ({share:.1f}%) in {about['spoiled_files']} files, {about['bytes'] / 1e6:.1f} MB"
    )
    print(f"python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.2f}")
    print(f"lzxl:  lzxl {__version__}, " + versions(options.python, _LZXL_PACKAGES))
    print("plain: " + versions(options.plain_python, _PLAIN_PACKAGES))

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        lzxl = [options.python, "-m", "lzxl", "-q", "-C", str(campaign)]
        check = [*lzxl, "check", "--format", "json", "--output", str(place / "check.json")]
        consolidate = [*lzxl, "consolidate", "--output", str(place / "summary.xlsx")]
        plain = [options.plain_python, "benchmarks/plain.py", str(campaign)]
        openpyxl = [*plain, str(place / "plain.xlsx"), str(place / "plain.json")]
        tuned = [*plain, str(place / "tuned.xlsx"), str(place / "tuned.json"), "--engine", "calamine"]
        small = cached(options.cache, 3)
        for command in (check, consolidate, openpyxl, *([tuned] if options.tuned else [])):
            # Once over a few files, not counted: both sides have their modules compiled and in memory.
            measure([str(small) if part == str(campaign) else part for part in command], (0, 1))
        for path in (campaign / RECEIVED).rglob("*.xlsx"):
            path.read_bytes()
        names = ("one", "check", "then", "both", "plain", "tuned")
        costs: dict[str, list[Cost]] = {name: [] for name in names}
        for number in range(1, options.rounds + 1):
            print(f"\nround {number} of {options.rounds}, load {os.getloadavg()[0]:.2f}")
            forget(campaign)
            costs["one"].append(measure(consolidate))
            forget(campaign)
            costs["check"].append(measure(check, (0, 1)))
            costs["then"].append(measure(consolidate))
            costs["both"].append(costs["check"][-1] + costs["then"][-1])
            costs["plain"].append(measure(openpyxl))
            if options.tuned:
                costs["tuned"].append(measure(tuned))
            checked, found = (json.loads((place / name).read_text("utf-8")) for name in ("check.json", "plain.json"))
            cells = prove_equal(checked, found, about["planted"])
            for title, name in (
                ("lzxl consolidate", "one"),
                ("lzxl check", "check"),
                ("  then consolidate", "then"),
                ("  both commands", "both"),
                ("plain", "plain"),
                ("plain, calamine engine", "tuned"),
            ):
                if costs[name]:
                    show(title, costs[name][-1])
        print(f"\nequal work: the same {cells} bad cells in {about['files']} files, the same rows in every sheet")
    print("medians of the rounds' ratios (lowest to highest):")
    for name in ("plain", "tuned") if options.tuned else ("plain",):
        print(ratios(f"  {name} / lzxl check + consolidate, one command", costs[name], costs["one"]))
        print(ratios(f"  {name} / lzxl check + consolidate, two commands", costs[name], costs["both"]))
    measure_start(options.python, options.rounds)


if __name__ == "__main__":
    main()
