"""A child that does what it is asked to do wrong: `python -m tests.children_at_fault`, started by the tests of children."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from lzxl.children import serve


def answer_to(question: Any, given: BinaryIO) -> Iterator[tuple[Any, bytes]]:
    """One good piece, then the fault that `question` names; without one, the given bytes in pieces of a thousand."""
    yield "begins", b""
    if question == "memory":
        yield "never", bytes(3 * 1024**3)
    elif question == "processor":
        while True:
            pass
    elif question == "work":  # for most of the time that it may take
        began = time.process_time()
        while time.process_time() - began < 0.7:
            pass
    elif question == "sleep":
        time.sleep(600)
    elif question == "raise":
        raise ValueError
    elif question == "die":
        os.abort()
    elif question == "leave":
        os._exit(0)
    elif question == "print":
        print("a line that a library prints")
        os.system("echo another")
    elif question == "lie":
        os.write(_channel(), b"\x00" * 3 + b"\x09" + b"\xff" * 8 + b"[[[[")
    elif question == "nonsense":
        os.write(_channel(), b"\x00" * 3 + b"\x04" + b"\x00" * 8 + b"[[[[")
    elif question == "surroundings":
        yield dict(os.environ), b""
    elif question == "half":
        yield "\ud83d", b""
    else:
        while data := given.read(1000):
            yield len(data), data


def _channel() -> int:
    """Where this process answers: the one pipe that it writes to beside its errors."""
    pipes = [int(link.name) for link in Path("/proc/self/fd").iterdir() if _is_pipe(link)]
    return max(number for number in pipes if number > 2)


def _is_pipe(link: Path) -> bool:
    try:
        return str(link.readlink()).startswith("pipe:")
    except OSError:  # the folder itself was open while it was listed
        return False


if __name__ == "__main__":
    serve(answer_to)
