# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a person wrote, as short as a row of a list has room for."""

from __future__ import annotations

from django.utils.text import Truncator

CHARACTERS = 110
"""Of a row in a list of inquiries."""


def beginning(text: str, characters: int = CHARACTERS) -> str:
    """The first words on one line; "" where there are none, as when it has been erased."""
    return Truncator(" ".join(text.split())).chars(characters)
