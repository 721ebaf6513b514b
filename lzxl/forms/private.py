"""Finds in a text who must not be named (第八条(二)1): informants by name, telephones, identity numbers; and masks them.

One detector for every text of every form, and for every text that leaves the program. Whoever wrote such a thing into a
cell wrote it somehow: in full width, with blanks, dashes or unseen characters between the digits, without a colon.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from lzxl.forms.persons import apart, in_one_text
from lzxl.forms.surnames import NAME, NAME_AFTER_SIGN, NO_NAME_ENDS, SURNAMES
from lzxl.forms.text import compact, seen, visible, with_hyphens

MASK = "〔已隐去〕"
INFORMANT, MOBILE, LANDLINE, IDENTITY, ACCOUNT = "举报人姓名", "手机号", "电话号码", "身份证号", "微信号或QQ号"
NUMBER = "号码"
"""Digits that stand where only a name may, and are no day."""


class Private(NamedTuple):
    """Something private in a text: what it is, and where it stands."""

    kind: str
    start: int
    end: int


# Whoever reports, by any name; 被举报人 is somebody else, and so is who stands behind 举报职工.
_ABOUT_SOMEBODY = "举报|检举|投诉|反映|控告|揭发|爆料|告发|告状|线索提供|信息提供|知情|舉報|檢舉|投訴"
_BY_SOMEBODY = "信访|来信|来访|来电|来函|写信|上访|申诉|报案|信訪|來信"
_REPORTING = f"{_ABOUT_SOMEBODY}|{_BY_SOMEBODY}"
_WROTE = "(?:所写|写的|撰写|提供|提交|递交|转交|寄出|寄来|寄送|邮寄|送来|发来|发送)"
_WHO = (
    rf"(?<!被)(?:(?:{_REPORTING})(?:人|者|人士|群众|方)|(?:举报|检举|投诉|控告|{_BY_SOMEBODY})人员"
    rf"|(?:{_BY_SOMEBODY})(?:户|职工|员工|村民|居民|市民|业主|商户|同志))(?:的?(?:真实)?(?:姓名|名字|名称|身份|信息))?"
    "|(?:举报|反映|投诉|检举)(?:此事|问题|情况|线索)的|(?:线索|信息|消息|举报)来源|线索由|署名|落款|打电话人|诉求人"
    f"|(?:{_ABOUT_SOMEBODY}|来信)(?:信|件|信件|邮件|材料|线索|内容)的?(?:发件人|寄件人|寄信人|作者)"
    "|(?<!进行)(?:实名|署名)(?:举报|检举|投诉|控告|反映)(?=[(:])"
)
_BRACKET = r"(?:\([^)]{1,6}\))?"
_SIGN = rf"{_BRACKET}(?:[:=(\[{{<“\"'【】「》《]|名叫|姓名|名为|实为)[“\"'(]*"
_WEAK_SIGN = rf"{_BRACKET}(?:[-,、/|·~_]|[是为系即叫的]|就是|疑[是为似]|可能[是为]|应[是为]|确系|来自)?"
_ROLE = r"(?:[\u4e00-\u9fff]{0,10}(?:职工|员工|同志|村民|居民|干部|科员|会计|出纳|司机|经理|老板|业主|群众|市民|商户|学生|家长))?"
_SAYING = (
    "反映|举报|检举|投诉|控告|揭发|信访|上访|称|说|表示|来信|来电|来访|来函|提供|提出|要求|认为|自称|等|同志|的|先生|女士|老师|及|与|向|对|在|因|"
    f"反馈|回复|答复|核实|了解|确认|沟通|联系|回访|约谈|谈话|见面|取得|{_WROTE}|"
    "透露|告知|告诉|证实|陈述|口述|写|已|是|系|为|于|实名|署名|电话|手机|身份|家住|住|就|多次|拨打|通过|到|被|从|将|给|以|其"
)
_ENDS = rf"(?<![{NO_NAME_ENDS}])"
_NAMED = re.compile(
    rf"(?:{_WHO}) ?(?:{_SIGN} ?{_ROLE}({NAME_AFTER_SIGN}){_ENDS}(?![{NO_NAME_ENDS}])"
    rf"|{_WEAK_SIGN} ?{_ROLE}({NAME}){_ENDS}(?=$|[^\u4e00-\u9fff]|{_SAYING})|姓([{SURNAMES}]))"
)
_BEFORE_NAME = (
    "^|[^\u4e00-\u9fff]|经|由|据|接|接到|收到|群众|村民|居民|职工|市民|业主|商户|业户|服务对象|当事人|家长|学生|同事|干部|员工|工人|党员|老板|"
    "负责人|法人|法人代表|法定代表人|经理|司机|科员|会计|出纳|企业主|个体户|本人|我是|系|户主|摊主|店主|租户|农户|用户|监督员|网格员|申请人|来访者|"
    "妻子|丈夫|前妻|前夫|爱人|家属|亲属|父亲|母亲|儿子|女儿|同学|邻居|工作人员|原职工|"
    "本局|我局|该局|本所|我所|该所|本科|该科|本单位|我单位|该单位|据[^，。；,;]{1,8}[局所科室站队厂村镇乡]"
)
_COMPANY = r"(?:同志|先生|女士|夫妇|等[0-9几多]*人?|\([^)]{1,24}\)|的?(?:妻子|丈夫|前妻|前夫|爱人|家属|亲属|父亲|母亲|儿子|女儿|家人))?"
_THROUGH = r"[^，。；,;被处办受查接]"
_MANNER = (
    r"(?:曾|多次|再次|连续|联名|以|用)*(?:实名|署名|匿名|书面|口头|电话|当面|亲自|主动|来信|写信|网上|打电话)?"
    rf"(?:(?:向|到|通过|去|找|给|拨打|致电|拨通){_THROUGH}{{1,12}}?|在{_THROUGH}{{1,8}}?)?"
)
_NO_NOUN = (
    "(?!人|件|箱|户|电话|工作|处理|办理|接待|登记|接听|渠道|平台|中心|窗口|率|量|数|科|室|企业|单位|群众|奖励|制度|时)"
)
_REPORTS = re.compile(
    rf"(?:{_BEFORE_NAME})({NAME}){_ENDS}(?:{_COMPANY}{_MANNER}(?:举报|检举|投诉|控告|揭发|告发|上访|信访|来信|来访|来电){_NO_NOUN}"
    rf"|{_COMPANY}{_MANNER}反映(?!人|出|良好|较好|强烈|平平)"
    rf"|\((?:实名|匿名)?(?:{_REPORTING})(?:人|者|人员)\)|提供的?(?:线索|举报))"
)
_WRITTEN = re.compile(
    rf"(?:{_ABOUT_SOMEBODY}|{_BY_SOMEBODY})(?:信|件|信件|邮件|材料|线索|内容|情况|电话)?[由系是]{_ROLE}({NAME}){_ENDS}(?:本人|亲自|当面)?{_WROTE}"
)
# Who speaks stands in brackets behind what he is: 群众（李四）反映.
_IN_BRACKETS = re.compile(
    rf"(?:群众|村民|居民|职工|员工|市民|业主|商户|业户|服务对象|当事人|家长|干部|党员|企业主|个体户|监督员|网格员)"
    rf"[(]({NAME_AFTER_SIGN})(?:[,、][^)]{{0,30}})?[)]{_MANNER}(?:反映|举报|检举|投诉|控告|揭发|告发|上访|来信|来访|来电)"
)
_DIGIT_OF = {ord(numeral): str(digit) for digit, numeral in enumerate("〇一二三四五六七八九")}
_DIGIT_OF |= {ord(numeral): str(digit) for digit, numeral in enumerate("零壹贰叁肆伍陆柒捌玖")}
# In telephone numbers a one is said 幺, for 一 and 七 sound alike.
_DIGIT_OF |= {ord("○"): "0", ord("幺"): "1"}
_NUMERALS = "".join(map(chr, _DIGIT_OF))
_DIGIT = f"[0-9{_NUMERALS}]"
_SEPARATOR = r"[ \t\n\-._/·,、()*~:]"
_RUN = re.compile(rf"[0-9](?:{_SEPARATOR}{{0,3}}[0-9]){{6,}}(?:{_SEPARATOR}{{0,3}}[Xx](?![A-Za-z]))?")
_RUN_BESIDE_NAME = re.compile(rf"[0-9](?:{_SEPARATOR}{{0,3}}[0-9]){{4,}}")
_LEAST_TELEPHONE = 7
_ANY_DIGIT = re.compile(rf"\d|[{_NUMERALS}]{{3}}")
# The last of an identity number may be an X, which stands for ten (GB 11643).
_GROUP = re.compile("[0-9Xx]+")
# A 0 was once dialled before a mobile of another town, and is still written.
_PREFIX = re.compile("(?:0086|086|86|0)?(?=1[3-9][0-9]{9}$)")
_ALL_APART = (1,) * 11
# How people group the eleven digits; in other groups they are more often several numbers beside each other.
_MOBILE_SHAPES = frozenset(
    [
        (11,),
        (3, 4, 4),
        (3, 8),
        (7, 4),
        (4, 3, 4),
        (4, 4, 3),
        (3, 3, 5),
        (5, 6),
        (6, 5),
        (3, 3, 3, 2),
        (3, 2, 6),
        _ALL_APART,
    ]
)
# Lines in a town begin with 2 to 8: 1 is for services and mobiles.
_LANDLINE = re.compile(r"(?:\(?0[1-9][0-9]{1,2}\)?[- ]{0,2})?[2-8][0-9]{2,3}[- ]?[0-9]{4}(?![0-9])")
_CALLED = re.compile(r"(?:电话|手机|座机|号码|联系|致电|拨打|[Tt][Ee][Ll])[^0-9，。；,;]{0,6}$")
_OFFICIAL = re.compile(
    r"(?:监督|举报|投诉|服务|咨询|公开|值班|办公|单位|传真|便民|报警|受理|信访|内线|总机)[^人者，。；,;]{0,6}(?:电话|号码|热线|座机)[^0-9，。；,;]{0,6}$"
)
_REPORTED_AT = re.compile(r"(?:举报|检举|投诉|信访)[^人者，。；,;]{0,6}(?:电话|号码|热线|座机)[^0-9，。；,;]{0,6}$")
# The bureau's own line is made known; an informant's came with what he said.
_MADE_KNOWN = re.compile(
    "公布|公开|公示|公告|公众|设立|设置|设有|增设|开设|开通|张贴|悬挂|上墙|印发|印制|印有|发放|对外|监督|纪检|纪委|监察|办公|窗口|大厅|热线|畅通|"
    "受理|值班|接听|工作日|[信邮]箱|网[站址]|承诺|宣传|[本我]局|[本我]所|本单位|统一|[牌栏册卡]|标明|注明|列明|载明|12345|12369|12388"
)
_CAME_WITH = re.compile("(?:接|接到|收到|来|来自|留|留下|留有|所留|对方|其|机主|打来|回拨|显示|该)(?:的|了)?$")
_OF_CALLER = re.compile("机主|号主|来电人|举报人|投诉人|打来|拨打|实名")
_EMPTY_BRACKETS = re.compile(r"[(（\[【][\s:：]{0,4}[)）\]】]")
_OF_IDENTITY = re.compile(r"身份|证件|证号")
# WeChat's own names begin with a letter and have six signs at least, QQ's numbers have five digits at least.
_ACCOUNT = re.compile(
    r"(?<![A-Za-z])(?:(?:微信|[Ww][Xx])(?:号码|账号|号|[: ])[: ]*(?:是|为)?[ ]*([A-Za-z][A-Za-z0-9_-]{5,19}|[1-9][0-9]{4,11})"
    r"|[Qq]{2}(?:号码|账号|号|[: ])[: ]*(?:是|为)?[ ]*([1-9][0-9]{4,11}))(?![0-9A-Za-z])"
)
# What each of them has in it, and hardly any other text.
_SUSPECT = re.compile(
    rf"{_REPORTING}|线索|来源|署名|落款|打电话人|诉求人|微信|QQ|qq|[Ww][Xx]|{_DIGIT}(?:{_SEPARATOR}{{0,3}}{_DIGIT}){{6}}"
)
_SPOKEN_DIGITS = re.compile(f"[{_NUMERALS}]{{3,}}")
# Between ideographs a blank parts nothing: 举 报 人 张 三.
_BETWEEN = re.compile("(?<=[\u4e00-\u9fff:]) +(?=[\u4e00-\u9fff])")
# GB 11643: of the first seventeen digits; the eighteenth is what follows from them.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_FIRST_BIRTH = 1900


def is_suspect(text: str) -> bool:
    """Whether `text` (of a cell, or of a whole column) may hold something private: cheap, and rarely wrong about a no."""
    flat = _flat(text)
    return _SUSPECT.search(flat) is not None or (" " in flat and _SUSPECT.search(_BETWEEN.sub("", flat)) is not None)


def has_number(text: str) -> bool:
    """Whether `text` (of a cell, or of a whole column) holds digits: cheap, and never wrong about a no."""
    return _ANY_DIGIT.search(text) is not None


@lru_cache(maxsize=16384)
def find_private(text: str, is_name: bool = False) -> tuple[Private, ...]:
    """What is private in `text`, in its order; nothing overlaps.

    `is_name`: it stands where only names may, so that digits need no word before them to be somebody's number.
    """
    if not is_suspect(text) and not (is_name and has_number(text)):
        return ()
    folded, places = _with_places(text)
    everything = _placed(folded, places)
    if is_name:
        everything += _numbers_beside_names(folded, places)
    return _apart([*everything, *_placed_without_blanks(folded, places)])


def _placed_without_blanks(folded: str, places: list[int]) -> list[Private]:
    """What is private in a folded text read without the blanks that part nothing."""
    between = {place for match in _BETWEEN.finditer(folded) for place in range(*match.span())}
    if not between:
        return []
    kept = [place for place in range(len(folded)) if place not in between]
    return _placed("".join(folded[place] for place in kept), [places[place] for place in kept])


def _apart(everything: list[Private]) -> tuple[Private, ...]:
    """What was found in its order; of what overlaps only the first, of what begins at one place the longest."""
    found: list[Private] = []
    for entry in sorted(everything, key=lambda entry: (entry.start, -entry.end)):
        if not found or entry.start >= found[-1].end:
            found.append(entry)
    return tuple(found)


def _in_digits(folded: str) -> str:
    """A folded text with spoken digits as digits; as long as it was."""
    return _SPOKEN_DIGITS.sub(lambda match: match.group().translate(_DIGIT_OF), folded)


def _placed(folded: str, places: list[int]) -> list[Private]:
    """What is private in a folded text, at its places in the text as it was written."""
    found = _all_in(_in_digits(folded))
    return [Private(kind, places[start], places[end - 1] + 1) for kind, start, end in found]


def _numbers_beside_names(folded: str, places: list[int]) -> Iterator[Private]:
    """Numbers of five digits and more beside a name, without the days on which people sign."""
    for run in _RUN_BESIDE_NAME.finditer(_in_digits(folded)):
        digits = re.sub("[^0-9]", "", run.group())
        if len(digits) >= 8 and _has_birthday(digits[:8]):
            continue
        kind = LANDLINE if len(digits) >= _LEAST_TELEPHONE else NUMBER
        yield Private(kind, places[run.start()], places[run.end() - 1] + 1)


def mask(text: str) -> str:
    """`text` with everything private in it hidden."""
    found = find_private(text)
    if not found:
        return text
    pieces, done = [], 0
    for entry in found:
        pieces += [text[done : entry.start], MASK]
        done = entry.end
    return "".join([*pieces, text[done:]])


def name_alone(text: str) -> str:
    """What a cell of names holds without the numbers in it; "" if nothing else is there."""
    # From the end, so that the places before stay where they are.
    for entry in reversed(find_private(text, is_name=True)):
        text = text[: entry.start] + " " + text[entry.end :]
    text = _EMPTY_BRACKETS.sub("", text)
    return in_one_text([name for name in apart(text) if any(character.isalpha() for character in name)])


def sayable(text: str) -> str:
    """`text` as a finding, a letter or a list may say it: nothing private, nothing that a terminal would obey."""
    return visible(mask(text))


def is_label_of_informant(text: str) -> bool:
    """Whether a cell only announces an informant's name or telephone, which then stands in the next: 举报人, 检举人姓名：."""
    return _LABEL.fullmatch(compact(text)) is not None


_LABEL = re.compile(
    rf"(?:{_REPORTING})(?:人|者|人员)(?:的?(?:真实)?(?:姓名|名字|电话|手机|手机号|联系方式|联系电话|身份证号?码?))?[:：]?"
)


def _flat(text: str) -> str:
    return with_hyphens(unicodedata.normalize("NFKC", seen(text)))


def _with_places(text: str) -> tuple[str, list[int]]:
    """`text` without what nobody can see, in narrow characters, and for each of its characters the place in `text`."""
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        plain = character if "\u4e00" <= character <= "\u9fff" or " " <= character <= "~" else _flat(character)
        for one in plain:
            characters.append(" " if one.isspace() else one)
            places.append(place)
    return "".join(characters), places


def _all_in(text: str) -> Iterator[Private]:
    for kind, pattern in _NAMING:
        for match in pattern.finditer(text):
            yield Private(kind, *match.span(match.lastindex or 0))
    for match in _RUN.finditer(text):
        yield from _numbers_in(text, match)


# What each pattern finds; its last group is what is private.
_NAMING = (
    (INFORMANT, _NAMED),
    (INFORMANT, _REPORTS),
    (INFORMANT, _WRITTEN),
    (INFORMANT, _IN_BRACKETS),
    (ACCOUNT, _ACCOUNT),
)


def _numbers_in(text: str, run: re.Match[str]) -> Iterator[Private]:
    """Telephones and identity numbers in a run of digits, whole groups of which make one."""
    groups = [(run.start() + group.start(), group.group()) for group in _GROUP.finditer(run.group())]
    before, after = text[max(0, run.start() - 20) : run.start()], text[run.end() : run.end() + 8]
    is_identity = _OF_IDENTITY.search(before + after) is not None
    is_called = _CALLED.search(before) is not None
    first = 0
    while first < len(groups):
        taken = _identity_at(groups, first, is_identity) or _mobile_at(groups, first, is_called)
        if taken is None:
            first += 1
            continue
        kind, count = taken
        last_start, last_digits = groups[first + count - 1]
        yield Private(kind, groups[first][0], last_start + len(last_digits))
        first += count
    if is_called:
        yield from _line_in(text, run, before)


def _line_in(text: str, run: re.Match[str], before: str) -> Iterator[Private]:
    """A telephone line behind a word that announces one; not the one of an office, unless a report came from it."""
    if _OFFICIAL.search(before) and not _came_with_report(text, run):
        return
    has_bracket = text[run.start() - 1 : run.start()] == "("  # (0551) 123…
    line = _LANDLINE.match(text, run.start() - has_bracket)
    if line:
        yield Private(LANDLINE, line.start(), line.end())


def _came_with_report(text: str, run: re.Match[str]) -> bool:
    """Whether a number after 举报电话 is the one that somebody called from, as the words around it tell.

    A cell that says nothing else gives the bureau's own line.
    """
    before, after = text[max(0, run.start() - 80) : run.start()], text[run.end() : run.end() + 16]
    label = _REPORTED_AT.search(before)
    if label is None:
        return False
    told = before[: label.start()].rstrip(" 的，。；：,;:(")
    if _CAME_WITH.search(told) or _OF_CALLER.search(after):
        return True
    return told != "" and not _MADE_KNOWN.search(told + after)


def _mobile_at(groups: list[tuple[int, str]], first: int, is_called: bool) -> tuple[str, int] | None:
    if _PREFIX.match(groups[first][1]):
        return MOBILE, 1
    for count, digits in _joined(groups, first, 11):
        shape = tuple(len(group) for _, group in groups[first : first + count])
        if (is_called or shape in _MOBILE_SHAPES) and re.fullmatch("1[3-9][0-9]{9}", digits):
            return MOBILE, count
    return None


def _identity_at(groups: list[tuple[int, str]], first: int, is_announced: bool) -> tuple[str, int] | None:
    """An identity number of 18 digits, or where one is announced of 15, as they were once."""
    for count, digits in _joined(groups, first, 18):
        # Where the cell says what it is, a number with a mistyped digit is somebody's all the same.
        if digits[:17].isdigit() and _has_birthday(digits[6:14]) and (is_announced or _is_checked(digits)):
            return IDENTITY, count
    for count, digits in _joined(groups, first, 15):
        # Given until 1999, with two digits of the year.
        if is_announced and digits.isdigit() and _has_birthday(f"19{digits[6:12]}"):
            return IDENTITY, count
    return None


def _joined(groups: list[tuple[int, str]], first: int, length: int) -> Iterator[tuple[int, str]]:
    """How many groups from `first` on have `length` digits together, and the digits; nothing if no number of them has."""
    digits = ""
    for count, (_, group) in enumerate(groups[first : first + length], 1):
        digits += group
        if len(digits) >= length:
            if len(digits) == length:
                yield count, digits
            return


def _has_birthday(digits: str) -> bool:
    try:
        day = datetime.datetime.strptime(digits, "%Y%m%d")
    except ValueError:
        return False
    return _FIRST_BIRTH <= day.year <= 2100


def _is_checked(digits: str) -> bool:
    """Whether the last digit of an identity number is the one that follows from the others (GB 11643)."""
    # Not strict: the eighteenth, which is to come out, has no weight.
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == digits[17].upper()
