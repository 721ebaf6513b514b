"""lzxl appraise: proposes deductions in the book of the appraisal, works out results, and shows how the units stand."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import click

from lzxl.cli.chinese import ChineseCommand
from lzxl.cli.options import date_option, format_option
from lzxl.cli.session import Session, write_data

if TYPE_CHECKING:
    from lzxl.campaign.appraise import AppraisalResult
    from lzxl.campaign.folder import Campaign
    from lzxl.year.grades import Outcome


@click.command(
    cls=ChineseCommand,
    help="考核：在 考核评定.xlsx 里按记录提出应扣分和证据，算出结果、等次、名次，拟出考核意见；并列的不替领导小组选。",
    epilog="示例：\n  lzxl -C 2026年度 appraise\n  lzxl -C 2026年度 appraise --date 2026-12-18 --format json",
)
@date_option
@format_option
@click.pass_obj
def command(session: Session, day: datetime.date | None, kind: str) -> None:
    from lzxl.campaign import clock
    from lzxl.campaign.appraise import appraise
    from lzxl.campaign.standing import take_stock
    from lzxl.formats.json import render

    campaign = session.campaign()
    with session.progress("核对") as progress:
        standing = take_stock(campaign, progress)
    result = appraise(campaign, standing, day or clock.today())
    if kind == "json":
        write_data(render(result.as_data()))
    else:
        _show(session, campaign, result)


def _show(session: Session, campaign: Campaign, result: AppraisalResult) -> None:
    """The units for people, what is to be decided, and what it all rests on."""
    from lzxl.campaign.books import book_path
    from lzxl.cli.table import print_table
    from lzxl.forms.load import book_with

    found, scheme = result.evaluation, campaign.appraisal
    rows = [_row(campaign, one) for one in found.outcomes]
    print_table(["单位", "自查", "日常", "年终", "结果", "按分数", "等次", "名次", "说明"], rows)
    if found.quota is not None:
        session.show(f"{scheme.best}名额{found.quota}个（{found.ranked}个单位有结果，取{scheme.quota:f}%，向下取整）。")
    if found.to_decide:
        session.show(f"等次待领导小组认定：{'、'.join(found.to_decide)}。请运行 lzxl meeting，列入认定事项。")
    if found.average is not None:
        session.show(f"平均{found.average:f}分。")
    proposed = [one for one in result.proposals if one.points]
    if proposed:
        session.show(f"按记录提出扣分{len(proposed)}处，逐条证据见 {book_path(campaign, book_with('checked')).name}。")
    session.show(f"依据：{result.basis}。")


def _row(campaign: Campaign, one: Outcome) -> list[str]:
    """A unit with what came of its appraisal; — for what there is not."""
    scores = (one.parts.self_score, one.parts.inspection_score, one.parts.final_score, one.result)
    cells = ["—" if score is None else f"{score.normalize():f}" for score in scores]
    name = f"{one.unit} {campaign.units[one.unit].name}"
    rank = str(one.rank) if one.rank is not None else "—"
    return [name, *cells, one.by_score or "—", one.grade or one.state, rank, "；".join(one.why)]
