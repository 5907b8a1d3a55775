# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A mailbox that speaks IMAP4rev1 (RFC 3501) with MOVE and UIDPLUS over TLS, and fails on request.

`fail(what)` makes the next command of that kind fail, once: `cut-after-fetch` breaks the connection
when a message has been sent, `cut-after-move` when it has been moved and before that is said,
`cut-after-copy` likewise, `bad-search` answers BAD, `slow-fetch` sends a message more slowly than
anyone waits, `literal-long` and `literal-short` announce other lengths than they send.
"""

from __future__ import annotations

import contextlib
import re
import socketserver
import threading
import time
from collections.abc import Iterator
from typing import Any

import certificates

USER, PASSWORD = "post", "hemmeligt & langt"
DATE = "24-Nov-2026 09:30:00 +0100"
_LITERAL = re.compile(rb"\{(\d+)\}\Z")
_CUTS = {"FETCH": "cut-after-fetch", "MOVE": "cut-after-move", "COPY": "cut-after-copy"}


class Cut(Exception):
    """The connection ends here."""


class Store:
    """The folders and what lies in them; shared by all connections."""

    def __init__(self, *, capabilities: str, prefix: str) -> None:
        self.lock = threading.RLock()
        self.capabilities, self.prefix = capabilities, prefix
        self.folders: dict[str, dict[int, bytes]] = {"INBOX": {}}
        self.flags: dict[tuple[str, int], set[str]] = {}
        self.next_uid, self.validity = 1, 1
        self.faults: list[str] = []
        self.logins = 0

    def add(self, raw: bytes, folder: str = "INBOX") -> int:
        with self.lock:
            uid, self.next_uid = self.next_uid, self.next_uid + 1
            self.folders[folder][uid] = raw
            return uid

    def takes(self, fault: str) -> bool:
        with self.lock:
            if fault not in self.faults:
                return False
            self.faults.remove(fault)
            return True


class Mailbox(socketserver.ThreadingTCPServer):
    """The server; `messages(folder)` is what lies in a folder."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, *, capabilities: str, prefix: str) -> None:
        self.store = Store(capabilities=capabilities, prefix=prefix)
        self._context = certificates.for_server()
        super().__init__((certificates.HOST, 0), _Session)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def add(self, raw: bytes) -> int:
        return self.store.add(raw)

    def fail(self, *faults: str) -> None:
        self.store.faults += faults

    def messages(self, folder: str) -> list[bytes]:
        with self.store.lock:
            encoded = folder if folder == "INBOX" else self.store.prefix + _encoded(folder)
            found = self.store.folders.get(encoded, {})
            gone = self.store.flags
            return [
                m for uid, m in found.items() if "\\Deleted" not in gone.get((encoded, uid), ())
            ]

    def renumber(self) -> None:
        """As when a mailbox is restored: new UIDs and a new UIDVALIDITY."""
        with self.store.lock:
            self.store.validity += 1
            self.store.next_uid = 1
            held, self.store.folders["INBOX"] = self.store.folders["INBOX"], {}
            for raw in held.values():
                self.store.add(raw)

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        connection.settimeout(20)
        return connection, address

    def finish_request(self, request: Any, client_address: Any) -> None:
        # Here, in the connection's own thread, as a client may be slow to say hello.
        with contextlib.suppress(OSError):
            secure = self._context.wrap_socket(request, server_side=True)
            try:
                with contextlib.suppress(OSError, Cut):
                    self.RequestHandlerClass(secure, client_address, self)
            finally:
                with contextlib.suppress(OSError):
                    secure.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        raise AssertionError("the fake mailbox broke")


def _encoded(folder: str) -> str:
    from imapclient.imap_utf7 import encode

    return encode(folder).decode("ascii")


class _Session(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self.store = self.server.store
        self.folder, self.signed_in = "", False
        self.say("* OK kodeks tests")
        while (words := self.read_command()) is not None:
            tag, name, *arguments = words
            uid = name.upper() == "UID"
            if uid:
                name, *arguments = arguments
            handler = getattr(self, f"do_{name.lower()}", None)
            if handler is None:
                self.say(f"{tag} BAD what is {name}")
                continue
            with self.store.lock:
                answer = handler(arguments)
            self.say(f"{tag} {answer}")
            if name.upper() == "LOGOUT":
                return

    def read_command(self) -> list[str] | None:
        """The words of a command, also those sent as literals."""
        line, literals = b"", []
        while True:
            part = self.rfile.readline()
            if not part:
                return None
            line += part.rstrip(b"\r\n")
            found = _LITERAL.search(line)
            if found is None:
                break
            self.say("+ go on")
            literals.append(self.rfile.read(int(found[1])))
            line = _LITERAL.sub(b"\x00", line)
        words = re.findall(
            r'"(?:[^"\\]|\\.)*"|\([^)]*\)|[^\s()]+\[[^\]]*\]|\S+', line.decode("utf-8")
        )
        held = iter(literals)
        return [next(held).decode() if word == "\x00" else _unquoted(word) for word in words]

    def say(self, line: str) -> None:
        self.wfile.write(line.encode("utf-8") + b"\r\n")

    def do_capability(self, _: list[str]) -> str:
        self.say(f"* CAPABILITY IMAP4rev1 {self.store.capabilities}")
        return "OK done"

    def do_login(self, arguments: list[str]) -> str:
        self.store.logins += 1
        self.signed_in = arguments == [USER, PASSWORD]
        return "OK welcome" if self.signed_in else "NO [AUTHENTICATIONFAILED] wrong"

    def do_namespace(self, _: list[str]) -> str:
        self.say(f'* NAMESPACE (("{self.store.prefix}" ".")) NIL NIL')
        return "OK done"

    def do_list(self, arguments: list[str]) -> str:
        assert self.signed_in
        if arguments[1] in self.store.folders:
            self.say(f'* LIST () "." "{arguments[1]}"')
        return "OK done"

    def do_create(self, arguments: list[str]) -> str:
        self.store.folders[arguments[0]] = {}
        return "OK made"

    def do_select(self, arguments: list[str]) -> str:
        self.folder = arguments[0]
        self.say(f"* {len(self.store.folders[self.folder])} EXISTS")
        self.say(f"* OK [UIDVALIDITY {self.store.validity}] valid")
        return "OK [READ-WRITE] selected"

    def do_search(self, arguments: list[str]) -> str:
        if self.store.takes("bad-search"):
            return "BAD not today"
        assert arguments == ["UNDELETED"]
        flags = self.store.flags
        found = [
            uid
            for uid in self.store.folders[self.folder]
            if "\\Deleted" not in flags.get((self.folder, uid), ())
        ]
        self.say(" ".join(["* SEARCH", *map(str, found)]))
        return "OK done"

    def do_fetch(self, arguments: list[str]) -> str:
        uid, wanted = int(arguments[0]), arguments[1]
        raw = self.store.folders[self.folder].get(uid)
        if raw is None:
            return "OK nothing"
        answer = f"* 1 FETCH (UID {uid}"
        if "RFC822.SIZE" in wanted:
            answer += f" RFC822.SIZE {len(raw)}"
        if "INTERNALDATE" in wanted:
            answer += f' INTERNALDATE "{DATE}"'
        if "BODY" in wanted:
            is_whole = "HEADER" not in wanted
            content = raw if is_whole else raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            self.send_literal(f"{answer} BODY[{'' if is_whole else 'HEADER'}] ", content)
            self.cut("FETCH")
        else:
            self.say(f"{answer})")
        return "OK done"

    def send_literal(self, before: str, content: bytes) -> None:
        length = len(content)
        if self.store.takes("literal-long"):
            length += 1000
        elif self.store.takes("literal-short"):
            length -= min(length, 20)
        self.wfile.write(before.encode() + b"{%d}\r\n" % length)
        if self.store.takes("slow-fetch"):
            self.wfile.write(content[:1])
            time.sleep(1.0)
            raise Cut
        self.wfile.write(content + b")\r\n")

    def do_store(self, arguments: list[str]) -> str:
        uid = int(arguments[0])
        flags = set(arguments[-1].strip("()").split())
        self.store.flags.setdefault((self.folder, uid), set()).update(flags)
        return "OK stored"

    def do_copy(self, arguments: list[str]) -> str:
        uid, folder = int(arguments[0]), arguments[1]
        self.store.add(self.store.folders[self.folder][uid], folder)
        self.cut("COPY")
        return "OK copied"

    def do_move(self, arguments: list[str]) -> str:
        uid, folder = int(arguments[0]), arguments[1]
        raw = self.store.folders[self.folder].pop(uid, None)
        if raw is None:
            return "OK nothing, as another connection moved it"
        self.store.add(raw, folder)
        self.cut("MOVE")
        return "OK moved"

    def do_expunge(self, arguments: list[str]) -> str:
        self.store.folders[self.folder].pop(int(arguments[0]), None)
        return "OK gone"

    def do_logout(self, _: list[str]) -> str:
        self.say("* BYE")
        return "OK bye"

    def cut(self, command: str) -> None:
        if self.store.takes(_CUTS[command]):
            self.wfile.flush()
            raise Cut


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') else word


@contextlib.contextmanager
def running(*, capabilities: str = "MOVE UIDPLUS", prefix: str = "") -> Iterator[Mailbox]:
    """The server, until the end of the block."""
    server = Mailbox(
        capabilities=f"{capabilities} NAMESPACE" if prefix else capabilities, prefix=prefix
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
