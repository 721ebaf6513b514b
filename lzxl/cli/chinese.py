"""click in Chinese: the headings of help pages, and the sentences for wrong usage."""

from __future__ import annotations

from typing import Any

import click


class _Chinese(click.Command):
    """Chinese headings for any command."""

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


def explain(error: click.ClickException) -> str:
    """One Chinese sentence for wrong usage: what, and how to mend it."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "lzxl"
    hint = f"用 {path} --help 查看用法。"
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    if isinstance(error, click.NoSuchOption):
        near = f"是不是 {'、'.join(error.possibilities)}？" if error.possibilities else ""
        return f"错误：没有 {error.option_name} 这个选项。{near}{hint}"
    if isinstance(error, click.MissingParameter):
        return f"错误：缺少{_parameter(error.param)}。{hint}"
    if isinstance(error, click.BadOptionUsage):
        return f"错误：选项 {error.option_name} 用法不对：缺少取值，或多写了取值。{hint}"
    if isinstance(error, click.BadParameter):
        return f"错误：{_parameter(error.param)}不对：{_bad_value(error)}{hint}"
    message = error.format_message()
    if "No such command" in message:
        name = message.split("'")[1] if "'" in message else ""
        return f"错误：没有“{name}”这个命令。{hint}"
    if "unexpected extra argument" in message:
        return f"错误：多写了参数：{message.split('(', 1)[-1].rstrip(')')}。{hint}"
    if "Missing command" in message:
        return f"错误：没有写明要做什么。{hint}"
    return f"错误：命令写法不对。{hint}"


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
    if isinstance(kind, click.DateTime):
        return "日期要写成 2026-11-20 的样式。"
    return "请改成可用的取值。"
