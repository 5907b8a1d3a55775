-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- History is appended, and the structural minimum holds even for someone who writes the tables past
-- the functions. It holds for the owner too, until triggers are switched off; then the ledger shows
-- it, and Python refuses what is not signed.

CREATE OR REPLACE FUNCTION kernel.history_is_appended() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'KDREF', DETAIL = 'history',
        MESSAGE = 'Historikken kan ikke ændres eller slettes. Den kan kun føjes til.';
END $$;

-- Keys may be wrapped anew, and keys and sealed bodies go when their subject is erased.
CREATE OR REPLACE FUNCTION kernel.only_when_erased() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM public.kernel_erasure AS e
               WHERE e.subject_type = OLD.subject_type AND e.subject_id = OLD.subject_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'KDREF', DETAIL = 'history',
        MESSAGE = 'Oplysninger slettes kun, når sagen er slettet.';
END $$;

CREATE OR REPLACE FUNCTION kernel.only_rewrapped() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'wrapped' - 'kek' = to_jsonb(OLD) - 'wrapped' - 'kek' AND NEW.kek > OLD.kek THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'KDREF', DETAIL = 'history',
        MESSAGE = 'En nøgle kan kun pakkes ind igen med en nyere nøgle.';
END $$;

-- A right may only be shortened.
CREATE OR REPLACE FUNCTION kernel.only_shortened() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - 'valid_until' = to_jsonb(OLD) - 'valid_until'
       AND NEW.valid_until IS NOT NULL
       AND (OLD.valid_until IS NULL OR NEW.valid_until <= OLD.valid_until) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'KDREF', DETAIL = 'history',
        MESSAGE = 'En rettighed kan ikke forlænges. Giv en ny.';
END $$;

CREATE OR REPLACE FUNCTION kernel.no_second_tile() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.width < 256 THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'KDREF', DETAIL = 'history',
        MESSAGE = 'Loggen kan ikke ændres eller slettes.';
END $$;

-- Entries leave their rows for a bundle that holds them in the same places.
CREATE OR REPLACE FUNCTION kernel.only_when_bundled() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM gone AS g WHERE NOT EXISTS (
            SELECT FROM public.kernel_ledgerbundle AS b WHERE b.index = g.index / 256
                AND b.pending_ids[(g.index % 256)::integer + 1] = g.pending_id)) THEN
        RAISE EXCEPTION USING ERRCODE = 'KDREF', DETAIL = 'history',
            MESSAGE = 'Historikken kan ikke ændres eller slettes. Den kan kun føjes til.';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER history_delete AFTER DELETE ON public.kernel_ledgerentry
    REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION kernel.only_when_bundled();

-- A head goes when it is more than a day old and its hour has a newer one that as many witnesses
-- signed: the newer one proves all that it did. Cosignatures go with their head.
CREATE OR REPLACE FUNCTION kernel.only_when_thinned() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'kernel_ledgercosignature' THEN
        IF NOT EXISTS (SELECT FROM public.kernel_ledgercheckpoint AS c WHERE c.size = OLD.size) THEN
            RETURN OLD;
        END IF;
    ELSIF OLD.at < clock_timestamp() - interval '1 day' AND EXISTS (
        SELECT FROM public.kernel_ledgercheckpoint AS c WHERE c.size > OLD.size
            AND date_trunc('hour', c.at, 'UTC') = date_trunc('hour', OLD.at, 'UTC')
            AND kernel.ledger_signed(c.size) >= kernel.ledger_signed(OLD.size)) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'KDREF', DETAIL = 'history',
        MESSAGE = 'Historikken kan ikke ændres eller slettes. Den kan kun føjes til.';
END $$;

-- An account that is closed or opened changes who may answer, so it is an event like others.
CREATE OR REPLACE FUNCTION kernel.account_changed() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM kernel.record_event('account', '',
        jsonb_build_object('user', NEW.id, 'active', NEW.is_active));
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER account_changed AFTER UPDATE OF is_active ON public.kernel_user
    FOR EACH ROW WHEN (OLD.is_active IS DISTINCT FROM NEW.is_active)
    EXECUTE FUNCTION kernel.account_changed();

DO $$
DECLARE
    name text;
    rule record;
BEGIN
    FOREACH name IN ARRAY ARRAY['system', 'codexrevision', 'legalbasis', 'linking', 'duty',
        'cardrevision', 'datafield', 'barredfield', 'assignment', 'absence', 'attestation',
        'supervisioncheck', 'evidence', 'training', 'signingkey', 'incident', 'incidentstep', 'switch',
        'release', 'releaseapproval', 'releaserevocation', 'registryevent', 'permit', 'reading',
        'datasetreading', 'recommendation', 'decision', 'act', 'actreview', 'erasure', 'ledgerbundle',
        'witnesspolicy', 'witnessconflict', 'oversightplan', 'drawseed', 'firstview', 'viewing', 'alarm',
        'alarmclosing', 'timestudy', 'milestone', 'groupmeasurement', 'exerciseset', 'drillround',
        'drilldeal', 'drillshowing', 'drillanswer', 'reversal'] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER history BEFORE UPDATE OR DELETE ON public.kernel_%s
            FOR EACH ROW EXECUTE FUNCTION kernel.history_is_appended()', name);
    END LOOP;
    FOR rule IN SELECT * FROM (VALUES
        ('secret', 'DELETE', 'only_when_erased'), ('secret', 'UPDATE', 'history_is_appended'),
        ('subjectkey', 'DELETE', 'only_when_erased'), ('subjectkey', 'UPDATE', 'only_rewrapped'),
        ('vaultkey', 'DELETE', 'only_when_erased'), ('vaultkey', 'UPDATE', 'only_rewrapped'),
        ('auditattribute', 'DELETE', 'only_when_erased'),
        ('auditattribute', 'UPDATE', 'history_is_appended'),
        ('releasekey', 'DELETE', 'history_is_appended'), ('releasekey', 'UPDATE', 'only_rewrapped'),
        ('grant', 'DELETE', 'history_is_appended'), ('grant', 'UPDATE', 'only_shortened'),
        ('ledgerentry', 'UPDATE', 'history_is_appended'),
        ('ledgercheckpoint', 'DELETE', 'only_when_thinned'),
        ('ledgercheckpoint', 'UPDATE', 'history_is_appended'),
        ('ledgercosignature', 'DELETE', 'only_when_thinned'),
        ('ledgercosignature', 'UPDATE', 'history_is_appended'),
        ('ledgertile', 'DELETE', 'no_second_tile'), ('ledgertile', 'UPDATE', 'no_second_tile'),
        ('ledgerpending', 'UPDATE', 'history_is_appended')) AS r(tbl, op, guard) LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER %s BEFORE %s ON public.kernel_%s
            FOR EACH ROW EXECUTE FUNCTION kernel.%s()',
            'history_' || lower(rule.op), rule.op, rule.tbl, rule.guard);
    END LOOP;
    FOR name IN SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'public'::regnamespace
        AND c.relname LIKE 'kernel\_%' AND c.relkind = 'r' LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER history_whole BEFORE TRUNCATE ON public.%I
            FOR EACH STATEMENT EXECUTE FUNCTION kernel.history_is_appended()', name);
    END LOOP;
END $$;

-- A CHECK that comes out as NULL lets the row pass, hence the coalesce.
ALTER TABLE public.kernel_recommendation
    DROP CONSTRAINT IF EXISTS kernel_has_uncertainty,
    DROP CONSTRAINT IF EXISTS kernel_has_data,
    DROP CONSTRAINT IF EXISTS kernel_has_considerations,
    DROP CONSTRAINT IF EXISTS kernel_has_owner,
    ADD CONSTRAINT kernel_has_uncertainty CHECK (confidence BETWEEN 0 AND 1),
    ADD CONSTRAINT kernel_has_data CHECK (coalesce(jsonb_array_length(body -> 'data_used'), 0) > 0),
    ADD CONSTRAINT kernel_has_considerations
        CHECK (coalesce(jsonb_array_length(body -> 'considerations'), 0) > 0),
    ADD CONSTRAINT kernel_has_owner
        CHECK (coalesce(body #>> '{owner,unit}', '') ~ '[[:alpha:]]'
           AND coalesce(body #>> '{owner,manager}', '') ~ '[[:alpha:]]');
ALTER TABLE public.kernel_decision
    DROP CONSTRAINT IF EXISTS kernel_choice,
    DROP CONSTRAINT IF EXISTS kernel_choice_fits,
    DROP CONSTRAINT IF EXISTS kernel_own_consideration,
    ADD CONSTRAINT kernel_choice CHECK (choice IN ('accept', 'other', 'reject', 'own')),
    ADD CONSTRAINT kernel_choice_fits CHECK ((choice = 'own') = (recommendation_id IS NULL)),
    ADD CONSTRAINT kernel_own_consideration CHECK (own_letters >= 3);
ALTER TABLE public.kernel_reversal
    DROP CONSTRAINT IF EXISTS kernel_reversal_cause,
    DROP CONSTRAINT IF EXISTS kernel_reversal_own_consideration,
    ADD CONSTRAINT kernel_reversal_cause CHECK (cause IN ('complaint', 'own', 'appeal', 'mistake')),
    ADD CONSTRAINT kernel_reversal_own_consideration CHECK (own_letters >= 3);
ALTER TABLE public.kernel_act
    DROP CONSTRAINT IF EXISTS kernel_act_has_cause,
    DROP CONSTRAINT IF EXISTS kernel_act_reversed_is_decided,
    ADD CONSTRAINT kernel_act_has_cause
        CHECK ((decision_id IS NULL) <> (recommendation_id IS NULL)),
    ADD CONSTRAINT kernel_act_reversed_is_decided
        CHECK (reversal_id IS NULL OR decision_id IS NOT NULL);
ALTER TABLE public.kernel_alarm
    DROP CONSTRAINT IF EXISTS kernel_alarm_effect,
    ADD CONSTRAINT kernel_alarm_effect CHECK (effect IN ('none', 'blind_first', 'stop'));
ALTER TABLE public.kernel_drillanswer
    DROP CONSTRAINT IF EXISTS kernel_drill_choice,
    DROP CONSTRAINT IF EXISTS kernel_drill_own_words,
    ADD CONSTRAINT kernel_drill_choice CHECK (choice IN ('follow', 'other', 'reject')),
    ADD CONSTRAINT kernel_drill_own_words CHECK (own_letters >= 3);
ALTER TABLE public.kernel_evidence
    DROP CONSTRAINT IF EXISTS kernel_evidence_dated,
    ADD CONSTRAINT kernel_evidence_dated CHECK (valid_from <= valid_to);
