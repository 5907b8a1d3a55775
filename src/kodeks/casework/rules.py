# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The rules of retention: for how long the contents of closed cases are kept, by KLE subject.

Arkivbekendtgørelsen § 5 lets nothing be discarded but by Rigsarkivet's rules, so a rule names its
source and who in the municipality has confirmed it; without that it is a suggestion.
"""

import datetime
import re
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from kodeks.casework import kle, selectors
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import KleSubject, Retention
from kodeks.casework.privacy import without_cpr

COLUMNS = ("kle_number", "years", "source", "confirmed_by")
"""Of a file of rules; `valid_from` may be one more."""
KEPT = "bevares"
MOST_YEARS = 100
_LONGEST_NAME = 100
_YEARS = re.compile("[0-9]{1,3}")


def write(subject: KleSubject, rule: kle.Rule, *, confirmed_by: str = "") -> KleSubject:
    """Store the rule with its subject; an empty ``confirmed_by`` makes it a suggestion."""
    kept = rule.years is None
    subject.retention = Retention.KEEP if kept else Retention.ERASE
    subject.retention_years = rule.years
    subject.retention_source = rule.source
    subject.retention_confirmed_by = confirmed_by
    subject.save(
        update_fields=[
            "retention",
            "retention_years",
            "retention_source",
            "retention_confirmed_by",
        ]
    )
    return subject


def confirm(
    *,
    number: str,
    rule: kle.Rule,
    confirmed_by: str,
    valid_from: datetime.date | None = None,
) -> KleSubject:
    """Set the rule of a subject: of the one from that day, or of the one that is used today.

    It holds for all cases opened under that subject, also those closed already. Raises
    CaseworkError when there is no such subject, or source or name say nothing.
    """
    subject = _subject(number, valid_from)
    if rule.years is not None and not 0 <= rule.years <= MOST_YEARS:
        raise CaseworkError(f"Antallet af år skal være fra 0 til {MOST_YEARS}. Ret det.")
    source = without_cpr(rule.source, name="Kilden til reglen")
    name = without_cpr(confirmed_by, name="Navnet på den, der har bekræftet reglen,")
    if len(name) > _LONGEST_NAME:
        raise CaseworkError(f"Navnet må højst fylde {_LONGEST_NAME} tegn. Gør det kortere.")
    return write(subject, kle.Rule(rule.years, source), confirmed_by=name)


@transaction.atomic
def load(rows: Iterable[tuple[int, Mapping[str, str]]]) -> int:
    """Set the rules of a file, given as rows with their numbers; all of them or none. How many.

    Raises CaseworkError that names the row.
    """
    count = 0
    for number, row in rows:
        try:
            _load(row)
        except CaseworkError as error:
            raise CaseworkError(f"I række {number}: {error}") from error
        count += 1
    return count


def in_words(subject: KleSubject) -> str:
    """The rule as people read it."""
    if subject.retention == Retention.ERASE:
        years = subject.retention_years
        return f"Slettes {years} år efter lukning" if years else "Slettes, når sagen er lukket"
    return Retention(subject.retention).label


def _load(row: Mapping[str, str]) -> None:
    years, day = row["years"].strip().lower(), row.get("valid_from", "").strip()
    if years != KEPT and not _YEARS.fullmatch(years):
        raise CaseworkError(f"years skal være et helt tal eller ordet {KEPT}.")
    try:
        valid_from = datetime.date.fromisoformat(day) if day else None
    except ValueError as error:
        raise CaseworkError("valid_from skal skrives som 2026-01-31.") from error
    confirm(
        number=row["kle_number"].strip(),
        rule=kle.Rule(None if years == KEPT else int(years), row["source"]),
        confirmed_by=row["confirmed_by"],
        valid_from=valid_from,
    )


def _subject(number: str, valid_from: datetime.date | None) -> KleSubject:
    if valid_from is None:
        found = selectors.kle_subject(number=number, on=timezone.localdate())
    else:
        found = KleSubject.objects.filter(number=number, valid_from=valid_from).first()
    if found is None:
        raise CaseworkError(f"KLE-nummeret {number} findes ikke. Indlæs det sammen med emnerne.")
    return found
