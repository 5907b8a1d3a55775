# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The steps of a retraining. Each reads what it needs under a permit of its own, so that it can be
done again after a crash, and gives a result of ids, counts and figures."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import structlog
from django.conf import settings

from kodeks.inquiries import releases, selectors
from kodeks.inquiries.engine import canary
from kodeks.inquiries.engine.model import TriageModel
from kodeks.inquiries.engine.results import Triage
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.learning import earlier, examples, terms
from kodeks.inquiries.learning.examples import Example
from kodeks.inquiries.models import Retraining
from kodeks.inquiries.suggesting import OUT_OF_SCOPE, PURPOSE
from kodeks.kernel import api as kernel
from kodeks.language import embeddings

log = structlog.get_logger(__name__)

T = TypeVar("T")
Tell = Callable[[int, int], None]
"""Is told how much of a step is done, and of how much (0 where nobody knows)."""
Done = Mapping[str, Mapping[str, Any]]
PHASE = "retraining"
MOST_CHANGED = 50
_TOGETHER = 200


def collect(run: Retraining, done: Done, tell: Tell) -> dict[str, Any]:
    """Count what there is, before the long work is begun.

    Raises InquiryError when there is too little to learn from or to try the model on.
    """
    permit = _permit(run)
    found = _found(run)
    learned, kept_back = found.learned, found.kept_back
    asked = terms.of_run(run.terms)
    if kept_back and not learned:
        raise InquiryError(
            f"Alle afgørelser er fra de sidste {asked.days} dage. Dem bliver den nye model prøvet "
            "på, så der er ingen at lære af endnu. Vent, eller tag eksempler ind."
        )
    if not learned:
        raise InquiryError("Der er ingen afgørelser eller eksempler at lære af endnu.")
    if len(kept_back) < asked.least:
        raise InquiryError(
            f"Der er for få afgørelser at prøve den nye model på: {len(kept_back)} i de sidste "
            f"{asked.days} dage. Der skal være mindst {asked.least}. Vent, eller sæt flere dage i "
            "KODEKS_RETRAINING_DAYS."
        )
    everything = (*learned, *kept_back)
    read = _read(permit, everything)
    days = sorted(one.at for one in everything if one.at is not None)
    return {
        **read,
        "learned": examples.counts(learned),
        "kept_back": examples.counts(kept_back),
        "left_out": dict(found.left_out),
        "first_at": days[0].isoformat() if days else "",
        "last_at": days[-1].isoformat() if days else "",
        "topics": len({one.label for one in learned} - {OUT_OF_SCOPE}),
    }


def train(run: Retraining, done: Done, tell: Tell) -> dict[str, Any]:
    """Learn of words, or of words and meaning: as the model in operation, unless it was said."""
    name = _embedding(terms.of_run(run.terms).learns)
    permit = _permit(run)
    found = _found(run).learned
    sha256 = examples.digest(found)
    model = releases.learned(
        permit=permit,
        texts=[one.text for one in found],
        labels=[one.label for one in found],
        divided_by=examples.groups_of(found),
        sha256=sha256,
        folder=folder_of(run),
        teaches=[one.teaches for one in found],
        embedder=_Counted(embeddings.named(name), tell, len(found)) if name else None,
    )
    return {
        "permit": str(permit.id),
        "rows": len(found),
        "sha256": sha256,
        "artefact_sha256": model.artefact.sha256,
        "code": version("kodeks"),
        "meaning": name,
        "metrics": {key: str(value) for key, value in model.metrics.items()},
    }


def measure(run: Retraining, done: Done, tell: Tell) -> dict[str, Any]:
    """The models answer what was decided in the last days, which the new one has not learned: the
    new one, the one in operation and, if there is one, the one of some releases ago."""
    permit = _permit(run)
    asked = terms.of_run(run.terms)
    found = _found(run).kept_back
    read = _read(permit, found)
    candidate = TriageModel.load(folder_of(run))
    if candidate.artefact.sha256 != done["train"]["artefact_sha256"]:
        raise InquiryError("Den nye models fil er ændret, siden den blev trænet. Begynd forfra.")
    texts = [one.text for one in found]
    told = _Asked(tell, 3 * len(texts), permit.allowed_errors)
    used: list[str] = []
    labels, old = _operating(lambda model: (model.labels, told.answers(model, texts)), used)
    trial = canary.Trial(
        truth=["" if one.label == OUT_OF_SCOPE else one.label for one in found],
        old=old,
        new=told.answers(candidate, texts),
        groups=examples.groups_of(found),
    )
    known, figures = _beside_earlier(used[0], asked, trial, lambda one: told.answers(one, texts))
    places = canary.changed(trial)
    return {
        **read,
        "compared_with": used[0],
        "figures": [asdict(one) for one in (*_compared(trial, asked, canary.PRESENT), *figures)],
        "earlier": known,
        "small_groups": canary.small_groups(trial, asked.least_group),
        "lost": sorted(set(labels) & set(selectors.topics()) - set(candidate.labels)),
        "independent": _independent(trial, found),
        "changed": len(places),
        "examples": [
            {
                "id": found[place].id,
                "old": _suggested(old[place].label, old[place].out_of_scope),
                "new": _suggested(trial.new[place].label, trial.new[place].out_of_scope),
                "decided": found[place].label,
            }
            for place in places[:MOST_CHANGED]
        ],
    }


STEPS: Mapping[str, Callable[[Retraining, Done, Tell], dict[str, Any]]] = {
    "collect": collect,
    "train": train,
    "measure": measure,
}
TITLES = {
    "collect": "Find afgørelserne",
    "train": "Træn den nye model",
    "measure": "Prøv den på de sidste dages afgørelser",
}


def folder_of(run: Retraining) -> Path:
    """Where the new model lies until two people have signed it."""
    return Path(settings.KODEKS_HOME) / "retraining" / str(run.id)


def forget(run: Retraining) -> None:
    """Remove the new model's files. Words of citizens' texts are in them, so it is told where they
    are when they cannot be removed."""
    try:
        shutil.rmtree(folder_of(run))
    except FileNotFoundError:
        return
    except OSError as error:
        log.error("model_not_removed", folder=str(folder_of(run)), error=type(error).__qualname__)


class _Counted:
    """An embedding that tells how many texts it has been asked about."""

    def __init__(self, embedder: embeddings.Embedder, tell: Tell, total: int) -> None:
        self._embedder, self._tell, self._total, self._done = embedder, tell, total, 0

    @property
    def name(self) -> str:
        return self._embedder.name

    def embed(self, texts: Sequence[str]) -> embeddings.Floats:
        points = self._embedder.embed(texts)
        self._done = min(self._done + len(texts), self._total)
        self._tell(self._done, self._total)
        return points

    def has_word(self, word: str) -> bool:
        return self._embedder.has_word(word)


def _permit(run: Retraining) -> kernel.Permit:
    return kernel.ask(
        system=releases.SYSTEM, purpose=releases.LEARNING, phase=PHASE, user=run.technician
    )


def _found(run: Retraining) -> examples.Found:
    return examples.found(until=run.asked_at, terms=terms.of_run(run.terms))


def _read(permit: kernel.Permit, found: Sequence[Example]) -> dict[str, Any]:
    """Have it written in the ledger what is read."""
    sha256 = examples.digest(found)
    permit.read_dataset(
        source=releases.SOURCE,
        fields=(releases.TEXT, releases.TOPIC),
        rows=len(found),
        sha256=sha256,
    )
    return {"permit": str(permit.id), "rows": len(found), "sha256": sha256}


def _operating(compute: Callable[[TriageModel], T], used: list[str] | None = None) -> T:
    """Ask the model in operation, under a permit for what it is for; `used` gets its hash."""

    def work(permit: kernel.Permit) -> T:
        answer = permit.predict(load=TriageModel.of_bytes, compute=compute)
        if used is not None:
            used[:] = [permit.computed_by]
        return answer

    return kernel.under_permit(system=releases.SYSTEM, purpose=PURPOSE, work=work)


def _embedding(learns: terms.Learns) -> str:
    """The name of the embedding to learn with; "" for words only."""
    if learns == terms.MEANING:
        return embeddings.default().name
    if learns == terms.WORDS:
        return ""
    return _operating(lambda model: model.meaning.embedder if model.meaning else "")


class _Asked:
    """Models that are asked about texts, and how many of `total` answers there are by now. What is
    sure is what the plan of today allows to be wrong so often."""

    def __init__(self, tell: Tell, total: int, allowed: Mapping[str, float]) -> None:
        self._tell, self._total, self._done = tell, total, 0
        self._allowed = allowed

    def answers(self, model: TriageModel, texts: Sequence[str]) -> list[Triage]:
        found: list[Triage] = []
        for start in range(0, len(texts), _TOGETHER):
            some = model.triage(
                texts[start : start + _TOGETHER], by_department=self._allowed, explained=False
            )
            found += some
            self._done += len(some)
            self._tell(self._done, self._total)
        return found


def _compared(
    trial: canary.Trial, asked: terms.Terms, against: canary.Against
) -> tuple[canary.Figure, ...]:
    return canary.compare(
        trial,
        bound=asked.bound / 100,
        group_bound=asked.group_bound / 100,
        least=asked.least_group,
        against=against,
    )


def _beside_earlier(
    present: str,
    asked: terms.Terms,
    trial: canary.Trial,
    answers: Callable[[TriageModel], list[Triage]],
) -> tuple[dict[str, str], tuple[canary.Figure, ...]]:
    """Which model of earlier the new one was held against, or why not, and the figures of it."""
    one = earlier.oldest(present=present, most=asked.releases)
    if one is None:
        return {}, ()
    known = {"version": one.version, "sha256": one.artefact_sha256}
    known["since"] = one.approved_at.isoformat()
    try:
        before = replace(trial, old=earlier.ask(one, answers))
    except InquiryError as error:
        return known | {"why": str(error)}, ()
    figures = _compared(before, asked, canary.EARLIER)
    # Which groups are too small is said once.
    return known, tuple(figure for figure in figures if figure.measure != canary.SMALL)


def _independent(trial: canary.Trial, found: Sequence[Example]) -> dict[str, str]:
    """How often both are right where people had not seen a suggestion: other decisions follow what
    the model in operation said, and so speak for it."""
    places = [
        place
        for place, one in enumerate(found)
        if one.how in examples.INDEPENDENT and trial.truth[place]
    ]
    if not places:
        return {}
    return {"count": str(len(places))} | {
        name: f"{sum(answers[i].label == trial.truth[i] for i in places) / len(places):.4f}"
        for name, answers in (("old", trial.old), ("new", trial.new))
    }


def _suggested(label: str, outside: bool) -> str:
    return OUT_OF_SCOPE if outside else label
