# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""How a municipality's letters look: a folder with `brev.toml` and a logo (SVG or PNG).

    address = ["Rådhuspladsen 1", "9999 Eksempelkøbing"]
    contact = ["Telefon 12 34 56 78"]
    logo = "logo.svg"
    logo_words = "Eksempelkøbing Kommunes byvåben"

A logo is drawn without fetching or running anything, and PDF/UA-1 (ISO 14289-1, 7.3) wants it in
words too.
"""

from __future__ import annotations

import base64
import re
import struct
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from kodeks.documents.errors import DocumentError

FILE = "brev.toml"
MAX_LOGO = 200_000
MAX_SIDE = 4000
_PNG = b"\x89PNG\r\n\x1a\n"
_FIELDS = {"address", "contact", "logo", "logo_words"}
_MOST_LINES, _LONGEST_LINE = 6, 60
# Shapes and their paints. Text is left out, as a letter has no other fonts than its own.
_SVG = "{http://www.w3.org/2000/svg}"
_DRAWN = frozenset(
    _SVG + name
    for name in (
        *("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "defs"),
        *("title", "desc", "metadata", "clipPath", "mask", "linearGradient", "radialGradient"),
        *("stop", "use", "symbol"),
    )
)
_FETCHES = re.compile(r"url\(\s*['\"]?(?!#)|@import", re.IGNORECASE)


@dataclass(frozen=True)
class Logo:
    """A drawing as SVG, and what it shows in Danish words."""

    svg: str
    words: str


@dataclass(frozen=True)
class Look:
    """What all letters of a municipality share."""

    address: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    logo: Logo | None = None


def load(folder: Path) -> Look:
    """The look that lies in `folder`. Raises DocumentError with what must be mended."""
    file = folder / FILE
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise DocumentError(f"Filen {file} kan ikke læses. Læg den i mappen.") from error
    except ValueError as error:
        raise DocumentError(f"Filen {file} er ikke gyldig TOML. Ret den: {error}") from error
    unknown = sorted(content.keys() - _FIELDS)
    if unknown:
        raise DocumentError(f"Filen {file} har et ukendt felt: {unknown[0]}. Fjern det.")
    address, contact = (_lines(file, content, name) for name in ("address", "contact"))
    return Look(address, contact, _logo(folder, content))


def _lines(file: Path, content: dict[str, Any], name: str) -> tuple[str, ...]:
    lines = content.get(name, [])
    fits = isinstance(lines, list) and len(lines) <= _MOST_LINES
    if not fits or not all(isinstance(each, str) and len(each) <= _LONGEST_LINE for each in lines):
        raise DocumentError(
            f"{name} i {file} skal være højst {_MOST_LINES} linjer tekst "
            f"med højst {_LONGEST_LINE} tegn."
        )
    return tuple(lines)


def _logo(folder: Path, content: dict[str, Any]) -> Logo | None:
    name, words = content.get("logo", ""), content.get("logo_words", "")
    if not name:
        return None
    if not isinstance(name, str) or Path(name).name != name:
        raise DocumentError(f"logo i {FILE} skal være navnet på en fil i den samme mappe.")
    if not isinstance(words, str) or not words.strip():
        raise DocumentError(
            f"logo_words mangler i {FILE}. Skriv med få ord, hvad logoet viser. "
            "Det bliver læst op for dem, der ikke kan se det."
        )
    file = folder / name
    try:
        data = file.read_bytes()
    except OSError as error:
        raise DocumentError(f"Logoet {file} kan ikke læses. Læg det i mappen.") from error
    if len(data) > MAX_LOGO:
        raise DocumentError(f"Logoet {file} er større end {MAX_LOGO // 1000} kB. Gør det mindre.")
    return Logo(_from_png(file, data) if data.startswith(_PNG) else _checked(file, data), words)


def _from_png(file: Path, data: bytes) -> str:
    """A PNG picture as an SVG drawing of it."""
    if data[12:16] != b"IHDR" or len(data) < 33:
        raise DocumentError(f"Logoet {file} er ikke en gyldig PNG-fil. Gem det igen.")
    width, height = struct.unpack(">II", data[16:24])
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise DocumentError(f"Logoet {file} er for stort: højst {MAX_SIDE} punkter på hver led.")
    picture = base64.b64encode(data).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:image/png;base64,{picture}"/></svg>'
    )


def _checked(file: Path, data: bytes) -> str:
    """An SVG drawing of shapes only: no scripts, text, pictures or addresses."""
    try:
        text = data.decode("utf-8")
        if "<!DOCTYPE" in text or "<!ENTITY" in text:
            raise DocumentError(f"Logoet {file} har en DOCTYPE. Fjern den linje.")
        root = ElementTree.fromstring(text)  # noqa: S314 - no entities, see above
    except (UnicodeDecodeError, ElementTree.ParseError) as error:
        raise DocumentError(
            f"Logoet {file} er hverken en gyldig SVG-fil eller en PNG-fil. Gem det igen."
        ) from error
    if root.tag != f"{_SVG}svg":
        raise DocumentError(f"Logoet {file} er ikke en SVG-tegning. Gem det igen.")
    for each in root.iter():
        if each.tag not in _DRAWN and not _is_foreign(each.tag):
            tag = str(each.tag).removeprefix(_SVG)
            raise DocumentError(
                f"Logoet {file} har <{tag}>. Gem det som rene figurer, med tekst lavet til kurver."
            )
        for name, value in each.attrib.items():
            local = name.rpartition("}")[2].lower()
            fetches = local == "href" and not value.startswith("#")
            if fetches or local.startswith("on") or _FETCHES.search(value):
                raise DocumentError(f"Logoet {file} henter noget andet ({local}). Fjern det.")
    return text


def _is_foreign(tag: object) -> bool:
    """Notes that drawing programs leave in names of their own; nothing of them is drawn."""
    return isinstance(tag, str) and tag.startswith("{") and not tag.startswith(_SVG)
