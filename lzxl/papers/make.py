"""Makes papers: gives each the next number of its series, enters it into 文号簿, and writes the document.

A number is given once. What was given is remembered beside the record, so that one whose row somebody took out is not given
again. All documents are filled in before anything is written: a template that cannot be used costs no number.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from lzxl.campaign.books import NewRow, amend_book, write_books
from lzxl.campaign.config import CONFIG_NAME, SERIES
from lzxl.campaign.folder import Campaign
from lzxl.campaign.lock import holding
from lzxl.campaign.standing import Standing
from lzxl.errors import ConfigError, LzxlError
from lzxl.files import PRIVATE, store_swept
from lzxl.forms.load import book_with, load_form
from lzxl.forms.rules_of_books import Papers
from lzxl.papers.due import Notice, Notices, paper_path, paths_beside, with_number
from lzxl.papers.kinds import PaperKind, going_with
from lzxl.papers.templates import fill_in, template_of
from lzxl.papers.values import Known, values_of
from lzxl.year.papers import PaperNumber, next_number, numbers_twice, plain_series, read_number, written_number

MEMORY = "文号记忆.json"


class PaperError(LzxlError):
    """Papers that cannot be made as things stand; nothing was written."""


def to_make(notices: Notices, objects: Sequence[str] = ()) -> list[Notice]:
    """The papers that are due, and those that have a number and lie nowhere. `objects`: only those on these.

    Raises PaperError for an object that no such paper is on.
    """
    open_ones = [one for one in notices.all if one.state in ("due", "made") and one.path is None]
    for wanted in objects:
        if not any(one.occasion.object == wanted for one in open_ones):
            raise PaperError(_nothing_for(notices, wanted), code="no_paper_due", object=wanted)
    return [one for one in open_ones if not objects or one.occasion.object in objects]


def _nothing_for(notices: Notices, wanted: str) -> str:
    own = [one for one in notices.all if one.occasion.object == wanted]
    if not own:
        return f"“{wanted}”没有应制发的文书。先用 lzxl notices 看有哪些。"
    last = own[-1]
    title = last.occasion.kind.title
    if last.occasion.barred:
        return f"“{wanted}”的{title}不能制发：{last.occasion.barred}。"
    return f"“{wanted}”的{title}已经制作（{last.number or '无文号'}），不重复编号。要重新编号的，先在文号簿里把原号记“作废”。"


def make(
    campaign: Campaign, standing: Standing, notices: Notices, known: Known, wanted: Sequence[Notice]
) -> list[Notice]:
    """Make these papers, with the day of the standing on them; gives them with number and place.

    Raises ConfigError without the office's sign, PaperError for a record with a number twice, TemplateUnfitError for a template,
    BookError for a record that cannot be written: nothing was written then.
    """
    numbers = _Numbers(campaign, notices, standing.as_of)
    done: list[Notice] = []
    files: dict[Path, bytes] = {}
    for notice in wanted:
        number = notice.number or numbers.next(notice.occasion.kind)
        path = paper_path(campaign, notice.occasion, number)
        values = values_of(known, notice.occasion, number, standing.as_of)
        paths = [path, *paths_beside(campaign, notice.occasion, number)]
        for kind, target in zip((notice.occasion.kind, *going_with(notice.occasion.kind)), paths, strict=True):
            place, template = template_of(campaign, kind)
            files[target] = fill_in(place, template, values)
        done.append(with_number(notice, number, path))
    new = [made for before, made in zip(wanted, done, strict=True) if not before.number]
    with holding(campaign.root):
        if new:
            _enter(campaign, new)
        # Remembered after the record has them: a run that is killed between the two finds them there, and skips none.
        numbers.remember(done)
        for path, data in files.items():
            # Of a paper whose companion got lost the office may have changed the words: it stays as it is.
            if not path.exists():
                store_swept(path, data, PRIVATE)
    return done


def _enter(campaign: Campaign, new: Sequence[Notice]) -> None:
    """Enter papers with a new number into 文号簿."""
    form_id = book_with("papers")
    write_books(campaign, [form_id])
    amend_book(campaign, form_id, [_row(campaign, form_id, one) for one in new])


def _row(campaign: Campaign, form_id: str, notice: Notice) -> NewRow:
    """The row of 文号簿: the number is kept, the paper still to be signed and sent."""
    sheet, rule = load_form(form_id).rules_of(Papers)[0]
    vocabulary = sheet.by_name[rule.state].vocabulary
    assert vocabulary is not None
    one = notice.occasion
    unit = campaign.units.get(one.unit)
    values = {
        rule.number: notice.number,
        rule.kind: one.kind.title,
        rule.object: one.object,
        rule.unit: f"{one.unit} {unit.name}" if unit is not None else one.unit or None,
        rule.state: vocabulary.in_role("reserved")[0],
        rule.remark: "程序编号；印发后填日期，状态改为已印发",
    }
    return NewRow(sheet.name, values)


class _Numbers:
    """Gives numbers, none of them twice."""

    def __init__(self, campaign: Campaign, notices: Notices, day: datetime.date) -> None:
        self.campaign, self.day = campaign, day
        self._written = [*(one.number for one in notices.record), *notices.ledger_numbers]
        self._highest = dict(_remembered(campaign))
        twice = numbers_twice([(one.at, one.number) for one in notices.record])
        if twice:
            one = twice[0]
            raise PaperError(
                f"文号簿第{one.at}行与第{one.before}行文号相同，未编新号。请先修改文号簿，再重新运行。",
                code="paper_number_twice",
                rows=[one.before, one.at],
            )

    def next(self, kind: PaperKind) -> str:
        """The next number of a kind's series. Raises ConfigError as long as the office has no sign."""
        sign = self.campaign.config.paper_sign
        if not sign:
            raise ConfigError(
                f'尚未写明文书的机关代字，未编号。请在 {CONFIG_NAME} 的 [papers] 里写上，如 sign = "云环廉{SERIES}"。',
                code="paper_sign_missing",
            )
        series = plain_series(sign.replace(SERIES, kind.series))
        key = f"{series}〔{self.day.year}〕"
        number: PaperNumber = next_number(series, self.day.year, self._written, self._highest.get(key, 0))
        self._highest[key] = number.serial
        return written_number(number)

    def remember(self, made: Sequence[Notice]) -> None:
        """Remember the last places that were given, with those of papers that a run before this one entered."""
        for number in filter(None, (read_number(one.number) for one in made)):
            key = f"{number.series}〔{number.year}〕"
            self._highest[key] = max(self._highest.get(key, 0), number.serial)
        if self._highest != _remembered(self.campaign):
            path = self.campaign.root / ".lzxl" / MEMORY
            store_swept(path, json.dumps(self._highest, ensure_ascii=False, sort_keys=True).encode(), PRIVATE)


def _remembered(campaign: Campaign) -> Mapping[str, int]:
    """Series of a year → the last place that was given; nothing where that is gone."""
    try:
        data = json.loads((campaign.root / ".lzxl" / MEMORY).read_text("utf-8"))
        return {plain_series(str(key)): int(value) for key, value in data.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
