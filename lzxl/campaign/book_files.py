"""Where the office's books lie in the campaign's folder, and what is asked of a child that reads one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from lzxl.forms.load import book_ids, load_form
from lzxl.workbook.reading.jobs import BookJob

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign


def book_path(campaign: Campaign, form_id: str) -> Path:
    """Where the campaign has the book of a form."""
    return campaign.root / f"{load_form(form_id).file}.xlsx"


def books_there(campaign: Campaign, form_ids: Iterable[str] | None = None) -> list[str]:
    """The forms whose books are there, in the order of the forms. `form_ids`: of which; None for all."""
    return [one for one in (form_ids or book_ids()) if book_path(campaign, one).is_file()]


def book_job(campaign: Campaign, form_id: str) -> BookJob:
    """Asks for the campaign's book of a form as it reads."""
    path = book_path(campaign, form_id)
    return BookJob(path, path.name, scheme=campaign.grading.id)
