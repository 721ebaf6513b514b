"""The [limits] section of lzxl.toml: a bureau's own limits for the steps of a warning, each with its basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeGuard

from lzxl.errors import ConfigError
from lzxl.year.events import Limit, load_machine

_MOST = 250
_KEYS = frozenset({"days", "months", "basis"})


def limit_names() -> frozenset[str]:
    """What the section may set."""
    return frozenset(load_machine().limits)


def limits_text() -> str:
    """The section of a new campaign's settings, every limit in a comment."""
    machine = load_machine()
    lines = [
        f'# {limit.name} = {{ {_amount(limit)}, basis = "" }}'.ljust(52) + f"# {limit.title}"
        for limit in machine.limits.values()
    ]
    said = f"预警办理的期限，days 为工作日；不改的不用写，依据（basis）不写的记“{machine.fallback_basis}”"
    head = f"\n[limits]                   # {said}\n"
    return head + "\n".join(lines) + "\n"


def _amount(limit: Limit) -> str:
    return f"months = {limit.months}" if limit.months else f"days = {limit.workdays}"


def own_limits(file: str, section: Mapping[str, Any]) -> dict[str, Limit]:
    """The limits that the section sets. Raises ConfigError with setting and remedy; `file` is the name of lzxl.toml."""
    known = load_machine().limits
    return {name: _limit(file, known[name], value) for name, value in section.items()}


def _limit(file: str, limit: Limit, value: Any) -> Limit:
    data = {"days": value} if _is_whole(value) else value
    if not isinstance(data, dict) or not data.keys() <= _KEYS or ("days" in data) == ("months" in data):
        raise _malformed(file, limit)
    amount, basis = data.get("days", data.get("months")), data.get("basis", "")
    if not (_is_whole(amount) and 1 <= amount <= _MOST and isinstance(basis, str)):
        raise _malformed(file, limit)
    days, months = (amount, 0) if "days" in data else (0, amount)
    return replace(limit, workdays=days, months=months, basis=basis.strip())


def _is_whole(value: Any) -> TypeGuard[int]:
    """Whether a setting is a whole number; to Python, true and false are numbers too."""
    return isinstance(value, int) and not isinstance(value, bool)


def _malformed(file: str, limit: Limit) -> ConfigError:
    example = f'{limit.name} = {{ {_amount(limit)}, basis = "文号" }}'
    return ConfigError(
        f"{file} 的 [limits] 里 {limit.name}（{limit.title}）有误，请写成 {example}；"
        f"days 是工作日，months 是月，写其中一项，用1到{_MOST}的整数。",
        code="limit_malformed",
        file=file,
        name=limit.name,
    )
