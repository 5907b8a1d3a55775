# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The page where an officer sees what is due and erases it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from erasable import planted
from inquiry_pages import text_of

from kodeks.casework import retention
from kodeks.casework.models import Case
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import RegistryEvent, User

pytestmark = pytest.mark.django_db


def address(name: str = "erasing") -> str:
    return reverse(f"workbench:{name}")


def subject_id(inquiry: Inquiry) -> int:
    return inquiry.case.kle_id


@pytest.mark.parametrize("username", ["dorte", "anders"])
def test_the_page_lists_what_is_due_and_erases_it_when_asked(
    client: Client, closed: Callable[..., Inquiry], person: Callable[[str], User], username: str
) -> None:
    cases = [closed() for _ in range(2)]
    closed(label="rotter")
    client.force_login(person(username))
    shown = text_of(client.get(address()))
    assert "2 lukkede sager har nået fristen" in shown
    assert "05.01.12 Vejbelysning" in shown
    assert "09.13.01" not in shown
    assert "Slet\u00a02\u00a0sager" in shown
    assert planted(shown) == []
    answer = client.post(address("erase"), {"subject": subject_id(cases[0])}, follow=True)
    assert "2 sager er slettet." in text_of(answer)
    assert Case.objects.filter(erased_at__isnull=False).count() == 2
    assert "Ingen lukkede sager har nået fristen." in text_of(client.get(address()))
    event = RegistryEvent.objects.filter(kind="erasure").first()
    assert event.body["user"] == person(username).pk
    again = client.post(address("erase"), {"subject": subject_id(cases[0])}, follow=True)
    assert "Der var ingen sager at slette." in text_of(again)


def test_the_page_looks_ahead_and_erases_nothing_before_its_day(
    client: Client, closed: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    inquiry = closed(label="rotter")
    client.force_login(person("dorte"))
    shown = text_of(client.get(address(), {"day": "2500-01-01"}))
    assert "09.13.01 Rottebekæmpelse" in shown
    assert "Vælg dagen i dag for at slette." in shown
    assert "Slet\u00a01\u00a0sag" not in shown
    client.post(address("erase"), {"subject": subject_id(inquiry)})
    assert not Case.objects.exclude(erased_at=None).exists()
    wrong = text_of(client.get(address(), {"day": "i morgen"}))
    assert "Skriv dagen som dag, måned og år" in wrong


def test_a_rule_that_nobody_has_confirmed_erases_nothing(
    client: Client, closed: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    inquiry = closed()
    inquiry.case.kle.retention_confirmed_by = ""
    inquiry.case.kle.save()
    client.force_login(person("dorte"))
    shown = text_of(client.get(address()))
    assert "Skal bekræftes" in shown
    assert "Slet\u00a01\u00a0sag" not in shown
    client.post(address("erase"), {"subject": subject_id(inquiry)})
    assert not Case.objects.exclude(erased_at=None).exists()


def test_one_request_erases_so_many_and_a_refusal_is_told(
    client: Client,
    closed: Callable[..., Inquiry],
    person: Callable[[str], User],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from kodeks.workbench import erasing

    cases = [closed() for _ in range(3)]
    monkeypatch.setattr(erasing, "MOST_AT_ONCE", 1)
    whole = retention._require_journalised

    def refuse(case: Case) -> None:
        if case.id == cases[0].case_id:
            raise retention.CaseworkError(f"Sag {case.number} er på prøve.")
        whole(case)

    monkeypatch.setattr(retention, "_require_journalised", refuse)
    client.force_login(person("dorte"))
    answer = client.post(address("erase"), {"subject": subject_id(cases[0])}, follow=True)
    assert "1 sag er slettet." in text_of(answer)
    assert f"Sag {cases[0].case.number} er på prøve." in text_of(answer)
    assert Case.objects.exclude(erased_at=None).count() == 1


@pytest.mark.parametrize("username", ["sofie", "merete", "testine"])
def test_others_neither_see_the_page_nor_erase(
    client: Client, closed: Callable[..., Inquiry], person: Callable[[str], User], username: str
) -> None:
    inquiry = closed()
    client.force_login(person(username))
    assert client.get(address()).status_code == 403
    answer = client.post(address("erase"), {"subject": subject_id(inquiry)})
    assert answer.status_code == 403
    assert not Case.objects.exclude(erased_at=None).exists()


def test_a_person_whose_right_ended_meanwhile_is_told_so(
    client: Client, closed: Callable[..., Inquiry], person: Callable[[str], User],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    inquiry = closed()
    client.force_login(person("dorte"))
    sofie = person("sofie")
    monkeypatch.setattr("kodeks.workbench.erasing.signed_in", lambda request: sofie)
    answer = client.post(address("erase"), {"subject": subject_id(inquiry)})
    assert answer.status_code == 422
    assert "Det blev ikke gjort" in text_of(answer)
    assert client.post(address("erase"), {"subject": "999999"}).status_code == 422
    assert client.get(address("erase")).status_code == 405
    assert not Case.objects.exclude(erased_at=None).exists()


def test_the_front_page_tells_the_officer_how_many(
    client: Client, closed: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    closed()
    client.force_login(person("dorte"))
    assert "nået fristen og kan slettes: 1." in text_of(client.get("/"))
    client.force_login(person("sofie"))
    assert "kan slettes" not in text_of(client.get("/"))
