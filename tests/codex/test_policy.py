# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The shipped policies, rule by rule, and what a set of policies must be to be one."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from kodeks.codex import bundle, duties, policy
from kodeks.codex.policy import FOR_EVER, Entity, Policies, ref
from kodeks.codex.reader import CardError

SHIPPED = bundle.shipped()
RULES = policy.parse(SHIPPED.policies)
TODAY = policy.day(dt.date(2026, 7, 1))
KINDS = duties.stopping_kinds(SHIPPED.duties)
ROLES = ["caseworker", "system_owner", "data_protection_officer", "administrator", "citizen"]
POST = ["answers"]


def context(**changes: Any) -> dict[str, Any]:
    """A system that has everything."""
    return {
        "today": TODAY,
        "running": True,
        "vacant_days": 0,
        "absent_days": 0,
        "deputy_present": False,
        "vacancy_days_allowed": 3,
        "absence_days_allowed": 14,
        "attested_until": TODAY,
        "supervised_until": TODAY,
        "supervision_passed": True,
        "incident_overdue": False,
        "alarm_open": False,
        "review_open": False,
        "basis_allowed": True,
        "protected_fields": False,
        "evidence_required": KINDS,
        "evidence": dict.fromkeys(KINDS, TODAY),
        "release_signatures": 2,
        "release_revoked": False,
        "unfair": False,
    } | changes


def run(action: str = "operate", resource: str = "s", **changes: Any) -> tuple[str, ...]:
    verdict = RULES.judge(
        principal=("System", "s"),
        action=action,
        resource=("System", resource),
        entities=(),
        context=context(**changes),
    )
    assert verdict.allowed == (verdict.codes == ())
    assert all(sentence.endswith(".") for sentence in verdict.sentences)
    return verdict.codes


@pytest.mark.parametrize("action", ["develop", "retrain", "operate"])
def test_a_system_that_has_everything_may_run(action):
    assert run(action) == ()
    assert run(action, "another") == ("no_right",)


RUNS: dict[str, tuple[dict[str, Any], str]] = {
    "stopped": ({"running": False}, "stopped"),
    "vacant": ({"vacant_days": 4}, "no_owner"),
    "absent": ({"absent_days": 15}, "no_owner"),
    "vacant-where-none-is-allowed": (
        {"vacant_days": 1, "vacancy_days_allowed": 0},
        "no_owner",
    ),
    "never-attested": ({"attested_until": None}, "not_attested"),
    "attested-until-yesterday": ({"attested_until": TODAY - 1}, "not_attested"),
    "supervised-until-yesterday": ({"supervised_until": TODAY - 1}, "supervision"),
    "supervision-failed": ({"supervision_passed": False}, "supervision"),
    "incident": ({"incident_overdue": True}, "incident"),
    "alarm": ({"alarm_open": True}, "alarm"),
    "review": ({"review_open": True}, "review"),
    "no-basis": ({"basis_allowed": False}, "no_basis"),
    "protected": ({"protected_fields": True}, "protected_field"),
}


@pytest.mark.parametrize("action", ["develop", "retrain", "operate"])
@pytest.mark.parametrize("name", RUNS)
def test_what_stops_a_system_in_every_phase(name, action):
    changes, code = RUNS[name]
    found = context(**changes)
    changes = {key: value for key, value in found.items() if value is not None}
    verdict = RULES.judge(
        principal=("System", "s"),
        action=action,
        resource=("System", "s"),
        entities=(),
        context=changes,
    )
    assert verdict.codes == (code,)


@pytest.mark.parametrize(
    "changes",
    [
        {"vacant_days": 3},
        {"absent_days": 14},
        {"vacant_days": 10**6, "deputy_present": True},
        {"absent_days": 10**6, "deputy_present": True},
    ],
)
def test_what_the_codex_leaves_time_for_or_a_deputy_takes_over(changes):
    assert run(**changes) == ()


@pytest.mark.parametrize("kind", KINDS)
def test_each_document_counts_when_it_is_asked_for_and_until_its_last_day(kind):
    code = (f"no_{kind}",)
    assert run(evidence={k: TODAY for k in KINDS if k != kind}) == code
    assert run(evidence=dict.fromkeys(KINDS, TODAY) | {kind: TODAY - 1}) == code
    others = [one for one in KINDS if one != kind]
    assert run(evidence_required=others, evidence=dict.fromkeys(others, TODAY)) == ()
    assert run(evidence=dict.fromkeys(KINDS, TODAY) | {kind: TODAY + 1}) == ()


def test_a_release_is_for_operation():
    assert run(release_signatures=1) == ("no_release",)
    assert run(release_signatures=0) == ("no_release",)
    assert run(release_signatures=3) == ()
    assert run(release_revoked=True) == ("release_revoked",)
    assert run(unfair=True) == ("unfair",)
    for action in ("develop", "retrain"):
        assert run(action, release_signatures=0, release_revoked=True, unfair=True) == ()


def test_all_that_is_in_the_way_is_told_in_the_texts_order():
    assert run(running=False, basis_allowed=False, incident_overdue=True) == (
        "stopped",
        "incident",
        "no_basis",
    )


# People


def person(
    action: str,
    *,
    role: str,
    resource: str,
    attributes: dict[str, Any],
    trained: int | None = TODAY,
    active: bool = True,
    unit: str = "*",
    kle: str = "*",
    starts: int = TODAY,
    ends: int = FOR_EVER,
    with_ai: bool = False,
) -> tuple[str, ...]:
    given: dict[str, Any] = {
        "today": TODAY,
        "grant": {
            "role": role,
            "unit": ref("Unit", unit),
            "kle": ref("Kle", kle),
            "valid_from": starts,
            "valid_until": ends,
        },
    }
    if action == "decide":
        given["with_ai"] = with_ai
    about = {"active": active} | ({} if trained is None else {"trained_until": trained})
    verdict = RULES.judge(
        principal=("Person", "1"),
        action=action,
        resource=(resource, "it"),
        entities=[
            Entity(type="Person", id="1", attributes=about),
            Entity(type=resource, id="it", attributes=attributes),
            Entity(type="Unit", id="*"),
            Entity(type="Unit", id="park", parents=[("Unit", "*")]),
            Entity(type="Unit", id="vej", parents=[("Unit", "*")]),
            Entity(type="Kle", id="*"),
            Entity(type="Kle", id="05", parents=[("Kle", "*")]),
            Entity(type="Kle", id="05.01", parents=[("Kle", "05")]),
            Entity(type="Kle", id="27", parents=[("Kle", "*")]),
        ],
        context=given,
    )
    return verdict.codes


def matter(unit: str = "*", kle: str = "*") -> dict[str, Any]:
    return {"unit": ref("Unit", unit), "kle": ref("Kle", kle)}


MATTERS = {
    "decide": {"caseworker"},
    "review": {"caseworker"},
    "unmask": {"caseworker", "data_protection_officer"},
}
SYSTEMS = {
    "stop": {"system_owner", "data_protection_officer", "administrator"},
    "resume": set(POST),
    "attest": set(POST),
    "supervise": {"data_protection_officer", *POST},
    "handle_incident": {"data_protection_officer", *POST},
    "report_incident": {"caseworker", "system_owner", "data_protection_officer", "administrator"},
    "develop_model": {"administrator"},
    "erase": {"data_protection_officer", "administrator"},
    "sign_codex": {"system_owner", "data_protection_officer", "administrator"},
}
MODELS = {
    "propose_release": {"administrator"},
    "approve_release": set(POST),
    "revoke_release": {"data_protection_officer", "administrator", *POST},
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", MATTERS)
def test_matters_by_role_unit_and_kle_number(action, role):
    given = {"role": role, "resource": "Matter"}
    may = role in MATTERS[action]
    for unit, kle, where, number, reaches in (
        ("*", "*", "park", "05.01", True),
        ("*", "*", "*", "*", True),
        ("park", "05", "park", "05.01", True),
        ("park", "*", "park", "27", True),
        ("park", "05", "vej", "05.01", False),
        ("park", "05", "park", "27", False),
        ("park", "05.01", "park", "05", False),
        ("park", "*", "*", "*", False),
        ("*", "05", "*", "*", False),
    ):
        found = person(action, unit=unit, kle=kle, attributes=matter(where, number), **given)
        assert (found == ()) == (may and reaches), (unit, kle, where, number)


@pytest.mark.parametrize("answers", ["manager", "deputy", None])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", [*SYSTEMS, *MODELS])
def test_systems_and_models_by_role_and_post(action, role, answers):
    allowed = (SYSTEMS | MODELS)[action]
    attributes: dict[str, Any] = {
        "manager": ref("Person", "8"),
        "deputy": ref("Person", "9"),
    }
    if answers is not None:
        attributes[answers] = ref("Person", "1")
    resource = "Release" if action in MODELS else "Post"
    if resource == "Release":
        attributes["author"] = ref("Person", "7")
    found = person(action, role=role, resource=resource, attributes=attributes)
    by_post = "answers" in allowed and role == "system_owner" and answers is not None
    assert (found == ()) == (role in allowed or by_post)
    # Where nobody has the post, it is nobody's.
    bare = {"author": ref("Person", "7")} if resource == "Release" else {}
    found = person(action, role=role, resource=resource, attributes=bare)
    assert (found == ()) == (role in allowed)


def test_whoever_made_a_model_does_not_approve_it():
    attributes = {"author": ref("Person", "1"), "manager": ref("Person", "1")}
    found = person(
        "approve_release", role="system_owner", resource="Release", attributes=attributes
    )
    assert found == ("four_eyes",)
    found = person("revoke_release", role="system_owner", resource="Release", attributes=attributes)
    assert found == ()


@pytest.mark.parametrize("trained", [None, TODAY - 1, TODAY, TODAY + 1])
def test_training_is_for_working_with_a_suggestion(trained):
    given = {"role": "caseworker", "resource": "Matter", "attributes": matter(), "trained": trained}
    holds = trained is not None and trained >= TODAY
    wanted = () if holds else ("not_trained",)
    assert person("decide", with_ai=True, **given) == wanted
    assert person("review", **given) == wanted
    assert person("decide", with_ai=False, **given) == ()
    assert person("unmask", **given) == ()


@pytest.mark.parametrize("action", [*MATTERS, *SYSTEMS, *MODELS])
def test_always_an_open_account_and_a_right_that_holds_today(action):
    resource = "Matter" if action in MATTERS else "Release" if action in MODELS else "Post"
    attributes = matter() if action in MATTERS else {"manager": ref("Person", "1")}
    if action in MODELS:
        attributes["author"] = ref("Person", "7")
    allowed = (MATTERS | SYSTEMS | MODELS)[action]
    role = "system_owner" if "answers" in allowed else min(allowed)
    given = {"role": role, "resource": resource, "attributes": attributes}
    assert person(action, **given) == ()
    assert person(action, active=False, **given) == ("not_active",)
    assert person(action, starts=TODAY + 1, **given) == ("grant_not_valid",)
    assert person(action, ends=TODAY - 1, **given) == ("grant_not_valid",)
    assert person(action, starts=TODAY - 5, ends=TODAY, **given) == ()


# What policies must be


def test_the_shipped_ones_have_no_faults():
    assert (
        policy.faults(policies=SHIPPED.policies, schema=SHIPPED.schema, evidence_kinds=KINDS) == []
    )


@pytest.mark.parametrize(
    ("policies", "told"),
    [
        ("permit (principal, action", "kan ikke læses"),
        (
            "permit (principal, action, resource) when { context.runing };",
            "runing",
        ),
        (
            '@id("a") forbid (principal, action, resource);'
            '@id("a") forbid (principal, action, resource);',
            "To af reglerne hedder a",
        ),
        ("", "Der mangler en regel no_dpia"),
    ],
)
def test_faults_are_told(policies, told):
    found = policy.faults(policies=policies, schema=SHIPPED.schema, evidence_kinds=["dpia"])
    assert [one for one in found if told in one], found


def test_a_schema_that_is_none_is_told():
    found = policy.faults(policies="", schema="entity", evidence_kinds=[])
    assert [one for one in found if "skema" in one]


def test_nothing_is_permitted_by_default():
    verdict = judge("")
    assert (verdict.allowed, verdict.codes) == (False, ("no_right",))
    assert verdict.sentence == policy.DENIED


def judge(text: str, **given: Any) -> policy.Verdict:
    return Policies(text).judge(
        principal=("Person", "1"),
        action="do",
        resource=("Post", "1"),
        entities=(),
        context=given,
    )


def test_a_rule_that_cannot_be_evaluated_is_a_denial_and_not_skipped():
    """Cedar itself would skip the rule and let the other one permit."""
    text = (
        "permit (principal, action, resource);"
        "forbid (principal, action, resource) when { context.absent };"
    )
    assert judge(text).codes == ("policy_error",)
    assert not judge(text).allowed
    assert judge(text, absent=False).allowed
    assert not judge(text, absent=True).allowed


def test_whoever_lacks_the_right_is_told_by_the_rule_that_could_have_given_it():
    """Not by one that forbids, though that stands first."""
    (sentence,) = policy.parse(SHIPPED.policies).denied("review").sentences
    assert sentence.startswith("Kun en medarbejder med ret til sagsbehandling kan se robottens")


def test_a_rule_without_a_name_or_sentence_gets_one():
    verdict = judge("forbid (principal, action, resource);")
    assert verdict.codes == ("policy0",)
    assert verdict.sentences == (policy.DENIED,)


def test_more_than_ten_rules_are_told_in_their_order():
    text = "".join(
        f'@id("r{number}") forbid (principal, action, resource);' for number in range(12)
    )
    assert judge(text).codes == tuple(f"r{number}" for number in range(12))
    assert Policies(text).ids == {f"r{number}" for number in range(12)}


def test_policies_are_parsed_once():
    # What other tests have parsed since may have pushed the first one out.
    assert policy.parse(SHIPPED.policies) is policy.parse(SHIPPED.policies)
    with pytest.raises(CardError):
        policy.parse("no cedar")
