# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is done in a case (handlingsfacet), by rules on what kind of document a text is.

The rules are dated and name their source, so that whoever journalises can correct them. The first
that fits counts. KL's own list of facets is not here; other codes are chosen by hand.
"""

import datetime
import re
from dataclasses import dataclass

_SINCE = datetime.date(2026, 11, 1)
_ACCESS = "kle-online.dk, Vejledning i brug af KLE til aktindsigtssager"
_MEETINGS = "kle-online.dk, Vejledning i brug af KLE til mødesager"
_LISTED = "kodeks' egen liste over facetter"


@dataclass(frozen=True)
class FacetRule:
    """A pattern in lower-cased text; `kind` says in Danish what the text then is."""

    code: str
    kind: str
    pattern: re.Pattern[str]
    source: str
    since: datetime.date = _SINCE


@dataclass(frozen=True)
class FacetSuggestion:
    """A facet with the Danish reason for it and where the rule is from."""

    code: str
    reason: str
    source: str


def _rule(code: str, kind: str, pattern: str, source: str) -> FacetRule:
    return FacetRule(code, kind, re.compile(rf"\b(?:{pattern})"), source)


_WISHED = r"aktindsigt\w*|indsigt i (?:min |mine |sagens? |en )?(?:sag|akter|dokumenter)\w*"
_COMPLAINT = r"klager? over|klage på|(?:vil|ønsker at|gerne) klage|klagesag|indgiver\W+klage"

RULES: tuple[FacetRule, ...] = (
    _rule(
        "K02",
        "en klage over en afgørelse om aktindsigt",
        r"klage\w*\W+(?:\w+\W+){0,6}?(?:aktindsigt\w*)",
        _ACCESS,
    ),
    _rule("A53", "en anmodning om aktindsigt", _WISHED, _ACCESS),
    _rule("K01", "en klage", _COMPLAINT, _LISTED),
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
        match = rule.pattern.search(lowered) if rule.since <= on else None
        if match is not None:
            words = " ".join(match[0].split())
            return FacetSuggestion(
                code=rule.code,
                reason=f"»{words}« tyder på {rule.kind}.",
                source=rule.source,
            )
    return GENERAL
