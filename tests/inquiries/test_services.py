# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Receiving, triaging and deciding, on the real database."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import deciding
import psycopg
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from kodeks.inquiries import selectors, services
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel.errors import Refused, SystemStopped
from kodeks.kernel.models import Decision, User
from kodeks.robots.models import Run

pytestmark = pytest.mark.django_db

CPR = "040578-1234"
STRANGE = "Jeg søger en sangbog fra 1912 til en fødselsdag."


def jobs(task: str) -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(task_name=task))


def decide(inquiry: Inquiry, user: User, choice: str = "accept", **options: Any) -> kernel.Decision:
    given = {"label": "", "own_consideration": "Asfalten mangler."} | options
    return deciding.decide(inquiry_id=inquiry.id, user=user, choice=choice, **given)


def trained(owner: psycopg.Connection[Any], user: User, *, days: int) -> None:
    """The user's training holds for so many days from today; below 0 it has run out."""
    until = timezone.localdate() + dt.timedelta(days=days)
    owner.execute("SELECT kernel.register_training(%s, '', %s)", [user.pk, until])


def test_the_same_external_id_gives_the_first_inquiry_and_one_triage_job(
    arrived: Callable[..., Inquiry],
) -> None:
    first = arrived("Hul i vejen", external_id="en")
    again, new = services.receive(external_id="en", text="noget andet", channel="web")
    assert (again, new) == (first, False)
    assert again.text == "Hul i vejen"
    (job,) = jobs("robots.background")
    assert job.args == {"name": services.TRIAGE, "arguments": {"inquiry_id": str(first.id)}}


def test_cpr_numbers_are_masked_wherever_a_person_may_have_typed_one(
    arrived: Callable[..., Inquiry],
) -> None:
    inquiry = arrived(
        f"Jeg hedder Test og har {CPR}.", sender_name=f"Test {CPR}", district=f"Nord {CPR}"
    )
    inquiry.refresh_from_db()
    assert inquiry.text == "Jeg hedder Test og har [CPR]."
    assert (inquiry.sender_name, inquiry.district) == ("Test [CPR]", "Nord [CPR]")
    assert inquiry.sealed_original is not None
    assert CPR.encode() not in bytes(inquiry.sealed_original)


@pytest.mark.parametrize(
    ("text", "channel", "message"),
    [
        (" \n ", "web", "Henvendelsen er tom"),
        ("a" * 100_001, "web", "for lang"),
        ("hul\x00", "web", "tegn, der ikke er tekst"),
        ("hul", "røgsignal", "Kanalen røgsignal kendes ikke"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_in_words(text: str, channel: str, message: str) -> None:
    with pytest.raises(InquiryError, match=message):
        services.receive(external_id="x", text=text, channel=channel)
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("external_id", "a" * 201),
        ("sender_name", "a" * 201),
        ("district", "a" * 81),
        ("district", "nord\x00"),
    ],
)
def test_a_field_that_cannot_be_stored_is_named(field: str, value: str) -> None:
    fields = {"external_id": "x", "text": "hul", "channel": "web"} | {field: value}
    with pytest.raises(InquiryError, match=r"højst \d+ tegn"):
        services.receive(**fields)


def test_triage_issues_one_recommendation_with_reasons_a_citizen_can_read(
    triaged: Callable[..., Inquiry],
) -> None:
    inquiry = triaged()
    recommendation = selectors.recommendation_of(inquiry)
    assert recommendation is not None
    assert recommendation.body["suggestion"] == {"label": "vejskade"}
    reasons = [one["text"] for one in recommendation.body["considerations"]]
    assert any(one.endswith("taler for »Huller og skader i vejen«") for one in reasons)
    assert not any("_" in one or "vejskade" in one for one in reasons)
    services.triage(inquiry_id=str(inquiry.id))
    inquiry.refresh_from_db()
    assert inquiry.recommendation_id == recommendation.id


@pytest.mark.parametrize("text", ["rotter" * 5_000, "rotter " + "a" * 1_001, "hul\n" * 20_000])
def test_what_is_no_word_is_not_named_and_stops_nothing(
    arrived: Callable[..., Inquiry], text: str
) -> None:
    inquiry = arrived(text=text)
    services.triage(inquiry_id=str(inquiry.id))
    inquiry.refresh_from_db()
    found = selectors.recommendation_of(inquiry)
    assert found is not None
    assert all(len(one["text"]) < 200 for one in found.body["considerations"])


def test_out_of_scope_the_nearest_topic_becomes_the_first_alternative(
    triaged: Callable[..., Inquiry],
) -> None:
    recommendation = selectors.recommendation_of(triaged(STRANGE))
    assert recommendation is not None
    assert recommendation.body["suggestion"] == {"label": services.OUT_OF_SCOPE}
    values = [one["value"] for one in recommendation.body["alternatives"]]
    shares = [float(one["confidence"]) for one in recommendation.body["alternatives"]]
    assert len(set(values)) == len(values) >= 3
    assert services.OUT_OF_SCOPE not in values
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == float(recommendation.body["confidence"])


def test_what_would_have_changed_the_suggestion_is_said_and_holds(
    triaged: Callable[..., Inquiry],
) -> None:
    text = "Borger spørger, om hun må sætte en kasse med legetøj op på legepladsen."
    recommendation = selectors.recommendation_of(triaged(text))
    assert recommendation is not None
    (change,) = recommendation.body["counterfactuals"]
    words = re.findall("»([^»«]+)«", change["text"])
    assert change["text"].startswith("Uden ordet »legepladsen« var forslaget blevet »")
    assert words[-1] == selectors.topic_titles()[change["suggestion"]["label"]]
    assert change["suggestion"] != recommendation.suggestion
    shorter = selectors.recommendation_of(triaged(text.replace(words[0], " ")))
    assert shorter is not None
    assert shorter.suggestion == change["suggestion"]


def test_nothing_is_said_to_change_what_nothing_would_change(
    triaged: Callable[..., Inquiry],
) -> None:
    recommendation = selectors.recommendation_of(triaged(STRANGE))
    assert recommendation is not None
    assert recommendation.body["counterfactuals"] == []


def test_hidden_text_does_not_sway_the_suggestion_and_is_told(
    triaged: Callable[..., Inquiry], page: Client
) -> None:
    plain = "Der er et dybt hul i vejen på Testvej."
    hidden = f"{plain} <!-- {'rotter og mus i kloakken ' * 20} --><p hidden>støj</p>"
    swayed = triaged(f"{plain} {'rotter og mus i kloakken ' * 20}")
    bodies = []
    for inquiry in (triaged(plain), triaged(hidden), swayed):
        recommendation = selectors.recommendation_of(inquiry)
        assert recommendation is not None
        bodies.append(recommendation.body)
    first, second, third = bodies
    assert third["suggestion"] != first["suggestion"], "seen, these words would have swayed it"
    for part in ("suggestion", "confidence", "alternatives"):
        assert second[part] == first[part]
    # Each comes after the others, which are like it. That is of no matter here.
    plainly, anew = (
        [one for one in body["considerations"] if "næsten den samme" not in one["text"]]
        for body in (first, second)
    )
    told = [[one["text"] for one in found] for found in (plainly, anew)]
    # All that counted counts as it did. What is hidden is pointed out and leaves the choice to a
    # person.
    assert [text for text in told[1] if text not in told[0]] == [
        "Teksten har skjulte afsnit",
        "Noget i teksten kan påvirke forslaget. En person vælger emnet.",
    ]
    (gate,) = [one for one in plainly if one["text"] not in told[1]]
    assert "rigtige svar" in gate["text"]
    kept = [one for one in anew if one["text"] in told[0]]
    assert kept == [one for one in plainly if one is not gate]
    (used,) = [one for one in first["data_used"] if one["field"] == "text"]
    assert used["guard"] == "clear"
    (used,) = [one for one in second["data_used"] if one["field"] == "text"]
    assert (used["guard"], used["value"]) == ("flagged", hidden)
    inquiry = Inquiry.objects.get(text=hidden)
    shown = page.get(reverse("inquiries:inquiry", args=[inquiry.id])).content.decode()
    assert "Teksten har skjulte afsnit." in shown
    other = Inquiry.objects.get(text=plain)
    shown = page.get(reverse("inquiries:inquiry", args=[other.id])).content.decode()
    assert "Se efter i teksten" not in shown


def test_nothing_is_suggested_while_the_system_is_stopped(
    arrived: Callable[..., Inquiry], stop: Callable[[], None]
) -> None:
    inquiry = arrived()
    stop()
    with pytest.raises(SystemStopped):
        services.triage(inquiry_id=str(inquiry.id))
    inquiry.refresh_from_db()
    assert inquiry.recommendation_id is None


def test_a_decision_and_exactly_one_run_are_made_together(
    triaged: Callable[..., Inquiry], sofie: User
) -> None:
    inquiry = triaged()
    decision = decide(inquiry, sofie)
    run = Run.objects.get()
    assert (run.decision_id, run.subject_id) == (decision.id, str(inquiry.id))
    (job,) = jobs("robots.run")
    assert job.args == {"run_id": str(run.id)}
    with pytest.raises(Refused, match="allerede afgjort"):
        decide(inquiry, sofie, "reject")
    assert (Decision.objects.count(), Run.objects.count(), len(jobs("robots.run"))) == (1, 1, 1)


def test_a_decision_that_is_rolled_back_leaves_no_run(
    triaged: Callable[..., Inquiry], sofie: User
) -> None:
    inquiry = triaged()
    with transaction.atomic():
        decide(inquiry, sofie)
        assert len(jobs("robots.run")) == 1
        transaction.set_rollback(True)
    assert not Run.objects.exists()
    assert jobs("robots.run") == []
    inquiry.refresh_from_db()
    assert inquiry.decision_id is None


@pytest.mark.parametrize(
    ("choice", "label", "outcome"),
    [("accept", "rotter", "vejskade"), ("other", "rotter", "rotter"), ("reject", "", "andet")],
)
def test_the_choice_decides_what_the_label_is(
    triaged: Callable[..., Inquiry], sofie: User, choice: str, label: str, outcome: str
) -> None:
    decision = decide(triaged(), sofie, choice, label=label)
    assert decision.body["outcome"] == {"label": outcome}
    assert decision.choice == choice


def test_own_needs_no_suggestion_and_does_not_use_one(
    triaged: Callable[..., Inquiry], sofie: User
) -> None:
    decision = decide(triaged(), sofie, "own", label="stoej")
    assert (decision.choice, decision.recommendation_id) == ("own", None)


@pytest.mark.parametrize("choice", ["accept", "other", "reject"])
def test_without_a_suggestion_there_is_none_to_take_a_stand_on(
    arrived: Callable[..., Inquiry], sofie: User, choice: str
) -> None:
    with pytest.raises(InquiryError, match="intet forslag"):
        decide(arrived(), sofie, choice, label="rotter")
    assert not Decision.objects.exists()


def test_a_stopped_systems_suggestion_cannot_be_followed_but_work_goes_on(
    triaged: Callable[..., Inquiry], sofie: User, stop: Callable[[], None]
) -> None:
    inquiry = triaged()
    stop()
    with pytest.raises(SystemStopped):
        decide(inquiry, sofie)
    assert decide(inquiry, sofie, "own", label="vejskade").choice == "own"


@pytest.mark.parametrize("username", ["merete", "dorte", "anders", "testine"])
def test_only_a_caseworker_decides(
    triaged: Callable[..., Inquiry], person: Callable[[str], User], username: str
) -> None:
    inquiry = triaged()
    for choice, label in (("accept", ""), ("own", "rotter")):
        with pytest.raises(Refused, match="Kun en aktiv medarbejder") as no_right:
            decide(inquiry, person(username), choice, label=label)
        assert no_right.value.code == "no_right"
    assert not Decision.objects.exists()
    assert not Run.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_training_alone_gives_nobody_the_right_to_decide(
    triaged: Callable[..., Inquiry],
    person: Callable[[str], User],
    as_owner: psycopg.Connection[Any],
) -> None:
    trained(as_owner, person("dorte"), days=10)
    with pytest.raises(Refused) as refusal:
        decide(triaged(), person("dorte"))
    assert refusal.value.code == "no_right"
    assert not Decision.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_is_no_longer_trained_decides_without_the_suggestion(
    triaged: Callable[..., Inquiry], sofie: User, as_owner: psycopg.Connection[Any]
) -> None:
    trained(as_owner, sofie, days=-1)
    inquiry = triaged()
    for choice in ("accept", "other", "reject"):
        with pytest.raises(Refused, match="gyldig oplæring") as refusal:
            decide(inquiry, sofie, choice, label="rotter")
        assert refusal.value.code == "not_trained"
    assert decide(inquiry, sofie, "own", label="vejskade").choice == "own"
    trained(as_owner, sofie, days=0)
    assert decide(triaged(), sofie).choice == "accept"


def test_a_cpr_number_in_the_consideration_does_not_reach_the_ledger(
    triaged: Callable[..., Inquiry], sofie: User
) -> None:
    decision = decide(triaged(), sofie, own_consideration=f"Borgeren {CPR} har ret.")
    assert decision.body["own_consideration"] == "Borgeren [CPR] har ret."


def test_unknown_inquiry_and_topic(triaged: Callable[..., Inquiry], sofie: User) -> None:
    with pytest.raises(InquiryError, match="Vælg et emne"):
        decide(triaged(), sofie, "other", label="findes-ikke")
    with pytest.raises(Inquiry.DoesNotExist):
        deciding.decide(
            inquiry_id=uuid.uuid4(), user=sofie, choice="own", label="x", own_consideration="xxx"
        )


def test_urgent_inquiries_come_first_then_the_oldest(arrived: Callable[..., Inquiry]) -> None:
    old = arrived("Hul i vejen")
    new = arrived("Lampen er slukket")
    urgent = arrived("Der er en ambulance på vej, en cyklist er kommet til skade")
    assert list(selectors.waiting()) == [urgent, old, new]
