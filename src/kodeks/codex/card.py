# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The system card (`system.toml`): what one AI system is, who answers for it, what it may use.

A card is data that a manager signs off, so it is read strictly: an unknown key is refused
as firmly as a missing one, because a misspelt `valid_to` must not become "for ever".
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kodeks.codex.reader import CardError, Reader

PHASES = ("development", "retraining", "operation")
AUTONOMY = ("advise", "procedural")
_SLUG = re.compile(r"[a-z][a-z0-9_]{1,39}")


@dataclass(frozen=True, kw_only=True)
class Owner:
    """Who answers: an organisational unit and a named manager (codex, principle 1)."""

    unit: str
    manager: str


@dataclass(frozen=True, kw_only=True)
class LegalBasis:
    """One row of the dated table: phase and purpose -> basis, with its source.

    `valid_to` is the last day on which the basis holds; None means that no end is known.
    """

    phase: str
    purpose: str
    data_category: str
    basis: str
    source: str
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True, kw_only=True)
class DataField:
    """A field that the system may use, for the named purposes only."""

    source: str
    supplier: str
    field: str
    title: str
    purposes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Robot:
    """The robot that carries out what was decided, and the only steps it may take."""

    name: str
    title: str
    steps: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SystemCard:
    """All of one card. Texts are Danish; `purposes` maps a code to its text."""

    id: str
    name: str
    purpose: str
    summary: str
    autonomy: str
    affected: str
    risk: str
    guidance: str
    complaint: str
    owner: Owner
    purposes: Mapping[str, str]
    legal_bases: tuple[LegalBasis, ...]
    data_fields: tuple[DataField, ...]
    robot: Robot | None
    content: Mapping[str, Any]
    """The card as JSON-ready data (dates as ISO text), exactly as it is registered."""

    @property
    def sha256(self) -> str:
        """Hash of the card's source data; two cards with equal content have equal hashes."""
        return str(self.content["sha256"])


def load(text: str) -> SystemCard:
    """Read a card from TOML text.

    Raises CardError, whose Danish text names the table and key that is missing or wrong.
    """
    reader = Reader.of_toml(text, where="systemkortet")
    system = reader.table("system")
    purposes = reader.table("purposes").texts()
    if not purposes:
        raise CardError("Systemkortet nævner ingen formål. Tilføj mindst ét under [purposes].")
    card = {
        "id": system.match("id", _SLUG),
        "name": system.text("name"),
        "purpose": system.text("purpose"),
        "summary": system.text("summary"),
        "autonomy": system.choice("autonomy", AUTONOMY),
        "affected": system.text("affected"),
        "risk": system.text("risk"),
        "guidance": system.text("guidance"),
        "complaint": system.text("complaint"),
    }
    system.finish()
    owner_table = reader.table("owner")
    owner = Owner(unit=owner_table.text("unit"), manager=owner_table.text("manager"))
    owner_table.finish()
    bases = tuple(_basis(row, purposes) for row in reader.tables("legal_basis"))
    fields = tuple(
        field for row in reader.tables("data_source") for field in _fields(row, purposes)
    )
    robot = _robot(reader)
    reader.finish()
    content = _content(card, owner, purposes, bases, fields, robot)
    return SystemCard(
        **card,
        owner=owner,
        purposes=purposes,
        legal_bases=bases,
        data_fields=fields,
        robot=robot,
        content=content,
    )


def _basis(row: Reader, purposes: Mapping[str, str]) -> LegalBasis:
    basis = LegalBasis(
        phase=row.choice("phase", PHASES),
        purpose=row.choice("purpose", tuple(purposes)),
        data_category=row.text("data_category"),
        basis=row.text("basis"),
        source=row.text("source"),
        valid_from=row.date("valid_from"),
        valid_to=row.optional_date("valid_to"),
    )
    row.finish()
    if basis.valid_to is not None and basis.valid_to < basis.valid_from:
        raise CardError(f"I {row.where} slutter hjemlen, før den begynder. Ret datoerne.")
    if "samtykke" in basis.basis.lower():
        # Datatilsynet 2022-212-3676 (Asta): consent is no basis for profiling by an authority.
        raise CardError(
            f"I {row.where} står samtykke som hjemmel. Et samtykke er ikke hjemmel for en "
            "myndigheds profilering (Datatilsynet 2022-212-3676). Angiv lovens bestemmelse."
        )
    return basis


def _fields(row: Reader, purposes: Mapping[str, str]) -> list[DataField]:
    source, supplier = row.text("name"), row.text("supplier")
    fields = []
    for entry in row.tables("fields"):
        fields.append(
            DataField(
                source=source,
                supplier=supplier,
                field=entry.text("name"),
                title=entry.text("title"),
                purposes=entry.choices("purposes", tuple(purposes)),
            )
        )
        entry.finish()
    row.finish()
    return fields


def _robot(reader: Reader) -> Robot | None:
    table = reader.optional_table("robot")
    if table is None:
        return None
    robot = Robot(
        name=table.match("name", _SLUG), title=table.text("title"), steps=table.list("steps")
    )
    table.finish()
    return robot


def _content(
    card: Mapping[str, str],
    owner: Owner,
    purposes: Mapping[str, str],
    bases: tuple[LegalBasis, ...],
    fields: tuple[DataField, ...],
    robot: Robot | None,
) -> dict[str, Any]:
    content: dict[str, Any] = {
        **card,
        "owner": {"unit": owner.unit, "manager": owner.manager},
        "purposes": dict(purposes),
        "legal_bases": [
            {
                "phase": basis.phase,
                "purpose": basis.purpose,
                "data_category": basis.data_category,
                "basis": basis.basis,
                "source": basis.source,
                "valid_from": basis.valid_from.isoformat(),
                "valid_to": basis.valid_to.isoformat() if basis.valid_to else None,
            }
            for basis in bases
        ],
        "data_fields": [
            {
                "source": field.source,
                "supplier": field.supplier,
                "field": field.field,
                "title": field.title,
                "purposes": list(field.purposes),
            }
            for field in fields
        ],
        "robot": None
        if robot is None
        else {"name": robot.name, "title": robot.title, "steps": list(robot.steps)},
    }
    stable = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {**content, "sha256": hashlib.sha256(stable.encode()).hexdigest()}
