"""第八条(三): results, grades and ranks as they are stored, for whoever opens them where nothing is calculated."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from lzxl.summary.scores import NAME
from lzxl.summary.workbook import write_summary

from .rounds import sample_round


def test_results_grades_and_ranks_are_stored_as_they_are_evaluated(tmp_path: Path) -> None:
    write_summary(sample_round(), tmp_path / "汇总.xlsx")
    worksheet = openpyxl.load_workbook(tmp_path / "汇总.xlsx", data_only=True)[NAME]
    rows = list(worksheet.iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if row[0] == "单位编码")
    titles = [str(title) for title in rows[head]]
    of = {row[0]: dict(zip(titles, row, strict=True)) for row in rows[head + 1 :] if str(row[0]).startswith("HB")}
    rank, grade = (next(title for title in titles if word in title) for word in ("名次", "等次"))
    results = {code: row[next(title for title in titles if "得分" in title)] for code, row in of.items()}
    scored = sorted(
        (code for code, value in results.items() if isinstance(value, float)), key=lambda code: -results[code]
    )
    assert scored and len(scored) < len(of)
    for code, row in of.items():
        if code in scored:
            assert row[rank] == scored.index(code) + 1
            assert row[grade] not in (None, "—")
        else:
            assert (row[rank], row[grade]) == ("—", "—")
