-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- reverse: a person changes what was decided (omgørelse), with words of their own and a cause. The
-- decision stays as it was written; the newest reversal stands. No machine has a part in it, so
-- neither a stop nor a lack of training is in the way.

CREATE FUNCTION kernel.check_reversal(payload jsonb, before jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF jsonb_typeof(payload -> 'cause') <> 'string'
       OR payload ->> 'cause' NOT IN ('complaint', 'own', 'appeal', 'mistake') THEN
        PERFORM kernel.refuse('cause', 'Vælg, hvorfor afgørelsen bliver gjort om.');
    END IF;
    IF NOT kernel.says_something(payload -> 'outcome') THEN
        PERFORM kernel.refuse('no_outcome', 'Afgørelsen siger ikke, hvad den går ud på.');
    END IF;
    PERFORM kernel.refuse_cpr(payload -> 'outcome');
    IF payload -> 'outcome' = before THEN
        PERFORM kernel.refuse('same_outcome', 'Det er allerede afgjort sådan. Vælg noget andet.');
    END IF;
    PERFORM kernel.check_own_consideration(payload -> 'own_consideration');
END $$;

CREATE FUNCTION kernel.reverse(payload jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    replaced uuid;
    former public.kernel_reversal;
    decision public.kernel_decision;
    reversal_id uuid;
    slug text;
    about jsonb;
    scope jsonb;
    before jsonb;
    who public.kernel_user;
    codex record;
    moment timestamptz;
    body jsonb;
    entry record;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['id', 'replaces', 'user_id', 'cause', 'outcome',
        'own_consideration', 'codex_sha256', 'sealed'], '{}');
    reversal_id := kernel.uuid_of(payload -> 'id', 'Omgørelsens nummer har ikke den rette form.');
    -- What the person saw standing: the decision, or a reversal of it.
    replaced := kernel.uuid_of(payload -> 'replaces', 'Afgørelsens nummer har ikke den rette form.');
    SELECT * INTO former FROM public.kernel_reversal AS r WHERE r.id = replaced;
    SELECT * INTO decision FROM public.kernel_decision AS d
    WHERE d.id = coalesce(former.decision_id, replaced);
    IF decision.id IS NULL THEN
        PERFORM kernel.refuse('unknown_decision', 'Afgørelsen findes ikke.');
    END IF;
    slug := decision.system_id;
    about := decision.body -> 'subject';
    scope := decision.body -> 'scope';
    PERFORM kernel.check_subject(about);
    -- What may change comes after the wait: a right withdrawn or another reversal meanwhile is seen.
    PERFORM pg_advisory_xact_lock(hashtextextended('decide:' || slug || ':' || about::text, 0));
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    PERFORM kernel.require_caseworker(kernel.user_of(payload -> 'user_id'), slug, scope, false);
    IF EXISTS (SELECT FROM public.kernel_reversal AS r WHERE r.decision_id = decision.id
               AND r.former_id IS NOT DISTINCT FROM former.id) THEN
        PERFORM kernel.refuse('reversed',
            'Afgørelsen er gjort om i mellemtiden. Se den nye afgørelse, før du ændrer den.');
    END IF;
    before := coalesce(former.body, decision.body) -> 'outcome';
    PERFORM kernel.check_reversal(payload, before);
    moment := clock_timestamp();
    SELECT * INTO codex FROM kernel.codex_in_force(kernel.today());
    SELECT * INTO who FROM public.kernel_user AS u WHERE u.id = kernel.user_of(payload -> 'user_id');
    body := jsonb_build_object(
        'id', reversal_id, 'system', slug, 'purpose', decision.purpose,
        'subject', about, 'scope', scope, 'decision', decision.id, 'replaces', replaced,
        'cause', payload -> 'cause', 'outcome_before', before, 'outcome', payload -> 'outcome',
        'own_consideration', payload -> 'own_consideration',
        'reversed_by', jsonb_build_object('name', who.full_name, 'title', who.title),
        'codex', jsonb_build_object('number', codex.number, 'sha256', codex.sha256),
        'reversed_at', kernel.moment(moment));
    SELECT * INTO entry FROM kernel.enter('reversal', reversal_id, slug, body, moment);
    PERFORM kernel.keep_secret(reversal_id, about, entry.salt, payload -> 'sealed');
    INSERT INTO public.kernel_reversal (id, body, pending_id, system_id, decision_id, former_id,
        codex_id, user_id, cause, own_letters, reversed_at)
    VALUES (reversal_id, body - 'own_consideration', entry.pending_id, slug, decision.id,
        former.id, codex.id, who.id, payload ->> 'cause',
        length(regexp_replace(payload ->> 'own_consideration', '[^[:alpha:]]', '', 'g')), moment);
    RETURN reversal_id;
END $$;
