"""Draws docs/images from a freshly played demonstration, by LibreOffice and poppler, and notes what each picture shows.

    python docs/pictures.py           draw them, and write docs/images/shown.json
    python docs/pictures.py --check   exit 1 and name the pictures that show something else than today's files

tests/test_pictures.py holds them to it.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook, load_workbook
from PIL import Image

DOCS = Path(__file__).resolve().parent
if str(DOCS.parent) not in sys.path:
    sys.path.insert(0, str(DOCS.parent))

from lzxl.demo.run import run_demo  # noqa: E402
from lzxl.forms.load import load_form, load_grading  # noqa: E402
from lzxl.forms.model import Form  # noqa: E402
from lzxl.functions.action import check_workbook  # noqa: E402
from lzxl.functions.openpyxl_port import OpenpyxlPort  # noqa: E402
from lzxl.workbook.layout import FINDINGS_COLUMN, FINDINGS_SHEET, table_layout  # noqa: E402
from lzxl.workbook.writing.save import save_workbook  # noqa: E402
from lzxl.workbook.writing.shown import Shown, shown_values  # noqa: E402

IMAGES = DOCS / "images"
SHOWN = IMAGES / "shown.json"
WIDTH = 1500
"""Pixels across."""
_DOTS = 130
"""Per inch, when a page is drawn."""
_POINTS = 72
_COLOURS = 128
_EDGE = 6
_SHOWN_ROWS = 8
_SAME_LINE = 4
_LINE = 175
"""A row of pixels that is as dark as that on the average is a ruled line."""


@dataclass(frozen=True)
class Word:
    """A word on a printed page, and where it stands there, in points from the upper left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class View:
    """A part of a printed sheet. `begins` and `ends`: words of its header row that it goes from and to, "" for the edges."""

    sheet: str
    mark: str
    """A text that only the page in question has."""
    begins: str = ""
    ends: str = ""
    rows: int = 0
    """So many rows below the header are shown, 0 for the whole page."""


@dataclass(frozen=True)
class Picture:
    """One image: how its workbook comes about in a demonstration, and what of it is shown, one below another."""

    name: str
    workbook: Callable[[Path, Path], Path]
    views: tuple[View, ...]


def _returned(demo: Path, folder: Path) -> Path:
    [path] = (demo / "退回").rglob("廉政风险点登记表_HB10_第02版_退回.xlsx")
    return path


def _summary(demo: Path, folder: Path) -> Path:
    [path] = (demo / "汇总").glob("*.xlsx")
    return path


def _open_register(demo: Path, folder: Path) -> Path:
    """A unit's register with a word that is none and a blank cell, as it is when the check has not run."""
    form = load_form("risk_register")
    layout = table_layout(form.main_sheet)
    [source] = (demo / "收件").rglob("HB01*/廉政风险点登记表/第02版*.xlsx")
    workbook = load_workbook(source)
    likelihood = layout.columns["likelihood"]
    workbook[form.main_sheet.title].cell(layout.first_row, likelihood).value = "大"
    workbook[form.main_sheet.title].cell(layout.first_row + 2, likelihood).value = None
    path = folder / "校验前.xlsx"
    save_workbook(workbook, path, _shown(workbook, load_workbook(source, data_only=True), form))
    return path


def _shown(workbook: Workbook, stored: Workbook, form: Form) -> Shown:
    """What the formulas show: what the unit's program stored, and anew what follows from the cells that were changed."""
    kept = {
        worksheet.title: {
            cell.coordinate: stored[worksheet.title][cell.coordinate].value or ""
            for row in worksheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        }
        for worksheet in workbook.worksheets
    }
    again = shown_values(workbook, form, load_grading())
    return {title: {**texts, **again.get(title, {})} for title, texts in kept.items()}


def _checked_register(demo: Path, folder: Path) -> Path:
    path = folder / "校验后.xlsx"
    path.write_bytes(_open_register(demo, folder).read_bytes())
    port = OpenpyxlPort(path)
    check_workbook(port, load_grading())
    port.save(path)
    return path


_REGISTER = load_form("risk_register").main_sheet
_TITLES = {field.name: field.title for field in _REGISTER.fields}
_CHECKED = View(_REGISTER.title, "印章使用审批不严", _TITLES["id"], _TITLES["level"], _SHOWN_ROWS)

PICTURES = (
    Picture(
        "return.png",
        _returned,
        (
            View(FINDINGS_SHEET, "原表位置"),
            View(_REGISTER.title, "左向前", _TITLES["description"], FINDINGS_COLUMN, _SHOWN_ROWS),
        ),
    ),
    Picture("summary.png", _summary, (View("总览", "应报表单（份）"),)),
    Picture("check-before.png", _open_register, (_CHECKED,)),
    Picture("check-after.png", _checked_register, (_CHECKED,)),
)


def digests(demo: Path, folder: Path) -> dict[str, str]:
    """Image → a digest of all that the sheets in it say. `demo`: a played demonstration; `folder`: for what is made of it."""
    return {picture.name: _digest(picture.workbook(demo, folder), picture.views) for picture in PICTURES}


def _digest(path: Path, views: Sequence[View]) -> str:
    """Of the texts and fills of the sheets that are shown; formulas count by what they show."""
    workbook = load_workbook(path, data_only=True)
    told = hashlib.sha256()
    for title in dict.fromkeys(view.sheet for view in views):
        for cells in workbook[title].iter_rows():
            for cell in cells:
                if cell.value is not None:
                    told.update(f"{cell.coordinate} {cell.value} {cell.fill.fgColor.rgb}\n".encode())
    return told.hexdigest()


def stale(demo: Path, folder: Path) -> list[str]:
    """The images that show something else than the files of today's demonstration, or that are not there."""
    noted = json.loads(SHOWN.read_text(encoding="utf-8")) if SHOWN.is_file() else {}
    today = digests(demo, folder)
    return [name for name in today if noted.get(name) != today[name] or not (IMAGES / name).is_file()]


def draw(demo: Path, folder: Path) -> None:
    """Draw every image and note what it shows. Needs LibreOffice and poppler."""
    for picture in PICTURES:
        pdf = _printed(picture.workbook(demo, folder), folder)
        parts = [_cut(pdf, view, folder) for view in picture.views]
        _put_together(parts).save(IMAGES / picture.name, optimize=True)
    SHOWN.write_text(json.dumps(digests(demo, folder), indent=2) + "\n", encoding="utf-8")


def _printed(path: Path, folder: Path) -> Path:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return folder / f"{path.stem}.pdf"


def _pages(pdf: Path) -> Iterator[list[Word]]:
    told = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, encoding="utf-8")
    place = 'xMin="([^"]+)" yMin="([^"]+)" xMax="([^"]+)" yMax="([^"]+)"'
    for page in told.stdout.split("<page ")[1:]:
        yield [Word(text, *map(float, at)) for *at, text in re.findall(f"<word {place}>([^<]*)</word>", page)]


def _cut(pdf: Path, view: View, folder: Path) -> Image.Image:
    """What a view shows, drawn and cut out of its page."""
    number, words = next(
        (number, words)
        for number, words in enumerate(_pages(pdf), 1)
        if any(view.mark in word.text for word in words) and (not view.begins or _of(words, view.begins))
    )
    target = folder / f"{pdf.stem}_{number}"
    command = ["pdftoppm", "-r", str(_DOTS), "-f", str(number), "-l", str(number), "-singlefile", "-png"]
    subprocess.run([*command, str(pdf), str(target)], check=True, capture_output=True)
    with Image.open(target.with_suffix(".png")) as page:
        drawn = page.convert("RGB")
    scale = _DOTS / _POINTS
    foot = min(
        (word.top for word in words if word.text.startswith("第") and word.top > drawn.height / scale * 0.9),
        default=None,
    )
    drawn = drawn.crop((0, 0, drawn.width, int(((foot or drawn.height / scale) - 12) * scale)))
    if view.begins:
        drawn = drawn.crop(_window(words, view, drawn, scale))
    return _without_margins(drawn)


def _of(words: Sequence[Word], text: str) -> Word | None:
    return next((word for word in words if word.text == text), None)


def _window(words: Sequence[Word], view: View, drawn: Image.Image, scale: float) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of the columns and rows of a view, in pixels: along the ruled lines."""
    first, last = _of(words, view.begins), _of(words, view.ends)
    assert first is not None and last is not None
    heads = sorted((word for word in words if abs(word.top - first.top) < _SAME_LINE), key=lambda word: word.left)
    place = [word.text for word in heads].index(first.text)
    before = heads[place - 1].right if place else 0
    after = next((word.left for word in heads if word.left > last.right), drawn.width / scale)
    top, bottom = int(first.top * scale), int(first.bottom * scale)
    left = _darkest(drawn, int(before * scale), int(first.left * scale), top, bottom)
    right = _darkest(drawn, int(last.right * scale), int(after * scale), top, bottom)
    lines = _ruled(drawn.crop((left, 0, right, drawn.height)))
    heads_line = max(line for line in lines if line < top)
    return left, heads_line, right + 1, lines[lines.index(heads_line) + view.rows + 1] + 1


def _darkest(drawn: Image.Image, start: int, end: int, top: int, bottom: int) -> int:
    """The column of pixels between two words that is the line between their cells."""
    grey = drawn.convert("L").crop((start, top, end, bottom)).resize((end - start, 1), Image.Resampling.BOX)
    shades = list(grey.tobytes())
    return start + shades.index(min(shades))


def _ruled(drawn: Image.Image) -> list[int]:
    """The rows of pixels where a line goes over the whole width begins."""
    shades = drawn.convert("L").resize((1, drawn.height), Image.Resampling.BOX).tobytes()
    return [row for row in range(1, drawn.height) if shades[row] < _LINE <= shades[row - 1]]


def _without_margins(drawn: Image.Image) -> Image.Image:
    """Cut down to what is not white."""
    box = drawn.convert("L").point(lambda value: 255 if value < 250 else 0).getbbox()
    return drawn if box is None else drawn.crop(box)


def _put_together(parts: Sequence[Image.Image]) -> Image.Image:
    """One below another, each over the whole width, in few colours."""
    sized = [part.resize((WIDTH, round(part.height * WIDTH / part.width)), Image.Resampling.LANCZOS) for part in parts]
    sized = [part.crop((0, 0, WIDTH, min(part.height, WIDTH))) for part in sized]
    page = Image.new("RGB", (WIDTH + 2 * _EDGE, sum(part.height + 4 * _EDGE for part in sized)), "white")
    top = 2 * _EDGE
    for part in sized:
        page.paste(part, (_EDGE, top))
        top += part.height + 4 * _EDGE
    return page.quantize(_COLOURS)


def main() -> None:
    with tempfile.TemporaryDirectory() as base:
        demo, folder = Path(base) / "demo", Path(base) / "made"
        folder.mkdir()
        run_demo(demo, lambda _: None)
        if "--check" in sys.argv[1:]:
            names = stale(demo, folder)
            print("\n".join(f"not current: {name}" for name in names) or "pictures: current")
            sys.exit(1 if names else 0)
        draw(demo, folder)
        print("\n".join(str((IMAGES / picture.name).relative_to(DOCS.parent)) for picture in PICTURES))


if __name__ == "__main__":
    main()
