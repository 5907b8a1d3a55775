# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot's step that sends the letter: once, journalised first, and nobody forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import deciding
import pytest
from django.test import Client
from django.urls import reverse
from fake_dispatch import FakeDispatch

from kodeks.casework.models import Dispatch, InboxItem
from kodeks.casework.ports import PortError, PortRejected
from kodeks.inquiries.models import Inquiry
from kodeks.kernel.models import RegistryEvent, User
from kodeks.robots import engine
from kodeks.robots.models import Run, Status, StepRecord

CPR = "7101900000"


@pytest.fixture
def fake(settings: Any) -> type[FakeDispatch]:
    settings.KODEKS_LETTER_DISPATCH = "fake_dispatch.FakeDispatch"
    FakeDispatch.clear()
    return FakeDispatch


@pytest.fixture
def handled(triaged: Callable[..., Inquiry], sofie: User) -> Callable[..., tuple[Inquiry, Run]]:
    """Decides an inquiry and lets the robot go as far as it comes."""

    def handle(**options: Any) -> tuple[Inquiry, Run]:
        inquiry = triaged(**options)
        decision = deciding.decide(
            inquiry_id=inquiry.id,
            user=sofie,
            choice="accept",
            label="",
            own_consideration="Asfalten mangler.",
        )
        return inquiry, again(Run.objects.get(decision_id=decision.id))

    return handle


def again(run: Run) -> Run:
    engine.execute(run_id=run.id)
    run.refresh_from_db()
    return run


def opened() -> int:
    return RegistryEvent.objects.filter(kind="unmasking").count()


@pytest.mark.django_db(transaction=True)
def test_the_letter_goes_to_the_citizen_and_the_number_is_kept_nowhere(
    handled: Callable[..., tuple[Inquiry, Run]], fake: type[FakeDispatch]
) -> None:
    inquiry, run = handled(sender_name="Testine Testesen", sender_cpr=CPR)
    assert run.status == Status.DONE
    (record,) = fake.sent.values()
    assert (record.recipient.kind, record.recipient.number) == ("cpr", CPR)
    assert record.content.startswith(b"%PDF")
    assert record.reference == str(inquiry.id)
    # Once for the case's party, once for the letter, and both are in the log.
    assert opened() == 2
    result = StepRecord.objects.get(run=run, step="send").result
    assert (result["channel"], result["message"]) == ("prøve", f"besked-{run.id}:send")
    assert CPR not in str(result)
    assert [one.key for one in InboxItem.objects.all()] == [f"{run.id}:forward"]


@pytest.mark.django_db(transaction=True)
def test_a_folder_needs_no_number_and_none_is_opened_for_it(
    handled: Callable[..., tuple[Inquiry, Run]],
) -> None:
    handled(sender_cpr=CPR)
    assert Dispatch.objects.get().channel == "outbox"
    assert opened() == 1


@pytest.mark.django_db
def test_without_a_number_the_department_hands_the_letter_over(
    handled: Callable[..., tuple[Inquiry, Run]], page: Client
) -> None:
    inquiry, run = handled()
    assert run.status == Status.DONE
    assert StepRecord.objects.get(run=run, step="send").result["channel"] == "none"
    place = reverse("inquiries:department")
    shown = page.get(place, {"afdeling": "vej-og-trafik"}).content.decode()
    assert "Se også på det her" in shown
    assert "er ikke sendt" in shown
    matter = reverse("inquiries:inquiry", args=[inquiry.id])
    assert "(PDF)</a>. Ikke sendt." in page.get(matter).content.decode()
    item = InboxItem.objects.get(kind="letter")
    typed = {"afdeling": "vej-og-trafik"}
    answer = page.post(reverse("inquiries:settled", args=[item.id]), typed, follow=True)
    assert "er klaret" in answer.content.decode()
    assert "Se også på det her" not in answer.content.decode()
    assert "Givet videre på anden måde" in page.get(matter).content.decode()
    answer = page.post(reverse("inquiries:answered", args=[item.id]), typed, follow=True)
    assert answer.status_code == 200


@pytest.mark.django_db
def test_only_a_notice_is_settled_and_only_by_its_own_department(
    handled: Callable[..., tuple[Inquiry, Run]], client: Client, page: Client
) -> None:
    handled()
    work = InboxItem.objects.get(kind="inquiry")
    answer = page.post(reverse("inquiries:settled", args=[work.id]), follow=True)
    assert "Opgaven findes ikke" in answer.content.decode()
    work.refresh_from_db()
    assert work.handled_at is None


@pytest.mark.django_db(transaction=True)
def test_a_channel_that_says_no_holds_the_run_with_its_words(
    handled: Callable[..., tuple[Inquiry, Run]], fake: type[FakeDispatch]
) -> None:
    fake.fail = [PortRejected("Modtageren er ikke tilmeldt.")]
    _, run = handled(sender_cpr=CPR)
    assert (run.status, run.held_reason) == (Status.HELD, "Modtageren er ikke tilmeldt.")
    assert not Dispatch.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_channel_that_is_away_is_tried_again_and_the_letter_goes_once(
    handled: Callable[..., tuple[Inquiry, Run]], fake: type[FakeDispatch]
) -> None:
    # First nothing comes through, then the letter goes but not the answer.
    fake.fail, fake.fail_after = [PortError("Væk")], [PortError("For sent")]
    _, run = handled(sender_cpr=CPR)
    for _ in range(2):
        assert run.status == Status.QUEUED
        done = list(run.step_records.order_by("id").values_list("step", flat=True))
        assert done == ["journalise", "receipt"]
        again(run)
    assert run.status == Status.DONE
    assert len(fake.sent) == Dispatch.objects.count() == 1


@pytest.mark.django_db
def test_a_setting_that_names_nothing_holds_the_run_and_says_so(
    handled: Callable[..., tuple[Inquiry, Run]], settings: Any
) -> None:
    settings.KODEKS_LETTER_DISPATCH = "kodeks.ingen"
    _, run = handled()
    assert run.status == Status.HELD
    assert "KODEKS_LETTER_DISPATCH" in run.held_reason


@pytest.mark.django_db
def test_the_journal_says_how_letters_go_out(page: Client) -> None:
    said = page.get(reverse("inquiries:journal")).content.decode()
    assert "bliver ikke sendt med Digital Post" in said
