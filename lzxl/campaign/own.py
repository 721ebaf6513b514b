"""What of a campaign's folder is the program's own: nothing there is a filing, however the path to it is written.

待查 is not among it: what lies there is taken in again once the roster or a setting is mended.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lzxl.campaign.books import book_names
from lzxl.campaign.config import CONFIG_NAME
from lzxl.campaign.folder import Campaign
from lzxl.campaign.places import ARCHIVED, LETTERS, PUBLISHED, RECEIVED, RETURNED, SENT, SUMMARY, TEMPLATES
from lzxl.campaign.roster import ROSTER_NAME
from lzxl.campaign.sources import list_files, readable_name
from lzxl.errors import UsageError

_OWN_FOLDERS = {
    SENT: "里面是发给单位的空白表",
    RECEIVED: "里面是已经收下的原件",
    RETURNED: "里面是要退给单位的表",
    SUMMARY: "里面是汇总表",
    LETTERS: "里面是本办公室写的信和文书",
    TEMPLATES: "里面是本局的空白表和文书模板",
    PUBLISHED: "里面是供公示的材料",
    ARCHIVED: "里面是归档的材料",
    ".lzxl": "里面是程序自己的记录",
}
_ADVICE = "请把新报来的文件放在另一个文件夹（如“来件”）里，再收那个文件夹。"


def refuse_own(campaign: Campaign, paths: Iterable[Path]) -> None:
    """Raises UsageError for a path that is of the program's own, or that holds some of it: which, and what to do.

    Symbolic links, relative paths and another case make no difference: places are compared, not their names.
    """
    root = campaign.home
    for path in paths:
        if not path.exists():
            continue  # whoever goes through it says so
        _refuse_inside(root, path, str(path))
        if path.is_file():
            continue
        if _is_within(root, path):
            whose = "就是本批次的文件夹" if _is_same(root, path) else f"里面有本批次的文件夹（{root.name}）"
            raise UsageError(
                f"{path} {whose}，会把收过、发过、退过的表又当作报送件收一遍，未收取。{_ADVICE}",
                code="own_campaign_as_source",
                path=path,
                whose=whose,
            )
        for file in list_files(path):
            # A link among the files may lead into the campaign although their folder does not.
            if file.is_symlink():
                _refuse_inside(root, file, f"{path} 里的 {readable_name(Path(file.name))}")


def _refuse_inside(root: Path, path: Path, shown: str) -> None:
    """Raises UsageError if a path leads into what is the program's own."""
    real = path.resolve()
    for name, what in _OWN_FOLDERS.items():
        if _is_within(real, root / name):
            raise UsageError(
                f"{shown} 在本批次的“{name}”里，{what}，不是新报来的，未收取。{_ADVICE}",
                code="own_file_as_source",
                shown=shown,
                name=name,
                what=what,
            )
    for name in (CONFIG_NAME, ROSTER_NAME, *book_names()):
        if _is_same(real, root / name):
            raise UsageError(
                f"{shown} 是本批次的 {name}，不是报送件，未收取。{_ADVICE}",
                code="own_file_as_source",
                shown=shown,
                name=name,
            )


def _is_within(path: Path, folder: Path) -> bool:
    """Whether a path is a folder, or below it."""
    real = path.resolve()
    return any(_is_same(one, folder) for one in (real, *real.parents))


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:  # one of them is not there
        return False
