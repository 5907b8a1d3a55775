# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Cases handed to other systems: once, followed by their receipts, and back to a person on a no."""

import itertools
import sys
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from letters_out import Component, a_case, distributed

from kodeks.casework import distributing, notices, services
from kodeks.casework.distributing import Answer
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case, Distribution, DistributionReceipt, InboxItem, ReceiptCode
from kodeks.casework.ports import PortError
from kodeks.kernel.models import User

pytestmark = pytest.mark.django_db


def hear(distribution, code, **changes):
    answer = Answer(code=ReceiptCode(code), **changes)
    return distributing.hear(message_id=distribution.message_id, answer=answer)


def again(distribution, system, **changes):
    arguments = {
        "key": distribution.key,
        "document": distribution.case.documents.order_by("created_at").first(),
        "unit": distribution.unit,
        "returns_to": distribution.returns_to,
        "kind": "inquiry",
        "system": system,
    }
    return distributing.distribute(**(arguments | changes))


def test_a_case_is_handed_over_once_and_leaves_the_inbox_here():
    case, system = a_case(), Component()
    item = services.forward(key="indbakke", case=case, unit=case.unit, kind="inquiry")
    distribution = distributed(case=case, system=system)
    assert again(distribution, system) == distribution
    (record,) = system.sent
    assert (record.case_number, record.route, record.direction) == (case.number, "kle", "incoming")
    assert Case.objects.get(id=case.id).unit == distribution.unit
    item.refresh_from_db()
    assert item.handled_at is not None
    assert "ikke kommet en kvittering" in distributing.in_words(distribution)
    with pytest.raises(CaseworkError, match="allerede brugt"):
        again(distribution, system, unit=distribution.returns_to)


def test_nothing_is_written_when_the_component_is_away():
    with pytest.raises(PortError):
        distributed(system=Component(fail=PortError("Væk")))
    assert not Distribution.objects.exists()


def test_only_what_is_journalised_is_handed_over():
    distribution = distributed()
    document = services.add_document(
        key="nyt",
        case=distribution.case,
        title="Nyt",
        direction="incoming",
        type="inquiry",
        letter_date=distribution.sent_at.date(),
        content="x",
    )
    with pytest.raises(CaseworkError, match="ikke journaliseret"):
        again(distribution, Component(), key="ny", document=document)


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["MODTAGET", "AFLEVERET", "ACCEPTERET"]))
)
def test_a_case_that_is_accepted_is_so_whatever_order_it_is_told_in(order):
    distribution = distributed()
    assert [hear(distribution, code) for code in (*order, *order)] == [True] * 3 + [False] * 3
    assert distributing.standing(distribution).code == "ACCEPTERET"
    assert "Accepteret" in distributing.in_words(distribution)
    assert not InboxItem.objects.exists()


@pytest.mark.parametrize("code", ["AFVIST", "FEJLET"])
@pytest.mark.parametrize("others", [(), ("MODTAGET", "AFLEVERET"), ("ACCEPTERET",)])
def test_a_no_comes_back_to_those_who_sort_with_the_reason(code, others):
    distribution = distributed()
    said = "Emnet er ikke vores; spørg 0405781234"
    for _ in range(2):
        hear(distribution, code, reason=said)
    for other in others:
        hear(distribution, other)
    item = InboxItem.objects.get()
    assert (item.kind, item.unit) == ("returned", distribution.returns_to)
    assert Case.objects.get(id=distribution.case_id).unit == distribution.returns_to
    (sentence,) = notices.read(item).sentences
    assert "kommet tilbage" in sentence
    assert "Emnet er ikke vores" in sentence
    assert "0405781234" not in sentence
    assert b"Emnet" not in bytes(DistributionReceipt.objects.get(code=code).sealed_reason)
    # What was handed over stays as it was, and is closed for nobody until a person says so.
    sofie = User.objects.get(username="sofie")
    assert notices.settle(item_id=item.id, user=sofie).handled_at is not None
    assert Distribution.objects.get() == distribution


def test_a_late_no_to_what_was_handed_elsewhere_since_is_nobodys_work():
    first = distributed()
    second = again(first, Component(), key="omgjort", unit=first.returns_to)
    hear(first, "AFVIST")
    assert not InboxItem.objects.exists()
    hear(second, "AFVIST")
    assert InboxItem.objects.count() == 1


def test_a_receipt_of_what_is_not_ours_is_refused():
    distributed()
    with pytest.raises(CaseworkError, match="passer ikke"):
        distributing.hear(message_id="ukendt", answer=Answer(code=ReceiptCode.ACCEPTED))


@pytest.mark.parametrize("by", ["KLE", "x", "4444", "44444444-4444-4444-8444-44444444444G"])
def test_a_department_is_reached_in_a_known_way_or_none(by):
    unit = services.add_unit(code="havn", name="Havnekontoret")
    with pytest.raises(CaseworkError, match="Havnekontoret"):
        distributing.route(unit=unit, by=by)
    for known in ("kle", "44444444-4444-4444-8444-444444444444", ""):
        assert distributing.route(unit=unit, by=known).distribution == known


@pytest.mark.parametrize("table", ["casework_distribution", "casework_distributionreceipt"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_history_is_only_added_to(table, change):
    hear(distributed(), "MODTAGET")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table))
