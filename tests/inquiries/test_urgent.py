# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is urgent is so too for the department that gets it, until somebody has dealt with it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from importlib import import_module
from typing import Any

import deciding
import psycopg
import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from inquiry_pages import main_of, text_of
from rights import employee, of

from kodeks.casework import services as casework
from kodeks.casework.models import InboxItem, Unit
from kodeks.inquiries import telling, urgent
from kodeks.inquiries.engine.urgency import RULES
from kodeks.inquiries.filing import Wish
from kodeks.inquiries.models import SEVERAL, Attended, Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel.models import Milestone, RegistryEvent, User
from kodeks.kernel.viewing import viewer
from kodeks.robots import engine
from kodeks.robots.models import Run

pytestmark = pytest.mark.django_db
MIGRATION = import_module("kodeks.inquiries.migrations.0016_attended_entered")
SNOW = "Hun går rundt i tynde sko i sneen og henter selv lillebror, for far kommer ikke."
BURNS = "Rotterne har gnavet i ledningen, og der er brand i kælderen. Naboens børn er alene hjemme."


def _page(client: Client, item: InboxItem) -> str:
    answer = client.get(reverse("inquiries:department"), {"afdeling": item.unit.code})
    assert answer.status_code == 200
    return main_of(answer)


@pytest.fixture
def two(forwarded: Callable[..., InboxItem]) -> tuple[InboxItem, InboxItem]:
    """A calm one that came first, and an urgent one."""
    return forwarded(), forwarded(text=BURNS)


def test_all_that_is_urgent_is_kept_the_gravest_first(arrived: Callable[..., Inquiry]) -> None:
    inquiry = arrived(f"{BURNS} Min mor er død af det.")
    inquiry.refresh_from_db()
    assert inquiry.urgencies == ("barn i fare", "brand", "dødsfald")
    found = urgent.reasons(inquiry)
    assert [one.name for one in found] == list(inquiry.urgencies)
    assert all(one.matched in inquiry.text.lower() for one in found)


def test_all_rules_at_once_can_be_kept() -> None:
    longest = Inquiry._meta.get_field("urgency").max_length
    assert longest is not None
    assert len(SEVERAL.join(rule.name for rule in RULES)) <= longest
    assert not any(SEVERAL in rule.name for rule in RULES)


def test_all_reasons_stand_on_the_inquirys_page_and_in_the_inbox(
    page: Client, arrived: Callable[..., Inquiry]
) -> None:
    inquiry = arrived(BURNS)
    told = text_of(page.get(reverse("inquiries:inquiry", args=[inquiry.id])))
    assert "Et barn kan have brug for beskyttelse" in told
    assert "Der kan være brand eller eksplosion. Der står »der er brand« i teksten" in told
    assert "Barn i fare, brand" in text_of(page.get(reverse("inquiries:inbox")))


def test_what_only_sounds_urgent_stands_first_too_with_the_words_that_say_so(
    page: Client, arrived: Callable[..., Inquiry]
) -> None:
    inquiry = arrived(SNOW)
    told = text_of(page.get(reverse("inquiries:inquiry", args=[inquiry.id])))
    assert "Ordene ligner dem, som bekymring for et barn er beskrevet med. Der står »" in told
    assert "underretning" not in told
    assert "Måske et barn" in text_of(page.get(reverse("inquiries:inbox")))


def test_the_department_sees_it_first_and_why(
    page: Client, two: tuple[InboxItem, InboxItem]
) -> None:
    calm, hurried = two
    shown = _page(page, calm)
    assert -1 < shown.index(hurried.case.number) < shown.index(calm.case.number)
    assert shown.count(">Haster</span>") == 1
    assert "Et barn kan have brug for beskyttelse" in shown
    assert "Der kan være brand" in shown
    reply = text_of(page.get(reverse("inquiries:reply", args=[hurried.id])))
    assert "Der kan være brand" in reply


def test_dealt_with_it_waits_in_its_place_for_an_answer(
    page: Client, sofie: User, two: tuple[InboxItem, InboxItem]
) -> None:
    calm, hurried = two
    address = reverse("inquiries:attended", args=[hurried.id])
    for _ in range(2):
        answer = page.post(address, {"afdeling": hurried.unit.code}, follow=True)
        assert "Den venter stadig på svar" in text_of(answer)
    shown = main_of(answer).partition("<table")[2]
    assert -1 < shown.index(calm.case.number) < shown.index(hurried.case.number)
    assert ">Haster</span>" not in shown
    assert f"{sofie.full_name} tog hånd om det" in shown
    assert Attended.objects.get().by == sofie
    assert "Der kan være brand" not in text_of(
        page.get(reverse("inquiries:reply", args=[hurried.id]))
    )


def test_another_department_that_gets_it_has_to_see_for_itself(
    page: Client, sofie: User, two: tuple[InboxItem, InboxItem]
) -> None:
    _, hurried = two
    urgent.attend(item_id=hurried.id, user=sofie)
    other = Unit.objects.get(code="byggeri")
    moved = casework.forward_anew(key="moved", case=hurried.case, unit=other, kind="inquiry")
    assert ">Haster</span>" in _page(page, moved)


def test_one_that_is_laid_on_a_case_is_urgent_there_though_the_first_was_dealt_with(
    page: Client, sofie: User, triaged: Callable[..., Inquiry], two: tuple[InboxItem, InboxItem]
) -> None:
    _, hurried = two
    urgent.attend(item_id=hurried.id, user=sofie)
    other = triaged("Nu er der også et gasudslip")
    decision = deciding.decide(
        inquiry_id=other.id,
        user=sofie,
        choice="other",
        label="rotter",
        own_consideration="Det er den samme kælder.",
        wish=Wish(case=hurried.case.number),
    )
    engine.execute(run_id=Run.objects.get(decision_id=decision.id).id)
    shown = _page(page, hurried)
    assert "Der kan være udslip af gas" in shown
    assert "Der kan være brand" not in shown
    assert shown.count(">Haster</span>") == 1
    urgent.attend(item_id=hurried.id, user=sofie)
    assert ">Haster</span>" not in _page(page, hurried)
    entries = RegistryEvent.objects.filter(kind="attended")
    assert {one.body["decision"] for one in entries} == {
        str(hurried.case.inquiry.decision_id),
        str(decision.id),
    }


def test_only_the_departments_people_say_so(
    client: Client, person: Callable[[str], User], as_owner: Any, two: tuple[InboxItem, InboxItem]
) -> None:
    _, hurried = two
    address = reverse("inquiries:attended", args=[hurried.id])
    client.force_login(employee(as_owner, of("byggeri", "")))
    client.post(address, {})
    client.force_login(person("dorte"))
    assert client.post(address, {}).status_code == 403
    assert not Attended.objects.exists()


def test_an_unknown_item_gets_a_sentence(page: Client) -> None:
    answer = page.post(reverse("inquiries:attended", args=[uuid.uuid4()]), {}, follow=True)
    assert "Opgaven findes ikke" in text_of(answer)


def test_that_it_was_dealt_with_is_neither_changed_nor_deleted(
    sofie: User, two: tuple[InboxItem, InboxItem]
) -> None:
    urgent.attend(item_id=two[1].id, user=sofie)
    for change in (lambda rows: rows.update(at=timezone.now()), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(Attended.objects.all())


def test_who_dealt_with_what_and_when_is_an_entry_in_the_ledger(
    sofie: User, two: tuple[InboxItem, InboxItem]
) -> None:
    _, hurried = two
    for _ in range(2):
        urgent.attend(item_id=hurried.id, user=sofie)
    entry = RegistryEvent.objects.get(kind="attended")
    row = Attended.objects.get()
    assert {k: v for k, v in entry.body.items() if k not in ("at", "codex", "kind")} == {
        "decision": str(hurried.case.inquiry.decision_id),
        "unit": hurried.unit.code,
        "user": sofie.pk,
    }
    assert entry.body["kind"] == "attended"
    assert (row.at, row.milestone_id) == (entry.at, Milestone.objects.get(what="attended").id)


def test_no_row_comes_into_being_without_the_entry_that_says_the_same(
    sofie: User, person: Callable[[str], User], two: tuple[InboxItem, InboxItem]
) -> None:
    calm, hurried = two
    passed = kernel.pass_milestone(
        milestone_id=uuid.uuid4(),
        decision_id=hurried.case.inquiry.decision_id,
        what="attended",
        unit=hurried.unit.code,
        user=sofie,
    )
    said = {
        "inquiry": hurried.case.inquiry,
        "unit": hurried.unit,
        "by": sofie,
        "at": passed.at,
        "milestone_id": passed.id,
    }
    for change in (
        {"milestone_id": None},
        {"milestone_id": uuid.uuid4()},
        {"inquiry": calm.case.inquiry},
        {"unit": Unit.objects.get(code="byggeri")},
        {"by": person("viggo")},
        {"at": passed.at - dt.timedelta(minutes=1)},
    ):
        with pytest.raises(DatabaseError, match="står ikke i loggen"), transaction.atomic():
            Attended.objects.create(**(said | change))
    Attended.objects.create(**said)


def test_what_the_kernel_refuses_is_said_and_nothing_is_written(
    page: Client, two: tuple[InboxItem, InboxItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise kernel.Refused(code="no_right", message="Kun afdelingens medarbejdere kan det.")

    monkeypatch.setattr(kernel, "pass_milestone", refuse)
    address = reverse("inquiries:attended", args=[two[1].id])
    told = text_of(page.post(address, {"afdeling": two[1].unit.code}, follow=True))
    assert "Kun afdelingens medarbejdere kan det." in told
    assert not Attended.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_row_from_before_there_were_entries_still_counts(
    page: Client, sofie: User, as_owner: psycopg.Connection[Any], two: tuple[InboxItem, InboxItem]
) -> None:
    """As the migration finds it; saying so again enters nothing, as it was dealt with then."""
    _, hurried = two
    as_owner.execute(MIGRATION.UNDO)
    as_owner.execute(
        "INSERT INTO inquiries_attended (inquiry_id, unit_id, by_id, at)"
        " VALUES (%s, %s, %s, now())",
        (hurried.case.inquiry.id, hurried.unit_id, sofie.pk),
    )
    as_owner.execute(MIGRATION.GUARD)
    assert ">Haster</span>" not in _page(page, hurried)
    urgent.attend(item_id=hurried.id, user=sofie)
    assert not RegistryEvent.objects.filter(kind="attended").exists()


def test_the_citizen_is_told_who_dealt_with_it(
    page: Client, sofie: User, two: tuple[InboxItem, InboxItem]
) -> None:
    _, hurried = two
    address = reverse("workbench:insight", args=["inquiry", str(hurried.case.inquiry.id)])
    assert "Det kunne haste" not in text_of(page.get(address))
    urgent.attend(item_id=hurried.id, user=sofie)
    told = text_of(page.get(address))
    assert f"Det kunne haste. {sofie.full_name} ({hurried.unit.name}) skrev den " in told
    assert "at der var taget hånd om det." in told


def test_who_sees_the_case_sees_its_urgency(
    as_owner: psycopg.Connection[Any], two: tuple[InboxItem, InboxItem]
) -> None:
    own = employee(as_owner, of(two[1].unit.code, ""))
    with viewer(own):
        rows = list(urgent.first(InboxItem.objects.visible_to(own)))
    assert rows[0].is_urgent


@pytest.mark.django_db(transaction=True)
def test_one_of_the_department_says_so_and_one_of_another_does_not_see_it(
    client: Client, as_owner: psycopg.Connection[Any], two: tuple[InboxItem, InboxItem]
) -> None:
    _, hurried = two
    own, other = (employee(as_owner, of(unit)) for unit in (hurried.unit.code, "byggeri"))
    client.force_login(own)
    client.post(reverse("inquiries:attended", args=[hurried.id]), {"afdeling": hurried.unit.code})
    assert Attended.objects.get().by == own
    with viewer(own):
        assert Attended.objects.exists()
    with viewer(other):
        assert not Attended.objects.exists()
        assert not InboxItem.objects.filter(id=hurried.id).exists()


def test_those_who_decide_are_told_of_other_emergencies_once_and_for_a_day(
    arrived: Callable[..., Inquiry], sofie: User, settings: Any
) -> None:
    burns = arrived("Der er brand i kælderen.")
    old = arrived("Der er ild i taget", received_at=timezone.now() - dt.timedelta(hours=25))
    child = arrived("Naboen slår sine børn.")
    perhaps = arrived(SNOW)
    assert perhaps.urgencies == ("måske et barn",)
    arrived("Hvornår åbner svømmehallen?")
    told = list(telling.urgent())
    own = reverse("inquiries:inquiry", args=[burns.id])
    subject = "Der er kommet en henvendelse, som haster"
    assert (f"urgent:{burns.id}:{sofie.pk}", sofie, subject, own) in told
    assert len({key for key, *_ in told}) == len(told)
    assert not any(
        key.startswith(f"urgent:{one.id}") for key, *_ in told for one in (old, child, perhaps)
    )
    settings.KODEKS_URGENT_MAIL_HOURS = 0
    assert not any(key.startswith("urgent:") for key, *_ in telling.urgent())


def test_nobody_is_told_of_what_a_department_has_dealt_with(
    sofie: User, forwarded: Callable[..., InboxItem]
) -> None:
    item = forwarded(text="Der er brand i kælderen.", received_at=timezone.now())
    assert any(key.startswith("urgent:") for key, *_ in telling.urgent())
    urgent.attend(item_id=item.id, user=sofie)
    assert not any(key.startswith("urgent:") for key, *_ in telling.urgent())
