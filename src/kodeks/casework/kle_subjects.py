# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The KLE subjects that cases are opened under: adding one, our own list, and finding one."""

import datetime
from collections.abc import Collection

from kodeks.casework import kle, rules, selectors, succession
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import KleRelease, KleSubject
from kodeks.kernel import api as kernel


def add(
    *,
    number: str,
    title: str,
    valid_from: datetime.date,
    valid_to: datetime.date | None = None,
    rule: kle.Rule | None = None,
) -> KleSubject:
    """Return the subject from this day on, made if it is new; its title and end are updated.

    ``rule`` is a suggestion and takes no confirmed rule's place.
    """
    if not kle.is_number(number):
        raise CaseworkError(f"{number} er ikke et KLE-nummer. Skriv det som 05.01.08.")
    subject, _ = KleSubject.objects.update_or_create(
        number=number, valid_from=valid_from, defaults={"title": title, "valid_to": valid_to}
    )
    if rule is None or subject.retention_confirmed_by:
        return subject
    return rules.write(subject, rule)


def load_listed() -> int:
    """Store the room's own list of subjects; return how many there are. Safe to repeat.

    Nothing is stored where the municipality has taken a list of its own in.
    """
    if _has_list():
        return 0
    for entry in kle.ENTRIES:
        _add_listed(entry)
    return len(kle.ENTRIES)


def subject_for(*, number: str, on: datetime.date) -> KleSubject:
    """The subject that a matter of that number is opened under on the day (see `succession`).

    Numbers of our own list are stored when they are first used. Raises CaseworkError as
    ``succession.current`` does.
    """
    entry = _listed(number, on)
    return succession.current(number, on) if entry is None else _add_listed(entry)


def is_usable(*, number: str, on: datetime.date) -> bool:
    """Whether there is a subject for the number on the day, or several that it was split in."""
    return _listed(number, on) is not None or bool(succession.choices(number, on))


def titled_all(*, numbers: Collection[str], on: datetime.date) -> dict[str, list[tuple[str, str]]]:
    """`titled` of each: those that are valid on the day are read at once."""
    stored = selectors.kle_subjects(numbers=numbers, on=on)
    return {
        number: [(number, stored[number].title)]
        if number in stored
        else titled(number=number, on=on)
        for number in numbers
    }


def titled(*, number: str, on: datetime.date) -> list[tuple[str, str]]:
    """Number and title of what matters of the number are opened under on the day: itself, its
    successor or several to choose among; none where it is unknown or its successors go in a circle.
    """
    entry = _listed(number, on)
    if entry is not None:
        return [(entry.number, entry.title)]
    try:
        return [(one.number, one.title) for one in succession.choices(number, on)]
    except CaseworkError:
        return []


def _listed(number: str, on: datetime.date) -> kle.KleEntry | None:
    """The entry of our own list, where no list was taken in and the number is not stored."""
    if _has_list() or KleSubject.objects.filter(number=number).exists():
        return None
    return kle.find(number=number, on=on)


def _has_list() -> bool:
    return kernel.once("a list of KLE", KleRelease.objects.exists)


def _add_listed(entry: kle.KleEntry) -> KleSubject:
    return add(
        number=entry.number,
        title=entry.title,
        valid_from=entry.valid_from,
        valid_to=entry.valid_to,
        rule=entry.rule,
    )
