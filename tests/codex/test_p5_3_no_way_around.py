# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clause P5.3: a break-in at the web server gives no right to get round the rules."""

from __future__ import annotations

import psycopg
import pytest
from kernel_stage import today

from kodeks.codex import bundle
from kodeks.codex.days import counts
from kodeks.kernel import api as kernel
from kodeks.kernel import authority, codices, stewardship

REASON = "Prøven er slut."
REQUIRED = [duty.kind for duty in bundle.shipped().duties if duty.stops and counts(duty, today())]


# The narrow role: what a burglar at the web server can say to the database


def test_the_role_can_ask_the_kernel(stage):
    assert stage.issued(stage.register())


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO kernel_switch SELECT * FROM kernel_switch",
        "INSERT INTO kernel_grant SELECT * FROM kernel_grant",
        "INSERT INTO kernel_codexrevision SELECT * FROM kernel_codexrevision",
        "UPDATE kernel_assignment SET manager_name = 'Mig'",
        "UPDATE kernel_evidence SET valid_to = '2099-01-01'",
        "UPDATE kernel_user SET is_superuser = true",
        "DELETE FROM kernel_recommendation",
        "TRUNCATE kernel_decision CASCADE",
        "ALTER TABLE kernel_decision DISABLE TRIGGER ALL",
        "CREATE OR REPLACE FUNCTION kernel.may(bigint, text[], text, text) RETURNS boolean"
        " LANGUAGE sql AS 'SELECT true'",
        "SELECT kernel.assign('inquiries', 'x', NULL, NULL)",
        "SELECT kernel.register_grant(1, 'system_owner', '', '', NULL)",
        "SELECT kernel.record_event('x', '', '{}')",
        "SELECT wrapped FROM kernel_vaultkey",
        "CREATE TEMP TABLE kernel_switch (running boolean)",
        "CREATE SCHEMA mine",
        "SET ROLE kodeks_owner",
        "SET session_replication_role = replica",
    ],
)
def test_it_can_say_nothing_else_and_nothing_is_written(stage, statement):
    before = stage.contents()
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        stage.application.execute(statement)
    assert stage.contents() == before


# The policies and the database: each refuses by itself


def test_the_database_refuses_whoever_has_got_past_the_policies(stage, monkeypatch):
    slug = stage.register()
    stage.switch(slug)
    monkeypatch.setattr(authority, "require", lambda *_, **__: stage.sha256)
    with pytest.raises(kernel.Refused) as refusal:
        stewardship.resume(system=slug, user=stage.user("anders"), reason=REASON)
    assert refusal.value.code == "no_right"
    assert stage.obstacles(slug) == ["stopped"]


def test_the_policies_refuse_whoever_has_got_past_the_database(stage, monkeypatch):
    """They never come as far as asking it."""
    slug = stage.register()
    stage.switch(slug)
    asked = []
    monkeypatch.setattr(stewardship.calls, "call", lambda *what: asked.append(what))
    with pytest.raises(kernel.Refused) as refusal:
        stewardship.resume(system=slug, user=stage.user("anders"), reason=REASON)
    assert refusal.value.code == "no_right"
    stewardship.resume(system=slug, user=stage.user("merete"), reason=REASON)
    assert [function for function, _ in asked] == ["resume"]


@pytest.mark.parametrize(
    ("hinder", "code"),
    [
        (lambda stage, slug: stage.switch(slug), "stopped"),
        (lambda stage, slug: stage.assign(slug=slug, manager=None), "no_owner"),
        (lambda stage, slug: stage.evidence(slug, kind="dpia", withdrawn=True), "no_dpia"),
    ],
    ids=["stopped", "no_owner", "no_dpia"],
)
def test_a_system_that_may_not_run_is_told_so_by_both(stage, hinder, code):
    slug = stage.register()
    hinder(stage, slug)
    verdict = authority.judge_run(
        codices.in_force(), system=slug, phase="operation", purpose="triage"
    )
    assert verdict.codes[0] == code
    asked = {"system": slug, "phase": "operation", "purpose": "triage"}
    assert stage.refused("permit", asked | {"codex_sha256": stage.sha256}) == code


@pytest.mark.parametrize("kind", REQUIRED)
def test_each_document_that_the_codex_requires_is_required_by_both(stage, kind):
    """What only the register asks for is in tests/kernel/test_survey_documents.py."""
    slug = stage.register(risk_class="high")
    learns = {"phase": "development", "purpose": "improvement"}
    use = learns if kind == "information_duty" else {"phase": "operation", "purpose": "triage"}
    assert authority.judge_run(codices.in_force(), system=slug, **use).allowed
    assert stage.obstacles(slug, **use) == []
    stage.evidence(slug, kind=kind, withdrawn=True)
    verdict = authority.judge_run(codices.in_force(), system=slug, **use)
    assert verdict.codes == (f"no_{kind}",)
    assert stage.obstacles(slug, **use) == [f"no_{kind}"]


# The policies are the codex's, and only a new edition changes them


def test_a_new_edition_changes_who_may_do_what(stage):
    slug = stage.register()
    stage.switch(slug)
    before = stage.content()["policies"]
    head, rule, rest = before.partition('@id("answers")')
    stricter = head + rule + rest.replace('"system_owner"', '"nobody"', 1)
    assert stricter != before
    try:
        stage.revise(policies=stricter)
        with pytest.raises(kernel.Refused) as refusal:
            stewardship.resume(system=slug, user=stage.user("merete"), reason=REASON)
        assert refusal.value.code == "no_right"
    finally:
        stage.revise(policies=before)
    stewardship.resume(system=slug, user=stage.user("merete"), reason=REASON)


def test_the_database_takes_no_verdict_by_an_edition_that_is_over(stage):
    slug, old = stage.register(), stage.sha256
    stage.switch(slug)
    stage.revise()
    payload = {"system": slug, "user_id": stage.user_id("merete"), "reason": REASON}
    assert stage.refused("resume", payload | {"codex_sha256": old}) == "codex_changed"


def test_what_no_rule_permits_is_denied(stage):
    about = kernel.About(system=stage.register())
    for username in ("merete", "dorte", "anders", "sofie", "testine"):
        assert not kernel.may(stage.user(username), "teleport", about=about)
