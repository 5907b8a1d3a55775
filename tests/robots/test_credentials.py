# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A robot's credentials: the newest counts, and the database alone opens none."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from kodeks.kernel import api as kernel
from kodeks.robots import credentials, flows
from kodeks.robots.errors import BusinessError, CredentialRefused
from kodeks.robots.models import Credential, Failure, Run

pytestmark = pytest.mark.django_db
SECRET = "et-hemmeligt-ord"


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


def test_one_that_is_missing_or_cannot_be_opened_is_for_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(BusinessError, match="kodeks robot credential set visitator esdh"):
        credentials.secret(robot="visitator", name="esdh")
    credentials.put(robot="visitator", name="esdh", secret=SECRET, made_by="prøve")

    def moved(**_: Any) -> str:
        raise kernel.SealingError("Nøglen mangler.")

    monkeypatch.setattr(kernel, "open_secret", moved)
    with pytest.raises(BusinessError, match="kan ikke åbnes") as caught:
        credentials.secret(robot="visitator", name="esdh")
    assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_an_old_secret_is_emptied_and_keeps_who_and_when() -> None:
    first = credentials.put(robot="visitator", name="esdh", secret=SECRET, made_by="anna")
    copy = kernel.SealedSecret(
        sealed=bytes(first.sealed), wrapped=bytes(first.wrapped), kek=first.kek
    )
    assert kernel.open_secret(place=credentials.PLACE, row=str(first.row), secret=copy) == SECRET
    credentials.put(robot="visitator", name="esdh", secret="ny", made_by="bo")
    old = Credential.objects.get(pk=first.pk)
    assert (bytes(old.sealed), bytes(old.wrapped), old.kek) == (b"", b"", 0)
    assert (old.made_by, old.emptied_by) == ("anna", "bo")
    assert old.emptied_at is not None
    assert [one.made_by for one in credentials.in_use(robot="visitator")] == ["bo"]
    assert credentials.remove(robot="visitator", name="esdh", removed_by="carl")
    assert not credentials.remove(robot="visitator", name="esdh", removed_by="carl")
    with pytest.raises(BusinessError, match="mangler"):
        credentials.secret(robot="visitator", name="esdh")
    assert Credential.objects.count() == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE robots_credential SET sealed = 'x'",
        "UPDATE robots_credential SET wrapped = 'x'",
        "UPDATE robots_credential SET sealed = '', wrapped = '', kek = 0, emptied_at = now()",
        "UPDATE robots_credential SET kek = kek + 1, emptied_by = 'x'",
        "UPDATE robots_credential SET made_by = 'x'",
        "UPDATE robots_credential SET robot = 'x'",
        "DELETE FROM robots_credential",
        "TRUNCATE robots_credential",
    ],
)
def test_the_database_lets_a_row_be_emptied_and_nothing_else(
    as_owner: psycopg.Connection, as_application: psycopg.Connection, statement: str
) -> None:
    credentials.put(robot="visitator", name="esdh", secret=SECRET, made_by="prøve")
    with pytest.raises(psycopg.Error):
        as_application.execute(statement)
    if "TRUNCATE" not in statement:
        with pytest.raises(psycopg.errors.RestrictViolation):
            as_owner.execute(statement)
    credentials.put(robot="visitator", name="esdh", secret="ny", made_by="prøve")
    with pytest.raises(psycopg.errors.RestrictViolation):
        as_owner.execute(
            "UPDATE robots_credential SET sealed = 'x', kek = 9 WHERE emptied_at IS NOT NULL"
        )


def test_secrets_in_use_are_wrapped_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    credentials.put(robot="visitator", name="esdh", secret="gammel", made_by="prøve")
    made = credentials.put(robot="visitator", name="esdh", secret=SECRET, made_by="prøve")
    rewrap = kernel.rewrap_secret

    def newer(**values: Any) -> kernel.SealedSecret:
        found = rewrap(**values)
        # As with a wrapping key of the next number, which only `rotate_keys` makes.
        return replace(found, kek=found.kek + 1)

    monkeypatch.setattr(kernel, "rewrap_secret", newer)
    assert credentials.rewrap() == 1
    row = Credential.objects.get(pk=made.pk)
    assert bytes(row.wrapped) != bytes(made.wrapped)
    assert row.kek == made.kek + 1


@pytest.mark.parametrize(
    "values", [{"secret": ""}, {"name": " "}, {"robot": "x" * 61}, {"name": ""}]
)
def test_what_is_no_credential_is_refused_without_telling_it(values: dict[str, str]) -> None:
    about = {"robot": "visitator", "name": "esdh", "secret": SECRET, "made_by": "prøve"}
    with pytest.raises(CredentialRefused) as caught:
        credentials.put(**about | values)
    assert SECRET not in f"{caught.value!r}"
    assert not Credential.objects.exists()


def test_a_run_that_uses_a_secret_tells_it_to_nobody(
    robot: Any, caplog: pytest.LogCaptureFixture
) -> None:
    credentials.put(robot="test-robot", name="esdh", secret=SECRET, made_by="prøve")
    calls: list[int] = []

    def careless(context: flows.StepContext) -> dict[str, Any]:
        secret = credentials.secret(robot="test-robot", name="esdh")
        calls.append(len(secret))
        raise RuntimeError(f"could not sign in with {secret}")

    robot.flow(careless)
    run = robot.start()
    with caplog.at_level(logging.DEBUG):
        robot.execute(run)
    assert calls == [len(SECRET)]
    kept = [*Run.objects.values(), *Failure.objects.values(), *Credential.objects.values()]
    assert SECRET not in caplog.text + str([one.__dict__ for one in caplog.records]) + str(kept)
    assert "RuntimeError" in caplog.text
