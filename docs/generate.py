"""Writes the pages that say what `schemas/` and the commands say: docs/表单说明.md, docs/规则对照.md (rules_page.py),
docs/commands.md, docs/python.md, and the tables of commands and findings in docs/使用手册.md; docs/schema/, what
the files of `schemas/` may say, as JSON schemas; and the digest under which these files are known to be
sound; papers/, the templates of the office's papers as their drafts in `schemas/papers` say. tests/docs holds them to it.

    python docs/generate.py           write them
    python docs/generate.py --check   exit 1 and name the pages that are not current
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

DOCS = Path(__file__).resolve().parent
for _home in (str(DOCS), str(DOCS.parent)):
    if _home not in sys.path:
        sys.path.insert(0, _home)

import rules_page  # noqa: E402

import lzxl  # noqa: E402
from lzxl.cli.main import COMMANDS, cli  # noqa: E402
from lzxl.data import data_folder  # noqa: E402
from lzxl.forms.described.files import FILES, FOLDERS  # noqa: E402
from lzxl.forms.described.findings import FindingsFile  # noqa: E402
from lzxl.forms.grading import GradingTable  # noqa: E402
from lzxl.forms.known_sound import DIGEST, digest_of, require_sound, texts_of  # noqa: E402
from lzxl.forms.load import (  # noqa: E402
    load_catalogue,
    load_forms,
    load_grading,
    load_vocabularies,
    read_sound,
)
from lzxl.forms.model import Field, Form, Sheet  # noqa: E402
from lzxl.forms.text import spoken_clause  # noqa: E402
from lzxl.forms.vocabulary import Vocabulary  # noqa: E402
from lzxl.papers.drafts import same_parts, templates  # noqa: E402

BEGIN, END = "<!-- 以下由 docs/generate.py 生成 -->", "<!-- 以上由 docs/generate.py 生成 -->"
COMMANDS_BEGIN, COMMANDS_END = "<!-- 命令一览由 docs/generate.py 生成 -->", "<!-- 命令一览到此 -->"
SEVERITIES = {"error": "须改正", "warning": "请核对", "info": "提示"}
DISCLOSURES = {"public": "公开", "internal": "内部", "confidential": "保密"}
FILERS = {"each_unit": "各单位", "office": "办公室"}
KINDS = {
    "text": "文字",
    "person": "姓名",
    "serial": "序号",
    "count": "个数",
    "score": "得分",
    "date": "日期",
    "choice": "选一个词",
    "choices": "选一个或几个词",
    "list": "用顿号隔开",
    "level": "自动得出",
    "id": "编号",
    "email": "电子邮箱",
}
_PLACES = {"header": "某栏", "title": "某栏", "value": "所填内容", "sheet": "某表", "cell": "某格", "code": "…"}


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", "<br>") for cell in cells) + " |"


def _table(heads: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    return "\n".join([_row(*heads), _row(*["---"] * len(heads)), *(_row(*row) for row in rows)])


# 表单说明


def forms_page() -> str:
    """Every form, sheet, field and word."""
    grading = load_grading()
    parts = [
        "# 表单说明",
        "本页由 `schemas/` 生成（`python docs/generate.py`），请勿手改。"
        "各张标准表的每一栏都在这里：如何填写、依据哪一条、公开到什么范围。",
        "公开范围：**公开**可进公示；**内部**只在本局内部使用；**保密**只给办公室和领导小组，不出现在公示和给其他单位的材料里。",
        "## 目录",
        "\n".join(f"- [{form.title}](#{form.title})（`{form.id}`）" for form in load_forms().values())
        + "\n- [风险等级如何得出](#风险等级如何得出)\n- [词表](#词表)",
    ]
    for form in load_forms().values():
        parts += _form(form)
    parts += _grading(grading)
    parts += ["## 词表", "下拉里只有“词”一列；“也可识别”的写法会按该词统计，并在问题清单里提示一句。"]
    own = [one for form in load_forms().values() for one in form.vocabularies if one.name not in load_vocabularies()]
    parts += [_vocabulary(vocabulary) for vocabulary in (*load_vocabularies().values(), *own)]
    return "\n\n".join(parts) + "\n"


def _form(form: Form) -> Iterator[str]:
    yield f"## {form.title}"
    yield (
        f"表单代号 `{form.id}`，简称“{form.short_name}”，由{FILERS[form.filed_by]}填写。"
        f"版本{form.version}，所属阶段：{form.stage}，依据：{spoken_clause(form.clause)}，纸张 {form.paper}。"
        f"接受的版本：{'、'.join(form.accepts)}。"
    )
    for sheet in form.sheets:
        yield from _sheet(sheet)


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield f"### {sheet.title}"
    lead = f"依据：{spoken_clause(sheet.clause)}。" + (sheet.note or "一行一项，左边是名目，右边填写。")
    if sheet.aliases:
        lead += f" 工作表也可以叫：{'、'.join(sheet.aliases)}。"
    yield lead
    rows = [
        (
            field.title,
            _needed(field),
            _kind(field),
            _rule(field),
            "、".join(field.aliases),
            spoken_clause(field.clause),
            DISCLOSURES[field.disclosure],
        )
        for field in sheet.fields
    ]
    yield _table(("栏目", "必填", "填什么", "要求", "也可识别的表头", "依据", "公开范围"), rows)
    if sheet.standard_rows:
        titles = tuple(sheet.by_name[name].title for name in sheet.standard_columns)
        yield "发放时已填好的各行："
        yield _table(titles, [tuple(row) for row in sheet.standard_rows])


def _needed(field: Field) -> str:
    if field.computed or field.derived:
        return "自动"
    return "是" if field.required else ""


def _kind(field: Field) -> str:
    text = "自动得出" if field.computed else KINDS[field.kind]
    return f"{text}（见词表“{field.vocabulary.title}”）" if field.vocabulary is not None else text


def _rule(field: Field) -> str:
    rules = []
    for name, arguments in field.checks.items():
        low, high = arguments.get("min_value"), arguments.get("max_value")
        if name == "str_length":
            rules.append(f"{low}至{high}字" if low else f"不超过{high}字")
        elif name == "in_range":
            rules.append(f"{low}至{high}")
    if field.format:
        rules.append(field.format)
    if field.unique:
        rules.append("不得重复")
    if field.help and field.help != field.format:
        rules.append(field.help)
    return "；".join(rules)


def _grading(grading: GradingTable) -> Iterator[str]:
    yield "## 风险等级如何得出"
    yield (
        "等级由“发生可能性”和“后果程度”查表得出，一级最重。规则只写明四种组合；另两种标为“规则未明示”，"
        f"暂按下面的原则定级，由领导小组认定。原则：{grading.principle}。"
    )
    rows: list[tuple[object, ...]] = [
        (grade.likelihood, grade.severity, grade.level, "规则未明示" if grade.open else "规则写明", grade.basis)
        for grade in grading.grades
    ]
    yield _table(("发生可能性", "后果程度", "风险等级", "是否写明", "依据"), rows)


def _vocabulary(vocabulary: Vocabulary) -> str:
    rows: list[tuple[object, ...]] = [
        (word.word, word.definition, word.group, "、".join(word.aliases)) for word in vocabulary.words
    ]
    order = {"gravest_first": "由重到轻排列。", "gravest_last": "由轻到重排列。"}.get(vocabulary.order, "")
    head = f"### 词表：{vocabulary.title}\n\n依据：{spoken_clause(vocabulary.clause)}。{order}\n\n"
    return head + _table(("词", "含义", "属于", "也可识别"), rows)


# 命令


def commands_page() -> str:
    """The help page of every command, as the program prints it."""
    parts = [
        "# Commands",
        "Generated from `--help` by `python docs/generate.py`; do not edit. Exit codes: 0 all well, 1 findings of severity "
        "error, 2 wrong usage or configuration, 3 an input could not be read or was refused, 130 interrupted.",
        _block(_help(cli, "lzxl")),
    ]
    for name in COMMANDS:
        parts += _command(name)
    return "\n\n".join(parts) + "\n"


def _command(name: str) -> Iterator[str]:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    yield f"## lzxl {name}"
    yield _block(_help(command, f"lzxl {name}"))
    if isinstance(command, click.Group):
        for child, sub in command.commands.items():
            if not sub.hidden:
                yield f"### lzxl {name} {child}"
                yield _block(_help(sub, f"lzxl {name} {child}"))


def _help(command: click.Command, path: str) -> str:
    context = command.context_class(command, info_name=path, terminal_width=100, max_content_width=100)
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())


def _block(text: str) -> str:
    return f"```text\n{text}\n```"


# 问题代码


def findings_table() -> str:
    """Every finding: what it says, what to do."""
    rows: list[tuple[object, ...]] = [
        (
            rule.title,
            SEVERITIES[rule.severity],
            _readable(rule.message),
            _readable(rule.fix),
            spoken_clause(rule.basis),
            f"`{rule.code}`",
        )
        for rule in load_catalogue().rules.values()
    ]
    return _table(("问题", "级别", "提示的内容", "如何处理", "依据", "代码"), rows)


def _readable(text: str) -> str:
    return re.sub(r"\{(\w+)\}(?:\{\w+\})*", lambda match: _PLACES.get(match.group(1), "…"), text)


def commands_table() -> str:
    """Every command with what it does and each of its options, in the manual's language."""
    rows: list[tuple[object, ...]] = [("`lzxl`", "写在各条命令前面的选项", _options(cli))]
    for path, command in _all_commands():
        rows.append((f"`lzxl {path}`", (command.help or "").partition("。")[0], _options(command)))
    return _table(("命令", "做什么", "选项"), rows)


def _all_commands() -> Iterator[tuple[str, click.Command]]:
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from ((f"{name} {child}", sub) for child, sub in command.commands.items() if not sub.hidden)
        else:
            yield name, command


def _options(command: click.Command) -> str:
    said = []
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            spelled = " ".join(filter(None, ("、".join(option.opts), option.metavar)))
            said.append(f"`{spelled}` {(option.help or '').rstrip('。')}")
    return "<br>".join(said)


def with_generated(manual: str) -> str:
    """The manual with its tables of commands and findings made new."""
    for begin, table, end in ((COMMANDS_BEGIN, commands_table(), COMMANDS_END), (BEGIN, findings_table(), END)):
        before, rest = manual.split(begin, 1)
        _, after = rest.split(end, 1)
        manual = f"{before}{begin}\n\n{table}\n\n{end}{after}"
    return manual


# The Python interface

_PYTHON = """# Python

Generated from docstrings by `python docs/generate.py`; do not edit. What `lzxl` exports is typed, loads on first use, and is all
that other programs should rely on; rows, places and codes of findings are the same as in `lzxl check --format json`.

```python
>>> import lzxl
>>> lzxl.grade("较大", "严重").level
'一级'
>>> result = lzxl.check(["workbooks/廉政风险点登记表.xlsx"])
>>> result.exit_code
1
>>> checked = result.files[0]
>>> checked.status, checked.findings[0].code, checked.findings[0].sheet, checked.findings[0].cell
('returned', 'form_untouched', '', '')

```

Of a campaign: `lzxl.check([], campaign="2026年度")` checks what is in 收件, `lzxl.consolidate("2026年度")` writes the summary.
Trouble that ends a call is a `lzxl.LzxlError`: its text is one Chinese sentence, its `code` says to programs what kind of trouble it
is, its `facts` what it speaks of, by name. What is wrong with a submission is never an error: it is a finding."""


def python_page() -> str:
    """Everything that `lzxl` exports, with signature and docstring."""
    parts = [_PYTHON]
    names = [name for name in lzxl.__all__ if not name.startswith("__")]
    for name in sorted(names, key=lambda name: (name[0].isupper(), name.endswith("Error"), name)):
        parts += _exported(name, getattr(lzxl, name))
    return "\n\n".join(parts) + "\n"


def _exported(name: str, value: Any) -> Iterator[str]:
    is_error = isinstance(value, type) and issubclass(value, Exception)
    signature = (
        "" if is_error else re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(inspect.signature(value)).replace(" -> None", ""))
    )
    yield f"## {name}"
    yield f"```python\n{name}{signature}\n```"
    yield inspect.getdoc(value) or ""
    if is_error:
        yield f"Exit code of a command that it ends: {value.exit_code}."
    elif isinstance(value, type):
        rows: list[tuple[object, ...]] = [
            (f"`{key}`", (inspect.getdoc(member) or "").splitlines()[0])
            for kind in reversed(value.__mro__)
            for key, member in vars(kind).items()
            if isinstance(member, property)
        ]
        if rows:
            yield _table(("also", "what it is"), rows)


# What the files of schemas/ may say

DESCRIBED = (*FOLDERS.values(), *FILES.values())


def json_schemas() -> dict[Path, str]:
    """A JSON schema of each kind of file, which lists what an editor may offer: clauses, vocabularies, findings."""
    clauses = list(read_sound(data_folder("schemas"), "clauses.yaml"))
    known = {
        "clause": clauses,
        "vocabulary": list(load_vocabularies()),
        "groups": list(load_vocabularies()),
        "missing": list(load_catalogue().rules),
        "wrong_column": list(load_catalogue().rules),
    }
    found = {}
    for model in DESCRIBED:
        schema = model.model_json_schema(by_alias=True)
        offered = {**known, "basis": clauses} if model is FindingsFile else known
        for properties in _properties(schema):
            for name, words in offered.items():
                if name in properties:
                    _offer(properties[name], words)
        text = json.dumps(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}, indent=2, ensure_ascii=False
        )
        found[DOCS / "schema" / f"{schema['title']}.json"] = text + "\n"
    return found


def _properties(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in (schema, *schema.get("$defs", {}).values()):
        if "properties" in part:
            yield part["properties"]


def _offer(schema: dict[str, Any], words: list[str]) -> None:
    """Offer `words` where a text may stand."""
    for part in (schema, *schema.get("anyOf", ())):
        if part.get("type") == "string":
            part["enum"] = words


def sound_digest() -> str:
    """The digest of schemas/, which is judged first."""
    folder = data_folder("schemas")
    require_sound(folder)
    return digest_of(texts_of(folder)) + "\n"


def pages() -> dict[Path, str]:
    """Every generated page with the text it should have."""
    manual = DOCS / "使用手册.md"
    return {
        data_folder("schemas") / DIGEST: sound_digest(),
        **json_schemas(),
        DOCS / "表单说明.md": forms_page(),
        DOCS / "commands.md": commands_page(),
        DOCS / "python.md": python_page(),
        DOCS / "规则对照.md": rules_page.page(),
        manual: with_generated(manual.read_text(encoding="utf-8")),
    }


def stale() -> list[str]:
    """The names of the pages that are not current."""
    return [
        path.name for path, text in pages().items() if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]


def stale_templates() -> list[str]:
    """The names of the templates of papers/ that do not say what their drafts say, or belong to none."""
    folder, made = data_folder("papers"), templates()
    there = {path.name for path in folder.glob("*")}
    return [
        *(
            name
            for name, data in made.items()
            if name not in there or not same_parts(data, (folder / name).read_bytes())
        ),
        *sorted(there - set(made)),
    ]


def write_templates() -> None:
    """Bring papers/ up to its drafts; a template that says the same stays as it is, byte for byte."""
    made = templates()
    for name in stale_templates():
        path = data_folder("papers") / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(made[name]) if name in made else path.unlink()
        print(path.relative_to(DOCS.parent))


def main() -> None:
    if "--check" in sys.argv[1:]:
        names = [*stale(), *stale_templates()]
        print("\n".join(f"not current: {name}" for name in names) or "docs: current")
        sys.exit(1 if names else 0)
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(DOCS.parent))
    write_templates()


if __name__ == "__main__":
    main()
