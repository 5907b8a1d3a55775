# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the robot Visitator does when a decision was changed: the steps that it is allowed under a
decision, once more under the reversal. The case follows, the citizen is told, and the department
that is now right gets it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import by_hand, clocks, journal, notices
from kodeks.casework import services as casework
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import (
    Case,
    Deadline,
    DeadlineKind,
    Direction,
    Document,
)
from kodeks.casework.ports import journal_system
from kodeks.inquiries import (
    filing,
    forwarding,
    letters,
    opening,
    selectors,
    sending,
    services,
    writing,
)
from kodeks.inquiries.journalising import ROBOT, adopted, entered, for_a_person, result_of, told
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.inquiries.suggesting import OUT_OF_SCOPE
from kodeks.kernel import api as kernel
from kodeks.robots import selectors as robots
from kodeks.robots.errors import BusinessError, NotReady
from kodeks.robots.flows import Fact, Flow, Hand, Step, StepContext
from kodeks.robots.hands import Facts
from kodeks.robots.models import Status

JOURNALISING = "Journalisering af henvendelsen"
LETTER = "Brev med kvittering til borgeren"
FORWARDING = "Videresendelse til afdelingens indbakke"
_NOTE = Fact(
    name="esdh_document",
    title="Notatets nummer i ESDH",
    helptext="Nummeret, som ESDH gav notatet. Ret også sagens KLE-nummer i ESDH.",
)
_OWN_CASE = "Henvendelsen skal have sin egen sag. Den kan kun robotten oprette. Prøv igen."
_FORMER_HELD = (
    "Robotten er ikke færdig med det, der var afgjort før. Hjælp den videre med det først."
)


def _matter(context: StepContext) -> tuple[Inquiry, kernel.Reversal, Topic]:
    inquiry = sending.inquiry_of(context)
    reversal = kernel.reversal(context.decision_id)
    return inquiry, reversal, selectors.topic_of(reversal)


def _after_the_former(context: StepContext) -> str:
    """The robot carries out what was decided in the order in which people decided it. Returns the
    sender's CPR number where the inquiry gets a case of its own only now, else "".

    Raises NotReady, SystemStopped or BusinessError as long as the run before is on its way, waits
    for the system or for a person.
    """
    _, reversal, _ = _matter(context)
    first = reversal.replaces == reversal.decision_id
    decided = kernel.decision(reversal.decision_id)
    flow = filing.flow_of(decided.outcome) if first else services.CHANGE_FLOW
    run = robots.run_for(flow=flow, decision_id=reversal.replaces)
    if run is None or run.status == Status.HELD:
        raise BusinessError(code="former_held", message=_FORMER_HELD)
    if run.status == Status.WAITING:
        raise kernel.SystemStopped(code="stopped", message="Systemet er stoppet.")
    if run.status != Status.DONE:
        raise NotReady
    inquiry = sending.inquiry_of(context)
    if inquiry.case is not None:
        return ""
    return services.opened_cpr(
        inquiry,
        decision_id=reversal.decision_id,
        robot=ROBOT,
        reason="Robotten opretter sagen med borgeren som part.",
    )


def _journalise(context: StepContext) -> dict[str, Any]:
    """The case's subject follows, its clock begins anew, and why is journalised as a note."""
    inquiry, reversal, topic = _matter(context)
    theme = _noted(topic)
    with for_a_person("casework"):
        left = inquiry.joined
        copies = _moved(inquiry, reversal, topic, number=context.prepared)
        case, document = _placed(inquiry, reversal, topic)
        entry = entered(context, document, theme=theme, topic=topic)
        for part, copy in enumerate(copies, start=1):
            entered(context, copy, theme=letters.theme(topic), topic=topic, part=part)
        if copies and left is not None:
            # No port takes a document out of a case: the department that has that one does.
            key = f"{context.key}:{notices.MOVED}"
            casework.forward(key=key, case=left, unit=left.unit, kind=notices.MOVED)
        placed = journal.reclassify(case=case, system=journal_system())
        if not placed.done:
            _ask_to_place(context, case, topic)
    # What the journal has the case under, so that the log can tell; None: a person is asked to.
    return result_of(case, entry) | {"esdh_kle": case.kle.number if placed.done else None}


def _ask_to_place(context: StepContext, case: Case, topic: Topic) -> None:
    """The journal cannot put the case under its new subject: a person of the department does, or of
    those who sort when the department works elsewhere."""
    unit = selectors.topic(OUT_OF_SCOPE).unit if topic.unit.distribution else topic.unit
    casework.forward(
        key=f"{context.key}:{notices.CLASSIFY}", case=case, unit=unit, kind=notices.CLASSIFY
    )


def _by_hand(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    """A person journalised why: the case follows here as ever."""
    inquiry, reversal, topic = _matter(context)
    try:
        if inquiry.case is None and inquiry.joined is not None:
            raise BusinessError(code="own_case", message=_OWN_CASE)
        case, document = _placed(inquiry, reversal, topic)
        entry = adopted(
            context,
            document,
            theme=_noted(topic),
            topic=topic,
            user=user,
            esdh_case=by_hand.journalled_as(case),
            esdh_document=facts["esdh_document"],
        )
    except CaseworkError as error:
        raise BusinessError(code="casework", message=str(error)) from error
    return result_of(case, entry)


def _moved(
    inquiry: Inquiry, reversal: kernel.Reversal, topic: Topic, *, number: str
) -> list[Document]:
    """What was laid on another's case gets one of its own, with copies of all that lies in the
    other because of it, which are returned; none for what has one. `number` is the sender's CPR
    number or ""."""
    if inquiry.case is not None or inquiry.joined is None:
        return []
    inquiry.case, copies = opening.own_case(inquiry, reversal, topic, number=number)
    inquiry.joined = None
    inquiry.save(update_fields=["case", "joined"])
    return copies


def _placed(inquiry: Inquiry, reversal: kernel.Reversal, topic: Topic) -> tuple[Case, Document]:
    """The case under its new subject with a clock begun anew, and the note that says why."""
    chosen = filing.of(reversal)
    case = casework.reclassify(
        case=_case(inquiry),
        title=letters.theme(topic),
        kle_number=chosen.kle_number,
        facet=chosen.facet,
        caseworker=reversal.user,
    )
    _deadline(reversal, case)
    document = casework.add_document(
        key=f"reversal:{reversal.id}",
        case=case,
        title="Notat om omgørelse",
        direction=Direction.INTERNAL,
        type="note",
        letter_date=timezone.localdate(reversal.reversed_at),
        content=_note(reversal, topic),
    )
    return case, document


def _noted(topic: Topic) -> str:
    return f"Omgjort: {letters.theme(topic)}"


def _tell(context: StepContext) -> dict[str, Any]:
    """Write the letter that says what was changed, and journalise it.

    The day that the first letter promised stays the one that service is measured by, so that a
    reversal puts off nothing.
    """
    inquiry, reversal, topic = _matter(context)
    topics = (selectors.topic(str(reversal.before["label"])), topic)
    case = _case(inquiry)
    today = timezone.localdate()
    with for_a_person("letter"):
        deadline = _deadline(reversal, case)
        letter = letters.changed(
            inquiry, reversal, topics, deadline, proof=context.prepared, day=today
        )
        return told(context, letter, case=case, theme=_theme(topic), topic=topic)


def _theme(topic: Topic) -> str:
    return f"Brev om omgørelse af {letters.theme(topic).lower()}"


def _told_by_hand(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    inquiry, _, topic = _matter(context)
    case = _case(inquiry)
    return writing.by_hand(context, case, topic, facts=facts, theme=_theme(topic), user=user)


def _forward(context: StepContext) -> dict[str, Any]:
    """Out of the inbox it lies in, and into that of the department that answers now."""
    inquiry, reversal, topic = _matter(context)
    return forwarding.given(context, _case(inquiry), topic, decided_at=reversal.reversed_at)


def _forwarded_by_hand(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    inquiry, _, topic = _matter(context)
    return forwarding.by_hand(context, _case(inquiry), topic, facts)


def _proof(context: StepContext) -> bytes | None:
    """The receipt that the letter carries. Raises NotReady while it may still come."""
    _, reversal, _ = _matter(context)
    return letters.receipt_for(reversal)


def _deadline(reversal: kernel.Reversal, case: Case) -> Deadline:
    """The department that answers now has its full time; the former deadline ends. Made once."""
    return clocks.start(
        key=f"reversal:{reversal.id}",
        case=case,
        kind=DeadlineKind.REPLY,
        started_on=timezone.localdate(reversal.reversed_at),
        replaces=True,
    )


def _case(inquiry: Inquiry) -> Case:
    if inquiry.case is None:
        raise BusinessError(code="former_held", message=_FORMER_HELD)
    return inquiry.case


def _note(reversal: kernel.Reversal, topic: Topic) -> str:
    before = selectors.topic(str(reversal.before["label"]))
    at = date_format(timezone.localtime(reversal.reversed_at), "DATETIME_FORMAT")
    by = ", ".join(filter(None, (reversal.user.full_name, reversal.user.title)))
    return (
        f"Afgørelsen er gjort om.\n\nFør: {before.title}\nNu: {topic.title}\n"
        f"Årsag: {kernel.CAUSES[reversal.cause]}\nAf: {by}\nTid: {at}\n\n"
        f"Lagt vægt på:\n{reversal.body['own_consideration']}\n"
    )


FLOW = Flow(
    name=services.CHANGE_FLOW,
    robot=ROBOT,
    title="Omgør: ret sagen, skriv til borgeren, og send videre",
    steps=(
        Step(
            name="journalise",
            title=JOURNALISING,
            run=_journalise,
            prepare=_after_the_former,
            by_hand=Hand(facts=(_NOTE,), record=_by_hand, prepare=_after_the_former),
        ),
        Step(
            name="receipt",
            title=LETTER,
            run=_tell,
            prepare=_proof,
            by_hand=Hand(facts=writing.FACTS, record=_told_by_hand),
        ),
        sending.STEP,
        Step(
            name="forward",
            title=FORWARDING,
            run=_forward,
            by_hand=Hand(facts=forwarding.FACTS, record=_forwarded_by_hand),
        ),
    ),
)
