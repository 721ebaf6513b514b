"""Changing a workbook that is there: what is asked for, the sheet with its cells, what names their ranges, and the proof."""
