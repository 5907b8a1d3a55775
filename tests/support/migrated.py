# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A database that has its tables: made once a run by `kodeks init`, copied to whoever needs one.

Django renders every model anew for each of more than a hundred migrations, which takes longer than
most tests of an installation. Copied are the cluster's files and the passwords of its roles. The
keys of the program are each home's own; `init` makes them there.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
from pathlib import Path

import warm

from kodeks.database import cluster


def copy_into(home: Path) -> None:
    """Give a home without a database one that is migrated and not running."""
    source = Path(os.environ["KODEKS_TEST_HOME"]) / "migrated"
    with (source.parent / "migrated.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not (source / "is-made").exists():
            _make(source)
    passwords = [str(one) for one in (source / "keys").glob("database-*.password")]
    keys = home / "keys"
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    # It keeps the owner: as root, the database has an account of its own.
    subprocess.run(["cp", "-a", str(source / "database"), str(home)], check=True)
    subprocess.run(["cp", "-a", *passwords, str(keys)], check=True)


def _make(source: Path) -> None:
    source.mkdir(mode=0o711, exist_ok=True)
    kept = {n: v for n, v in os.environ.items() if not n.startswith(("KODEKS_DATABASE", "DJANGO_"))}
    try:
        done = warm.run_text(["-m", "kodeks", "init"], env=kept | {"KODEKS_HOME": str(source)})
        assert done.returncode == 0, done.stdout + done.stderr
    finally:
        cluster.stop(home=source)
    (source / "is-made").touch()
