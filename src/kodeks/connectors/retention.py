# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What this room holds of a case: roughly where an Open311 request was about."""

from __future__ import annotations

from kodeks.casework import retention
from kodeks.casework.models import Case
from kodeks.connectors.models import Open311Request
from kodeks.inquiries.models import Inquiry


def _erase(case: Case, erase_subject: retention.EraseSubject) -> None:
    inquiry = Inquiry.objects.filter(case=case).values("id")
    Open311Request.objects.filter(inquiry_id__in=inquiry).update(
        latitude=None, longitude=None, digest=""
    )


retention.register(
    retention.Holder(name="connectors", tables=(Open311Request._meta.db_table,), erase=_erase)
)
