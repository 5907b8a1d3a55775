# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a person tells who does a step of the robot Visitator's first flow by hand, and the same
rows and result of it as the robot's own step leaves."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format

from kodeks.casework import selectors as cases
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Document
from kodeks.inquiries import acknowledging, forwarding, letters, opening, writing
from kodeks.inquiries.journalising import ACKNOWLEDGEMENT, adopted, result_of
from kodeks.inquiries.writing import DOCUMENT
from kodeks.kernel import api as kernel
from kodeks.robots.errors import BusinessError
from kodeks.robots.flows import Fact, Hand, StepContext
from kodeks.robots.hands import Facts, Kind, lines

_CASE = Fact(
    name="esdh_case",
    title="Sagens nummer i ESDH",
    helptext="Nummeret på den sag, du har oprettet eller brugt.",
)
_FILES = Fact(
    name="esdh_files",
    title="Bilagenes numre i ESDH",
    helptext="Kun hvis henvendelsen har bilag eller er delt. Ét nummer på hver linje, i bilagenes "
    "rækkefølge. Notatet om delingen er det sidste.",
    kind=Kind.NUMBERS,
    required=False,
)
_ACKNOWLEDGED = Fact(
    name="esdh_acknowledgement",
    title="Kvitteringens nummer i ESDH",
    helptext="Kun hvis borgeren fik en kvittering, da henvendelsen kom. Læg den på sagen i ESDH, "
    "og skriv dens nummer.",
    required=False,
)


def _journalised(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    """The case is opened here as ever; the journal has it under the numbers that are given."""
    inquiry, decision, topic = opening.matter(context)
    theme = letters.theme(topic)
    told = {"theme": theme, "topic": topic, "user": user, "esdh_case": facts["esdh_case"]}
    try:
        case, document = opening.opened(inquiry, decision, topic, number=context.prepared)
        entry = adopted(context, document, esdh_document=facts["esdh_document"], **told)
        files = list(opening.files(inquiry, case))
        numbers = lines(facts["esdh_files"])
        if len(files) != len(numbers):
            raise CaseworkError(
                f"Henvendelsen har {len(files)} bilag, men du har skrevet {len(numbers)} numre. "
                "Skriv ét nummer for hvert bilag."
            )
        for (part, file), number in zip(files, numbers, strict=True):
            adopted(context, file, esdh_document=number, part=part, **told)
        _acknowledged(context, acknowledging.filed(inquiry, case), facts, told)
    except CaseworkError as error:
        raise BusinessError(code="casework", message=str(error)) from error
    inquiry.case = case
    inquiry.save(update_fields=["case"])
    return result_of(case, entry)


def _acknowledged(
    context: StepContext, given: Document | None, facts: Facts, told: dict[str, Any]
) -> None:
    """What the sender was told at once is a document of the case too, as when the robot enters it
    (offentlighedsloven § 15, stk. 1). Raises CaseworkError."""
    number = facts["esdh_acknowledgement"]
    if given is None and number:
        raise CaseworkError("Borgeren fik ingen kvittering. Lad kvitteringens nummer være tomt.")
    if given is None:
        return
    if not number:
        on = date_format(given.letter_date)
        raise CaseworkError(
            f"Borgeren fik en kvittering den {on}. Læg også den på sagen i ESDH, og skriv dens "
            "nummer."
        )
    about = {**told, "theme": acknowledging.theme_of(str(told["theme"]))}
    adopted(context, given, esdh_document=number, part=ACKNOWLEDGEMENT, **about)


def _written(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    _, _, topic = opening.matter(context)
    case = cases.case(number=str(context.results["journalise"]["case"]))
    theme = letters.receipt_theme(topic)
    return writing.by_hand(context, case, topic, facts=facts, theme=theme, user=user)


def _forwarded(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    _, _, topic = opening.matter(context)
    case = cases.case(number=str(context.results["journalise"]["case"]))
    return forwarding.by_hand(context, case, topic, facts)


JOURNALISE = Hand(
    facts=(_CASE, DOCUMENT, _FILES, _ACKNOWLEDGED), record=_journalised, prepare=opening.number_of
)
LETTER = Hand(facts=writing.FACTS, record=_written)
FORWARD = Hand(facts=forwarding.FACTS, record=_forwarded)
