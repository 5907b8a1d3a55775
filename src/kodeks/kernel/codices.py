# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The codex in force: read from the database, its two signatures verified, parsed once.

Each request asks the database which revision is in force today, so a new one takes effect without
a restart. One whose signatures do not hold is refused: then nothing runs until it is mended.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils import timezone

from kodeks.codex import bundle, dsse, keys, policy
from kodeks.codex.bundle import Codex
from kodeks.codex.reader import CardError
from kodeks.kernel import calls
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import CodexRevision, LegalBasis, SigningKey, User

_SIGNERS = 2


def in_force(day: dt.date | None = None) -> Codex:
    """The codex of a day, today if none is given.

    Raises Refused when there is none, or when one that was registered since is not what two people
    signed: a date that was moved would bring an older codex back.
    """
    today = day or timezone.localdate()
    columns = ("sha256", "number", "effective_from", "limits")
    signed_with = _keys_version()
    for row in CodexRevision.objects.order_by("-number").values_list(*columns).iterator():
        codex = _verified(row[0], signed_with)
        if row != (codex.sha256, codex.number, codex.effective_from, dict(codex.limits)):
            raise _unsigned()
        if codex.effective_from <= today:
            return codex
    raise Refused(
        code="no_codex",
        message="Der er intet kodeks i kraft. Registrér et underskrevet kodeks.",
    )


def verified(sha256: str) -> Codex:
    """The revision with that hash, its signatures verified. Raises Refused."""
    return _verified(sha256, _keys_version())


def _keys_version() -> int:
    """Grows when a signing key is registered or withdrawn: what was verified before is then old."""
    newest = SigningKey.objects.order_by("-id").values_list("id", flat=True).first()
    return newest or 0


@lru_cache(maxsize=32)
def _verified(sha256: str, signed_with: int) -> Codex:
    """Once in a process for each revision and version of the keys."""
    row = CodexRevision.objects.get(sha256=sha256)
    try:
        codex = bundle.of_content(row.content)
        envelope = dsse.parse(json.dumps(row.envelope))
        signed = codex.sha256 == row.sha256 and envelope.payload == codex.signed_bytes
        signers = signers_of(envelope) if signed else {}
    except (CardError, keys.SignatureError):
        signers = {}
    if len(set(signers.values())) < _SIGNERS:
        raise _unsigned()
    return codex


def _unsigned() -> Refused:
    return Refused(
        code="codex_unsigned",
        message="Kodekset i databasen er ikke det, to personer har underskrevet. Alt er stoppet. "
        "Bed driften undersøge det.",
    )


def register(*, codex: Codex, envelope: dsse.Envelope) -> int:
    """Register a signed revision (needs the owner role); returns its number.

    Raises Refused when signatures, number or date are not in order, CardError when the policies do
    not fit their schema or do not cover the evidence that the duties ask for.
    """
    found = policy.faults(
        policies=codex.policies,
        schema=codex.schema,
        evidence_kinds=[duty.kind for duty in codex.duties],
    )
    if found:
        raise CardError(" ".join(found))
    if envelope.payload != codex.signed_bytes:
        raise Refused(code="codex_unsigned", message="Underskrifterne gælder et andet kodeks.")
    signers = signers_of(envelope)
    if len(set(signers.values())) < _SIGNERS:
        raise Refused(
            code="two_persons", message="To forskellige personer skal underskrive kodekset."
        )
    return int(
        calls.call(
            "register_codex",
            codex.content,
            codex.sha256,
            json.loads(envelope.as_text()),
            sorted(set(signers.values())),
        )
    )


def signers_of(
    envelope: dsse.Envelope, *, payload_type: str = bundle.PAYLOAD_TYPE
) -> dict[str, int]:
    """Key id -> user id of the signatures that verify with keys that nobody has withdrawn."""
    owners = signing_keys()
    trusted = {keyid: keys.parse_public(text).raw for keyid, (_, text) in owners.items()}
    found = dsse.verify(envelope, keys=trusted, payload_type=payload_type)
    return {keyid: owners[keyid][0] for keyid in found}


def signing_keys() -> Mapping[str, tuple[int, str]]:
    """Key id -> (user id, public key) of all keys that may have signed what is in force.

    A withdrawal (an empty key) takes back all earlier keys of that person; a new key does not.
    """
    found: dict[str, tuple[int, str]] = {}
    for row in SigningKey.objects.order_by("id"):
        if row.keyid:
            found[row.keyid] = (row.user_id, row.public_key)
        else:
            found = {keyid: one for keyid, one in found.items() if one[0] != row.user_id}
    return found


def names_of(signers: Iterable[int]) -> list[str]:
    """The names of people who signed, sorted."""
    return sorted(User.objects.filter(id__in=set(signers)).values_list("full_name", flat=True))


def bases_of(system: str) -> list[LegalBasis]:
    """The system's rows of the legal table in force today, of all dates; none without a codex."""
    try:
        codex = in_force()
    except Refused:
        return []
    rows = LegalBasis.objects.filter(codex__sha256=codex.sha256, system_slug=system)
    return list(rows.order_by("phase", "valid_from", "id"))


@dataclass(frozen=True, kw_only=True)
class Revision:
    """A registered revision, and the names of those who signed it."""

    codex: Codex
    signers: list[str]
    registered_at: dt.datetime
    overtaken: bool
    """A higher number took effect on its day or before, so that it never does."""


def revisions() -> list[Revision]:
    """All revisions, the newest first. Raises Refused when the signatures of one do not hold."""
    found: list[Revision] = []
    for row in CodexRevision.objects.order_by("-number"):
        codex = verified(row.sha256)
        signers = signers_of(dsse.parse(json.dumps(row.envelope)))
        found.append(
            Revision(
                codex=codex,
                signers=names_of(signers.values()),
                registered_at=row.registered_at,
                overtaken=any(one.codex.effective_from <= codex.effective_from for one in found),
            )
        )
    return found
