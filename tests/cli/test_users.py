# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What `kodeks user` refuses before anything is written."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError

from kodeks.casework import services as casework
from kodeks.cli import users


def test_the_password_of_a_program_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("en lang adgangskode\nresten\n"))
    assert users._new_password() == "en lang adgangskode"


@pytest.mark.parametrize("typed", ["", "\n", "kort\n", "123456789012345\n"])
def test_a_password_that_is_none_or_weak_is_refused(
    monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    with pytest.raises(users.UserProblem):
        users._new_password()


@pytest.mark.parametrize("prefix", ["", "05", "05.", "05.0", "05.01", "05.01.08"])
def test_the_beginning_of_a_kle_number_is_taken(prefix: str) -> None:
    assert users._kle_prefix(prefix) == prefix


@pytest.mark.parametrize("prefix", ["hej", "5.1", "05.01.08.1", "05-01", " "])
def test_what_begins_no_kle_number_is_refused(prefix: str) -> None:
    with pytest.raises(users.UserProblem, match="KLE"):
        users._kle_prefix(prefix)


def test_a_last_day_that_is_gone_is_refused() -> None:
    with pytest.raises(users.UserProblem, match="gået"):
        users._last_day(dt.datetime(2020, 1, 1))
    assert users._last_day(None) is None
    assert users._last_day(dt.datetime(2999, 1, 1)) == dt.date(2999, 1, 1)


@pytest.mark.django_db
def test_a_department_that_is_not_there_is_refused_with_those_that_are() -> None:
    casework.add_unit(code="VEJ-1", name="Vej")
    assert users._known_unit("VEJ-1") == "VEJ-1"
    assert users._known_unit("") == ""
    with pytest.raises(users.UserProblem, match="VEJ-1"):
        users._known_unit("nix")


def test_django_names_the_field_in_danish() -> None:
    with pytest.raises(users.UserProblem, match="Brugernavn: findes"), users._explained():
        raise ValidationError({"username": ["findes"]})
