# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What can go wrong in this room."""

from __future__ import annotations


class BusinessError(Exception):
    """A person must look: the run is held and not tried again by itself.

    `code` is for programs; `message` is a Danish sentence without personal data, which the
    caseworker reads.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class NotReady(Exception):
    """What the step needs comes by itself within seconds: a pause, and no failed try.

    The step must know for how long it waits, as nothing else ends it.
    """


class FlowError(ValueError):
    """The program uses flows wrongly: an unknown name, a duplicate, an unusable key."""


class ResultRefused(ValueError):
    """A step's result, or a job's arguments, hold more than ids."""


class NotHeld(Exception):
    """A person tried to release a run that is not held."""

    def __init__(self) -> None:
        super().__init__("Robottens opgave venter ikke længere på en medarbejder. Genindlæs siden.")


class CredentialRefused(Exception):
    """A credential that cannot be stored; the text is a Danish sentence without the secret."""
