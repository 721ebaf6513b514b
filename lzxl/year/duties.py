"""Duties in a list of powers (岗位职责): what a post has to do without having power over anybody (第八条(一)1)."""

from __future__ import annotations

from collections.abc import Mapping

from lzxl.forms.load import load_form
from lzxl.forms.model import Form
from lzxl.forms.rules import Listed
from lzxl.forms.text import compact
from lzxl.submission import Submission


def duty_words(form: Form, rule: Listed) -> tuple[str, ...]:
    """The words by which a row of the list says that it is a duty; none where the list has powers only."""
    return form.by_name[rule.sheet].words(rule.listed_words, "duty")


def duties_of(submission: Submission, rule: Listed) -> Mapping[str, str]:
    """Name of a duty that a unit lists, compacted → the word that says so."""
    words = duty_words(load_form(submission.form, submission.scheme), rule)
    return {
        compact(table.text(rule.listed_name, index)): word
        for table in submission.tables_of(rule.sheet)
        for index, word in table.filled(rule.listed_words)
        if word in words
    }
