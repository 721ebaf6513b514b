"""The tests of the in-sheet functions share one LibreOffice."""

from __future__ import annotations

from ..libreoffice import office

__all__ = ["office"]
