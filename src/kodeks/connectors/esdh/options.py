# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the installation says of its ESDH system, and how our departments are called there."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from kodeks.casework.errors import CaseworkError
from kodeks.casework.ports import PortRejected

OTHERS = "*"
_LOCAL = ("localhost", "127.0.0.1", "::1")
_FIELD = re.compile("ows_[A-Za-z0-9_]{1,60}")
_FILE = "KODEKS_ESDH_DEPARTMENTS"


@dataclass(frozen=True)
class Department:
    """A department in the ESDH system. `caseworker` and `reminder` are ids of a person and of a
    kind of reminder there; 0 when the municipality uses none."""

    id: int
    name: str
    key: str = ""
    caseworker: int = 0
    reminder: int = 0


@dataclass(frozen=True)
class Options:
    """The settings KODEKS_ESDH_..., see `docs/settings.md`."""

    url: str
    token_url: str
    client: str
    template: int
    mark_field: str
    seconds: float
    departments: dict[str, Department]

    def department(self, name: str) -> Department:
        """The department of that name of ours, or the one that stands for all others.

        Raises PortRejected when there is none.
        """
        found = self.departments.get(name) or self.departments.get(OTHERS)
        if found is None:
            raise PortRejected(
                f"Afdelingen {name} er ikke knyttet til en afdeling i ESDH-systemet. "
                f"Bed driften skrive den i filen fra {_FILE}."
            )
        return found


def read(*, token: bool = True, template: bool = False) -> Options:
    """The installation's options; `token` and `template` tell what the system cannot do without.

    Raises CaseworkError when something is missing or wrong.
    """
    return Options(
        url=_address("KODEKS_ESDH_URL"),
        token_url=_address("KODEKS_ESDH_TOKEN_URL") if token else "",
        client=_given("KODEKS_ESDH_CLIENT"),
        template=_template() if template else 0,
        mark_field=_field(),
        seconds=float(settings.KODEKS_ESDH_SECONDS),
        departments=departments(Path(_given(_FILE))),
    )


def departments(file: Path) -> dict[str, Department]:
    """The departments of a file: a table of TOML for each, by our name or `*` for all others.

    Raises CaseworkError when the file cannot be read or says something else.
    """
    try:
        tables = tomllib.loads(file.read_text("utf-8"))
        return {name: _department(table) for name, table in tables.items()}
    except (OSError, ValueError, TypeError) as error:
        raise CaseworkError(
            f"Filen fra {_FILE} kan ikke læses. Skriv hver afdeling som [navn] med id og name."
        ) from error


def _department(table: object) -> Department:
    if not isinstance(table, dict):
        raise TypeError
    found = Department(**table)
    for value, kind in (
        (found.id, int),
        (found.name, str),
        (found.key, str),
        (found.caseworker, int),
        (found.reminder, int),
    ):
        if type(value) is not kind:
            raise TypeError
    return found


def _given(name: str) -> str:
    value = str(getattr(settings, name)).strip()
    if not value:
        raise CaseworkError(f"Indstillingen {name} mangler. ESDH-systemet kan ikke nås uden den.")
    return value


def _address(name: str) -> str:
    value = _given(name)
    parts = urlsplit(value)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise CaseworkError(f"Indstillingen {name} skal være en adresse, der begynder med https.")
    return value.rstrip("/")


def _field() -> str:
    value = str(settings.KODEKS_ESDH_MARK_FIELD).strip()
    if value and not _FIELD.fullmatch(value):
        raise CaseworkError(
            "Indstillingen KODEKS_ESDH_MARK_FIELD skal være feltets interne navn, som ows_Kodeks."
        )
    return value


def _template() -> int:
    value = _given("KODEKS_ESDH_TEMPLATE")
    if not (value.isascii() and value.isdigit()):
        raise CaseworkError("Indstillingen KODEKS_ESDH_TEMPLATE skal være skabelonens nummer.")
    return int(value)
