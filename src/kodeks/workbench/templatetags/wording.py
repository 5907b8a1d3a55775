# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`{% load wording %}`: a page's own texts in the language that the page is in."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from kodeks.workbench import wording

register = template.Library()


@register.simple_tag
def say(text: str, **values: object) -> SafeString:
    """`{% say "Leder: {name}" name=manager %}`: Danish in the template, English on English pages.

    Raises NoTranslation for a text that the table lacks.
    """
    found = wording.say(text, get_language() or "da")
    return format_html(found, **values) if values else conditional_escape(found)


@register.simple_tag
def page_language() -> str:
    """The page's language for `lang`: da or en."""
    return get_language() or "da"
