# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Texts from outside: what a person would not see in them, and signs that they steer a machine.

An engine gets `visible(text)`: what a reader of the page sees. `findings(text)` says in Danish what
was hidden or looks written for a machine, for the person who decides. Sources: Unicode TR 36
(invisible and bidirectional characters), the HTML standard (comments, elements without content),
OWASP LLM01 and MITRE ATLAS AML.T0051 (text that gives orders), Samadi et al. 2021 (keyword
stuffing).

The sender chooses the text, so the time grows with its length and not faster: no pattern tries a
stretch of it more than a few times.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from kodeks.language import tokens

_RANGES = ((0x202A, 0x202E), (0x2060, 0x206F), (0xE0000, 0xE007F), (0xE0100, 0xE01EF))
_INVISIBLE = (
    *"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\ufeff",
    *(chr(code) for first, last in _RANGES for code in range(first, last + 1)),
)
_TAKEN_OUT = dict.fromkeys(map(ord, _INVISIBLE))
_UNSEEN = frozenset((*_INVISIBLE, "\u200c", "\u200d"))
# Joiners make one emoji of several and are seen; between letters they are not.
_JOINER = re.compile("(?<=\\w)[\u200c\u200d]+(?=\\w)")
# A comment, or a tag: its slash, its name and its attributes, whose quotes may hold any sign. One
# with a quote that is not closed ends where it can.
_TAG = re.compile(
    r"<!--(?:.*?-->|.*+)"
    r"|<(/?)([a-z][\w:-]*+)((?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+|[^<>]*+)>",
    re.DOTALL | re.IGNORECASE,
)
_HIDES = re.compile(
    r"(?:^|[\s/])hidden(?=[\s=/]|\Z)"
    r"|(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*hidden"
    r"|(?:font-size|opacity)\s*:\s*0++(?:\.0*+)?(?![.\d])"
    r"|color\s*:\s*(?:#fff(?:fff)?\b|white\b|transparent\b))",
    re.IGNORECASE,
)
# What stands in these is never shown; a tag within them is text.
_UNREAD = {
    name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style", "template")
}
_WITHOUT_CONTENT_TEXT = "area base br col embed hr img input link meta source track wbr"
_WITHOUT_CONTENT = frozenset(_WITHOUT_CONTENT_TEXT.split())
_ROUNDS = 8
_ORDERS = re.compile(
    r"\b(?:ignor[eé]r?|glem|se bort fra|disregard|forget)\b[^.!?\n]{0,40}"
    r"\b(?:instruktion\w*|instruks\w*|ordre\w*|regler|prompt|instructions?|rules)\b"
    r"|\bsystem\s?prompt\b|\b(?:klassific[eé]r|kategoris[eé]r|classify)\s+(?:den|det|dette|this)\b"
    r"|\b(?:du er|you are)\s+(?:nu\s+|now\s+)?(?:en\s+|an?\s+)?"
    r"(?:ai|chatbot|sprogmodel|assistent|language model|assistant)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{4,}")
_STUFFED_TIMES = 10
_STUFFED_SHARE = 0.25


UNSEEN = "Teksten har tegn, som ikke kan ses."
HIDDEN = "Teksten har skjulte afsnit."
ORDERS = "Teksten giver ordrer til en maskine."
STUFFED = "Det samme ord bliver gentaget usædvanligt mange gange."


class Seen(str):
    """What a reader sees of a text from outside; `findings` tells of the text as it came."""

    findings: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Seen:
        seen = cls(visible(text))
        seen.findings = findings(text)
        return seen


def visible(text: str) -> str:
    """The text without what a reader would not see; equal to it when nothing is hidden.

    Once more changes nothing: what is taken out may bring other parts together, so it is done until
    nothing is hidden. Who hides within the hidden again and again has every `<` taken out.
    """
    for _ in range(_ROUNDS):
        shown = _shown(_seen(text))
        if shown == text:
            return text
        text = shown
    return _seen(text.replace("<", " "))


def findings(text: str) -> tuple[str, ...]:
    """What is wrong with the text, as Danish sentences; empty when nothing is."""
    shown, hides = looked(text)
    found = [*hides]
    if _ORDERS.search(shown):
        found.append(ORDERS)
    words = Counter(word.lower() for word in _WORD.findall(shown))
    if words:
        times = max(words.values())
        if times >= _STUFFED_TIMES and times / words.total() >= _STUFFED_SHARE:
            found.append(STUFFED)
    return tuple(found)


def looked(text: str) -> tuple[str, tuple[str, ...]]:
    """What is visible of the text, and whether something is hidden and how: the first of what
    `findings` tells."""
    plain, shown = _seen(text), visible(text)
    unseen = (UNSEEN,) if plain != text else ()
    return shown, (*unseen, HIDDEN) if plain != shown else unseen


def hidden(text: str) -> tuple[str, ...]:
    """The comments and hidden elements themselves, as they stand in the text.

    For a person to look at; what comes together only when these are taken out is not among them.
    """
    plain = _seen(text)
    return tuple(plain[start:end] for start, end in _hidden_spans(plain))


def _seen(text: str) -> str:
    """The text without characters that are not seen."""
    # Nearly every text has none of them, and to ask is quicker than to take out.
    if (tokens.is_latin(text) and "\u00ad" not in text) or _UNSEEN.isdisjoint(text):
        return text
    return _JOINER.sub("", text.translate(_TAKEN_OUT))


def _shown(text: str) -> str:
    """The text without comments and hidden elements."""
    if "<" not in text:
        return text
    kept, begin = [], 0
    for start, end in _hidden_spans(text):
        kept.append(text[begin:start])
        begin = end
    return "".join(kept) + text[begin:]


def _hidden_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where comments and hidden elements begin and end."""
    place = 0
    while (tag := _TAG.search(text, place)) is not None:
        place = tag.end()
        end = _end_of_hidden(text, tag)
        if end is not None:
            yield tag.start(), end
            place = end


def _end_of_hidden(text: str, tag: re.Match[str]) -> int | None:
    """Where what the tag hides ends; None when it hides nothing."""
    if tag[2] is None:
        return tag.end()
    name = tag[2].lower()
    if tag[1] or not (name in _UNREAD or _HIDES.search(tag[3])):
        return None
    if name in _WITHOUT_CONTENT:
        return tag.end()
    if name in _UNREAD:
        closing = _UNREAD[name].search(text, tag.end())
        return closing.end() if closing else len(text)
    depth = 1
    for inner in _TAG.finditer(text, tag.end()):
        if inner[2] is not None and inner[2].lower() == name:
            depth += -1 if inner[1] else 1
            if not depth:
                return inner.end()
    return len(text)
