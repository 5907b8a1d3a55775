# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One call of an ESDH system, and what each answer means: try again, a person, or there already."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from kodeks.casework.ports import PortError, PortRejected
from kodeks.connectors import http
from kodeks.connectors.esdh import replies
from kodeks.connectors.esdh.access import Access

MOST_BYTES = 70_000_000
"""A document of 50 MB with room for its frame."""
_JSON = "application/json; charset=utf-8"
_BYTES_A_SECOND = 250_000
_LINGERS = 10.0
_OURS = frozenset({400, 402, 406, 411, 413, 414, 415, 422, 423, 428})
"""What says that it is the content which cannot be taken (RFC 9110 section 15.5)."""


class NoAnswer(PortError):
    """Nothing whole came back. What was asked for may have been done, or be done in a while."""

    def __init__(self) -> None:
        super().__init__("ESDH-systemet svarede ikke til ende. Robotten prøver igen.")


class AlreadyThere(PortError):
    """409: the system has something under the same name. Who made something looks what it is."""

    def __init__(self) -> None:
        super().__init__("ESDH-systemet siger, at det findes i forvejen. Robotten ser efter igen.")


@dataclass(frozen=True)
class Caller:
    """Calls one ESDH system at `url`; `seconds` is the longest wait for a call without a file."""

    url: str
    access: Access
    seconds: float

    def json(
        self, method: str, path: str, body: Any = None, *, query: Mapping[str, str] | None = None
    ) -> Any:
        """Send JSON, or nothing, and read the JSON that comes back."""
        return replies.parsed(self.send_json(method, path, body, query=query).body)

    def send_json(
        self, method: str, path: str, body: Any = None, *, query: Mapping[str, str] | None = None
    ) -> http.Reply:
        """Send JSON, or nothing, whatever comes back."""
        if body is None:
            return self.send(method, path, query=query)
        data = json.dumps(body, ensure_ascii=False).encode()
        return self.send(method, path, body=data, media_type=_JSON, query=query)

    def send(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        media_type: str = "",
        query: Mapping[str, str] | None = None,
    ) -> http.Reply:
        """The reply when all went well.

        Raises NoAnswer, PortError, PortRejected and AlreadyThere.
        """
        url = f"{self.url}/{quote(path, safe='/@()')}"
        if query:
            url += "?" + urlencode(query)
        headers = {"Accept": "*/*"}
        if body is not None:
            headers["Content-Type"] = media_type
        reply = self._once(method, url, body, headers)
        if reply.status == 401 and self.access.renew():
            reply = self._once(method, url, body, headers)
        return _judged(reply)

    def at_work(self, size: int) -> float:
        """For how long the system may be at work on a call with a file of `size` bytes, after we
        stopped listening or were killed."""
        return self._deadline(2 * size) + _LINGERS

    def _deadline(self, size: int) -> float:
        return self.seconds + size / _BYTES_A_SECOND

    def _once(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> http.Reply:
        try:
            return http.send(
                method,
                url,
                body=body,
                headers={**headers, "Authorization": self.access.header()},
                seconds=self._deadline(len(body or b"")),
                most=MOST_BYTES,
            )
        except http.Unreachable:
            raise NoAnswer from None


def _judged(reply: http.Reply) -> http.Reply:
    """The reply of a call that went well. No text of a reply is passed on: it may hold names."""
    status = reply.status
    if 200 <= status < 300:
        return reply
    if status == 409:
        raise AlreadyThere
    if status in (502, 504):
        # A gateway has given up waiting; what stands behind it may not have.
        raise NoAnswer
    if status == 403:
        raise PortRejected(
            "Robotten har ikke ret til at journalisere på sagen i ESDH-systemet. "
            "Bed dem, der styrer ESDH-systemet, om at give den ret."
        )
    if status in _OURS:
        raise PortRejected(
            f"ESDH-systemet afviste det, robotten ville journalisere (svar {status}). "
            "Se sagen efter, eller journalisér selv."
        )
    if status == 401:
        raise PortError(
            "ESDH-systemet ville ikke lukke robotten ind. Bed driften se efter adgangen."
        )
    raise PortError(f"ESDH-systemet har en fejl (svar {status}). Robotten prøver igen.")
