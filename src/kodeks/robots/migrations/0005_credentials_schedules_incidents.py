# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Credentials are emptied when they are not in use any more; schedules; incidents that people ended."""

from django.db import migrations, models

GUARD = """
CREATE FUNCTION robots_credential_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD) - ARRAY['sealed', 'wrapped', 'kek', 'emptied_by', 'emptied_at'];
    after jsonb := to_jsonb(NEW) - ARRAY['sealed', 'wrapped', 'kek', 'emptied_by', 'emptied_at'];
BEGIN
    IF before = after AND OLD.emptied_at IS NULL THEN
        IF NEW.emptied_at IS NOT NULL AND NEW.emptied_by <> '' AND NEW.sealed = '' AND NEW.wrapped = ''
           AND NEW.kek = 0 THEN
            RETURN NEW;
        END IF;
        IF NEW.emptied_at IS NULL AND NEW.emptied_by = '' AND NEW.sealed = OLD.sealed
           AND NEW.kek > OLD.kek THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a credential may only be emptied, or its key wrapped anew'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER robots_credential_guard BEFORE UPDATE ON robots_credential
    FOR EACH ROW EXECUTE FUNCTION robots_credential_guard();
CREATE TRIGGER robots_credential_kept BEFORE DELETE ON robots_credential
    FOR EACH ROW EXECUTE FUNCTION robots_refuse_change();
REVOKE ALL ON robots_credential FROM kodeks_app;
GRANT SELECT, INSERT, UPDATE (sealed, wrapped, kek, emptied_by, emptied_at)
    ON robots_credential TO kodeks_app;
"""
UNDO_GUARD = """
GRANT SELECT, INSERT, UPDATE, DELETE ON robots_credential TO kodeks_app;
DROP TRIGGER robots_credential_kept ON robots_credential;
DROP TRIGGER robots_credential_guard ON robots_credential;
DROP FUNCTION robots_credential_guard();
"""


APPEND_ONLY = """
CREATE TRIGGER robots_schedulechange_append_only BEFORE UPDATE OR DELETE ON robots_schedulechange
    FOR EACH ROW EXECUTE FUNCTION robots_refuse_change();
CREATE TRIGGER robots_firing_append_only BEFORE UPDATE OR DELETE ON robots_firing
    FOR EACH ROW EXECUTE FUNCTION robots_refuse_change();
CREATE TRIGGER robots_incidentend_append_only BEFORE UPDATE OR DELETE ON robots_incidentend
    FOR EACH ROW EXECUTE FUNCTION robots_refuse_change();
"""
UNDO_APPEND_ONLY = """
DROP TRIGGER robots_schedulechange_append_only ON robots_schedulechange;
DROP TRIGGER robots_firing_append_only ON robots_firing;
DROP TRIGGER robots_incidentend_append_only ON robots_incidentend;
"""


class Migration(migrations.Migration):
    dependencies = [("robots", "0004_people_help")]

    operations = [
        migrations.AddField(
            model_name="credential",
            name="emptied_by",
            field=models.CharField(blank=True, max_length=150),
        ),
        migrations.AddField(
            model_name="credential",
            name="emptied_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(GUARD, UNDO_GUARD),
        migrations.CreateModel(
            name="Firing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("due_at", models.DateTimeField()),
                ("fired_at", models.DateTimeField()),
                ("queued", models.BooleanField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("name", "due_at"), name="robots_firing_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentEnd",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("robot", models.CharField(max_length=60)),
                ("cause", models.CharField(max_length=160)),
                (
                    "outcome",
                    models.CharField(
                        choices=[("dismissed", "Afvist"), ("rescheduled", "Sat i gang igen")],
                        max_length=12,
                    ),
                ),
                ("runs", models.PositiveIntegerField()),
                ("user_id", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=500)),
                ("ended_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["robot", "cause", "-id"], name="robots_incident_newest")
                ],
            },
        ),
        migrations.CreateModel(
            name="ScheduleChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("is_on", models.BooleanField()),
                ("cron", models.CharField(blank=True, max_length=100)),
                ("user_id", models.CharField(max_length=64)),
                ("reason", models.CharField(max_length=500)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["name", "-id"], name="robots_schedule_newest")],
            },
        ),
        migrations.CreateModel(
            name="WorkerPlace",
            fields=[
                ("worker_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("machine", models.CharField(max_length=255)),
                ("process", models.IntegerField()),
                ("started_at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(APPEND_ONLY, UNDO_APPEND_ONLY),
    ]
