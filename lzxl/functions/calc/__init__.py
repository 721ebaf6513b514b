"""The in-sheet functions as a LibreOffice Calc add-in: =LZ.LEVEL(D2,E2), =LZ.BASIS, =LZ.SCORE, =LZ.DISPOSITION.

Excel's spelling, LZ_LEVEL, is understood too.
"""

from lzxl.functions.calc.build import build_addin

__all__ = ["build_addin"]
