"""Help: in Chinese, with an example, for every command and option; and at once, without the heavy libraries."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from lzxl.cli.main import COMMANDS, cli

from .running import environment

HEAVY = ("polars", "pandera", "openpyxl", "xlsxwriter", "xlrd", "python_calamine", "yaml", "rich", "pandas", "numpy")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def commands(group: click.Group = cli, path: str = "lzxl") -> Iterator[tuple[str, click.Command]]:
    yield path, group
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


ALL = dict(commands())
SHOWN = {path: command for path, command in ALL.items() if not command.hidden}


@pytest.mark.parametrize("path", SHOWN)
def test_every_command_has_chinese_help_and_an_example_that_starts_with_its_name(path: str) -> None:
    command = SHOWN[path]
    assert command.help and _CHINESE.search(command.help)
    if isinstance(command, click.Group) and path != "lzxl":
        return  # its subcommands have the examples
    assert command.epilog, f"{path} has no example"
    assert command.epilog.startswith("示例：\n")
    name = path.removeprefix("lzxl ")
    examples = [line.strip() for line in command.epilog.splitlines()[1:] if line.strip()]
    assert examples
    for example in examples:
        assert example.startswith("lzxl")
        assert path == "lzxl" or re.match(rf"lzxl (-C \S+ )?{name}\b", example), example


@pytest.mark.parametrize("path", ALL)
def test_every_option_has_chinese_help_and_every_argument_a_chinese_name(path: str) -> None:
    for parameter in ALL[path].params:
        if isinstance(parameter, click.Option):
            assert parameter.help and _CHINESE.search(parameter.help), (path, parameter.name)
            assert parameter.is_flag or _CHINESE.search(parameter.metavar or ""), (path, parameter.name)
        else:
            assert _CHINESE.search(parameter.metavar or ""), (path, parameter.name)


@pytest.mark.parametrize("path", SHOWN)
def test_a_help_page_has_no_english_heading_and_no_command_that_is_hidden(path: str) -> None:
    from click.testing import CliRunner

    page = CliRunner().invoke(cli, [*path.split()[1:], "--help"], prog_name="lzxl").output
    assert page.startswith(f"用法：{path} ")
    assert not re.search(r"Usage|Options|Commands|Show this|Show the|\[OPTIONS\]|COMMAND|ARGS", page)
    assert "供开发者" not in page
    assert all(len(line.encode("gbk")) <= 200 for line in page.splitlines())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from lzxl.cli.main import run; code = run(sys.argv[1:]);"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.strip()) == (0, "[]")


def test_every_command_of_the_list_is_there() -> None:
    assert {path.split()[1] for path in ALL if path != "lzxl"} == set(COMMANDS)
