"""Facts, then judgement: what each room may do with findings, places and sentences, held to by the code's own tree.

Reading hands over facts, only `checks` judges them; a place is a value; no rule learns a fact from another finding;
sentences stand in the catalogue. Where the code does not do so yet stands here with how often: the lists only get shorter.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "lzxl"

# Who makes findings that are no judgement of a submission: the catalogue, refusals of what cannot be read, templates.
_NO_JUDGEMENT = {
    "forms/findings.py": "the one place where findings are made",
    "campaign/suspects.py": "a file that ended a run, and is set aside unread",
    "campaign/books.py": "a book that is another form than its name says: refusal",
    "workbook/writing/template_check.py": "the office's own template",
    "workbook/reading/sandbox.py": "refusal",
    "workbook/reading/worker.py": "refusal",
    "workbook/reading/bounds.py": "refusal",
    "workbook/reading/read.py": "refusal",
}

# File → how many findings it still makes where only `checks` should.
MADE_OUTSIDE: Mapping[str, int] = {}
# File → how often it takes the A1 text of a place (`.cell`) where it should ask the value.
A1_TAKEN: Mapping[str, int] = {}
# File → how often it looks at what was found of a report: advice is given to findings when all rules have spoken.
FINDINGS_READ: Mapping[str, int] = {"checks/advice.py": 1}
# File → its imports from a room of spreadsheets.
ROOMS_ENTERED: Mapping[str, int] = {}


@lru_cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _counted(folder: str, is_offence: Callable[[ast.AST], bool]) -> Counter[str]:
    """File below `folder`, as named from the package → how many nodes of it offend."""
    found: Counter[str] = Counter()
    for path in sorted((PACKAGE / folder).rglob("*.py")):
        count = sum(is_offence(node) for node in _nodes(_tree(path)))
        if count:
            found[path.relative_to(PACKAGE).as_posix()] = count
    return found


def _nodes(tree: ast.Module) -> Iterator[ast.AST]:
    """All nodes; what is called is given as the call, not as the attribute."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return (node for node in ast.walk(tree) if id(node) not in called)


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def more_than(found: Mapping[str, int], allowed: Mapping[str, int]) -> dict[str, int]:
    """The files that offend more often than their list says."""
    return {file: count for file, count in found.items() if count > allowed.get(file, 0)}


def makes_finding(node: ast.AST) -> bool:
    return _called(node) in ("finding", "Finding", "remark")


def takes_a1(node: ast.AST) -> bool:
    """Whether the text of a place is taken, or made into numbers again."""
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        return node.attr == "cell"
    return _called(node) in ("column_index", "range_boundaries", "coordinate_to_tuple", "coordinate_from_string")


def reads_findings(node: ast.AST) -> bool:
    """Whether it looks at what was found of a report; a list of its own called so is its own."""
    if not isinstance(node, ast.Attribute) or node.attr not in ("findings", "_kept"):
        return False
    return isinstance(node.value, ast.Name) and node.value.id in ("report", "submission")


def enters_workbook(node: ast.AST) -> bool:
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lzxl.workbook")


def test_only_checks_make_findings() -> None:
    made = {
        file: count
        for file, count in _counted(".", makes_finding).items()
        if not file.startswith("checks/") and file not in _NO_JUDGEMENT
    }
    assert more_than(made, MADE_OUTSIDE) == {}


def test_no_rule_takes_a_place_as_text() -> None:
    assert more_than(_counted("checks", takes_a1), A1_TAKEN) == {}
    for file in ("workbook/writing/placing.py", "workbook/writing/mark.py", "functions/udfs.py", "functions/action.py"):
        called = [_called(node) for node in ast.walk(_tree(PACKAGE / file))]
        assert not {"column_index", "range_boundaries", "parse_areas", "cell_of"} & set(called), file


def test_no_rule_reads_another_finding() -> None:
    assert more_than(_counted("checks", reads_findings), FINDINGS_READ) == {}


def test_checks_need_no_room_of_spreadsheets() -> None:
    assert more_than(_counted("checks", enters_workbook), ROOMS_ENTERED) == {}


def test_an_offence_would_be_noticed() -> None:
    tree = ast.parse("from lzxl.workbook.x import y\nreport.findings\nfinding.cell\ncatalogue.finding('x')")
    for is_offence in (makes_finding, takes_a1, reads_findings, enters_workbook):
        assert sum(map(is_offence, _nodes(tree))) == 1
    assert more_than({"a.py": 2, "b.py": 1}, {"a.py": 2}) == {"b.py": 1}
