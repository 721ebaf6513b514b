"""What schemas/forms/*.yaml and schemas/cover.yaml may say."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from lzxl.forms.described.entries import Entry, Name, Text
from lzxl.forms.described.fields import FormField
from lzxl.forms.described.form_rules import SheetRules
from lzxl.forms.described.vocabularies import Vocabulary
from lzxl.forms.model import Filer, Stage
from lzxl.forms.shown import Evaluation


class StandardRows(Entry):
    """Rows that are filled in before the form is sent out: the fields, and a value for each in every row."""

    columns: Annotated[list[Name], Field(min_length=1)]
    rows: Annotated[list[list[str | int | float]], Field(min_length=1)]


class Carried(Entry):
    """The next period starts from the rows of a table. `ended`: by field, the words of rows that are not carried over.

    `within_period`: fields whose day is carried over only if the next period has it; `with_the_day`: fields that are left behind
    with such a day. `fields`: those that are carried over, where that is not all that people fill in.
    """

    fields: list[Name] = []

    ended: dict[str, Annotated[list[Text], Field(min_length=1)]] = {}
    within_period: list[Name] = []
    with_the_day: list[Name] = []


class CountedApart(Entry):
    """Rows whose field has a word of a role: the word is what their column is called."""

    field: Name
    role: Text


class TallyColumn(Entry):
    """The column of 单位统计 that counts the rows. `by`: fields whose words are counted there one by one. `apart`: rows that are
    counted in a column of their own instead."""

    title: Text
    by: list[Name] = []
    apart: CountedApart | None = None


class Summary(Entry):
    """What the bureau's summary shows of a table: the sheet with all units' rows, all of their columns or those named.

    `evaluated_as`: what the summary's lists, cross tables and charts take it for (`lzxl.forms.shown`).
    """

    # What Excel takes for the name of a sheet; an apostrophe would have to be doubled in every formula (`Region.ref`).
    title: Annotated[str, Field(min_length=1, max_length=31, pattern=r"^[^\[\]:*?/\\']+$")]
    columns: Annotated[list[Name], Field(min_length=1)] | None = None
    tally: TallyColumn | None = None
    evaluated_as: Evaluation | None = None


class Auxiliary(Entry):
    """Headers that are known and are no fields, by what they hold."""

    risk_count: list[Text] = []
    total: list[Text] = []
    identity: list[Text] = []
    reporter_identity: list[Text] = []
    on_paper: list[Text] = []
    """What is signed by hand on the printed paper, and stood in older forms."""


class FormSheet(Entry):
    """A sheet of a form: labelled cells or a table. `optional`: a workbook without it lacks nothing."""

    name: Name
    title: Text
    layout: Literal["labels", "table"]
    clause: Text
    fields: Annotated[list[FormField], Field(min_length=1)]
    aliases: list[Text] = []
    optional: bool = False
    key: str = ""
    subject: list[Name] = []
    capacity: Annotated[int, Field(ge=1, le=10_000)] = 200
    note: str = ""
    auxiliary: Auxiliary = Auxiliary()
    standard_rows: StandardRows | None = None
    rules: SheetRules | None = None  # type: ignore[valid-type]  # a model made of the dataclasses of lzxl.forms.rules
    carried: Carried | None = None
    summary: Summary | None = None


class CoverFile(Entry):
    """schemas/cover.yaml: the fields that the cover of every form begins with."""

    model_config = ConfigDict(title="cover")

    fields: Annotated[list[FormField], Field(min_length=1)]


class FormFile(Entry):
    """schemas/forms/<id>.yaml: one standard workbook.

    `short_name`: what people call it. `filed_by`: every unit, or the office alone. `place`: in every list of forms, and in the
    summary, the lowest is first. `formerly`: ids under which it was sent out before. `words`: vocabularies that no other form
    uses, as vocabularies.yaml has them. `file`: the office keeps it as a book in the
    campaign's folder, in a file of that name (.xlsx). `rounds`: where it is filed several times a year, whether a round adds to
    those before or takes their place.
    """

    model_config = ConfigDict(title="form")

    id: Name
    title: Text
    short_name: Text
    filed_by: Filer
    place: Annotated[int, Field(ge=1, le=999)]
    version: Text
    accepts: Annotated[list[Text], Field(min_length=1)]
    formerly: list[Name] = []
    stage: Stage
    clause: Text
    paper: Literal["A3", "A4"]
    main: Name
    file: Text | None = None
    rounds: Literal["add", "replace"] = "replace"
    words: dict[Name, Vocabulary] = {}
    sheets: Annotated[list[FormSheet], Field(min_length=1)]
