"""The files of what is made public: a workbook, a page for the website, and the announcement."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from xlsxwriter import Workbook

from lzxl.campaign.publish import Announcement
from lzxl.summary.pages import CARDS, HEAD_FONTS, TEXT_FONTS, WHOLE_ROWS, columns, shown, whole_page
from lzxl.summary.styles import AS_WRITTEN, Styles, gravest_first, ink_on, level_colours, safe_text
from lzxl.year.published import PublishedRow

_SHEET = "公示表"
_LINE, _PADDING, _LEAST, _MOST = 15.0, 6.0, 24.0, 409.0
_PROVISIONAL = "（暂定）"


def publication_files(made: Announcement) -> Mapping[str, bytes]:
    """Name → bytes of the three files of an edition."""
    edition = made.publication.edition.edition
    stem = f"{made.period}_{edition}"
    return {
        f"廉政风险点公示表_{stem}.xlsx": _workbook(made),
        f"廉政风险点公示表_{stem}.html": _page(made).encode(),
        # As Notepad writes a text: older ones show neither UTF-8 without a mark nor lines that end with \n alone.
        f"公示公告_{stem}.txt": ("\r\n".join(announcement_text(made)) + "\r\n").encode("utf-8-sig"),
    }


def _titles(made: Announcement) -> list[str]:
    serial = next(entry.title for entry in made.sheet.fields if entry.kind == "serial")
    return [serial, *(column.title for column in made.publication.edition.columns)]


def heading(made: Announcement) -> str:
    return f"{made.bureau}{made.period}廉政风险点公示表（{made.publication.edition.edition}）"


def notes(made: Announcement) -> list[str]:
    """What readers are told below the table: how many rows are shown, and what was left out."""
    found = made.publication
    shown = sum(1 for row in found.rows if row.level)
    lines = [
        f"公示时间：{_day(made.day)}至{_day(made.until)}（{made.workdays}个工作日）。本表共{shown}行，等级由高到低分为{'、'.join(_levels(made))}。"
    ]
    if found.withheld:
        lines.append(f"依照规定暂不公开{len(found.withheld)}个风险点。")
    if found.inside:
        lines.append(f"只向干部职工公开的{len(found.inside)}个风险点不在本表。")
    if found.sensitive:
        lines.append(f"涉及敏感岗位的{len(found.sensitive)}个风险点不向社会公开。")
    if found.provisional:
        lines.append("注明“暂定”的等级，以领导小组认定为准。")
    return lines


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _levels(made: Announcement) -> list[str]:
    field = next(entry for entry in made.sheet.fields if entry.computed == "level")
    vocabulary = field.vocabulary
    assert vocabulary is not None
    return gravest_first(vocabulary)


def announcement_text(made: Announcement) -> list[str]:
    """The announcement, line by line."""
    found = made.publication
    circle = "社会" if found.edition.to_everybody else "全体干部职工"
    address = made.office or "＿＿＿＿＿＿＿＿＿＿"
    return [
        f"{made.bureau}关于{made.period}廉政风险点的公示",
        "",
        f"　　根据廉政风险防控实施细则第八条（一）的规定，现将本局{made.period}廉政风险点、风险等级和防控措施"
        f"向{circle}公示，接受监督。",
        f"　　一、公示内容：见《廉政风险点公示表（{found.edition.edition}）》。",
        f"　　二、公示期限：{_day(made.day)}至{_day(made.until)}（{made.workdays}个工作日）。",
        "　　三、意见反映：公示期内，单位和个人对公示内容有意见的，可以书面或者电话方式反映。以单位名义反映的，请加盖公章；"
        "以个人名义反映的，请签署真实姓名并留联系方式。本局对反映人的信息予以保密。",
        "　　四、受理部门：党风廉政建设领导小组办公室",
        "　　　　电　　话：＿＿＿＿＿＿＿＿＿＿",
        f"　　　　电子邮箱：{address}",
        "",
        f"　　　　　　　　　　　　　　　　　　　　{made.bureau}",
        f"　　　　　　　　　　　　　　　　　　　　{_day(made.day)}",
        "",
        "附：公示意见登记表",
        "反映日期｜反映人（单位）｜联系方式｜对应序号｜意见和理由｜受理人｜处理结果",
    ]


def _workbook(made: Announcement) -> bytes:
    packed = io.BytesIO()
    workbook = Workbook(packed, AS_WRITTEN)
    created = datetime(made.day.year, made.day.month, made.day.day)
    workbook.set_properties({"title": heading(made), "author": made.bureau, "company": made.bureau, "created": created})
    styles, columns = Styles(workbook, _levels(made)), made.publication.edition.columns
    sheet = workbook.add_worksheet(_SHEET)
    sheet.set_column(0, 0, 6)
    for place, column in enumerate(columns, 1):
        sheet.set_column(place, place, column.width)
    sheet.set_row(0, 34)
    sheet.merge_range(0, 0, 0, len(columns), safe_text(heading(made)), styles.get("page_title"))
    lines = notes(made)
    sheet.set_row(1, 16 * len(lines) + 4)
    sheet.merge_range(1, 0, 1, len(columns), safe_text("\n".join(lines)), styles.get("note"))
    sheet.set_row(2, 28)
    for place, title in enumerate(_titles(made)):
        sheet.write_string(2, place, title, styles.get("head"))
    for row, one in enumerate(made.publication.rows, 3):
        sheet.set_row(row, row_height(one.cells, [column.width for column in columns]))
        sheet.write_number(row, 0, row - 2, styles.get("centre"))
        for place, text in enumerate(_shown(made, one), 1):
            is_level = _is_level(made, place - 1) and bool(one.level)
            style = styles.level(one.level) if is_level else styles.get("text")
            sheet.write_string(row, place, safe_text(text), style)
    last = 2 + len(made.publication.rows)
    sheet.freeze_panes(3, 2)
    if made.publication.rows:
        sheet.autofilter(2, 0, last, len(columns))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    sheet.repeat_rows(2)
    sheet.print_area(0, 0, last, len(columns))
    sheet.set_footer("&C&9第 &P 页，共 &N 页")
    workbook.close()
    return packed.getvalue()


def _is_level(made: Announcement, place: int) -> bool:
    of = made.publication.edition.columns[place].of
    return any(made.sheet.by_name[name].computed == "level" for name in of)


def _shown(made: Announcement, row: PublishedRow) -> list[str]:
    return [
        text + (_PROVISIONAL if row.is_provisional and _is_level(made, place) else "")
        for place, text in enumerate(row.cells)
    ]


def row_height(cells: Sequence[str], widths: Sequence[float]) -> float:
    """How high a row has to be, in points, so that all of its texts can be read in columns of those widths."""
    lines = 1
    # In GB 18030 a Chinese character has two bytes and a letter one: as wide as each is shown.
    for text, width in zip(cells, widths, strict=True):
        lines = max(
            lines,
            sum(
                1 + int(len(line.encode("gb18030", "replace")) * 1.08 / max(width - 1, 1)) for line in text.split("\n")
            ),
        )
    return min(max(lines * _LINE + _PADDING, _LEAST), _MOST)


_STYLE = f"""
body{{font-family:{TEXT_FONTS};color:#1f2a37;
margin:2rem auto;max-width:1180px;padding:0 1rem;line-height:1.6}}
h1{{font-family:{HEAD_FONTS};font-size:1.5rem;text-align:center;margin:0 0 .5rem}}
p{{margin:.2rem 0}}table{{border-collapse:collapse;width:100%;font-size:.92rem;margin-top:1rem}}
th,td{{border:1px solid #9aa5b1;padding:.35rem .5rem;vertical-align:top;white-space:pre-line}}
thead th{{background:#d9e2f0;font-family:{HEAD_FONTS}}}
td.n,td.l{{text-align:center}}td.l{{font-weight:bold}}
{CARDS}
@media print{{@page{{size:A4 landscape;margin:12mm}}body{{margin:0;max-width:none;font-size:10pt}}
{WHOLE_ROWS}}}
"""


def _page(made: Announcement) -> str:
    """One page that needs nothing else: no script, no picture, no font from anywhere."""
    titles = _titles(made)
    colours = level_colours(_levels(made))
    head = "".join(f'<th scope="col">{shown(title)}</th>' for title in titles)
    body = []
    for number, row in enumerate(made.publication.rows, 1):
        cells = [f'<td class="n" data-title="{shown(titles[0])}">{number}</td>']
        for place, text in enumerate(_shown(made, row)):
            look = ""
            if _is_level(made, place) and row.level:
                fill = colours[row.level]
                look = f' class="l" style="background:{fill};color:{ink_on(fill)}"'
            cells.append(f'<td{look} data-title="{shown(titles[place + 1])}">{shown(text)}</td>')
        body.append(f"<tr>{''.join(cells)}</tr>")
    widths = [6.0, *(column.width for column in made.publication.edition.columns)]
    said = "".join(f"<p>{shown(line)}</p>" for line in notes(made))
    return whole_page(
        heading(made),
        _STYLE,
        f"<main><h1>{shown(heading(made))}</h1>{said}\n"
        f"<table><colgroup>{columns(widths)}</colgroup><thead><tr>{head}</tr></thead><tbody>\n"
        + "\n".join(body)
        + "\n</tbody></table></main>",
    )
