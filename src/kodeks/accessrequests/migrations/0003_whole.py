# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The clock becomes a deadline of the request's case; a request has an origin and later rounds.

What was told of delays was a row here and a letter in the case. The row becomes an event of the
deadline; why it was put off stands in the letter, which stays.
"""

import django.db.models.deletion
from django.db import migrations, models

DEADLINES = """
INSERT INTO casework_deadline
    (id, key, case_id, kind, terms, source, started_on, due_on, expected_on, state)
SELECT gen_random_uuid(), 'accessrequest:' || r.id, r.case_id, k.kind,
    jsonb_build_array(jsonb_build_object('amount', k.amount, 'unit', k.unit, 'source', k.source,
        'statutory', true, 'pausable', k.pausable)),
    k.source, r.received_on, r.due_on,
    (SELECT d.new_day FROM accessrequests_delay AS d
     WHERE d.request_id = r.id ORDER BY d.id DESC LIMIT 1),
    CASE WHEN r.delivered_at IS NULL THEN 'running' ELSE 'answered' END
FROM accessrequests_accessrequest AS r
JOIN (VALUES
    ('offl', 'access_request', 7, 'working_days', 'Offentlighedsloven § 36, stk. 2', false),
    ('fvl', 'party_access', 7, 'working_days', 'Forvaltningsloven § 16, stk. 2', false),
    ('gdpr', 'gdpr_access', 1, 'months',
     'Databeskyttelsesforordningens artikel 12, stk. 3', true)
) AS k (law, kind, amount, unit, source, pausable) ON k.law = r.law
WHERE r.case_id IS NOT NULL AND r.erased_at IS NULL;

INSERT INTO casework_deadlineevent (key, deadline_id, step, "on", due_on, letter_id, by_id, at)
SELECT d.id, d.id, 'started', d.started_on, d.due_on, NULL::uuid, NULL::bigint, r.registered_at
FROM casework_deadline AS d
JOIN accessrequests_accessrequest AS r ON d.key = 'accessrequest:' || r.id;

INSERT INTO casework_deadlineevent (key, deadline_id, step, "on", due_on, letter_id, by_id, at)
SELECT gen_random_uuid(), d.id, 'moved', t.new_day, d.due_on, l.id, t.user_id, t.told_at
FROM (SELECT *, row_number() OVER (PARTITION BY request_id ORDER BY id) AS place
      FROM accessrequests_delay) AS t
JOIN casework_deadline AS d ON d.key = 'accessrequest:' || t.request_id
LEFT JOIN casework_document AS l
    ON l.key = 'accessrequest:' || t.request_id || '/' || t.place || ':delay'
ORDER BY t.id;

INSERT INTO casework_deadlineevent (key, deadline_id, step, "on", due_on, letter_id, by_id, at)
SELECT gen_random_uuid(), d.id, 'answered',
    (r.delivered_at AT TIME ZONE 'Europe/Copenhagen')::date, d.due_on, NULL::uuid, NULL::bigint,
    r.delivered_at
FROM casework_deadline AS d
JOIN accessrequests_accessrequest AS r ON d.key = 'accessrequest:' || r.id
WHERE r.delivered_at IS NOT NULL;

-- The tables are altered below, in the same transaction.
SET CONSTRAINTS ALL IMMEDIATE;
"""
GUARD = """
CREATE OR REPLACE FUNCTION accessrequests_request_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.law, NEW.unit_id, NEW.received_on, NEW.origin, NEW.origin_id, NEW.registered_at,
        NEW.case_number)
        IS DISTINCT FROM
       (OLD.id, OLD.law, OLD.unit_id, OLD.received_on, OLD.origin, OLD.origin_id, OLD.registered_at,
        OLD.case_number)
        OR (OLD.decision_id IS NOT NULL AND NEW.decision_id IS DISTINCT FROM OLD.decision_id)
        OR (OLD.case_id IS NOT NULL AND NEW.case_id IS DISTINCT FROM OLD.case_id)
        OR (OLD.delivered_at IS NOT NULL AND NEW.delivered_at IS DISTINCT FROM OLD.delivered_at) THEN
        RAISE EXCEPTION 'Hvad der er søgt om og afgjort, kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    IF (NEW.key, NEW.requester_name, NEW.requester_address, NEW.sealed_cpr, NEW.requester_index,
        NEW.wording, NEW.erased_at)
        IS NOT DISTINCT FROM
       (OLD.key, OLD.requester_name, OLD.requester_address, OLD.sealed_cpr, OLD.requester_index,
        OLD.wording, OLD.erased_at) THEN
        RETURN NEW;
    END IF;
    IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
        AND EXISTS (SELECT FROM public.kernel_erasure AS e
                    WHERE e.subject_type = 'accessrequest' AND e.subject_id = OLD.id::text)
        AND NEW.key = 'slettet:' || OLD.id::text
        AND NEW.requester_name = '' AND NEW.requester_address = '' AND NEW.wording = ''
        AND NEW.sealed_cpr IS NULL AND NEW.requester_index IS NULL THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'En anmodnings indhold kan ikke ændres.' USING ERRCODE = '23001';
END $$;

CREATE FUNCTION accessrequests_round_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF (NEW.id, NEW.request_id, NEW.number, NEW.cause, NEW.received_on, NEW.opened_at, NEW.user_id)
        IS DISTINCT FROM
       (OLD.id, OLD.request_id, OLD.number, OLD.cause, OLD.received_on, OLD.opened_at, OLD.user_id)
        OR (OLD.reversal_id IS NOT NULL AND NEW.reversal_id IS DISTINCT FROM OLD.reversal_id)
        OR (OLD.delivered_at IS NOT NULL AND NEW.delivered_at IS DISTINCT FROM OLD.delivered_at) THEN
        RAISE EXCEPTION 'En genbehandling, der er begyndt, kan ikke ændres.'
            USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accessrequests_round_guard BEFORE UPDATE ON accessrequests_round
    FOR EACH ROW EXECUTE FUNCTION accessrequests_round_guard();
CREATE TRIGGER accessrequests_round_kept BEFORE DELETE ON accessrequests_round
    FOR EACH ROW EXECUTE FUNCTION accessrequests_guard();
CREATE TRIGGER accessrequests_round_kept_whole BEFORE TRUNCATE ON accessrequests_round
    FOR EACH STATEMENT EXECUTE FUNCTION accessrequests_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accessrequests", "0002_guards"),
        ("casework", "0018_party_access"),
    ]

    operations = [
        migrations.RunSQL(DEADLINES),
        migrations.DeleteModel(name="Delay"),
        migrations.RunSQL("DROP FUNCTION accessrequests_delay_guard()"),
        migrations.RemoveIndex(model_name="accessrequest", name="accessrequests_waiting"),
        migrations.AlterModelOptions(
            name="accessrequest", options={"ordering": ("received_on", "registered_at", "id")}
        ),
        migrations.RemoveField(model_name="accessrequest", name="due_on"),
        migrations.AddField(
            model_name="accessrequest",
            name="origin",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddField(
            model_name="accessrequest",
            name="origin_id",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddConstraint(
            model_name="accessrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("origin", ""), _negated=True),
                fields=("origin", "origin_id"),
                name="accessrequest_once_of_an_origin",
            ),
        ),
        migrations.AddIndex(
            model_name="accessrequest",
            index=models.Index(
                condition=models.Q(("delivered_at__isnull", True), ("erased_at__isnull", True)),
                fields=["received_on"],
                name="accessrequests_waiting",
            ),
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("cause", models.CharField(max_length=10)),
                ("received_on", models.DateField()),
                ("opened_at", models.DateTimeField()),
                ("user_id", models.BigIntegerField()),
                ("reversal_id", models.UUIDField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="accessrequests.accessrequest",
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("request", "number"), name="accessrequests_round_number"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("delivered_at__isnull", True)),
                        fields=("request",),
                        name="accessrequests_one_open_round",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD),
    ]
