# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""A caseworker without a browser: opens each inquiry in the inbox and decides it, over HTTP."""

from __future__ import annotations

import http.cookiejar
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter

_CONSIDERATION = "Jeg har læst henvendelsen og valgt emnet ud fra indholdet."
_LINK = re.compile(r'href="(/henvendelser/[0-9a-f-]{36}/)"')
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_ASKED = re.compile(r'<input type="hidden" name="choice" value="(view|own)">')
_INBOX = "<h1>Indbakke</h1>"
_DESKS = 2
_CHOICES = ("accept", "accept", "other", "reject")


class _Desk:
    """One signed-in caseworker; a site that is down is asked again until it answers."""

    def __init__(self, port: int) -> None:
        self._base = f"http://localhost:{port}"
        jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def ask(self, path: str, fields: dict[str, str] | None = None) -> str:
        data = urllib.parse.urlencode(fields).encode() if fields else None
        while True:
            try:
                with self._opener.open(self._base + path, data=data, timeout=30) as reply:
                    return str(reply.read().decode())
            except urllib.error.HTTPError as error:
                if error.code < 500 and error.code != 429:
                    return str(error.read().decode())
            except (urllib.error.URLError, OSError, ValueError):
                pass
            time.sleep(0.2)

    def sign_in(self, username: str) -> None:
        token = _TOKEN.search(self.ask("/roller/"))
        assert token is not None
        self.ask("/roller/skift/", {"csrfmiddlewaretoken": token[1], "username": username})

    def decide(self, path: str, choice: str) -> None:
        """Follow, change or reject; an inquiry that is decided already shows no form.

        Where the page asks for the own view first, that is sent first, and where there is no
        suggestion to see, the topic is chosen without one.
        """
        for _ in range(2):
            page = self.ask(path)
            token, asked = _TOKEN.search(page), _ASKED.search(page)
            if token is None:
                return
            self.ask(
                path + "afgoer/",
                {
                    "csrfmiddlewaretoken": token[1],
                    "choice": choice if asked is None else asked[1],
                    "label": "rotter",
                    "own_consideration": _CONSIDERATION,
                },
            )
            if asked is None or asked[1] == "own":
                return


def decide_all(*, port: int) -> None:
    """Decide until the inbox stays empty; two caseworkers share it and may meet."""
    desks = [threading.Thread(target=_work, args=(port, number)) for number in range(_DESKS)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()


def _work(port: int, number: int) -> None:
    desk = _Desk(port)
    desk.sign_in("sofie")
    tried: Counter[str] = Counter()
    empty = 0
    while empty < 3:
        page = desk.ask("/henvendelser/")
        if _INBOX not in page:
            # A kill between the sign-in and its answer leaves the caseworker outside.
            desk.sign_in("sofie")
            continue
        links = sorted(set(_LINK.findall(page)))
        empty = empty + 1 if not links else 0
        for path in links if number else reversed(links):
            # Another choice each time: "other" is refused where it is the suggestion itself.
            desk.decide(path, _CHOICES[(len(tried) + tried[path]) % len(_CHOICES)])
            tried[path] += 1
        time.sleep(0.2 if links else 0.5)
