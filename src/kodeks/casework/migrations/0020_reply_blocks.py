# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Pieces of text for answers: what they are called and what they are for. A piece stays what it was
added as; its words are versions of their own (0014_letter_templates)."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION casework_replyblock_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'Et tekststykke kan ikke ændres. Tilføj et nyt.' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER casework_replyblock_guard BEFORE UPDATE OR DELETE ON casework_replyblock
    FOR EACH ROW EXECUTE FUNCTION casework_replyblock_guard();
CREATE TRIGGER casework_replyblock_kept BEFORE TRUNCATE ON casework_replyblock
    FOR EACH STATEMENT EXECUTE FUNCTION casework_replyblock_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0019_letter_approvals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReplyBlock",
            fields=[
                ("name", models.SlugField(max_length=60, primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=120)),
                ("kle_prefix", models.CharField(blank=True, max_length=8)),
                (
                    "part",
                    models.CharField(
                        choices=[
                            ("opening", "Indledning"),
                            ("answer", "Svar"),
                            ("closing", "Afslutning"),
                        ],
                        max_length=10,
                    ),
                ),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ("title",)},
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
