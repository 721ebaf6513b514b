"""The child process that reads workbooks: takes jobs from its standard input, gives submissions on its standard output.

It limits its own memory and processor time before it opens the first file, and dies rather than hurt anyone: the parent
(`lzxl.workbook.reading.sandbox`) notices, says so of that one file, and starts another. It must stay light: no frame
library, no openpyxl unless a file needs it.
"""

from __future__ import annotations

import gc
import os
import pickle
import struct
import sys
from typing import Any, BinaryIO

from lzxl.children import limit_memory, limit_processor
from lzxl.faults import trace_of
from lzxl.forms.load import load_catalogue, use_given
from lzxl.submission import Submission
from lzxl.workbook.keepsakes import Keepsakes
from lzxl.workbook.reading.encrypted import which_password
from lzxl.workbook.reading.jobs import CPU_SECONDS, MEMORY_BYTES, Amend, Amended, Job, WhatElse, WhichPassword
from lzxl.workbook.reading.plain import to_bytes
from lzxl.workbook.reading.read import read_submission


def _next(messages: BinaryIO) -> Any:
    """The next message of our own parent, None after the last."""
    header = messages.read(4)
    return pickle.loads(messages.read(struct.unpack(">I", header)[0])) if header else None  # noqa: S301


def _answer(job: Job) -> Submission | Keepsakes | Amended | OSError | int | None:
    if isinstance(job, Amend):
        from lzxl.workbook.writing.amend import amend_file  # only where the office's own book is written

        return amend_file(job)
    if isinstance(job, WhichPassword):
        return which_password(job.path, job.passwords)
    if isinstance(job, WhatElse):
        from lzxl.workbook.reading.keepsakes import read_keepsakes  # only where a return is written

        return read_keepsakes(job.path, job.passwords)
    return read_submission(job.path, job.file, job.form, job.own_layout, job.scheme, job.passwords)


def serve(jobs: BinaryIO, answers: BinaryIO) -> None:
    """Answer jobs until the input ends. Each message is its length (4 bytes, big endian) and a pickle.

    The first message is no job: it is what the parent knows of the forms.
    """
    # What reading makes has no cycles to speak of; looking for them costs a tenth of the time.
    gc.disable()
    use_given(_next(jobs))
    while (job := _next(jobs)) is not None:
        # Anew for each file: the system adds up what all of them took.
        limit_processor(CPU_SECONDS)
        try:
            answer = _answer(job)
        except OSError as error:
            # The kind alone: its text may name a folder, and the parent takes no other class.
            answer = PermissionError() if isinstance(error, PermissionError) else OSError()
        except MemoryError:
            answer = Submission(job.file, refusal=load_catalogue().finding("file_unreadable", detail="占用内存过大"))
        except Exception as error:
            # Only the kind of trouble is told: the text of an exception may quote a cell.
            kind = type(error).__name__
            refusal = load_catalogue().finding("file_unreadable", detail=f"内容无法解析（{kind}）", value=kind)
            answer = Submission(job.file, refusal=refusal, trace=trace_of(error))
        message = to_bytes(answer)
        answers.write(struct.pack(">I", len(message)) + message)
        answers.flush()


if __name__ == "__main__":
    # Whatever a library prints must not get between the messages, nor a cell's text onto the screen.
    channel = os.fdopen(os.dup(1), "wb")
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 1)
    if "LZXL_DEBUG" not in os.environ:
        os.dup2(devnull, 2)
    limit_memory(MEMORY_BYTES)
    serve(sys.stdin.buffer, channel)
