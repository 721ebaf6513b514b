"""The process that the tests' children are forked from (`tests/children_forked.py`); run with the number of its socket."""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import os
import random
import runpy
import signal
import socket
import struct
import sys
import traceback

ENDED = struct.Struct("i")
# What a child loads only where a file needs it.
OFTEN = ("lzxl.workbook.writing.amend", "lzxl.workbook.writing.text", "lzxl.workbook.reading.keepsakes",
         "lzxl.workbook.reading.keepsakes_xlsx", "lzxl.workbook.reading.xlsx_parsed")  # fmt: skip


def serve(requests: socket.socket) -> None:
    """Fork a child for each request, until nobody asks any more."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait for children
    loaded: set[str] = set()
    while True:
        told, given, _, _ = socket.recv_fds(requests, 1 << 20, 4)
        if not told:
            return
        request = json.loads(told)
        if request["module"] not in loaded:
            loaded.add(request["module"])
            load(request["module"])
        if not os.fork():
            requests.close()
            follow(request, *given)
        for number in given:
            os.close(number)


def load(module: str) -> None:
    """Load a module with all that it needs."""
    is_reader = module == "lzxl.workbook.reading.worker"
    for name in (module, *(OFTEN if is_reader else ())):
        importlib.import_module(name)
    if is_reader:
        with contextlib.suppress(Exception):  # a child will say so
            read_blank_forms()
        forget_forms()


def read_blank_forms() -> None:
    """What is loaded and worked out with the first file is there for all children: a fifth of what one costs."""
    from lzxl.data import data_folder
    from lzxl.workbook.reading.read import read_submission

    for path in data_folder("workbooks").glob("*.xlsx"):
        read_submission(path, path.name)


def forget_forms() -> None:
    """Whoever asks for a child gives it the forms that it is to know, and no others may have been loaded before."""
    for name, module in list(sys.modules.items()):
        if name.startswith("lzxl.forms"):
            for value in vars(module).values():
                if isinstance(value, functools._lru_cache_wrapper):
                    value.cache_clear()


def follow(request: dict[str, object], standard_in: int, standard_out: int, errors: int, ended: int) -> None:
    """Fork the child, and when it has ended tell how; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if not child:
        live(request, ended, standard_in, standard_out, errors)
    for number in (standard_in, standard_out, errors):
        os.close(number)
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(BrokenPipeError):  # nobody may want to know
        os.write(ended, ENDED.pack(os.waitstatus_to_exitcode(status)))
    os._exit(0)


def live(request: dict[str, object], told: int, *given: int) -> None:
    """Be the child; never returns. Its number is told when it can be killed with all that it may start."""
    os.setsid()
    os.write(told, ENDED.pack(os.getpid()))
    os.close(told)
    for number, own in enumerate(given):
        os.dup2(own, number)
        os.close(own)
    os.environ.clear()
    os.environ.update(request["env"])  # type: ignore[call-overload]
    os.chdir(str(request["folder"]))
    random.seed()
    module = str(request["module"])
    sys.argv = [module]
    sys.modules.pop(module, None)  # it is run, not imported
    code = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        sys.stdout.flush()
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else int(left.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    os._exit(code)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
