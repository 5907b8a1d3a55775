# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The demo's folder: known by a mark in it, and made anew when another version has made it.

Only a folder that `kodeks demo` has made itself is ever emptied: it holds invented data and nothing
else. A real installation's folder is refused, whatever is wrong with it.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from kodeks.database import cluster

_MARK = "demo-home.json"
_MADE = ("database", "socket", "keys", "models", "journal", "static", "logs", "witnesses")


class DemoHomeError(Exception):
    """The folder cannot be the demo's. The text is Danish."""


def take(home: Path, *, is_default: bool) -> bool:
    """Mark the folder as the demo's; whether it may be made anew.

    `is_default` says that nobody has chosen it, so that it cannot be a real installation's. Raises
    DemoHomeError for one that `kodeks demo` has not made.
    """
    if os.environ.get("KODEKS_DATABASE_URL"):
        raise DemoHomeError(
            "Prøvemiljøet har sin egen database. Fjern KODEKS_DATABASE_URL og "
            "KODEKS_DATABASE_OWNER_URL, og prøv igen."
        )
    if not is_default and not (home / _MARK).exists() and _holds_something(home):
        if any((home / "keys").glob("demo-signer-*.pem")):
            return False
        raise DemoHomeError(
            f"Mappen {home} er ikke lavet af `kodeks demo`. Den kan være en rigtig installation "
            "og bliver ikke rørt. Vælg en tom mappe med --home."
        )
    if not (home / _MARK).exists():
        record(home, {})
    return True


def recorded(home: Path) -> dict[str, str]:
    """The fingerprints of the migrations that made the folder's database (see `versions`)."""
    try:
        found = json.loads((home / _MARK).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def is_marked(home: Path) -> bool:
    return (home / _MARK).exists()


def record(home: Path, fingerprints: dict[str, str]) -> None:
    fresh = home / f"{_MARK}.new"
    fresh.write_text(json.dumps(fingerprints, indent=1) + "\n", encoding="utf-8")
    fresh.replace(home / _MARK)


def empty(home: Path) -> None:
    """Remove all that an installation makes in its folder. Only where `take` allowed it."""
    cluster.stop(home=home)
    for name in _MADE:
        shutil.rmtree(home / name, ignore_errors=True)
    record(home, {})


def _holds_something(home: Path) -> bool:
    return any((home / name).exists() for name in ("database", "keys"))
