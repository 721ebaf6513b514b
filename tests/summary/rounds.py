"""Builds rounds from tables that a clerk could read: one Markdown table a sheet, headers are field titles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from lzxl.campaign.mail_settings import MailSettings
from lzxl.campaign.model import Filing
from lzxl.forms.appraisal import load_appraisal
from lzxl.forms.findings import Finding
from lzxl.forms.load import load_form, load_grading, unit_form_ids
from lzxl.forms.model import Field
from lzxl.forms.roster import Unit
from lzxl.states import FileState
from lzxl.submission import Labels, Submission, Table
from lzxl.summary.round import Round
from lzxl.year.course import Course
from lzxl.year.events import load_machine
from lzxl.year.grades import Candidate, Evaluation, evaluate
from lzxl.year.ledger import Entry, read_ledger
from lzxl.year.scores import Parts
from tests.places import at

OFFICE = Unit("HB01", "办公室", head="谭永年", liaison="苏婉清")
PERMITS = Unit("HB02", "行政审批科", head="葛明轩", liaison="汤思远")
FINANCE = Unit("HB03", "财务审计科", head="范守正", liaison="路瑶")
UNITS = (OFFICE, PERMITS, FINANCE)


def table(form: str, name: str, text: str, first_row: int = 4) -> Table:
    """The table `name` of a form from Markdown; columns left out do not exist in the file."""
    sheet = load_form(form).by_name[name]
    lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.strip().splitlines()]
    heads = [sheet.field_for_header(title) for title in lines[0]]
    assert all(heads), f"no such field among {lines[0]}"
    fields = [head for head in heads if head is not None]
    body = [line for line in lines[1:] if not set("".join(line)) <= set("-: ")]
    values = {field.name: [_value(field, line[column]) for line in body] for column, field in enumerate(fields)}
    return made_table(form, name, values, len(body), first_row)


def made_table(form: str, name: str, values: dict[str, list[Any]], height: int, first_row: int = 4) -> Table:
    """The table `name` of a form from columns of typed values."""
    return Table(
        name,
        load_form(form).by_name[name].title,
        header_rows=(first_row - 1,),
        columns={field: column for column, field in enumerate(values, start=1)},
        rows=list(range(first_row, first_row + height)),
        values=values,
    )


def _value(field: Field, text: str) -> Any:
    if not text:
        return None
    if field.kind == "date":
        return date.fromisoformat(text)
    return float(text) if field.is_numeric else text.replace("<br>", "\n")


def submission(unit: Unit, form: str, cover: Mapping[str, Any] | None = None, **tables: str) -> Submission:
    """A submission of `unit`; its tables by sheet name."""
    return Submission(
        file=f"{unit.code}/{load_form(form).title}.xlsx",
        form=form,
        unit_code=unit.code,
        unit_name=unit.name,
        cover=Labels("cover", "封面", values=dict(cover or {})),
        tables=[table(form, name, text) for name, text in tables.items()],
    )


def filing(unit: Unit, form: str, state: str, late: bool = False) -> Filing:
    came = state != "missing"
    return Filing(unit, form, FileState(state), int(came), int(came), late, "2026-11-10" if came else "")


def finding(code: str = "missing_measure", severity: Any = "error", message: str = "“防控措施”没有填写。") -> Finding:
    return Finding(code, severity, message, "补填。", "第八条(一)1", at("风险点", "M5"), header="防控措施")


def courses(as_of: str, warnings: str, events: str, units: Iterable[Unit] = UNITS) -> tuple[tuple[Entry, Course], ...]:
    """The office's ledger as of a day, from its two sheets."""
    sheets = [table("warning_ledger", "warnings", warnings), table("warning_ledger", "events", events)]
    return courses_of(sheets, as_of, units)


def courses_of(sheets: Iterable[Table], as_of: str, units: Iterable[Unit] = UNITS) -> tuple[tuple[Entry, Course], ...]:
    """The courses of the office's ledger as of a day, from its sheets as they read."""
    ledger = Submission(file="预警处置台账.xlsx", form="warning_ledger", tables=list(sheets))
    machine, known = load_machine(), {unit.code: unit for unit in units}
    read = read_ledger(machine, ledger, known)
    return tuple(read.courses(machine, MailSettings().calendar, date.fromisoformat(as_of)))


SAMPLE_LEDGER = (
    """
        | 预警编号 | 采集日期 | 来源 | 对象类型 | 对象 | 所属单位 | 主要问题 |
        |---|---|---|---|---|---|---|
        | YJ-2026-001 | 2026-04-16 | 信访投诉举报 | 科室 | 办公室 | HB01 | 公车停在景区 |
        | YJ-2026-002 | 2026-11-02 | 定期分析评估 | 科室 | 办公室 | HB01 | 采购集中在一家 |
        | YJ-2026-003 | 2026-11-09 | 信访投诉举报 | 科室 | 办公室 | HB01 | 用印登记不全 |
        | YJ-2026-004 | 2026-11-27 | 内部预警信息采集 | 科室 | 办公室 | HB01 | 介绍信缺号 |
    """,
    """
        | 预警编号 | 事项 | 日期 | 办理人 | 结果 | 文号 |
        |---|---|---|---|---|---|
        | YJ-2026-001 | 受理 | 2026-04-17 | 韩立群 | 受理 | |
        | YJ-2026-001 | 核实 | 2026-04-24 | 韩立群 | 属实；问题程度 轻微；是否涉嫌违纪违法 否 | |
        | YJ-2026-001 | 处置建议 | 2026-04-27 | 韩立群 | 警示提醒 | |
        | YJ-2026-001 | 批准 | 2026-04-28 | 严明 | 同意 警示提醒 | |
        | YJ-2026-001 | 送达 | 2026-04-29 | 韩立群 | 谭永年 签收 | 云环廉〔2026〕1号 |
        | YJ-2026-001 | 反馈 | 2026-05-06 | 谭永年 | 已改正 | |
        | YJ-2026-001 | 督查 | 2026-05-08 | 韩立群 | 合格 | |
        | YJ-2026-002 | 受理 | 2026-11-03 | 韩立群 | 受理 | |
        | YJ-2026-002 | 核实 | 2026-11-09 | 韩立群 | 属实；问题程度 轻微；是否涉嫌违纪违法 否 | |
        | YJ-2026-002 | 处置建议 | 2026-11-10 | 韩立群 | 警示提醒 | |
        | YJ-2026-002 | 批准 | 2026-11-11 | 严明 | 同意 警示提醒 | |
        | YJ-2026-002 | 送达 | 2026-11-12 | 韩立群 | 谭永年 签收 | 云环廉〔2026〕2号 |
        | YJ-2026-003 | 受理 | 2026-11-10 | 韩立群 | 受理 | |
    """,
)


def make_round(
    submissions: Iterable[Submission],
    units: Iterable[Unit] = UNITS,
    filings: Iterable[Filing] | None = None,
    findings: Iterable[tuple[str, str, str, Finding]] = (),
    as_of: str = "2026-11-30",
    open_cells: str | None = None,
    scores: Mapping[str, tuple[str, str, str | None]] | None = None,
    ledger: tuple[tuple[Entry, Course], ...] = (),
) -> Round:
    """A round; without `filings`, every submission is accepted and everything else is missing.

    `scores`: unit code → 自查, 日常督查, 年终检查 by the office's book; None: the office has no book yet.
    """
    units, submissions = tuple(units), tuple(submissions)
    if filings is None:
        there = {(entry.unit_code, entry.form) for entry in submissions}
        filings = [
            filing(unit, form, "accepted" if (unit.code, form) in there else "missing")
            for unit in units
            for form in unit_form_ids()
        ]
    return Round(
        bureau="云泽县生态环境局",
        period="2026年度",
        as_of=as_of,
        units=units,
        filings=tuple(filings),
        submissions=submissions,
        findings=tuple(findings),
        grading=load_grading("rules", open_cells),
        evaluation=by_book(units, scores) if scores is not None else None,
        courses=ledger,
    )


def by_book(units: Iterable[Unit], scores: Mapping[str, tuple[str, str, str | None]]) -> Evaluation:
    """How units stand by three scores each; a unit without any has not appraised itself, and nobody has checked it."""
    known = []
    for unit in units:
        given = [Decimal(score) if score is not None else None for score in scores.get(unit.code, (None, "100", None))]
        known.append(Candidate(unit.code, Parts(*given)))
    return evaluate(replace(load_appraisal(), quota=None), known)


SCORES: dict[str, tuple[str, str, str | None]] = {"HB01": ("97.5", "91.5", "88.75"), "HB02": ("98", "91", None)}
"""What the office has scored of the sample's units."""


def sample_round() -> Round:
    """Three units: one complete, one with gaps, one that returned a file and owes the rest."""
    return make_round(
        [
            submission(
                OFFICE,
                "risk_register",
                powers="""
                    | 职权编码 | 职权名称 | 权力类别 | 职权类型 | 责任岗位 |
                    |---|---|---|---|---|
                    | HB01-Q01 | 印章管理 | 二类内部权力 | 行政事务管理 | 印章管理岗 |
                """,
                risk_points="""
                    | 风险点编号 | 职权 | 权力类别 | 风险类型 | 风险点 | 发生可能性 | 后果程度 | 直接责任人 |
                    |---|---|---|---|---|---|---|---|
                    | HB01-001 | 印章管理 | 二类内部权力 | 岗位职责风险 | 用印审批不严 | 较大 | 严重 | 祁小满 |
                    | HB01-002 | 印章管理 | 二类内部权力 | 制度机制风险 | 介绍信缺漏 | 较小 | 较轻微 | 祁小满 |
                    | HB01-003 | 用车 | 二类内部权力 | 岗位职责风险 | 公车私用 | 较小 | 较严重 | 鲁大江 |
                """,
                measures="""
                    | 措施编号 | 关联风险点编号 | 防控层次 | 防控方式 | 措施内容 | 责任人 | 完成时限 |
                    |---|---|---|---|---|---|---|
                    | HB01-C001 | HB01-001 | 科室联防 | 内部检查 | 按季核对用印 | 谭永年 | 2026-06-30 |
                    | HB01-C002 | HB01-001 | 自我预防 | 自我学习 | 学习保密纪律 | 祁小满 | 2026-12-31 |
                    | HB01-C003 | HB01-002 | 科室联防 | 健全规章制度 | 修订办法 | 祁小满 | 2026-10-12 |
                    | HB01-C004 | HB01-099 | 社会群防 | 民意调查 | 问卷 | 祁小满 | 2026-10-12 |
                """,
                self_checks="""
                    | 姓名 | 岗位 | 发生可能性 | 后果程度 | 填表日期 |
                    |---|---|---|---|---|
                    | 祁小满 | 印章管理岗 | 较大 | 较轻微 | 2026-10-20 |
                """,
            ),
            submission(
                PERMITS,
                "risk_register",
                risk_points="""
                    | 风险点编号 | 权力类别 | 风险类型 | 风险点 | 发生可能性 | 后果程度 |
                    |---|---|---|---|---|---|
                    | HB02-001 | 一类外部权力 | 岗位职责风险 | 降低标准发证 | 较大 | 较严重 |
                    | HB02-002 | 一类外部权力 | 思想道德风险 | 吃拿卡要 | 较小 | 严重 |
                """,
                measures="""
                    | 措施编号 | 关联风险点编号 | 防控层次 | 措施内容 |
                    |---|---|---|---|
                    | HB02-C001 | HB02-002 | 社会群防 | 聘请监督员 |
                """,
            ),
            submission(
                OFFICE,
                "warning_intake",
                warnings="""
                    | 采集日期 | 信息来源 | 反映主要问题 |
                    |---|---|---|
                    | 2026-04-16 | 信访投诉举报 | 公车停在景区 |
                    | 2026-11-02 | 定期分析评估 | 采购集中在一家 |
                    | 2026-11-09 | 信访投诉举报 | 用印登记不全 |
                    | 2026-11-27 | 内部预警信息采集 | 介绍信缺号 |
                """,
            ),
            submission(
                OFFICE,
                "self_appraisal",
                items="""
                    | 项目 | 考核内容 | 分值 | 自评分 |
                    |---|---|---|---|
                    | 一 | 部署 | 60 | 59.5 |
                    | 二 | 落实 | 40 | 38 |
                """,
                reports="""
                    | 报告类型 | 姓名 | 职务 | 提交日期 |
                    |---|---|---|---|
                    | 单位分析报告 | 谭永年 | 主任 | 2026-11-04 |
                """,
            ),
            submission(
                PERMITS,
                "self_appraisal",
                items="""
                    | 项目 | 考核内容 | 分值 | 自评分 |
                    |---|---|---|---|
                    | 一 | 部署 | 60 | 60 |
                    | 二 | 落实 | 40 | 38 |
                """,
            ),
        ],
        filings=[
            filing(OFFICE, "risk_register", "accepted"),
            filing(OFFICE, "warning_intake", "accepted"),
            filing(OFFICE, "self_appraisal", "accepted", late=True),
            filing(PERMITS, "risk_register", "accepted"),
            filing(PERMITS, "warning_intake", "nil"),
            filing(PERMITS, "self_appraisal", "accepted"),
            filing(FINANCE, "risk_register", "returned", late=True),
            filing(FINANCE, "warning_intake", "refused"),
        ],
        findings=[
            ("HB03/登记表.xlsx", "HB03", "risk_register", finding()),
            ("HB03/登记表.xlsx", "HB03", "risk_register", finding()),
            ("HB02/登记表.xlsx", "HB02", "risk_register", finding("word_alias", "warning", "“较高”不是规定用词。")),
        ],
        scores=SCORES,
        ledger=courses("2026-11-30", *SAMPLE_LEDGER),
    )
