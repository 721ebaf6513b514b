"""Native charts in Word: stacked bars with their numbers in them, over a small workbook that Word opens to edit them.

python-docx has no charts: the parts are written here, with its packages and relations. Bars are told apart by their shades and by the
numbers in them, so that they are read in black and white too; who cannot see them is read out what they show.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence
from html import escape

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Mm
from docx.text.paragraph import Paragraph
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from lzxl.papers.told import Chart
from lzxl.summary.styles import ink_on

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_SHEET = "数据"
_DAY = datetime.datetime(2026, 1, 1)
_FONT = '<a:latin typeface="Times New Roman"/><a:ea typeface="宋体"/>'
# In mm: what a bar and the rest of the chart take.
_BAR, _AROUND, _MOST = 7.5, 24.0, 190.0


def add_chart(paragraph: Paragraph, chart: Chart, width: float) -> None:
    """Put a chart into a paragraph. `width`: in mm."""
    package = paragraph.part.package
    number = sum(part.content_type == CONTENT_TYPE.DML_CHART for part in package.iter_parts()) + 1
    place = PackURI(f"/word/charts/chart{number}.xml")
    part = Part(place, CONTENT_TYPE.DML_CHART, _chart_xml(chart).encode(), package)
    book = PackURI(f"/word/embeddings/chart{number}.xlsx")
    part.relate_to(Part(book, CONTENT_TYPE.SML_SHEET, _book(chart), package), RELATIONSHIP_TYPE.PACKAGE)
    name = paragraph.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    height = min(_AROUND + _BAR * len(chart.rows), _MOST)
    paragraph.add_run().element.append(parse_xml(_inline(chart, number, name, Mm(width), Mm(height))))


def _inline(chart: Chart, number: int, name: str, width: int, height: int) -> str:
    return (
        f'<w:drawing xmlns:w="{_W}" xmlns:wp="{_WP}" xmlns:a="{_A}" xmlns:c="{_C}" xmlns:r="{_R}">'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
        # No two drawings of a document may have one number; those of Word's own begin with 1.
        f'<wp:docPr id="{1000 + number}" name="图表{number}" descr="{escape(chart.told)}" title="{escape(chart.title)}"/>'
        f'<wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="{_C}"><c:chart r:id="{name}"/></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing>"
    )


def _book(chart: Chart) -> bytes:
    """The numbers of a chart as a workbook: rows by their labels, a column for each of the series."""
    packed = io.BytesIO()
    workbook = Workbook(packed, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_properties({"created": _DAY})
    sheet = workbook.add_worksheet(_SHEET)
    sheet.write_row(0, 1, list(chart.series))
    for row, (label, counts) in enumerate(chart.rows, 1):
        sheet.write_string(row, 0, label)
        sheet.write_row(row, 1, counts)
    workbook.close()
    return packed.getvalue()


def _chart_xml(chart: Chart) -> str:
    series = "".join(_series(chart, place, name, colour) for place, (name, colour) in enumerate(chart.series.items()))
    legend = '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>' if len(chart.series) > 1 else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<c:chartSpace xmlns:c="{_C}" xmlns:a="{_A}" xmlns:r="{_R}"><c:roundedCorners val="0"/>'
        # Of a chart with one series Word makes that one's name the title, unless it is told not to.
        '<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>'
        '<c:barChart><c:barDir val="bar"/><c:grouping val="stacked"/><c:varyColors val="0"/>'
        f'{series}<c:gapWidth val="45"/><c:overlap val="100"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        # Bars are drawn from the bottom up: turned round, the first row is on top.
        '<c:catAx><c:axId val="1"/><c:scaling><c:orientation val="maxMin"/></c:scaling><c:delete val="0"/>'
        '<c:axPos val="l"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        '<c:crossAx val="2"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        '<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling><c:delete val="1"/>'
        '<c:axPos val="b"/><c:numFmt formatCode="0" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="1"/></c:valAx></c:plotArea>'
        f'{legend}<c:plotVisOnly val="1"/></c:chart>'
        f'<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1000">{_FONT}</a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
        # The part has this one relation, to its workbook, and relations are counted from rId1.
        '<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def _series(chart: Chart, place: int, name: str, colour: str) -> str:
    column = xl_col_to_name(place + 1)
    last = len(chart.rows) + 1
    labels = _cached("strCache", [label for label, _ in chart.rows])
    numbers = _cached("numCache", [str(counts[place]) for _, counts in chart.rows])
    ink = ink_on(colour).lstrip("#")
    return (
        f'<c:ser><c:idx val="{place}"/><c:order val="{place}"/>'
        f"<c:tx><c:strRef><c:f>{_SHEET}!${column}$1</c:f>{_cached('strCache', [name])}</c:strRef></c:tx>"
        f'<c:spPr><a:solidFill><a:srgbClr val="{colour.lstrip("#")}"/></a:solidFill>'
        '<a:ln w="6350"><a:solidFill><a:srgbClr val="404040"/></a:solidFill></a:ln></c:spPr><c:invertIfNegative val="0"/>'
        '<c:dLbls><c:numFmt formatCode="0;;" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr><c:txPr><a:bodyPr/><a:p><a:pPr>'
        f'<a:defRPr sz="900"><a:solidFill><a:srgbClr val="{ink}"/></a:solidFill></a:defRPr></a:pPr>'
        '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr><c:dLblPos val="ctr"/><c:showLegendKey val="0"/><c:showVal val="1"/>'
        '<c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f"<c:cat><c:strRef><c:f>{_SHEET}!$A$2:$A${last}</c:f>{labels}</c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>{_SHEET}!${column}$2:${column}${last}</c:f>{numbers}</c:numRef></c:val></c:ser>"
    )


def _cached(kind: str, values: Sequence[str]) -> str:
    """The values as they stand in the workbook, for programs that do not open it."""
    head = "<c:formatCode>0</c:formatCode>" if kind == "numCache" else ""
    points = "".join(f'<c:pt idx="{place}"><c:v>{escape(one)}</c:v></c:pt>' for place, one in enumerate(values))
    return f'<c:{kind}>{head}<c:ptCount val="{len(values)}"/>{points}</c:{kind}>'
