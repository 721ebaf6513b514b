"""What a form may say of a field: a column of a table, or a labelled cell of a cover."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lzxl.forms.described.entries import Entry, Name, Pattern, Text
from lzxl.forms.model import Disclosure, Kind, Owner


class InRange(Entry):
    """pandera's in_range: the least and the greatest number, both allowed."""

    min_value: float
    max_value: float


class StrLength(Entry):
    """pandera's str_length: characters."""

    min_value: Annotated[int, Field(ge=0)] = 0
    max_value: Annotated[int, Field(ge=1)]


class StrMatches(Entry):
    """pandera's str_matches."""

    pattern: Pattern


class Checks(Entry):
    """pandera's own checks, by their names and with their arguments; `lzxl.checks.cells` has a sentence for each."""

    in_range: InRange | None = None
    str_length: StrLength | None = None
    str_matches: StrMatches | None = None


class FieldCodes(Entry):
    """Which findings the faults of a field are, where they have one of their own."""

    missing: str | None = None
    vocabulary: str | None = None
    wrong_column: str | None = None
    filled_by_unit: str | None = None


class FormField(Entry):
    """A column of a table or a labelled cell of a cover.

    `filled: program`: the program proposes a value where nobody typed one. `computed`: what stands there is made anew each
    time, by a formula (level, basis; group: what another word settles by a rule of the sheet; serial: the row within its table)
    or by the program, whatever was
    typed. `owner: office`: on a form that units file, the office's alone: it is in no workbook that units get, a file that has
    it is read all the same, and what a unit writes there is not taken and told to the office only. `first_of: sheet.field`: the
    first row that another sheet would have for this one stands on this one, and that field of it is this.
    """

    name: Name
    title: Text
    kind: Kind
    clause: Text
    disclosure: Disclosure
    required: bool = False
    vocabulary: str | None = None
    aliases: list[Text] = []
    # Excel has no wider column.
    width: Annotated[float, Field(gt=0, le=255)] = 14
    help: str = ""
    format: str = ""
    checks: Checks = Checks()
    codes: FieldCodes = FieldCodes()
    unique: bool = False
    derived: bool = False
    computed: Literal["level", "basis", "group", "serial", "program"] | None = None
    filled: Literal["program"] | None = None
    counts: str = ""
    references: str = ""
    first_of: str = ""
    keeps: str = ""
    telephone: bool = False
    owner: Owner = "unit"
