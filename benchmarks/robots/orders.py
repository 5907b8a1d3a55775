# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What it costs a step to ask whether its robot is paused: the run's row with and without it.

    KODEKS_HOME=<a demo's folder> .venv/bin/python benchmarks/robots/orders.py

Locks one run again and again, the two ways in turns, with a history of orders for several robots.
Everything is rolled back.
"""

from __future__ import annotations

import os
import statistics
import time
import uuid

import django

_ROBOTS, _ORDERS, _ROUNDS, _EACH = 20, 50, 40, 100


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kodeks.workbench.settings")
    os.environ.setdefault("KODEKS_LOG_LEVEL", "ERROR")
    os.environ.setdefault("KODEKS_INSECURE_HTTP", "1")
    django.setup()
    from django.db import transaction
    from django.utils import timezone

    from kodeks.robots import orders
    from kodeks.robots.models import Order, Run

    with transaction.atomic():
        now = timezone.now()
        run = Run.objects.create(
            flow="inquiries-handle",
            robot="robot-7",
            subject_type="inquiry",
            subject_id="1",
            decision_id=uuid.uuid4(),
            created_at=now,
            updated_at=now,
        )
        Order.objects.bulk_create(
            Order(
                robot=f"robot-{number}",
                state="running",
                user_id="1",
                reason="Måling",
                ordered_at=now,
            )
            for _ in range(_ORDERS)
            for number in range(_ROBOTS)
        )
        bare = Run.objects.select_for_update(skip_locked=True)
        asked = Run.objects.annotate(robot_state=orders.newest()).select_for_update(
            skip_locked=True, of=("self",)
        )
        took: dict[str, list[float]] = {"without": [], "with": []}
        for _ in range(_ROUNDS):
            for name, found in (("without", bare), ("with", asked)):
                started = time.perf_counter()
                for _ in range(_EACH):
                    found.filter(pk=run.pk).first()
                took[name].append((time.perf_counter() - started) / _EACH * 1000)
        transaction.set_rollback(True)
    for name, times in took.items():
        print(f"{name}: {statistics.median(times):.2f} ms, best {min(times):.2f} ms")


if __name__ == "__main__":
    main()
