# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A worker process for tests: a flow of three steps, and acts that need no kernel.

Each step leaves two effects: a row in the step's own transaction, which must be there once,
and a line in a file, as a system outside would get it, which may come again after a crash.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from pathlib import Path
from typing import Any

import django


def main() -> None:
    django.setup()
    from django.db import connections

    connections["default"].settings_dict.update(json.loads(os.environ["ROBOTS_TEST_DATABASE"]))
    options = json.loads(os.environ["ROBOTS_TEST_OPTIONS"])
    register(
        seconds=options.get("seconds", 0.02),
        outside=options.get("outside"),
        steps=options["steps"],
        flow=options.get("flow", {}),
    )
    hurry(options.get("dead_after"))
    from kodeks.robots.worker import run_worker

    run_worker(concurrency=2, stop_when_idle=options.get("stop_when_idle", False))


def hurry(dead_after: float | None) -> None:
    if dead_after is None:
        return
    from kodeks.robots import engine, maintenance

    maintenance.HEARTBEAT_SECONDS = dead_after / 4
    maintenance.DEAD_AFTER_SECONDS = dead_after
    maintenance.TICK_SECONDS = 0.2
    engine.STRANGE_SECONDS = 0.2


def register(
    *, seconds: float, outside: str | None, steps: int | dict[str, list[str]], flow: dict[str, Any]
) -> None:
    """`steps` is a number of them, or names and what each was called before."""
    from django.utils import timezone

    from kodeks.robots import flows, services
    from kodeks.robots.models import Release

    def run(context: flows.StepContext) -> dict[str, Any]:
        if outside:
            with Path(outside).open("a", encoding="ascii") as file:
                file.write(context.key + "\n")
        Release.objects.create(
            run_id=context.run_id,
            user_id="effect",
            reason_code=context.step,
            released_at=timezone.now(),
        )
        time.sleep(seconds)
        return {"id": context.key}

    def record_act(*, run_id: uuid.UUID, step: str, **_: Any) -> uuid.UUID:
        return uuid.uuid5(run_id, step)

    services.record_act = record_act
    named = {f"step_{n}": [] for n in range(1, steps + 1)} if isinstance(steps, int) else steps
    made = [
        flows.Step(name=name, title=name, run=run, formerly=tuple(formerly))
        for name, formerly in named.items()
    ]
    about = {"name": "durable", "robot": "test-robot", "title": "Prøve"} | flow
    about["formerly"] = tuple(about.get("formerly", ()))
    flows.register(flows.Flow(**about, steps=tuple(made)))


if __name__ == "__main__":
    main()
