# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is done in a case (handlingsfacet), by rules on what kind of document a text is.

The rules are dated and name their source, so that whoever journalises can correct them. The first
that fits counts. KL's own list of facets is not here; other codes are chosen by hand.

A complaint is one about what the municipality decided or how it handled a case. Whoever complains
of noise or a hole in the road reports something, which is general case handling.
"""

import datetime
import re
from dataclasses import dataclass

_SINCE = datetime.date(2026, 11, 1)
_WITH_OBJECTS = datetime.date(2026, 11, 28)
_ALWAYS = datetime.date.max
_ACCESS = "kle-online.dk, Vejledning i brug af KLE til aktindsigtssager"
_MEETINGS = "kle-online.dk, Vejledning i brug af KLE til mødesager"
_LISTED = "kodeks' egen liste over facetter"


@dataclass(frozen=True)
class FacetRule:
    """A pattern in lower-cased text; `kind` says in Danish what the text then is. It counts from
    `since` and before `until`, so that what was said of an earlier day is said again."""

    code: str
    kind: str
    pattern: re.Pattern[str]
    source: str
    since: datetime.date = _SINCE
    until: datetime.date = _ALWAYS


@dataclass(frozen=True)
class FacetSuggestion:
    """A facet with the Danish reason for it and where the rule is from."""

    code: str
    reason: str
    source: str


def _rule(
    code: str,
    kind: str,
    pattern: str,
    source: str,
    *,
    since: datetime.date = _SINCE,
    until: datetime.date = _ALWAYS,
) -> FacetRule:
    return FacetRule(code, kind, re.compile(rf"\b(?:{pattern})"), source, since, until)


_WISHED = r"aktindsigt\w*|indsigt i (?:min |mine |sagens? |en )?(?:sag|akter|dokumenter)\w*"
_MINE = r"(?:min|mine|mit|sagens|alle|vores)"
_FILE = r"(?:sag|sagsakter|sagsmappe|akter|dokumenter|papirer|journal)"
_WISHED_TOO = (
    rf"(?:akt|agt)-?indsigt\w*|(?:sags|dokument)indsigt\w*|indsigt i (?:{_MINE} |en )?{_FILE}\w*"
    rf"|(?:kopi|udskrift) af {_MINE} {_FILE}\w*|se {_MINE} {_FILE}(?:en|ne|erne)?\b"
)
_COMPLAINT = r"klager? over|klage på|(?:vil|ønsker at|gerne) klage|klagesag|indgiver\W+klage"
_WITHIN = r"(?:[ ,:»«\"()\n\t-]+\w+){0,6}?[ ,:»«\"()\n\t-]+"
"""Up to six words, and no end of a sentence."""
_DECIDED = (
    r"\w*(?:afgørelse|afslag|beslutning|påbud|forbud|bevilling|tilladelse|dispensation|sagsbehandl"
    r"|visitation|afgift|bøde|gebyr|opkrævning|tilbagebetaling|klagenævn|ankestyrelse|udsættelse"
    r"|inddragelse|frakendelse|nedsættelse|parthøring|partshøring|behandlingstid|svartid)\w*"
    r"|(?:behandling(?:en)? af|håndtering(?:en)? af) (?:min|vores|denne) \w*sag\w*"
    r"|at (?:i|kommunen) (?:har )?(?:afvist|afslået|afviser|nægtet?|sagt nej)\w*"
)
_COMPLAINT_OF = (
    rf"(?:klag(?:e|er|en)|anker?|(?:gør|gøre) indsigelse){_WITHIN}(?:{_DECIDED})"
    rf"|(?:påklager?|anker?) (?:jeres |kommunens |den |min )?(?:{_DECIDED})"
    rf"|(?:{_DECIDED})[^.!?]{{0,60}}\bklage[r]?(?: (?:jeg|vi|hermed))* (?:over|på)\s*(?:[.,!?]|\Z)"
    r"|klagesag(?:en)?\b|klagevejledning\w*|klagefrist\w*"
)
_REFUSED_ACCESS = (
    r"klage\w*\W+(?:\w+\W+){0,6}?(?:aktindsigt\w*)"
    r"|(?:afslag|afvis\w*|afslå\w*|nægte\w*)\b[^.!?]{0,60}\baktindsigt\w*[^.!?]{0,60}\bklager?\b"
)

RULES: tuple[FacetRule, ...] = (
    _rule(
        "K02",
        "en klage over en afgørelse om aktindsigt",
        r"klage\w*\W+(?:\w+\W+){0,6}?(?:aktindsigt\w*)",
        _ACCESS,
        until=_WITH_OBJECTS,
    ),
    _rule(
        "K02",
        "en klage over en afgørelse om aktindsigt",
        _REFUSED_ACCESS,
        _ACCESS,
        since=_WITH_OBJECTS,
    ),
    _rule("A53", "en anmodning om aktindsigt", _WISHED, _ACCESS, until=_WITH_OBJECTS),
    _rule("A53", "en anmodning om aktindsigt", _WISHED_TOO, _ACCESS, since=_WITH_OBJECTS),
    _rule("K01", "en klage", _COMPLAINT, _LISTED, until=_WITH_OBJECTS),
    _rule(
        "K01",
        "en klage over en afgørelse eller sagsbehandlingen",
        _COMPLAINT_OF,
        _LISTED,
        since=_WITH_OBJECTS,
    ),
    _rule(
        "P35",
        "en mødesag",
        r"dagsorden\w*|mødereferat\w*|referat\w* (?:af|fra) møde\w*|mødeindkaldelse\w*"
        r"|indkaldelse til møde\w*",
        _MEETINGS,
    ),
)
GENERAL = FacetSuggestion(
    code="G01", reason="Ingen regel passer, så det er almindelig sagsbehandling.", source=_LISTED
)
"""Applications, reports and questions: general case handling."""


def suggest(text: str, *, on: datetime.date) -> FacetSuggestion:
    """The facet of a text by the rules of the day."""
    lowered = text.lower()
    for rule in RULES:
        match = rule.pattern.search(lowered) if rule.since <= on < rule.until else None
        if match is not None:
            words = " ".join(match[0].split())
            return FacetSuggestion(
                code=rule.code,
                reason=f"»{words}« tyder på {rule.kind}.",
                source=rule.source,
            )
    return GENERAL
