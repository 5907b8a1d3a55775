# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Models: sealed, signed by two people, opened only for a permit.

A released model lies sealed (AES-256-GCM, a key of its own) in the home folder. Its statement, in
the form of in-toto (https://in-toto.io/Statement/v1) in a DSSE envelope, names both hashes, what it
learned from, what it reads and what it was measured to do. The technician who made it signs first,
the manager who answers for the system second. Each time it is opened, the key comes from the
database against a permit, and signatures and hashes are verified again.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings

from kodeks.codex import dsse
from kodeks.codex.keys import SignatureError, Signer
from kodeks.files import write_atomic
from kodeks.kernel import authority, calls, codices, keyring, sealing, subjects
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.keyring import SealingError, Wrapped
from kodeks.kernel.models import (
    Assignment,
    Release,
    ReleaseApproval,
    ReleaseKey,
    ReleaseRevocation,
    User,
)

M = TypeVar("M")
PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:kodeks:release:v1"
_PURPOSE = "model"
_PLACE = "models"


@dataclass(frozen=True, kw_only=True)
class Groups:
    """How a model treats groups of citizens: measures with their intervals, or why there are none.

    Each measure has `attribute`, `group`, `measure`, `count`, `value`, `low` and `high`, as text.
    """

    measured: Sequence[Mapping[str, str]]
    reason: str = ""


def propose(
    *,
    system: str,
    version: str,
    artefact: bytes,
    permit_id: uuid.UUID,
    inputs: Sequence[tuple[str, str]],
    metrics: Mapping[str, str],
    groups: Groups,
    author: User,
    signer: Signer,
) -> Release:
    """Seal a model and sign its statement as its author (needs the owner role).

    `permit_id` is the permit for development or retraining under which it was trained, `inputs` are
    (source, field) of what it reads. It comes into operation when the manager has approved it.

    Raises Refused when permit, inputs or measures are not in order, or the key is not the author's.
    """
    _require_own_key(author, signer)
    authority.require(author, "propose_release", about=About(system=system, author=author))
    digest = hashlib.sha256(artefact).hexdigest()
    key = keyring.new_key()
    sealed = sealing.seal(key, place=_PLACE, row=_row(system, version, digest), content=artefact)
    predicate: dict[str, Any] = {
        "system": system,
        "version": version,
        "artefact_sha256": digest,
        "sealed_sha256": hashlib.sha256(sealed).hexdigest(),
        "permit": str(permit_id),
        "inputs": [{"source": source, "field": field} for source, field in inputs],
        "metrics": dict(metrics),
        "groups": {"measured": [dict(one) for one in groups.measured], "reason": groups.reason},
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }
    envelope = dsse.sign(_statement(predicate), payload_type=PAYLOAD_TYPE, signers=[signer])
    wrapped = keyring.wrap(key, purpose=_PURPOSE, of=(system, version))
    write_atomic(path=_path(predicate["sealed_sha256"]), content=sealed)
    release_id = calls.call(
        "propose_release",
        system,
        predicate,
        json.loads(envelope.as_text()),
        author.pk,
        wrapped.wrapped,
        wrapped.kek,
    )
    return Release.objects.get(pk=release_id)


def propose_again(
    *, system: str, version: str, new_version: str, author: User, signer: Signer
) -> Release:
    """Sign a model that was in operation before, as it was, under a new number (owner role).

    So one goes back to it: the manager approves it as any other. Its file must still be there.

    Raises Refused when the version was never approved or was revoked, or as `propose` does.
    """
    release = _found(system, version)
    approval = ReleaseApproval.objects.filter(release=release).first()
    if approval is None or ReleaseRevocation.objects.filter(release=release).exists():
        raise Refused(
            code="not_released",
            message="Man kan kun gå tilbage til en model, der har været i drift og ikke er trukket "
            "tilbage. Se listen med `kodeks release list`.",
        )
    key = ReleaseKey.objects.get(release=release)
    return propose(
        system=system,
        version=new_version,
        artefact=_artefact(release, Wrapped(wrapped=bytes(key.wrapped), kek=key.kek)),
        permit_id=release.permit_id,
        inputs=[(one["source"], one["field"]) for one in release.inputs],
        metrics=release.metrics,
        groups=Groups(measured=release.groups["measured"], reason=str(release.groups["reason"])),
        author=author,
        signer=signer,
    )


def approve(*, system: str, version: str, approver: User, signer: Signer) -> Release:
    """Sign the same statement as the manager; the model is in operation from now on.

    Raises Refused when the person does not answer for the system, is the author, or the file or the
    first signature is not in order.
    """
    _require_own_key(approver, signer)
    release = _found(system, version)
    authority.require(
        approver, "approve_release", about=About(system=system, author=release.author)
    )
    envelope = _verified(release, release.envelope, [release.author_id])
    _read(release)
    both = dsse.add_signature(envelope, signer=signer)
    calls.call("approve_release", system, version, json.loads(both.as_text()), approver.pk)
    return release


def revoke(*, system: str, version: str, user: User, reason: str) -> None:
    """Take a model out of operation for good. Raises Refused."""
    release = _found(system, version)
    authority.require(user, "revoke_release", about=About(system=system, author=release.author))
    calls.call("revoke_release", system, version, user.pk, reason)


def opened(
    *,
    permit_id: uuid.UUID,
    system: str,
    load: Callable[[bytes], M],
    recommendation_id: uuid.UUID | None = None,
) -> tuple[M, str]:
    """The released model and its hash, for a permit in force; or the one that made a suggestion.

    Raises Refused when file, signatures or release are not in order, SystemStopped when the system
    may not run now.
    """
    payload = {"permit_id": str(permit_id)}
    # Beside the model in operation one earlier is kept, for those whose matters it was about.
    places = [system]
    if recommendation_id is not None:
        payload["recommendation_id"] = str(recommendation_id)
        places.append(_earlier(system))
    answer = calls.call("model_key", payload, savepoint=False)
    for place in places:
        found = _opened().get(place)
        if found is not None and found[0] == answer["release"]:
            return found[1], found[2]
    release = Release.objects.select_related("approval").get(pk=answer["release"])
    model = load(_artefact(release, subjects.of_json(answer)))
    _opened()[places[-1]] = (release.pk, model, release.artefact_sha256)
    return model, release.artefact_sha256


def forget(system: str) -> None:
    """Let the process open and verify the system's model anew when it is next used."""
    for place in (system, _earlier(system)):
        _opened().pop(place, None)


def _earlier(system: str) -> str:
    """Where the model of an earlier release is kept; no system has a blank in its name."""
    return f"{system} earlier"


def _opened() -> dict[str, tuple[int, Any, str]]:
    """What this process has opened: place -> release, model and its hash."""
    models: dict[str, tuple[int, Any, str]] = apps.get_app_config("kernel").models_opened  # type: ignore[attr-defined]
    return models


def rewrapped(row: ReleaseKey) -> Wrapped:
    """The key of a row, wrapped by the key in use (for `kodeks key rotate`)."""
    of = (row.release.system_id, row.release.version)
    found = Wrapped(wrapped=bytes(row.wrapped), kek=row.kek)
    return keyring.wrap(keyring.unwrap(found, purpose=_PURPOSE, of=of), purpose=_PURPOSE, of=of)


def statement_of(release: Release) -> dict[str, Any]:
    """What was signed about a release."""
    statement: dict[str, Any] = json.loads(base64.b64decode(release.envelope["payload"]))
    return statement


def _artefact(release: Release, wrapped: Wrapped) -> bytes:
    """The opened file of a release, after both signatures and both hashes held."""
    approval = release.approval
    _verified(release, release.envelope, [release.author_id])
    _verified(release, approval.envelope, [release.author_id, approval.approver_id])
    _require_answered(release, approval)
    sealed = _read(release)
    try:
        key = keyring.unwrap(wrapped, purpose=_PURPOSE, of=(release.system_id, release.version))
        artefact = sealing.open_sealed(
            key,
            place=_PLACE,
            row=_row(release.system_id, release.version, release.artefact_sha256),
            sealed=sealed,
        )
    except SealingError as error:
        raise _wrong("Modellens fil kan ikke åbnes med frigivelsens nøgle.") from error
    if hashlib.sha256(artefact).hexdigest() != release.artefact_sha256:
        raise _wrong("Modellens fil er ikke den, der blev frigivet.")
    return artefact


def _verified(release: Release, kept: Mapping[str, Any], signers: Sequence[int]) -> dsse.Envelope:
    """The envelope, when these people signed exactly what stands in the release's row.

    Raises Refused when they did not.
    """
    unsigned = Refused(
        code="unsigned", message="Modellen er ikke underskrevet af dem, der skal. Frigiv den igen."
    )
    try:
        envelope = dsse.parse(json.dumps(kept))
        found = set(codices.signers_of(envelope, payload_type=PAYLOAD_TYPE).values())
        statement = json.loads(envelope.payload)
    except (SignatureError, ValueError) as error:
        raise unsigned from error
    if len(set(signers)) != len(signers) or not set(signers) <= found:
        raise unsigned
    predicate = statement.get("predicate", {})
    row = {
        "system": release.system_id,
        "version": release.version,
        "artefact_sha256": release.artefact_sha256,
        "sealed_sha256": release.sealed_sha256,
        "permit": str(release.permit_id),
        "metrics": release.metrics,
        "groups": release.groups,
        "inputs": release.inputs,
    }
    if statement.get("predicateType") != PREDICATE or row != {
        name: predicate.get(name) for name in row
    }:
        raise _wrong("Det, der er underskrevet, er ikke det, der står i registret.")
    return envelope


def _require_answered(release: Release, approval: ReleaseApproval) -> None:
    """Raises Refused unless the approver answered for the system when the model was approved."""
    post = (
        Assignment.objects.filter(
            system_id=release.system_id, assigned_at__lte=approval.approved_at
        )
        .order_by("-id")
        .first()
    )
    if post is None or approval.approver_id not in (post.manager_id, post.deputy_id):
        raise Refused(
            code="unsigned",
            message="Modellen er ikke godkendt af den, der svarede for systemet. Frigiv den igen.",
        )


def _read(release: Release) -> bytes:
    try:
        sealed = _path(release.sealed_sha256).read_bytes()
    except OSError as error:
        raise _wrong("Modellens fil mangler i installationens mappe.") from error
    if hashlib.sha256(sealed).hexdigest() != release.sealed_sha256:
        raise _wrong("Modellens fil er ændret eller byttet ud.")
    return sealed


def _require_own_key(user: User, signer: Signer) -> None:
    owner = codices.signing_keys().get(signer.public.keyid)
    if owner is None or owner[0] != user.pk:
        raise Refused(
            code="unsigned",
            message="Nøglen er ikke registreret som din. Registrér den med `kodeks user key`.",
        )


def _found(system: str, version: str) -> Release:
    release = Release.objects.filter(system_id=system, version=version).first()
    if release is None:
        raise Refused(
            code="unknown_release",
            message="Versionen findes ikke. Se listen med `kodeks release list`.",
        )
    return release


def _statement(predicate: Mapping[str, Any]) -> bytes:
    name = f"{predicate['system']}-{predicate['version']}.safetensors"
    statement = {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": predicate["artefact_sha256"]}}],
        "predicateType": PREDICATE,
        "predicate": predicate,
    }
    return json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _row(system: str, version: str, digest: str) -> str:
    return f"{system}|{version}|{digest}"


def _path(sealed_sha256: str) -> Path:
    return Path(settings.KODEKS_HOME) / "models" / f"{sealed_sha256}.sealed"


def _wrong(message: str) -> Refused:
    return Refused(code="wrong_release", message=f"{message} Frigiv modellen igen.")
