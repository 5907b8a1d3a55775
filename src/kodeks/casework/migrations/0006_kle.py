# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whole lists of KLE: their words, and which numbers took the place of which."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

# A list and its words may be replaced by a later try for the same day; what led to another number
# is history.
GUARD = """
CREATE FUNCTION casework_klesuccession_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Afløsere af KLE-numre kan ikke ændres.' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER casework_klesuccession_guard BEFORE UPDATE OR DELETE ON casework_klesuccession
    FOR EACH ROW EXECUTE FUNCTION casework_klesuccession_guard();
CREATE TRIGGER casework_kept_whole BEFORE TRUNCATE ON casework_klesuccession
    FOR EACH STATEMENT EXECUTE FUNCTION casework_kept_whole();
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0005_corrections")]

    operations = [
        migrations.CreateModel(
            name="KleRelease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("valid_from", models.DateField(unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("loaded_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ("valid_from",),
            },
        ),
        migrations.CreateModel(
            name="KleKeyword",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=8)),
                ("word", models.CharField(max_length=500)),
                ("weight", models.PositiveIntegerField()),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keywords",
                        to="casework.klerelease",
                    ),
                ),
            ],
            options={
                "ordering": ("number", "-weight", "word"),
            },
        ),
        migrations.CreateModel(
            name="KleSuccession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("old", models.CharField(max_length=8)),
                ("new", models.CharField(max_length=8)),
                ("valid_from", models.DateField()),
                ("loaded_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ("valid_from", "old", "new"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("old", "new", "valid_from"), name="kle_succeeds_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("new__regex", "^[0-9]{2}\\.[0-9]{2}\\.[0-9]{2}$"),
                            ("old__regex", "^[0-9]{2}\\.[0-9]{2}\\.[0-9]{2}$"),
                            models.Q(("old", models.F("new")), _negated=True),
                        ),
                        name="kle_succession_form",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="klekeyword",
            index=models.Index(fields=["release", "number"], name="kle_keyword_number"),
        ),
        migrations.RunSQL(GUARD),
    ]
