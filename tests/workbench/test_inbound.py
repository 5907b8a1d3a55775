# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Receipts from other systems: nobody without the secret, each one once, none believed blindly."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from fake_distribution import receipt, receipt_schema
from fake_serviceplatform import status
from letters_out import distributed, sent_letter
from lxml import etree

from kodeks.casework import dispatching
from kodeks.casework.models import DispatchNews, DistributionReceipt, Heard, InboxItem
from kodeks.robots import credentials
from kodeks.workbench import inbound

OTHERS = "22222222-2222-4222-8222-222222222222"
HEADERS = {inbound.HEADER: "hemmelig"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def secret():
    credentials.put(robot=inbound.ROBOT, name=inbound.SECRET, secret="hemmelig", made_by="prøve")


def told(body: bytes, headers=HEADERS):
    place = reverse("workbench:digital-post-status")
    client = Client(enforce_csrf_checks=True)
    return client.post(place, body, content_type="application/xml", headers=headers)


def test_without_a_secret_of_ours_nobody_is_let_in():
    assert told(status(OTHERS)).status_code == 403
    assert told(status(OTHERS), {}).status_code == 403
    assert told(status(OTHERS), {inbound.HEADER: ""}).status_code == 403


@pytest.mark.parametrize("headers", [{}, {inbound.HEADER: ""}, {inbound.HEADER: "hemmeli"}])
def test_only_whoever_knows_the_secret_is_let_in(secret, headers):
    assert told(status(OTHERS), headers).status_code == 403
    assert not DispatchNews.objects.exists()


def test_a_status_is_written_down_once(secret):
    letter = sent_letter()
    for _ in range(2):
        answer = told(status(letter.message_id))
        assert (answer.status_code, b">20<" in answer.content) == (200, True)
    assert DispatchNews.objects.get().heard == Heard.DELIVERED


def test_a_letter_that_did_not_arrive_is_the_departments(secret):
    letter = sent_letter()
    told(status(letter.message_id, "Fejlet", error=("message.rejected", "Afvist")))
    assert dispatching.newest(letter).code == "message.rejected"
    assert InboxItem.objects.get().kind == dispatching.NOTICE


def test_what_is_not_ours_is_taken_when_it_is_old_and_asked_for_again_when_it_is_new(secret):
    assert told(status(OTHERS)).status_code == 200
    new = timezone.now().isoformat(timespec="seconds")
    assert told(status(OTHERS, at=new)).status_code == 503
    assert not DispatchNews.objects.exists()


@pytest.mark.parametrize("body", [b"", b"<a/>", b"<!DOCTYPE a><a/>", status("x")])
def test_what_cannot_be_read_is_turned_away(secret, body):
    assert told(body).status_code == 400


def receipted(body: bytes, headers=HEADERS):
    place = reverse("workbench:sf2900-receipt")
    client = Client(enforce_csrf_checks=True)
    return client.post(place, body, content_type="text/xml", headers=headers)


def test_a_receipt_is_written_down_once_and_a_no_comes_back_to_those_who_sort(secret):
    distribution = distributed()
    for _ in range(2):
        answer = receipted(receipt(distribution.message_id, "AFVIST", reason="Ikke vores emne"))
        assert answer.status_code == 200
        if receipt_schema() is not None:
            receipt_schema().assertValid(etree.fromstring(answer.content)[0][0])
    assert DistributionReceipt.objects.get().code == "AFVIST"
    item = InboxItem.objects.get()
    assert (item.kind, item.unit) == ("returned", distribution.returns_to)


def test_a_receipt_that_cannot_be_taken_is_a_fault(secret):
    for body in (b"", b"<a/>", receipt(OTHERS, "MODTAGET")):
        answer = receipted(body)
        assert answer.status_code == 500
        assert b"TransportKvittering" in answer.content
    assert receipted(receipt(OTHERS, "MODTAGET"), {}).status_code == 403
    assert not DistributionReceipt.objects.exists()
