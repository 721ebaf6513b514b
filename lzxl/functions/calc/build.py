"""Packs the Calc add-in: an .oxt that a user of LibreOffice installs with a double click."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Any

from lzxl import __version__
from lzxl.files import writing
from lzxl.functions import core
from lzxl.functions.calc.wizard import Described, descriptions

IDENTIFIER = "cn.lzxl.functions"
"""What LibreOffice knows the extension by: installing one again replaces it."""

_HERE = Path(__file__).parent
_SPELLING = "cn.lzxl.functions.Spelling"
"""The service of `spelling.py`, which cannot be imported here."""
_LOADED = "OnLoadFinished"
"""The event of a document that is loaded; OnLoad does not come for one without a window."""
# A zip file knows no earlier time.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_TYPES = {
    "types.rdb": "uno-typelibrary;type=RDB",
    "component.py": "uno-component;type=Python",
    "spelling.py": "uno-component;type=Python",
    "CalcAddIns.xcu": "configuration-data",
    "Jobs.xcu": "configuration-data",
}
"""Member → what the manifest says it is."""


def build_addin(path: Path, tables: Mapping[str, Any]) -> None:
    """Write the add-in with a bureau's `tables` (`lzxl.functions.tables.tables_of`) to `path`, whole or not at all.

    The same tables give the same bytes. Raises OutputError with a sentence for the user.
    """
    with writing(path) as temporary, zipfile.ZipFile(temporary, "w") as package:
        for name, data in sorted(_members(tables).items()):
            member = zipfile.ZipInfo(name, _ZIP_TIME)
            member.external_attr = 0o644 << 16
            # 3 is Unix: else the bytes would say on which system the add-in was made.
            member.create_system = 3
            package.writestr(member, data)


def _members(tables: Mapping[str, Any]) -> dict[str, bytes]:
    texts = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(str(tables["title"])),
        "CalcAddIns.xcu": _wizard_texts(tables),
        "Jobs.xcu": _jobs(),
        "tables.json": json.dumps(tables, ensure_ascii=False, sort_keys=True, indent=1),
    }
    return {
        **{name: text.encode() for name, text in texts.items()},
        "types.rdb": (_HERE / "types.rdb").read_bytes(),
        "component.py": (_HERE / "component.py").read_bytes(),
        "spelling.py": (_HERE / "spelling.py").read_bytes(),
        "pythonpath/lzxl_core.py": Path(core.__file__).read_bytes(),
    }


def _manifest() -> str:
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="application/vnd.sun.star.{kind}"/>\n'
        for name, kind in _TYPES.items()
    )
    space = "http://openoffice.org/2001/manifest"
    return f'{_HEAD}<manifest:manifest xmlns:manifest="{space}">\n{entries}</manifest:manifest>\n'


def _description(scheme: str) -> str:
    return (
        f'{_HEAD}<description xmlns="http://openoffice.org/extensions/description/2006">\n'
        f'<identifier value="{IDENTIFIER}"/>\n<version value="{__version__}"/>\n'
        f'<display-name><name lang="zh-CN">廉政风险防控函数（{escape(scheme)}）</name></display-name>\n</description>\n'
    )


def _wizard_texts(tables: Mapping[str, Any]) -> str:
    functions = "".join(map(_function, descriptions(tables)))
    return (
        f'{_HEAD}<oor:component-data xmlns:oor="http://openoffice.org/2001/registry"'
        ' oor:name="CalcAddIns" oor:package="org.openoffice.Office">\n'
        f'<node oor:name="AddInInfo"><node oor:name="LZ" oor:op="replace"><node oor:name="AddInFunctions">\n{functions}'
        "</node></node></node>\n</oor:component-data>\n"
    )


def _jobs() -> str:
    """What LibreOffice is to run when a document has been loaded."""
    named = f'<node oor:name="{_SPELLING}" oor:op="replace">'
    return (
        f'{_HEAD}<oor:component-data xmlns:oor="http://openoffice.org/2001/registry"'
        ' oor:name="Jobs" oor:package="org.openoffice.Office">\n'
        f'<node oor:name="Jobs">{named}<prop oor:name="Service"><value>{_SPELLING}</value></prop></node></node>\n'
        f'<node oor:name="Events"><node oor:name="{_LOADED}" oor:op="fuse"><node oor:name="JobList">{named}</node></node>'
        "</node></node>\n</oor:component-data>\n"
    )


def _function(said: Described) -> str:
    arguments = "".join(
        f'<node oor:name="{name}" oor:op="replace">{_prop("DisplayName", title)}{_prop("Description", text)}</node>\n'
        for name, title, text in said.arguments
    )
    return (
        f'<node oor:name="{said.name}" oor:op="replace">\n{_prop("DisplayName", said.shown)}'
        f'{_prop("Description", said.text)}<prop oor:name="Category"><value>Add-In</value></prop>\n'
        f'<prop oor:name="CompatibilityName"><value xml:lang="en-US">{said.in_excel}</value></prop>\n'
        f'<node oor:name="Parameters">\n{arguments}</node></node>\n'
    )


def _prop(name: str, text: str) -> str:
    """A text for the wizard, in every language of the program: where one has none, the function has not even a name."""
    values = "".join(f'<value xml:lang="{language}">{escape(text)}</value>' for language in ("zh-CN", "en-US"))
    return f'<prop oor:name="{name}">{values}</prop>'
