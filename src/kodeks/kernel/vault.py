# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""CPR numbers: sealed each with a key of its own that is given out only with a logged reason.

Two calls open one: the first writes down who and why, the second gives the key when that is
committed. So neither `unmask` may be called inside a transaction (the database refuses it there).
"""

from __future__ import annotations

import uuid
from typing import Any

from kodeks.kernel import authority, calls, keyring, sealing, subjects
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.keyring import Wrapped
from kodeks.kernel.models import Decision, User, VaultKey
from kodeks.kernel.subjects import Scope, Subject
from kodeks.language import cpr

_PURPOSE = "vault"


def seal(*, subject: Subject, place: str, row: str, plaintext: str) -> bytes:
    """Seal a text for one place (table and column) and row; it goes when its subject is erased.

    A place and row can be sealed once. Raises Refused when the subject is erased already.
    """
    key = keyring.new_key()
    wrapped = keyring.wrap(key, purpose=_PURPOSE, of=(place, row))
    calls.call(
        "deposit",
        {"subject": subject.as_json(), "place": place, "row": row, **subjects.as_json(wrapped)},
    )
    return sealing.seal(key, place=place, row=row, content=plaintext.encode())


def unmask(
    *, user: User, place: str, row: str, sealed: bytes, reason: str, scope: Scope | None = None
) -> str:
    """A person opens a sealed text; who, when and why is a ledger entry before it is shown.

    Raises Refused when the person may not or gives no reason, SealingError when it was changed.
    """
    where = scope or Scope()
    payload = {"place": place, "row": row, "reason": cpr.mask(reason), "scope": where.as_json()}

    def call() -> Any:
        sha256 = authority.require(user, "unmask", about=About(scope=where))
        return calls.call("unmask", {**payload, "user_id": user.pk, "codex_sha256": sha256})

    return _opened(authority.judged_again(call), place, row, sealed)


def unmask_for_robot(
    *, decision_id: uuid.UUID, robot: str, place: str, row: str, sealed: bytes, reason: str
) -> str:
    """The robot of a decided matter opens a sealed text; logged as well.

    Raises Refused when there is no such decision or the card names another robot.
    """
    decision = Decision.objects.filter(id=decision_id).first()
    if decision is None:
        raise Refused(
            code="no_decision", message="Robotten må ikke åbne et nummer uden en afgørelse."
        )
    payload = {"place": place, "row": row, "reason": reason, "robot": robot}
    payload["decision_id"] = str(decision_id)

    def call() -> Any:
        codex = authority.require_run(
            system=decision.system_id, phase="operation", purpose=decision.purpose
        )
        return calls.call("unmask", {**payload, "codex_sha256": codex.sha256})

    return _opened(authority.judged_again(call), place, row, sealed)


def rewrapped(row: VaultKey) -> Wrapped:
    """The key of a row, wrapped by the key in use (for `kodeks key rotate`)."""
    of = (row.place, row.row)
    found = Wrapped(wrapped=bytes(row.wrapped), kek=row.kek)
    return keyring.wrap(keyring.unwrap(found, purpose=_PURPOSE, of=of), purpose=_PURPOSE, of=of)


def _opened(unmasking: Any, place: str, row: str, sealed: bytes) -> str:
    answer = calls.call("unmasked", {"unmasking": str(unmasking)})
    key = keyring.unwrap(subjects.of_json(answer), purpose=_PURPOSE, of=(place, row))
    return sealing.open_sealed(key, place=place, row=row, sealed=sealed).decode()
