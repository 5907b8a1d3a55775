# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Whether removed text is gone, what else is lost, and how fast.

    .venv/bin/python benchmarks/accessrequests/redaction.py [documents of each kind]

Documents of each producer in tests/support/foreign_pdfs.py, with invented lines. In each, random
stretches are removed. *leaked* counts documents in which a removed word (one that stood nowhere
else) is found afterwards by PDFium, by the page's streams, or in any object of the file; *words* is
how many were sought. *lost* is the share of all other characters that PDFium no longer reads.
*covered* is the same count for a black box drawn over the text, as a program that only covers it
does.
"""

from __future__ import annotations

import io
import random
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tests" / "support"))

import foreign_pdfs

from kodeks.documents import redaction
from kodeks.documents.pdf import decoding, glyphs, reading, sanitising
from kodeks.documents.redaction import PDF, Span

SEED = 20261126
LABEL = "§ 30, nr. 1"
VOWELS, CONSONANTS = "aeiouyæøå", "bdfghjklmnprstvx"


@dataclass
class Row:
    documents: int = 0
    pages: int = 0
    words: int = 0
    leaked: int = 0
    covered: int = 0
    withheld: int = 0
    lost: int = 0
    kept: int = 0
    seconds: float = 0.0


def word(chance: random.Random) -> str:
    """Six to ten letters that no other word has."""
    length = chance.randint(3, 5)
    return "".join(chance.choice(CONSONANTS) + chance.choice(VOWELS) for _ in range(length))


def lines(chance: random.Random) -> list[str]:
    return [
        " ".join(word(chance).capitalize() if at == 0 else word(chance) for at in range(8)) + "."
        for _ in range(6)
    ]


def picked(chance: random.Random, pages: tuple[str, ...], said: list[str]) -> list[Span]:
    """Every place of a fifth of the words, as if somebody had marked them."""
    words = [one for line in said for one in line.rstrip(".").split()]
    spans = []
    for one in chance.sample(words, len(words) // 5):
        pattern = re.compile(rf"(?<!\w){re.escape(one)}(?!\w)")
        spans += [
            Span(number, found.start(), found.end(), LABEL)
            for number, page in enumerate(pages)
            for found in pattern.finditer(page)
        ]
    return spans


def everything(content: bytes) -> str:
    """All that two readers and the file's objects say, without blanks and in small letters."""
    said = []
    with pypdfium2.PdfDocument(content) as document:
        said += [page.get_textpage().get_text_range() for page in document]
    with pikepdf.open(io.BytesIO(content)) as document:
        said += [decoding.decoded(page.obj) for page in document.pages]
        for one in document.objects:
            said.append(repr(one))
            if isinstance(one, pikepdf.Stream) and one.get("/Subtype") != "/Image":
                data = one.read_bytes()
                said += [data.decode("latin-1"), data.decode("utf-16-be", "ignore")]
                said += [
                    bytes.fromhex(found.decode()).decode("latin-1")
                    for found in re.findall(rb"<((?:[0-9a-fA-F]{2})+)>", data)
                ]
    return re.sub(r"\s", "", "".join(said)).casefold()


def found_in(content: bytes, sought: set[str]) -> int:
    text = everything(content)
    return sum(one.casefold() in text for one in sought)


def only_covered(content: bytes, spans: list[Span]) -> bytes:
    """Black boxes over the same places, and the text beneath them."""
    clean = sanitising.sanitise(content).content
    pages = reading.pages(clean)
    with pikepdf.open(io.BytesIO(clean)) as document:
        for span in spans:
            for area in glyphs.areas(pages[span.page][span.start : span.end]):
                box = (area.left, area.bottom, area.right - area.left, area.top - area.bottom)
                document.pages[span.page].contents_add(b"0 g %.2f %.2f %.2f %.2f re f" % box)
        return sanitising.saved(document)


def tried(kind: str, number: int, chance: random.Random) -> Row:
    row = Row()
    for _ in range(number):
        said = lines(chance)
        content = MAKERS[kind](said)
        before = redaction.read(content, media_type=PDF)
        spans = picked(chance, before.pages, said)
        began = time.process_time()
        made = redaction.redact(content, media_type=PDF, spans=spans)
        row.seconds += time.process_time() - began
        sought = {before.pages[one.page][one.start : one.end] for one in spans}
        row.documents += 1
        row.pages += len(before.pages)
        row.words += len(sought)
        row.leaked += found_in(made.content, sought)
        row.covered += found_in(only_covered(content, spans), sought)
        row.withheld += len(made.withheld)
        row.lost += made.lost
        row.kept += sum(len("".join(page.split())) for page in before.pages)
    return row


MAKERS = dict(foreign_pdfs.PRODUCERS)


def main() -> int:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    chance = random.Random(SEED)
    if foreign_pdfs.CHROMIUM is not None:
        MAKERS["chromium"] = foreign_pdfs.chromium
    print(
        "| producer | documents | pages | words | leaked | covered | withheld | lost % | pages/s |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    leaked = 0
    for kind in MAKERS:
        row = tried(kind, max(1, number // 10) if kind == "chromium" else number, chance)
        leaked += row.leaked
        print(
            f"| {kind} | {row.documents} | {row.pages} | {row.words} | {row.leaked} |"
            f" {row.covered} | {row.withheld} | {100 * row.lost / row.kept:.2f} |"
            f" {row.pages / row.seconds:.0f} |",
            flush=True,
        )
    return 1 if leaked else 0


if __name__ == "__main__":
    raise SystemExit(main())
