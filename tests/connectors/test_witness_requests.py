# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One request to a witness over real HTTP: what counts as a reply, and what as none."""

from __future__ import annotations

import time
from typing import Any

import pytest
from raw_peer import Peer, http, silent, slowly
from served import free_port

from kodeks.connectors import witnesses
from kodeks.kernel import api as kernel


def test_a_request_is_posted_and_the_reply_is_handed_on(peer: Peer) -> None:
    peer.reply = lambda _: http(200, "— æ\n".encode())
    for url in (peer.url, peer.url.rstrip("/"), f"{peer.url}under/", f"{peer.url}under"):
        reply = witnesses.submit(url, b"old 0\n\nx\n")
        assert reply == kernel.WitnessReply(status=200, body="— æ\n".encode())
    lines = [request.partition(b"\r\n")[0] for request in peer.requests]
    assert (
        lines
        == [b"POST /add-checkpoint HTTP/1.1"] * 2 + [b"POST /under/add-checkpoint HTTP/1.1"] * 2
    )
    assert all(request.endswith(b"\r\n\r\nold 0\n\nx\n") for request in peer.requests)


@pytest.mark.parametrize("status", [201, 400, 403, 404, 409, 422, 429, 500, 503, 599])
def test_any_status_is_a_reply(peer: Peer, status: int) -> None:
    peer.reply = lambda _: http(status, b"20\n")
    assert witnesses.submit(peer.url, b"x") == kernel.WitnessReply(status=status, body=b"20\n")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_followed_to_another_address(peer: Peer, status: int) -> None:
    elsewhere = Peer()
    elsewhere.reply = lambda _: http(200, b"x\n")
    peer.reply = lambda _: http(status, b"", f"Location: {elsewhere.url}add-checkpoint")
    assert witnesses.submit(peer.url, b"x").status == status
    assert elsewhere.requests == []
    elsewhere.close()


@pytest.mark.parametrize("status", [200, 409])
def test_a_reply_that_is_too_long_is_none(peer: Peer, status: int) -> None:
    peer.reply = lambda _: http(status, b"x" * witnesses.MOST)
    assert len(witnesses.submit(peer.url, b"x").body) == witnesses.MOST
    endless = f"HTTP/1.0 {status} x\r\n\r\n".encode()
    for reply in (
        lambda _: http(status, b"x" * (witnesses.MOST + 1)),
        lambda _: (endless, *[b"x" * 9999] * 9),
    ):
        peer.reply = reply
        with pytest.raises(kernel.WitnessUnreachable, match="TooLong"):
            witnesses.submit(peer.url, b"x")


@pytest.mark.parametrize(
    "reply",
    [
        b"", b"\r\n\r\n", b"x" * 99, b"\xff\x00" * 50, b"HTTP/9.9 200 OK\r\n\r\n", b"HTTP/1.1 ",
        b"HTTP/1.1 x y\r\n\r\n", b"x" * 70_000,
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 409 x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
)  # fmt: skip
def test_what_is_no_reply_is_none(peer: Peer, reply: bytes) -> None:
    peer.reply = lambda _: reply
    with pytest.raises(kernel.WitnessUnreachable, match=r"^[A-Za-z]+$"):
        witnesses.submit(peer.url, b"x")


@pytest.mark.parametrize(
    "reply",
    [
        silent,
        lambda _: slowly(),
        lambda _: slowly(b"HTTP/1.1 200 OK\r\nx-", piece=b"y"),
        lambda _: slowly(b"HTTP/1.1 200 OK\r\n", piece=b"y: z\r\n"),
        lambda _: slowly(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"),
        lambda _: slowly(b"HTTP/1.1 200 OK\r\n\r\n"),
        lambda _: slowly(b"HTTP/1.1 409 x\r\nContent-Length: 999\r\n\r\n"),
        lambda _: slowly(b"HTTP/1.1 409 x\r\n\r\n"),
    ],
)
def test_a_slow_reply_is_not_waited_for(peer: Peer, impatient: None, reply: Any) -> None:
    """Also not when there is always a little more: the others' signatures wait meanwhile."""
    peer.reply = reply
    began = time.monotonic()
    with pytest.raises(kernel.WitnessUnreachable):
        witnesses.submit(peer.url, b"x")
    assert time.monotonic() - began < 2.0


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "http://127.0.0.1:99999999/",
        "http://127.0.0.1:x/", "http://[", "http://", "http://a..b/", "http://a\nb/",
        "http://127.0.0.1:{port}/æ", "http://\u2028/", "https://[::1/",
    ],
)  # fmt: skip
def test_where_nobody_answers_that_is_said(url: str) -> None:
    with pytest.raises(kernel.WitnessUnreachable, match=r"^[A-Za-z]+$"):
        witnesses.submit(url.format(port=free_port()), b"x")


def test_what_listens_without_tls_is_not_spoken_to_over_tls(peer: Peer, impatient: None) -> None:
    peer.reply = lambda _: http(200)
    with pytest.raises(kernel.WitnessUnreachable):
        witnesses.submit(peer.url.replace("http:", "https:"), b"x")
    assert peer.requests == []
