# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Requests out: a matter is handed over to another body's Open311 server, once.

GeoReport v2 has no key of the sender's own. So the description ends with a mark made of ours, and
the server's requests are looked through for it before one is made. That holds for a server that
shows descriptions. One that does not, must itself know the same request when it comes again, as a
kodeks does; the municipality says which it is. A server that does neither is not for a robot.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from django.utils import timezone

from kodeks.casework.ports import PortError, PortRejected
from kodeks.connectors import http
from kodeks.connectors.open311 import xml
from kodeks.connectors.open311.receiving import LONGEST_DESCRIPTION
from kodeks.connectors.open311.showing import LONGEST_SPAN
from kodeks.connectors.open311.showing import MOST as MOST_IN_A_LIST

_CLOCKS_APART = dt.timedelta(hours=1)
"""How much the other's clock may differ from ours."""
_SHORTEST_SPAN = dt.timedelta(minutes=1)
_SECONDS = 30.0
_TRY_AGAIN = frozenset((408, 425, 429))


class Gone(PortRejected):
    """The server does not know that number."""


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What is handed over. `decided_at`: no try at it was made before.

    Who wrote to us is not among it: the other body asks us for what it needs.
    """

    key: str
    service_code: str
    description: str = field(repr=False)
    decided_at: dt.datetime
    address: str = field(default="", repr=False)
    position: tuple[str, str] | None = field(default=None, repr=False)
    """Latitude and longitude in degrees (WGS 84), as text."""


@dataclass(frozen=True, kw_only=True)
class HandedOver:
    """What the other calls it. A server may give a token at first, and the number later."""

    number: str
    token: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far the other has come; `notes` are the other's own words."""

    is_open: bool
    notes: str
    updated_at: str


class Open311Body:
    """Another body's server. All methods raise PortError or PortRejected, and nothing else."""

    def __init__(
        self,
        *,
        url: str,
        api_key: Callable[[], str],
        jurisdiction: str = "",
        shows_descriptions: bool,
        seconds: float = _SECONDS,
    ) -> None:
        """`url` is what stands before ``/requests.xml``. `api_key` is asked when it is needed and
        may raise `kodeks.robots.errors.BusinessError`."""
        self._url = url.rstrip("/")
        self._api_key = api_key
        self._jurisdiction = jurisdiction
        self._shows_descriptions = shows_descriptions
        self._seconds = seconds

    def find(self, *, key: str, service_code: str, since: dt.datetime) -> HandedOver | None:
        """What was handed over under the key after that moment; None when there is nothing.

        Always None of a server that does not show descriptions, which then knows it again itself.
        """
        if not self._shows_descriptions:
            return None
        last = timezone.now() + _CLOCKS_APART
        first = max(since - _CLOCKS_APART, last - LONGEST_SPAN)
        return self._found(_mark(key), service_code, first, last)

    def send(self, *, matter: Matter) -> HandedOver:
        """Hand the matter over; the same key gives what was made the first time."""
        known = self.find(key=matter.key, service_code=matter.service_code, since=matter.decided_at)
        if known is not None:
            return known
        reply = self._ask("POST", "requests.xml", self._form(matter))
        if reply.status == 400 and self._shows_descriptions:
            # Some servers refuse what they have already, and call it a bad request.
            known = self.find(
                key=matter.key, service_code=matter.service_code, since=matter.decided_at
            )
            if known is not None:
                return known
        row = self._one(reply)
        number, token = row.get("service_request_id", ""), row.get("token", "")
        if not (number or token):
            raise PortError("Modtageren svarede uden et nummer. Der bliver set efter igen.")
        return HandedOver(number=number, token=token)

    def number_of(self, *, token: str) -> str:
        """The number that a token has become; "" when it has none yet."""
        reply = self._ask("GET", f"tokens/{quote(token, safe='')}.xml", {})
        return self._one(reply).get("service_request_id", "")

    def standing(self, *, number: str) -> Standing:
        """How far the other has come with it."""
        reply = self._ask("GET", f"requests/{quote(number, safe='')}.xml", {})
        row = self._one(reply)
        if row.get("status") not in ("open", "closed"):
            raise PortError("Modtageren svarede uden en status. Der bliver spurgt igen.")
        return Standing(
            is_open=row["status"] == "open",
            notes=row.get("status_notes", ""),
            updated_at=row.get("updated_datetime", ""),
        )

    def _found(
        self, mark: str, service_code: str, first: dt.datetime, last: dt.datetime
    ) -> HandedOver | None:
        query = {
            "service_code": service_code,
            "start_date": _moment(first),
            "end_date": _moment(last),
        }
        listed = self._rows(self._ask("GET", "requests.xml", query))
        for row in listed:
            if mark in row.get("description", "") and row.get("service_request_id"):
                return HandedOver(number=row["service_request_id"])
        if len(listed) < MOST_IN_A_LIST or last - first <= _SHORTEST_SPAN:
            return None
        # A list that is full has been cut: look through each half.
        middle = first + (last - first) / 2
        return self._found(mark, service_code, first, middle) or self._found(
            mark, service_code, middle, last
        )

    def _form(self, matter: Matter) -> dict[str, str]:
        mark = f"\n\n{_mark(matter.key)}"
        form = {
            "api_key": self._api_key(),
            "service_code": matter.service_code,
            "description": matter.description[: LONGEST_DESCRIPTION - len(mark)] + mark,
        }
        if matter.address:
            form["address_string"] = matter.address
        if matter.position is not None:
            form["lat"], form["long"] = matter.position
        return form

    def _ask(self, method: str, path: str, fields: dict[str, str]) -> http.Reply:
        """Any reply that says how it went. Raises PortError when nobody knows."""
        if self._jurisdiction:
            fields = fields | {"jurisdiction_id": self._jurisdiction}
        coded = urlencode(fields)
        is_post = method == "POST"
        url = f"{self._url}/{path}" + (f"?{coded}" if coded and not is_post else "")
        content_type = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        try:
            reply = http.send(
                method,
                url,
                body=coded.encode() if is_post else None,
                headers=content_type if is_post else None,
                seconds=self._seconds,
            )
        except http.Unreachable as error:
            raise PortError(
                f"Modtageren svarer ikke ({error}). Der bliver set efter, om den har fået sagen."
            ) from None
        if reply.status >= 500 or reply.status in _TRY_AGAIN:
            raise PortError(f"Modtageren har en fejl ({reply.status}). Der bliver prøvet igen.")
        return reply

    def _rows(self, reply: http.Reply) -> list[xml.Row]:
        if reply.status in (401, 403):
            raise PortRejected("Modtageren siger nej til vores nøgle. Bed om en ny.")
        if reply.status in (404, 410):
            raise Gone("Modtageren kender ikke adressen eller nummeret. Se på opsætningen.")
        if not 200 <= reply.status < 300:
            raise PortRejected(
                f"Modtageren siger nej til sagen ({reply.status}). En medarbejder skal se på den."
            )
        try:
            return xml.rows(reply.body, many="service_requests", one="request")
        except xml.NotOpen311:
            raise PortError("Modtagerens svar kan ikke læses. Der bliver set efter igen.") from None

    def _one(self, reply: http.Reply) -> xml.Row:
        found = self._rows(reply)
        if not found:
            raise PortError("Modtageren svarede tomt. Der bliver set efter igen.")
        return found[0]


def _mark(key: str) -> str:
    """What the description ends with: of the key, and telling nothing of it."""
    return f"[ref. {hashlib.sha256(key.encode()).hexdigest()[:32]}]"


def _moment(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
