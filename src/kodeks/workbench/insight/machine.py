# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The points about the system: its data, what it did and did not, how good it is, its rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.formats import date_format
from django.utils.text import capfirst

from kodeks.kernel.insight import Basis
from kodeks.kernel.records import Recommendation
from kodeks.kernel.replaying import Outcome
from kodeks.workbench import figures, plain
from kodeks.workbench.insight.blocks import Block, Datum, Facts, Heading, Listing, Table, Text
from kodeks.workbench.insight.told import ERASED, Told, moment

NOT_CONFIRMED = {
    Outcome.IMPOSSIBLE: (
        "Det kan vi ikke vise lige nu. Vi viser kun det, som modellen kan svare på igen. Det kan "
        "den ikke nu."
    ),
    Outcome.REWORDED: (
        "Det kan vi ikke vise mere. Navne på emner eller regler er skrevet om siden, så teksten "
        "passer ikke. Tallene er de samme."
    ),
    Outcome.DIFFERENT: (
        "Det kan vi ikke vise. Vi har spurgt modellen igen, og den svarer ikke det samme nu."
    ),
}


def data(told: Told) -> Iterator[Block]:
    """Every value that was used: content, source, supplier, date."""
    recommendation = told.records.recommendation
    if recommendation is None:
        yield Text(text="Systemet har ikke brugt data om dig i denne sag.")
        return
    if told.erased:
        yield Text(text="Dine data er slettet. Det her blev brugt dengang:")
        yield Listing(
            items=tuple(_named(one) for one in recommendation.body["data_used"]), quoted=True
        )
        return
    yield Text(
        text="Systemet brugte kun det, der står her. Er noget forkert, så sig det til os. Så ser "
        "vi på det og svarer dig."
    )
    for one in recommendation.body["data_used"]:
        yield _datum(told, recommendation, one)


def unused(told: Told) -> Iterator[Block]:
    """What was looked at and did not go into the suggestion."""
    recommendation = told.records.recommendation
    read = [] if recommendation is None else recommendation.body["data_read"]
    if read:
        yield Text(text="Systemet så også på dette, men brugte det ikke:")
        yield Listing(items=tuple(_named(one) for one in read), quoted=True)
    else:
        yield Text(text="Intet. Systemet har ikke set på andet.")


def did(told: Told) -> Iterator[Block]:
    """What the system did, what it did not do, and what it might have suggested."""
    recommendation, decision = told.records.recommendation, told.records.decision
    if recommendation is None:
        nothing = "Ingenting. Et menneske valgte selv, uden et forslag."
        yield Text(text=nothing if decision else "Der er ikke lavet et forslag endnu.")
        yield from _now(told)
        return
    body = recommendation.body
    several = bool(recommendation.offer)
    yield Text(text="Den læste de data, vi har brugt. Så gav den et forslag.")
    used = plain.AUTONOMY[told.records.system.card["autonomy"]]
    yield Text(text=f"Sådan bruger vi systemet: {used}")
    if several:
        yield Text(
            text="Den var ikke sikker nok. Derfor viste den flere muligheder at vælge mellem."
        )
    if body["presentation"]["how"] == "withheld":
        yield Text(text="Forslaget var for usikkert. Derfor er det ikke vist til nogen.")
    elif decision is None:
        yield Text(text="Ingen har taget stilling til forslaget endnu.")
    else:
        name = decision.body["decided_by"]["name"]
        if "first_view" in decision.body:
            yield Text(text=f"{name} skrev sin egen vurdering, før forslaget blev vist.")
        chose = plain.PICKED if several else plain.FOLLOWED
        yield Text(text=f"{name} {chose[decision.body['choice']]}")
    yield Facts(
        rows=(
            (
                "Det mest sandsynlige" if several else "Forslag",
                told.found.titles(body["suggestion"]),
            ),
            ("Hvor sikkert var systemet?", figures.share(body["confidence"])),
            ("Formål", recommendation.purpose_text),
            ("Tid", moment(recommendation.issued_at)),
            ("System", body["system_name"]),
        )
    )
    yield Heading(text="Hvad gjorde den ikke?")
    yield Listing(
        items=(
            "Den afgjorde ikke din sag.",
            "Den brugte ikke andre data om dig end dem, du ser her.",
            "Den skrev ikke til dig.",
        )
    )
    if body["alternatives"]:
        yield Heading(text="Hvad kunne den ellers have foreslået?")
        yield Table(
            label="Andre forslag",
            columns=("Forslag", "Hvor sikkert var det?"),
            rows=tuple(
                (told.found.title(one["value"]), figures.share(one["confidence"]))
                for one in body["alternatives"]
            ),
        )


def quality(told: Told) -> Iterator[Block]:
    """Version and measured quality of the release that computed, also for such cases as this."""
    recommendation = told.records.recommendation
    if recommendation is None:
        yield Text(text="Der er ikke brugt et forslag i sagen.")
        return
    yield Facts(rows=(("Model", recommendation.body["release"]["version"]),))
    measured = figures.accuracy(recommendation.metrics)
    yield Text(
        text=f"Kan den tage fejl? Ja. {measured}"
        if measured
        else "Kan den tage fejl? Ja. Men vi har ikke målt det."
    )
    such = figures.such_cases(recommendation.groups, groups=told.found.matter.groups)
    if such:
        yield Text(text="Sådan gik det i sager som din:")
        yield Listing(items=tuple(such))
    else:
        yield Text(text="Vi har ikke et tal for netop den slags sager.")
    yield from _now(told)


def _now(told: Told) -> Iterator[Block]:
    """What keeps the system from running today, also one whose own alarm has stopped it."""
    obstacles = told.records.system.obstacles
    if obstacles:
        yield Heading(text="Kører systemet nu?")
        yield Text(text="Nej. Det giver ingen forslag. Et menneske ser på hver sag uden det.")
        yield Listing(items=tuple(dict.fromkeys(one.sentence for one in obstacles)))


def changes(told: Told) -> Iterator[Block]:
    """What would have changed the suggestion: only what the model, asked again, confirms."""
    recommendation = told.records.recommendation
    if recommendation is None:
        yield Text(text="Der er ikke et forslag, som kunne være blevet et andet.")
        return
    if told.erased or told.replay is None:
        yield Text(text=ERASED)
        return
    found = recommendation.body["counterfactuals"]
    if not found:
        yield Text(text="Vi prøvede, men fandt ikke en lille ændring, som gav et andet forslag.")
    elif told.replay.confirmed:
        yield Text(text="Vi har spurgt den samme model igen, og svaret er det samme som dengang:")
        yield Listing(items=tuple(f"{one['text']}." for one in found), quoted=True)
    else:
        yield Text(text=NOT_CONFIRMED[told.replay.outcome])


def rules(told: Told) -> Iterator[Block]:
    """The legal bases of that day, and the edition of the codex."""
    for basis in told.records.bases:
        yield Listing(items=tuple(f"{label}: {text}" for label, text in _law(basis)), quoted=True)
    record = told.records.recommendation or told.records.decision
    if record is None:
        yield Text(text="Det kan du se her, når sagen er læst.")
        return
    number = record.body["codex"]["number"]
    yield Text(text=f"Det blev gjort efter udgave {number} af kommunens kodeks.")


def _named(one: dict[str, str]) -> str:
    return f"{one['title']} ({one['source']})"


def _datum(told: Told, recommendation: Recommendation, one: dict[str, str]) -> Datum:
    place = (one["source"], one["field"])
    return Datum(
        record_id=recommendation.id,
        source=one["source"],
        field=one["field"],
        title=one["title"],
        value=str(one["value"]),
        supplier=capfirst(one["supplier"]),
        fetched=moment(dt.datetime.fromisoformat(one["fetched_at"])),
        corrections=tuple(
            told_of for told_of in told.corrections if (told_of.source, told_of.field) == place
        ),
    )


def _law(basis: Basis) -> list[tuple[str, str]]:
    until = f" til {date_format(basis.valid_to)}" if basis.valid_to else ""
    return [
        ("Regel", basis.text),
        ("Kilde", basis.source),
        ("Gælder", f"Fra {date_format(basis.valid_from)}{until}"),
    ]
