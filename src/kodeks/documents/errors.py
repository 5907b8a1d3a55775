# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The one error of this room."""


class DocumentError(Exception):
    """A letter cannot be made. The text is a Danish sentence that says what to do."""
