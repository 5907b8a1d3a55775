# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The board of deadlines and a case's page: what is due, and what a caseworker does about it."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from kodeks.casework import clocks, services
from kodeks.casework.models import Deadline, JournalEntry, Unit
from kodeks.workbench import deadline_board, deadlines

pytestmark = pytest.mark.django_db
UNIT = "vej-og-trafik"


def begun(*, ago: int = 3, kind: str = "access_request") -> Deadline:
    key = uuid.uuid4().hex
    case = services.open_case(
        key=key,
        title="Hul i vejen",
        kle_number="05.01.08",
        facet="G01",
        unit=Unit.objects.get(code=UNIT),
    )
    started_on = timezone.localdate() - dt.timedelta(days=ago)
    return clocks.start(key=key, case=case, kind=kind, started_on=started_on)


def page_of(client, deadline: Deadline) -> str:
    answer = client.get(reverse("workbench:deadline", args=[deadline.case.number]))
    assert answer.status_code == 200
    return answer.content.decode()


def do(client, deadline: Deadline, step: str, **typed: object):
    """Send the step's form as the page has it."""
    prefix = deadlines._prefix(step, deadline)
    key = re.search(f'name="{prefix}-key" value="([^"]+)"', page_of(client, deadline))
    fields = {f"{prefix}-{name}": value for name, value in typed.items()}
    address = reverse("workbench:change-deadline", args=[deadline.case.number, deadline.id, step])
    return client.post(address, fields | {f"{prefix}-key": key[1] if key else ""}, follow=True)


def working_day(after: dt.date) -> dt.date:
    from kodeks.casework.deadlines import is_working_day

    day = after + dt.timedelta(days=30)
    while not is_working_day(day):
        day += dt.timedelta(days=1)
    return day


def test_the_board_shows_the_departments_deadlines_with_their_sources(signed_in) -> None:
    late, fresh = begun(ago=60), begun(ago=0)
    page = signed_in("sofie").get(reverse("workbench:deadlines"), {"afdeling": UNIT})
    text = page.content.decode()
    assert text.index("Overskredet (1)") < text.index(late.case.number)
    assert text.index(late.case.number) < text.index(fresh.case.number)
    assert "Offentlighedsloven § 36, stk. 2" in text
    assert "<table" in text
    other = signed_in("sofie").get(reverse("workbench:deadlines"), {"afdeling": "byggeri"})
    assert "Vej og Trafik (2)" in other.content.decode()


def test_the_sections_follow_the_day_and_the_week() -> None:
    wednesday = dt.date(2026, 3, 4)

    def due(day: int, state: str = "running") -> Deadline:
        return Deadline(due_on=dt.date(2026, 3, day), state=state)

    lines = [due(3), due(4), due(5), due(8), due(9), due(1, "paused")]
    found = deadline_board.sections(lines, on=wednesday)
    assert [(one.title, [line.due_on.day for line in one.lines]) for one in found] == [
        ("Overskredet", [3]),
        ("I dag", [4]),
        ("Denne uge", [5, 8]),
        ("Senere", [9]),
        ("Sat på pause", [1]),
    ]


def test_an_empty_board_says_so(signed_in) -> None:
    assert "Der er ingen åbne frister" in (
        signed_in("sofie").get(reverse("workbench:deadlines")).content.decode()
    )


def test_the_menu_tells_how_many_are_due(signed_in) -> None:
    begun(ago=60)
    assert "I dag eller før: 1." in signed_in("sofie").get("/").content.decode()


def test_a_new_day_writes_the_letter_and_queues_its_delivery(signed_in, monkeypatch) -> None:
    queued = []
    monkeypatch.setattr(deadlines.robots, "enqueue", lambda **job: queued.append(job))
    deadline, client = begun(), signed_in("sofie")
    new_day = working_day(deadline.due_on)
    answer = do(
        client,
        deadline,
        "ny-dato",
        new_day=new_day.isoformat(),
        reason="Vi mangler svar fra vejvæsenet.",
        contact="Sofie, telefon 12 34 56 78",
    )
    assert f"Den nye dato er den {new_day:%d.%m.%Y}." in answer.content.decode()
    entry = JournalEntry.objects.get(case=deadline.case)
    assert [job["arguments"] for job in queued] == [{"entry_id": str(entry.id)}]
    page = page_of(client, deadline)
    assert "Vi mangler svar fra vejvæsenet." in page
    assert "Et brev er ikke sendt endnu" in page
    do(client, deadline, "journal")
    assert len(queued) == 2


def test_what_was_typed_stays_when_it_is_refused(signed_in) -> None:
    deadline, client = begun(), signed_in("sofie")
    answer = do(
        client,
        deadline,
        "ny-dato",
        new_day=deadline.due_on.isoformat(),
        reason="Vi mangler svar fra vejvæsenet.",
        contact="Sofie, telefon 12 34 56 78",
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Det er ikke gemt" in text
    assert "Vi mangler svar fra vejvæsenet." in text
    assert "Sofie, telefon 12 34 56 78" in text
    assert not JournalEntry.objects.filter(case=deadline.case).exists()


def test_a_pause_is_begun_and_ended_where_the_law_lets_it(signed_in) -> None:
    fixed, free = begun(), begun(kind="gdpr_access")
    client, today = signed_in("sofie"), timezone.localdate().isoformat()
    assert "Loven lader ikke fristen stå stille." in page_of(client, fixed)
    assert "Sæt på pause" not in page_of(client, fixed)
    do(client, free, "pause", first=today, reason="Vi ved ikke, hvem der spørger.")
    free.refresh_from_db()
    assert free.state == "paused"
    assert "Sæt i gang igen" in page_of(client, free)
    do(client, free, "genoptag", last=today)
    free.refresh_from_db()
    assert free.state == "running"


def test_an_answer_ends_it_and_a_reply_is_ended_in_the_departments_inbox(signed_in) -> None:
    access, reply = begun(), begun(kind="reply")
    client = signed_in("sofie")
    assert "Markér som besvaret" not in page_of(client, reply)
    do(client, access, "besvaret")
    access.refresh_from_db()
    assert access.state == "answered"
    assert "<form" not in page_of(client, access).split("<main")[1]


def test_only_the_departments_caseworkers_come_in(signed_in, monkeypatch) -> None:
    deadline = begun()
    address = reverse("workbench:deadline", args=[deadline.case.number])
    assert signed_in("dorte").get(address).status_code == 403
    assert signed_in("sofie").get("/frister/2020-0000000/").status_code == 404
    monkeypatch.setattr(deadlines.access, "has_role", lambda user, role, unit=None: unit is None)
    assert signed_in("sofie").get(address).status_code == 403


def test_the_board_is_narrowed_and_its_numbers_are_of_all_pages(signed_in) -> None:
    late, fresh = begun(ago=60), begun(ago=0, kind="gdpr_access")
    client = signed_in("sofie")
    wanted = {"afdeling": "alle", "slags": "gdpr_access"}
    text = client.get(reverse("workbench:deadlines"), wanted).content.decode()
    assert (fresh.case.number in text, late.case.number in text) == (True, False)
    wanted = {"afdeling": UNIT, "hvornaar": "late"}
    text = client.get(reverse("workbench:deadlines"), wanted).content.decode()
    assert (fresh.case.number in text, late.case.number in text) == (False, True)
    assert "dage for sent" in text
    assert "giv borgeren en ny dato" in text
    wanted = {"afdeling": UNIT, "hvornaar": "today", "slags": "x"}
    text = client.get(reverse("workbench:deadlines"), wanted).content.decode()
    assert "Ingen frister passer til søgningen" in text


def test_the_board_as_a_file_has_the_same_lines(signed_in) -> None:
    late, fresh = begun(ago=60), begun(ago=0)
    answer = signed_in("sofie").get("/frister.csv", {"afdeling": UNIT})
    rows = answer.content.decode("utf-8-sig").splitlines()
    assert rows[0].startswith("Svar senest;Dage tilbage;Sag;Afdeling")
    assert [row.split(";")[2] for row in rows[1:]] == [late.case.number, fresh.case.number]
    assert deadline_board._safe("=1+1") == "'=1+1"


@pytest.mark.parametrize(
    ("days", "state", "says", "step"),
    [
        (0, "running", "I dag", "Svar borgeren"),
        (-1, "running", "1 dag for sent", "Svar borgeren nu, og giv borgeren en ny dato"),
        (3, "running", "3 dage tilbage", "Svar borgeren"),
        (-9, "paused", "", "Sæt i gang igen"),
    ],
)
def test_a_line_says_how_long_there_is_and_what_comes_next(
    days: int, state: str, says: str, step: str
) -> None:
    today = dt.date(2026, 3, 4)
    line = Deadline(due_on=today + dt.timedelta(days=days), state=state, kind="reply")
    assert deadline_board.days_left(line, today) == says
    assert deadline_board.next_step(line, today).startswith(step)
