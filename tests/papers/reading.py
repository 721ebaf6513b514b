"""What a paper says, read back from its Word file, and how it prints."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

needs_writer = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext") and shutil.which("pdffonts")),
    reason="LibreOffice or poppler is not installed",
)


def text_of(path: Path) -> str:
    """All texts of the body in their order, one paragraph or cell a line."""
    body = Document(str(path)).element.body
    lines = ["".join(part.text or "" for part in one.iter(qn("w:t"))) for one in body.iter(qn("w:p"))]
    return "\n".join(lines)


def printed(folder: Path, *papers: Path) -> None:
    """Print papers as PDF into a folder, all by one office."""
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(folder), *map(str, papers)], check=True, capture_output=True, timeout=170)


def pages_of(pdf: Path) -> list[str]:
    """The text of each page, without blanks."""
    told = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, encoding="utf-8")
    return ["".join(page.split()) for page in told.stdout.split("\f")[:-1]]


def fonts_of(pdf: Path) -> str:
    return subprocess.run(["pdffonts", str(pdf)], check=True, capture_output=True, encoding="utf-8").stdout


def size_of(pdf: Path) -> str:
    told = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True, encoding="utf-8").stdout
    return next(line for line in told.splitlines() if line.startswith("Page size"))
