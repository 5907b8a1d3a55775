# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The step that sends the answer: the letter, with the list and the copies as attachments.

It goes by the way that the installation's letters go. Whoever has no known number is not reached
so: then the package waits for a person, and the clock runs until they say that it is given.
"""

from __future__ import annotations

from typing import Any

from kodeks.accessrequests import answering, copying, services
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.casework import dispatching
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Document
from kodeks.casework.ports import UNREACHED, PortRejected, Recipient, letter_dispatch
from kodeks.kernel import api as kernel
from kodeks.robots.errors import BusinessError
from kodeks.robots.flows import StepContext

ROBOT = "aktindsigt"
_REASON = "Robotten sender svaret på anmodningen om aktindsigt."


def written(context: StepContext) -> list[Document]:
    """The letter with the decision and the list, as this run wrote them."""
    return [
        Document.objects.select_related("case__unit").get(id=str(context.results[step]["document"]))
        for step in ("letter", "list")
    ]


def recipient(context: StepContext) -> Recipient:
    """Whom the answer is for. The number is opened only for a channel that needs it."""
    request = answering.of_run(context).request
    if request.sealed_cpr is None or request.decision_id is None:
        return Recipient(kind="none")
    try:
        needed = letter_dispatch().needs_number
    except CaseworkError as error:
        raise BusinessError(code="casework", message=str(error)) from error
    if not needed:
        return Recipient(kind="cpr")
    number = kernel.unmask_for_robot(
        decision_id=request.decision_id,
        robot=ROBOT,
        place=services.CPR_PLACE,
        row=str(request.id),
        sealed=bytes(request.sealed_cpr),
        reason=_REASON,
    )
    return Recipient(kind="cpr", number=number)


def send(context: StepContext) -> dict[str, Any]:
    """Send the answer, or say that no channel takes it. Sent, the clock stops."""
    request = answering.of_run(context).request
    copying.require_all(request)
    letter, listed = written(context)
    attachments = [listed, *copying.copies(request)] if request.documents.exists() else []
    try:
        dispatch = dispatching.send_letter(
            key=context.key,
            document=letter,
            recipient=context.prepared,
            reference=str(request.id),
            system=letter_dispatch(),
            attachments=attachments,
        )
        if dispatch.channel != UNREACHED:
            services.delivered(services.locked(request.id), user=None)
    except (CaseworkError, AccessRequestError) as error:
        raise BusinessError(code="casework", message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="dispatch", message=str(error)) from error
    return {
        "dispatch": str(dispatch.id),
        "channel": dispatch.channel,
        "message": dispatch.message_id,
        "attachments": len(attachments),
    }
