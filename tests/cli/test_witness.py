# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks witness` as an operator meets it: to be a witness, and to have some."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import nearby
import pytest
from commands import Installed, Run, environment, one_sentence
from psycopg.types.json import Jsonb
from served import PATIENCE, Served, free_port, get, serving

from kodeks.kernel import signing
from kodeks.ledger import cosignature, note
from kodeks.ledger.policy import Witness
from kodeks.witness.store import Store

LOG = note.SignerKey("nabo-kommune/kodeks", bytes(32))
ANOTHER = note.SignerKey(LOG.name, bytes([9]) * 32)
WITNESS = note.SignerKey("nabo-kommune/vidne", bytes([5]) * 32, note.COSIGNATURE)
NAMESAKE = note.SignerKey(WITNESS.name, bytes([6]) * 32, note.COSIGNATURE)
URL = "https://vidne.nabo-kommune.invalid/"


def said(answer: subprocess.CompletedProcess[bytes]) -> str:
    assert (answer.returncode, answer.stderr) == (0, b""), answer.stderr.decode()
    return answer.stdout.decode()


def refused(answer: subprocess.CompletedProcess[bytes]) -> str:
    assert (answer.returncode, answer.stdout) == (1, b"")
    return one_sentence(answer)


# Being a witness: a folder and no installation


def test_the_key_is_made_once_and_shown_again(kodeks: Run, tmp_path: Path) -> None:
    first = said(kodeks("witness", "key"))
    assert said(kodeks("witness", "key")) == first
    key = cosignature.parse_verifier_key(first.removesuffix("\n"))
    assert key.name == "eksempelkoebing-kommune/vidne"
    assert Store(tmp_path / "home" / "witness").signer().verifier == key
    assert not (tmp_path / "home" / "data").exists(), "no installation is needed"


def test_the_key_has_the_name_and_the_folder_that_were_asked_for(
    kodeks: Run, tmp_path: Path
) -> None:
    text = said(kodeks("witness", "key", "--name", "nabo/vidne", "--folder", "v"))
    assert text.startswith("nabo/vidne+")
    assert said(kodeks("witness", "key", "--folder", "v")) == text
    assert said(kodeks("witness", "key", "--name", "nabo/vidne", "--folder", "v")) == text
    told = refused(kodeks("witness", "key", "--name", "andet/vidne", "--folder", "v"))
    assert told == "Vidnet hedder nabo/vidne. Navnet kan ikke ændres."
    assert Store(tmp_path / "v").signer().name == "nabo/vidne"


@pytest.mark.parametrize("name", ["a b", "a\nb"])
def test_a_name_that_cannot_be_is_refused(kodeks: Run, tmp_path: Path, name: str) -> None:
    assert "navn" in refused(kodeks("witness", "key", "--name", name, "--folder", "v"))
    assert not (tmp_path / "v" / "key").exists()


def test_a_key_that_cannot_be_read_is_left(kodeks: Run, tmp_path: Path) -> None:
    (tmp_path / "v").mkdir()
    (tmp_path / "v" / "key").write_bytes(b"\xff")
    for command in (("key", "--name", "x"), ("serve",)):
        told = refused(kodeks("witness", *command, "--folder", "v"))
        assert "sikkerhedskopi" in told
    assert (tmp_path / "v" / "key").read_bytes() == b"\xff"
    (tmp_path / "fil").write_text("")
    assert "fil" in refused(kodeks("witness", "key", "--folder", "fil"))


def test_a_log_is_followed(kodeks: Run, tmp_path: Path) -> None:
    for _ in range(2):
        text = said(kodeks("witness", "follow", LOG.verifier.text, "--folder", "v"))
        assert text == "Vidnet følger nu loggen nabo-kommune/kodeks.\n"
    told = refused(kodeks("witness", "follow", ANOTHER.verifier.text, "--folder", "v"))
    assert "med en anden nøgle" in told
    (path,) = (tmp_path / "v" / "logs").glob("*/key")
    assert path.read_text().strip() == LOG.verifier.text


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("x", "Nøglen er ikke skrevet rigtigt"),
        (LOG.verifier.text.replace("nabo", "navo"), "nummer"),
        (LOG.text, "Nøglen er ikke skrevet rigtigt"),
        (WITNESS.verifier.text, "ikke en Ed25519-nøgle"),
    ],
)
def test_what_is_no_log_s_key_is_not_followed(
    kodeks: Run, tmp_path: Path, key: str, told: str
) -> None:
    answer = kodeks("witness", "follow", "--folder", "v", "--", key)
    sentence = refused(answer)
    assert told in sentence
    assert LOG.text.rpartition("+")[2] not in sentence, "a secret is not shown"
    assert not (tmp_path / "v").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ("follow", "Kommandoen mangler log_key."),
        ("serve --port 0", "Værdien for --port kan ikke bruges."),
        ("add http://x", "Kommandoen mangler --key."),
        ("add http://x --key y --quorum 0", "Værdien for --quorum kan ikke bruges."),
        ("remove", "Kommandoen mangler name."),
    ],
)
def test_what_was_not_understood_is_said(kodeks: Run, arguments: str, told: str) -> None:
    answer = kodeks("witness", *arguments.split())
    assert (answer.returncode, answer.stdout) == (2, b"")
    assert told in one_sentence(answer)


def test_without_an_installation_there_is_no_log_to_have_witnesses(kodeks: Run) -> None:
    assert "kodeks init" in refused(kodeks("witness", "list"))


# Serving


def test_a_witness_without_a_key_is_not_served(kodeks: Run) -> None:
    told = refused(kodeks("witness", "serve", "--folder", "v"))
    assert "Kør `kodeks witness key` først." in told


def test_where_another_listens_nobody_is_served(kodeks: Run, tmp_path: Path) -> None:
    """Two that shared a port would each get some of the requests."""
    Store(tmp_path / "v").make_key("nabo/vidne")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = refused(kodeks("witness", "serve", "--folder", "v", "--port", port))
    assert f"port {port}" in told
    for host in ("192.0.2.1", "x.invalid"):
        told = refused(kodeks("witness", "serve", "--folder", "v", "--host", host))
        assert f"kan ikke lytte på {host}" in told


def test_a_port_of_the_settings_that_is_no_number_is_named(tmp_path: Path) -> None:
    Store(tmp_path / "home" / "witness").make_key("nabo/vidne")
    for port in ("x", "99999"):
        answer = subprocess.run(
            [sys.executable, "-m", "kodeks", "witness", "serve"],
            env=environment(tmp_path / "home") | {"KODEKS_WITNESS_PORT": port},
            cwd=tmp_path,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        assert port in refused(answer)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_answers_until_it_is_stopped(tmp_path: Path, how: signal.Signals) -> None:
    store, port = Store(tmp_path / "mit vidne"), free_port()
    store.make_key("nabo/vidne")
    process = subprocess.Popen(
        [sys.executable, "-m", "kodeks", "witness", "serve"],
        env=environment(tmp_path / "home")
        | {"KODEKS_WITNESS_FOLDER": str(store.folder), "KODEKS_WITNESS_PORT": str(port)},
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert process.stdout
        line = process.stdout.readline().decode()
        assert line == f"Vidnet nabo/vidne svarer på http://127.0.0.1:{port}/\n"
        served = Served(store.folder, name="nabo/vidne")
        served.port = port
        while not served.answers():
            assert process.poll() is None
        status, page = get(port)
        assert (status, page.decode().partition("\n")[0]) == (
            200,
            f"Vidne: {store.signer().verifier.text}",
        )
        process.send_signal(how)
        rest, errors = process.communicate(timeout=PATIENCE)
        assert (process.returncode, rest, errors) == (0, b"", b"")
        assert not served.answers()
    finally:
        process.kill()
        process.wait()


# Having witnesses


@pytest.fixture
def witnesses(installed: Installed) -> Installed:
    """The installation with the three nearby witnesses, of which two are needed."""
    register(installed, *nearby.WITNESSES, quorum=2)
    return installed


def register(installed: Installed, *found: Witness, quorum: int) -> None:
    listed = [{"key": one.key.text, "url": one.url} for one in found]
    installed.owner.execute(
        "SELECT kernel.register_witnesses(%s)", (Jsonb({"witnesses": listed, "quorum": quorum}),)
    )


def policy(installed: Installed) -> tuple[list[Witness], int]:
    """Who the witnesses are, and how many are needed, as it stands in the database."""
    found, quorum = installed.owner.execute(
        "SELECT witnesses, quorum FROM kernel_witnesspolicy ORDER BY id DESC LIMIT 1"
    ).fetchone()
    return [
        Witness(cosignature.parse_verifier_key(one["key"]), one["url"]) for one in found
    ], quorum


def add(url: str, key: str, *more: object) -> list[object]:
    return ["witness", "add", url, "--key", key, *more]


def test_a_witness_is_added_moved_and_removed(witnesses: Installed) -> None:
    key = WITNESS.verifier
    text = witnesses.done(*add(URL, key.text))
    assert text == "Loggen har 4 vidner. Mindst 2 skal have set den.\n"
    assert policy(witnesses) == ([*nearby.WITNESSES, Witness(key, URL)], 2)
    text = witnesses.done(*add("http://127.0.0.1:9/x", key.text, "--quorum", 3))
    assert text == "Loggen har 4 vidner. Mindst 3 skal have set den.\n"
    assert policy(witnesses) == ([*nearby.WITNESSES, Witness(key, "http://127.0.0.1:9/x")], 3)
    text = witnesses.done("witness", "remove", nearby.WITNESSES[0].key.name, "--quorum", 1)
    assert text == "Loggen har 3 vidner. Mindst 1 skal have set den.\n"
    assert policy(witnesses) == (
        [*nearby.WITNESSES[1:], Witness(key, "http://127.0.0.1:9/x")],
        1,
    )


def test_without_a_number_no_more_are_needed_than_are_left(installed: Installed) -> None:
    one, two = nearby.WITNESSES[:2]
    register(installed, one, two, quorum=2)
    text = installed.done("witness", "remove", one.key.name)
    assert text == "Loggen har 1 vidne. Mindst 1 skal have set den.\n"
    text = installed.done("witness", "remove", two.key.name)
    assert text == "Loggen har ingen vidner. Derfor kan der ikke laves kvitteringer.\n"
    assert policy(installed) == ([], 0)
    assert installed.done("witness", "list").endswith(f" poster.\n{text}")


@pytest.mark.parametrize(
    ("url", "key", "more", "told"),
    [
        (URL, LOG.verifier.text, (), "ikke et vidnes nøgle"),
        (URL, WITNESS.text, (), "Nøglen er ikke skrevet rigtigt"),
        ("https://vidne.by.dk/\n", WITNESS.verifier.text, (), "adresse"),
        (URL, WITNESS.verifier.text, ("--quorum", 5), "fra 1 til antallet af vidner"),
    ],
)
def test_a_witness_that_cannot_be_is_not_added(
    witnesses: Installed, url: str, key: str, more: tuple[object, ...], told: str
) -> None:
    sentence = witnesses.refused(*add(url, key, *more))
    assert told in sentence
    assert "linje" not in sentence, "nobody has seen any lines"
    assert WITNESS.text.rpartition("+")[2] not in sentence, "a secret is not shown"
    assert policy(witnesses) == (nearby.WITNESSES, 2)


def test_two_witnesses_have_two_names(witnesses: Installed) -> None:
    register(witnesses, Witness(WITNESS.verifier, URL), quorum=1)
    assert "samme navn" in witnesses.refused(*add(URL, NAMESAKE.verifier.text))


def test_a_witness_that_is_not_there_is_not_removed(witnesses: Installed) -> None:
    told = witnesses.refused("witness", "remove", nearby.WITNESSES[0].key.text)
    assert told.startswith("Loggen har intet vidne, der hedder ")
    assert "`kodeks witness list`" in told
    assert policy(witnesses) == (nearby.WITNESSES, 2)


def test_only_the_owner_says_who_the_witnesses_are(witnesses: Installed) -> None:
    settings = witnesses.settings | {
        "KODEKS_DATABASE_OWNER_URL": witnesses.settings["KODEKS_DATABASE_URL"]
    }
    other = Installed(folder=witnesses.folder, settings=settings, owner=witnesses.owner)
    assert "ejerens adgang" in other.refused(*add(URL, WITNESS.verifier.text))
    assert policy(witnesses) == (nearby.WITNESSES, 2)


@pytest.mark.slow
def test_a_neighbour_follows_the_log_and_what_it_has_seen_is_told(
    installed: Installed, tmp_path: Path
) -> None:
    """From no witness to the first signature, and to the warning that it is another log."""
    register(installed, quorum=0)
    neighbour = Served(tmp_path / "nabo", name="nabo-kommune/vidne")
    neighbour.store.follow(signing.verifier_key())
    key = neighbour.store.signer().verifier.text
    with serving(neighbour):
        text = installed.done(*add(neighbour.url, key))
        assert text == "Loggen har 1 vidne. Mindst 1 skal have set den.\n"
        worker = installed.run("worker", "--until-idle")
        assert worker.returncode == 0, worker.stderr.decode()
    (followed,) = neighbour.store.followed()
    assert followed.latest is not None
    size = followed.latest.size
    seen = rf"{re.escape(f'nabo-kommune/vidne ({neighbour.url})')}: har set {size} poster "
    at = r"den \d\d\.\d\d\.\d{4} kl\. \d\d:\d\d:\d\d"
    last = "Loggen har 1 vidne. Mindst 1 skal have set den."
    head, line, said_last = installed.done("witness", "list").splitlines()
    assert (head, said_last) == (f"Vores log har {size} poster.", last)
    assert re.fullmatch(seen + at, line)
    installed.owner.execute("SELECT kernel.ledger_conflict(%s, 4321)", (key,))
    _, line, warning, said_last = installed.done("witness", "list").splitlines()
    assert re.fullmatch(seen + at, line)
    assert warning == (
        "  ADVARSEL: det har set 4321 poster, som vores log ikke bygger videre på. Er en gammel "
        "kopi af databasen lagt ind?"
    )
    assert said_last == last
