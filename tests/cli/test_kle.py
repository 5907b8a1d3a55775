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
