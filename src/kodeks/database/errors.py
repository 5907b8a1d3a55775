# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The one exception of this room."""

from __future__ import annotations


class DatabaseError(Exception):
    """Its text is Danish and says what the reader can do; it never holds a password or a URL."""
