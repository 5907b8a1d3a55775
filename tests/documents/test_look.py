# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A municipality's look: what is read, what is refused, and how it comes into the letter."""

import dataclasses
import datetime
import io

import pikepdf
import pypdfium2
import pytest

from kodeks.documents import qr
from kodeks.documents.errors import DocumentError
from kodeks.documents.letters import Letter, render, to_json
from kodeks.documents.look import Look, load

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 20">'
    '<rect width="60" height="20" fill="#800020"/></svg>'
)
TEXT = """
address = ["Rådhuspladsen 1", "9999 Eksempelkøbing"]
contact = ["Telefon 12 34 56 78"]
logo = "logo.svg"
logo_words = "Eksempelkøbing Kommunes byvåben"
"""
LETTER = Letter(
    municipality="Eksempelkøbing Kommune",
    department="Vej og Park",
    recipient_name="Ane Prøve",
    recipient_address=(),
    date=datetime.date(2026, 3, 2),
    case_number="2026-0000123",
    subject="Kvittering",
    paragraphs=("Tak.",),
)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "brev.toml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "logo.svg").write_text(SVG, encoding="utf-8")
    return tmp_path


def with_look(look: Look) -> Letter:
    return dataclasses.replace(LETTER, address=look.address, contact=look.contact, logo=look.logo)


def alternatives(pdf: bytes) -> list[str]:
    """The words of every figure in the file."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [
            str(each.Alt)
            for each in document.objects
            if isinstance(each, pikepdf.Dictionary) and "/Alt" in each
        ]


def red_share(pdf: bytes) -> float:
    """Of the top right of the first page."""
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=1).to_pil().convert("RGB")
    corner = picture.crop((picture.width // 2, 0, picture.width, picture.height // 6))
    reds = sum(r > 90 and g < 60 for r, g, _ in corner.get_flattened_data())
    return reds / (corner.width * corner.height)


def test_a_look_is_printed_with_the_logo_in_words(folder):
    pdf = render(with_look(load(folder)))
    text = pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    for said in ("Rådhuspladsen 1", "9999 Eksempelkøbing", "Telefon 12 34 56 78", "Adresse"):
        assert said in text
    assert alternatives(pdf) == ["Eksempelkøbing Kommunes byvåben"]
    assert red_share(pdf) > 0.1
    assert red_share(render(LETTER)) == 0
    assert render(with_look(load(folder))) == pdf


def test_a_picture_is_a_logo_too(folder):
    drawn = qr.png(qr.modules(b"logo"))
    (folder / "logo.svg").write_bytes(drawn)
    pdf = render(with_look(load(folder)))
    assert alternatives(pdf) == ["Eksempelkøbing Kommunes byvåben"]
    assert pdf != render(dataclasses.replace(with_look(load(folder)), logo=None))


def test_a_logo_is_no_part_of_the_letter_s_words(folder):
    look = load(folder)
    bare = dataclasses.replace(with_look(look), logo=None)
    assert to_json(with_look(look)) == to_json(bare)


def test_a_look_without_a_logo(folder):
    (folder / "brev.toml").write_text('address = ["Gade 1"]')
    assert load(folder) == Look(address=("Gade 1",))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("=", "ikke gyldig TOML"),
        ('adresse = ["x"]', "ukendt felt: adresse"),
        ('address = "x"', "højst 6 linjer"),
        (f'contact = ["{"x" * 61}"]', "højst 60 tegn"),
        (f"address = {['x'] * 7}", "højst 6 linjer"),
        ('logo = "logo.svg"', "logo_words mangler"),
        ('logo = "../logo.svg"\nlogo_words = "x"', "i den samme mappe"),
        ('logo = "andet.svg"\nlogo_words = "x"', "kan ikke læses"),
    ],
)
def test_a_wrong_file_is_refused(folder, text, says):
    (folder / "brev.toml").write_text(text)
    with pytest.raises(DocumentError, match=says):
        load(folder)


def test_a_folder_without_the_file_is_refused(tmp_path):
    with pytest.raises(DocumentError, match=r"brev.toml kan ikke læses"):
        load(tmp_path)


def drawing(inside: str, more: str = "") -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {more}>{inside}</svg>'


@pytest.mark.parametrize(
    ("logo", "says"),
    [
        (drawing("<script>1</script>"), "har <script>"),
        (drawing("<style>@import 'x'</style>"), "har <style>"),
        (drawing("<text>Kommune</text>"), "tekst lavet til kurver"),
        (drawing('<image href="https://eksempel.example/x.png"/>'), "har <image>"),
        (drawing('<use href="https://eksempel.example/x.svg#a"/>'), "henter noget andet"),
        (drawing('<rect fill="url(https://eksempel.example/#a)"/>'), "henter noget andet"),
        (drawing("", 'onload="x()"'), "henter noget andet"),
        ("<!DOCTYPE svg>" + drawing(""), "DOCTYPE"),
        ("<html/>", "ikke en SVG-tegning"),
        ("hej", "hverken"),
        ("x" * 200_001, "større end 200 kB"),
        ("\x89PNG\r\n\x1a\nkort", "ikke en gyldig PNG"),
    ],
)
def test_a_logo_that_is_more_than_a_drawing_is_refused(folder, logo, says):
    (folder / "logo.svg").write_bytes(logo.encode("latin-1"))
    with pytest.raises(DocumentError, match=says):
        load(folder)


def test_what_a_drawing_program_notes_down_is_let_be(folder):
    noted = drawing('<metadata><x:y xmlns:x="urn:x">z</x:y></metadata><path d="M0 0h9v9z"/>')
    (folder / "logo.svg").write_text(noted)
    assert load(folder).logo.svg == noted
