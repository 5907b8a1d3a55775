# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A text tried out: what is wrong with it, how it reads, and the letter with examples."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from kodeks.casework import letter_versions, letters
from kodeks.casework.errors import CaseworkError
from kodeks.casework.letter_versions import Version
from kodeks.documents.errors import DocumentError
from kodeks.documents.letters import Block, Facts, Heading, Letter, Listing
from kodeks.documents.templates import TemplateError
from kodeks.language.plain import Reading


@dataclass(frozen=True)
class Shown:
    """A block as the page draws it."""

    kind: str
    text: str = ""
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Trial:
    """Either `problems` in Danish, or the letter and how it reads."""

    problems: tuple[str, ...] = ()
    letter: Letter | None = None
    reading: Reading | None = None

    @property
    def too_hard(self) -> bool:
        return self.reading is not None and letter_versions.is_too_hard(self.reading)

    @property
    def blocks(self) -> list[Shown]:
        return [] if self.letter is None else list(_shown(self.letter.paragraphs))


@dataclass(frozen=True)
class Change:
    """A line of a text beside another's: same, removed or added."""

    kind: str
    text: str


def trial(version: Version) -> Trial:
    """What becomes of the version's text today."""
    kind = version.letter_type
    try:
        reading = letter_versions.check(
            letter_type=kind, subject=version.subject, body=version.body
        )
        letter = letters.preview(version, day=timezone.localdate())
    except TemplateError as refused:
        return Trial(problems=tuple(map(str, refused.problems)))
    except (CaseworkError, DocumentError) as refused:
        return Trial(problems=(str(refused),))
    return Trial(letter=letter, reading=reading)


def changes(before: Version, after: Version) -> list[Change]:
    """What is another in `after`, line by line."""
    signs = {"  ": "same", "- ": "removed", "+ ": "added"}
    lines = difflib.ndiff(_lines(before), _lines(after))
    return [Change(signs[line[:2]], line[2:]) for line in lines if line[:2] in signs]


def _lines(version: Version) -> list[str]:
    return [f"Emne: {version.subject}", *version.body.splitlines()]


def _shown(blocks: tuple[Block, ...]) -> Iterator[Shown]:
    for block in blocks:
        match block:
            case str():
                for text in block.split("\n\n"):
                    yield Shown("paragraph", text=text)
            case Heading():
                yield Shown("heading", text=block.text)
            case Listing():
                yield Shown("numbers" if block.numbered else "bullets", items=block.items)
            case Facts():
                yield Shown("facts", rows=block.rows)
