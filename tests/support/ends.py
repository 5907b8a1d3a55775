# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What ends a system's right to run at one moment, so that something may have been begun before."""

from __future__ import annotations

from cases import LEARNING, Case
from hindrances import CLOCK, OWNER, Hindrance


def _stop(case: Case) -> None:
    case.stage.switch(case.slug, by=case.manager)


def _taken_back(case: Case) -> None:
    case.stage.as_owner(
        "SELECT kernel.revoke_release(%s, '1', %s, 'Fejl.')", case.slug, case.manager
    )


def _withdrawn(case: Case) -> None:
    case.stage.evidence(case.slug, kind="dpo_opinion", withdrawn=True)


def _failed(case: Case) -> None:
    found = {"task": "quality", "passed": False, "finding": "Forslagene er forkerte."}
    who = {"system": case.slug, "user_id": case.officer, "codex_sha256": case.stage.sha256}
    case.stage.call("supervise", who | found)


def _named(name: str) -> Hindrance:
    return next(one for one in (*CLOCK, *OWNER) if one.name == name)


ENDS = (
    Hindrance(name="stop", make=_stop, code="stopped"),
    Hindrance(name="revoked", make=_taken_back, code="release_revoked", spares=LEARNING),
    Hindrance(name="withdrawn", make=_withdrawn, code="no_dpo_opinion"),
    Hindrance(name="failed", make=_failed, code="supervision"),
    *map(
        _named,
        ("vacant", "assigned-again", "basis-ended", "manager-closed", "manager-revoked",
         "absent-for-too-long", "incident-not-reported"),
    ),
)  # fmt: skip
