"""The house style of everything that a clerk reads: what may not stand in it, as far as a machine can tell.

Written Chinese, no spoken words, nothing that blames; no space where official writing has none.
"""

from __future__ import annotations

import re

# Spoken or accusing → what official writing has instead.
UNWRITTEN = {
    "没有填": "未填写",
    "没填": "未填写",
    "没有写": "未写明",
    "没写": "未写明",
    "没有找到": "未找到",
    "没有认出": "无法识别",
    "认不出": "无法识别",
    "认得": "可以识别",
    "读不": "无法读取",
    "打不开": "无法打开",
    "看不出": "无法识别",
    "看不懂": "无法识别",
    "没有打开": "未打开",
    "没有计入": "未计入",
    "没有办成": "未办理",
    "没有另行": "不再",
    "没有这一天": "日期不存在",
    "对应不上": "不存在",
    "对不上": "不一致",
    "拿错": "误用",
    "填错": "有误",
    "写错": "有误",
    "请改正": "请修改",
    "改正": "修改",
    "重报": "重新报送",
    "再收一次": "重新收件",
    "再报一次": "重新报送",
    "不对": "有误、不符",
    "不见了": "缺失",
    "非法": "不在可选范围",
    "却": "（不用）",
    "怎么": "如何",
    "是不是": "是否",
    "有没有": "是否",
    "要不要": "是否",
    "这一份": "该文件",
    "不必再报": "无需重复报送",
    "今天": "当日",
    "一行也没有": "未填写内容",
    "加起来": "之和",
    "打上": "录入",
    "打出": "录入",
    "钟点": "时刻",
    "拷": "复制",
    "别的": "其他",
    "别人": "他人",
    "看看": "查看",
    "一下": "（不用）",
    "过一会": "稍后",
    "搞": "办理",
    "弄": "处理",
    "归不了": "无法归位",
    "连不上": "无法连接",
    "建立不了": "无法建立",
    "找不着": "未找到",
    "还没": "尚未",
    # Words of the trade that are dated or wrong.
    "派驻纪检组": "派驻纪检监察组",
    "组织处理": "谈话提醒、批评教育",
}
# What may follow 没有 as a thing that is not there; what is not done is 未.
_DONE = (
    "打开|发出|发送|覆盖|登记|回信|答复|收下|收取|收到|收完|登录|计入|发现|下载|带回|带过来|改动|读到|读入|转换|检查|送到|"
    "当作|通过|传完|指定|标色|安装|更新|交出|等到|归位|使用|校验(?!标)|做完|成对|作任何|汇总"
)
_NOT_DONE = re.compile(rf"没有(?:{_DONE})|没(?![有收])")
_MAKING_WORDS = re.compile(r"罚没|没收|弄虚作假")
_WITHIN_WORDS = {"别的": "(?<![类级识性区个])别的"}
UNWRITTEN_WORDS = re.compile(
    "|".join(_WITHIN_WORDS.get(word, word) for word in sorted(UNWRITTEN, key=len, reverse=True))
)
_HAN = r"\u3400-\u9fff，。；：、？！“”‘’（）《》〔〕【】…—"
# Between Chinese and digits there is no space; a date, a count and a number of pages stand in the line as they are.
# A unit's code keeps its distance from its name (HB02 监测科), as a Latin word and its number do (Python 3.11 以上).
_SPACED = re.compile(rf"[{_HAN}] +[0-9]|(?<![A-Za-z0-9.,-])(?<![A-Za-z] )[0-9](?:[0-9.,]*[0-9])? +[{_HAN}]")
_NARROW_CLAUSE = re.compile(r"第[一二三四五六七八九十]+条\([一二三四五六七八九十]+\)")
_HOLE = re.compile(r"\{[^{}]*\}")
# What is counted stands with its number: 3个单位. A hole before any other word may be a code, a name, a path.
_MEASURES = "个份封处行条次天年月日页张人字项格列组分级件遍版段类秒倍"
_SPACED_COUNT = re.compile(rf"[{_HAN}] +\{{[^{{}}]*\}}[{_MEASURES}](?!号)|\{{[^{{}}]*\}} +[{_MEASURES}](?!号)")
_NARROW_MARK = re.compile(r"[\u4e00-\u9fff”》）][,;:!?] ?(?=[\u4e00-\u9fff“《（])")
# What is typed as it stands: in straight quotes, a function with what it is given, a page's codes.
_TYPED = re.compile(r"\"[^\"]*\"|[A-Z_.]{3,}\([^()]*\)|&L?&?[0-9]+ ")


def faults_of_style(text: str, spaces: bool = True) -> list[str]:
    """What of `text` is not in the house style. Holes such as {count} count as the digits that may fill them.

    `spaces`: whether spaces between Chinese and digits are faults here (a command to type in has some).
    """
    # 须改正 is the name of a degree, as 请核对 and 提示 are.
    wrong = [f"{word} → {UNWRITTEN[word]}" for word in UNWRITTEN_WORDS.findall(text.replace("须改正", ""))]
    wrong += [f"{found} → 未" for found in _NOT_DONE.findall(_MAKING_WORDS.sub("", text))]
    wrong += [f"half-width brackets: {clause}" for clause in _NARROW_CLAUSE.findall(text)]
    if spaces:
        wrong += [f"space: {place}" for place in _SPACED.findall(_HOLE.sub("1", text))]
    return wrong


def faults_of_literal(text: str) -> list[str]:
    """What of a text in the code is not in the house style: a hole in it counts as a number where a measure word follows."""
    text = _TYPED.sub("x", text)
    wrong = faults_of_style(_HOLE.sub("甲", text))
    wrong += [f"space: {place}" for place in _SPACED_COUNT.findall(text)]
    return wrong + [f"half-width mark: {mark}" for mark in _NARROW_MARK.findall(text)]
