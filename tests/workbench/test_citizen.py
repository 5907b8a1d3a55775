# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The citizen's pages: what they show, who may see them, and receipts that can be checked."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from urllib.parse import quote

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.casework.models import Direction, Document
from kodeks.demo import corpus
from kodeks.inquiries.services import subject_of
from kodeks.kernel import insight, sealing, selectors, sequencer, signing
from kodeks.kernel.models import Release
from kodeks.kernel.services import Subject
from kodeks.language.lix import lix
from kodeks.ledger import receipt
from kodeks.ledger.errors import VerificationError
from kodeks.workbench import access, plain, throttling
from kodeks.workbench.models import SignInFailure

pytestmark = pytest.mark.django_db


def address(inquiry, rest: str = "") -> str:
    return f"/indsigt/inquiry/{inquiry.id}/{rest}"


def code_of(inquiry) -> str:
    return insight.access_code(subject=subject_of(inquiry))


def text_of(response) -> str:
    """The words of the page's main part, one block a line, as a reader sees them."""
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    lines = re.sub(r"</?(p|li|td|th|h1|h2|h3|tr|br|blockquote|section)\b[^>]*>", "\n", main)
    plain_text = html.unescape(re.sub(r"<[^>]+>", "", lines.partition(">")[2]))
    return "\n".join(line.strip() for line in plain_text.splitlines() if line.strip())


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


# --- what it shows ----------------------------------------------------------------------------


def test_the_page_shows_every_part_of_the_records(handled, with_code) -> None:
    page = text_of(with_code(handled).get(address(handled)))
    records = insight.of(system="inquiries", subject=subject_of(handled))
    suggested, decided = records.recommendation.body, records.decision.body
    for part in (
        handled.case.number,
        decided["decided_by"]["name"],
        decided["decided_by"]["title"],
        decided["own_consideration"],
        records.system.manager,
        records.system.card["complaint"].strip(),
        suggested["basis"]["basis"],
        suggested["basis"]["source"],
        suggested["release"]["version"],
        "fulgte forslaget",
        "rigtigt i",
        "Send til afdelingens indbakke",
        *(one["text"] for one in suggested["considerations"]),
        *(datum[key] for datum in suggested["data_used"] for key in ("title", "value", "supplier")),
    ):
        assert part in page


def test_the_heaviest_consideration_stands_first(handled, with_code) -> None:
    page = text_of(with_code(handled).get(address(handled)))
    recommendation = selectors.recommendation_for(system="inquiries", subject=subject_of(handled))
    found = sorted(
        recommendation.body["considerations"], key=lambda one: -abs(float(one["weight"]))
    )
    places = [page.index(one["text"]) for one in found]
    assert places == sorted(places)


def test_before_anything_is_done_the_page_says_so(receive, signed_in) -> None:
    inquiry = receive(cpr=corpus.TESTINE_CPR, triage=False)
    page = text_of(signed_in("testine").get(address(inquiry)))
    for sentence in (
        "Ingen har afgjort sagen endnu.",
        "Der er ikke lavet et forslag endnu.",
        "Robotten har ikke gjort noget i sagen endnu.",
        "Vi har ikke skrevet til dig endnu.",
        "Der er ingen kvitteringer endnu.",
        inquiry.text,
    ):
        assert sentence in page


def test_a_suggestion_nobody_has_decided_on_is_shown_as_such(receive, signed_in) -> None:
    inquiry = receive(cpr=corpus.TESTINE_CPR)
    page = text_of(signed_in("testine").get(address(inquiry)))
    assert "Ingen har taget stilling til forslaget endnu." in page
    assert "Kvittering for forslaget" in page
    assert "Kvittering for valget" not in page


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("other", "valgte noget andet end forslaget."),
        ("reject", "afviste forslaget."),
        ("own", "valgte selv, uden at få vist et forslag."),
    ],
)
def test_the_page_says_whether_the_person_followed(receive, decide, signed_in, choice, words):
    inquiry = decide(receive(), choice=choice, robot=False)
    assert words in text_of(signed_in("dorte").get(address(inquiry)))


def test_without_a_suggestion_the_machine_did_nothing(receive, decide, signed_in) -> None:
    inquiry = decide(receive(triage=False), choice="own", robot=False)
    page = text_of(signed_in("dorte").get(address(inquiry)))
    assert "Ingenting. Et menneske valgte uden forslag." in page
    assert "Systemet har ikke brugt data om dig" in page


def test_the_citizens_words_are_never_markup(receive, decide, signed_in) -> None:
    text = "<script>alert(1)</script> Hul i vejen\n<b>ny linje</b>"
    inquiry = decide(receive(text=text))
    page = signed_in("dorte").get(address(inquiry)).content.decode()
    assert "<script>alert" not in page
    assert "<b>ny" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; Hul i vejen<br>&lt;b&gt;ny linje" in page


def test_the_pages_own_danish_is_easy(
    handled, with_code, receive, signed_in, own_sentences
) -> None:
    client = with_code(handled)
    undecided = receive(cpr=corpus.TESTINE_CPR)
    testine = signed_in("testine")
    pages = {
        "insight": client.get(address(handled)),
        "undecided": testine.get(address(undecided)),
        "mine": testine.get("/mine-sager/"),
        "find": client.get("/se-din-sag/"),
    }
    found = {name: lix(own_sentences(page)) for name, page in pages.items()}
    assert all(len(own_sentences(page).split()) > 30 for page in pages.values())
    assert {name: value for name, value in found.items() if value > 40} == {}
    assert found["insight"] <= 35


# --- letters and receipts ---------------------------------------------------------------------


def test_the_letter_is_the_pdf_of_the_case(handled, with_code) -> None:
    letter = Document.objects.get(case=handled.case, direction=Direction.OUTGOING)
    client = with_code(handled)
    path = address(handled, f"brev/{letter.id}/")
    assert path in client.get(address(handled)).content.decode()
    response = client.get(path)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith('attachment; filename="brev-')
    assert response.content == bytes(letter.content)
    assert response.content.startswith(b"%PDF")


def test_a_receipt_waits_for_its_place_in_the_log(handled, with_code) -> None:
    client = with_code(handled)
    response = client.get(address(handled, "kvittering/decision/"))
    assert response.status_code == 503
    assert response["Retry-After"] == "2"
    assert "Prøv igen om lidt" in text_of(response)
    sequencer.integrate()
    assert client.get(address(handled, "kvittering/decision/")).status_code == 200


KINDS = ("recommendation", "decision", "act-journalise", "act-receipt", "act-forward")


def test_each_receipt_verifies_and_says_what_the_page_says(handled, with_code) -> None:
    client = with_code(handled)
    sequencer.integrate()
    page = client.get(address(handled)).content.decode()
    records = insight.of(system="inquiries", subject=subject_of(handled))
    bodies = [records.recommendation.body, records.decision.body, *(a.body for a in records.acts)]
    for kind, body in zip(KINDS, bodies, strict=True):
        assert address(handled, f"kvittering/{kind}/") in page
        response = client.get(address(handled, f"kvittering/{kind}/"))
        name = f'attachment; filename="kvittering-{kind}-{body["id"][:8]}.json"'
        assert response["Content-Disposition"] == name
        assert response["Content-Type"] == "application/json"
        found = receipt.verify(response.content, trusted_key=signing.verifier_key())
        assert found.trusted
        assert found.kind == kind.partition("-")[0]
        assert found.body == body


def test_a_receipt_fails_when_any_byte_is_changed(handled, with_code) -> None:
    sequencer.integrate()
    data = with_code(handled).get(address(handled, "kvittering/decision/")).content
    key = signing.verifier_key()
    assert receipt.verify(data, trusted_key=key).trusted
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(VerificationError):
            receipt.verify(changed, trusted_key=key)


@pytest.mark.parametrize("kind", ["act-nothing", "act-", "letter", "DECISION", "a%00b"])
def test_there_are_no_other_receipts(handled, with_code, kind) -> None:
    assert with_code(handled).get(address(handled, f"kvittering/{kind}/")).status_code == 404


def test_the_receipt_of_a_decision_that_is_not_made_is_not_found(receive, signed_in) -> None:
    inquiry = receive()
    path = address(inquiry, "kvittering/decision/")
    assert signed_in("dorte").get(path).status_code == 404


def test_the_page_tells_how_to_check(handled, with_code) -> None:
    page = with_code(handled).get(address(handled)).content.decode()
    assert "kodeks receipt verify FIL --key NØGLE" in html.unescape(page)
    assert 'href="/log/noegle.txt"' in page


# --- the menu ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "own"),
    [
        ("testine", "Mine sager"),
        ("merete", "Systemer"),
        ("dorte", "Systemer"),
        ("anders", "Systemer"),
    ],
)
def test_the_menu_has_the_public_pages_and_the_roles_own(client, signed_in, username, own):
    def menu(visitor: Client) -> list[str]:
        page = visitor.get("/register/").content.decode()
        nav = page.split('aria-label="Hovedmenu"', 1)[1].split("</nav>", 1)[0]
        return re.findall(r"<span>([^<]+)</span>", nav)

    public = ["Se din sag", "Register", "Loggen"]
    assert menu(client) == public
    found = menu(signed_in(username))
    assert found[-3:] == public
    assert own in found


# --- words ------------------------------------------------------------------------------------


def test_weights_are_words_beside_the_heaviest() -> None:
    rows = [
        {"text": "a", "weight": "0.1", "direction": "for"},
        {"text": "b", "weight": "-0.9", "direction": "against"},
        {"text": "c", "weight": "0.4", "direction": "for"},
        {"text": "d", "weight": "0.0", "direction": "for"},
    ]
    found = [(one.text, one.weight, one.direction) for one in plain.weighed(rows)]
    assert found == [
        ("b", "Vejer meget", "Imod"),
        ("c", "Vejer noget", "For"),
        ("a", "Vejer lidt", "For"),
        ("d", "Vejer ikke", "For"),
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0.737870", "74 %"), (1 / 6, "17 %"), ("0.004", "under 1 %"), ("0.997", "over 99 %")],
)
def test_shares_are_rounded(value, shown) -> None:
    assert plain.share(value) == shown


def test_accuracy_is_left_out_when_it_was_not_measured() -> None:
    assert plain.accuracy({}) == ""
    assert "rigtigt i 56 ud af 100" in plain.accuracy({"accuracy": "0.562", "examples": "459.0"})
    assert plain.metrics({"own_figure": "x"}) == [("own_figure", "x")]


def test_the_demo_release_has_figures_in_danish() -> None:
    release = Release.objects.get(system_id="inquiries")
    assert all(text not in release.metrics for text, _ in plain.metrics(release.metrics))
    assert json.dumps(release.metrics)
    assert isinstance(release.released_at, dt.datetime)
