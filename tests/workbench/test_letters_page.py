# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The letters' pages: what is in use, writing a text, trying it, and a second person's approval."""

from __future__ import annotations

from typing import Any

import pytest
from citizen_pages import text_of

from kodeks.casework import letter_versions, letters
from kodeks.casework.models import LetterTemplate

NAME = "ny-dato"
HARD = (
    "Såfremt dispensationsansøgningen imødekommes vedrørende ejendommens forsyningsforpligtelser, "
    "fremsendes afgørelsen uopholdeligt gennem selvbetjeningsløsningen. "
)


def fields(**changes: str) -> dict[str, str]:
    kind = letters.letter_type(name=NAME)
    return {
        "subject": "Du får svar senere",
        "body": kind.body.replace("Det kan vi ikke nå.", "Det når vi ikke."),
        "note": "Kortere",
    } | changes


def used() -> int:
    return letter_versions.in_use(letter_type=letters.letter_type(name=NAME)).number


def test_all_letters_are_shown_with_the_version_in_use(signed_in: Any) -> None:
    page = text_of(signed_in("merete").get("/breve/"))
    for kind in letters.types():
        assert kind.title in page
    assert page.count("Udgave 0") >= len(letters.types())


@pytest.mark.parametrize("kind", letters.types(), ids=lambda kind: kind.name)
def test_a_letter_is_shown_with_its_example_as_text_and_as_pdf(signed_in: Any, kind: Any) -> None:
    client = signed_in("anders")
    page = text_of(client.get(f"/breve/{kind.name}/"))
    assert "Teksten er let at læse" in page
    assert "Personen og sagen er opdigtet" in page
    assert kind.subject.split("{")[0] in page
    answer = client.get(f"/breve/{kind.name}/0/brev.pdf")
    assert (answer["Content-Type"], answer.content[:4]) == ("application/pdf", b"%PDF")


def test_one_writes_and_another_approves(signed_in: Any) -> None:
    writer, other = signed_in("merete"), signed_in("anders")
    page = text_of(writer.get(f"/breve/{NAME}/ret/"))
    assert "{frist_før}" in page
    assert "Skal med" in page
    answer = writer.post(f"/breve/{NAME}/gem/", fields())
    assert answer["Location"] == f"/breve/{NAME}/1/"
    page = text_of(writer.get(f"/breve/{NAME}/1/"))
    assert "Du har selv skrevet udgaven" in page
    assert "Nyt: Emne: Du får svar senere" in page
    assert "Væk: Emne: Du får svar senere, end vi skrev" in page
    assert "Venter på godkendelse: 1" in text_of(writer.get("/"))
    refused = writer.post(f"/breve/{NAME}/1/godkend/")
    assert (refused.status_code, used()) == (422, 0)
    assert "Bed en anden om at godkende den" in text_of(refused)
    assert other.post(f"/breve/{NAME}/1/godkend/").status_code == 302
    assert used() == 1
    page = text_of(other.get(f"/breve/{NAME}/"))
    assert "Udgave 1 er i brug" in page
    assert "Det når vi ikke." in page
    assert "Venter på godkendelse: 0" in text_of(other.get("/"))


def test_a_wrong_text_is_told_and_what_was_typed_is_kept(signed_in: Any) -> None:
    client = signed_in("merete")
    answer = client.post(f"/breve/{NAME}/gem/", fields(body="Min tekst {frst}.", note=""))
    page = text_of(answer)
    assert answer.status_code == 422
    assert "Min tekst {frst}." in answer.content.decode()
    assert "Skriv kort, hvorfor brevet er ændret" in page
    answer = client.post(f"/breve/{NAME}/gem/", fields(body="Min tekst {frst}."))
    page = text_of(answer)
    assert "Linje 1: Oplysningen {frst} findes ikke i dette brev. Mente du {frist}?" in page
    assert "Brevet skal sige {frist}, {grund}, {sagsnummer}" in page
    assert not LetterTemplate.objects.filter(name=NAME).exists()


def test_a_text_is_tried_without_being_saved(signed_in: Any) -> None:
    client = signed_in("merete")
    address = f"/breve/{NAME}/proev/"
    part = client.post(address, fields(subject="Et nyt emne"), headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "<h3>Et nyt emne</h3>" in part.content.decode()
    wrong = client.post(address, fields(body="{x}"), headers={"HX-Request": "true"})
    assert "Teksten kan ikke bruges" in wrong.content.decode()
    whole = client.post(address, fields(subject="Et nyt emne"))
    assert whole.status_code == 200
    assert 'value="Et nyt emne"' in whole.content.decode()
    pdf = client.post(address, fields(pdf="1"))
    assert pdf.content.startswith(b"%PDF")
    wrong = client.post(address, fields(body="{x}", pdf="1"))
    assert wrong.status_code == 422
    assert not LetterTemplate.objects.filter(name=NAME).exists()


def test_a_hard_text_is_advised_against_and_needs_a_reason(signed_in: Any) -> None:
    writer, other = signed_in("merete"), signed_in("bodil")
    body = f"{HARD * 6}\n\n{letters.letter_type(name=NAME).body}"
    writer.post(f"/breve/{NAME}/gem/", fields(body=body))
    page = text_of(other.get(f"/breve/{NAME}/1/"))
    assert "Skriv »hvis« i stedet for »såfremt«." in page
    assert "Hvorfor skal teksten bruges, selv om den er svær at læse?" in page
    refused = other.post(f"/breve/{NAME}/1/godkend/", {"reason": ""})
    assert "Det må højst være 45" in text_of(refused)
    other.post(f"/breve/{NAME}/1/godkend/", {"reason": "Loven siger det sådan."})
    assert "Loven siger det sådan." in text_of(other.get(f"/breve/{NAME}/1/"))
    assert used() == 1


def test_markup_in_a_text_is_only_letters(signed_in: Any) -> None:
    evil = "<script>alert(1)</script> {{ 7|add:7 }}"
    writer = signed_in("merete")
    saved = fields(subject=evil.split(" {{", maxsplit=1)[0], note=evil)
    writer.post(f"/breve/{NAME}/gem/", saved)
    for address in (f"/breve/{NAME}/1/", f"/breve/{NAME}/", "/breve/", f"/breve/{NAME}/ret/"):
        page = writer.get(address).content.decode()
        assert "<script>alert" not in page
        assert ">14<" not in page


def test_what_is_not_there_is_not_found(signed_in: Any) -> None:
    client = signed_in("merete")
    for address in ("/breve/x/", "/breve/x/ret/", f"/breve/{NAME}/7/", f"/breve/{NAME}/7/brev.pdf"):
        assert client.get(address).status_code == 404
    assert client.post(f"/breve/{NAME}/7/godkend/").status_code == 404
