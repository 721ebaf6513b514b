"""Which model describes which file of `schemas/`."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from lzxl.forms.described.appraisal import AppraisalFile
from lzxl.forms.described.archive import ArchiveFile
from lzxl.forms.described.events import EventsFile
from lzxl.forms.described.exports import ExportsFile
from lzxl.forms.described.findings import FindingsFile
from lzxl.forms.described.forms import CoverFile, FormFile
from lzxl.forms.described.grading import GradingFile
from lzxl.forms.described.owed import ClausesFile, OwedFile
from lzxl.forms.described.papers import PapersFile
from lzxl.forms.described.vocabularies import VocabulariesFile

FILES: Mapping[str, type[BaseModel]] = {
    "vocabularies.yaml": VocabulariesFile,
    "findings.yaml": FindingsFile,
    "appraisal.yaml": AppraisalFile,
    "clauses.yaml": ClausesFile,
    "cover.yaml": CoverFile,
    "events.yaml": EventsFile,
    "exports.yaml": ExportsFile,
    "papers.yaml": PapersFile,
    "archive.yaml": ArchiveFile,
    "owed.yaml": OwedFile,
}
"""The files of which there is one each."""
FOLDERS: Mapping[str, type[BaseModel]] = {"forms": FormFile, "grading": GradingFile}
"""Folder → what describes each file in it."""


def model_of(file: str) -> type[BaseModel] | None:
    """What describes a file, by its name in `schemas/`; None if there is to be none of that name."""
    return FILES.get(file) or FOLDERS.get(file.partition("/")[0])
