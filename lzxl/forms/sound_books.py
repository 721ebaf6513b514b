"""Whether the office's books are sound: forms that it keeps in the campaign's folder, some of whose fields the program fills in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lzxl.files import unfit_sign
from lzxl.forms.sound_said import FormSaid, Mistake, Place, Said, SheetSaid, forms_in
from lzxl.forms.text import fold

_BY_PROGRAM = ("filled", "computed")
"""The keys of a field that may say `program`."""


def judge_book(form: FormSaid) -> Iterator[Mistake]:
    """A book is the office's own, made of tables, in a file that may be called so."""
    name = form.data.get("file")
    if name is None:
        return
    if unfit := unfit_sign(name):
        yield form.mistake(("file",), f"写的“{name}”要用作文件名，不能有 {unfit} 。")
    if name.lower().endswith(".xlsx"):
        yield form.mistake(("file",), f"写的是“{name}”，不用写 .xlsx。")
    if form.is_filed_by_units:
        yield form.mistake(("file",), "只有办公室的表（filed_by: office）才是留在批次文件夹里的簿册。")
    if form.covers:
        yield form.mistake(("file",), "簿册只由逐行填写的工作表（layout: table）组成，不要封面。")


def judge_books_apart(said: Said) -> Iterator[Mistake]:
    """No two files of the campaign's folder have one name: books, and the forms that lie there under their titles."""
    names: dict[str, str] = {}
    # Books last: of two that share a name it is the book's file that can be called otherwise.
    for form in sorted(forms_in(said), key=lambda form: "file" in form.data):
        name = form.data.get("file") or form.title
        # Windows and macOS take two names that differ in capital letters alone for one file.
        owner = names.setdefault(fold(name), form.title)
        if owner != form.title:
            yield form.mistake(("file",), f"写的文件名“{name}”已经用于《{owner}》，请另取一个。")


def judge_by_program(sheet: SheetSaid, entry: Mapping[str, Any], place: Place) -> Iterator[Mistake]:
    """What the program fills in: only in books, and never asked of those who type."""
    keys = [key for key in _BY_PROGRAM if entry.get(key) == "program"]
    if keys and not sheet.form.data.get("file"):
        yield Mistake(sheet.file, (*place, keys[0]), "只有办公室的簿册（写明 file 的表）才能由程序填写（program）。")
    if keys and entry.get("required"):
        text = f"由程序填写的栏目（{keys[0]}: program）不能又是必填（required）。"
        yield Mistake(sheet.file, (*place, "required"), text)
