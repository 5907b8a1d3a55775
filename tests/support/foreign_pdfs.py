# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""PDF files such as other programs make, with given lines of text in them."""

from __future__ import annotations

import datetime
import functools
import io
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image

from kodeks.documents.letters import Facts, Heading, Letter, render

CHROMIUM = shutil.which("chromium")


def typst_letter(lines: Sequence[str]) -> bytes:
    """Our own letter: Type0 fonts of a subset, ligatures, tags and an attached file."""
    return render(
        Letter(
            municipality="Eksempelkøbing Kommune",
            department="Vej og Park",
            recipient_name="Testine Testesen",
            recipient_address=("Testvej 1",),
            date=datetime.date(2026, 3, 2),
            case_number="2026-0000123",
            subject="Svar",
            paragraphs=(*lines, Heading("Tabel"), Facts((("Linje", lines[0]),))),
            signature=("Venlig hilsen",),
        )
    )


@functools.cache
def _printed(lines: tuple[str, ...]) -> bytes:
    """Chromium's print to PDF."""
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    page = f'<meta charset="utf-8"><body style="font-family:serif"><b>Brev</b>{body}'
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "a.html", Path(folder) / "a.pdf"
        source.write_text(page, encoding="utf-8")
        subprocess.run(
            [
                str(CHROMIUM),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-pdf-header-footer",
                f"--user-data-dir={folder}/profile",
                f"--print-to-pdf={target}",
                source.as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return target.read_bytes()


def chromium(lines: Sequence[str]) -> bytes:
    return _printed(tuple(lines))


def _helvetica() -> Dictionary:
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type1,
        BaseFont=Name.Helvetica,
        Encoding=Name.WinAnsiEncoding,
    )


def _hex(text: str) -> bytes:
    return b"<" + text.encode("cp1252", "replace").hex().encode() + b">"


def _kerned(text: str) -> bytes:
    """A TJ array that moves each third letter, with an escaped literal string among them."""
    pieces = [text[at : at + 3] for at in range(0, len(text), 3)]
    return b"[" + b" -37 ".join(_hex(piece) for piece in pieces) + b" 12.5 (\\040)] TJ"


def _page(made: pikepdf.Pdf, content: bytes, resources: Dictionary) -> pikepdf.Page:
    made.add_blank_page(page_size=(595, 842))
    page = made.pages[-1]
    page.obj.Resources = resources
    page.obj.Contents = made.make_stream(content)
    return page


def _saved(made: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def operators(lines: Sequence[str]) -> bytes:
    """Each way of showing text: Tj, TJ with kerning, ' and ", spacing, scale, rise and a turn."""
    made = pikepdf.new()
    shown = [
        b"BT /F1 11 Tf 14 TL 60 780 Td %s Tj" % _hex(lines[0]),
        b"T* 0.4 Tc %s 0 Tc" % _kerned(lines[1 % len(lines)]),
        b"%s '" % _hex(lines[2 % len(lines)]),
        b'1.5 0.2 %s "' % _hex(lines[3 % len(lines)]),
        b"0 Tw 0 Tc 80 Tz 3 Ts 0 -30 TD %s Tj 100 Tz 0 Ts ET" % _hex(lines[4 % len(lines)]),
        b"q 0.96 0.28 -0.28 0.96 80 400 cm BT /F1 9 Tf 1 0 0 1 0 0 Tm %s Tj ET Q"
        % _hex(lines[5 % len(lines)]),
    ]
    page = _page(made, b"\n".join(shown), Dictionary(Font=Dictionary(F1=_helvetica())))
    page.obj.CropBox = Array([10, 20, 585, 830])
    page.obj.Rotate = 90
    return _saved(made)


def forms(lines: Sequence[str]) -> bytes:
    """Text in a form within a form, used twice on one page and once on the next."""
    made = pikepdf.new()
    fonts = Dictionary(Font=Dictionary(F1=_helvetica()))
    inner = made.make_stream(
        b"BT /F1 10 Tf 12 TL 0 40 Td %s Tj T* %s ET"
        % (_hex(lines[0]), _kerned(lines[1 % len(lines)]))
    )
    outer = made.make_stream(b"q 1 0 0 1 5 5 cm /In Do Q")
    for form, resources in ((inner, fonts), (outer, Dictionary(XObject=Dictionary(In=inner)))):
        form["/Type"], form["/Subtype"] = Name.XObject, Name.Form
        form["/BBox"] = Array([0, 0, 600, 100])
        form["/Resources"] = resources
    outer["/Matrix"] = Array([1.1, 0, 0, 1.1, 0, 0])
    resources = Dictionary(
        Font=Dictionary(F1=_helvetica()), XObject=Dictionary(Out=outer, Unused=inner)
    )
    drawn = b"q 1 0 0 1 50 700 cm /Out Do Q q 1 0 0 1 50 500 cm /Out Do Q"
    more = b" BT /F1 12 Tf 60 300 Td %s Tj ET" % _hex(lines[2 % len(lines)])
    resources = made.make_indirect(resources)
    _page(made, drawn + more, resources)
    _page(made, b"q 1 0 0 1 50 700 cm /Out Do Q", resources)
    return _saved(made)


def scanned(lines: Sequence[str]) -> bytes:
    """A picture with text over it that is not seen, as OCR leaves it."""
    made = pikepdf.new()
    pixels = Image.new("RGB", (595, 842), (255, 0, 0))
    out = io.BytesIO()
    pixels.save(out, "JPEG", comment=lines[0].encode())
    image = made.make_stream(out.getvalue())
    image["/Type"], image["/Subtype"] = Name.XObject, Name.Image
    image["/Width"], image["/Height"] = 595, 842
    image["/ColorSpace"], image["/BitsPerComponent"] = Name.DeviceRGB, 8
    image["/Filter"] = Name.DCTDecode
    shown = b" ".join(b"T* %s Tj" % _hex(line) for line in lines)
    _page(
        made,
        b"q 595 0 0 842 0 0 cm /Im Do Q BT 3 Tr /F1 12 Tf 16 TL 60 780 Td " + shown + b" ET",
        Dictionary(Font=Dictionary(F1=_helvetica()), XObject=Dictionary(Im=image)),
    )
    return _saved(made)


def talkative(lines: Sequence[str]) -> bytes:
    """The first line stands in every place that a reader of the page does not see."""
    secret = lines[0]
    made = pikepdf.new()
    shown = b"BT /F1 12 Tf 60 780 Td /Span <</ActualText (%s) /Alt (%s)>> BDC %s Tj EMC ET" % (
        secret.encode("cp1252"),
        secret.encode("cp1252"),
        _hex(secret),
    )
    rest = b" ".join(
        b"BT /F1 12 Tf 60 %d Td %s Tj ET" % (700 - 20 * at, _hex(line))
        for at, line in enumerate(lines[1:])
    )
    page = _page(made, shown + rest, Dictionary(Font=Dictionary(F1=_helvetica())))
    page.obj.Annots = Array(
        [
            made.make_indirect(
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.Text,
                    Rect=Array([10, 10, 30, 30]),
                    Contents=pikepdf.String(secret),
                )
            )
        ]
    )
    page.obj.PieceInfo = Dictionary(Note=pikepdf.String(secret))
    made.docinfo["/Title"] = secret
    with made.open_metadata() as metadata:
        metadata["dc:title"] = secret
    made.attachments["note.txt"] = secret.encode()
    made.Root.OpenAction = Dictionary(
        S=Name.JavaScript, JS=pikepdf.String(f"app.alert('{secret}')")
    )
    made.Root.StructTreeRoot = Dictionary(
        Type=Name.StructTreeRoot, K=Dictionary(Type=Name.StructElem, S=Name.P, E=secret)
    )
    with made.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(secret, 0))
    return _saved(made)


def layered(lines: Sequence[str], *, is_text: bool) -> bytes:
    """A layer that is not shown, with a square or with the first line of text in it."""
    made = pikepdf.new()
    layer = made.make_indirect(Dictionary(Type=Name.OCG, Name=pikepdf.String(lines[0])))
    hidden = b"BT /F1 12 Tf 60 600 Td %s Tj ET" % _hex(lines[0]) if is_text else b"9 9 9 9 re f"
    _page(
        made,
        b"BT /F1 12 Tf 60 700 Td %s Tj ET /OC /L1 BDC %s EMC" % (_hex(lines[1]), hidden),
        Dictionary(Font=Dictionary(F1=_helvetica()), Properties=Dictionary(L1=layer)),
    )
    made.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
    return _saved(made)


def locked(lines: Sequence[str]) -> bytes:
    with pikepdf.open(io.BytesIO(operators(lines))) as made:
        out = io.BytesIO()
        made.save(out, encryption=pikepdf.Encryption(owner="ejer", user=""))
        return out.getvalue()


PRODUCERS: dict[str, Callable[[Sequence[str]], bytes]] = {
    "typst": typst_letter,
    "operators": operators,
    "forms": forms,
    "scanned": scanned,
    "talkative": talkative,
}
