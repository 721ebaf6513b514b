"""The [[rounds]] of lzxl.toml: when a form that is filed several times a year opens, and by when it is due.

A form without any is filed once, by the campaign's own deadline: that is one round without a label.
"""

from __future__ import annotations

import datetime
import difflib
import itertools
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lzxl.campaign.typed import read_day
from lzxl.errors import ConfigError, UsageError
from lzxl.files import unfit_sign
from lzxl.forms.load import form_ids, load_form
from lzxl.forms.periods import label_key

SECTION = "rounds"
_TITLES = {"form": "表单", "label": "期次名称", "opens": "开始日期", "deadline": "截止日期"}
# The cover has room for no more beside the period, and file names bear it.
_LONGEST_LABEL = 12

_TEXT = """
# [[rounds]]               # 一年分几期报的表，一期写一段；不写的，各表只报一次，以上面的 deadline 为准
# form = "{form}"  # 《{title}》；可分期的：{forms}
# label = "第一季度"       # 期次名称，会印在发放的表上，不超过{longest}个字
# opens = 2026-04-01       # 开始日期；不写的，上一期截止的次日开始
# deadline = 2026-04-10    # 本期截止日期；晚于这一天收到的记为迟报
"""


@dataclass(frozen=True)
class Round:
    """One time at which a form is filed. `label`: "" where the form is filed once."""

    form: str
    label: str = ""
    opens: datetime.date | None = None
    """The first day; None: it is open from the beginning."""
    deadline: datetime.date | None = None

    def has_opened(self, day: datetime.date) -> bool:
        return self.opens is None or self.opens <= day

    @property
    def title(self) -> str:
        """As people call it: 预警信息采集表（第一季度）."""
        return title_of(self.form, self.label)


def title_of(form: str, label: str) -> str:
    """What people call a form, and its round if it has any."""
    title = load_form(form).title
    return f"{title}（{label}）" if label else title


def rounds_text(asked: Sequence[str]) -> str:
    """The part of a new campaign's settings that says how to set rounds, all of it in a comment."""
    form = load_form(next((one for one in asked if load_form(one).adds_up), asked[0]))
    return _TEXT.format(form=form.id, title=form.title, forms="、".join(asked), longest=_LONGEST_LABEL)


def own_rounds(file: str, entries: Any, asked: Collection[str]) -> tuple[Round, ...]:
    """The rounds that lzxl.toml sets, those of a form by their days. `asked`: the forms of the campaign.

    Raises ConfigError for the first mistake, with place and remedy; `file` is the name of lzxl.toml.
    """
    if not isinstance(entries, list) or any(not isinstance(entry, dict) for entry in entries):
        raise ConfigError(
            f"{file} 的 rounds（分期）要写成 [[rounds]]，两层方括号，一期一段。", code="rounds_malformed", file=file
        )
    read = [_Reader(file, number, entry, asked).round for number, entry in enumerate(entries, 1)]
    return tuple(one for form in dict.fromkeys(one.form for one in read) for one in _in_turn(file, form, read))


class _Reader:
    """One section, with its place in the file."""

    def __init__(self, file: str, number: int, entry: Mapping[str, Any], asked: Collection[str]) -> None:
        self._place = f"{file} 的第{number}个 [[{SECTION}]] "
        self._entry = entry
        self._asked = asked

    @property
    def round(self) -> Round:
        """What it says. Raises ConfigError for the first mistake."""
        self._refuse_unknown()
        form, label = self._form(), self._label()
        self._place = f"{self._place.rstrip()}（{label}）"
        opens, deadline = self._day("opens"), self._day("deadline")
        if deadline is None:
            raise ConfigError(
                f"{self._place}缺少 deadline（{_TITLES['deadline']}），请写成 deadline = 2026-04-10。",
                code="round_incomplete",
            )
        if opens is not None and deadline < opens:
            raise ConfigError(
                f"{self._place}的截止日期{deadline}早于开始日期{opens}，请核对。", code="round_ends_before_it_opens"
            )
        return Round(form, label, opens, deadline)

    def _refuse_unknown(self) -> None:
        for name in self._entry:
            if name not in _TITLES:
                near = next(iter(difflib.get_close_matches(name.strip().lower(), _TITLES, n=1)), "")
                hint = f"是否应为 {near}？" if near else ""
                raise ConfigError(
                    f"{self._place}里有不认识的设置 {name}，{hint}可用：{'、'.join(_TITLES)}。",
                    code="round_setting_unknown",
                )

    def _text(self, name: str, example: str) -> str:
        value = self._entry.get(name)
        if not isinstance(value, str) or not value.strip():
            raise ConfigError(
                f'{self._place}缺少 {name}（{_TITLES[name]}），请写成 {name} = "{example}"。', code="round_incomplete"
            )
        return value.strip()

    def _form(self) -> str:
        form, able = self._text("form", next(iter(self._asked))), "、".join(self._asked)
        if form not in form_ids():
            raise ConfigError(f"{self._place}的 form（表单）没有“{form}”，可用：{able}。", code="round_form_unknown")
        title = load_form(form).title
        if load_form(form).filed_by == "office":
            raise ConfigError(
                f"{self._place}的 form（表单）写了《{title}》，它由办公室填写，单位不报送，不能分期；可用：{able}。",
                code="round_form_of_office",
            )
        if form not in self._asked:
            raise ConfigError(
                f"{self._place}的 form（表单）写了《{title}》，它不在 [campaign] 的 forms（要报的表）里；可用：{able}。",
                code="round_form_not_asked",
            )
        return form

    def _label(self) -> str:
        label = self._text("label", "第一季度")
        if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in label):
            raise ConfigError(
                f"{self._place}的 label（期次名称）里有看不见的控制字符，请删去后重新输入。", code="round_label_unfit"
            )
        if sign := unfit_sign(label):
            raise ConfigError(
                f"{self._place}的 label（期次名称）要用在文件名里，不能有 {sign} ，请改掉，如“第一季度”。",
                code="round_label_unfit",
            )
        if len(label) > _LONGEST_LABEL or not label_key(label):
            raise ConfigError(
                f"{self._place}的 label（期次名称）要有文字或数字，不超过{_LONGEST_LABEL}个字，如“第一季度”。",
                code="round_label_unfit",
            )
        return label

    def _day(self, name: str) -> datetime.date | None:
        if name not in self._entry:
            return None
        try:
            return read_day(str(self._entry[name]))
        except UsageError as error:
            raise ConfigError(f"{self._place}的 {name}（{_TITLES[name]}）有误：{error}", code="round_no_day") from None


def _in_turn(file: str, form: str, read: Sequence[Round]) -> list[Round]:
    """A form's rounds by their days. Raises ConfigError for two of one name, or that are open on one day."""
    own = sorted((one for one in read if one.form == form), key=_last_day)
    title = load_form(form).title
    called: dict[str, Round] = {}
    for one in own:
        other = called.setdefault(label_key(one.label), one)
        if other is not one:
            raise ConfigError(
                f"{file} 的 [[{SECTION}]] 里，《{title}》有两期的名称（label）相同：“{other.label}”和“{one.label}”，请改其中一个。",
                code="rounds_alike",
                file=file,
            )
    placed = own[:1]
    for before, one in itertools.pairwise(own):
        day = _last_day(before)
        opens = one.opens if one.opens is not None else day + datetime.timedelta(days=1)
        if opens <= day or _last_day(one) <= day:
            raise ConfigError(
                f"{file} 的 [[{SECTION}]] 里，《{title}》的“{before.label}”（截止{day}）和“{one.label}”"
                f"（{f'{opens}开始，' if one.opens else ''}截止{one.deadline}）时间重叠，请改为前一期截止以后再开始。",
                code="rounds_overlap",
                file=file,
            )
        placed.append(replace(one, opens=opens))
    return placed


def _last_day(one: Round) -> datetime.date:
    assert one.deadline is not None  # no round is read without
    return one.deadline
