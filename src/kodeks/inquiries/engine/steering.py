# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Text that steers the triage, whether somebody meant it or not.

What is hidden, orders to a machine, the words of a subject heaped up, letters of another alphabet
that look like ours, coded blocks. Nothing of it is held against anybody: the words are shown to a
person, who then chooses. A suggestion is not taken as sure of anything (`held_back`), and what a
reader does not see does not count (kodeks.language.guard). Sources: Samadi et al. 2021 (keyword
stuffing); Unicode TR 39 (letters that look alike); see `orders` and kodeks.language.guard too.

The sender chooses the text: every pattern looks at a bounded stretch, so the time grows with the
text and not faster.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from kodeks.inquiries.engine import addressed, heaping, orders
from kodeks.inquiries.engine.calibration import FEWEST_CHOICES
from kodeks.inquiries.engine.results import Notice, Triage
from kodeks.language import guard, tokens

WHY = "Noget i teksten kan påvirke forslaget. En person vælger emnet."


_CODED = re.compile(r"(?<![A-Za-z0-9+/=])(?:[A-Za-z0-9+/]{40,}={0,2}\s?){1,40}(?![A-Za-z0-9+/=])")
_MIXED = re.compile(r"[^\W\d_]{3,}")
_LOOKS_LIKE = {
    **dict(zip("аеорсухіјѕԁӏһԛԝʏ", "aeopcyxijsdlhqwy", strict=True)),
    **dict(zip("АВЕКМНОРСТХІЈЅ", "ABEKMHOPCTXIJS", strict=True)),
    **dict(zip("οανρτυικεΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oavptuikeABEZHIKMNOPTYX", strict=True)),
}
_ALIKE_LETTERS = frozenset(_LOOKS_LIKE)
_SHORTEST_CODE = 40
_MOST_SHOWN = 60
_BY_WORDS = (guard.ORDERS, guard.STUFFED)
_HIDDEN, _ALIKE, _CODE = "skjult", "lignende bogstaver", "kode"
_ORDER, _STUFFED = "ordre", "gentagelser"


def notices(text: str) -> tuple[Notice, ...]:
    """What is found in `text` as it came, each rule once, in Danish."""
    return looked(text)[0]


def looked(text: str) -> tuple[tuple[Notice, ...], str]:
    """What is found in `text` as it came, and what counts of it (`readable` of what is visible)."""
    seen, known = guard.looked(text)
    if isinstance(text, guard.Seen):
        known = text.findings
    found = [Notice(_HIDDEN, one.rstrip("."), "") for one in known if one not in _BY_WORDS]
    mixed, coded, plain = "", None, seen
    if _may_be_mixed(seen):
        mixed = next((word for word in _MIXED.findall(seen) if _is_mixed(word)), "")
    if mixed:
        found.append(_notice(_ALIKE, "Teksten har ord med bogstaver fra et andet alfabet", mixed))
    if _may_be_coded(seen):
        coded = _CODED.search(seen)
    if coded is not None and _is_coded(coded.group()):
        reason = "Teksten har en blok af tegn, som ingen kan læse"
        found.append(_notice(_CODE, reason, coded.group()))
    if mixed or coded:
        plain = readable(seen)
    words = heaping.Words.of(plain)
    order = orders.order(plain) or addressed.sentence(plain, words)
    if order or guard.ORDERS in known:
        found.append(_notice(_ORDER, "Teksten har ord, der ligner en besked til et program", order))
    heaped = heaping.heaped(plain, words)
    if heaped or guard.STUFFED in known:
        reason = "Teksten gentager ord eller er en lang liste af ord"
        found.append(_notice(_STUFFED, reason, heaped))
    return tuple(found), plain


def sentence(notice: Notice) -> str:
    """The notice with the words found, without a full stop."""
    return f"{notice.reason}: »{notice.words}«" if notice.words else notice.reason


def readable(text: str) -> str:
    """What counts of a text that a reader sees: letters that look like ours are ours, and coded
    blocks are left out."""
    if _may_be_mixed(text):
        text = _MIXED.sub(lambda found: _ours(found.group()), text)
    if not _may_be_coded(text):
        return text
    return _CODED.sub(lambda found: " " if _is_coded(found.group()) else found.group(), text)


def held_back(found: Triage, because: Sequence[Notice]) -> Triage:
    """The answer that a person has to choose, where there is anything; else as it was."""
    if not because:
        return found
    held = replace(found, notices=tuple(because))
    if found.way == "outside":
        return held
    return replace(
        held,
        accepted=False,
        way="choose",
        why=WHY,
        promise=1.0,
        choices=max(found.choices, min(FEWEST_CHOICES, 1 + len(found.alternatives))),
    )


def _notice(rule: str, reason: str, words: str) -> Notice:
    shown = " ".join(words.split())
    return Notice(rule, reason, shown if len(shown) <= _MOST_SHOWN else f"{shown[:_MOST_SHOWN]}…")


def _may_be_mixed(text: str) -> bool:
    return not tokens.is_latin(text) and not _ALIKE_LETTERS.isdisjoint(text)


def _is_mixed(word: str) -> bool:
    """Whether Latin letters and letters that look like them stand in one word."""
    if word.isascii():
        return False
    alike = sum(letter in _LOOKS_LIKE for letter in word)
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in word)
    return bool(alike and latin)


def _ours(word: str) -> str:
    return "".join(_LOOKS_LIKE.get(letter, letter) for letter in word) if _is_mixed(word) else word


def _may_be_coded(text: str) -> bool:
    # What has no digit is no code (`_is_coded`), and most texts have none.
    return tokens.has_digit(text) and max(map(len, text.split()), default=0) >= _SHORTEST_CODE


def _is_coded(block: str) -> bool:
    """Digits, capitals and small letters together: no word, however long, and no ruler of signs."""
    kinds = (str.isdigit, str.isupper, str.islower)
    return all(any(kind(sign) for sign in block) for kind in kinds)
