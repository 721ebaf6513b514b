"""A list of something else is not taken for a form of ours because it has 序号, 单位 and 备注."""

from __future__ import annotations

import pytest

from lzxl.workbook.reading.content import SheetContent, WorkbookContent
from lzxl.workbook.reading.read import read_open

FOREIGN = {
    "硬件清单": "序号 单位 名称 型号 数量 备注",
    "清单": "序号 单位 备注",
    "资产台账": "序号 资产编号 资产名称 规格型号 单位 数量 金额 使用部门 责任人 存放地点 备注",
    "值班表": "日期 星期 带班领导 值班人员 联系电话 备注",
    "通讯录": "序号 单位 姓名 职务 办公电话 手机 邮箱 备注",
    "联络表": "单位名称 负责人 联络员 联系电话 电子邮箱 备注",
    "预算": "单位编码 单位名称 项目 金额 资金来源 备注",
    "考勤": "序号 姓名 部门 应出勤天数 实际出勤 迟到 请假 备注",
    "会议纪要": "序号 议题 汇报单位 责任领导 时间 备注",
    "签到": "序号 姓名 单位 职务 签字",
    "任务分解": "序号 工作任务 责任领导 责任单位 责任人 完成时限 备注",
    "安全检查": "序号 检查单位 存在问题 整改措施 责任人 整改时限 状态",
    "干部名册": "序号 单位 姓名 性别 出生年月 职务 岗位 备注",
    "绩效": "序号 科室 姓名 考核内容 分值 得分 备注",
    "采购": "编号 项目 内容 来源 日期 负责人 状态",
    "信访": "序号 日期 来源 内容 承办人 处理结果 备注",
    "证照": "编码 名称 类型 依据 责任岗位 责任人 备注",
    "目录": "序号 单位 风险点 岗位 防控措施 页码",
}


def foreign(name: str, headers: list[str]) -> WorkbookContent:
    rows: dict[int, list[object]] = {1: ["某局"], 2: list(headers)}
    rows |= {row: [float(row - 2), *["某某"] * (len(headers) - 1)] for row in (3, 4, 5)}
    return WorkbookContent("xlsx", [SheetContent(name, rows=rows)])


@pytest.mark.parametrize("name", ["Sheet1", "名册", "台账", "单位", "评分", "措施"])
@pytest.mark.parametrize("title", FOREIGN)
def test_a_foreign_list_is_no_form_whatever_its_sheet_is_called(title: str, name: str) -> None:
    submission = read_open(foreign(name, FOREIGN[title].split()), "表.xlsx")
    assert submission.refusal is not None
    assert submission.refusal.code == "form_unknown"


@pytest.mark.parametrize("title", ["硬件清单", "清单", "资产台账", "通讯录", "预算", "考勤", "采购"])
def test_a_foreign_list_is_not_adopted_as_a_roster_either(title: str) -> None:
    submission = read_open(foreign("Sheet1", FOREIGN[title].split()), "表.xlsx", "unit_roster", own_layout=True)
    assert submission.tables == []
    assert submission.unplaced


@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ("序号 职权 风险点 表现形式 风险等级 防控措施 责任人", "risk_register"),
        ("单位 风险点 防控措施 责任人", "risk_register"),
        ("序号 考核内容 分值 考核标准 自评分 核准分", "self_appraisal"),
        ("预警编号 信息来源 预警对象 反映主要问题 处置方式", "warning_intake"),
        ("单位编码 单位名称 单位性质 负责人 联络员 电子邮箱", "unit_roster"),
    ],
)
def test_a_list_of_ours_is_known_by_what_is_typical_of_it(headers: str, form: str) -> None:
    assert read_open(foreign("Sheet1", headers.split()), "表.xlsx").form == form
