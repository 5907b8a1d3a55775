# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Who may open a citizen's matter: with the letter's code, as the person, or as staff."""

from __future__ import annotations

import html
from urllib.parse import quote

import pytest
from citizen_pages import address, code_of, text_of
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.casework.models import Direction, Document
from kodeks.demo import corpus
from kodeks.kernel import insight, sealing
from kodeks.kernel.subjects import Subject
from kodeks.workbench import access, throttling
from kodeks.workbench.models import SignInFailure

pytestmark = pytest.mark.django_db


# --- se din sag -------------------------------------------------------------------------------


def test_number_and_code_of_the_letter_open_the_case(client: Client, handled) -> None:
    fields = {"case_number": f" {handled.case.number} ", "code": code_of(handled)}
    response = client.post("/se-din-sag/", fields)
    assert (response.status_code, response.url) == (302, address(handled))
    assert client.get(response.url).status_code == 200


@pytest.mark.parametrize("way", [str.lower, lambda code: code.replace("-", " "), " {} ".format])
def test_the_code_may_be_typed_in_many_ways(client: Client, handled, way) -> None:
    fields = {"case_number": handled.case.number, "code": way(code_of(handled))}
    assert client.post("/se-din-sag/", fields).status_code == 302


def test_the_code_is_that_of_the_letter_and_of_no_other_purpose(client: Client, handled) -> None:
    other = sealing.access_code(purpose="other", row=str(handled.id))
    fields = {"case_number": handled.case.number, "code": other}
    assert client.post("/se-din-sag/", fields).status_code == 422
    assert client.get(address(handled)).status_code == 403


def test_unknown_number_and_wrong_code_get_the_same_answer(client: Client, handled) -> None:
    right = handled.case.number
    pages = []
    for number in (right, "2026-9999999"):
        fields = {"case_number": number, "code": "22222-22222"}
        response = client.post("/se-din-sag/", fields)
        assert response.status_code == 422
        pages.append(text_of(response).replace(number, "N"))
    assert pages[0] == pages[1]
    assert access.FindCaseForm.WRONG in pages[0]


def test_the_code_of_an_unknown_row_opens_nothing(client: Client) -> None:
    fields = {"case_number": "x", "code": insight.access_code(subject=Subject(type="", id=""))}
    assert client.post("/se-din-sag/", fields).status_code == 422


def test_an_empty_form_says_what_is_missing(client: Client) -> None:
    page = text_of(client.post("/se-din-sag/", {"case_number": "", "code": " - "}))
    assert "Skriv sagsnummeret fra dit brev." in page
    assert "Skriv koden fra dit brev." in text_of(client.post("/se-din-sag/", {"code": ""}))


def test_guessing_is_paused_even_for_the_right_code(client: Client, handled) -> None:
    number = handled.case.number
    for _ in range(throttling.MOST_FAILURES):
        client.post("/se-din-sag/", {"case_number": number, "code": "22222-22222"})
    response = client.post("/se-din-sag/", {"case_number": number, "code": code_of(handled)})
    assert response.status_code == 422
    assert access.FindCaseForm.PAUSED in text_of(response)
    assert client.get(address(handled)).status_code == 403
    SignInFailure.objects.update(failed_at=timezone.now() - throttling.PAUSE)
    response = client.post("/se-din-sag/", {"case_number": number, "code": code_of(handled)})
    assert response.status_code == 302
    assert not SignInFailure.objects.exists()


def test_an_unknown_number_is_paused_like_a_known_one(client: Client) -> None:
    for _ in range(throttling.MOST_FAILURES):
        client.post("/se-din-sag/", {"case_number": "0000", "code": "22222-22222"})
    response = client.post("/se-din-sag/", {"case_number": "0000", "code": "22222-22222"})
    assert access.FindCaseForm.PAUSED in text_of(response)


def test_the_session_gets_a_new_number_and_can_be_closed(client: Client, handled, with_code):
    client.get("/se-din-sag/")
    session = client.session
    session["before"] = 1
    session.save()
    client.cookies["kodeks_session"] = session.session_key
    before = session.session_key
    with_code(handled)
    assert client.session.session_key != before
    assert "Luk sagen" in text_of(client.get(address(handled)))
    assert client.post("/se-din-sag/luk/").status_code == 302
    assert client.get(address(handled)).status_code == 403


@given(code=st.text(max_size=60), number=st.text(max_size=90))
@settings(max_examples=40, deadline=None)
def test_no_other_text_opens_a_case(code: str, number: str) -> None:
    request = RequestFactory().post("/se-din-sag/")
    form = access.FindCaseForm({"case_number": number, "code": code}, request=request)
    assert not form.is_valid()
    assert form.found is None


# --- who may see it ---------------------------------------------------------------------------


def test_nobody_sees_a_case_without_the_code(client: Client, handled) -> None:
    letter = Document.objects.get(case=handled.case, direction=Direction.OUTGOING)
    for rest in ("", "kvittering/decision/", f"brev/{letter.id}/"):
        response = client.get(address(handled, rest))
        assert response.status_code == 403
        assert handled.text not in html.unescape(response.content.decode())


def test_a_case_that_is_not_there_answers_the_same(client: Client, handled) -> None:
    there = client.get(address(handled))
    for path in ("inquiry/00000000-0000-4000-8000-000000000000", "inquiry/x", "bin/7"):
        response = client.get(f"/indsigt/{path}/")
        assert response.status_code == 403
        assert text_of(response) == text_of(there)


def test_a_code_opens_its_own_case_only(receive, decide, with_code) -> None:
    mine, other = decide(receive()), decide(receive(text="Skraldespanden er ikke tømt."))
    client = with_code(mine)
    assert client.get(address(mine)).status_code == 200
    assert client.get(address(other)).status_code == 403
    letter = Document.objects.get(case=other.case, direction=Direction.OUTGOING)
    assert client.get(address(mine, f"brev/{letter.id}/")).status_code == 404


def test_the_incoming_document_is_no_letter(handled, with_code) -> None:
    own = Document.objects.get(case=handled.case, direction=Direction.INCOMING)
    assert with_code(handled).get(address(handled, f"brev/{own.id}/")).status_code == 404


def test_a_citizen_sees_their_own_cases_and_no_others(receive, signed_in) -> None:
    mine = receive(cpr=corpus.TESTINE_CPR)
    other = receive(cpr="7102900000", text="Lygten er gået ud på hjørnet.")
    testine = signed_in("testine")
    page = testine.get("/mine-sager/").content.decode()
    assert address(mine) in page
    assert str(other.id) not in page
    assert testine.get(address(mine)).status_code == 200
    assert testine.get(address(other)).status_code == 403
    assert testine.get(address(other, "kvittering/recommendation/")).status_code == 403


def test_my_cases_say_that_sign_in_is_imitated(signed_in) -> None:
    assert "efterlignet" in text_of(signed_in("testine").get("/mine-sager/"))


def test_my_cases_are_for_citizens(client: Client, signed_in) -> None:
    response = client.get("/mine-sager/")
    assert response.status_code == 302
    assert response.url == "/log-ind/?next=" + quote("/mine-sager/", safe="/")
    assert signed_in("sofie").get("/mine-sager/").status_code == 403


@pytest.mark.parametrize(
    ("username", "status"), [("sofie", 200), ("merete", 200), ("dorte", 200), ("anders", 403)]
)
def test_staff_with_a_reason_to_see_it_may(handled, signed_in, username, status) -> None:
    assert signed_in(username).get(address(handled)).status_code == status


def test_nothing_is_kept_by_the_browser(handled, with_code) -> None:
    client = with_code(handled)
    for rest in ("", "kvittering/decision/"):
        assert "no-store" in client.get(address(handled, rest))["Cache-Control"]
