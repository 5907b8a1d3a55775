# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The database's gate: what must be in place before a system may do anything, day by day.

Days pass by `stage.days_later`; both gates are asked (`both`), and must agree.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest
from gate import forge
from kernel_stage import card_text, today

from kodeks.codex.days import months_after
from kodeks.kernel import authority, codices, selectors
from kodeks.kernel.models import Evidence, Recommendation

DAY = dt.timedelta(days=1)


def both(stage, slug: str, *, phase: str = "operation", purpose: str = "triage") -> list[str]:
    """The obstacles that the database sees; the policies allow when there are none."""
    found = stage.obstacles(slug, phase=phase, purpose=purpose)
    verdict = authority.judge_run(codices.in_force(), system=slug, phase=phase, purpose=purpose)
    codes = set(verdict.codes)
    if "no_owner" in found:
        # Where nobody answers, the database does not ask whether they have confirmed it.
        codes.discard("not_attested")
    assert codes == {SAME_RULE.get(one, one) for one in found}
    assert verdict.allowed == (found == [])
    return found


SAME_RULE = {"barred": "no_basis", "autonomy": "no_basis"}
"""Where the database tells apart what the policies see as one."""


def days(until: dt.date) -> int:
    return (until - today()).days


def test_a_system_that_has_everything_has_no_obstacles(stage):
    slug = stage.register()
    for phase, purpose in (
        ("operation", "triage"),
        ("development", "improvement"),
        ("retraining", "improvement"),
    ):
        assert both(stage, slug, phase=phase, purpose=purpose) == []


def test_a_system_that_has_nothing_is_told_all_of_it_and_the_first_counts(stage):
    slug = stage.register(ready=False)
    stage.switch(slug)
    found = both(stage, slug)
    assert found[:2] == ["stopped", "no_owner"]
    assert found[-1] == "no_release"
    assert {"no_dpia", "no_dpo_opinion", "no_test_report", "no_oversight_pilot"} <= set(found)
    with pytest.raises(psycopg.Error) as error:
        stage.permit(slug)
    assert error.value.sqlstate == "KDSTP"
    assert error.value.diag.message_detail == "stopped"
    assert "Arbejd videre uden forslag" in error.value.diag.message_primary


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("findes-ikke", "operation", "triage"), "unknown_system"),
        (("inquiries", "retirement", "triage"), "unknown_phase"),
        (("inquiries", "operation", "marketing"), "unknown_purpose"),
    ],
)
def test_what_does_not_exist_is_refused(stage, arguments, code):
    with pytest.raises(psycopg.Error) as error:
        stage.application.execute("SELECT kernel.obstacles(%s, %s, %s)", arguments)
    assert error.value.sqlstate == "KDREF"
    assert error.value.diag.message_detail == code


# Who answers


@pytest.fixture
def owner(stage):
    """A system owner of this test's own, with a system that they answer for."""

    def make(*, deputy: int | None = None, **card: str) -> tuple[str, int]:
        number = stage.new_user(role="system_owner")
        slug = stage.register(**card)
        stage.assign(slug=slug, manager=number, deputy=deputy)
        stage.attest(slug, by=number)
        return slug, number

    return make


def test_with_an_empty_unit_nobody_answers(stage, owner):
    slug, number = owner()
    stage.assign(slug=slug, manager=number, unit=" ")
    assert both(stage, slug) == ["no_owner"]


def test_a_vacancy_stops_at_once(stage, owner):
    slug, _ = owner()
    stage.assign(slug=slug, manager=None)
    assert "no_owner" in both(stage, slug)


def test_why_nobody_answers_is_told(stage, owner):
    slug, number = owner()

    def why() -> str:
        return selectors.obstacles(slug, purpose="triage")[0].sentence

    first_day = (today() - 40 * DAY).isoformat()
    stage.call("absence", {"user_id": number, "first_day": first_day})
    assert why().startswith("Lederen er fraværende og har ingen stedfortræder.")
    stage.assign(slug=slug, manager=None)
    assert why().startswith("Systemet har ingen ansvarlig leder.")
    stage.assign(slug=slug, manager=number, unit=".")
    assert why().startswith("Systemet har ingen ansvarlig enhed.")
    stage.owner.execute("UPDATE kernel_user SET full_name = '.' WHERE id = %s", (number,))
    stage.assign(slug=slug, manager=number)
    assert why().startswith("Systemet har ingen ansvarlig leder med et navn.")


def test_a_manager_whose_account_is_closed_has_left(stage, owner):
    slug, number = owner()
    stage.owner.execute("UPDATE kernel_user SET is_active = false WHERE id = %s", (number,))
    assert both(stage, slug) == ["no_owner"]
    stage.owner.execute("UPDATE kernel_user SET is_active = true WHERE id = %s", (number,))
    assert both(stage, slug) == []


def test_a_manager_whose_role_was_taken_has_left(stage, owner):
    slug, number = owner()
    stage.as_owner("SELECT kernel.revoke_grants(%s, 'system_owner')", number)
    assert both(stage, slug) == ["no_owner"]


def test_a_role_that_ends_ends_on_its_day(stage, owner):
    slug, number = owner()
    stage.as_owner("SELECT kernel.revoke_grants(%s, 'system_owner')", number)
    stage.as_owner(
        "SELECT kernel.register_grant(%s, 'system_owner', '', '', %s)", number, today() + 3 * DAY
    )
    with stage.days_later(3):
        assert both(stage, slug) == []
    with stage.days_later(4):
        assert both(stage, slug) == ["no_owner"]


def test_the_codex_may_leave_days_before_a_vacancy_stops(stage, owner):
    limits = {**stage.codex["content"]["limits"], "vacancy_days": 5}
    before = stage.codex["content"]["limits"]
    stage.revise(limits=limits)
    slug, number = owner()
    stage.as_owner("SELECT kernel.revoke_grants(%s, 'system_owner')", number)
    # The right ended yesterday, so today is the first day.
    with stage.days_later(4):
        assert both(stage, slug) == []
        payload = stage.proposal(slug)
        issued = Recommendation.objects.get(id=stage.call("issue", payload))
        assert issued.body["owner"]["manager"] == "Prøve Prøvesen"
    with stage.days_later(5):
        assert both(stage, slug) == ["no_owner"]
    # Of several rights that have ended it is the last that counts.
    forge(stage, "kernel_grant", "SET valid_from = '2020-01-01' WHERE user_id = %s", number)
    forge(stage, "kernel_grant", "SET valid_until = %s WHERE user_id = %s", today() - DAY, number)
    stage.owner.execute(
        "INSERT INTO kernel_grant (user_id, role, unit, kle_prefix, valid_from, valid_until,"
        " granted_at) VALUES (%s, 'system_owner', '', '', '2020-01-01', '2021-01-01', now())",
        (number,),
    )
    assert both(stage, slug) == []
    stage.revise(limits=before)
    assert both(stage, slug) == ["no_owner"]


def absent(stage, user: int, first: int, last: int | None) -> None:
    payload: dict[str, Any] = {
        "user_id": user,
        "first_day": (today() + first * DAY).isoformat(),
    }
    if last is not None:
        payload["last_day"] = (today() + last * DAY).isoformat()
    stage.call("absence", payload)


@pytest.mark.parametrize(
    ("first", "last", "later", "runs"),
    [
        (0, None, 0, True),
        (0, None, 13, True),
        (0, None, 14, False),
        (0, 20, 14, False),
        (0, 20, 20, False),
        (0, 20, 21, True),
        (0, 13, 14, True),
        (1, None, 14, True),
        (1, None, 15, False),
        (-13, None, 0, True),
        (-14, None, 0, False),
        (-30, -1, 0, True),
    ],
)
def test_an_absence_without_a_deputy_stops_after_the_codexs_days(
    stage, owner, first, last, later, runs
):
    """Fourteen days in this codex, of which the first counts."""
    slug, number = owner()
    absent(stage, number, first, last)
    with stage.days_later(later):
        assert both(stage, slug) == ([] if runs else ["no_owner"])


def test_the_newest_entry_of_an_absence_counts(stage, owner):
    slug, number = owner()
    absent(stage, number, -30, None)
    assert both(stage, slug) == ["no_owner"]
    absent(stage, number, -30, -1)
    assert both(stage, slug) == []


@pytest.mark.parametrize(
    ("entries", "runs"),
    [
        # Written anew each fortnight, it is one absence of 41 days.
        ([(-40, None), (-26, None), (-13, None), (0, None)], False),
        ([(-40, -20), (-19, None)], False),
        # A day at work between two of them.
        ([(-40, -2), (0, None)], True),
        # The end of the first was put in afterwards.
        ([(-40, None), (-40, -10), (-5, None)], True),
        ([(-40, None), (5, None)], False),
        # A sick week that was written later does not cancel the holiday it does not touch.
        ([(-20, 20), (-35, -30)], False),
        ([(-20, 20), (30, 40)], False),
        # One that touches it takes its place from its own first day on.
        ([(-20, 20), (-3, -1)], True),
        ([(-20, 20), (-20, -10)], True),
        # Though it touches it with one day only.
        ([(-20, None), (-30, -20)], True),
        ([(-20, None), (-30, -21)], False),
    ],
)
def test_an_absence_that_is_written_anew_does_not_begin_anew(stage, owner, entries, runs):
    slug, number = owner()
    for first, last in entries:
        absent(stage, number, first, last)
    assert both(stage, slug) == ([] if runs else ["no_owner"])


def test_a_role_that_has_yet_to_begin_answers_for_nothing(stage, owner):
    slug, number = owner()
    stage.as_owner("SELECT kernel.revoke_grants(%s, 'system_owner')", number)
    with stage.rewriting("grant"):
        stage.owner.execute(
            "UPDATE kernel_grant SET valid_from = %s, valid_until = %s WHERE user_id = %s",
            (today() + DAY, today() + 30 * DAY, number),
        )
    assert both(stage, slug) == ["no_owner"]


@pytest.mark.parametrize("name", ["", " ", "\t", "\u00a0", "\u2003", "\u200b", "-", "."])
def test_a_unit_or_a_manager_without_a_letter_is_nobody(stage, owner, name):
    slug, number = owner()
    stage.owner.execute("UPDATE kernel_user SET full_name = %s WHERE id = %s", (name, number))
    stage.assign(slug=slug, manager=number)
    stage.attest(slug, by=number)
    assert both(stage, slug) == ["no_owner"]
    stage.assign(slug=slug, unit=name)
    stage.attest(slug)
    assert both(stage, slug) == ["no_owner"]


def test_a_deputy_answers_in_the_managers_place_and_name(stage, owner):
    bodil = stage.user_id("bodil")
    slug, number = owner(deputy=bodil)
    assert Recommendation.objects.get(id=stage.issued(slug)).body["owner"] == {
        "unit": "Prøveafdelingen",
        "manager": "Prøve Prøvesen",
    }
    absent(stage, number, -30, None)
    assert both(stage, slug) == []
    assert Recommendation.objects.get(id=stage.issued(slug)).body["owner"] == {
        "unit": "Prøveafdelingen",
        "manager": "Bodil Attrapsen",
        "deputy_for": "Prøve Prøvesen",
    }


def test_a_deputy_who_is_away_or_has_left_does_not(stage, owner):
    deputy = stage.new_user(role="system_owner")
    slug, number = owner(deputy=deputy)
    absent(stage, number, -30, None)
    absent(stage, deputy, 0, 3)
    assert both(stage, slug) == ["no_owner"]
    with stage.days_later(4):
        assert both(stage, slug) == []
    absent(stage, deputy, -2, -1)
    stage.as_owner("SELECT kernel.revoke_grants(%s, 'system_owner')", deputy)
    assert both(stage, slug) == ["no_owner"]


# Attestation


def test_the_manager_confirms_again_every_six_months(stage):
    slug = stage.register(linkings=[])
    last = days(months_after(today(), 6))
    # Documents hold for 300 days, supervision is due after three months: done again in between.
    with stage.days_later(last):
        assert [one for one in both(stage, slug) if one != "supervision"] == []
    with stage.days_later(last + 1):
        assert [one for one in both(stage, slug) if one != "supervision"] == ["not_attested"]


def test_the_newest_confirmation_counts(stage):
    slug = stage.register()
    forge(
        stage, "kernel_attestation", "SET at = at - interval '7 months' WHERE system_id = %s", slug
    )
    assert both(stage, slug) == ["not_attested"]
    stage.attest(slug)
    assert both(stage, slug) == []


def test_what_is_in_the_way_is_not_read_from_an_old_snapshot(stage):
    slug = stage.register()
    with psycopg.connect(stage.url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        with pytest.raises(psycopg.Error) as error:
            connection.execute("SELECT kernel.obstacles(%s, 'operation', 'triage')", (slug,))
    assert error.value.diag.message_detail == "isolation"


def test_a_new_assignment_is_confirmed_anew(stage):
    slug = stage.register()
    stage.assign(slug=slug, deputy="bodil")
    assert both(stage, slug) == ["not_attested"]
    stage.attest(slug, by="bodil")
    assert both(stage, slug) == []


# Supervision


def check(stage, slug: str, *, passed: bool, task: str = "quality") -> None:
    stage.call(
        "supervise",
        {
            "system": slug,
            "task": task,
            "user_id": stage.user_id("dorte"),
            "passed": passed,
            "finding": "Ti forslag er set igennem.",
            "codex_sha256": stage.sha256,
        },
    )


def test_supervision_that_lapses_stops_the_system(stage):
    slug = stage.register()
    due = days(months_after(today(), 3))
    with stage.days_later(due):
        assert both(stage, slug) == []
    with stage.days_later(due + 1):
        assert both(stage, slug) == ["supervision"]


def test_the_codex_may_leave_days_after_supervision_was_due(stage):
    before = stage.codex["content"]["limits"]
    stage.revise(limits={**before, "supervision_grace_days": 10})
    try:
        slug = stage.register()
        due = days(months_after(today(), 3))
        with stage.days_later(due + 10):
            assert both(stage, slug) == []
        with stage.days_later(due + 11):
            assert both(stage, slug) == ["supervision"]
    finally:
        stage.revise(limits=before)


def test_supervision_that_found_faults_stops_it_until_it_passes(stage):
    slug = stage.register()
    check(stage, slug, passed=False)
    assert both(stage, slug) == ["supervision"]
    check(stage, slug, passed=True)
    assert both(stage, slug) == []


def test_supervision_is_of_each_task_and_each_system(stage):
    slug, other = stage.register(), stage.register()
    second = '[[supervision]]\ntask = "reach"\ntitle = "Når de alle?"\nevery_months = 1\n'
    stage.register_card(card_text(slug).replace("[robot]", second + "[robot]"))
    check(stage, other, passed=False)
    assert both(stage, slug) == []
    check(stage, slug, passed=False)
    check(stage, slug, passed=True, task="reach")
    assert both(stage, slug) == ["supervision"]
    check(stage, slug, passed=True)
    check(stage, slug, passed=False, task="reach")
    assert both(stage, slug) == ["supervision"]


# Incidents


def report(stage, slug: str, kind: str, hours: float) -> str:
    aware = dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours)
    return str(
        stage.call(
            "report_incident",
            {
                "system": slug,
                "kind": kind,
                "aware_at": aware.isoformat(),
                "description": "Breve er sendt til forkerte.",
                "user_id": stage.user_id("sofie"),
                "codex_sha256": stage.sha256,
            },
        )
    )


def handle(stage, incident: str, step: str) -> None:
    stage.call(
        "handle_incident",
        {
            "incident_id": incident,
            "step": step,
            "text": "Indberettet med nummer 17.",
            "user_id": stage.user_id("dorte"),
            "codex_sha256": stage.sha256,
        },
    )


@pytest.mark.parametrize(
    ("kind", "hours"),
    [("death", 240), ("widespread", 48), ("serious", 360), ("data_breach", 72)],
)
def test_an_incident_that_is_not_reported_in_time_stops_the_system(stage, kind, hours):
    """AI Act art. 73(2)-(4): 15, 2 and 10 days; GDPR art. 33(1): 72 hours."""
    slug = stage.register()
    report(stage, slug, kind, hours - 1)
    assert both(stage, slug) == []
    late = report(stage, slug, kind, hours + 1)
    assert both(stage, slug) == ["incident"]
    for step in ("note", "mended"):
        handle(stage, late, step)
        assert both(stage, slug) == ["incident"]
    handle(stage, late, "reported")
    assert both(stage, slug) == []


def test_a_dismissed_incident_and_one_without_a_clock_stop_nothing(stage):
    slug = stage.register()
    report(stage, slug, "other", 10_000)
    assert both(stage, slug) == []
    late = report(stage, slug, "serious", 400)
    handle(stage, late, "dismissed")
    assert both(stage, slug) == []


# Evidence

OPERATION = {
    "risk_classification",
    "dpia",
    "dpo_opinion",
    "consequence_analysis",
    "test_report",
    "oversight_pilot",
    "employee_involvement",
    "service_measurement",
    "time_study",
}


@pytest.mark.parametrize(
    ("risk", "phase", "purpose", "kinds"),
    [
        ("limited", "operation", "triage", OPERATION),
        ("high", "operation", "triage", OPERATION | {"fria"}),
        (
            "minimal",
            "operation",
            "triage",
            OPERATION - {"consequence_analysis", "oversight_pilot"},
        ),
        (
            "limited",
            "development",
            "improvement",
            {"dpia", "dpo_opinion", "information_duty"},
        ),
        ("high", "retraining", "improvement", {"dpia", "dpo_opinion", "information_duty"}),
    ],
)
def test_which_documents_a_system_must_have(stage, risk, phase, purpose, kinds):
    slug = stage.register(ready=False, risk_class=risk)
    stage.assign(slug=slug)
    stage.attest(slug)
    found = both(stage, slug, phase=phase, purpose=purpose)
    assert {one for one in found if one != "no_release"} == {f"no_{kind}" for kind in kinds}


@pytest.mark.parametrize(("first", "last", "asked"), [(0, 0, True), (1, 9, False), (-9, -1, False)])
def test_a_duty_asks_from_its_first_to_its_last_day(stage, first, last, asked):
    slug, content = stage.register(), stage.content()
    before = content["duties"]
    stage.evidence(slug, kind="dpia", withdrawn=True)
    period = {"valid_from": str(today() + first * DAY), "valid_to": str(today() + last * DAY)}
    changed = [duty | (period if duty["kind"] == "dpia" else {}) for duty in before]
    stage.register_codex(content | {"duties": changed})
    try:
        assert both(stage, slug) == (["no_dpia"] if asked else [])
    finally:
        stage.register_codex(stage.content() | {"duties": before})


def test_a_document_that_stops_nothing_is_taken_and_never_an_obstacle(stage):
    slug = stage.register(risk_class="high")
    shown = {duty.kind for duty in codices.in_force().duties if not duty.stops}
    assert not Evidence.objects.filter(system_id=slug, kind__in=shown).exists()
    for phase, purpose in (("operation", "triage"), ("development", "improvement")):
        assert both(stage, slug, phase=phase, purpose=purpose) == []
    for kind in shown:
        stage.evidence(slug, kind=kind, withdrawn=True)
    assert set(Evidence.objects.filter(system_id=slug).values_list("kind", flat=True)) >= shown
    assert both(stage, slug) == []


def test_what_the_law_asks_of_high_risk_stops_from_the_laws_first_day(stage):
    high, low, content = stage.register(risk_class="high"), stage.register(), stage.content()
    before = content["duties"]
    to_come = {duty["kind"] for duty in before if duty["valid_from"] == "2027-12-02"}
    to_come -= {"document_archive"}
    assert len(to_come) == 9
    assert both(stage, high) == []
    begun = {"valid_from": str(today())}
    changed = [duty | (begun if duty["kind"] in to_come else {}) for duty in before]
    stage.register_codex(content | {"duties": changed})
    try:
        assert set(both(stage, high)) == {f"no_{kind}" for kind in to_come}
        assert both(stage, high, phase="development", purpose="improvement") == []
        assert both(stage, low) == []
        stage.evidence(high)
        assert both(stage, high) == []
    finally:
        stage.register_codex(stage.content() | {"duties": before})


def test_a_field_that_is_barred_stops_only_the_purpose_it_is_declared_for(stage):
    slug, other, content = stage.register(), stage.register(), stage.content()
    stage.register_card(card_text(other).replace("Tidligere henvendelser", "Andre breve"))
    word = {"id": "zzz", "title": "Prøve", "words": ["tidligere"]}
    stage.register_codex(content | {"protected": [*content["protected"], word]})
    learning = {"phase": "development", "purpose": "improvement"}
    try:
        assert both(stage, slug) == []
        assert both(stage, slug, **learning) == ["protected_field"]
        assert both(stage, other, **learning) == []
    finally:
        stage.register_codex(stage.content() | {"protected": content["protected"]})
    assert both(stage, slug, **learning) == []


def test_without_personal_data_only_the_other_documents_are_asked_for(stage):
    slug = stage.register(bases=[{"data_category": "none"}], ready=False)
    text = card_text(slug).replace('category = "ordinary"', 'category = "none"')
    stage.register_card(text)
    stage.assign(slug=slug)
    stage.attest(slug)
    found = both(stage, slug)
    wanted = OPERATION - {"dpia", "dpo_opinion"}
    assert {one for one in found if one != "no_release"} == {f"no_{kind}" for kind in wanted}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (None, "Der mangler et bilag: "),
        ({"withdrawn": True}, "Et bilag er trukket tilbage: "),
        ({"valid_to": dt.date(2026, 1, 2), "valid_from": dt.date(2026, 1, 1)},
         "Et bilag gælder ikke i dag: "),
    ],
)  # fmt: skip
def test_it_is_told_what_is_wrong_with_a_document(stage, changes, words):
    slug = stage.register(ready=False)
    stage.assign(slug=slug)
    if changes is not None:
        stage.evidence(slug, kind="dpia", **changes)
    (told,) = stage.application.execute(
        "SELECT kernel.obstacles(%s, 'operation', 'triage')", (slug,)
    ).fetchone()
    (one,) = (one for one in told if one["code"] == "no_dpia")
    assert one["sentence"].startswith(words)


@pytest.mark.parametrize("kind", sorted(OPERATION))
def test_each_document_counts_from_its_first_to_its_last_day(stage, kind):
    slug = stage.register()
    stage.evidence(slug, kind=kind, valid_from=today() + 2 * DAY, valid_to=today() + 5 * DAY)
    for later, runs in ((1, False), (2, True), (5, True), (6, False)):
        with stage.days_later(later):
            assert both(stage, slug) == ([] if runs else [f"no_{kind}"])


def test_a_document_that_is_withdrawn_counts_no_more(stage):
    slug = stage.register()
    stage.evidence(slug, kind="dpia", withdrawn=True)
    assert both(stage, slug) == ["no_dpia"]
    stage.evidence(slug, kind="dpia")
    assert both(stage, slug) == []


# Releases


def test_the_newest_release_counts_and_a_revoked_one_leaves_none(stage):
    slug = stage.register()
    stage.release(slug=slug, version="2", artefact="b2" * 32)
    manager = stage.user_id("merete")
    stage.as_owner("SELECT kernel.revoke_release(%s, '2', %s, 'Den var forkert.')", slug, manager)
    assert both(stage, slug) == ["release_revoked"]
    # Not back to the first by itself; a third is a decision.
    stage.release(slug=slug, version="3", artefact="a1" * 32)
    assert both(stage, slug) == []


def test_a_proposal_is_no_release(stage):
    slug = stage.register(released=False)
    stage.propose(slug)
    assert both(stage, slug) == ["no_release"]
    assert both(stage, slug, phase="development", purpose="improvement") == []


def test_the_sentences_are_danish_and_complete(stage):
    slug = stage.register(ready=False)
    for one in stage.as_owner("SELECT kernel.obstacles(%s, 'operation', 'triage')", slug):
        assert one["sentence"].endswith(".")
        assert one["sentence"][0].isupper()
