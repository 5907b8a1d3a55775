# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Honest payloads in which one number is another's: of another system, matter, person or time."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from bypass_honest import CARD, Honest, Payload
from bypass_mutations import Path, at, changed
from kernel_stage import Stage

Found = dict[str, Any]


def aged(stage: Stage, table: str, change: str, number: str) -> None:
    """Make a row older, as the owner with the triggers off."""
    stage.owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER history")
    stage.owner.execute(f"UPDATE {table} SET {change} WHERE id = %s", (number,))
    stage.owner.execute(f"ALTER TABLE {table} ENABLE TRIGGER history")


class Records:
    """One record of each kind of a system. All of them are done with: decided, acted, reviewed."""

    def __init__(self, stage: Stage, slug: str) -> None:
        self.slug = slug
        honest = Honest(stage, slug)
        self.proposal = honest.issue()
        self.recommendation = str(stage.issue(self.proposal))
        reviewed = honest.review()
        stage.call("review", reviewed)
        self.reviewed = reviewed["act_id"]
        self.decision = str(stage.call("decide", stage.choice(uuid.UUID(self.recommendation))))
        self.step = stage.step(uuid.UUID(self.decision))
        self.act = str(stage.call("act", self.step))
        self.reversal = str(stage.call("reverse", stage.change(uuid.UUID(self.decision))))
        self.incident = str(stage.call("report_incident", honest.report_incident()))
        self.unmasking = str(stage.call("unmask", honest.unmask()))
        old = honest.unmasked()["unmasking"]
        aged(stage, "kernel_registryevent", "at = at - interval '61 seconds'", old)
        self.old_unmasking = old
        erased = honest.erase()
        stage.call("erase", erased)
        self.erased = erased["subject"]
        self.expired = stage.permit(slug)
        aged(stage, "kernel_permit", "expires_at = now()", self.expired)
        self.superseded = stage.permit(slug)
        stage.attest(slug)  # registering anything ends the permits before it
        self.subject = stage.subject()
        self.renew(stage)

    def renew(self, stage: Stage) -> None:
        """Permits in force, whatever was registered in the meantime."""
        self.development = stage.development(self.slug)
        self.permit = stage.permit(self.slug)
        self.reading = stage.read(self.permit, self.subject)

    def numbers(self) -> dict[str, str]:
        names = ("recommendation", "decision", "act", "reviewed", "incident", "unmasking", "permit")
        names += ("reversal",)
        more = ("development", "expired", "superseded", "old_unmasking")
        return {name: getattr(self, name) for name in (*names, *more)}


class Foreign:
    """What belongs to others, and what of it does not fit where in a payload."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.slug = stage.register(**CARD)
        self.unfit = _systems_that_may_not_run(stage)
        self.other = Records(stage, stage.register(**CARD))
        self.same = Records(stage, self.slug)

    def variants(self, way: str, honest: Payload) -> Iterator[tuple[str, Payload]]:
        """Name and payload of each; `honest` is of system `slug`."""
        self.same.renew(self.stage)
        self.other.renew(self.stage)
        for path, found in self._at(way, honest).items():
            for name, value in found.items():
                if at(honest, path) == value:
                    continue
                yield f"{'.'.join(map(str, path))}: {name}", changed(honest, path, value)

    def _at(self, way: str, honest: Payload) -> dict[Path, Found]:
        found: dict[Path, Found] = {}
        numbers = ("permit_id", "recommendation_id", "decision_id", "act_id", "incident_id")
        for key in (*numbers, "replaces", "reversal_id"):
            if key in honest:
                found[(key,)] = self._numbers(way, key)
        if "unmasking" in honest:
            found[("unmasking",)] = self._numbers(way, "unmasking")
        if "subject" in honest:
            found[("subject",)] = self._subjects(way)
        if way in ("issue", "decide", "decide_other", "own", "reverse"):
            taken = ("recommendation", "decision", "act", "reviewed", "reversal")
            found[("id",)] = {
                f"{whose} {name}": records.numbers()[name]
                for whose, records in self._both()
                for name in taken
            }
        more: dict[str, dict[Path, Found]] = {
            "permit": {("system",): self.unfit, **self._phases()},
            "issue": {
                ("key",): {"of another matter": self.same.proposal["key"]},
                ("data_used", 0, "reading"): self._readings(),
                ("artefact_sha256",): {"proposed only": "b7" * 32, "sealed": "5e" * 32},
            },
            "act": {("run_id",): self._runs()},
            "act_again": {("run_id",): self._runs()},
            "by_itself": {("run_id",): self._runs()},
            "attest": {("system",): {"with another manager": self.unfit["with another manager"]}},
            "time_study": {
                ("system",): {"with another manager": self.unfit["with another manager"]}
            },
            "unmask": {("row",): {"of nobody": uuid.uuid4().hex, "a record": self.same.decision}},
        }
        return found | more.get(way, {})

    def _numbers(self, way: str, key: str) -> Found:
        fits = _FITS.get((way, key), frozenset()) | _FITS.get(("*", key), frozenset())
        found = {
            f"{whose} {name}": number
            for whose, records in self._both()
            for name, number in records.numbers().items()
            if f"{whose} {name}" not in fits
        }
        (event,) = self.stage.owner.execute(
            "SELECT id::text FROM kernel_registryevent WHERE kind IN ('stop', 'codex') LIMIT 1"
        ).fetchone()
        return found | {
            "event": event,
            "nothing": str(uuid.UUID(int=0)),
            "random": str(uuid.uuid4()),
        }

    def _both(self) -> tuple[tuple[str, Records], ...]:
        return (("same", self.same), ("other", self.other))

    def _subjects(self, way: str) -> Found:
        found: Found = {"erased": self.same.erased, "erased elsewhere": self.other.erased}
        if way == "own":
            found["decided"] = self.same.proposal["subject"]
        if way == "issue":
            found["read under another permit"] = self.same.subject
            found["of another system"] = self.other.subject
            found["never read"] = self.stage.subject()
        return found

    def _readings(self) -> Found:
        """Readings that there are, but not of this permit and subject."""
        rows = self.stage.owner.execute("SELECT id FROM kernel_reading ORDER BY id").fetchall()
        return {f"reading {number}": number for (number,) in rows}

    def _runs(self) -> Found:
        return {"of another act": self.same.step["run_id"], "elsewhere": self.other.step["run_id"]}

    def _phases(self) -> dict[Path, Found]:
        return {
            ("phase",): {
                name: name for name in ("development", "retraining", "drift", "Operation")
            },
            ("purpose",): {name: name for name in ("improvement", "kontrol", "Triage", "triage2")},
        }


# "way, key" -> what it is in order to name there.
_FITS: dict[tuple[str, str], frozenset[str]] = {
    ("*", "permit_id"): frozenset(),
    ("read", "permit_id"): frozenset({"same permit", "other permit"}),
    ("read_dataset", "permit_id"): frozenset({"same development", "other development"}),
    ("model_key", "permit_id"): frozenset({"same permit", "other permit"}),
    ("act", "permit_id"): frozenset({"same permit"}),
    ("act_again", "permit_id"): frozenset({"same permit"}),
    ("act_again", "reversal_id"): frozenset({"same reversal"}),
    ("by_itself", "permit_id"): frozenset({"same permit"}),
    ("act", "decision_id"): frozenset({"same decision"}),
    ("by_itself", "recommendation_id"): frozenset({"same recommendation"}),
    ("answered", "decision_id"): frozenset({"same decision", "other decision"}),
    ("attended", "decision_id"): frozenset({"same decision", "other decision"}),
    ("retried", "decision_id"): frozenset({"same decision", "other decision"}),
    ("by_hand", "decision_id"): frozenset({"same decision", "other decision"}),
    # Sofie, in whose name it is asked, has seen them.
    ("show", "recommendation_id"): frozenset({"same recommendation", "other recommendation"}),
    ("handle_incident", "incident_id"): frozenset({"same incident", "other incident"}),
    ("unmasked", "unmasking"): frozenset({"same unmasking", "other unmasking"}),
}


def _systems_that_may_not_run(stage: Stage) -> Found:
    """Why -> system."""
    found = {
        "not registered": "findes-ikke",
        "without evidence": stage.register(ready=False),
        "not released": stage.register(released=False),
        "with another manager": stage.register(),
        "stopped": stage.register(),
        "vacant": stage.register(),
        "revoked": stage.register(),
        "failed supervision": stage.register(),
        "evidence withdrawn": stage.register(),
        "overdue incident": stage.register(),
        "not lawful": stage.register(bases=[{"phase": "development", "purpose": "improvement"}]),
    }
    found["proposed only"] = found["not released"]
    stage.propose(found["not released"], version="9", artefact_sha256="b7" * 32)
    stage.assign(slug=found["with another manager"], manager="bodil")
    stage.assign(slug=found["vacant"], manager=None)
    stage.switch(found["stopped"])
    merete, dorte = stage.user_id("merete"), stage.user_id("dorte")
    stage.as_owner(
        "SELECT kernel.revoke_release(%s, '1', %s, 'Den var forkert.')", found["revoked"], merete
    )
    common = {"user_id": dorte, "codex_sha256": stage.sha256}
    failed = {"task": "quality", "passed": False, "finding": "Fejl i forslagene."}
    stage.call("supervise", {"system": found["failed supervision"]} | failed | common)
    stage.evidence(found["evidence withdrawn"], kind="dpia", withdrawn=True)
    late = {"kind": "data_breach", "aware_at": "2026-01-05T09:30:00Z", "description": "Et brud."}
    stage.call("report_incident", {"system": found["overdue incident"]} | late | common)
    return found
