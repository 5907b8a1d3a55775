# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What can go wrong with mail."""

from __future__ import annotations


class UnreadableMail(Exception):
    """A person must look at the mail; the text says why in Danish, without what is in it."""


class MailFault(Exception):
    """The mail server failed or was not reached: the same is tried again later. Danish text."""
