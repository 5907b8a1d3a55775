# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks retention`: what is due, erasing it in a person's name, and the rules."""

from __future__ import annotations

import itertools
import uuid
from pathlib import Path

from commands import Installed

_numbers = itertools.count(7_000_001)
NAME = "Kanaria Kanariesen"


def closed(installed: Installed, *, kle: str = "05.01.12", years: int = 0) -> str:
    """The number of a case that was closed so many years ago, with a party."""
    number, case_id = f"2020-{next(_numbers)}", uuid.uuid4()
    installed.owner.execute(
        "INSERT INTO casework_case (id, key, number, title, kle_id, facet, unit_id, sensitivity,"
        " state, opened_at, closed_at) SELECT %s, %s, %s, 'En sag', k.id, 'G01', u.id,"
        " 'confidential', 'closed', now() - make_interval(years => %s, days => 1),"
        " now() - make_interval(years => %s) FROM casework_klesubject k, casework_unit u"
        " WHERE k.number = %s ORDER BY u.id LIMIT 1",
        (case_id, number, number, years, years, kle),
    )
    installed.owner.execute(
        "INSERT INTO casework_party (id, case_id, role, kind, name, cvr)"
        " VALUES (%s, %s, 'primary', 'free', %s, '')",
        (uuid.uuid4(), case_id, NAME),
    )
    return number


def left(installed: Installed) -> int:
    return installed.count(f"casework_party WHERE name = '{NAME}'")


def test_what_is_due_is_listed_and_erased_in_a_persons_name(installed: Installed) -> None:
    # What another test of the file left goes first.
    installed.run("retention", "erase", "--by", "dorte")
    before = left(installed)
    for years in (0, 1):
        closed(installed, years=years)
    waiting = closed(installed, kle="09.13.01", years=4)
    listed = installed.done("retention", "list")
    assert "05.01.12 Vejbelysning: 2 sager, ældste frist" in listed
    assert "I alt har 2 sager nået fristen." in listed
    ahead = installed.done("retention", "list", "--on", "2500-01-01")
    assert "09.13.01 Rottebekæmpelse: " in ahead
    said = installed.done("retention", "erase", "--by", "dorte")
    assert said == "2 sager er slettet.\n"
    assert left(installed) == before + 1
    refused = installed.refused("retention", "erase", "--by", "dorte", "--case", waiting)
    assert f"Fristen for sag {waiting} er først" in refused
    (body,) = installed.owner.execute(
        "SELECT e.body FROM kernel_registryevent e JOIN kernel_user u"
        " ON u.id = (e.body ->> 'user')::bigint"
        " WHERE e.kind = 'erasure' AND u.username = 'dorte' ORDER BY e.at DESC LIMIT 1"
    ).fetchone()
    assert "Arkiva Arkivsen" in body["reason"]


def test_one_case_can_be_erased_by_its_number_and_once(installed: Installed) -> None:
    first, second = closed(installed), closed(installed)
    erase = ("retention", "erase", "--by", "anders", "--case")
    assert installed.done(*erase, first) == "1 sag er slettet.\n"
    assert installed.done(*erase, first) == "0 sager er slettet.\n"
    assert "1 sager" not in installed.done("retention", "list")
    assert installed.done(*erase, second) == "1 sag er slettet.\n"
    assert "findes ikke" in installed.refused(*erase, "2020-0000000")


def test_others_may_not(installed: Installed) -> None:
    number = closed(installed)
    before = left(installed)
    for more in (("sofie",), ("merete", "--case", number)):
        said = installed.refused("retention", "erase", "--by", *more)
        assert said.startswith("Kun databeskyttelsesrådgiveren eller en administrator")
    assert "findes ikke" in installed.refused("retention", "erase", "--by", "ingen")
    assert left(installed) == before
    # Each test leaves nothing that is due, as `erase` without a number takes all of it.
    assert installed.done("retention", "erase", "--by", "dorte", "--case", number)


def test_a_day_to_come_erases_nothing(installed: Installed) -> None:
    number = closed(installed)
    before = left(installed)
    answer = installed.run("retention", "erase", "--by", "dorte", "--on", "2500-01-01")
    assert answer.returncode == 1
    assert "0 sager er slettet." in answer.stdout.decode()
    assert "Dagen er ikke kommet endnu" in answer.stderr.decode()
    assert left(installed) == before
    assert installed.done("retention", "erase", "--by", "dorte", "--case", number)


def test_a_refusal_is_told_by_number_and_the_others_are_erased(installed: Installed) -> None:
    stuck, whole = closed(installed, years=1), closed(installed)
    document, entry = uuid.uuid4(), uuid.uuid4()
    installed.owner.execute(
        "INSERT INTO casework_document (id, key, case_id, title, direction, type, letter_date,"
        " final, media_type, sha256, content, created_at) SELECT %s, %s, id, 'Brev', 'incoming',"
        " 'note', '2026-01-01', true, 'text/plain', encode(sha256('x'), 'hex'), 'x', now()"
        " FROM casework_case WHERE number = %s",
        (document, str(document), stuck),
    )
    installed.owner.execute(
        "INSERT INTO casework_journalentry (id, key, document_id, case_id, received_or_sent_on,"
        " theme, unit_id, actor_kind, actor, status, esdh_case_id, esdh_document_id,"
        " registered_at) SELECT %s, %s, %s, id, '2026-01-01', 'Brev', unit_id, 'Bruger', 'sofie',"
        " 'registered', '', '', now() FROM casework_case WHERE number = %s",
        (entry, str(entry), document, stuck),
    )
    answer = installed.run("retention", "erase", "--by", "dorte")
    assert answer.returncode == 1
    assert answer.stdout.decode() == "1 sag er slettet.\n"
    said = answer.stderr.decode()
    assert f"Sag {stuck} har et dokument, som ikke er journaliseret." in said
    assert "1 sag blev ikke slettet." in said
    assert NAME not in said
    assert whole not in installed.done("retention", "list")
    installed.owner.execute(
        "UPDATE casework_journalentry SET status = 'journalised', esdh_case_id = 'a',"
        " esdh_document_id = 'b', journalised_at = now() WHERE id = %s",
        (entry,),
    )
    installed.owner.execute(
        "UPDATE casework_journalentry SET status = 'receipted', receipted_at = now() WHERE id = %s",
        (entry,),
    )


def test_the_rules_are_shown_and_set_by_a_file(installed: Installed, tmp_path: Path) -> None:
    shown = installed.done("retention", "rules")
    assert "02.34.02 Byggetilladelser (fra 2024-01-01): Bevares." in shown
    assert "Bekræftet af Arkiva Arkivsen" in shown
    file = tmp_path / "regler.csv"
    head = "kle_number;years;source;confirmed_by\n"
    file.write_text(
        f"{head}07.18.10;3;Byrådets beslutning;Arkivaren\n07.04.20;bevares;Rigsarkivet;Arkivaren\n",
        encoding="utf-8",
    )
    assert installed.done("retention", "rules", "--data", file) == "2 regler er sat.\n"
    shown = installed.done("retention", "rules")
    assert (
        "07.18.10 Storskrald (fra 2024-01-01): Slettes 3 år efter lukning. Byrådets beslutning. "
        "Bekræftet af Arkivaren." in shown
    )
    assert "07.04.20 Genbrugspladser (fra 2024-01-01): Bevares." in shown
    file.write_text(f"{head}07.18.10;4;x;y\n99.99.99;1;x;y\n", encoding="utf-8")
    assert "I række 3: " in installed.refused("retention", "rules", "--data", file)
    assert "Slettes 3 år" in installed.done("retention", "rules")
    file.write_text("kle_number;years\n07.18.10;4\n", encoding="utf-8")
    assert "source" in installed.refused("retention", "rules", "--data", file)
