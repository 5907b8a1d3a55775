# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P3.1: a model that treats groups too differently is not released, and one in use stops."""

from __future__ import annotations

import psycopg
import pytest
from gate import forge
from kernel_stage import LIMIT, card_text

from kodeks.kernel import alarms, fairness
from kodeks.kernel.errors import Refused
from kodeks.kernel.models import GroupMeasurement, RegistryEvent
from kodeks.kernel.subjects import Subject

ONE = {
    "attribute": "district",
    "group": "Bakkelund",
    "measure": "accuracy",
    "count": "40",
    "value": "0.9",
    "low": "0.8",
    "high": "0.95",
}
FAR = ONE | {"group": "Søndermarken", "value": "0.4", "low": "0.3", "high": "0.5"}
NEAR = ONE | {"group": "Søndermarken", "value": "0.65", "low": "0.5", "high": "0.78"}
FEW = FAR | {"count": "9"}
RATIO = LIMIT.replace("most_difference", "most_ratio").replace("0.20", "1.25")


def groups(*measured, reason: str = ""):
    return {"measured": list(measured), "reason": reason}


@pytest.fixture(scope="module")
def slug(stage):
    return stage.register(released=False, fairness=LIMIT)


@pytest.fixture
def limited(stage):
    """A system with a limit and a release that holds it."""
    slug = stage.register(released=False, fairness=LIMIT)
    stage.propose(slug, groups=groups(ONE, NEAR))
    stage.approve(slug, version="1")
    return slug


def refusal(stage, slug, **changes):
    with pytest.raises(psycopg.Error) as error:
        stage.propose(slug, **changes)
    return error.value.diag


# At release


def test_a_model_that_treats_districts_too_differently_is_refused_with_both_named(stage, slug):
    told = refusal(stage, slug, groups=groups(ONE, FAR))
    assert told.message_detail == "unfair"
    assert told.message_primary == (
        "Modellen behandler grupper for forskelligt. Bydel: der er længere mellem Bakkelund og "
        "Søndermarken, end systemkortet tillader. Ret modellen."
    )


def test_words_do_not_help_a_model_that_breaks_a_limit(stage, slug):
    told = refusal(stage, slug, groups=groups(ONE, FAR, reason="Vi synes, det er i orden."))
    assert told.message_detail == "unfair"


def test_a_difference_that_may_be_chance_is_no_breach(stage, slug):
    stage.propose(slug, groups=groups(ONE, NEAR))


@pytest.mark.parametrize("measured", [(), (ONE,), (ONE, FEW), (ONE, FAR | {"measure": "tpr"})])
def test_where_nobody_can_tell_two_people_sign_why(stage, measured):
    slug = stage.register(released=False, fairness=LIMIT)
    # With no figures at all the older rule says it.
    code = "too_few" if measured else "no_groups"
    assert refusal(stage, slug, groups=groups(*measured)).message_detail == code
    stage.propose(slug, groups=groups(*measured, reason="Bydelene er for små."))
    stage.approve(slug, version="1")
    assert stage.obstacles(slug) == []


def test_a_limit_may_be_a_ratio(stage):
    slug = stage.register(released=False, fairness=RATIO)
    assert refusal(stage, slug, groups=groups(ONE, FAR)).message_detail == "unfair"
    stage.propose(slug, groups=groups(ONE, NEAR))


def test_a_stricter_card_counts_for_a_model_that_waits_for_approval(stage):
    slug = stage.register(released=False)
    stage.propose(slug, groups=groups(ONE, FAR))
    stage.register_card(card_text(slug, fairness=LIMIT))
    with pytest.raises(psycopg.Error) as error:
        stage.approve(slug, version="1")
    assert error.value.diag.message_detail == "unfair"


# In operation


def test_a_limit_that_is_broken_in_operation_stops_the_system_until_a_better_model(stage, limited):
    stage.audited(limited, "Bakkelund", followed=12)
    stage.audited(limited, "Søndermarken", followed=2, overruled=10)
    assert stage.obstacles(limited) == []
    found = fairness.measure(system=limited)
    assert (found.broken, found.months, found.cases) == (True, 1, 24)
    assert (found.months, found.cases) == (1, 24)
    assert [(one["group"], one["count"], one["value"]) for one in found.measured] == [
        ("Bakkelund", "12", "1.0000"),
        ("Søndermarken", "12", "0.1667"),
    ]
    assert stage.obstacles(limited) == ["unfair"]
    (alarm,) = alarms.of(limited)
    assert (alarm.kind, alarm.effect, alarm.is_open) == ("unfair", "none", True)
    assert alarm.measured == {"months": "1", "cases": "24"}
    assert "mere forskelligt, end kortet tillader" in alarm.sentence
    assert stage.refused("permit", stage.asking(limited)) == "unfair"
    stage.propose(limited, version="2", groups=groups(ONE, NEAR))
    assert stage.obstacles(limited) == ["unfair"]
    stage.approve(limited, version="2")
    assert stage.obstacles(limited) == []


def test_what_was_measured_is_in_the_ledger_and_does_not_name_a_matter(stage, limited):
    stage.audited(limited, "Bakkelund", followed=11)
    stage.audited(limited, "Søndermarken", followed=11)
    found = fairness.measure(system=limited)
    event = RegistryEvent.objects.get(system_slug=limited, kind="group_measurement")
    row = GroupMeasurement.objects.get(system_id=limited)
    assert event.body["measured"] == row.measured == list(found.measured)
    assert event.body["verdicts"] == row.verdicts == list(found.verdicts)
    assert [one["state"] for one in found.verdicts] == ["held"]
    assert not alarms.of(limited).exists()
    assert "inquiry" not in str(event.body)


def test_too_few_is_said_and_stops_nothing(stage, limited):
    stage.audited(limited, "Bakkelund", followed=9)
    stage.audited(limited, "Søndermarken", followed=0, overruled=9)
    found = fairness.measure(system=limited)
    assert (found.measured, found.months, found.cases) == ((), 12, 18)
    assert [one["state"] for one in found.verdicts] == ["too_few"]
    assert stage.obstacles(limited) == []


def test_older_months_are_counted_where_the_last_has_too_few(stage, limited):
    stage.audited(limited, "Bakkelund", followed=12)
    stage.audited(limited, "Søndermarken", followed=0, overruled=12)
    forge(
        stage,
        "kernel_decision",
        "SET decided_at = decided_at - interval '2 months' WHERE system_id = %s"
        " AND choice = 'other'",
        limited,
    )
    found = fairness.measure(system=limited)
    assert (found.months, found.cases, found.broken) == (3, 24, True)


def test_another_models_decisions_do_not_count(stage, limited):
    stage.audited(limited, "Bakkelund", followed=10)
    stage.propose(limited, version="2", groups=groups(ONE, NEAR))
    stage.approve(limited, version="2")
    assert fairness.measure(system=limited).cases == 0


def test_figures_come_once_a_month_and_never_with_few_matters_between(stage, limited):
    stage.audited(limited, "Bakkelund", followed=10)
    fairness.measure(system=limited)
    assert refused(limited) == "measured"
    forge(
        stage,
        "kernel_groupmeasurement",
        "SET at = at - interval '40 days' WHERE system_id = %s",
        limited,
    )
    forge(
        stage,
        "kernel_decision",
        "SET decided_at = decided_at - interval '40 days' WHERE system_id = %s",
        limited,
    )
    stage.audited(limited, "Bakkelund", followed=1)
    assert refused(limited) == "too_few_new"
    stage.audited(limited, "Bakkelund", followed=9)
    assert fairness.measure(system=limited).cases >= 10


def refused(slug: str) -> str:
    with pytest.raises(Refused) as error:
        fairness.measure(system=slug)
    return error.value.code


def test_without_limits_or_release_there_is_nothing_to_measure(stage, slug):
    assert refused(stage.register()) == "no_limits"
    assert refused(slug) == "no_release"
    assert refused("findes_ikke") == "unknown_system"


# The vault


def test_what_no_limit_asks_for_is_not_kept(stage, limited):
    found = Subject(**stage.subject())
    both = {"district": "Bakkelund", "religion": "Ingen"}
    for groups in (both, {"district": "Søndermarken"}, {"district": "  "}):
        fairness.keep_for_audit(system=limited, subject=found, groups=groups)
    fairness.keep_for_audit(system=stage.register(), subject=found, groups=both)
    fairness.keep_for_audit(system="findes_ikke", subject=found, groups=both)
    rows = stage.owner.execute(
        'SELECT attribute, "group" FROM kernel_auditattribute WHERE subject_id = %s', (found.id,)
    ).fetchall()
    assert rows == [("district", "Bakkelund")]
    past = {"system": limited, "subject": found.as_json(), "groups": both}
    assert stage.refused("keep_for_audit", past) == "undeclared_data"
    assert stage.refused("keep_for_audit", past | {"system": "findes_ikke"}) == "unknown_system"


def test_the_application_cannot_read_who_belongs_to_which_group(stage, limited):
    stage.audited(limited, "Bakkelund", followed=1)
    for statement in (
        "SELECT * FROM kernel_auditattribute",
        "SELECT count(*) FROM kernel_auditattribute WHERE \"group\" = 'Bakkelund'",
        "SELECT kernel.measured_groups('x', 1, '{}', now())",
    ):
        assert stage.attempt(statement) == "42501"


def test_the_group_goes_when_its_matter_is_erased(stage, limited):
    subject = stage.subject()
    kept = {"system": limited, "subject": subject, "groups": {"district": "Bakkelund"}}
    stage.call("keep_for_audit", kept)
    by = {"user_id": stage.user_id("dorte"), "codex_sha256": stage.sha256}
    stage.call("erase", {"subject": subject, "reason": "Fristen er nået."} | by)
    left = stage.as_owner(
        "SELECT count(*) FROM kernel_auditattribute WHERE subject_id = %s", subject["id"]
    )
    assert left == 0
    assert stage.refused("keep_for_audit", kept) == "erased"


@pytest.mark.parametrize(
    ("found", "code"),
    [
        ({"district": 3}, "form"),
        ({"district": "  "}, "form"),
        ({"district": "x" * 81}, "form"),
        ({"district": "010190-1234"}, "cpr"),
        ([], "form"),
        ({}, "form"),
    ],
)
def test_a_group_that_is_no_name_is_not_kept(stage, limited, found, code):
    kept = {"system": limited, "subject": stage.subject(), "groups": found}
    assert stage.refused("keep_for_audit", kept) == code


# Each month, by the worker


def test_a_system_is_due_until_it_is_measured_and_again_with_a_new_card_or_month(stage, limited):
    def due():
        return fairness.is_due(limited)

    assert due()
    fairness.measure(system=limited)
    assert not due()
    stage.register_card(card_text(limited, fairness=LIMIT.replace("0.20", "0.30")))
    assert due()
    fairness.measure(system=limited)
    assert not due()
    forge(
        stage,
        "kernel_groupmeasurement",
        "SET at = at - interval '40 days' WHERE system_id = %s",
        limited,
    )
    assert due()


def test_a_system_without_limits_or_release_is_never_due(stage, slug):
    assert not fairness.is_due(slug)
    assert not fairness.is_due(stage.register())
