# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Every entrance of the kernel with payloads that are nearly in order.

Each attempt changes an honest payload at one place: its form, who asks, or what it names. The
honest payload is taken after the attempts, so none of them was refused because of something else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from attempts import Attempt, none_succeeds
from bypass_calls import OF_THE_STAGE, Calls
from bypass_door import DOORS, Worker, account, asked
from bypass_exceptions import CLEAR, CPR_REFUSED, taken
from bypass_foreign import Foreign
from bypass_honest import CARD, FUNCTIONS, Honest
from bypass_mutations import changed, mutations
from bypass_people import MAY, people

from kodeks.kernel import api as kernel

REFUSALS = (psycopg.Error,)
NO_PAYLOADS = {
    "nothing": "null",
    "text": '"x"',
    "empty-text": '""',
    "number": "1",
    "true": "true",
    "list": "[]",
    "empty": "{}",
    "list-of-one": "[{}]",
    "twice": '{"user_id": 1, "user_id": 2, "system": "inquiries"}',
    "deep": "[" * 5000 + "]" * 5000,
    "cut": '{"system": "inqui',
    "comment": '{"system": "inquiries" /* x */}',
    "nan": '{"rows": NaN}',
}


@pytest.fixture(scope="module")
def everyone(stage):
    return people(stage)


@pytest.fixture(scope="module")
def foreign(stage):
    return Foreign(stage)


@pytest.fixture(scope="module")
def honest(stage) -> Callable[[str], Honest]:
    """Who makes the payloads of a way; all of one system, but for the one that is stopped."""
    slug = stage.register(**CARD)
    return lambda way: Honest(stage, None if way == "stop" else slug)


@pytest.fixture
def calls(stage) -> Calls:
    return Calls(stage.application)


def test_every_entrance_is_tried(stage):
    found = stage.owner.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'kernel'::regnamespace"
        " AND has_function_privilege('kodeks_app', oid, 'EXECUTE')"
        " AND pg_get_function_identity_arguments(oid) = 'payload jsonb'"
    ).fetchall()
    assert {name for (name,) in found} == set(FUNCTIONS.values())


def test_no_change_of_form_is_taken(stage, calls, honest):
    """Each value gone, of another type, blank, too long or a CPR number; and keys too many."""

    def attempts(way: str, payload: dict) -> Iterator[Attempt]:
        for name, other in mutations(payload):
            if not taken(f"{way} {name}"):
                yield calls.attempt(way, name, other)

    made = 0
    for way in FUNCTIONS:
        maker = honest(way)
        payload = maker.payload(way)
        made += none_succeeds(stage, attempts(way, payload), kind="api", refusals=REFUSALS)
        maker.taken(way, payload)
    assert made > 5000
    assert not OF_THE_STAGE & set(calls.codes)
    # Some of each reason, or the attempts would not reach what they are made for.
    for code in ("form", "missing", "unknown", "cpr", "undeclared_data", "no_uncertainty"):
        assert calls.codes[code] > 20


def test_what_is_no_attempt_is_taken(stage, calls, honest):
    """The exceptions are as narrow as they can be: each of them is a payload in order."""
    refused = []
    for way in FUNCTIONS:
        payload = honest(way).payload(way)
        refused += [
            f"{way} {name}"
            for name, other in mutations(payload)
            if taken(f"{way} {name}") and not calls.would_take(way, other)
        ]
    assert refused == []


def test_what_is_no_payload_is_refused(stage, calls):
    def attempts() -> Iterator[Attempt]:
        for way in FUNCTIONS:
            for name, text in NO_PAYLOADS.items():
                yield calls.attempt(way, name, text)

    assert none_succeeds(stage, attempts(), kind="api", refusals=REFUSALS) > 300


def test_nobody_asks_in_the_name_of_one_who_may_not(stage, calls, honest, everyone):
    """People of every role, with rights that ended, have yet to come or do not reach."""

    def attempts(way: str, payload: dict) -> Iterator[Attempt]:
        for name, number in everyone.items():
            if name not in MAY[way]:
                yield calls.attempt(way, f"as {name}", payload | {"user_id": number})

    made = 0
    for way in MAY:
        maker = honest(way)
        payload = maker.payload(way)
        made += none_succeeds(stage, attempts(way, payload), kind="api", refusals=REFUSALS)
        for name in MAY[way]:
            assert calls.would_take(way, payload | {"user_id": everyone[name]}), name
    assert made > 350
    assert set(calls.codes) == {"no_right", "not_trained"}


def test_nothing_of_others_fits(stage, calls, foreign):
    """Records, readings, permits and runs of another system, matter or time; ids that are used."""
    made = 0
    for way in FUNCTIONS:
        maker = Honest(stage, foreign.slug)
        payload = maker.payload(way)
        found = [calls.attempt(way, name, other) for name, other in foreign.variants(way, payload)]
        made += none_succeeds(stage, found, kind="api", refusals=REFUSALS)
        if way not in ("stop", "resume"):
            maker.taken(way, payload)
    assert made > 400
    assert {"no_permit", "no_decision", "key_taken", "erased", "decided"} <= set(calls.codes)


def _spelt(stage, calls: Calls, honest: Callable[[str], Honest], spellings: dict[str, str]) -> int:
    """A CPR number, spelt in each way, in each text that is kept in clear."""
    made = 0
    for way, places in CLEAR.items():
        payload = honest(way).payload(way)
        found = [
            # With words, where a reason must have some.
            calls.attempt(
                way, f"{path} {name}", changed(payload, path, f"{_LEAD.get(way, '')}{text}")
            )
            for path in places
            for name, text in spellings.items()
        ]
        made += none_succeeds(stage, found, kind="api", refusals=REFUSALS)
    return made


_LEAD = {"unmask": "Borgeren er: ", "unmask_robot": "Borgeren er: "}


def test_no_cpr_number_is_kept_in_clear(stage, calls, honest):
    assert _spelt(stage, calls, honest, CPR_REFUSED) > 250
    assert set(calls.codes) == {"cpr"}


# Through Python


def test_nobody_gets_through_the_door_who_may_not(stage, honest, everyone):
    """The policies are asked first here, and come to the same answer as the database."""

    def attempts(way: str, payload: dict) -> Iterator[Attempt]:
        for name, number in everyone.items():
            if name not in MAY[way]:
                user = account(stage, number)
                yield Attempt(name=name, try_=lambda user=user: asked(way, payload, user))

    made = 0
    for way in DOORS:
        maker = honest(way)
        payload = maker.payload(way)
        found = attempts(way, payload)
        made += none_succeeds(stage, found, kind="api", refusals=(kernel.Refused,))
    assert made > 350


def test_the_door_opens_for_nothing_else(stage, foreign):
    """Systems, phases and purposes for which there is no permit."""
    anders = stage.user("anders")
    wrong = [(system, "operation", "triage", None) for system in foreign.unfit.values()]
    for phase, purpose in [
        *((phase, "triage") for phase in ("development", "retraining", "drift", "")),
        *(("operation", purpose) for purpose in ("improvement", "kontrol", "", "Triage")),
    ]:
        wrong += [(foreign.slug, phase, purpose, None), (foreign.slug, phase, purpose, anders)]
    for phase in ("development", "retraining"):
        wrong += [(foreign.slug, phase, "improvement", None)]
    found = {
        f"{system} {phase} {purpose} {user}": (
            lambda s=system, f=phase, p=purpose, u=user: kernel.ask(
                system=s, phase=f, purpose=p, user=u
            )
        )
        for system, phase, purpose, user in wrong
    }
    attempts = [Attempt(name=name, try_=try_) for name, try_ in found.items()]
    assert none_succeeds(stage, attempts, kind="api", refusals=(kernel.Refused,)) > 25


def test_a_solution_reads_and_suggests_only_what_it_may(stage):
    worker = Worker(stage)
    found = [
        Attempt(name=f"read {name}", try_=lambda changes=changes: worker.read(**changes))
        for name, changes in worker.readings()
    ] + [
        Attempt(name=f"issue {name}", try_=lambda changes=changes: worker.issue(**changes))
        for name, changes in worker.suggestions()
    ]
    assert none_succeeds(stage, found, kind="api", refusals=(kernel.Refused,)) > 70
    assert worker.issue()
