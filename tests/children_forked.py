"""Forks the children that read files from one that has everything loaded, once a test run: to start one costs more than most tests.

A child is forked where it would be started in the surroundings of the run; where a test gives it others, or asks to have its
children started (`starts_children`), it is started. What a child does, may use, and how it ends is the same; that it can be
started at all, the tests of `lzxl.children` and of the sandbox say, and all that run `lzxl` as a program.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

import pytest

from lzxl import children
from lzxl.workbook.reading import sandbox

_ENDED = struct.Struct("i")


@contextmanager
def forking() -> Iterator[None]:
    """Whoever starts a child of lzxl's in this process gets one that is forked."""
    if sys.platform != "linux":
        yield
        return
    nursery = _Nursery()
    public = {name: value for name, value in vars(subprocess).items() if not name.startswith("__")}
    instead = SimpleNamespace(**{**public, "Popen": nursery.child})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "subprocess", instead)
        patch.setattr(children, "subprocess", instead)
        yield
    nursery.close()


@pytest.fixture(scope="session", autouse=True)
def forked_children() -> Iterator[None]:
    """All tests' children are forked."""
    with forking():
        yield


@pytest.fixture
def starts_children(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test of how children are started: none is forked."""
    monkeypatch.setattr(sandbox, "subprocess", subprocess)
    monkeypatch.setattr(children, "subprocess", subprocess)


class Forked:
    """A child that was forked elsewhere, as far as lzxl knows of one."""

    def __init__(self, pid: int, stdin: IO[bytes], stdout: IO[bytes], ended: int) -> None:
        self.pid = pid
        self.stdin = stdin
        self.stdout = stdout
        self.returncode: int | None = None
        self._ended = ended
        """Here it is told how it ended."""

    def __del__(self) -> None:
        os.close(self._ended)

    def poll(self) -> int | None:
        return self._wait(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._wait(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("a forked child", timeout or 0)
        return code

    def _wait(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._ended], [], [], timeout)[0]:
            (self.returncode,) = _ENDED.unpack(os.read(self._ended, _ENDED.size))
        return self.returncode

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


class _Nursery:
    """The process that children are forked from; there is none until the first child is wanted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._surroundings: dict[str, str] = {}

    def child(self, command: list[str], **how: Any) -> Any:
        """A child as `subprocess.Popen` would start it."""
        start = [sys.executable, "-P", "-m"]
        is_ours = command[:3] == start and len(command) == 4 and command[3].startswith("lzxl.")
        if not is_ours or how.get("env") is None:
            return subprocess.Popen(command, **how)
        with self._lock:
            if self._owner != os.getpid():  # the first one, or this process is itself forked
                self._begin(how["env"])
            if _that_matter(how["env"]) != self._surroundings:
                return subprocess.Popen(command, **how)
            return self._fork(command[3], how["env"], how.get("stderr"))

    def _begin(self, env: dict[str, str]) -> None:
        own, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        program = [
            sys.executable,
            "-P",
            "-c",
            Path(__file__).with_name("nursery.py").read_text("utf-8"),
            str(theirs.fileno()),
        ]
        self._process = subprocess.Popen(program, env=env, pass_fds=[theirs.fileno()], start_new_session=True)
        theirs.close()
        self._owner, self._socket, self._surroundings = os.getpid(), own, _that_matter(env)

    def _fork(self, module: str, env: dict[str, str], errors: int | None) -> Forked:
        assert self._socket is not None
        (read_in, write_in), (read_out, write_out), (read_end, write_end) = os.pipe(), os.pipe(), os.pipe()
        err = os.open(os.devnull, os.O_WRONLY) if errors == subprocess.DEVNULL else os.dup(2)
        told = json.dumps({"module": module, "folder": str(Path.cwd()), "env": env}).encode()
        socket.send_fds(self._socket, [told], [read_in, write_out, err, write_end])
        for given in (read_in, write_out, err, write_end):
            os.close(given)
        (pid,) = _ENDED.unpack(os.read(read_end, _ENDED.size))
        return Forked(pid, open(write_in, "wb"), open(read_out, "rb"), read_end)  # noqa: PTH123 - the caller's

    def close(self) -> None:
        if self._socket is not None and self._owner == os.getpid():
            self._socket.close()
            assert self._process is not None
            self._process.wait()


def _that_matter(env: dict[str, str]) -> dict[str, str]:
    """Of a child's surroundings what Python and lzxl go by while they load; what else there is, a forked child is told."""
    return {name: value for name, value in env.items() if name.startswith(("LZXL", "PYTHON"))}
