# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""An installation of a test's own, with no more in it than what the ledger needs.

Tables, the log's key, a system and somebody who may stop it: pressing the stop button is a whole
act of the kernel, through the application role, and leaves one entry in the ledger.

Run as a program it fills the home that KODEKS_HOME names.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import psycopg
import warm

from kodeks.database import accounts, cluster, programs
from kodeks.database import layout as layouts

USER = "anders"
STOP = "SELECT kernel.stop(%s::jsonb)"


@contextmanager
def fresh(
    *, fsync: bool = True, begin: Callable[[Path], None] = lambda home: None
) -> Iterator[Path]:
    """A filled home in a temporary folder with its database running; `begin` may give it one."""
    home = Path(tempfile.mkdtemp(prefix="kodeks-ledger-"))
    home.chmod(0o711)
    try:
        begin(home)
        started = cluster.start(home=home, fsync=fsync)
        assert started.data_folder is not None, "KODEKS_DATABASE_URL names another database"
        filled = warm.run_text(
            [__file__], env=environment(home) | {"KODEKS_DATABASE_ROLE": "owner"}
        )
        assert filled.returncode == 0, filled.stderr
        yield home
    finally:
        cluster.stop(home=home)
        shutil.rmtree(home, ignore_errors=True)


def environment(home: Path) -> dict[str, str]:
    """The environment of a process that works in `home`, whatever this one works in."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if key.startswith("KODEKS_POSTGRES_") or not key.startswith("KODEKS_")
    }
    return kept | {
        "KODEKS_HOME": str(home),
        "KODEKS_DEMO": "1",
        "KODEKS_LOG_LEVEL": "ERROR",
        "DJANGO_SETTINGS_MODULE": "kodeks.workbench.settings",
    }


def stop_payload(home: Path) -> dict[str, object]:
    """What kernel.stop asks for, but for the reason: that is the entry's own."""
    with psycopg.connect(cluster.connection_urls(home=home).owner) as owner:
        (system,) = owner.execute("SELECT slug FROM kernel_system").fetchone()
        (user,) = owner.execute(
            "SELECT id FROM kernel_user WHERE username = %s", (USER,)
        ).fetchone()
    return {"system": system, "user_id": user}


def with_reason(payload: dict[str, object], reason: str) -> tuple[str]:
    """The argument of one press of the button."""
    return (json.dumps(payload | {"reason": reason}),)


def stop_at_once(home: Path) -> None:
    """`pg_ctl stop -m immediate`: no session ends in order, nothing more is written."""
    layout = layouts.at(home)
    account = accounts.choose(data_folder=layout.data)
    program = programs.find(layout=layout, account=account).path("pg_ctl")
    done = accounts.run(
        account=account,
        command=[program, "stop", "--silent", "--mode=immediate", f"--pgdata={layout.data}"],
    )
    assert done.returncode == 0, done.stderr


def _fill() -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from kodeks.codex import card
    from kodeks.kernel import keyring, registration, signing

    call_command("migrate", verbosity=0)
    keyring.make_keys(keyring.folder())
    signing.make_key(keyring.folder(), municipality=settings.KODEKS_MUNICIPALITY)
    user = registration.add_user(
        username=USER, full_name="Anders And", title="Prøve", password=None, person_index=None
    )
    registration.grant(user=user, role="administrator")
    text = (files("kodeks.inquiries") / "system.toml").read_text(encoding="utf-8")
    registration.register_card(card.load(text))


if __name__ == "__main__":
    _fill()
