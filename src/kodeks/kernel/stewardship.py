# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What those who answer for a system do: stop, start, attest, supervise, report incidents."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from kodeks.kernel import authority, calls
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Incident, User
from kodeks.language import cpr


def stop(*, system: str, user: User, reason: str) -> None:
    """Stop a system at once: nothing is issued and no robot acts from the next transaction on.

    The policies are not asked: stopping must work when the codex itself is broken. The database
    checks the person's role.
    """
    calls.call("stop", {"system": system, "user_id": user.pk, "reason": cpr.mask(reason)})


def resume(*, system: str, user: User, reason: str) -> None:
    """Start a stopped system again; only its owner may. Raises Refused."""
    # The record is kept for ever, so a number typed by mistake must not get there.
    _do(user, "resume", About(system=system), "resume", system=system, reason=cpr.mask(reason))


def attest(*, system: str, user: User) -> None:
    """The manager or the deputy confirms that they answer for the system. Raises Refused."""
    _do(user, "attest", About(system=system), "attest", system=system)


def be_absent(*, user: User, first_day: dt.date, last_day: dt.date | None) -> None:
    """A system owner will be away; the newest entry counts. Raises Refused."""
    payload: dict[str, Any] = {"user_id": user.pk, "first_day": first_day.isoformat()}
    if last_day is not None:
        payload["last_day"] = last_day.isoformat()
    calls.call("absence", payload)


def supervise(*, system: str, task: str, user: User, passed: bool, finding: str) -> None:
    """A task of the supervision plan was done; one that did not pass stops the system.

    Raises Refused when the person may not, the task is not on the card or nothing was found.
    """
    _do(
        user,
        "supervise",
        About(system=system),
        "supervise",
        system=system,
        task=task,
        passed=passed,
        finding=cpr.mask(finding),
    )


def report_incident(
    *,
    system: str,
    kind: str,
    aware_at: dt.datetime,
    description: str,
    user: User,
    incident_id: uuid.UUID | None = None,
) -> uuid.UUID:
    """Write down that something went wrong; its clock starts when somebody became aware of it.

    `kind` is one of the codex's (AI Act art. 73, GDPR art. 33). The same id gives the incident that
    was reported first. Raises Refused.
    """
    found = _do(
        user,
        "report_incident",
        About(system=system),
        "report_incident",
        id=str(incident_id or uuid.uuid4()),
        system=system,
        kind=kind,
        aware_at=aware_at.astimezone(dt.UTC).isoformat(),
        description=cpr.mask(description),
    )
    return uuid.UUID(str(found))


def handle_incident(*, incident_id: uuid.UUID, step: str, text: str, user: User) -> None:
    """Say what was done: `reported` to the authority, `dismissed`, `mended` or a `note`.

    Raises Refused.
    """
    found = Incident.objects.filter(id=incident_id).first()
    if found is None:
        raise Refused(code="unknown_incident", message="Hændelsen findes ikke.")
    _do(
        user,
        "handle_incident",
        About(system=found.system_id),
        "handle_incident",
        incident_id=str(incident_id),
        step=step,
        text=cpr.mask(text),
    )


def _do(user: User, action: str, about: About, function: str, **payload: Any) -> Any:
    def call() -> Any:
        sha256 = authority.require(user, action, about=about)
        return calls.call(function, {**payload, "user_id": user.pk, "codex_sha256": sha256})

    return authority.judged_again(call)
