"""click in Chinese: the headings of help pages, and the sentences for wrong usage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import click

from lzxl.errors import UsageError


class TooManyArguments(click.UsageError):
    """More arguments than the command takes: `extra`."""

    def __init__(self, extra: Sequence[str], ctx: click.Context) -> None:
        super().__init__("", ctx)
        self.extra = tuple(extra)


class NoCommand(click.UsageError):
    """A group's options, and no command."""


class _Formatter(click.HelpFormatter):
    """Help pages with the colon of Chinese print."""

    def write_heading(self, heading: str) -> None:
        self.write(f"{'':>{self.current_indent}}{heading}：\n")


class _Context(click.Context):
    formatter_class = _Formatter


class _Chinese(click.Command):
    """Chinese headings for any command, and a name of its own for each kind of wrong usage."""

    context_class = _Context

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # click itself would refuse them in one English sentence, without saying of which kind the mistake is.
        may_have_more, ctx.allow_extra_args = ctx.allow_extra_args, True
        extra = super().parse_args(ctx, args)
        if extra and not may_have_more and not ctx.resilient_parsing:
            raise TooManyArguments(extra, ctx)
        return extra

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix="用法：")

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [piece.replace("[OPTIONS]", "[选项]") for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [parameter for parameter in self.get_params(ctx) if isinstance(parameter, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx))]
        if records:
            with formatter.section("选项"):
                formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "显示这段说明。"
        return option

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.epilog:
            formatter.write("\n")
            for line in self.epilog.split("\n"):
                if line:
                    formatter.write(f"{line}\n")


class ChineseCommand(_Chinese):
    """A command whose help reads Chinese."""


class ChineseGroup(_Chinese, click.Group):
    """A group of commands whose help reads Chinese."""

    command_class = ChineseCommand

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # A copy of the list: click's parser takes it apart.
        _, positional, _ = self.make_parser(ctx).parse_args(list(args))
        arguments = super().parse_args(ctx, args)  # --help ends it here
        if not positional and not self.invoke_without_command and not ctx.resilient_parsing:
            raise NoCommand("", ctx)
        return arguments

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                rows.append((name, command.get_short_help_str(60)))
        with formatter.section("命令"):
            formatter.write_dl(rows)

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        return [piece.replace("COMMAND [ARGS]...", "命令 …") for piece in super().collect_usage_pieces(ctx)]


class Typed(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A value that `read` understands however people write it; its UsageError says in Chinese why it does not."""

    def __init__(self, name: str, read: Callable[[str], Any]) -> None:
        self.name = name
        self.read = read

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return self.read(value)
        except UsageError as error:
            self.fail(str(error), param, ctx)


def explain(error: click.ClickException) -> str:
    """One Chinese sentence for wrong usage: what, and how to mend it."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "lzxl"
    hint = f"用 {path} --help 查看用法。"
    match error:
        case click.exceptions.NoArgsIsHelpError():
            return error.format_message()
        case click.NoSuchOption(option_name=option) if misplaced := _belongs_before(option, context):
            return f"错误：{misplaced}"
        case click.NoSuchOption(option_name=option, possibilities=possibilities):
            near = f"是否应为 {'、'.join(possibilities)}？" if possibilities else ""
            return f"错误：没有 {option} 这个选项。{near}{hint}"
        case click.MissingParameter(param=parameter):
            return f"错误：缺少{_parameter(parameter)}。{hint}"
        case click.BadOptionUsage(option_name=option):
            return f"错误：选项 {option} 用法有误：缺少取值，或多写了取值。{hint}"
        case click.BadParameter(param=parameter):
            apart = " " if isinstance(parameter, click.Option) else ""
            return f"错误：{_parameter(parameter)}{apart}有误：{_bad_value(error)}{hint}"
        case click.NoSuchCommand(command_name=name):
            return f"错误：没有“{name}”这个命令。{_nearest_commands(name, context)}{hint}"
        case TooManyArguments(extra=extra):
            return f"错误：多写了参数：{' '.join(extra)}。{hint}"
        case NoCommand():
            return f"错误：未写明要做什么。{hint}"
    return f"错误：命令写法有误。{hint}"


def _belongs_before(option: str, context: click.Context | None) -> str:
    """What to write where an option of `lzxl` itself stands after the command; "" where it is none."""
    if context is None or context.parent is None:
        return ""
    root = context.find_root()
    parameter = next((entry for entry in root.command.params if option in entry.opts), None)
    if parameter is None:
        return ""
    value = f" {parameter.metavar}" if parameter.metavar else ""
    command = context.command_path.removeprefix(f"{root.command_path} ")
    return f"{option} 要写在命令前面：{root.command_path} {option}{value} {command} …"


def _nearest_commands(name: str, context: click.Context | None) -> str:
    group = context.command if context is not None else None
    if context is None or not isinstance(group, click.Group):
        return ""
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), group.list_commands(context), n=2)
    return f"是否应为 {'、'.join(near)}？" if near else ""


def _parameter(parameter: Any) -> str:
    if parameter is None:
        return "参数"
    if isinstance(parameter, click.Option):
        return f"选项 {parameter.opts[-1]}"
    return f"参数“{parameter.make_metavar(click.Context(click.Command('lzxl')))}”"


def _bad_value(error: click.BadParameter) -> str:
    kind = getattr(error.param, "type", None)
    if isinstance(kind, click.Choice):
        return f"只能用 {'、'.join(map(str, kind.choices))}。"
    if isinstance(kind, Typed):
        return error.message
    return "请改成可用的取值。"
