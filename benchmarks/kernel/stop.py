# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How soon does the stop button bite? Clients issue without pause; then the system is stopped.

    .venv/bin/python benchmarks/kernel/stop.py

Prints how long after the stop's commit the last recommendation was still committed, over 20 stops,
by order on one clock. Fails when it is more than a second.
"""

from __future__ import annotations

import multiprocessing as mp
import statistics
import sys
import time
from typing import Any

from installation import fresh, one_line

STOPS = 20
CLIENTS = 8


def main() -> int:
    with fresh():
        late, before = _measure()
    print(f"{CLIENTS} clients, {statistics.median(before):.0f} issues between two stops (median)")
    print(f"last issue after the stop's commit: at most {1000 * max(late):.1f} ms ({STOPS} stops)")
    return 0 if max(late) <= 1.0 else 1


def _measure() -> tuple[list[float], list[int]]:
    turn, done = mp.Barrier(CLIENTS + 1), mp.Queue()
    clients = [mp.Process(target=_client, args=(turn, done)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    import django

    django.setup()
    from kodeks.kernel import stewardship
    from kodeks.kernel.models import User

    merete = User.objects.get(username="merete")
    late, before = [], []
    for _ in range(STOPS):
        turn.wait()
        time.sleep(0.5)
        stewardship.stop(system="inquiries", user=merete, reason="Måling")
        committed = time.monotonic()
        found = [done.get() for _ in clients]
        late.append(max(0.0, max(last for last, _ in found) - committed))
        before.append(sum(number for _, number in found))
        stewardship.resume(system="inquiries", user=merete, reason="Måling")
    for client in clients:
        client.terminate()
    return late, before


def _client(turn: Any, done: Any) -> None:
    """Issues recommendations until the kernel says that the system is stopped, turn after turn."""
    import django

    django.setup()
    from kodeks.kernel.api import SystemStopped

    issue = one_line()
    while True:
        turn.wait()
        last, number = 0.0, 0
        try:
            while True:
                issue()
                last, number = time.monotonic(), number + 1
        except SystemStopped:
            done.put((last, number))


if __name__ == "__main__":
    sys.exit(main())
