# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Attempts on a database that was stopped, killed and started again, or that lost its codex.

Here the cluster is the test's own, because it is killed.
"""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import migrated
import psycopg
import pytest
import warm
from attempts import Attempt, none_succeeds
from cases import Case, ready
from django.apps import apps
from django.db import connections
from ends import ENDS
from gate import (
    PERMITTED,
    TURNED_AWAY,
    bare,
    call,
    expire,
    forge,
    fresh_codices,
    refused_with,
    sessions,
)
from hindrances import Hindrance
from kernel_stage import Stage, bases_of

from kodeks.database import cluster
from kodeks.kernel import codices
from kodeks.workbench import database_url

KIND = "restart"
SUPPORT = Path(__file__).parent.parent / "support"
NAME = "kodeks_restarted"
POOL = 20


class Own:
    """A cluster of the test's own, filled as the run's is; Django is pointed at it."""

    def __init__(self, home: Path, stack: ExitStack) -> None:
        self.home, self._stack = home, stack
        self.stage: Any = None
        self._connections: list[psycopg.Connection] = []
        migrated.copy_into(home)
        started = cluster.start(home=home, fsync=False)
        cluster.create_database(started, NAME, template="kodeks")
        environment = os.environ | {
            "KODEKS_HOME": str(home),
            "KODEKS_DATABASE_URL": self.url(started.application_url),
            "KODEKS_DATABASE_OWNER_URL": self.url(started.owner_url),
            "KODEKS_DATABASE_ROLE": "owner",
        }
        filled = warm.run_text([SUPPORT / "template.py"], env=environment)
        assert filled.returncode == 0, filled.stderr
        self.connect(started)

    def url(self, url: str) -> str:
        head, _, query = url.partition("?")
        return f"{head.rpartition('/')[0]}/{NAME}?{query}"

    def connect(self, started: cluster.Cluster) -> None:
        owner, application = (
            self._stack.enter_context(psycopg.connect(self.url(url), autocommit=True))
            for url in (started.owner_url, started.application_url)
        )
        connections["default"].close()
        found = database_url.parse(self.url(started.application_url))
        connections["default"].settings_dict.update(found)
        if self.stage is None:
            self.stage = Stage(owner=owner, application=application)
            slugs = [f"s{number:03d}" for number in range(POOL)]
            self.stage.revise(legal_bases=[row for slug in slugs for row in bases_of(slug)])
        self.stage.close()
        self.stage.owner, self.stage.application = owner, application

    def restart(self, how: str) -> None:
        """Stopped in order, or killed without a chance to write anything more."""
        if how == "stopped":
            cluster.stop(home=self.home)
        else:
            pid = cluster.status(home=self.home).pid
            assert pid is not None
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            for number in (pid, *map(int, children)):
                os.kill(number, signal.SIGKILL)
            while cluster.status(home=self.home).running:
                time.sleep(0.05)
        self.connect(cluster.start(home=self.home, fsync=False))
        apps.get_app_config("kernel").permits.clear()


@pytest.fixture(scope="module")
def own(django_db_setup: None, django_db_blocker: Any) -> Iterator[Own]:
    memory = Path("/dev/shm")  # noqa: S108
    folder = Path(
        tempfile.mkdtemp(prefix="kodeks-restart-", dir=memory if memory.is_dir() else None)
    )
    folder.chmod(0o711)
    before = dict(connections["default"].settings_dict)
    from django.test import override_settings

    home = folder / "home"
    try:
        with (
            override_settings(KODEKS_HOME=home),
            django_db_blocker.unblock(),
            ExitStack() as stack,
        ):
            yield Own(home, stack)
    finally:
        connections["default"].close()
        connections["default"].settings_dict.update(before)
        fresh_codices()
        cluster.stop(home=home)
        shutil.rmtree(folder)


PICKED = [one for one in ENDS if one.name in ("stop", "withdrawn", "vacant", "manager-closed")]


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_what_was_so_is_so_after_a_restart(own: Own, how: str) -> None:
    """What had ended stays ended; what had not been committed has not been."""
    stage = own.stage
    ended = [(ready(stage).fully_made(), end) for end in PICKED]
    for case, end in ended:
        end.make(case)
    expired, running = ready(stage).made(), ready(stage).made()
    expire(stage, expired.permit)
    halves = [psycopg.connect(stage.url) for _ in range(3)]
    call(begin(halves[0]), *running.gated["issue"])
    call(begin(halves[1]), *running.gated["act"])
    resume = ended[0][0].now(ended[0][0].by_people)["system_owner resume"]
    call(begin(halves[2]), *resume)
    written = stage.contents()
    own.restart(how)
    for half in halves:
        with pytest.raises((psycopg.OperationalError, psycopg.InterfaceError)):
            half.commit()
    assert {name: number for name, (number, _) in stage.contents().items()} == {
        name: number for name, (number, _) in written.items()
    }
    attempts = [one for case, end in ended for one in everything(case, end)]
    attempts += [
        bare(f"{name} run out", stage.application, one, codes={"permit_expired"})
        for name, one in expired.gated.items()
        if one[0] in PERMITTED and name != "read-dataset"
    ]
    assert none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY) > 90
    running.works(running.gated)


def begin(connection: psycopg.Connection) -> psycopg.Connection:
    connection.execute("SELECT 1")
    return connection


def everything(case: Case, end: Hindrance) -> Iterator[Attempt]:
    for name, one in case.now(case.gated).items():
        yield bare(f"{name} {end.name}", case.stage.application, one, codes=end.codes)
    for name, door in case.doors:
        yield Attempt(name=f"python {name} {end.name}", try_=refused_with(end.codes, door))


# Without a codex


@contextmanager
def without_codex(stage: Any) -> Iterator[None]:
    """As in a database into which no codex was ever registered, or not for today."""
    rows = stage.owner.execute("SELECT id, effective_from FROM kernel_codexrevision").fetchall()
    forge(stage, "kernel_codexrevision", "SET effective_from = '2999-01-01'")
    try:
        yield
    finally:
        for number, day in rows:
            change = "SET effective_from = %s WHERE id = %s"
            forge(stage, "kernel_codexrevision", change, day, number)


def test_a_database_without_a_codex(own: Own) -> None:
    stage = own.stage
    case = ready(stage).fully_made()
    # These ask nobody: stopping must work when nothing else does, and an absence allows nothing.
    free = ("system_owner stop", "administrator stop", "system_owner absence")
    calls = {name: one for name, one in (case.gated | case.by_people).items() if name not in free}
    doors: list[tuple[str, Callable[[], object]]] = [
        *case.doors,
        ("other", lambda: case.decide("other")),
        ("reject", lambda: case.decide("reject")),
        ("in force", codices.in_force),
    ]
    for permit in (case.permit, case.learning):
        expire(stage, permit)
    with without_codex(stage), sessions(stage) as open_:
        attempts = [
            bare(f"{name} ({session})", open_[session], one, codes={"no_codex"})
            for name, one in calls.items()
            for session in ("plain", "a week ahead", "a week behind")
        ]
        attempts += [
            # Python sees that the date is not the one that was signed.
            Attempt(name=f"python {name}", try_=refused_with({"codex_unsigned", "no_codex"}, door))
            for name, door in doors
        ]
        number = none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
    assert number > 100
    assert codices.in_force()
