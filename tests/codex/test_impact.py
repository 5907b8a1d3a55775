# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a new edition takes from the systems in use, from which day, and what it gives."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from kodeks.codex import bundle
from kodeks.codex.duties import KINDS
from kodeks.codex.impact import Impact, SystemFacts, Use, impact
from kodeks.codex.protected import Attribute, Proxy

OLD = bundle.shipped()
FIRST, LAST = dt.date(2026, 11, 1), dt.date(2027, 12, 31)
START = dt.date(2027, 1, 1)  # the day on which the new edition takes effect
ALL_EVIDENCE = dict.fromkeys(KINDS, dt.date(2030, 1, 1))


def new(**changes):
    return replace(OLD, number=2, effective_from=START, **changes)


def with_bases(*changed, **values):
    """The shipped bases, with `values` in the rows whose ids are `changed`."""
    return tuple(replace(row, **values) if row.id in changed else row for row in OLD.bases)


def system(slug="inquiries", *, uses=None, **changes):
    values = {
        "slug": slug,
        "name": "Visitering",
        "risk_class": "limited",
        "autonomy": "advise",
        "release": "3",
        "uses": uses or (USE,),
        "fields": {"text": "Teksten i henvendelsen"},
        "evidence": ALL_EVIDENCE,
    }
    return SystemFacts(**(values | changes))


USE = Use(phase="operation", purpose="triage", categories=frozenset({"ordinary"}), open_cases=7)
MATCH = Use(
    phase="operation",
    purpose="match",
    categories=frozenset({"ordinary"}),
    sources=frozenset({"cv", "jobopslag"}),
    open_cases=2,
)


def found(codex, *systems, first=FIRST, last=LAST, old=OLD):
    return impact(old=old, new=codex, systems=systems or (system(),), first=first, last=last)


def losses(codex, *systems, **values):
    return [
        (loss.system, loss.purpose, loss.day, loss.code, loss.caused_by_new)
        for loss in found(codex, *systems, **values).losses
    ]


def test_the_same_edition_changes_nothing():
    assert found(new()) == Impact(losses=(), gains=())


def test_a_basis_that_is_gone_is_lost_on_the_day_the_edition_takes_effect():
    codex = new(bases=tuple(row for row in OLD.bases if row.id != "inquiries_triage"))
    (loss,) = found(codex).losses
    assert (loss.system, loss.name, loss.phase, loss.purpose) == (
        "inquiries",
        "Visitering",
        "operation",
        "triage",
    )
    assert (loss.day, loss.code, loss.caused_by_new) == (START, "no_basis", True)
    assert (loss.release, loss.open_cases) == ("3", 7)
    assert loss.why == "Der er ingen hjemmel for almindelige oplysninger den 1. januar 2027."


def test_a_basis_that_ends_later_is_lost_the_day_after_its_last():
    codex = new(bases=with_bases("inquiries_triage", valid_to=dt.date(2027, 6, 30)))
    assert losses(codex) == [("inquiries", "triage", dt.date(2027, 7, 1), "no_basis", True)]
    assert losses(codex, last=dt.date(2027, 6, 30)) == []


def test_a_basis_that_ended_in_the_past_is_lost_when_the_edition_takes_effect():
    codex = new(bases=with_bases("inquiries_triage", valid_to=dt.date(2020, 1, 1)))
    assert losses(codex) == [("inquiries", "triage", START, "no_basis", True)]


def test_before_it_takes_effect_the_old_one_rules():
    codex = new(bases=with_bases("inquiries_triage", status="barred"))
    assert losses(codex, last=START - dt.timedelta(days=1)) == []
    assert losses(codex) == [("inquiries", "triage", START, "barred", True)]


def test_an_edition_in_force_already_is_compared_with_the_old_on_the_first_day():
    codex = new(bases=with_bases("inquiries_triage", status="pending"))
    later = START + dt.timedelta(days=60)
    assert losses(codex, first=later) == [("inquiries", "triage", later, "no_basis", True)]


def test_what_ends_under_both_is_told_apart():
    old = replace(OLD, bases=with_bases("inquiries_triage", valid_to=dt.date(2027, 3, 31)))
    codex = replace(old, number=2, effective_from=START)
    assert losses(codex, old=old) == [
        ("inquiries", "triage", dt.date(2027, 4, 1), "no_basis", False)
    ]
    assert losses(new(), old=old) == []  # the new edition lengthens it


def test_a_purpose_that_is_refused_already_is_no_loss():
    barred = Use(phase="operation", purpose="prioritise", categories=frozenset({"ordinary"}))
    control = system("control", uses=(barred,))
    codex = new(bases=tuple(row for row in OLD.bases if row.system != "control"))
    assert found(codex, control) == Impact(losses=(), gains=())


def test_only_the_use_that_is_hit_is_lost():
    learn = Use(phase="retraining", purpose="improvement", categories=frozenset({"ordinary"}))
    codex = new(bases=with_bases("inquiries_retraining", status="barred"))
    assert losses(codex, system(uses=(USE, learn))) == [
        ("inquiries", "improvement", START, "barred", True)
    ]


def test_less_autonomy_is_a_loss_for_a_robot_that_goes_further():
    codex = new(bases=with_bases("inquiries_triage", autonomy="advise"))
    assert losses(codex) == []
    assert losses(codex, system(autonomy="procedural")) == [
        ("inquiries", "triage", START, "autonomy", True)
    ]


def test_a_permission_to_link_that_is_gone():
    codex = new(linkings=tuple(row for row in OLD.linkings if row.id != "job_match_link"))
    assert losses(codex, system("job_match", uses=(MATCH,))) == [
        ("job_match", "match", START, "linking", True)
    ]
    one = replace(MATCH, sources=frozenset({"cv"}))
    assert losses(codex, system("job_match", uses=(one,))) == []


def test_data_without_personal_data_need_no_permission_to_be_linked():
    bins = Use(
        phase="operation",
        purpose="forecast",
        categories=frozenset({"none"}),
        sources=frozenset({"sensorer", "vejr"}),
    )
    assert losses(new(linkings=()), system("waste", uses=(bins,))) == []


def test_a_permission_to_link_that_runs_out():
    linkings = tuple(replace(row, valid_to=dt.date(2027, 2, 28)) for row in OLD.linkings)
    (loss,) = found(new(linkings=linkings), system("job_match", uses=(MATCH,))).losses
    assert (loss.day, loss.code) == (dt.date(2027, 3, 1), "linking")
    assert loss.why == "Kilderne må ikke samkøres: cv, jobopslag."


def test_evidence_that_is_newly_asked_for():
    duties = tuple(
        replace(duty, risk_classes=("limited", "high"), valid_from=dt.date(2027, 5, 1))
        if duty.kind == "fria"
        else duty
        for duty in OLD.duties
    )
    without = system(evidence={k: v for k, v in ALL_EVIDENCE.items() if k != "fria"})
    assert losses(new(duties=duties)) == []
    (loss,) = found(new(duties=duties), without).losses
    assert (loss.day, loss.code, loss.caused_by_new) == (dt.date(2027, 5, 1), "evidence", True)
    assert loss.why == "Der mangler et bilag: Vurdering af grundlæggende rettigheder."


def test_evidence_that_runs_out_is_not_the_new_editions_fault():
    old_report = system(evidence=ALL_EVIDENCE | {"test_report": dt.date(2027, 2, 10)})
    (loss,) = found(new(), old_report).losses
    assert (loss.day, loss.code, loss.caused_by_new) == (dt.date(2027, 2, 11), "evidence", False)
    assert loss.why == (
        "Et bilag er for gammelt: Rapport om prøver. Det gjaldt til 10. februar 2027."
    )


def test_evidence_still_counts_on_its_last_day():
    on_the_day = system(evidence=ALL_EVIDENCE | {"test_report": START})
    assert [loss.day for loss in found(new(), on_the_day).losses] == [START + dt.timedelta(days=1)]


def test_each_reason_of_one_day_is_told_with_its_own_cause():
    codex = new(
        bases=with_bases("inquiries_triage", valid_to=dt.date(2027, 2, 10)), linkings=OLD.linkings
    )
    old_report = system(evidence=ALL_EVIDENCE | {"test_report": dt.date(2027, 2, 10)})
    day = dt.date(2027, 2, 11)
    assert losses(codex, old_report) == [
        ("inquiries", "triage", day, "no_basis", True),
        ("inquiries", "triage", day, "evidence", False),
    ]


def test_fields_that_become_protected_or_proxies():
    attribute = Attribute(id="age", title="Alder", words=("alder",))
    proxy = Proxy(system="inquiries", field="text", attribute="gender", why="Teksten røber det.")
    aged = system(fields={"text": "Teksten", "age": "Borgerens alder"})
    codex = new(attributes=(*OLD.attributes, attribute))
    assert losses(codex) == []
    (loss,) = found(codex, aged).losses
    assert (loss.day, loss.code) == (START, "protected")
    assert loss.why == "Feltet »Borgerens alder« er beskyttet: Alder."
    (loss,) = found(new(proxies=(*OLD.proxies, proxy))).losses
    assert (loss.day, loss.code) == (START, "proxy")
    assert loss.why == "Feltet »Teksten i henvendelsen« må ikke bruges. Teksten røber det."


def test_what_the_new_edition_permits_is_a_gain():
    use = Use(phase="operation", purpose="prioritise", categories=frozenset({"ordinary"}))
    control = system("control", uses=(use,), risk_class="high")
    bases = tuple(
        replace(row, valid_to=dt.date(2027, 3, 31)) if row.id == "control_barred" else row
        for row in OLD.bases
    )
    allowed = replace(bases[0], id="x", system="control", purpose="prioritise", valid_from=START)
    (gain,) = found(new(bases=(*bases, allowed)), control).gains
    assert (gain.system, gain.phase, gain.purpose) == ("control", "operation", "prioritise")
    assert (gain.day, gain.caused_by_new) == (dt.date(2027, 4, 1), True)


def test_a_use_may_be_lost_and_won_again():
    bases = (
        *with_bases("inquiries_triage", valid_to=dt.date(2027, 1, 31)),
        replace(OLD.bases[0], id="again", valid_from=dt.date(2027, 3, 1)),
    )
    result = found(new(bases=bases))
    assert [loss.day for loss in result.losses] == [dt.date(2027, 2, 1)]
    assert [(g.day, g.caused_by_new) for g in result.gains] == [(dt.date(2027, 3, 1), False)]


def test_losses_come_in_the_order_of_days_and_systems():
    codex = new(
        bases=with_bases("inquiries_triage", valid_to=dt.date(2027, 6, 30)),
        linkings=OLD.linkings[:1],
    )
    result = losses(codex, system(), system("job_match", uses=(MATCH,)))
    assert [row[2] for row in result] == sorted(row[2] for row in result)
    assert [row[0] for row in result] == ["job_match", "inquiries"]


def test_without_systems_there_is_nothing():
    assert impact(old=OLD, new=new(), systems=(), first=FIRST, last=LAST) == Impact(
        losses=(), gains=()
    )


@pytest.mark.parametrize("day", [dt.date.max, dt.date(2030, 1, 1)])
def test_evidence_far_ahead_is_no_trouble(day):
    assert losses(new(), system(evidence=dict.fromkeys(KINDS, day))) == []
