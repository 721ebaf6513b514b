"""Long runs that show how reliable the taking in of mails is; each prints its figures.

    python tests/soak_mail.py kills [--random 100] [--seed 1]
    python tests/soak_mail.py cuts [--step 512]
    python tests/soak_mail.py disk
    python tests/soak_mail.py throughput [--mails 300]

kills: kill -9 at every point of every mode, at its first, second, third and last time, then at random times. cuts: the
connection to the mailbox cut after every so many bytes, once, and four times over. disk: full at every write, for a moment
and for good; and really full, on small file systems in memory, where this may mount them. throughput: mails of 60 KB from a
mailbox, stored, checked and answered.
"""

from __future__ import annotations

import argparse
import io
import logging
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
import zipfile
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lzxl.campaign.folder import Campaign
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.campaign.standing import take_stock
from lzxl.demo.bureau import load_bureau
from lzxl.forms.load import load_form, load_grading
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.save import save_workbook
from tests.campaign.office import filled
from tests.cli.running import environment
from tests.mail.dovecot import PASSWORD, Dovecot, why_missing
from tests.mail.quirks import QuirkProxy, Quirks
from tests.mail.reliability import (
    MODES,
    World,
    counted,
    cut_off,
    disk_full_at,
    kills,
    letter,
    number_of_writes,
)

_TARGET_SECONDS = 60


def soak_kills(world: World, modes: tuple[str, ...], at_random: int, seed: int) -> int:
    """How many kills did not end as they should."""
    wrong = 0
    results: list[tuple[bool, list[str]]] = []
    began = time.monotonic()
    for mode in modes:
        points = world.points(mode)
        here = []
        for what in kills(points):
            here.append(world.killed(mode, what))
            for line in here[-1][1]:
                print(f"  {mode}, {what['point']}, hit {what['hit']}: {line}", flush=True)
        wrong += counted(print, f"{mode}, {len(points)} points", here, began)
        results += here
    chance = random.Random(seed)
    lasts = {mode: world.duration(mode) for mode in modes}
    here = []
    for number in range(at_random):
        mode = modes[number % len(modes)]
        what = {"seconds": chance.uniform(0.02, lasts[mode])}
        here.append(world.killed(mode, what, cold=number % 4 == 3))
        for line in here[-1][1]:
            print(f"  {mode}, {what}: {line}", flush=True)
    wrong += counted(print, "at random times", here, began)
    counted(print, "all kills", results + here, began)
    return wrong


def soak_cuts(world: World, step: int) -> int:
    wrong = 0
    proxy = QuirkProxy(world.dovecot, Quirks())
    for times in (1, 4):
        began = time.monotonic()
        results = cut_off(world, step, times, proxy)
        for number, (_, found) in enumerate(results, 1):
            for line in found:
                print(f"  {times} times after {number * step} bytes: {line}")
        print(
            f"{times} times over: {len(results)} cuts, every {step} bytes, {sum(cut for cut, _ in results)} took effect,"
            f" {sum(bool(found) for _, found in results)} ended otherwise, {time.monotonic() - began:.0f} s"
        )
        wrong += sum(bool(found) for _, found in results)
    proxy.close()
    return wrong


def soak_disk(world: World) -> int:
    wrong = 0
    writes = number_of_writes(world)
    for for_good in (False, True):
        began = time.monotonic()
        failed = 0
        for number in range(1, writes + 1):
            found = disk_full_at(world, number, for_good)
            failed += bool(found)
            for line in found:
                print(f"  write {number}: {line}")
        kept = "for good" if for_good else "once"
        print(f"full {kept}: {writes} writes, {failed} ended otherwise, {time.monotonic() - began:.0f} s")
        wrong += failed
    return wrong + _small_disks(world)


def _small_disks(world: World) -> int:
    """The campaign on a file system that is really full, at more and more bytes."""
    began, tried, full, wrong = time.monotonic(), 0, 0, 0
    while True:
        trial = world.trial("move")
        kept = trial.root.with_name("kept")
        trial.root.rename(kept)
        trial.root.mkdir()
        used = sum(-(-path.stat().st_size // 4096) * 4 for path in kept.rglob("*")) + 100
        room = f"size={used + tried * 40}k"
        command = ["mount", "-t", "tmpfs", "-o", room, "tmpfs", str(trial.root)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            print("not run: no file system can be mounted here")
            return wrong
        try:
            shutil.copytree(kept, trial.root, dirs_exist_ok=True)
            code, said = trial.collect_and_send()
            is_full = "错误：" in said
            found = (
                [] if not is_full or (code == 3 and ("磁盘空间" in said or "收件台账" in said)) else [f"{code}: {said}"]
            )
            subprocess.run(["mount", "-o", "remount,size=200m", str(trial.root)], check=True)
            if trial.finish():
                found.append("the next run does not complete")
            found += trial.end_state().differences(world.undisturbed("move"))
        finally:
            subprocess.run(["umount", str(trial.root)], check=True)
        for line in found:
            print(f"  {room}: {line}")
        tried, full, wrong = tried + 1, full + is_full, wrong + bool(found)
        if not is_full:
            break
    print(f"really full: {full} sizes, {wrong} ended otherwise, {time.monotonic() - began:.0f} s")
    return wrong


def measure_throughput(world: World, count: int) -> int:
    """Take `count` mails of as many units in, through the command line."""
    codes = [f"T{number:03d}" for number in range(count)]
    trial = world.trial("move", [])
    _write_large_roster(trial.root, codes)
    mails = [
        letter(
            number,
            f"{code.lower()}@unit.example",
            ("预警台账.xlsx", _workbook_of(code)),
            Message_ID=f"<{code}@unit.example>",
        )
        for number, code in enumerate(codes)
    ]
    world.dovecot.put(trial.user, *mails)
    command = [sys.executable, "-m", "lzxl", "-q", "-C", str(trial.root), "collect"]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        command, env=environment(LZXL_MAIL_PASSWORD=PASSWORD), capture_output=True, text=True, check=False
    )
    seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    states = [filing.state for filing in take_stock(Campaign(trial.root)).filings]
    drafts = len(list((trial.root / "文书/待发邮件").iterdir()))
    print(done.stdout.splitlines()[-2:], done.stderr)
    print(
        f"{count} mails, {sum(map(len, mails)) / count / 1024:.0f} KB each: {seconds:.1f} s, {used:.1f} s of processor"
        f" ({seconds / count * 1000:.0f} ms a mail); {states.count('accepted')} accepted, {drafts} answers written;"
        f" target {_TARGET_SECONDS} s"
    )
    return int(seconds > _TARGET_SECONDS or len(states) != count or "missing" in states or drafts != count)


def _write_large_roster(root: Path, codes: list[str]) -> None:
    form = load_form("unit_roster")
    workbook = build_workbook(form, load_grading())
    stamp_workbook(workbook, form, Stamp(form.id, form.version, "", "", "2026年度"))
    row = load_bureau().roster_rows()[0]
    rows = [
        {**row, "serial": number, "code": code, "unit_name": _name_of(code), "email": f"{code.lower()}@unit.example"}
        for number, code in enumerate(codes, 1)
    ]
    fill_workbook(workbook, form, {}, {"units": rows})
    save_workbook(workbook, root / ROSTER_NAME)


def _name_of(code: str) -> str:
    return f"第{code[1:]}科"


def _workbook_of(code: str) -> bytes:
    """One unit's workbook under another's name and code, with what pictures would take."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(filled("HB01"))) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            data = source.read(entry).replace(b"HB01", code.encode())
            target.writestr(entry, data.replace(">办公室<".encode(), f">{_name_of(code)}<".encode()))
        target.writestr("xl/media/image1.png", random.Random(code).randbytes(27_000))
    return out.getvalue()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("kills", "cuts", "disk", "throughput"))
    parser.add_argument("--mode", choices=MODES, action="append", help="only this one; may be given more than once")
    parser.add_argument("--random", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--step", type=int, default=512)
    parser.add_argument("--mails", type=int, default=300)
    arguments = parser.parse_args()
    if reason := why_missing():
        print(f"not run: {reason}")
        return 0
    warnings.simplefilter("ignore", DeprecationWarning)
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # the SMTP server of the tests says every login is deprecated
    dovecot = Dovecot()
    try:
        with tempfile.TemporaryDirectory(prefix="lzxl-soak-") as folder, World(Path(folder), dovecot) as world:
            if arguments.what == "kills":
                wrong = soak_kills(world, tuple(arguments.mode or MODES), arguments.random, arguments.seed)
            elif arguments.what == "cuts":
                wrong = soak_cuts(world, arguments.step)
            elif arguments.what == "disk":
                wrong = soak_disk(world)
            else:
                wrong = measure_throughput(world, arguments.mails)
    finally:
        dovecot.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    os.environ.setdefault("PYTHONUTF8", "1")
    sys.exit(main())
