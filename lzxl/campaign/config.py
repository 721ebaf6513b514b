"""lzxl.toml: what the office decides once for a campaign. Never a password."""

from __future__ import annotations

import datetime
import difflib
import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lzxl.campaign.limits import limit_names, limits_text, own_limits
from lzxl.campaign.mail_settings import (
    CALENDAR_KEYS,
    FORBIDDEN_KEYS,
    MAIL_KEYS,
    MailSettings,
    mail_settings,
    mail_text,
)
from lzxl.campaign.rounds import SECTION as ROUNDS
from lzxl.campaign.rounds import Round, own_rounds, rounds_text
from lzxl.campaign.toml import ENGLISH_SECTION, read_toml
from lzxl.campaign.typed import read_day
from lzxl.errors import ConfigError, UsageError
from lzxl.files import unfit_sign
from lzxl.forms.appraisal import SECTION, SETTINGS, own_scheme
from lzxl.forms.load import grading_schemes, load_form, load_grading, unit_form_ids
from lzxl.forms.roster import ROSTER_FORM, UNIT_KIND
from lzxl.year.events import Limit

CONFIG_NAME = "lzxl.toml"
SERIES = "{类}"
"""Stands in the sign of papers for what tells their kinds apart: 提, 诫, 改 …"""
LONGEST_SIGN = 20
_NO_SIGN = re.compile(r"[^\u4e00-\u9fffA-Za-z]")
ARCHIVE = {"fonds": "全宗号", "office": "机构（问题）代码"}
"""What the archives give a bureau; both stand in the number of each 件 (档号)."""
NO_BUREAU = "本局"
"""Stands for a bureau's name until it is given."""

# Bytes of UTF-8. With what stands before and behind it, a file name has room for that everywhere.
LONGEST_TEXT = 180
_LONGEST_CODE = 12
_CODE = re.compile(rf"[0-9A-Za-z]{{1,{_LONGEST_CODE}}}")

_TEMPLATE = """\
# 廉政风险防控填报批次的设置。改后保存即可，下一条 lzxl 命令就按新设置办理。

[campaign]
bureau = {bureau}          # 本局名称，写在汇总表的标题里
period = {period}          # 填报期次，会印在每一份发放的表上
deadline = {deadline}      # 截止日期；晚于这一天收到的记为迟报
forms = [{forms}]   # 本期要报的表：{form_titles}
{previous}  # 上一期的文件夹；发放时把上期已接收的内容预先填好

[grading]
scheme = "rules"           # 分级表：rules 实施细则2×3、matrix_3x3、matrix_5x5、product 分数乘积
# open_cells = "二级"      # 领导小组决定细则未明示的两种情形一律定为哪一级时写在这里；不设则暂按分级表，逐项待认定
"""


_PAPERS = f"""
[papers]                   # 文书
# sign = "云环廉{SERIES}"         # 机关代字；{SERIES}处按文种填“提、诫、改、移、办”，各自编号。各类合用一个系列的，不写{SERIES}
"""
_ARCHIVE_TEXT = """
[archive]                  # 归档时编档号用，按档案馆（室）给本局的填
# fonds = "0123"           # 全宗号
# office = "LZ"            # 机构（问题）代码
"""


@dataclass(frozen=True)
class Config:
    """The settings of a campaign."""

    bureau: str
    period: str
    deadline: datetime.date | None = None
    forms: tuple[str, ...] = field(default_factory=unit_form_ids)
    previous: str = ""
    grading_scheme: str = "rules"
    open_cells: str | None = None
    mail: MailSettings = field(default_factory=MailSettings)
    limits: Mapping[str, Limit] = field(default_factory=dict)
    """The bureau's own limits for the steps of a warning, by name."""
    appraisal: Mapping[str, Any] = field(default_factory=dict)
    """What the bureau sets of its own for the appraisal, sound with the rest of `schemas/appraisal.yaml`."""
    paper_sign: str = ""
    """What the numbers of papers begin with (机关代字); "" as long as the office has not said it."""
    archive: Mapping[str, str] = field(default_factory=dict)
    """Codes that the archives gave the bureau, by setting (`ARCHIVE`)."""
    rounds: tuple[Round, ...] = ()
    """When forms that are filed several times a year are due, those of a form in their order."""

    def rounds_of(self, form: str) -> tuple[Round, ...]:
        """When a form is filed: its rounds in their order, or one without a label."""
        return tuple(one for one in self.rounds if one.form == form) or (Round(form, deadline=self.deadline),)

    def labels_of(self, form: str) -> tuple[str, ...]:
        """What the rounds of a form are called; none if it is filed once."""
        return tuple(one.label for one in self.rounds if one.form == form)

    def round_on(self, form: str, day: datetime.date) -> Round:
        """The round that what comes in on a day is of, where it does not say so itself: the last one that has opened."""
        own = self.rounds_of(form)
        return next((one for one in reversed(own) if one.has_opened(day)), own[0])

    def deadline_of(self, form: str, label: str) -> datetime.date | None:
        return next((one.deadline for one in self.rounds_of(form) if one.label == label), self.deadline)


def config_text(
    bureau: str, period: str, deadline: datetime.date, contact: str = "", address: str = "", previous: str = ""
) -> str:
    """The lzxl.toml of a new campaign, with a Chinese comment at every setting. "": not known, to be filled in."""
    forms = [load_form(form_id) for form_id in unit_form_ids()]
    settings = _TEMPLATE.format(
        bureau=_quoted(bureau),
        period=_quoted(period),
        deadline=deadline.isoformat(),
        forms=", ".join(_quoted(form.id) for form in forms),
        previous=f"previous = {_quoted(previous)}" if previous else '# previous = "../2025年度"',
        form_titles="、".join(form.title for form in forms),
    )
    return (
        settings
        + rounds_text([form.id for form in forms])
        + mail_text(_quoted(contact) if contact else "", _quoted(address) if address else "")
        + limits_text()
        + _PAPERS
        + _ARCHIVE_TEXT
    )


def _quoted(text: str) -> str:
    """A TOML string on one line: what JSON escapes, TOML escapes alike."""
    # What a command line has that is no UTF-8 comes as lone surrogates, which no file takes.
    plain = " ".join(text.split()).encode(errors="replace").decode()
    plain = "".join(sign for sign in plain if unicodedata.category(sign) != "Cc")
    return json.dumps(plain, ensure_ascii=False)


def load_config(path: Path) -> Config:
    """The settings in `path`. Raises ConfigError with line, setting and remedy for anything that is wrong."""
    try:
        # Notepad puts a mark at the beginning, which is no TOML.
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(
            f"{path.name} 不是 UTF-8 编码，请用记事本另存为 UTF-8。", code="settings_not_utf8", name=path.name
        ) from None
    except OSError:
        raise ConfigError(
            f"无法读取设置文件 {path}，请检查文件是否存在、有无读取权限。", code="settings_unreadable", path=path
        ) from None
    return _checked(path.name, read_toml(path.name, text))


def _unknown_section(file: str, section: str, known: Mapping[str, Collection[str]]) -> str:
    if not section.isascii():
        return f"{file} 里有不认识的小节 [{section}]：{ENGLISH_SECTION}"
    near = _nearest(section, known)
    hint = f"是否应为 {_bracketed(near)}？" if near and near != section else ""
    homes = [home for home, names in known.items() if section in names]
    if homes and not hint:  # a setting above all sections
        hint = f"{section} 要写在 [{homes[0]}] 下面。"
    return f"{file} 里有不认识的小节 [{section}]，{hint}可用：{'、'.join(map(_bracketed, known))}。"


def _bracketed(section: str) -> str:
    """A section as it is written: of one that may come several times, with two brackets."""
    return f"[[{section}]]" if section == ROUNDS else f"[{section}]"


def _unknown_setting(file: str, section: str, name: str, known: Mapping[str, Collection[str]]) -> str:
    names = sorted(set(known[section]) - FORBIDDEN_KEYS)
    near = _nearest(name, names)
    homes = [home for home, others in known.items() if name in others and name not in FORBIDDEN_KEYS]
    hint = f"它要写在 [{homes[0]}] 下面。" if homes else f"是否应为 {near}？" if near else ""
    return f"{file} 的 [{section}] 里有不认识的设置 {name}，{hint}可用：{'、'.join(names)}。"


def _nearest(name: str, known: Collection[str]) -> str:
    """What was probably meant, "" if nothing is near."""
    return next(iter(difflib.get_close_matches(name.strip().lower(), known, n=1)), "")


def _check_plain(file: str, name: str, title: str, text: str) -> None:
    """Raises ConfigError for a text that no file name or sheet takes: with control characters, or without end."""
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text):
        raise ConfigError(
            f"{file} 的 {name}（{title}）里有看不见的控制字符，请删去后重新输入。",
            code="setting_with_control_characters",
            file=file,
            name=name,
        )
    # A Chinese character has three bytes; people are told how many characters.
    if len(text.encode()) > LONGEST_TEXT:
        raise ConfigError(
            f"{file} 的 {name}（{title}）太长，请缩短到{LONGEST_TEXT // 3}个字以内。",
            code="setting_too_long",
            file=file,
            name=name,
        )


def _checked(file: str, data: dict[str, Any]) -> Config:
    """The settings as they count. Raises ConfigError for the first that is wrong, in the order of the file's sections."""
    _refuse_unknown(file, data)
    campaign, grading = data.get("campaign", {}), data.get("grading", {})
    bureau, period = _bureau_and_period(file, campaign)
    deadline, forms = _deadline(file, campaign), _forms(file, campaign)
    scheme, open_cells = _grading(file, grading)
    return Config(
        bureau=bureau,
        period=period,
        deadline=deadline,
        forms=forms,
        previous=_previous(file, campaign),
        grading_scheme=scheme,
        open_cells=open_cells,
        mail=mail_settings(file, data.get("mail", {}), data.get("calendar", {}), bureau),
        limits=own_limits(file, data.get("limits", {})),
        appraisal=_appraisal(file, data.get(SECTION, {})),
        paper_sign=_paper_sign(file, data.get("papers", {})),
        archive=_archive(file, data.get("archive", {})),
        rounds=own_rounds(file, data.get(ROUNDS, []), forms),
    )


def _refuse_unknown(file: str, data: Mapping[str, Any]) -> None:
    """Raises ConfigError for a section or a setting that there is not. What must not stand under [mail] is said there."""
    known = {
        "campaign": {"bureau", "period", "deadline", "forms", "previous"},
        "grading": {"scheme", "open_cells"},
        "mail": MAIL_KEYS | FORBIDDEN_KEYS,
        "calendar": CALENDAR_KEYS,
        "limits": limit_names(),
        "papers": {"sign"},
        SECTION: set(SETTINGS),
        "archive": ARCHIVE,
        ROUNDS: (),
    }
    for section, settings in data.items():
        if section == ROUNDS:  # each of them is told by its number
            continue
        if section not in known or not isinstance(settings, dict):
            raise ConfigError(_unknown_section(file, section, known), code="section_unknown")
        for name in settings:
            if name not in known[section] and not (section == "mail" and name.lower() in FORBIDDEN_KEYS):
                raise ConfigError(_unknown_setting(file, section, name, known), code="setting_unknown")


def _bureau_and_period(file: str, campaign: Mapping[str, Any]) -> tuple[str, str]:
    for name, title in (("bureau", "本局名称"), ("period", "填报期次")):
        if not isinstance(campaign.get(name), str) or not campaign[name].strip():
            raise ConfigError(
                f'{file} 的 [campaign] 里缺少 {name}（{title}），请写成 {name} = "…"。',
                code="setting_missing",
                file=file,
                name=name,
            )
        _check_plain(file, name, title, campaign[name])
    if sign := unfit_sign(campaign["period"]):
        raise ConfigError(
            f"{file} 的 period（填报期次）要用在文件名里，不能有 {sign} ，请改掉，如“2026年上半年”。",
            code="period_not_a_file_name",
            file=file,
            sign=sign,
        )
    return campaign["bureau"].strip(), campaign["period"].strip()


def _deadline(file: str, campaign: Mapping[str, Any]) -> datetime.date | None:
    try:
        # Without quotes it is a date for TOML, with them a text: both are what people write.
        return read_day(str(campaign["deadline"])) if "deadline" in campaign else None
    except UsageError as error:
        raise ConfigError(f"{file} 的 deadline（截止日期）有误：{error}", code="deadline_no_day", file=file) from None


def _forms(file: str, campaign: Mapping[str, Any]) -> tuple[str, ...]:
    """The forms that are asked for, in the order in which forms are told."""
    forms = campaign.get("forms", list(unit_form_ids()))
    if not isinstance(forms, list) or not forms or any(form not in unit_form_ids() for form in forms):
        raise ConfigError(
            f"{file} 的 forms（要报的表）只能用：{'、'.join(unit_form_ids())}。", code="forms_unknown", file=file
        )
    return tuple(form for form in unit_form_ids() if form in forms)


def _grading(file: str, grading: Mapping[str, Any]) -> tuple[str, str | None]:
    """The grading table, and the level of its open cells."""
    scheme = grading.get("scheme", "rules")
    if scheme not in grading_schemes():
        raise ConfigError(
            f"{file} 的 scheme（分级表）没有“{scheme}”，可用：{'、'.join(grading_schemes())}。",
            code="scheme_unknown",
            file=file,
            scheme=scheme,
        )
    levels = load_grading(scheme).level.allowed
    open_cells = grading.get("open_cells")
    if open_cells is not None and open_cells not in levels:
        raise ConfigError(
            f"{file} 的 open_cells（未明示情形的等级）没有“{open_cells}”，可用：{'、'.join(levels)}。",
            code="open_cells_no_level",
            file=file,
            open_cells=open_cells,
        )
    return scheme, open_cells


def _previous(file: str, campaign: Mapping[str, Any]) -> str:
    """Where the campaign before this one lies, "" if it is not told."""
    previous = campaign.get("previous", "")
    if not isinstance(previous, str):
        raise ConfigError(
            f'{file} 的 previous（上一期的文件夹）要写成 previous = "../2025年度"，加引号。',
            code="previous_not_a_text",
            file=file,
        )
    _check_plain(file, "previous", "上一期的文件夹", previous)
    return previous


def _paper_sign(file: str, papers: Mapping[str, Any]) -> str:
    """What the numbers of papers begin with."""
    sign = papers.get("sign", "")
    if not isinstance(sign, str) or len(sign) > LONGEST_SIGN or _NO_SIGN.search(sign.replace(SERIES, "")):
        raise ConfigError(
            f'{file} 的 [papers] 里 sign（机关代字）有误，请写成 sign = "云环廉{SERIES}" 的样式，'
            f"不写年份、序号和括号，不超过{LONGEST_SIGN}个字；各类文书合用一个系列的，不写{SERIES}。",
            code="paper_sign_malformed",
            file=file,
        )
    return sign.strip()


def _archive(file: str, settings: Mapping[str, Any]) -> Mapping[str, str]:
    """The codes that stand in a 档号: letters and digits."""
    for name, code in settings.items():
        if not isinstance(code, str) or _CODE.fullmatch(code) is None:
            raise ConfigError(
                f'{file} 的 [archive] 里 {name}（{ARCHIVE[name]}）有误，请写成 {name} = "…"，只用字母和数字，至多{_LONGEST_CODE}位。',
                code="archive_code_malformed",
                file=file,
                name=name,
            )
    return dict(settings)


def _appraisal(file: str, settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the bureau sets for its appraisal. Raises ConfigError with a sentence for each mistake."""
    if not settings:
        return {}
    scheme = own_scheme(file, settings)
    vocabulary = load_form(ROSTER_FORM).main_sheet.by_name[UNIT_KIND].vocabulary
    kinds = vocabulary.allowed if vocabulary is not None else ()
    for kind in (kind for group in scheme.groups for kind in group):
        if kind not in kinds:
            raise ConfigError(
                f"{file} 的 [{SECTION}] 的排名分组（groups）没有“{kind}”这类单位，可用：{'、'.join(kinds)}。",
                code="appraisal_groups_unknown",
                file=file,
                kind=kind,
            )
    return settings
