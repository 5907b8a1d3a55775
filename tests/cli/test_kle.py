# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks kle` and `kodeks deadline`: lists, successors, rights that follow, and rules."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from commands import Installed

TODAY = dt.date.today()
LINE = "KLENummer='{}':KLETitel='{}':Keywords[Weight]:{}\n"
KEPT = "".join(LINE.format(*row) for row in (("05.01.08", "Veje", "hul[5]"), ("09.13.01", "R", "")))
NEXT = LINE.format("05.01.99", "Veje", "hul[5];asfalt[100]") + LINE.format("09.13.01", "R", "")


def test_a_list_its_successors_and_the_rights_that_follow(
    installed: Installed, tmp_path: Path
) -> None:
    first, second, suggested = tmp_path / "1.txt", tmp_path / "2.txt", tmp_path / "s.csv"
    first.write_text(KEPT, encoding="utf-8")
    second.write_text(NEXT, encoding="utf-8")
    day = (TODAY - dt.timedelta(days=1)).isoformat()
    tried = installed.done("kle", "import", first, "--valid-from", day, "--try")
    assert tried.endswith("Det var en prøve. Intet er gemt.\n")
    assert installed.count("casework_klerelease") == 0
    said = installed.done("kle", "import", first, "--valid-from", day, "--keep", "07.")
    assert "2 KLE-numre og 1 ord." in said
    today = TODAY.isoformat()
    said = installed.done("kle", "import", second, "--valid-from", today, "--suggest", suggested)
    assert "Forslag: 05.01.08 -> 05.01.99 (100% ens)." in said
    assert suggested.read_text() == f"old,new,valid_from\n05.01.08,05.01.99,{today}\n"
    assert "findes ikke" in installed.refused("kle", "show", "05.01.08")
    installed.done("kle", "import", second, "--valid-from", today, "--successors", suggested)
    shown = installed.done("kle", "show", "05.01.08")
    assert "05.01.08 er blevet til 05.01.99." in shown
    assert "Ord: asfalt (100), hul (5). I alt 2." in shown
    installed.done("user", "grant", "dorte", "--role", "caseworker", "--kle", "05.01.08")
    assert "dorte: caseworker, 05.01.08 -> 05.01.99" in installed.done("kle", "grants")
    assert installed.done("kle", "grants", "--apply").endswith("1 rettighed er givet.\n")
    assert installed.done("kle", "grants") == "0 rettigheder kan gives med --apply.\n"
    assert installed.count("kernel_grant WHERE kle_prefix = '05.01.99'") == 1
    # Lists are taken in by their days, so the one of tomorrow comes last.
    _suggested_from_tomorrow_s_list(installed, tmp_path)


def test_a_bad_file_is_told_line_by_line(installed: Installed, tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text(KEPT + "noget andet\n", encoding="utf-8")
    answer = installed.run("kle", "import", bad, "--valid-from", "2030-01-01")
    assert answer.returncode == 1
    assert "Linje 3: Linjen skal se sådan ud" in answer.stderr.decode()
    assert "Intet er indlæst." in answer.stderr.decode()


def test_rules_of_deadlines_are_shown_and_set(installed: Installed, tmp_path: Path) -> None:
    rules = tmp_path / "frister.csv"
    rules.write_text(
        "kle_prefix;kind;amount;unit;source\n06;reply;3;weeks;Byrådet\n", encoding="utf-8"
    )
    assert installed.done("deadline", "rules", "--data", rules) == "1 frister er sat.\n"
    shown = installed.done("deadline", "rules")
    assert "06: Svar på henvendelse: 3 uger (fra 2024-01-01). Byrådet." in shown
    assert "Loven: Aktindsigt: 7 arbejdsdage. Offentlighedsloven § 36, stk. 2." in shown


def test_subjects_are_suggested_for_a_file_of_texts(installed: Installed, tmp_path: Path) -> None:
    texts, out = tmp_path / "t.csv", tmp_path / "s.csv"
    texts.write_text("id,text\na,Rotter i kælderen\nb,\nc,qqq xxx\n", encoding="utf-8")
    # Another test takes lists in; before their first day ours counts.
    said = installed.done("kle", "suggest", "--data", texts, "--out", out, "--on", "2025-01-01")
    assert "programmets korte liste" in said
    assert "Forslag til 1 af 3 tekster" in said
    assert "Uden forslag: 2 (b, c)." in said
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "id,rank,kle,score,reason"
    assert lines[1].startswith('a,1,09.13.01,0.6337,"Ordet »rotter« peger på')
    assert [line.split(",")[:4] for line in lines if line[0] in "bc"] == [
        ["b", "1", "", "0.0000"],
        ["c", "1", "", "0.0000"],
    ]


def _suggested_from_tomorrow_s_list(installed: Installed, tmp_path: Path) -> None:
    listed, texts, out = tmp_path / "3.txt", tmp_path / "t.csv", tmp_path / "s.csv"
    texts.write_text("id,text\na,Rotter i kælderen\n", encoding="utf-8")
    later = (TODAY + dt.timedelta(days=1)).isoformat()
    listed.write_text(LINE.format("09.13.99", "Skadedyr", "rotte[5]"), encoding="utf-8")
    installed.done("kle", "import", listed, "--valid-from", later)
    said = installed.done(
        "kle", "suggest", "--data", texts, "--out", out, "--on", later, "--top", 1, "--facet"
    )
    assert f"1 emner på listen fra {later}." in said
    lines = out.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "id,rank,kle,score,reason,facet,facet_reason"
    assert (
        "a,1,09.13.99,0.8579,Ordet »rotter« peger på »Skadedyr«. Listen har »rotte«.,G01"
        in lines[1]
    )


def test_a_file_that_cannot_be_used_is_refused_and_nothing_is_written(
    installed: Installed, tmp_path: Path
) -> None:
    data, out = tmp_path / "t.csv", tmp_path / "s.csv"
    for content, told in (
        (b"id;tekst\n1;rotter\n", "mangler kolonnen text"),
        ("id,text\n1,går\n".encode("latin-1"), "ikke gemt som UTF-8"),
        (b"id,text\n1,rotter\n1,hul\n", "findes flere gange"),
        (b"id,text\n1," + b"x" * 100_001 + b"\n", "over 100000 tegn"),
        (b"", "Filen er tom"),
    ):
        data.write_bytes(content)
        assert told in installed.refused("kle", "suggest", "--data", data, "--out", out)
        assert not out.exists()
    data.write_text("id,text\n1,rotter\n", encoding="utf-8")
    assert "kan ikke gemmes" in installed.refused(
        "kle", "suggest", "--data", data, "--out", tmp_path
    )
