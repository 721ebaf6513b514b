"""A unit of the roster: who files, who answers for it, and what must be covered (第六条、第七条)."""

from __future__ import annotations

from dataclasses import dataclass

# Which categories of power (权责清单, 职权类型) cover a power that the roster says a unit holds (第六条).
COVERING_CATEGORIES: dict[str, tuple[str, ...]] = {
    "行政审批权": ("行政许可", "行政审批登记", "备案"),
    "行政执法权": ("监管执法", "行政检查", "行政处罚", "行政强制"),
    "人事管理权": ("人事管理",),
    "财务管理权": ("财务管理",),
    "物资管理权": ("物资管理",),
}


@dataclass(frozen=True)
class Unit:
    """One unit of the roster. `powers` and `key_posts` must each be covered by a risk point."""

    code: str
    name: str
    kind: str = ""
    head: str = ""
    liaison: str = ""
    email: str = ""
    powers: tuple[str, ...] = ()
    key_posts: tuple[str, ...] = ()
