# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A record as casework hands it to a journal system."""

import datetime
import hashlib

from kodeks.casework.ports import JournalRecord, PartyRecord

DAY = datetime.date(2026, 3, 2)
CASE = "2026-0000123"


def record(key="run-1:journalise", content=b"%PDF-hul", **changes) -> JournalRecord:
    arguments = {
        "key": key,
        "case_key": "inquiry:1",
        "case_number": CASE,
        "case_title": "Hul i vejen",
        "kle_number": "05.01.08",
        "facet": "K01",
        "party": PartyRecord("7d", "Ane Øllgaard", "free", ""),
        "direction": "incoming",
        "letter_date": DAY,
        "received_or_sent_on": DAY,
        "theme": "Hul i vejen",
        "department": "Vej og Park",
        "sensitivity": "confidential",
        "actor_kind": "ItSystem",
        "actor": "inquiries",
        "document_title": "Henvendelse",
        "document_type": "inquiry",
        "media_type": "application/pdf",
        "sha256": hashlib.sha256(content).hexdigest(),
        "content": content,
    }
    return JournalRecord(**(arguments | changes))
