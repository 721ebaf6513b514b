"""What is found of the facts that reading came upon, before any rule looks at the rest."""

from __future__ import annotations

from collections.abc import Iterable

from lzxl.checks.noticed import findings_of
from lzxl.forms.findings import Finding
from lzxl.forms.load import load_catalogue, load_form
from lzxl.submission import Fact, Submission


def found(submission: Submission) -> list[Finding]:
    return judged_facts(submission.facts, submission.form, submission.scheme) if submission.form else []


def judged_facts(facts: Iterable[Fact], form_id: str, scheme: str = "") -> list[Finding]:
    form = load_form(form_id, scheme) if scheme else load_form(form_id)
    return list(findings_of(list(facts), form, load_catalogue()))
