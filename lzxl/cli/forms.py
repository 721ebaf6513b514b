"""An option that names a form: its help tells which forms there are, those of the bureau's own among them."""

from __future__ import annotations

import click


class FormOption(click.Option):
    """Its help ends with the short name and the id of every form. They are looked for when somebody asks for help, not before."""

    _lead = ""

    @property
    def help(self) -> str:
        from lzxl.forms.load import load_forms

        told = "、".join(f"{form.short_name}（{form.id}）" for form in load_forms().values())
        return f"{self._lead}{told}。"

    @help.setter
    def help(self, lead: str | None) -> None:
        self._lead = lead or ""
