"""What the files of `schemas/` may say: every key, its type and the values that it may have, as pydantic models.

These models judge the files and are published as JSON schemas (docs/schema/) for an editor's completion; `lzxl.forms.load`
makes the forms themselves. What one file says of another is checked in `lzxl.forms.sound`. Imported only when a file of
`schemas/` is not known to be sound, since pydantic takes longer to import than the files take to read.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, is_dataclass
from types import UnionType
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, create_model

from lzxl.forms import rules
from lzxl.forms.findings import Action, RowsChanged, Severity, ToldTo
from lzxl.forms.model import Disclosure, Filer, Kind, Owner, Stage
from lzxl.forms.shown import Evaluation


class Entry(BaseModel):
    """One mapping in a file of `schemas/`: nothing is converted, and a key that is not known is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _whole_pattern(pattern: str) -> str:
    """A pattern that speaks of the whole cell; ValueError otherwise."""
    if not (pattern.startswith("^") and pattern.endswith("$")):
        raise ValueError("应从 ^ 起、到 $ 止")
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"不是正则表达式（{error}）") from None
    return pattern


Text = Annotated[str, Field(min_length=1)]
Pattern = Annotated[str, AfterValidator(_whole_pattern)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Word(Entry):
    """A word of a vocabulary."""

    word: Text
    definition: str = ""
    aliases: list[Text] = []
    near: list[Text] = []
    group: str = ""
    role: Name | None = None
    answered_by: Annotated[list[Text], Field(min_length=1)] | None = None


class VocabularyCodes(Entry):
    """Which findings the faults of a cell with this vocabulary are."""

    vocabulary: Text


class Vocabulary(Entry):
    """A closed list of words. `groups`: the vocabulary whose words the `group` of each word is one of.

    `answered_in`: the vocabulary whose words `answered_by` names.
    `judged`: the words grade or disclose something; each has a meaning, and none is near to what is none of them.
    """

    title: Text
    clause: Text
    order: Literal["gravest_first", "gravest_last"] | None = None
    codes: VocabularyCodes | None = None
    groups: str = ""
    answered_in: str = ""
    judged: bool = False
    words: Annotated[list[Word], Field(min_length=1)]


class VocabulariesFile(RootModel[dict[str, Vocabulary]]):
    """schemas/vocabularies.yaml: vocabularies by name."""

    model_config = ConfigDict(title="vocabularies")


class InRange(Entry):
    """pandera's in_range: the least and the greatest number, both allowed."""

    min_value: float
    max_value: float


class StrLength(Entry):
    """pandera's str_length: characters."""

    min_value: Annotated[int, Field(ge=0)] = 0
    max_value: Annotated[int, Field(ge=1)]


class StrMatches(Entry):
    """pandera's str_matches."""

    pattern: Pattern


class Checks(Entry):
    """pandera's own checks, by their names and with their arguments; `lzxl.checks.cells` has a sentence for each."""

    in_range: InRange | None = None
    str_length: StrLength | None = None
    str_matches: StrMatches | None = None


class FieldCodes(Entry):
    """Which findings the faults of a field are, where they have one of their own."""

    missing: str | None = None
    vocabulary: str | None = None
    wrong_column: str | None = None
    filled_by_unit: str | None = None


class FormField(Entry):
    """A column of a table or a labelled cell of a cover.

    `filled: program`: the program proposes a value where nobody typed one. `computed`: what stands there is made anew each
    time, by a formula (level, basis; group: what another word settles by a rule of the sheet; serial: the row within its table)
    or by the program, whatever was
    typed. `owner: office`: on a form that units file, the office's alone: it is in no workbook that units get, a file that has
    it is read all the same, and what a unit writes there is not taken and told to the office only. `first_of: sheet.field`: the
    first row that another sheet would have for this one stands on this one, and that field of it is this.
    """

    name: Name
    title: Text
    kind: Kind
    clause: Text
    disclosure: Disclosure
    required: bool = False
    vocabulary: str | None = None
    aliases: list[Text] = []
    width: Annotated[float, Field(gt=0, le=255)] = 14
    help: str = ""
    format: str = ""
    checks: Checks = Checks()
    codes: FieldCodes = FieldCodes()
    unique: bool = False
    derived: bool = False
    computed: Literal["level", "basis", "group", "serial", "program"] | None = None
    filled: Literal["program"] | None = None
    counts: str = ""
    references: str = ""
    first_of: str = ""
    keeps: str = ""
    telephone: bool = False
    owner: Owner = "unit"


class StandardRows(Entry):
    """Rows that are filled in before the form is sent out: the fields, and a value for each in every row."""

    columns: Annotated[list[Name], Field(min_length=1)]
    rows: Annotated[list[list[str | int | float]], Field(min_length=1)]


def _as_written(kind: Any) -> Any:
    """The type of what a file says for a value of the type `kind` of `lzxl.forms.rules`."""
    if get_origin(kind) is UnionType:
        return _as_written(get_args(kind)[0]) | None
    if get_origin(kind) is tuple:
        return Annotated[list[_as_written(get_args(kind)[0])], Field(min_length=1)]  # type: ignore[misc]
    if is_dataclass(kind):
        return _rule(kind)
    return Name if kind is str else kind


def _rule(kind: Any) -> type[BaseModel]:
    """The model of a kind of rule."""
    entries: dict[str, Any] = {}
    for name, (hint, entry) in rules.parts_of(kind).items():
        written = Annotated[list[Text], Field(min_length=1)] if rules.TEXTS in entry.metadata else _as_written(hint)
        written = Text if rules.TEXT in entry.metadata else written
        entries[name] = (written, ... if entry.default is MISSING else entry.default)
    model: type[BaseModel] = create_model(kind.__name__, __base__=Entry, __doc__=kind.__doc__, **entries)
    return model


SheetRules = _rule(rules.Rules)


class Carried(Entry):
    """The next period starts from the rows of a table. `ended`: by field, the words of rows that are not carried over.

    `within_period`: fields whose day is carried over only if the next period has it; `with_the_day`: fields that are left behind
    with such a day. `fields`: those that are carried over, where that is not all that people fill in.
    """

    fields: list[Name] = []

    ended: dict[str, Annotated[list[Text], Field(min_length=1)]] = {}
    within_period: list[Name] = []
    with_the_day: list[Name] = []


class TallyColumn(Entry):
    """The column of 单位统计 that counts the rows. `by`: fields whose words are counted there one by one."""

    title: Text
    by: list[Name] = []


class Summary(Entry):
    """What the bureau's summary shows of a table: the sheet with all units' rows, all of their columns or those named.

    `evaluated_as`: what the summary's lists, cross tables and charts take it for (`lzxl.forms.shown`).
    """

    title: Annotated[str, Field(min_length=1, max_length=31, pattern=r"^[^\[\]:*?/\\']+$")]
    columns: Annotated[list[Name], Field(min_length=1)] | None = None
    tally: TallyColumn | None = None
    evaluated_as: Evaluation | None = None


class Auxiliary(Entry):
    """Headers that are known and are no fields, by what they hold."""

    risk_count: list[Text] = []
    total: list[Text] = []
    identity: list[Text] = []
    reporter_identity: list[Text] = []
    on_paper: list[Text] = []
    """What is signed by hand on the printed paper, and stood in older forms."""


class FormSheet(Entry):
    """A sheet of a form: labelled cells or a table. `optional`: a workbook without it lacks nothing."""

    name: Name
    title: Text
    layout: Literal["labels", "table"]
    clause: Text
    fields: Annotated[list[FormField], Field(min_length=1)]
    aliases: list[Text] = []
    optional: bool = False
    key: str = ""
    subject: list[Name] = []
    capacity: Annotated[int, Field(ge=1, le=10_000)] = 200
    note: str = ""
    auxiliary: Auxiliary = Auxiliary()
    standard_rows: StandardRows | None = None
    rules: SheetRules | None = None  # type: ignore[valid-type]  # a model made of the dataclasses of lzxl.forms.rules
    carried: Carried | None = None
    summary: Summary | None = None


class CoverFile(Entry):
    """schemas/cover.yaml: the fields that the cover of every form begins with."""

    model_config = ConfigDict(title="cover")

    fields: Annotated[list[FormField], Field(min_length=1)]


class FormFile(Entry):
    """schemas/forms/<id>.yaml: one standard workbook.

    `short_name`: what people call it. `filed_by`: every unit, or the office alone. `place`: in every list of forms, and in the
    summary, the lowest is first. `formerly`: ids under which it was sent out before. `words`: vocabularies that no other form
    uses, as vocabularies.yaml has them. `file`: the office keeps it as a book in the
    campaign's folder, in a file of that name (.xlsx). `rounds`: where it is filed several times a year, whether a round adds to
    those before or takes their place.
    """

    model_config = ConfigDict(title="form")

    id: Name
    title: Text
    short_name: Text
    filed_by: Filer
    place: Annotated[int, Field(ge=1, le=999)]
    version: Text
    accepts: Annotated[list[Text], Field(min_length=1)]
    formerly: list[Name] = []
    stage: Stage
    clause: Text
    paper: Literal["A3", "A4"]
    main: Name
    file: Text | None = None
    rounds: Literal["add", "replace"] = "replace"
    words: dict[Name, Vocabulary] = {}
    sheets: Annotated[list[FormSheet], Field(min_length=1)]


class Rule(Entry):
    """A finding: its texts, and what is to be done about it. `phrases`: parts of them that are said in some cases only.

    `told_to: office`: the unit does not hear of it, in no letter and no marked return; such a finding never returns a file.
    """

    title: Text
    severity: Severity
    action: Action = "review"
    rows: RowsChanged = ""
    basis: Text
    message: Text
    fix: Text
    told_to: ToldTo = "everybody"
    phrases: dict[Name, Text] = {}


class FindingsFile(RootModel[dict[str, Rule]]):
    """schemas/findings.yaml: findings by code."""

    model_config = ConfigDict(title="findings")


class Cell(Entry):
    """A cell of a grading table. `open`: the rules leave it open."""

    likelihood: Text
    severity: Text
    level: Text
    basis: Text
    open: bool = False


class Band(Entry):
    """The lowest product of scores that has a level."""

    level: Text
    lowest: Annotated[int, Field(ge=0, alias="from")]


class Scores(Entry):
    """Points by word."""

    likelihood: dict[str, int]
    severity: dict[str, int]


class OwnWords(Entry):
    """Words that a grading table has of its own."""

    likelihood: Vocabulary | None = None
    severity: Vocabulary | None = None
    level: Vocabulary | None = None


class GradingFile(Entry):
    """schemas/grading/<id>.yaml: every cell listed, or scores with bands for their products."""

    model_config = ConfigDict(title="grading")

    id: Name
    title: Text
    likelihood: str = "likelihood"
    severity: str = "severity"
    level: str = "level"
    principle: str = ""
    words: OwnWords = OwnWords()
    level_definitions: dict[str, str] = {}
    cells: Annotated[list[Cell], Field(min_length=1)] | None = None
    scores: Scores | None = None
    bands: Annotated[list[Band], Field(min_length=1)] | None = None


class GradeBand(Entry):
    """The lowest result that earns a grade."""

    grade: Text
    lowest: Annotated[float, Field(ge=0, alias="from")]


class Weights(Entry):
    """Percent of the three ways of 考核评责."""

    self_score: Annotated[float, Field(ge=0)]
    inspection_score: Annotated[float, Field(ge=0)]
    final_score: Annotated[float, Field(ge=0)]


class Proposal(Entry):
    """What is taken off which item for a fact; 0 points: it is only listed."""

    item: Annotated[int, Field(ge=1)]
    points: Annotated[float, Field(ge=0, le=100)]


class Proposals(Entry):
    """The facts that something is proposed for (`lzxl.year.proposals`); one that is left out is not looked at."""

    late_feedback: Proposal | None = None
    rework: Proposal | None = None
    head_report_missing: Proposal | None = None
    head_report_late: Proposal | None = None
    member_report_missing: Proposal | None = None
    key_post_uncovered: Proposal | None = None
    not_publicised: Proposal | None = None
    filed_late: Proposal | None = None
    filed_again: Proposal | None = None
    nil_overturned: Proposal | None = None


class AppraisalFile(Entry):
    """schemas/appraisal.yaml."""

    model_config = ConfigDict(title="appraisal")

    weights: Weights
    basis: Text
    grades: Annotated[list[GradeBand], Field(min_length=1)]
    quota: Annotated[float, Field(ge=0, le=100)] | None = None
    bonus_cap: Annotated[float, Field(ge=0, le=100)] = 0
    zero_item: str | None = None
    self_above_final: Annotated[float, Field(gt=0)] | None = None
    groups: list[Annotated[list[Text], Field(min_length=1)]] = []
    proposals: Proposals = Proposals()


Todo = Literal[
    "verify",
    "decide",
    "deliver",
    "feedback",
    "supervise",
    "escalate",
    "track",
    "publicity",
    "unfiled",
    "undecided",
    "handover",
    "self_check",
]


class TodoKind(Entry):
    """Something that may have to be done, as `lzxl today` lists it."""

    kind: Todo
    title: Text


class Limit(Entry):
    """How long something may take: working days or months after the day of the event, or of the last event `since`.

    `disposition`: the role of the disposition that it is for. `basis`: on what it rests; left out, the fallback is told.
    `apart`: it is no step's of a warning, but of the office's other work.
    """

    limit: Name
    title: Text
    workdays: Annotated[int, Field(ge=1, le=250)] | None = None
    months: Annotated[int, Field(ge=1, le=60)] | None = None
    disposition: Name | None = None
    since: Name | None = None
    apart: bool = False
    basis: str = ""


class MachineState(Entry):
    """A state of a warning. `awaits`: the kind of what has to be done in it; `todo`: that in words.

    `round`: its title tells the round. `ends`: nothing has to follow. `unit_acts`: it is the unit's turn.
    `otherwise`: the finding that an event is which is not possible in it.
    """

    state: Name
    title: Text
    awaits: Name | None = None
    todo: str = ""
    round: bool = False
    ends: bool = False
    unit_acts: bool = False
    otherwise: str | None = None


Taken = Literal["breach", "degree", "disposition", "day", "cause", "stage"]


class EventResult(Entry):
    """A word that the result of an event may begin with. `is_default`: what an empty or other text counts as."""

    result: Name
    word: Text
    aliases: list[Text] = []
    is_default: bool = False
    takes: list[Taken] = []


class Step(Entry):
    """From which states an event leads to which, under which conditions, and which limits begin: the shortest counts."""

    sources: Annotated[list[Name] | Literal["any"], Field(alias="from")]
    to: Name
    result: Name | None = None
    breach: Literal["suspected"] | None = None
    failures: Literal["first", "later"] | None = None
    target: Literal["person", "section"] | None = None
    disposition: Name | None = None
    within: Annotated[int, Field(ge=1, le=60)] | None = None
    begins: list[Name] = []
    round: Literal["this", "next"] | None = None
    escalates: bool = False
    paper: str = ""


class MachineEvent(Entry):
    """An event of a warning's course: the role of its word in warning_event, who does it, and what it leads to."""

    event: Name
    by: Literal["office", "leaders", "unit", "elsewhere"]
    steps: Annotated[list[Step], Field(min_length=1)]
    results: list[EventResult] = []
    takes: list[Taken] = []
    needs: list[Literal["number", "content"]] = []
    content: Literal["free", "never"] = "free"
    otherwise: str | None = None
    own_unit: str | None = None


class NumberForm(Entry):
    """How warnings are numbered: prefix, year, and so many digits."""

    prefix: Annotated[str, Field(pattern=r"^[A-Z]{1,6}$")]
    digits: Annotated[int, Field(ge=2, le=6)]


class Marks(Entry):
    """The events between which days are counted."""

    received: Name
    verified: Name
    approved: Name
    delivered: Name
    answered: Name
    inspected: Name
    transferred: Name
    closed: Name


class Actors(Entry):
    """Whom one turns to for what the office or the leaders do."""

    office: Text
    leaders: Text


class AlsoDisposition(Entry):
    """Another way of writing a disposition, which it is by its role."""

    text: Text
    disposition: Name


class TakenLabels(Entry):
    """What stands before a thing that a result says, and words that mean a disposition besides its own."""

    breach: Annotated[list[Text], Field(min_length=1)]
    degree: Annotated[list[Text], Field(min_length=1)]
    cause: Annotated[list[Text], Field(min_length=1)]
    stage: Annotated[list[Text], Field(min_length=1)]
    signed: Text
    also: list[AlsoDisposition] = []


class Evidence(Entry):
    """What has to be written down with a disposition, behind its title (批准机关：局党组), once the event `by` has come."""

    title: Text
    by: Name
    aliases: list[Text] = []


class Mandate(Entry):
    """Who may give a disposition to whom. `above`: words of an organ that is not the bureau's own."""

    disposition: Name
    target: Literal["person", "section", "any"]
    who: Annotated[list[Text], Field(min_length=1)]
    paper: Text
    note: str = ""
    evidence: list[Evidence] = []
    above: list[Text] = []


class EventsFile(Entry):
    """schemas/events.yaml: a warning's course as states, events, limits and mandates."""

    model_config = ConfigDict(title="warning_course")

    clause: Text
    begins: Name
    implied: Name
    number: NumberForm
    marks: Marks
    fallback_basis: Text
    actors: Actors
    kinds: Annotated[list[TodoKind], Field(min_length=1)]
    limits: Annotated[list[Limit], Field(min_length=1)]
    states: Annotated[list[MachineState], Field(min_length=1)]
    course: Annotated[list[MachineEvent], Field(min_length=1)]
    takes: TakenLabels
    causes: Annotated[list[Text], Field(min_length=1)]
    mandates: list[Mandate]


class ExportColumn(Entry):
    """A column of a table for another appraisal; `shows`: what is known of what its rows are of (`lzxl.forms.sound_exports`)."""

    shows: Name
    title: Text
    width: Annotated[float, Field(gt=3, le=80)]
    power: Text | None = None
    item: Text | None = None


class ExportHint(Entry):
    """What is said of a person whose warning is in a state, or who was given a disposition."""

    state: Name | None = None
    disposition: Name | None = None
    text: Text


class Export(Entry):
    """A table that another appraisal gets, with its readers."""

    export: Name
    title: Text
    folder: Text
    readers: Text
    note: Text
    rows: Literal["person", "leader", "unit"]
    columns: Annotated[list[ExportColumn], Field(min_length=1)]


class ExportsFile(Entry):
    """schemas/exports.yaml: what the appraisal hands to other appraisals."""

    model_config = ConfigDict(title="exports")

    clause: Text
    folder: Text
    hints: list[ExportHint]
    exports: Annotated[list[Export], Field(min_length=1)]


class PaperFollows(Entry):
    """What makes a paper due: exactly one of these."""

    mandate: Literal[True] | None = None
    sent_with: Text | None = None
    state: Name | None = None
    nil_revoked: Literal[True] | None = None
    decided: Annotated[list[Name], Field(min_length=1)] | None = None
    graded: Literal[True] | None = None
    ranked: Literal[True] | None = None
    published: Literal[True] | None = None
    made_with: Name | None = None
    reported: Literal[True] | None = None
    asked: Literal["person", "power"] | None = None


class PaperRoom(Entry):
    """How much of a page a paper's table may take: lines, and characters in a line of its columns."""

    lines: Annotated[int, Field(gt=0)]
    headline: Annotated[int, Field(gt=1)]
    measure: Annotated[int, Field(gt=1)]


class Paper(Entry):
    """A kind of paper. `content: never`: it tells nothing of the matter but its number."""

    name: Name
    title: Text
    series: Text | None = None
    content: Literal["never"] | None = None
    follows: PaperFollows
    room: PaperRoom | None = None
    public: Literal[True] | None = None


class PapersFile(Entry):
    """schemas/papers.yaml: the papers that the office sends, and what each follows."""

    model_config = ConfigDict(title="papers")

    clause: Text
    papers: Annotated[list[Paper], Field(min_length=1)]
    steps: list[Text] = []


class Retention(Entry):
    """For how long something is kept, with the code that stands in a 档号."""

    code: Annotated[str, Field(pattern=r"^[A-Z][0-9]*$")]
    title: Text


class ArchiveVolume(Entry):
    """One of the archives of a year."""

    id: Name
    title: Text
    secrecy: Text
    restricted: bool = False


class ArchiveGroup(Entry):
    """What is archived alike."""

    id: Name
    title: Text
    of: Literal["schemas", "settings", "roster", "filed", "books", "receipts", "mails", "folder"]
    volume: Name
    retention: Text
    clause: Text
    per: Literal["unit", "file", "all"] = "file"
    forms: Annotated[list[Text], Field(min_length=1)] | None = None
    folder: Annotated[str, Field(pattern=r"^[^/\\.][^/\\]*$")] | None = None
    names: Annotated[list[Text], Field(min_length=1)] | None = None
    titled_by_name: bool = False


class Audience(Entry):
    """Whom a dossier is made for, and what goes into it."""

    audience: Text
    masked: bool = False
    groups: Annotated[list[Name], Field(min_length=1)]


class ArchiveColumn(Entry):
    """A column of 归档文件目录."""

    shows: Literal["place", "number", "document", "author", "title", "day", "secrecy", "pages", "remark"]
    title: Text
    width: Annotated[float, Field(gt=3, le=80)]


class ArchiveFile(Entry):
    """schemas/archive.yaml: what of a year is kept for good, where and for how long."""

    model_config = ConfigDict(title="archive")

    clause: Text
    basis: Text
    retentions: Annotated[list[Retention], Field(min_length=1)]
    volumes: Annotated[list[ArchiveVolume], Field(min_length=1)]
    columns: Annotated[list[ArchiveColumn], Field(min_length=1)]
    groups: Annotated[list[ArchiveGroup], Field(min_length=1)]
    audiences: Annotated[list[Audience], Field(min_length=1)]


class Owed(Entry):
    """What a clause is answered with."""

    clause: Text
    owes: Text
    commands: Annotated[list[Name], Field(min_length=1)]
    papers: Annotated[list[Text], Field(min_length=1)]
    letters: list[Name] = []


class OwedFile(Entry):
    """schemas/owed.yaml: what each clause of the rules is answered with."""

    model_config = ConfigDict(title="owed")

    owed: Annotated[list[Owed], Field(min_length=1)]


class ClausesFile(RootModel[dict[str, str]]):
    """schemas/clauses.yaml: what each clause of the rules asks for, by its name."""

    model_config = ConfigDict(title="clauses")


def allowed_at(model: Any, place: tuple[Any, ...]) -> tuple[str, ...]:
    """What may stand at a place that the models describe: the keys of a mapping, the words of a closed choice, else ()."""
    for step in place:
        model = _inner(model, step)
    model = _plain(model)
    if isinstance(model, type) and issubclass(model, BaseModel) and not issubclass(model, RootModel):
        return tuple(entry.alias or name for name, entry in model.model_fields.items())
    return tuple(str(value) for value in get_args(model)) if _is_literal(model) else ()


def _inner(model: Any, step: Any) -> Any:
    """The type of what is at `step`, a key or a position, of a value of the type `model`."""
    model = _plain(model)
    if isinstance(model, type) and issubclass(model, RootModel):
        return _inner(model.model_fields["root"].annotation, step)
    if isinstance(model, type) and issubclass(model, BaseModel):
        by_key = {entry.alias or name: entry.annotation for name, entry in model.model_fields.items()}
        return by_key.get(step)
    arguments = get_args(model)
    return arguments[-1] if arguments else None


def _plain(model: Any) -> Any:
    """A type without its annotations and without the None that stands for a key left out."""
    if hasattr(model, "__metadata__"):
        return _plain(get_args(model)[0])
    arguments = [argument for argument in get_args(model) if argument is not type(None)]
    if type(None) in get_args(model) and len(arguments) == 1:
        return _plain(arguments[0])
    return model


def _is_literal(model: Any) -> bool:
    return bool(get_args(model)) and all(isinstance(value, str) for value in get_args(model))
