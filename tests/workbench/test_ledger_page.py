# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The auditor's page: head, growth, witnesses, and the words it says them in."""

from __future__ import annotations

import datetime as dt
import html
import re

import nearby
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from log_pages import CHECK, TEXT, backdate, kept, newest, outcome, silent, write
from staff_pages import source_of, words_of

from kodeks.kernel import calls, sequencer, signing, sql, stewardship, witnessing
from kodeks.kernel.models import LedgerCheckpoint, LedgerCosignature, LedgerPending, User
from kodeks.language.lix import lix
from kodeks.ledger import cosignature, merkle, note, policy
from kodeks.workbench import figures, ledger, ledger_growth, ledger_kinds

pytestmark = pytest.mark.django_db


# The head


def test_the_empty_log_says_so(client: Client) -> None:
    assert not LedgerCheckpoint.objects.exists()
    page = words_of(client.get("/log/"))
    assert "Loggen er tom." in page
    assert f"venter på en plads i loggen: {LedgerPending.objects.count()}" in page
    for path in ("hoved", "checkpoint", "tile/0/000.p/1", "tile/entries/000", "bevis/0/0"):
        assert client.get(f"/log/{path}").status_code == 404
    root = b"x" * merkle.HASH_SIZE
    assert "Loggen er kortere" in outcome(client, kept(3, root=root))
    assert "En tom log viser ikke noget" in outcome(client, kept(0, root=merkle.EMPTY_ROOT))


def test_the_page_shows_the_signed_head(client: Client) -> None:
    nearby.publish()
    stewardship.stop(system="inquiries", user=User.objects.get(username="merete"), reason="Prøve")
    head = newest()
    page = source_of(client.get("/log/"))
    assert f"Linjer i loggen: {figures.whole(head.size)}<" in page
    assert "venter på en plads i loggen: 1<" in page
    assert "Set af 3 af 3 vidner" in page
    shown = re.search(r"<code>(eksempel.*?)</code>", page, flags=re.DOTALL)
    assert shown
    # What stands on the page can be copied and checked.
    believed = policy.require(witnessing.in_force(), shown.group(1).encode())
    assert (believed.checkpoint.size, believed.checkpoint.root) == (head.size, bytes(head.root))
    assert len(believed.cosignatures) == 3


def test_a_newer_head_that_too_few_have_seen_is_told_apart(client: Client, monkeypatch) -> None:
    nearby.publish()
    seen = newest().size
    silent(monkeypatch, *list(nearby.SIGNERS)[:2])
    write(1)
    nearby.publish()
    page = words_of(client.get("/log/"))
    assert re.search(rf"nok vidner har set Linjer i loggen: {seen} .* Set af 3 af 3 vidner", page)
    assert re.search(rf"af alle .* Linjer i loggen: {seen + 1} .* Set af 1 af 3 vidner", page)
    assert "Mindst 2 vidner skal skrive under." in page
    for path in ("/log/hoved", "/log/checkpoint"):
        found = policy.require(witnessing.in_force(), client.get(path).content)
        assert found.checkpoint.size == seen


def test_before_enough_witnesses_have_signed_there_is_no_checkpoint(client, monkeypatch) -> None:
    silent(monkeypatch, *list(nearby.SIGNERS)[:2])
    nearby.publish()
    page = words_of(client.get("/log/"))
    assert "For få vidner har set loggen" in page
    assert client.get("/log/checkpoint").status_code == 404
    # The head is there to be kept all the same, with the one signature that came.
    data = client.get("/log/hoved").content
    assert len(note.parse(data).signatures) == 2
    assert client.get("/log/tile/0/000.p/1").status_code == 200


def test_the_head_is_a_file_with_every_cosignature(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(witnessing, "_MOST_ON_RECEIPT", 0)
    nearby.publish()
    answer = client.get("/log/hoved")
    assert answer["Content-Type"] == TEXT
    assert answer["Content-Disposition"] == f'attachment; filename="hoved-{newest().size}.txt"'
    found = policy.require(witnessing.in_force(), answer.content)
    assert {one.key for one in found.cosignatures} == {one.key for one in nearby.WITNESSES}
    assert LedgerCosignature.objects.count() == 3


def test_every_kind_of_line_that_the_kernel_writes_is_explained(client: Client) -> None:
    written = set()
    for name in sql.PARTS:
        text = sql.part(name)
        written |= set(re.findall(r"(?:record_event|kernel\.enter)\(\s*'([a-z_]+)'", text))
    # What `milestone` and `stop` and `resume` name by a variable.
    written |= {"answered", "attended", "retried", "stop", "resume"}
    assert set(ledger_kinds.KINDS) == written
    page = html.unescape(client.get("/log/").content.decode())
    for kind, what in ledger_kinds.KINDS.items():
        assert f"<code>{kind}</code>" in page
        assert what in page


def test_the_key_is_plain_text(client: Client) -> None:
    response = client.get("/log/noegle.txt")
    assert response["Content-Type"] == TEXT
    assert response.content.decode() == signing.verifier_key() + "\n"


# Growth


@pytest.mark.django_db(transaction=True)
def test_growth_is_what_counting_every_head_gives(client: Client, as_owner) -> None:
    nearby.publish()
    write(59)
    now = timezone.now()
    # Also heads on midnight itself, and days without any.
    ages = [30 * 24 * (1 - place / 59) ** 2 for place in range(60)]
    moments = [now - dt.timedelta(hours=age) for age in ages]
    midnight = timezone.make_aware(dt.datetime.combine(timezone.localdate(), dt.time.min))
    moments = sorted([*moments[:-2], midnight - dt.timedelta(days=2), midnight])
    backdate(as_owner, moments)
    found = ledger_growth.growth(now=now)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT date_trunc('day', at, 'Europe/Copenhagen') AS day, max(size)"
            " FROM kernel_ledgercheckpoint GROUP BY 1 ORDER BY 1"
        )
        counted = {timezone.localdate(day): size for day, size in cursor.fetchall()}
    assert found is not None
    assert (found.by, len(found.bars)) == ("dag", 30)
    sizes = {bar.label: bar.size for bar in found.bars}
    for day, size in counted.items():
        if day > timezone.localdate() - dt.timedelta(days=30):
            assert sizes[_day(day)] == size
    assert found.bars[-1].size == newest().size
    assert found.added == newest().size - (found.bars[0].size - found.bars[0].added)
    page = client.get("/log/").content.decode()
    assert page.count("<rect ") == sum(bar.added > 0 for bar in found.bars)
    assert (
        f'<th scope="row">{found.bars[-1].label} (indtil nu)</th><td>{found.bars[-1].added}</td>'
        in page
    )
    assert "style=" not in page.split("<main", 1)[1]


def _day(day: dt.date) -> str:
    months = "januar februar marts april maj juni juli august september oktober november december"
    return f"{day.day}. {months.split()[day.month - 1]} {day.year}"


def test_a_young_log_is_shown_by_the_hour(client: Client) -> None:
    sequencer.integrate()
    found = ledger_growth.growth(now=timezone.now())
    assert found is not None
    assert (found.by, len(found.bars), found.added) == ("time", 12, newest().size)
    assert found.bars[-1].added == newest().size
    assert f"{found.bars[-1].label} (indtil nu)" in words_of(client.get("/log/"))
    later = ledger_growth.growth(now=timezone.now() + dt.timedelta(days=3))
    assert later is not None
    assert (later.by, len(later.bars), later.added) == ("dag", 7, newest().size)
    assert later.bars[-1].added == 0


def test_an_hour_that_the_clock_repeats_is_two() -> None:
    began = dt.datetime(2026, 10, 24, 20, tzinfo=dt.UTC)
    hours = ledger_growth._hours(began, began + dt.timedelta(hours=12))
    assert len(hours) == 13
    assert [timezone.localtime(hour).hour for hour in hours[2:7]] == [0, 1, 2, 2, 3]
    days = ledger_growth._days(began, began + dt.timedelta(days=9))
    assert [timezone.localtime(day).hour for day in days] == [0] * len(days)


# Witnesses


def rows(client: Client) -> dict[str, str]:
    """The words of each witness's row."""
    page = client.get("/log/").content.decode()
    table = page.split('aria-label="Vidner"', 1)[1].split("</table>", 1)[0]
    found = [
        " ".join(html.unescape(re.sub(r"<[^>]+>", " ", row)).split())
        for row in re.findall(r"<tr>(.*?)</tr>", table, flags=re.DOTALL)[1:]
    ]
    return {words.split()[0]: words for words in found}


def test_each_witness_is_shown_with_its_state(client: Client, monkeypatch) -> None:
    first, second, third = nearby.WITNESSES
    silent(monkeypatch, third.url)
    nearby.publish()
    seen = newest().size
    silent(monkeypatch, second.url, third.url)
    write(1)
    nearby.publish()
    found = rows(client)
    for one in nearby.WITNESSES:
        assert one.url in found[one.key.name]
        assert one.key.text in found[one.key.name]
    # A second behind is no news: a head comes every second.
    assert f"Er med {figures.whole(seen + 1)}" in found[first.key.name]
    assert f"Er med {figures.whole(seen)}" in found[second.key.name]
    assert "Har ikke svaret Ingen Aldrig" in found[third.key.name]
    page = words_of(client.get("/log/"))
    assert "når 2 af 3 vidner har set den. Lige nu er 2 med." in page
    monkeypatch.setattr(ledger, "_IN_TIME", dt.timedelta(0))
    assert "Er bagud siden" in rows(client)[second.key.name]
    assert "Lige nu er 1 med." in words_of(client.get("/log/"))


def test_a_witness_that_has_seen_another_log_is_shown_first_of_all(client: Client) -> None:
    nearby.publish()
    key = nearby.WITNESSES[0].key
    calls.call("ledger_conflict", key.text, newest().size + 10)
    page = words_of(client.get("/log/"))
    assert "Et vidne har set en anden log" in page
    row = rows(client)[key.name]
    assert "Har set en anden log Havde set" in row
    assert figures.whole(newest().size + 10) in row
    assert "Lige nu er 2 med." in page


def test_the_witnesses_are_a_file_that_other_programs_read(client: Client) -> None:
    answer = client.get("/log/vidner")
    assert answer["Content-Type"] == TEXT
    assert policy.parse_policy(answer.content) == witnessing.in_force()


@pytest.mark.django_db(transaction=True)
def test_without_witnesses_the_page_says_what_that_means(client: Client, as_owner) -> None:
    as_owner.execute("""SELECT kernel.register_witnesses('{"witnesses": [], "quorum": 0}')""")
    nearby.publish()
    page = words_of(client.get("/log/"))
    assert "Loggen har ingen vidner. Derfor laver vi ikke kvitteringer endnu." in page
    answer = client.get("/log/vidner")
    assert (answer.status_code, "Siden findes ikke" in words_of(answer)) == (404, True)
    data = client.get("/log/checkpoint").content
    assert data == client.get("/log/hoved").content == newest().note.encode()
    # Those who are witnesses no longer are still known by what they signed.
    text = note.parse(data).text
    old = cosignature.sign(text, signer=next(iter(nearby.SIGNERS.values())), timestamp=0)
    said = outcome(client, cosignature.add(data, signatures=[old]).decode())
    assert f"{old.name} (ikke vidne mere) Passer 1. januar 1970" in said


@pytest.mark.parametrize("seconds", [253_402_214_399, 2**63 - 1])
def test_a_witness_whose_clock_is_mad_stops_no_page(client: Client, monkeypatch, seconds) -> None:
    nearby.publish()
    signer = next(iter(nearby.SIGNERS.values()))
    write(1)
    head = newest()
    text = head.note.split("\n\n")[0] + "\n"
    signed = cosignature.sign(text, signer=signer, timestamp=seconds)
    if seconds < 2**60:
        calls.call("ledger_cosign", head.size, signer.verifier.text, signed.line, seconds)
    assert signer.name in rows(client)
    kept_head = cosignature.add(head.note.encode(), signatures=[signed]).decode()
    assert f"{signer.name} Passer" in outcome(client, kept_head)


# Words


def test_the_page_says_what_the_log_does_not_prove(client: Client) -> None:
    page = words_of(client.get("/log/"))
    for sentence in (
        "Om valget var rigtigt.",
        "Hvad der står i din sag.",
        "Når vi sletter, bliver kun aftrykket tilbage.",
        "Den kan forsvinde, til vidner har set den.",
        "Det tager højst 60 sekunder.",
        "Går vi sammen med 2 af dem, kan vi vise dig en anden log.",
        "Det kan en tyv med vores nøgle også",
        "Tiden på et vidnes underskrift er fra vidnets eget.",
    ):
        assert sentence in page


def test_the_pages_are_easy_danish(client: Client, own_sentences) -> None:
    empty = own_sentences(client.get("/log/"))
    nearby.publish()
    pages = [empty, own_sentences(client.get("/log/"))]
    write(2)
    pages.append(own_sentences(client.get("/log/")))
    head = newest().size
    for size, root in ((head, None), (1, None), (head + 1, b"x" * 32), (1, b"x" * 32)):
        text = kept(size, root=root)
        pages.append(own_sentences(client.post(CHECK, {"head": text})))
    found = [lix(page) for page in pages]
    assert max(found) <= 35, found
