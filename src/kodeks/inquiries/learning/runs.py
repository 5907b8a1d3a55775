# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A retraining from start to end: asked for, done step by step in workers, passed or refused.

A step's row and the job for the next one are one transaction, so a worker that dies leaves a run
that goes on where it was. Only one runs at a time.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from kodeks.inquiries import selectors
from kodeks.inquiries.engine.errors import TrainingError, TriageModelError
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.learning import steps, terms, words
from kodeks.inquiries.models import (
    Retraining,
    RetrainingEnd,
    RetrainingOutcome,
    RetrainingProgress,
    RetrainingStep,
)
from kodeks.inquiries.releases import SYSTEM
from kodeks.inquiries.suggesting import PURPOSE
from kodeks.kernel import api as kernel
from kodeks.language.embeddings import EmbeddingError
from kodeks.robots import schedules
from kodeks.robots import services as robots

TASK = "inquiries.retrain"
DUE = "inquiries.retrain-due"
ROBOT = "gentraening"
SCHEDULE = "gentraening"
_STALE = frozenset({"permit_expired", "no_permit", "codex_changed"})
_TOLD_EVERY = dt.timedelta(seconds=1)
MAY_START = frozenset({kernel.Role.SYSTEM_OWNER, kernel.Role.ADMINISTRATOR})


@transaction.atomic
def ask(
    *,
    user: kernel.User,
    out_from: dt.date | None = None,
    out_to: dt.date | None = None,
    learns: terms.Learns = terms.AS_BEFORE,
) -> Retraining:
    """Queue a retraining; what was decided from `out_from` to `out_to` is left out of it.

    It runs under the permits of the person, if a technician, else of the technician who has taken
    the schedule on.

    Raises InquiryError when the person may not, there is no such technician, another one runs, or
    there is no model in operation to compare with.
    """
    if not kernel.roles_of(user) & MAY_START:
        raise InquiryError("Du har ikke ret til at starte en gentræning. Spørg systemets ejer.")
    technician = user if kernel.has_role(user, kernel.Role.ADMINISTRATOR) else on_schedule()
    if technician is None:
        raise InquiryError(
            "Ingen tekniker har taget gentræningen på sig. Bed en tekniker om at starte den eller "
            "slå tidsplanen »Gentræn visiteringen« til."
        )
    asked = terms.of_settings(out_from=out_from, out_to=out_to, learns=learns)
    return _begun(technician, user, asked)


def ask_by_schedule() -> None:
    """Background work: as `ask`, in the name of the technician who switched the schedule on."""
    technician = on_schedule()
    if technician is None:
        return
    with transaction.atomic():
        if unfinished() is None:
            _begun(technician, None, terms.of_settings())


def on_schedule() -> kernel.User | None:
    """The technician who switched the schedule on; None while it is off or they are none now."""
    return schedules.answerable(SCHEDULE)


def unfinished() -> Retraining | None:
    """The run that has not ended, if there is one."""
    return Retraining.objects.filter(end=None).order_by("-asked_at").first()


def _begun(technician: kernel.User, asked_by: kernel.User | None, asked: terms.Terms) -> Retraining:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('retraining', 0))")
    if unfinished() is not None:
        raise InquiryError(
            "Der er en gentræning i gang. Vent, til den er færdig, eller afbryd den."
        )
    if not kernel.may_run(SYSTEM, purpose=PURPOSE):
        raise InquiryError(
            "Der er ingen model i drift at sammenligne med. Frigiv en model, eller start systemet "
            "igen, og prøv så."
        )
    run = Retraining.objects.create(
        technician=technician,
        asked_by=asked_by,
        asked_at=timezone.now(),
        terms=asked.as_json(),
    )
    _queue(run)
    return run


def advance(*, run_id: str) -> None:
    """Background work: do the run's next step, and queue the one after it.

    What cannot be mended by trying again ends the run as refused. Raises SystemStopped while the
    system may not run.
    """
    run = Retraining.objects.select_related("technician").get(id=run_id)
    if RetrainingEnd.objects.filter(run=run).exists():
        return
    done = results_of(run)
    name = next((name for name in steps.STEPS if name not in done), None)
    try:
        if name is None:
            _concluded(run, done)
            return
        result = steps.STEPS[name](run, done, _teller(run, name))
    except kernel.SystemStopped:
        raise
    except kernel.Refused as refusal:
        if refusal.code in _STALE:
            # Something was registered meanwhile: tried again by the queue, under a new permit.
            raise RuntimeError(refusal.code) from refusal
        _end(run, RetrainingOutcome.REFUSED, [refusal.message], done)
    except (InquiryError, TrainingError, TriageModelError, EmbeddingError) as error:
        _end(run, RetrainingOutcome.REFUSED, [str(error)], done)
    else:
        _step_done(run, name, result)


def results_of(run: Retraining) -> dict[str, dict[str, Any]]:
    """The results of the steps that are done, by name."""
    return dict(RetrainingStep.objects.filter(run=run).values_list("name", "result"))


def abandon(*, run_id: uuid.UUID, user: kernel.User, reason: str) -> RetrainingEnd:
    """A person ends a run that goes on; the step that is being done comes to nothing.

    Raises InquiryError when the person may not, gives no reason or the run has ended.
    """
    if not kernel.roles_of(user) & MAY_START:
        raise InquiryError("Du har ikke ret til at afbryde en gentræning. Spørg systemets ejer.")
    reason = words.reason_in_order(reason)
    run = Retraining.objects.filter(id=run_id).first()
    if run is None:
        raise InquiryError("Gentræningen findes ikke.")
    end = _end(run, RetrainingOutcome.ABANDONED, [reason], results_of(run), user=user)
    if end is None:
        raise InquiryError("Gentræningen er allerede slut. Genindlæs siden.")
    return end


def _concluded(run: Retraining, done: Mapping[str, Mapping[str, Any]]) -> None:
    measured = done["measure"]
    titles = selectors.topic_titles()
    lost = [titles.get(label, label) for label in measured["lost"]]
    reasons = [*words.lost(lost), *words.reasons(measured["figures"])]
    outcome = RetrainingOutcome.REFUSED if reasons else RetrainingOutcome.PASSED
    _end(run, outcome, reasons, done)


@transaction.atomic
def _step_done(run: Retraining, name: str, result: Mapping[str, Any]) -> None:
    locked = _locked(run)
    if locked is None or RetrainingStep.objects.filter(run=run, name=name).exists():
        return
    RetrainingStep.objects.create(run=run, name=name, result=result, done_at=timezone.now())
    RetrainingProgress.objects.filter(run=run).delete()
    _queue(run)


def _end(
    run: Retraining,
    outcome: RetrainingOutcome,
    reasons: list[str],
    done: Mapping[str, Mapping[str, Any]],
    *,
    user: kernel.User | None = None,
) -> RetrainingEnd | None:
    """The run's end, and its entry in the ledger by the database; None when it has ended."""
    with transaction.atomic():
        if _locked(run) is None:
            return None
        trained, measured = done.get("train", {}), done.get("measure", {})
        read = trained or done.get("collect", {})
        end = RetrainingEnd.objects.create(
            run=run,
            outcome=outcome,
            reasons=reasons,
            figures=[words.as_texts(one) for one in measured.get("figures", [])],
            permit_id=read.get("permit"),
            rows=read.get("rows", 0),
            sha256=read.get("sha256", ""),
            artefact_sha256=trained.get("artefact_sha256", ""),
            compared_with=measured.get("compared_with", ""),
            user=user,
            ended_at=timezone.now(),
            # The database puts the entry's own number here.
            event_id=uuid.uuid4(),
        )
        end.refresh_from_db(fields=["event_id"])
        RetrainingProgress.objects.filter(run=run).delete()
    if outcome != RetrainingOutcome.PASSED:
        steps.forget(run)
    return end


def _locked(run: Retraining) -> Retraining | None:
    """The run, locked; None when it has ended."""
    locked = Retraining.objects.select_for_update(of=("self",)).get(id=run.id)
    return None if RetrainingEnd.objects.filter(run=locked).exists() else locked


def _queue(run: Retraining) -> None:
    robots.enqueue(task=TASK, arguments={"run_id": str(run.id)}, key=str(run.id))


def _teller(run: Retraining, name: str) -> steps.Tell:
    told: list[dt.datetime] = []

    def tell(done: int, total: int) -> None:
        now = timezone.now()
        if told and now - told[0] < _TOLD_EVERY and done != total:
            return
        told[:] = [now]
        RetrainingProgress.objects.update_or_create(
            run=run, defaults={"step": name, "done": done, "total": total, "at": now}
        )

    tell(0, 0)
    return tell
