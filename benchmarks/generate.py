"""Makes a campaign full of submissions to measure with: always the same for the same numbers and seed.

Each unit files three workbooks: 廉政风险点登记表 (60 risk points, up to 10 powers, 70 measures, 6 self checks),
预警信息采集表 (10 warnings) and 自查自评表 (20 items, up to 4 reports). A submission is one file; `--files 200` makes 200
of them (67 units, the last one two files), `--units 200` makes 600.

One workbook of each form is built by lzxl itself, filled, and taken apart; every further one is the same XML with other
values, and shared strings and cached formula results as Excel and WPS save them. In every fourth unit about 4% of the
cells are bad, which is 1% of all; the other units file without a fault, so that there is something to consolidate.

    python -m benchmarks.generate --files 200 DIR
"""

from __future__ import annotations

import argparse
import datetime
import hashlib
import io
import json
import os
import random
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from lzxl.api import grade
from lzxl.campaign.folder import Campaign, create_campaign, safe_name
from lzxl.campaign.places import RECEIVED
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.demo.bureau import SampleUnit, load_bureau
from lzxl.forms.load import load_form, load_grading, unit_form_ids
from lzxl.forms.model import Form
from lzxl.forms.roster import Unit
from lzxl.workbook.layout import label_layout, table_layout
from lzxl.workbook.writing.build import build_workbook
from lzxl.workbook.writing.fill import Stamp, fill_workbook, stamp_workbook
from lzxl.workbook.writing.save import save_workbook, workbook_bytes

ROOT = Path(__file__).resolve().parents[1]
PERIOD = "2026年度"
INBOX = "来件"
MANIFEST = "planted.json"
ROWS = {"powers": 10, "risk_points": 60, "measures": 70, "self_checks": 6, "warnings": 10, "items": 20, "reports": 4}
SPOILED_EVERY = 4
BAD_SHARE = 0.04

# (sheet, field) → what a careless unit writes there; None is a blank cell. No cell here is referred
# to by another, and none is what makes a row a row.
BAD: dict[tuple[str, str], tuple[Any, ...]] = {
    ("powers", "legal_basis"): (None,),
    ("risk_points", "risk_type"): ("廉政风险", None),
    ("risk_points", "likelihood"): ("很可能", None),
    ("risk_points", "severity"): ("后果不详", None),
    ("risk_points", "description"): ("无", None),
    ("risk_points", "measure"): (None,),
    ("risk_points", "responsible"): (None,),
    ("risk_points", "leader"): (None,),
    ("measures", "id"): ("措施一",),
    ("measures", "means"): ("开会强调", None),
    ("measures", "deadline"): ("年底前", "2026-02-30"),
    ("measures", "publicity"): ("贴在墙上",),
    ("self_checks", "duties"): (None,),
    ("self_checks", "severity"): ("不清楚",),
    ("warnings", "channel"): ("听说", None),
    ("warnings", "collected_on"): ("年底前", None),
    ("warnings", "risk_id"): ("第三个风险点",),
    ("warnings", "source_detail"): ("热线转办" * 60,),
    ("items", "self_score"): (150, "满分", None),
    ("reports", "report_type"): ("总结", None),
}
_CELL = re.compile(rb'<c r="([A-Z]+\d+)"([^>]*?)(?:/>|>(.*?)</c>)', re.S)
_STYLE = re.compile(rb' s="\d+"')
_EPOCH = datetime.date(1899, 12, 30)

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class _Slot:
    """A cell whose content differs between units."""

    head: bytes
    sheet: str
    field: str
    row: int
    formula: bytes = b""


class _Template:
    """One form's workbook, taken apart: XML with slots in it."""

    def __init__(self, form: Form, sample: SampleUnit, rows: Rows, cover: dict[str, Any]) -> None:
        self.form = form
        self.strings: list[bytes] = []
        self._known: dict[bytes, int] = {}
        unit = sample.unit
        workbook = build_workbook(form, load_grading())
        stamp_workbook(workbook, form, Stamp(form.id, form.version, unit.code, unit.name, PERIOD))
        fill_workbook(workbook, form, cover, rows)
        self.texts = {escape(unit.code).encode(): "unit_code", escape(unit.name).encode(): "unit_name"}
        titles = dict(zip(workbook.sheetnames, range(1, len(workbook.sheetnames) + 1), strict=True))
        self.parts: dict[str, bytes | list[bytes | _Slot]] = {}
        by_part = {f"xl/worksheets/sheet{titles[sheet.title]}.xml": sheet.name for sheet in form.sheets}
        with zipfile.ZipFile(io.BytesIO(workbook_bytes(workbook))) as archive:
            for name in archive.namelist():
                data = archive.read(name)
                if name.startswith("xl/worksheets/sheet"):
                    self.parts[name] = list(self._cut(data, self._places(by_part.get(name, ""))))
                else:
                    self.parts[name] = data
        types = self.parts["[Content_Types].xml"]
        relations = self.parts["xl/_rels/workbook.xml.rels"]
        assert isinstance(types, bytes) and isinstance(relations, bytes)
        kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
        if b"sharedStrings" not in types:
            override = b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + kind + b'"/></Types>'
            self.parts["[Content_Types].xml"] = types.replace(b"</Types>", override)
        if b"sharedStrings" not in relations:
            relation = (
                b'<Relationship Id="rIdShared" Target="sharedStrings.xml" Type="http://schemas.openxmlformats.org/'
                b'officeDocument/2006/relationships/sharedStrings"/></Relationships>'
            )
            self.parts["xl/_rels/workbook.xml.rels"] = relations.replace(b"</Relationships>", relation)

    def _places(self, sheet_name: str) -> dict[str, tuple[str, str, int]]:
        """Cell → (sheet, field, row index) of every cell that a unit fills in or that is computed from one."""
        if not sheet_name:
            return {}
        sheet = self.form.by_name[sheet_name]
        if sheet.layout == "labels":
            from lzxl.forms.text import address

            layout = label_layout(sheet)
            return {address(*layout.value(entry.name)): (sheet_name, entry.name, 0) for entry in sheet.fields}
        table = table_layout(sheet)
        return {
            table.cell(entry.name, table.first_row + index): (sheet_name, entry.name, index)
            for entry in sheet.fields
            for index in range(ROWS[sheet_name])
        }

    def _cut(self, xml: bytes, places: dict[str, tuple[str, str, int]]) -> Iterator[bytes | _Slot]:
        position = 0
        for match in _CELL.finditer(xml):
            name, attributes, body = match.group(1).decode(), match.group(2), match.group(3) or b""
            style = _STYLE.search(attributes)
            head = b'<c r="' + match.group(1) + b'"' + (style.group() if style else b"")
            formula = re.search(rb"<f>.*?</f>", body, re.S)
            place = places.get(name)
            if place is not None:
                yield xml[position : match.start()]
                yield _Slot(head, *place, formula.group() if formula else b"")
            elif formula is not None:
                yield xml[position : match.start()] + head + b' t="str">' + formula.group() + b"<v></v></c>"
            elif b'"inlineStr"' in attributes:
                text = b"".join(re.findall(rb"<t[^>]*>(.*?)</t>", body, re.S))
                yield xml[position : match.start()]
                if text in self.texts:
                    yield _Slot(head, "stamp", self.texts[text], 0)
                else:
                    yield head + b' t="s"><v>%d</v></c>' % self._index(text)
            else:
                continue
            position = match.end()
        yield xml[position:]

    def _index(self, text: bytes) -> int:
        number = self._known.get(text)
        if number is None:
            number = self._known[text] = len(self.strings)
            self.strings.append(text)
        return number

    def write(self, unit: Unit, rows: Rows, cover: dict[str, Any]) -> bytes:
        """The workbook of one unit."""
        strings, known, uses = list(self.strings), dict(self._known), 0
        values = {**rows, "cover": [cover], "stamp": [{"unit_code": unit.code, "unit_name": unit.name}]}
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:

            def add(name: str, data: bytes) -> None:
                entry = zipfile.ZipInfo(name, (2026, 11, 16, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, data)

            for name, part in self.parts.items():
                if isinstance(part, bytes):
                    data = part
                    if name == "docProps/custom.xml":
                        for text, field in self.texts.items():
                            data = data.replace(text, escape(values["stamp"][0][field]).encode())
                    add(name, data)
                    continue
                pieces = []
                for piece in part:
                    if isinstance(piece, bytes):
                        pieces.append(piece)
                        continue
                    table = values.get(piece.sheet, [])
                    row = table[piece.row] if piece.row < len(table) else {}
                    if piece.formula:
                        cached = _cached(piece.field, row)
                        pieces.append(piece.head + b' t="str">' + piece.formula + b"<v>" + cached + b"</v></c>")
                        continue
                    value = row.get(piece.field)
                    if value is None:
                        pieces.append(piece.head + b"/>")
                    elif isinstance(value, str):
                        text = escape(value).encode()
                        number = known.get(text)
                        if number is None:
                            number = known[text] = len(strings)
                            strings.append(text)
                        uses += 1
                        pieces.append(piece.head + b' t="s"><v>%d</v></c>' % number)
                    else:
                        number_text = (value - _EPOCH).days if isinstance(value, datetime.date) else value
                        pieces.append(piece.head + b"><v>" + str(number_text).encode() + b"</v></c>")
                add(name, b"".join(pieces))
            items = b"".join(b'<si><t xml:space="preserve">' + text + b"</t></si>" for text in strings)
            start = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<sst xmlns="http://schemas.openxmlformats.org'
            head = start + b'/spreadsheetml/2006/main" count="%d" uniqueCount="%d">' % (uses, len(strings))
            add("xl/sharedStrings.xml", head + items + b"</sst>")
        return stream.getvalue()


def _cached(field: str, row: dict[str, Any]) -> bytes:
    """What the level formula shows."""
    words = (row.get("likelihood"), row.get("severity"))
    if field not in ("level", "basis") or None in words:
        return b""
    try:
        found = grade(*words)  # type: ignore[arg-type]
    except Exception:
        return "用词不在可选范围".encode() if field == "level" else b""
    return escape(found.level if field == "level" else found.basis).encode()


def _units(count: int) -> list[tuple[Unit, SampleUnit]]:
    samples = load_bureau().units
    made = []
    for number in range(1, count + 1):
        sample = samples[number % len(samples)]
        code = f"HJ{number:03d}"
        known = sample.unit
        name = f"{known.name}{number:03d}"
        unit = Unit(
            code,
            name,
            known.kind,
            known.head,
            known.liaison,
            f"{code.lower()}@example.cn",
            known.powers,
            known.key_posts,
        )
        made.append((unit, sample))
    return made


def _content(
    unit: Unit, sample: SampleUnit, form_id: str, ledgers: list[dict[str, Any]]
) -> tuple[Rows, dict[str, Any]]:
    """What a unit files, without a fault: the sample bureau's content, repeated up to the size wanted."""
    old = sample.unit.code

    def own(row: dict[str, Any]) -> dict[str, Any]:
        return {
            key: value.replace(f"{old}-", f"{unit.code}-") if isinstance(value, str) else value
            for key, value in row.items()
        }

    rows: Rows
    if form_id == "risk_register":
        tables = sample.tables(form_id)
        rows = {"powers": [own(row) for row in tables["powers"]][: ROWS["powers"]], "risk_points": [], "measures": []}
        points, measures = tables["risk_points"], tables["measures"]
        for index in range(ROWS["risk_points"]):
            row = dict(points[index % len(points)])
            row.update(serial=index + 1, id=f"{unit.code}-{index + 1:03d}", section=unit.name)
            row["point"] += f"（{unit.code}第{index + 1}项）"
            row["description"] += f"涉及{unit.name}第{index + 1}个办理环节。"
            rows["risk_points"].append(row)
        for index in range(ROWS["measures"]):
            row = dict(measures[index % len(measures)])
            row.update(serial=index + 1, id=f"{unit.code}-C{index + 1:03d}")
            row["risk_id"] = f"{unit.code}-{index % ROWS['risk_points'] + 1:03d}"
            row["content"] += f"由{unit.name}落实（第{index + 1}条）。"
            rows["measures"].append(row)
        rows["self_checks"] = [own(row) for row in tables["self_checks"]][: ROWS["self_checks"]]
    elif form_id == "warning_intake":
        rows = {"warnings": []}
        for index in range(ROWS["warnings"]):
            row = dict(ledgers[(index + int(unit.code[2:])) % len(ledgers)])
            row.update(serial=index + 1, id=f"{unit.code}-YJ{index + 1:03d}")
            if row.get("risk_id"):
                row["risk_id"] = f"{unit.code}-{index + 1:03d}"
            rows["warnings"].append(row)
    else:
        rows = {name: [own(row) for row in table][: ROWS[name]] for name, table in sample.tables(form_id).items()}
    cover = {**sample.cover(form_id), "unit_name": unit.name, "unit_code": unit.code, "period": PERIOD}
    asked = load_form(form_id).cover
    for entry in asked.fields if asked is not None else ():
        if entry.counts:
            cover.update({entry.name: len(rows[entry.counts]), "nil_return": "否", "nil_reason": None})
    return rows, cover


def _spoil(form: Form, rows: Rows, chance: random.Random) -> list[tuple[str, str]]:
    """Put bad cells in; their (sheet, cell)."""
    filled = sum(value is not None for table in rows.values() for row in table for value in row.values())
    places = [(sheet, field, index) for sheet, field in BAD if sheet in rows for index in range(len(rows[sheet]))]
    planted = []
    for sheet, field, index in chance.sample(places, min(len(places), round(filled * BAD_SHARE))):
        rows[sheet][index][field] = chance.choice(BAD[sheet, field])
        layout = table_layout(form.by_name[sheet])
        planted.append((form.by_name[sheet].title, layout.cell(field, layout.first_row + index)))
    return sorted(planted)


def generate(target: Path, files: int, seed: int = 8) -> dict[str, Any]:
    """Write the campaign into `target`, a new folder; what is in it."""
    chance = random.Random(seed)
    campaign = create_campaign(target, "基准测试局", PERIOD, datetime.date(2026, 11, 20))
    units = _units(-(-files // len(unit_form_ids())))
    _write_roster(campaign, [unit for unit, _ in units])
    ledgers = [row for sample in load_bureau().units for row in sample.tables("warning_intake")["warnings"]]
    templates: dict[str, _Template] = {}
    planted: dict[str, list[tuple[str, str]]] = {}
    size = cells = rows_made = 0
    inbox = target / INBOX
    inbox.mkdir()
    made = 0
    for number, (unit, sample) in enumerate(units, 1):
        for form_id in unit_form_ids():
            if made == files:
                break
            form = load_form(form_id)
            rows, cover = _content(unit, sample, form_id, ledgers)
            if form_id not in templates:
                full = {name: (table * ROWS[name])[: ROWS[name]] for name, table in rows.items()}
                templates[form_id] = _Template(form, SampleUnit(unit, "", sample.content), full, cover)
            bad = _spoil(form, rows, chance) if number % SPOILED_EVERY == 0 else []
            data = templates[form_id].write(unit, rows, cover)
            stem = f"{form.title}_{unit.code}_{safe_name(unit.name)}"
            path = inbox / f"{stem}.xlsx"
            path.write_bytes(data)
            # As `lzxl collect` stores an original (lzxl/campaign/store.py): the same bytes, not part of what is timed.
            stored = campaign.unit_folder(RECEIVED, unit) / form.title / f"第01版_20261118_{stem}.xlsx"
            stored.parent.mkdir(parents=True)
            try:
                os.link(path, stored)
            except OSError:
                shutil.copyfile(path, stored)
            if bad:
                planted[campaign.relative(stored)] = bad
            made += 1
            size += len(data)
            rows_made += sum(len(table) for table in rows.values())
            cells += sum(value is not None for table in rows.values() for row in table for value in row.values())
    about = {
        "files": made,
        "units": len(units),
        "rows": rows_made,
        "cells": cells,
        "bad_cells": sum(map(len, planted.values())),
        "spoiled_files": len(planted),
        "bytes": size,
        "seed": seed,
        "planted": planted,
    }
    (target / MANIFEST).write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")
    return about


def _write_roster(campaign: Campaign, units: list[Unit]) -> None:
    form = load_form("unit_roster")
    workbook = build_workbook(form, load_grading())
    stamp_workbook(workbook, form, Stamp(form.id, form.version, "", "", PERIOD))
    rows = [
        {
            "serial": number,
            "code": unit.code,
            "unit_name": unit.name,
            "unit_kind": unit.kind,
            "head": unit.head,
            "liaison": unit.liaison,
            "email": unit.email,
            "powers": unit.powers,
            "key_posts": unit.key_posts,
        }
        for number, unit in enumerate(units, 1)
    ]
    fill_workbook(workbook, form, {}, {"units": rows})
    save_workbook(workbook, campaign.root / ROSTER_NAME)


def cached(folder: Path, files: int, seed: int = 8) -> Path:
    """A campaign in `folder`, made now unless this very generator and these forms made it before."""
    digest = hashlib.sha256(f"{files} {seed}".encode())
    made_from = (
        Path(__file__),
        *sorted((ROOT / "schemas").rglob("*.yaml")),
        *sorted((ROOT / "demo").rglob("*.yaml")),
        *sorted((ROOT / "lzxl" / "workbook").glob("*.py")),
    )
    for source in made_from:
        digest.update(source.read_bytes())
    target = folder / f"campaign-{files}-{digest.hexdigest()[:12]}"
    if not (target / MANIFEST).is_file():
        shutil.rmtree(target, ignore_errors=True)
        unfinished = target.with_name(target.name + ".part")
        shutil.rmtree(unfinished, ignore_errors=True)
        generate(unfinished, files, seed)
        unfinished.rename(target)
    return target


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a campaign of submissions to measure with.")
    parser.add_argument("target", type=Path, help="a new folder")
    parser.add_argument("--files", type=int, default=200, help="submissions (files) in all")
    parser.add_argument("--units", type=int, help="units; each files three workbooks")
    parser.add_argument("--seed", type=int, default=8)
    options = parser.parse_args()
    started = time.perf_counter()
    about = generate(options.target, 3 * options.units if options.units else options.files, options.seed)
    print({key: value for key, value in about.items() if key != "planted"}, f"{time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
