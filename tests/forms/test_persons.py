"""Names in one cell: one name however it is spaced, several names never one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lzxl.forms.model import Field
from lzxl.forms.persons import names_of
from lzxl.forms.values import parse

PERSON = Field("f", "承办人", "person", "第七条", "internal")


@pytest.mark.parametrize(
    ("text", "value", "note"),
    [
        ("韩立群", "韩立群", ""),
        ("张　三", "张三", ""),
        ("张 三", "张三", ""),
        ("王 小明", "王小明", ""),
        ("王小 明", "王小明", ""),
        ("欧阳 修", "欧阳修", ""),
        ("欧阳 娜娜", "欧阳娜娜", ""),
        ("欧 阳 娜 娜", "欧阳娜娜", ""),
        ("张\n三", "张三", ""),
        ("张三 科长", "张三科长", ""),
        ("科室\n负责人", "科室负责人", ""),
        ("阿卜杜拉 · 买买提", "阿卜杜拉·买买提", ""),
        ("Li Si", "Li Si", ""),
        ("韩立群、夏雨薇", "韩立群、夏雨薇", ""),
        ("韩立群、\n夏雨薇", "韩立群、夏雨薇", ""),
        ("韩立群\n夏雨薇", "韩立群、夏雨薇", "names_apart"),
        ("韩立群 夏雨薇", "韩立群、夏雨薇", "names_apart"),
        ("韩立群\u2003夏雨薇", "韩立群、夏雨薇", "names_apart"),
        ("韩立群，夏雨薇", "韩立群、夏雨薇", "names_apart"),
        ("韩立群/夏雨薇；李四", "韩立群、夏雨薇、李四", "names_apart"),
        ("张三 李四", "张三、李四", "names_apart"),
        ("张 三 李 四", "张三、李四", "names_apart"),
        ("张三 李四 王五", "张三、李四、王五", "names_apart"),
        ("阿卜杜拉·买买提 古丽娜·艾力", "阿卜杜拉·买买提、古丽娜·艾力", "names_apart"),
        ("Li Si\nWang Wu", "Li Si、Wang Wu", "names_apart"),
        ("陶景\u2f8f", "陶景行", "text_normalised"),
        ("\u202a陶景行\u202c", "陶景行", "text_normalised"),
    ],
)
def test_the_names_of_a_cell(text: str, value: str, note: str) -> None:
    parsed = parse(PERSON, text)
    assert (parsed.value, parsed.note) == (value, note)


def test_names_are_compared_in_any_order_and_spelling() -> None:
    assert names_of("韩立群、夏雨薇") == names_of("夏雨薇 韩立群") == names_of("夏雨薇\n韩 立群")
    assert names_of("阿卜杜拉•买买提") == names_of("阿卜杜拉 · 买买提")
    assert names_of("韩立群夏雨薇") != names_of("韩立群、夏雨薇")


SURNAME = st.sampled_from("赵钱孙李周吴郑王冯陈")
NAME = st.builds("{}{}".format, SURNAME, st.text("立群雨薇景行永年", min_size=1, max_size=2))


@given(
    st.lists(NAME, min_size=2, max_size=4),
    st.sampled_from(["\n", " ", "\u3000", "\u00a0", "，", "、", "/", ";", " \n "]),
)
def test_several_names_are_never_joined(names: list[str], between: str) -> None:
    assert parse(PERSON, between.join(names)).value == "、".join(names)


@given(NAME, st.sampled_from([" ", "\u3000", "\u00a0", "\u2002", "\n"]))
def test_a_name_with_a_blank_after_its_surname_is_one_name(name: str, blank: str) -> None:
    assert parse(PERSON, f"{name[0]}{blank}{name[1:]}").value == name
