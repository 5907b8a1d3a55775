# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A process that is killed while it calls, or that is handed what another one held.

Started with what it shall do as its only argument, and the rest on its standard input.
"""

from __future__ import annotations

import base64
import json
import pickle
import sys
import time


def hold(told: dict[str, object]) -> None:
    """Make each call in a transaction of its own, commit none, and wait to be killed; say so where
    one of them would wait for another."""
    import psycopg

    held = []
    for function, payload in told["calls"]:  # type: ignore[attr-defined]
        connection = psycopg.connect(str(told["url"]))
        connection.execute("SET lock_timeout = '15s'")
        try:
            connection.execute(f"SELECT kernel.{function}(%s::jsonb)", (json.dumps(payload),))
        except psycopg.errors.LockNotAvailable:
            say("waits")
            break
        held.append(connection)
    else:
        say("ready")
    time.sleep(60)


def repeat(told: dict[str, object]) -> None:
    """Make the calls one after the other, each committed, and say so each time."""
    import psycopg

    with psycopg.connect(str(told["url"]), autocommit=True) as connection:
        for function, payload in told["calls"]:  # type: ignore[attr-defined]
            connection.execute(f"SELECT kernel.{function}(%s::jsonb)", (json.dumps(payload),))
            say("done")
    time.sleep(60)


def use(told: dict[str, object]) -> None:
    """Use permits that another process was given; say what came of each."""
    import django

    django.setup()
    from held import USES

    from kodeks.kernel.errors import Refused

    for name, packed, way in told["permits"]:  # type: ignore[attr-defined]
        permit = pickle.loads(base64.b64decode(packed))  # noqa: S301 it is our own
        try:
            USES[way](permit)
        except Refused as refusal:
            say(json.dumps([name, refusal.code]))
        else:
            say(json.dumps([name, ""]))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    {"hold": hold, "repeat": repeat, "use": use}[sys.argv[1]](json.load(sys.stdin))
