# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Inquiries that were split, clocks of the law that a text set going, and the unit that is sure.

Before it has a case, an inquiry is also shown to those with a right for the whole unit that its
recommendation was sure of. What is new is only added to, and seen with its inquiry. ANY (ARRAY ...)
asks for the viewer's units once in a statement, as casework's migration 0016 says why.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION inquiries_inquiry_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP IN ('DELETE', 'TRUNCATE') THEN
        RAISE EXCEPTION 'En henvendelse kan ikke slettes. Dens indhold slettes, når fristen er nået.'
            USING ERRCODE = '23001';
    END IF;
    IF (NEW.id, NEW.channel, NEW.received_at, NEW.registered_at, NEW.parent_id)
        IS DISTINCT FROM (OLD.id, OLD.channel, OLD.received_at, OLD.registered_at, OLD.parent_id) THEN
        RAISE EXCEPTION 'Hvornår en henvendelse kom, kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    -- What a recommendation said is told once; it lets a unit's people see the inquiry.
    IF (OLD.suggested_unit_id IS NOT NULL AND NEW.suggested_unit_id IS DISTINCT FROM OLD.suggested_unit_id)
        OR (OLD.proposed IS NOT NULL AND NEW.proposed IS DISTINCT FROM OLD.proposed) THEN
        RAISE EXCEPTION 'Det, der blev foreslået, kan ikke ændres.' USING ERRCODE = '23001';
    END IF;
    IF (NEW.external_id, NEW.district, NEW.text, NEW.sealed_original, NEW.sender_name,
        NEW.sealed_cpr, NEW.sender_index, NEW.sealed_address, NEW.urgency, NEW.erased_at)
        IS NOT DISTINCT FROM
       (OLD.external_id, OLD.district, OLD.text, OLD.sealed_original, OLD.sender_name,
        OLD.sealed_cpr, OLD.sender_index, OLD.sealed_address, OLD.urgency, OLD.erased_at) THEN
        RETURN NEW;
    END IF;
    IF OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
        AND EXISTS (SELECT FROM public.kernel_erasure AS e
                    WHERE e.subject_type = 'inquiry' AND e.subject_id = OLD.id::text)
        AND NEW.external_id = 'slettet:' || OLD.id::text
        AND NEW.district = '' AND NEW.text = '' AND NEW.sender_name = '' AND NEW.urgency = ''
        AND NEW.sealed_original IS NULL AND NEW.sealed_cpr IS NULL AND NEW.sender_index IS NULL
        AND NEW.sealed_address IS NULL
        AND (NEW.recommendation_id, NEW.decision_id, NEW.case_id)
        IS NOT DISTINCT FROM (OLD.recommendation_id, OLD.decision_id, OLD.case_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'En henvendelses indhold kan ikke ændres.' USING ERRCODE = '23001';
END $$;
"""

INQUIRIES = """
ALTER POLICY inquiries_seen ON inquiries_inquiry USING (
    (SELECT nullif(public.casework_sees_all(), false)) IS NOT NULL
    OR (case_id IS NOT NULL AND EXISTS (
        SELECT FROM public.casework_case AS c WHERE c.id = inquiries_inquiry.case_id OFFSET 0))
    OR (case_id IS NULL
        AND suggested_unit_id = ANY (ARRAY(SELECT public.casework_sees_units())))
);
"""

# Row-level security of the table above decides inside the policy.
SEEN = """
CREATE TRIGGER casework_only_added_to BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION casework_only_added_to();
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY inquiries_seen ON {table} USING (
    (SELECT nullif(public.casework_sees_all(), false)) IS NOT NULL
    OR EXISTS (SELECT FROM public.{above} AS a WHERE a.id = {table}.{column} OFFSET 0)
);
"""

TABLES = (
    ("inquiries_split", "inquiries_inquiry", "inquiry_id"),
    ("inquiries_legalclock", "inquiries_inquiry", "inquiry_id"),
    ("inquiries_legalclockstep", "inquiries_legalclock", "clock_id"),
)
UNSAMPLED = "ALTER TABLE inquiries_legalclockstep ALTER COLUMN sealed_reason SET STATISTICS 0"

KINDS = (
    ("reply", "Svar på henvendelse"),
    ("access_request", "Aktindsigt"),
    ("party_access", "Partsaktindsigt"),
    ("gdpr_access", "Indsigt i egne data"),
    ("complaint_reassessment", "Genvurdering efter klage"),
    ("forward_complaint", "Klage sendes videre"),
)
SAID = (
    ("confirmed", "Bekræftet"),
    ("dismissed", "Afvist"),
    ("moved", "Flyttet til en anden henvendelse"),
)


def _to(model, field=models.ForeignKey, **options):
    return field(on_delete=django.db.models.deletion.PROTECT, to=model, **options)


def _key(**options):
    return models.UUIDField(editable=False, primary_key=True, serialize=False, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0019_letter_approvals"),
        ("inquiries", "0006_row_security_priced"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="inquiry",
            name="parent",
            field=_to("inquiries.inquiry", null=True, related_name="children"),
        ),
        migrations.AddField(
            model_name="inquiry", name="proposed", field=models.JSONField(null=True)
        ),
        migrations.AddField(
            model_name="inquiry",
            name="suggested_unit",
            field=_to("casework.unit", null=True, related_name="+"),
        ),
        migrations.CreateModel(
            name="LegalClock",
            fields=[
                ("id", _key(default=uuid.uuid4)),
                ("rule", models.CharField(max_length=60)),
                ("kind", models.CharField(choices=KINDS, max_length=30)),
                ("source", models.CharField(max_length=200)),
                ("counted_from", models.DateField()),
                ("due_on", models.DateField()),
                ("noticed_at", models.DateTimeField()),
                ("inquiry", _to("inquiries.inquiry", related_name="legal_clocks")),
            ],
            options={
                "ordering": ("due_on", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("inquiry", "kind"), name="legal_clock_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", [kind for kind, _ in KINDS]),
                            ("due_on__gte", models.F("counted_from")),
                        ),
                        name="legal_clock_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LegalClockStep",
            fields=[
                ("id", _key()),
                ("said", models.CharField(choices=SAID, max_length=10)),
                ("sealed_reason", models.BinaryField(null=True)),
                ("at", models.DateTimeField()),
                ("by", _to(settings.AUTH_USER_MODEL, related_name="+")),
                (
                    "clock",
                    _to("inquiries.legalclock", models.OneToOneField, related_name="step"),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("said__in", [said for said, _ in SAID]),
                            models.Q(
                                models.Q(("said", "dismissed"), _negated=True),
                                ("sealed_reason__isnull", False),
                                _connector="OR",
                            ),
                        ),
                        name="legal_clock_step_whole",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Split",
            fields=[
                ("id", _key()),
                ("kept", models.JSONField()),
                ("parts", models.JSONField()),
                ("at", models.DateTimeField()),
                ("by", _to(settings.AUTH_USER_MODEL, related_name="+")),
                ("inquiry", _to("inquiries.inquiry", models.OneToOneField, related_name="split")),
            ],
        ),
        migrations.RunSQL(GUARD),
        migrations.RunSQL(INQUIRIES),
        *(
            migrations.RunSQL(SEEN.format(table=table, above=above, column=column))
            for table, above, column in TABLES
        ),
        migrations.RunSQL(UNSAMPLED),
    ]
