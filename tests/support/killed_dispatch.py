# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A folder for printing whose worker is killed (SIGKILL) before a letter is laid out, or after."""

from __future__ import annotations

import os
import signal

from kodeks.casework.ports import DispatchReceipt, LetterRecord
from kodeks.connectors.outbox import OutboxFolder


class KilledBefore(OutboxFolder):
    def send(self, *, record: LetterRecord) -> DispatchReceipt:
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("alive")


class KilledAfter(OutboxFolder):
    def send(self, *, record: LetterRecord) -> DispatchReceipt:
        super().send(record=record)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("alive")
