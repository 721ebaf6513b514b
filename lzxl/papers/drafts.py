"""The drafts of papers (schemas/papers/*.txt) and the Word templates that they become.

A draft is read line by line: a line is a paragraph, and one that begins with @ says how the rest of it is set. In the template
the office finds the same words in Word's own formats, with fields as {{ 文号 }}, and may change both.

    @head, @number, @title, @to        发文机关标志, 文号, title (\\n is a new line), 主送
    @h1, @h2                           headings; @body is what a line without @ is
    @attach, @attach2, @sign, @date    附件说明 and its further lines, 署名, 成文日期
    @copy, @keep, @small               抄送, 内部资料, a remark
    @if NAME, @for X in NAME, @end     the paragraphs between stand only if there is such a thing, or once for each
    @table 3 5 3 5                     a table with columns in these proportions; its rows follow as | a | b |, |4 a | b | is four
                                       lines high, |= a | b | is its head, and |+ X in NAME | a | b | a row for each; \\n is a
                                       new line in a cell
    |% for X in NAME, |^ NAME | b |    a tag of its own; a row whose first cell is one with those of the rows of its loop;
    |> a |                             a row with a sign only
    @page, @gap, @cut, @wide           a new page, a blank line, a line to cut along, a new page across
    @include NAME @tight               the lines of another draft; how those without @ are set may be said
    @caption, @put NAME, @annex        of the report: the title of a table or chart, the field that becomes it, the heading of an annex

Papers with one page for each of many:

    @plain, @plain across              a page with narrow margins and without a number
    @columns                           its two halves, to be folded in the middle
    @leaf, @column                     a title on a new page, in the other half
    @size 10.5                         of the letters of tables that follow
    @centred 1 3                       of tables that follow: the columns in which rows made in a loop are centred
    @call, @tight, @duty, @note        whom it speaks to; paragraphs with less and less room
    @name, @right                      a name to be read from afar; at the right
    @blank                             little room between two tables
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from docx.table import Table

from lzxl.data import schemas_folder
from lzxl.papers import layout
from lzxl.papers.docx_parts import Row
from lzxl.papers.kinds import PaperKind, paper_kinds

_ROW = re.compile(r"^\|(?P<how>[=+^>%]|\d+(?:\.\d+)?)?(?P<rest>.*?)\|?\s*$")


def draft_of(name: str) -> list[str]:
    """The lines of a draft, with those of the drafts that it includes."""
    lines: list[str] = []
    for line in (schemas_folder() / "papers" / f"{name}.txt").read_text("utf-8").splitlines():
        word, _, rest = line.partition(" ")
        lines += _included(*rest.split()) if word == "@include" else [line]
    return [line for line in lines if line.strip()]


def _included(name: str, look: str = "@body") -> list[str]:
    """The lines of a draft in another; those without a look of their own get this one."""
    return [line if line.startswith(("@", "|")) else f"{look} {line}" for line in draft_of(name)]


def template_bytes(kind: PaperKind) -> bytes:
    """The template of a kind of paper as it is given to the office."""
    setter = _Setter(kind.title)
    for line in draft_of(kind.name):
        setter.add(line)
    return layout.packed(setter.paper)


def templates() -> Mapping[str, bytes]:
    """File name → bytes of every template."""
    return {kind.file: template_bytes(kind) for kind in paper_kinds()}


_CENTRE, _RIGHT, _LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT
_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "@to": {"side": _LEFT},
    "@body": {"indent": 2},
    "@h1": {"font": layout.HEADING, "indent": 2},
    "@caption": {"font": layout.HEADING, "size": layout.FOUR, "side": _CENTRE},
    "@annex": {"font": layout.HEADING, "size": layout.FOUR, "side": _CENTRE},
    "@h2": {"font": layout.SECOND, "indent": 2},
    "@attach": {"indent": 2, "side": _LEFT},
    "@attach2": {"indent": 5, "side": _LEFT},
    "@copy": {"size": layout.FOUR, "indent": 1, "side": _LEFT},
    "@keep": {"size": layout.FOUR, "indent": 1, "side": _LEFT},
    "@small": {"size": layout.SMALL, "indent": 2, "line": Pt(20)},
    "@centre": {"side": _CENTRE, "size": layout.FOUR, "line": Pt(24)},
    "@call": {"size": layout.FOUR, "side": _LEFT, "line": Pt(24)},
    "@tight": {"size": layout.FOUR, "indent": 2, "line": Pt(24)},
    "@duty": {"size": layout.SMALL, "side": _LEFT, "line": Pt(20)},
    "@name": {"font": layout.TITLE, "size": Pt(60), "side": _CENTRE, "line": Pt(84)},
    "@note": {"size": Pt(10.5), "side": _LEFT, "line": Pt(17)},
    "@blank": {"line": Pt(8)},
}
"""How the lines are set that are plain paragraphs."""
_HEADINGS = ("@h1", "@annex")
_WITH_NEXT = (*_HEADINGS, "@h2", "@caption", "@attach", "@attach2", "@copy")
"""Lines that no page ends with."""
_RIGHT_BY = {"@sign": 5, "@date": 4, "@right": 1}
"""Characters that these lines stand in from the right: the seal covers both."""


class _Setter:
    """Sets one line after another."""

    def __init__(self, title: str) -> None:
        self.paper = layout.blank_paper(title)
        self._ends: list[str] = []
        self._table: Table | None = None
        self._size, self._width = layout.FOUR, layout.WIDTH
        self._centred: tuple[int, ...] = ()

    def add(self, line: str) -> None:
        if line.startswith("|"):
            self._row(line)
            return
        self._table = None
        word, _, rest = line.partition(" ") if line.startswith("@") else ("@body", "", line)
        if word in _LOOKS:
            paragraph = layout.add_text(self.paper, rest.strip(" "), **_LOOKS[word])
            if word in _HEADINGS:
                paragraph.style = layout.HEADING_STYLE
            paragraph.paragraph_format.keep_with_next = word in _WITH_NEXT
        elif word in _RIGHT_BY:
            self._right(word, rest)
        else:
            self._apart(word, rest)

    def _apart(self, word: str, rest: str) -> None:
        setters: Mapping[str, Callable[[], object]] = {
            "@head": lambda: layout.add_head(self.paper, rest),
            "@number": lambda: layout.add_number(self.paper, rest),
            "@title": lambda: layout.add_title(self.paper, rest.replace("\\n", "\n")),
            "@leaf": lambda: layout.add_leaf(self.paper, rest),
            "@column": lambda: layout.add_leaf(self.paper, rest, is_column=True),
            "@put": lambda: layout.add_text(self.paper, f"{{{{ {rest.strip()} }}}}", side=_CENTRE),
            "@page": lambda: layout.add_break(self.paper),
            "@cut": lambda: layout.add_cut(self.paper),
            "@wide": lambda: layout.landscape(self.paper),
            "@plain": lambda: self._plain(rest == "across"),
            "@columns": self._columns,
            "@gap": lambda: layout.add_gap(self.paper),
            "@table": lambda: self._begin_table(rest),
            "@size": lambda: setattr(self, "_size", Pt(float(rest))),
            "@centred": lambda: setattr(self, "_centred", tuple(int(place) - 1 for place in rest.split())),
            "@if": lambda: self._begin(word, rest),
            "@for": lambda: self._begin(word, rest),
            "@end": lambda: self._tag("p", self._ends.pop()),
        }
        if word not in setters:
            raise ValueError(f"no such line: {word}")
        setters[word]()

    def _plain(self, is_across: bool) -> None:
        self._width = layout.plain_page(self.paper, is_across=is_across)

    def _columns(self) -> None:
        self._width = layout.halves(self.paper, self._width)

    def _begin_table(self, shares: str) -> None:
        self._table = layout.add_table(self.paper, [float(share) for share in shares.split()], self._width)

    def _begin(self, word: str, rest: str) -> None:
        self._ends.append(f"end{word[1:]}")
        self._tag("p", f"{word[1:]} {rest}")

    def _tag(self, of: str, text: str) -> None:
        layout.add_text(self.paper, f"{{%{of} {text} %}}")

    def _right(self, word: str, text: str) -> None:
        layout.add_right(self.paper, text, _RIGHT_BY[word]).paragraph_format.keep_with_next = True

    def _row(self, line: str) -> None:
        assert self._table is not None, line
        match = _ROW.match(line)
        assert match is not None, line
        how, cells = match["how"] or "1", [cell.strip(" ") for cell in match["rest"].replace("\\n", "\n").split("|")]
        if how == "%":
            self._tags(cells[0])
        elif how == "+":
            self._tags(f"for {cells[0]}")
            self._set(cells[1:], centred=self._centred)
            self._tags("endfor")
        elif how == "^":
            # The tag of docxtpl for cells that become one over all the rows of a loop.
            self._set([f"{{% vm %}}{{{{ {cells[0]} }}}}", *cells[1:]], centred=(0,))
        elif how == ">":
            layout.span(self._set(cells, centred=(0,)), 1)
        elif how == "=":
            self._set(cells, is_head=True)
        else:
            self._set(cells, lines=float(how), centred=range(0, len(cells), 2))

    def _set(
        self, cells: Sequence[str], *, lines: float = 0, is_head: bool = False, centred: Sequence[int] = ()
    ) -> Row:
        """A row; `lines`: how high it is at least, where its letters do not say so."""
        assert self._table is not None
        high = (lines or self._size.pt / layout.FOUR.pt) * 1.05
        return layout.add_row(self._table, cells, lines=high, size=self._size, is_head=is_head, centred=centred)

    def _tags(self, text: str) -> None:
        assert self._table is not None
        # Docxtpl takes the whole row with such a tag away, and leaves the loop in its place.
        self._set([f"{{%tr {text} %}}", *[""] * (len(self._table.columns) - 1)])


def same_parts(one: bytes, other: bytes) -> bool:
    """Whether two documents say the same in each of their parts, however they are packed."""
    return _parts(one) == _parts(other)


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}
