# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The inbox's filters, counts and order; of a suggestion to be seen blind it tells nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kodeks.inquiries import selectors, services
from kodeks.inquiries.inbox import Inbox, Wanted
from kodeks.inquiries.models import Inquiry, Sorting
from kodeks.kernel import alarms, oversight
from kodeks.kernel.models import User
from kodeks.kernel.viewing import viewer

pytestmark = pytest.mark.django_db

LAMP = "Lamperne på Testvej er slukkede, og der er helt mørkt om aftenen."
WHY = "Asfalten mangler, og det er farligt for cyklister."


def listed(user: User, **wanted: str) -> list[Inquiry]:
    with viewer(user):
        return list(Inbox(user).found(Wanted(**wanted)))


def counted(user: User, **wanted: str) -> dict[str, dict[str, int]]:
    with viewer(user):
        return Inbox(user).counts(Wanted(**wanted))


@pytest.fixture
def blind(person: Callable[[str], User]) -> Callable[[], None]:
    def make() -> None:
        shares = {"blind_share": "1", "least_confidence": "0", "influence_limit": "0.1",
                  "fast_limit": "0.2"}  # fmt: skip
        oversight.oversee(
            system=services.SYSTEM,
            user=person("merete"),
            **{name: Decimal(share) for name, share in shares.items()},
        )

    return make


@pytest.fixture
def shown(triaged: Callable[..., Inquiry]) -> Inquiry:
    """One that was issued to be shown, whatever was drawn."""
    inquiry = triaged()
    Sorting.objects.filter(inquiry=inquiry).update(how="shown")
    return inquiry


def test_each_count_is_what_its_filter_finds(
    sofie: User, shown: Inquiry, arrived: Callable[..., Inquiry]
) -> None:
    old = timezone.now() - dt.timedelta(days=40)
    arrived("En cyklist er kommet til skade", channel="brev", district="Engholm", received_at=old)
    arrived("Jeg vil gerne have aktindsigt i min sag om skiltet", channel="app")
    for wanted in ({}, {"channel": "web"}, {"words": "cyklist", "urgency": "urgent"}):
        for name, values in counted(sofie, **wanted).items():
            for value, number in values.items():
                found = listed(sofie, **(wanted | {name: value}))
                assert len(found) == number, (wanted, name, value)
    counts = counted(sofie)
    assert (counts["urgency"]["urgent"], counts["legal"]["1"], counts["age"]["14"]) == (1, 1, 1)
    assert (counts["due"]["late"], counts["state"]["ready"]) == (1, 1)
    assert counts["topic"] == {"vejskade": 1}
    assert counts["department"] == {"vej-og-trafik": 1}


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("lampe", True),
        ("LAMPERNE mørkt", True),
        ('"helt mørkt"', True),
        ('"mørkt helt"', False),
        ("lampe -testvej", False),
        ("lampe or hund", True),
        ("hund", False),
        ("og", False),
        ("'); DROP TABLE", False),
    ],
)
def test_words_are_found_in_their_other_forms(
    sofie: User, arrived: Callable[..., Inquiry], words: str, finds: bool
) -> None:
    arrived(LAMP)
    assert bool(listed(sofie, words=words)) is finds


def test_a_decided_inquiry_and_one_of_others_is_not_searched(
    sofie: User, person: Callable[[str], User], arrived: Callable[..., Inquiry]
) -> None:
    arrived(LAMP)
    assert listed(person("testine"), words="lampe") == []
    inquiry = Inquiry.objects.get()
    services.decide(
        inquiry_id=inquiry.id, user=sofie, choice="own", label="vejbelysning", own_consideration=WHY
    )
    assert listed(sofie, words="lampe") == []


@pytest.mark.parametrize("order", ["", "oldest", "newest"])
def test_next_and_previous_follow_the_list(
    sofie: User, arrived: Callable[..., Inquiry], order: str
) -> None:
    now = timezone.now()
    for hours, text in enumerate(
        ("Hul", "En cyklist er kommet til skade", "Lampe", "Fare for liv")
    ):
        arrived(text, received_at=now - dt.timedelta(hours=hours % 3))
    wanted = Wanted(order=order)
    with viewer(sofie):
        inbox = Inbox(sofie)
        rows = list(inbox.found(wanted))
        nexts = [inbox.next_after(wanted, one) for one in rows]
        before = [inbox.before(wanted, one) for one in rows]
    assert nexts == [*rows[1:], rows[0]]
    assert before == [None, *rows[:-1]]


# --- what is to be seen blind is told nowhere in the list


def test_a_blind_suggestion_is_in_no_list_and_in_no_count(
    sofie: User, page: Client, blind: Callable[[], None], triaged: Callable[..., Inquiry]
) -> None:
    blind()
    inquiry = triaged()
    label = selectors.recommendation_of(inquiry).suggestion["label"]
    title = selectors.topic(label).title
    counts = counted(sofie)
    assert counts["topic"] == {}
    assert counts["department"] == {}
    assert set(counts["way"].values()) == {0}
    for wanted in ({"topic": label}, {"department": "vej-og-trafik"}, {"way": "label"},
                   {"way": "choose"}, {"way": "department"}):  # fmt: skip
        assert listed(sofie, **wanted) == []
    text = unescape(page.get(reverse("inquiries:inbox")).content.decode())
    rows = text.partition("data-key-list>")[2].partition("</tbody>")[0]
    assert str(inquiry.id) in rows
    assert title not in rows
    assert f"{title} (0)" in text


@pytest.mark.parametrize("cause", ["alarm", "stopped", "untrained"])
def test_who_is_shown_no_suggestions_cannot_sort_by_them(
    sofie: User,
    page: Client,
    shown: Inquiry,
    stop: Callable[[], None],
    cause: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert listed(sofie, topic="vejskade") == [shown]
    if cause == "alarm":
        alarms.sound(
            system=services.SYSTEM,
            kind="influence",
            effect="blind_first",
            sentence="Prøve",
            measured={},
        )
    elif cause == "stopped":
        stop()
    else:
        monkeypatch.setattr("kodeks.inquiries.inbox.kernel.may", lambda *_, **__: False)
    assert listed(sofie, topic="vejskade") == []
    assert listed(sofie, way="label") == []
    assert "topic" not in counted(sofie)
    text = page.get(reverse("inquiries:inbox")).content.decode()
    assert 'name="topic"' not in text
    assert 'name="way"' not in text


# --- the pages carry the list along


def test_after_a_decision_comes_the_next_in_the_same_list(
    page: Client, arrived: Callable[..., Inquiry]
) -> None:
    first = arrived(LAMP, channel="brev", received_at=timezone.now() - dt.timedelta(days=2))
    arrived("Hul i vejen", received_at=timezone.now() - dt.timedelta(days=1))
    last = arrived("Lampe igen", channel="brev")
    address = reverse("inquiries:inquiry", args=[first.id])
    text = unescape(page.get(f"{address}?channel=brev").content.decode())
    assert f"/{last.id}/?channel=brev" in text
    assert f'href="{reverse("inquiries:inbox")}?channel=brev"' in text
    sent = {"choice": "own", "label": "vejbelysning", "own_consideration": WHY,
            "liste": "channel=brev"}  # fmt: skip
    answer = page.post(reverse("inquiries:decide", args=[first.id]), sent)
    assert answer["Location"] == f"{reverse('inquiries:inquiry', args=[last.id])}?channel=brev"
    answer = page.post(reverse("inquiries:decide", args=[last.id]), sent)
    assert answer["Location"] == f"{reverse('inquiries:inbox')}?channel=brev"


def test_filters_in_use_can_be_taken_away_one_by_one(
    page: Client, arrived: Callable[..., Inquiry]
) -> None:
    arrived(LAMP, channel="brev")
    text = unescape(page.get("/henvendelser/?channel=brev&words=lampe").content.decode())
    assert 'href="/henvendelser/?words=lampe"' in text
    assert 'href="/henvendelser/?channel=brev"' in text
    assert "Brev (1)" in text
    assert "Telefonnotat (0)" in text


def test_keys_are_told_of_and_choose_what_is_shown(page: Client, shown: Inquiry) -> None:
    inbox = page.get(reverse("inquiries:inbox")).content.decode()
    assert "data-key-item" in inbox
    assert "Brug genveje med én tast" in unescape(inbox)
    oversight_free = page.get(reverse("inquiries:inquiry", args=[shown.id])).content.decode()
    assert ('data-key="1"' in oversight_free) is ("Mulige emner" in oversight_free)
