"""Whether schemas/owed.yaml is sound: every clause is answered, once, and with papers that there are."""

from __future__ import annotations

from collections.abc import Iterator

from lzxl.forms.sound_papers import paper_titles
from lzxl.forms.sound_said import Choice, Mistake, Said, repeated

FILE = "owed.yaml"


def judge_owed(said: Said) -> Iterator[Mistake]:
    """Every mistake of the file beside the clauses and the kinds of papers. That a clause exists is judged of all files."""
    owed = said[FILE]["owed"]
    answered = [entry["clause"] for entry in owed]
    for number, clause in repeated(answered):
        yield Mistake(FILE, ("owed", number, "clause"), f"“{clause}”重复。")
    for clause in said["clauses.yaml"]:
        if clause not in answered:
            yield Mistake(FILE, ("owed",), f"“{clause}”没有对应的一项，请补上。")
    words = Choice("文种", paper_titles(said), "forms/work_record.yaml、papers.yaml")
    for number, entry in enumerate(owed):
        yield from words.judge_each(FILE, ("owed", number, "papers"), entry["papers"])
