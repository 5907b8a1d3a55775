# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Speaks to the witnesses of our log over HTTP (C2SP tlog-witness)."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request

from kodeks.kernel import api as kernel

SECONDS = 10.0
MOST = 64 * 1024


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A witness stands where the owner registered it, and nowhere else."""

    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def submit(url: str, body: bytes) -> kernel.WitnessReply:
    """POST `body` to `<url>/add-checkpoint`; any status is a reply.

    Raises kernel.WitnessUnreachable when none comes within `SECONDS`, or one that is too long.
    """
    request = urllib.request.Request(  # noqa: S310  registered with http or https, see witnesses.sql
        url.rstrip("/") + "/add-checkpoint",
        data=body,
        headers={"Content-Type": "text/plain; charset=utf-8", "User-Agent": "kodeks"},
    )
    try:
        with _OPENER.open(request, timeout=SECONDS) as reply:
            return _read(reply.status, reply)
    except urllib.error.HTTPError as error:
        with error:
            return _read(error.code, error)
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        raise kernel.WitnessUnreachable(type(error).__name__) from error


def _read(
    status: int, reply: http.client.HTTPResponse | urllib.error.HTTPError
) -> kernel.WitnessReply:
    body = reply.read(MOST + 1)
    if len(body) > MOST:
        raise kernel.WitnessUnreachable("TooLong")
    return kernel.WitnessReply(status=status, body=body)
