# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Taking a whole list of KLE in, from a day, and the successors of the numbers that are gone.

Nothing that cases stand on is edited: a number that is not in the new list ends the day before, and
one with a new title begins anew with its rule of retention, as it was and by whom it was confirmed.
"""

import datetime
import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import ProtectedError, Q

from kodeks.casework import kle, kle_file, selectors, succession
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import KleKeyword, KleRelease, KleSubject, KleSuccession

SUCCESSORS = ("old", "new", "valid_from")
"""The columns of a file of successors."""
_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a list changed, by number; `successors` is how many rows of the other file were new."""

    numbers: int
    words: int
    groups: tuple[str, ...]
    added: tuple[str, ...]
    titled: tuple[str, ...]
    """New titles of known numbers."""
    ended: tuple[str, ...]
    successors: int
    suggested: tuple[succession.Likeness, ...]
    """For the numbers that ended and have no successor."""


@transaction.atomic
def take_in(
    *,
    content: bytes,
    valid_from: datetime.date,
    successors: Iterable[tuple[int, Mapping[str, str]]] = (),
    keep: Collection[str] = (),
) -> Taken:
    """Make the file (see `kle_file`) the list of subjects from that day; all of it or nothing.

    ``successors`` are rows with their numbers; ``keep`` begins the municipality's own numbers,
    which go on though the file does not have them. The same list once more changes nothing. Raises
    CaseworkError: for a bad line or row, a list older than the newest, or a number that the same
    day's list brought and cases use.
    """
    file = kle_file.read(content)
    _require_newest(valid_from)
    words = _words_before(valid_from)
    titles = {one.number: one.title for one in file.subjects}
    known = {
        one.number: one
        for one in KleSubject.objects.filter(_used_on(valid_from)).order_by("valid_from")
    }
    kept = {number for number in known if number.startswith(tuple(keep))}
    gone = {number: one for number, one in known.items() if number not in titles.keys() | kept}
    titled = {
        number: one
        for number, one in known.items()
        if number in titles and one.title != titles[number]
    }
    added = [number for number in titles if number not in known]
    _end(gone, valid_from)
    _retitle(titled, titles, valid_from)
    KleSubject.objects.bulk_create(
        KleSubject(number=number, title=titles[number], valid_from=valid_from) for number in added
    )
    count = _store_words(file, content, valid_from)
    rows = _successors(successors)
    steps = succession.table(valid_from)
    new = {one.number: (one.title, [word for word, _ in one.words]) for one in file.subjects}
    return Taken(
        numbers=len(titles),
        words=count,
        groups=file.groups,
        added=tuple(sorted(added)),
        titled=tuple(sorted(titled)),
        ended=tuple(sorted(gone)),
        successors=rows,
        suggested=tuple(
            succession.suggestions(
                removed={
                    number: (one.title, words.get(number, ()))
                    for number, one in gone.items()
                    if number not in steps
                },
                added={number: new[number] for number in added},
            )
        ),
    )


def _used_on(day: datetime.date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))


def _require_newest(valid_from: datetime.date) -> None:
    newest = KleRelease.objects.last()
    if newest is not None and valid_from < newest.valid_from:
        raise CaseworkError(
            f"Der er allerede en liste fra den {newest.valid_from:%d.%m.%Y}. "
            "Indlæs listerne i rækkefølge."
        )


def _end(gone: Mapping[str, KleSubject], valid_from: datetime.date) -> None:
    for subject in gone.values():
        if subject.valid_from < valid_from:
            continue
        # It came with an earlier try of the same day's list, so it has never been valid.
        try:
            subject.delete()
        except ProtectedError as error:
            raise CaseworkError(
                f"KLE-nummeret {subject.number} er ikke i filen, men sager bruger det fra den "
                f"{valid_from:%d.%m.%Y}. Vælg en senere dag."
            ) from error
    _end_before(gone.values(), valid_from)


def _retitle(
    titled: Mapping[str, KleSubject], titles: Mapping[str, str], valid_from: datetime.date
) -> None:
    """A new period for those with new titles, with the rule that the old one has."""
    for subject in titled.values():
        if subject.valid_from == valid_from:
            KleSubject.objects.filter(pk=subject.pk).update(title=titles[subject.number])
    earlier = [one for one in titled.values() if one.valid_from < valid_from]
    _end_before(earlier, valid_from)
    KleSubject.objects.bulk_create(
        KleSubject(
            number=one.number,
            title=titles[one.number],
            valid_from=valid_from,
            retention=one.retention,
            retention_years=one.retention_years,
            retention_source=one.retention_source,
            retention_confirmed_by=one.retention_confirmed_by,
        )
        for one in earlier
    )


def _end_before(subjects: Iterable[KleSubject], valid_from: datetime.date) -> None:
    ids = [one.pk for one in subjects if one.pk is not None and one.valid_from < valid_from]
    KleSubject.objects.filter(pk__in=ids).update(valid_to=valid_from - _DAY)


def _words_before(valid_from: datetime.date) -> dict[str, list[str]]:
    """The words of the list that this one takes the place of, by number."""
    release = KleRelease.objects.filter(valid_from__lt=valid_from).last()
    found: dict[str, list[str]] = {}
    for number, word in KleKeyword.objects.filter(release=release).values_list("number", "word"):
        found.setdefault(number, []).append(word)
    return found


def _store_words(file: kle_file.KleFile, content: bytes, valid_from: datetime.date) -> int:
    digest = hashlib.sha256(content).hexdigest()
    release, new = KleRelease.objects.get_or_create(
        valid_from=valid_from, defaults={"sha256": digest}
    )
    if not new and release.sha256 == digest:
        return release.keywords.count()
    if not new:
        release.keywords.all().delete()
        release.sha256 = digest
        release.save(update_fields=["sha256"])
    rows = [
        KleKeyword(release=release, number=one.number, word=word, weight=weight)
        for one in file.subjects
        for word, weight in one.words
    ]
    KleKeyword.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def _successors(rows: Iterable[tuple[int, Mapping[str, str]]]) -> int:
    """Store the rows; those that are there already stay. Returns how many were new."""
    count = 0
    for at, row in rows:
        try:
            count += _succeed(**{name: row[name].strip() for name in SUCCESSORS})
        except CaseworkError as error:
            raise CaseworkError(f"I række {at}: {error}") from error
    if count:
        succession.require_no_circle(succession.table(datetime.date.max))
    return count


def _succeed(*, old: str, new: str, valid_from: str) -> bool:
    for number in (old, new):
        if not kle.is_number(number):
            raise CaseworkError(f"{number} er ikke et KLE-nummer. Skriv det som 05.01.08.")
    if old == new:
        raise CaseworkError(f"{old} kan ikke afløse sig selv. Ret rækken.")
    try:
        day = datetime.date.fromisoformat(valid_from)
    except ValueError as error:
        raise CaseworkError("valid_from skal skrives som 2026-01-31.") from error
    if selectors.kle_subject(number=old, on=day) is not None:
        raise CaseworkError(
            f"KLE-nummeret {old} gælder stadig den {day:%d.%m.%Y}. Indlæs først den liste, som det "
            "er gledet ud af."
        )
    if selectors.kle_subject(number=new, on=day) is None:
        raise CaseworkError(
            f"KLE-nummeret {new} gælder ikke den {day:%d.%m.%Y}. Vælg et, der er på listen."
        )
    _, is_new = KleSuccession.objects.get_or_create(old=old, new=new, valid_from=day)
    return is_new
