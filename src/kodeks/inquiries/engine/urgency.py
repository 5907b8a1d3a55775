# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Urgent inquiries: which of the rules in `urgency.toml` fire on a text, and on which words; and
what the second ear (`urgency_ear`) hears where none does.

They only move a text to the front of a person's queue; they never answer it. Better one too many
than one too few, but a plain denial ("ingen er kommet til skade") must not set off a rule.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import Any

from kodeks.inquiries.engine import urgency_ear


@dataclass(frozen=True)
class Urgency:
    """The rule that fired, the words that set it off and a Danish reason."""

    rule: str
    matched: str
    reason: str


@dataclass(frozen=True)
class Rule:
    """A pattern in lower-cased text, valid from `since`; `reason` is shown to a person."""

    name: str
    reason: str
    pattern: re.Pattern[str]
    since: date


# No sentence ends between the parts of a sign.
_NEAR = r"(?:[^\w.!?]+\w+){0,4}?[ ,]+"
_WIDER = r"(?:[ ,;:\-»«\"()]+\w+(?:['’/-]\w+)*){0,6}?[ ,:\-]+"
_WORD = re.compile(r"<(\w+)>")


def _rules() -> tuple[Rule, ...]:
    path = resources.files(__package__).joinpath("urgency.toml")
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    words: dict[str, str] = {}
    for name, pattern in read["words"].items():
        words[name] = _filled(pattern, words)
    return tuple(_rule(one, words) for one in read["rule"])


def _rule(read: Mapping[str, Any], words: Mapping[str, str]) -> Rule:
    signs = "|".join(_sign(one) for one in (*read["signs"], *read.get("abroad", ())))
    pattern = _filled(signs, words).replace("~", _NEAR).replace("&", _WIDER)
    return Rule(read["name"], read["reason"], re.compile(rf"\b(?:{pattern})"), read["since"])


def _sign(read: str | Sequence[str]) -> str:
    """One sign; of two patterns in either order."""
    if isinstance(read, str):
        return f"(?:{read})"
    one, other = read
    return f"(?:{one})&(?:{other})|(?:{other})&(?:{one})"


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    return _WORD.sub(lambda found: words[found[1]], pattern)


RULES = _rules()
CHILD = "barn i fare"
"""The rule of which the law has more to say (see `legal`)."""

_DENIAL = re.compile(
    r"\b(?:ikke|ingen|intet|aldrig|uden(?! for)|hverken|heldigvis ikke|undgå|undgår|forebygge"
    r"|forebyggelse|mod fremtidige?|hvis der|i tilfælde af|øvelse|forsikring|foredrag|kursus"
    r"|film(?:en)?|bog(?:en)?|debat(?:ten)?|teater\w*)(?:\W+\w+){0,3}\W*\Z"
)
# "virker ikke" and "ikke til at leve med" are no denials of the danger after them.
_NO_DENIAL = re.compile(r"\b(?:virker|kan|må|tør|vil|skal|bare|hvorfor) ikke(?:\W+\w+){0,3}\W*\Z")
_DENIED_AFTER = re.compile(
    r"\A[^.!?\n]{0,30}\b(?:skete ikke|er ikke sket|er (?:nu )?fjernet|er løst|sidste år|i fjor)"
)
_LOOK_BACK = 60


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
    found = fired(text)
    if found or (heard := urgency_ear.hears(text)) is None:
        return found
    name, reason = PERHAPS[heard.kind]
    return (Urgency(name, heard.words, reason),)


def fired(text: str) -> tuple[Urgency, ...]:
    """What each rule that fires on `text` found first, in the order of RULES."""
    lowered = " ".join(text.lower().split())
    found = []
    for rule in RULES:
        matched = next(_signs(rule, lowered), None)
        if matched is not None:
            found.append(Urgency(rule.name, matched, rule.reason))
    return tuple(found)


def _signs(rule: Rule, text: str) -> Iterator[str]:
    """What the rule finds and the text does not deny; a sign may begin inside a denied one."""
    match = rule.pattern.search(text)
    while match is not None:
        if not _is_denied(text, match):
            yield match[0]
        match = rule.pattern.search(text, match.start() + 1)


def _is_denied(text: str, match: re.Match[str]) -> bool:
    before = re.split(r"[.!?;:]|\bmen\b", text[max(0, match.start() - _LOOK_BACK) : match.start()])
    clause = before[-1]
    if _DENIAL.search(clause) and not _NO_DENIAL.search(clause):
        return True
    return _DENIED_AFTER.match(text[match.end() :]) is not None
