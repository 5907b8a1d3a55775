# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the robot Visitator does with an inquiry that belongs to a case which is there, or is the
same again as another: it lays it on that case, tells the sender, and lets the department know.

No case is opened and no new clock begins while one of the case's runs.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.utils import timezone

from kodeks.casework import clock_reads, clocks
from kodeks.casework import selectors as cases
from kodeks.casework import services as casework
from kodeks.casework.models import Case, CaseState, Deadline, DeadlineKind, Party
from kodeks.inquiries import (
    acknowledging,
    filing,
    forwarding,
    hands,
    legal_clocks,
    letters,
    opening,
    selectors,
    sending,
)
from kodeks.inquiries.journalising import ROBOT, entered, for_a_person, result_of, told
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.robots.errors import BusinessError, NotReady
from kodeks.robots.flows import Flow, Step, StepContext

JOURNALISING = "Journalisering på en sag, der er der i forvejen"
TELLING = "Brev til borgeren om sagen"
FORWARDING = "Besked til afdelingen, der har sagen"
_CLOSED = (
    "Sagen, som henvendelsen skal lægges på, er lukket. Omgør afgørelsen, så henvendelsen får sin "
    "egen sag."
)


def _ready(context: StepContext) -> str:
    """The sender's CPR number or "", once there is a case; not opened where the case has them.

    Raises NotReady while the first inquiry's case is still to be opened.
    """
    inquiry, decision, _ = opening.matter(context)
    case = _target(decision)
    if inquiry.sender_index is None or _is_party(inquiry, case):
        return ""
    return opening.number_of(context)


def _target(decision: kernel.Decision) -> Case:
    """The case that the person chose, or the one of the first inquiry."""
    chosen = decision.outcome
    if "case" in chosen:
        case = cases.case(number=str(chosen["case"]))
    else:
        first = selectors.inquiry(uuid.UUID(str(chosen["duplicate_of"])))
        found = selectors.case_of(first)
        if found is None and first.erased_at is None:
            raise NotReady
        case = found
    if case is None or case.erased_at is not None or case.state == CaseState.CLOSED:
        raise BusinessError(code="closed", message=_CLOSED)
    return case


def _journalise(context: StepContext) -> dict[str, Any]:
    """What the citizen wrote becomes a document of the case (offentlighedsloven § 15)."""
    inquiry, decision, topic = opening.matter(context)
    case = selectors.case_of(inquiry) or _target(decision)
    theme = f"{letters.theme(topic)} (lagt på sagen)"
    about = {"topic": topic, "unit": case.unit}
    with for_a_person("casework"):
        if not _is_party(inquiry, case):
            role = Party.Role.SECONDARY
            casework.add_party(
                case=case, party=opening.party(inquiry, number=context.prepared, role=role)
            )
        document = opening.written(inquiry, case)
        entry = entered(context, document, theme=theme, **about)
        for part, file in opening.files(inquiry, case):
            entered(context, file, theme=theme, part=part, **about)
        acknowledging.enter(context, inquiry, case, theme=theme, **about)
        legal_clocks.begin(inquiry, case)
    inquiry.joined = case
    inquiry.save(update_fields=["joined"])
    return result_of(case, entry)


def _tell(context: StepContext) -> dict[str, Any]:
    """Write the letter that says which case it was laid on, and by when the sender hears."""
    inquiry, decision, topic = opening.matter(context)
    case = cases.case(number=str(context.results["journalise"]["case"]))
    today = timezone.localdate()
    with for_a_person("letter"):
        deadline = _deadline(inquiry, case)
        letter = letters.joined(
            inquiry,
            decision,
            topic,
            deadline,
            is_report=legal_clocks.is_report(inquiry),
            proof=context.prepared,
            day=today,
        )
        theme = letters.receipt_theme(topic)
        result = told(context, letter, case=case, theme=theme, topic=topic, unit=case.unit)
    return result | {"answer_by": deadline.promised_on.isoformat()}


def _forward(context: StepContext) -> dict[str, Any]:
    """The department that has the case finds it in its inbox, where it is not there already."""
    case = cases.case(number=str(context.results["journalise"]["case"]))
    return forwarding.added(context, case)


def _proof(context: StepContext) -> bytes | None:
    _, decision, _ = opening.matter(context)
    return letters.receipt_for(decision)


def _deadline(inquiry: Inquiry, case: Case) -> Deadline:
    """The case's clock while it runs; else one from the day that the inquiry came. Made once."""
    newest = clock_reads.newest(case, kind=DeadlineKind.REPLY)
    if newest is not None and newest.state in clock_reads.OPEN:
        return newest
    return clocks.start(
        key=f"inquiry:{inquiry.id}",
        case=case,
        kind=DeadlineKind.REPLY,
        started_on=timezone.localdate(inquiry.received_at),
    )


def _is_party(inquiry: Inquiry, case: Case) -> bool:
    """Whether the sender is a party of the case already."""
    if inquiry.sender_index is None:
        return False
    index = bytes(inquiry.sender_index)
    return Party.objects.present().filter(case=case, blind_index=index).exists()


FLOW = Flow(
    name=filing.JOIN_FLOW,
    robot=ROBOT,
    title="Læg på sagen, skriv til borgeren, og giv afdelingen besked",
    steps=(
        Step(name="journalise", title=JOURNALISING, run=_journalise, prepare=_ready),
        Step(name="receipt", title=TELLING, run=_tell, prepare=_proof, by_hand=hands.LETTER),
        sending.STEP,
        Step(name="forward", title=FORWARDING, run=_forward),
    ),
)
