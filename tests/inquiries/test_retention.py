# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An inquiry whose case is erased: what goes, what stays, and that every page copes with it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from html import unescape
from typing import Any

import deciding
import nearby
import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kodeks.casework import retention
from kodeks.casework.models import Case, Document, InboxItem
from kodeks.inquiries import insight, selectors, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry, Place, Sorting
from kodeks.kernel import api as kernel
from kodeks.kernel import insight as kernel_insight
from kodeks.kernel import signing
from kodeks.kernel.models import RegistryEvent, Secret, SubjectKey, User
from kodeks.ledger import receipt
from kodeks.robots import engine, tasklist
from kodeks.robots import services as robots
from kodeks.robots.models import Run, Status

pytestmark = pytest.mark.django_db

LABEL = "vejbelysning"
"""In the demo municipality its cases may be erased as soon as they are closed."""
TEXT = "Gadelampen ved Kanariestien er gået i stykker."
NAME = "Kanaria Kanariesen"
CPR = "710190-0000"
WHY = "Kanariestien er mørk."


@pytest.fixture
def closed(triaged: Callable[..., Inquiry], sofie: User) -> Callable[..., Inquiry]:
    """An inquiry that the robot has carried through and the department has answered."""

    def close(*, label: str = LABEL, answered: bool = True, **options: Any) -> Inquiry:
        given = {"sender_name": NAME, "district": "Kanarieby"} | options
        inquiry = triaged(TEXT, **given)
        decision = deciding.decide(
            inquiry_id=inquiry.id, user=sofie, choice="other", label=label, own_consideration=WHY
        ) if _suggested(inquiry) != label else deciding.decide(
            inquiry_id=inquiry.id, user=sofie, choice="accept", label="", own_consideration=WHY
        )  # fmt: skip
        engine.execute(run_id=Run.objects.get(decision_id=decision.id).id)
        if answered:
            item = InboxItem.objects.get(case__inquiry__id=inquiry.id, kind="inquiry")
            services.mark_answered(item_id=item.id, user=sofie)
        return selectors.inquiry(inquiry.id)

    return close


def _suggested(inquiry: Inquiry) -> str:
    found = selectors.recommendation_of(inquiry)
    return str(found.suggestion["label"]) if found else ""


@pytest.fixture
def erased(closed: Callable[..., Inquiry], person: Callable[[str], User]) -> Inquiry:
    inquiry = closed()
    erase(inquiry, person("dorte"))
    return selectors.inquiry(inquiry.id)


def erase(inquiry: Inquiry, user: User) -> bool:
    assert inquiry.case is not None
    return retention.erase_case(case=inquiry.case, user=user)


def text_of(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def planted(text: str) -> list[str]:
    marks = ("Kanari", "kanari", CPR, CPR.replace("-", ""))
    return [mark for mark in marks if mark in text]


# What goes and what stays


@pytest.mark.django_db(transaction=True)
def test_what_the_sender_wrote_and_gave_goes(
    closed: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    inquiry = closed(external_id="mail:kanaria@example.invalid", sender_cpr=CPR)
    other = closed()
    before = (inquiry.received_at, inquiry.channel, inquiry.decision_id, inquiry.case_id)
    assert erase(inquiry, person("dorte"))
    inquiry.refresh_from_db()
    assert (inquiry.text, inquiry.sender_name, inquiry.district, inquiry.urgency) == ("",) * 4
    assert (inquiry.sealed_cpr, inquiry.sender_index, inquiry.sealed_original) == (None,) * 3
    assert inquiry.external_id == f"slettet:{inquiry.id}"
    assert (
        inquiry.received_at, inquiry.channel, inquiry.decision_id, inquiry.case_id
    ) == before  # fmt: skip
    subject = services.subject_of(inquiry)
    assert kernel.is_erased(subject)
    assert not SubjectKey.objects.filter(subject_id=subject.id).exists()
    assert not Secret.objects.filter(subject_id=subject.id).exists()
    kinds = [e.body["subject"]["type"] for e in RegistryEvent.objects.filter(kind="erasure")]
    assert sorted(kinds) == ["case", "inquiry"]
    other.refresh_from_db()
    assert (other.text, other.sender_name) == (TEXT, NAME)
    assert selectors.decision_of(other).body["own_consideration"] == WHY


def test_erasing_twice_writes_nothing_more(erased: Inquiry, person: Callable[[str], User]) -> None:
    at, events = erased.erased_at, RegistryEvent.objects.count()
    assert not erase(erased, person("anders"))
    erased.refresh_from_db()
    assert (erased.erased_at, RegistryEvent.objects.count()) == (at, events)


def test_a_case_that_is_not_answered_is_not_due(
    closed: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    from kodeks.casework.errors import CaseworkError

    with pytest.raises(CaseworkError, match="ikke lukket"):
        erase(closed(answered=False), person("dorte"))
    with pytest.raises(CaseworkError, match="Fristen for sag"):
        erase(closed(label="rotter"), person("dorte"))


def test_a_fault_in_the_room_leaves_the_case_whole(
    closed: Callable[..., Inquiry], person: Callable[[str], User], monkeypatch: pytest.MonkeyPatch
) -> None:
    inquiry = closed()

    def fail(self: Inquiry, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(Inquiry, "save", fail)
    with pytest.raises(RuntimeError):
        erase(inquiry, person("dorte"))
    inquiry.refresh_from_db()
    assert (inquiry.text, inquiry.case.erased_at) == (TEXT, None)
    assert Document.objects.filter(case=inquiry.case).exclude(content=b"").count() == 2
    assert not kernel.is_erased(services.subject_of(inquiry))


# The guard

FORGERIES = {
    "text": "UPDATE inquiries_inquiry SET text = ''",
    "rewritten": "UPDATE inquiries_inquiry SET text = 'noget andet'",
    "name": "UPDATE inquiries_inquiry SET sender_name = ''",
    "number": "UPDATE inquiries_inquiry SET sealed_cpr = NULL, sender_index = NULL",
    "reference": "UPDATE inquiries_inquiry SET external_id = 'slettet:' || id",
    "moment": "UPDATE inquiries_inquiry SET received_at = now() - interval '9 years'",
    "marked": "UPDATE inquiries_inquiry SET erased_at = now()",
    "all of it": "UPDATE inquiries_inquiry SET text = '', sender_name = '', district = '',"
    " urgency = '', sealed_cpr = NULL, sender_index = NULL, sealed_original = NULL,"
    " external_id = 'slettet:' || id, erased_at = now()",
    "deleted": "DELETE FROM inquiries_inquiry",
}


@pytest.mark.parametrize("statement", FORGERIES.values(), ids=FORGERIES)
def test_nothing_goes_without_an_erasure(arrived: Callable[..., Inquiry], statement: str) -> None:
    arrived(sender_name=NAME, sender_cpr=CPR)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_nothing_goes_without_an_erasure_for_the_owner_either(
    arrived: Callable[..., Inquiry], as_owner: psycopg.Connection[Any]
) -> None:
    arrived(sender_name=NAME, sender_cpr=CPR)
    for statement in (
        *FORGERIES.values(),
        "TRUNCATE inquiries_inquiry CASCADE",
    ):
        with pytest.raises(psycopg.errors.RestrictViolation):
            as_owner.execute(statement)


def test_an_erasure_lets_all_of_it_go_and_no_part(
    arrived: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    inquiry, other = arrived(sender_name=NAME), arrived(sender_name=NAME)
    reason = "Prøve af vagten."
    kernel.erase(subject=services.subject_of(inquiry), user=person("dorte"), reason=reason)
    for statement in (FORGERIES["text"], FORGERIES["marked"], FORGERIES["rewritten"]):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"{statement} WHERE id = %s", [inquiry.id])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{FORGERIES['all of it']} WHERE id = %s", [other.id])
    with connection.cursor() as cursor:
        cursor.execute(f"{FORGERIES['all of it']} WHERE id = %s", [inquiry.id])
    for change in ("text = 'igen'", "erased_at = NULL", "sender_name = 'Bo'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE inquiries_inquiry SET {change} WHERE id = %s", [inquiry.id])


# The pages


def test_the_caseworker_sees_that_it_is_erased(page: Client, erased: Inquiry) -> None:
    shown = text_of(page.get(reverse("inquiries:inquiry", args=[erased.id])))
    for part in (
        "Oplysningerne er slettet",
        "Slettet",
        "Vejbelysning",
        "Sofie Prøvesen",
        "(slettet)",
        erased.case.number,
        "Udført",
    ):
        assert part in shown
    for gone in (
        "Det skriver borgeren",
        "Vis CPR-nummeret",
        "Det foreslog systemet",
        "Hent brevet",
    ):
        assert gone not in shown
    assert planted(shown) == []


def test_a_decision_on_it_is_refused_with_a_sentence(page: Client, erased: Inquiry) -> None:
    answer = page.post(
        reverse("inquiries:decide", args=[erased.id]),
        {"choice": "own", "label": "rotter", "own_consideration": "Jeg prøver igen."},
    )
    assert answer.status_code == 422
    assert "Oplysningerne er slettet" in text_of(answer)
    assert "Jeg prøver igen." in text_of(answer)


def test_it_is_in_the_journal_and_not_found_by_its_words(page: Client, erased: Inquiry) -> None:
    journal = text_of(page.get(reverse("inquiries:journal")))
    assert journal.count(erased.case.number) >= 2
    assert "Henvendelse om vejbelysning" in journal
    assert planted(journal) == []
    assert not Inquiry.objects.extra(where=["words <> ''"]).filter(id=erased.id).exists()
    assert not Sorting.objects.filter(inquiry=erased).exists()
    assert not Place.objects.filter(inquiry=erased).exists()


def test_its_letter_is_gone(page: Client, client: Client, erased: Inquiry) -> None:
    letter = Document.objects.get(case=erased.case, direction="outgoing")
    assert page.get(reverse("inquiries:letter", args=[letter.id])).status_code == 404
    place = ["inquiry", str(erased.id)]
    assert (
        page.get(reverse("workbench:insight-letter", args=[*place, letter.id])).status_code == 404
    )


def test_a_waiting_item_of_an_erased_case_is_shown_and_can_be_handled(
    page: Client, closed: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    from kodeks.casework import services as cases

    inquiry = closed(answered=False)
    cases.advance_case(case=inquiry.case, state="closed")
    assert erase(inquiry, person("dorte"))
    item = InboxItem.objects.get(case=inquiry.case, kind="inquiry")
    shown = text_of(page.get(reverse("inquiries:department"), {"afdeling": item.unit.code}))
    assert "(slettet)" in shown
    assert planted(shown) == []
    answer = page.post(reverse("inquiries:answered", args=[item.id]), follow=True)
    assert "er markeret som besvaret" in text_of(answer)


def test_the_citizen_sees_that_it_is_erased_and_what_is_left(
    client: Client, erased: Inquiry
) -> None:
    code = kernel.access_code(subject=services.subject_of(erased))
    answer = client.post(
        reverse("workbench:find-case"),
        {"case_number": erased.case.number, "code": code},
        follow=True,
    )
    shown = text_of(answer)
    for part in (
        "Dine oplysninger er slettet",
        "Vi slettede dine data den",
        "Sofie Prøvesen",
        "Vejbelysning",
        "Journalisering af henvendelsen",
        "kan du stadig kontrollere den",
        "Kommunens arkiv kan have sin egen kopi",
    ):
        assert part in shown
    assert planted(shown) == []
    assert "Dine data er slettet. Det her blev brugt dengang:" in shown


@pytest.mark.django_db(transaction=True)
def test_it_is_no_longer_among_a_citizens_own_cases(
    client: Client, closed: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    from kodeks.demo import corpus

    inquiry = closed(sender_cpr=corpus.TESTINE_CPR)
    index = kernel.blind_index(corpus.TESTINE_CPR)
    assert len(insight.matters_of_person(index=index)) == 1
    erase(inquiry, person("dorte"))
    assert insight.matters_of_person(index=index) == []
    client.force_login(person("testine"))
    address = reverse("workbench:insight", args=["inquiry", str(inquiry.id)])
    assert client.get(address).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_no_new_receipt_is_made_and_an_old_one_still_verifies(
    page: Client, closed: Callable[..., Inquiry], person: Callable[[str], User]
) -> None:
    inquiry = closed()
    nearby.publish()
    place = ["inquiry", str(inquiry.id)]
    kinds = ("recommendation", "decision", "act-journalise")
    addresses = [reverse("workbench:receipt", args=[*place, kind]) for kind in kinds]
    kept = [page.get(one).content for one in addresses]
    erase(inquiry, person("dorte"))
    nearby.publish()
    key = signing.verifier_key()
    assert all(receipt.verify(one, trusted_key=key).trusted for one in kept)
    for one in addresses:
        answer = page.get(one)
        assert answer.status_code == 410
        assert "Kvitteringen kan ikke laves mere" in text_of(answer)
    records = kernel_insight.of(system=services.SYSTEM, subject=services.subject_of(inquiry))
    assert records.decision.erased
    assert len(records.acts) == 4


def test_its_number_cannot_be_seen_any_more(erased: Inquiry, sofie: User) -> None:
    with pytest.raises(InquiryError, match="er slettet"):
        services.shown_cpr(inquiry=erased, user=sofie, reason="Borgeren ringer om sagen.")


# The robot


@pytest.mark.parametrize("left", ["receipt", "forward"])
def test_a_robot_that_was_not_done_stops_and_is_not_shown_as_work(
    page: Client,
    closed: Callable[..., Inquiry],
    person: Callable[[str], User],
    monkeypatch: pytest.MonkeyPatch,
    left: str,
) -> None:
    from kodeks.casework import services as cases
    from kodeks.robots.errors import BusinessError

    def late(*_: Any, **__: Any) -> None:
        raise BusinessError(code="later", message="Prøve af et stop.")

    name = {"receipt": "write_letter", "forward": "forward"}[left]
    with monkeypatch.context() as patch:
        patch.setattr(cases, name, late)
        inquiry = closed(answered=False)
    run = Run.objects.get(decision_id=inquiry.decision_id)
    assert run.status == Status.HELD
    assert list(tasklist.open_runs(person("sofie"))) == [run]
    cases.advance_case(case=inquiry.case, state="closed")
    assert erase(inquiry, person("dorte"))
    assert not tasklist.open_runs(person("sofie")).exists()
    robots.retry(run=run, user=person("sofie"))
    assert engine.execute(run_id=run.id) is None
    run.refresh_from_db()
    assert (run.status, run.held_reason_code) == (Status.HELD, "erased")
    assert "skal ikke gøre mere" in run.held_reason
    assert Document.objects.filter(case=inquiry.case).exclude(content=b"").count() == 0


def test_a_triage_that_comes_late_does_nothing(erased: Inquiry) -> None:
    services.triage(inquiry_id=str(erased.id))
    erased.refresh_from_db()
    assert erased.text == ""


# The officer's page


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


def test_an_unknown_inquiry_has_no_number(page: Client) -> None:
    assert page.get(reverse("inquiries:sender-cpr", args=[uuid.uuid4()])).status_code == 404
