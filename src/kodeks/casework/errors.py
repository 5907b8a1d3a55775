# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The one error of this room that a person can cause."""


class CaseworkError(Exception):
    """The request is refused. The text is a Danish sentence that says what to do."""
