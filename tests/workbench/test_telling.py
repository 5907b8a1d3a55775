# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Alarms are told by mail to whoever answers for the system, once each."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from kodeks.connectors.models import OutgoingMail
from kodeks.kernel import alarms
from kodeks.kernel.models import User
from kodeks.workbench import telling

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def addressed(as_owner: psycopg.Connection[Any]) -> None:
    as_owner.execute("UPDATE kernel_user SET email = username || '@example.invalid'")


@pytest.fixture
def _mail(settings: Any) -> None:
    settings.KODEKS_SMTP_HOST, settings.KODEKS_MAIL_FROM = "smtp.example.invalid", "k@x.dk"


def sounded(kind: str = "proeve") -> None:
    alarms.sound(
        system="inquiries", kind=kind, effect="none", sentence="Prøve.", measured={"antal": "1"}
    )


@pytest.mark.usefixtures("_mail", "addressed")
def test_an_alarm_is_told_once_to_those_who_answer() -> None:
    assert telling.tell_alarms() == 0
    sounded()
    told = telling.tell_alarms()
    assert told >= 1
    assert telling.tell_alarms() == 0
    row = OutgoingMail.objects.filter(user_id=User.objects.get(username="merete").pk).get()
    assert row.subject == "Der er kommet en alarm i systemet inquiries"
    assert row.path == "/systemer/inquiries/overvaagning/"
    sounded("endnu_en")
    assert telling.tell_alarms() == told


@pytest.mark.usefixtures("_mail")
def test_who_has_no_address_is_not_written_to() -> None:
    sounded()
    assert telling.tell_alarms() == 0
    assert not OutgoingMail.objects.exists()
