# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which KLE number a matter belongs to on a day, when numbers were removed, renumbered or split.

A case keeps the number that it was opened under. What begins now is asked for here: a topic, a
right or a rule may name a number that is gone, and the table of successors leads to the one that
took its place.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from kodeks.casework import selectors
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import KleKeyword, KleRelease, KleSubject, KleSuccession
from kodeks.kernel import api as kernel

LEAST_SHARE = 0.5
"""Of the words of two numbers, how many they must share before one is suggested for the other."""


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """A suggestion: what the old number may have become, for a person to confirm.

    `share` is 1 for equal titles, else the Jaccard index of the two numbers' words.
    """

    old: str
    new: str
    share: float


def current(number: str, on: datetime.date) -> KleSubject:
    """The subject that new matters of `number` belong to on that day: itself while it is valid,
    else its successor, through as many steps as it takes.

    Raises CaseworkError when there is none, when the successors go in a circle, or when it was
    split in several: the sentence then lists the choices.
    """
    found = choices(number, on)
    if not found:
        raise CaseworkError(f"KLE-nummeret {number} findes ikke. Vælg et nummer fra listen.")
    if len(found) > 1:
        listed = ", ".join(f"{one.number} {one.title}" for one in found)
        raise CaseworkError(f"KLE-nummeret {number} er delt i flere: {listed}. Vælg et af dem.")
    return found[0]


def choices(number: str, on: datetime.date) -> tuple[KleSubject, ...]:
    """The subjects that took the number's place on that day; itself alone while it is valid.

    Raises CaseworkError for successors that go in a circle.
    """
    subject = selectors.kle_subject(number=number, on=on)
    if subject is not None:
        return (subject,)
    steps = table(on)
    ends = _ends(number, steps, on, path=())
    return tuple(sorted(ends.values(), key=lambda one: one.number))


def lineage(number: str, on: datetime.date) -> tuple[str, ...]:
    """The number and those that it took the place of by that day, the nearest first."""
    return lineage_in(table(on), number)


def lineage_in(steps: Mapping[str, Collection[str]], number: str) -> tuple[str, ...]:
    """The same by a day's `table`, for whoever asks about many numbers."""
    before = defaultdict(list)
    for old, news in steps.items():
        for new in news:
            before[new].append(old)
    found = [number]
    for one in found:
        found += [old for old in sorted(before[one]) if old not in found]
    return tuple(found)


def moves(on: datetime.date) -> dict[str, tuple[str, ...]]:
    """The numbers that are gone on that day, and those that took their place."""
    found = {old: tuple(one.number for one in choices(old, on)) for old in table(on)}
    return {old: news for old, news in found.items() if news not in ((), (old,))}


def table(on: datetime.date) -> dict[str, tuple[str, ...]]:
    """What each number has become by that day: the newest rows of a number count."""
    return kernel.once(("successors", on), lambda: _table(on))


def _table(on: datetime.date) -> dict[str, tuple[str, ...]]:
    newest: dict[str, tuple[datetime.date, list[str]]] = {}
    for row in KleSuccession.objects.filter(valid_from__lte=on):
        since, news = newest.get(row.old, (row.valid_from, []))
        if row.valid_from > since:
            news = []
        newest[row.old] = (row.valid_from, [*news, row.new])
    return {old: tuple(news) for old, (_, news) in newest.items()}


def require_no_circle(steps: Mapping[str, Collection[str]]) -> None:
    """Raises CaseworkError that names the first circle found."""
    done: set[str] = set()
    for start in sorted(steps):
        _walk(start, steps, done)


def keywords(number: str, on: datetime.date) -> "list[KleKeyword]":
    """The words that point to the number in the list of that day, the weightiest first."""
    release = KleRelease.objects.filter(valid_from__lte=on).last()
    return list(KleKeyword.objects.filter(release=release, number=number))


def suggestions(
    *,
    removed: Mapping[str, tuple[str, Collection[str]]],
    added: Mapping[str, tuple[str, Collection[str]]],
) -> list[Likeness]:
    """What each removed number may have become: of (title, words) by number.

    An equal title (whatever its capitals) counts first, then the added number with the greatest
    share of words in common. Nothing is suggested below `LEAST_SHARE`.
    """
    found = []
    for old, (title, words) in sorted(removed.items()):
        shares = {
            new: 1.0 if _same(title, other) else _share(words, others)
            for new, (other, others) in added.items()
        }
        best = max(sorted(shares), key=lambda new: shares[new], default=None)
        if best is not None and shares[best] >= LEAST_SHARE:
            found.append(Likeness(old=old, new=best, share=shares[best]))
    return found


def _ends(
    number: str, steps: Mapping[str, Collection[str]], on: datetime.date, *, path: tuple[str, ...]
) -> dict[str, KleSubject]:
    if number in path:
        raise _circle((*path, number))
    found: dict[str, KleSubject] = {}
    for new in steps.get(number, ()):
        subject = selectors.kle_subject(number=new, on=on)
        if subject is not None:
            found[new] = subject
        else:
            found |= _ends(new, steps, on, path=(*path, number))
    return found


def _walk(start: str, steps: Mapping[str, Collection[str]], done: set[str]) -> None:
    """Depth first without recursion: a file may hold a chain longer than Python's stack."""
    path: list[str] = []
    waiting: list[tuple[str, int]] = [(start, 0)]
    while waiting:
        number, depth = waiting.pop()
        done.update(path[depth:])
        del path[depth:]
        if number in path:
            raise _circle((*path[path.index(number) :], number))
        if number in done:
            continue
        path.append(number)
        waiting += [(new, len(path)) for new in steps.get(number, ())]
    done.update(path)


def _circle(path: Iterable[str]) -> CaseworkError:
    return CaseworkError(f"Afløserne går i ring: {' -> '.join(path)}. Ret filen med afløsere.")


def _same(one: str, other: str) -> bool:
    return one.casefold().split() == other.casefold().split()


def _share(one: Collection[str], other: Collection[str]) -> float:
    mine, others = ({word.casefold() for word in words} for words in (one, other))
    return len(mine & others) / len(mine | others) if mine and others else 0.0
