# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One way to write a letter: its type, the text in use, the sender and the municipality's look."""

import datetime

import pytest

from kodeks.casework import letter_versions, letters
from kodeks.casework.errors import CaseworkError
from kodeks.documents.errors import DocumentError
from kodeks.documents.templates import LetterType, TemplateError
from kodeks.kernel.models import User

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 3, 2)
FACTS = {
    "frist_før": "1. marts 2026",
    "frist": "9. marts 2026",
    "grund": "Vi mangler et svar.",
    "sagsnummer": "2026-0000007",
}


def composed(**changes):
    given = {
        "name": "ny-dato",
        "matter": letters.Matter(case_number="2026-0000007", facts=FACTS, attachment={"a": 1}),
        "sender": letters.Sender(department="Vej", signed_by=("Bo Prøve", "Konsulent")),
        "recipient": letters.Recipient(name="Ane Prøve", address=("Gade 1",)),
        "day": DAY,
    }
    return letters.compose(**given | changes)


def test_a_letter_is_of_the_text_in_use_and_says_which():
    letter = composed()
    assert letter.paragraphs[0].startswith("Vi skrev, at du ville høre fra os senest 1. marts")
    assert (letter.date, letter.case_number) == (DAY, "2026-0000007")
    assert letter.signature == ("Venlig hilsen", "Bo Prøve", "Konsulent")
    assert letter.attachment == {"a": 1, "text": {"name": "ny-dato", "version": 0}}
    kind = letters.letter_type(name="ny-dato")
    body = kind.body.replace("Det kan vi ikke nå.", "Det når vi ikke.")
    merete, anders = (User.objects.get(username=name) for name in ("merete", "anders"))
    letter_versions.propose(
        letter_type=kind, subject="Senere svar", body=body, note="Kortere", user=merete
    )
    assert composed().subject == kind.subject
    letter_versions.approve(letter_type=kind, number=1, user=anders)
    letter = composed()
    assert letter.subject == "Senere svar"
    assert "Det når vi ikke." in letter.paragraphs[0]
    assert letter.attachment["text"] == {"name": "ny-dato", "version": 1}


def test_facts_that_are_missing_are_said():
    with pytest.raises(DocumentError, match="grund mangler"):
        composed(matter=letters.Matter(case_number="1", facts=FACTS | {"grund": ""}))


def test_a_letter_that_nobody_has_registered():
    with pytest.raises(CaseworkError, match="intet brev, der hedder x"):
        composed(name="x")


def test_a_type_is_registered_once_and_with_a_text_in_order():
    with pytest.raises(CaseworkError, match="to gange"):
        letters.register(letter_type=letters.letter_type(name="ny-dato"))
    with pytest.raises(TemplateError):
        letters.register(
            letter_type=LetterType(name="y", title="Y", facts=(), subject="Y", body="{y}")
        )
    assert "y" not in {one.name for one in letters.types()}


def test_a_unit_is_reached_as_is_written(unit):
    assert letters.sender_of(unit).contact == ()
    letters.write_contact(
        code="vej", phone="12 34 56 78", phone_hours="Hverdage 9 - 14", email="vej@e.example"
    )
    unit.refresh_from_db()
    sender = letters.sender_of(unit, signed_by=("Bo",))
    assert sender.department == "Vej og Park"
    assert sender.contact == ("Telefon 12 34 56 78", "Hverdage 9 - 14", "vej@e.example")
    letters.write_contact(code="vej", phone="", phone_hours="", email="")
    unit.refresh_from_db()
    assert letters.sender_of(unit).contact == ()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"code": "x"}, "findes ikke"),
        ({"email": "vej"}, "ikke en mailadresse"),
        ({"phone": "1" * 41}, "længere end 40"),
        ({"phone_hours": "010190-1234"}, "CPR-nummer"),
    ],
)
def test_a_wrong_contact_is_refused(unit, changes, says):
    given = {"code": "vej", "phone": "", "phone_hours": "", "email": ""}
    with pytest.raises(CaseworkError, match=says):
        letters.write_contact(**given | changes)


def test_the_municipalitys_look_is_on_every_letter(settings, tmp_path):
    (tmp_path / "brev.toml").write_text(
        'address = ["Torvet 1"]\ncontact = ["Telefon 11 22 33 44"]\n', encoding="utf-8"
    )
    settings.KODEKS_LETTER_FOLDER = tmp_path
    letter = composed()
    assert (letter.address, letter.contact) == (("Torvet 1",), ("Telefon 11 22 33 44",))
    own = letters.Sender(department="Vej", contact=("Telefon 12",))
    assert composed(sender=own).contact == ("Telefon 12",)


def test_a_folder_that_is_not_there_is_said(settings, tmp_path):
    settings.KODEKS_LETTER_FOLDER = tmp_path / "borte"
    with pytest.raises(DocumentError, match="kan ikke læses"):
        composed()
