# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Texts from outside: what a person would not see in them, and signs that they steer a machine.

An engine gets `visible(text)`: what a reader of the page sees. `findings(text)` says in Danish what
was hidden or looks written for a machine, for the person who decides. Sources: Unicode TR 36
(invisible and bidirectional characters), OWASP LLM01 and MITRE ATLAS AML.T0051 (text that gives
orders), Samadi et al. 2021 (keyword stuffing).
"""

from __future__ import annotations

import re
from collections import Counter

# Joiners make one emoji of several and are seen; between letters they are not.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\U000e0000-\U000e007f]|(?<=\\w)[\u200c\u200d](?=\\w)"
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HIDDEN = re.compile(
    r"<(\w+)\b[^>]*(?:\bhidden\b|display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|"
    r"opacity\s*:\s*0(?![.\d])|color\s*:\s*(?:#fff\b|#ffffff\b|white\b|transparent\b))[^>]*>"
    r".*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_UNREAD = re.compile(r"<(script|style|template)\b[^>]*>.*?(?:</\1\s*>|\Z)", re.DOTALL | re.I)
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


def visible(text: str) -> str:
    """The text without what a reader would not see; equal to it when nothing is hidden."""
    for pattern in (_COMMENT, _UNREAD, _HIDDEN, _INVISIBLE):
        text = pattern.sub("", text)
    return text


def findings(text: str) -> tuple[str, ...]:
    """What is wrong with the text, as Danish sentences; empty when nothing is."""
    seen = visible(text)
    found = []
    if _INVISIBLE.search(text):
        found.append("Teksten har tegn, som ikke kan ses.")
    if any(pattern.search(text) for pattern in (_COMMENT, _UNREAD, _HIDDEN)):
        found.append("Teksten har skjulte afsnit.")
    if _ORDERS.search(seen):
        found.append("Teksten giver ordrer til en maskine.")
    words = Counter(word.lower() for word in _WORD.findall(seen))
    if words:
        times = max(words.values())
        if times >= _STUFFED_TIMES and times / words.total() >= _STUFFED_SHARE:
            found.append("Det samme ord bliver gentaget usædvanligt mange gange.")
    return tuple(found)
