# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""References in a text that have a number: a section of a law, the code of a form.

A law's neighbouring sections treat of the same, and so do forms with neighbouring codes. So each
reference gives its own feature and features of intervals around its number: the nearer two numbers
of one series are, the more of them they share.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kodeks.language import small_words
from kodeks.language.stems import stem

_SECTION = re.compile(r"§+\s*(\d{1,4})(?!\d)\s?([a-zæøå]?)(?![^\W\d_])")
_FORM = re.compile(r"(?<![^\W_])([a-zæøå]{1,5})[ -]?(\d{2,4})(?!\d)")
_LETTERS = re.compile(r"[^\W\d_]+")
_LAW = re.compile(r"(lov|loven|lovens|bekendtgørelse|bekendtgørelsen|bekendtgørelsens|cirkulære)$")
_INTERVALS = ((4, 1), (12, 3), (40, 10))
"""Width of the intervals, and how far they lie from each other."""
_REACH = 80
"""Characters before and after a section among which its law is looked for."""
_NO_LAW, _NO_FORM = (
    frozenset(text.split())
    for text in (
        "af i om for og til mv m v lov loven lovens bekendtgørelse bekendtgørelsen",
        "af de den det ca cirka d den en er et fra i kap kl kr md med nr og om over på pkt side "
        "siden stk til uge under år",
    )
)
_DIGITS = 3
_LONGEST_NAME = 48


@dataclass(frozen=True)
class Reference:
    """Where it stands, `text[start:end]`, and its features."""

    start: int
    end: int
    features: tuple[str, ...]


def find(text: str) -> Iterator[Reference]:
    """The references of a lower-case text, from left to right within each kind."""
    for match in _SECTION.finditer(text):
        law = _law(text, match)
        exact = (f"§{law}:{match[1]}{match[2]}",) if match[2] else ()
        yield _reference(match, f"§{law}", exact)
    for match in _FORM.finditer(text):
        if match[1] not in _NO_FORM and not _is_count(match):
            yield _reference(match, match[1], ())


def _is_count(form: re.Match[str]) -> bool:
    """Whether it is a small word and a number, as in »vi 12«; the series VI has three digits."""
    return len(form[2]) != _DIGITS and " " in form[0] and small_words.is_small(form[1])


def _reference(match: re.Match[str], series: str, exact: tuple[str, ...]) -> Reference:
    number = int(match[1] if series.startswith("§") else match[2])
    near = tuple(
        f"{series}:{width}/{at}:{(number + at) // width}"
        for width, step in _INTERVALS
        for at in range(0, width, step)
    )
    features = (series, f"{series}:{number}", *exact, *near)
    return Reference(match.start(), match.end(), features)


def _law(text: str, section: re.Match[str]) -> str:
    """The name of the law that the section is of; empty when none stands near it."""
    before = _LETTERS.findall(text[max(0, section.start() - _REACH) : section.start()])
    at = next((i for i in reversed(range(len(before))) if _LAW.search(before[i])), None)
    if at is None:
        after = _LETTERS.findall(text[section.end() : section.end() + _REACH])
        at = next((i for i, word in enumerate(after) if _LAW.search(word)), None)
        return "" if at is None else _name(after[at:])
    return _name(before[at:])


def _name(words: list[str]) -> str:
    """One name for »vejloven« and »vejlovens«; of »lov om veje« the words that follow."""
    head = re.sub(r"lovens?$", "lov", words[0])
    if head not in _NO_LAW:
        return head if head.endswith("lov") else stem(head)
    return " ".join(stem(word) for word in words[1:] if word not in _NO_LAW)[:_LONGEST_NAME]
