"""The `lzxl` command: finds the subcommand, runs it, and turns trouble into one Chinese line and an exit code.

Nothing heavy is imported here: `lzxl --help` must answer at once.
"""

from __future__ import annotations

import errno
import gc
import importlib
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click

from lzxl import __version__, interrupts
from lzxl.cli.chinese import ChineseCommand, ChineseGroup, explain
from lzxl.cli.screen import echo
from lzxl.cli.session import Session
from lzxl.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_UNREADABLE, EXIT_USAGE, LzxlError

# In the order of the year's work. name → (module, one line of help)
COMMANDS = {
    "init": "新建一个填报批次的文件夹",
    "demo": "在文件夹里演示一个局的整套流程",
    "distribute": "给每个单位生成要填的表",
    "collect": "收件：登记、检查、退回",
    "adopt": "把单位自有的登记表转成标准表",
    "check": "检查填好的表",
    "status": "查看各单位报送进度",
    "ledger": "预警处置台账：登入新条目，算出状态和期限",
    "today": "当天要办的事：到期、逾期，找谁",
    "notices": "文书：应制发哪些，编号制作",
    "papers": "个人自查表、承诺书、桌牌和防控图",
    "reply": "答复：回执、退回通知",
    "remind": "催报：提醒尚未报送的单位",
    "consolidate": "汇总成全局的汇总表",
    "compare": "与上年比较：新增、取消、等级升降",
    "publish": "公示：公示表、网页和公告，不含人名",
    "appraise": "考核：提出扣分，算出结果、等次、名次",
    "export": "考核结果移交：供另外三项考核用的表",
    "report": "综合分析报告和领导参阅",
    "meeting": "列出提请领导小组认定的事项",
    "archive": "归档：封成普通、内部限定两卷",
    "dossier": "迎检材料：目录、文书、数据出处，按用途遮去人名",
    "verify": "核对归档文件，作四性检测",
    "purge": "清除已经归档的邮件原文",
    "grade": "按可能性和后果查风险等级",
    "workbooks": "标准表：导出空白表、检查改过版式的表",
    "functions": "表里用的函数和校验按钮：安装、检查安装",
}


class LazyGroup(ChineseGroup):
    """Knows the commands by name and loads one only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"lzxl.cli.{name}").command
        return command

    def invoke(self, ctx: click.Context) -> int:
        """Run the command. All trouble but wrong usage ends here: one line, an exit code, never a traceback."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
            interrupts.heed()
        except (click.exceptions.Exit, click.Abort, click.ClickException):
            raise
        except KeyboardInterrupt:
            return _interrupted()
        except LzxlError as error:
            session = ctx.obj
            _say(f"错误：{session.commands(str(error)) if isinstance(session, Session) else error}")
            return error.exit_code
        except Exception as error:
            if _is_reader_gone(error):
                _abandon_output()
                return EXIT_OK
            return _broken(error, verbose=bool(ctx.params.get("verbose")))
        return result if isinstance(result, int) else EXIT_OK

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("命令"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=LazyGroup,
    help="廉政风险防控：发放、收件、检查、退回、汇总，都用单位手头的电子表格。",
    epilog="示例：\n\n  lzxl init 2026年度 --bureau 云泽县生态环境局\n\n  lzxl -C 2026年度 collect 来件\n\n  lzxl check 登记表.xlsx",
)
@click.option("-C", "directory", metavar="文件夹", help="填报批次所在的文件夹（缺省：当前文件夹及其上级）。")
@click.option("-q", "--quiet", is_flag=True, help="只显示结果和错误，不显示进度。")
@click.option("-v", "--verbose", is_flag=True, help="显示更多细节。")
@click.version_option(__version__, "--version", message="lzxl %(version)s", help="显示版本。")
@click.pass_context
def cli(context: click.Context, directory: str | None, quiet: bool, verbose: bool) -> None:
    context.obj = Session(directory, quiet, verbose)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    try:
        code: int | None = cli.main(args=arguments, prog_name="lzxl", standalone_mode=False)
    except SystemExit:
        # click and rich end so when the reader of our output goes away.
        _abandon_output()
        return EXIT_OK
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        _say(explain(error))
        return EXIT_USAGE
    except (KeyboardInterrupt, click.Abort):
        return _interrupted()
    return code or EXIT_OK


def _interrupted() -> int:
    _say("已中断。已经完成的部分不受影响，重新运行即可接着办理。")
    return EXIT_INTERRUPTED


def _broken(error: Exception, verbose: bool) -> int:
    """A trouble that nobody foresaw. Only its kind is shown: the text of an exception may quote a cell."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EIO):
        from lzxl.files import output_trouble

        _abandon_output()
        _say(f"错误：{output_trouble(Path(error.filename or '输出'), error)}")
        return EXIT_UNREADABLE
    if verbose:
        _say("".join(traceback.format_exception(error)))
    hint = "" if verbose else "；加 -v 再运行一次可看到详情"
    _say(f"错误：程序内部出错（{type(error).__name__}），不是您的操作问题。请把这一行和所用的命令报告给开发者{hint}。")
    return EXIT_UNREADABLE


def _is_reader_gone(error: Exception) -> bool:
    """Whether the reader of our output went away, e.g. `lzxl check … | head`."""
    if isinstance(error, BrokenPipeError):
        return True
    # What Windows says of it.
    return isinstance(error, OSError) and os.name == "nt" and error.errno == errno.EINVAL and error.filename is None


def _abandon_output() -> None:
    """Standard output takes nothing any more: what is still buffered must not raise again at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # it is no real file
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123 - stays open until the process ends


def _say(line: str) -> None:
    echo(line, err=True)


def main() -> NoReturn:
    """The console script."""
    # Started without a console or with closed streams, Python has none.
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115, PTH123
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115, PTH123
    for stream in (sys.stdout, sys.stderr):
        # A console that cannot show a character must not stop the work.
        getattr(stream, "reconfigure", lambda **_: None)(errors="replace")
    # A command lives for seconds and makes few cycles: looking for them less often saves a thirtieth of its time.
    gc.set_threshold(50_000, 20, 50)
    interrupts.watch()
    code = run()
    # Taking everything down piece by piece takes longer than some commands. It would also make CPython end by SIGINT,
    # whatever the exit code, if Ctrl-C was pressed inside an exec() (many imports have one).
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


__all__ = ["COMMANDS", "ChineseCommand", "cli", "main", "run"]
