# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Erasing a case that is due: what goes and what stays, who may, and what happens on a fault."""

from __future__ import annotations

import datetime as dt

import pytest
from closed_cases import NUMBER, WHO, closed, rule
from django.utils import timezone

from kodeks.casework import retention
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case
from kodeks.kernel import api as kernel
from kodeks.kernel.models import Erasure, RegistryEvent, User

pytestmark = pytest.mark.usefixtures("listed")


def test_what_is_personal_goes_and_the_frame_stays(unit, dorte):
    rule()
    case, other = closed(unit), closed(unit)
    before = (case.number, case.kle, case.unit, case.opened_at, case.closed_at, case.facet)
    assert retention.erase_case(case=case, user=dorte)
    case.refresh_from_db()
    assert (
        case.number, case.kle, case.unit, case.opened_at, case.closed_at, case.facet
    ) == before  # fmt: skip
    assert case.title == case.kle.title
    assert case.erased_at is not None
    party, document = case.parties.get(), case.documents.get()
    assert (party.name, party.sealed_cpr, party.blind_index) == ("", None, None)
    assert (document.title, bytes(document.content)) == ("", b"")
    assert (document.direction, document.letter_date) == ("incoming", dt.date(2026, 3, 2))
    entry = case.journal_entries.get()
    assert (entry.theme, entry.status, entry.esdh_case_id) == ("Hul i vejen", "receipted", "sag")
    assert other.parties.get().name == "Ane Øllgaard"
    assert other.documents.get().title == "Brev fra Ane"
    event = RegistryEvent.objects.get(kind="erasure")
    assert event.body["subject"] == {"type": "case", "id": str(case.id)}
    assert event.body["user"] == dorte.pk
    assert (NUMBER in event.body["reason"], WHO in event.body["reason"]) == (True, True)
    assert case not in retention.due(on=timezone.localdate())


def test_erasing_again_changes_nothing_and_writes_nothing(unit, dorte):
    rule()
    case = closed(unit)
    assert retention.erase_case(case=case, user=dorte)
    first = Case.objects.get(id=case.id).erased_at
    assert not retention.erase_case(case=case, user=dorte)
    assert Case.objects.get(id=case.id).erased_at == first
    assert RegistryEvent.objects.filter(kind="erasure").count() == 1


def test_what_the_kernel_has_erased_already_is_erased_here_too(unit, dorte):
    rule()
    case = closed(unit)
    kernel.erase(
        subject=kernel.Subject(type="case", id=str(case.id)), user=dorte, reason="Prøve af halvt."
    )
    assert retention.erase_case(case=case, user=dorte)
    assert RegistryEvent.objects.filter(kind="erasure").count() == 1


@pytest.mark.parametrize("username", ["sofie", "merete", "testine"])
def test_who_may_not_erase(unit, username):
    rule()
    case = closed(unit)
    person = User.objects.get(username=username)
    with pytest.raises(kernel.Refused) as refusal:
        retention.erase_case(case=case, user=person)
    assert refusal.value.code == "no_right"
    with pytest.raises(kernel.Refused):
        list(retention.erase_due(user=person))
    assert case.parties.get().name == "Ane Øllgaard"
    assert not Erasure.objects.exists()


@pytest.mark.parametrize("username", ["dorte", "anders"])
def test_who_may_erases_all_that_is_due_and_goes_on_after_a_refusal(unit, username, monkeypatch):
    rule()
    cases = [closed(unit) for _ in range(3)]
    whole = retention._require_journalised

    def refuses(case):
        if case.id == cases[1].id:
            raise CaseworkError("Prøve af et nej.")
        whole(case)

    monkeypatch.setattr(retention, "_require_journalised", refuses)
    found = list(retention.erase_due(user=User.objects.get(username=username)))
    assert [one.refusal for one in found] == ["", "Prøve af et nej.", ""]
    assert Case.objects.filter(erased_at=None, id__in=[one.id for one in cases]).get() == cases[1]


def test_a_fault_midway_leaves_nothing_half(unit, dorte, monkeypatch):
    rule()
    case = closed(unit)

    def fails(case, erase_subject):
        erase_subject(kernel.Subject(type="prøve", id=str(case.id)))
        raise RuntimeError("midway")

    holder = retention.Holder(name="prøve", tables=(), erase=fails)
    monkeypatch.setitem(retention._holders(), "prøve", holder)
    with pytest.raises(RuntimeError):
        retention.erase_case(case=case, user=dorte)
    assert case.parties.get().name == "Ane Øllgaard"
    assert not Erasure.objects.exists()
    assert not RegistryEvent.objects.filter(kind="erasure").exists()


def test_a_solution_says_what_it_holds():
    assert {"casework_party", "casework_document", "inquiries_inquiry"} <= set(retention.tables())
