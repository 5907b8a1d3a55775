# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A municipal letter as one PDF file that is both PDF/UA-1 and PDF/A-3a.

The letter is also attached to the file as ``letter.json`` (RFC 8259, UTF-8, relationship Data),
so that a citizen's own tools can read it. Equal letters give equal bytes. All foreign text
reaches typst as files of data in memory, never as its source, so markup in it is only letters.
Sources: ISO 14289-1 (PDF/UA-1), ISO 19005-3 (PDF/A-3).
"""

import dataclasses
import datetime
import functools
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import typst

from kodeks.documents import qr
from kodeks.documents.errors import DocumentError
from kodeks.documents.look import Logo
from kodeks.documents.printable import MARK, printable

ATTACHMENT_NAME = "letter.json"
MAX_CHARACTERS = 400_000
_MONTHS = (
    *("januar", "februar", "marts", "april", "maj", "juni"),
    *("juli", "august", "september", "oktober", "november", "december"),
)
_MARK_NOTE = (
    f"Tegnet {MARK} står for tegn, som ikke kan trykkes. "
    f"Den oprindelige tekst ligger i filen {ATTACHMENT_NAME}, som er vedhæftet dette brev."
)


@dataclass(frozen=True)
class Heading:
    """A heading inside the letter (level 2; the subject is level 1)."""

    text: str


@dataclass(frozen=True)
class Listing:
    """A list with bullets, or with numbers when the order matters."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Facts:
    """Names and values, e.g. ``(("Modtaget", "2. marts 2026"),)``, as a table of two columns."""

    rows: tuple[tuple[str, str], ...]


Block = str | Heading | Listing | Facts


@dataclass(frozen=True)
class Letter:
    """All that is printed, and in ``attachment`` what only machines read (JSON values).

    A line break in a paragraph is kept, an empty line begins a new paragraph. ``signature`` begins
    with the closing words ("Venlig hilsen"). ``receipt`` is the short text at the end that says
    how to check the letter against the transparency log; ``code`` is printed under it as a QR code
    (at most 2,953 bytes), and ``receipt_file`` is attached as ``kvittering.json``. ``address`` is
    the municipality's own.
    """

    municipality: str
    department: str
    recipient_name: str
    recipient_address: tuple[str, ...]
    date: datetime.date
    case_number: str
    subject: str
    paragraphs: tuple[Block, ...]
    signature: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    footnotes: tuple[str, ...] = ()
    receipt: str = ""
    code: str = ""
    receipt_file: bytes = b""
    address: tuple[str, ...] = ()
    logo: Logo | None = None
    attachment: Mapping[str, Any] = field(default_factory=dict)


def render(letter: Letter) -> bytes:
    """Return the PDF file of ``letter``; equal letters give equal bytes.

    Raises DocumentError when a needed field is empty, the text is not valid Unicode, the
    attachment is not JSON, or the letter is too long.
    """
    _check(letter)
    attached = to_json(letter).encode()
    view = json.dumps(_view(letter))
    if len(view) > MAX_CHARACTERS:
        raise DocumentError("Brevet er for langt. Del det i flere breve, eller vedlæg en fil.")
    files = {
        "main.typ": _template(),
        "view.json": view.encode(),
        ATTACHMENT_NAME: attached,
        "kvittering.json": letter.receipt_file,
        "code.json": _drawn(letter.code).encode(),
        "logo.svg": letter.logo.svg.encode() if letter.logo else b"",
    }
    noon = datetime.datetime.combine(letter.date, datetime.time(12), tzinfo=datetime.UTC)
    try:
        pdf: bytes = _compiler().compile(
            files,
            format="pdf",
            pdf_standards=["ua-1", "a-3a"],
            timestamp=int(noon.timestamp()),
        )
        return pdf
    except typst.TypstError as error:
        raise DocumentError(
            "Brevet kan ikke laves som PDF. Ret teksten, og prøv igen. "
            "Hjælper det ikke, så send fejlen til systemets administrator."
        ) from error


def to_json(letter: Letter) -> str:
    """Return the letter as canonical JSON text: the content of the attached file."""
    fields = _fields(letter)
    fields |= {
        "date": letter.date.isoformat(),
        "paragraphs": [_block(block) for block in letter.paragraphs],
        "attachment": dict(letter.attachment),
    }
    try:
        text = json.dumps(
            {"format": "kodeks-letter", "version": 1, "language": "da", **fields},
            ensure_ascii=False,
            sort_keys=True,
            allow_nan=False,
            indent=1,
        )
        text.encode()
    except UnicodeEncodeError as error:
        raise DocumentError(
            "Brevet indeholder tegn, som ikke er gyldig tekst. Skriv teksten ind igen."
        ) from error
    except (TypeError, ValueError) as error:
        raise DocumentError(
            "Brevets maskinlæsbare bilag er ikke gyldig JSON. Ret bilaget, og prøv igen."
        ) from error
    return text


def _fields(letter: Letter) -> dict[str, Any]:
    """The letter's words; code, receipt and logo have places of their own."""
    apart = {"attachment", "paragraphs", "code", "receipt_file", "logo"}
    names = [one.name for one in dataclasses.fields(letter) if one.name not in apart]
    return {name: getattr(letter, name) for name in names}


def _drawn(code: str) -> str:
    """The QR code of ``code`` (ISO/IEC 18004, level L) as a PNG picture; "" for none.

    As a JSON list of its bytes: typst's files in memory are text. As vectors it would take twice
    as long.
    """
    return json.dumps(list(qr.png(qr.modules(code.encode())))) if code else ""


def danish_date(date: datetime.date) -> str:
    """Return e.g. ``5. juni 2026``."""
    return f"{date.day}. {_MONTHS[date.month - 1]} {date.year}"


def _check(letter: Letter) -> None:
    needed = {
        "kommunens navn": letter.municipality,
        "modtagerens navn": letter.recipient_name,
        "sagsnummer": letter.case_number,
        "emne": letter.subject,
    }
    for name, value in needed.items():
        if not printable(value)[0].strip():
            raise DocumentError(f"Brevet mangler {name}. Udfyld feltet, og prøv igen.")
    if not letter.paragraphs:
        raise DocumentError("Brevet har ingen tekst. Skriv mindst ét afsnit.")
    if letter.date.year < 1970:
        raise DocumentError("Brevets dato er før 1970. Ret datoen.")


def _block(block: Block) -> dict[str, Any]:
    match block:
        case str():
            return {"kind": "paragraph", "text": block}
        case Heading(text):
            return {"kind": "heading", "text": text}
        case Listing(items, numbered):
            return {"kind": "numbers" if numbered else "bullets", "items": list(items)}
        case Facts(rows):
            return {"kind": "facts", "rows": [list(row) for row in rows]}
    raise DocumentError("Brevet har et afsnit af en ukendt slags. Brug tekst, liste eller tabel.")


def _view(letter: Letter) -> dict[str, Any]:
    """Return what the template prints: every text made printable, lists of plain strings."""
    fields = _fields(letter)
    fields["paragraphs"] = [part for block in letter.paragraphs for part in _parts(block)]
    fields["date"] = danish_date(letter.date)
    replaced: list[bool] = []

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            text, was_replaced = printable(value)
            replaced.append(was_replaced)
            return text.strip()
        if isinstance(value, dict):
            return {name: clean(item) for name, item in value.items()}
        return [clean(item) for item in value]

    view: dict[str, Any] = clean(fields)
    for name in ("municipality", "department", "recipient_name", "case_number", "subject"):
        view[name] = " ".join(view[name].split())
    for name in ("recipient_address", "signature", "contact", "footnotes", "address"):
        view[name] = [" ".join(line.split()) for line in view[name] if line]
    view["paragraphs"] = [part for part in view["paragraphs"] if _has_content(part)]
    if any(replaced):
        view["footnotes"].append(_MARK_NOTE)
    return view | {
        "has_code": bool(letter.code),
        "has_receipt_file": bool(letter.receipt_file),
        "logo_words": letter.logo.words if letter.logo else None,
    }


def _parts(block: Block) -> list[dict[str, Any]]:
    """Return the block as the template wants it; an empty line in a text divides it."""
    if not isinstance(block, str):
        return [_block(block)]
    texts = block.replace("\r\n", "\n").split("\n\n")
    return [_block(text) for text in texts if text.strip()]


def _has_content(part: dict[str, Any]) -> bool:
    # PDF/UA-1 has no empty headings, and an empty list or table only confuses a screen reader.
    return bool(part.get("text") or part.get("items") or part.get("rows"))


_OF_THREAD = threading.local()


def _compiler() -> Any:
    """This thread's own typst.Compiler, whose stubs do not know of files in memory.

    A compiler does one letter at a time, and a new one costs 1 ms.
    """
    compiler = getattr(_OF_THREAD, "compiler", None)
    if compiler is None:
        compiler = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)
        _OF_THREAD.compiler = compiler
    return compiler


@functools.cache
def _fonts() -> typst.Fonts:
    # Only the fonts inside the wheel: the same letter must give the same bytes on every machine.
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


@functools.cache
def _template() -> bytes:
    return resources.files("kodeks.documents").joinpath("letter.typ").read_bytes()
