"""第八条(二)1: whoever reports stays unknown; nothing that names them may stand in a form's text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lzxl.checks.privacy import _private_among
from lzxl.checks.run import Checked, check_submissions
from lzxl.demo.bureau import load_bureau
from lzxl.formats.json import render_json
from lzxl.formats.junit import render_junit
from lzxl.formats.sarif import render_sarif
from lzxl.formats.text import render_text
from lzxl.forms.load import load_catalogue, load_form, load_grading, unit_form_ids
from lzxl.forms.private import find_private, mask
from lzxl.forms.text import compact
from lzxl.submission import Unplaced
from lzxl.workbook.layout import FINDINGS_COLUMN, FINDINGS_SHEET, label_layout, table_layout
from lzxl.workbook.reading.read import read_submission
from lzxl.workbook.writing.mark import write_return
from tests.checks.clerk import Desk, desk
from tests.checks.tables import BARE, finding, found, submission
from tests.places import at

WARNINGS = "| 预警编号 | 反映主要问题 |\n|-|\n| HB01-YJ001 | {} |"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("收受礼品（举报人：李某）", "举报人姓名"),
        ("吃请，电话13812345678可核实", "手机号"),
        ("借用11010519900307123X的证件", "身份证号"),
    ],
)
def test_a_text_that_names_a_person_is_refused_without_repeating_it(text: str, kind: str) -> None:
    made = submission("warning_intake", {"warnings": WARNINGS.format(text)}, {})
    said = finding(made, "private_content")
    assert (said.cell, said.severity, said.value) == ("B2", "error", "")
    assert kind in said.message
    assert not any(digits in said.message + said.fix for digits in ("138", "1101", "李某"))


@pytest.mark.parametrize("text", ["举报人信息外泄，派件单未脱敏", "罚款金额13800元", "文号20260301，第1381234号"])
def test_what_only_speaks_of_reporting_passes(text: str) -> None:
    made = submission("warning_intake", {"warnings": WARNINGS.format(text)}, {})
    assert "private_content" not in [code for code, _ in found(made)]


# How an informant or a number is written down, and what of it nobody may read anywhere.
INFORMANTS = [
    "举报人：{}",
    "举报人{}",
    "举报人 {} 反映其收受礼品",
    "举报人为本局职工{}，",
    "检举人{}",
    "投诉人{}说其态度生硬",
    "反映人（{}）",
    "信访人姓名:{}",
    "控告人{}多次来访",
    "来信人“{}”",
    "举报者{}",
    "匿名举报人员{}",
    "{}举报其吃请",
    "经{}反映",
    "接村民{}来信反映",
    "{}实名向县纪委举报",
    "反映问题的{}",
    "署名{}",
    "举报\u200b人\u2060{}",
    "举报人（实名）{}",
    "【举报人】{}",
    "举 报 人 {}",
    "举报人\n{}",
    "{}（举报人）",
    "{}同志反映该所问题",
    "村民{}等人举报",
    "{}通过12345举报",
    "线索来源：{}",
    "线索由职工{}提供",
    "{}提供线索",
    "来电人{}",
    "信访户{}",
    "告发人{}",
]
NAMES = ["张三", "李某某", "王女士", "欧阳明月", "陈大文", "高建国", "马小云", "阿卜杜拉·买买提"]
NUMBERS = [
    ("13812345678", "13812345678"),
    ("１３８１２３４５６７８", "13812345678"),
    ("138 1234 5678", "13812345678"),
    ("138-1234-5678", "13812345678"),
    ("138.1234.5678", "13812345678"),
    ("+86 138 1234 5678", "13812345678"),
    ("0086-13812345678", "13812345678"),
    ("8613812345678", "13812345678"),
    ("138\u200b1234\u200b5678", "13812345678"),
    ("1 3 8 1 2 3 4 5 6 7 8", "13812345678"),
    ("138\u00a01234\u20115678", "13812345678"),
    ("一三八一二三四五六七八", "一三八一二三四五六七八"),
    ("138一二三四5678", "138一二三四5678"),
    ("138，1234，5678", "13812345678"),
    ("（+86）138\n12345678", "13812345678"),
    ("1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X", "11010519491231002X"),
    ("微信号：zhang_san66", "zhang_san66"),
    ("联系电话（0571）8765 4321", "057187654321"),
    ("11010519491231002X", "11010519491231002X"),
    ("110105 19491231 002x", "11010519491231002X"),
    ("１１０１０５－１９４９１２３１－００２Ｘ", "11010519491231002X"),
    ("身份证110101 19900307 8888", "110101199003078888"),
    ("身份证号110105491231002", "110105491231002"),
]


@cache
def clean_desk(form_id: str) -> Desk:
    bureau = load_bureau()
    return desk(bureau.units[4], form_id, bureau.period)


def inputs() -> Iterator[tuple[str, str, str]]:
    """(form, sheet, field) of every field that a unit fills in."""
    for form_id in unit_form_ids():
        for sheet in load_form(form_id).sheets:
            for entry in sheet.inputs:
                yield form_id, sheet.name, entry.name


def checked_with(form_id: str, sheet_name: str, name: str, value: Any) -> Checked:
    """The clean workbook of a form with `value` in one of its cells, checked."""
    made = clean_desk(form_id)
    sheet = made.form.by_name[sheet_name]
    if sheet.layout == "labels":
        row, column = label_layout(sheet).value(name)
    else:
        row, column = table_layout(sheet).first_row, table_layout(sheet).columns[name]
    content = made.sheet(sheet.title)
    before = content.cell(row, column)
    content.put(row, column, value)
    try:
        [result] = check_submissions([made.read()], BARE)
    finally:
        content.put(row, column, before)
    return result


def told(checked: Checked) -> str:
    """All that the program prints of a checked file, as it is compared."""
    outputs = [
        render_text([checked], with_info=True),
        render_json([checked]),
        render_sarif([checked]),
        render_junit([checked]),
    ]
    return compact("".join(outputs)).translate(dict.fromkeys(map(ord, "-.,、，")))


SECRETS = st.one_of(
    st.tuples(st.sampled_from(INFORMANTS), st.sampled_from(NAMES)).map(
        lambda pair: (pair[0].format(pair[1]), compact(pair[1]))
    ),
    st.sampled_from(NUMBERS),
)


@settings(deadline=None)
@given(st.sampled_from(list(inputs())), SECRETS, st.sampled_from(["", "收受礼品，", "核实后，"]))
def test_whoever_reports_is_found_in_any_field_and_named_in_no_output(
    place: tuple[str, str, str], secret: tuple[str, str], before: str
) -> None:
    written, hidden = secret
    checked = checked_with(*place, before + written)
    assert "private_content" in [entry.code for entry in checked.findings], (place, written)
    assert checked.status == "returned"
    assert hidden not in told(checked), (place, written)


@pytest.mark.parametrize("place", list(inputs()), ids="-".join)
def test_a_telephone_typed_as_a_number_is_found_in_any_field(place: tuple[str, str, str]) -> None:
    checked = checked_with(*place, 13812345678.0)
    codes = [entry.code for entry in checked.findings]
    assert "private_content" in codes or "date_unreadable" in codes
    assert "13812345678" not in told(checked)


def test_a_return_names_nobody_in_its_list_comments_and_messages(tmp_path: Path) -> None:
    case = Path(__file__).parent.parent / "cases" / "hostile" / "informant_named_and_accepted.xlsx"
    [checked] = check_submissions([read_submission(case, case.name)], BARE)
    assert [(entry.code, entry.cell) for entry in checked.findings if entry.severity == "error"] == [
        ("private_content", "J6"),
        ("private_content", "V7"),
    ]
    write_return(checked.submission, checked.findings, load_grading(), tmp_path / "退回件.xlsx")
    workbook = openpyxl.load_workbook(io.BytesIO((tmp_path / "退回件.xlsx").read_bytes()))
    said = []
    for sheet in workbook:
        marked = next((cell.column for row in sheet.iter_rows() for cell in row if cell.value == FINDINGS_COLUMN), None)
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            said += [cell.comment.text] if cell.comment else []
            said += [str(cell.value)] if sheet.title == FINDINGS_SHEET or cell.column == marked else []
    whole = compact("".join(said))
    assert "举报人姓名" in whole
    assert not any(secret in whole for secret in ("张三", "李四", "13800138000", "19900307"))


def test_what_stands_beside_a_table_or_in_a_header_is_looked_at_too() -> None:
    made = clean_desk("warning_intake").read()
    sheet = made.tables[0].title
    made.unplaced += [
        Unplaced(at(sheet, "A90"), "", "举报人：", "说明文字"),
        Unplaced(at(sheet, "B90"), "", "买买提江", "说明文字"),
        Unplaced(at(sheet, "A91"), "", "经手电话138 1234 5678", "说明文字"),
        Unplaced(at(sheet, "A92"), "", "审核人（签字）：李建国 87654321", "签名行"),
        Unplaced(at(sheet, "A93"), "", "审核人（签字）：李建国 2026.11.10", "签名行"),
    ]
    made.tables[0].unmapped[40] = "检举人李四"
    [checked] = check_submissions([made], BARE)
    cells = {entry.cell for entry in checked.findings if entry.code == "private_content"}
    assert cells == {"B90", "A91", "A92", "AN5"}
    assert not any(secret in told(checked) for secret in ("李四", "13812345678"))


@pytest.mark.parametrize(
    "text",
    [
        "举报人要求保密",
        "举报人反映该所收费不规范",
        "举报人称其多次索要",
        "投诉人为服务对象",
        "举报人：匿名",
        "举报人：不详",
        "举报人于2026年6月1日来电",
        "举报人向纪委反映",
        "举报人和被举报人有亲属关系",
        "保护举报人安全",
        "举报人曾多次来访",
        "举报人关心的问题",
        "被举报人张三收受礼品",
        "群众举报张三收礼",
        "群众举报职工张三收礼",
        "投诉员工刘某态度差",
        "来信反映人员管理混乱",
        "反映人民群众诉求",
        "王某在处理举报时泄密",
        "鲁大江向被举报人通风报信",
        "钱某到被举报企业吃请",
        "李四投诉处理不当",
        "李四将举报材料外泄",
        "张某来访接待态度生硬",
        "王某、李某被群众举报",
        "匿名反映王五",
        "举报人、证人、党员干部",
        "举报人，应当保密",
        "信访人对处理意见不服的，可以请求复查",
        "线索来源：巡视移交",
        "线索来源：安监局",
        "线索由县纪委移交",
        "费用在账上反映",
        "马家沟村举报",
        "群众来电反映清明假期在邻县看到公务车",
        "商户向监督员反映网格员推销吸污毡，并称不买就多检查几次。",
        "云泽县举报中心",
        "单位群众反映强烈",
        "施工方反映图纸有误",
        "全年投诉12件",
        "江北区投诉",
        "公布举报电话0571-87654321",
        "设立监督举报热线12388",
        "考核分 15.5 16.5 17.5 18.5",
        "2026-11-10 15:30:00 至 2026-12-10",
        "91330100MA2CFRF61U",
        "第13、14、15、16、17、18、19条",
        "110105199001011234",
    ],
)
def test_what_names_nobody_is_no_secret(text: str) -> None:
    assert find_private(text) == ()
    assert mask(text) == text


ORDINARY = Path(__file__).parent / "texts" / "平常的话.txt"


def test_ordinary_sentences_about_reports_name_nobody() -> None:
    sentences = ORDINARY.read_text(encoding="utf-8").splitlines()
    assert len(sentences) > 250
    assert [text for text in sentences if find_private(text)] == []


@pytest.mark.parametrize("name", ["李四", "王建国", "欧阳明月", "赵某", "孙女士"])
@pytest.mark.parametrize(
    "text",
    [
        "据群众{}举报，该所收受礼品",
        "来信人{}（电话略）反映",
        "据职工{}口头反映",
        "廉政监督员{}反映该所",
        "群众（{}）反映其吃请",
        "服务对象（{}，住县城）来电投诉",
        "户主{}投诉",
        "法定代表人{}举报",
        "家属{}来访",
        "{}家属来访反映",
        "{}的妻子举报",
        "{}拨打12345投诉",
        "{}致电监督热线反映",
        "{}告发其受贿",
        "据该所{}反映",
        "本局{}举报",
        "写信人{}",
        "来函人：{}",
        "诉求人：{}",
        "信息来源：{}",
        "举报来源：{}",
        "实名举报（{}）",
        "举报信由{}寄出",
        "举报材料系{}所写",
        "举报内容由职工{}提供",
        "举报邮件发件人{}",
        "已向举报人{}反馈",
        "联系举报人{}核实",
        "举报人疑为{}",
        "举报人就是{}",
    ],
)
def test_an_informant_named_in_running_text_is_found_without_any_colon(text: str, name: str) -> None:
    written = text.format(name)
    assert [written[entry.start : entry.end] for entry in find_private(written)][:1] == [name]
    assert name not in mask(written)


@pytest.mark.parametrize(
    "text",
    [
        "收受礼品，举报电话0571-87654321",
        "群众来电反映该所乱收费，举报电话87654321",
        "接到举报电话0571-87654321",
        "反映其吃请。举报电话：（0571）8765 4321",
        "收礼，投诉电话87654321",
        "举报电话0571-87654321，机主是本县居民",
        "对方举报电话：0571 87654321",
    ],
)
def test_the_line_that_somebody_reported_from_is_found(text: str) -> None:
    assert [entry.kind for entry in find_private(text)] == ["电话号码"]


PERSONS = [place for place in inputs() if load_form(place[0]).by_name[place[1]].by_name[place[2]].kind == "person"]
BESIDE_NAMES = [
    "张三 13812345678", "张三13812345678", "张三（138-1234-5678）", "张三、13812345678", "张三\n0571-87654321", "张三 87654321",
    "张三　０５７１－８７６５４３２１", "张三 (0571) 8765 4321", "张三/8765432", "87654321张三", "张三 400-800-1234", "张三 612345",
    "张三 八七六五四三二一", "张三、李四 13812345678",
]  # fmt: skip


@pytest.mark.parametrize(("number", "place"), list(enumerate(PERSONS)), ids=["-".join(place) for place in PERSONS])
def test_a_number_beside_a_name_is_asked_to_go_from_any_field_of_names(
    number: int, place: tuple[str, str, str]
) -> None:
    for written in (BESIDE_NAMES[number % len(BESIDE_NAMES)], BESIDE_NAMES[(number + 5) % len(BESIDE_NAMES)]):
        checked = checked_with(*place, written)
        said = [entry for entry in checked.findings if entry.code == "private_content"]
        assert [entry.fix.endswith("只写姓名。") for entry in said] == [True], written
        assert not any(digits in told(checked) for digits in ("1234", "4321", "8765")), written


@pytest.mark.parametrize("written", BESIDE_NAMES)
def test_a_number_is_no_part_of_a_name_however_it_is_written(written: str) -> None:
    assert find_private(written, is_name=True)


@pytest.mark.parametrize(
    "written",
    ["张三", "张 三", "张三、李四", "张三 2026-11-10", "张三2026年11月10日", "张三 2026.11.10", "张三 20261110", "欧阳明月（组长）",
     "张三等3人", "全体党员（26人）", "二组张三", "阿卜杜拉·买买提"],
)  # fmt: skip
def test_names_and_days_of_signing_are_no_numbers(written: str) -> None:
    assert find_private(written, is_name=True) == ()


def test_the_roster_has_a_column_for_a_telephone_and_says_so() -> None:
    rows = "| 单位编码 | 单位名称 | 负责人 | 联络员 | 联系电话 |\n|-|\n| HB01 | 办公室 | 谭永年13812345678 | 苏婉清 | 0571-87654321 |"
    said = finding(submission("unit_roster", {"units": rows}), "private_content")
    assert (said.cell, said.severity) == ("C2", "error")
    assert said.fix == "请把手机号移到“联系电话”一栏，只写姓名。"


def test_no_text_of_ours_is_a_secret() -> None:
    for rule in load_catalogue().rules.values():
        assert not any(find_private(text) for text in (rule.title, rule.message, rule.fix)), rule.code
    for form_id in unit_form_ids():
        for sheet in load_form(form_id).sheets:
            for entry in sheet.fields:
                assert not any(find_private(text) for text in (entry.title, entry.help, *entry.aliases))


def test_the_sample_bureau_names_nobody() -> None:
    for sample in load_bureau().units:
        for form_id in unit_form_ids():
            for rows in sample.tables(form_id).values():
                assert not any(find_private(str(value)) for row in rows for value in row.values())


PIECES = (
    "举报人",
    "张三",
    "：",
    "1381234",
    "5678",
    "反映",
    " ",
    "|",
    "\n",
    "（",
    "电话",
    "举\u200b报",
    "１３８",
    "12345678",
    "整改",
)
TEXTS = st.lists(st.lists(st.sampled_from(PIECES), max_size=5).map("".join), max_size=8)


@given(TEXTS, st.booleans())
def test_a_column_as_a_whole_tells_of_its_cells_what_each_tells_alone(texts: list[str], is_name: bool) -> None:
    assert _private_among(texts, is_name) == {text for text in texts if find_private(text, is_name)}


@given(st.text(max_size=80))
def test_masking_twice_hides_nothing_more(text: str) -> None:
    assert mask(mask(text)) == mask(text)
