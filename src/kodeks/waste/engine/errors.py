# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What can go wrong in the engine; every text is a Danish sentence for the user."""


class WasteError(ValueError):
    """Something handed in cannot be read or used; the text says what to do."""


class TooLittle(WasteError):
    """Too little has been seen to learn from."""
