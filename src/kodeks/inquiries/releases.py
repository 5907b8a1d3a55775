# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Finds the released model's artefact in the home folder. One process loads each model once."""

from __future__ import annotations

import shutil
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Topic
from kodeks.kernel import registration, selectors
from kodeks.kernel.errors import Refused


def released(system: str) -> TriageModel:
    """The model in operation.

    Raises Refused when none is released, TriageModelError when its files are missing or changed.
    """
    release = selectors.system_state(system).release
    if release is None:
        raise Refused(code="no_release", message="Systemet har ingen frigivet model.")
    return _load(_folder(system, release.artefact_sha256), release.artefact_sha256)


def install(*, system: str, source: Path, version: str) -> TriageModel:
    """Copy a trained model into the home folder and release it (needs the owner role).

    Raises InquiryError when the model may suggest a topic that is not on the list.
    """
    model = TriageModel.load(source)
    unknown = sorted(set(model.labels) - set(Topic.objects.values_list("label", flat=True)))
    if unknown:
        raise InquiryError(
            f"Modellen kender emner, som ikke er på emnelisten: {', '.join(unknown)}. "
            "Indlæs emnerne først, eller træn modellen på listens emner."
        )
    folder = _folder(system, model.artefact_sha256)
    if not folder.exists():
        waiting = folder.with_name(folder.name + ".new")
        shutil.rmtree(waiting, ignore_errors=True)
        shutil.copytree(source, waiting)
        waiting.rename(folder)
    metrics = {name: str(value) for name, value in model.metrics.items()}
    registration.release(
        system=system,
        version=version,
        artefact_sha256=model.artefact_sha256,
        metrics=metrics,
    )
    return model


def _folder(system: str, sha256: str) -> Path:
    return Path(settings.KODEKS_HOME) / "models" / f"{system}-{sha256[:16]}"


@lru_cache(maxsize=2)
def _load(folder: Path, sha256: str) -> TriageModel:
    model = TriageModel.load(folder)
    if model.artefact_sha256 != sha256:
        raise Refused(
            code="wrong_release",
            message="Modellens filer er ikke dem, der blev frigivet. Frigiv modellen igen.",
        )
    return model
