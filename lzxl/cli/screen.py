"""The one way out to the screen: no line that leaves here holds anything that a terminal obeys or that nobody can see.

Cells, names of files and sheets, subjects of mails: all of it may come from a stranger.
"""

from __future__ import annotations

import click

from lzxl.forms.text import visible


def echo(line: str, *, err: bool = False, nl: bool = True) -> None:
    """A line (or lines) of plain text to the screen; `err`: to standard error."""
    click.echo(visible(line), err=err, nl=nl)


def echo_coloured(text: str) -> None:
    """Text with colours of our own, whose parts were made visible when it was put together (`lzxl.formats.text`)."""
    click.echo(text, nl=False)
