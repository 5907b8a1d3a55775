# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the municipality promises, by KLE number and day, beside what the law says."""

from __future__ import annotations

import datetime as dt

import pytest
from clock_steps import MONDAY, rule

from kodeks.casework import deadline_rules, services, statutes
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import DeadlineRule, KleSubject, KleSuccession

pytestmark = pytest.mark.django_db


def test_the_longest_prefix_counts_and_an_empty_one_is_for_all(case, on) -> None:
    DeadlineRule.objects.all().delete()
    for amount, prefix in ((20, ""), (15, "05"), (12, "05.01"), (8, "05.01.08")):
        rule(amount, prefix=prefix)
    for number, amount in (("05.01.08", 8), ("05.01.12", 12), ("05.09.02", 15), ("07.04.20", 20)):
        (term,) = deadline_rules.terms_for(
            kind="reply", kle_number=number, started_on=MONDAY, on=MONDAY
        )
        assert term.amount == amount


def test_a_new_rule_ends_the_one_before_it_and_the_same_changes_nothing(on) -> None:
    first = rule(10)
    assert rule(10) == first
    on("2037-06-01")
    second = rule(8)
    first.refresh_from_db()
    assert (first.valid_to, second.valid_from) == (dt.date(2037, 5, 31), dt.date(2037, 6, 1))
    rule(6)
    assert DeadlineRule.objects.filter(kle_prefix="05.01.08").count() == 3
    with pytest.raises(CaseworkError, match="allerede en regel fra"):
        rule(5, valid_from=dt.date(2037, 3, 1))


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"prefix": "5.1"}, "kan ikke begynde et KLE-nummer"),
        ({"kind": "snart"}, "snart kendes ikke"),
        ({"unit": "år"}, "år kendes ikke"),
        ({"amount": 0}, "mellem 1 og 1000"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(on, wrong, text) -> None:
    with pytest.raises(CaseworkError, match=text):
        rule(**wrong)


def test_rules_come_from_a_file_all_or_none(on) -> None:
    row = {"kle_prefix": "05", "kind": "reply", "amount": "9", "unit": "weeks", "source": "Prøve"}
    assert deadline_rules.load([(2, row), (3, row | {"kle_prefix": "06"})]) == 2
    before = DeadlineRule.objects.count()
    for fault, text in (
        ({"amount": "x"}, "I række 3: amount"),
        ({"valid_from": "i går"}, "I række 3: valid_from"),
        ({"unit": "x"}, "I række 3: x kendes ikke"),
    ):
        with pytest.raises(CaseworkError, match=text):
            deadline_rules.load([(2, row | {"kle_prefix": "07"}), (3, row | fault)])
    assert DeadlineRule.objects.count() == before


def test_a_rule_of_a_number_that_is_gone_holds_for_its_successor(on) -> None:
    rule(3, prefix="05.01.08")
    KleSubject.objects.filter(number="05.01.08").update(valid_to=MONDAY - dt.timedelta(1))
    services.add_kle_subject(number="05.77.01", title="Veje", valid_from=MONDAY)
    KleSuccession.objects.create(old="05.01.08", new="05.77.01", valid_from=MONDAY)
    (term,) = deadline_rules.terms_for(
        kind="reply", kle_number="05.77.01", started_on=MONDAY, on=MONDAY
    )
    assert term.amount == 3


def test_statutes_have_sources_days_and_known_kinds() -> None:
    for statute in statutes.STATUTES:
        assert statute.source
        assert statute.pausable == bool(statute.pause_source)
    assert statutes.of_kind("access_request", on=dt.date(2013, 12, 31)) is None
    assert statutes.of_kind("access_request", on=dt.date(2014, 1, 1)).amount == 7
    assert statutes.of_kind("reply", on=MONDAY) is None
