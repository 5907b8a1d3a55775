# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What Django's models can be made to write: every model, field and verb."""

from __future__ import annotations

import copy
import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import psycopg
from attempts import Attempt
from django.apps import apps
from django.core import serializers
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F, ProtectedError, Value
from django.db.models.functions import Coalesce

Verb = Callable[[], object]


def all_models() -> list[type[models.Model]]:
    """The kernel's, with the tables between people and Django's own groups."""
    return list(apps.get_app_config("kernel").get_models(include_auto_created=True))


def one_of(model: type[models.Model], owner: psycopg.Connection) -> models.Model:
    """A row of the model, read as the owner, as some tables are hidden from the application."""
    names = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    cursor = owner.execute(f'SELECT {names} FROM "{model._meta.db_table}" LIMIT 1')
    row = cursor.fetchone()
    values = row if row is not None else [_made_up(field) for field in model._meta.concrete_fields]
    attributes = [field.attname for field in model._meta.concrete_fields]
    return model.from_db("default", attributes, values)


def changed(field: models.Field, value: Any) -> Any:
    """Another value of the field's own kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | Decimal):
        return type(value)(value + 1) if value < 10**6 else value - 1
    if isinstance(value, dt.datetime | dt.date):
        return value + dt.timedelta(days=400)
    if isinstance(value, bytes | memoryview):
        return bytes(value) + b"x"
    if isinstance(value, str) and not isinstance(field, models.UUIDField):
        return "x" + value[1:]
    if isinstance(value, dict):
        return {**value, "x": "x"}
    if isinstance(value, list):
        return [*value, 1 if any(isinstance(one, int) for one in value) else "x"]
    return _made_up(field)


def _made_up(field: models.Field) -> Any:
    kinds: dict[type[models.Field], Any] = {
        models.UUIDField: uuid.uuid4(),
        models.BooleanField: True,
        models.DateTimeField: dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        models.DateField: dt.date(2026, 1, 1),
        models.BinaryField: b"x",
        models.JSONField: {},
        models.IntegerField: 1,
        models.ForeignKey: 1,
    }
    for kind, value in kinds.items():
        if isinstance(field, kind):
            return value
    return "x" if isinstance(field, models.CharField | models.TextField) else 1


class Unexpected(Exception):
    """The database refused for another reason than a right that is not there."""


def in_atomic(verb: Verb) -> Verb:
    """The verb in a transaction of its own, which commits when it is let through."""

    def try_() -> None:
        try:
            with transaction.atomic():
                verb()
        except ProtectedError:
            raise  # Django itself refuses to delete what others point at
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", "") != "42501":
                raise Unexpected(str(error)) from error
            raise

    return try_


def on_fields(row: models.Model) -> Iterator[Attempt]:
    """Each field of a row changed by each verb that changes one."""
    model = type(row)
    base = model._base_manager
    for field in model._meta.concrete_fields:
        value = changed(field, getattr(row, field.attname))
        for name, verb in _field_verbs(row, field, value, base).items():
            yield Attempt(name=f"{model.__name__}.{field.name} {name}", try_=in_atomic(verb))


def _field_verbs(row: Any, field: models.Field, value: Any, base: Any) -> dict[str, Verb]:
    other = copy.copy(row)
    setattr(other, field.attname, value)
    found: dict[str, Verb] = {
        "save": lambda: other.save(),
        "update": lambda: base.filter(pk=row.pk).update(**{field.attname: value}),
        "update-all": lambda: base.update(**{field.attname: F(field.attname)}),
        "raw": lambda: list(
            base.raw(
                f'UPDATE "{row._meta.db_table}" SET "{field.column}" = "{field.column}" RETURNING *'
            )
        ),
    }
    if not field.primary_key:
        found |= {
            "save-field": lambda: other.save(update_fields=[field.name]),
            "bulk-update": lambda: base.bulk_update([other], [field.name]),
            "update-coalesce": lambda: base.update(
                **{field.attname: Coalesce(F(field.attname), Value(None, output_field=field))}
            ),
            "update-or-create": lambda: base.update_or_create(
                pk=row.pk, defaults={field.attname: value}
            ),
        }
    return found


def on_rows(row: models.Model) -> Iterator[Attempt]:
    """Each verb that makes or deletes whole rows."""
    model, base = type(row), type(row)._base_manager
    new = copy.copy(row)
    new._state = models.base.ModelState()
    new.pk = _free(row)
    values = {
        field.attname: getattr(new, field.attname)
        for field in model._meta.concrete_fields
        if not (field.primary_key and isinstance(field, models.AutoField))
    }
    table = model._meta.db_table
    unique = [model._meta.pk.attname]
    fields = [f.attname for f in model._meta.concrete_fields if not f.primary_key]
    verbs: dict[str, Verb] = {
        "create": lambda: base.create(**values),
        "save-new": lambda: copy.copy(new).save(),
        "force-insert": lambda: copy.copy(new).save(force_insert=True),
        "force-update": lambda: row.save(force_update=True),
        "save-base": lambda: row.save_base(raw=True, force_update=True),
        "save-base-insert": lambda: copy.copy(new).save_base(raw=True, force_insert=True),
        "save-elsewhere": lambda: row.save(using="elsewhere"),
        "create-elsewhere": lambda: base.using("elsewhere").create(**values),
        "delete-elsewhere": lambda: (
            base.using("elsewhere").filter(pk=row.pk)._raw_delete("elsewhere")
        ),
        "bulk-create": lambda: base.bulk_create([copy.copy(new)]),
        "bulk-create-or-ignore": lambda: base.bulk_create([copy.copy(row)], ignore_conflicts=True),
        "bulk-create-or-update": lambda: base.bulk_create(
            [copy.copy(row)],
            update_conflicts=True,
            unique_fields=unique,
            update_fields=fields[:1],
        ),
        "get-or-create": lambda: base.get_or_create(pk=_free(row), defaults=values),
        "update-or-create": lambda: base.update_or_create(pk=_free(row), defaults=values),
        "raw-delete-all": lambda: base.all()._raw_delete("default"),
        "delete-instance-raw": lambda: base.filter(pk=row.pk)._raw_delete("default"),
        "delete-none": lambda: base.filter(pk=_free(row))._raw_delete("default"),
        "loaddata": lambda: [
            one.save() for one in serializers.deserialize("json", _fixture([new]))
        ],
        "loaddata-over": lambda: [
            one.save() for one in serializers.deserialize("json", _fixture([row]))
        ],
        "raw-insert": lambda: list(
            base.raw(f'INSERT INTO "{table}" SELECT * FROM "{table}" RETURNING *')
        ),
        "raw-delete": lambda: list(base.raw(f'DELETE FROM "{table}" RETURNING *')),
        "lock": lambda: list(base.select_for_update(nowait=True)),
        "lock-no-key": lambda: list(base.select_for_update(no_key=True)),
        "cursor": lambda: _executed(f'TRUNCATE "{table}" CASCADE'),
        "flush": lambda: _flushed(table),
    }
    for name, verb in (verbs | _schema_verbs(model)).items():
        if model.__name__ == "User" and name.startswith("lock"):
            continue  # HOLE: see test_sql.test_known_hole_the_people_can_be_locked
        yield Attempt(name=f"{model.__name__} {name}", try_=in_atomic(verb))
    # Django looks for what hangs on a row first, and may refuse by itself.
    for name, verb in {"delete": row.delete, "delete-all": base.all().delete}.items():
        yield Attempt(name=f"{model.__name__} {name}", try_=in_atomic(verb))


def _schema_verbs(model: type[models.Model]) -> dict[str, Verb]:
    """Django's own way to change tables, as migrations do."""
    table, field = model._meta.db_table, model._meta.concrete_fields[-1]
    more = models.IntegerField(null=True)
    more.set_attributes_from_name("more")

    def edited(change: Callable[[Any], object]) -> Verb:
        def verb() -> None:
            with connection.schema_editor() as editor:
                change(editor)

        return verb

    index = models.Index(fields=[field.name], name="mine")
    check = models.CheckConstraint(condition=models.Q(**{f"{field.name}__isnull": True}), name="m")
    return {
        "schema-drop": edited(lambda e: e.delete_model(model)),
        "schema-rename": edited(lambda e: e.alter_db_table(model, table, f"{table}_old")),
        "schema-add-field": edited(lambda e: e.add_field(model, more)),
        "schema-remove-field": edited(lambda e: e.remove_field(model, field)),
        "schema-add-index": edited(lambda e: e.add_index(model, index)),
        "schema-add-check": edited(lambda e: e.add_constraint(model, check)),
        "schema-comment": edited(lambda e: e.alter_db_table_comment(model, "", "x")),
    }


def on_relations(row: models.Model) -> Iterator[Attempt]:
    """What hangs on a row, through its managers; and its groups and permissions."""
    model = type(row)
    for relation in model._meta.related_objects:
        accessor = relation.get_accessor_name()
        ours = relation.related_model._meta.app_label == "kernel"
        if accessor is None or relation.hidden or relation.one_to_one or not ours:
            continue
        related = getattr(row, accessor)
        field = relation.field
        for name, verb in {
            "update": lambda related=related, field=field: related.update(
                **{field.name: F(field.name)}
            ),
            "delete": lambda related=related: related.all()._raw_delete("default"),
            "create": lambda related=related: related.create(),
        }.items():
            yield Attempt(name=f"{model.__name__}.{accessor} {name}", try_=in_atomic(verb))


def _free(row: models.Model) -> Any:
    """A primary key that no row has."""
    field = row._meta.pk
    if isinstance(field, models.UUIDField):
        return uuid.uuid4()
    if isinstance(field, models.CharField):
        return "free"
    return 10**6


def _fixture(rows: list[models.Model]) -> str:
    def written(row: models.Model, field: models.Field) -> Any:
        value = getattr(row, field.attname)
        if value is None or isinstance(field, models.ForeignKey | models.JSONField):
            return value
        return field.value_to_string(row)

    fields = [
        {
            "model": row._meta.label_lower,
            "pk": row.pk,
            "fields": {
                field.name: written(row, field)
                for field in row._meta.concrete_fields
                if not field.primary_key
            },
        }
        for row in rows
    ]
    return json.dumps(fields, default=str)


def _executed(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def _flushed(table: str) -> None:
    statements = connection.ops.sql_flush(
        no_style(), [table], reset_sequences=True, allow_cascade=True
    )
    connection.ops.execute_sql_flush(statements)
