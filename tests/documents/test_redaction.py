# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What is removed is nowhere in the new file, whoever reads it, and the rest is still there."""

from __future__ import annotations

import io
import re
from collections import Counter

import foreign_pdfs
import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kodeks.documents import redaction
from kodeks.documents.pdf.errors import UnreadableError
from kodeks.documents.redaction import PDF, TEXT, Span, gap, read, redact

LINES = (
    "Naboen Xerxes Quistgaard Wolff ringede om affaldet.",
    "Hun bor på Æblevej 7 og er født den 3. maj.",
    "Effektiv afhentning: fjorten fiskekasser (fri).",
    "Beløbet er 1.250,00 kr. pr. måned.",
    "Svaret kom den 4. juni; se side 2.",
    "Sagen er lukket uden bemærkninger.",
)
SECRET = "Xerxes Quistgaard Wolff"
LABEL = "§ 30, nr. 1"
MAKERS = [*foreign_pdfs.PRODUCERS, "chromium"]


def made(kind: str, lines=LINES) -> bytes:
    if kind != "chromium":
        return foreign_pdfs.PRODUCERS[kind](lines)
    if foreign_pdfs.CHROMIUM is None:
        pytest.skip("chromium is not installed")
    return foreign_pdfs.chromium(lines)


def places(pages, sought: str) -> list[Span]:
    """Each place of the words, whatever stands between them."""
    pattern = r"\s+".join(re.escape(word) for word in sought.split())
    return [
        Span(number, one.start(), one.end(), LABEL)
        for number, page in enumerate(pages)
        for one in re.finditer(pattern, page)
    ]


def solid(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\ufffe\ufffd\u00ad-]+", "", text)


def seen(content: bytes) -> str:
    """As PDFium gives it, by another function than the program uses."""
    with pypdfium2.PdfDocument(content) as document:
        return "".join(page.get_textpage().get_text_range() for page in document)


def everything(content: bytes) -> bytes:
    """Every object of the file as it is written and with its streams opened."""
    with pikepdf.open(io.BytesIO(content)) as document:
        written = [repr(one).encode() for one in document.objects]
        for one in document.objects:
            if isinstance(one, pikepdf.Stream) and one.get("/Subtype") != "/Image":
                written.append(one.read_bytes())
            elif isinstance(one, pikepdf.Stream):
                written.append(one.read_raw_bytes())
    return content + b"\n".join(written)


@pytest.mark.parametrize("kind", MAKERS)
def test_removed_words_are_nowhere_in_the_file(kind):
    content = made(kind)
    before = read(content, media_type=PDF)
    spans = places(before.pages, SECRET)
    assert spans, before
    found = redact(content, media_type=PDF, spans=spans)
    assert found.withheld == {}
    assert found.removed == len(spans)
    assert solid(SECRET) not in solid(seen(found.content))
    raw = everything(found.content).lower()
    for word in SECRET.split():
        assert word.encode().lower() not in raw
        assert word.encode("cp1252").hex().encode() not in raw
        assert word.encode("utf-16-be").hex().encode() not in raw
    # What stands beside it is read as before.
    assert "ringede" in seen(found.content)
    assert found.lost == 0


@pytest.mark.parametrize("kind", MAKERS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_stretches_go_and_no_others(kind, data):
    content = made(kind)
    before = read(content, media_type=PDF).pages
    spans = data.draw(st.lists(_stretch(before), min_size=1, max_size=5))
    found = redact(content, media_type=PDF, spans=spans)
    merged = redaction.merged(spans)
    went = Counter(solid("".join(before[s.page][s.start : s.end] for s in merged)))
    had, has = Counter(solid("".join(before))), Counter(solid(seen(found.content)))
    left = solid(seen(found.content).replace(f"Undtaget, {LABEL}", "").replace(LABEL, ""))
    if not found.withheld:
        assert not Counter(left) - (had - went)
        assert (had - went - has).total() <= max(2, 0.02 * had.total())
    assert found.removed == len(merged)


def _stretch(pages):
    def within(number):
        length = len(pages[number])
        return st.tuples(st.integers(0, length - 1), st.integers(1, 30)).map(
            lambda one: Span(number, one[0], min(length, one[0] + one[1]), LABEL)
        )

    return st.integers(0, len(pages) - 1).flatmap(within)


@settings(max_examples=60)
@given(
    text=st.text(min_size=1, max_size=200),
    cuts=st.lists(st.tuples(st.integers(0, 199), st.integers(1, 20)), min_size=1, max_size=4),
)
def test_a_text_keeps_all_but_the_stretches(text, cuts):
    spans = [
        Span(0, start, min(len(text), start + length), LABEL)
        for start, length in cuts
        if start < len(text)
    ]
    merged = redaction.merged(spans)
    expected, at = "", 0
    for span in merged:
        expected += text[at : span.start] + gap(LABEL)
        at = span.end
    try:
        found = redact(text.encode("utf-8", "surrogatepass"), media_type=TEXT, spans=spans)
    except UnreadableError:
        # What was removed can be read in the reasons themselves, or is no text.
        return
    assert found.content.decode() == expected + text[at:]


def test_a_gap_does_not_tell_how_long_the_name_was():
    short, long = ("Bo" + " er her"), ("Maximiliane" + " er her")
    gone = [
        redact(one.encode(), media_type=TEXT, spans=[Span(0, 0, len(one) - 7, LABEL)]).content
        for one in (short, long)
    ]
    assert gone[0] == gone[1] == "[Undtaget, § 30, nr. 1] er her".encode()


def test_a_picture_under_removed_text_is_blanked_there_only():
    content = made("scanned")
    spans = places(read(content, media_type=PDF).pages, SECRET)
    found = redact(content, media_type=PDF, spans=spans)
    with pikepdf.open(io.BytesIO(found.content)) as document:
        (image,) = document.pages[0].get_images().values()
        pixels = pikepdf.PdfImage(image).as_pil_image()
    colours = Counter(pixels.get_flattened_data())
    assert colours[(128, 128, 128)] > 200
    assert colours.most_common(1)[0][0][0] > 240


def test_a_layer_that_is_not_shown_is_left_out():
    found = read(foreign_pdfs.layered(LINES, is_text=False), media_type=PDF)
    assert "Æblevej" in found.pages[0]
    assert not found.unread
    kept = redact(foreign_pdfs.layered(LINES, is_text=False), media_type=PDF, spans=[])
    assert b"Quistgaard" not in everything(kept.content)


def test_a_page_with_text_in_a_hidden_layer_is_withheld():
    content = foreign_pdfs.layered(LINES, is_text=True)
    assert read(content, media_type=PDF).unread.keys() == {0}
    found = redact(content, media_type=PDF, spans=[])
    assert found.withheld.keys() == {0}
    assert "Siden er undtaget" in seen(found.content)
    assert b"Quistgaard" not in everything(found.content)


def test_a_font_that_is_not_understood_withholds_the_page(monkeypatch):
    content = made("operators")
    with pikepdf.open(io.BytesIO(content)) as document:
        # Codes without a meaning: nobody can prove that they are gone.
        document.pages[0].Resources.Font.F1.Encoding = pikepdf.Dictionary(
            Differences=pikepdf.Array([0, *[pikepdf.Name(f"/g{n}") for n in range(256)]])
        )
        out = io.BytesIO()
        document.save(out)
    before = read(out.getvalue(), media_type=PDF)
    found = redact(out.getvalue(), media_type=PDF, spans=[Span(0, 0, len(before.pages[0]), LABEL)])
    assert found.withheld.keys() == {0}


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (foreign_pdfs.locked(LINES), PDF),
        (b"%PDF-1.7 noget andet", PDF),
        (b"", PDF),
        (b"\xff\xfe\x00", TEXT),
        (b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_what_cannot_be_read_is_said_and_never_redacted(content, media_type):
    assert read(content, media_type=media_type).problem.endswith((".", "selv."))
    with pytest.raises(UnreadableError):
        redact(content, media_type=media_type, spans=[])


@pytest.mark.parametrize("span", [Span(0, 5, 5), Span(1, 0, 1), Span(0, -1, 2), Span(0, 0, 999)])
def test_a_place_that_is_none_is_refused(span):
    with pytest.raises(UnreadableError):
        redact(b"Kort tekst", media_type=TEXT, spans=[span])


def test_equal_files_give_equal_copies():
    content = made("operators")
    spans = places(read(content, media_type=PDF).pages, SECRET)
    first, second = (redact(content, media_type=PDF, spans=spans).content for _ in range(2))
    assert first == second
