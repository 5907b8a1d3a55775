# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A worker of `throughput.py`: a flow of four declared steps that only answer with an id."""

from __future__ import annotations

import sys
import uuid
from typing import Any

import django

STEPS = ("journalise", "receipt", "send", "forward")


def main() -> None:
    django.setup()
    from kodeks.kernel import sequencer
    from kodeks.robots import flows
    from kodeks.robots.worker import run_worker

    def step(context: flows.StepContext) -> dict[str, Any]:
        return {"id": context.key}

    steps = tuple(flows.Step(name=name, title=name, run=step) for name in STEPS)
    flows.register(flows.Flow(name="bench", robot="visitator", title="Måling", steps=steps))
    if sys.argv[1] == "queue":
        queue(int(sys.argv[2]))
        return
    first = sys.argv[1] == "0"
    run_worker(background=[sequencer.run] if first else [], stop_when_idle=True)


def queue(count: int) -> None:
    from django.db import transaction

    from kodeks.kernel import api as kernel
    from kodeks.kernel.models import User
    from kodeks.robots import services

    sofie = User.objects.get(username="sofie")
    for _ in range(count):
        subject = kernel.Subject(type="inquiry", id=str(uuid.uuid4()))
        with transaction.atomic():
            decision = kernel.decide_without_recommendation(
                system="inquiries",
                purpose="triage",
                subject=subject,
                user=sofie,
                outcome={"label": "rotter"},
                own_consideration="Måling: en opdigtet henvendelse uden forslag.",
            )
            services.start(
                flow="bench",
                decision_id=decision if isinstance(decision, uuid.UUID) else decision.id,
                subject_type=subject.type,
                subject_id=subject.id,
            )


if __name__ == "__main__":
    main()
