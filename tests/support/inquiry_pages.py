# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The caseworker's page for one inquiry, as tests read it and decide on it."""

from __future__ import annotations

from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from kodeks.inquiries.models import Inquiry

INBOX = "/henvendelser/"
WHY = "Asfalten mangler, og det er farligt for cyklister."
STRANGE = "Jeg søger en sangbog fra 1912 til en fødselsdag."


def text_of(response: HttpResponse) -> str:
    return unescape(response.content.decode())


def main_of(response: HttpResponse) -> str:
    return text_of(response).partition("<main")[2]


def address(inquiry: Inquiry, name: str = "inquiry") -> str:
    return reverse(f"inquiries:{name}", args=[inquiry.id])


def form_of(page: str) -> str:
    return page.partition('id="decision"')[2].partition("</form>")[0]


def decide(client: Client, inquiry: Inquiry, **fields: str) -> Any:
    """The page is looked at first, as it must be before a suggestion is followed."""
    client.get(address(inquiry))
    return client.post(address(inquiry, "decide"), {"own_consideration": WHY} | fields)
