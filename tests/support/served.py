# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""`kodeks witness serve` as processes of their own, and logs to show them over HTTP."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from commands import environment

from kodeks.ledger import checkpoint, merkle, note, witness
from kodeks.ledger.checkpoint import Checkpoint
from kodeks.witness.store import Store

PATIENCE = 30.0


class Served:
    """A witness's process, or none; its folder and its port stay the same."""

    def __init__(self, folder: Path, *, name: str, wrapper: Sequence[str] = ()) -> None:
        self.store = Store(folder)
        self.store.make_key(name)
        self.port = free_port()
        self._wrapper = wrapper
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Serve until `stop`; nothing when it is served already."""
        if self._process is not None:
            return
        folder = str(self.store.folder)
        serve = ("witness", "serve", "--folder", folder, "--port", str(self.port))
        # A session of its own, so that all of its processes can be ended together.
        self._process = subprocess.Popen(
            [*self._wrapper, sys.executable, "-m", "kodeks", *serve],
            env=environment(self.store.folder),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            assert self._process.poll() is None, "the witness has ended"
            assert time.monotonic() < deadline, "the witness does not answer"
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            get(self.port)
        except (http.client.HTTPException, OSError):
            return False
        return True

    def stop(self) -> None:
        """End it in order; nothing when it is not served."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._main(), signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=PATIENCE)
        self.kill()

    def kill(self) -> None:
        """kill -9 to all of its processes."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=PATIENCE)
        self._process = None

    def _main(self) -> int:
        """The witness itself: told to end, what it runs under would leave it behind."""
        assert self._process is not None
        number = self._process.pid
        if not self._wrapper:
            return number
        return int(Path(f"/proc/{number}/task/{number}/children").read_text().split()[0])

    def post(self, body: bytes) -> tuple[int, bytes]:
        return post(self.port, body)


@contextlib.contextmanager
def serving(*found: Served) -> Iterator[None]:
    """They answer meanwhile."""
    try:
        for one in found:
            one.start()
        yield
    finally:
        for one in found:
            one.stop()


def post(port: int, body: bytes) -> tuple[int, bytes]:
    """Status and body of the answer to a request. Raises OSError or HTTPException."""
    return _sent(port, "POST", f"/{witness.PATH}", body)


def get(port: int, path: str = "/") -> tuple[int, bytes]:
    return _sent(port, "GET", path, None)


def _sent(port: int, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body=body)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Log:
    """A log of which only the leaf hashes are kept; it can be forked by whoever has its key."""

    def __init__(self, name: str, *, seed: int = 0) -> None:
        self.key = note.SignerKey(name, bytes([seed]) * 32)
        self.leaves: list[bytes] = []

    @property
    def size(self) -> int:
        return len(self.leaves)

    def grow(self, by: int, *, said: str = "") -> None:
        start = len(self.leaves)
        new = [f"{said} {number}".encode() for number in range(start, start + by)]
        self.leaves += map(merkle.leaf_hash, new)

    def fork(self, size: int, *, said: str, by: int = 1) -> Log:
        """Another log of the same name and key, with the same beginning."""
        other = Log(self.key.name)
        other.key, other.leaves = self.key, self.leaves[:size]
        other.grow(by, said=said)
        return other

    def head(self, size: int | None = None) -> Checkpoint:
        size = self.size if size is None else size
        return Checkpoint(self.key.name, size, merkle.root_hash(self.leaves[:size]))

    def signed(self, size: int | None = None) -> bytes:
        return checkpoint.sign(checkpoint=self.head(size), signer=self.key)

    def head_text(self, size: int | None = None) -> str:
        return checkpoint.format_body(self.head(size))

    def request(self, *, old: int, size: int | None = None) -> bytes:
        """The body that asks for a signature on the head at `size`, from `old` entries."""
        size = self.size if size is None else size
        proof = merkle.consistency_proof(self.leaves[:size], old) if old else ()
        return witness.format_request(witness.Request(old, tuple(proof), self.signed(size)))
