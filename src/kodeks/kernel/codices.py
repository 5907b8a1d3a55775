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

from kodeks.codex import bundle, dsse, keys
from kodeks.codex.bundle import Codex
from kodeks.codex.reader import CardError
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import CodexRevision, Grant, LegalBasis, Role, SigningKey, User
from kodeks.kernel.once import once

SIGNERS = 2
SIGNING_ROLES = (Role.SYSTEM_OWNER, Role.DATA_PROTECTION_OFFICER, Role.ADMINISTRATOR)


def in_force(day: dt.date | None = None) -> Codex:
    """The codex of a day, today if none is given.

    Raises Refused when there is none, when it or one that was registered since is not what two
    people signed, or when numbers or dates of any have been changed: that would bring another back.
    """
    today = day or timezone.localdate()
    columns = ("sha256", "number", "effective_from", "limits")
    signed_with = _keys_version()
    found: Codex | None = None
    for row in CodexRevision.objects.order_by("-number").values_list(*columns):
        # Of those before it the signatures may have ended, with a key that was taken back.
        codex = _verified(row[0], signed_with) if found is None else _written(row[0])
        if row != (codex.sha256, codex.number, codex.effective_from, dict(codex.limits)):
            raise _unsigned()
        if found is None and codex.effective_from <= today:
            found = codex
    if found is None:
        raise Refused(
            code="no_codex",
            message="Der er intet kodeks i kraft. Registrér et underskrevet kodeks.",
        )
    return found


def of_page() -> Codex:
    """The codex in force, for what a page shows: asked for once while it is shown. Raises Refused.

    Whatever is written goes by `in_force`, which asks each time.
    """
    return once("codex", in_force)


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
    codex = _written(sha256)
    row = CodexRevision.objects.get(sha256=sha256)
    signers = set(_signers(row, codex).values())
    if not _might_sign(signers, timezone.localdate(row.registered_at)):
        raise _unsigned()
    return codex


@lru_cache(maxsize=32)
def _written(sha256: str) -> Codex:
    """The revision with that hash, which its content still has; whoever signed it."""
    row = CodexRevision.objects.get(sha256=sha256)
    try:
        codex = bundle.of_content(row.content)
    except CardError as error:
        raise _unsigned() from error
    if codex.sha256 != sha256:
        raise _unsigned()
    return codex


def _signers(row: CodexRevision, codex: Codex) -> dict[str, int]:
    """Key id -> user id of those whose signatures on it hold."""
    try:
        envelope = dsse.parse(json.dumps(row.envelope))
        return signers_of(envelope) if envelope.payload == codex.signed_bytes else {}
    except keys.SignatureError:
        return {}


def _might_sign(signers: set[int], on: dt.date) -> bool:
    """Whether two of the signers, the data protection officer among them, had the right that day.

    A right that was taken away on the day itself had ended the day before, by its dates.
    """
    rights = Grant.objects.filter(user_id__in=signers, role__in=SIGNING_ROLES, valid_from__lte=on)
    had = [
        (grant.user_id, grant.role)
        for grant in rights
        if grant.valid_until is None or grant.valid_until >= on - dt.timedelta(days=1)
    ]
    officers = {user for user, role in had if role == Role.DATA_PROTECTION_OFFICER}
    return len({user for user, _ in had}) >= SIGNERS and bool(officers)


def _unsigned() -> Refused:
    return Refused(
        code="codex_unsigned",
        message="Kodekset i databasen er ikke det, to personer har underskrevet. Alt er stoppet. "
        "Bed driften undersøge det.",
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
    holds: bool
    """Two people's signatures hold still: no key of theirs has been taken back."""


def revisions() -> list[Revision]:
    """All revisions, the newest first. Raises Refused when the content of one was changed."""
    found: list[Revision] = []
    for row in CodexRevision.objects.order_by("-number"):
        codex = _written(row.sha256)
        signers = set(_signers(row, codex).values())
        found.append(
            Revision(
                codex=codex,
                signers=names_of(signers),
                registered_at=row.registered_at,
                overtaken=any(one.codex.effective_from <= codex.effective_from for one in found),
                holds=_might_sign(signers, timezone.localdate(row.registered_at)),
            )
        )
    return found
