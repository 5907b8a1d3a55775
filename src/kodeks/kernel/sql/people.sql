-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- People: who has which right today, who is trained, who answers for a system.

-- Whether an active person has one of the roles for a matter of this unit and KLE number. A grant
-- for one unit or KLE prefix does not reach a matter that has not been placed yet.
CREATE FUNCTION kernel.may(who bigint, roles text[], unit text, kle text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
    today date := kernel.today();
BEGIN
    RETURN EXISTS (
        SELECT FROM public.kernel_grant AS g JOIN public.kernel_user AS u ON u.id = g.user_id
        WHERE u.id = who AND u.is_active AND g.role = ANY (roles)
          AND g.valid_from <= today AND (g.valid_until IS NULL OR g.valid_until >= today)
          AND (g.unit = '' OR g.unit = may.unit)
          AND (g.kle_prefix = '' OR starts_with(may.kle, g.kle_prefix)));
END $$;

CREATE FUNCTION kernel.has_role(who bigint, roles text[]) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
    today date := kernel.today();
BEGIN
    RETURN EXISTS (
        SELECT FROM public.kernel_grant AS g JOIN public.kernel_user AS u ON u.id = g.user_id
        WHERE u.id = who AND u.is_active AND g.role = ANY (roles)
          AND g.valid_from <= today AND (g.valid_until IS NULL OR g.valid_until >= today));
END $$;

CREATE FUNCTION kernel.require_role(who bigint, roles text[], sentence text) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT kernel.has_role(who, roles) THEN
        PERFORM kernel.refuse('no_right', sentence);
    END IF;
END $$;

-- The manager who answers for this system, or the deputy; or somebody with one of `others`.
CREATE FUNCTION kernel.require_post(who bigint, slug text, others text[], sentence text) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    a public.kernel_assignment;
BEGIN
    IF kernel.has_role(who, others) THEN
        RETURN;
    END IF;
    SELECT * INTO a FROM public.kernel_assignment AS x
    WHERE x.system_id = slug ORDER BY x.id DESC LIMIT 1;
    IF who NOT IN (coalesce(a.manager_id, -1), coalesce(a.deputy_id, -1))
       OR NOT kernel.has_role(who, ARRAY['system_owner']) THEN
        PERFORM kernel.refuse('no_right', sentence);
    END IF;
END $$;

-- Trained to use this system, or all of them, until a day that has not passed (AI Act art. 4 and
-- 26(2)). The newest entry for a system counts, so a training can be called back.
CREATE FUNCTION kernel.trained(who bigint, slug text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
    until date;
BEGIN
    SELECT t.valid_until INTO until FROM public.kernel_training AS t
    WHERE t.user_id = who AND t.system_slug IN (slug, '')
    ORDER BY t.id DESC LIMIT 1;
    RETURN coalesce(until >= kernel.today(), false);
END $$;

-- Since when a person cannot answer as system owner: NULL when they can, '-infinity' when it is
-- not known. An absence counts from its first day, a right from the day after its last.
CREATE FUNCTION kernel.gone_since(who bigint, today date) RETURNS date
LANGUAGE plpgsql STABLE AS $$
DECLARE
    holds boolean;
    ended date;
BEGIN
    SELECT coalesce(bool_or(g.valid_from <= today AND (g.valid_until IS NULL OR g.valid_until >= today)),
            false), max(g.valid_until) FILTER (WHERE g.valid_until < today) + 1
    INTO holds, ended
    FROM public.kernel_grant AS g JOIN public.kernel_user AS u ON u.id = g.user_id
    WHERE u.id = who AND u.is_active AND g.role = 'system_owner';
    IF NOT holds THEN
        RETURN coalesce(ended, '-infinity');
    END IF;
    RETURN NULL;
END $$;

-- Since when a person has been away without a break, NULL when they are not. A newer entry takes the
-- place of an older one that it touches, from its own first day on; the days before stay as they
-- were. So an absence can be corrected, and writing it anew does not make it begin anew.
CREATE FUNCTION kernel.absent_since(who bigint, today date) RETURNS date
LANGUAGE plpgsql STABLE AS $$
DECLARE
    on_day date := today;
    first date;
    since date;
BEGIN
    LOOP
        SELECT min(a.first_day) INTO first FROM public.kernel_absence AS a
        WHERE a.user_id = who AND a.first_day <= on_day AND coalesce(a.last_day, on_day) >= on_day
          AND NOT EXISTS (SELECT FROM public.kernel_absence AS newer
              WHERE newer.user_id = who AND newer.id > a.id AND newer.first_day <= on_day
                AND coalesce(newer.last_day, on_day) >= a.first_day);
        IF first IS NULL THEN
            RETURN since;
        END IF;
        since := first;
        on_day := first - 1;
    END LOOP;
END $$;

-- Who answers for a system today (codex, principle 1): the manager; else the deputy; else, for as
-- many days as the codex sets, still the one who was last named. Then nobody: `sentence` says why.
CREATE FUNCTION kernel.answering(slug text, today date, limits jsonb,
    OUT assignment_id bigint, OUT owner jsonb, OUT sentence text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    a public.kernel_assignment;
    vacant date;
    absent date;
    left_over integer;
BEGIN
    SELECT * INTO a FROM public.kernel_assignment AS x
    WHERE x.system_id = slug ORDER BY x.id DESC LIMIT 1;
    assignment_id := a.id;
    IF a.id IS NULL OR a.unit !~ '[[:alpha:]]' THEN
        sentence := 'Systemet har ingen ansvarlig enhed. Udpeg en enhed og en leder.';
        RETURN;
    END IF;
    IF a.manager_name !~ '[[:alpha:]]' THEN
        sentence := 'Systemet har ingen ansvarlig leder med et navn. Udpeg en leder.';
        RETURN;
    END IF;
    vacant := CASE WHEN a.manager_id IS NULL THEN kernel.day_of(a.assigned_at)
                   ELSE kernel.gone_since(a.manager_id, today) END;
    absent := CASE WHEN vacant IS NULL THEN kernel.absent_since(a.manager_id, today) END;
    owner := jsonb_build_object('unit', a.unit, 'manager', a.manager_name);
    IF vacant IS NULL AND absent IS NULL THEN
        RETURN;
    END IF;
    IF a.deputy_name ~ '[[:alpha:]]' AND kernel.gone_since(a.deputy_id, today) IS NULL
       AND kernel.absent_since(a.deputy_id, today) IS NULL THEN
        owner := jsonb_build_object('unit', a.unit, 'manager', a.deputy_name,
            'deputy_for', a.manager_name);
        RETURN;
    END IF;
    left_over := CASE WHEN vacant IS NULL THEN (limits ->> 'absence_days')::integer
                      ELSE (limits ->> 'vacancy_days')::integer END;
    IF coalesce(vacant, absent) = '-infinity' OR today - coalesce(vacant, absent) >= left_over THEN
        sentence := CASE WHEN vacant IS NULL
            THEN 'Lederen er fraværende og har ingen stedfortræder. Udpeg en stedfortræder.'
            ELSE 'Systemet har ingen ansvarlig leder. Det kan først køre, når en leder er udpeget.' END;
    END IF;
END $$;
