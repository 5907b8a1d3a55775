# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A name, a text and CPR numbers are planted in a real installation, and later found nowhere.

An installation of its own, made and run by the public commands. Looked through are its tables, its
folder, its log lines and its queue; at last the files of its database. A number is never in the
clear, not even in the database's own log (WAL). Names and texts are in the clear until they are
erased, and leave the database's files with `kodeks key rotate`; what was written to WAL before
goes when that is used again. The archive (ESDH) has its own copy and its own rules.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import migrated
import psycopg
import pytest
import warm
from psycopg import sql

from kodeks.database import cluster, keys, urls

pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).parents[1] / "support" / "erased_line.py"
NAME = "Kvaksalver"
"""In the names that are typed; a word that stands nowhere else."""
WORD = "tudsefiskene"
"""In the texts that are typed."""
REFERENCE = "zornbleek"
"""In the sender's own number and the place."""
NUMBERS = ("040578-1234", "0405781234", "050678-4321", "0506784321")
LABEL = "vejbelysning"
PLANTED = {
    "label": LABEL,
    "other": "vejskade",
    "form": {
        "text": f"Lygtepælen ved {WORD} er slukket. Jeg hedder Bo {NAME}, {NUMBERS[2]}.",
        "channel": "telefonnotat",
        "sender_name": f"Bo {NAME} {NUMBERS[2]}",
        "sender_cpr": NUMBERS[0],
        "district": f"{REFERENCE} {NUMBERS[3]}",
    },
    "reason": f"Borgeren ringer om sit nummer {NUMBERS[2]}.",
    "consideration": f"Bo {NAME} skriver om {WORD}, siger {NUMBERS[3]}.",
}
FILE = (
    "external_id,text,channel,sender_name,sender_cpr,district\n"
    f'{REFERENCE}-{NUMBERS[2]},"Gadelampen ved {WORD} blinker, siger {NUMBERS[3]}",mail,'
    f"Ib {NAME},{NUMBERS[1]},{REFERENCE}\n"
    f'{REFERENCE}-7,"Gadelampen ved {WORD} er gået ud",mail,Ib {NAME},{NUMBERS[1]},{REFERENCE}\n'
)
PERSONAL = (NAME, WORD, REFERENCE)
HANDED_ON = ("journal/", "outbox/")
"""What others keep: the archive, and letters on their way to the print service."""


class Installation:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.said = ""

    def run(self, *command: object, typed: str = "") -> str:
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("KODEKS_", "DJANGO_"))}
        done = warm.run_text(
            command,
            env=kept
            | {
                "KODEKS_HOME": str(self.home),
                "KODEKS_DEMO": "1",
                "KODEKS_INSECURE_HTTP": "1",
                "KODEKS_LOG_LEVEL": "DEBUG",
            },
            typed=typed,
        )
        self.said += done.stdout + done.stderr
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def kodeks(self, *arguments: object) -> str:
        return self.run("-m", "kodeks", *arguments)

    def superuser(self) -> psycopg.Connection[Any]:
        url = urls.for_socket(
            role=keys.SUPERUSER,
            password=keys.read(folder=self.home / "keys", role=keys.SUPERUSER),
            socket_folder=self.home / "socket",
            database="kodeks",
        )
        return psycopg.connect(url, autocommit=True)

    def tables_with(self, mark: str) -> set[str]:
        """The tables with a row that holds the mark, as text or as bytes."""
        found = set()
        with self.superuser() as connection:
            tables = connection.execute(
                "SELECT n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n"
                " ON n.oid = c.relnamespace WHERE c.relkind = 'r'"
                " AND n.nspname <> 'information_schema'"
            ).fetchall()
            for schema, name in tables:
                query = sql.SQL(
                    "SELECT count(*) FROM {} AS t WHERE strpos(t::text, %s) > 0"
                    " OR strpos(t::text, %s) > 0"
                ).format(sql.Identifier(schema, name))
                (rows,) = connection.execute(query, [mark, mark.encode().hex()]).fetchone()
                if rows:
                    found.add(name)
        return found

    def files_with(self, mark: bytes, *, below: str = "", but: tuple[str, ...] = ()) -> set[str]:
        """Paths from the home folder of the files that hold the mark, but those below `but`."""
        return {
            place
            for path in (self.home / below).rglob("*")
            if path.is_file()
            and not (place := str(path.relative_to(self.home))).startswith(but)
            and mark in path.read_bytes()
        }


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    memory = Path("/dev/shm")  # noqa: S108
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2_000_000_000
    home = Path(tempfile.mkdtemp(prefix="kodeks-erased-", dir=memory if roomy else None))
    home.chmod(0o711)  # the database's own user must get through
    try:
        yield Installation(home)
    finally:
        cluster.stop(home=home)
        shutil.rmtree(home)


def test_what_was_planted_is_found_nowhere_after_its_time(
    installation: Installation, tmp_path: Path
) -> None:
    one = installation
    migrated.copy_into(one.home)
    one.kodeks("init")
    one.kodeks("demo-prepare")
    with one.superuser() as connection:
        # Compressed, a letter could not be told by its bytes.
        connection.execute("ALTER TABLE casework_document ALTER content SET STORAGE EXTERNAL")
    file = tmp_path / "henvendelser.csv"
    file.write_text(FILE, encoding="utf-8")
    one.kodeks("inquiries", "load", "--data", file)
    one.run(SCRIPT, tmp_path, typed=json.dumps(PLANTED))
    # The search finds what is there: and a number is never there.
    held = {"inquiries_inquiry", "casework_party", "casework_document"}
    assert one.tables_with(NAME) == held
    assert one.tables_with(WORD) == {"inquiries_inquiry", "casework_document"}
    # The place is in the vault of groups too.
    assert one.tables_with(REFERENCE) == {"inquiries_inquiry", "kernel_auditattribute"}
    assert [one.tables_with(number) for number in NUMBERS] == [set()] * 4
    assert one.kodeks("retention", "list").splitlines() == [
        "05.01.12 Vejbelysning: 3 sager, ældste frist "
        f"{_today(one)}. Slettes, når sagen er lukket.",
        "I alt har 3 sager nået fristen.",
    ]
    one.kodeks("stop")
    letter = (tmp_path / "letter.pdf").read_bytes()
    parts = [letter[place : place + 24] for place in range(0, len(letter) - 24, 997)]
    # What every PDF or picture says of its form stands in the site's own files as well.
    parts = [
        part
        for part in parts
        if one.files_with(part, below="database/base") and not one.files_with(part, below="static")
    ]
    assert parts, "a letter's bytes are found in the files"
    for mark in PERSONAL:
        assert one.files_with(mark.encode(), below="database/base"), mark
    _no_numbers(one)

    # Not by everybody, and then in a person's name.
    assert "3 sager er slettet." in one.kodeks("retention", "erase", "--by", "dorte")
    assert "0 sager er slettet." in one.kodeks("retention", "erase", "--by", "anders")
    for mark in PERSONAL:
        assert one.tables_with(mark) == set(), mark
        assert one.files_with(mark.encode(), but=("database/", *HANDED_ON)) == set(), mark
        assert [line[:600] for line in one.said.splitlines() if mark in line] == []
    assert one.files_with(NAME.encode(), below="journal"), "the archive keeps its own"
    _no_numbers(one)

    # What the citizens have saved still holds; the log is whole.
    key = one.kodeks("ledger", "key").strip()
    receipts = sorted(tmp_path.glob("*.json"))
    assert len(receipts) == 13
    for saved in (*receipts[:4], *tmp_path.glob("*-reversal.json")):
        assert "Kvitteringen er ægte." in one.kodeks("receipt", "verify", saved, "--key", key)

    # And the files of the database let go of it.
    said = one.kodeks("key", "rotate")
    assert "tabeller på ny uden de slettede rækker" in said
    assert "Den gamle nøgle er ødelagt." in said
    one.kodeks("stop")
    for mark in (*(mark.encode() for mark in PERSONAL), *parts):
        assert one.files_with(mark, but=("database/pg_wal/", *HANDED_ON)) == set(), mark
    _no_numbers(one)
    # It lives on: a system that has erased can still work.
    assert "05.01.12" not in one.kodeks("retention", "list")
    one.kodeks("inquiries", "load", "--data", file)
    one.kodeks("worker", "--until-idle")


def _no_numbers(one: Installation) -> None:
    """Not in a file of the home, the database's log (WAL) and the archive among them."""
    for number in NUMBERS:
        assert one.files_with(number.encode()) == set(), number
        assert number not in one.said


def _today(one: Installation) -> str:
    code = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'kodeks.workbench.settings'\n"
    code += "from django.utils import timezone; print(timezone.localdate())"
    return one.run("-c", code).strip()
