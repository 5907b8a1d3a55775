# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A robot for tests: its acts are collected here instead of in the kernel."""

from __future__ import annotations

import json
import os
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import warm
from django.apps import apps
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from kodeks.kernel.api import SystemStopped
from kodeks.robots import engine, flows, services
from kodeks.robots.models import Run
from kodeks.robots.retry import Policy

WORKER = Path(__file__).with_name("worker_process.py")


@dataclass
class Robot:
    """Registers flows of given functions, and remembers the acts of their steps."""

    monkeypatch: pytest.MonkeyPatch
    acts: list[str] = field(default_factory=list)
    helped: list[uuid.UUID] = field(default_factory=list)
    """The decisions under which a person helped the robot on."""

    def flow(
        self, *functions: Callable[[flows.StepContext], Any], name: str = "test"
    ) -> flows.Flow:
        steps = tuple(
            flows.Step(name=f"step_{number}", title=f"Trin {number}", run=function)
            for number, function in enumerate(functions, start=1)
        )
        flow = flows.Flow(name=name, robot="test-robot", title="Prøve", steps=steps)
        self.monkeypatch.setitem(apps.get_app_config("robots").flows, name, flow)
        return flow

    def start(self, flow: str = "test") -> Run:
        return services.start(
            flow=flow, decision_id=uuid.uuid4(), subject_type="inquiry", subject_id="17"
        )

    def execute(self, run: Run) -> float | None:
        wait = engine.execute(run_id=run.id)
        run.refresh_from_db()
        return wait

    def stopped(self) -> set[uuid.UUID]:
        """Decisions whose system may not run, for as long as the test has them in here."""
        found: set[uuid.UUID] = set()

        def require_may_act(*, decision_id: uuid.UUID) -> None:
            if decision_id in found:
                raise SystemStopped(code="stopped", message="Systemet er stoppet.")

        self.monkeypatch.setattr(services, "require_may_act", require_may_act)
        self.monkeypatch.setattr(
            services, "stopped", lambda *, decision_ids: frozenset(found) & frozenset(decision_ids)
        )
        return found

    def record_act(self, *, run_id: uuid.UUID, step: str, **_: Any) -> uuid.UUID:
        self.acts.append(step)
        return uuid.uuid5(run_id, step)

    def record_help(self, *, decision_id: uuid.UUID, **_: Any) -> None:
        self.helped.append(decision_id)


@pytest.fixture
def robot(monkeypatch: pytest.MonkeyPatch) -> Robot:
    made = Robot(monkeypatch)
    monkeypatch.setattr(services, "record_act", made.record_act)
    monkeypatch.setattr(services, "record_help", made.record_help)
    return made


@pytest.fixture
def quick_retries(settings: Any) -> Policy:
    settings.KODEKS_ROBOTS_RETRY = Policy(most_attempts=3, first_wait=0.05, longest_wait=0.1)
    return settings.KODEKS_ROBOTS_RETRY


def jobs(run: Run) -> list[str]:
    """States of the run's jobs, oldest first."""
    found = ProcrastinateJob.objects.filter(lock=f"run:{run.id}").order_by("id")
    return list(found.values_list("status", flat=True))


@pytest.fixture
def jobs_of() -> Callable[[Run], list[str]]:
    return jobs


@pytest.fixture
def wait_until() -> Callable[..., None]:
    def wait(condition: Callable[[], bool], *, seconds: float = 30.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "it did not happen in time"
            time.sleep(0.05)

    return wait


@pytest.fixture
def worker_process(transactional_db: None) -> Iterator[Callable[..., warm.Started]]:
    """Starts real worker processes on this test's database; kills what is left of them."""
    started: list[warm.Started] = []

    def start(**options: Any) -> warm.Started:
        # The connection's values are text, numbers and the server's options.
        database = {key: value for key, value in connection.settings_dict.items() if key != "TEST"}
        environment = os.environ | {
            "ROBOTS_TEST_DATABASE": json.dumps(database),
            "ROBOTS_TEST_OPTIONS": json.dumps(options),
            "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        }
        process = warm.start([WORKER], env=environment)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
