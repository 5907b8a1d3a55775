# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""By command: keys and training, a new codex, who answers, documents and supervision."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import drilled
import pytest
from commands import Installed

from kodeks.codex import bundle, keys

pytestmark = pytest.mark.slow

TODAY = dt.date.today()
NEXT_MONTH = TODAY + dt.timedelta(days=30)


def obstacles(installed: Installed) -> list[str]:
    """The codes of what is in the way."""
    row = installed.owner.execute("SELECT kernel.obstacles('inquiries', 'operation', NULL)")
    return [one["code"] for one in row.fetchone()[0]]


def test_a_new_edition_is_signed_by_two_and_holds_from_its_day(
    installed: Installed, tmp_path: Path
) -> None:
    folder = tmp_path / "kodeks"
    installed.done("codex", "export", folder)
    file = folder / "codex.toml"
    text = file.read_text(encoding="utf-8")
    changed = text.replace("number = 1", "number = 2").replace(
        "effective_from = 2026-07-01", f"effective_from = {TODAY}"
    )
    assert changed != text
    file.write_text(changed, encoding="utf-8")
    bases = folder / "legal_bases.toml"
    rows = bases.read_text(encoding="utf-8")
    begin = rows.index('id = "inquiries_retraining"')
    end = rows.index("valid_from = 2018-05-25", begin)
    last = TODAY + dt.timedelta(days=40)
    bases.write_text(f"{rows[:end]}valid_to = {last}\n{rows[end:]}", encoding="utf-8")
    codex = bundle.load(folder)

    signed = tmp_path / "udgave-2.json"
    sign = ("codex", "sign", signed, "--folder", folder, "--key")
    installed.done(*sign, installed.key("merete"))
    assert "To forskellige personer" in installed.refused("codex", "register", signed)
    stranger = tmp_path / "fremmed.pem"
    stranger.write_bytes(keys.generate(None))
    installed.done(*sign, stranger)
    assert "To forskellige personer" in installed.refused("codex", "register", signed)
    installed.done(*sign, installed.key("dorte"))

    lost = installed.done("codex", "impact", signed)
    day = last + dt.timedelta(days=1)
    (line,) = (one for one in lost.splitlines() if f" {day.day}. " in one and f" {day.year}" in one)
    assert line.startswith("MISTER")
    assert "Sker også uden den nye udgave" not in line

    said = installed.done("codex", "register", signed)
    assert f"Udgave 2 er registreret og gælder fra {TODAY}." in said.splitlines()
    first, second = installed.done("codex", "list").splitlines()
    assert first == (
        f"Udgave 2: gælder fra {TODAY}, underskrevet af Dorte Eksempelsen og Merete Demosen, "
        f"aftryk {codex.sha256[:16]} ..."
    )
    assert second.startswith("Udgave 1: ")
    assert installed.refused("codex", "register", signed)
    assert obstacles(installed) == []


def test_who_answers_is_registered_and_confirms_it(installed: Installed) -> None:
    assign = ("system", "assign", "inquiries", "--unit", "Fælles Service")
    assert installed.done(*assign) == "Ingen svarer nu for inquiries.\n"
    assert "no_owner" in obstacles(installed)
    assert "INGEN LEDER" in installed.done("system", "list")
    answer = installed.run("system", "obstacles", "inquiries")
    assert answer.returncode == 1
    assert answer.stdout.decode().startswith("no_owner: Systemet har ingen ")
    assert "systemejer" in installed.refused(*assign, "--manager", "sofie")
    assert "findes ikke" in installed.refused(*assign, "--manager", "findes-ikke")
    installed.done(*assign, "--manager", "merete", "--deputy", "bodil")
    assert obstacles(installed) == ["not_attested"]
    refused = installed.refused("system", "attest", "inquiries", "--by", "dorte")
    assert "Det kan kun lederen" in refused
    installed.done("system", "attest", "inquiries", "--by", "merete")
    assert obstacles(installed) == []
    said = installed.done("system", "absence", "--by", "merete", "--first", TODAY)
    assert said == f"merete er væk fra {TODAY}.\n"
    assert obstacles(installed) == [], "the deputy answers"
    assert installed.done("system", "obstacles", "inquiries") == "Der er intet i vejen.\n"


def test_a_document_holds_until_its_day_and_can_be_withdrawn(
    installed: Installed, tmp_path: Path
) -> None:
    report = tmp_path / "rapport.pdf"
    report.write_bytes(b"%PDF en opdigtet rapport")
    given = ("--title", "Afprøvning 2026", "--until", NEXT_MONTH)
    signer, last = installed.owner.execute(
        "SELECT u.username, e.valid_to FROM kernel_evidence e JOIN kernel_user u"
        " ON u.id = e.signer_id WHERE e.kind = 'test_report' ORDER BY e.id DESC LIMIT 1"
    ).fetchone()
    assert last > NEXT_MONTH
    evidence = ("system", "evidence", "inquiries", "test_report", report, "--by", signer, *given)
    said = installed.done(*evidence, "--withdrawn")
    assert said == "Bilaget er trukket tilbage: Afprøvning 2026.\n"
    assert obstacles(installed) == ["no_test_report"]
    installed.done(*evidence)
    assert obstacles(installed) == []
    row = installed.owner.execute(
        "SELECT valid_to, withdrawn FROM kernel_evidence ORDER BY id DESC LIMIT 1"
    ).fetchone()
    assert row == (NEXT_MONTH, False)
    told = installed.refused(
        *("system", "evidence", "inquiries", "ukendt", report, "--by", signer), *given
    )
    assert "Kodekset beder ikke om bilag af den art." in told


def test_supervision_that_finds_faults_stops_the_system(installed: Installed) -> None:
    supervise = ("system", "supervise", "inquiries", "quality", "--by", "dorte", "--finding")
    said = installed.done(*supervise, "Hvert fjerde forslag er forkert.", "--failed")
    assert said == "Tilsynet quality er skrevet ned.\n"
    assert obstacles(installed) == ["supervision"]
    installed.done(*supervise, "Fejlene er rettet.")
    assert obstacles(installed) == []
    assert installed.refused(
        *("system", "supervise", "inquiries", "ukendt", "--by", "dorte", "--finding", "Intet.")
    )


def test_exercises_are_registered_from_a_file(installed: Installed, tmp_path: Path) -> None:
    file = tmp_path / "exercises.toml"
    file.write_text(drilled.text("inquiries"), encoding="utf-8")
    assert installed.done("system", "drills", file) == (
        "Øvelser til inquiries: fil 1 er registreret. 20 forslag er forkerte, 7 er rigtige.\n"
    )
    assert installed.count("kernel_exerciseset") == 1


def test_a_person_gets_a_key_and_training(installed: Installed, tmp_path: Path) -> None:
    path = tmp_path / "sofie.pem"
    public = installed.done("key", "make", "--unlocked", path).splitlines()[-1]
    keyid = keys.parse_public(public).keyid
    said = installed.done("user", "key", "sofie", "--public", public)
    assert said == f"sofie skriver nu under med nøglen {keyid}.\n"
    assert "--withdraw" in installed.refused("user", "key", "sofie")
    assert "Det er ikke en nøgle" in installed.refused("user", "key", "sofie", "--public", "x")
    assert installed.refused("user", "key", "bodil", "--public", public), "it is another's"
    installed.done("user", "key", "sofie", "--withdraw")

    training = ("user", "training", "sofie", "--until")
    said = installed.done(*training, TODAY, "--system", "inquiries")
    assert said == f"sofie har oplæring til og med {TODAY}.\n"
    assert "er ikke registreret" in installed.refused(*training, TODAY, "--system", "findes-ikke")
    row = installed.owner.execute(
        "SELECT system_slug, valid_until FROM kernel_training ORDER BY id DESC LIMIT 1"
    ).fetchone()
    assert row == ("inquiries", TODAY)


def test_time_is_measured_and_hours_are_counted_again(installed: Installed, tmp_path: Path) -> None:
    listed = tmp_path / "minutter.txt"
    listed.write_text("7,5\n" * 10 + "12\n" * 10, encoding="utf-8")
    when = ("--first", TODAY - dt.timedelta(days=9), "--last", TODAY)
    spent = ("--measured-by", "Kontoret", "--review", "3", "--rework", "20,5")
    study = ("system", "time-study", "inquiries", "forward", listed, *when, *spent)
    said = installed.done(*study, "--by", "merete")
    assert said.startswith("Målingen er skrevet: 20 sager, 9,75 minutter i gennemsnit, spredning ")
    assert "Det kan kun lederen" in installed.refused(*study, "--by", "sofie")
    wrong = [*study[:-1], "tyve", "--by", "merete"]
    assert "tyve er ikke et tal." in installed.refused(*wrong)
    listed.write_text("7,5\n", encoding="utf-8")
    assert "Mål mindst 20 sager" in installed.refused(*study, "--by", "merete")

    said = installed.done("system", "hours", "inquiries")
    assert said.startswith("Regnet af de første ")
    assert "er ikke registreret" in installed.refused("system", "hours", "findes-ikke")
    found = json.loads(installed.done("system", "hours", "inquiries", "--json", "--contents"))
    assert found["alarms"] == []
    assert set(found["total"]) == {"hours", "times"}
    assert (
        json.loads(installed.done("system", "hours", "inquiries", "--json", "--month", "1999-01"))[
            "months"
        ]
        == {}
    )

    # A month that was counted and kept gives another number now: an auditor's command fails.
    installed.owner.execute(
        "INSERT INTO workbench_servicereport (system, content, closed, made_at)"
        " VALUES ('inquiries', '{}', '{\"1999-01\": {\"hours\": null}}', now())"
    )
    try:
        answer = installed.run("system", "hours", "inquiries")
        assert answer.returncode == 1
        assert "ALARM: Måneder, der er slut, giver nu andre tal: 1999-01." in (
            answer.stdout.decode()
        )
    finally:
        installed.owner.execute("DELETE FROM workbench_servicereport")
