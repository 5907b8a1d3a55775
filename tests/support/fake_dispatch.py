# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A way for letters to go out that is kept in memory, with what tests want to go wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from kodeks.casework.ports import DispatchReceipt, LetterRecord

AT = dt.datetime(2026, 3, 3, 9, 0, tzinfo=dt.UTC)


class FakeDispatch:
    """Keeps letters by key. `fail` holds what the next calls raise before they send, `fail_after`
    what they raise when the letter is already out."""

    description = "Breve sendes i en prøve."
    needs_number = True
    channel = "prøve"
    answering = ("prøve",)
    sent: ClassVar[dict[str, LetterRecord]] = {}
    calls: ClassVar[list[str]] = []
    fail: ClassVar[list[Exception]] = []
    fail_after: ClassVar[list[Exception]] = []

    @classmethod
    def clear(cls) -> None:
        for kept in (cls.sent, cls.calls, cls.fail, cls.fail_after):
            kept.clear()

    def find(self, *, key: str) -> DispatchReceipt | None:
        return self._receipt(key) if key in self.sent else None

    def send(self, *, record: LetterRecord) -> DispatchReceipt:
        self.calls.append(record.key)
        if self.fail:
            raise self.fail.pop()
        if record.recipient.kind == "none":
            return DispatchReceipt("", "none", AT)
        self.sent.setdefault(record.key, record)
        if self.fail_after:
            raise self.fail_after.pop()
        return self._receipt(record.key)

    def _receipt(self, key: str) -> Any:
        return DispatchReceipt(f"besked-{key}", self.channel, AT)
