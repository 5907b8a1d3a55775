# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the kernel refuses, as exceptions with a Danish sentence for the user."""

from __future__ import annotations


class Refused(Exception):
    """The database refused. `code` is for programs, `message` for the person."""

    def __init__(self, *, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class SystemStopped(Refused):
    """The system may not run now: stopped, or something that the codex asks for is missing.

    The same call is in order once that is mended, so queued work waits instead of failing.
    """
