# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The bundle: the twelve points that a citizen can always see, of the kernel's records alone.

Sources: forvaltningsloven §§ 22-24 (reasons: rules, main considerations, facts), GDPR articles 12
and 15, CJEU C-203/22 (changes that are told must hold), the AI Act's article 86.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kodeks.casework import corrections
from kodeks.kernel import insight as kernel_insight
from kodeks.kernel.insight import Insight, Matter
from kodeks.kernel.receipts import Provable
from kodeks.kernel.replaying import Replay
from kodeks.workbench import plain
from kodeks.workbench.insight import machine, person, replays
from kodeks.workbench.insight.blocks import Block, Listing, Point, Section, Text
from kodeks.workbench.insight.told import Told, moment
from kodeks.workbench.matters import Found

POINTS = (
    *("decision", "responsible", "complaint", "data", "unused", "considerations"),
    *("machine", "quality", "changes", "rules", "robot", "proof"),
)
"""The checklist: these points, each with something said, in every bundle."""
_ACT = "act-"


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """What page, letter and file say of a matter, and the records that it was made of."""

    matter: Matter
    records: Insight
    replay: Replay | None
    erased: bool
    objectable: bool
    opening: tuple[str, ...]
    """What comes before the points: dates, number, department."""
    sections: tuple[Section, ...]

    @property
    def points(self) -> tuple[Point, ...]:
        return tuple(point for section in self.sections for point in section.points)

    @property
    def receipts(self) -> tuple[tuple[str, str, Provable], ...]:
        return receipts(self.records)


def build(found: Found) -> Bundle:
    """Everything about the matter. Raises System.DoesNotExist, SealingError."""
    records = records_of(found)
    own = [one for one in (records.recommendation, records.decision) if one is not None]
    told = Told(
        found=found,
        records=records,
        erased=any(one.erased for one in own),
        replay=replays.of(found, records),
        corrections=corrections.of_subject(found.matter.subject),
    )
    return Bundle(
        matter=found.matter,
        records=records,
        replay=told.replay,
        erased=told.erased,
        objectable=told.objectable,
        opening=tuple(person.opening(told)),
        sections=tuple(_sections(told)),
    )


def records_of(found: Found) -> Insight:
    return kernel_insight.of(system=found.matter.system, subject=found.matter.subject)


def receipts(records: Insight) -> tuple[tuple[str, str, Provable], ...]:
    """Kind, title and record of each receipt that there is.

    The kind of an act is `act-<step>`. What comes again has a number: a decision can be changed
    more than once, and a step taken by the robot itself, under the decision and under each change.
    """
    found: dict[str, tuple[str, Provable]] = {}

    def add(kind: str, title: str, record: Provable) -> None:
        number, times = kind, 1
        while number in found:
            times += 1
            number = f"{kind}-{times}"
        found[number] = (title, record)

    if records.recommendation is not None:
        add("recommendation", "Kvittering for forslaget", records.recommendation)
    if records.decision is not None:
        add("decision", "Kvittering for valget", records.decision)
    for change in records.reversals:
        add(
            "reversal",
            f"Kvittering for det nye valg ({moment(change.reversed_at)})",
            change,
        )
    for act in records.acts:
        step = plain.step_title(robot=act.robot, step=act.step)
        add(f"{_ACT}{act.step}", f"Kvittering for »{step}«", act)
    return tuple((kind, title, record) for kind, (title, record) in found.items())


def _sections(told: Told) -> Iterator[Section]:
    decided = "Hvad er valgt, og hvem har valgt?"
    yield Section(
        key="decided",
        title=decided,
        points=(
            _point("decision", decided, person.decision(told)),
            _point("responsible", "Hvem har ansvaret?", person.responsible(told)),
            _point("complaint", "Er du uenig?", person.complaint(told)),
        ),
    )
    data = "Hvilke data har vi brugt?"
    yield Section(
        key="data",
        title=data,
        points=(
            _point("data", data, machine.data(told)),
            _point("unused", "Hvad har vi set på uden at bruge det?", machine.unused(told)),
        ),
    )
    weighed = "Hvad er der lagt vægt på?"
    yield Section(
        key="weighed",
        title=weighed,
        points=(_point("considerations", weighed, person.considerations(told)),),
    )
    did = "Hvad gjorde den kunstige intelligens?"
    yield Section(
        key="machine",
        title=did,
        points=(
            _point("machine", did, machine.did(told)),
            _point("quality", "Hvor tit tager den fejl?", machine.quality(told)),
            _point("changes", "Hvad ville have givet et andet forslag?", machine.changes(told)),
            _point("rules", "Hvilken regel giver lov til det?", machine.rules(told)),
        ),
    )
    robot = "Hvad gjorde robotten?"
    yield Section(key="robot", title=robot, points=(_point("robot", robot, person.robot(told)),))
    proof = "Kvitteringer"
    yield Section(key="receipts", title=proof, points=(_point("proof", proof, _proof(told)),))


def _point(key: str, title: str, blocks: Iterator[Block]) -> Point:
    return Point(key=key, title=title, blocks=tuple(blocks))


def _proof(told: Told) -> Iterator[Text | Listing]:
    if told.erased:
        yield Text(
            text="Vi kan ikke lave nye kvitteringer i sagen. Har du gemt en, kan du stadig "
            "kontrollere den."
        )
        return
    found = receipts(told.records)
    if not found:
        yield Text(text="Der er ingen kvitteringer endnu.")
        return
    yield Text(
        text="En kvittering viser, at det, du ser her, ikke er ændret bagefter. Gem den, så kan du "
        "altid kontrollere det."
    )
    yield Listing(items=tuple(title for _, title, _ in found), quoted=True)
