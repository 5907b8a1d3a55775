# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The one exception of this room."""


class VerificationError(Exception):
    """Something does not verify or is malformed. The text is a Danish sentence for the reader."""
