# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Casework's background work, as the robots' queue does it: what a system or a rule says no to is
for a person, everything else is tried again."""

from __future__ import annotations

from kodeks.casework import handovers, slipping, unheard
from kodeks.casework.errors import CaseworkError
from kodeks.casework.ports import PortRejected
from kodeks.robots.errors import BusinessError

LETTERS = "breve"
"""The robot that sends letters about new days."""
NOTES = "notater"
"""The robot that journalises what people do with cases."""
LOOK = "casework-unheard"


def look_for_receipts() -> None:
    """Put what nobody has answered in time before a person."""
    try:
        unheard.look()
    except CaseworkError as error:
        raise BusinessError(code="casework", message=str(error)) from error


def deliver_letter(*, entry_id: str) -> None:
    """Journalise and send a letter about a new day."""
    try:
        slipping.deliver(entry_id=entry_id)
    except CaseworkError as error:
        raise BusinessError(code="casework", message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="port", message=str(error)) from error


def journalise_note(*, entry_id: str) -> None:
    """Journalise the note about a case that a person has given to another department."""
    try:
        handovers.journalise(entry_id=entry_id)
    except CaseworkError as error:
        raise BusinessError(code="casework", message=str(error)) from error
    except PortRejected as error:
        raise BusinessError(code="port", message=str(error)) from error
