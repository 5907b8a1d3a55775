# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Versions of a letter's text: numbered, approved by another person, and never changed."""

import pytest
from django.db import IntegrityError, connection, transaction

from kodeks.casework import letter_versions, letters
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import LetterTemplate
from kodeks.documents.templates import TemplateError
from kodeks.kernel import api as kernel
from kodeks.kernel.models import RegistryEvent, User

pytestmark = pytest.mark.django_db

HARD = (
    "Såfremt dispensationsansøgningen imødekommes vedrørende ejendommens forsyningsforpligtelser, "
    "fremsendes afgørelsen uopholdeligt gennem selvbetjeningsløsningen. "
)


@pytest.fixture
def kind(db):
    return letters.letter_type(name="ny-dato")


def person(username: str) -> User:
    return User.objects.get(username=username)


def proposed(kind, *, by: str = "merete", **changes: str):
    texts = {
        "subject": kind.subject,
        "body": kind.body.replace("Det kan vi ikke nå.", "Det når vi ikke."),
        "note": "Kortere",
    }
    return letter_versions.propose(letter_type=kind, user=person(by), **texts | changes)


def approved(kind, number: int, *, by: str = "anders", reason: str = ""):
    return letter_versions.approve(letter_type=kind, number=number, user=person(by), reason=reason)


def in_use(kind) -> int:
    return letter_versions.in_use(letter_type=kind).number


def test_until_somebody_edits_the_programs_text_is_used(kind):
    used = letter_versions.in_use(letter_type=kind)
    assert (used.number, used.is_approved, used.written_at) == (0, True, None)
    assert used.body == kind.body.strip()


def test_a_text_is_used_when_another_person_has_approved_it(kind):
    version = proposed(kind)
    assert (version.number, version.is_approved, in_use(kind)) == (1, False, 0)
    told = approved(kind, 1)
    assert (told.written_by, told.approved_by) == (
        person("merete").full_name,
        person("anders").full_name,
    )
    assert in_use(kind) == 1
    assert [one.number for one in letter_versions.history(letter_type=kind)] == [1, 0]
    # A newer one waits without disturbing the one in use.
    proposed(kind, by="anders")
    assert in_use(kind) == 1


def test_nobody_approves_their_own(kind):
    proposed(kind)
    with pytest.raises(CaseworkError, match="Du har selv skrevet"):
        approved(kind, 1, by="merete")
    assert in_use(kind) == 0


@pytest.mark.parametrize("username", ["sofie", "dorte", "testine"])
def test_only_owners_and_administrators_write_and_approve(kind, username):
    with pytest.raises(CaseworkError, match="Kun systemejere og administratorer"):
        proposed(kind, by=username)
    proposed(kind)
    with pytest.raises(CaseworkError, match="Kun systemejere og administratorer"):
        approved(kind, 1, by=username)


def test_an_older_text_does_not_take_a_newer_ones_place(kind):
    proposed(kind)
    proposed(kind)
    approved(kind, 2)
    with pytest.raises(CaseworkError, match="godkendt en nyere udgave"):
        approved(kind, 1)
    with pytest.raises(CaseworkError, match="allerede godkendt"):
        approved(kind, 2, by="bodil")
    with pytest.raises(CaseworkError, match="ingen udgave 3"):
        approved(kind, 3)


def test_a_wrong_text_is_refused_before_it_is_written(kind):
    with pytest.raises(TemplateError, match="findes ikke i dette brev"):
        proposed(kind, body=kind.body + "\n\n{ukendt}")
    with pytest.raises(TemplateError, match=r"skal sige \{frist\}"):
        proposed(kind, body="Kun {sagsnummer}.\n\n{grund}")
    for field in ({"note": " "}, {"note": "x" * 201}):
        with pytest.raises(CaseworkError, match="Grunden til ændringen"):
            proposed(kind, **field)
    with pytest.raises(CaseworkError, match="CPR-nummer"):
        proposed(kind, body=kind.body + "\n\nRing om 010190-1234.")
    assert not LetterTemplate.objects.filter(name=kind.name).exists()


def test_a_hard_text_needs_a_reason(kind):
    proposed(kind, body=f"{HARD * 6}\n\n{kind.body}")
    with pytest.raises(CaseworkError, match="Det må højst være 45"):
        approved(kind, 1)
    with pytest.raises(CaseworkError, match="længere end 500"):
        approved(kind, 1, reason="x" * 501)
    assert approved(kind, 1, reason="Loven siger det sådan.").reason == "Loven siger det sådan."


def test_the_limit_is_a_setting(kind, settings):
    settings.KODEKS_LETTER_LIX = 5
    proposed(kind)
    with pytest.raises(CaseworkError, match="Det må højst være 5"):
        approved(kind, 1)


@pytest.mark.parametrize("name", [one.name for one in letters.types()])
def test_the_texts_that_come_with_the_program_are_easy(name):
    kind = letters.letter_type(name=name)
    reading = letter_versions.check(letter_type=kind, subject=kind.subject, body=kind.body)
    assert reading.advice == ()


def test_who_stands_behind_a_text_is_an_entry_in_the_ledger(kind):
    version = proposed(kind)
    assert letter_versions.entry_of(version) is None
    version = approved(kind, 1)
    event = RegistryEvent.objects.get(kind="letter_approved", body__letter=kind.name)
    assert letter_versions.entry_of(version) == event.id
    assert event.body["letter"] == "ny-dato"
    assert event.body["sha256"] == letter_versions.fingerprint(
        subject=version.subject, body=version.body
    )
    assert (event.body["written_by"], event.body["user"]) == (
        person("merete").pk,
        person("anders").pk,
    )
    assert letter_versions.entry_of(letter_versions.history(letter_type=kind)[-1]) is None


# The database itself


def test_the_database_takes_no_approval_that_is_not_entered(kind):
    proposed(kind)
    query = (
        "UPDATE casework_lettertemplate SET approved_at = now(), approved_by_id = %s"
        " WHERE version = 1"
    )
    refused(query, person("anders").pk)
    kernel.approve_text(
        letter=kind.name,
        version=1,
        # Another text than the one that would be used.
        sha256=letter_versions.fingerprint(subject="Andet", body="Andet"),
        written_by=person("merete").pk,
        reason="",
        user=person("anders"),
    )
    refused(query, person("anders").pk)
    with pytest.raises(CaseworkError, match="allerede godkendt"):
        approved(kind, 1)


def refused(query: str, *values: object) -> None:
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(query, values)


def test_the_database_keeps_the_history(kind):
    proposed(kind)
    approved(kind, 1)
    for query in (
        "UPDATE casework_lettertemplate SET body = 'andet'",
        "UPDATE casework_lettertemplate SET approved_at = NULL, approved_by_id = NULL",
        "UPDATE casework_lettertemplate SET approved_at = now()",
        "DELETE FROM casework_lettertemplate",
    ):
        refused(query)
    assert LetterTemplate.objects.get(name=kind.name).body.startswith("Vi skrev")


def test_the_database_wants_two_persons(kind):
    proposed(kind)
    refused(
        "UPDATE casework_lettertemplate SET approved_at = now(), approved_by_id = written_by_id"
    )


def test_the_database_takes_no_version_out_of_order(kind):
    row = proposed(kind)
    copy = (
        "INSERT INTO casework_lettertemplate (name, version, subject, body, note, reason, "
        "written_by_id, written_at) SELECT name, %s, subject, body, note, '', written_by_id, "
        "written_at FROM casework_lettertemplate"
    )
    assert row.number == 1
    for number in (0, 1, 3):
        refused(copy, number)
    with connection.cursor() as cursor:
        cursor.execute(copy, [2])
    approved(kind, 2)
    refused(
        "UPDATE casework_lettertemplate SET approved_at = now(), approved_by_id = %s "
        "WHERE version = 1",
        person("anders").pk,
    )
