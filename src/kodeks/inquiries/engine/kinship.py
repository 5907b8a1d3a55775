# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether an inquiry belongs to something that is here already: a case, or the same inquiry again.

What is known of the earlier ones comes as facts without their texts: each a line that a citizen may
read, because it stands among the data of the suggestion. From the lines alone it is judged, so a
suggestion is computed again without asking for the earlier ones, which may be erased by then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["case", "named", "again", "others"]
"""An open case of the same sender; a case whose number stands in the text; the same text again from
the same sender; nearly the same text from somebody else, or from one who is not known."""

NONE = "Ingen andre henvendelser eller sager"
_NUMBER = re.compile(r"(?<![\w-])(\d{4}-\d{7})(?:-\d{1,4})?(?![\w-])")
_LINE = re.compile(
    r"(?P<what>Henvendelse|Sag) (?P<id>[0-9a-f-]{36}), (?P<days>\d{1,6}) dage før, "
    r"(?P<sender>samme afsender|ikke samme kendte afsender), ligner (?P<like>\d,\d{4})"
    r"(?P<open>, åben sag)?(?P<named>, nævnt i teksten)?"
)
_MOST_DAYS = 999_999


@dataclass(frozen=True, kw_only=True)
class Kin:
    """An earlier inquiry, or a case that the text names, beside the inquiry that is judged.

    `likeness` (0 to 1, four decimals) is that of the texts, see `shingles`; `days` from one to the
    other. `is_open` says that it has a case that is open.
    """

    what: Literal["Henvendelse", "Sag"]
    id: str
    days: int
    same_sender: bool
    likeness: float
    is_open: bool = False
    named: bool = False

    def as_line(self) -> str:
        """In Danish, on one line; `of_lines` reads it again."""
        sender = "samme afsender" if self.same_sender else "ikke samme kendte afsender"
        like = f"{self.likeness:.4f}".replace(".", ",")
        found = f"{self.what} {self.id}, {min(max(self.days, 0), _MOST_DAYS)} dage før, {sender}"
        found += f", ligner {like}"
        found += ", åben sag" if self.is_open else ""
        return found + (", nævnt i teksten" if self.named else "")


@dataclass(frozen=True)
class Limits:
    """From which likeness two texts are the same again: of one sender, and of others within so
    many days. Chosen on training data (benchmarks/inquiries/duplicates.py, decision 0038)."""

    same_sender: float = 0.25
    others: float = 0.25
    days: int = 30

    def as_json(self) -> dict[str, Any]:
        return {"same_sender": self.same_sender, "others": self.others, "days": self.days}


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What an earlier one is to the inquiry, in Danish; `number` is its line's, from 1."""

    kind: Kind
    number: int
    text: str
    weight: float


def numbers_in(text: str) -> tuple[str, ...]:
    """The numbers of cases that stand in a text, each once; of a document the case's."""
    return tuple(dict.fromkeys(match[1] for match in _NUMBER.finditer(text)))


def as_text(found: Iterable[Kin]) -> str:
    """The facts as the value of a field; `NONE` where there are none."""
    return "\n".join(one.as_line() for one in found) or NONE


def of_text(value: str) -> tuple[Kin, ...]:
    """The inverse of `as_text`. Lines of another form are left out."""
    return tuple(_kin(match) for match in map(_LINE.fullmatch, value.splitlines()) if match)


def _kin(match: re.Match[str]) -> Kin:
    return Kin(
        what="Sag" if match["what"] == "Sag" else "Henvendelse",
        id=match["id"],
        days=int(match["days"]),
        same_sender=match["sender"] == "samme afsender",
        likeness=float(match["like"].replace(",", ".")),
        is_open=match["open"] is not None,
        named=match["named"] is not None,
    )


def judge(found: Sequence[Kin], limits: Limits) -> tuple[Finding, ...]:
    """What the earlier ones are to the inquiry, in their order; those that are nothing left out."""
    findings = (_judged(one, number, limits) for number, one in enumerate(found, start=1))
    return tuple(one for one in findings if one is not None)


def _judged(one: Kin, number: int, limits: Limits) -> Finding | None:
    when = _when(one.days)
    if one.named:
        text = "Teksten nævner nummeret på en sag, som kommunen har. Den kan høre til sagen."
        return Finding(kind="named", number=number, text=text, weight=1.0)
    if one.same_sender and one.likeness >= limits.same_sender:
        text = f"Samme afsender skrev næsten det samme {when}. Det kan være samme henvendelse igen."
        return Finding(kind="again", number=number, text=text, weight=one.likeness)
    if not one.same_sender and one.likeness >= limits.others and one.days <= limits.days:
        text = f"En anden henvendelse fra {when} er næsten den samme. Det kan være samme sag."
        return Finding(kind="others", number=number, text=text, weight=one.likeness)
    if one.same_sender and one.is_open:
        text = f"Samme afsender har en åben sag fra {when}. Henvendelsen kan høre til den."
        return Finding(kind="case", number=number, text=text, weight=one.likeness)
    return None


def _when(days: int) -> str:
    if days == 0:
        return "samme dag"
    return "dagen før" if days == 1 else f"{days} dage før"
