# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A department's figures: from the ledger, for who may see the department, and what waits now."""

from __future__ import annotations

import datetime as dt
import uuid
from html import unescape

import pytest
from django.utils import timezone

from kodeks.casework import services
from kodeks.casework.models import InboxItem, Unit
from kodeks.kernel.measured import Measured
from kodeks.kernel.models import Grant, User
from kodeks.statistics.routing import Routed
from kodeks.statistics.times import Course
from kodeks.workbench import service_departments, service_page
from kodeks.workbench.models import ServiceReport

pytestmark = pytest.mark.django_db
UNIT, OTHER = "vej-og-trafik", "byggeri"
PAGE = "/afdelinger/"


def measured(*, courses=(), routed=()) -> Measured:
    return Measured(
        system="inquiries", size=1, studies=(), pieces=(), reviews=(), reworks=(),
        courses=tuple(courses), routed=tuple(routed),
        subjects=tuple(str(uuid.uuid4()) for _ in routed), alarms=(), without_begin=0, erased=0,
        waiting=0,
    )  # fmt: skip


def report(content: dict) -> ServiceReport:
    made, _ = ServiceReport.objects.update_or_create(
        system="inquiries",
        defaults={
            "content": {"departments": content, "size": 0, "alarms": [], "months": {},
                        "studies": []},
            "closed": {},
            "made_at": timezone.now(),
        },
    )  # fmt: skip
    return made


def decided(choice: str = "accept", *, unit: str = UNIT, chosen: str = "vejskade") -> Routed:
    return Routed(at=timezone.now(), unit=unit, choice=choice, suggested="vejskade", chosen=chosen)


def waiting(*, days: int, unit: str = UNIT) -> None:
    key = uuid.uuid4().hex
    case = services.open_case(
        key=key, title="Hul", kle_number="05.01.08", facet="G01",
        unit=Unit.objects.get(code=unit),
    )  # fmt: skip
    InboxItem.objects.create(
        key=key, unit=case.unit, case=case, kind="inquiry",
        created_at=timezone.now() - dt.timedelta(days=days),
    )  # fmt: skip


def page_of(client, unit: str = "") -> str:
    answer = client.get(PAGE, {"afdeling": unit})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def test_the_report_counts_each_department_and_all_together() -> None:
    now = timezone.now()
    promised = timezone.localdate() - dt.timedelta(days=1)
    course = Course(
        began=now - dt.timedelta(days=6), decided=now - dt.timedelta(days=5),
        answered=now - dt.timedelta(days=2), promised=promised, unit=UNIT,
    )  # fmt: skip
    found = service_departments.compute(
        measured(
            courses=[course],
            routed=[decided(), decided("other", chosen="renhold"), decided(unit=OTHER)],
        )
    )
    assert set(found) == {"", UNIT, OTHER}
    recent = found[UNIT]["recent"]["now"]
    assert recent["routing"]["followed"] == 1
    assert recent["routing"]["decided"] == 2
    assert recent["times"]["handling"]["median_seconds"] == 4 * 86_400
    assert (recent["times"]["promised"], recent["times"]["kept"]) == (1, 1)
    assert found[""]["recent"]["now"]["routing"]["decided"] == 3
    assert found[UNIT]["corrections"] == [["vejskade", "renhold", 1]]
    assert found[OTHER]["corrections"] == []


def test_the_page_shows_the_figures_with_their_tables(signed_in) -> None:
    report(service_departments.compute(measured(routed=[decided(), decided("other", chosen="x")])))
    waiting(days=1)
    waiting(days=40)
    text = page_of(signed_in("sofie"), UNIT)
    assert "De fire uger før" in text or "Ingen tal fra de fire uger før" in text
    assert "50 %" in text
    assert "<td>Huller og skader i vejen</td><td>x</td><td>1</td>" in text
    assert '<span class="kodeks-figure">2</span> venter på svar' in text
    assert "Over 30" in text


def test_who_has_one_department_sees_that_one_alone(signed_in, as_owner_of_grants) -> None:
    report(service_departments.compute(measured(routed=[decided()])))
    waiting(days=1, unit=UNIT)
    waiting(days=1, unit=OTHER)
    client = as_owner_of_grants(UNIT)
    text = page_of(client, OTHER)
    assert "Alle afdelinger" not in text
    assert "Byggeri" not in text.partition("<main")[2]
    assert '<span class="kodeks-figure">1</span> venter på svar' in text


def test_only_who_may_open_the_deadlines_is_led_to_them(signed_in) -> None:
    assert "Se fristerne" in page_of(signed_in("sofie"))
    assert "Se fristerne" not in page_of(signed_in("merete"))


@pytest.fixture
def as_owner_of_grants(signed_in, monkeypatch):
    """A caseworker of one department: what `access` says of grants, for the page and the tables."""
    from kodeks.kernel import access

    def make(unit: str):
        user = User.objects.get(username="sofie")
        own = Grant(user=user, role="caseworker", unit=unit, kle_prefix="")
        monkeypatch.setattr(access, "units_of", lambda *_: frozenset({own.unit}))
        return signed_in("sofie")

    return make


def test_departments_are_not_in_the_public_report() -> None:
    report(service_departments.compute(measured(routed=[decided()])))
    assert "departments" not in service_page.public("inquiries")


def test_before_it_is_counted_the_page_says_so(signed_in) -> None:
    ServiceReport.objects.all().delete()
    assert "Tallene er ikke talt op endnu" in page_of(signed_in("sofie"))
