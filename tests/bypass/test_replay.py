# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Honest requests played again: as they were, mixed with others, or after the world has changed."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from attempts import Attempt, none_succeeds
from bypass_calls import Calls
from bypass_honest import CARD, Honest, Payload
from bypass_mutations import changed
from bypass_registered import cut, owners_calls
from bypass_replay import BOUND, CUT, IDEMPOTENT, STATES, Recording, is_attempt, mixed, renewed
from kernel_stage import Stage
from psycopg.types.json import Jsonb

REFUSALS = (psycopg.Error,)


@pytest.fixture
def calls(stage) -> Calls:
    return Calls(stage.application)


def _made(stage: Stage, attempts: Iterator[Attempt]) -> int:
    return none_succeeds(stage, attempts, kind="replay", refusals=REFUSALS)


def test_what_was_taken_is_taken_once(stage, calls):
    """Played again as it was: refused, or answered as the first time with nothing written."""
    recording = Recording(stage)

    def attempts() -> Iterator[Attempt]:
        for request in recording.requests:
            once = is_attempt("nothing", request)
            if request.taken and (once or request.way in IDEMPOTENT):
                payload = request.payload
                yield calls.attempt(request.way, request.name, payload, silent=not once)
                for name, other in renewed(payload):
                    # Under another number, a suggestion or a step would be another one.
                    if once or ("run_id" not in name and "key" not in name):
                        name = f"{request.name} {name}"
                        yield calls.attempt(request.way, name, other, silent=not once)

    assert _made(stage, attempts()) > 15


def test_and_not_again_under_a_new_number(stage, calls):
    """A matter is decided once, an act looked at once, a subject erased once; whoever asks."""
    recording = Recording(stage)
    again = {request.way: request.payload for request in recording.requests if request.taken}
    others = [stage.new_user(role="caseworker") for _ in range(3)]
    officers = [stage.user_id(name) for name in ("dorte", "anders")]
    worker = recording.worker
    changes: dict[str, list[Payload]] = {
        "decide": [
            {"id": str(uuid.uuid4()), "user_id": who, **choice}
            for who in (worker, *others)
            for choice in (
                {},
                {"choice": "reject", "outcome": {"label": "andet"}},
                {"choice": "other", "outcome": {"label": "stoej"}},
            )
        ],
        "decide_other": [{"id": str(uuid.uuid4()), "user_id": who} for who in (worker, *others)],
        "own": [
            {"id": str(uuid.uuid4()), "user_id": who, "outcome": {"label": label}}
            for who in (worker, *others)
            for label in ("rotter", "stoej")
        ],
        # Changed meanwhile: what it takes the place of is no longer what stands.
        "reverse": [
            {"id": str(uuid.uuid4()), "user_id": who, "outcome": {"label": label}}
            for who in (worker, *others)
            for label in ("hul", "stoej")
        ],
        "review": [
            {"passed": passed, "user_id": who}
            for passed in (True, False)
            for who in (worker, *others)
        ],
        "erase": [{"user_id": who, "reason": "Igen."} for who in officers],
        "deposit": [{"wrapped": "BBBB"}, {"kek": 2}, {"subject": stage.subject()}],
    }
    # Decided on a suggestion, and now again without one, or on a second suggestion.
    about = stage.as_owner(
        "SELECT body -> 'subject' FROM kernel_recommendation WHERE id = %s",
        again["decide"]["recommendation_id"],
    )
    changes["own"] += [{"id": str(uuid.uuid4()), "subject": about, "user_id": worker}]
    permit = stage.permit(recording.slug)
    reading = stage.datum(stage.read(permit, about))
    second = stage.issued(recording.slug, permit_id=permit, subject=about, data_used=[reading])
    changes["decide"] += [{"id": str(uuid.uuid4()), "recommendation_id": str(second)}]

    def attempts() -> Iterator[Attempt]:
        for way, found in changes.items():
            for number, change in enumerate(found):
                yield calls.attempt(way, f"{number} {sorted(change)}", again[way] | change)

    assert _made(stage, attempts()) > 35
    assert set(calls.codes) == {"decided", "reversed", "reviewed", "erased", "key_taken"}


@pytest.mark.parametrize("state", [state for state in STATES if state != "nothing"])
def test_what_was_recorded_before_is_worth_nothing_after(stage, calls, state):
    """Requests that were taken and requests held back, after something has changed."""
    recording = Recording(stage, stage.new_user(role="caseworker"))
    STATES[state](recording)

    def attempts() -> Iterator[Attempt]:
        for request in recording.requests:
            if not is_attempt(state, request):
                continue
            yield calls.attempt(request.way, request.name, request.payload)
            for name, payload in renewed(request.payload):
                # A request that is answered once is another one under another number.
                if request.way in CUT[state]:
                    yield calls.attempt(request.way, f"{request.name} {name}", payload)

    made = _made(stage, attempts())
    assert made > 20
    # What the change does not touch is in order, so nothing else was in the way.
    for request in recording.requests:
        if request.way not in CUT[state] and not request.taken:
            assert calls.would_take(request.way, request.payload), request.name


@pytest.mark.parametrize("way", BOUND)
def test_what_belongs_together_does_not_come_apart(stage, calls, way):
    """A permit, a reading, a matter and a decision of two systems, or of two matters of one."""
    honest = Honest(stage, stage.register(**CARD))
    elsewhere = Honest(stage, stage.register(**CARD))
    pairs = {"another system": elsewhere, "another matter": honest}
    one = honest.payload(way)
    payloads = {name: maker.payload(way) for name, maker in pairs.items()}

    def attempts() -> Iterator[Attempt]:
        for name, other in payloads.items():
            # Of one system, a permit is as good as the other, and so is a decided matter.
            if name == "another matter" and way in ("act", "act_again", "by_itself"):
                continue
            for kind, payload in mixed(way, one, other):
                yield calls.attempt(way, f"{kind} of {name}", payload)
            for kind, payload in mixed(way, other, one):
                yield calls.attempt(way, f"{kind} for {name}", payload)

    assert _made(stage, attempts()) > 3
    for payload in (one, *payloads.values()):
        assert calls.would_take(way, payload)


def test_a_step_that_was_taken_stands_for_no_other(stage, calls):
    """The run's number with another step's robot, decision or suggestion."""
    honest = Honest(stage, stage.register(**CARD))
    act, alone = honest.act(), honest.by_itself()
    for way, payload in (("act", act), ("by_itself", alone)):
        honest.taken(way, payload)
    other, another = honest.act(), honest.by_itself()
    permit = {"permit_id": stage.permit(honest.slug)}
    found = {
        "act of another decision": ("act", other | {"run_id": act["run_id"]}),
        "act as a step by itself": ("by_itself", another | {"run_id": act["run_id"]}),
        "step by itself as an act": ("act", other | {"run_id": alone["run_id"]}),
        "of another suggestion": ("by_itself", another | {"run_id": alone["run_id"]}),
        "with another robot": ("act", act | permit | {"robot": "en-anden"}),
        "by itself with another robot": ("by_itself", alone | permit | {"robot": "en-anden"}),
        "with an undeclared step": ("act", act | permit | {"step": "udbetal"}),
        "by itself, a step under a decision": ("by_itself", alone | permit | {"step": "receipt"}),
        "with a decision for a suggestion": (
            "by_itself",
            another | permit | {"recommendation_id": act["decision_id"]},
        ),
        "with a suggestion for a decision": (
            "act",
            act | permit | {"decision_id": alone["recommendation_id"], "run_id": str(uuid.uuid4())},
        ),
    }
    attempts = [calls.attempt(way, name, payload) for name, (way, payload) in found.items()]
    same = [
        calls.attempt(way, f"same with {key}", payload | permit | {"result": value}, silent=True)
        for way, payload in (("act", act), ("by_itself", alone))
        for key, value in {"another": {"journal": "2"}, "none": {}, "more": {"kroner": 5}}.items()
    ]
    assert _made(stage, iter(attempts + same)) == len(found) + 6


def test_the_robot_does_not_act_by_itself_on_what_is_settled(stage, calls):
    """A suggestion of before: a person has decided, or its model is no longer trusted."""
    honest = Honest(stage, stage.register(**CARD))
    choices = {
        "accept": {"label": "rotter"},
        "other": {"label": "stoej"},
        "reject": {"label": "andet"},
    }
    late = {choice: honest.by_itself() for choice in choices}
    for choice, outcome in choices.items():
        number = uuid.UUID(late[choice]["recommendation_id"])
        stage.call("decide", stage.choice(number, choice=choice, outcome=outcome))
    late["own"] = honest.by_itself()
    about = stage.as_owner(
        "SELECT body -> 'subject' FROM kernel_recommendation WHERE id = %s",
        late["own"]["recommendation_id"],
    )
    stage.call("decide", stage.own(honest.slug, subject=about))

    def again(found: dict[str, Payload]) -> list[Attempt]:
        permit = {"permit_id": stage.permit(honest.slug)}
        return [
            calls.attempt("by_itself", name, payload | permit | {"run_id": str(uuid.uuid4())})
            for name, payload in found.items()
        ]

    assert _made(stage, iter(again(late))) == len(late)
    assert set(calls.codes) == {"decided"}
    late = {f"taken back {number}": honest.by_itself() for number in range(3)}
    stage.release(slug=honest.slug, version="2", artefact="b2" * 32)
    stage.as_owner(
        "SELECT kernel.revoke_release(%s, '1', %s, 'Den var forkert.')",
        honest.slug,
        stage.user_id("merete"),
    )
    assert _made(stage, iter(again(late))) == len(late)
    assert calls.codes["release_revoked"] == len(late)


# What the owner has registered


def test_no_codex_comes_back(stage):
    """Every revision that was registered, with its envelope, under its number and under others."""
    for _ in range(3):
        stage.revise()
    rows = stage.owner.execute(
        "SELECT number, content, sha256, envelope FROM kernel_codexrevision ORDER BY number"
    ).fetchall()
    latest, newest = rows[-1][0], rows[-1][1]["effective_from"]
    signers = [stage.user_id(name) for name in ("merete", "dorte")]

    def attempts() -> Iterator[Attempt]:
        for number, content, sha256, envelope in rows:
            variants = {
                "same": content,
                "under the latest number": content | {"number": latest},
                "under number zero": content | {"number": 0},
                "from yesterday": content | {"number": latest + 1, "effective_from": "2026-01-01"},
                "from the day it was": content
                | {"number": latest + 1, "effective_from": "2018-05-25"},
            }
            for name, changed_content in variants.items():
                yield _register(f"{number} {name}", changed_content, sha256, envelope, signers)
            # A new number and day, but the hash of the one that was: the hash is taken.
            again = content | {"number": latest + 1, "effective_from": newest}
            yield _register(f"{number} under a new number", again, sha256, envelope, signers)
            for who in ([], signers[:1], signers[:1] * 2, [signers[0], stage.user_id("sofie")]):
                yield _register(f"{number} signed by {who}", again, "ab" * 32, envelope, who)

    def _register(name: str, *values: Any) -> Attempt:
        content, sha256, envelope, who = values
        return Attempt(
            name=name,
            try_=lambda: stage.as_owner(
                "SELECT kernel.register_codex(%s, %s, %s, %s::bigint[])",
                Jsonb(content),
                sha256,
                Jsonb(envelope),
                who,
            ),
        )

    assert _made(stage, attempts()) > 40


def test_no_release_comes_back(stage):
    """Proposals and approvals played again: for the same version, another, or another system."""
    slugs = [stage.register(**CARD), stage.register(**CARD)]
    for slug in slugs:
        stage.propose(slug, version="2", artefact_sha256="b2" * 32)
    rows = stage.owner.execute(
        "SELECT r.system_id, r.version, r.envelope, a.envelope FROM kernel_release AS r"
        " LEFT JOIN kernel_releaseapproval AS a ON a.release_id = r.id"
        " WHERE r.system_id = ANY (%s)",
        (slugs,),
    ).fetchall()
    approved = [row[3] for row in rows if row[3] is not None]
    people = ("merete", "anders", "bodil", "dorte", "sofie")

    def attempts() -> Iterator[Attempt]:
        for slug, version in itertools.product(slugs, ("1", "2", "3")):
            for number, envelope in enumerate(approved):
                for name in people:
                    # Of its own version the manager's envelope would be in order, once.
                    yield _approve(f"{number} for {slug} {version}", slug, version, envelope, name)
            for kind, envelope in cut(rows, slug, version).items():
                yield _approve(f"{kind} for {slug} {version}", slug, version, envelope, "merete")
        for slug, version, author in itertools.product(slugs, ("1", "2"), people):
            predicate = stage.predicate(slugs[0], permit=permits[slugs[0]], version=version)
            yield _propose(f"{version} for {slug}", slug, predicate, author)
            yield _propose(f"{version} named {slug}", slug, predicate | {"system": slug}, author)

    def _approve(name: str, slug: str, version: str, envelope: Any, who: str) -> Attempt:
        return Attempt(
            name=f"approve {name} by {who}",
            try_=lambda: stage.approve(slug, version=version, approver=who, envelope=envelope),
        )

    def _propose(name: str, slug: str, predicate: Payload, author: str) -> Attempt:
        return Attempt(
            name=f"propose {name} by {author}",
            try_=lambda: stage.as_owner(
                "SELECT kernel.propose_release(%s, %s, %s, %s, %s, 1)",
                slug,
                Jsonb(predicate),
                Jsonb(stage.envelope(predicate, 1)),
                stage.user_id(author),
                b"wrapped",
            ),
        )

    permits = {slug: stage.development(slug) for slug in slugs}
    assert _made(stage, attempts()) > 80


def test_what_the_application_recorded_of_the_owner_is_worth_nothing_to_it(stage):
    """The owner's own calls, word for word, on the application's connection."""
    recorded = owners_calls(stage, stage.register(**CARD))
    attempts = [
        Attempt(
            name=f"{name} {manner}",
            try_=lambda s=statement, v=values, p=prepare: stage.application.execute(
                s, v, prepare=p
            ),
        )
        for name, (statement, values) in recorded.items()
        for manner, prepare in {"bare": False, "prepared": True}.items()
    ]
    assert _made(stage, iter(attempts)) == 2 * len(recorded)


def test_a_reading_serves_one_suggestion_of_one_model(stage, calls):
    """Recorded under one permit and model, and offered under the next ones."""
    honest = Honest(stage, stage.register(**CARD))
    old = honest.issue()
    stage.release(slug=honest.slug, version="2", artefact="b2" * 32)
    permit = stage.permit(honest.slug)
    new = {"permit_id": permit}
    fresh = stage.read(permit, old["subject"])
    reading = ("data_used", 0, "reading")
    found = {
        "as it was": old,
        "new permit": old | new,
        "new model": old | {"artefact_sha256": "b2" * 32},
        "new permit and model": old | new | {"artefact_sha256": "b2" * 32},
        "new permit and reading": changed(old | new, reading, fresh),
        "new reading": changed(old, reading, fresh),
        "old and new reading": old
        | new
        | {
            "artefact_sha256": "b2" * 32,
            "data_used": [stage.datum(fresh), *old["data_used"]],
        },
        "new model of nobody": changed(old | new, reading, fresh) | {"artefact_sha256": "c3" * 32},
    }
    attempts = [calls.attempt("issue", name, payload) for name, payload in found.items()]
    assert _made(stage, iter(attempts)) == len(found)
    ready = changed(old | new | {"artefact_sha256": "b2" * 32}, reading, fresh)
    assert calls.would_take("issue", ready)


def test_no_permit_outlives_a_stop_of_its_own_transaction(stage):
    honest = Honest(stage, stage.register(**CARD))
    subject = stage.subject()
    number = "INSERT INTO django_session VALUES (gen_random_uuid()::text, '', now())"

    def issue_after_stop() -> None:
        with psycopg.connect(stage.url) as connection:
            call = Calls(connection).call
            connection.execute(number)
            stage.application.execute(number)  # another transaction ends in between
            permit = call("permit", honest.permit())["id"]
            read = call("read", stage.reading(permit, subject))["reading"]
            payload = stage.proposal(
                honest.slug,
                permit_id=permit,
                subject=subject,
                data_used=[stage.datum(read)],
                sealed="AAAA",
            )
            call("stop", honest.stop())
            call("issue", payload)

    found = [Attempt(name="issue after stop", try_=issue_after_stop)]
    _made(stage, iter(found))
