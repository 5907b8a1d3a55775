# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Open311 GeoReport v2 as other systems meet it: XML and JSON, errors, and nothing personal."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from kodeks.casework import services as cases
from kodeks.connectors.models import Arrival, Open311Request
from kodeks.connectors.open311 import keys, receiving
from kodeks.inquiries import selectors, services
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.kernel.models import User

pytestmark = pytest.mark.django_db

BASE = "/open311/v2"
SENT = {
    "service_code": "vejskade",
    "description": "Dybt hul ved nr. 7. Mit nummer er 710190-0000.",
    "lat": "55.676098",
    "long": "12.568337",
    "address_string": "Prøvevej 7, 1234 Eksempelkøbing",
    "email": "kanaria@example.invalid",
    "first_name": "Kanaria",
    "last_name": "Kanariesen",
    "phone": "12 34 56 78",
    "device_id": "kanariefugl-1",
    "media_url": "https://example.invalid/hul.jpg",
    "attribute[dybde]": "30 cm",
}
_NAMES = (
    "service_request_id status status_notes service_name service_code description "
    "agency_responsible service_notice requested_datetime updated_datetime expected_datetime "
    "address address_id zipcode lat long media_url"
)
FIELDS = _NAMES.split()


@pytest.fixture
def key() -> str:
    return keys.make(name="praj", made_by="anders")


@pytest.fixture
def send(client: Client, key: str) -> Callable[..., HttpResponse]:
    def post(form: str = "json", **changes: str) -> HttpResponse:
        given = SENT | {"api_key": key} | changes
        fields = {name: value for name, value in given.items() if value != "-"}
        return client.post(f"{BASE}/requests.{form}", fields)

    return post


def read(client: Client, path: str, **query: str) -> Any:
    answer = client.get(f"{BASE}/{path}", query)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def error(answer: HttpResponse) -> tuple[int, str]:
    (found,) = json.loads(answer.content)
    assert found["code"] == answer.status_code
    return found["code"], found["description"]


# Reading what there is


def test_services_are_the_topics_in_both_forms(client: Client) -> None:
    rows = read(client, "services.json")
    one = next(row for row in rows if row["service_code"] == "vejskade")
    assert set(one) == {
        "service_code", "service_name", "description", "metadata", "type", "keywords", "group"
    }  # fmt: skip
    assert (one["metadata"], one["type"]) == (False, "realtime")
    answer = client.get(f"{BASE}/services.xml")
    assert answer["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    root = etree.fromstring(answer.content)
    assert root.tag == "services"
    assert [service.findtext("service_code") for service in root] == [
        row["service_code"] for row in rows
    ]
    assert root[0].findtext("metadata") == "false"


def test_a_service_has_a_definition(client: Client) -> None:
    found = read(client, "services/vejskade.json")
    assert found == {"service_code": "vejskade", "attributes": []}
    root = etree.fromstring(client.get(f"{BASE}/services/vejskade.xml").content)
    assert (root.tag, root.findtext("service_code")) == ("service_definition", "vejskade")
    assert client.get(f"{BASE}/services/findes-ikke.json").status_code == 404


# Sending


def test_a_request_becomes_an_inquiry(send: Callable[..., HttpResponse]) -> None:
    answer = send()
    assert answer.status_code == 201
    (row,) = json.loads(answer.content)
    assert set(row) == {"service_request_id", "service_notice", "account_id"}
    made = Open311Request.objects.get(id=row["service_request_id"])
    inquiry = Inquiry.objects.get(id=made.inquiry_id)
    assert inquiry.text == (
        "Dybt hul ved nr. 7. Mit nummer er [CPR].\n\n"
        "Sted: Prøvevej 7, 1234 Eksempelkøbing, 55.676098 12.568337\n"
        f"Emne valgt af afsenderen: {selectors.topic('vejskade').title}\n"
        "Telefon: 12 34 56 78\nBillede: https://example.invalid/hul.jpg\ndybde: 30 cm"
    )
    assert (inquiry.channel, inquiry.sender_name) == ("open311", "Kanaria Kanariesen")
    assert services.address_of(inquiry) == "kanaria@example.invalid"
    assert (str(made.latitude), str(made.longitude)) == ("55.68", "12.57")
    assert Arrival.objects.get().source == "open311"


def test_xml_answers_xml(send: Callable[..., HttpResponse]) -> None:
    root = etree.fromstring(send("xml").content)
    assert root.tag == "service_requests"
    assert root[0].tag == "request"
    assert Open311Request.objects.filter(id=root[0].findtext("service_request_id")).exists()


def test_a_request_that_is_sent_again_is_the_same(send: Callable[..., HttpResponse]) -> None:
    """The sender heard no answer to the first: there is no key in the standard to tell by."""
    ids = [json.loads(send().content)[0]["service_request_id"] for _ in range(3)]
    assert len(set(ids)) == 1
    assert Inquiry.objects.count() == 1
    send(description="Et andet hul.")
    assert Inquiry.objects.count() == 2


def test_the_same_words_another_day_are_another_request(
    send: Callable[..., HttpResponse],
) -> None:
    send()
    Open311Request.objects.update(requested_at=timezone.now() - dt.timedelta(days=2))
    send()
    assert Inquiry.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"api_key": "-"}, 403, "api_key"),
        ({"api_key": "forkert"}, 403, "api_key"),
        ({"service_code": "-"}, 400, "service_code mangler"),
        ({"service_code": "findes-ikke"}, 404, "service_code findes ikke"),
        ({"description": "-", "media_url": "-"}, 400, "description mangler"),
        ({"description": "x" * 4_001}, 400, "4000 tegn"),
        ({"lat": "-", "long": "-", "address_string": "-"}, 400, "Stedet mangler"),
        ({"lat": "-"}, 400, "lat og long"),
        ({"lat": "nan"}, 400, "lat og long"),
        ({"lat": "91"}, 400, "mellem"),
        ({"email": "ikke en adresse"}, 400, "email"),
        ({"media_url": "file:///etc/passwd"}, 400, "media_url"),
        ({"description": "x\x00y"}, 400, "tegn"),
        ({"first_name": "x" * 91}, 400, "first_name"),
        ({"attribute[a]": "x" * 1_001}, 400, "attributter"),
    ],
)
def test_what_is_wrong_is_told_in_the_form_of_the_standard(
    send: Callable[..., HttpResponse], changes: dict[str, str], code: int, words: str
) -> None:
    found = error(send(**changes))
    assert found[0] == code
    assert words in found[1]
    assert not Inquiry.objects.exists()
    root = etree.fromstring(send("xml", **changes).content)
    assert (root.tag, root[0].tag) == ("errors", "error")
    assert root[0].findtext("code") == str(code)


def test_a_revoked_key_and_guessing_are_refused(
    client: Client, send: Callable[..., HttpResponse], key: str
) -> None:
    keys.revoke(name="praj")
    assert send().status_code == 403
    with pytest.raises(keys.KeyProblem):
        keys.revoke(name="praj")
    again = keys.make(name="praj", made_by="anders")
    with pytest.raises(keys.KeyProblem):
        keys.make(name="praj", made_by="anders")
    for _ in range(5):
        send(api_key="gæt")
    assert send(api_key=again).status_code == 429
    assert again not in str(list(keys.in_use().values()))


def test_one_key_may_send_so_much_a_minute(
    send: Callable[..., HttpResponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "MOST_A_MINUTE", 2)
    answers = [send(description=f"Hul {number}").status_code for number in range(3)]
    assert answers == [201, 201, 429]


def test_other_methods_forms_and_jurisdictions(client: Client, settings: Any) -> None:
    assert client.delete(f"{BASE}/requests.json").status_code == 405
    answer = client.get(f"{BASE}/services.yaml")
    assert (answer.status_code, answer["Content-Type"]) == (400, "text/xml; charset=utf-8")
    settings.KODEKS_OPEN311_JURISDICTION = "eksempelkoebing.dk"
    query = {"jurisdiction_id": "naboby.dk"}
    assert client.get(f"{BASE}/services.json", query).status_code == 404
    query = {"jurisdiction_id": "eksempelkoebing.dk"}
    assert client.get(f"{BASE}/services.json", query).status_code == 200


# What everybody may read


def test_a_request_is_shown_without_anything_personal(
    client: Client, send: Callable[..., HttpResponse]
) -> None:
    made = json.loads(send().content)[0]["service_request_id"]
    (row,) = read(client, f"requests/{made}.json")
    assert list(row) == FIELDS
    assert (row["status"], row["service_code"]) == ("open", "vejskade")
    assert (row["lat"], row["long"]) == ("55.68", "12.57")
    assert row["agency_responsible"]
    assert row["expected_datetime"].endswith("Z")
    root = etree.fromstring(client.get(f"{BASE}/requests/{made}.xml").content)
    assert [child.tag for child in root[0]] == FIELDS
    seen = json.dumps(read(client, "requests.json"), ensure_ascii=False)
    for personal in (
        "anari",
        "710190",
        "Prøvevej",
        "12 34 56",
        "hul.jpg",
        "30 cm",
        "Dybt",
        "55.676",
    ):
        assert personal not in seen
    assert read(client, f"tokens/{made}.json") == [{"service_request_id": made, "token": made}]


def test_inquiries_by_other_ways_are_not_shown(client: Client) -> None:
    services.receive(external_id="t", text="Et hul", channel="mail")
    assert read(client, "requests.json") == []
    inquiry = Inquiry.objects.get()
    assert client.get(f"{BASE}/requests/{inquiry.id}.json").status_code == 404


def test_requests_are_found_by_id_code_status_and_dates(
    client: Client, send: Callable[..., HttpResponse]
) -> None:
    made = [
        json.loads(send(service_code=code).content)[0]["service_request_id"]
        for code in ("vejskade", "rotter", "vejbelysning")
    ]
    old, closed, _ = made
    Open311Request.objects.filter(id=old).update(
        requested_at=dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
    )
    _close(Open311Request.objects.get(id=closed).inquiry_id)

    def ids(**query: str) -> list[str]:
        return sorted(row["service_request_id"] for row in read(client, "requests.json", **query))

    assert ids() == sorted(made[1:]), "the last ninety days"
    assert ids(service_request_id=",".join(made)) == sorted(made)
    assert ids(service_code="rotter,vejskade") == [closed]
    assert ids(status="closed") == [closed]
    assert ids(status="open") == [made[2]]
    assert ids(status="open,closed") == sorted(made[1:])
    assert ids(start_date="2026-01-01T00:00:00Z", end_date="2026-02-01T00:00:00+01:00") == [old]
    assert ids(start_date="2025-12-01T00:00:00Z") == [old], "ninety days from the beginning"
    assert ids(end_date="2026-01-31T00:00:00Z") == [old]
    (row,) = read(client, f"requests/{closed}.json")
    assert row["status"] == "closed"


def _close(inquiry_id: Any) -> None:
    topic = selectors.topic("rotter")
    case = cases.open_case(
        key=f"t:{inquiry_id}",
        title="Prøve",
        kle_number=topic.kle_number,
        facet=topic.facet,
        unit=topic.unit,
    )
    cases.advance_case(case=case, state="closed")
    Inquiry.objects.filter(id=inquiry_id).update(case=case)


@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "i går"},
        {"start_date": "2026-13-01T00:00:00Z"},
        {"end_date": "2026-01-01"},
        {"start_date": "2026-02-01T00:00:00Z", "end_date": "2026-01-01T00:00:00Z"},
        {"status": "måske"},
        {"service_request_id": "1"},
        {"service_request_id": "x," * 2_000},
    ],
)
def test_a_question_that_cannot_be_read_is_refused(client: Client, query: dict[str, str]) -> None:
    assert error(client.get(f"{BASE}/requests.json", query))[0] == 400


def test_an_erased_inquiry_is_not_shown(client: Client, send: Callable[..., HttpResponse]) -> None:
    made = json.loads(send().content)[0]["service_request_id"]
    inquiry = Inquiry.objects.get()
    dorte = User.objects.get(username="dorte")
    kernel.erase(subject=selectors.subject_of(inquiry), user=dorte, reason="Prøve.")
    inquiry.text = inquiry.sender_name = inquiry.district = inquiry.urgency = ""
    inquiry.sealed_original = inquiry.sealed_cpr = inquiry.sealed_address = None
    inquiry.external_id, inquiry.erased_at = f"slettet:{inquiry.id}", timezone.now()
    inquiry.save()
    assert client.get(f"{BASE}/requests/{made}.json").status_code == 404
    assert read(client, "requests.json") == []


# Whatever is sent

_TEXTS = st.text(max_size=60)
_ANY_FORM = st.dictionaries(
    st.sampled_from([*SENT, "attribute[a]", "attribute[", "jurisdiction_id", "x"]) | _TEXTS,
    _TEXTS | st.sampled_from(["vejskade", "55.6", "12.5", "a@b.dk", "https://x"]),
    max_size=8,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(_ANY_FORM, st.sampled_from(["json", "xml"]))
def test_any_form_is_taken_in_or_refused(
    client: Client, key: str, fields: dict[str, str], form: str
) -> None:
    answer = client.post(f"{BASE}/requests.{form}", SENT | fields | {"api_key": key})
    assert answer.status_code in (201, 400, 404, 429)
    root = json.loads(answer.content) if form == "json" else etree.fromstring(answer.content)
    assert len(root) == 1


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from(
            ["service_request_id", "service_code", "status", "start_date", "end_date", "extensions"]
        ),
        _TEXTS | st.sampled_from(["open", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59"]),
    )
)
def test_any_question_is_answered_or_refused(client: Client, query: dict[str, str]) -> None:
    assert client.get(f"{BASE}/requests.json", query, follow=True).status_code in (200, 400)


@pytest.mark.parametrize("content_type", ["application/json", "text/xml", "multipart/form-data"])
def test_other_bodies_are_refused_and_not_broken_by(client: Client, content_type: str) -> None:
    answer = client.post(f"{BASE}/requests.json", b"\xff{", content_type=content_type)
    assert answer.status_code in (400, 403)
    assert error(answer)
