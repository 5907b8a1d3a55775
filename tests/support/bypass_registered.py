# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What the owner registered, as it may be played again: calls and signed envelopes."""

from __future__ import annotations

from typing import Any

from kernel_stage import Stage
from psycopg.types.json import Jsonb


def owners_calls(stage: Stage, slug: str) -> dict[str, tuple[str, tuple[Any, ...]]]:
    """Name -> statement and values of calls that only the owner may make."""
    codex = stage.codex
    merete = stage.user_id("merete")
    predicate = stage.predicate(slug, version="7")
    return {
        "codex": (
            "SELECT kernel.register_codex(%s, %s, '{}', ARRAY[2, 4])",
            (Jsonb(codex["content"]), codex["sha256"]),
        ),
        "assign": ("SELECT kernel.assign(%s, 'Min', %s, NULL)", (slug, merete)),
        "grant": ("SELECT kernel.register_grant(%s, 'caseworker', '', '', NULL)", (merete,)),
        "revoke": ("SELECT kernel.revoke_grants(%s, 'caseworker')", (stage.user_id("sofie"),)),
        "training": ("SELECT kernel.register_training(%s, '', '2031-01-01')", (merete,)),
        "key": ("SELECT kernel.register_signing_key(%s, '', '')", (merete,)),
        "propose": (
            "SELECT kernel.propose_release(%s, %s, %s, %s, 'x', 1)",
            (slug, Jsonb(predicate), Jsonb(stage.envelope(predicate, 1)), stage.user_id("anders")),
        ),
        "approve": (
            "SELECT kernel.approve_release(%s, '1', %s, %s)",
            (slug, Jsonb(stage.envelope(predicate, 2)), merete),
        ),
        "take back": ("SELECT kernel.revoke_release(%s, '1', %s, 'Fejl.')", (slug, merete)),
        "card": ("SELECT kernel.register_card(%s)", (Jsonb({"id": slug}),)),
    }


def cut(rows: list[Any], slug: str, version: str) -> dict[str, Any]:
    """The proposal's own envelope, with too few signatures or another payload."""
    own = next((row[2] for row in rows if (row[0], row[1]) == (slug, version)), {})
    return {
        "once signed": own,
        "unsigned": own | {"signatures": []},
        "signed with nothing": own | {"signatures": None},
        "empty": {},
        "without a payload": {"signatures": [{"sig": "YQ=="}, {"sig": "Yg=="}]},
        "with another payload": own
        | {"payload": "e30=", "signatures": [{"sig": "YQ=="}, {"sig": "Yg=="}]},
    }
