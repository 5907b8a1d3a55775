# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Many letters from a CSV file: each whole or not there, none twice, and errors row by row."""

import csv
import datetime
import io
import json

import pikepdf
import pytest

from kodeks.casework import letter_batch, letters
from kodeks.casework.errors import CaseworkError
from kodeks.casework.letter_batch import Status

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 3, 2)
HEAD = "nøgle;modtager;adresse;sagsnummer;frist_før;frist;grund"


def row(key: str, name: str = "Ane Prøve", reason: str = "Vi mangler et svar.") -> str:
    return f"{key};{name};Gade 1|9999 By;2026-0000007;1. marts 2026;9. marts 2026;{reason}"


def ran(folder, *rows: str, head: str = HEAD, name: str = "ny-dato"):
    return letter_batch.run(
        name=name,
        data=io.StringIO("\n".join((head, *rows))),
        folder=folder,
        sender=letters.Sender(department="Vej"),
        day=DAY,
    )


def statuses(outcomes) -> list[Status]:
    return [one.status for one in outcomes]


def test_each_row_is_a_letter_and_a_second_run_makes_only_what_is_missing(tmp_path):
    folder = tmp_path / "breve"
    assert statuses(ran(folder, row("a-1"), row("a-2", "Bo Prøve"))) == [Status.MADE] * 2
    first = (folder / "a-1.pdf").read_bytes()
    with pikepdf.open(io.BytesIO((folder / "a-2.pdf").read_bytes())) as document:
        told = json.loads(document.attachments["letter.json"].get_file().read_bytes())
    assert told["recipient_name"] == "Bo Prøve"
    assert told["recipient_address"] == ["Gade 1", "9999 By"]
    assert (told["date"], told["attachment"]["key"]) == ("2026-03-02", "a-2")
    assert told["attachment"]["text"] == {"name": "ny-dato", "version": 0}
    (folder / "a-2.pdf").unlink()
    again = ran(folder, row("a-1"), row("a-2", "Bo Prøve"), row("a-3"))
    assert statuses(again) == [Status.THERE, Status.MADE, Status.MADE]
    assert (folder / "a-1.pdf").read_bytes() == first
    assert sorted(file.name for file in folder.iterdir()) == ["a-1.pdf", "a-2.pdf", "a-3.pdf"]


def test_a_run_that_is_stopped_leaves_whole_letters_only(tmp_path):
    outcomes = ran(tmp_path, row("a"), row("b"), row("c"))
    assert next(outcomes).status is Status.MADE
    outcomes.close()
    assert [file.name for file in tmp_path.iterdir()] == ["a.pdf"]
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    # What a killed process left behind goes.
    (tmp_path / ".ny-0011223344556677").write_bytes(b"%PDF-1.7 halv")
    assert statuses(ran(tmp_path, row("a"), row("b"))) == [Status.THERE, Status.MADE]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.pdf", "b.pdf"]


def test_rows_that_fail_are_told_and_the_others_are_made(tmp_path):
    outcomes = list(
        ran(
            tmp_path,
            row("a"),
            row("b", reason=" "),
            row("../c"),
            row("010190-1234"),
            row("a"),
            row("d", name=""),
            "e;for få",
            "",
            row("f"),
        )
    )
    assert statuses(outcomes) == [Status.MADE, *[Status.FAILED] * 6, Status.MADE]
    with (tmp_path / "fejl.csv").open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.reader(file, delimiter=";"))
    assert [line[:2] for line in told] == [
        ["række", "nøgle"],
        ["2", "b"],
        ["3", ""],
        ["4", ""],
        ["5", ""],
        ["6", "d"],
        ["7", ""],
    ]
    for line, says in zip(
        told[1:],
        (
            "Oplysningen grund mangler",
            "bogstaver, tal",
            "CPR-nummer",
            "række før",
            "modtagerens navn",
            "2 felter",
        ),
        strict=True,
    ):
        assert says in line[2]
    # When all are mended there is nothing more to tell.
    assert statuses(ran(tmp_path, row("a"), row("b"))) == [Status.THERE, Status.MADE]
    assert not (tmp_path / "fejl.csv").exists()


def test_commas_do_too(tmp_path):
    rows = [one.replace(";", ",") for one in (HEAD, row("a"))]
    assert statuses(ran(tmp_path, rows[1], head=rows[0])) == [Status.MADE]


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (HEAD.replace(";grund", ""), "mangler kolonnen grund"),
        (HEAD.replace("nøgle;", ""), "mangler kolonnen nøgle"),
        (HEAD + ";farve", "bruger ikke kolonnen farve"),
        (HEAD + ";grund", "to gange"),
        ("", "mangler kolonnen nøgle"),
    ],
)
def test_columns_that_do_not_fit_are_refused_before_anything_is_made(tmp_path, head, says):
    with pytest.raises(CaseworkError, match=says):
        next(ran(tmp_path / "ny", row("a"), head=head))
    assert not (tmp_path / "ny").exists()


def test_a_letter_that_a_program_fills_is_not_made_from_a_file(tmp_path):
    with pytest.raises(CaseworkError, match="kan ikke laves fra en fil"):
        next(ran(tmp_path, name="indsigt"))


def test_a_file_that_cannot_be_read_on_is_told(tmp_path):
    outcomes = ran(tmp_path, row("a"), '"b;' + row("c"))
    assert next(outcomes).status is Status.MADE
    with pytest.raises(CaseworkError, match="læses efter række 1"):
        next(outcomes)
