# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A trained model on its way into operation: where it learned from, and the technician's half.

The manager's half is `kodeks release approve`; sealing and signatures are the kernel's.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from django.utils import timezone

from kodeks.casework import kle_suggesting
from kodeks.casework.engine.index import KleIndex
from kodeks.codex.keys import Signer
from kodeks.inquiries.engine import kinship, store
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.numbers import Numbers
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Topic
from kodeks.kernel import api as kernel
from kodeks.language import embeddings
from kodeks.language.embeddings import Embedder

SYSTEM = "inquiries"
SOURCE = "henvendelse"
TEXT = "text"
EARLIER = "earlier"
TOPIC = "topic"
LEARNING = "improvement"
PHASES = ("development", "retraining")
_PROVENANCE = "provenance.json"
_NO_GROUPS = "Teksterne har ingen grupper af borgere, eller grupperne er for små at måle."


def train(
    *,
    texts: Sequence[str],
    labels: Sequence[str],
    divided_by: Mapping[str, Sequence[str]],
    sha256: str,
    user: kernel.User,
    folder: Path,
    phase: str = "development",
    embedder: Embedder | None = None,
) -> TriageModel:
    """Train under a permit given to `user`, and store the model with its provenance in `folder`.

    `sha256` is the digest of the data, which stays in the ledger with their number. Without
    `embedder` the model knows words only. A topic belongs to the unit that it goes to, and each
    unit gets limits of its own. The KLE list of today becomes a part of the model.

    Raises InquiryError for a phase in which nothing is trained, kernel Refused or SystemStopped,
    TrainingError when the examples give no model.
    """
    if phase not in PHASES:
        raise InquiryError(f"Fasen {phase} findes ikke. Vælg en af: {', '.join(PHASES)}.")
    return learned(
        permit=kernel.ask(system=SYSTEM, purpose=LEARNING, phase=phase, user=user),
        texts=texts,
        labels=labels,
        divided_by=divided_by,
        sha256=sha256,
        folder=folder,
        embedder=embedder,
    )


def learned(
    *,
    permit: kernel.Permit,
    texts: Sequence[str],
    labels: Sequence[str],
    divided_by: Mapping[str, Sequence[str]],
    sha256: str,
    folder: Path,
    embedder: Embedder | None,
    teaches: Sequence[bool] | None = None,
) -> TriageModel:
    """As `train`, under a permit that is given already; `teaches` as `training.train` has it."""
    from kodeks.inquiries.engine import training

    permit.read_dataset(source=SOURCE, fields=(TEXT, TOPIC), rows=len(texts), sha256=sha256)
    model = training.train(
        texts=texts,
        labels=labels,
        divided_by=divided_by,
        embedder=embedder,
        departments=dict(Topic.objects.values_list("label", "unit__name")),
        teaches=teaches,
    )
    model = replace(model, numbers=_numbers(), kin=kinship.Limits())
    model.save(folder)
    provenance = {"artefact_sha256": model.artefact.sha256, "permit": str(permit.id)}
    (folder / _PROVENANCE).write_text(json.dumps(provenance), encoding="utf-8")
    return model


def propose(
    *,
    source: Path,
    version: str,
    author: kernel.User,
    signer: Signer,
    small_groups: str = "",
) -> TriageModel:
    """Seal the model in `source` and sign it as its author (needs the owner role).

    `small_groups` says in words why a limit of the card cannot be measured, where groups are too
    small for it.

    Raises InquiryError when the model may suggest a topic that is not on the list or was trained
    without a permit, kernel Refused when something else is missing, or another is in operation that
    it was not held against.
    """
    # What is sealed is the file itself, as it was trained under the permit, in whatever format.
    data = store.read(source)
    model = TriageModel.of_bytes(data)
    unknown = sorted(set(model.labels) - set(Topic.objects.values_list("label", flat=True)))
    if unknown:
        raise InquiryError(
            f"Modellen kender emner, som ikke er på emnelisten: {', '.join(unknown)}. "
            "Indlæs emnerne først, eller træn modellen på listens emner."
        )
    sha256 = hashlib.sha256(data).hexdigest()
    kernel.propose(
        system=SYSTEM,
        version=version,
        artefact=data,
        permit_id=_permit(source, sha256),
        inputs=[(SOURCE, TEXT), *([(SOURCE, EARLIER)] if model.kin else [])],
        metrics={name: str(value) for name, value in model.metrics.items()},
        groups=kernel.Groups(
            measured=model.groups, reason=small_groups if model.groups else _NO_GROUPS
        ),
        author=author,
        signer=signer,
    )
    return model


def is_one_in_operation() -> bool:
    """Whether a new model has to be held against another before it takes its place.

    The database asks that when it is proposed and when it is approved (migration 0015).
    """
    stand_still = {"no_release", "release_revoked", "unfair"}
    return not any(one.code in stand_still for one in kernel.system_state(SYSTEM).obstacles)


def _numbers() -> Numbers:
    today = timezone.localdate()
    subjects = kle_suggesting.subjects_on(today).subjects
    return Numbers(index=KleIndex(subjects, words=embeddings.word_points()), listed_on=today)


def _permit(source: Path, sha256: str) -> uuid.UUID:
    try:
        found = json.loads((source / _PROVENANCE).read_text(encoding="utf-8"))
        if found["artefact_sha256"] == sha256:
            return uuid.UUID(str(found["permit"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise InquiryError(
        "Modellen er ikke trænet under en tilladelse, så den kan ikke frigives. Træn den igen med "
        "`kodeks inquiries train --by` og dit brugernavn."
    )
