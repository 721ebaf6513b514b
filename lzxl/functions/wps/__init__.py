"""The add-in for WPS on Windows and Linux: in-sheet functions and the check of an open workbook, in plain JavaScript.

Where WPS runs, nothing else may be installed: the answers of `lzxl.functions.core` and the checks that a workbook can
tell by itself are given again in `assets/*.js`. Words, messages, limits and patterns are not written there a second time:
`rules.py` takes them from `schemas/` and from the Python that reads workbooks, and the tests compare both sides.
"""
