"""What every command shares: where the campaign is, how much to say, the progress bar, and where the result goes."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lzxl.cli.screen import echo, echo_coloured
from lzxl.forms.text import visible

if TYPE_CHECKING:
    from lzxl.campaign.folder import Campaign
    from lzxl.progress import Progress


# The commands that work on a campaign, as texts name them.
_COMMAND = re.compile(
    r"(?<![\w./-])lzxl "
    r"(?=(?:distribute|collect|adopt|check|status|ledger|today|notices|report|reply|remind|consolidate|compare|publish|archive|purge|appraise|meeting)(?![\w-]))",
    re.ASCII,
)
_PLAIN = re.compile(r"[\w@%+=:,./-]+")


@dataclass(frozen=True)
class Session:
    """The options of `lzxl` itself."""

    directory: str | None
    quiet: bool
    verbose: bool

    def campaign(self) -> Campaign:
        """The campaign of -C, else of the current folder or one above. Raises UsageError or ConfigError."""
        from lzxl.campaign.folder import require_campaign

        return require_campaign(Path(self.directory or "."), given=self.directory is not None)

    def campaign_if_any(self) -> Campaign | None:
        """The campaign of -C (which must exist then), else the one around the current folder, else None."""
        from lzxl.campaign.folder import find_campaign

        return self.campaign() if self.directory is not None else find_campaign(Path.cwd())

    def commands(self, text: str) -> str:
        """`text` with the commands in it as they work when they are copied: with -C where it was given."""
        if self.directory is None:
            return text
        start = f"lzxl -C {quoted(self.directory)} "
        # As a function: in a replacement text, the backslashes of a Windows path would be escapes.
        return _COMMAND.sub(lambda _: start, text)

    def say(self, line: str) -> None:
        """A line about what was done; not shown with -q."""
        if not self.quiet:
            echo(self.commands(line), err=True)

    def show(self, line: str) -> None:
        """A line of the result."""
        echo(self.commands(line))

    @contextmanager
    def progress(self, title: str) -> Iterator[Progress | None]:
        """A progress bar for long work; nothing where nobody watches."""
        if self.quiet or not sys.stderr.isatty():
            yield None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(compact=True))
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(title, total=None)

            def advance(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total)

            yield advance


def quoted(path: str | Path) -> str:
    """A path as it must be typed."""
    text = str(path)
    if os.name == "nt":
        # cmd knows no quotes but these.
        return text if _PLAIN.fullmatch(text.replace("\\", "/")) else f'"{text}"'
    return text if _PLAIN.fullmatch(text) else shlex.quote(text)


def write_result(text: str, output: str | None, is_coloured: bool = False) -> None:
    """A result to standard output, or to a file, whole or not at all. `is_coloured`: with colours of our own."""
    if output is None:
        echo_coloured(text) if is_coloured else echo(text, nl=False)
        return
    from lzxl.files import writing

    with writing(Path(output)) as path:
        path.write_text(visible(text), encoding="utf-8", newline="\n")


def write_data(text: str) -> None:
    """A result for programs on standard output: UTF-8, whatever the console's encoding."""
    sys.stdout.flush()
    # After the flush: what was printed before waits in the text layer, and would come behind.
    sys.stdout.buffer.write(visible(text).encode())
    sys.stdout.buffer.flush()


def same_file(one: str | Path, other: str | Path) -> bool:
    """Whether two paths lead to the same place, whether it exists or not."""
    return Path(one).resolve() == Path(other).resolve()


def uses_colour(output: str | None) -> bool:
    """Colour only on a terminal, and only if the user has not declined it (NO_COLOR)."""
    return output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
