"""Bad inputs, and a small campaign to run commands on."""

from __future__ import annotations

from pathlib import Path

import pytest

from lzxl.data import data_folder
from tests.reading.locked import agile


@pytest.fixture(scope="session")
def bad(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one bad input of each kind, by name. Read only."""
    root = tmp_path_factory.mktemp("bad")
    (root / "空文件夹").mkdir()
    (root / "空文件.xlsx").write_bytes(b"")
    (root / "文本.xlsx").write_text("不是表格", encoding="utf-8")
    whole = next((demo / "来件/第一批").glob("办公室廉政风险点登记表.xlsx")).read_bytes()
    (root / "加密.xlsx").write_bytes(agile(whole, "无人知道"))
    (root / "没传完.xlsx").write_bytes(whole[: len(whole) // 2])
    for path in data_folder("workbooks").glob("*.xlsx"):
        (root / f"空白{path.name}").write_bytes(path.read_bytes())
    return root


@pytest.fixture(scope="session")
def good(demo: Path) -> Path:
    """A filled workbook without a fault."""
    return demo / "来件/第一批/办公室预警信息采集表.xlsx"


@pytest.fixture(scope="session")
def faulty(demo: Path) -> Path:
    """A filled workbook with errors."""
    return demo / "来件/第一批/水生态环境科廉政风险点登记表.xlsx"
