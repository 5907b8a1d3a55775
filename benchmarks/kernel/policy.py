# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How long one decision of the policies takes: a person's, and a system's that asks to run.

    .venv/bin/python benchmarks/kernel/policy.py

`Cedar` is the policies alone, parsed beforehand, with facts at hand; the limit is a millisecond.
`with facts` is the whole of the kernel's own question, its reading of the tables included.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

from installation import fresh

TIMES = 2000


def main() -> int:
    with fresh():
        import django

        django.setup()
        found = _measure()
    for name, seconds in found.items():
        p50, p99 = (1000 * statistics.quantiles(seconds, n=100)[at] for at in (49, 98))
        print(f"{name:34} p50 {p50:6.3f} ms   p99 {p99:6.3f} ms")
    limits = [statistics.median(found[name]) for name in found if name.startswith("Cedar")]
    return 0 if max(limits) <= 0.001 else 1


def _measure() -> dict[str, list[float]]:
    from kodeks.codex import policy
    from kodeks.kernel import authority, codices, facts
    from kodeks.kernel.authority import About
    from kodeks.kernel.models import Grant, User
    from kodeks.kernel.subjects import Scope

    codex = codices.in_force()
    policies = policy.parse(codex.policies)
    sofie = User.objects.get(username="sofie")
    about = About(system="inquiries", scope=Scope(unit="park", kle="05.01.08"), with_ai=True)
    grant = Grant.objects.filter(user=sofie).get()
    today = policy.day(codex.effective_from)
    entities = list(authority._entities(sofie, about, grant))
    context = {"today": today, "grant": authority._grant(grant), "with_ai": True}
    running = facts.running(codex, system="inquiries", phase="operation", purpose="triage")

    def person() -> None:
        policies.judge(
            principal=("Person", str(sofie.pk)),
            action="decide",
            resource=("Matter", "matter"),
            entities=entities,
            context=context,
        )

    def system() -> None:
        policies.judge(
            principal=("System", "inquiries"),
            action="operate",
            resource=("System", "inquiries"),
            entities=(),
            context=running,
        )

    return {
        "Cedar, may a person decide": _times(person),
        "Cedar, may a system run": _times(system),
        "with facts, may a person decide": _times(
            lambda: authority.judge(codex, sofie, "decide", about=about)
        ),
        "with facts, may a system run": _times(
            lambda: authority.judge_run(
                codex, system="inquiries", phase="operation", purpose="triage"
            )
        ),
    }


def _times(call: Callable[[], object]) -> list[float]:
    for _ in range(50):
        call()
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return found


if __name__ == "__main__":
    sys.exit(main())
