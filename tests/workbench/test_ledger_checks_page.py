# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What visitors check for themselves: a head they kept against the log, and the log as files."""

from __future__ import annotations

import nearby
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from log_pages import CHECK, TEXT, kept, newest, outcome, write
from staff_pages import source_of, words_of

from kodeks.kernel import signing, stewardship, storage, witnessing
from kodeks.kernel.models import LedgerCheckpoint, User
from kodeks.ledger import audit, checkpoint, merkle, note, policy, witness
from kodeks.ledger.encoding import encode_base64
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.tiles import FULL_WIDTH
from kodeks.workbench import figures

pytestmark = pytest.mark.django_db


# A head that was kept


def test_every_earlier_head_holds_and_the_proof_can_be_checked(client: Client) -> None:
    nearby.publish()
    write(40)
    nearby.publish()
    head = newest()
    for size in range(1, head.size):
        text = kept(size)
        said = outcome(client, text)
        assert "Loggen holder" in said
        assert f"Siden er der kommet {head.size - size} til." in said
        file = client.get(f"/log/bevis/{size}/{head.size}")
        assert file["Content-Type"] == TEXT
        request = witness.parse_request(file.content)
        told = policy.require(witnessing.in_force(), request.checkpoint).checkpoint
        merkle.verify_consistency(
            old_size=size,
            old_root=note_root(text),
            new_size=told.size,
            new_root=told.root,
            proof=request.proof,
        )
        for line in file.content.decode().split("\n\n")[0].split("\n")[1:]:
            assert line in said


def note_root(text: str) -> bytes:
    return checkpoint.parse_body(note.parse(text.encode()).text).root


def test_the_file_with_the_proof_is_what_a_witness_takes(client: Client) -> None:
    nearby.publish()
    old = newest().size
    write(5)
    file = client.get(f"/log/bevis/{old}/{newest().size}").content
    answer = nearby.store(nearby.WITNESSES[0].url).add_checkpoint(file, clock=lambda: 1.0)
    assert answer.status == 200


def test_what_a_visitor_kept_from_the_page_holds_later(client: Client) -> None:
    nearby.publish()
    file = client.get("/log/hoved").content.decode()
    said = outcome(client, file)
    assert "Loggen er den samme" in said
    assert said.count(" Passer ") == 3
    write(3)
    # A form sends other line ends, an editor puts a mark first, and the last line end is lost.
    for pasted in (file, file.replace("\n", "\r\n"), f"\n  {file.strip()} ", f"\ufeff{file}"):
        assert "Loggen holder" in outcome(client, pasted)
    wrong = file.strip()[:-6] + "AAAA=="
    assert "Er forkert" in outcome(client, wrong)
    assert "Loggen holder" in outcome(client, wrong)


def test_a_head_that_is_larger_shows_a_rollback(client: Client) -> None:
    nearby.publish()
    for size in (newest().size + 1, 2**64 - 1):
        said = outcome(client, kept(size, root=bytes(newest().root)))
        assert "Loggen er kortere, end den var" in said
        assert figures.whole(size) in said
        assert "Gem dit hoved." in said


def test_a_head_with_another_root_shows_that_the_log_was_rewritten(client: Client) -> None:
    nearby.publish()
    write(3)
    for size in (1, 2, newest().size - 1, newest().size):
        said = outcome(client, kept(size, root=b"y" * merkle.HASH_SIZE))
        assert "Loggen er skrevet om" in said
        assert "Gem dit hoved." in said
        assert "Beviset" in said
    assert "Loggen er skrevet om" in outcome(client, kept(0, root=b"y" * merkle.HASH_SIZE))


def test_an_empty_head_proves_nothing(client: Client) -> None:
    nearby.publish()
    said = outcome(client, kept(0, root=merkle.EMPTY_ROOT))
    assert "En tom log viser ikke noget" in said
    assert "Beviset" not in said


def test_a_log_that_lacks_a_part_says_so(client: Client, monkeypatch) -> None:
    nearby.publish()
    write(3)
    text = kept(2)

    def missing(level: int, index: int, width: int) -> bytes:
        raise VerificationError("Loggen mangler en flise.")

    read, tiles = storage.read_tile, storage._tiles
    monkeypatch.setattr(storage, "read_tile", missing)
    monkeypatch.setattr(storage, "_tiles", lambda wanted: {})
    assert "Vi kan ikke lave beviset" in outcome(client, text)
    assert client.get(f"/log/bevis/2/{newest().size}").status_code == 404
    monkeypatch.setattr(storage, "read_tile", lambda *tile: bytes(len(read(*tile))))
    monkeypatch.setattr(
        storage, "_tiles", lambda wanted: {t: bytes(len(d)) for t, d in tiles(wanted).items()}
    )
    assert "Vi kan ikke lave beviset" in outcome(client, text)


def test_what_we_have_not_signed_says_nothing_of_the_log(client: Client) -> None:
    nearby.publish()
    ours, size = signing.signer(), newest().size
    heading = "Hovedet er ikke underskrevet af os"
    stranger = note.parse_signer_key(note.generate_key(ours.name))
    assert heading in outcome(client, kept(size, signer=stranger))
    tampered = kept(size).replace(f"\n{size}\n", f"\n{size - 1}\n")
    said = outcome(client, tampered)
    assert (heading in said, "Underskriften passer ikke til teksten." in said) == (True, True)
    # Signed by us, but no head of this log.
    other = kept(size).split("\n\n")[0].replace(ours.name, "andre/log") + "\n"
    short = f"{ours.name}\n{size}\nAAAA\n"
    for text in (other, short):
        said = outcome(client, note.sign(text=text, signers=[ours]).decode())
        assert (heading in said, "Teksten gælder en anden log" in said) == (True, True)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Indsæt det hoved, du har gemt."),
        (" \n ", "Indsæt det hoved, du har gemt."),
        ("Kære revisor", "Teksten kan ikke læses som et hoved."),
        ("a\nb\nc\n\n— x AAAAAAAA\n", "Teksten kan ikke læses som et hoved."),
        ("a\x01b", "Teksten kan ikke læses som et hoved."),
        ("a\x00b", "Null"),
        ("x" * (64 * 1024 + 1), "Teksten er for lang. Den må højst fylde 65.536 tegn."),
    ],
)
def test_what_is_no_head_gets_a_sentence_and_stays(client: Client, text, sentence) -> None:
    said = outcome(client, text, status=422)
    assert sentence in said
    shown = source_of(client.post(CHECK, {"head": text}))
    assert text.strip() in shown.partition("<textarea")[2]


def test_the_form_alone_is_shown_when_nothing_was_sent(client: Client) -> None:
    page = client.get(CHECK)
    assert page.status_code == 200
    assert "error-summary" not in page.content.decode()
    assert client.post(CHECK, {}).status_code == 422
    assert client.post(CHECK, {"x": "y"}).status_code == 422
    assert client.put(CHECK).status_code == 405


LINES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["", "0", "1", "7", str(2**63), str(2**64), "-1", "— ", "old 3"]),
    st.binary(max_size=80).map(lambda data: f"— x {encode_base64(data)}"),
    st.binary(min_size=32, max_size=32).map(encode_base64),
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(lines=st.lists(LINES, max_size=9), cut=st.integers(0, 400), signed=st.booleans())
def test_no_text_breaks_the_page(client: Client, lines, cut, signed) -> None:
    if not LedgerCheckpoint.objects.exists():
        nearby.publish()
    text = "\n".join(lines)
    if signed:
        whole_head = client.get("/log/hoved").content.decode()
        # Our own head, with a piece taken out of it and something else put in.
        text = whole_head[:cut] + text + whole_head[cut + len(text) :]
    answer = client.post(CHECK, {"head": text})
    assert answer.status_code in (200, 422)
    # Whatever is typed, only what our key has signed can speak against the log.
    assert "Loggen er kortere" not in words_of(answer)
    assert "Vi har skrevet under på dit hoved." not in words_of(answer)


@pytest.mark.parametrize("path", ["0/9", "2/1", "5/5000000", f"1/{2**64}", f"{10**30}/{10**31}"])
def test_there_is_no_proof_between_other_sizes(client: Client, path: str) -> None:
    nearby.publish()
    assert client.get(f"/log/bevis/{path}").status_code == 404


# The log as files


def read_from(client: Client):
    def read(path: str) -> bytes:
        answer = client.get(f"/log/{path}")
        if answer.status_code != 200:
            raise VerificationError(f"{path}: {answer.status_code}")
        return answer.content

    return read


@pytest.mark.django_db(transaction=True)
def test_the_whole_log_can_be_audited_over_the_web(client: Client, as_owner) -> None:
    nearby.publish()
    since = client.get("/log/hoved").content
    as_owner.execute(
        "INSERT INTO kernel_ledgerpending (leaf)"
        " SELECT convert_to('leaf ' || n, 'UTF8') FROM generate_series(1, 700) AS n"
    )
    nearby.publish()
    key = note.parse_verifier_key(signing.verifier_key())
    rules = policy.parse_policy(client.get("/log/vidner").content)
    found = audit.audit(read_from(client), key=key, trusted_policy=rules, since=since)
    assert (found.head.size, len(found.cosignatures)) == (newest().size, 3)
    assert found.head.size > 2 * FULL_WIDTH
    # A file that was fetched can be kept for ever; the head must be asked for again.
    for path, kept_for in (
        ("tile/0/000", "public, max-age=31536000, immutable"),
        ("tile/entries/001", "public, max-age=31536000, immutable"),
        ("tile/1/000.p/2", "public, max-age=60"),
        ("tile/0/000.p/3", "public, max-age=60"),
        ("tile/entries/000.p/3", "public, max-age=60"),
    ):
        answer = client.get(f"/log/{path}")
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Cache-Control"] == kept_for
        assert not answer.cookies
        assert not answer.has_header("Vary") or "Cookie" not in answer["Vary"]
    # Of a tile that has grown since, what was asked for.
    assert client.get("/log/tile/0/000.p/3").content == client.get("/log/tile/0/000").content[:96]
    answer = client.get("/log/checkpoint")
    assert (answer["Content-Type"], answer["Cache-Control"]) == (TEXT, "no-cache")
    # The page leads to the first of them.
    page = source_of(client.get("/log/"))
    for path in ("/log/checkpoint", "/log/tile/0/000", "/log/tile/entries/000"):
        assert f'href="{path}"' in page
    assert "http://testserver/log/" in page


def test_only_what_a_signed_head_covers_is_served(client: Client) -> None:
    nearby.publish()
    size = newest().size
    assert size < FULL_WIDTH
    stewardship.stop(system="inquiries", user=User.objects.get(username="merete"), reason="Prøve")
    for kind in ("0", "entries"):
        assert client.get(f"/log/tile/{kind}/000.p/{size}").status_code == 200
        assert client.get(f"/log/tile/{kind}/000.p/{size}").content
    for path in (
        f"0/000.p/{size + 1}",
        f"entries/000.p/{size + 1}",
        "0/000",
        "entries/000",
        "0/001.p/1",
        "1/000.p/1",
        "63/000.p/1",
        "64/000.p/1",
        "0/000.p/0",
        "0/000.p/256",
        "0/0",
        "00/000.p/1",
        "0/000.p/1/",
        "0/x999/x999/x999/x999/x999/x999/999",
        "entries/../0/000.p/1",
        "x",
        "0/%00",
        "٠/000.p/1",
    ):
        assert client.get(f"/log/tile/{path}").status_code == 404, path
    assert client.post("/log/tile/0/000.p/1").status_code == 405
    assert client.head("/log/tile/0/000.p/1").status_code == 200
