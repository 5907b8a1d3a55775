# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The witness over HTTP: what it answers, killed in the middle of it, and what it told the disk."""

from __future__ import annotations

import contextlib
import http.client
import io
import random
import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from wsgiref.validate import validator

import pytest
from served import PATIENCE, Log, Served, get, serving
from tracing import SYNCS, Call, read_trace, strace

from kodeks.ledger import cosignature, note, witness
from kodeks.witness import server
from kodeks.witness.store import Store

NAME = "nabo-1/vidne"


@pytest.fixture
def log() -> Log:
    found = Log("proevekommune/kodeks")
    found.grow(7)
    return found


@pytest.fixture
def store(tmp_path: Path, log: Log, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The folder that the application in this process is told to use."""
    found = Store(tmp_path / "vidne")
    found.make_key(NAME)
    found.follow(log.key.verifier.text)
    monkeypatch.setenv(server.FOLDER, str(found.folder))
    return found


@dataclass
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes
    read: int
    """Bytes of the request that were read."""


def call(method: str, path: str, body: bytes = b"") -> Reply:
    """Asks the application in this process, which must keep to the rules of WSGI (PEP 3333)."""
    told: list[Any] = []
    sent = io.BytesIO(body)
    environ = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": sent,
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }

    def start(status: str, headers: list[tuple[str, str]], info: Any = None) -> Any:
        told.extend((status, dict(headers)))

    iterable = validator(server.application)(environ, start)
    try:
        data = b"".join(iterable)
    finally:
        iterable.close()
    status, headers = told
    return Reply(int(status[:3]), headers, data, sent.tell())


def ask(body: bytes) -> Reply:
    return call("POST", f"/{witness.PATH}", body)


# Answers


def test_the_answer_is_the_witness_s_line(store: Store, log: Log) -> None:
    reply = ask(log.request(old=0))
    assert reply.status == 200
    data = log.signed() + reply.body
    assert cosignature.verify(note.parse(data), keys=[store.signer().verifier])
    assert reply.headers == {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(reply.body)),
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }


def test_a_conflict_tells_the_size_in_its_own_type(store: Store, log: Log) -> None:
    ask(log.request(old=0, size=5))
    reply = ask(log.request(old=0))
    assert (reply.status, reply.body) == (409, b"5\n")
    assert reply.headers["Content-Type"] == "text/x.tlog.size"


def test_refusals_are_danish_lines(store: Store, log: Log) -> None:
    ask(log.request(old=0, size=5))
    fork = log.fork(4, said="fork", by=4)
    for body, status in (
        (b"x", 400),
        (Log("fremmed/kodeks").request(old=0), 404),
        (Log(log.key.name, seed=9).request(old=0), 403),
        (fork.request(old=5), 422),
    ):
        reply = ask(body)
        assert reply.status == status
        assert re.fullmatch(r"[A-ZÆØÅ][^\n]+\.\n", reply.body.decode())
        assert reply.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("size", [witness.MAX_SIZE, witness.MAX_SIZE + 1, 3 * witness.MAX_SIZE])
def test_a_body_that_is_too_long_is_not_read_to_its_end(store: Store, size: int) -> None:
    reply = ask(b"x" * size)
    assert reply.status == 400
    assert ("for stor" in reply.body.decode()) is (size > witness.MAX_SIZE)
    assert reply.read <= witness.MAX_SIZE + 1


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_a_head_is_sent_with_post(store: Store, method: str) -> None:
    reply = call(method, f"/{witness.PATH}")
    assert reply.status == 405
    assert reply.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/findes-ikke"),
        ("GET", "/key"),
        ("GET", "/logs"),
        ("GET", "/../key"),
        ("GET", ""),
        ("POST", "/"),
        ("POST", "/add-checkpoint/"),
        ("POST", "//add-checkpoint"),
        ("POST", "/x/add-checkpoint"),
    ],
)
def test_other_addresses_have_nothing(store: Store, method: str, path: str, log: Log) -> None:
    reply = call(method, path, log.request(old=0))
    assert reply.status == 404
    assert b"PRIVATE" not in reply.body
    assert all(one.latest is None for one in store.followed())


def test_the_front_page_tells_whom_it_follows_and_how_far(store: Store, log: Log) -> None:
    store.follow(Log("anden-kommune/kodeks", seed=1).key.verifier.text)
    reply = call("GET", "/")
    assert reply.status == 200
    text = reply.body.decode()
    assert text.startswith(f"Vidne: {store.signer().verifier.text}\n")
    assert "- anden-kommune/kodeks: intet endnu\n" in text
    assert "- proevekommune/kodeks: intet endnu\n" in text
    assert "PRIVATE" not in text
    store.add_checkpoint(log.request(old=0), clock=lambda: 1_700_000_000)
    text = call("GET", "/").body.decode()
    assert "- proevekommune/kodeks: 7 poster, 2023-11-14 22:13:20 UTC\n" in text


def test_of_the_front_page_head_gives_the_headers_alone(store: Store) -> None:
    whole, head = call("GET", "/"), call("HEAD", "/")
    assert (head.status, head.headers, head.body) == (200, whole.headers, b"")
    assert int(head.headers["Content-Length"]) == len(whole.body)


def test_a_folder_that_cannot_be_read_says_so_and_signs_nothing(store: Store, log: Log) -> None:
    ask(log.request(old=0, size=5))
    (path,) = store.folder.glob("logs/*/checkpoint")
    right = path.read_bytes()
    for wrong in (b"", right[:-1]):
        path.write_bytes(wrong)
        for reply in (ask(log.request(old=5)), ask(log.request(old=0)), call("GET", "/")):
            assert (reply.status, reply.body.decode()) == (500, "Vidnet kan ikke svare nu.\n")
        assert path.read_bytes() == wrong
    path.write_bytes(right)
    (store.folder / "key").rename(store.folder / "gemt")
    for reply in (ask(log.request(old=5)), call("GET", "/")):
        assert reply.status == 500
    (store.folder / "gemt").rename(store.folder / "key")
    assert ask(log.request(old=5)).status == 200


def test_a_disk_that_cannot_be_written_says_so_and_signs_nothing(
    store: Store, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        reply = ask(log.request(old=0))
    assert (reply.status, reply.body.decode()) == (500, "Vidnet kan ikke svare nu.\n")
    assert all(one.latest is None for one in store.followed())
    assert ask(log.request(old=0)).status == 200


# The real server


@pytest.fixture
def served(tmp_path: Path, log: Log) -> Iterator[Served]:
    found = Served(tmp_path / "vidne", name=NAME)
    found.store.follow(log.key.verifier.text)
    with serving(found):
        yield found


def test_requests_that_are_wrong_as_http_do_not_stop_it(served: Served, log: Log) -> None:
    for sent in (
        b"\r\n\r\n",
        b"POST /add-checkpoint HTTP/1.1\r\n\r\n",
        b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\nold 0",
        b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x00\xff",
    ):
        with socket.create_connection(("127.0.0.1", served.port), timeout=PATIENCE) as connection:
            connection.sendall(sent)
    # It may answer and hang up before all of it is sent.
    with contextlib.suppress(OSError):
        assert served.post(b"x" * (20 * witness.MAX_SIZE))[0] == 400
    assert served.post(log.request(old=0, size=3))[0] == 200
    assert get(served.port, "/findes-ikke")[0] == 404
    # One connection for several requests, and a body whose length is told piece by piece.
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=PATIENCE)
    for old, size in ((3, 5), (5, 7)):
        body = log.request(old=old, size=size)
        parts = iter([body[:9], body[9:]])
        connection.request("POST", "/add-checkpoint", body=parts, encode_chunked=True,
                           headers={"Transfer-Encoding": "chunked"})  # fmt: skip
        reply = connection.getresponse()
        assert (reply.status, len(reply.read().splitlines())) == (200, 1)
    connection.close()


class Client(threading.Thread):
    """Shows the witness ever larger heads of a log, and remembers the last that it signed."""

    def __init__(self, served: Served, log: Log) -> None:
        super().__init__()
        self._served = served
        self._log = log
        self.signed = [0]
        self.asked = 0
        self.surprises: list[object] = []

    def run(self) -> None:
        while True:
            old = self.signed[-1]
            self._log.grow(1, said=self._log.key.name)
            self.asked = self._log.size
            try:
                status, body = self._served.post(self._log.request(old=old))
            except (OSError, http.client.HTTPException):
                return
            if status != 200:
                self.surprises.append((status, body))
                return
            self.signed.append(self.asked)


def test_a_witness_that_is_killed_has_forgotten_nothing(served: Served) -> None:
    """Four times, while three logs ask it without a pause; the same numbers each time."""
    draw = random.Random(7)
    logs = [Log(f"kommune-{number}/kodeks", seed=number) for number in (1, 2, 3)]
    for log in logs:
        served.store.follow(log.key.verifier.text)
    signed = [0, 0, 0]
    for _ in range(4):
        clients = [Client(served, log) for log in logs]
        for client, size in zip(clients, signed, strict=True):
            client.signed = [size]
            client.start()
        time.sleep(draw.uniform(0.1, 0.4))
        served.kill()
        for client in clients:
            client.join()
            assert client.surprises == []
            assert len(client.signed) > 1, "nothing was signed before the kill"
        found = {one.key.name: one for one in served.store.followed()}
        served.start()
        for place, (client, log) in enumerate(zip(clients, logs, strict=True)):
            latest = found[log.key.name].latest
            assert latest is not None
            # What was answered is kept; what was asked last may be kept without an answer.
            assert latest.size in {client.signed[-1], client.asked}
            assert latest == log.head(latest.size)
            fork = log.fork(client.signed[-1] - 1, said="fork", by=9)
            for old in (0, client.signed[-1], latest.size):
                assert served.post(fork.request(old=old))[0] in {409, 422}
            log.leaves = log.leaves[: latest.size]
            signed[place] = latest.size


# System calls


RENAMES = ("rename", "renameat", "renameat2")
WRITES = ("write", "writev", "sendto", "sendmsg")
BEGINS_200 = re.compile(r'"HTTP/1\.1 200 ')


def answers(calls: Sequence[Call]) -> list[Call]:
    """The answers with status 200, but for the front page's, which is long."""
    found = [call for call in calls if call.name in WRITES and BEGINS_200.search(call.text)]
    return [call for call in found if "Vidne: " not in call.text]


def durable(calls: Sequence[Call], answer: Call, folder: str) -> bool:
    """Whether a new head came to the disk before the answer: file, name, and folder, in order."""
    earlier = [one.ended for one in answers(calls) if one.ended < answer.began]
    since = max(earlier, default=-1)
    between = [one for one in calls if since < one.began and one.ended < answer.began]
    for named in (one for one in between if one.name in RENAMES and one.answer == 0):
        paths = re.findall(r'"([^"]*)"', named.text)
        if len(paths) != 2 or paths[1] != f"{folder}/checkpoint":
            continue
        written = [
            one.ended for one in between
            if one.name in WRITES and one.file == paths[0] and one.ended < named.began
        ]  # fmt: skip
        forced = [
            one for one in between
            if one.name in SYNCS and one.answer == 0 and one.file == paths[0] and written
            and max(written) < one.began and one.ended < named.began
        ]  # fmt: skip
        folder_forced = [
            one for one in between
            if one.name in SYNCS and one.answer == 0 and one.file == folder
            and named.ended < one.began
        ]  # fmt: skip
        return bool(forced and folder_forced)
    return False


def test_each_head_is_on_the_disk_before_its_signature_is_sent(tmp_path: Path, log: Log) -> None:
    """Seen in its system calls: kill -9 does not test what a power cut does."""
    trace = tmp_path / "trace"
    wrapper = strace(trace, calls=(*SYNCS, *RENAMES, *WRITES), shown=512)
    traced = Served(tmp_path / "vidne", name=NAME, wrapper=wrapper)
    traced.store.follow(log.key.verifier.text)
    (folder,) = (traced.store.folder / "logs").iterdir()
    number = 12
    with serving(traced):
        for size in range(number):
            log.grow(1, said="mere")
            assert traced.post(log.request(old=size + 7 if size else 0))[0] == 200
            assert traced.post(log.request(old=0))[0] == 409
    calls = read_trace(trace.read_text(errors="replace"))
    found = answers(calls)
    assert len(found) == number
    assert all(durable(calls, one, str(folder)) for one in found)
    # The same calls without one of them, or with two in the other order: it would have been seen.
    for without in (
        [one for one in calls if one.file != str(folder)],
        [one for one in calls if not (one.name in SYNCS and "/.ny-" in one.file)],
        [one for one in calls if one.name not in RENAMES],
        [replace(one, answer=-1) if one.name in SYNCS else one for one in calls],
        [replace(one, began=one.began + 10**6, ended=one.ended + 10**6)
         if one.name in SYNCS else one for one in calls],
    ):  # fmt: skip
        assert not any(durable(without, one, str(folder)) for one in answers(without))
