# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A letter as the ports of casework hand it to a connector; nobody in it exists."""

import datetime as dt
import hashlib

from kodeks.casework.ports import LetterRecord, Recipient

DAY = dt.date(2026, 3, 2)
CPR = "0405781234"


def letter(key="run-1:send", content=b"%PDF-brev", kind="cpr", **changes) -> LetterRecord:
    arguments = {
        "key": key,
        "case_number": "2026-0000123",
        "kle_number": "05.01.08",
        "kle_title": "Vejvedligeholdelse",
        "kle_version": "2024-01-01",
        "facet": "G01",
        "subject": "Vi har modtaget din henvendelse",
        "department": "Vej og Park",
        "letter_date": DAY,
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": content,
        "recipient": Recipient(kind=kind, number=CPR if kind == "cpr" else ""),
        "reference": "7d0a1f2e-0000-4000-8000-000000000001",
    }
    return LetterRecord(**(arguments | changes))
