# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the municipality promises, by the beginning of a KLE number, and what holds with the law.

Rules are dated and none is changed: a new one ends the one before it.
"""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kodeks.casework import deadlines, kle, statutes, succession
from kodeks.casework.deadlines import Term
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import DeadlineKind, DeadlineRule, DeadlineUnit
from kodeks.casework.privacy import without_cpr
from kodeks.kernel import api as kernel

COLUMNS = ("kle_prefix", "kind", "amount", "unit", "source")
"""Of a file of rules; `valid_from` may be one more."""
_DAY = datetime.timedelta(days=1)


@transaction.atomic
def set_rule(
    *,
    kle_prefix: str,
    kind: str,
    amount: int,
    unit: str,
    source: str,
    valid_from: datetime.date | None = None,
) -> DeadlineRule:
    """The rule from that day (today; the first of its prefix holds for what came before, too).

    The same rule once more changes nothing. Raises CaseworkError for what is unknown or outside
    the limits, and when there is a rule from a later day.
    """
    _check(kle_prefix, kind, amount, unit)
    source = without_cpr(source, name="Kilden til fristen")
    earlier = DeadlineRule.objects.filter(kle_prefix=kle_prefix, kind=kind)
    newest = earlier.last()
    day = valid_from or (timezone.localdate() if newest else kle.LISTED_FROM)
    if newest is not None:
        if (newest.amount, newest.unit, newest.source) == (amount, unit, source):
            return newest
        if newest.valid_from > day:
            raise CaseworkError(
                f"Der er allerede en regel fra den {newest.valid_from:%d.%m.%Y}. "
                "Vælg en senere dag."
            )
        if newest.valid_from < day:
            newest.valid_to = day - _DAY
            newest.save(update_fields=["valid_to"])
    rule, _ = DeadlineRule.objects.update_or_create(
        kle_prefix=kle_prefix,
        kind=kind,
        valid_from=day,
        defaults={"amount": amount, "unit": unit, "source": source},
    )
    return rule


@transaction.atomic
def load(rows: Iterable[tuple[int, Mapping[str, str]]]) -> int:
    """Set the rules of a file, given as rows with their numbers; all of them or none. How many.

    Raises CaseworkError that names the row.
    """
    count = 0
    for at, row in rows:
        try:
            _load({name: value.strip() for name, value in row.items()})
        except CaseworkError as error:
            raise CaseworkError(f"I række {at}: {error}") from error
        count += 1
    return count


def in_force(*, on: datetime.date) -> list[DeadlineRule]:
    """The municipality's rules on that day."""
    return list(DeadlineRule.objects.filter(_valid(on)))


def terms_for(
    *, kind: str, kle_number: str, started_on: datetime.date, on: datetime.date
) -> tuple[Term, ...]:
    """What holds for a deadline that begins on the first day and is promised on the second.

    The law's term, and the rule with the longest prefix of the number; a number without one has
    the rule of the number that it took the place of.
    """
    return _terms(kind, (kle_number,), started_on, on)[0]


def promise(
    *, kind: str, kle_number: str, started_on: datetime.date, on: datetime.date | None = None
) -> datetime.date:
    """The last day of a deadline that is promised on a day (today) and has not been written down.

    Raises CaseworkError when neither law nor rule says how long it is.
    """
    return promises(kind=kind, kle_numbers=(kle_number,), started_on=started_on, on=on)[0]


def promises(
    *,
    kind: str,
    kle_numbers: Sequence[str],
    started_on: datetime.date,
    on: datetime.date | None = None,
) -> tuple[datetime.date, ...]:
    """The same for each of several numbers: rules and successors are read once for all of them."""
    terms = _terms(kind, kle_numbers, started_on, on or timezone.localdate())
    days = {
        one: deadlines.first_to_end(started_on=started_on, terms=one)[0]
        for one in dict.fromkeys(terms)
    }
    return tuple(days[one] for one in terms)


def _terms(
    kind: str, numbers: Sequence[str], started_on: datetime.date, on: datetime.date
) -> list[tuple[Term, ...]]:
    statute = statutes.of_kind(kind, on=started_on)
    law = () if statute is None else (statute.term,)
    return [(*law, *_term(rule)) for rule in _rules(kind, numbers, on)]


def _term(rule: DeadlineRule | None) -> tuple[Term, ...]:
    if rule is None:
        return ()
    return (Term(amount=rule.amount, unit=rule.unit, source=rule.source),)


def _rules(kind: str, numbers: Iterable[str], on: datetime.date) -> "Iterator[DeadlineRule | None]":
    valid = DeadlineRule.objects.filter(_valid(on), kind=kind)
    rules = kernel.once(
        ("rules of deadlines", kind, on), lambda: {rule.kle_prefix: rule for rule in valid}
    )
    steps = succession.table(on) if rules else {}
    for number in numbers:
        yield _longest(rules, succession.lineage_in(steps, number)) if rules else None


def _longest(rules: Mapping[str, DeadlineRule], lineage: Iterable[str]) -> DeadlineRule | None:
    for one in lineage:
        for length in range(len(one), 0, -1):
            if one[:length] in rules:
                return rules[one[:length]]
    return rules.get("")


def _valid(on: datetime.date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on))


def _load(row: Mapping[str, str]) -> None:
    if not row["amount"].isdecimal() or len(row["amount"]) > 4:
        raise CaseworkError("amount skal være et helt tal over 0.")
    day = row.get("valid_from", "")
    try:
        valid_from = datetime.date.fromisoformat(day) if day else None
    except ValueError as error:
        raise CaseworkError("valid_from skal skrives som 2026-01-31.") from error
    set_rule(
        kle_prefix=row["kle_prefix"],
        kind=row["kind"],
        amount=int(row["amount"]),
        unit=row["unit"],
        source=row["source"],
        valid_from=valid_from,
    )


def _check(prefix: str, kind: str, amount: int, unit: str) -> None:
    if not kle.is_prefix(prefix):
        raise CaseworkError(f"{prefix} kan ikke begynde et KLE-nummer. Skriv for eksempel 05.01.")
    for name, value, values in (
        ("fristen", kind, DeadlineKind.values),
        ("enheden", unit, DeadlineUnit.values),
    ):
        if value not in values:
            raise CaseworkError(f"{value} kendes ikke som {name}. Brug: {', '.join(values)}.")
    if not 1 <= amount <= deadlines.MOST:
        raise CaseworkError(f"En frist skal være mellem 1 og {deadlines.MOST}. Ret tallet.")
