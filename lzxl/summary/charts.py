"""The native charts of the overview: small makers that know colours, fonts and axes, and nothing of where they go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.chart import Chart

from lzxl.summary.formulas import Region
from lzxl.summary.styles import BODY_FONT, HEAD_FONT, INK, LINE, MUTED, ink_on

_STEPS = (1, 2, 5)


class Drawn(NamedTuple):
    """A chart, and what is read out to those who cannot see it."""

    chart: Chart
    alternative: str


def columns(
    workbook: Workbook,
    title: str,
    data: Region,
    series: Sequence[str],
    colours: Mapping[str, str],
    *,
    greatest: int,
    label: str = "label",
    stacked: bool = False,
    slanted: bool = False,
    axis: str = "个",
) -> Drawn:
    """Columns by `label`, one series for each column of `data` named in `series`; `greatest` is the tallest column."""
    chart = workbook.add_chart({"type": "column", "subtype": "stacked" if stacked else "clustered"})
    for name in series:
        labels = _labels("center", ink_on(colours[name])) if stacked else _labels("outside_end", INK)
        chart.add_series(
            {
                "name": [data.sheet, data.first - 1, data.columns[name]],
                "categories": data.chart(label),
                "values": data.chart(name),
                "fill": {"color": colours[name]},
                "border": {"color": "#FFFFFF", "width": 0.5},
                "gap": 55,
                "data_labels": labels,
            }
        )
    names = _font(9, rotation=-45 if slanted else 0)
    chart.set_x_axis({"num_font": names, "line": {"color": LINE}, "major_tick_mark": "none"})
    chart.set_y_axis(_value_axis(greatest, axis))
    _finish(chart, title, legend=True)
    return Drawn(chart, f"柱形图“{title}”：按{'、'.join(series)}分列，数值见工作表“{data.sheet}”。")


def bars(
    workbook: Workbook,
    title: str,
    data: Region,
    name: str,
    colour: str,
    *,
    greatest: int,
    axis: str,
    label: str = "label",
) -> Drawn:
    """Horizontal bars of one series, first row on top."""
    chart = workbook.add_chart({"type": "bar"})
    chart.add_series(
        {
            "name": title,
            "categories": data.chart(label),
            "values": data.chart(name),
            "fill": {"color": colour},
            "gap": 60,
            "data_labels": _labels("outside_end", INK),
        }
    )
    # Every name is shown, however many there are.
    chart.set_y_axis(
        {"reverse": True, "interval_unit": 1, "num_font": _font(9), "line": {"color": LINE}, "major_tick_mark": "none"}
    )
    # With the first row on top, the numbers of this axis go up with it: set at its far end, they are below again.
    chart.set_x_axis({**_value_axis(greatest, axis), "label_position": "high"})
    _finish(chart, title, legend=False)
    return Drawn(chart, f"条形图“{title}”：数值见工作表“{data.sheet}”。")


def step(greatest: int, ticks: int = 6) -> int:
    """A round whole step that gives an axis up to `greatest` about `ticks` marks at most."""
    size = 1
    while True:
        for factor in _STEPS:
            if factor * size * ticks >= greatest:
                return factor * size
        size *= 10


def _value_axis(greatest: int, unit: str) -> dict[str, Any]:
    unit_step = step(greatest)
    return {
        "min": 0,
        # Always above the greatest: its number stands over the column, and needs room there.
        "max": unit_step * (greatest // unit_step + 1),
        "major_unit": unit_step,
        "num_format": "0",
        "num_font": _font(9),
        "name": unit,
        "name_font": {**_font(9), "bold": False, "rotation": 0},
        "line": {"none": True},
        "major_gridlines": {"visible": True, "line": {"color": "#E5E8ED", "width": 0.75}},
    }


def _labels(position: str, colour: str) -> dict[str, Any]:
    # What follows the semicolons is for negative numbers and nought: no label where there is nothing.
    return {"value": True, "position": position, "num_format": "0;;", "font": {**_font(9), "color": colour}}


def _font(size: float, rotation: int = 0) -> dict[str, Any]:
    font: dict[str, Any] = {"name": BODY_FONT, "size": size, "color": MUTED}
    if rotation:
        font["rotation"] = rotation
    return font


def _finish(chart: Chart, title: str, *, legend: bool) -> None:
    chart.set_title(
        {"name": title, "name_font": {"name": HEAD_FONT, "size": 12, "bold": False, "color": INK}, "overlay": False}
    )
    chart.set_legend({"position": "bottom", "font": _font(9)} if legend else {"none": True})
    chart.set_chartarea({"border": {"color": LINE}, "fill": {"color": "#FFFFFF"}})
