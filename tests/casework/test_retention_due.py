# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Retention by KLE subject: the rules, and what is due by them on which day."""

from __future__ import annotations

import datetime as dt

import pytest
from closed_cases import NUMBER, SOURCE, WHO, closed, rule
from django.utils import timezone

from kodeks.casework import kle, retention, rules, services
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import KleSubject
from kodeks.kernel.models import Erasure

pytestmark = pytest.mark.usefixtures("listed")

BEFORE = dt.timedelta(days=-1)
AFTER = dt.timedelta(days=1)


# Rules


def test_every_listed_subject_has_a_rule_with_a_source_and_none_is_confirmed():
    for entry in kle.ENTRIES:
        assert entry.rule.source
        assert entry.rule.years is None or 1 <= entry.rule.years <= 30
    KleSubject.objects.update(retention_confirmed_by="")
    services.load_kle_subjects()
    found = KleSubject.objects.filter(number__in=[entry.number for entry in kle.ENTRIES])
    assert found.count() == len(kle.ENTRIES)
    assert not found.filter(retention="unknown").exists()
    assert not found.exclude(retention_confirmed_by="").exists()
    assert found.get(number="02.34.02").retention == "keep"


def test_a_confirmed_rule_outlives_the_next_upgrade():
    rule(7)
    services.load_kle_subjects()
    subject = KleSubject.objects.get(number=NUMBER)
    assert (subject.retention_years, subject.retention_confirmed_by) == (7, WHO)
    assert rules.in_words(subject) == "Slettes 7 år efter lukning"
    assert rules.in_words(rule(None)) == "Bevares"
    assert rules.in_words(rule(0)) == "Slettes, når sagen er lukket"


def test_a_rule_belongs_to_the_subject_of_its_days(unit):
    old = KleSubject.objects.get(number=NUMBER)
    new = services.add_kle_subject(
        number=NUMBER, title="Nyt navn", valid_from=timezone.localdate() - dt.timedelta(days=30)
    )
    rules.confirm(
        number=NUMBER, rule=kle.Rule(10, SOURCE), confirmed_by=WHO, valid_from=old.valid_from
    )
    assert rule(2) == new
    day = timezone.now() - dt.timedelta(days=400)
    before, since = closed(unit, at=day), closed(unit)
    assert (before.kle, since.kle) == (old, new)
    assert retention.deadline(before).year == timezone.localdate(day).year + 10
    assert retention.deadline(since).year == timezone.localdate().year + 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"number": "99.99.99"}, "findes ikke"),
        ({"rule": kle.Rule(101, SOURCE)}, "fra 0 til 100"),
        ({"rule": kle.Rule(-1, SOURCE)}, "fra 0 til 100"),
        ({"rule": kle.Rule(1, " ")}, "Kilden til reglen mangler"),
        ({"rule": kle.Rule(1, "x" * 201)}, "længere end 200"),
        ({"rule": kle.Rule(1, "Fra 010190-1234")}, "CPR-nummer"),
        ({"confirmed_by": ""}, "mangler"),
        ({"confirmed_by": "x" * 101}, "højst fylde 100"),
        ({"valid_from": dt.date(2001, 1, 1)}, "findes ikke"),
    ],
)
def test_a_rule_that_says_nothing_is_refused(change, says):
    given = {"number": NUMBER, "rule": kle.Rule(5, SOURCE), "confirmed_by": WHO}
    with pytest.raises(CaseworkError, match=says):
        rules.confirm(**given | change)


def row(**change: str) -> dict[str, str]:
    return {"kle_number": NUMBER, "years": "8", "source": SOURCE, "confirmed_by": WHO} | change


def test_a_file_of_rules_is_taken_in_whole_or_not_at_all():
    file = [(2, row()), (3, row(kle_number="05.01.12", years="Bevares"))]
    assert rules.load(file) == 2
    assert KleSubject.objects.get(number="05.01.12").retention == "keep"
    for wrong in (row(years="otte"), row(years="-1"), row(valid_from="1.1.2026"), row(source="")):
        with pytest.raises(CaseworkError, match="I række 3: "):
            rules.load([(2, row(years="9")), (3, wrong)])
        assert KleSubject.objects.get(number=NUMBER).retention_years == 8


# What is due


@pytest.mark.parametrize("years", [0, 1, 5])
def test_a_case_is_due_from_its_day_and_not_before(unit, years):
    rule(years)
    case = closed(unit, at=dt.datetime(2025, 3, 14, 11, tzinfo=dt.UTC))
    day = dt.date(2025 + years, 3, 14)
    assert retention.deadline(case) == day
    assert case not in retention.due(on=day + BEFORE)
    assert case in retention.due(on=day)
    assert case in retention.due(on=day + AFTER)
    (found,) = retention.due_subjects(on=day)
    assert (found.subject.number, found.cases, found.oldest) == (NUMBER, 1, day)
    assert found.confirmed
    assert retention.due_subjects(on=day + BEFORE) == []


def test_a_case_closed_on_leap_day_is_not_due_a_day_too_early(unit):
    rule(1)
    case = closed(unit, at=dt.datetime(2024, 2, 29, 11, tzinfo=dt.UTC))
    assert retention.deadline(case) == dt.date(2025, 3, 1)
    assert not retention.due(on=dt.date(2025, 2, 28)).exists()
    assert retention.due(on=dt.date(2025, 3, 1)).exists()


def test_the_day_ends_at_midnight_in_denmark(unit):
    rule(1)
    closed(unit, at=dt.datetime(2024, 6, 30, 22, 30, tzinfo=dt.UTC))
    assert not retention.due(on=dt.date(2025, 6, 30)).exists()
    assert retention.due(on=dt.date(2025, 7, 1)).exists()


def test_what_is_kept_or_without_a_rule_is_never_due(unit, dorte):
    services.add_kle_subject(number="99.99.99", title="Lokalt", valid_from=dt.date(2024, 1, 1))
    kept = closed(unit, number="02.34.02")
    unruled = closed(unit, number="99.99.99")
    far = dt.date(2500, 1, 1)
    assert not set(retention.due(on=far)) & {kept, unruled}
    assert retention.deadline(kept) is None
    assert [one.number for one in retention.without_rule()] == ["99.99.99"]
    for case, says in ((kept, "skal bevares"), (unruled, "ingen regel")):
        with pytest.raises(CaseworkError, match=says):
            retention.erase_case(case=case, user=dorte)


def test_what_is_not_closed_not_due_or_not_confirmed_is_not_erased(unit, case, dorte):
    rule(1)
    for one, says in ((case, "ikke lukket"), (closed(unit), "Fristen for sag")):
        with pytest.raises(CaseworkError, match=says):
            retention.erase_case(case=one, user=dorte)
    with pytest.raises(CaseworkError, match="ikke kommet endnu"):
        retention.erase_case(case=closed(unit), user=dorte, on=timezone.localdate() + AFTER)
    rule(0)
    KleSubject.objects.filter(number=NUMBER).update(retention_confirmed_by="")
    suggested = closed(unit)
    assert suggested in retention.due(on=timezone.localdate())
    assert not any(one.confirmed for one in retention.due_subjects(on=timezone.localdate()))
    with pytest.raises(CaseworkError, match="er et forslag"):
        retention.erase_case(case=suggested, user=dorte)
    assert list(retention.erase_due(user=dorte)) == []
    assert not Erasure.objects.exists()


def test_what_the_esdh_system_has_not_received_is_not_erased(unit, dorte):
    rule()
    case = closed(unit)
    document = services.add_document(
        key="nyt", case=case, title="t", direction="internal", type="note",
        letter_date=dt.date(2026, 3, 2), content="Ikke journaliseret.",
    )  # fmt: skip
    services.register_entry(
        key="nyt", document=document, received_or_sent_on=dt.date(2026, 3, 2), theme="Notat",
        unit=unit, actor_kind="Bruger", actor="sofie",
    )  # fmt: skip
    with pytest.raises(CaseworkError, match="ikke er journaliseret"):
        retention.erase_case(case=case, user=dorte)
    assert not Erasure.objects.exists()
