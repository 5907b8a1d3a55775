-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- The application role reads the kernel's tables, but not the keys of models and sealed numbers, the
-- seeds of draws, who belongs to which group nor who answered which exercise, and calls the functions
-- named here. That is all.

DO $$
DECLARE
    name text;
BEGIN
    FOR name IN SELECT c.relname FROM pg_class AS c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'kernel\_%'
          AND c.relkind IN ('r', 'S') LOOP
        EXECUTE format('REVOKE ALL ON public.%I FROM kodeks_app, PUBLIC', name);
        EXECUTE format('GRANT SELECT ON public.%I TO kodeks_app', name);
    END LOOP;
END $$;
REVOKE SELECT ON public.kernel_vaultkey, public.kernel_releasekey, public.kernel_drawseed,
    public.kernel_auditattribute, public.kernel_drilldeal FROM kodeks_app;

-- A migration marked as done here would never be run, a forged mark hides a missing guard.
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON public.django_migrations FROM kodeks_app;

REVOKE ALL ON SCHEMA kernel FROM PUBLIC;
GRANT USAGE ON SCHEMA kernel TO kodeks_app;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA kernel FROM PUBLIC, kodeks_app;
GRANT EXECUTE ON FUNCTION
    kernel.permit(jsonb), kernel.read(jsonb), kernel.read_dataset(jsonb), kernel.model_key(jsonb),
    kernel.subject_key(jsonb), kernel.issue(jsonb), kernel.decide(jsonb), kernel.reverse(jsonb), kernel.act(jsonb),
    kernel.first_view(jsonb), kernel.show(jsonb), kernel.oversee(jsonb), kernel.raise_alarm(jsonb),
    kernel.close_alarm(jsonb), kernel.open_drills(jsonb), kernel.show_exercise(jsonb),
    kernel.answer_exercise(jsonb), kernel.exercises_left(bigint), kernel.review(jsonb), kernel.stop(jsonb), kernel.resume(jsonb), kernel.attest(jsonb),
    kernel.absence(jsonb), kernel.supervise(jsonb), kernel.report_incident(jsonb),
    kernel.handle_incident(jsonb), kernel.time_study(jsonb), kernel.milestone(jsonb),
    kernel.approve_text(jsonb),
    kernel.deposit(jsonb), kernel.unmask(jsonb),
    kernel.unmasked(jsonb), kernel.erase(jsonb), kernel.keep_for_audit(jsonb),
    kernel.measure_groups(jsonb), kernel.obstacles(text, text, text), kernel.require_permit(uuid), kernel.ledger_integrate(integer),
    kernel.ledger_publish(bigint, bytea, text, smallint[], bigint[], smallint[], bytea[]),
    kernel.ledger_cosign(bigint, text, text, bigint), kernel.ledger_conflict(text, bigint),
    kernel.ledger_thin()
    TO kodeks_app;

-- Every entrance pins what a caller's session could bend: where names are looked up, which for a
-- SECURITY DEFINER function would run whatever the caller puts in front; and how string constants
-- are read when a function runs for the first time, without which '\.' in a pattern would match any
-- sign ("0e5" would pass as a number). The functions inside inherit both; to pin each of them too
-- would cost a third of every issue. Entrances are those the application role may call, those that
-- only the owner calls, and triggers.
DO $$
DECLARE
    entrance regprocedure;
BEGIN
    FOR entrance IN SELECT p.oid FROM pg_proc AS p
        WHERE p.pronamespace = 'kernel'::regnamespace AND (p.prosecdef
            OR p.prorettype = 'trigger'::regtype OR p.proname = ANY (ARRAY['register_card', 'assign',
                'register_evidence', 'register_training', 'register_grant', 'revoke_grants',
                'register_signing_key', 'register_codex', 'propose_release', 'approve_release',
                'revoke_release', 'register_witnesses', 'register_exercises'])) LOOP
        EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, pg_temp', entrance);
        EXECUTE format('ALTER FUNCTION %s SET standard_conforming_strings = on', entrance);
    END LOOP;
END $$;
