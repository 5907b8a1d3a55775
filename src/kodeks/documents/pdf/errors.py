# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Why a page cannot be handled by a program."""


class UnreadableError(Exception):
    """A page or file that cannot be redacted with certainty; a person must. The text is Danish."""
