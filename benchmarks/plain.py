"""The plain way, as a competent developer writes it in an afternoon: pandas, openpyxl and pandera, file by file.

Reads each workbook with `pandas.read_excel`, validates each sheet with a pandera schema (pandas backend), leaves out the
files with bad cells, concatenates the rest and writes the tables, a list of bad cells and pivot statistics with
`to_excel`. The checks are those of `schemas/`, so that it does the same work as lzxl; it imports nothing of lzxl.

    python benchmarks/plain.py CAMPAIGN OUTPUT.xlsx RESULT.json [--engine calamine]
"""

from __future__ import annotations

import argparse
import json
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
import yaml
from openpyxl.utils import get_column_letter

SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"
HEADER_ROW = 5


def load_yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def build_schema(sheet: dict[str, Any], words: dict[str, list[str]]) -> pa.DataFrameSchema:
    columns = {}
    for field in sheet["fields"]:
        if field.get("derived") or field.get("computed"):
            continue
        checks = [getattr(pa.Check, name)(**arguments) for name, arguments in field.get("checks", {}).items()]
        if "vocabulary" in field:
            checks.append(pa.Check.isin(words[field["vocabulary"]]))
        columns[field["title"]] = pa.Column(
            None,
            checks,
            nullable=not field.get("required"),
            unique=field.get("unique", False),
            report_duplicates="exclude_first",
        )
    return pa.DataFrameSchema(columns)


def read_table(book: pd.ExcelFile, sheet: dict[str, Any]) -> pd.DataFrame:
    frame = pd.read_excel(book, sheet_name=sheet["title"], header=HEADER_ROW - 1, dtype=object)
    frame = frame.replace(r"^\s*$", None, regex=True)
    subject = [field["title"] for field in sheet["fields"] if field["name"] in sheet["subject"]]
    return frame.dropna(subset=subject, how="all")


def check_table(frame: pd.DataFrame, sheet: dict[str, Any], schema: pa.DataFrameSchema) -> set[tuple[str, str]]:
    """The bad cells as (sheet, cell)."""
    bad: set[tuple[str, int]] = set()
    for field in sheet["fields"]:
        title = field["title"]
        if field["kind"] in ("date", "score", "count"):
            convert = pd.to_datetime if field["kind"] == "date" else pd.to_numeric
            values = convert(frame[title], errors="coerce")
            bad |= {(title, index) for index in frame.index[values.isna() & frame[title].notna()]}
            frame[title] = values
        elif field["kind"] != "serial":
            frame[title] = frame[title].where(frame[title].isna(), frame[title].astype(str).str.strip())
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        bad |= {
            (column, int(index))
            for column, index in zip(cases["column"], cases["index"], strict=True)
            if not pd.isna(index)
        }
    if {"分值", "自评分"} <= set(frame.columns):
        bad |= {("自评分", index) for index in frame.index[frame["自评分"] > frame["分值"]]}
    letters = {title: get_column_letter(number) for number, title in enumerate(frame.columns, 1)}
    return {(sheet["title"], f"{letters[column]}{index + HEADER_ROW + 1}") for column, index in bad}


def check_cover(cover: dict[str, Any], cells: dict[str, str], sheet: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (sheet["title"], cells.get(field["title"], ""))
        for field in sheet["fields"]
        if field.get("required") and cover.get(field["title"]) is None
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("campaign", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("result", type=Path)
    parser.add_argument("--engine", default="openpyxl", choices=["openpyxl", "calamine"])
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # openpyxl: print areas

    vocabularies = load_yaml(SCHEMAS / "vocabularies.yaml")
    words = {name: [str(word["word"]) for word in entry["words"]] for name, entry in vocabularies.items()}
    forms = {}
    for path in (SCHEMAS / "forms").glob("*.yaml"):
        form = load_yaml(path)
        if form.get("filed_by") != "each_unit":
            continue
        for sheet in form["sheets"]:  # what an office adds to a unit's form is no column of it
            sheet["fields"] = [field for field in sheet["fields"] if field.get("owner") != "office"]
        forms[form["title"]] = form
    schemas = {
        (title, sheet["title"]): build_schema(sheet, words)
        for title, form in forms.items()
        for sheet in form["sheets"]
        if sheet["layout"] == "table"
    }

    tables: dict[str, list[pd.DataFrame]] = {}
    bad_cells: dict[str, list[tuple[str, str]]] = {}
    rows: dict[str, dict[str, int]] = {}
    for path in sorted((options.campaign / "收件").rglob("*.xlsx")):
        file = path.relative_to(options.campaign).as_posix()
        form = forms[path.parent.name]
        bad: set[tuple[str, str]] = set()
        rows[file] = {}
        read = []
        with pd.ExcelFile(path, engine=options.engine) as book:
            for sheet in form["sheets"]:
                if sheet["layout"] == "labels":
                    labels = pd.read_excel(book, sheet_name=sheet["title"], header=None, dtype=object).replace("", None)
                    cover = {row[1]: None if pd.isna(row[2]) else row[2] for row in labels.itertuples(index=False)}
                    cells = {row[2]: f"C{row[0] + 1}" for row in labels.itertuples()}
                    bad |= check_cover(cover, cells, sheet)
                    continue
                frame = read_table(book, sheet)
                rows[file][sheet["title"]] = len(frame)
                bad |= check_table(frame, sheet, schemas[form["title"], sheet["title"]])
                frame.insert(0, "单位", cover["单位名称"])
                frame.insert(1, "文件", file)
                read.append((sheet["title"], frame))
        if bad:
            bad_cells[file] = sorted(bad)
            continue
        for title, frame in read:
            tables.setdefault(title, []).append(frame)

    whole = {title: pd.concat(frames, ignore_index=True) for title, frames in tables.items()}
    with pd.ExcelWriter(options.output) as writer:
        for title, frame in whole.items():
            frame.to_excel(writer, sheet_name=title, index=False)
        issues = [(file, *cell) for file, cells in bad_cells.items() for cell in cells]
        pd.DataFrame(issues, columns=["文件", "工作表", "单元格"]).to_excel(writer, sheet_name="问题", index=False)
        at = 0
        for sheet, index, column in (
            ("风险点", "单位", "风险等级"),
            ("风险点", "风险类型", "风险等级"),
            ("风险点", "权力类别", "风险等级"),
            ("防控措施", "单位", "防控层次"),
            ("预警信息", "单位", "信息来源"),
        ):
            if sheet not in whole:
                continue
            pivot = whole[sheet].pivot_table(
                index=index,
                columns=column,
                values="文件",
                aggfunc="count",
                fill_value=0,
                margins=True,
                margins_name="合计",
            )
            pivot.to_excel(writer, sheet_name="统计", startrow=at)
            at += len(pivot) + 3
    result = {"bad_cells": bad_cells, "rows": rows}
    options.result.write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
