# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The database's gate: somebody must answer for a system, and be there, day by day.

Days pass by `stage.days_later`; both gates are asked (`both`), and must agree.
"""

from __future__ import annotations

from typing import Any

import pytest
from gate import forge
from kernel_stage import today
from surveyed import DAY, both

from kodeks.kernel import selectors
from kodeks.kernel.models import Recommendation


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
