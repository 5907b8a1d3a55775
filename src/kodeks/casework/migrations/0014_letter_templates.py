# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The municipality's texts of letters, and a guard: numbered in order, approved once, kept."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION casework_lettertemplate_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'En brevtekst kan ikke slettes.' USING ERRCODE = '23001';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.approved_at IS NOT NULL OR NEW.version <> 1 + COALESCE(
            (SELECT max(t.version) FROM public.casework_lettertemplate AS t
             WHERE t.name = NEW.name), 0) THEN
            RAISE EXCEPTION 'En brevtekst begynder uden godkendelse og med det næste nummer.'
                USING ERRCODE = '23001';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.name, NEW.version, NEW.subject, NEW.body, NEW.note, NEW.written_by_id,
        NEW.written_at)
        IS DISTINCT FROM (OLD.id, OLD.name, OLD.version, OLD.subject, OLD.body, OLD.note,
        OLD.written_by_id, OLD.written_at)
        OR OLD.approved_at IS NOT NULL OR NEW.approved_at IS NULL THEN
        RAISE EXCEPTION 'En brevtekst kan kun godkendes, og kun én gang.'
            USING ERRCODE = '23001';
    END IF;
    IF EXISTS (SELECT FROM public.casework_lettertemplate AS t WHERE t.name = NEW.name
        AND t.version > NEW.version AND t.approved_at IS NOT NULL) THEN
        RAISE EXCEPTION 'En nyere udgave af brevteksten er godkendt.' USING ERRCODE = '23001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER casework_lettertemplate_guard
    BEFORE INSERT OR UPDATE OR DELETE ON casework_lettertemplate
    FOR EACH ROW EXECUTE FUNCTION casework_lettertemplate_guard();
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON casework_lettertemplate
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0013_unit_contact"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterTemplate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField()),
                ("subject", models.CharField(max_length=200)),
                ("body", models.TextField()),
                ("note", models.CharField(max_length=200)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("approved_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, default="", max_length=500)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("name", "-version"),
                "constraints": [
                    models.UniqueConstraint(fields=("name", "version"), name="letter_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="letter_version_from_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approved_at", None), ("approved_by", None), ("reason", "")),
                            models.Q(
                                ("approved_at__isnull", False), ("approved_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="letter_approval_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("approved_by", None),
                            models.Q(("approved_by", models.F("written_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="letter_approved_by_another",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD),
    ]
