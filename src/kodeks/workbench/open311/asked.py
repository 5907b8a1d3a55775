# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a GET of requests asks for, read from its address."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping

from kodeks.connectors.open311 import showing
from kodeks.connectors.open311.receiving import RequestRefused

_MOST_IN_A_LIST = 1_000
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


def wanted(query: Mapping[str, str]) -> showing.Wanted:
    """Raises RequestRefused with a Danish sentence for what is no id, date or status."""
    statuses = _listed(query, "status")
    if set(statuses) - {showing.OPEN, showing.CLOSED}:
        raise RequestRefused(400, "status skal være open, closed eller begge.")
    first, last = _moment(query, "start_date"), _moment(query, "end_date")
    if first and last and last < first:
        raise RequestRefused(400, "end_date ligger før start_date.")
    return showing.Wanted(
        ids=_ids(query),
        codes=_listed(query, "service_code"),
        statuses=statuses,
        first=first,
        last=last,
    )


def _listed(query: Mapping[str, str], name: str) -> list[str]:
    found = [one.strip() for one in query.get(name, "").split(",") if one.strip()]
    if len(found) > _MOST_IN_A_LIST or any("\x00" in one for one in found):
        raise RequestRefused(400, f"{name} har for mange værdier eller tegn, der ikke er tekst.")
    return found


def _ids(query: Mapping[str, str]) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(one) for one in _listed(query, "service_request_id")]
    except ValueError:
        raise RequestRefused(400, "service_request_id er ikke et nummer herfra.") from None


def _moment(query: Mapping[str, str], name: str) -> dt.datetime | None:
    # A plus sign that was not encoded has become a space.
    text = query.get(name, "").strip().replace(" ", "+")
    if not text:
        return None
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        return dt.datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        raise RequestRefused(400, f"{name} skal skrives som 2026-11-26T09:30:00Z.") from None
