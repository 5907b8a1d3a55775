# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The command starts quickly, speaks Danish, and answers no mistake of a user with a traceback."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ENGLISH, Run, environment, one_sentence

from kodeks.ledger import canonical, checkpoint, merkle, note, proof, receipt

MOST_CPU_SECONDS = 0.8
RUNS = 3
HEAVY = ("django", "numpy", "sklearn", "scipy", "pandas", "lightgbm", "psycopg")
TRAINING = ("sklearn", "scipy", "pandas", "lightgbm")
# Start-up


def _loaded(code: str, home: Path, **settings: str) -> set[str]:
    """The top-level modules in a fresh process after `code`."""
    names = "print('\\n'.join({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\n{names}"],
        cwd=home,
        env=environment(home) | settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return set(done.stdout.split())


def test_help_loads_neither_the_site_nor_a_library_of_numbers(tmp_path: Path) -> None:
    code = """
sys.argv = ["kodeks", "--help"]
from kodeks.cli.main import run
try:
    run()
except SystemExit as ended:
    assert ended.code == 0
"""
    loaded = _loaded(code, tmp_path)
    assert "kodeks" in loaded
    assert not loaded & set(HEAVY)


_CPU = """
import os, resource, subprocess, sys
subprocess.run([sys.executable, "-m", "kodeks", "--help"], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime)
"""


def test_help_costs_little(tmp_path: Path) -> None:
    """Seconds of CPU, not of the clock, so that a busy machine does not count."""
    took = [
        float(
            subprocess.run(
                [sys.executable, "-c", _CPU],
                cwd=tmp_path,
                env=environment(tmp_path),
                capture_output=True,
                text=True,
                timeout=120,
                check=True,
            ).stdout
        )
        for _ in range(RUNS)
    ]
    assert min(took) <= MOST_CPU_SECONDS


def test_the_web_process_loads_no_training_library(tmp_path: Path) -> None:
    nobody = "postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=1"
    loaded = _loaded(
        "import kodeks.workbench.wsgi",
        tmp_path,
        DJANGO_SETTINGS_MODULE="kodeks.workbench.settings",
        KODEKS_DATABASE_URL=nobody,
        KODEKS_DATABASE_OWNER_URL=nobody,
        KODEKS_LOG_LEVEL="WARNING",
    )
    assert "django" in loaded
    assert not loaded & set(TRAINING)


# Help


@pytest.mark.parametrize(
    "command",
    [
        *("", "web", "worker", "demo", "receipt verify"),
        *("inquiries", "inquiries predict", "inquiries train", "inquiries release"),
        *("codex", "codex sign", "codex impact", "release", "release approve", "key", "key make"),
        *("retention", "retention list", "retention erase", "retention rules"),
        *("user grant", "user key", "user training"),
        *("system assign", "system evidence", "system supervise", "system obstacles"),
    ],
)
def test_help_is_danish(kodeks: Run, command: str) -> None:
    answer = kodeks(*command.split(), "--help")
    text = answer.stdout.decode()
    assert answer.returncode == 0
    assert text.startswith("Brug: ")
    assert "Vis denne hjælp." in text
    assert not any(word in text for word in ENGLISH)
    assert not re.search(r"<(str|int|path|float|bool)", text)


def test_no_command_shows_the_help(kodeks: Run) -> None:
    answer = kodeks()
    assert answer.returncode == 2
    assert "Kommandoer:" in answer.stderr.decode()


# Mistakes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("flyv", "Kommandoen findes ikke."),
        ("inquiries flyv", "Kommandoen findes ikke."),
        ("--flyv", "Tilvalget --flyv findes ikke."),
        ("web --flyv", "Tilvalget --flyv findes ikke."),
        ("inquiries train --data a.csv", "Kommandoen mangler --out."),
        ("receipt verify", "Kommandoen mangler file."),
        ("user grant sofie --role caseworker --until 31-12-2027", "Skriv en dato som 2027-12-31."),
        ("inquiries predict --model m --data d --out o --max-error 0,05", "tal med punktum"),
        ("web --threads mange", "Værdien for --threads kan ikke bruges."),
        ("web --threads 0", "Værdien for --threads kan ikke bruges."),
        ("worker --concurrency 0", "Værdien for --concurrency kan ikke bruges."),
        ("user grant sofie --role caseworker --until i-morgen", "Værdien for --until"),
        ("status ekstra", "Kommandoen blev ikke forstået."),
        ("codex flyv", "Kommandoen findes ikke."),
        ("codex sign ud.json", "Kommandoen mangler --key."),
        ("release approve inquiries 1 --by a", "Kommandoen mangler --key."),
        ("inquiries release --model m --version 1 --by a", "Kommandoen mangler --key."),
        ("key make", "Kommandoen mangler out."),
        ("system absence --by sofie --first 1-1-2027", "Skriv en dato som 2027-12-31."),
        ("user training sofie --until i-morgen", "Værdien for --until"),
        ("retention erase", "Kommandoen mangler --by."),
        ("retention list --on 1.1.2030", "Skriv en dato som 2027-12-31."),
    ],
)
def test_what_was_not_understood_is_said_in_danish(kodeks: Run, arguments: str, said: str) -> None:
    answer = kodeks(*arguments.split())
    assert answer.returncode == 2
    assert answer.stdout == b""
    sentence = one_sentence(answer)
    assert said in sentence
    assert sentence.endswith("--help")


@pytest.mark.parametrize(
    "arguments",
    [
        "start",
        "web",
        "worker",
        "migrate",
        "ledger key",
        "system list",
        "system stop inquiries --by sofie --reason prøve",
        "user grant sofie --role caseworker",
        "inquiries triage",
        "codex list",
        "release list inquiries",
        "release revoke inquiries 1 --by a --reason prøve",
        "key rotate",
        "retention list",
        "retention erase --by a",
        "system attest inquiries --by a",
        "system obstacles inquiries",
        "user key a --withdraw",
        "user training a --until 2027-12-31",
    ],
)
def test_without_an_installation_the_remedy_is_named(kodeks: Run, arguments: str) -> None:
    answer = kodeks(*arguments.split())
    assert answer.returncode == 1
    assert "kodeks init" in one_sentence(answer)


def test_status_without_an_installation_says_so(kodeks: Run) -> None:
    answer = kodeks("status")
    assert answer.returncode == 1
    assert "kodeks init" in answer.stdout.decode()
    assert answer.stderr == b""


@pytest.mark.parametrize("command", ["receipt verify", "receipt show", "system register"])
@pytest.mark.parametrize("name", ["findes-ikke", "mappe", "fil/under-en-fil"])
def test_a_path_that_is_no_file_is_named(
    kodeks: Run, tmp_path: Path, command: str, name: str
) -> None:
    (tmp_path / "mappe").mkdir()
    (tmp_path / "fil").write_text("")
    answer = kodeks(*command.split(), name)
    assert answer.returncode == 1
    assert name in one_sentence(answer)


@pytest.mark.parametrize("command", ["receipt verify", "system register"])
def test_a_file_of_bytes_is_refused(kodeks: Run, tmp_path: Path, command: str) -> None:
    (tmp_path / "fil").write_bytes(bytes(range(128, 256)) * 8)
    answer = kodeks(*command.split(), "fil")
    assert answer.returncode == 1
    one_sentence(answer)


# Receipts


@pytest.fixture(scope="module")
def made() -> tuple[bytes, str]:
    """A receipt from a log of one entry, and the log's key."""
    signer = note.parse_signer_key(note.generate_key("eksempel/kodeks"))
    body: canonical.JsonValue = {"id": "1", "suggestion": {"label": "vejskade"}}
    salt = b"0123456789abcdef"
    assert isinstance(body, dict)
    leaf = canonical.canonical_json(
        {"commitment": receipt.commitment(salt=salt, body=body), "kind": "recommendation"}
    )
    head = checkpoint.Checkpoint(origin=signer.name, size=1, root=merkle.leaf_hash(leaf))
    text = proof.format_proof(
        index=0, hashes=[], checkpoint=checkpoint.sign(checkpoint=head, signer=signer)
    )
    key = signer.verifier.text
    data = receipt.build(
        kind="recommendation", key=key, leaf=leaf, salt=salt, body=body, proof=text
    )
    return data, key


def test_a_receipt_is_checked_without_an_installation(
    kodeks: Run, tmp_path: Path, made: tuple[bytes, str]
) -> None:
    data, key = made
    (tmp_path / "kvittering.json").write_bytes(data)
    answer = kodeks("receipt", "verify", "kvittering.json", "--key", key)
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert answer.stdout.decode().startswith("Kvitteringen er ægte.")
    assert not (tmp_path / "home").exists()


def test_without_the_key_it_is_only_said_to_hold_together(
    kodeks: Run, tmp_path: Path, made: tuple[bytes, str]
) -> None:
    data, key = made
    (tmp_path / "kvittering.json").write_bytes(data)
    said = kodeks("receipt", "verify", "kvittering.json").stdout.decode()
    assert "ægte" not in said
    assert key in said


def test_another_key_is_refused(kodeks: Run, tmp_path: Path, made: tuple[bytes, str]) -> None:
    (tmp_path / "kvittering.json").write_bytes(made[0])
    other = note.parse_signer_key(note.generate_key("andre/kodeks")).verifier.text
    answer = kodeks("receipt", "verify", "kvittering.json", "--key", other)
    assert answer.returncode == 1
    assert "ikke udstedt med kommunens nøgle" in one_sentence(answer)


def test_a_changed_receipt_is_refused(kodeks: Run, tmp_path: Path, made: tuple[bytes, str]) -> None:
    changed = made[0].replace(b"vejskade", b"vejskadE")
    assert changed != made[0]
    (tmp_path / "kvittering.json").write_bytes(changed)
    answer = kodeks("receipt", "verify", "kvittering.json", "--key", made[1])
    assert answer.returncode == 1
    assert "Kvitteringen er ændret" in one_sentence(answer)
    assert answer.stdout == b""
    assert kodeks("receipt", "show", "kvittering.json").returncode == 1
