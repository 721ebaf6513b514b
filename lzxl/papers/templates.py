"""Templates of papers: found, proved and filled in.

The office may edit them, so that what stands in one is checked before it is used: fields that there are not, tags that do not
fit, anything that is no Word document. They are filled in inside a sandbox, and what is filled in is text, never a tag.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from lzxl.campaign.folder import Campaign
from lzxl.campaign.places import TEMPLATES
from lzxl.data import data_folder
from lzxl.errors import LzxlError
from lzxl.files import store_durably
from lzxl.papers.kinds import PaperKind, paper_kinds
from lzxl.papers.layout import repacked
from lzxl.papers.marks import Marked
from lzxl.zips import BrokenZipError, LargeZipError, read_directory

Value = str | Sequence["Value"] | Mapping[str, "Value"]
Values = Mapping[str, Value]
"""What is filled in: field → text, or the rows of a table, which may have rows of their own."""

_MOST_BYTES = 20_000_000
_MOST_SHOWN = 40
_MISSING = re.compile(r"(?:has no attribute|no element) '([^']+)'|'([^']+)' is undefined")


class TemplateUnfitError(LzxlError):
    """A template that cannot be used as it is; nothing was written."""


def template_of(campaign: Campaign, kind: PaperKind) -> tuple[str, bytes]:
    """(what it is called, its bytes) of a kind's template: the campaign's own, else the standard one.

    Raises TemplateUnfitError if it cannot be read.
    """
    own = campaign.folder(TEMPLATES) / kind.file
    path = own if own.is_file() else data_folder("papers") / kind.file
    shown = f"{TEMPLATES}/{kind.file}" if own.is_file() else kind.file
    try:
        return shown, path.read_bytes()
    except OSError:
        raise TemplateUnfitError(
            f"文书模板 {shown} 无法读取，请检查文件是否存在、有无读取权限。", code="template_unreadable", file=shown
        ) from None


def export_templates(campaign: Campaign) -> list[Path]:
    """Copy the standard templates into the campaign, to be edited there; one that is there is never touched."""
    made = []
    for kind in paper_kinds():
        target = campaign.folder(TEMPLATES) / kind.file
        if not target.exists():
            store_durably(target, (data_folder("papers") / kind.file).read_bytes())
            made.append(target)
    return made


def fill_in(file: str, template: bytes, values: Values) -> bytes:
    """The document that a template becomes. Raises TemplateUnfitError that names file, field and remedy."""
    from docxtpl import DocxTemplate
    from lxml.etree import LxmlError

    _refuse_other(file, template)
    # Strict: a field that is misspelt in the office's own template would else be a gap on a paper that goes out.
    sandbox = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    # What Jinja itself brings is not for papers: `lipsum` makes a text of any length, `range` a list.
    sandbox.globals.clear()
    plain = {name: _clean(value) for name, value in values.items()}
    try:
        document = DocxTemplate(io.BytesIO(template))
        unknown = sorted(document.get_undeclared_template_variables(sandbox, dict(plain)))
        if unknown:
            raise _unknown(file, unknown[0], values)
        document.render(plain, sandbox, autoescape=True)
        filled = io.BytesIO()
        document.save(filled)
    except TemplateSyntaxError as error:
        raise _broken(file, error) from None
    except UndefinedError as error:
        found = _MISSING.search(str(error))
        raise _unknown(file, (found[1] or found[2]) if found else "", values) from None
    except (SecurityError, OverflowError):
        raise TemplateUnfitError(
            f"文书模板 {file} 里有不允许的写法，花括号里只写要填入的项目，未制作。请改回，或删去这份模板改用标准模板。",
            code="template_unsafe",
            file=file,
        ) from None
    except (LxmlError, KeyError, ValueError, TypeError, TemplateError) as error:
        if isinstance(error, LzxlError):
            raise
        raise _no_document(file) from None
    return repacked(filled.getvalue(), keep_fonts=True)


def _refuse_other(file: str, template: bytes) -> None:
    """Raises TemplateUnfitError for what is no Word document, or would unfold to too much."""
    try:
        entries = read_directory(io.BytesIO(template))
    except (BrokenZipError, LargeZipError):
        raise _no_document(file) from None
    names = {entry.name for entry in entries}
    is_large = sum(entry.declared_bytes for entry in entries) > _MOST_BYTES
    if "word/document.xml" not in names or is_large or any(entry.is_encrypted for entry in entries):
        raise _no_document(file)


def _no_document(file: str) -> TemplateUnfitError:
    return TemplateUnfitError(
        f"文书模板 {file} 不是完好的 Word 文档（.docx），或内容已损坏，未制作。"
        "请在 Word 或 WPS 文字中打开，另存为 .docx；仍不行的，删去这份模板改用标准模板。",
        code="template_broken",
        file=file,
    )


def _unknown(file: str, name: str, values: Values) -> TemplateUnfitError:
    shown = "、".join(_offered(one, value) for one, value in values.items())
    return TemplateUnfitError(
        f"文书模板 {file} 里的“{{{{ {name[:_MOST_SHOWN]} }}}}”没有这一项，未制作。可用：{shown}。",
        code="template_field_unknown",
        file=file,
        field=name,
    )


def _offered(name: str, value: Value) -> str:
    """A field as it may be written; of rows, what each has."""
    if isinstance(value, Mapping):
        return f"{name}（有{'、'.join(f'{name}.{one}' for one in value)}）"
    first = value[0] if isinstance(value, Sequence) and not isinstance(value, str) and value else None
    if isinstance(first, Mapping):
        return f"{name}（每行有{'、'.join(_offered(one, inner) for one, inner in first.items())}）"
    return f"{{{{ {name} }}}}"


def _broken(file: str, error: TemplateSyntaxError) -> TemplateUnfitError:
    """Tags that do not fit: near which words."""
    lines = (error.source or "").splitlines()
    place = (error.lineno or 1) - 1
    near = re.sub(r"<[^>]+>", "", lines[place]) if 0 <= place < len(lines) else ""
    words = " ".join(near.split())[:_MOST_SHOWN]
    where = f"“{words}”附近的" if words else "的"
    return TemplateUnfitError(
        f"文书模板 {file} {where}花括号不成对或写法有误，未制作。要填入的项目前后各写两个花括号，如“{{{{ 文号 }}}}”；"
        "改不好的，删去这份模板改用标准模板。",
        code="template_tags_broken",
        file=file,
        near=words,
    )


def _clean(value: Any) -> Any:
    """Texts without signs that no document holds. What stands between braces in a text stays as it is written."""
    if isinstance(value, Marked):
        return value
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, Mapping):
        return {name: _clean(one) for name, one in value.items()}
    return [_clean(one) for one in value]


def plain_text(text: str) -> str:
    """A text without signs that no document holds."""
    # Cn has the signs of `marks` too: whoever typed them into a form could put one figure in another's place.
    return "".join(sign for sign in text if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs", "Cn"))
