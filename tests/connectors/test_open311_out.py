# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Handing over to another body's Open311 server that fails: once, or a person is told."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from typing import Any

import open311_server
import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.casework.ports import PortError, PortRejected
from kodeks.connectors.open311 import sending, xml
from kodeks.connectors.open311.sending import HandedOver, Matter, Open311Body


@pytest.fixture
def server() -> Iterator[open311_server.Server]:
    with open311_server.running() as running:
        yield running


def body(server: open311_server.Server, **changes: Any) -> Open311Body:
    given = {
        "url": server.url,
        "api_key": lambda: open311_server.KEY,
        "shows_descriptions": True,
        "seconds": 0.5,
    }
    return Open311Body(**given | changes)


def matter(key: str = "run:forward", **changes: Any) -> Matter:
    given = {
        "key": key,
        "service_code": "vejskade",
        "description": "Hul i vejen",
        "decided_at": timezone.now() - dt.timedelta(minutes=5),
        "address": "Prøvevej 7",
        "position": ("55.67", "12.56"),
    }
    return Matter(**given | changes)


def sent(to: Open311Body, what: Matter, times: int = 6) -> HandedOver:
    """As the robot does: the step is tried again after a technical error."""
    for _ in range(times):
        try:
            return to.send(matter=what)
        except PortError:
            continue
    raise AssertionError("never handed over")


def test_a_matter_is_handed_over_with_its_place_and_without_the_sender(
    server: open311_server.Server,
) -> None:
    found = body(server, jurisdiction="naboby.dk").send(matter=matter())
    assert found == HandedOver(number="1")
    (row,) = server.requests
    assert (row["address_string"], row["lat"], row["long"]) == ("Prøvevej 7", "55.67", "12.56")
    assert row["description"].startswith("Hul i vejen\n\n[ref. ")
    assert "run:forward" not in row["description"]


@pytest.mark.parametrize("fault", ["lost", "error", "error-after", "slow", "garbage", "empty"])
def test_no_fault_loses_or_doubles_it(server: open311_server.Server, fault: str) -> None:
    server.faults = [fault]
    assert sent(body(server), matter()).number == "1"
    assert len(server.requests) == 1
    assert body(server).send(matter=matter()).number == "1"
    assert len(server.requests) == 1


def test_random_faults_over_many_matters(server: open311_server.Server) -> None:
    chance = random.Random(311)
    kinds = ["lost", "error", "error-after", "garbage", "empty", "", ""]
    server.faults = [chance.choice(kinds) for _ in range(40)]
    to = body(server)
    numbers = [sent(to, matter(f"run-{number}"), times=20).number for number in range(20)]
    assert len(set(numbers)) == 20
    assert len(server.requests) == 20


def test_a_server_that_refuses_what_it_has_is_understood() -> None:
    with open311_server.running(refuses_known=True) as server:
        to = body(server, shows_descriptions=True)
        to.send(matter=matter())
        # The first look found nothing, as another worker was just then making it.
        looks = iter([None])
        find = to.find
        to.find = lambda **given: next(looks, None) or find(**given)  # type: ignore[method-assign]
        assert to.send(matter=matter()).number == "1"


@pytest.mark.parametrize(
    ("fault", "key", "words"), [("reject", open311_server.KEY, "siger nej"), ("", "x", "nøgle")]
)
def test_a_no_goes_to_a_person(
    server: open311_server.Server, fault: str, key: str, words: str
) -> None:
    server.faults = [fault] if fault else []
    with pytest.raises(PortRejected, match=words):
        body(server, api_key=lambda: key).send(matter=matter())
    assert server.requests == []


def test_it_is_found_in_a_list_that_the_server_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MOST_IN_A_LIST", 5)
    with open311_server.running(most=5) as server:
        to = body(server)
        decided = timezone.now() - dt.timedelta(days=2)
        for number in range(23):
            to.send(matter=matter(f"run-{number}", decided_at=decided))
            at = decided + dt.timedelta(hours=number)
            server.requests[-1]["requested_datetime"] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        for number in (0, 11, 22):
            found = to.find(key=f"run-{number}", service_code="vejskade", since=decided)
            assert found == HandedOver(number=str(number + 1))


def test_a_token_becomes_a_number_and_a_number_has_a_standing(
    server: open311_server.Server,
) -> None:
    server.faults = ["token"]
    to = body(server)
    found = to.send(matter=matter())
    assert found == HandedOver(number="", token="t1")
    assert to.number_of(token="t1") == "1"
    assert to.standing(number="1").is_open
    server.requests[0] |= {"status": "closed", "status_notes": "Hullet er lappet."}
    standing = to.standing(number="1")
    assert (standing.is_open, standing.notes) == (False, "Hullet er lappet.")
    with pytest.raises(PortRejected):
        to.standing(number="99")
    server.requests[0]["status"] = "ukendt"
    with pytest.raises(PortError):
        to.standing(number="1")


def test_nobody_there_is_a_technical_error() -> None:
    with open311_server.running() as server:
        to = body(server)
    with pytest.raises(PortError, match="svarer ikke"):
        to.send(matter=matter())


@pytest.mark.django_db(transaction=True)
def test_one_kodeks_hands_over_to_another(live_server: Any) -> None:
    """Ours shows no descriptions, and knows the same request when it comes again."""
    from kodeks.connectors.open311 import keys
    from kodeks.inquiries.models import Inquiry

    key = keys.make(name="naboby", made_by="anders")
    to = Open311Body(
        url=f"{live_server.url}/open311/v2", api_key=lambda: key, shows_descriptions=False
    )
    first, again = (to.send(matter=matter()) for _ in range(2))
    assert first == again
    assert uuid.UUID(first.number)
    assert to.standing(number=first.number).is_open
    assert to.number_of(token=first.number) == first.number
    assert Inquiry.objects.get().text.startswith("Hul i vejen")


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=100).map(lambda t: f"<service_requests>{t}</service_requests>".encode()),
    )
)
def test_any_answer_is_read_or_refused(answer: bytes) -> None:
    try:
        found = xml.rows(answer, many="service_requests", one="request")
    except xml.NotOpen311:
        return
    assert isinstance(found, list)


def test_an_answer_cannot_reach_files_or_grow() -> None:
    bomb = (
        b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "&c;&c;">'
        b'<!ENTITY c "xxxxxxxxxx">]><service_requests><request><service_request_id>&a;&b;'
        b"</service_request_id></request></service_requests>"
    )
    # A document type is refused whole, before anything in it could be replaced.
    with pytest.raises(xml.NotOpen311):
        xml.rows(bomb, many="service_requests", one="request")
