# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""XML from and to the outside. What comes in is foreign: no entities, no network, no huge one."""

from __future__ import annotations

import datetime as dt
import re

from lxml import etree

MOST = 2 * 1024 * 1024
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})?"
)

_NO_TEXT = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XmlError(Exception):
    """What came is not what it should be. The text quotes nothing of it."""


def parse(data: bytes, *, most: int = MOST) -> etree._Element:
    """The root element. Raises XmlError for more than `most` bytes, a document type, or no XML."""
    if len(data) > most:
        raise XmlError("too long")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlError("not XML") from error
    if root.getroottree().docinfo.doctype:
        raise XmlError("a document type")
    return root


def find(element: etree._Element, *names: str) -> etree._Element:
    """Down from one to the next: the only child of each name, in whatever namespace.

    Raises XmlError when there is none, or more than one.
    """
    for name in names:
        found = [one for one in element if local(one) == name]
        if len(found) != 1:
            raise XmlError(f"{len(found)} {name}")
        (element,) = found
    return element


def text(element: etree._Element, *names: str, default: str | None = None) -> str:
    """The stripped text of the element down there; `default`, if given, when it is not there."""
    if default is not None and not any(local(one) == names[0] for one in element):
        return default
    return (find(element, *names).text or "").strip()


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return etree.QName(element).localname


def moment(said: str) -> dt.datetime:
    """An xs:dateTime; one without a zone is taken as UTC. Raises XmlError."""
    if not _MOMENT.fullmatch(said):
        raise XmlError("no moment")
    try:
        found = dt.datetime.fromisoformat(said)
        found = found if found.tzinfo is not None else found.replace(tzinfo=dt.UTC)
        # What a database cannot hold in UTC is no moment of ours.
        return found.astimezone(dt.UTC)
    except (ValueError, OverflowError) as error:
        raise XmlError("no moment") from error


def is_text(value: str) -> bool:
    """Whether XML can hold the text."""
    return not _NO_TEXT.search(value)
