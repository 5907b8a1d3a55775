# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The step of the robot Visitator's flows that sends the letter, once it is journalised."""

from __future__ import annotations

import uuid
from typing import Any

from kodeks.casework import dispatching
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Dispatch, Document
from kodeks.casework.ports import PortRejected, Recipient, letter_dispatch
from kodeks.inquiries import selectors, services, writing
from kodeks.inquiries.journalising import ROBOT
from kodeks.inquiries.models import Inquiry
from kodeks.kernel import api as kernel
from kodeks.robots.errors import BusinessError
from kodeks.robots.flows import Hand, Step, StepContext
from kodeks.robots.hands import Facts

SENDING = "Afsendelse af brevet"
ERASED = "Sagens oplysninger er slettet. Robotten skal ikke gøre mere."
_REASON = "Robotten sender brevet til borgeren."


def inquiry_of(context: StepContext) -> Inquiry:
    """The inquiry of a run. Raises BusinessError when it is erased."""
    inquiry = selectors.inquiry(uuid.UUID(context.subject_id))
    if inquiry.erased_at is not None:
        raise BusinessError(code="erased", message=ERASED)
    return inquiry


def _recipient(context: StepContext) -> Recipient:
    """Whom the letter is for. The number is opened only for a channel that needs it."""
    inquiry = inquiry_of(context)
    if inquiry.sealed_cpr is None or "dispatch" in context.results["receipt"]:
        # Without a number, or sent already by the person who wrote it.
        return Recipient(kind="none")
    try:
        needed = letter_dispatch().needs_number
    except CaseworkError as error:
        raise BusinessError(code="casework", message=str(error)) from error
    if not needed:
        return Recipient(kind="cpr")
    if inquiry.decision_id is None:
        raise BusinessError(code="no_decision", message="Henvendelsen er ikke afgjort endnu.")
    number = services.opened_cpr(
        inquiry, decision_id=inquiry.decision_id, robot=ROBOT, reason=_REASON
    )
    return Recipient(kind="cpr", number=number)


def _send(context: StepContext) -> dict[str, Any]:
    """Send the letter, or say that no channel takes it: then it waits for the department."""
    inquiry = inquiry_of(context)
    document = Document.objects.get(id=str(context.results["receipt"]["document"]))
    by_person = context.results["receipt"].get("dispatch")
    if by_person:
        return _sent(Dispatch.objects.get(id=str(by_person)))
    try:
        dispatch = dispatching.send_letter(
            key=context.key,
            document=document,
            recipient=context.prepared,
            reference=str(inquiry.id),
            system=letter_dispatch(),
        )
    except CaseworkError as error:
        raise BusinessError(code="casework", message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="dispatch", message=str(error)) from error
    return _sent(dispatch)


def _by_hand(context: StepContext, facts: Facts, user: kernel.User) -> dict[str, Any]:
    """A person sent the letter that the robot wrote."""
    document = Document.objects.get(id=str(context.results["receipt"]["document"]))
    try:
        dispatch = writing.sent(context, document, facts)
    except CaseworkError as error:
        raise BusinessError(code="casework", message=str(error)) from error
    return _sent(dispatch)


def _sent(dispatch: Dispatch) -> dict[str, Any]:
    return {
        "dispatch": str(dispatch.id),
        "channel": dispatch.channel,
        "message": dispatch.message_id,
    }


STEP = Step(
    name="send",
    title=SENDING,
    run=_send,
    prepare=_recipient,
    by_hand=Hand(facts=(writing.DAY, writing.NUMBER), record=_by_hand),
)
