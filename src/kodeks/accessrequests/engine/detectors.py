# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What points at other people than the one who asks: patterns, known names and a heuristic.

There is no list of names. Two or more capital words side by side are taken for a name, a capital
word after a role ("naboen Anna"), and later each part of a name that was found. What this does not
see: a first name alone that stands nowhere with a surname or a role, names in small letters, and
people who are described and not named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from kodeks.accessrequests.engine import masking

Kind = Literal["cpr", "name", "known", "address", "telephone", "mail", "health"]
KINDS: Mapping[str, str] = {
    "cpr": "CPR-nummer",
    "name": "Navn (skøn)",
    "known": "Navn på en anden i sagen",
    "address": "Adresse",
    "telephone": "Telefonnummer",
    "mail": "E-mail",
    "health": "Helbred",
}
_WORD = r"[A-ZÆØÅÉÖÜÄ][a-zæøåéöüä]{1,30}(?:-[A-ZÆØÅ][a-zæøå]{1,30})?"
_BETWEEN = r"[ \u00a0]+"
_INITIAL = r"(?:[A-ZÆØÅ]\.[ \u00a0]?){1,2}"
_NAME = re.compile(
    rf"(?<!\w){_WORD}(?:{_BETWEEN}(?:{_INITIAL}|{_WORD}|von|van|de|af)){{1,4}}(?!\w)"
)
_MAIL = re.compile(r"[^\s@<>()\[\],;:\"']{1,64}@[^\s@<>()\[\],;:\"']{1,200}\.[a-zA-Z]{2,20}")
_TELEPHONE = re.compile(
    r"(?<![\d.,-])(?:\+45[ ]?)?(?:\d\d[ .]\d\d[ .]\d\d[ .]\d\d|[2-9]\d{7}|\d{4} \d{4})(?![\d-])"
)
_ROAD = (
    r"(?:vej|gade|allé|alle|stræde|vænget|vænge|parken|plads|boulevard|stien|sti|bakken|haven"
    r"|torv|torvet|gård|gården|krogen|skoven|toften|marken|lunden|engen)"
)
_ADDRESS = re.compile(
    rf"(?<!\w)(?:{_WORD}[ ]){{0,2}}[A-ZÆØÅ][a-zæøåé]*{_ROAD}[ ]\d{{1,3}}[A-Z]?(?!\d)"
    rf"(?:,?[ ](?:st|kld|\d{{1,2}})\.?(?:[ ](?:tv|th|mf|\d{{1,4}})\.?)?)?"
    rf"(?:,?[ ]\d{{4}}[ ]{_WORD}(?:[ ][A-ZÆØÅ][a-zæøå]*)?)?"
)
_SENTENCE = re.compile(r"[^.!?\n\f]+[.!?]?")
_LEAST_PART = 3


@dataclass(frozen=True, order=True)
class Found:
    """A stretch of a text and what it seems to be."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True, kw_only=True)
class People:
    """Names, and other texts, that are known: the asker's own, and those of others in the case.

    `public` are people whose names are not private here: those who work with the case.
    """

    own: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    public: tuple[str, ...] = ()


def find(text: str, *, people: People, words: Mapping[str, frozenset[str]]) -> tuple[Found, ...]:
    """Everything that was found, from left to right and without overlap."""
    free = _Free(text, people)
    found = [Found(start, end, "cpr") for start, end in masking.numbers(text)]
    found += free.all(_MAIL, "mail") + free.all(_ADDRESS, "address")
    found += free.all(_TELEPHONE, "telephone")
    known = _known(text, people.others)
    names = _names(text, free, words)
    parts = _parts(text, [text[one.start : one.end] for one in (*known, *names)], people, words)
    found += [*known, *names, *parts]
    settled = _settled(found)
    return _settled([*settled, *_health(text, settled, words["health"])])


class _Free:
    """Matches that are not the asker's own or of those who work with the case."""

    def __init__(self, text: str, people: People) -> None:
        self._text = text
        known = (*people.own, *people.public)
        self._own = [_squeezed(one) for one in known if one.strip()]

    def all(self, pattern: re.Pattern[str], kind: Kind) -> list[Found]:
        return [
            Found(match.start(), match.end(), kind)
            for match in pattern.finditer(self._text)
            if self.allows(match.group())
        ]

    def allows(self, words: str) -> bool:
        sought = _squeezed(words)
        return not any(sought in one or one in sought for one in self._own)


def _squeezed(text: str) -> str:
    return " ".join(re.sub(r"[.,]", " ", text).split()).casefold()


def _known(text: str, names: Iterable[str]) -> list[Found]:
    found = []
    for name in names:
        pattern = r"\s+".join(re.escape(part) for part in name.split())
        if pattern:
            whole = re.compile(rf"(?<!\w){pattern}(?=s?(?!\w))", re.IGNORECASE)
            found += [Found(one.start(), one.end(), "known") for one in whole.finditer(text)]
    return found


def _names(text: str, free: _Free, words: Mapping[str, frozenset[str]]) -> list[Found]:
    found = []
    for match in _NAME.finditer(text):
        for start, end in _runs(match, words["not_names"] | words["roles"]):
            if free.allows(text[start:end]):
                found.append(Found(start, end, "name"))
    roles = "|".join(sorted((re.escape(role) for role in words["roles"]), key=len, reverse=True))
    after = re.compile(rf"(?<!\w)(?:{roles})[ ,]+({_WORD})(?!\w)", re.IGNORECASE)
    for match in after.finditer(text):
        word = match.group(1)
        if word[0].isupper() and word.casefold() not in words["not_names"] and free.allows(word):
            found.append(Found(match.start(1), match.end(1), "name"))
    return found


def _runs(match: re.Match[str], stops: frozenset[str]) -> list[tuple[int, int]]:
    """Stretches of two words or more of a match, without those that are no part of a name."""
    runs: list[tuple[int, int]] = []
    run: list[tuple[int, int]] = []
    for word in re.finditer(r"\S+", match.group()):
        place = (match.start() + word.start(), match.start() + word.end())
        if word.group().casefold().rstrip(".") in stops or word.group().casefold() in stops:
            runs += _whole(run)
            run = []
        else:
            run.append(place)
    return [*runs, *_whole(run)]


def _whole(run: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(run[0][0], run[-1][1])] if len(run) > 1 else []


def _parts(
    text: str, names: Iterable[str], people: People, words: Mapping[str, frozenset[str]]
) -> list[Found]:
    """Each part of a name that was found, wherever it stands alone."""
    own = {part.casefold() for one in (*people.own, *people.public) for part in one.split()}
    parts = {
        part
        for name in names
        for part in re.findall(_WORD, name)
        if len(part) >= _LEAST_PART
        and part.casefold() not in own
        and part.casefold() not in words["not_names"]
    }
    if not parts:
        return []
    any_part = "|".join(sorted(map(re.escape, parts), key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)(?:{any_part})(?=s?(?!\w))")
    return [Found(one.start(), one.end(), "name") for one in pattern.finditer(text)]


def _health(text: str, found: Iterable[Found], words: frozenset[str]) -> list[Found]:
    """Sentences about health in which another person is named."""
    people = [one for one in found if one.kind in ("name", "known", "cpr")]
    sentences = []
    for sentence in _SENTENCE.finditer(text):
        start, end = sentence.span()
        start += len(sentence.group()) - len(sentence.group().lstrip())
        named = any(start <= one.start < end for one in people)
        said = sentence.group().casefold()
        if named and any(word in said for word in words):
            sentences.append(Found(start, end, "health"))
    return sentences


def _settled(found: Iterable[Found]) -> tuple[Found, ...]:
    """Without overlap: the longer one stays, and it keeps its kind."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda each: (each.start - each.end, each.start, each.kind)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return tuple(sorted(kept))
