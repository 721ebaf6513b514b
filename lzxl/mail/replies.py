"""What a mail without a file is: an automatic answer by its subject, a word of thanks, a question, or a forgotten attachment."""

from __future__ import annotations

import html
import re
import unicodedata

_LONGEST = 20_000
_SHORT = 300

# Answering and forwarding put these before a subject, over and over.
_DECORATION = re.compile(
    r"^(?:\s|(?:re|fw|fwd|回复|回覆|答复|答覆|转发|轉發|转|轉寄|aw)(?:\[\d+\]|\(\d+\))?\s*[:：])+", re.IGNORECASE
)
_OPEN, _CLOSE = r"[\[【（(《<「“\"]?\s*", r"\s*[\]】）)》>」”\"]?"
# Enough by itself at the beginning of a subject.
_ALWAYS = "|".join(
    (
        r"(?:系统|系統)?自[动動](?:回[复復覆]|[答应應][复復覆答]|发送|發送|回信)|auto(?:matic)?[\s-]?(?:reply|response|respond|repl)",
        r"out[\s-]of[\s-](?:the[\s-])?office|on (?:vacation|leave)\b|不在[办辦]公室",
        r"我?(?:正在)?(?:休假|外出|出差|度假)(?:中|期间|通知|自动回复)|我?正在(?:休假|外出|出差|度假)",
        r"已[读讀]回[执執]|[阅閱][读讀]回[执執]|[读讀]取回[执執]|read receipt",
        r"[邮郵]件(?:已)?(?:撤回|召回)|撤回(?:邮件|郵件|通知)",
        r"(?:系统)?退信|邮件(?:投递|发送)失败|投递失败|传递失败|无法投递|邮件被退回|undeliver(?:ed|able)|returned mail|failure notice",
        r"delivery status notification|mail delivery (?:failed|failure|system)|delivery (?:failure|has failed)",
    )
)
# Only with a colon behind, in brackets, or alone: a person's subject may begin with the word.
_WITH_COLON = "|".join(
    (
        r"休假|外出|出差|度假|假期|已[读讀]|未[读讀]|[读讀]取|已[阅閱]|已删除|撤回|撤銷|撤销|召回|recall|read|not read|unread|deleted",
        r"无法送达|未送达|未传递|无法传递|传递延迟|已传递|已送达|ooo|vacation|accepted|declined",
    )
)
_AUTOMATIC = re.compile(rf"^{_OPEN}(?:(?:{_ALWAYS})|(?:{_WITH_COLON}){_CLOSE}(?:[:：]|$))", re.IGNORECASE)
_AUTOMATIC_IN_BRACKETS = re.compile(rf"^[\[【（(「](?:{_WITH_COLON})[\]】）)」]", re.IGNORECASE)
_SAYS_AUTOMATIC = re.compile(
    r"自[动動]回[复復覆]|自[动動][应答]|系统自动发出|out of (?:the )?office|automatic reply|auto-?reply"
    r"|on (?:annual |sick )?leave until",
    re.IGNORECASE,
)

# Where what others wrote before begins in an answer: above it a line of who wrote, or a header.
_WROTE = re.compile(
    r"^.{0,82}(?:写道|寫道|写到)\s*[:：]?$|^(?:on|am)\s.{0,160}\b(?:wrote|schrieb)\s*:",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"^\s*(?:[-—_=*]{2,}\s*(?:原始邮件|原邮件|原始郵件|回复的?邮件|转发的?邮件|original message|forwarded message|回复的邮件信息)"
    r"|[—_=-]{8,}|(?:发件人|寄件者|寄件人|发送人|from)\s*[:：])",
    re.IGNORECASE,
)
# What programs add below what was written.
_ADDED = re.compile(
    r"^\s*(?:(?:发|發|来|來)自(?:我的|于)?.{0,30}$|sent from (?:my|mail|outlook)|从我的.{0,20}发送|获取\s?outlook|get outlook|--\s*$)",
    re.IGNORECASE,
)
_NO_SIGN = re.compile(r"[\s,，.。!！~～…;；:：、\-—()（）\[\]【】\"“”'^_*]+")
# Possessive (++): its words overlap, and what is nearly a word of thanks would be tried in every way to part it.
_THANKS = re.compile(
    r"(?:您好|你好|各位|老师|领导|主任|科长|处长|同志|大家|好的?|行|可以|嗯+|哦|噢|ok|okay|okk|是的?|对的?"
    r"|(?:均|都|全部|信件|邮件|来信|来件|回执|通知|材料|文件|表格|附件|贵办|你办|您的|的|我们|我单位|我科|我局|本单位|已经?|业已|悉数|顺利|正常|现)"
    r"|收到|收悉|收妥|收讫|知悉|知晓|知道|了解|明白|清楚|已阅|阅悉|获悉|遵照|照办|没问题|没有问题|了|啦|哈"
    r"|(?:非常|十分|多|太|万分|衷心)?(?:感谢|谢谢|多谢|谢|感激)(?:您们|你们|您|你|大家|办公室|支持|帮助|提醒|指导|告知|配合|的)*+"
    r"|辛苦|麻烦|费心|祝|工作|顺利|愉快|生活|安好|此致|敬礼|顺颂|商祺|再见|周末|早安|晚安"
    r"|thank\s?you|thanks?|thx|received|got\s?it|noted|many|very|much|so|a\s?lot|roger"
    r"|(?:我们|我单位|我科|我处|我局)?(?:会|将)?(?:尽快|马上|立即|立刻|抓紧|按时|按期|按要求|稍后|随后|近期|认真)(?:组织|再)?(?:报送|上报|填报|办理|修改|更正|完善|落实|完成|处理|补报|重报|安排|填写)?)++",
    re.IGNORECASE,
)
# A greeting alone says nothing.
_RECEIPT = re.compile(
    r"收到|收悉|收妥|收讫|知悉|知晓|知道|了解|明白|清楚|已阅|阅悉|获悉|遵照|照办|没问题|谢|感激|辛苦|尽快|马上|立即|立刻|抓紧|按时|按期|按要求|稍后|随后|好的"
    r"|thank|thx|received|got\s?it|noted|roger|\bok",
    re.IGNORECASE,
)
_QUESTION = re.compile(
    r"[?？]|请问|請問|怎么|怎樣|怎样|如何|能否|可否|是否|为什么|为何|什么|哪|吗|嘛|咨询|请教|多少|几时|不清楚|不明白|不知道|不会填|打不开|没有收到|没收到|未收到"
)
_SPEAKS_OF_FILE = re.compile(
    r"附件|附上|附后|见附|报上|报送|上报|补报|重报|填报好|填好|填妥|查收|审阅|审核|请审|发给|发您|发你|重新发|再发|已发|送上|呈上|表格如下|attach",
    re.IGNORECASE,
)


def is_automatic_subject(subject: str) -> bool:
    """Whether a subject is one that programs give to answers, read notices, recalls and bounces; also with Re: before it."""
    bare = _DECORATION.sub("", unicodedata.normalize("NFKC", subject[:1000])).strip()
    bare = (
        re.sub(rf"^{_OPEN}(?:外部邮件|external){_CLOSE}\s*", "", bare, flags=re.IGNORECASE)
        if bare[:1] in "[【("
        else bare
    )
    return _AUTOMATIC.match(bare) is not None or _AUTOMATIC_IN_BRACKETS.match(bare) is not None


def says_automatic(text: str) -> bool:
    """Whether a short text says of itself that no person wrote it."""
    return len(text) <= _SHORT and _SAYS_AUTOMATIC.search(text) is not None


def own_words(text: str, is_html: bool = False) -> str:
    """What the sender of a mail has written himself, without what he answers to."""
    plain = _plain(text[:_LONGEST]) if is_html else text[:_LONGEST]
    lines: list[str] = []
    for line in map(str.strip, plain.splitlines()):
        if _ends_own_words(line[:400], is_begun=bool(lines)):
            break
        if not _is_anothers(line) and (lines or line):
            lines.append(line)
    return "\n".join(lines).strip()


def _ends_own_words(line: str, is_begun: bool) -> bool:
    """Whether what follows is another's mail, or was added by a server. Before his own words somebody may quote what he answers."""
    if _ORIGINAL.match(line):
        return True
    return is_begun and (_WROTE.match(line) is not None or _ADDED.match(line) is not None)


def _is_anothers(line: str) -> bool:
    """Whether a line is quoted, or says whose words are."""
    return line.startswith((">", "＞", "|")) or _WROTE.match(line[:400]) is not None


def is_thanks(words: str) -> bool:
    """Whether somebody only says that he has received something, or thanks; his name and office may stand below."""
    if not words or len(words) > _SHORT or _QUESTION.search(words):
        return False
    first, _, below = words.partition("\n")
    if not _is_all_thanks(first) or not _RECEIPT.search(words):
        return False
    return not _SPEAKS_OF_FILE.search(below) or all(_is_all_thanks(line) for line in below.splitlines())


def is_question(words: str) -> bool:
    """Whether somebody asks something."""
    return _QUESTION.search(words) is not None


def speaks_of_file(words: str) -> bool:
    """Whether somebody means to have sent something."""
    return _SPEAKS_OF_FILE.search(words) is not None


def _is_all_thanks(line: str) -> bool:
    bare = _NO_SIGN.sub("", line[:_SHORT])
    return not bare or _THANKS.fullmatch(bare) is not None


def _plain(text: str) -> str:
    """The text of HTML; what stands in a quotation, a style or a script is left out."""
    pieces: list[str] = []
    hidden = 0
    for piece in re.split(r"(<[^<>]*>)", text):
        if not piece.startswith("<"):
            if not hidden:
                pieces.append(re.sub(r"\s+", " ", piece))
            continue
        name = piece[1:40].strip("/ >").split()[:1]
        tag = name[0].lower() if name else ""
        if tag in {"style", "script", "head", "title", "blockquote"}:
            # Never below nothing: a closing tag too many would hide all that follows.
            hidden = max(0, hidden - 1) if piece.startswith("</") else hidden + 1
        elif tag in {"br", "br/", "p", "div", "tr", "li", "hr"}:
            pieces.append("\n")
    # Web mails and Word write &nbsp; for a blank.
    return html.unescape("".join(pieces)).replace("\xa0", " ")
