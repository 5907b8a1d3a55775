# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A visitor of the site without a browser: reads pages and submits their forms, CSRF and all."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Mapping

from django.test import Client
from django.urls import reverse


class VisitFailed(Exception):
    """A page did not answer as it should; the text is Danish."""


class Visitor:
    """One person with cookies of their own."""

    def __init__(self) -> None:
        # The CSRF check stays on, so that a form without its token fails here as it would there.
        self._client = Client(enforce_csrf_checks=True, headers={"host": "localhost"})

    def take_role(self, username: str) -> None:
        """Become one of the demo's people through the role switcher."""
        self.submit(
            reverse("workbench:roles"),
            to=reverse("workbench:take-role"),
            fields={"username": username},
        )

    def read(self, path: str) -> str:
        """The page's HTML after redirects. Raises VisitFailed unless it answers 200."""
        return self.fetch(path).decode()

    def fetch(self, path: str) -> bytes:
        answer = self._client.get(path, follow=True)
        content = b"".join(answer) if answer.streaming else answer.content
        if answer.status_code != 200:
            raise VisitFailed(f"Siden {path} svarede {answer.status_code}.")
        return content

    def submit(self, page: str, *, to: str, fields: Mapping[str, str]) -> str:
        """Open `page`, fill its form and send it to `to`; returns the page that follows."""
        return self._send(self.read(page), page, to=to, fields=fields)

    def _send(self, shown: str, page: str, *, to: str, fields: Mapping[str, str]) -> str:
        """Fill the form of a page that is open."""
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown)
        if token is None:
            raise VisitFailed(f"Siden {page} har ingen formular.")
        answer = self._client.post(
            to, {**fields, "csrfmiddlewaretoken": token.group(1)}, follow=True
        )
        if answer.status_code != 200:
            raise VisitFailed(f"Formularen på {page} svarede {answer.status_code}.")
        return str(answer.content.decode())

    def handle(self, inquiry_id: uuid.UUID, *, choice: str, label: str, words: str) -> None:
        """Decide an inquiry as its page asks: the own view first where it is to be so.

        Where there is no suggestion to see, or several topics, the topic is chosen by itself.
        """
        page = reverse("inquiries:inquiry", args=[inquiry_id])
        to = reverse("inquiries:decide", args=[inquiry_id])
        fields = {"choice": choice, "label": label, "own_consideration": words}
        shown = self.read(page)
        if self._asked(shown) == "view":
            # After the own view the same page comes, now with the suggestion.
            shown = self._send(shown, page, to=to, fields=fields | {"choice": "view"})
        asked = self._asked(shown) or choice
        self._send(shown, page, to=to, fields=fields | {"choice": asked})

    @staticmethod
    def _asked(page: str) -> str:
        """The only thing that the page's form lets one do; "" where there is a choice."""
        found = re.search(r'<input type="hidden" name="choice" value="(view|own|pick)">', page)
        return found[1] if found else ""

    @staticmethod
    def shows(page: str, text: str) -> bool:
        """Whether the page shows the text, however its lines are broken."""
        plain = html.unescape(re.sub(r"<[^>]*>", " ", page))
        return " ".join(text.split()) in " ".join(plain.split())
