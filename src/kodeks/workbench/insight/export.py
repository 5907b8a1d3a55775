# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The bundle as a file for programs: the answer to an access request (GDPR article 15).

One JSON object (RFC 8259, UTF-8): `points` with all that is told, and `records` with the whole body
of each record and its receipt, so that anybody can check that nothing was changed
(`kodeks receipt verify`) and the municipality can compute each suggestion again
(`kodeks insight verify`).
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

from kodeks.kernel import receipts
from kodeks.kernel.receipts import Provable
from kodeks.workbench.insight.blocks import Block as Told
from kodeks.workbench.insight.blocks import Table, texts
from kodeks.workbench.insight.bundle import Bundle

FORMAT = "kodeks-insight"
VERSION = 1


def as_file(bundle: Bundle) -> bytes:
    """The file; equal bundles give equal bytes."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "language": "da",
        "municipality": settings.KODEKS_MUNICIPALITY,
        **told(bundle),
        "records": [_record(kind, record) for kind, _, record in bundle.receipts],
    }
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def told(bundle: Bundle) -> dict[str, Any]:
    """What the page says, as JSON values."""
    matter = bundle.matter
    return {
        "matter": {
            "subject": matter.subject.as_json(),
            "system": matter.system,
            "title": matter.title,
            "status": matter.status,
            "case_number": matter.case_number,
            "department": matter.department,
            "received_on": matter.received_on.isoformat(),
            "answer_by": matter.answer_by.isoformat() if matter.answer_by else None,
            "letters": [
                {"document": one.document_id, "title": one.title, "date": one.date.isoformat()}
                for one in matter.letters
            ],
        },
        "erased": bundle.erased,
        "replay": bundle.replay.outcome.value if bundle.replay else None,
        "points": [
            {
                "key": point.key,
                "title": point.title,
                "blocks": [_block(block) for block in point.blocks],
            }
            for point in bundle.points
        ],
    }


def _block(block: Told) -> dict[str, Any]:
    if isinstance(block, Table):
        rows = [dict(row) for row in block.titled]
        return {"kind": block.kind, "label": block.label, "rows": rows}
    return {"kind": block.kind, "texts": list(texts(block))}


def _record(kind: str, record: Provable) -> dict[str, Any]:
    """The whole body and the receipt, or why there is none (yet)."""
    found: dict[str, Any] = {"kind": kind, "id": str(record.id), "body": dict(record.body)}
    try:
        return found | {"receipt": json.loads(receipts.build(record)), "no_receipt": ""}
    except (receipts.NotYet, receipts.Erased) as none:
        return found | {"receipt": None, "no_receipt": str(none)}
