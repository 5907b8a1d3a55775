# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What only the owner role may register, for the commands of `kodeks`."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

from django.db import transaction

from kodeks.codex import dsse, duties, policy
from kodeks.codex.reader import CardError
from kodeks.kernel import authority, calls, codices
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Role, User

if TYPE_CHECKING:
    from kodeks.codex.bundle import Codex
    from kodeks.codex.card import SystemCard
    from kodeks.codex.exercises import ExerciseSet
    from kodeks.codex.keys import PublicKey


def register_card(card: SystemCard) -> int:
    """Register a system card; equal content gives the revision that stands. Returns its number.

    Raises Refused when it uses a field that the codex in force bars.
    """
    return int(calls.call("register_card", card.content))


def register_exercises(found: ExerciseSet) -> int:
    """Register exercises for a system; equal content gives the set that stands. Its number.

    Raises Refused when the system is unknown.
    """
    return int(calls.call("register_exercises", found.content))


def register_codex(*, codex: Codex, envelope: dsse.Envelope) -> int:
    """Register a revision of the codex that two people signed; returns its number.

    Raises Refused when signatures, rights, number or date are not in order, CardError when the
    policies do not fit their schema or do not cover the evidence that the duties ask for.
    """
    found = policy.faults(
        policies=codex.policies,
        schema=codex.schema,
        evidence_kinds=duties.stopping_kinds(codex.duties),
    )
    if found:
        raise CardError(" ".join(found))
    if envelope.payload != codex.signed_bytes:
        raise Refused(code="codex_unsigned", message="Underskrifterne gælder et andet kodeks.")
    signers = sorted(set(codices.signers_of(envelope).values()))
    if len(signers) < codices.SIGNERS:
        raise Refused(
            code="two_persons", message="To forskellige personer skal underskrive kodekset."
        )
    try:
        judge = codices.in_force()
    except Refused:
        # The first one, or one that mends a codex whose signatures have ended: there are no other
        # rules. The database holds who may sign by itself.
        judge = codex
    for user in User.objects.filter(id__in=signers):
        verdict = authority.judge(judge, user, "sign_codex", about=About())
        if not verdict.allowed:
            raise Refused(code=verdict.codes[0], message=verdict.sentence)
    number = calls.call(
        "register_codex", codex.content, codex.sha256, json.loads(envelope.as_text()), signers
    )
    return int(number)


def assign(*, system: str, unit: str, manager: User | None, deputy: User | None = None) -> None:
    """Name who answers from now on; no manager is a vacancy.

    The manager must attest before the system can run. Raises Refused when one of them may not own
    systems.
    """
    calls.call(
        "assign",
        system,
        unit,
        None if manager is None else manager.pk,
        None if deputy is None else deputy.pk,
    )


def register_evidence(
    *,
    system: str,
    kind: str,
    title: str,
    sha256: str,
    signer: User,
    valid_from: dt.date,
    valid_to: dt.date,
    withdrawn: bool = False,
) -> None:
    """Register a document that a duty of the codex asks for. Raises Refused.

    The newest of a kind counts; `withdrawn` registers that there is none that holds any more.
    """
    calls.call(
        "register_evidence",
        system,
        kind,
        title,
        sha256,
        signer.pk,
        valid_from,
        valid_to,
        withdrawn,
    )


def register_training(*, user: User, system: str = "", valid_until: dt.date) -> None:
    """A person is trained to use a system (all when empty) until a day; the newest entry counts."""
    calls.call("register_training", user.pk, system, valid_until)


def register_signing_key(*, user: User, key: PublicKey | None) -> None:
    """The key that a person signs with from now on; None withdraws all the person's keys.

    Withdraw only a key that has come into wrong hands: what it signed no longer counts.
    Raises Refused when the key is another person's.
    """
    from kodeks.codex.keys import public_text

    keyid, text = ("", "") if key is None else (key.keyid, public_text(key))
    calls.call("register_signing_key", user.pk, keyid, text)


@transaction.atomic
def add_user(
    *, username: str, full_name: str, title: str, password: str | None, person_index: bytes | None
) -> User:
    """Make an account; without a password nobody can sign in with one."""
    user = User(username=username, full_name=full_name, title=title, person_index=person_index)
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save()
    return user


def grant(
    *,
    user: User,
    role: str,
    unit: str = "",
    kle_prefix: str = "",
    valid_until: dt.date | None = None,
) -> None:
    """Give a person a role, for a unit and a KLE prefix (empty means all), until a day."""
    calls.call("register_grant", user.pk, Role(role).value, unit, kle_prefix, valid_until)


def revoke(*, user: User, role: str) -> int:
    """Take a role away from today; returns how many grants ended."""
    return int(calls.call("revoke_grants", user.pk, Role(role).value))
