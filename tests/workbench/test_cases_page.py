# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The pages of cases, and that a person outside a case's unit and KLE number finds none of it."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from browsing import MARKS, check
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kodeks.casework import handovers
from kodeks.casework.models import Case, Direction, Document, InboxItem, Note, Reminder
from kodeks.inquiries import insight
from kodeks.kernel.models import User
from kodeks.kernel.viewing import as_service
from kodeks.web import paging

WORDS = "Borgeren ringede og er hjemme om mandagen."


@pytest.fixture
def employ(as_owner):
    """Somebody with a right for one unit and prefix, signed in."""

    def employ(unit: str, prefix: str = "", role: str = "caseworker") -> Client:
        name = f"prøve-{uuid.uuid4().hex[:12]}"
        found = as_owner.execute(
            "INSERT INTO kernel_user (password, is_superuser, username, first_name, last_name,"
            " email, is_staff, is_active, date_joined, full_name, title)"
            " VALUES ('!', false, %s, '', '', '', false, true, now(), 'Vejmand Prøvesen', '')"
            " RETURNING id",
            (name,),
        ).fetchone()
        as_owner.execute(
            "SELECT kernel.register_grant(%s, %s, %s, %s, NULL)", (found[0], role, unit, prefix)
        )
        client = Client()
        client.force_login(User.objects.get(pk=found[0]))
        return client

    return employ


@pytest.fixture
def place(handled) -> dict:
    """Where the handled case lies, and each address of its contents."""
    case = Case.objects.select_related("unit", "kle").get(id=handled.case.id)
    letter = Document.objects.get(case=case, direction=Direction.OUTGOING)
    number = [case.number]
    return {
        "case": case,
        "letter": letter,
        "inside": [
            reverse("workbench:case", args=number),
            reverse("workbench:case-document", args=[case.number, letter.id]),
            reverse("inquiries:inquiry", args=[handled.id]),
            reverse("inquiries:letter", args=[letter.id]),
            reverse("inquiries:sender-cpr", args=[handled.id]),
            reverse("workbench:insight", args=["inquiry", handled.id]),
            reverse("workbench:insight-whole-file", args=["inquiry", handled.id]),
            reverse("workbench:insight-letter", args=["inquiry", handled.id, letter.id]),
            reverse("workbench:receipt", args=["inquiry", handled.id, "decision"]),
        ],
        "lists": [
            reverse("workbench:cases"),
            f"{reverse('workbench:cases')}?number={case.number}&unit={case.unit.code}",
            f"{reverse('inquiries:journal')}?case_number={case.number}",
            f"{reverse('inquiries:journal')}?unit={case.unit.code}",
            f"{reverse('inquiries:department')}?afdeling={case.unit.code}",
        ],
    }


def text_of(answer) -> str:
    return answer.content.decode()


def test_a_caseworker_of_the_place_sees_all_of_the_case(place, employ) -> None:
    case = place["case"]
    client = employ(case.unit.code, case.kle.number[:5])
    for address in place["inside"]:
        assert client.get(address).status_code in (200, 503), address
    for address in place["lists"]:
        assert case.number in text_of(client.get(address)), address
    page = text_of(client.get(place["inside"][0]))
    for shown in (
        case.title, case.kle.number, case.unit.name, "Testine Testesen", "Kvitteret", "Indgående",
        "Udgående", "Åbn henvendelsen",
    ):  # fmt: skip
        assert shown in page, shown


@pytest.mark.parametrize("way", ["unit", "prefix", "ended"])
def test_whoever_is_outside_finds_none_of_it(place, employ, as_owner, receive, way) -> None:
    case = place["case"]
    receive()
    right = {"unit": ("ingen", ""), "prefix": (case.unit.code, "99"), "ended": ("", "")}[way]
    client = employ(*right)
    if way == "ended":
        who = client.session["_auth_user_id"]
        as_owner.execute("SELECT kernel.revoke_grants(%s, 'caseworker')", (int(who),))
        as_owner.execute(
            "SELECT kernel.register_grant(%s, 'caseworker', 'ingen', '', NULL)", (int(who),)
        )
    for address in place["inside"]:
        assert client.get(address).status_code == 404, address
    for address in (*place["lists"], reverse("inquiries:inbox")):
        answer = client.get(address)
        assert answer.status_code == 200
        shown = re.sub(r'value="[^"]*"', "", text_of(answer))
        assert case.number not in shown, address
        assert "stort hul" not in shown, address
    item = InboxItem.objects.get(case=case, kind="inquiry")
    client.post(reverse("inquiries:answered", args=[item.id]), {"afdeling": case.unit.code})
    fields = {"key": uuid.uuid4(), "text": WORDS, "whom": "unit", "due_on": "2099-01-01"}
    for name in ("write-note", "add-reminder"):
        assert (
            client.post(reverse(f"workbench:{name}", args=[case.number]), fields).status_code == 404
        )
    item.refresh_from_db()
    assert item.handled_at is None
    assert not Note.objects.exists()
    assert not Reminder.objects.exists()


def test_one_role_s_right_opens_no_page_of_another_s(place, employ, as_owner) -> None:
    """A system owner sees insight everywhere; as caseworker of a unit, that unit's cases only."""
    client = employ("", role="system_owner")
    assert client.get(place["inside"][5]).status_code == 200
    assert client.get(place["inside"][0]).status_code == 403
    as_owner.execute(
        "SELECT kernel.register_grant(%s, 'caseworker', 'ingen', '', NULL)",
        (int(client.session["_auth_user_id"]),),
    )
    assert client.get(place["inside"][0]).status_code == 404
    assert client.get(place["inside"][2]).status_code == 404


def test_whoever_types_one_in_need_not_see_it_later(employ, db) -> None:
    client = employ("ingen")
    fields = {"submission": str(uuid.uuid4()), "text": "Et hul i vejen.", "channel": "telefonnotat"}
    answer = client.post(reverse("inquiries:new"), fields)
    assert answer["Location"] == reverse("inquiries:inbox")
    assert "Henvendelsen er gemt" in text_of(client.get(answer["Location"]))


def test_notes_and_reminders_are_written_on_the_page(place, signed_in) -> None:
    case, clerk = place["case"], signed_in("sofie")
    page = reverse("workbench:case", args=[case.number])
    note = reverse("workbench:write-note", args=[case.number])
    remind = reverse("workbench:add-reminder", args=[case.number])
    assert clerk.post(note, {"key": uuid.uuid4(), "text": WORDS}).status_code == 302
    refused = clerk.post(note, {"key": uuid.uuid4(), "text": f"{WORDS} 010190-1234"})
    assert refused.status_code == 422
    assert f"{WORDS} 010190-1234" in text_of(refused)
    assert "CPR-nummer" in text_of(refused)
    assert Note.objects.count() == 1
    sunday = timezone.localdate() + dt.timedelta(days=6 - timezone.localdate().weekday() + 7)
    fields = {"key": uuid.uuid4(), "text": WORDS, "due_on": sunday, "whom": "unit"}
    assert clerk.post(remind, fields).status_code == 302
    assert clerk.post(remind, fields).status_code == 302
    assert "ikke en arbejdsdag" in text_of(clerk.get(page))
    for wrong in ({"due_on": "2020-01-01"}, {"whom": "person:0"}, {"text": ""}):
        answer = clerk.post(remind, fields | {"key": uuid.uuid4()} | wrong)
        assert answer.status_code == 422
        assert "Erindringen er ikke gemt" in text_of(answer)
    sofie = User.objects.get(username="sofie")
    own = fields | {"key": uuid.uuid4(), "whom": f"person:{sofie.pk}", "text": "Kun til mig."}
    own["due_on"] = timezone.localdate()
    assert clerk.post(remind, own).status_code == 302
    assert Reminder.objects.count() == 2
    assert "Erindringer, der har nået dagen: 1" in text_of(clerk.get("/"))
    assert "Kun til mig." in text_of(clerk.get(reverse("workbench:cases")))
    done = reverse("workbench:finish-reminder", args=[own["key"]])
    assert clerk.post(done, {"from": "case"})["Location"] == page
    assert "Erindringer, der har nået dagen: 0" in text_of(clerk.get("/"))
    assert (
        clerk.post(reverse("workbench:finish-reminder", args=[uuid.uuid4()]), {}).status_code == 302
    )
    assert "findes ikke" in text_of(clerk.get(reverse("workbench:cases")))
    # The officer reads, and writes nothing.
    officer = signed_in("dorte")
    shown = text_of(officer.get(page))
    assert WORDS in shown
    assert "Gem noten" not in shown
    assert officer.post(note, {"key": uuid.uuid4(), "text": WORDS}).status_code == 403


def test_a_case_is_given_away_and_then_it_is_another_departments(place, employ) -> None:
    case = place["case"]
    here, there = employ(case.unit.code), employ("byggeri")
    address = reverse("workbench:hand-over", args=[case.number])
    assert there.get(place["inside"][0]).status_code == 404
    assert there.post(address, {"unit": "rotter"}).status_code == 404
    page = text_of(here.get(place["inside"][0]))
    assert "Giv sagen til en anden afdeling" in page
    key = re.search(r'name="key" value="([^"]+)" id="handover_key"', page)
    assert key is not None
    refused = here.post(address, {"key": key[1], "unit": "ukendt", "reason": WORDS})
    assert refused.status_code == 422
    assert "Sagen er ikke givet videre" in text_of(refused)
    assert WORDS in text_of(refused), "nothing typed is lost"
    fields = {"key": key[1], "unit": "byggeri", "reason": WORDS}
    for _ in range(2):
        # A second click is told the same, by one who may see the case no more.
        told = here.post(address, fields, follow=True)
        assert "Du kan ikke se den mere" in text_of(told)
    assert there.post(address, fields | {"reason": "x"}).status_code == 422, "not their form"
    for lost in place["inside"]:
        assert here.get(lost).status_code == 404, lost
    for listed in place["lists"][::4]:
        shown = re.sub(r'value="[^"]*"', "", text_of(here.get(listed)).partition("<main")[2])
        assert WORDS not in shown
    seen = text_of(there.get(place["inside"][0]))
    assert WORDS in seen
    inbox = text_of(there.get(reverse("inquiries:department"), {"afdeling": "byggeri"}))
    assert case.number in inbox
    assert WORDS in inbox
    entry = case.journal_entries.get(theme__startswith="Givet videre fra")
    assert (entry.status, entry.actor_kind) == ("registered", "Bruger")
    handovers.journalise(entry_id=str(entry.id))
    entry.refresh_from_db()
    assert entry.status == "receipted"
    # The citizen is told which department it is now.
    matter = insight.find(case_number=case.number)
    assert matter is not None
    assert matter.department == "Byggeri"


def test_cases_are_found_by_what_is_not_personal(place, signed_in) -> None:
    case, clerk = place["case"], signed_in("sofie")
    found = {
        f"number={case.number}": True, "number=2020-0000001": False,
        f"kle={case.kle.number[:4]}": True, "kle=99": False,
        f"unit={case.unit.code}": True, "unit=ukendt": False,
        f"state={case.state}": True, "state=closed": False,
        "kle=hul+i+vejen": False,
    }  # fmt: skip
    for query, hit in found.items():
        answer = clerk.get(f"{reverse('workbench:cases')}?{query}")
        link = f'href="{reverse("workbench:case", args=[case.number])}"'
        assert (link in text_of(answer)) == hit, query


def test_a_document_comes_as_a_file_and_a_strange_kind_as_bytes(place, signed_in) -> None:
    case, clerk = place["case"], signed_in("sofie")
    letter = clerk.get(place["inside"][1])
    assert letter["Content-Type"] == "application/pdf"
    assert letter["Content-Disposition"].endswith('.pdf"')
    assert letter.content == bytes(place["letter"].content)
    incoming = Document.objects.get(case=case, direction=Direction.INCOMING)
    address = reverse("workbench:case-document", args=[case.number, incoming.id])
    assert clerk.get(address)["Content-Type"].startswith("text/plain")
    content = b"<script>alert(1)</script>"
    from kodeks.casework import services

    page = services.add_document(
        key="html", case=case, title="Side", direction="incoming", type="x",
        letter_date=timezone.localdate(), content=content, media_type="text/html",
    )  # fmt: skip
    answer = clerk.get(reverse("workbench:case-document", args=[case.number, page.id]))
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith('attachment; filename="')
    assert (
        clerk.get(reverse("workbench:case-document", args=[case.number, uuid.uuid4()])).status_code
        == 404
    )


class TestBrowser:
    pytestmark = MARKS

    def test_the_pages_are_accessible_and_used_with_the_keyboard(
        self, browser, live_server
    ) -> None:
        """Made here, as the browser's loop has a connection of its own."""
        from kodeks.casework import services

        unit = services.add_unit(code="vej", name="Vej og Park")
        case = services.open_case(
            key="k", title="Hul i vejen", kle_number="05.01.08", facet="K01", unit=unit,
            parties=[services.NewParty(uuid.uuid4(), "primary", "cvr", "Prøve ApS", "12345678")],
        )  # fmt: skip
        client = Client()
        client.force_login(User.objects.get(username="sofie"))
        context = browser.new_context()
        cookie = client.cookies["kodeks_session"].value
        context.add_cookies([{"name": "kodeks_session", "value": cookie, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/sager/")
        check(page)
        page.get_by_label("Sagsnummer").fill(case.number)
        page.keyboard.press("Enter")
        page.get_by_role("link", name=case.number).press("Enter")
        check(page)
        page.get_by_label("Ny note").fill(WORDS)
        page.get_by_role("button", name="Gem noten").press("Enter")
        assert page.get_by_text(WORDS).is_visible()
        check(page)
        context.close()


def test_a_long_list_is_not_counted_to_its_end_and_all_of_it_can_be_reached(place, employ) -> None:
    case = place["case"]
    with as_service("tests"):
        Case.objects.bulk_create(
            Case(
                key=f"mange-{number}", number=f"2020-{number:07}", title="Hul", kle=case.kle,
                facet="G01", unit=case.unit, sensitivity="confidential",
            )
            for number in range(1, 1031)
        )  # fmt: skip
        total = Case.objects.filter(unit=case.unit).count()
    client, address = employ(case.unit.code), reverse("workbench:cases")
    first = text_of(client.get(address))
    assert "Viser 1–25 af mere end 1.000." in first
    assert "Næste side" in first
    assert "Sidste side" not in first
    # A link from when all was counted leads where it did, also far down and after the end.
    deep = text_of(client.get(address, {"side": 42}))
    last = f"Viser 1.026–{paging.grouped(total)} af {paging.grouped(total)}."
    assert last in deep
    assert "2020-0000001" in deep
    assert last in text_of(client.get(address, {"side": 8001}))
    found = text_of(client.get(address, {"number": "2020-0000007"}))
    assert "Viser 1–1 af 1." in found
