"""The pandera side of the checks: what takes long is done while something else is waited for."""

from __future__ import annotations

import subprocess
import sys

# Whatever a first check imports or builds, another one of another form does not.
FIRST_CHECK = """
import sys
from lzxl.checks import schema
from lzxl.forms.load import load_form
schema.warm_up()
known, built = set(sys.modules), schema.frame_schema.cache_info().misses
form = load_form("risk_register")
sheet = form.main_sheet
columns = {entry.name: [None, None] for entry in sheet.inputs}
assert schema.failures(form, sheet.name, columns)
assert schema.frame_schema.cache_info().misses == built, "a schema was built"
print(*sorted(set(sys.modules) - known))
"""


def test_once_warm_a_check_imports_and_builds_nothing_more() -> None:
    done = subprocess.run([sys.executable, "-c", FIRST_CHECK], capture_output=True, encoding="utf-8", check=False)
    assert (done.stdout.split(), done.stderr) == ([], "")
