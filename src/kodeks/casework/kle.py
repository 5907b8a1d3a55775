# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The KLE subjects that the first solutions use: a short, dated list with titles in our own words.

KLE (KL's emnesystematik) has about 2,400 numbers and comes out twice a year; this is no copy of
it. Numbers agree with OS2KLE 3.22 (tests/casework/test_kle.py). A municipality takes a whole list
in with `kodeks kle import` (``kle_import``), and from then on that list counts.

The rules of retention are suggestions. What a municipality must keep is Rigsarkivet's to say
(arkivbekendtgørelsen § 5: nothing is discarded but by its rules), so nothing is erased by a rule
before the municipality has confirmed it (``rules.confirm``).
"""

import datetime
import re
from dataclasses import dataclass

from kodeks.casework.errors import CaseworkError

_NUMBER = re.compile(r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}")
_FACET = re.compile(r"[A-ZÆØÅ][0-9]{2}")
LISTED_FROM = datetime.date(2024, 1, 1)


@dataclass(frozen=True)
class Rule:
    """Years from a case's closing until its contents are erased; None: they are kept."""

    years: int | None
    source: str


FIVE_YEARS = Rule(5, "Forslag: databeskyttelsesforordningens artikel 5, stk. 1, litra e")
ACCOUNTS = Rule(5, "Forslag: regnskabsmateriale gemmes i fem år (bogføringsloven § 12)")
KEPT = Rule(None, "Forslag: byggesager bevares (Rigsarkivets bestemmelser for kommuner)")


@dataclass(frozen=True)
class KleEntry:
    """A subject and the days on which it may be used (both included; None is open)."""

    number: str
    title: str
    rule: Rule = FIVE_YEARS
    valid_from: datetime.date = LISTED_FROM
    valid_to: datetime.date | None = None


ENTRIES = (
    KleEntry("00.01.00", "Kommunens styrelse, alment"),
    KleEntry("02.34.02", "Byggetilladelser", KEPT),
    KleEntry("04.01.11", "Pleje af parker og træer"),
    KleEntry("04.03.00", "Offentlige legepladser, alment"),
    KleEntry("05.01.08", "Vedligeholdelse af veje"),
    KleEntry("05.01.12", "Vejbelysning"),
    KleEntry("05.07.01", "Renholdelse af veje og stier"),
    KleEntry("05.07.02", "Vintertjeneste: sne og glatte veje"),
    KleEntry("05.09.02", "Parkeringslicenser og betalt parkering", ACCOUNTS),
    KleEntry("05.09.04", "Parkeringskontrol og parkeringsafgifter", ACCOUNTS),
    KleEntry("05.12.10", "Gravearbejde i veje"),
    KleEntry("05.13.01", "Færdselstavler og afmærkning på vej"),
    KleEntry("06.01.06", "Drift af kloak og afløb"),
    KleEntry("07.04.20", "Genbrugspladser"),
    KleEntry("07.18.06", "Madaffald og restaffald (dagrenovation)"),
    KleEntry("07.18.10", "Storskrald"),
    KleEntry("09.11.00", "Støj fra omgivelserne, alment"),
    KleEntry("09.13.01", "Rottebekæmpelse"),
)


@dataclass(frozen=True)
class Facet:
    """What is done in a case (handlingsfacet), and the days on which it may be used."""

    code: str
    title: str
    valid_from: datetime.date = LISTED_FROM
    valid_to: datetime.date | None = None


# Those that we have seen in use, in our own words. Others of the right form may be used as well.
FACETS = (
    Facet("A53", "Anmodning om aktindsigt"),
    Facet("G01", "Almindelig sagsbehandling"),
    Facet("K01", "Behandling af klager"),
    Facet("K02", "Klage over en afgørelse"),
    Facet("P35", "Møder"),
)


def is_number(text: str) -> bool:
    """Whether ``text`` has the form HH.GG.EE."""
    return _NUMBER.fullmatch(text) is not None


def is_prefix(text: str) -> bool:
    """Whether a number may begin so; also an empty text, which all numbers do."""
    return is_number(text + "00.00.00"[len(text) :])


def is_facet(text: str) -> bool:
    """Whether ``text`` is a letter and two digits, e.g. K01 (the form in the SF2900 schema)."""
    return _FACET.fullmatch(text) is not None


def facet(*, code: str, on: datetime.date) -> Facet | None:
    """Return the listed facet that may be used on the day, or None."""
    for one in FACETS:
        ended = one.valid_to is not None and one.valid_to < on
        if one.code == code and one.valid_from <= on and not ended:
            return one
    return None


def require_facet(code: str, *, on: datetime.date) -> None:
    """Raises CaseworkError for what is no facet, or is listed but not for that day."""
    if not is_facet(code):
        raise CaseworkError(
            f"{code} er ikke en handlingsfacet. Skriv et stort bogstav og to cifre, som G01."
        )
    if any(one.code == code for one in FACETS) and facet(code=code, on=on) is None:
        raise CaseworkError(
            f"Handlingsfacetten {code} gælder ikke den {on:%d.%m.%Y}. Vælg en anden."
        )


def find(*, number: str, on: datetime.date) -> KleEntry | None:
    """Return the listed subject that may be used on the day, or None."""
    for entry in ENTRIES:
        ended = entry.valid_to is not None and entry.valid_to < on
        if entry.number == number and entry.valid_from <= on and not ended:
            return entry
    return None
