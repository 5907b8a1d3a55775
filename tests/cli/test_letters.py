# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks letter`: the letters there are, one as it looks, many at a time, and who sends them."""

from __future__ import annotations

from commands import Installed

ROWS = """nøgle;modtager;sagsnummer;frist_før;frist;grund
a;Ane Prøve;2026-0000007;1. marts 2026;9. marts 2026;Vi mangler et svar.
b;;2026-0000008;1. marts 2026;9. marts 2026;Vi mangler et svar.
"""


def test_letters_are_listed_shown_and_made_many_at_a_time(installed: Installed) -> None:
    unit, name = installed.owner.execute(
        "SELECT code, name FROM casework_unit ORDER BY code LIMIT 1"
    ).fetchone()
    listed = installed.done("letter", "list")
    assert "ny-dato: Ny dato, udgave 0. Oplysninger: frist_før, frist" in listed
    said = installed.done("letter", "preview", "--template", "ny-dato", "--out", "prove.pdf")
    assert "Brevet »Ny dato«, udgave 0, står i prove.pdf." in said
    assert (installed.folder / "prove.pdf").read_bytes().startswith(b"%PDF")
    said = installed.done("letter", "sender", unit, "--phone", "12 34 56 78", "--hours", "9 - 14")
    assert f"{name}: Telefon 12 34 56 78, 9 - 14." in said
    (installed.folder / "data.csv").write_text(ROWS, encoding="utf-8")
    batch = ("letter", "batch", "--template", "ny-dato", "--data", "data.csv", "--out", "breve")
    answer = installed.run(*batch, "--unit", unit, "--day", "2026-03-02")
    assert answer.returncode == 1
    assert "1 breve er lavet. 0 var der i forvejen." in answer.stdout.decode()
    assert "1 rækker kunne ikke laves" in answer.stderr.decode()
    (installed.folder / "data.csv").write_text(ROWS.replace("b;;", "b;Bo;"), encoding="utf-8")
    said = installed.done(*batch, "--unit", unit)
    assert "1 breve er lavet. 1 var der i forvejen." in said
    names = sorted(file.name for file in (installed.folder / "breve").iterdir())
    assert names == ["a.pdf", "b.pdf"]


def test_a_letter_that_is_not_there_is_told(installed: Installed) -> None:
    answer = installed.run("letter", "preview", "--template", "x", "--out", "x.pdf")
    assert answer.returncode == 1
    assert "Der er intet brev, der hedder x." in answer.stderr.decode()
