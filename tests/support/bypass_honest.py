# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Payloads in order for every entrance of the kernel: what attempts are made from.

A changed payload that is refused proves little when the unchanged one would be refused too, so
tests check that these are taken.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import drilled
import overseen
from kernel_stage import LIMIT, Stage, nothing_drawn

Payload = dict[str, Any]
CARD = {"autonomy": "procedural", "share": "1.0", "fairness": LIMIT}
"""The robot of this card may journalise by itself, and every such step is drawn for review."""
PLACE = "inquiries_inquiry/sealed_cpr"
REASON = "Borgeren skal have et svar i dag."
AWARE = "2026-01-05T09:30:00+00:00"

FUNCTIONS = {
    "permit": "permit",
    "develop": "permit",
    "read": "read",
    "read_dataset": "read_dataset",
    "model_key": "model_key",
    "subject_key": "subject_key",
    "issue": "issue",
    "first_view": "first_view",
    "show": "show",
    "decide": "decide",
    "decide_other": "decide",
    "own": "decide",
    "reverse": "reverse",
    "act": "act",
    "act_again": "act",
    "by_itself": "act",
    "review": "review",
    "stop": "stop",
    "resume": "resume",
    "attest": "attest",
    "oversee": "oversee",
    "raise_alarm": "raise_alarm",
    "close_alarm": "close_alarm",
    "open_drills": "open_drills",
    "show_exercise": "show_exercise",
    "answer_exercise": "answer_exercise",
    "absence": "absence",
    "supervise": "supervise",
    "report_incident": "report_incident",
    "handle_incident": "handle_incident",
    "deposit": "deposit",
    "unmask": "unmask",
    "unmask_robot": "unmask",
    "unmasked": "unmasked",
    "erase": "erase",
    "time_study": "time_study",
    "answered": "milestone",
    "attended": "milestone",
    "retried": "milestone",
    "by_hand": "milestone",
    "approve_text": "approve_text",
    "keep_for_audit": "keep_for_audit",
    "measure_groups": "measure_groups",
}
"""Each way to call an entrance -> its function in schema kernel."""


class Honest:
    """Makes payloads for one system, each complete with what it stands on."""

    def __init__(self, stage: Stage, slug: str | None = None) -> None:
        self.stage = stage
        self.slug = slug or stage.register(**CARD)
        self._round: uuid.UUID | None = None

    def payload(self, way: str) -> Payload:
        make: Callable[[], Payload] = getattr(self, way)
        return make()

    def taken(self, way: str, payload: Payload) -> Any:
        """Call the entrance as the application role; raises when it refuses."""
        answer = self.stage.call(FUNCTIONS[way], payload)
        if way == "oversee":
            # Chance would decide what the payloads after it are.
            nothing_drawn(self.stage.owner, self.slug, user=self.stage.user_id("merete"))
        return answer

    def permit(self) -> Payload:
        return {
            "system": self.slug,
            "phase": "operation",
            "purpose": "triage",
            "codex_sha256": self.stage.sha256,
        }

    def develop(self) -> Payload:
        learning = {"phase": "development", "purpose": "improvement"}
        return self.permit() | learning | {"user_id": self.stage.user_id("anders")}

    def read(self) -> Payload:
        return self.stage.reading(self.stage.permit(self.slug), self.stage.subject())

    def read_dataset(self) -> Payload:
        return {
            "permit_id": self.stage.development(self.slug),
            "source": "henvendelse",
            "fields": ["history"],
            "rows": 100,
            "sha256": "d2" * 32,
        }

    def model_key(self) -> Payload:
        return {"permit_id": self.stage.permit(self.slug)}

    def subject_key(self) -> Payload:
        subject = self.stage.subject()
        return {"subject": subject, "key": self.stage.reading("", subject)["key"]}

    def issue(self) -> Payload:
        changed = {"text": "uden ordet rotter", "suggestion": {"label": "stoej"}}
        return self.stage.proposal(self.slug, counterfactuals=[changed], began_at=AWARE)

    def first_view(self) -> Payload:
        return overseen.view(self.stage, self._unseen())

    def show(self) -> Payload:
        return overseen.look(self.stage, self._unseen())

    def _unseen(self) -> uuid.UUID:
        found: uuid.UUID = self.stage.call("issue", self.stage.proposal(self.slug))
        return found

    def decide(self) -> Payload:
        return self.stage.choice(self.stage.issued(self.slug))

    def decide_other(self) -> Payload:
        other = {"choice": "other", "outcome": {"label": "stoej"}}
        return self.stage.choice(self.stage.issued(self.slug), **other)

    def own(self) -> Payload:
        return self.stage.own(self.slug)

    def act(self) -> Payload:
        return self.stage.step(self.stage.decided(self.slug))

    def reverse(self) -> Payload:
        return self.stage.change(self.stage.decided(self.slug))

    def act_again(self) -> Payload:
        """Under a reversal."""
        decision = self.stage.decided(self.slug)
        reversal = self.stage.call("reverse", self.stage.change(decision))
        payload = self.stage.step(decision) | {"reversal_id": str(reversal)}
        del payload["decision_id"]
        return payload

    def by_itself(self) -> Payload:
        recommendation = self.stage.issued(self.slug)
        return {
            "permit_id": self.stage.permit(self.slug),
            "recommendation_id": str(recommendation),
            "robot": "visitator",
            "run_id": str(uuid.uuid4()),
            "step": "journalise",
            "result": {"journal": "1"},
        }

    def review(self) -> Payload:
        act = self.stage.call("act", self.by_itself())
        return {"act_id": str(act), "passed": True, "finding": REASON} | self.by("sofie")

    def stop(self) -> Payload:
        merete = self.stage.user_id("merete")
        return {"system": self.slug, "user_id": merete, "reason": REASON}

    def resume(self) -> Payload:
        return {"system": self.slug, "reason": REASON} | self.by("merete")

    def attest(self) -> Payload:
        return {"system": self.slug} | self.by("merete")

    def oversee(self) -> Payload:
        return overseen.plan(self.stage, self.slug)

    def raise_alarm(self) -> Payload:
        """Of a kind of its own, as one that is open is given again."""
        letters = uuid.uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))
        return overseen.alarm(self.slug, kind=letters, effect="none")

    def close_alarm(self) -> Payload:
        return overseen.closing(self.stage, self.stage.call("raise_alarm", self.raise_alarm()))

    def open_drills(self) -> Payload:
        """For a team of its own; Sofie's has a round, so that no change of the team is in order."""
        self._drill()
        unit, _ = drilled.team(self.stage)
        return drilled.opening(self.stage, self.slug, unit)

    def show_exercise(self) -> Payload:
        return drilled.looking(self.stage, self._drill(), self.stage.user_id("sofie"))

    def answer_exercise(self) -> Payload:
        return drilled.answering(self.stage, self._drill(), self.stage.user_id("sofie"))

    def _drill(self) -> uuid.UUID:
        """A round of those whose right is to all units, in which something is left for Sofie."""
        sofie = self.stage.user_id("sofie")
        if self._round is not None:
            look = drilled.looking(self.stage, self._round, sofie)
            if self.stage.call("show_exercise", look) is not None:
                return self._round
        drilled.registered(self.stage, self.slug)
        drilled.everywhere(self.stage)
        self._round = drilled.opened(self.stage, self.slug, "")
        return self._round

    def absence(self) -> Payload:
        """For a year that no other test is in."""
        days = {"first_day": "2031-01-01", "last_day": "2031-01-31"}
        return {"user_id": self.stage.user_id("bodil")} | days

    def supervise(self) -> Payload:
        found = {"task": "quality", "passed": True, "finding": REASON}
        return {"system": self.slug} | found | self.by("dorte")

    def report_incident(self) -> Payload:
        found = {"kind": "other", "aware_at": AWARE, "description": REASON}
        return {"system": self.slug} | found | self.by("sofie")

    def handle_incident(self) -> Payload:
        incident = self.stage.call("report_incident", self.report_incident())
        return {"incident_id": str(incident), "step": "note", "text": REASON} | self.by("dorte")

    def deposit(self) -> Payload:
        return {
            "subject": self.stage.subject(),
            "place": PLACE,
            "row": uuid.uuid4().hex,
            "wrapped": "AAAA",
            "kek": 1,
        }

    def unmask(self) -> Payload:
        deposited = self.deposit()
        self.stage.call("deposit", deposited)
        where = {"place": PLACE, "row": deposited["row"], "scope": {"unit": "", "kle": ""}}
        return where | {"reason": REASON} | self.by("sofie")

    def unmask_robot(self) -> Payload:
        recommendation = self.stage.proposal(self.slug)
        deposited = self.deposit() | {"subject": recommendation["subject"]}
        self.stage.call("deposit", deposited)
        issued = self.stage.issue(recommendation)
        decision = self.stage.call("decide", self.stage.choice(issued))
        return {
            "place": PLACE,
            "row": deposited["row"],
            "reason": REASON,
            "decision_id": str(decision),
            "robot": "visitator",
            "codex_sha256": self.stage.sha256,
        }

    def unmasked(self) -> Payload:
        """Good for a minute."""
        return {"unmasking": str(self.stage.call("unmask", self.unmask()))}

    def erase(self) -> Payload:
        return {"subject": self.stage.subject(), "reason": REASON} | self.by("dorte")

    def time_study(self) -> Payload:
        return self.stage.study(self.slug)

    def answered(self) -> Payload:
        return self.stage.milestone(self.stage.decided(self.slug), unit="park")

    def attended(self) -> Payload:
        return self.stage.attended(self.stage.decided(self.slug))

    def retried(self) -> Payload:
        return self.stage.milestone(self.stage.decided(self.slug), what="retried")

    def by_hand(self) -> Payload:
        return self.stage.by_hand(self.stage.decided(self.slug))

    def approve_text(self) -> Payload:
        return self.stage.letter_text()

    def keep_for_audit(self) -> Payload:
        return {
            "system": self.slug,
            "subject": self.stage.subject(),
            "groups": {"district": "Bakkelund"},
        }

    def measure_groups(self) -> Payload:
        return {"system": self.slug}

    def by(self, username: str) -> Payload:
        """Who asks, and the codex that they were judged by."""
        return {"user_id": self.stage.user_id(username), "codex_sha256": self.stage.sha256}
