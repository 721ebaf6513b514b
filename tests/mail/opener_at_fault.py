"""The child that opens mails, as a hostile mail would have it: what the subject of a mail says is what it does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any, BinaryIO

from lzxl.children import serve
from lzxl.mail import opener

_asked: list[object] = []


def answer_to(question: dict[str, Any], given: BinaryIO) -> Iterator[tuple[dict[str, Any], bytes]]:
    _asked.append(question)
    head = given.read(400)
    given.seek(0)
    fault = next((word for word in (b"die", b"fill", b"turn", b"lie", b"tire") if b"Subject: " + word in head), b"")
    if not question["is_header"] or b"Subject: die-always" in head:
        if fault == b"die":
            os.abort()
        elif fault == b"fill":
            raise MemoryError
        elif fault == b"turn":
            while True:
                pass
        elif fault == b"lie":
            yield {"message_id": 7}, b""
        elif fault == b"tire" and len(_asked) > 1:  # what was read before has left no room
            raise MemoryError
    yield from opener.answer_to(question, given)


if __name__ == "__main__":
    serve(answer_to)
