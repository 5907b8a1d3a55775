# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The first gate alone: the policies refuse before the database is asked, and know all it knows."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from dataclasses import replace
from typing import Any

import pytest
from gate import untriggered
from kernel_stage import card_text

from kodeks.kernel import (
    acts,
    authority,
    calls,
    codices,
    decisions,
    erasure,
    facts,
    permits,
    releases,
    stewardship,
    vault,
)
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Act, Release
from kodeks.kernel.subjects import Scope, Subject

WORDS = "Borgeren nævner rotter."
ASKED = {"read", "subject_key", "permit"}
"""What may be asked of the database before the policies have judged: nothing that decides."""


@pytest.fixture
def alone(monkeypatch):
    """Nothing reaches the database's gate."""
    real = calls.call

    def call(function: str, *arguments: Any, **more: Any) -> Any:
        if function in ASKED:
            return real(function, *arguments, **more)
        raise AssertionError(f"{function} was asked")

    monkeypatch.setattr(calls, "call", call)


def refused(door: Any) -> str:
    with pytest.raises(Refused) as error:
        door()
    return error.value.code


def test_each_door_asks_the_policies_first(stage, alone):
    """All but the stop, which works without a codex."""
    slug = stage.register(autonomy="procedural", share="1.0")
    other = stage.register(released=False)
    stage.propose(other, version="9")
    issued, sofie, dorte = stage.issued(slug), stage.user("sofie"), stage.user("dorte")
    subject = Subject(**stage.subject())
    untrained = stage.user(stage.new_user(role="caseworker", trained=False))
    choose: dict[str, Any] = {"recommendation_id": issued, "own_consideration": WORDS}
    own: dict[str, Any] = {"system": slug, "purpose": "triage", "subject": subject,
                           "outcome": {"label": "rotter"}, "own_consideration": WORDS}  # fmt: skip
    doors = {
        "decide": lambda: decisions.decide(
            user=dorte, choice="accept", outcome={"label": "rotter"}, **choose
        ),
        "own": lambda: decisions.decide_without_recommendation(user=dorte, **own),
        "resume": lambda: stewardship.resume(system=slug, user=dorte, reason=WORDS),
        "attest": lambda: stewardship.attest(system=slug, user=dorte),
        "supervise": lambda: stewardship.supervise(
            system=slug, task="quality", user=sofie, passed=True, finding=WORDS
        ),
        "report": lambda: stewardship.report_incident(
            system=slug,
            kind="other",
            aware_at=dt.datetime.now(dt.UTC),
            description=WORDS,
            user=stage.user("testine"),
        ),
        "handle": lambda: stewardship.handle_incident(
            incident_id=uuid.uuid4(), step="note", text=WORDS, user=sofie
        ),
        "unmask": lambda: vault.unmask(
            user=stage.user("merete"), place="a/b", row="1", sealed=b"", reason=WORDS
        ),
        "erase": lambda: erasure.erase(subject=subject, user=sofie, reason=WORDS),
        "develop": lambda: permits.ask(
            system=slug, purpose="improvement", phase="development", user=sofie
        ),
        "propose": lambda: _propose(stage, other),
        "approve": lambda: _approve(stage, other, "bodil"),
        "revoke": lambda: releases.revoke(system=slug, version="1", user=sofie, reason=WORDS),
        "review": lambda: acts.review(
            act_id=uuid.uuid4(), user=stage.user("testine"), passed=True, finding=WORDS
        ),
    }
    for name, door in doors.items():
        assert refused(door) in ("no_right", "unknown_incident"), name
    assert refused(
        lambda: decisions.decide(
            user=untrained, choice="accept", outcome={"label": "rotter"}, **choose
        )
    ) == "not_trained"  # fmt: skip
    assert refused(lambda: _approve(stage, other, "anders")) == "four_eyes"


def _propose(stage, slug: str) -> object:
    from released import new_signer

    sofie = stage.user_id("sofie")
    return releases.propose(
        system=slug,
        version="10",
        artefact=b"x",
        permit_id=uuid.UUID(stage.development(slug)),
        inputs=[("henvendelse", "text")],
        metrics={},
        groups=releases.Groups(measured=[], reason="Ingen."),
        author=stage.user(sofie),
        signer=new_signer(stage, sofie),
    )


def _approve(stage, slug: str, by: str) -> object:
    from kodeks.demo import municipality

    if by == "anders":
        signer = municipality.signer(by)
    else:
        from released import new_signer

        signer = new_signer(stage, stage.user_id(by))
    return releases.approve(system=slug, version="9", approver=stage.user(by), signer=signer)


def test_what_may_not_run_is_not_followed(stage, alone):
    slug = stage.register()
    issued = stage.issued(slug)
    stage.switch(slug)
    follow: dict[str, Any] = {"recommendation_id": issued, "outcome": {"label": "rotter"}}
    follow |= {"own_consideration": WORDS, "user": stage.user("sofie")}
    assert refused(lambda: decisions.decide(choice="accept", **follow)) == "stopped"
    with pytest.raises(AssertionError, match="decide was asked"):
        decisions.decide(choice="reject", **follow)


def test_an_act_that_is_not_there_is_not_drawn(stage):
    asked = {"user": stage.user("sofie"), "passed": True, "finding": WORDS}
    assert refused(lambda: acts.review(act_id=uuid.uuid4(), **asked)) == "not_drawn"


@pytest.mark.parametrize("prefix", ["0", "05", "05.", "05.0", "05.01", "05.01.08", "06", "5"])
def test_a_right_reaches_the_numbers_that_begin_with_its_own(stage, prefix):
    """As the database's, which compares texts."""
    who = stage.new_user()
    stage.owner.execute(
        "INSERT INTO kernel_grant (user_id, role, unit, kle_prefix, valid_from, granted_at)"
        " VALUES (%s, 'caseworker', '', %s, '2020-01-01', now())",
        (who, prefix),
    )
    for number in ("05.01.08", "05.01", "05", ""):
        about = About(system="s000", scope=Scope(kle=number))
        by_policy = authority.may(stage.user(who), "decide", about=about)
        may = "SELECT kernel.may(%s, ARRAY['caseworker'], '', %s)"
        assert by_policy == stage.as_owner(may, who, number) == number.startswith(prefix)


@pytest.mark.parametrize(("code", "times"), [("no_right", 1), ("codex_changed", 2)])
def test_only_what_a_new_codex_may_have_changed_is_asked_again(code, times):
    asked = []

    def call() -> None:
        asked.append(1)
        raise Refused(code=code, message="Nej.")

    with pytest.raises(Refused):
        authority.judged_again(call)
    assert len(asked) == times


# Stop and start


@pytest.mark.parametrize("seed", range(4))
def test_both_read_the_switches_alike(stage, seed):
    """Rows in every order of numbers, transactions and snapshots."""
    draw, slug = random.Random(seed), stage.register(ready=False)
    insert = (
        "INSERT INTO kernel_switch (system_id, running, reason, user_id, at, xid, snapshot)"
        " VALUES (%s, %s, 'Prøve.', %s, now(), %s, %s)"
    )
    seen = set()
    for _ in range(60):
        with untriggered(stage, "kernel_switch"):
            stage.owner.execute("DELETE FROM kernel_switch WHERE system_id = %s", (slug,))
        for _ in range(draw.randint(1, 4)):
            running, xid = draw.random() < 0.6, draw.randint(10, 16)
            first = draw.randint(10, 16)
            last = draw.randint(first, 17)
            going = sorted(draw.sample(range(first, last), draw.randint(0, last - first)))
            snapshot = f"{first}:{last}:{','.join(map(str, going))}" if running else ""
            stage.owner.execute(insert, (slug, running, stage.user_id("merete"), xid, snapshot))
        by_database = stage.as_owner("SELECT kernel.is_running(%s)", slug)
        assert facts.is_running(slug) == by_database
        seen.add(by_database)
    assert seen == {True, False}


# What the policies are told


def told(slug: str, purpose: str = "triage", phase: str = "operation") -> dict[str, Any]:
    return facts.running(codices.in_force(), system=slug, phase=phase, purpose=purpose)


def test_a_basis_that_is_barred_or_missing_is_told(stage):
    plain = stage.register()
    assert told(plain)["basis_allowed"] is True
    for row in ({"status": "barred"}, {"valid_to": "2020-01-01"}, {"data_category": "cpr"}):
        slug = stage.register(bases=[row], ready=False)
        assert told(slug)["basis_allowed"] is False
    procedural = stage.register(bases=[{"autonomy": "advise"}], ready=False, autonomy="procedural")
    assert told(procedural)["basis_allowed"] is False


def test_a_declared_proxy_is_told_as_a_protected_field_is(stage):
    slug, other, content = stage.register(), stage.register(), stage.content()
    proxy = {"system": slug, "field": "letter", "attribute": content["protected"][0]["id"],
             "why": "Prøve."}  # fmt: skip
    assert told(slug)["protected_fields"] is False
    stage.register_codex(content | {"proxies": [*content["proxies"], proxy]})
    try:
        assert told(slug)["protected_fields"] is True
        assert told(slug, "improvement", "development")["protected_fields"] is False
        assert "protected_field" in stage.obstacles(slug)
        # A proxy in one system is none in another.
        assert told(other)["protected_fields"] is False
        stage.register_card(card_text(other).replace("Brevet", "Et brev"))
        assert stage.obstacles(other) == []
    finally:
        stage.register_codex(stage.content() | {"proxies": content["proxies"]})


def test_reviews_that_are_late_or_found_faults_are_told(stage):
    slug, advising = stage.register(autonomy="procedural", share="1.0"), stage.register()
    step = {"permit_id": stage.permit(slug), "recommendation_id": str(stage.issued(slug)),
            "robot": "visitator", "run_id": str(uuid.uuid4()), "step": "journalise",
            "result": {}}  # fmt: skip
    act = stage.call("act", step)
    assert told(slug)["review_open"] is told(advising)["review_open"] is False
    for later, late in ((14, False), (15, True)):
        with stage.days_later(later):
            assert told(slug)["review_open"] is late
            assert ("review" in stage.obstacles(slug)) is late
    acts.review(act_id=act, user=stage.user("sofie"), passed=False, finding="Forkert sag.")
    assert Act.objects.get(id=act).reviewed.passed is False
    assert told(slug)["review_open"] is True
    stewardship.supervise(
        system=slug, task="quality", user=stage.user("dorte"), passed=True, finding=WORDS
    )
    assert told(slug)["review_open"] is False
    with stage.days_later(15):
        assert told(slug)["review_open"] is False
    # A system that only advises has no robot of its own to look after.
    stage.register_card(card_text(slug))
    assert told(slug)["review_open"] is False


def test_a_release_and_its_end_are_told(stage):
    slug = stage.register(released=False)
    nothing = (told(slug)["release_signatures"], told(slug)["release_revoked"])
    stage.release(slug=slug, version="1", artefact="a1" * 32)
    released = (told(slug)["release_signatures"], told(slug)["release_revoked"])
    revoke = "SELECT kernel.revoke_release(%s, '1', %s, 'Den tager fejl.')"
    stage.as_owner(revoke, slug, stage.user_id("merete"))
    revoked = (told(slug)["release_signatures"], told(slug)["release_revoked"])
    assert (nothing, released, revoked) == ((0, False), (2, False), (2, True))
    assert Release.objects.get(system_id=slug).revocation.reason == "Den tager fejl."


def test_whoever_has_left_is_not_away_as_well(stage):
    """Where the right has ended only the vacancy counts, as in the database."""
    manager = stage.new_user(role="system_owner")
    slug = stage.register(ready=False)
    stage.assign(slug=slug, manager=manager)
    first_day = str(dt.date.today() - dt.timedelta(days=40))
    stage.call("absence", {"user_id": manager, "first_day": first_day})
    assert told(slug)["absent_days"] == 41
    stage.as_owner("SELECT kernel.revoke_grants(%s, 'system_owner')", manager)
    assert (told(slug)["vacant_days"], told(slug)["absent_days"]) == (1, 0)


def test_how_long_a_post_has_been_empty_is_told(stage):
    slug = stage.register(ready=False)
    stage.assign(slug=slug)
    assert told(slug)["vacant_days"] == 0
    stage.assign(slug=slug, manager=None)
    assert told(slug)["vacant_days"] == 1
    with stage.days_later(4):
        assert told(slug)["vacant_days"] == 5


def test_before_the_first_codex_there_is_none(stage):
    assert refused(lambda: codices.in_force(dt.date(2000, 1, 1))) == "no_codex"


def test_a_deputy_without_a_name_is_nobody(stage):
    manager, deputy = (stage.new_user(role="system_owner") for _ in range(2))
    slug = stage.register(ready=False)
    stage.assign(slug=slug, manager=manager, deputy=deputy)
    assert told(slug)["deputy_present"] is True
    stage.owner.execute("UPDATE kernel_user SET full_name = ' . ' WHERE id = %s", (deputy,))
    stage.assign(slug=slug, manager=manager, deputy=deputy)
    assert told(slug)["deputy_present"] is False
    first_day = str(dt.date.today() - dt.timedelta(days=90))
    stage.call("absence", {"user_id": manager, "first_day": first_day})
    assert "no_owner" in stage.obstacles(slug)


def test_who_may_look_at_an_act_by_the_place_of_its_matter(stage, monkeypatch):
    slug = stage.register(autonomy="procedural", share="1.0")
    placed = stage.issued(slug, scope={"unit": "park", "kle": "05.01"})
    step = {"permit_id": stage.permit(slug), "recommendation_id": str(placed),
            "robot": "visitator", "run_id": str(uuid.uuid4()), "step": "journalise",
            "result": {}}  # fmt: skip
    act = stage.call("act", step)
    decided = stage.call("act", stage.step(stage.decided(slug)))
    people = {unit: stage.new_user() for unit in ("park", "vej")}
    for unit, who in people.items():
        stage.as_owner("SELECT kernel.register_grant(%s, 'caseworker', %s, '', NULL)", who, unit)

    def look(unit: str, which: uuid.UUID) -> None:
        user = stage.user(people[unit])
        acts.review(act_id=which, user=user, passed=True, finding=WORDS)

    def stopped(function: str, *arguments: Any, **more: Any) -> Any:
        raise AssertionError(f"{function} was asked")

    monkeypatch.setattr(calls, "call", stopped)
    assert refused(lambda: look("vej", act)) == "no_right"
    with pytest.raises(AssertionError, match="review was asked"):
        look("park", act)
    # One under a decision stands in no place of its own: only a right to all reaches it.
    for unit in people:
        assert refused(lambda unit=unit: look(unit, decided)) == "no_right"


def test_who_may_develop_is_judged_before_the_database_is_asked(stage, monkeypatch):
    def asked(function: str, *_: Any, **__: Any) -> Any:
        raise AssertionError(f"{function} was asked")

    wanted: dict[str, Any] = {"system": stage.register(), "purpose": "improvement",
                              "phase": "development"}  # fmt: skip
    monkeypatch.setattr(calls, "call", asked)
    for who in ("sofie", "merete", "dorte"):
        assert refused(lambda who=who: permits.ask(user=stage.user(who), **wanted)) == "no_right"
    with pytest.raises(AssertionError, match="permit was asked"):
        permits.ask(user=stage.user("anders"), **wanted)


def test_a_phase_that_does_not_exist(stage):
    assert refused(lambda: told(stage.register(), phase="experiment")) == "unknown_phase"
    assert refused(lambda: told("findes-ikke")) == "unknown_system"
    assert refused(lambda: told(stage.register(), "horoskop")) == "unknown_purpose"


def test_of_several_rights_one_that_has_ended_says_least(stage):
    who = stage.new_user()
    insert = (
        "INSERT INTO kernel_grant (user_id, role, unit, kle_prefix, valid_from, valid_until,"
        " granted_at) VALUES (%s, 'caseworker', %s, '', '2020-01-01', %s, now())"
    )
    stage.owner.execute(insert, (who, "park", dt.date(2021, 1, 1)))
    about = About(system="s000", scope=Scope(unit="park"))

    def ask() -> str:
        return authority.require(stage.user(who), "decide", about=about)

    assert refused(ask) == "grant_not_valid"
    stage.owner.execute(insert, (who, "vej", None))
    assert refused(ask) == "no_right"
    stage.owner.execute(insert, (who, "park", None))
    assert ask() == stage.sha256
    # What is said of the right that holds, not of the one that has ended as well.
    untrained = stage.new_user(trained=False)
    for until in (dt.date(2021, 1, 1), None):
        stage.owner.execute(insert, (untrained, "park", until))
    with_ai = replace(about, with_ai=True)
    verdict = authority.judge(codices.in_force(), stage.user(untrained), "decide", about=with_ai)
    assert verdict.codes == ("not_trained",)


def test_without_a_codex_nobody_may(stage, monkeypatch):
    def none(*_: Any) -> Any:
        raise Refused(code="no_codex", message="Der er intet kodeks.")

    about = About(system="s000", scope=Scope())
    assert authority.may(stage.user("sofie"), "decide", about=about)
    monkeypatch.setattr(codices, "in_force", none)
    assert not authority.may(stage.user("sofie"), "decide", about=about)


def test_a_decision_without_a_suggestion_is_in_the_place_of_its_matter(stage, alone):
    who = stage.new_user()
    stage.as_owner("SELECT kernel.register_grant(%s, 'caseworker', 'park', '', NULL)", who)

    def decide(scope: Scope | None) -> object:
        return decisions.decide_without_recommendation(
            system="s000",
            purpose="triage",
            subject=Subject(**stage.subject()),
            user=stage.user(who),
            outcome={"label": "rotter"},
            own_consideration=WORDS,
            scope=scope,
        )

    for scope in (None, Scope(), Scope(unit="vej")):
        assert refused(lambda scope=scope: decide(scope)) == "no_right"
    with pytest.raises(AssertionError, match="decide was asked"):
        decide(Scope(unit="park"))


def test_a_purpose_without_a_field_has_no_basis(stage):
    """Also where a row says that no personal data may be used for it."""
    slug = stage.register(bases=[{"purpose": "other", "data_category": "none"}], ready=False)
    text = card_text(slug).replace("[purposes]", '[purposes]\nother = "Noget andet"')
    stage.register_card(text)
    assert told(slug, "other")["basis_allowed"] is False
    assert "no_basis" in stage.obstacles(slug, purpose="other")
