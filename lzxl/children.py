"""Child processes that read what nobody has vouched for: how they are started, how little they may use, how they answer.

The parent calls `ask`, the child `serve`. A file may take its reader over, or take all the memory there is; a child that does
costs one refusal.
"""

from __future__ import annotations

import io
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from lzxl import interrupts


def environment() -> dict[str, str]:
    """What a child knows of its surroundings: where lzxl is, and no password."""
    root = str(Path(__file__).resolve().parents[1])
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
    known = {name: value for name, value in os.environ.items() if "PASSWORD" not in name.upper()}
    return {**known, "PYTHONPATH": path}


def limit_memory(most_bytes: int) -> None:
    """In the child: no more memory than that, and no core file, which would hold what was read."""
    try:
        import resource
    except ImportError:  # Windows has none; the parent's clock still holds
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))


def limit_processor(seconds: int) -> None:
    """In the child: so many seconds of processor time from now on."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    # The system counts from the child's start; the hard limit stays, for once lowered it could not move on.
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, hard))


def told_text(value: object) -> str:
    """A text out of a child's answer. What was half a character in the file does not come back as one.

    Raises TypeError if it is no text.
    """
    if not isinstance(value, str):
        raise TypeError
    return value.encode("utf-8", "replace").decode()


# Why a child's answer ends before it is whole.
MEMORY, TIME, SIZE, BROKEN = "memory", "time", "size", "broken"

# Before each piece of an answer: how many bytes of JSON and how many of a file come next. No JSON: the answer is whole.
_PIECE = struct.Struct(">IQ")
_MOST_JSON_BYTES = 8 * 1024 * 1024
# How a child ends that wanted more memory than it may have: nothing has to be allocated for that.
_EXIT_MEMORY = 86


@dataclass(frozen=True)
class Limits:
    """What a child may use for one question."""

    memory_bytes: int = 1024**3
    processor_seconds: int = 20
    wall_seconds: float = 30.0
    """How long its parent waits for it, all in all; what the parent does between two pieces does not count."""
    answer_bytes: int = 256 * 1024 * 1024
    """What all the pieces of its answer may come to."""


class Answer:
    """What a child answers, piece by piece: what it tells (plain JSON) and a file's bytes, b"" if none belong to it.

    Go through it once. The parent holds one piece at a time, and the child makes the next when it is asked for it. Nothing
    that a child does raises here: afterwards `trouble` is "" if the answer is whole, else MEMORY, TIME, SIZE (more than
    `answer_bytes`) or BROKEN; the pieces given before that are good.
    """

    def __init__(self, process: subprocess.Popen[bytes], limits: Limits) -> None:
        self.trouble = ""
        self.is_whole = False
        """All of it has come: the child may be asked something else."""
        self._process = process
        self._seconds = limits.wall_seconds
        self._bytes = limits.answer_bytes

    def __iter__(self) -> Iterator[tuple[Any, bytes]]:
        while not self.trouble:
            try:
                piece = self._next_in_time()
            except Exception:  # a child that a file has taken over may send anything
                self.trouble = self.trouble or self._reason()
                return
            if piece is None:
                self.is_whole = True
                return
            yield piece

    def _next_in_time(self) -> tuple[Any, bytes] | None:
        clock = threading.Timer(max(self._seconds, 0.0), self._expire)
        clock.daemon = True
        began = time.monotonic()
        clock.start()
        try:
            return self._next()
        finally:
            clock.cancel()
            self._seconds -= time.monotonic() - began

    def _next(self) -> tuple[Any, bytes] | None:
        json_bytes, file_bytes = _PIECE.unpack(self._read(_PIECE.size))
        if not json_bytes:
            return None
        self._bytes -= json_bytes + file_bytes
        if self._bytes < 0 or json_bytes > _MOST_JSON_BYTES:
            self.trouble = SIZE
            raise OverflowError
        return json.loads(self._read(json_bytes)), self._read(file_bytes)

    def _read(self, size: int) -> bytes:
        assert self._process.stdout is not None
        data = self._process.stdout.read(size)
        if len(data) < size:
            raise EOFError
        return data

    def _expire(self) -> None:
        self.trouble = TIME
        _kill(self._process)

    def _reason(self) -> str:
        """Why a child that is not fit for an answer any more is not."""
        with suppress(subprocess.TimeoutExpired):
            # A child that ran out of memory or time is just ending, and tells why by its code: not if it is killed now.
            self._process.wait(1)
        _kill(self._process)
        code = self._process.wait()
        if code == _EXIT_MEMORY:
            return MEMORY
        # Windows has no such signal.
        return TIME if code == -getattr(signal, "SIGXCPU", 0) else BROKEN


@contextmanager
def ask(module: str, given: bytes | Path, question: object = None, limits: Limits | None = None) -> Iterator[Answer]:
    """The answer of a child process that runs `module` (which calls `serve`) to `question` about a stranger's bytes.

    `given`: the bytes, or the file that has them, which only the child opens. `question`: what JSON can say. The child is
    gone when the block is left.
    """
    with Kept(module, limits) as child, child.ask(given, question) as answer:
        yield answer


class Kept:
    """A child as of `ask` that is kept for the next question: to start one takes longer than most answers.

    One that died, or whose answer was left before it was whole, is replaced. A context manager: the child is gone after it.
    """

    def __init__(self, module: str, limits: Limits | None = None) -> None:
        self._module = module
        self._limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Kept:
        return self

    def __exit__(self, *exception: object) -> None:
        self._end()

    @property
    def is_fresh(self) -> bool:
        """Whether no question has been put to the child that is asked next: what ends it is the question's doing."""
        return self._process is None

    def renew(self) -> None:
        """Let the next question begin a child of its own."""
        self._end()

    @contextmanager
    def ask(self, given: bytes | Path, question: object = None, limits: Limits | None = None) -> Iterator[Answer]:
        """As the function `ask`, one question at a time. `limits`: for this one; of memory only less than for all."""
        interrupts.heed()  # before each file: to stop here loses nothing
        limits = limits or self._limits
        if self._process is None:
            self._process = _started(self._module)
        told = {
            "memory": self._limits.memory_bytes,
            "processor": limits.processor_seconds,
            "path": str(given) if isinstance(given, Path) else "",
            "size": 0 if isinstance(given, Path) else len(given),
            "question": question,
        }
        data = b"" if isinstance(given, Path) else given
        # In a thread of its own: a child may answer before it has read all, or never read at all.
        words = (self._process, json.dumps(told).encode() + b"\n", data)
        feeder = threading.Thread(target=_feed, args=words, daemon=True)
        feeder.start()
        answer = Answer(self._process, limits)
        try:
            yield answer
        finally:
            if not answer.is_whole:
                self._end()
            # The child reads or is gone by now; whatever else holds the thread up, it ends with the parent.
            feeder.join(5)

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        process.wait()
        assert process.stdin is not None and process.stdout is not None
        with suppress(OSError):  # what it has not read is lost
            process.stdin.close()
        process.stdout.close()


def _started(module: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - a module of our own
        # -P: not from the folder that the command runs in, where a file may be called like a module of ours.
        [sys.executable, "-P", "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=None if "LZXL_DEBUG" in os.environ else subprocess.DEVNULL,
        env=environment(),
        # Ctrl-C is the parent's to handle.
        # By this it has a group of its own, which `_kill` ends with all that it has started.
        start_new_session=True,
    )


def _feed(process: subprocess.Popen[bytes], line: bytes, data: bytes) -> None:
    assert process.stdin is not None
    with suppress(OSError, ValueError):  # a child that died has not read all
        process.stdin.write(line)
        process.stdin.write(data)
        process.stdin.flush()


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a child, and whatever it may have started."""
    with suppress(OSError):
        # One that was waited for is gone, and its number may be another process's by now.
        if os.name == "posix" and process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def serve(answer_to: Callable[[Any, BinaryIO], Iterable[tuple[Any, bytes]]]) -> None:
    """In the child: answer what `ask` asks, until nobody asks any more.

    `answer_to`: from a question and the given bytes to the pieces of the answer.
    """
    # Whatever a library prints must not get into the answer, nor a stranger's text onto the screen.
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    while line := sys.stdin.buffer.readline():
        told = json.loads(line)
        limit_memory(told["memory"])
        limit_processor(told["processor"])
        try:
            _answer(channel, answer_to, told)
        except MemoryError:
            os._exit(_EXIT_MEMORY)


def _answer(
    channel: BinaryIO, answer_to: Callable[[Any, BinaryIO], Iterable[tuple[Any, bytes]]], told: dict[str, Any]
) -> None:
    with Path(told["path"]).open("rb") if told["path"] else io.BytesIO(sys.stdin.buffer.read(told["size"])) as given:
        for says, data in answer_to(told["question"], given):
            # Half a character must not end the child: it goes as it is, and the parent mends it (`told_text`).
            line = json.dumps(says, ensure_ascii=False).encode("utf-8", "surrogatepass")
            channel.write(_PIECE.pack(len(line), len(data)) + line)
            channel.write(data)
            channel.flush()
    channel.write(_PIECE.pack(0, 0))
    channel.flush()
