# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""No model takes the place of another that nobody held it against, whichever way it was trained.

Asked when it is proposed, and again when it is approved, as another may have come between. A system
whose model was revoked, or broke a limit of the card, has none in operation (kernel's
`survey_release`), and so nothing to be held against.
"""

from importlib import import_module

from django.db import migrations

COMPARED = """
DROP TRIGGER inquiries_retraining_passed ON kernel_release;
DROP FUNCTION inquiries_retraining_passed();

CREATE FUNCTION inquiries_require_compared(candidate public.kernel_release) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tried public.inquiries_retrainingend;
    present record;
BEGIN
    -- What two people have released before may be released again.
    IF candidate.system_id <> 'inquiries' OR EXISTS (SELECT FROM public.kernel_release AS r
            JOIN public.kernel_releaseapproval AS a ON a.release_id = r.id
            WHERE r.system_id = candidate.system_id
              AND r.artefact_sha256 = candidate.artefact_sha256
              AND NOT EXISTS (SELECT FROM public.kernel_releaserevocation AS x
                              WHERE x.release_id = r.id)) THEN
        RETURN;
    END IF;
    SELECT r.artefact_sha256 AS sha256,
        NOT EXISTS (SELECT FROM public.kernel_releaserevocation AS x WHERE x.release_id = r.id)
        AND NOT coalesce((SELECT m.broken FROM public.kernel_groupmeasurement AS m
            WHERE m.system_id = r.system_id AND m.release_id = r.id
            ORDER BY m.id DESC LIMIT 1), false) AS works
    INTO present FROM public.kernel_release AS r
    JOIN public.kernel_releaseapproval AS a ON a.release_id = r.id
    WHERE r.system_id = candidate.system_id ORDER BY a.id DESC LIMIT 1;
    IF NOT EXISTS (SELECT FROM public.kernel_permit AS p
                   WHERE p.id = candidate.permit_id AND p.phase = 'retraining') THEN
        IF present.works THEN
            PERFORM kernel.refuse('not_compared', 'Der er en model i drift, og den nye er ikke '
                'prøvet mod den. Tag eksemplerne ind med kodeks inquiries examples add, og start '
                'en gentræning med kodeks inquiries retrain. Duer modellen i drift ikke, så træk '
                'den tilbage først.');
        END IF;
        RETURN;
    END IF;
    SELECT * INTO tried FROM public.inquiries_retrainingend AS e
    WHERE e.artefact_sha256 = candidate.artefact_sha256 AND e.permit_id = candidate.permit_id
      AND e.outcome = 'passed';
    IF tried.id IS NULL THEN
        PERFORM kernel.refuse('not_compared',
            'Modellen er gentrænet, men har ikke bestået prøven mod den i drift. '
            'Start en gentræning med kodeks inquiries retrain.');
    END IF;
    IF present.sha256 IS DISTINCT FROM tried.compared_with THEN
        PERFORM kernel.refuse('not_compared',
            'Der er kommet en anden model i drift, siden den nye blev prøvet. Gentræn igen.');
    END IF;
END $$;
REVOKE ALL ON FUNCTION inquiries_require_compared(public.kernel_release) FROM PUBLIC;

CREATE FUNCTION inquiries_proposed_compared() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM public.inquiries_require_compared(NEW);
    RETURN NEW;
END $$;
CREATE TRIGGER inquiries_compared BEFORE INSERT ON kernel_release
    FOR EACH ROW EXECUTE FUNCTION inquiries_proposed_compared();

CREATE FUNCTION inquiries_approved_compared() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM public.inquiries_require_compared(r)
    FROM public.kernel_release AS r WHERE r.id = NEW.release_id;
    RETURN NEW;
END $$;
CREATE TRIGGER inquiries_compared BEFORE INSERT ON kernel_releaseapproval
    FOR EACH ROW EXECUTE FUNCTION inquiries_approved_compared();
"""
BEFORE = import_module("kodeks.inquiries.migrations.0009_retraining").PROPOSED
UNDO = f"""
DROP TRIGGER inquiries_compared ON kernel_releaseapproval;
DROP FUNCTION inquiries_approved_compared();
DROP TRIGGER inquiries_compared ON kernel_release;
DROP FUNCTION inquiries_proposed_compared();
DROP FUNCTION inquiries_require_compared(public.kernel_release);
{BEFORE}
"""


class Migration(migrations.Migration):
    dependencies = [("inquiries", "0014_more_clocks"), ("kernel", "0012_hands_and_texts")]

    operations = [migrations.RunSQL(COMPARED, UNDO)]
