"""Forms go to child processes while the parent goes on using them."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

from lzxl.forms.load import load_form


class WhileItIsPickled(str):
    """A text whose pickling is the moment at which another thread asks the sheet for what it remembers."""

    sheet: Any

    def __reduce__(self) -> Any:
        assert self.sheet.by_name
        assert self.sheet.sheet_keys
        assert self.sheet.inputs
        return str, (str(self),)


def test_a_sheet_that_is_asked_for_something_while_it_is_pickled_goes_over_whole() -> None:
    note = WhileItIsPickled("说明")
    note.sheet = replace(load_form("risk_register").main_sheet, note=note)
    taken = pickle.loads(pickle.dumps(note.sheet))
    assert taken == replace(note.sheet, note="说明")
