# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot Visitator: journalises the inquiry, writes and sends the receipt letter, forwards the
case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils import timezone

from kodeks.casework import selectors as cases
from kodeks.inquiries import (
    acknowledging,
    confirming,
    forwarding,
    hands,
    joining,
    letters,
    opening,
    replying,
    reversing,
    selectors,
    sending,
    services,
    uniformity,
)
from kodeks.inquiries.journalising import ROBOT, entered, for_a_person, result_of, told
from kodeks.inquiries.learning import runs
from kodeks.kernel import api as kernel
from kodeks.robots import background, flows, schedules, subjects
from kodeks.robots.flows import Flow, Step, StepContext


def journalise(context: StepContext) -> dict[str, Any]:
    """Open the case and journalise the inquiry (offentlighedsloven § 15)."""
    inquiry, decision, topic = opening.matter(context)
    theme = letters.theme(topic)
    with for_a_person("casework"):
        case, document = opening.opened(inquiry, decision, topic, number=context.prepared)
        entry = entered(context, document, theme=theme, topic=topic, cpr=context.prepared)
        for part, file in opening.files(inquiry, case):
            entered(context, file, theme=theme, topic=topic, part=part)
        acknowledging.enter(context, inquiry, case, theme=theme, topic=topic)
    inquiry.case = case
    inquiry.save(update_fields=["case"])
    return result_of(case, entry)


def receipt(context: StepContext) -> dict[str, Any]:
    """Write the letter that tells the citizen where the inquiry went and how to see why."""
    inquiry, decision, topic = opening.matter(context)
    case = cases.case(number=str(context.results["journalise"]["case"]))
    # The day of this step: a run that waited over night does not send a letter of yesterday.
    today = timezone.localdate()
    with for_a_person("letter"):
        deadline = opening.deadline_of(inquiry, case)
        letter = letters.handled(
            inquiry, decision, topic, deadline, proof=context.prepared, day=today
        )
        result = told(context, letter, case=case, theme=letters.receipt_theme(topic), topic=topic)
    # What the letter promises, so that the log can tell whether it was kept.
    return result | {"answer_by": deadline.due_on.isoformat()}


def forward(context: StepContext) -> dict[str, Any]:
    """Give the case to the department that answers."""
    _, decision, topic = opening.matter(context)
    case = cases.case(number=str(context.results["journalise"]["case"]))
    return forwarding.given(context, case, topic, decided_at=decision.decided_at)


def _proof(context: StepContext) -> bytes | None:
    """The receipt that the letter carries. Raises NotReady while it may still come."""
    _, decision, _ = opening.matter(context)
    return letters.receipt_for(decision)


def _subject(arguments: Mapping[str, Any]) -> tuple[str, str]:
    return services.SUBJECT, str(arguments["inquiry_id"])


def _wanted(calls: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """A suggestion is wanted until somebody has decided without one."""
    open_ones = selectors.without_answer([str(one["inquiry_id"]) for one in calls])
    return [one for one in calls if str(one["inquiry_id"]) in open_ones]


def _address(number: str, user: kernel.User) -> str:
    """Only a caseworker who sees it opens an inquiry."""
    if not selectors.visible_to(user).filter(id=number).exists():
        return ""
    return reverse("inquiries:inquiry", args=[number])


flows.register(
    Flow(
        name=services.FLOW,
        robot=ROBOT,
        title="Journalisér, kvittér, send brevet, og send sagen videre",
        steps=(
            Step(
                name="journalise",
                title=reversing.JOURNALISING,
                run=journalise,
                prepare=opening.number_of,
                by_hand=hands.JOURNALISE,
            ),
            Step(
                name="receipt",
                title=reversing.LETTER,
                run=receipt,
                prepare=_proof,
                by_hand=hands.LETTER,
            ),
            sending.STEP,
            Step(
                name="forward",
                title=reversing.FORWARDING,
                run=forward,
                by_hand=hands.FORWARD,
            ),
        ),
    )
)
flows.register(joining.FLOW)
flows.register(reversing.FLOW)
background.register(
    services.TRIAGE,
    acknowledging.meet,
    about=background.About(
        title="Lav et forslag til en henvendelse", subject=_subject, wanted=_wanted
    ),
)
background.name_robot(runs.ROBOT, "Gentræning")
background.register(
    runs.TASK,
    runs.advance,
    about=background.About(title="Gentræn visiteringen, et trin", robot=runs.ROBOT, patient=True),
)
background.register(
    runs.DUE,
    runs.ask_by_schedule,
    about=background.About(title="Begynd en gentræning", robot=runs.ROBOT),
)
schedules.register(
    name=runs.SCHEDULE,
    title="Gentræn visiteringen",
    task=runs.DUE,
    cron="30 1 * * 1",
    is_on=False,
)
background.register(
    acknowledging.WORK,
    acknowledging.give,
    about=background.About(
        title="Kvittering for henvendelsen",
        subject=_subject,
        robot=ROBOT,
        step=acknowledging.STEP,
    ),
)
background.register(
    acknowledging.POSTING,
    acknowledging.post,
    about=background.About(title="Send en kvittering", subject=_subject, robot=ROBOT),
)
background.register(
    replying.DELIVERING,
    replying.deliver,
    about=background.About(title="Journalisér og send et svar"),
)
background.register(
    confirming.DELIVERING,
    confirming.deliver,
    about=background.About(title="Journalisér og send en kvittering for en underretning"),
)
background.register(
    uniformity.TASK,
    uniformity.make_for,
    about=background.About(title="Se, om ens henvendelser bliver behandlet ens", patient=True),
)
background.register(
    uniformity.DUE,
    uniformity.ask_by_schedule,
    about=background.About(title="Begynd en rapport om ensartethed"),
)
schedules.register(
    name=uniformity.SCHEDULE,
    title="Se hver måned, om ens henvendelser bliver behandlet ens",
    task=uniformity.DUE,
    cron="30 2 1 * *",
    is_on=False,
)
subjects.register(
    subjects.Kind(
        type=services.SUBJECT,
        title="Henvendelsen",
        address=_address,
        over=selectors.erased_ids,
        placing=subjects.Placing(placed=selectors.placed_ids, seen=selectors.seen_ids),
    )
)
