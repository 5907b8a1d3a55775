# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A database of one test module's own, where its tests may commit and register systems.

The application role cannot empty the kernel's tables, so each test uses a system of its own.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest

ARTEFACT = "a1" * 32
CARD = """
[system]
id = "{slug}"
name = "Prøvesystem"
purpose = "At prøve kernen."
summary = "Et system til prøver."
autonomy = "advise"
affected = "Ingen."
risk = "Ingen."
guidance = "Læs først selv."
complaint = "Skriv til kommunen."
[owner]
unit = "Prøveafdelingen"
manager = "Merete Demosen"
[purposes]
triage = "At finde afdelingen."
improvement = "At lære."
[[legal_basis]]
phase = "{phase}"
purpose = "triage"
data_category = "Almindelige oplysninger"
basis = "Artikel 6, stk. 1, litra e"
source = "Forordning (EU) 2016/679"
valid_from = {valid_from}
{valid_to}
[[data_source]]
name = "henvendelse"
supplier = "Borgeren selv"
[[data_source.fields]]
name = "text"
title = "Teksten"
purposes = ["triage"]
[[data_source.fields]]
name = "history"
title = "Tidligere henvendelser"
purposes = ["improvement"]
[robot]
name = "visitator"
title = "Robotten"
steps = ["journalise", "receipt"]
"""


def today() -> dt.date:
    """Today in Copenhagen, where the law's day begins."""
    return dt.datetime.now(ZoneInfo("Europe/Copenhagen")).date()


class Stage:
    """The module's database with an owner's and an application's bare connection."""

    def __init__(self, *, owner: psycopg.Connection, application: psycopg.Connection) -> None:
        self.owner = owner
        self.application = application

    @property
    def url(self) -> str:
        info = self.application.info
        return (
            f"postgresql://{info.user}:{info.password}@/{info.dbname}"
            f"?host={info.host}&port={info.port}"
        )

    def register(
        self,
        *,
        phase: str = "operation",
        valid_from: dt.date = dt.date(2018, 5, 25),
        valid_to: dt.date | None = None,
        released: bool = True,
    ) -> str:
        """Register a system of this test's own; returns its slug."""
        from kodeks.codex import card

        slug = "s" + uuid.uuid4().hex[:12]
        end = f"valid_to = {valid_to}" if valid_to else ""
        text = CARD.format(slug=slug, phase=phase, valid_from=valid_from, valid_to=end)
        self.as_owner("SELECT kernel.register_card(%s::jsonb)", json.dumps(card.load(text).content))
        if released:
            self.release(slug=slug, version="1", artefact=ARTEFACT)
        return slug

    def release(self, *, slug: str, version: str, artefact: str) -> None:
        self.as_owner("SELECT kernel.register_release(%s, %s, %s, '{}')", slug, version, artefact)

    def assign(self, *, slug: str, manager: str, unit: str = "Prøveafdelingen") -> None:
        self.as_owner("SELECT kernel.assign(%s, %s, %s)", slug, unit, manager)

    def user_id(self, username: str) -> int:
        row = self.owner.execute(
            "SELECT id FROM kernel_user WHERE username = %s", (username,)
        ).fetchone()
        return row[0]

    def user(self, username: str) -> Any:
        from kodeks.kernel.models import User

        return User.objects.get(username=username)

    def new_user(self, *, role: str = "", active: bool = True) -> int:
        """An account of this test's own, with a role that holds from today."""
        (number,) = self.owner.execute(
            "INSERT INTO kernel_user (password, is_superuser, username, first_name, last_name,"
            " email, is_staff, is_active, date_joined, full_name, title)"
            " VALUES ('!', false, %s, '', '', '', false, %s, now(), 'Prøve Prøvesen', 'Prøve')"
            " RETURNING id",
            ("u" + uuid.uuid4().hex[:12], active),
        ).fetchone()
        if role:
            self.as_owner("SELECT kernel.register_grant(%s, %s, '', '', NULL)", number, role)
        return number

    def as_owner(self, statement: str, *values: object) -> Any:
        row = self.owner.execute(statement, values).fetchone()
        return None if row is None else row[0]

    def call(self, function: str, payload: dict[str, Any]) -> Any:
        """Call a kernel function as the application role, past Django and past our services."""
        row = self.application.execute(
            f"SELECT kernel.{function}(%s::jsonb)", (json.dumps(payload),)
        ).fetchone()
        return None if row is None else row[0]

    def proposal(self, slug: str, **changes: Any) -> dict[str, Any]:
        """A payload for kernel.issue that is in order, but for `changes`."""
        return {
            "system": slug,
            "key": uuid.uuid4().hex,
            "subject": {"type": "inquiry", "id": uuid.uuid4().hex},
            "purpose": "triage",
            "suggestion": {"label": "rotter"},
            "confidence": "0.910000",
            "alternatives": [{"value": "stoej", "confidence": "0.050000"}],
            "data_used": [
                {
                    "source": "henvendelse",
                    "field": "text",
                    "value": "Der er rotter i gården.",
                    "fetched_at": "2026-01-05T09:30:00+00:00",
                }
            ],
            "considerations": [
                {"text": "ordet rotter", "weight": "1.5", "direction": "for", "rule": ""}
            ],
            "artefact_sha256": ARTEFACT,
        } | changes

    def issued(self, slug: str, **changes: Any) -> uuid.UUID:
        return self.call("issue", self.proposal(slug, **changes))

    def choice(self, recommendation_id: uuid.UUID, /, **changes: Any) -> dict[str, Any]:
        """A payload for kernel.decide that is in order, but for `changes`."""
        return {
            "recommendation_id": str(recommendation_id),
            "user_id": self.user_id("sofie"),
            "choice": "accept",
            "outcome": {"label": "rotter"},
            "own_consideration": "Borgeren nævner rotter.",
        } | changes

    def decided(self, slug: str) -> uuid.UUID:
        return self.call("decide", self.choice(self.issued(slug)))

    def step(self, decision_id: uuid.UUID, /, **changes: Any) -> dict[str, Any]:
        """A payload for kernel.act that is in order, but for `changes`."""
        return {
            "decision_id": str(decision_id),
            "robot": "visitator",
            "run_id": str(uuid.uuid4()),
            "step": "journalise",
            "result": {"journal": "1"},
        } | changes

    def switch(self, slug: str, *, by: str = "merete", verb: str = "stop") -> None:
        self.call(
            verb, {"system": slug, "user_id": self.user_id(by), "reason": "Forslagene er forkerte."}
        )

    def attempt(self, *statements: str) -> str | None:
        """The SQLSTATE with which the application role's last statement is refused."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements[:-1]:
                connection.execute(statement)
            with pytest.raises(psycopg.Error) as error:
                connection.execute(statements[-1])
        return error.value.sqlstate

    def refused(self, function: str, payload: dict[str, Any], *before: str) -> str | None:
        """The code with which a kernel function refuses, after the statements `before`."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in before:
                connection.execute(statement)
            with pytest.raises(psycopg.Error) as error:
                connection.execute(f"SELECT kernel.{function}(%s::jsonb)", (json.dumps(payload),))
        return error.value.diag.message_detail

    def contents(self) -> dict[str, tuple[int, str]]:
        """Number of rows and a digest of each kernel table: equal means nothing was written."""
        tables = self.owner.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND (tablename LIKE 'kernel\\_%' OR tablename = 'django_migrations')"
        ).fetchall()
        return {
            name: self.owner.execute(
                f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
                f" FROM {name} AS t"
            ).fetchone()
            for (name,) in tables
        }


@pytest.fixture(scope="module")
def stage(
    databases: Any, worker_database: str, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Stage]:
    """A fresh database that Django is pointed at while the module runs."""
    from django.db import connections

    name = f"{worker_database}_stage"
    databases.copy(name)
    with django_db_blocker.unblock():
        databases.connect_django(name)
        with (
            psycopg.connect(databases.url("owner", name), autocommit=True) as owner,
            psycopg.connect(databases.url("application", name), autocommit=True) as application,
        ):
            yield Stage(owner=owner, application=application)
        connections.close_all()
        databases.connect_django(worker_database)


@pytest.fixture(scope="module")
def filled(stage: Stage) -> Stage:
    """At least one row in each kernel table that attempts are made on."""
    from kodeks.kernel import sequencer

    slug = stage.register()
    stage.call("act", stage.step(stage.decided(slug)))
    stage.switch(slug)
    stage.switch(slug, verb="resume")
    sequencer.integrate()
    return stage


@pytest.fixture
def intact(filled: Stage) -> Iterator[Stage]:
    """Runs the test, then checks that it wrote nothing."""
    before = filled.contents()
    yield filled
    assert filled.contents() == before
