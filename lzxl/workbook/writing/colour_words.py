"""What people call a colour."""

from __future__ import annotations

import colorsys

# Hue in degrees up to which a name holds.
_HUES = (
    (15, "红色"),
    (45, "橙色"),
    (70, "黄色"),
    (165, "绿色"),
    (200, "青色"),
    (260, "蓝色"),
    (330, "紫色"),
    (360, "红色"),
)
_LEAST_SATURATION = 0.12
_DARK, _BRIGHT = 0.15, 0.92


def colour_word(colour: str) -> str:
    """The name of a colour that is written as RRGGBB."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    if light < _DARK:
        return "黑色"
    if saturation >= _LEAST_SATURATION:
        return next(name for limit, name in _HUES if hue * 360 <= limit)
    return "白色" if light > _BRIGHT else "灰色"
