# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Django's models as the application role: code that writes the kernel's tables past its door."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attempts import Attempt, none_succeeds
from bypass_orm import all_models, in_atomic, on_fields, on_relations, on_rows, one_of
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, models
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Exists, Max, OuterRef, Subquery

from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import Decision, Grant, ReleaseKey, System, User, VaultKey
from kodeks.robots.models import Run, Status, StepRecord

REFUSALS = (DatabaseError,)


@pytest.fixture(scope="module", autouse=True)
def _elsewhere(stage) -> Iterator[None]:
    """A second name for the same database, in case a write is only guarded under the first."""
    connections["elsewhere"] = connections["default"].copy("elsewhere")
    connections.databases["elsewhere"] = connections["elsewhere"].settings_dict
    yield
    connections["elsewhere"].close()
    del connections.databases["elsewhere"]
    del connections["elsewhere"]


def _each(stage, make: Callable[[models.Model], Iterator[Attempt]]) -> Iterator[Attempt]:
    for model in all_models():
        yield from make(one_of(model, stage.owner))


def test_no_field_is_changed(filled):
    found = _each(filled, on_fields)
    assert none_succeeds(filled, found, kind="orm", refusals=REFUSALS) > 2000


def test_no_row_or_table_is_made_or_deleted(filled):
    found = _each(filled, on_rows)
    assert none_succeeds(filled, found, kind="orm", refusals=REFUSALS) > 1200


def test_nothing_is_written_through_what_hangs_on_a_row(filled):
    found = _each(filled, on_relations)
    assert none_succeeds(filled, found, kind="orm", refusals=REFUSALS) > 70


def test_nobody_gets_groups_or_permissions(filled):
    """They would mean nothing to the kernel, but a table of people is a table of people."""
    group = Group.objects.create(name=uuid.uuid4().hex)
    permission = Permission.objects.first()
    found = {}
    for user in User.objects.all():
        for name, manager, one in (
            ("groups", user.groups, group),
            ("permissions", user.user_permissions, permission),
        ):
            found |= {
                f"{user.username} {name} add": lambda m=manager, one=one: m.add(one),
                f"{user.username} {name} set": lambda m=manager, one=one: m.set([one]),
                f"{user.username} {name} create": lambda m=manager: m.through._base_manager.create(
                    user_id=m.instance.pk
                ),
            }
        found |= {
            f"{user.username} of the group": lambda u=user: group.user_set.add(u),
            f"{user.username} of the permission": lambda u=user: permission.user_set.set([u]),
        }
    attempts = [Attempt(name=name, try_=in_atomic(verb)) for name, verb in found.items()]
    assert none_succeeds(filled, attempts, kind="orm", refusals=REFUSALS) > 40


KEYS: dict[str, Callable[[Any], object]] = {
    "all": lambda m: list(m.objects.all()),
    "first": lambda m: m.objects.first(),
    "count": lambda m: m.objects.count(),
    "exists": lambda m: m.objects.exists(),
    "values": lambda m: list(m.objects.values("wrapped")),
    "only": lambda m: list(m.objects.only("pk")),
    "defer": lambda m: list(m.objects.defer("wrapped")),
    "in-bulk": lambda m: m.objects.in_bulk(),
    "iterator": lambda m: next(iter(m.objects.iterator())),
    "aggregate": lambda m: m.objects.aggregate(Max("kek"), Count("pk")),
    "latest": lambda m: m.objects.latest("pk"),
    "dates": lambda m: list(m.objects.order_by("kek").distinct().values_list("kek")),
    "raw": lambda m: list(m.objects.raw(f"SELECT * FROM {m._meta.db_table}")),
    "explain": lambda m: m.objects.all().explain(analyze=True),
    "union": lambda m: list(m.objects.values("kek").union(Grant.objects.values("user_id"))),
    "subquery": lambda m: list(System.objects.annotate(k=Subquery(m.objects.values("kek")[:1]))),
    "exists-in": lambda m: list(
        Grant.objects.filter(Exists(m.objects.filter(kek=OuterRef("user_id"))))
    ),
    "copied": lambda m: Inquiry.objects.update(text=Subquery(m.objects.values("kek")[:1])),
    "lock": lambda m: list(m.objects.select_for_update()),
    "get-or-create": lambda m: m.objects.get_or_create(pk=1),
    "elsewhere": lambda m: list(m.objects.using("elsewhere")),
    "refresh": lambda m: m(pk=1).refresh_from_db(),
    "dumpdata": lambda m: call_command("dumpdata", m._meta.label, verbosity=0),
}


def test_no_sealed_key_is_read(filled):
    attempts = [
        Attempt(name=f"{model.__name__} {name}", try_=in_atomic(lambda r=read, m=model: r(m)))
        for model in (VaultKey, ReleaseKey)
        for name, read in KEYS.items()
    ]
    refusals = (DatabaseError, CommandError)
    assert none_succeeds(filled, attempts, kind="orm", refusals=refusals) == 2 * len(KEYS)


def test_no_command_of_django_changes_the_kernel(filled, tmp_path):
    fixture = tmp_path / "grants.json"
    fixture.write_text(
        '[{"model": "kernel.grant", "pk": 900, "fields": {"user": 1, "role": "system_owner",'
        ' "valid_from": "2026-01-01", "granted_at": "2026-01-01T00:00:00Z"}}]',
        encoding="utf-8",
    )
    recorder = MigrationRecorder(connection)
    quiet = {"verbosity": 0, "interactive": False}
    found: dict[str, Callable[[], object]] = {
        "migrate-back": lambda: call_command("migrate", "kernel", "zero", **quiet),
        "migrate-back-fake": lambda: call_command("migrate", "kernel", "zero", fake=True, **quiet),
        "migrate-one-back": lambda: call_command("migrate", "kernel", "0001", **quiet),
        "flush": lambda: call_command("flush", **quiet),
        "loaddata": lambda: call_command("loaddata", str(fixture), verbosity=0),
        "createsuperuser": lambda: call_command(
            "createsuperuser", username="root", email="a@b.dk", **quiet
        ),
        "record-applied": lambda: recorder.record_applied("kernel", "0099_forged"),
        "record-unapplied": lambda: recorder.record_unapplied("kernel", "0001_initial"),
        "forget-all": lambda: recorder.migration_qs.all().delete(),
        "user-manager": lambda: User.objects.create_user("mine", password="x"),
        "superuser-manager": lambda: User.objects.create_superuser("mine", password="x"),
        "grant": lambda: Grant.objects.create(
            user=User.objects.first(),
            role="system_owner",
            valid_from=dt.date(2026, 1, 1),
            granted_at=dt.datetime.now(dt.UTC),
        ),
        "copy-of-a-decision": lambda: Decision.objects.bulk_create(
            [Decision(pk=uuid.uuid4(), **_without_pk(one)) for one in Decision.objects.all()]
        ),
    }
    attempts = [Attempt(name=name, try_=verb) for name, verb in found.items()]
    refusals = (DatabaseError, CommandError, IrreversibleError)
    assert none_succeeds(filled, attempts, kind="orm", refusals=refusals) == len(found)


def _without_pk(row: models.Model) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "id"}


def test_rows_of_other_rooms_bring_no_record_into_being(filled):
    """The application may write these; a record that they name does not come from that."""
    now = dt.datetime.now(dt.UTC)

    def inquiry(**more: Any) -> Inquiry:
        return Inquiry.objects.create(
            external_id=uuid.uuid4().hex,
            channel="web",
            text="Der er et hul i vejen.",
            received_at=now,
            registered_at=now,
            **more,
        )

    def run(**more: Any) -> Run:
        told = {
            "flow": uuid.uuid4().hex,
            "robot": "visitator",
            "created_at": now,
            "updated_at": now,
        }
        about = {"subject_type": "inquiry", "subject_id": uuid.uuid4().hex}
        return Run.objects.create(**told | about | {"decision_id": uuid.uuid4()} | more)

    def step(**more: Any) -> StepRecord:
        done = {"step": "journalise", "result": {}, "act_id": uuid.uuid4(), "done_at": now}
        return StepRecord.objects.create(run=run(), **done | more)

    recommendation = Decision.objects.exclude(recommendation=None).first().recommendation_id
    decision = Decision.objects.first()
    found: dict[str, Callable[[], object]] = {
        "decided": lambda: inquiry(decision_id=uuid.uuid4()),
        "decided as another": lambda: inquiry(decision_id=decision.id),
        "suggested": lambda: inquiry(recommendation_id=uuid.uuid4()),
        "suggested as another": lambda: inquiry(recommendation_id=recommendation),
        "ran": lambda: run(status=Status.DONE, finished_at=now),
        "ran under a decision": lambda: run(decision_id=decision.id),
        "ran under a suggestion": lambda: run(decision_id=recommendation),
        "ran as another robot": lambda: run(robot="en-anden", decision_id=decision.id),
        "acted": lambda: step(),
        "acted undeclared": lambda: step(step="udbetal"),
        "acted with a result": lambda: step(result={"kroner": 5000}),
        "undecided": lambda: Inquiry.objects.update(decision_id=None, recommendation_id=None),
        "all decided": lambda: Inquiry.objects.update(decision_id=decision.id),
        "all done": lambda: Run.objects.update(status=Status.DONE, finished_at=now),
    }
    attempts = [
        Attempt(name=name, try_=in_atomic(verb), silent=True) for name, verb in found.items()
    ]
    assert none_succeeds(filled, attempts, kind="orm", refusals=REFUSALS) == len(found)
