# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Systems whose models are really sealed and signed, by two people with keys of their own."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path
from typing import Any

from cases import DAY, Case, person
from django.apps import apps
from django.conf import settings
from gate import django_as_owner
from kernel_stage import today

from kodeks.codex import keys
from kodeks.codex.keys import Signer
from kodeks.kernel import api as kernel
from kodeks.kernel import releases
from kodeks.kernel.models import Release

INPUTS = (("henvendelse", "text"),)
GROUPS = kernel.Groups(measured=[], reason="Prøven handler ikke om borgere.")


def new_signer(stage: Any, who: int) -> Signer:
    """A key that the person signs with from now on."""
    signer = keys.load_private(keys.generate(None), None)
    stage.as_owner(
        "SELECT kernel.register_signing_key(%s, %s, %s)",
        who,
        signer.public.keyid,
        keys.public_text(signer.public),
    )
    return signer


class Released:
    """A system with its manager's and technician's keys, and models called by their version."""

    def __init__(self, stage: Any) -> None:
        self.stage = stage
        roles = ("system_owner", "caseworker", "administrator", "data_protection_officer")
        self.manager, self.worker, self.technician, self.officer = (
            person(stage, role) for role in roles
        )
        self.slug = stage.register(ready=False, autonomy="procedural", share="1.0")
        stage.assign(slug=self.slug, manager=self.manager)
        stage.attest(self.slug, by=self.manager)
        dates = {"valid_from": today() - 250 * DAY, "valid_to": today() + 50 * DAY}
        stage.evidence(self.slug, **dates)
        self.signers = {
            who: new_signer(stage, who) for who in (self.manager, self.technician, self.officer)
        }

    def learning(self) -> uuid.UUID:
        """A permit for development under which a data set was read."""
        asked = {"phase": "development", "purpose": "improvement", "user": self.technician}
        permit = self.stage.permit(self.slug, **asked)
        self.stage.call(
            "read_dataset",
            {"permit_id": permit, "source": "henvendelse", "fields": ["history"]}
            | {"rows": 10, "sha256": "d2" * 32},
        )
        return uuid.UUID(permit)

    def artefact(self, version: str) -> bytes:
        return f"model {self.slug} {version} ".encode() * 12

    def proposal(self, version: str, /, **changes: Any) -> dict[str, Any]:
        """What kernel.releases.propose takes, in order but for `changes`."""
        return {
            "system": self.slug,
            "version": version,
            "artefact": self.artefact(version),
            "permit_id": changes["permit_id"] if "permit_id" in changes else self.learning(),
            "inputs": INPUTS,
            "metrics": {"accuracy": "0.9"},
            "groups": GROUPS,
            "author": self.stage.user(self.technician),
            "signer": self.signers[self.technician],
        } | changes

    def approval(self, version: str, /, **changes: Any) -> dict[str, Any]:
        """What kernel.releases.approve takes."""
        return {
            "system": self.slug,
            "version": version,
            "approver": self.stage.user(self.manager),
            "signer": self.signers[self.manager],
        } | changes

    def propose(self, version: str) -> None:
        proposal = self.proposal(version)
        with django_as_owner(self.stage):
            releases.propose(**proposal)

    def release(self, version: str) -> None:
        """Proposed by the technician and approved by the manager."""
        self.propose(version)
        with django_as_owner(self.stage):
            releases.approve(**self.approval(version))

    def row(self, version: str) -> Release:
        found = Release.objects.select_related("approval")
        return found.get(system_id=self.slug, version=version)

    def file(self, version: str) -> Path:
        sealed = self.row(version).sealed_sha256
        return Path(settings.KODEKS_HOME) / "models" / f"{sealed}.sealed"

    def case(self, version: str) -> Case:
        artefact = hashlib.sha256(self.artefact(version)).hexdigest()
        people = (self.manager, self.worker, self.technician, self.officer)
        return Case(self.stage, self.slug, *people, artefact=artefact)

    def permit(self) -> kernel.Permit:
        return kernel.ask(system=self.slug, purpose="triage")


def predict(permit: kernel.Permit) -> bytes:
    """Have the model compute, in a process that has not opened it before."""
    apps.get_app_config("kernel").models_opened.clear()
    return permit.predict(load=bytes, compute=lambda model: model)
