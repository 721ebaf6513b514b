"""A small year that has something of everything that is archived, and archives of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lzxl.archive.seal import seal_year
from lzxl.campaign.collect import collect
from lzxl.campaign.folder import Campaign
from tests.campaign.office import IN_TIME, filled, open_campaign, send

FORM = "risk_register"
RAW_MAIL = b"From: a@example.gov.cn\r\nSubject: x\r\n\r\nraw\r\n"


class Archives(dict[str, bytes]):
    """The bytes of archives, which no message shows."""

    def __repr__(self) -> str:
        return f"<archives {', '.join(self)}>"


def put(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.fixture(scope="session")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read it, never change it."""
    base = tmp_path_factory.mktemp("filed")
    root = base / "2026年度"
    open_campaign(root, ("HB11", "HB12"), (FORM,))
    files = {code: filled(code, FORM) for code in ("HB11", "HB12")}
    collect(Campaign(root), [send(base / "来件", **files)], IN_TIME)
    put(root / "汇总" / "廉政风险防控汇总_2026年度_截至2026-11-24.xlsx", b"PK summary")
    put(root / "文书" / "考核通报_云环廉办〔2026〕7号.docx", b"PK circular")
    put(root / "文书" / "诫勉书_高山.docx", b"PK admonition")
    put(root / "文书" / "已发邮件" / "a.eml", b"a letter")
    put(root / "公示" / "廉政风险点公示表_2026年度_社会版.xlsx", b"PK public")
    put(root / ".lzxl" / "mail" / "ab" / f"{'ab' * 32}.eml", RAW_MAIL)
    put(root / "收件" / ".DS_Store", b"left behind")
    return root


@pytest.fixture
def year(filed: Path, tmp_path: Path) -> Campaign:
    """A copy of it that a test may change."""
    return Campaign(Path(shutil.copytree(filed, tmp_path / "2026年度")))


@pytest.fixture(scope="session")
def sealed(filed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The bytes of both volumes of that year, by the volume's id."""
    root = Path(shutil.copytree(filed, tmp_path_factory.mktemp("sealed") / "2026年度"))
    made = seal_year(Campaign(root))
    return Archives({one.volume.id: one.path.read_bytes() for one in made.volumes})
