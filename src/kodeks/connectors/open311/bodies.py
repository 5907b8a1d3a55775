# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Which departments are reached at another body's Open311 server, and how. An administrator says.

What is set is never changed, only set anew: what has gone out is asked for where it went. The key
that the other has given us is a credential of the robot's, and stands in no setting.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from kodeks.casework import distributing, selectors
from kodeks.casework.models import Unit
from kodeks.connectors.models import Open311Way
from kodeks.connectors.open311.sending import Open311Body
from kodeks.robots import credentials

ROBOT = "visitator"
_MOST_DAYS = 365
_CODE = re.compile(r"\S{1,60}")
_KLE = re.compile(r"[0-9.]{2,8}")
_CREDENTIAL = "open311-"
_LONGEST_UNIT = 60 - len(_CREDENTIAL)
_NEAR = frozenset({"localhost", "127.0.0.1", "::1"})


class WayProblem(Exception):
    """The way cannot be set; the text is a Danish sentence that says what to do."""


@transaction.atomic
def put(
    *,
    unit: str,
    url: str,
    set_by: str,
    jurisdiction: str = "",
    service_code: str = "",
    service_codes: Mapping[str, str] | None = None,
    shows_descriptions: bool = False,
    answer_days: int = 14,
) -> Open311Way:
    """Reach the department (its code) at that server from now on.

    `service_code` is for what no entry of `service_codes` (by the beginning of a KLE number) fits.
    Raises WayProblem, and CaseworkError for an unknown department.
    """
    found = selectors.unit(code=unit)
    if len(unit) > _LONGEST_UNIT:
        raise WayProblem(f"Afdelingens kode er for lang. Den må højst fylde {_LONGEST_UNIT} tegn.")
    codes = dict(service_codes or {})
    _require_address(url)
    if not service_code and not codes:
        raise WayProblem("Skriv modtagerens service_code: én for alt eller én for hvert emne.")
    if any(not _CODE.fullmatch(one) for one in (*codes.values(), *filter(None, [service_code]))):
        raise WayProblem("En service_code er på 1 til 60 tegn uden mellemrum.")
    if any(not _KLE.fullmatch(one) for one in codes):
        raise WayProblem("Skriv begyndelsen af et KLE-nummer og en kode, for eksempel 05.01=hul.")
    if not 1 <= answer_days <= _MOST_DAYS:
        raise WayProblem(f"Antallet af dage skal være 1 til {_MOST_DAYS}.")
    way = Open311Way.objects.create(
        unit=found,
        url=url.rstrip("/"),
        jurisdiction=jurisdiction,
        service_code=service_code,
        service_codes=codes,
        shows_descriptions=shows_descriptions,
        answer_days=answer_days,
        set_by=set_by,
        set_at=timezone.now(),
    )
    distributing.route(unit=found, by=distributing.BY_OPEN311)
    return way


@transaction.atomic
def remove(*, unit: str, set_by: str) -> None:
    """Let the department have its cases in its inbox here again. What has gone out is still asked
    for. Raises WayProblem when it is not reached by Open311."""
    found = selectors.unit(code=unit)
    if of(found) is None:
        raise WayProblem(f"{found.name} får ikke sager med Open311.")
    Open311Way.objects.create(unit=found, set_by=set_by, set_at=timezone.now())
    distributing.route(unit=found, by="")


def of(unit: Unit) -> Open311Way | None:
    """The way that counts now; None when the department is not reached by Open311."""
    newest = Open311Way.objects.filter(unit=unit).order_by("-id").first()
    return newest if newest is not None and newest.url else None


def in_use() -> list[Open311Way]:
    """The ways that count now, by department."""
    newest = Open311Way.objects.order_by("unit__code", "-id").distinct("unit__code")
    return [way for way in newest.select_related("unit") if way.url]


def credential(unit: Unit) -> str:
    """The name of the robot's credential with the key that the other body has given us."""
    return f"{_CREDENTIAL}{unit.code}"


def server(way: Open311Way) -> Open311Body:
    """The other body's server, as that way has it."""
    name = credential(way.unit)
    return Open311Body(
        url=way.url,
        api_key=lambda: credentials.secret(robot=ROBOT, name=name),
        jurisdiction=way.jurisdiction,
        shows_descriptions=way.shows_descriptions,
    )


def code_for(way: Open311Way, *, kle_number: str) -> str:
    """The other body's code for the subject; "" when there is none."""
    fitting = [prefix for prefix in way.service_codes if kle_number.startswith(prefix)]
    if not fitting:
        return way.service_code
    return str(way.service_codes[max(fitting, key=len)])


def _require_address(url: str) -> None:
    try:
        address = urlsplit(url)
        host = address.hostname
    except ValueError:
        host = None
    if host is None or len(url) > 300 or address.query or address.fragment or address.username:
        raise WayProblem("Adressen kan ikke bruges. Skriv den som https://by.dk/open311/v2.")
    # The key and what a citizen wrote go there.
    if address.scheme != "https" and not (address.scheme == "http" and host in _NEAR):
        raise WayProblem("Adressen skal begynde med https://.")
