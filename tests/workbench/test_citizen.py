# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The citizen's pages: what they show, letters, and receipts that can be checked."""

from __future__ import annotations

import html
import re

import nearby
import pytest
from citizen_pages import address, text_of
from django.test import Client

from kodeks.casework.models import Direction, Document
from kodeks.demo import corpus
from kodeks.inquiries.services import subject_of
from kodeks.kernel import insight, selectors, signing
from kodeks.language.lix import lix
from kodeks.ledger import receipt
from kodeks.ledger.errors import VerificationError

pytestmark = pytest.mark.django_db


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
        f"udgave {suggested['codex']['number']} af kommunens kodeks",
        *(basis[key] for basis in suggested["bases"] for key in ("basis", "source")),
        *(f"{one['text']}." for one in suggested["counterfactuals"]),
        suggested["release"]["version"],
        "Det blev det, systemet fandt mest sandsynligt.",
        "rigtigt i",
        "Videresendelse til afdelingens indbakke",
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


def test_what_would_have_changed_the_suggestion_is_told(receive, decide, with_code) -> None:
    text = "Borger spørger, om hun må sætte en kasse med legetøj op på legepladsen."
    page = text_of(with_code(changed := decide(receive(text=text))).get(address(changed)))
    (change,) = selectors.recommendation_for(system="inquiries", subject=subject_of(changed)).body[
        "counterfactuals"
    ]
    assert "Hvad ville have givet et andet forslag?" in page
    assert f"{change['text']}." in page
    assert change["text"].startswith("Uden ordet »legepladsen« var forslaget blevet »")


def test_nothing_is_told_to_change_what_nothing_would_change(receive, signed_in) -> None:
    inquiry = receive(text="Min kat skriver digte om månen. Hvor sender jeg dem hen?")
    page = text_of(signed_in("dorte").get(address(inquiry)))
    assert "fandt ikke en lille ændring, som gav et andet forslag" in page
    assert "Uden ord" not in page


def test_the_page_names_the_edition_that_held_that_day(
    receive, decide, signed_in, revise, transactional_db
) -> None:
    before = receive()
    revise(lambda content: None)
    after = receive(text="Der er rotter i gården, og de er store.")
    pages = [text_of(signed_in("dorte").get(address(one))) for one in (before, after)]
    assert ["efter udgave 1 af" in page for page in pages] == [True, False]
    assert ["efter udgave 2 af" in page for page in pages] == [False, True]


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
        ("other", "valgte selv. Det blev noget andet end det, systemet fandt mest sandsynligt."),
        ("reject", "afviste forslaget."),
        ("own", "valgte selv, uden at få vist et forslag."),
    ],
)
def test_the_page_says_whether_the_person_followed(receive, decide, signed_in, choice, words):
    # The demo's model has learned from few texts: it is sure of no topic, and shows several.
    inquiry = decide(receive(), choice=choice, robot=False)
    assert words in text_of(signed_in("dorte").get(address(inquiry)))


def test_without_a_suggestion_the_machine_did_nothing(receive, decide, signed_in) -> None:
    inquiry = decide(receive(triage=False), choice="own", robot=False)
    page = text_of(signed_in("dorte").get(address(inquiry)))
    assert "Ingenting. Et menneske valgte selv, uden et forslag." in page
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
    nearby.publish()
    assert client.get(address(handled, "kvittering/decision/")).status_code == 200


KINDS = ("recommendation", "decision", "act-journalise", "act-receipt", "act-send", "act-forward")


def test_each_receipt_verifies_and_says_what_the_page_says(handled, with_code) -> None:
    client = with_code(handled)
    nearby.publish()
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
    nearby.publish()
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
        ("bodil", "Systemer"),
        ("dorte", "Systemer"),
        ("anders", "Systemer"),
    ],
)
def test_the_menu_has_the_public_pages_and_the_roles_own(client, signed_in, username, own):
    def menu(visitor: Client) -> list[str]:
        page = visitor.get("/register/").content.decode()
        nav = page.split('aria-label="Hovedmenu"', 1)[1].split("</nav>", 1)[0]
        return re.findall(r"<span>([^<]+)</span>", nav)

    public = ["Se din sag", "Register", "Kodeks", "Loggen"]
    assert menu(client) == public
    found = menu(signed_in(username))
    assert found[-4:] == public
    assert own in found
