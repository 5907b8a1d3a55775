# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The life of a system, drawn at random: whatever happens, both gates say yes or both say no.

The policies are asked with facts that Python reads from the tables; the database surveys by itself.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import psycopg
import pytest
from kernel_stage import today

from kodeks.kernel import authority, codices

DAY = dt.timedelta(days=1)
SAME_RULE = {"barred": "no_basis", "autonomy": "no_basis"}
KINDS = [
    *("dpia", "dpo_opinion", "test_report", "oversight_pilot", "fria", "information_duty"),
    *("ce_marking", "information_security"),
]
REFUSED = {"no_right", "form"}
"""A manager whose account is closed may not be named, and cannot attest."""


class Life:
    """What may happen to a system; each method is a turn."""

    def __init__(self, stage: Any, seed: int) -> None:
        self.stage = stage
        self.draw = random.Random(seed)
        self.slug = stage.register(risk_class=self.draw.choice(["minimal", "limited", "high"]))
        self.owners = [stage.new_user(role="system_owner") for _ in range(2)]

    def _by_officer(self, **more: Any) -> dict[str, Any]:
        officer = self.stage.user_id("dorte")
        return {"user_id": officer, "codex_sha256": self.stage.sha256, **more}

    def absence(self) -> None:
        first = self.draw.randint(-30, 5)
        payload = {
            "user_id": self.draw.choice(self.owners),
            "first_day": (today() + first * DAY).isoformat(),
        }
        if self.draw.random() < 0.7:
            last = first + self.draw.randint(0, 30)
            payload["last_day"] = (today() + last * DAY).isoformat()
        self.stage.call("absence", payload)

    def incident(self) -> None:
        moment = dt.datetime.now(dt.UTC) - dt.timedelta(hours=self.draw.randint(1, 500))
        found = self.stage.call(
            "report_incident",
            self._by_officer(
                system=self.slug,
                kind=self.draw.choice(["death", "serious", "data_breach", "other"]),
                aware_at=moment.isoformat(),
                description="En prøve.",
            ),
        )
        if self.draw.random() < 0.8:
            step = self.draw.choice(["reported", "dismissed", "mended"])
            payload = self._by_officer(incident_id=str(found), step=step, text="En prøve.")
            self.stage.call("handle_incident", payload)

    def evidence(self) -> None:
        first = self.draw.randint(-20, 3)
        self.stage.evidence(
            self.slug,
            kind=self.draw.choice(KINDS),
            valid_from=today() + first * DAY,
            valid_to=today() + (first + self.draw.randint(1, 60)) * DAY,
            withdrawn=self.draw.random() < 0.1,
        )

    def all_evidence(self) -> None:
        self.stage.evidence(self.slug)

    def assign(self) -> None:
        manager = self.draw.choice([*self.owners, *self.owners, None])
        others = [one for one in (*self.owners, None) if one != manager or one is None]
        unit = self.draw.choice(["Park", "Park", " "])
        self.stage.assign(
            slug=self.slug, manager=manager, deputy=self.draw.choice(others), unit=unit
        )
        if manager is not None and self.draw.random() < 0.8:
            self.stage.attest(self.slug, by=manager)

    def own(self) -> None:
        self.stage.assign(slug=self.slug, manager=self.owners[0], deputy=self.owners[1])
        self.stage.attest(self.slug, by=self.owners[0])

    def switch(self) -> None:
        self.stage.switch(self.slug, verb=self.draw.choice(["stop", "resume"]))

    def resume(self) -> None:
        self.stage.switch(self.slug, verb="resume")

    def supervise(self) -> None:
        passed = self.draw.random() < 0.8
        self.stage.call(
            "supervise",
            self._by_officer(system=self.slug, task="quality", passed=passed, finding="En prøve."),
        )

    def account(self) -> None:
        self.stage.owner.execute(
            "UPDATE kernel_user SET is_active = %s WHERE id = %s",
            (self.draw.random() < 0.7, self.draw.choice(self.owners)),
        )

    def turn(self) -> str:
        turns = [
            *(self.absence, self.incident, self.evidence, self.all_evidence, self.assign),
            *(self.own, self.switch, self.resume, self.supervise, self.account),
        ]
        chosen = self.draw.choice(turns)
        try:
            chosen()
        except psycopg.Error as error:
            if error.diag.message_detail not in REFUSED:
                raise
        return chosen.__name__


def answers(stage: Any, slug: str, phase: str, purpose: str) -> tuple[set[str], set[str]]:
    """The rules that are broken: as the policies say, and as the database says."""
    verdict = authority.judge_run(codices.in_force(), system=slug, phase=phase, purpose=purpose)
    assert verdict.allowed == (verdict.codes == ())
    found = {SAME_RULE.get(one, one) for one in stage.obstacles(slug, phase=phase, purpose=purpose)}
    by_policy = set(verdict.codes)
    if "no_owner" in found:
        # Where nobody answers, the database does not ask whether they have confirmed it.
        by_policy.discard("not_attested")
    return by_policy, found


@pytest.mark.parametrize("seed", range(6))
def test_two_gates_one_answer(stage, seed):
    life, seen = Life(stage, seed), set()
    for number in range(50):
        turn = life.turn() if number else "none yet"
        later = life.draw.choice([0, 0, 0, 10, 95, 190])
        with stage.days_later(later):
            for phase, purpose in (("operation", "triage"), ("development", "improvement")):
                by_policy, by_database = answers(stage, life.slug, phase, purpose)
                if later:
                    # Incidents go by the clock, which the test cannot move in the database.
                    by_policy.discard("incident")
                    by_database.discard("incident")
                assert by_policy == by_database, (turn, later)
                seen.add(by_database == set())
    assert seen == {True, False}
