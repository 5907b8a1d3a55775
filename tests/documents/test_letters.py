# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The letter is accessible, archivable, deterministic and deaf to markup in foreign text."""

import dataclasses
import datetime
import io
import json

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from kodeks.documents.errors import DocumentError
from kodeks.documents.letters import Facts, Heading, Letter, Listing, render, to_json
from kodeks.documents.printable import MARK

LETTER = Letter(
    municipality="Eksempel Kommune",
    department="Vej og Park",
    recipient_name="Ane Øllgaard Sørensen",
    recipient_address=("Nørre Allé 12, 3. tv.", "8000 Aarhus C"),
    date=datetime.date(2026, 3, 2),
    case_number="2026-0000123",
    subject="Kvittering for din henvendelse",
    paragraphs=(
        "Tak for din henvendelse.",
        Heading("Hvad sker der nu?"),
        Listing(("Vi ser på stedet.", "Vi skriver til dig."), numbered=True),
        Listing(("Et punkt.",)),
        Facts((("Frist", "16. marts 2026"),)),
    ),
    signature=("Venlig hilsen", "Bo Æbelø", "Sagsbehandler"),
    contact=("Telefon 12 34 56 78",),
    footnotes=("Du kan få indsigt.",),
    receipt="Kvittering 9f3a77c1",
    attachment={"deadline": "2026-03-16"},
)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def with_text(*paragraphs) -> Letter:
    return dataclasses.replace(LETTER, paragraphs=paragraphs)


def attached(pdf: bytes) -> dict:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return json.loads(document.attachments["letter.json"].get_file().read_bytes())


def test_is_tagged_danish_and_titled():
    with pikepdf.open(io.BytesIO(render(LETTER))) as document:
        root = document.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang).startswith("da")
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with document.open_metadata() as metadata:
            assert metadata["dc:title"] == LETTER.subject
            assert metadata["pdfuaid:part"] == "1"
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        kinds = list(structure_kinds(root.StructTreeRoot.K))
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") == 1
    assert {"/L", "/LI", "/Table", "/TH", "/TD", "/P"} <= set(kinds)


def structure_kinds(node):
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from structure_kinds(child)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S)
        if "/K" in node:
            yield from structure_kinds(node.K)


def test_letter_is_attached_as_data():
    pdf = render(LETTER)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (specification,) = document.Root.AF
        assert specification.AFRelationship == "/Data"
        assert str(specification.UF) == "letter.json"
        assert specification.EF.F.Subtype == "/application/json"
    content = attached(pdf)
    assert content == json.loads(to_json(LETTER))
    assert content["attachment"] == {"deadline": "2026-03-16"}
    assert content["paragraphs"][2]["items"] == ["Vi ser på stedet.", "Vi skriver til dig."]


def test_prints_every_part_and_nothing_from_the_attachment():
    text = text_of(render(LETTER))
    for part in (
        "Eksempel Kommune",
        "Vej og Park",
        "Nørre Allé 12, 3. tv.",
        "2. marts 2026",
        "2026-0000123",
        "1. Vi ser på stedet.",
        "Frist",
        "Venlig hilsen",
        "Bo Æbelø",
        "Telefon 12 34 56 78",
        "Du kan få indsigt.",
        "Kvittering 9f3a77c1",
        "Side 1 af 1",
    ):
        assert part in text
    assert "deadline" not in text


def test_recipient_stands_in_the_window_of_the_envelope():
    page = pypdfium2.PdfDocument(render(LETTER))[0]
    height = page.get_height()
    text_page = page.get_textpage()
    start = text_page.get_text_range().replace("\r\n", "\r\n").index("Ane Øllgaard")
    millimetre = 72 / 25.4
    left, _, _, top = text_page.get_charbox(start)
    assert left / millimetre == pytest.approx(20, abs=1)
    assert 44 < (height - top) / millimetre < 52


def test_equal_letters_give_equal_bytes():
    assert render(LETTER) == render(dataclasses.replace(LETTER))
    assert render(LETTER) != render(dataclasses.replace(LETTER, receipt="Kvittering 9f3a77c2"))


def test_long_letter_has_numbered_pages_with_the_case_number():
    text = text_of(render(with_text(*["Et afsnit med lidt tekst. " * 20] * 40)))
    assert "Side 2 af " in text
    assert "Sag 2026-0000123" in text


def test_many_address_lines_push_the_text_down_and_never_cover_it():
    lines = tuple(f"Linje {number}" for number in range(30))
    page = pypdfium2.PdfDocument(render(dataclasses.replace(LETTER, recipient_address=lines)))[0]
    text = page.get_textpage()
    content = text.get_text_range()
    bottom_of_address = text.get_charbox(content.index("Linje 29"))[1]
    top_of_subject = text.get_charbox(content.index(LETTER.subject))[3]
    assert top_of_subject < bottom_of_address


@pytest.mark.parametrize(
    "nasty",
    [
        '#panic("x")',
        '#read("/etc/passwd")',
        "$x^2$ *fed* _kursiv_ `kode` = Overskrift <mærke> @henvisning",
        '"] #pagebreak() [',
        "\\u{41} // kommentar /* mere */",
        "https://eksempel.example #include",
        "- et\n+ to\n/ tre: fire",
    ],
)
def test_markup_is_only_letters(nasty):
    letter = dataclasses.replace(with_text(nasty), subject=nasty, recipient_name=nasty)
    text = " ".join(text_of(render(letter)).split())
    assert text.count(" ".join(nasty.split())) >= 3


def test_unprintable_characters_are_marked_and_kept_in_the_attachment():
    pdf = render(with_text("Hej 😀👩‍👩‍👧 og 李\x00"))
    text = text_of(pdf)
    assert "står for tegn, som ikke kan trykkes" in " ".join(text.split())
    assert attached(pdf)["paragraphs"][0]["text"] == "Hej 😀👩‍👩‍👧 og 李\x00"
    assert "ikke kan trykkes" not in text_of(render(LETTER))


def test_very_long_words_stay_on_the_page():
    page = pypdfium2.PdfDocument(render(with_text("a" * 3000)))[0]
    text = page.get_textpage()
    right = max(text.get_charbox(index)[2] for index in range(text.count_chars()))
    assert right < page.get_width() - 50


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"subject": " \n"}, "mangler emne"),
        ({"recipient_name": ""}, "mangler modtagerens navn"),
        ({"municipality": "\u200b"}, "mangler kommunens navn"),
        ({"case_number": ""}, "mangler sagsnummer"),
        ({"paragraphs": ()}, "ingen tekst"),
        ({"date": datetime.date(1969, 12, 31)}, "før 1970"),
        ({"attachment": {"x": float("nan")}}, "gyldig JSON"),
        ({"attachment": {"x": object()}}, "gyldig JSON"),
        ({"paragraphs": ("\ud800",)}, "gyldig tekst"),
        ({"paragraphs": ("ord " * 200_000,)}, "for langt"),
        ({"paragraphs": (42,)}, "ukendt slags"),
    ],
)
def test_refuses_in_danish(changes, says):
    with pytest.raises(DocumentError, match=says):
        render(dataclasses.replace(LETTER, **changes))


TEXT = st.text(max_size=60) | st.text(
    alphabet=st.sampled_from(
        "#$*_`=<>@[]{}\\\"'/~-+ \n\tæøåÆØÅéa1\u202e\u200dשלוםعربي😀\u0301\ue000"
    ),
    max_size=60,
)
BLOCKS = (
    TEXT
    | st.builds(Heading, TEXT)
    | st.builds(Listing, st.lists(TEXT, max_size=3).map(tuple), st.booleans())
    | st.builds(Facts, st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple))
)


@settings(max_examples=150, deadline=None)
@given(
    name=TEXT.map(lambda text: "A" + text),
    lines=st.lists(TEXT, max_size=4).map(tuple),
    subject=TEXT.map(lambda text: "Emne " + text),
    blocks=st.lists(BLOCKS, min_size=1, max_size=4).map(tuple),
    note=TEXT,
)
def test_any_text_gives_a_letter_with_the_same_text_attached(name, lines, subject, blocks, note):
    letter = dataclasses.replace(
        LETTER,
        recipient_name=name,
        recipient_address=lines,
        signature=lines,
        contact=lines,
        subject=subject,
        paragraphs=blocks,
        footnotes=(note,),
        receipt=note,
        attachment={"note": note},
    )
    content = attached(render(letter))
    assert content["recipient_name"] == name
    assert content["attachment"] == {"note": note}
    assert content == json.loads(to_json(letter))


def test_mark_is_one_character():
    assert len(MARK) == 1


# The receipt as a QR code


CODE = "c2sp.org/tlog-proof@v1\nindex 7\n" + "".join(
    f"{'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ' + str(n % 10)}=\n" for n in range(60)
)


def scanned(pdf: bytes, *, dots_per_inch: int = 200) -> list[str]:
    """What a reader sees in the pages as an office printer prints them."""
    pages = pypdfium2.PdfDocument(pdf)
    images = [page.render(scale=dots_per_inch / 72, grayscale=True).to_pil() for page in pages]
    return [found.text for image in images for found in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize("code", ["kort", CODE, "æøå" * 40, CODE.ljust(2953, "x")])
def test_the_code_is_read_from_the_page(code):
    letter = dataclasses.replace(LETTER, code=code, receipt_file=b'{"kvittering": 1}\n')
    pdf = render(letter)
    assert scanned(pdf) == [code]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert set(document.attachments) == {"letter.json", "kvittering.json"}
        file = document.attachments["kvittering.json"].get_file()
        assert file.read_bytes() == b'{"kvittering": 1}\n'
    assert "Din kvittering" in text_of(pdf)
    assert "Kvittering 9f3a77c1" in text_of(pdf)
    assert render(letter) == pdf


def test_a_letter_without_a_code_has_none():
    assert scanned(render(LETTER)) == []
    with pikepdf.open(io.BytesIO(render(LETTER))) as document:
        assert set(document.attachments) == {"letter.json"}


def test_a_code_that_is_too_large_is_refused():
    with pytest.raises(DocumentError, match="for stor til en kode"):
        render(dataclasses.replace(LETTER, code="x" * 2954))


def test_code_and_receipt_are_no_part_of_the_letter_s_words():
    letter = dataclasses.replace(LETTER, code=CODE, receipt_file=b"{}")
    assert to_json(letter) == to_json(LETTER)
