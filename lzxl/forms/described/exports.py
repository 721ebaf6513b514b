"""What schemas/exports.yaml may say of the tables that go to other appraisals."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from lzxl.forms.described.entries import Entry, Name, Text


class ExportColumn(Entry):
    """A column of a table for another appraisal; `shows`: what is known of what its rows are of (`lzxl.forms.sound_exports`)."""

    shows: Name
    title: Text
    width: Annotated[float, Field(gt=3, le=80)]
    power: Text | None = None
    item: Text | None = None


class ExportHint(Entry):
    """What is said of a person whose warning is in a state, or who was given a disposition."""

    state: Name | None = None
    disposition: Name | None = None
    text: Text


class Export(Entry):
    """A table that another appraisal gets, with its readers."""

    export: Name
    title: Text
    folder: Text
    readers: Text
    note: Text
    rows: Literal["person", "leader", "unit"]
    columns: Annotated[list[ExportColumn], Field(min_length=1)]


class ExportsFile(Entry):
    """schemas/exports.yaml: what the appraisal hands to other appraisals."""

    model_config = ConfigDict(title="exports")

    clause: Text
    folder: Text
    hints: list[ExportHint]
    exports: Annotated[list[Export], Field(min_length=1)]
