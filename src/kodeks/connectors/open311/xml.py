# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The XML of another body's server: rows of texts, and nothing else that XML could do."""

from __future__ import annotations

from kodeks.connectors import xml

Row = dict[str, str]


class NotOpen311(Exception):
    """The answer is no XML of GeoReport v2."""


def rows(body: bytes, *, many: str, one: str) -> list[Row]:
    """The elements `one` below the root `many`, each as name -> text. Raises NotOpen311."""
    try:
        root = xml.parse(body)
    except xml.XmlError:
        raise NotOpen311 from None
    if root.tag != many:
        raise NotOpen311
    return [
        {str(child.tag): (child.text or "").strip() for child in element.iterchildren("*")}
        for element in root.iterchildren(one)
    ]
