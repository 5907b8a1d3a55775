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

CREATE FUNCTION kernel.require_role(who bigint, roles text[], sentence text) RETURNS void
LANGUAGE plpgsql STABLE AS $$
DECLARE
    today date := kernel.today();
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.kernel_grant AS g JOIN public.kernel_user AS u ON u.id = g.user_id
        WHERE u.id = who AND u.is_active AND g.role = ANY (roles)
          AND g.valid_from <= today AND (g.valid_until IS NULL OR g.valid_until >= today)) THEN
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
            false), max(g.valid_until) + 1
    INTO holds, ended
    FROM public.kernel_grant AS g JOIN public.kernel_user AS u ON u.id = g.user_id
    WHERE u.id = who AND u.is_active AND g.role = 'system_owner';
    IF NOT holds THEN
        RETURN coalesce(ended, '-infinity');
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION kernel.absent_since(who bigint, today date) RETURNS date
LANGUAGE plpgsql STABLE AS $$
DECLARE
    absence public.kernel_absence;
BEGIN
    SELECT * INTO absence FROM public.kernel_absence AS a
    WHERE a.user_id = who ORDER BY a.id DESC LIMIT 1;
    IF absence.first_day <= today AND (absence.last_day IS NULL OR absence.last_day >= today) THEN
        RETURN absence.first_day;
    END IF;
    RETURN NULL;
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
    IF a.id IS NULL OR btrim(a.unit) = '' THEN
        sentence := 'Systemet har ingen ansvarlig enhed. Udpeg en enhed og en leder.';
        RETURN;
    END IF;
    vacant := CASE WHEN a.manager_id IS NULL THEN kernel.day_of(a.assigned_at)
                   ELSE kernel.gone_since(a.manager_id, today) END;
    absent := CASE WHEN vacant IS NULL THEN kernel.absent_since(a.manager_id, today) END;
    owner := jsonb_build_object('unit', a.unit, 'manager', a.manager_name);
    IF vacant IS NULL AND absent IS NULL THEN
        RETURN;
    END IF;
    IF a.deputy_id IS NOT NULL AND kernel.gone_since(a.deputy_id, today) IS NULL
       AND kernel.absent_since(a.deputy_id, today) IS NULL THEN
        owner := jsonb_build_object('unit', a.unit, 'manager', a.deputy_name,
            'deputy_for', a.manager_name);
        RETURN;
    END IF;
    left_over := CASE WHEN vacant IS NULL THEN (limits ->> 'absence_days')::integer
                      ELSE (limits ->> 'vacancy_days')::integer END;
    IF coalesce(vacant, absent) = '-infinity' OR today - coalesce(vacant, absent) >= left_over
       OR btrim(a.manager_name) = '' THEN
        sentence := CASE WHEN vacant IS NULL
            THEN 'Lederen er fraværende og har ingen stedfortræder. Udpeg en stedfortræder.'
            ELSE 'Systemet har ingen ansvarlig leder. Det kan først køre, når en leder er udpeget.' END;
    END IF;
END $$;
