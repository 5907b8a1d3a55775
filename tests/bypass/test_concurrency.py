# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Attempts at the same moment: two for one place, and one after what ended the right to it.

Most of it in an order that is fixed by locks: a transaction, a cursor or a statement that was begun
before the end and goes on after it. The rest are real races, counted by their calls, of which an
invariant must hold whatever order they came in.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from attempts import Attempt, count, none_succeeds
from cases import Case, person, ready
from codexes import signed
from ends import ENDS
from gate import TURNED_AWAY, Call, Denied, bare, begun, execute, refused_with
from hindrances import WAYS, Hindrance
from kernel_stage import card_text
from psycopg.types.json import Jsonb
from racing import (
    Outcome,
    Racer,
    Track,
    Waiting,
    alone,
    decision,
    let_go,
    making,
    proposals,
    racers,
    track,
)

KIND = "concurrency"
WIDTH = 8


@pytest.fixture
def lanes(stage: Any) -> Iterator[Track]:
    with track(stage.url, WIDTH) as found:
        yield found


# In an order that is fixed


@pytest.mark.parametrize("end", ENDS, ids=lambda one: one.name)
def test_what_was_begun_before_the_end(stage: Any, end: Hindrance) -> None:
    """A transaction, a cursor that has been opened, and a statement that waits inside."""
    case = ready(stage).made()
    calls = {name: one for name, one in case.gated.items() if name not in end.spares}
    with begun(stage) as early, begun(stage) as pointing, begun(stage) as standing, let_go(stage):
        for at, (function, payload) in enumerate(calls.values()):
            pointing.execute(
                f"DECLARE c{at} NO SCROLL CURSOR FOR SELECT kernel.{function}(%s::jsonb)",
                (json.dumps(payload),),
            )
        waiting = Waiting(stage, standing, 4711)
        name = next(iter(calls))
        waiting.begin(calls[name][0], json.dumps(calls[name][1]))
        end.make(case)
        assert waiting.go().code in codes(end)
        standing.rollback()
        attempts = [
            bare(f"{name} in a transaction", early, one, codes=codes(end))
            for name, one in calls.items()
        ]
        attempts += [
            Attempt(
                name=f"{name} by a cursor",
                try_=refused_with(codes(end), lambda at=at: execute(pointing, f"FETCH c{at}")),
            )
            for at, name in enumerate(calls)
        ]
        made = none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)
    assert made >= 20


def codes(end: Hindrance) -> set[str]:
    # With a new codex the call names the one before, which may be told first.
    return end.codes | ({"codex_changed"} if end.name == "basis-ended" else set())


@pytest.mark.parametrize("end", ENDS, ids=lambda one: one.name)
def test_statements_that_stood_still_meanwhile(stage: Any, end: Hindrance) -> None:
    """One of each call stands inside its statement, with a snapshot from before the end."""
    case = ready(stage).made()
    calls = {name: one for name, one in case.gated.items() if name not in end.spares}
    standing: dict[str, Waiting] = {}
    with track(stage.url, len(calls)) as lanes, let_go(stage):
        for at, (name, (function, payload)) in enumerate(calls.items()):
            standing[name] = Waiting(stage, lanes.lanes[at], at)
            standing[name].begin(function, json.dumps(payload))
        end.make(case)

        def go(name: str) -> Callable[[], object]:
            def try_() -> object:
                found = standing[name].go()
                if not found.done:
                    raise Denied(found.code, "")
                return found.value

            return refused_with(codes(end), try_)

        attempts = [Attempt(name=f"{name} that stood still", try_=go(name)) for name in calls]
        none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY)


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE", "READ UNCOMMITTED"])
def test_snapshots_from_before_the_end(stage: Any, level: str) -> None:
    """In other isolations a transaction goes on seeing what was so when it began."""
    case = ready(stage).fully_made()
    with psycopg.connect(stage.url) as early:
        early.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        early.execute("SELECT count(*) FROM kernel_switch")
        stage.switch(case.slug, by=case.manager)
        attempts = [
            bare(f"{name} in {level}", early, one, codes={"isolation"})
            for name, one in (case.gated | case.by_people).items()
        ]
        assert none_succeeds(stage, attempts, kind=KIND, refusals=TURNED_AWAY) > 30


# Races against the end


@pytest.mark.parametrize("end", ENDS, ids=lambda one: one.name)
def test_nothing_begins_after_the_end(stage: Any, lanes: Track, end: Hindrance) -> None:
    case = ready(stage).made()
    found = lanes.race_against(lambda: end.make(case), racers(case, 4))
    assert [one for one in found if one.late and one.done] == []
    assert {one.code for one in found if not one.done} <= codes(end) | {"permit_expired"}
    assert sum(one.late for one in found) >= WIDTH
    assert stage.obstacles(case.slug)
    count(KIND, len(found))


@pytest.mark.parametrize("way", ["closed", "revoked", "untrained"])
def test_nobody_decides_who_may_not_any_more(stage: Any, lanes: Track, way: str) -> None:
    case = ready(stage).made()
    choices = ["accept", "other", "reject"] + ([] if way == "untrained" else ["own"])

    def decide(choice: str) -> Call:
        if choice == "own":
            return "decide", stage.own(case.slug, user_id=case.worker)
        label = "rotter" if choice == "accept" else "stoej"
        issued = stage.call("issue", case.proposal())
        chosen = {"choice": choice, "outcome": {"label": label}, "user_id": case.worker}
        return "decide", stage.choice(issued, **chosen)

    running = [[making(decide(choice)) for choice in choices] for _ in range(WIDTH)]
    found = lanes.race_against(lambda: worker_gone(case, way), running)
    assert [one for one in found if one.late and one.done] == []
    assert {one.code for one in found if not one.done} <= {"no_right", "not_trained"}
    count(KIND, len(found))


def worker_gone(case: Case, way: str) -> None:
    if way == "closed":
        WAYS["closed"](case, case.worker)
    elif way == "revoked":
        case.stage.as_owner("SELECT kernel.revoke_grants(%s, 'caseworker')", case.worker)
    else:
        long_ago = "SELECT kernel.register_training(%s, '', kernel.today() - 1)"
        case.stage.as_owner(long_ago, case.worker)


# Races for one place


def once(found: list[Outcome], allowed: set[str]) -> None:
    assert {one.code for one in found if not one.done} <= allowed
    count(KIND, len(found))


@pytest.mark.parametrize("round_", range(6))
def test_one_suggestion_for_one_key(stage: Any, lanes: Track, round_: int) -> None:
    """Said in different ways, under two permits, and for another matter."""
    case = ready(stage).made() if round_ == 0 else _shared(stage)
    first = case.proposal()
    other = case.proposal(permit_id=stage.permit(case.slug), subject=first["subject"])
    elsewhere = case.proposal()
    say = [{}, {"confidence": "0.1"}, {"suggestion": {"label": "stoej"}}]
    payloads = [one | {"id": str(uuid.uuid4())} | more for one in (first, other) for more in say]
    payloads += [elsewhere, elsewhere | {"id": str(uuid.uuid4())}]
    running = [making(("issue", one | {"key": first["key"]})) for one in payloads]
    found = lanes.race(running)
    once(found, {"key_taken"})
    counted = "SELECT count(*) FROM kernel_recommendation WHERE system_id = %s AND key = %s"
    assert stage.as_owner(counted, case.slug, first["key"]) == 1
    assert len({one.value for one in found if one.done}) == 1


def _shared(stage: Any) -> Case:
    if not hasattr(stage, "shared_case"):
        stage.shared_case = ready(stage, deputy=True).made()
    case = stage.shared_case
    # What other tests registered has ended its permit.
    for name in ("permit", "learning"):
        case.__dict__.pop(name, None)
    found: Case = case
    return found


@pytest.mark.parametrize("round_", range(6))
def test_one_decision_for_one_matter(stage: Any, lanes: Track, round_: int) -> None:
    """By two people, on two suggestions and without any."""
    case, subject = _shared(stage), stage.subject()
    second = person(stage, "caseworker") if round_ == 0 else case.worker
    case.__dict__.pop("permit", None)
    issued = [stage.call("issue", case.proposal(subject=subject)) for _ in range(2)]
    payloads = [stage.choice(one, user_id=who) for one in issued for who in (case.worker, second)]
    differs = {"choice": ("other", "reject")[round_ % 2], "outcome": {"label": "stoej"}}
    payloads += [stage.choice(one, user_id=second, **differs) for one in issued]
    payloads += [stage.own(case.slug, subject=subject, user_id=case.worker) for _ in range(2)]
    once(lanes.race([making(("decide", one)) for one in payloads]), {"decided"})
    counted = "SELECT count(*) FROM kernel_decision WHERE system_id = %s AND subject_id = %s"
    assert stage.as_owner(counted, case.slug, subject["id"]) == 1


@pytest.mark.parametrize("round_", range(6))
def test_one_act_for_one_step(stage: Any, lanes: Track, round_: int) -> None:
    """From two decisions and by itself, with the same run and step."""
    case, run = _shared(stage), {"run_id": str(uuid.uuid4())}
    under = {"permit_id": case.permit}
    both = [stage.step(decision(case), **under) for _ in range(2)]
    payloads = [*both, alone(case)] * 2
    payloads += [payloads[round_ % 3] | {"result": {"journal": "2"}}]
    found = lanes.race([making(("act", one | run)) for one in payloads])
    once(found, {"key_taken", "acted"})
    counted = "SELECT count(*) FROM kernel_act WHERE run_id = %s"
    assert stage.as_owner(counted, run["run_id"]) == 1
    assert len({one.value for one in found if one.done}) == 1


@pytest.mark.parametrize("round_", range(4))
def test_one_review_for_one_act(stage: Any, lanes: Track, round_: int) -> None:
    # One of its own: a fault found keeps the system from running.
    case = ready(stage).made()
    act = stage.call("act", alone(case))
    said = {"user_id": case.worker, "codex_sha256": stage.sha256, "act_id": str(act)}
    payloads = [
        said | {"passed": passed, "finding": f"Fundet {round_}."}
        for passed in (True, False)
        for _ in range(WIDTH // 2)
    ]
    allowed = {"reviewed", "constraint kernel_actreview_act_id_key"}
    once(lanes.race([making(("review", one)) for one in payloads]), allowed)
    assert stage.as_owner("SELECT count(*) FROM kernel_actreview WHERE act_id = %s", act) == 1


@pytest.mark.parametrize("round_", range(6))
def test_no_two_sources_that_may_not_be_linked(stage: Any, lanes: Track, round_: int) -> None:
    case, subject = _shared(stage), stage.subject()
    sources = [("henvendelse", "text"), ("register", "size"), ("archive", "year")]
    payloads = [
        stage.reading(case.permit, subject, source=source, fields=[field])
        for source, field in (sources * 3)[round_ % 3 :][:WIDTH]
    ]
    once(lanes.race([making(("read", one)) for one in payloads]), {"undeclared_linking"})
    counted = "SELECT count(DISTINCT source) FROM kernel_reading WHERE subject_id = %s"
    assert stage.as_owner(counted, subject["id"]) == 1


# Races of those who register


@pytest.fixture
def offices(stage: Any) -> Iterator[Track]:
    """Lanes of the owner role."""
    with track(stage.owner_url, WIDTH) as found:
        yield found


def saying(sentence: str, *values: object) -> Racer:
    return lambda connection: execute(connection, f"SELECT kernel.{sentence}", *values)


@pytest.mark.parametrize("round_", range(4))
def test_one_release_for_one_version(stage: Any, offices: Track, round_: int) -> None:
    """Proposed at once, and approved at once by manager and deputy, who are both allowed to."""
    case, version = ready(stage, deputy=True).made(), f"v{round_}"
    predicate = stage.predicate(case.slug, version=version, artefact_sha256="b2" * 32)
    found = Jsonb(predicate), Jsonb(stage.envelope(predicate, 1))
    propose = saying(
        "propose_release(%s, %s, %s, %s, %s, 1)", case.slug, *found, case.technician, b"x"
    )
    once(offices.race([propose] * WIDTH), {"released", "constraint kernel_release_version"})
    envelope = Jsonb(stage.envelope(predicate, 2))
    approve = [
        saying("approve_release(%s, %s, %s, %s)", case.slug, version, envelope, who)
        for who in (case.manager, case.deputy, case.technician, case.worker)
    ]
    once(offices.race(approve * 2), {"released", "four_eyes", "no_right"})
    counted = (
        "SELECT count(*) FROM kernel_release AS r JOIN kernel_releaseapproval AS a"
        " ON a.release_id = r.id WHERE r.system_id = %s AND r.version = %s"
    )
    assert stage.as_owner(counted, case.slug, version) == 1


@pytest.mark.parametrize("round_", range(3))
def test_one_codex_for_one_number(stage: Any, offices: Track, round_: int) -> None:
    """Equal numbers one after the other are refused; so are they at the same moment."""
    by = [stage.user_id(name) for name in ("merete", "dorte")]
    before = stage.codex["number"]
    contents = [stage.content(title=f"Kodeks {round_}.{at}") for at in range(WIDTH)]
    running = [
        saying(
            "register_codex(%s, %s, %s, %s::bigint[])",
            Jsonb(codex.content),
            codex.sha256,
            Jsonb(json.loads(envelope.as_text())),
            by,
        )
        for codex, envelope in map(signed, contents)
    ]
    once(offices.race(running), {"codex_number"})
    assert stage.codex["number"] == before + 1


@pytest.mark.parametrize("round_", range(4))
def test_nobody_attests_for_the_one_after(stage: Any, lanes: Track, round_: int) -> None:
    """While somebody else is put in the manager's place, the one before attests."""
    case, new = ready(stage).made(), person(stage, "system_owner")
    who = {"system": case.slug, "user_id": case.manager, "codex_sha256": stage.sha256}
    found = lanes.race_against(
        lambda: stage.assign(slug=case.slug, manager=new),
        [[making(("attest", who))] * (2 + round_)] * WIDTH,
    )
    assert [one for one in found if one.late and one.done] == []
    once(found, {"no_right"})
    assert "not_attested" in stage.obstacles(case.slug)


def test_registering_the_card_again_lets_no_old_permit_live(stage: Any, lanes: Track) -> None:
    case = ready(stage).made()
    card = card_text(case.slug, autonomy="procedural", share="1.0").replace("Ingen.", "Nogle.")
    running = [[making(one) for one in proposals(case, 3)] for _ in range(WIDTH)]
    found = lanes.race_against(lambda: stage.register_card(card), running)
    assert [one for one in found if one.late and one.done] == []
    once(found, {"permit_expired"})


def test_nothing_new_begins_about_the_erased(stage: Any, lanes: Track) -> None:
    """Of calls that begin after it was committed; those under way: test_erased_meanwhile."""
    case = ready(stage).fully_made()
    erased = {"subject": case.subject, "user_id": case.officer, "reason": "Slettes."}
    key = {"wrapped": "AAAA", "kek": 1}
    calls: list[Call] = [
        ("read", stage.reading(case.permit, case.subject)),
        ("issue", case.proposal(subject=case.subject)),
        ("subject_key", {"subject": case.subject, "key": key}),
        ("deposit", {"subject": case.subject, "place": "a/b", "row": uuid.uuid4().hex} | key),
        ("decide", stage.own(case.slug, subject=case.subject, user_id=case.worker)),
    ]

    def end() -> None:
        stage.call("erase", erased | {"codex_sha256": stage.sha256})

    found = lanes.race_against(end, [[making(one)] for one in calls])
    assert [one for one in found if one.done] == []
    once(found, {"erased"})


@pytest.mark.parametrize("choice", ["accept", "other", "reject", "own"])
def test_no_robot_goes_its_own_way_after_the_decision(
    stage: Any, lanes: Track, choice: str
) -> None:
    """By itself it acts on what nobody has decided; in the moment of the decision it stops."""
    case = ready(stage).fully_made()
    function, payload = case.by_people[f"caseworker {choice}"]
    if choice == "own":
        payload = payload | {"subject": case.issued["subject"]}
    itself = case.gated["act-by-itself"][1]
    runs = [{"run_id": str(uuid.uuid4())} for _ in range(3)]
    running = [[making(("act", itself | run)) for run in runs] for _ in range(WIDTH)]
    found = lanes.race_against(lambda: stage.call(function, payload), running)
    assert [one for one in found if one.late and one.done] == []
    once(found, {"decided", "acted"})


@pytest.mark.parametrize("round_", range(6))
def test_one_step_for_one_cause(stage: Any, lanes: Track, round_: int) -> None:
    """In runs of their own: no matter is journalised twice."""
    case = _shared(stage)
    payload = alone(case) if round_ % 2 else stage.step(decision(case), permit_id=case.permit)
    runs = [{"run_id": str(uuid.uuid4())} for _ in range(WIDTH)]
    once(lanes.race([making(("act", payload | run)) for run in runs]), {"acted"})
    cause = "recommendation_id" if round_ % 2 else "decision_id"
    counted = f"SELECT count(*) FROM kernel_act WHERE {cause} = %s"
    assert stage.as_owner(counted, payload[cause]) == 1
