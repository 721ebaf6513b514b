"""Puts rows and values into an existing .xlsx workbook and keeps all else byte for byte.

Only the cells that change are written anew, in the XML of their sheet; comments, colours, pictures, columns of the office's
own, other parts and other sheets stay as the office's program saved them. What cannot be changed with certainty is not
changed: AmendError. `amend_file` runs in the sandbox: the file may be anybody's.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence

from lzxl.forms.load import DEFAULT_SCHEME, load_form
from lzxl.forms.model import Form
from lzxl.workbook.reading.content import RefusedError, WorkbookContent
from lzxl.workbook.reading.guard import judge
from lzxl.workbook.reading.jobs import Amend, Amended
from lzxl.workbook.reading.open import open_content
from lzxl.workbook.reading.package import Package
from lzxl.workbook.writing.amending.book import AmendedBook
from lzxl.workbook.writing.amending.changes import AmendError, Change
from lzxl.workbook.writing.amending.proof import prove
from lzxl.workbook.writing.xml_part import OddXmlError


def amend_file(job: Amend) -> Amended:
    """What the job's file is to be. Raises OSError if it cannot be read from disk."""
    assert job.form is not None
    data = job.path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    try:
        return Amended(digest, amended(data, load_form(job.form, job.scheme or DEFAULT_SCHEME), job.changes))
    except AmendError as error:
        return Amended(digest, code=error.code, facts=error.facts)


def amended(data: bytes, form: Form, changes: Sequence[Change]) -> bytes:
    """The workbook `data` with changes; b"" if it has them already. Raises AmendError."""
    content = _content(data)
    with Package(data) as package:
        try:
            book = AmendedBook(package, form, content)
            for change in changes:
                book.apply(change)
            parts = book.written()
        except (OddXmlError, RefusedError, KeyError, ValueError):
            raise AmendError("odd") from None
    if not parts:
        return b""
    made = _packed(data, parts)
    # Read again by the reader that reads every file: a splice that went wrong
    # is found before the office's file is replaced.
    prove(book, _content(made))
    return made


def _content(data: bytes) -> WorkbookContent:
    """What the workbook holds. Raises AmendError for what is no plain .xlsx workbook."""
    verdict = judge(data)
    if verdict.is_locked:
        raise AmendError("encrypted")
    if verdict.code:
        raise AmendError("broken")
    if verdict.container == "xlsm":
        raise AmendError("macros")
    if verdict.container != "xlsx":
        raise AmendError("not_xlsx", container=verdict.container)
    if not data.startswith(b"PK"):  # something stands before the package
        raise AmendError("odd")
    try:
        content = open_content(data, verdict.container)
    except MemoryError:
        raise
    except BaseException as error:  # the fast reader panics with a BaseException
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise AmendError("broken") from None
    if content.has_macros:
        raise AmendError("macros")
    return content


def _packed(data: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The package with other bytes for some parts; its members keep their order, names and times."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        for member in source.infolist():
            # An entry of its own: zipfile writes the new place into the one that it is given, and the source reads by
            # that.
            copied = zipfile.ZipInfo(member.filename, member.date_time)
            copied.compress_type = member.compress_type
            copied.external_attr, copied.create_system = member.external_attr, member.create_system
            copied.comment = member.comment
            target.writestr(copied, parts.get(member.filename, source.read(member)))
    return packed.getvalue()
