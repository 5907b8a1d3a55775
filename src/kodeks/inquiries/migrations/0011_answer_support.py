# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is told at once, drafts of answers, and answered inquiries as others look for them."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PROTECT = django.db.models.deletion.PROTECT

SEEN = """
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
CREATE POLICY inquiries_seen ON {table} USING (
    (SELECT nullif(public.casework_sees_all(), false)) IS NOT NULL
    OR EXISTS (SELECT FROM public.{above} AS a WHERE a.id = {table}.{column} OFFSET 0)
);
"""
SEEN_TABLES = (
    ("inquiries_acknowledgement", "inquiries_inquiry", "inquiry_id"),
    ("inquiries_replydraft", "casework_case", "case_id"),
    ("inquiries_answered", "casework_case", "case_id"),
)

# What was told, and what somebody wrote, stays; the words go when the kernel has the inquiry erased.
GUARD = """
CREATE FUNCTION inquiries_acknowledgement_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.inquiry_id, NEW.way, NEW.reference, NEW.answer_by, NEW.version, NEW.act_id, NEW.at)
            IS NOT DISTINCT FROM (OLD.inquiry_id, OLD.way, OLD.reference, OLD.answer_by,
             OLD.version, OLD.act_id, OLD.at)
        AND NEW.sealed = ''
        AND EXISTS (SELECT FROM public.kernel_erasure AS e
                    WHERE e.subject_type = 'inquiry' AND e.subject_id = OLD.inquiry_id::text) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'En kvittering, der er givet, kan ikke ændres.' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER inquiries_acknowledgement_guard
    BEFORE UPDATE OR DELETE ON inquiries_acknowledgement
    FOR EACH ROW EXECUTE FUNCTION inquiries_acknowledgement_guard();
CREATE TRIGGER inquiries_acknowledgement_kept BEFORE TRUNCATE ON inquiries_acknowledgement
    FOR EACH STATEMENT EXECUTE FUNCTION inquiries_acknowledgement_guard();

ALTER TABLE inquiries_acknowledgement ALTER COLUMN sealed SET STATISTICS 0;

CREATE FUNCTION inquiries_erased(case_id uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.inquiries_inquiry AS i
        JOIN public.kernel_erasure AS e ON e.subject_type = 'inquiry' AND e.subject_id = i.id::text
        WHERE i.case_id = inquiries_erased.case_id)
$$;
CREATE FUNCTION inquiries_replydraft_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.item_id, NEW.case_id, NEW.number, NEW.blocks, NEW.written_by_id,
             NEW.written_at, NEW.document_id)
            IS NOT DISTINCT FROM (OLD.id, OLD.item_id, OLD.case_id, OLD.number, OLD.blocks,
             OLD.written_by_id, OLD.written_at, OLD.document_id)
        AND NEW.sealed = '' AND public.inquiries_erased(OLD.case_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'En kladde, der er gemt, kan ikke ændres.' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER inquiries_replydraft_guard BEFORE UPDATE OR DELETE ON inquiries_replydraft
    FOR EACH ROW EXECUTE FUNCTION inquiries_replydraft_guard();
CREATE TRIGGER inquiries_replydraft_kept BEFORE TRUNCATE ON inquiries_replydraft
    FOR EACH STATEMENT EXECUTE FUNCTION inquiries_replydraft_guard();
ALTER TABLE inquiries_replydraft ALTER COLUMN sealed SET STATISTICS 0;

CREATE FUNCTION inquiries_answered_guard() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND (NEW.id, NEW.item_id, NEW.inquiry_id, NEW.case_id, NEW.topic_id, NEW.received_on,
             NEW.answered_on, NEW.document_id)
            IS NOT DISTINCT FROM (OLD.id, OLD.item_id, OLD.inquiry_id, OLD.case_id, OLD.topic_id,
             OLD.received_on, OLD.answered_on, OLD.document_id)
        AND NEW.terms = '{}' AND public.inquiries_erased(OLD.case_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'At en henvendelse er besvaret, kan ikke ændres.' USING ERRCODE = '23001';
END $$;
CREATE TRIGGER inquiries_answered_guard BEFORE UPDATE OR DELETE ON inquiries_answered
    FOR EACH ROW EXECUTE FUNCTION inquiries_answered_guard();
CREATE TRIGGER inquiries_answered_kept BEFORE TRUNCATE ON inquiries_answered
    FOR EACH STATEMENT EXECUTE FUNCTION inquiries_answered_guard();
ALTER TABLE inquiries_answered ALTER COLUMN terms SET STATISTICS 0;
"""

# Which answered inquiry has which stem, and where its case lay when it was answered. The place is
# copied, so that the policy is asked without looking anything up: a search goes through tens of
# thousands of rows. What it finds is read from inquiries_answered, which asks where the case lies now.
#
# A stem that very many have says little: it is looked for among the newest of them, so that a search
# takes as long in an archive of a million as in one of a hundred thousand. The order is by how rare
# the shared stems are.
INDEX = """
CREATE TABLE inquiries_answeredterm (
    term bigint NOT NULL,
    answered_id bigint NOT NULL REFERENCES inquiries_answered (id),
    unit_id bigint NOT NULL,
    kle_id bigint NOT NULL
);
CREATE UNIQUE INDEX inquiries_answeredterm_once
    ON inquiries_answeredterm (term, answered_id) INCLUDE (unit_id, kle_id);
CREATE INDEX inquiries_answeredterm_of ON inquiries_answeredterm (answered_id);
ALTER TABLE inquiries_answeredterm ENABLE ROW LEVEL SECURITY;
CREATE POLICY inquiries_seen ON inquiries_answeredterm USING (
    (SELECT nullif(public.casework_sees_all(), false)) IS NOT NULL
    OR unit_id IN (SELECT public.casework_sees_units())
    OR kle_id IN (SELECT public.casework_sees_subjects())
    OR (unit_id, kle_id) IN (SELECT p.unit_id, p.kle_id FROM public.casework_sees_places() AS p)
);

CREATE FUNCTION inquiries_keep_terms() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM public.inquiries_answeredterm AS t WHERE t.answered_id = NEW.id;
    END IF;
    INSERT INTO public.inquiries_answeredterm (term, answered_id, unit_id, kle_id)
    SELECT DISTINCT one, NEW.id, c.unit_id, c.kle_id
    FROM unnest(NEW.terms) AS one JOIN public.casework_case AS c ON c.id = NEW.case_id;
    RETURN NULL;
END $$;
CREATE TRIGGER inquiries_keep_terms AFTER INSERT OR UPDATE ON inquiries_answered
    FOR EACH ROW EXECUTE FUNCTION inquiries_keep_terms();

CREATE FUNCTION inquiries_alike(wanted bigint[], most integer)
RETURNS TABLE (answered_id bigint, score double precision)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_column
DECLARE
    longest CONSTANT integer := 2000;
    total double precision;
BEGIN
    SELECT c.reltuples INTO total FROM pg_class AS c
    WHERE c.oid = 'public.inquiries_answered'::regclass;
    RETURN QUERY
    WITH lists AS MATERIALIZED (
        SELECT l.ids, cardinality(l.ids) AS found
        FROM (SELECT DISTINCT one FROM unnest(wanted) AS one) AS w
        CROSS JOIN LATERAL (
            SELECT array_agg(n.answered_id) AS ids FROM (
                SELECT t.answered_id FROM public.inquiries_answeredterm AS t
                WHERE t.term = w.one ORDER BY t.answered_id DESC LIMIT longest) AS n) AS l
        WHERE l.ids IS NOT NULL
        ORDER BY cardinality(l.ids) LIMIT 24
    )
    SELECT i, sum(ln(1 + greatest(total, 1000) / l.found)) AS weight
    FROM lists AS l CROSS JOIN LATERAL unnest(l.ids) AS i
    GROUP BY i ORDER BY weight DESC, i DESC LIMIT most;
END $$;
"""


def key(to: str, **options: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=PROTECT, related_name="+", to=to, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("inquiries", "0010_uniformity"),
        ("casework", "0019_letter_approvals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Acknowledgement",
            fields=[
                (
                    "inquiry",
                    models.OneToOneField(
                        on_delete=PROTECT,
                        primary_key=True,
                        related_name="acknowledgement",
                        serialize=False,
                        to="inquiries.inquiry",
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[("mail", "Mail"), ("post", "Digital Post")], max_length=10
                    ),
                ),
                ("reference", models.CharField(max_length=20, unique=True)),
                ("answer_by", models.DateField(null=True)),
                ("version", models.PositiveIntegerField()),
                ("act_id", models.UUIDField()),
                ("sealed", models.BinaryField()),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ReplyDraft",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("blocks", models.JSONField(default=list)),
                ("sealed", models.BinaryField()),
                ("written_at", models.DateTimeField()),
                ("case", key("casework.case")),
                (
                    "document",
                    models.OneToOneField(
                        null=True, on_delete=PROTECT, related_name="+", to="casework.document"
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="drafts", to="casework.inboxitem"
                    ),
                ),
                ("written_by", key(settings.AUTH_USER_MODEL)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "number"), name="inquiries_draft_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="inquiries_draft_from_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Answered",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("received_on", models.DateField()),
                ("answered_on", models.DateField()),
                (
                    "terms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None
                    ),
                ),
                ("case", key("casework.case")),
                ("document", key("casework.document", null=True)),
                ("inquiry", key("inquiries.inquiry")),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=PROTECT, related_name="+", to="casework.inboxitem"
                    ),
                ),
                ("topic", key("inquiries.topic")),
            ],
        ),
        *(
            migrations.RunSQL(SEEN.format(table=table, above=above, column=column))
            for table, above, column in SEEN_TABLES
        ),
        migrations.RunSQL(GUARD),
        migrations.RunSQL(INDEX),
    ]
