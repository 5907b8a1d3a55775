# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Ways round the codex that are known and not yet shut, of any class.

A mark goes with its hole: while the hole is there the test must fail, and the run fails as soon as
it passes. Then the attempts belong in the module of their class.
"""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from attempts import Attempt, none_succeeds
from cases import DAY, Case, ready
from forgeries import TABLES, Statement, another, three_versions
from gate import (
    TURNED_AWAY,
    bare,
    call,
    django_as_owner,
    expire,
    forge,
    forged_for_now,
    untriggered,
)
from kernel_stage import today
from psycopg.types.json import Jsonb
from released import Released, predict

from kodeks.codex import dsse


@pytest.fixture
def case(stage: Any) -> Case:
    return ready(stage, deputy=True).fully_made()


# Clock


@pytest.mark.xfail(
    raises=AssertionError,
    reason="HOLE: kernel.gone_since takes the end of a right that has yet to begin for the day on"
    " which the post fell vacant, and so does facts._vacant_days; that day has not come, so the"
    " system runs without an owner",
)
def test_hole_a_right_that_begins_tomorrow_and_ends(stage: Any, case: Case) -> None:
    change = "SET valid_from = kernel.today() + 1, valid_until = kernel.today() + 30"
    forge(stage, "kernel_grant", f"{change} WHERE user_id = %s", case.manager)
    expire(stage, case.permit)
    attempts = [bare(name, stage.application, one) for name, one in case.gated.items()]
    doors = [Attempt(name=f"python {name}", try_=door) for name, door in case.doors]
    none_succeeds(stage, [*attempts, *doors], kind="clock", refusals=TURNED_AWAY)


@pytest.mark.xfail(
    raises=AssertionError,
    reason="HOLE: kernel.absent_since and facts.away_since look at the newest absence only, so one"
    " that is written anew each fortnight is never too long",
)
def test_hole_an_absence_that_is_written_anew(stage: Any, case: Case) -> None:
    for days in (40, 26, 13, 0):
        first = (today() - days * DAY).isoformat()
        stage.call("absence", {"user_id": case.manager, "first_day": first})
    attempts = [bare(name, stage.application, one) for name, one in case.gated.items()]
    doors = [Attempt(name=f"python {name}", try_=door) for name, door in case.doors]
    none_succeeds(stage, [*attempts, *doors], kind="clock", refusals=TURNED_AWAY)


@pytest.mark.xfail(
    raises=AssertionError,
    reason="BUG: kernel.check_moment lets through what PostgreSQL reads and Python does not (the"
    " citizen's page reads it again), and an offset out of range ends in an error that quotes it",
)
@pytest.mark.parametrize("moment", ["T24:00:00Z", "T09:30:60Z", "T09:30:00+16:00"])
def test_hole_moments_that_cannot_be_read_again(stage: Any, case: Case, moment: str) -> None:
    for form in (moment, moment.replace("Z", "+00:00").replace("+16:00", "-99:99")):
        payload = stage.proposal(case.slug, began_at=f"2026-01-05{form}")
        try:
            call(stage.application, "issue", payload)
        except TURNED_AWAY:
            continue
        except psycopg.Error as error:
            raise AssertionError("an error of the cast") from error
        raise AssertionError("let through")


# Owner


@pytest.mark.xfail(
    raises=AssertionError,
    reason="HOLE: kernel.answering strips blanks only (btrim), facts._post what Python calls white"
    " space, so a unit without a letter answers: permits are given and robots act for it; only the"
    " table of recommendations asks for a letter",
)
@pytest.mark.parametrize("unit", ["\t", "\n", "\u00a0", "\u2003", "\u200b", "-", "."])
def test_hole_a_unit_that_names_nobody(stage: Any, case: Case, unit: str) -> None:
    forge(stage, "kernel_assignment", "SET unit = %s WHERE system_id = %s", unit, case.slug)
    expire(stage, case.permit)
    wanted = ("permit", "permit-development", "accept", "unmask-robot")
    attempts = [bare(name, stage.application, case.gated[name]) for name in wanted]
    none_succeeds(stage, attempts, kind="owner", refusals=TURNED_AWAY)


@pytest.mark.xfail(
    raises=AssertionError,
    reason="HOLE: kernel.answering asks for a manager's name only in a vacancy, so a manager whose"
    " account has no full name answers namelessly",
)
def test_hole_a_manager_without_a_name(stage: Any, case: Case) -> None:
    stage.owner.execute("UPDATE kernel_user SET full_name = '' WHERE id = %s", (case.manager,))
    stage.assign(slug=case.slug, manager=case.manager)
    stage.attest(case.slug, by=case.manager)
    wanted = ("permit", "permit-development", "accept", "unmask-robot")
    attempts = [bare(name, stage.application, case.gated[name]) for name in wanted]
    none_succeeds(stage, attempts, kind="owner", refusals=TURNED_AWAY)


# Model


@pytest.mark.xfail(
    raises=AssertionError,
    reason="HOLE: kernel.decide refuses to follow a suggestion of a model that was taken back, but"
    " kernel.act lets the robot act by itself on it as soon as another model is in operation",
)
def test_hole_acting_by_itself_on_a_model_that_was_taken_back(stage: Any) -> None:
    found = Released(stage)
    found.release("1")
    case = found.case("1").made()
    found.release("2")
    stage.as_owner(
        "SELECT kernel.revoke_release(%s, '1', %s, 'Den er forkert.')", found.slug, found.manager
    )
    fresh = {"permit_id": stage.permit(found.slug)}
    function, payload = case.gated["act-by-itself"]
    attempts = [bare("by itself", stage.application, (function, payload | fresh))]
    none_succeeds(stage, attempts, kind="model", refusals=TURNED_AWAY)


@pytest.mark.xfail(
    raises=AssertionError,
    reason="HOLE: releases._verified asks for two registered signers, not which of them made the"
    " model and which answers for the system; nor is the permit of the row the one that was signed",
)
@pytest.mark.parametrize("forged", ["places exchanged", "approved by the officer", "permit"])
def test_hole_rows_that_python_does_not_compare(stage: Any, forged: str) -> None:
    first, second = three_versions(stage), another(stage)
    two = first.row("2")
    envelope = dsse.add_signature(
        dsse.parse(json.dumps(two.envelope)), signer=first.signers[first.officer]
    )
    approval = "UPDATE kernel_releaseapproval SET {} WHERE release_id = %s"
    release = "UPDATE kernel_release SET {} WHERE id = %s"
    statements: dict[str, list[Statement]] = {
        "places exchanged": [
            (release.format("author_id = %s"), (first.manager, two.pk)),
            (approval.format("approver_id = %s"), (first.technician, two.pk)),
        ],
        "approved by the officer": [
            (
                approval.format("approver_id = %s, envelope = %s"),
                (first.officer, Jsonb(json.loads(envelope.as_text())), two.pk),
            )
        ],
        "permit": [(release.format("permit_id = %s"), (second.row("5").permit_id, two.pk))],
    }
    permit = first.permit()

    def try_() -> object:
        with forged_for_now(*statements[forged]):
            return predict(permit)

    with untriggered(stage, *TABLES), django_as_owner(stage):
        one = Attempt(name=forged, try_=try_)
        none_succeeds(stage, [one], kind="model", refusals=TURNED_AWAY)
