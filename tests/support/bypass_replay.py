# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Honest requests that were recorded, and what may happen between recording and replay."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bypass_foreign import aged
from bypass_honest import CARD, FUNCTIONS, Honest, Payload
from bypass_mutations import Path, at, changed, written
from kernel_stage import Stage, basis, today

REGISTERING = (
    *("supervise", "report_incident", "handle_incident", "deposit", "unmask", "unmasked", "erase"),
    "keep_for_audit",
    *("attest", "review", "decide", "decide_other", "own", "reverse"),
)
UNDER_A_PERMIT = (
    *("permit", "read", "read_dataset", "model_key", "issue", "act", "act_again", "by_itself"),
)
WAYS = (*REGISTERING, *UNDER_A_PERMIT)


@dataclass(frozen=True)
class Recorded:
    """A request as it went over the wire; `taken` when the kernel has answered it already."""

    way: str
    payload: Payload
    taken: bool

    @property
    def name(self) -> str:
        return f"{self.way} {'again' if self.taken else 'late'}"


class Recording:
    """Requests about one system: of each kind one that was taken and one that was held back."""

    def __init__(self, stage: Stage, worker: int | None = None) -> None:
        self.stage = stage
        self.honest = Honest(stage, stage.register(**CARD))
        self.slug = self.honest.slug
        self.worker = worker or stage.user_id("sofie")
        # Registering ends the permits before it, so those that need one are recorded last.
        self.requests = [
            *(self._record(way, taken=True) for way in REGISTERING),
            *(self._record(way, taken=False) for way in REGISTERING),
            *(self._record(way, taken=True) for way in UNDER_A_PERMIT),
            *(self._record(way, taken=False) for way in UNDER_A_PERMIT),
        ]

    def _record(self, way: str, *, taken: bool) -> Recorded:
        payload = self.honest.payload(way)
        if payload.get("user_id") == self.stage.user_id("sofie"):
            payload["user_id"] = self.worker
            if FUNCTIONS[way] == "decide" and "recommendation_id" in payload:
                self.stage.seen(uuid.UUID(payload["recommendation_id"]), by=self.worker)
        if taken:
            self.honest.taken(way, payload)
        return Recorded(way, payload, taken)


# What anybody may ask again, as often as they like, while nothing has changed.
AGAIN = frozenset(
    {
        *("permit", "read", "read_dataset", "attest", "supervise", "report_incident"),
        *("handle_incident", "unmask"),
    }
)
IDEMPOTENT = frozenset(
    {"issue", "act", "act_again", "by_itself", "model_key", "unmasked", "keep_for_audit"}
)
"""Asked again, they answer as the first time and write nothing."""


# What happens in between. Each is done to a system of its own, and to a worker of its own.

Change = Callable[[Recording], None]


def _released(recording: Recording) -> None:
    recording.stage.release(slug=recording.slug, version="2", artefact="b2" * 32)


def _revoked(recording: Recording) -> None:
    stage = recording.stage
    stage.as_owner(
        "SELECT kernel.revoke_release(%s, '1', %s, 'Den var forkert.')",
        recording.slug,
        stage.user_id("merete"),
    )


def _supervised(recording: Recording) -> None:
    stage = recording.stage
    failed = {"task": "quality", "passed": False, "finding": "Forslagene er forkerte."}
    stage.call("supervise", {"system": recording.slug} | failed | recording.honest.by("dorte"))


def _incident(recording: Recording) -> None:
    late = {"kind": "data_breach", "description": "Et brud.", "aware_at": "2026-01-05T09:30:00Z"}
    recording.stage.call(
        "report_incident", {"system": recording.slug} | late | recording.honest.by("dorte")
    )


def _expired(recording: Recording) -> None:
    for request in recording.requests:
        if "permit_id" in request.payload:
            number = request.payload["permit_id"]
            aged(recording.stage, "kernel_permit", "expires_at = now()", number)


def _unlawful(recording: Recording) -> None:
    stage = recording.stage
    content = stage.content()
    bases = [row for row in content["legal_bases"] if row["system"] != recording.slug]
    barred = basis(recording.slug, status="barred")
    stage.register_codex(content | {"legal_bases": [*bases, barred]})


def _no_longer(role: str) -> Change:
    def change(recording: Recording) -> None:
        recording.stage.as_owner("SELECT kernel.revoke_grants(%s, %s)", recording.worker, role)

    return change


def _closed(recording: Recording) -> None:
    recording.stage.owner.execute(
        "UPDATE kernel_user SET is_active = false WHERE id = %s", (recording.worker,)
    )


def _untrained(recording: Recording) -> None:
    recording.stage.train(recording.worker, until=today() - dt.timedelta(days=1))


def _erased(recording: Recording) -> None:
    """Every subject that a request is about."""
    stage = recording.stage
    rows = stage.owner.execute(
        "SELECT DISTINCT subject_type, subject_id FROM kernel_subjectkey"
        " UNION SELECT subject_type, subject_id FROM kernel_vaultkey"
    ).fetchall()
    named = [
        request.payload["subject"] for request in recording.requests if "subject" in request.payload
    ]
    known = {(kind, number) for kind, number in rows} | {(s["type"], s["id"]) for s in named}
    gone = set(
        stage.owner.execute("SELECT subject_type, subject_id FROM kernel_erasure").fetchall()
    )
    for kind, number in sorted(known - gone):
        erased = {"subject": {"type": kind, "id": number}, "reason": "Sagen er for gammel."}
        stage.call("erase", erased | recording.honest.by("dorte"))


STATES: dict[str, Change] = {
    "nothing": lambda recording: None,
    "stop": lambda recording: recording.stage.switch(recording.slug),
    "stop and start": lambda recording: (
        recording.stage.switch(recording.slug),
        recording.stage.switch(recording.slug, verb="resume"),
    )[0],
    "a newer model": _released,
    "the model taken back": _revoked,
    "evidence withdrawn": lambda recording: recording.stage.evidence(
        recording.slug, kind="dpia", withdrawn=True
    ),
    "nobody answers": lambda recording: recording.stage.assign(slug=recording.slug, manager=None),
    "another answers": lambda recording: recording.stage.assign(
        slug=recording.slug, manager="bodil"
    ),
    "supervision failed": _supervised,
    "an incident overdue": _incident,
    "permits run out": _expired,
    "a new codex": lambda recording: recording.stage.revise() and None,
    "the law forbids it": _unlawful,
    "the right taken away": _no_longer("caseworker"),
    "the account closed": _closed,
    "the training called back": _untrained,
    "everything erased": _erased,
}

_WITHOUT_PERMITS = frozenset(UNDER_A_PERMIT) - {"permit"}
_MACHINE = frozenset({*UNDER_A_PERMIT, "decide"})
_OF_NO_CODEX = frozenset({"deposit", "unmasked", "keep_for_audit"})
_WORKER = frozenset(
    {"report_incident", "unmask", "review", "decide", "decide_other", "own", "reverse"}
)
CUT: dict[str, frozenset[str]] = {
    "nothing": frozenset(),
    "stop": _MACHINE,
    "stop and start": _WITHOUT_PERMITS,
    "a newer model": _WITHOUT_PERMITS,
    "the model taken back": _MACHINE,
    "evidence withdrawn": _MACHINE,
    "nobody answers": _MACHINE | {"attest"},
    "another answers": _MACHINE | {"attest"},
    "supervision failed": _MACHINE,
    "an incident overdue": _MACHINE,
    "permits run out": _WITHOUT_PERMITS,
    "a new codex": frozenset(WAYS) - _OF_NO_CODEX,
    "the law forbids it": frozenset(WAYS) - _OF_NO_CODEX,
    "the right taken away": _WITHOUT_PERMITS | _WORKER,
    "the account closed": _WITHOUT_PERMITS | _WORKER,
    "the training called back": _WITHOUT_PERMITS | {"review", "decide", "decide_other"},
    "everything erased": frozenset(
        {
            *("deposit", "erase", "unmask", "unmasked", "read", "issue", "act", "by_itself"),
            *("decide", "decide_other", "own", "reverse", "act_again", "keep_for_audit"),
        }
    ),
}
"""What each of STATES puts an end to; the rest is in order as before."""


def is_attempt(state: str, request: Recorded) -> bool:
    """Whether the request, made after `state`, must be refused."""
    once = request.way not in AGAIN | IDEMPOTENT
    return request.way in CUT[state] or (request.taken and once)


# Values of two matters mixed: what belongs together does not come apart.

BOUND: dict[str, tuple[Path, ...]] = {
    "issue": (("permit_id",), ("subject", "id"), ("data_used", 0, "reading")),
    "act": (("permit_id",), ("decision_id",)),
    "act_again": (("permit_id",), ("reversal_id",)),
    "by_itself": (("permit_id",), ("recommendation_id",)),
    "unmask_robot": (("row",), ("decision_id",)),
}
FREE: dict[str, tuple[Path, ...]] = {
    "issue": (("id",), ("key",), ("sealed",)),
    "act": (("run_id",),),
    "act_again": (("run_id",),),
    "by_itself": (("run_id",),),
    "unmask_robot": (),
}


def mixed(way: str, one: Payload, other: Payload) -> Iterator[tuple[str, Payload]]:
    """The one with some but not all of what is bound from the other, and any of what is free."""
    bound, free = BOUND[way], FREE[way]
    for number in range(1, len(bound)):
        for taken in itertools.combinations(bound, number):
            for more in range(len(free) + 1):
                for added in itertools.combinations(free, more):
                    payload = one
                    for path in (*taken, *added):
                        payload = changed(payload, path, at(other, path))
                    yield " and ".join(written(path) for path in (*taken, *added)), payload


def renewed(payload: Payload) -> Iterator[tuple[str, Payload]]:
    """With new numbers of one's own, as somebody would send it who keeps a recording."""
    fresh = [key for key in ("id", "run_id", "key") if isinstance(payload.get(key), str)]
    for number in range(1, len(fresh) + 1):
        for chosen in itertools.combinations(fresh, number):
            new = {key: str(uuid.uuid4()) for key in chosen}
            yield f"with new {' and '.join(chosen)}", payload | new
    for key, value in {
        "reason": "Fordi det haster.",
        "finding": "Alt er i orden nu.",
        "own_consideration": "Jeg har tænkt over det.",
    }.items():
        if key in payload:
            yield f"with another {key}", payload | {key: value}
