"""Whether the words of `schemas/` fit: vocabularies with each other and with the findings, grading tables with their words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lzxl.forms.parts import roles_asked
from lzxl.forms.rules import Rules
from lzxl.forms.sound_events import roles_of_events
from lzxl.forms.sound_said import Choice, FormSaid, Mistake, Place, Said, Vocabularies, forms_in, is_form, words_of
from lzxl.forms.text import compact, fold

_COMMON = "vocabularies.yaml"
_GRADED_BY = ("likelihood", "severity", "level")


@dataclass(frozen=True)
class _VocabularySaid:
    """A vocabulary where it stands. `known`: all that its file may name, by name; `roles`: those that some rule asks for."""

    file: str
    place: Place
    data: Mapping[str, Any]
    known: Vocabularies
    roles: list[str]

    def judge(self, codes: Mapping[str, Any]) -> Iterator[Mistake]:
        """What it names is there: the code of a finding, other vocabularies and words of them, roles."""
        if "codes" in self.data:
            code = Choice("问题代码", codes, "findings.yaml")
            yield from code.judge(self.file, (*self.place, "codes", "vocabulary"), self.data["codes"]["vocabulary"])
        for key in ("groups", "answered_in"):
            if self.data.get(key):
                there = Choice("词表", self.known, self.file)
                yield from there.judge(self.file, (*self.place, key), self.data[key])
        for number, word in enumerate(self.data["words"]):
            at = (*self.place, "words", number)
            yield from self._judge_group(at, word)
            yield from self._judge_answers(at, word)
            if "role" in word:
                asked = Choice("角色（role）", self.roles, "lzxl/forms/rules.py")
                yield from asked.judge(self.file, (*at, "role"), word["role"])

    def _judge_group(self, place: Place, word: Mapping[str, Any]) -> Iterator[Mistake]:
        """The group of a word is a word of the vocabulary of groups; with one, each word has a group."""
        groups = self.data.get("groups", "")
        has_group = "group" in word
        if has_group or groups in self.known:
            at = (*place, "group") if has_group else place
            yield from Choice("归属（group）", self._words(groups), groups).judge(self.file, at, word.get("group", ""))

    def _judge_answers(self, place: Place, word: Mapping[str, Any]) -> Iterator[Mistake]:
        name = self.data.get("answered_in", "")
        answers = Choice("词", self._words(name), name or "answered_in")
        yield from answers.judge_each(self.file, (*place, "answered_by"), word.get("answered_by", ()))

    def _words(self, name: str) -> list[str]:
        """The words of another vocabulary; none if it is not there, which is said by itself."""
        return words_of(self.known[name]) if name in self.known else []


def judge_vocabularies(said: Said) -> Iterator[Mistake]:
    """The common vocabularies, and those that a form brings for itself, which have other names."""
    common, codes = said[_COMMON], said["findings.yaml"]
    forms = forms_in(said)
    roles = sorted(roles_asked(Rules) | _roles_said(forms) | roles_of_events(said["events.yaml"]))
    for name, vocabulary in common.items():
        yield from _VocabularySaid(_COMMON, (name,), vocabulary, common, roles).judge(codes)
    for form in forms:
        for name, vocabulary in form.own_vocabularies.items():
            place: Place = ("words", name)
            if name in common:
                yield form.mistake(place, f"词表“{name}”在 vocabularies.yaml 里已经有了，请另取一个名。")
            yield from _VocabularySaid(form.file, place, vocabulary, form.vocabularies, roles).judge(codes)


def _roles_said(forms: list[FormSaid]) -> set[str]:
    """The roles that the conditions of the forms ask for."""
    conditions = [entry for form in forms for sheet in form.sheets for entry in sheet.rules.get("required_if", ())]
    return {entry["says"] for entry in conditions if "says" in entry}


def judge_words_apart(said: Said) -> Iterator[Mistake]:
    """Words of one vocabulary that cannot be told from each other, in the common vocabularies and in those of a table or a form."""
    for name, vocabulary in said[_COMMON].items():
        yield from _judge_texts(_COMMON, vocabulary, (name,))
    for file, data in said.items():
        if is_form(file) or is_grading(file):
            for name, vocabulary in (data.get("words") or {}).items():
                yield from _judge_texts(file, vocabulary, ("words", name))


def is_grading(file: str) -> bool:
    """Whether a file of `schemas/` is a grading table."""
    return file.startswith("grading/")


def _judge_texts(file: str, vocabulary: Mapping[str, Any], place: Place) -> Iterator[Mistake]:
    """No text may stand for two words, nor be both a way of writing a word and a mistake for one."""
    meaning: dict[str, str] = {}
    for number, entry in enumerate(vocabulary["words"]):
        for text in (entry["word"], *entry.get("aliases", ())):
            if meaning.setdefault(_key(text), entry["word"]) != entry["word"]:
                yield Mistake(file, (*place, "words", number), f"“{text}”同时对应两个词，请只留一处。")
    for number, entry in enumerate(vocabulary["words"]):
        yield from _judge_word(file, entry, (*place, "words", number), vocabulary.get("judged", False), meaning)


def _judge_word(
    file: str, entry: Mapping[str, Any], at: Place, is_judged: bool, meaning: Mapping[str, str]
) -> Iterator[Mistake]:
    """`is_judged`: whether the words grade or disclose something; `meaning`: text → the word that it stands for."""
    is_plain = entry.get("definition") and not entry.get("near")
    if is_judged and not is_plain:
        yield Mistake(file, at, f"这些词由填报人判断，“{entry['word']}”要写明含义，不能有近似写法。")
    for text in entry.get("near", ()):
        if _key(text) in meaning:
            yield Mistake(file, (*at, "near"), f"“{text}”已是词或别名，不能又算近似写法。")


def _key(text: str) -> str:
    """By what a word is known again; a text of signs alone (√) folds to nothing and is known as it stands."""
    return fold(text) or compact(text)


def judge_grading(file: str, data: Mapping[str, Any], vocabularies: Vocabularies) -> Iterator[Mistake]:
    """A grading table's words. Whether it is total and monotone is proved when it is built (`lzxl.forms.grading`)."""
    known = {**vocabularies, **data.get("words", {})}
    words: dict[str, list[str]] = {}
    for role in _GRADED_BY:
        name = data.get(role, role)
        yield from Choice("词表", known, _COMMON).judge(file, (role,), name)
        words[role] = words_of(known[name]) if name in known else []
    levels = Choice("等级", words["level"], file)
    for word in data.get("level_definitions", {}):
        yield from levels.judge(file, ("level_definitions", word), word)
    for place, role, word in _graded_words(data):
        yield from Choice("词", words[role], file).judge(file, place, word)
    is_listed, is_scored, has_scores = (key in data for key in ("cells", "bands", "scores"))
    if is_listed == is_scored or is_scored != has_scores:
        yield Mistake(file, (), "应写 cells，或同时写 scores 和 bands。")


def _graded_words(data: Mapping[str, Any]) -> Iterator[tuple[Place, str, str]]:
    """Every word that a grading table grades by or to: its place, whose it is, and the word."""
    for key in ("cells", "bands"):
        for number, entry in enumerate(data.get(key, ())):
            for role in _GRADED_BY:
                if role in entry:
                    yield (key, number, role), role, entry[role]
    for role, scores in data.get("scores", {}).items():
        for word in scores:
            yield ("scores", role, word), role, word
