# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Three neighbours' witnesses on this machine: made-up municipalities, the real protocol.

Each has a folder below the demo's home and is served by `kodeks witness serve`, as a neighbour
would do it. What is simulated is only that they are neighbours.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

from kodeks.kernel import signing, witnessing
from kodeks.ledger.note import name_of
from kodeks.ledger.policy import Witness
from kodeks.witness.store import Store

QUORUM = 2
_NEIGHBOURS = ("Opdigtet Nordby", "Opdigtet Fjordby", "Opdigtet Østby")


@dataclass(frozen=True)
class Neighbour:
    """A made-up municipality's witness on this machine."""

    store: Store
    port: int

    @property
    def command(self) -> tuple[str, ...]:
        """The arguments of `kodeks` that serve it."""
        return ("witness", "serve", "--folder", str(self.store.folder), "--port", str(self.port))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


def neighbours(home: Path) -> list[Neighbour]:
    """The three witnesses below `home`; made when missing, on ports that are free."""
    return [_neighbour(home / "witnesses", name) for name in _NEIGHBOURS]


def register(found: list[Neighbour]) -> None:
    """Let them follow the log, and make them its witnesses if they are not; as the owner."""
    wanted = []
    for one in found:
        one.store.follow(signing.verifier_key())
        wanted.append(Witness(one.store.signer().verifier, one.url))
    now = witnessing.in_force()
    if now is None or list(now.witnesses.values()) != wanted:
        witnessing.register(wanted, quorum=QUORUM)


def _neighbour(folder: Path, municipality: str) -> Neighbour:
    name = name_of(municipality, "vidne")
    store = Store(folder / name.partition("/")[0])
    store.make_key(name)
    kept = store.folder / "port"
    port = int(kept.read_text(encoding="ascii")) if kept.exists() else 0
    if not port or not _is_free(port):
        port = _free_port()
        kept.write_text(f"{port}\n", encoding="ascii")
    return Neighbour(store, port)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
