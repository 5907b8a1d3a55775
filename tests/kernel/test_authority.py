# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who may do what: the policies' answers beside the database's, which asks nobody.

The two gates know nothing of each other. Where both are asked the same they must say the same, and
either of them alone is enough to refuse.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Any

import psycopg
import pytest
from kernel_stage import today
from psycopg.types.json import Jsonb

from kodeks.kernel import authority, codices, decisions, stewardship
from kodeks.kernel.authority import About
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import Release
from kodeks.kernel.subjects import Scope, Subject

DAY = dt.timedelta(days=1)
ROLES = ["caseworker", "system_owner", "data_protection_officer", "administrator", "citizen"]
PLACES = [("", ""), ("park", "05.01"), ("park", "05.01.08"), ("vej", "05.01"), ("park", "")]


@pytest.fixture(scope="module")
def ready(stage):
    return stage.register()


def person(stage, role: str, *, unit: str = "", kle: str = "", trained: bool = True) -> int:
    number = stage.new_user(trained=trained)
    stage.as_owner("SELECT kernel.register_grant(%s, %s, %s, %s, NULL)", number, role, unit, kle)
    return number


def refusal(stage, function: str, payload: dict[str, Any]) -> str | None:
    """The database's answer when the policies are not asked; nothing stays written."""
    try:
        stage.trials.execute(f"SELECT kernel.{function}(%s)", (Jsonb(payload),))
    except psycopg.Error as error:
        return error.diag.message_detail
    finally:
        stage.trials.rollback()
    return None


def allowed(stage, user: int, action: str, about: About) -> bool:
    return authority.judge(codices.in_force(), stage.user(user), action, about=about).allowed


# Matters: role x unit x KLE number x training


def test_deciding_is_a_matter_of_role_unit_kle_number_and_training(stage, ready):
    scopes = [Scope(unit=unit, kle=kle) for unit, kle in PLACES]
    suggested = [stage.issued(ready, scope=scope.as_json()) for scope in scopes]
    seen = set()
    for role, (unit, kle), trained in itertools.product(ROLES[:3], PLACES, (True, False)):
        user = person(stage, role, unit=unit, kle=kle, trained=trained)
        for scope, recommendation in zip(scopes, suggested, strict=True):
            own = stage.own(ready, user_id=user, scope=scope.as_json())
            by_policy = allowed(stage, user, "decide", About(system=ready, scope=scope))
            assert by_policy == (refusal(stage, "decide", own) is None), (role, unit, kle, scope)
            choice = stage.choice(recommendation, user_id=user)
            about = About(system=ready, scope=scope, with_ai=True)
            by_policy = allowed(stage, user, "decide", about)
            assert by_policy == (refusal(stage, "decide", choice) is None)
            seen.add(by_policy)
    assert seen == {True, False}


@pytest.mark.parametrize(
    ("starts", "ends", "active"),
    [(0, None, True), (0, 0, True), (-3, -1, True), (1, None, True), (0, None, False)],
)
def test_a_right_counts_from_its_first_to_its_last_day_in_both(stage, ready, starts, ends, active):
    user = stage.new_user(active=active)
    stage.owner.execute(
        "INSERT INTO kernel_grant (user_id, role, unit, kle_prefix, valid_from, valid_until,"
        " granted_at) VALUES (%s, 'caseworker', '', '', %s, %s, now())",
        (user, today() + starts * DAY, None if ends is None else today() + ends * DAY),
    )
    by_database = refusal(stage, "decide", stage.own(ready, user_id=user)) is None
    assert allowed(stage, user, "decide", About(system=ready, scope=Scope())) == by_database
    assert by_database == (active and starts <= 0 and (ends is None or ends >= 0))


@pytest.mark.parametrize("until", [-1, 0, 30])
@pytest.mark.parametrize("everywhere", [True, False])
def test_training_counts_until_its_last_day_in_both(stage, ready, until, everywhere):
    user = stage.new_user(role="caseworker", trained=False)
    stage.train(user, until=today() + until * DAY, system="" if everywhere else ready)
    about = About(system=ready, scope=Scope(), with_ai=True)
    payload = stage.choice(stage.issued(ready), user_id=user)
    assert allowed(stage, user, "decide", about) == (until >= 0)
    assert refusal(stage, "decide", payload) == (None if until >= 0 else "not_trained")


def test_training_for_another_system_is_none(stage, ready):
    user = stage.new_user(role="caseworker", trained=False)
    stage.train(user, system="inquiries")
    about = About(system=ready, scope=Scope(), with_ai=True)
    assert not allowed(stage, user, "decide", about)
    payload = stage.choice(stage.issued(ready), user_id=user)
    assert refusal(stage, "decide", payload) == "not_trained"


# Systems


def person_payloads(stage, slug: str, user: int) -> dict[str, tuple[str, dict[str, Any]]]:
    """Action -> the database's function and a payload in order but for the person."""
    common = {"user_id": user, "codex_sha256": stage.sha256}
    incident = stage.call(
        "report_incident",
        {
            "system": slug,
            "kind": "other",
            "aware_at": "2026-11-01T10:00:00Z",
            "description": "En prøve.",
            "user_id": stage.user_id("sofie"),
            "codex_sha256": stage.sha256,
        },
    )
    return {
        "stop": (
            "stop",
            {"system": slug, "user_id": user, "reason": "Forslagene er forkerte."},
        ),
        "resume": ("resume", {"system": slug, "reason": "Fejlen er rettet."} | common),
        "attest": ("attest", {"system": slug} | common),
        "supervise": (
            "supervise",
            {"system": slug, "task": "quality", "passed": True, "finding": "Intet."} | common,
        ),
        "report_incident": (
            "report_incident",
            {
                "system": slug,
                "kind": "other",
                "aware_at": "2026-11-01T10:00:00Z",
                "description": "En prøve.",
            }
            | common,
        ),
        "handle_incident": (
            "handle_incident",
            {"incident_id": str(incident), "step": "note", "text": "En prøve."} | common,
        ),
        "erase": ("erase", {"subject": stage.subject(), "reason": "Fristen er gået."} | common),
        "develop_model": (
            "permit",
            {"system": slug, "phase": "development", "purpose": "improvement"} | common,
        ),
    }


def test_what_each_role_may_do_with_a_system(stage, ready):
    answers: dict[tuple[str, str], bool] = {}
    for role in ROLES:
        user = person(stage, role)
        for action, (function, payload) in person_payloads(stage, ready, user).items():
            by_policy = allowed(stage, user, action, About(system=ready))
            by_database = refusal(stage, function, payload)
            assert by_policy == (by_database is None), (role, action, by_database)
            answers[role, action] = by_policy
    assert {action for (role, action), may in answers.items() if may and role == "citizen"} == set()
    assert {action for (role, action), may in answers.items() if may and role == "caseworker"} == {
        "report_incident"
    }
    # The post's own manager or deputy, and nobody else who owns systems.
    assert not answers["system_owner", "attest"]
    for username, may in (("merete", True), ("bodil", False)):
        user = stage.user_id(username)
        assert allowed(stage, user, "attest", About(system=ready)) == may
        payload = {"system": ready, "user_id": user, "codex_sha256": stage.sha256}
        assert (refusal(stage, "attest", payload) is None) == may


# Models: four eyes


def test_author_and_approver_are_two_and_the_approver_answers(stage):
    slug = stage.register(released=False)
    stage.assign(slug=slug, manager="merete", deputy="bodil")
    stage.attest(slug)
    both_roles = stage.new_user(role="administrator")
    stage.as_owner("SELECT kernel.register_grant(%s, 'system_owner', '', '', NULL)", both_roles)
    stage.propose(slug, author=both_roles, version="1")
    release = Release.objects.get(system_id=slug, version="1")
    for user, may in (
        (stage.user_id("merete"), True),
        (stage.user_id("bodil"), True),
        (both_roles, False),
        (stage.user_id("dorte"), False),
        (stage.user_id("anders"), False),
        (person(stage, "system_owner"), False),
    ):
        about = About(system=slug, author=release.author)
        assert allowed(stage, user, "approve_release", about) == may
        with psycopg.connect(stage.owner_url) as connection:
            try:
                connection.execute(
                    "SELECT kernel.approve_release(%s, '1', %s, %s)",
                    (
                        slug,
                        Jsonb(release.envelope | {"signatures": [{"sig": "a"}, {"sig": "b"}]}),
                        user,
                    ),
                )
                by_database = True
            except psycopg.Error:
                by_database = False
            connection.rollback()
        assert by_database == may
    # Even when the author is the system's manager.
    stage.assign(slug=slug, manager=both_roles)
    about = About(system=slug, author=release.author)
    verdict = authority.judge(
        codices.in_force(), stage.user(both_roles), "approve_release", about=about
    )
    assert verdict.codes == ("four_eyes",)


# The two gates at work


def test_the_person_is_told_why(stage, ready):
    with pytest.raises(Refused) as found:
        stewardship.resume(system=ready, user=stage.user("sofie"), reason="Prøv igen.")
    assert found.value.code == "no_right"
    assert found.value.message.endswith(".")


def told(stage, user: int, action: str, about: About) -> tuple[str, str]:
    verdict = authority.judge(codices.in_force(), stage.user(user), action, about=about)
    return verdict.codes[0], verdict.sentence


def test_a_refusal_says_who_may_and_what_can_be_done(stage, ready):
    """Not that a right has ended where another would not do either, nor to get training in vain."""
    matter = About(system=ready, scope=Scope(unit="vej"), with_ai=True)
    post = About(system=ready)
    nobody, owner = stage.new_user(trained=False), stage.user_id("merete")
    only_park = person(stage, "caseworker", unit="park")
    ended = stage.new_user()
    for user in (only_park, ended):
        stage.owner.execute(
            "INSERT INTO kernel_grant (user_id, role, unit, kle_prefix, valid_from, valid_until,"
            " granted_at) VALUES (%s, 'caseworker', '', '', %s, %s, now())",
            (user, today() - 9 * DAY, today() - DAY),
        )
    untrained = stage.new_user(role="caseworker", trained=False)
    who = "Kun en aktiv medarbejder med ret til sagsbehandling kan afgøre sagen."
    assert told(stage, nobody, "decide", matter) == ("no_right", who)
    assert told(stage, owner, "decide", matter) == ("no_right", who)
    assert told(stage, only_park, "decide", matter) == ("no_right", who)
    assert told(stage, ended, "decide", matter)[0] == "grant_not_valid"
    assert told(stage, untrained, "decide", matter)[0] == "not_trained"
    code, sentence = told(stage, nobody, "resume", post)
    assert (code, sentence.startswith("Det kan kun lederen")) == ("no_right", True)
    for action in ("stop", "attest", "supervise", "report_incident", "erase", "develop_model"):
        code, sentence = told(stage, nobody, action, post)
        assert code == "no_right"
        assert sentence.startswith(("Kun ", "Det kan kun "))


def test_the_policies_alone_are_enough_to_refuse(stage, ready, monkeypatch):
    """The codex can forbid what the database would let through."""
    strict = stage.codex["content"]["policies"] + (
        '\n@id("never")\n@sentence("Ikke på en prøve.")\n'
        'forbid (principal is Person, action == Action::"decide", resource);\n'
    )
    before = stage.codex["content"]["policies"]
    stage.revise(policies=strict)
    subject = Subject(type="inquiry", id=uuid.uuid4().hex)
    given: dict[str, Any] = {
        "system": ready,
        "purpose": "triage",
        "subject": subject,
        "user": stage.user("sofie"),
        "outcome": {"label": "rotter"},
        "own_consideration": "Borgeren nævner rotter.",
    }
    with pytest.raises(Refused) as found:
        decisions.decide_without_recommendation(**given)
    assert (found.value.code, found.value.message) == ("never", "Ikke på en prøve.")
    stage.revise(policies=before)
    assert decisions.decide_without_recommendation(**given)


def test_a_new_codex_between_verdict_and_database_is_judged_again(stage, ready, monkeypatch):
    called = []

    def call() -> str:
        sha256 = authority.require(stage.user("merete"), "attest", about=About(system=ready))
        called.append(sha256)
        if len(called) == 1:
            stage.revise()
        stage.call(
            "attest",
            {"system": ready, "user_id": stage.user_id("merete"), "codex_sha256": sha256},
        )
        return sha256

    def through_the_door() -> str:
        try:
            return call()
        except psycopg.Error as error:
            raise Refused(code=error.diag.message_detail, message="") from error

    assert authority.judged_again(through_the_door) == stage.sha256
    assert len(called) == 2
