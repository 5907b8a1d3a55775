# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Urgent inquiries: which of the rules in `urgency.toml` fire on a text, and on which words; and
what the second ear (`urgency_model`) hears where none does.

They only move a text to the front of a person's queue; they never answer it. Better one too many
than one too few, but a plain denial ("ingen er kommet til skade") must not set off a rule.
"""

import re
import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from kodeks.inquiries.engine import urgency_model


@dataclass(frozen=True)
class Urgency:
    """The rule that fired, the words that set it off and a Danish reason."""

    rule: str
    matched: str
    reason: str


@dataclass(frozen=True)
class Rule:
    """A pattern in lower-cased text, valid from `since`; `reason` is shown to a person.

    Patterns are made ready when a text is first searched for them (`_compiled`): most processes
    read none.

    `together` are groups of patterns: a group is a sign where all of it stands near each other.
    Where `calm` stands in the same sentence, nothing is a sign.
    """

    name: str
    reason: str
    pattern: str
    together: tuple[tuple[str, ...], ...]
    calm: str
    since: date


# No sentence ends between the parts of a sign.
_NEAR = r"(?:[^\w.!?]+\w+){0,4}?[ ,]+"
_WIDER = r"(?:[ ,;:\-»«\"()]+\w+(?:['’/-]\w+)*){0,6}?[ ,:\-]+"
_WORD = re.compile(r"<(\w+)>")


def _read() -> Mapping[str, Any]:
    path = resources.files(__package__).joinpath("urgency.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _rules(read: Mapping[str, Any]) -> tuple[Rule, ...]:
    words: dict[str, str] = {}
    for name, pattern in read["words"].items():
        words[name] = _filled(pattern, words)
    return tuple(_rule(one, words) for one in read["rule"])


def _rule(read: Mapping[str, Any], words: Mapping[str, str]) -> Rule:
    signs = "|".join(_sign(one) for one in (*read["signs"], *read.get("abroad", ())))
    together = tuple(
        tuple(_pattern(part, words) for part in group) for group in read.get("together", ())
    )
    return Rule(
        name=read["name"],
        reason=read["reason"],
        pattern=_pattern(signs, words),
        together=together,
        calm="|".join(_filled(one, words) for one in read["calm"]),
        since=read["since"],
    )


def _pattern(read: str, words: Mapping[str, str]) -> str:
    filled = _filled(read, words).replace("~", _NEAR).replace("&", _WIDER)
    return rf"\b(?:{filled})"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _sign(read: str | Sequence[str]) -> str:
    """One sign; of two patterns in either order."""
    if isinstance(read, str):
        return f"(?:{read})"
    one, other = read
    return f"(?:{one})&(?:{other})|(?:{other})&(?:{one})"


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    return _WORD.sub(lambda found: words[found[1]], pattern)


_FILE = _read()
RULES = _rules(_FILE)
CHILD = "barn i fare"
"""The rule of which the law has more to say (see `legal`)."""
_OF_A_CHILD = tuple(rule for rule in RULES if rule.name == CHILD)

_SHORT: Mapping[str, str] = _FILE["spelling"]["short"]
_DENIAL = re.compile(
    r"\b(?:ikke|ingen|intet|aldrig|uden(?! for)|hverken|heldigvis ikke|undgå|undgår|forebygge"
    r"|forebyggelse|mod fremtidige?|hvis der|i tilfælde af|øvelse|forsikring|foredrag|kursus"
    r"|film(?:en)?|bog(?:en)?|debat(?:ten)?|teater\w*)(?:\W+\w+){0,3}\W*\Z"
)
# "virker ikke" and "ikke til at leve med" are no denials of the danger after them.
_NO_DENIAL = re.compile(
    r"\b(?:virker|kan|må|tør|vil|skal|bare|hvorfor|på) ikke(?:\W+\w+){0,3}\W*\Z"
)
_DENIED_AFTER = re.compile(
    r"\A[^.!?\n]{0,30}\b(?:skete ikke|er ikke sket|er (?:nu )?fjernet|er løst|sidste år|i fjor)"
)
_CLAUSE_ENDS = re.compile(r"[.!?;:]|\bmen\b")
_PART_ENDS = re.compile(r"[.!?;:,]|\b(?:men|så|fordi|og)\b")
_LOOK_BACK = 60
_REACH = 12  # Words between the parts of a group.
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_ENDS = re.compile(r"(?<!\bkl)(?<!\bnr)(?<!\bca)(?<!\btlf)(?<!\d)[.](?=\s)|[!?;](?=\s|$)")
_NORDIC = re.compile("[æøå]")
_SPELT_OUT = re.compile("ae|oe|aa")
_LETTERS = {"ae": "æ", "oe": "ø", "aa": "å"}
Span = tuple[int, int]


PERHAPS = {
    "emergency": ("måske fare", "Ordene ligner dem, som fare og nød er beskrevet med"),
    "child": ("måske et barn", "Ordene ligner dem, som bekymring for et barn er beskrevet med"),
    "death": ("måske dødsfald", "Ordene ligner dem, som et dødsfald er beskrevet med"),
}
"""Name and reason of what the second ear hears, by kind."""
MEANINGS = {rule.name: rule.reason for rule in RULES} | dict(PERHAPS.values())
"""The reason of each name that a text can be marked with."""


def urgencies(text: str) -> tuple[Urgency, ...]:
    """What the rules found, or else what the second ear hears: what a text is marked with."""
    return fired(text) or _heard(text)


def of_names(text: str, names: Collection[str]) -> tuple[Urgency, ...]:
    """What is found today of that which a text was marked with."""
    rules = [rule for rule in RULES if rule.name in names]
    if rules or not names:
        return fired(text, rules=rules)
    return _heard(text)


def _heard(text: str) -> tuple[Urgency, ...]:
    heard = urgency_model.hears(text)
    if heard is None:
        return ()
    name, reason = PERHAPS[heard.kind]
    return (Urgency(name, heard.words, reason),)


def fired(text: str, *, rules: Sequence[Rule] = RULES) -> tuple[Urgency, ...]:
    """What each rule that fires on `text` found first, in the order of the rules."""
    lowered = text.lower()
    words = lowered.split()
    readings = [_Reading(words, [_spelt(word) for word in words])]
    if not _NORDIC.search(lowered) and _SPELT_OUT.search(lowered):
        # A keyboard without the Danish letters. Other languages have these pairs too, so both.
        danish = [_SPELT_OUT.sub(lambda pair: _LETTERS[pair[0]], word) for word in words]
        readings.append(_Reading(words, [_spelt(word) for word in danish]))
    found = []
    for rule in rules:
        matched = next((one for reading in readings for one in reading.signs(rule)), None)
        if matched is not None:
            found.append(Urgency(rule.name, matched, rule.reason))
    return tuple(found)


def of_a_child(text: str) -> Urgency | None:
    """What the text says of a child in danger."""
    return next(iter(fired(text, rules=_OF_A_CHILD)), None)


def _spelt(word: str) -> str:
    """A word as the rules have it: without stretched letters, and short forms written out."""
    return _SHORT.get(word, _STRETCHED.sub(r"\1", word))


class _Reading:
    """A text as it is read for signs, which knows what was written in their place."""

    def __init__(self, written: Sequence[str], read: Sequence[str]) -> None:
        self._written = written
        self._text = " ".join(read)
        self._is_as_written = list(written) == list(read)
        self._starts: list[int] = []
        at = 0
        for word in read:
            self._starts.append(at)
            at += len(word) + 1
        self._ends = [match.end() for match in _ENDS.finditer(self._text)]
        self._places: dict[str, tuple[list[Span], list[int]]] = {}
        self._calm: dict[tuple[str, Span], bool] = {}

    def signs(self, rule: Rule) -> Iterator[str]:
        """What the rule finds and the text does not deny, as it was written."""
        for start, end in (*self._plain(rule), *self._groups(rule)):
            yield self._as_written(start, end)

    def _plain(self, rule: Rule) -> Iterator[Span]:
        """A sign may begin inside a denied one."""
        pattern = _compiled(rule.pattern)
        match = pattern.search(self._text)
        while match is not None:
            place = match.span()
            if not self._is_denied(place, ()) and not self._is_calm(place, rule):
                yield place
            match = pattern.search(self._text, match.start() + 1)

    def _groups(self, rule: Rule) -> Iterator[Span]:
        for group in rule.together:
            # The last part is the rarest, so most texts are done with after one search.
            for anchor in self._found(group[-1])[0]:
                others = self._others(anchor, group[:-1])
                if others is None:
                    continue
                parts = (anchor, *others)
                if any(self._is_denied(part, parts) for part in parts):
                    continue
                whole = min(start for start, _ in parts), max(end for _, end in parts)
                if not self._is_calm(whole, rule):
                    yield whole

    def _others(self, anchor: Span, patterns: Sequence[str]) -> list[Span] | None:
        """The nearest place of each pattern around the anchor, none of them overlapping."""
        taken = [anchor]
        for pattern in reversed(patterns):
            places, words = self._found(pattern)
            middle = self._word(anchor[0])
            first = bisect_left(words, middle - _REACH)
            near = [
                place
                for place in places[first : bisect_right(words, middle + _REACH)]
                if all(place[1] <= start or place[0] >= end for start, end in taken)
            ]
            if not near:
                return None
            taken.append(min(near, key=lambda place: self._distance(place, anchor)))
        return taken[1:]

    def _found(self, pattern: str) -> tuple[list[Span], list[int]]:
        """Where the pattern stands, and at which words: looked for once, however many rules have
        it."""
        if pattern not in self._places:
            places = [match.span() for match in _compiled(pattern).finditer(self._text)]
            self._places[pattern] = places, [self._word(start) for start, _ in places]
        return self._places[pattern]

    def _distance(self, one: Span, other: Span) -> int:
        return abs(self._word(one[0]) - self._word(other[0]))

    def _word(self, at: int) -> int:
        return bisect_right(self._starts, at) - 1

    def _sentences(self, place: Span) -> Span:
        """From where to where the sentences go that the place stands in."""
        before = bisect_right(self._ends, place[0])
        after = bisect_right(self._ends, place[1] - 1)
        start = self._ends[before - 1] if before else 0
        return start, self._ends[after] if after < len(self._ends) else len(self._text)

    def _is_calm(self, place: Span, rule: Rule) -> bool:
        # Looked for once in a sentence, however many signs it has.
        start, end = self._sentences(place)
        key = rule.name, (start, end)
        if key not in self._calm:
            self._calm[key] = _compiled(rule.calm).search(self._text[start:end]) is not None
        return self._calm[key]

    def _is_denied(self, place: Span, parts: Sequence[Span]) -> bool:
        """Whether the text says that it is not so. A denial that is itself a part of the sign, as
        in "har ikke hørt fra vores søn", denies nothing."""
        text = self._text
        first = max(0, place[0] - _LOOK_BACK)
        ends = _PART_ENDS if parts else _CLAUSE_ENDS
        clause = ends.split(text[first : place[0]])[-1]
        denial = _DENIAL.search(clause)
        if denial is not None and not _NO_DENIAL.search(clause):
            at = place[0] - len(clause) + denial.start()
            if not any(start <= at < end for start, end in parts):
                return True
        return _DENIED_AFTER.match(text[place[1] : place[1] + _LOOK_BACK]) is not None

    def _as_written(self, start: int, end: int) -> str:
        if self._is_as_written:
            return self._text[start:end]
        return " ".join(self._written[self._word(start) : self._word(max(start, end - 1)) + 1])
