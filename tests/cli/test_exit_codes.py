"""Exit codes and the one line that tells what is wrong, for each bad input and each command that it concerns."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lzxl.api import check
from lzxl.cli.main import COMMANDS, cli, run
from lzxl.errors import gravest

from .running import lzxl


def invoke(capfd: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = run([str(argument) for argument in arguments])
    out, err = capfd.readouterr()
    return code, out, err


def one_line(err: str) -> str:
    """The only line of standard error; it is Chinese and no traceback."""
    [line] = err.splitlines()
    assert line.startswith("错误：")
    assert re.search(r"[。：]", line)
    assert "Traceback" not in line and "Errno" not in line
    return line


def test_the_gravest_exit_code_wins() -> None:
    assert gravest(0, 1, 3, 2) == 2
    assert gravest(1, 3, 0) == 3
    assert gravest(0, 1) == 1
    assert gravest(2, 130) == 130
    assert gravest() == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["登记"], "没有“登记”这个命令。用 lzxl --help"),
        (["colect", "x"], "没有“colect”这个命令。是否应为 collect？"),
        (["workbooks", "exprot"], "没有“exprot”这个命令。是否应为 export？"),
        (["status", "-C", "批次"], "-C 要写在命令前面：lzxl -C 文件夹 status …"),
        (["collect", "x", "-C批次"], "-C 要写在命令前面：lzxl -C 文件夹 collect …"),
        (["workbooks", "check", "x", "--quiet"], "--quiet 要写在命令前面：lzxl --quiet workbooks check …"),
        (["check", "--nonsense"], "没有 --nonsense 这个选项。"),
        (["check", "--form", "x"], "是否应为 --format？"),
        (["check", "--format", "xml", "x"], "选项 --format 有误：只能用 text、json、sarif、junit。"),
        (["check"], "请写明要检查的文件或文件夹。"),
        (["init"], "缺少参数“文件夹”。"),
        (
            ["init", "x", "--deadline", "2026-13-01"],
            "选项 --deadline 有误：“2026-13-01”不是日历上的一天，日期要写成2026-11-20或",
        ),
        (["collect", "x", "--received", "昨天"], "选项 --received 有误：“昨天”不是日历上的一天"),
        (["init", "x", "--bureau", " "], "本局名称不能为空。"),
        (["grade", "较大"], "缺少参数“后果”。"),
        (["grade", "较大", "严重", "多"], "多写了参数：多。"),
        (["grade", "巨大", "严重"], "“巨大”不是"),
        (["grade", "--json=3", "较大", "严重"], "选项 --json 用法有误"),
        (["adopt", "x.xls"], "缺少选项 --form。"),
        (["adopt", "没有.xls", "--form", "risk_register"], "找不到文件：没有.xls。"),
        (
            ["adopt", "x", "--form", "登计表"],
            "没有“登计表”这张表。是否应为 risk_register（廉政风险点登记表）？可以写：risk_register（",
        ),
        (["workbooks", "check", "x", "--form", "风险"], "找不到文件：x。"),
        (["check", "没有这个"], "找不到：没有这个。请检查路径。"),
        (["workbooks", "check", "没有.xlsx"], "找不到文件：没有.xlsx。"),
        (["-C"], "选项 -C 用法有误"),
        (["-C", "没有", "status"], "文件夹不存在：没有"),
    ],
)
def test_wrong_usage_is_two_and_says_how_to_mend_it(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    arguments: list[str], sentence: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    code, out, err = invoke(capfd, *arguments)
    assert (code, out) == (2, "")
    assert sentence in one_line(err)
    assert list(tmp_path.iterdir()) == [], "nothing is left behind"


@pytest.mark.parametrize("arguments", [["status"], ["collect", "x"], ["consolidate"], ["distribute"]])
def test_a_command_that_needs_a_campaign_says_so(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = invoke(capfd, *arguments)
    assert code == 2
    assert "找不到填报批次（lzxl.toml）。请用 lzxl -C 文件夹 指定，或先用 lzxl init 新建。" in one_line(err)


@pytest.mark.parametrize(
    ("name", "code", "said"),
    [
        ("空文件.xlsx", 3, "文件为空"),
        ("文本.xlsx", 3, "文本文件"),
        ("加密.xlsx", 3, "密码"),
        ("没传完.xlsx", 3, "损坏"),
        ("空白廉政风险点登记表.xlsx", 1, "须改正"),
        ("空白单位名册.xlsx", 1, "须改正"),
    ],
)
@pytest.mark.parametrize("command", ["check", "collect", "adopt"])
def test_a_file_that_cannot_be_used_has_its_reason(
    capfd: pytest.CaptureFixture[str], bad: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    command: str, name: str, code: int, said: str, request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    arguments: list[str | Path] = [command, bad / name]
    if command == "adopt":
        arguments += ["--form", "risk_register"]
        said = {1: "未读到《廉政风险点登记表》的任何一行"}.get(code, said)
        code = 3
    if command == "collect":
        campaign = request.getfixturevalue("own_demo")
        arguments = ["-C", campaign, *arguments]
        code, said = 3, {1: "没有单位编码" if "登记表" in name else "不在本期"}.get(code, said)
    found, out, err = invoke(capfd, *arguments)
    assert "Traceback" not in err
    assert found == code
    assert said in out + err
    assert list(tmp_path.glob("*.xlsx")) == [], "nothing is made of it"


@pytest.mark.parametrize(
    ("unit", "code", "said"),
    [("hb03", 1, ""), ("财务审计科", 1, ""), ("财务", 1, ""),
     ("财物审计科", 2, "是否应为 HB03（财务审计科）？可以写：HB01（办公室）、")],
)  # fmt: skip
def test_adopt_takes_a_unit_and_a_form_as_a_clerk_writes_them(
    capfd: pytest.CaptureFixture[str], demo: Path, faulty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    unit: str, code: int, said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    found, _, err = invoke(capfd, "-C", demo, "adopt", faulty, "--form", "登记表", "--unit", unit)
    assert found == code
    assert said in err
    adopted = [entry.submission.unit_code for path in tmp_path.glob("*.xlsx") for entry in check([path]).files]
    assert adopted == ([] if said else ["HB03"])


def test_an_empty_folder_is_wrong_usage(capfd: pytest.CaptureFixture[str], bad: Path, own_demo: Path) -> None:
    assert invoke(capfd, "check", bad / "空文件夹")[::2] == (2, f"错误：文件夹里没有表格文件：{bad / '空文件夹'}。\n")
    code, _, err = invoke(capfd, "-C", own_demo, "collect", bad / "空文件夹")
    assert (code, one_line(err)) == (2, "错误：没有可收的文件：文件夹是空的。")


@pytest.mark.parametrize("command", [["status"], ["distribute"], ["consolidate"], ["check"], ["collect", "."]])
def test_a_broken_configuration_or_roster_is_two(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, demo: Path, command: list[str]
) -> None:
    for name in ("lzxl.toml", "单位名册.xlsx"):
        shutil.copy(demo / name, tmp_path / name)
    (tmp_path / "lzxl.toml").write_text("[campaign\n", encoding="utf-8")
    code, _, err = invoke(capfd, "-C", tmp_path, *command)
    assert (code, one_line(err)) == (
        2,
        "错误：lzxl.toml 写法有误（第1行）：方括号未成对；放在方括号里的几项之间要用英文逗号 , 隔开。",
    )
    shutil.copy(demo / "lzxl.toml", tmp_path / "lzxl.toml")
    (tmp_path / "单位名册.xlsx").unlink()
    code, _, err = invoke(capfd, "-C", tmp_path, *command)
    assert code == 2
    assert "找不到单位名册" in one_line(err)


def test_good_faulty_and_refused_files_give_zero_one_and_three(
    capfd: pytest.CaptureFixture[str], good: Path, faulty: Path, bad: Path
) -> None:
    assert invoke(capfd, "check", good)[0] == 0
    assert invoke(capfd, "check", good, faulty)[0] == 1
    assert invoke(capfd, "check", good, faulty, bad / "空文件.xlsx")[0] == 3


@pytest.mark.parametrize(
    "arguments", [["check", "FAULTY", "--output", "BLOCK/问题.json"], ["check", "FAULTY", "--return-dir", "BLOCK"],
                  ["demo", "BLOCK"], ["init", "BLOCK"], ["workbooks", "export", "BLOCK"]],
)  # fmt: skip
def test_output_that_cannot_be_written_is_said_and_leaves_nothing(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, faulty: Path, arguments: list[str]
) -> None:
    block = tmp_path / "文件"
    block.write_text("x")
    code, _, err = invoke(capfd, *(a.replace("FAULTY", str(faulty)).replace("BLOCK", str(block)) for a in arguments))
    assert code in (2, 3)
    assert str(block) in one_line(err)
    assert [path.name for path in tmp_path.iterdir()] == ["文件"]


def test_a_report_never_overwrites_what_it_reports_on(
    capfd: pytest.CaptureFixture[str], tmp_path: Path, good: Path
) -> None:
    own = Path(shutil.copy(good, tmp_path / "表.xlsx"))
    for arguments in (["check", own], ["adopt", own, "--form", "warning_intake"]):
        code, _, err = invoke(capfd, *arguments, "--output", own)
        assert code == 2
        assert "不能写到" in one_line(err)
    assert own.read_bytes() == good.read_bytes()


def test_the_unforeseen_is_one_line_and_a_traceback_only_with_v(
    capfd: pytest.CaptureFixture[str], good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("张三的手机号")

    monkeypatch.setattr("lzxl.api.check", fail)
    code, out, err = invoke(capfd, "check", good)
    assert (code, out) == (3, "")
    assert one_line(err) == (
        "错误：程序内部出错（ZeroDivisionError），不是您的操作问题。请把这一行和所用的命令报告给开发者；加 -v 再运行一次可看到详情。"
    )
    code, _, err = invoke(capfd, "-v", "check", good)
    assert code == 3
    assert "Traceback" in err and "ZeroDivisionError" in err


def test_no_command_shows_the_help() -> None:
    result: Result = CliRunner().invoke(cli, [], prog_name="lzxl")
    assert "用法：lzxl" in result.output
    done = lzxl()
    assert done.returncode == 2
    assert done.stderr.startswith("用法：lzxl")
    assert all(name in done.stderr for name in COMMANDS)


def test_check_names_each_file_of_a_folder_that_it_passes_over(tmp_path: Path) -> None:
    folder = tmp_path / "来件"
    folder.mkdir()
    for name in ("表.xlsx", "来件.zip", "表.rar", "表.csv"):
        (folder / name).write_bytes(b"x")
    said = lzxl("check", folder).stdout
    assert all(f"未检查：{name}" in said for name in ("来件.zip", "表.rar", "表.csv"))
    (folder / "表.xlsx").unlink()
    assert "来件.zip" in lzxl("check", folder).stderr
