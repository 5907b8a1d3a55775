# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The two forms of an answer in GeoReport v2: XML and JSON, with the same content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse
from lxml import etree

XML, JSON = "xml", "json"
FORMS = (XML, JSON)
_CONTENT_TYPES = {XML: "text/xml; charset=utf-8", JSON: "application/json; charset=utf-8"}

Row = Mapping[str, Any]


def listed(form: str, rows: Sequence[Row], *, many: str, one: str) -> HttpResponse:
    """Rows as a list; in XML an element `many` with an element `one` for each."""
    if form == JSON:
        return _json(list(rows))
    root = etree.Element(many)
    for row in rows:
        _fill(etree.SubElement(root, one), row)
    return _xml(root)


def single(form: str, row: Row, *, name: str) -> HttpResponse:
    """One thing by itself, as a service definition is."""
    if form == JSON:
        return _json(dict(row))
    root = etree.Element(name)
    _fill(root, row)
    return _xml(root)


def refused(form: str, code: int, description: str) -> HttpResponse:
    """An error as GeoReport v2 has it; a form that is not known is answered in XML."""
    row = {"code": code, "description": description}
    known = form if form in FORMS else XML
    answer = listed(known, [row], many="errors", one="error")
    answer.status_code = code
    return answer


def _fill(element: Any, row: Row) -> None:
    for name, value in row.items():
        child = etree.SubElement(element, name)
        if isinstance(value, bool):
            child.text = "true" if value else "false"
        elif value not in (None, [], ""):
            child.text = "".join(
                sign for sign in str(value) if sign.isprintable() or sign in "\n\t"
            )


def _json(content: Any) -> HttpResponse:
    return JsonResponse(
        content,
        safe=False,
        json_dumps_params={"ensure_ascii": False},
        content_type=_CONTENT_TYPES[JSON],
    )


def _xml(root: Any) -> HttpResponse:
    content = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return HttpResponse(content, content_type=_CONTENT_TYPES[XML])
