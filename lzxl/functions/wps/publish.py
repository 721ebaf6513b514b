"""Makes WPS load the add-in: our entry in `publish.xml`, the list of a user's add-ins, beside the entries of others.

As the vendor's own tools write it (wpsjs 2.2): `jspluginonline` for an add-in that comes from a web address, `jsplugin` for
a folder beside `publish.xml` whose name is the add-in's name and version. The second needs no server and no network.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, indent, tostring

from lzxl import __version__
from lzxl.errors import UsageError
from lzxl.files import output_to, writing
from lzxl.forms.model import Form
from lzxl.functions.wps.build import build_addin

NAME = "lzxl"
FOLDER = f"{NAME}_{__version__}"
"""The name that the add-in's folder must have to be loaded without a server."""

_EMPTY = "<jsplugins/>"
_ENTRIES = ("jsplugin", "jspluginonline")


def publish_path(platform: str = sys.platform, environment: Mapping[str, str] = os.environ) -> Path:
    """Where WPS looks for the list of a user's add-ins: on Windows under %APPDATA%, elsewhere in the home folder."""
    if platform == "win32":
        roaming = environment.get("APPDATA")
        base = Path(roaming) if roaming else Path.home() / "AppData" / "Roaming"
        return base / "kingsoft" / "wps" / "jsaddons" / "publish.xml"
    return Path(environment.get("HOME") or Path.home()) / ".local/share/Kingsoft/wps/jsaddons/publish.xml"


def install(tables: Mapping[str, Any], forms: Sequence[Form], publish: Path | None = None) -> Path:
    """Build the add-in beside `publish.xml` and enter it there, for one user and without a server; the add-in's folder.

    Raises UsageError if the list is there and cannot be read (nothing is written then), OutputError if the disk refuses.
    """
    target = publish or publish_path()
    _read(target)
    folder = target.parent / FOLDER
    build_addin(folder, tables, forms)
    write_publish(FOLDER, target)
    return folder


def write_publish(address: str, publish: Path | None = None) -> Path:
    """Enter the add-in at `address` in the list `publish` (this user's if None), and leave all other entries there.

    `address`: as for `publish_xml`. Raises UsageError if the list is there and cannot be read; it is left as it is then.
    """
    target = publish or publish_path()
    content = publish_xml(address, _read(target))
    with writing(target) as path:
        path.write_text(content, encoding="utf-8", newline="\n")
    return target


def publish_xml(address: str, existing: str = _EMPTY) -> str:
    """The list `existing` with our entry in it, once, in the place of an older one.

    `address`: a web address (http or https), or the name of a folder beside the list. Raises UsageError if `existing` is
    no list of add-ins.
    """
    root = _parsed(existing)
    ours = _entry(address)
    others = [entry for entry in root if not (entry.tag in _ENTRIES and entry.get("name") == NAME)]
    root[:] = others
    root.append(ours)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + tostring(root, encoding="unicode") + "\n"


def _entry(address: str) -> Element:
    common = {"enable": "enable_dev", "install": "null", "customDomain": ""}
    if address.lower().startswith(("http://", "https://")):
        url = address if address.endswith("/") else f"{address}/"
        return Element("jspluginonline", {"name": NAME, "type": "et", "url": url, "debug": "", **common})
    # et is the spreadsheet program of WPS; an add-in of type wps is loaded in the word processor.
    return Element("jsplugin", {"name": NAME, "type": "et", "url": address, "version": __version__, **common})


def _read(path: Path) -> str:
    """The list at `path`, one without entries if there is none. Raises UsageError if it is no list."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return _EMPTY
    except OSError as error:
        with output_to(path):
            raise error
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(_no_list(path), code="addin_list_unreadable") from None
    try:
        _parsed(content)
    except UsageError:
        raise UsageError(_no_list(path), code="addin_list_unreadable") from None
    return content


def _parsed(content: str) -> Element:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    if not content.strip():
        content = _EMPTY  # WPS may leave an empty file behind
    try:
        root: Element = fromstring(content.lstrip("\ufeff \t\r\n"))
    except (ParseError, DefusedXmlException, ValueError):
        raise UsageError("publish.xml 的写法有误，无法加入加载项。", code="addin_list_malformed") from None
    if root.tag != "jsplugins":
        raise UsageError("publish.xml 不是 WPS 加载项清单，无法加入加载项。", code="addin_list_foreign")
    return root


def _no_list(path: Path) -> str:
    return f"WPS 加载项清单无法读取：{path}。文件未改动；请把它改好，或移到别处后重试。"
