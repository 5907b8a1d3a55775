# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Pictures inside a PDF file: without what a camera wrote beside them, and with areas blanked.

Source of the segments: ISO/IEC 10918-1, annex B (APPn and COM are what programs add).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import numpy as np
import pikepdf

from kodeks.documents.pdf.errors import UnreadableError
from kodeks.documents.pdf.geometry import Matrix, Rect

_START_OF_SCAN = 0xDA
_ADOBE = 0xEE
_PROFILE = 0xE2
_COMMENT = 0xFE
_GREY = 128


def strip(image: pikepdf.Object) -> None:
    """Take what is written beside the pixels (EXIF with its thumbnail, comments) out of a JPEG."""
    if image.get("/Filter") not in ("/DCTDecode", ["/DCTDecode"]):
        return
    image.write(_stripped(image.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)


def _stripped(data: bytes) -> bytes:
    if not data.startswith(b"\xff\xd8"):
        raise UnreadableError("Et billede i filen er beskadiget.")
    kept, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == _START_OF_SCAN:
            return b"".join([*kept, data[at:]])
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        is_added = 0xE0 < marker <= 0xEF and marker not in (_ADOBE, _PROFILE)
        if not is_added and marker != _COMMENT:
            kept.append(data[at:end])
        at = end
    raise UnreadableError("Et billede i filen er beskadiget.")


def blanked(
    made: pikepdf.Pdf, image: pikepdf.Object, matrix: Matrix, areas: Iterable[Rect]
) -> pikepdf.Object | None:
    """A copy of the image with grey pixels where the areas (in the page's space) are.

    None when the picture is turned or of a kind that cannot be opened: then all of it must go.
    """
    a, b, c, d, e, f = matrix
    if b or c or not a or not d or image.get("/ImageMask") or "/Mask" in image:
        return None
    try:
        opened = pikepdf.PdfImage(image).as_pil_image()  # type: ignore[arg-type]
    except (pikepdf.PdfError, NotImplementedError, ValueError, OSError):
        return None
    except Exception as error:
        # What a picture's own library cannot open has many names.
        raise UnreadableError("Et billede i filen kan ikke læses.") from error
    pixels = np.array(opened.convert("RGB"))
    height, width = pixels.shape[:2]
    for area in areas:
        xs = sorted(((area.left - e) / a, (area.right - e) / a))
        ys = sorted((1 - (area.bottom - f) / d, 1 - (area.top - f) / d))
        # One pixel more on each side, as an edge may lie within one.
        columns = slice(max(0, int(xs[0] * width) - 1), max(0, int(xs[1] * width) + 2))
        rows = slice(max(0, int(ys[0] * height) - 1), max(0, int(ys[1] * height) + 2))
        pixels[rows, columns] = _GREY
    copy = made.make_stream(zlib.compress(pixels.tobytes()))
    copy["/Type"], copy["/Subtype"] = pikepdf.Name.XObject, pikepdf.Name.Image
    copy["/Width"], copy["/Height"] = width, height
    copy["/ColorSpace"], copy["/BitsPerComponent"] = pikepdf.Name.DeviceRGB, 8
    copy["/Filter"] = pikepdf.Name.FlateDecode
    if isinstance(image.get("/SMask"), pikepdf.Stream):
        copy["/SMask"] = image["/SMask"]
    return copy
