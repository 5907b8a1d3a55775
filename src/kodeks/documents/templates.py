# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The text of a letter with places for facts, as a municipality writes it.

A template is a subject of one line and a body of blocks with an empty line between them:

    # A heading
    A paragraph that names a fact: {sagsnummer}.
    - an item (bullets)
    1. an item (numbers)
    | A name | {emne} |                 (rows of the facts table)
    kun når {tlf} findes:               (first in a block that may be left out)

Nothing else has a meaning, and nothing is run. What may stand in the braces is declared by the
solution. Facts are put in after the blocks are made, so no value can make a block of its own.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

from kodeks.documents.errors import DocumentError
from kodeks.documents.letters import Block, Facts, Heading, Listing

MAX_SUBJECT = 200
MAX_BODY = 20_000
NAME = re.compile(r"[a-zæøå][a-z0-9_æøå]{0,39}")
_PLACE = re.compile(r"\{([^{}]*)\}")
_CONDITION = re.compile(r"kun når \{([^{}]*)\} findes:", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,3}\. +")


class Kind(Enum):
    """How large a fact is. Only a line may stand inside other text."""

    LINE = "line"
    TEXT = "text"
    """Text that may have several paragraphs."""
    BLOCKS = "blocks"
    """Blocks that a solution makes."""


Value = str | tuple[Block, ...]


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A fact that a letter may use. `explanation` is Danish; `example` is about nobody real."""

    name: str
    explanation: str
    example: Value
    kind: Kind = Kind.LINE
    optional: bool = False
    """It is not always there, so it only stands where the block may be left out."""
    needed: bool = False
    """The letter must say it, whoever edits: the law or the codex asks for it."""


@dataclass(frozen=True, kw_only=True)
class LetterType:
    """A letter that a solution writes: its facts, and the text that comes with the program."""

    name: str
    title: str
    facts: tuple[Fact, ...]
    subject: str
    body: str

    def examples(self) -> dict[str, Value]:
        return {fact.name: fact.example for fact in self.facts}


@dataclass(frozen=True)
class Problem:
    """What is wrong with a text; `line` counts the body's lines from 1, and 0 is the subject."""

    line: int
    sentence: str

    def __str__(self) -> str:
        place = f"Linje {self.line}" if self.line else "Emnet"
        return f"{place}: {self.sentence}"


class TemplateError(DocumentError):
    """The text cannot be used. `problems` says why, one Danish sentence each."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(" ".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True)
class Place:
    """Where a fact is put in."""

    name: str


Line = tuple[str | Place, ...]


@dataclass(frozen=True)
class Part:
    """One block. A row holds one line (of a paragraph, an item) or two (name and value)."""

    kind: str
    rows: tuple[tuple[Line, ...], ...]
    when: str = ""


@dataclass(frozen=True)
class Template:
    """A text that has been checked against its type."""

    type: LetterType
    subject: Line
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Filled:
    subject: str
    blocks: tuple[Block, ...]


def parse(letter_type: LetterType, *, subject: str, body: str) -> Template:
    """The template of the text. Raises TemplateError with everything that is wrong."""
    problems: list[Problem] = []
    reader = _Reader(letter_type, problems)
    head = reader.subject(subject)
    parts = tuple(reader.parts(body))
    used = {place.name for row in _rows(parts) for line in row for place in _places(line)}
    missing = [fact.name for fact in letter_type.facts if fact.needed and fact.name not in used]
    if missing:
        named = ", ".join(f"{{{name}}}" for name in missing)
        problems.append(
            Problem(max(1, len(body.splitlines())), f"Brevet skal sige {named}. Skriv det ind.")
        )
    if problems:
        raise TemplateError(tuple(sorted(problems, key=lambda one: one.line)))
    return Template(letter_type, head, parts)


def fill(template: Template, facts: Mapping[str, Value | None]) -> Filled:
    """The letter's subject and blocks with these facts; optional ones may be left out or None.

    Raises DocumentError when a fact is missing, unknown or of another kind.
    """
    values = dict(_values(template.type, facts))
    blocks: list[Block] = []
    for part in template.parts:
        if not part.when or part.when in values:
            blocks += _blocks(part, values)
    if not blocks:
        raise DocumentError("Brevet har ingen tekst. Skriv mindst ét afsnit, der altid er med.")
    return Filled(_text(template.subject, values), tuple(blocks))


def words(template: Template) -> str:
    """The text that people read as sentences, with the examples: no tables and no long facts."""
    examples = {
        fact.name: fact.example if fact.kind is Kind.LINE else "" for fact in template.type.facts
    }
    said = [_text(template.subject, examples)]
    for part in template.parts:
        lines = [_text(row[0], examples) for row in part.rows]
        if part.kind == "paragraph":
            said.append("\n".join(lines))
        elif part.kind != "facts":
            said += lines
    return "\n\n".join(said)


def _values(
    letter_type: LetterType, facts: Mapping[str, Value | None]
) -> Iterator[tuple[str, Value]]:
    known = {fact.name: fact for fact in letter_type.facts}
    for name in facts:
        if name not in known:
            raise DocumentError(
                f"Brevet »{letter_type.title}« har ikke oplysningen {name}. Fjern den."
            )
    for name, fact in known.items():
        value = facts.get(name)
        if isinstance(value, str):
            value = " ".join(value.split()) if fact.kind is Kind.LINE else value.strip()
        if not value:
            if not fact.optional:
                raise DocumentError(f"Oplysningen {name} mangler. Udfyld den, og prøv igen.")
        elif isinstance(value, str) == (fact.kind is Kind.BLOCKS):
            raise DocumentError(f"Oplysningen {name} er af en anden slags. Brug den rigtige.")
        else:
            yield name, value


def _blocks(part: Part, values: Mapping[str, Value]) -> tuple[Block, ...]:
    alone = part.rows[0][0][0] if part.kind == "paragraph" else ""
    if isinstance(alone, Place) and not isinstance(values[alone.name], str):
        return tuple(values[alone.name])
    texts = tuple(tuple(_text(line, values) for line in row) for row in part.rows)
    match part.kind:
        case "heading":
            return (Heading(texts[0][0]),)
        case "facts":
            return (Facts(tuple((name, value) for name, value in texts)),)
        case "bullets" | "numbers":
            items = tuple(text for (text,) in texts)
            return (Listing(items, numbered=part.kind == "numbers"),)
    return ("\n".join(text for (text,) in texts),)


def _text(line: Line, values: Mapping[str, Value]) -> str:
    return "".join(one if isinstance(one, str) else str(values[one.name]) for one in line)


def _rows(parts: tuple[Part, ...]) -> Iterator[tuple[Line, ...]]:
    for part in parts:
        yield from part.rows


def _places(line: Line) -> list[Place]:
    return [one for one in line if isinstance(one, Place)]


class _Reader:
    """Reads one text and writes down what is wrong with it."""

    def __init__(self, letter_type: LetterType, problems: list[Problem]) -> None:
        self._facts = {fact.name: fact for fact in letter_type.facts}
        self._problems = problems

    def subject(self, text: str) -> Line:
        if not text.strip():
            self._wrong(0, "Skriv, hvad brevet handler om.")
        if len(text) > MAX_SUBJECT or len(text.strip().splitlines()) > 1:
            self._wrong(0, f"Skriv emnet på én linje med højst {MAX_SUBJECT} tegn.")
        return self._line(text.strip(), 0, when="")

    def parts(self, body: str) -> Iterator[Part]:
        if not body.strip():
            self._wrong(1, "Brevet har ingen tekst. Skriv mindst ét afsnit.")
        if len(body) > MAX_BODY:
            self._wrong(1, f"Brevet er længere end {MAX_BODY} tegn. Gør det kortere.")
            return
        block: list[tuple[int, str]] = []
        for number, line in enumerate([*body.splitlines(), ""], start=1):
            if line.strip():
                block.append((number, line.strip()))
            elif block:
                part = self._part(block)
                if part is not None:
                    yield part
                block = []

    def _part(self, lines: list[tuple[int, str]]) -> Part | None:
        number, first = lines[0]
        when = ""
        condition = _CONDITION.fullmatch(first)
        if condition:
            when, lines = condition[1].strip(), lines[1:]
            self._is_optional(when, number)
            if not lines:
                self._wrong(number, "Der er ingen tekst under »kun når«. Skriv den lige under.")
                return None
        elif first.lower().startswith("kun når"):
            self._wrong(number, "Skriv linjen sådan: kun når {navn} findes:")
            return None
        kinds = {_kind(line) for _, line in lines}
        if len(kinds) > 1 or (kinds == {"heading"} and len(lines) > 1):
            self._wrong(
                lines[0][0],
                "Overskrift, liste, tabel og tekst skal have en tom linje imellem sig.",
            )
            return None
        kind = kinds.pop()
        rows = tuple(self._row(kind, at, text, when=when) for at, text in lines)
        if any(self._is_large(place) for row in rows for line in row for place in _places(line)):
            alone = kind == "paragraph" and len(rows) == 1 and len(rows[0][0]) == 1
            if not alone:
                self._wrong(
                    lines[0][0], "En oplysning, der er lang, skal stå alene med tomme linjer om."
                )
        return Part(kind, rows, when)

    def _row(self, kind: str, number: int, text: str, *, when: str) -> tuple[Line, ...]:
        if kind == "facts":
            cells = [cell.strip() for cell in text.strip("|").split("|")]
            if len(cells) != 2 or not all(cells):
                self._wrong(number, "En linje i tabellen skrives sådan: | navn | indhold |")
            return tuple(self._line(cell, number, when=when) for cell in cells)
        if kind == "numbers":
            text = _NUMBER.sub("", text, count=1)
        elif kind != "paragraph":
            text = text[1:].strip()
        if not text:
            self._wrong(number, "Der mangler tekst efter tegnet. Skriv den, eller fjern linjen.")
        return (self._line(text, number, when=when),)

    def _line(self, text: str, number: int, *, when: str) -> Line:
        found: list[str | Place] = []
        end = 0
        for match in _PLACE.finditer(text):
            found += [text[end : match.start()], self._place(match[1].strip(), number, when=when)]
            end = match.end()
        found.append(text[end:])
        if any("{" in one or "}" in one for one in found if isinstance(one, str)):
            self._wrong(number, "Tegnene { og } må kun stå om navnet på en oplysning.")
        return tuple(one for one in found if one)

    def _place(self, name: str, number: int, *, when: str) -> Place:
        fact = self._facts.get(name)
        if fact is None:
            self._unknown(name, number)
        elif fact.optional and name != when:
            self._wrong(
                number,
                f"Oplysningen {{{name}}} er der ikke altid. "
                f"Skriv linjen »kun når {{{name}}} findes:« først i afsnittet.",
            )
        elif number == 0 and fact.kind is not Kind.LINE:
            self._wrong(number, f"Oplysningen {{{name}}} er for lang til emnet.")
        return Place(name)

    def _is_optional(self, name: str, number: int) -> None:
        fact = self._facts.get(name)
        if fact is None:
            self._unknown(name, number)
        elif not fact.optional:
            self._wrong(number, f"Oplysningen {{{name}}} er der altid. Fjern »kun når«.")

    def _is_large(self, place: Place) -> bool:
        fact = self._facts.get(place.name)
        return fact is not None and fact.kind is not Kind.LINE

    def _unknown(self, name: str, number: int) -> None:
        near = difflib.get_close_matches(name, self._facts, n=1)
        hint = f"Mente du {{{near[0]}}}?" if near else "Vælg en fra listen."
        self._wrong(number, f"Oplysningen {{{name}}} findes ikke i dette brev. {hint}")

    def _wrong(self, number: int, sentence: str) -> None:
        self._problems.append(Problem(number, sentence))


def _kind(line: str) -> str:
    if line.startswith("#"):
        return "heading"
    if line.startswith("|"):
        return "facts"
    if line.startswith("- ") or line == "-":
        return "bullets"
    return "numbers" if _NUMBER.match(line) else "paragraph"
