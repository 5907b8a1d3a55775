# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A request's own case: opened when it is registered, so that all that is written has a place."""

from __future__ import annotations

import uuid

from kodeks.accessrequests import selectors
from kodeks.accessrequests.errors import AccessRequestError
from kodeks.accessrequests.models import AccessRequest
from kodeks.casework import services as cases
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case, Party
from kodeks.kernel import api as kernel

KLE = "00.01.00"
FACET = "G01"
TITLE = "Anmodning om aktindsigt"
_NAMESPACE = uuid.UUID("0b6f3c50-7a4e-4f0e-9a51-3f0a7f6c2d11")


def open_case(request: AccessRequest, *, number: str, user: kernel.User) -> Case:
    """Open it with the one who asks as its party. Raises AccessRequestError."""
    try:
        request.case = cases.open_case(
            key=f"accessrequest:{request.id}",
            title=TITLE,
            kle_number=KLE,
            facet=FACET,
            unit=request.unit,
            parties=[_party(request, number)],
            caseworker=user,
        )
    except CaseworkError as error:
        raise AccessRequestError(str(error)) from error
    request.save(update_fields=["case"])
    return request.case


def case_of(request: AccessRequest) -> Case:
    """Raises AccessRequestError when it has none."""
    if request.case is None:
        raise AccessRequestError("Anmodningen har ingen sag. Registrér den igen.")
    return request.case


def _party(request: AccessRequest, number: str) -> cases.NewParty:
    party_id = uuid.uuid5(_NAMESPACE, str(request.id))
    if not number:
        return cases.NewParty(
            id=party_id,
            role=Party.Role.PRIMARY,
            kind=Party.Kind.FREE,
            name=request.requester_name,
        )
    return cases.NewParty(
        id=party_id,
        role=Party.Role.PRIMARY,
        kind=Party.Kind.CPR,
        name=request.requester_name,
        sealed_cpr=kernel.seal(
            subject=selectors.subject_of(request),
            place="casework_party/sealed_cpr",
            row=str(party_id),
            plaintext=number,
        ),
        blind_index=kernel.blind_index(number),
    )
