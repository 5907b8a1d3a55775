# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Rights: role x unit, for today only, and none for somebody who is not active."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from kernel_stage import today

from kodeks.kernel import access
from kodeks.kernel.models import User

DAY = dt.timedelta(days=1)


def user_with(
    stage, *grants: tuple[str, str, dt.date, dt.date | None], active: bool = True
) -> User:
    number = stage.new_user(active=active)
    for role, unit, valid_from, valid_until in grants:
        stage.owner.execute(
            "INSERT INTO kernel_grant (user_id, role, unit, kle_prefix, valid_from, valid_until,"
            " granted_at) VALUES (%s, %s, %s, '', %s, %s, now())",
            (number, role, unit, valid_from, valid_until),
        )
    return User.objects.get(pk=number)


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [
        (-1, None, True),
        (0, None, True),
        (0, 0, True),
        (-5, -1, False),
        (1, None, False),
        (1, 5, False),
    ],
)
def test_a_grant_holds_from_its_first_to_its_last_day(stage, starts, ends, holds):
    last = None if ends is None else today() + ends * DAY
    user = user_with(stage, ("caseworker", "", today() + starts * DAY, last))
    assert access.has_role(user, "caseworker") is holds
    assert access.roles_of(user) == (frozenset({"caseworker"}) if holds else frozenset())
    recommendation = stage.issued(stage.register())
    payload = stage.choice(recommendation, user_id=user.pk)
    if holds:
        stage.call("decide", payload)
    else:
        with pytest.raises(Exception, match="Kun en aktiv medarbejder"):
            stage.call("decide", payload)


def test_a_unit_limits_and_an_empty_unit_means_all(stage):
    park = user_with(stage, ("caseworker", "park", today(), None))
    anywhere = user_with(stage, ("caseworker", "", today(), None))
    assert access.has_role(park, "caseworker", unit="park")
    assert not access.has_role(park, "caseworker", unit="vej")
    assert access.has_role(park, "caseworker")
    assert access.has_role(anywhere, "caseworker", unit="vej")
    assert access.units_of(park, "caseworker") == {"park"}
    assert access.units_of(anywhere, "caseworker") is None
    assert access.units_of(anywhere, "system_owner") == frozenset()


def test_a_role_is_not_another_role(stage):
    user = user_with(stage, ("citizen", "", today(), None))
    assert not access.has_role(user, "caseworker")


def test_an_account_that_is_not_active_and_nobody_have_no_rights(stage):
    user = user_with(stage, ("caseworker", "", today(), None), active=False)
    for person in (user, AnonymousUser()):
        assert access.roles_of(person) == frozenset()
        assert not access.has_role(person, "caseworker")
        assert not access.grants(person).exists()


def test_the_demo_people_have_one_role_each(stage):
    for username, role in {
        "sofie": "caseworker",
        "merete": "system_owner",
        "dorte": "data_protection_officer",
        "anders": "administrator",
        "testine": "citizen",
    }.items():
        assert access.roles_of(stage.user(username)) == {role}
