"""Breaks files at random and reads them in the sandbox: every one must end in tables or in a refusal (`make fuzz`).

    python tests/fuzz_reading.py [SECONDS] [SEED]

Exit code 1 if any reading ended otherwise; the file that did it is kept in build/fuzz/ under the name that is printed.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

from lzxl.submission import Submission
from lzxl.workbook.reading.jobs import Job
from lzxl.workbook.reading.sandbox import read_all

HERE = Path(__file__).parent
KEPT = HERE.parent / "build" / "fuzz"
BATCH = 32


def corpus() -> list[bytes]:
    """The samples, the little ledgers, the same register in many containers, and the standard workbooks."""
    folders = (HERE / "samples", HERE / "data", HERE / "cases" / "containers", HERE.parent / "workbooks")
    endings = {".xlsx", ".xls", ".et", ".ods", ".xlsb"}
    return [path.read_bytes() for folder in folders for path in sorted(folder.glob("*")) if path.suffix in endings]


def mutate(data: bytes, chance: random.Random) -> bytes:
    """`data` with bytes flipped, cut off, a piece doubled; of a zip file now and then a part inside, repacked whole."""
    if data[:2] == b"PK" and chance.random() < 0.6:
        return _mutate_part(data, chance)
    return _mutate_bytes(data, chance)


def _mutate_bytes(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    kind = chance.random()
    if not changed or kind < 0.15:
        return bytes(changed[: chance.randrange(len(changed) + 1)])
    if kind < 0.3:
        start = chance.randrange(len(changed))
        piece = changed[start : start + chance.randrange(1, 200)]
        changed[start:start] = piece * chance.randrange(1, 20)
        return bytes(changed)
    for _ in range(chance.choice((1, 2, 5, 20, 100))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _mutate_part(data: bytes, chance: random.Random) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        names = source.namelist()
        broken = chance.choice(names)
        for name in names:
            content = source.read(name)
            target.writestr(name, _mutate_bytes(content, chance) if name == broken else content)
    return out.getvalue()


def outcome(submission: Submission) -> str:
    """What came of a file; raises AssertionError if it is neither tables nor a refusal."""
    if submission.refusal is not None:
        assert not submission.tables, "a refusal with tables"
        return f"refused: {submission.refusal.code}"
    assert submission.form, "neither form nor refusal"
    assert submission.tables or submission.facts, "nothing read and nothing said"
    for table in submission.tables:
        assert table.rows == sorted(set(table.rows)), "rows out of order"
        assert all(len(values) == len(table.rows) for values in table.values.values()), "columns of unequal length"
    return f"read: {len(submission.tables)} tables"


def main(seconds: float, seed: int) -> int:
    chance = random.Random(seed)
    originals = corpus()
    counts: Counter[str] = Counter()
    failures = 0
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            jobs = []
            for number in range(BATCH):
                path = Path(folder, f"{number}.xlsx")
                path.write_bytes(mutate(chance.choice(originals), chance))
                jobs.append(Job(path, path.name, chance.choice([None, "risk_register"]), chance.random() < 0.3))
            try:
                answers = read_all(jobs)
                assert len(answers) == len(jobs)
                for job, answer in zip(jobs, answers, strict=True):
                    counts[outcome(answer)] += 1
                    if answer.refusal is not None and "内容无法解析（" in answer.refusal.message:
                        failures += 1
                        _keep(job.path, answer.refusal.message)
            except Exception as error:
                failures += 1
                for job in jobs:
                    _keep(job.path, repr(error))
    print(f"{sum(counts.values())} files, seed {seed}")
    for what, count in counts.most_common():
        print(f"{count:7} {what}")
    print(f"{failures} failures")
    return 1 if failures else 0


def _keep(path: Path, why: str) -> None:
    KEPT.mkdir(parents=True, exist_ok=True)
    kept = KEPT / f"{time.time_ns()}.bin"
    kept.write_bytes(path.read_bytes())
    print(f"{kept}: {why}")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(main(float(arguments[0]) if arguments else 60, int(arguments[1]) if len(arguments) > 1 else 1))
