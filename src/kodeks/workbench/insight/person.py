# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The points about people: what was decided, who answers, how to complain, what was weighed.

And the robot, which only carries out what a person decided or what fixed rules let it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from django.utils.formats import date_format

from kodeks.casework.models import Unit
from kodeks.kernel.records import Act, Milestone
from kodeks.kernel.reversals import CAUSES
from kodeks.workbench import plain
from kodeks.workbench.insight.blocks import Block, Facts, Heading, Listing, Quote, Table, Text
from kodeks.workbench.insight.told import ERASED, Told, moment


def opening(told: Told) -> Iterator[str]:
    """When it came, its number, who answers and when."""
    matter = told.found.matter
    yield f"Vi modtog den {date_format(matter.received_on)}."
    if matter.case_number:
        yield f"Sagen {'havde' if told.erased else 'har'} nummer {matter.case_number}."
    if matter.department:
        yield f"{matter.department} {'svarede' if told.erased else 'svarer'} dig."
    if matter.answer_by:
        yield f"Du hører fra os senest {date_format(matter.answer_by)}."


def decision(told: Told) -> Iterator[Block]:
    """Which decision, who made it, how it was changed later (the newest first), and who has dealt
    with what was urgent."""
    if told.erased:
        yield Text(
            text="Du kan stadig se, hvad der blev valgt, hvem der valgte, og hvad robotten gjorde. "
            "Resten er slettet: det, du skrev, dit navn, dit CPR-nummer, hvis du gav os det, og "
            "vores breve. Kommunens arkiv kan have sin egen kopi. Den følger arkivets regler."
        )
    found = told.records.decision
    if found is None:
        yield Text(text="Ingen har afgjort sagen endnu. Kig ind igen senere.")
        if told.records.recommendation is None and told.found.matter.own_text:
            yield Text(text="Du skrev:")
            yield Quote(text=told.found.matter.own_text)
        return
    changes = told.records.reversals
    if changes:
        yield Text(text="Valget er gjort om. Det, der står først her, gælder nu.")
    for change in reversed(changes):
        yield Heading(text=f"Gjort om {moment(change.reversed_at)}")
        yield Facts(
            rows=(
                ("Det er valgt nu", told.found.titles(change.outcome)),
                ("Det var valgt før", told.found.titles(change.before)),
                ("Gjort om af", _person(change.body["reversed_by"])),
                ("Årsag", CAUSES[change.cause]),
            )
        )
    if changes:
        yield Heading(text="Det blev valgt først")
    yield Facts(
        rows=(
            ("Det blev valgt" if changes else "Det er valgt", told.found.titles(found.outcome)),
            ("Valgt af", _person(found.body["decided_by"])),
            ("Tid", moment(found.decided_at)),
        )
    )
    for one in told.records.attended:
        yield Text(
            text=f"Det kunne haste. {_employee(one)} skrev den {moment(one.at)}, at der var taget "
            "hånd om det."
        )


def _employee(one: Milestone) -> str:
    """Who, and of which department."""
    unit = Unit.objects.filter(code=one.unit).first()
    return f"{one.user.full_name} ({one.unit if unit is None else unit.name})"


def _person(by: Mapping[str, str]) -> str:
    return ", ".join(filter(None, (by["name"], by["title"])))


def responsible(told: Told) -> Iterator[Block]:
    """Who answers for the system, today and when it suggested."""
    system, recommendation = told.records.system, told.records.recommendation
    rows = [
        ("Leder med ansvar", system.manager or "Der er ikke udpeget en leder lige nu"),
        ("Hvor i kommunen", system.unit or str(system.card["unit"])),
    ]
    if recommendation is not None:
        before = recommendation.body["owner"]["manager"]
        if before != system.manager:
            rows.append(("Leder, da forslaget blev lavet", before))
    yield Facts(rows=tuple(rows))


def complaint(told: Told) -> Iterator[Block]:
    """In the card's words; then the objections that were made, and that one can be made."""
    yield Text(text=str(told.records.system.card["complaint"]).strip(), quoted=True)
    for one in told.corrections:
        if one.is_objection:
            yield Listing(items=one.texts, quoted=True)
    if told.objectable:
        yield Text(text="På sagens side kan du også gøre indsigelse mod, at vi bruger AI i sagen.")


def considerations(told: Told) -> Iterator[Block]:
    """The person's own, and the system's in the order of their weight, each with its rule."""
    decided, suggested = told.records.decision, told.records.recommendation
    if told.erased:
        yield Text(text=ERASED)
        return
    if decided is not None:
        yield Heading(text=f"Det lagde {decided.body['decided_by']['name']} vægt på")
        yield Quote(text=decided.body["own_consideration"])
    for change in told.records.reversals:
        name = change.body["reversed_by"]["name"]
        yield Heading(text=f"Derfor gjorde {name} valget om")
        yield Quote(text=change.body["own_consideration"])
    if decided is not None:
        laws = dict.fromkeys(basis.text for basis in told.records.bases)
        if laws:
            yield Listing(items=tuple(f"Regel: {law}" for law in laws), quoted=True)
    if suggested is not None:
        yield Heading(text="Det lagde systemet vægt på")
        yield Text(
            text="Det tungeste står først. »For« taler for forslaget. »Imod« taler for noget andet."
        )
        yield Text(
            text="Et ord står sjældent selv i en regel. Under »Regel« står den regel, der gør det "
            "vigtigt, hvad ordet handler om."
        )
        weighed = plain.weighed(suggested.body["considerations"])
        yield Table(
            label="Det lagde systemet vægt på",
            columns=("Nr.", "Hvad", "For eller imod", "Hvor meget", "Regel"),
            rows=tuple(
                (str(number), one.text, one.direction, one.weight, one.rule)
                for number, one in enumerate(weighed, start=1)
            ),
        )
    elif decided is None:
        yield Text(text="Det kan du se her, når sagen er læst.")


def robot(told: Told) -> Iterator[Block]:
    """What it did by itself, and what it did because of the decision."""
    name = str((told.records.system.card["robot"] or {}).get("title", "Robotten"))
    by_itself = [act for act in told.records.acts if act.body["decision"] is None]
    decided = [act for act in told.records.acts if act.body["decision"] is not None]
    after = [act for act in decided if "reversal" not in act.body]
    again = [act for act in decided if "reversal" in act.body]
    if by_itself:
        yield Heading(text="Før et menneske havde valgt")
        yield Text(
            text=f"{name} har gjort dette selv. Det følger faste regler og kan gøres om. Det afgør "
            "ikke sagen. Et menneske ser en del af den slags efter."
        )
        yield _acts("Det gjorde robotten selv", by_itself)
    if after:
        if by_itself:
            yield Heading(text="Efter valget")
        here = " her" if by_itself else ""
        yield Text(
            text=f"Robotten gør{here} kun det, som følger af valget. {name} har gjort dette:"
        )
        yield _acts("Det gjorde robotten efter valget", after)
    if again:
        yield Heading(text="Efter at valget blev gjort om")
        yield _acts("Det gjorde robotten, efter at valget blev gjort om", again)
    if not told.records.acts:
        yield Text(text="Robotten har ikke gjort noget i sagen endnu.")


def _acts(label: str, acts: Sequence[Act]) -> Table:
    return Table(
        label=label,
        columns=("Handling", "Tid"),
        rows=tuple(
            (plain.step_title(robot=act.robot, step=act.step), moment(act.acted_at)) for act in acts
        ),
    )
