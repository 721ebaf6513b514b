"""Plays a round with the form 礼品礼金登记表 by the program that stands in the current folder, as a clerk would type it.

    python play.py FOLDER [next] [little] [demo]     what each command said and how it ended goes to FOLDER/said.json

It runs in a process of its own, whose lzxl has another `schemas/` than that of the tests. Theirs is only how children are forked.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from lzxl.campaign import clock
from lzxl.cli.main import run
from lzxl.forms.load import load_form
from tests.children_forked import forking

BUREAU, PERIOD = "云泽县生态环境局", "2026年度"
CLEAN, FAULTY, NIL = "HB01", "HB02", "HB03"
UNITS = {
    CLEAN: ("办公室", "谭永年", "苏婉清"),
    FAULTY: ("财务科", "柏文静", "冯一鸣"),
    NIL: ("宣教科", "江远山", "林一帆"),
}
DAY = datetime.date(2026, 11, 10)
FORM, LITTLE = "gift_register", "little_list"

# As a unit writes them: by the fields' names, of which only the form knows what the columns are called.
GIFTS = (
    ("L001", datetime.date(2026, 3, 2), "苏婉清", "某环保设备公司", "茶叶两盒", 600, "上交", datetime.date(2026, 3, 5)),
    ("L002", datetime.date(2026, 9, 28), "谭永年", "个人（拒不透露姓名）", "礼金", 1000.5, "尚未处置", None),
)


class Said:
    """The commands that were run, by the name of the step."""

    def __init__(self) -> None:
        self.steps: dict[str, dict[str, Any]] = {}

    def run(self, step: str, *arguments: str | Path) -> None:
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run([str(argument) for argument in arguments])
        told = [stream.buffer.getvalue().decode() for stream in (out, err)]  # type: ignore[attr-defined]
        self.steps[step] = {"code": code, "out": told[0], "err": told[1]}


def cells(form_id: str, sheet_name: str) -> dict[str, str]:
    """Field name → title of a sheet."""
    sheet = load_form(form_id).by_name[sheet_name]
    return {entry.name: entry.title for entry in sheet.fields}


def ask_for(root: Path, form: str, *more: str) -> None:
    """Have a campaign ask for one form; `more`: other lines of its [campaign]."""
    settings = root / "lzxl.toml"
    lines = (
        line for line in settings.read_text("utf-8").splitlines() if not line.startswith(("forms =", "# previous"))
    )
    text = "\n".join(lines).replace("[campaign]", "\n".join(["[campaign]", f'forms = ["{form}"]', *more]))
    settings.write_text(text, "utf-8")


def fill_cover(workbook: Workbook, form_id: str, values: dict[str, Any]) -> None:
    """Type into the cell right of each label."""
    cover = load_form(form_id).cover
    assert cover is not None
    titles = {title: values[name] for name, title in cells(form_id, cover.name).items() if name in values}
    worksheet = workbook[cover.title]
    for row in worksheet.iter_rows():
        for cell in row:
            title = str(cell.value or "").lstrip("*＊ ")
            if title in titles:
                worksheet.cell(cell.row, cell.column + 1).value = titles.pop(title)
    assert not titles, titles


def fill_table(workbook: Workbook, form_id: str, name: str, rows: list[dict[str, Any]]) -> None:
    """Type below the header, column by column."""
    sheet = load_form(form_id).by_name[name]
    worksheet = workbook[sheet.title]
    titles = cells(form_id, name)
    header = next(
        row
        for row in worksheet.iter_rows()
        if sum(str(cell.value or "").lstrip("*") in titles.values() for cell in row) >= 3
    )
    columns = {str(cell.value).lstrip("*"): cell.column for cell in header if cell.value}
    for number, values in enumerate(rows, header[0].row + 1):
        for field, value in values.items():
            worksheet.cell(number, columns[titles[field]]).value = value


def write_roster(root: Path) -> None:
    workbook = load_workbook(root / "单位名册.xlsx")
    rows = [
        {
            "serial": number,
            "code": code,
            "unit_name": name,
            "unit_kind": "机关科室",
            "head": head,
            "liaison": liaison,
            "email": f"{code.lower()}@example.cn",
        }
        for number, (code, (name, head, liaison)) in enumerate(UNITS.items(), 1)
    ]
    fill_table(workbook, "unit_roster", "units", rows)
    workbook.save(root / "单位名册.xlsx")


def gifts_of(code: str) -> list[dict[str, Any]]:
    names = ("id", "registered_on", "recipient", "giver", "gift", "value", "disposal", "disposed_on")
    rows = [dict(zip(names, row, strict=True)) for row in GIFTS]
    return [{**row, "id": f"{code}-{row['id']}"} for row in rows]


def units_fill_in(root: Path, folder: Path) -> None:
    """One unit's register is right, one has a word that is none, no giver and a value in words, one is a nil return."""
    folder.mkdir()
    title = load_form(FORM).title
    for code, (name, _, liaison) in UNITS.items():
        [path] = (root / "发放" / f"{code}_{name}").glob(f"{title}_*.xlsx")
        workbook = load_workbook(path)
        rows = [] if code == NIL else gifts_of(code)
        cover: dict[str, Any] = {"reporter": liaison, "reported_on": DAY, "row_count": len(rows), "nil_return": "否"}
        if code == NIL:
            cover.update(nil_return="是", nil_reason="本期没有人收到礼品礼金。")
        if code == FAULTY:
            rows[0].update(giver=None, disposal="上缴了一半", disposed_on=datetime.date(2026, 2, 5))
            rows[1].update(value="一千元左右", id=rows[0]["id"])
        fill_cover(workbook, FORM, cover)
        fill_table(workbook, FORM, "gifts", rows)
        workbook.save(folder / f"{name}{title}.xlsx")


def write_own_list(path: Path) -> None:
    """A list in a layout of a unit's own."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.append(["办公室2026年礼品礼金登记"])
    sheet.append(["编号", "登记时间", "收受人", "送礼人", "礼品", "金额", "处理方式", "交给谁"])
    sheet.append(["HB01-L001", "2026-03-02", "苏婉清", "某环保设备公司", "茶叶两盒", 600, "上缴", "办公室"])
    workbook.save(path)


def play_next_period(folder: Path, said: Said) -> None:
    """The year after it begins with what the last one leaves."""
    root, last = folder / "下一批次", folder / "批次"
    said.run("init again", "init", root, "--bureau", BUREAU, "--period", "2027年度", "--deadline", "2027-11-20")
    ask_for(root, FORM, f'previous = "../{last.name}"')
    shutil.copy(last / "单位名册.xlsx", root)
    said.run("distribute again", "-C", root, "distribute")


def play_little(folder: Path, said: Said) -> None:
    """A round with the little list: one unit's is right, one has a word and a number that are none, one is left blank."""
    root, coming = folder / "小表批次", folder / "小表来件"
    said.run("init little", "init", root, "--bureau", BUREAU, "--period", PERIOD, "--deadline", "2026-11-20")
    ask_for(root, LITTLE)
    write_roster(root)
    said.run("distribute little", "-C", root, "distribute")
    coming.mkdir()
    right = {"person": "苏婉清", "firm": "某公司", "shares": 30, "likelihood": "较大", "severity": "严重"}
    wrong = {**right, "person": "柏文静", "shares": "三成", "severity": "中"}
    rows: dict[str, list[dict[str, Any]]] = {CLEAN: [right], FAULTY: [wrong], NIL: []}
    for path in (root / "发放").rglob("*.xlsx"):
        code = path.parent.name.split("_")[0]
        workbook = load_workbook(path)
        if rows[code]:
            fill_cover(workbook, LITTLE, {"reporter": UNITS[code][2], "reported_on": DAY})
        fill_table(workbook, LITTLE, "businesses", rows[code])
        fill_table(workbook, LITTLE, "others", [{"what": "配偶任职", "since": DAY} for _ in rows[code]])
        workbook.save(coming / f"{code}.xlsx")
    said.run("collect little", "-C", root, "collect", coming, "--received", "2026-11-18")
    said.run("check little", "-C", root, "check", coming, "--format", "json")
    said.run("consolidate little", "-C", root, "consolidate")


def play_demonstration(folder: Path, said: Said) -> None:
    said.run("demo", "demo", folder / "演示")


MORE: dict[str, Callable[[Path, Said], None]] = {
    "next": play_next_period,
    "little": play_little,
    "demo": play_demonstration,
}


def play(folder: Path, more: Sequence[str]) -> None:
    clock.now = lambda: datetime.datetime(2026, 11, 18, 9, tzinfo=clock.BEIJING)
    root, coming = folder / "批次", folder / "来件"
    said = Said()
    said.run("build", "workbooks", "build", folder / "空白表")
    said.run("init", "init", root, "--bureau", BUREAU, "--period", PERIOD, "--deadline", "2026-11-20")
    said.steps["settings"] = {"out": (root / "lzxl.toml").read_text("utf-8")}
    ask_for(root, FORM)
    write_roster(root)
    said.run("distribute", "-C", root, "distribute", "--mail")
    units_fill_in(root, coming)
    said.run("check", "check", coming, "--format", "json", "--return-dir", folder / "退回")
    said.run("collect", "-C", root, "collect", coming, "--received", "2026-11-18")
    said.run("status", "-C", root, "status", "--format", "json")
    said.run("progress", "-C", root, "status")
    said.run("reply", "-C", root, "reply")
    said.run("consolidate", "-C", root, "consolidate")
    for name in more:
        MORE[name](folder, said)
    write_own_list(folder / "自有.xlsx")
    adopted = folder / "标准表.xlsx"
    said.run(
        "adopt",
        "adopt",
        folder / "自有.xlsx",
        "--form",
        load_form(FORM).short_name,
        "--unit",
        CLEAN,
        "--output",
        adopted,
    )
    said.run("wrong", "adopt", folder / "自有.xlsx", "--form", "没有这张表")
    (folder / "said.json").write_text(json.dumps(said.steps, ensure_ascii=False, indent=1), "utf-8")


if __name__ == "__main__":
    with forking():
        play(Path(sys.argv[1]), sys.argv[2:])
