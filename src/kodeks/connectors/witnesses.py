# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Speaks to the witnesses of our log over HTTP (C2SP tlog-witness)."""

from __future__ import annotations

from kodeks.connectors import http
from kodeks.kernel import api as kernel

SECONDS = 10.0
MOST = 64 * 1024


def submit(url: str, body: bytes) -> kernel.WitnessReply:
    """POST `body` to `<url>/add-checkpoint`; any status is a reply.

    Raises kernel.WitnessUnreachable when none comes within `SECONDS`, or one that is too long.
    """
    try:
        reply = http.send(
            "POST",
            url.rstrip("/") + "/add-checkpoint",
            body=body,
            headers={"Content-Type": "text/plain; charset=utf-8"},
            seconds=SECONDS,
            most=MOST,
        )
    except http.Unreachable as error:
        raise kernel.WitnessUnreachable(str(error)) from error
    return kernel.WitnessReply(status=reply.status, body=reply.body)
