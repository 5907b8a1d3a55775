-- SPDX-FileCopyrightText: 2026 The kodeks founders
-- SPDX-License-Identifier: MPL-2.0
--
-- Alarms: something measured of a system passed its limit. An alarm has the one who answers for the
-- system as its owner, a due day, and an effect for as long as it is open: none, the whole system
-- on blind-first, or a stop.

CREATE FUNCTION kernel.open_alarm(slug text, with_effect text) RETURNS public.kernel_alarm
LANGUAGE plpgsql STABLE AS $$
DECLARE
    found public.kernel_alarm;
BEGIN
    SELECT a.* INTO found FROM public.kernel_alarm AS a
    WHERE a.system_id = slug AND a.effect = with_effect
      AND NOT EXISTS (SELECT FROM public.kernel_alarmclosing AS c WHERE c.alarm_id = a.id)
    ORDER BY a.raised_at, a.id LIMIT 1;
    RETURN found;
END $$;

-- Anybody's program may raise one: it can only make a system more careful. The same kind is open
-- once at a time, so a measurement that is made each night gives one alarm.
CREATE FUNCTION kernel.raise_alarm(payload jsonb) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    slug text := payload ->> 'system';
    alarm_id uuid;
    due date;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['system', 'kind', 'effect', 'sentence', 'measured'], '{}');
    PERFORM kernel.refuse_cpr(payload);
    PERFORM kernel.require_system(slug);
    IF jsonb_typeof(payload -> 'kind') <> 'string' OR payload ->> 'kind' !~ '^[a-z_]{1,40}$'
       OR payload ->> 'effect' NOT IN ('none', 'blind_first', 'stop')
       OR jsonb_typeof(payload -> 'measured') <> 'object' OR EXISTS (
           SELECT FROM jsonb_each(payload -> 'measured') AS m WHERE m.key !~ '^[a-z_]{1,40}$'
             OR jsonb_typeof(m.value) <> 'string' OR m.value #>> '{}' !~ '^[0-9A-Za-z.,:%+ -]{1,40}$') THEN
        PERFORM kernel.refuse('form', 'Alarmen skal have en art, en virkning og sine målinger.');
    END IF;
    PERFORM kernel.text_of(payload -> 'sentence', 1000, 'form', 'Alarmen skal sige, hvad der er galt.');
    PERFORM pg_advisory_xact_lock(hashtextextended('alarm:' || slug || ':' || (payload ->> 'kind'), 0));
    SELECT a.id INTO alarm_id FROM public.kernel_alarm AS a
    WHERE a.system_id = slug AND a.kind = payload ->> 'kind'
      AND NOT EXISTS (SELECT FROM public.kernel_alarmclosing AS c WHERE c.alarm_id = a.id);
    IF alarm_id IS NOT NULL THEN
        RETURN alarm_id;
    END IF;
    alarm_id := gen_random_uuid();
    -- Without a codex nothing runs, and the alarm is due at once.
    SELECT kernel.today() + (c.limits ->> 'alarm_days')::integer INTO due
    FROM kernel.codex_in_force(kernel.today()) AS c;
    due := coalesce(due, kernel.today());
    INSERT INTO public.kernel_alarm (id, system_id, kind, effect, sentence, measured, raised_at, due_on)
    VALUES (alarm_id, slug, payload ->> 'kind', payload ->> 'effect', payload ->> 'sentence',
        payload -> 'measured', clock_timestamp(), due);
    PERFORM kernel.record_event('alarm', slug, jsonb_build_object('alarm', alarm_id,
        'kind_of_alarm', payload -> 'kind', 'effect', payload -> 'effect',
        'sentence', payload -> 'sentence', 'measured', payload -> 'measured', 'due_on', due));
    RETURN alarm_id;
END $$;

-- The one who answers for the system has found the cause and says what was done.
CREATE FUNCTION kernel.close_alarm(payload jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    alarm public.kernel_alarm;
BEGIN
    PERFORM kernel.require_read_committed();
    PERFORM kernel.require_keys(payload, ARRAY['alarm_id', 'text', 'user_id', 'codex_sha256'], '{}');
    PERFORM kernel.require_codex(payload ->> 'codex_sha256');
    SELECT * INTO alarm FROM public.kernel_alarm AS a WHERE a.id = kernel.uuid_of(
        payload -> 'alarm_id', 'Alarmens nummer har ikke den rette form.');
    IF alarm.id IS NULL THEN
        PERFORM kernel.refuse('unknown_alarm', 'Alarmen findes ikke.');
    END IF;
    PERFORM kernel.require_post(kernel.user_of(payload -> 'user_id'), alarm.system_id, '{}',
        'Kun lederen, der svarer for systemet, eller stedfortræderen kan lukke en alarm.');
    PERFORM kernel.text_of(payload -> 'text', 2000, 'no_reason', 'Skriv, hvad årsagen var, og hvad der er gjort.');
    PERFORM kernel.refuse_cpr(payload -> 'text');
    PERFORM pg_advisory_xact_lock(hashtextextended('alarm:' || alarm.id, 0));
    IF EXISTS (SELECT FROM public.kernel_alarmclosing AS c WHERE c.alarm_id = alarm.id) THEN
        PERFORM kernel.refuse('closed', 'Alarmen er allerede lukket.');
    END IF;
    INSERT INTO public.kernel_alarmclosing (alarm_id, user_id, text, at)
    VALUES (alarm.id, kernel.user_of(payload -> 'user_id'), payload ->> 'text', clock_timestamp());
    PERFORM kernel.record_event('alarm_closed', alarm.system_id, jsonb_build_object(
        'alarm', alarm.id, 'text', payload -> 'text', 'user', payload -> 'user_id'));
END $$;
