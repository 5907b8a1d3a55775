# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whom a person's letter in a case is for: a party of it, opened in that person's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kodeks.casework.models import Case, Party
from kodeks.casework.ports import Recipient, letter_dispatch
from kodeks.kernel import api as kernel

if TYPE_CHECKING:
    from collections.abc import Callable

_PLACE = "casework_party/sealed_cpr"


def of_case(case: Case, *, writer: Callable[[], kernel.User | None], reason: str) -> Recipient:
    """The case's primary party, as `of_party`."""
    party = Party.objects.filter(case=case, role=Party.Role.PRIMARY).first()
    return of_party(party, case, writer=writer, reason=reason)


def of_party(
    party: Party | None, case: Case, *, writer: Callable[[], kernel.User | None], reason: str
) -> Recipient:
    """A party of the case. The number is opened only for a channel that needs it, in the name of
    the person who wrote the letter, with the `reason` in the log.

    Not inside a transaction. Raises kernel Refused when that person may not.
    """
    if party is None or party.kind == Party.Kind.FREE:
        return Recipient(kind="none")
    if not letter_dispatch().needs_number:
        return Recipient(kind="cpr" if party.kind == Party.Kind.CPR else "cvr")
    if party.kind == Party.Kind.CVR:
        return Recipient(kind="cvr", number=party.cvr)
    user = writer()
    if user is None or party.sealed_cpr is None:
        return Recipient(kind="none")
    number = kernel.unmask(
        user=user,
        place=_PLACE,
        row=str(party.id),
        sealed=bytes(party.sealed_cpr),
        reason=reason,
        scope=kernel.Scope(unit=case.unit.code, kle=case.kle.number),
    )
    return Recipient(kind="cpr", number=number)
