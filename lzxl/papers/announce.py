"""公示公告 in Word, beside what is made public."""

from __future__ import annotations

from collections.abc import Mapping

from lzxl.campaign.folder import Campaign
from lzxl.campaign.publish import Announcement
from lzxl.papers.kinds import kinds_on
from lzxl.papers.templates import Values, fill_in, template_of
from lzxl.papers.values import told_day
from lzxl.summary.published import notes


def announcement_papers(campaign: Campaign, made: Announcement) -> Mapping[str, bytes]:
    """File name → bytes of the announcement of an edition. Raises TemplateUnfitError for a template that cannot be used."""
    files = {}
    for kind in kinds_on("published"):
        file, template = template_of(campaign, kind)
        name = f"{kind.title}_{made.period}_{made.publication.edition.edition}.docx"
        files[name] = fill_in(file, template, _values(made))
    return files


def _values(made: Announcement) -> Values:
    edition = made.publication.edition
    return {
        "机关": made.bureau,
        "期次": made.period,
        "日期": told_day(made.day),
        "版本": edition.edition,
        "公示对象": "社会" if edition.to_everybody else "全体干部职工",
        "行数": str(sum(1 for row in made.publication.rows if row.level)),
        "说明": "".join(notes(made)[1:]),
        "开始日期": told_day(made.day),
        "截止日期": told_day(made.until),
        "工作日数": str(made.workdays),
        "邮箱": made.office or "＿＿＿＿＿＿＿＿",
    }
