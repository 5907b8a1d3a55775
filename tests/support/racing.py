# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Calls that race each other, each on a connection of its own, and what came of them.

Whatever order they come in, an invariant must hold afterwards; a race that breaks none says little,
one that breaks it once is enough. What comes first is told by events and locks, not by a clock.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from cases import Case
from gate import Call, Denied, call

Racer = Callable[[psycopg.Connection], object]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a call came to; `late` when it began after the event that it was told to watch."""

    value: Any = None
    code: str = ""
    late: bool = False

    @property
    def done(self) -> bool:
        return self.code == ""


class Track:
    """Connections that are kept between races, because making one takes longer than most calls."""

    def __init__(self, url: str, width: int, stack: ExitStack) -> None:
        self.lanes = [
            stack.enter_context(psycopg.connect(url, autocommit=True)) for _ in range(width)
        ]

    def race(self, racers: Sequence[Racer]) -> list[Outcome]:
        """Start all at once, each in a lane of its own."""
        barrier = threading.Barrier(len(racers))
        found: list[Outcome | None] = [None] * len(racers)

        def run(at: int) -> None:
            barrier.wait()
            found[at] = outcome(lambda: racers[at](self.lanes[at]))

        self._run(len(racers), run)
        return [one for one in found if one is not None]

    def race_against(
        self, end: Callable[[], object], racers: Sequence[Sequence[Racer]]
    ) -> list[Outcome]:
        """Start all at once with `end`, which is committed when it returns.

        Each lane makes its calls one after the other, the last of them when the end has come.
        """
        barrier = threading.Barrier(len(racers) + 1)
        ended = threading.Event()
        found: list[Outcome] = []

        def run(at: int) -> None:
            barrier.wait()
            if at == len(racers):
                end()
                ended.set()
                return
            for racer in racers[at]:
                if racer is racers[at][-1]:
                    ended.wait(30)
                late = ended.is_set()
                found.append(outcome(lambda one=racer: one(self.lanes[at]), late=late))

        self._run(len(racers) + 1, run)
        return found

    def _run(self, number: int, run: Callable[[int], None]) -> None:
        faults: list[BaseException] = []

        def guarded(at: int) -> None:
            try:
                run(at)
            except BaseException as fault:
                faults.append(fault)

        threads = [threading.Thread(target=guarded, args=(at,)) for at in range(number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        if faults:
            raise faults[0]


def outcome(call: Callable[[], object], *, late: bool = False) -> Outcome:
    """What a call came to: a refusal by its code, a broken constraint by its name."""
    try:
        return Outcome(value=call(), late=late)
    except Denied as refusal:
        return Outcome(code=refusal.code, late=late)
    except psycopg.IntegrityError as error:
        return Outcome(code=f"constraint {error.diag.constraint_name}", late=late)


@contextmanager
def let_go(stage: Any) -> Iterator[None]:
    """At the end nobody waits for a lock of ours, whatever went wrong meanwhile."""
    try:
        yield
    finally:
        stage.owner.execute("SELECT pg_advisory_unlock_all()")


@contextmanager
def track(url: str, width: int) -> Iterator[Track]:
    with ExitStack() as stack:
        yield Track(url, width, stack)


class Waiting:
    """A statement that has begun and stands still before the call in it, until `go` is called."""

    def __init__(self, stage: Any, connection: psycopg.Connection, number: int) -> None:
        self._stage, self._connection, self._number = stage, connection, number
        self._outcome: list[Outcome] = []

    def begin(self, function: str, payload: str) -> None:
        """The statement takes its snapshot now; what it selects first waits for our lock."""
        self._stage.owner.execute("SELECT pg_advisory_lock(%s)", (self._number,))
        sentence = f"SELECT pg_advisory_xact_lock(%s), kernel.{function}(%s::jsonb)"

        def run() -> None:
            self._outcome.append(
                outcome(lambda: told(self._connection, sentence, (self._number, payload)))
            )

        self._thread = threading.Thread(target=run)
        self._thread.start()
        pid = self._connection.info.backend_pid
        while self._thread.is_alive() and not self._stage.as_owner(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE pid = %s AND NOT granted)", pid
        ):
            pass

    def go(self) -> Outcome:
        self._stage.owner.execute("SELECT pg_advisory_unlock(%s)", (self._number,))
        self._thread.join(30)
        return self._outcome[0]


def told(connection: psycopg.Connection, sentence: str, values: tuple[object, ...]) -> object:
    """The statement's last value. Raises Denied when the kernel refuses."""
    try:
        row = connection.execute(sentence, values).fetchone()
    except psycopg.Error as error:
        if error.sqlstate not in ("KDREF", "KDSTP"):
            raise
        raise Denied(error.diag.message_detail or "", str(error)) from error
    return None if row is None else row[-1]


def proposals(case: Case, number: int) -> Iterator[Call]:
    for _ in range(number):
        yield "issue", case.proposal()


def racers(case: Case, times: int) -> list[list[Racer]]:
    """Lanes of gated calls; each is made several times, with payloads of their own."""
    stage = case.stage
    asked = case.gated["permit"]
    accepts = [
        ("decide", stage.choice(stage.call("issue", one), user_id=case.worker))
        for _, one in proposals(case, times)
    ]
    step = {"permit_id": case.permit}
    lanes: list[list[Call]] = [
        [*proposals(case, times)],
        [*proposals(case, times)],
        [("read", stage.reading(case.permit, stage.subject())) for _ in range(times)],
        [("act", stage.step(decision(case), **step)) for _ in range(times)],
        [("act", alone(case)) for _ in range(times)],
        [asked] * times,
        [("model_key", step)] * times,
        accepts,
    ]
    return [[making(one) for one in lane] for lane in lanes]


def decision(case: Case) -> uuid.UUID:
    """A matter of its own that is decided, as a step is taken once under its cause."""
    issued = case.stage.call("issue", case.proposal())
    decided: uuid.UUID = case.stage.call("decide", case.stage.choice(issued, user_id=case.worker))
    return decided


def alone(case: Case) -> dict[str, Any]:
    """A step of the robot's own in a matter of its own."""
    issued = case.stage.call("issue", case.proposal())
    own = {"recommendation_id": str(issued), "run_id": str(uuid.uuid4())}
    return case.gated["act-by-itself"][1] | own | {"permit_id": case.permit}


def making(one: Call) -> Racer:
    return lambda connection: call(connection, *one)
