"""TOML as a clerk types it: days in any notation, and of what is no TOML, the line and what is probably wrong there."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable
from typing import Any

from lzxl.errors import ConfigError

# A day without quotes. TOML knows 2026-11-20 only; with quotes, `read_day` has it.
_BARE_DAY = re.compile(r"^([ \t]*(?:deadline|opens)[ \t]*=[ \t]*)(\d[^\"'#\r\n]*?)([ \t]*(?:#.*)?\r?)$", re.MULTILINE)
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_BARE_TEXT = re.compile(r"=\s*(?!(?:true|false)\b)\w*[^\W\d_]")
# Chinese signs that Unicode does not count as wide forms of the ones that TOML has.
_CHINESE_QUOTES = "“”‘’「」『』"
_ENGLISH = str.maketrans(f"{_CHINESE_QUOTES}、【】", '"""""""",[]')
ENGLISH_SECTION = "小节名要用英文，如 [mail]。"
_USUAL = "请对照使用手册修改。"


def read_toml(file: str, text: str) -> dict[str, Any]:
    """The settings in `text`. Raises ConfigError with the line and the probable mistake; `file` is its name."""
    if "\x00" in text:
        number = text[: text.index("\x00")].count("\n") + 1
        raise ConfigError(
            f"{file}（第{number}行）里有看不见的空字符，文件可能已损坏。请删去这一行重新输入，或用备份替换。",
            code="toml_with_nul",
            file=file,
            number=number,
        )
    try:
        return tomllib.loads(_BARE_DAY.sub(r'\1"\2"\3', text))
    except ValueError as error:  # TOMLDecodeError, and what Python itself says of a number of 5,000 digits
        number, hint = _trouble(text.split("\n"), str(error))
        place = f"（第{number}行）" if number else ""
        raise ConfigError(f"{file} 写法有误{place}：{hint}", code="toml_malformed", file=file) from None
    except RecursionError:
        raise ConfigError(
            f"{file} 写法有误：括号一层套一层，套得太多。{_USUAL}", code="toml_too_deep", file=file
        ) from None


def _trouble(lines: list[str], said: str) -> tuple[int, str]:
    """The line (from 1; 0 if unknown) where the mistake is, and what it probably is."""
    match = re.search(r"at line (\d+)", said)
    number = int(match[1]) if match else 0
    if "overwrite" in said or "twice" in said:
        return number, "这一项前面已经写过，请只留一处。"
    if "Invalid date" in said:
        return number, "日期不存在。"
    # What is opened and never closed is only noticed further down.
    above = range(number or len(lines), 0, -1) if not match or "Unclosed" in said else [number]
    return next(((line, hint) for line in above if (hint := _mistake(lines[line - 1]))), (number, _USUAL))


def _mistake(line: str) -> str:
    """What is probably wrong in a line that is no TOML; "" if nothing is seen."""
    # What is quoted goes first: a # or a comma in it is the text's own.
    # A number in its place, so that a value still stands behind the equals sign.
    rest = _QUOTED.sub("0", line).split("#", maxsplit=1)[0].strip(" \t\r")
    if _BARE_TEXT.search(rest):
        return '文字两头要加英文双引号，如 bureau = "云泽县生态环境局"。'
    if _ends_with_a_sign(rest):
        return "一项设置的末尾不要加标点。"
    if "\\" in line:
        return "引号里的 \\ 请改成 / 。"
    if _lacks_a_quote(rest):
        return "引号未成对，少了一个英文引号。"
    return _chinese_sign(rest) or next((hint for is_so, hint in _IN_ASCII if is_so(rest)), "")


def _ends_with_a_sign(rest: str) -> bool:
    return "=" in rest and "[" not in rest and rest[-1] in ",，;；。、"


def _lacks_a_quote(rest: str) -> bool:
    """Whether a quote is left beside those in pairs, and no Chinese one that was meant as its other half."""
    return ('"' in rest or "'" in rest) and not set(rest) & set(_CHINESE_QUOTES)


def _chinese_sign(rest: str) -> str:
    """What to write instead of the first sign that was typed with a Chinese keyboard; "" if there is none."""
    for sign in rest:
        english = unicodedata.normalize("NFKC", sign.translate(_ENGLISH))
        if english != sign and english.isascii():
            kind = _KINDS_OF_SIGNS.get(english, "中文（全角）符号")
            return f"用了{kind} {sign} ，请在英文输入状态下改成 {english.strip() or '空格'} 。"
    return ""


_KINDS_OF_SIGNS = {'"': "中文引号", "'": "中文引号", " ": "全角空格"}


def _is_chinese_section(rest: str) -> bool:
    return rest.startswith("[") and rest.endswith("]") and "=" not in rest and not rest.isascii()


_IN_ASCII: tuple[tuple[Callable[[str], bool], str], ...] = (
    (_is_chinese_section, ENGLISH_SECTION),
    (
        lambda rest: rest.count("[") != rest.count("]"),
        "方括号未成对；放在方括号里的几项之间要用英文逗号 , 隔开。",
    ),
    (lambda rest: rest.endswith("="), "等号后面未写内容。"),
    (lambda rest: "=" in rest and not rest.split("=")[0].isascii(), "等号前面的设置名要用英文，如 bureau。"),
    (
        lambda rest: rest[:1].isalpha() and "=" not in rest,
        '缺少等号，设置要写成 bureau = "云泽县生态环境局" 的样式。',
    ),
)
"""What may be wrong with a line whose signs are those of TOML, the first that is so counts; and what is said of it."""
