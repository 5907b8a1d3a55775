# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A robot's credentials: the newest counts, and the database alone opens none."""

from __future__ import annotations

import pytest

from kodeks.robots import credentials
from kodeks.robots.errors import BusinessError
from kodeks.robots.models import Credential

pytestmark = pytest.mark.django_db


def test_the_newest_secret_of_robot_and_name_is_given() -> None:
    for secret in ("første", "anden æøå"):
        credentials.put(robot="visitator", name="esdh", secret=secret, made_by="prøve")
    credentials.put(robot="post", name="esdh", secret="en andens", made_by="prøve")
    assert credentials.secret(robot="visitator", name="esdh") == "anden æøå"
    assert credentials.secret(robot="post", name="esdh") == "en andens"


def test_nothing_of_the_secret_stands_in_the_row() -> None:
    made = credentials.put(robot="visitator", name="esdh", secret="hemmelighed", made_by="prøve")
    row = Credential.objects.get(pk=made.pk)
    assert b"hemmelighed" not in bytes(row.sealed) + bytes(row.wrapped)
    assert "hemmelighed" not in repr(vars(row))


def test_one_that_is_missing_or_moved_is_for_a_person() -> None:
    with pytest.raises(BusinessError, match="kodeks robot credential set visitator esdh"):
        credentials.secret(robot="visitator", name="esdh")
    first = credentials.put(robot="visitator", name="esdh", secret="a", made_by="prøve")
    other = credentials.put(robot="visitator", name="mail", secret="b", made_by="prøve")
    Credential.objects.filter(pk=first.pk).update(
        sealed=other.sealed, wrapped=other.wrapped, kek=other.kek
    )
    with pytest.raises(BusinessError, match="kan ikke åbnes"):
        credentials.secret(robot="visitator", name="esdh")
