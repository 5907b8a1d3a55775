# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Retention by KLE subject: what is due when, who may erase, and what the database lets go."""

from __future__ import annotations

import datetime as dt
import threading
import uuid

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kodeks.casework import kle, retention, rules, selectors, services
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case, Document, KleSubject, Party
from kodeks.casework.ports import JournalReceipt
from kodeks.kernel import api as kernel
from kodeks.kernel.models import Erasure, RegistryEvent, User

NUMBER = "05.01.08"
BEFORE = dt.timedelta(days=-1)
AFTER = dt.timedelta(days=1)
WHO = "Arkivar Prøve Prøvesen"
SOURCE = "Prøve af en regel"


class Journal:
    """An ESDH system that takes everything."""

    def find(self, *, record):
        return None

    def journalise(self, *, record):
        return JournalReceipt("sag", f"dok-{record.key}", timezone.now())


@pytest.fixture(autouse=True)
def listed(db):
    services.load_kle_subjects()


@pytest.fixture
def dorte(db) -> User:
    return User.objects.get(username="dorte")


def rule(years: int | None = 0, *, number: str = NUMBER) -> KleSubject:
    return rules.confirm(number=number, rule=kle.Rule(years, SOURCE), confirmed_by=WHO)


def closed(unit, *, number: str = NUMBER, at: dt.datetime | None = None, key: str = "") -> Case:
    """A closed case with a party and a journalised document; closed at a moment if one is given."""
    key = key or uuid.uuid4().hex
    with pytest.MonkeyPatch.context() as patch:
        if at is not None:
            patch.setattr(services.timezone, "now", lambda: at)
        case = services.open_case(
            key=key,
            title="Hul i vejen",
            kle_number=number,
            facet="G01",
            unit=unit,
            parties=[
                services.NewParty(
                    id=uuid.uuid4(),
                    role="primary",
                    kind="cpr",
                    name="Ane Øllgaard",
                    sealed_cpr=b"sealed",
                    blind_index=b"index",
                )
            ],
        )
        document = services.add_document(
            key=key,
            case=case,
            title="Brev fra Ane",
            direction="incoming",
            type="inquiry",
            letter_date=dt.date(2026, 3, 2),
            content="Der er et hul i vejen ved Ane.",
        )
        services.advance_case(case=case, state="closed")
    entry = services.register_entry(
        key=key,
        document=document,
        received_or_sent_on=dt.date(2026, 3, 2),
        theme="Hul i vejen",
        unit=unit,
        actor_kind="ItSystem",
        actor="visitator",
    )
    services.journalise(entry=entry, system=Journal())
    return selectors.case(number=case.number)


def refused_by_database(statement, *parameters):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


# Rules


def test_every_listed_subject_has_a_rule_with_a_source_and_none_is_confirmed():
    for entry in kle.ENTRIES:
        assert entry.rule.source
        assert entry.rule.years is None or 1 <= entry.rule.years <= 30
    KleSubject.objects.update(retention_confirmed_by="")
    services.load_kle_subjects()
    found = KleSubject.objects.filter(number__in=[entry.number for entry in kle.ENTRIES])
    assert found.count() == len(kle.ENTRIES)
    assert not found.filter(retention="unknown").exists()
    assert not found.exclude(retention_confirmed_by="").exists()
    assert found.get(number="02.34.02").retention == "keep"


def test_a_confirmed_rule_outlives_the_next_upgrade():
    rule(7)
    services.load_kle_subjects()
    subject = KleSubject.objects.get(number=NUMBER)
    assert (subject.retention_years, subject.retention_confirmed_by) == (7, WHO)
    assert rules.in_words(subject) == "Slettes 7 år efter lukning"
    assert rules.in_words(rule(None)) == "Bevares"
    assert rules.in_words(rule(0)) == "Slettes, når sagen er lukket"


def test_a_rule_belongs_to_the_subject_of_its_days(unit):
    old = KleSubject.objects.get(number=NUMBER)
    new = services.add_kle_subject(
        number=NUMBER, title="Nyt navn", valid_from=timezone.localdate() - dt.timedelta(days=30)
    )
    rules.confirm(
        number=NUMBER, rule=kle.Rule(10, SOURCE), confirmed_by=WHO, valid_from=old.valid_from
    )
    assert rule(2) == new
    day = timezone.now() - dt.timedelta(days=400)
    before, since = closed(unit, at=day), closed(unit)
    assert (before.kle, since.kle) == (old, new)
    assert retention.deadline(before).year == timezone.localdate(day).year + 10
    assert retention.deadline(since).year == timezone.localdate().year + 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"number": "99.99.99"}, "findes ikke"),
        ({"rule": kle.Rule(101, SOURCE)}, "fra 0 til 100"),
        ({"rule": kle.Rule(-1, SOURCE)}, "fra 0 til 100"),
        ({"rule": kle.Rule(1, " ")}, "Kilden til reglen mangler"),
        ({"rule": kle.Rule(1, "x" * 201)}, "længere end 200"),
        ({"rule": kle.Rule(1, "Fra 010190-1234")}, "CPR-nummer"),
        ({"confirmed_by": ""}, "mangler"),
        ({"confirmed_by": "x" * 101}, "højst fylde 100"),
        ({"valid_from": dt.date(2001, 1, 1)}, "findes ikke"),
    ],
)
def test_a_rule_that_says_nothing_is_refused(change, says):
    given = {"number": NUMBER, "rule": kle.Rule(5, SOURCE), "confirmed_by": WHO}
    with pytest.raises(CaseworkError, match=says):
        rules.confirm(**given | change)


def row(**change: str) -> dict[str, str]:
    return {"kle_number": NUMBER, "years": "8", "source": SOURCE, "confirmed_by": WHO} | change


def test_a_file_of_rules_is_taken_in_whole_or_not_at_all():
    file = [(2, row()), (3, row(kle_number="05.01.12", years="Bevares"))]
    assert rules.load(file) == 2
    assert KleSubject.objects.get(number="05.01.12").retention == "keep"
    for wrong in (row(years="otte"), row(years="-1"), row(valid_from="1.1.2026"), row(source="")):
        with pytest.raises(CaseworkError, match="I række 3: "):
            rules.load([(2, row(years="9")), (3, wrong)])
        assert KleSubject.objects.get(number=NUMBER).retention_years == 8


# What is due


@pytest.mark.parametrize("years", [0, 1, 5])
def test_a_case_is_due_from_its_day_and_not_before(unit, years):
    rule(years)
    case = closed(unit, at=dt.datetime(2025, 3, 14, 11, tzinfo=dt.UTC))
    day = dt.date(2025 + years, 3, 14)
    assert retention.deadline(case) == day
    assert case not in retention.due(on=day + BEFORE)
    assert case in retention.due(on=day)
    assert case in retention.due(on=day + AFTER)
    (found,) = retention.due_subjects(on=day)
    assert (found.subject.number, found.cases, found.oldest) == (NUMBER, 1, day)
    assert found.confirmed
    assert retention.due_subjects(on=day + BEFORE) == []


def test_a_case_closed_on_leap_day_is_not_due_a_day_too_early(unit):
    rule(1)
    case = closed(unit, at=dt.datetime(2024, 2, 29, 11, tzinfo=dt.UTC))
    assert retention.deadline(case) == dt.date(2025, 3, 1)
    assert not retention.due(on=dt.date(2025, 2, 28)).exists()
    assert retention.due(on=dt.date(2025, 3, 1)).exists()


def test_the_day_ends_at_midnight_in_denmark(unit):
    rule(1)
    closed(unit, at=dt.datetime(2024, 6, 30, 22, 30, tzinfo=dt.UTC))
    assert not retention.due(on=dt.date(2025, 6, 30)).exists()
    assert retention.due(on=dt.date(2025, 7, 1)).exists()


def test_what_is_kept_or_without_a_rule_is_never_due(unit, dorte):
    services.add_kle_subject(number="99.99.99", title="Lokalt", valid_from=dt.date(2024, 1, 1))
    kept = closed(unit, number="02.34.02")
    unruled = closed(unit, number="99.99.99")
    far = dt.date(2500, 1, 1)
    assert not set(retention.due(on=far)) & {kept, unruled}
    assert retention.deadline(kept) is None
    assert [one.number for one in retention.without_rule()] == ["99.99.99"]
    for case, says in ((kept, "skal bevares"), (unruled, "ingen regel")):
        with pytest.raises(CaseworkError, match=says):
            retention.erase_case(case=case, user=dorte)


def test_what_is_not_closed_not_due_or_not_confirmed_is_not_erased(unit, case, dorte):
    rule(1)
    for one, says in ((case, "ikke lukket"), (closed(unit), "Fristen for sag")):
        with pytest.raises(CaseworkError, match=says):
            retention.erase_case(case=one, user=dorte)
    with pytest.raises(CaseworkError, match="ikke kommet endnu"):
        retention.erase_case(case=closed(unit), user=dorte, on=timezone.localdate() + AFTER)
    rule(0)
    KleSubject.objects.filter(number=NUMBER).update(retention_confirmed_by="")
    suggested = closed(unit)
    assert suggested in retention.due(on=timezone.localdate())
    assert not any(one.confirmed for one in retention.due_subjects(on=timezone.localdate()))
    with pytest.raises(CaseworkError, match="er et forslag"):
        retention.erase_case(case=suggested, user=dorte)
    assert list(retention.erase_due(user=dorte)) == []
    assert not Erasure.objects.exists()


def test_what_the_esdh_system_has_not_received_is_not_erased(unit, dorte):
    rule()
    case = closed(unit)
    document = services.add_document(
        key="nyt", case=case, title="t", direction="internal", type="note",
        letter_date=dt.date(2026, 3, 2), content="Ikke journaliseret.",
    )  # fmt: skip
    services.register_entry(
        key="nyt", document=document, received_or_sent_on=dt.date(2026, 3, 2), theme="Notat",
        unit=unit, actor_kind="Bruger", actor="sofie",
    )  # fmt: skip
    with pytest.raises(CaseworkError, match="ikke er journaliseret"):
        retention.erase_case(case=case, user=dorte)
    assert not Erasure.objects.exists()


# Erasing


def test_what_is_personal_goes_and_the_frame_stays(unit, dorte):
    rule()
    case, other = closed(unit), closed(unit)
    before = (case.number, case.kle, case.unit, case.opened_at, case.closed_at, case.facet)
    assert retention.erase_case(case=case, user=dorte)
    case.refresh_from_db()
    assert (
        case.number, case.kle, case.unit, case.opened_at, case.closed_at, case.facet
    ) == before  # fmt: skip
    assert case.title == case.kle.title
    assert case.erased_at is not None
    party, document = case.parties.get(), case.documents.get()
    assert (party.name, party.sealed_cpr, party.blind_index) == ("", None, None)
    assert (document.title, bytes(document.content)) == ("", b"")
    assert (document.direction, document.letter_date) == ("incoming", dt.date(2026, 3, 2))
    entry = case.journal_entries.get()
    assert (entry.theme, entry.status, entry.esdh_case_id) == ("Hul i vejen", "receipted", "sag")
    assert other.parties.get().name == "Ane Øllgaard"
    assert other.documents.get().title == "Brev fra Ane"
    event = RegistryEvent.objects.get(kind="erasure")
    assert event.body["subject"] == {"type": "case", "id": str(case.id)}
    assert event.body["user"] == dorte.pk
    assert (NUMBER in event.body["reason"], WHO in event.body["reason"]) == (True, True)
    assert case not in retention.due(on=timezone.localdate())


def test_erasing_again_changes_nothing_and_writes_nothing(unit, dorte):
    rule()
    case = closed(unit)
    assert retention.erase_case(case=case, user=dorte)
    first = Case.objects.get(id=case.id).erased_at
    assert not retention.erase_case(case=case, user=dorte)
    assert Case.objects.get(id=case.id).erased_at == first
    assert RegistryEvent.objects.filter(kind="erasure").count() == 1


def test_what_the_kernel_has_erased_already_is_erased_here_too(unit, dorte):
    rule()
    case = closed(unit)
    kernel.erase(
        subject=kernel.Subject(type="case", id=str(case.id)), user=dorte, reason="Prøve af halvt."
    )
    assert retention.erase_case(case=case, user=dorte)
    assert RegistryEvent.objects.filter(kind="erasure").count() == 1


@pytest.mark.parametrize("username", ["sofie", "merete", "testine"])
def test_who_may_not_erase(unit, username):
    rule()
    case = closed(unit)
    person = User.objects.get(username=username)
    with pytest.raises(kernel.Refused) as refusal:
        retention.erase_case(case=case, user=person)
    assert refusal.value.code == "no_right"
    with pytest.raises(kernel.Refused):
        list(retention.erase_due(user=person))
    assert case.parties.get().name == "Ane Øllgaard"
    assert not Erasure.objects.exists()


@pytest.mark.parametrize("username", ["dorte", "anders"])
def test_who_may_erases_all_that_is_due_and_goes_on_after_a_refusal(unit, username, monkeypatch):
    rule()
    cases = [closed(unit) for _ in range(3)]
    whole = retention._require_journalised

    def refuses(case):
        if case.id == cases[1].id:
            raise CaseworkError("Prøve af et nej.")
        whole(case)

    monkeypatch.setattr(retention, "_require_journalised", refuses)
    found = list(retention.erase_due(user=User.objects.get(username=username)))
    assert [one.refusal for one in found] == ["", "Prøve af et nej.", ""]
    assert Case.objects.filter(erased_at=None, id__in=[one.id for one in cases]).get() == cases[1]


def test_a_fault_midway_leaves_nothing_half(unit, dorte, monkeypatch):
    rule()
    case = closed(unit)

    def fails(case, erase_subject):
        erase_subject(kernel.Subject(type="prøve", id=str(case.id)))
        raise RuntimeError("midway")

    holder = retention.Holder(name="prøve", tables=(), erase=fails)
    monkeypatch.setitem(retention._holders(), "prøve", holder)
    with pytest.raises(RuntimeError):
        retention.erase_case(case=case, user=dorte)
    assert case.parties.get().name == "Ane Øllgaard"
    assert not Erasure.objects.exists()
    assert not RegistryEvent.objects.filter(kind="erasure").exists()


def test_a_solution_says_what_it_holds():
    assert {"casework_party", "casework_document", "inquiries_inquiry"} <= set(retention.tables())


# The guards

FORGERIES = {
    "party blanked": "UPDATE casework_party SET name = '', sealed_cpr = NULL, blind_index = NULL",
    "party renamed": "UPDATE casework_party SET name = 'Bo'",
    "party deleted": "DELETE FROM casework_party",
    "document blanked": "UPDATE casework_document SET title = '', content = '',"
    " sha256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'",
    "document deleted": "DELETE FROM casework_document",
    "case marked": "UPDATE casework_case SET erased_at = now()",
    "case deleted": "DELETE FROM casework_case",
    "closed earlier": "UPDATE casework_case SET closed_at = closed_at - interval '9 years'",
    "closed later": "UPDATE casework_case SET closed_at = closed_at + interval '9 years'",
    "opened again": "UPDATE casework_case SET state = 'opened', closed_at = NULL",
}


@pytest.mark.parametrize("statement", FORGERIES.values(), ids=FORGERIES)
def test_nothing_goes_without_an_erasure(unit, statement):
    closed(unit)
    refused_by_database(statement)


@pytest.mark.django_db(transaction=True)
def test_nothing_goes_without_an_erasure_for_the_owner_either(as_owner):
    services.load_kle_subjects()
    rule()
    closed(services.add_unit(code="vej", name="Vej"))
    tables = ("casework_case", "casework_party", "casework_document", "casework_journalentry")
    attempts = [*FORGERIES.values(), *(f"TRUNCATE {table} CASCADE" for table in tables)]
    for statement in attempts:
        with pytest.raises(psycopg.errors.RestrictViolation):
            as_owner.execute(statement)


REMAINS = {
    "party named": "UPDATE casework_party SET name = 'Bo'",
    "party deleted": "DELETE FROM casework_party",
    "party numbered": "UPDATE casework_party SET sealed_cpr = 'x', blind_index = 'y'",
    "document written": "UPDATE casework_document"
    " SET content = 'x', sha256 = encode(sha256('x'), 'hex')",
    "document named": "UPDATE casework_document SET title = 'Brev fra Bo'",
    "document deleted": "DELETE FROM casework_document",
    "case titled": "UPDATE casework_case SET title = 'Om Bo'",
    "case alive": "UPDATE casework_case SET erased_at = NULL",
}


@pytest.mark.parametrize("statement", REMAINS.values(), ids=REMAINS)
def test_what_was_erased_stays_so(unit, dorte, statement):
    rule()
    retention.erase_case(case=closed(unit), user=dorte)
    refused_by_database(statement)


def test_an_erasure_lets_contents_go_only_whole_and_only_its_own(unit, dorte):
    rule()
    case, other = closed(unit), closed(unit)
    kernel.erase(
        subject=kernel.Subject(type="case", id=str(case.id)), user=dorte, reason="Prøve af vagten."
    )
    for statement in (
        "UPDATE casework_party SET name = '' WHERE case_id = %s",
        "UPDATE casework_party SET name = 'Bo', sealed_cpr = NULL, blind_index = NULL"
        " WHERE case_id = %s",
        "UPDATE casework_document SET title = '' WHERE case_id = %s",
        "UPDATE casework_document SET title = 'x', content = '', sha256 = encode(sha256(''), 'hex')"
        " WHERE case_id = %s",
        "UPDATE casework_document SET title = '', content = '', letter_date = '2020-01-01',"
        " sha256 = encode(sha256(''), 'hex') WHERE case_id = %s",
        "DELETE FROM casework_party WHERE case_id = %s",
    ):
        refused_by_database(statement, case.id)
    refused_by_database(FORGERIES["party blanked"] + " WHERE case_id = %s", other.id)
    assert retention.erase_case(case=case, user=dorte)


def test_nothing_new_comes_to_an_erased_case(unit, dorte):
    rule()
    case = closed(unit)
    retention.erase_case(case=case, user=dorte)
    with pytest.raises(IntegrityError), transaction.atomic():
        services.add_document(
            key="nyt", case=case, title="t", direction="incoming", type="note",
            letter_date=dt.date(2026, 3, 2), content="x",
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        services.add_party(
            case=case,
            party=services.NewParty(id=uuid.uuid4(), role="secondary", kind="free", name="Bo"),
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        services.forward(key="nyt", case=case, unit=unit, kind="inquiry")
    assert (Document.objects.count(), Party.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_document_that_comes_while_the_case_is_erased_does_not_stay():
    """Whoever comes second waits for the first, and then sees what it did."""
    services.load_kle_subjects()
    rule()
    unit = services.add_unit(code="vej", name="Vej")
    case, dorte = closed(unit), User.objects.get(username="dorte")
    refused: list[type[Exception]] = []
    under_way, told = threading.Event(), threading.Event()

    @kernel.as_service("tests")
    def add():
        try:
            under_way.wait(timeout=20)
            told.set()
            services.add_document(
                key="nyt", case=case, title="t", direction="incoming", type="note",
                letter_date=dt.date(2026, 3, 2), content="Ane kom igen.",
            )  # fmt: skip
        except IntegrityError as error:
            refused.append(type(error))
        finally:
            connection.close()

    thread = threading.Thread(target=add)
    thread.start()
    with transaction.atomic():
        retention.erase_case(case=case, user=dorte)
        under_way.set()
        told.wait(timeout=20)
        # The other stands still now; were it let through, it would be done long before this.
        thread.join(timeout=1)
        assert thread.is_alive()
    thread.join(timeout=20)
    assert refused == [IntegrityError]
    assert not Document.objects.exclude(content=b"").exists()


@pytest.mark.django_db(transaction=True)
def test_no_samples_of_personal_values_are_kept_by_the_planner(as_owner):
    """Else PostgreSQL would keep a party's name in its statistics after the row has lost it."""
    services.load_kle_subjects()
    unit = services.add_unit(code="vej", name="Vej")
    for _ in range(5):
        closed(unit)

    def sampled() -> list[tuple[str, str]]:
        as_owner.execute("ANALYZE")
        rows = as_owner.execute("SELECT tablename, attname, s::text FROM pg_stats AS s").fetchall()
        return [(table, name) for table, name, text in rows if "Ane" in text]

    assert sampled() == []
    as_owner.execute("ALTER TABLE casework_party ALTER COLUMN name SET STATISTICS 100")
    assert sampled() == [("casework_party", "name")]
