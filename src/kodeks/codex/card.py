# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The system card (`system.toml`): what one AI system is, what it may read, how it is watched.

A card is data that a manager signs off, so it is read strictly: an unknown key is refused as firmly
as a missing one. What the law allows is not on the card but in the codex, which two people sign.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kodeks.codex import card_texts, monitoring
from kodeks.codex.fairness import Limit, Selection, read_limits, read_selection
from kodeks.codex.monitoring import Monitoring
from kodeks.codex.reader import CardError, Reader

AUTONOMY = ("advise", "procedural")
"""How far the robot may go: always after a person, or by itself in reversible, rule-bound steps."""
RISK_CLASSES = ("minimal", "limited", "high")
"""As the AI Act classes it: annex III is high, art. 50 is limited, the rest is minimal."""
CATEGORIES = ("none", "ordinary", "confidential", "cpr", "criminal", "special")
"""Not personal; GDPR art. 6; confidential; databeskyttelsesloven §§ 11 and 8; GDPR art. 9."""
_SLUG = re.compile(r"[a-z][a-z0-9_]{1,39}")
_SHARE = re.compile(r"0\.[0-9]{1,4}|1\.0")


@dataclass(frozen=True, kw_only=True)
class DataField:
    """A field that the system may use, for the named purposes only.

    `free_text` says that people outside wrote it, so that it is looked through for hidden text.
    """

    source: str
    supplier: str
    field: str
    title: str
    category: str
    free_text: bool
    purposes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SupervisionTask:
    """Something that those who answer for the system look at, again and again."""

    task: str
    title: str
    every_months: int


@dataclass(frozen=True, kw_only=True)
class Robot:
    """The robot that carries out what was decided, and the only steps it may take.

    `procedural` are those it may take by itself where system and legal basis allow it; of these
    `review_share` (0 to 1, as text) is drawn for a person to look at afterwards.
    """

    name: str
    title: str
    steps: tuple[str, ...]
    procedural: tuple[str, ...]
    review_share: str


@dataclass(frozen=True, kw_only=True)
class SystemCard:
    """All of one card. Texts are Danish; `purposes` maps a code to its text.

    What only the register needs, and the English texts, stand in `content` (see `card_texts`).
    """

    id: str
    name: str
    purpose: str
    summary: str
    autonomy: str
    affected: str
    risk_class: str
    risk: str
    guidance: str
    complaint: str
    unit: str
    purposes: Mapping[str, str]
    data_fields: tuple[DataField, ...]
    supervision: tuple[SupervisionTask, ...]
    fairness: tuple[Limit, ...]
    selection: Selection | None
    monitoring: Monitoring | None
    robot: Robot | None
    content: Mapping[str, Any]
    """The card as JSON-ready data, exactly as it is registered."""

    @property
    def sha256(self) -> str:
        """Hash of the card's source data; two cards with equal content have equal hashes."""
        return str(self.content["sha256"])

    def categories(self, purpose: str) -> frozenset[str]:
        """The categories of data that are declared for a purpose."""
        return frozenset(one.category for one in self.data_fields if purpose in one.purposes)


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
        "risk_class": system.choice("risk_class", RISK_CLASSES),
        "risk": system.text("risk"),
        "guidance": system.text("guidance"),
        "complaint": system.text("complaint"),
        "unit": system.text("unit"),
    }
    system.finish()
    fields = tuple(
        field for row in reader.tables("data_source") for field in _fields(row, purposes)
    )
    if not fields:
        raise CardError("Systemkortet nævner ingen data. Tilføj mindst ét felt.")
    _refuse_twice("felt", [(one.source, one.field) for one in fields])
    supervision = tuple(_task(row) for row in reader.tables("supervision"))
    if not supervision:
        raise CardError("Systemkortet har intet tilsyn. Tilføj mindst ét under [[supervision]].")
    _refuse_twice("tilsyn", [one.task for one in supervision])
    limits = read_limits(reader)
    selection = read_selection(reader, limits)
    watched = monitoring.read(reader)
    robot = _robot(reader, autonomy=card["autonomy"])
    content = _content(
        card,
        purposes,
        fields,
        supervision,
        robot,
        fairness=[asdict(limit) for limit in limits],
        selection=None if selection is None else asdict(selection),
        monitoring=monitoring.as_content(watched),
    )
    content |= card_texts.read(reader, content)
    reader.finish()
    return SystemCard(
        **card,
        purposes=purposes,
        data_fields=fields,
        supervision=supervision,
        fairness=limits,
        selection=selection,
        monitoring=watched,
        robot=robot,
        content={**content, "sha256": fingerprint(content)},
    )


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
                category=entry.choice("category", CATEGORIES),
                free_text=entry.flag("free_text") if entry.has("free_text") else False,
                purposes=entry.choices("purposes", tuple(purposes)),
            )
        )
        entry.finish()
    row.finish()
    return fields


def _task(row: Reader) -> SupervisionTask:
    task = SupervisionTask(
        task=row.match("task", _SLUG),
        title=row.text("title"),
        every_months=row.integer("every_months", least=1, most=24),
    )
    row.finish()
    return task


def _robot(reader: Reader, *, autonomy: str) -> Robot | None:
    table = reader.optional_table("robot")
    if table is None:
        return None
    steps = table.list("steps")
    robot = Robot(
        name=table.match("name", _SLUG),
        title=table.text("title"),
        steps=steps,
        procedural=table.choices("procedural", steps) if table.has("procedural") else (),
        review_share=table.text("review_share") if table.has("review_share") else "0.0",
    )
    table.finish()
    if not _SHARE.fullmatch(robot.review_share):
        raise CardError('I [robot] skal `review_share` være en andel som tekst, fx "0.10".')
    if bool(robot.procedural) != (autonomy == "procedural"):
        raise CardError(
            "Kun en robot i et system med `autonomy` procedural har trin under `procedural`. "
            "Ret det ene af de to."
        )
    if robot.procedural and float(robot.review_share) == 0:
        raise CardError(
            "En robot, der handler selv, skal have en andel set efter. Skriv `review_share` i "
            "[robot]."
        )
    return robot


def _refuse_twice(what: str, keys: list[Any]) -> None:
    for number, key in enumerate(keys):
        if key in keys[:number]:
            named = " ".join(key) if isinstance(key, tuple) else key
            raise CardError(f"Systemkortet har to gange samme {what}: {named}. Slet det ene.")


def _content(
    card: Mapping[str, str],
    purposes: Mapping[str, str],
    fields: tuple[DataField, ...],
    supervision: tuple[SupervisionTask, ...],
    robot: Robot | None,
    **more: Any,
) -> dict[str, Any]:
    return {
        **card,
        **more,
        "purposes": dict(purposes),
        "data_fields": [{**asdict(field), "purposes": list(field.purposes)} for field in fields],
        "supervision": [asdict(task) for task in supervision],
        "robot": None
        if robot is None
        else {
            **asdict(robot),
            "steps": list(robot.steps),
            "procedural": list(robot.procedural),
        },
    }


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a card's content, whose own `sha256` does not count."""
    rest = {name: value for name, value in content.items() if name != "sha256"}
    stable = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(stable.encode()).hexdigest()
