# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Attempts around a restart: with what a process held from before, and with what was half done.

A process is killed, a connection is cut, the database is stopped and started, keys and codex are
gone: nothing is half written, and nothing that was held is worth more than it was.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import pickle
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from attempts import Attempt, count, none_succeeds
from cases import LEARNING, Case, ready
from django.apps import apps
from django.db import connections
from ends import ENDS
from gate import TURNED_AWAY, Call, bare, call, expire, refused_with
from held import USES, issue
from hindrances import Hindrance
from kernel_stage import Stage
from processes import Process, alone, backends
from racing import alone as acting
from released import Released

from kodeks.kernel import api as kernel
from kodeks.kernel import subjects
from kodeks.kernel.keyring import SealingError

KIND = "restart"
CUT = (psycopg.OperationalError, psycopg.InterfaceError)


# What a process held


def forgotten() -> None:
    """As in a process that was started again: no cache and no connection."""
    kernel_app = apps.get_app_config("kernel")
    kernel_app.permits.clear()
    kernel_app.models_opened.clear()
    connections.close_all()


def cut(stage: Stage) -> None:
    """Django's connection is cut by the database, and made anew as between two requests."""
    connection = connections["default"]
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    stage.as_owner("SELECT pg_terminate_backend(%s)", pid)
    connection.close()


WAYS: dict[str, Callable[[Stage], object]] = {
    "at once": lambda stage: None,
    "with nothing in its caches": lambda stage: forgotten(),
    "with its connection cut": cut,
}


@pytest.mark.parametrize("end", ENDS, ids=lambda one: one.name)
def test_what_was_held_from_before(stage: Any, end: Hindrance) -> None:
    """Permits, readings and opened models; as they were, and as another process would get them."""
    system = Released(stage)
    system.release("1")
    case, permit = system.case("1").made(), system.permit()
    asked = {"system": system.slug, "purpose": "improvement", "phase": "development"}
    learning = kernel.ask(user=stage.user(system.technician), **asked)
    about = kernel.Subject(type="inquiry", id="held")
    datum = read_about(permit, about)
    permit.predict(load=bytes, compute=len)
    end.make(case)

    def held(way: str, use: Callable[[kernel.Permit], object], one: kernel.Permit) -> Any:
        def try_() -> object:
            WAYS[way](stage)
            return use(one)

        return refused_with(end.codes, try_)

    packed = pickle.loads(pickle.dumps(permit))  # noqa: S301 it is our own
    uses: dict[str, tuple[Callable[[kernel.Permit], object], kernel.Permit]] = {
        **{name: (use, permit) for name, use in USES.items() if name != "read_dataset"},
        "issue": (lambda one: issue(one, about, datum), permit),
        "read_dataset": (USES["read_dataset"], learning),
        **{f"packed {name}": (USES[name], packed) for name in ("read", "predict", "suggest")},
    }
    attempts = [
        Attempt(name=f"{name} {way}", try_=held(way, use, one))
        for way in WAYS
        for name, (use, one) in uses.items()
        if not (name == "read_dataset" and end.spares >= LEARNING)
    ]
    assert none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY) > 20


def read_about(permit: kernel.Permit, about: kernel.Subject) -> kernel.Datum:
    value = kernel.Value(text="Der er rotter.", fetched_at=dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    found = permit.read(
        subject=about, source="henvendelse", fields=("text",), fetch=lambda *_: {"text": value}
    )
    return found.datum("text")


def test_readings_of_another_permit(stage: Any) -> None:
    """A stop and a start later the system may run again, but what it read before it may not use."""
    system = Released(stage)
    system.release("1")
    old = system.permit()
    about = kernel.Subject(type="inquiry", id="read-before")
    datum = read_about(old, about)
    stage.switch(system.slug, by=system.manager)
    stage.switch(system.slug, by=system.manager, verb="resume")
    new = system.permit()
    for permit in (old, new):
        permit._state.artefact_sha256 = system.row("1").artefact_sha256
    other = kernel.Subject(type="inquiry", id="another")
    # A key to seal with is made beforehand, whatever comes of the rest.
    for subject in (about, other):
        subjects.key_to_seal(subject)
    attempts = [
        Attempt(name=f"{name} {way}", try_=again(stage, way, permit, subject, datum))
        for name, permit, subject in (
            ("the old permit", old, about),
            ("the new permit", new, about),
            ("the new permit for another", new, other),
        )
        for way in WAYS
    ]
    none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)


def again(stage: Any, way: str, permit: Any, subject: Any, datum: Any) -> Callable[[], object]:
    def try_() -> object:
        WAYS[way](stage)
        return issue(permit, subject, datum)

    return try_


def test_permits_that_another_process_is_handed(stage: Any) -> None:
    """A process of its own, with a stop, a run-out and a resume between it and the permits."""
    system = Released(stage)
    system.release("1")
    first = system.permit()
    learning = kernel.ask(
        system=system.slug,
        purpose="improvement",
        phase="development",
        user=stage.user(system.technician),
    )
    stage.switch(system.slug, by=system.manager)
    stage.switch(system.slug, by=system.manager, verb="resume")
    second = system.permit()
    expire(stage, str(second.id))
    permits = {"from before a stop": first, "to learn": learning, "run out": second}
    told = [
        (f"{name} {way}", base64.b64encode(pickle.dumps(permit)).decode(), way)
        for name, permit in permits.items()
        for way in USES
    ]
    before = stage.contents()
    with Process("use", {"permits": told}, stage.url) as process:
        lines = [json.loads(line) for line in process.stdout]
    assert {name for name, _ in lines} == {name for name, _, _ in told}
    assert [name for name, code in lines if code == ""] == []
    assert stage.contents() == before
    count(KIND, len(lines))


@pytest.mark.parametrize("end", ENDS, ids=lambda one: one.name)
def test_a_number_that_was_to_be_opened(stage: Any, end: Hindrance) -> None:
    """Why was written down before the end; the key is asked for after it."""
    case = ready(stage).fully_made()
    robots = call(stage.application, *case.gated["unmask-robot"])
    persons = call(stage.application, *case.by_people["caseworker unmask"])
    end.make(case)
    gone(case, len(end.name) % 2 == 0)
    payloads = {
        "robot": {"unmasking": str(robots)},
        "person": {"unmasking": str(persons)},
        "nobody": {"unmasking": "00000000-0000-0000-0000-000000000000"},
    }
    attempts = [
        bare(f"{whose} {connection}", one, ("unmasked", payload))
        for whose, payload in payloads.items()
        for connection, one in (("held", stage.application), ("owner's", stage.owner))
    ]
    none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)


def gone(case: Case, closed: bool) -> None:
    """The caseworker's account is closed, or the right taken back."""
    if closed:
        account = "UPDATE kernel_user SET is_active = false WHERE id = %s"
        case.stage.owner.execute(account, (case.worker,))
    else:
        case.stage.as_owner("SELECT kernel.revoke_grants(%s, 'caseworker')", case.worker)


# What was half done


def test_a_process_that_was_killed_before_it_committed(stage: Any) -> None:
    # Whoever erases has one lock of a thousand, which by chance is that of another subject too.
    assert any(_killed_with_all_under_way(stage) for _ in range(3))


def _killed_with_all_under_way(stage: Any) -> bool:
    case = ready(stage).fully_made()
    calls = case.gated | case.by_people
    # Of one key, one matter and one step only one can be under way at a time.
    again = ("issue-again", "caseworker accept", "caseworker other", "caseworker reject",
             "administrator erase")  # fmt: skip
    told = [
        one for name, one in calls.items() if name not in again and not name.startswith("system_")
    ]
    there, before = backends(stage), stage.contents()
    with Process("hold", {"url": stage.url, "calls": told}, stage.url) as process:
        said = process.stdout.readline()
        process.kill()
    alone(stage, there)
    assert stage.contents() == before
    assert said in ("ready\n", "waits\n")
    count(KIND, len(told))
    return bool(said == "ready\n")


@pytest.mark.parametrize("after", [1, 4, 9])
def test_a_process_that_was_killed_in_the_midst(stage: Any, after: int) -> None:
    """What it had committed is whole, with its sealed part and its place in the ledger's queue."""
    case = ready(stage).made()
    told = [("issue", case.proposal()) for _ in range(12)]
    told += [("act", acting(case)) for _ in range(6)]
    there = backends(stage)
    with Process("repeat", {"url": stage.url, "calls": told}, stage.url) as process:
        for _ in range(after):
            assert process.stdout.readline() == "done\n"
        process.kill()
    alone(stage, there)
    for table in ("recommendation", "act"):
        halves = (
            f"SELECT count(*) FROM kernel_{table} AS r LEFT JOIN kernel_secret AS s"
            " ON s.record_id = r.id LEFT JOIN kernel_ledgerpending AS p ON p.id = r.pending_id"
            " WHERE r.system_id = %s AND (s.record_id IS NULL OR p.id IS NULL)"
        )
        assert stage.as_owner(halves, case.slug) == 0
    count(KIND, len(told))


def ways_to_end() -> dict[str, Callable[[Any, psycopg.Connection, Call], object]]:
    """How a transaction ends that was not to be committed by then."""

    def begun(stage: Any, connection: psycopg.Connection, one: Call) -> object:
        connection.execute("SELECT 1")
        stage.as_owner("SELECT pg_terminate_backend(%s)", connection.info.backend_pid)
        return call(connection, *one)

    def called(stage: Any, connection: psycopg.Connection, one: Call) -> object:
        made(connection, one)
        stage.as_owner("SELECT pg_terminate_backend(%s)", connection.info.backend_pid)
        return connection.commit()

    def inside(stage: Any, connection: psycopg.Connection, one: Call) -> object:
        connection.execute("SELECT 1")
        connection.execute("SAVEPOINT a")
        made(connection, one)
        connection.execute("RELEASE a")
        stage.as_owner("SELECT pg_terminate_backend(%s)", connection.info.backend_pid)
        return connection.execute("SELECT 1")

    def late(stage: Any, connection: psycopg.Connection, one: Call) -> object:
        connection.execute("SET LOCAL statement_timeout = '30ms'")
        sentence = f"SELECT kernel.{one[0]}(%s::jsonb), pg_sleep(5)"
        return connection.execute(sentence, (json.dumps(one[1]),))

    def broken(stage: Any, connection: psycopg.Connection, one: Call) -> object:
        made(connection, one)
        return connection.execute("SELECT 1 / 0")

    return {"begun": begun, "called": called, "inside": inside, "late": late, "broken": broken}


def made(connection: psycopg.Connection, one: Call) -> None:
    connection.execute(f"SELECT kernel.{one[0]}(%s::jsonb)", (json.dumps(one[1]),))


def test_transactions_that_came_to_no_end(stage: Any) -> None:
    case = ready(stage).fully_made()

    def ended(way: str, one: Call) -> Callable[[], object]:
        def try_() -> object:
            with psycopg.connect(stage.url) as connection:
                return ways_to_end()[way](stage, connection, one)

        return try_

    def closed(one: Call) -> Callable[[], object]:
        def try_() -> None:
            connection = psycopg.connect(stage.url)
            made(connection, one)
            connection.close()

        return try_

    calls = case.gated | case.by_people
    attempts = [
        Attempt(name=f"{way} {name}", try_=ended(way, one))
        for way in ways_to_end()
        for name, one in calls.items()
    ]
    attempts += [
        Attempt(name=f"closed {name}", try_=closed(one), silent=True) for name, one in calls.items()
    ]
    refusals = (*CUT, psycopg.errors.QueryCanceled, psycopg.errors.DivisionByZero)
    assert none_succeeds(stage, attempts, kind=KIND, refusals=refusals) > 200


# Keys and codex gone


def homes(real: Path, where: Path) -> Iterator[tuple[str, Path]]:
    """Homes from which something was lost; what is left is the installation's own."""

    def new(name: str, *keys: str) -> Path:
        home = where / name.replace(" ", "-")
        (home / "keys").mkdir(parents=True)
        for key in keys:
            shutil.copy(real / "keys" / key, home / "keys" / key)
        return home

    yield "no home", where / "nowhere"
    yield "nothing in it", new("nothing in it")
    yield "no wrapping key", new("no wrapping key", "index-key", "ledger-key")
    lost = {"short": b"x" * 31, "long": b"x" * 33, "empty": b"", "other": b"x" * 32}
    for name, key in lost.items():
        home = new(f"a wrapping key that is {name}", "index-key", "ledger-key")
        (home / "keys" / "kek-0001").write_bytes(key)
        yield f"a wrapping key that is {name}", home
    home = new("a folder for a key", "index-key")
    (home / "keys" / "kek-0001").mkdir()
    yield "a folder for a key", home
    home = new("the key of tomorrow", "index-key")
    (home / "keys" / "kek-0002").write_bytes(b"y" * 32)
    yield "the key of tomorrow", home


def decide_alone(case: Case, about: kernel.Subject) -> object:
    return kernel.decide_without_recommendation(
        system=case.slug,
        purpose="triage",
        subject=about,
        user=case.stage.user(case.worker),
        outcome={"label": "rotter"},
        own_consideration="Borgeren nævner rotter.",
    )


def test_a_home_from_which_the_keys_are_gone(stage: Any, tmp_path: Path, settings: Any) -> None:
    system = Released(stage)
    system.release("1")
    case = system.case("1").fully_made()
    permit, about = system.permit(), kernel.Subject(**case.subject)
    # One that has a key: for another a new key may be made.
    stage.read(str(permit.id), case.subject)
    doors: dict[str, Callable[[], object]] = {
        "suggest": lambda: case.suggest(about),
        "accept": lambda: case.decide("accept"),
        "other": lambda: case.decide("other"),
        "own": lambda: decide_alone(case, about),
        "predict": lambda: (forgotten(), permit.predict(load=bytes, compute=len)),
    }
    real = Path(settings.KODEKS_HOME)

    def at(home: Path, door: Callable[[], object]) -> Callable[[], object]:
        def try_() -> object:
            settings.KODEKS_HOME = home
            try:
                return door()
            finally:
                settings.KODEKS_HOME = real

        return try_

    attempts = [
        Attempt(name=f"{name}: {what}", try_=at(home, door))
        for what, home in homes(real, tmp_path)
        for name, door in doors.items()
    ]
    refusals = (*TURNED_AWAY, SealingError)
    assert none_succeeds(stage, attempts, kind=KIND, refusals=refusals) > 40
