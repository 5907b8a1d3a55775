# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The site through HTTP: every address, method and visitor, forged forms, and doors that are none.

Whoever may not gets no record into being. The administrator, who passes the server, may no more
than anybody else: no decision, no start, no approval.
"""

from __future__ import annotations

import base64
import itertools
import json
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from attempts import Attempt, none_succeeds, unheard
from bypass_forms import BAD_DECISIONS, FORGED, HEADERS, NO_DOORS, WORDS
from bypass_pages import (
    MAY_WRITE,
    OWNS,
    READING,
    SIGNS_OUT,
    SILENT,
    STEERS,
    WRITING,
    PageRefused,
    Site,
    names,
    sent,
    signed_in,
)

REFUSALS = (PageRefused,)
DECIDE, STOP, START = "inquiries:decide", "workbench:stop", "workbench:resume"


@pytest.fixture(scope="module")
def site(stage) -> Iterator[Site]:
    with unheard("django.request", "django.security.csrf"):
        yield Site(stage)


def _made(site: Site, attempts: Iterator[Attempt]) -> int:
    made = none_succeeds(site.stage, attempts, kind="admin", refusals=REFUSALS)
    # Or what was tried as somebody was tried as nobody.
    assert [name for name, client in site.clients.items() if not signed_in(client)] == [""]
    return made


READERS = ("", "testine", "sofie", "merete", "anders")
"""Of those who read alike, one: whole pages take time."""


def test_no_visitor_writes_who_may_not(site):
    """Every address as every visitor with every method, each with a form that is in order."""

    def attempts() -> Iterator[Attempt]:
        for (name, address), (visitor, client), method in itertools.product(
            site.addresses.items(), site.clients.items(), (*READING, *WRITING)
        ):
            if name == SIGNS_OUT and method == "POST":
                continue
            if method == "POST" and visitor in MAY_WRITE.get(name, ()):
                continue
            if method in READING and visitor not in READERS:
                continue
            view = name.split(" ")[0]
            yield Attempt(
                name=f"{method} {name} as {visitor or 'nobody'}",
                try_=lambda c=client, m=method, a=address, n=name: sent(c, m, a, site.form(n)),
                silent=method in READING or view in SILENT,
            )

    assert _made(site, attempts()) > 1700


WRITES = (DECIDE, STOP, START)


def _address(site: Site, view: str) -> str:
    return site.addresses.get(view) or site.addresses[f"{view} open"]


def _strangers(site: Site, view: str) -> list[str]:
    """Visitors who may not send the view's form."""
    # Whoever steers gets a whole page back, which takes time: one of them is enough.
    allowed = {DECIDE: frozenset({"sofie"}), STOP: STEERS, START: OWNS | {"dorte"}}[view]
    return [visitor for visitor in site.clients if visitor not in allowed]


def test_no_forged_field_or_header_makes_a_visitor_another(site):
    def attempts() -> Iterator[Attempt]:
        for view in WRITES:
            address, form = _address(site, view), site.form(f"{view} open")
            for visitor in _strangers(site, view):
                client = site.clients[visitor]
                for field, value in FORGED.items():
                    yield Attempt(
                        name=f"{view} as {visitor} with {field}",
                        try_=lambda c=client, a=address, f=form | {field: value}: sent(
                            c, "POST", a, f
                        ),
                    )
                for header, values in HEADERS.items():
                    for method in ("POST", "GET") if "override" in header else ("POST",):
                        yield Attempt(
                            name=f"{method} {view} as {visitor} by {header}",
                            try_=lambda c=client, m=method, a=address, f=form, v=values: sent(
                                c, m, a, f, **v
                            ),
                        )

    assert _made(site, attempts()) > 700


def test_no_other_kind_of_body_is_read(site):
    bodies = {
        "json": ("application/json", json.dumps({"reason": WORDS, "choice": "accept"})),
        "xml": ("text/xml", f"<reason>{WORDS}</reason>"),
        "text": ("text/plain", f"reason={WORDS}&choice=accept&own_consideration={WORDS}"),
        "empty multipart": ("multipart/form-data; boundary=x", "--x--\r\n"),
        "broken multipart": ("multipart/form-data", "x"),
        "file": (
            "multipart/form-data; boundary=x",
            '--x\r\nContent-Disposition: form-data; name="reason"; filename="r"\r\n\r\nx\r\n--x--',
        ),
        "nothing": ("application/x-www-form-urlencoded", ""),
        "another encoding": ("application/x-www-form-urlencoded; charset=utf-7", "reason=+AHg-"),
    }

    def attempts() -> Iterator[Attempt]:
        for view in WRITES:
            for visitor in ("", "testine", "anders", "without rights", "sofie"):
                client = site.clients[visitor]
                for name, (kind, body) in bodies.items():
                    yield Attempt(
                        name=f"{view} as {visitor} as {name}",
                        try_=lambda c=client, v=view, k=kind, b=body: _generic(site, c, v, k, b),
                    )

    assert _made(site, attempts()) > 100


def _generic(site: Site, client: Any, view: str, kind: str, body: str) -> None:
    answer = client.generic("POST", _address(site, view), body, content_type=kind)
    if answer.status_code >= 400 or answer["Location"].startswith("/log-ind/"):
        raise PageRefused(str(answer.status_code))


def test_the_caseworker_decides_nothing_that_is_not_in_order(site):
    """On a matter that is decided, nothing; on one without a suggestion, none can be followed."""
    suggested = _suggested(site)
    good = {
        "accept": {"choice": "accept"},
        "other": {"choice": "other", "label": "andet"},
        "reject": {"choice": "reject"},
        "own": {"choice": "own", "label": "andet"},
    }
    bad = {
        **{
            (state, name): form
            for state in ("handled", "open", "untriaged")
            for name, form in BAD_DECISIONS.items()
        },
        **{("handled", name): form | {"own_consideration": WORDS} for name, form in good.items()},
        **{
            ("untriaged", name): good[name]
            | {"own_consideration": WORDS, "recommendation_id": str(site.other.recommendation_id)}
            for name in ("accept", "other", "reject")
        },
        ("open", "other that is the same"): {
            "choice": "other",
            "label": suggested,
            "own_consideration": WORDS,
        },
    }
    nowhere = {
        "of nobody": f"/henvendelser/{uuid.uuid4()}/afgoer/",
        "a recommendation": f"/henvendelser/{site.open.recommendation_id}/afgoer/",
        "a decision": f"/henvendelser/{site.handled.decision_id}/afgoer/",
        "in capitals": f"/henvendelser/{str(site.open.id).upper()}/afgoer/",
        "twice": f"/henvendelser/{site.open.id}/{site.other.id}/afgoer/",
        "a number": "/henvendelser/1/afgoer/",
    }
    addresses, sofie = site.addresses, site.clients["sofie"]
    form = site.form(f"{DECIDE} open")
    attempts = [
        Attempt(
            name=f"{state}: {name}",
            try_=lambda a=addresses[f"{DECIDE} {state}"], f=form: sent(sofie, "POST", a, f),
        )
        for (state, name), form in bad.items()
    ] + [
        Attempt(name=f"nowhere: {name}", try_=lambda a=address: sent(sofie, "POST", a, form))
        for name, address in nowhere.items()
    ]
    assert _made(site, iter(attempts)) > 60


def _suggested(site: Site) -> str:
    (label,) = site.stage.owner.execute(
        "SELECT body #>> '{suggestion,label}' FROM kernel_recommendation WHERE id = %s",
        (site.open.recommendation_id,),
    ).fetchone()
    return str(label)


def test_nobody_stops_or_starts_without_a_reason(site):
    reasons = {
        "none": None,
        "empty": "",
        "blank": " \n\t\u00a0",
        "dots": "...",
        "zero-width": "\u200b",
        "long": "x" * 2001,
        "nul": "fejl\x00",
    }
    others = ("findes-ikke", "Inquiries", "inquiries%20", "inquiries'--", "..", "kernel_switch")

    def attempts() -> Iterator[Attempt]:
        for view, verb in ((STOP, "stop"), (START, "start")):
            for visitor in ("merete", "anders"):
                client = site.clients[visitor]
                for name, reason in reasons.items():
                    form = {} if reason is None else {"reason": reason}
                    yield Attempt(
                        name=f"{verb} as {visitor} {name}",
                        try_=lambda c=client, v=view, f=form: sent(c, "POST", _address(site, v), f),
                    )
                for slug in others:
                    yield Attempt(
                        name=f"{verb} {slug} as {visitor}",
                        try_=lambda c=client, s=slug, v=verb: sent(
                            c, "POST", f"/systemer/{s}/{v}/", {"reason": WORDS}
                        ),
                    )

    assert _made(site, attempts()) > 45


def test_no_form_is_taken_from_another_site(site):
    """Without the token of the session's own page, no form of anybody is read."""
    of_another = _token(site.client(0))
    forgeries: dict[str, Callable[[Any], dict[str, Any]]] = {
        "no token": lambda client: {},
        "empty token": lambda client: {"token": ""},
        "short token": lambda client: {"token": "x"},
        "made-up token": lambda client: {"token": "x" * 64},
        "another's token": lambda client: {"token": of_another},
        "header": lambda client: {"extra": {"HTTP_X_CSRFTOKEN": "x" * 64}},
        "cookie of one's own": lambda client: {"cookie": "y" * 32, "token": "x" * 32},
        "cookie cleared": lambda client: {"cookie": "", "token": ""},
        "from elsewhere": lambda client: {
            "token": _token(client),
            "extra": {"HTTP_ORIGIN": "https://ond.example"},
        },
        "from nowhere": lambda client: {"token": _token(client), "extra": {"HTTP_ORIGIN": "null"}},
    }
    senders = {
        DECIDE: ("sofie",),
        STOP: sorted(STEERS),
        START: sorted(OWNS),
        "workbench:take-role": ("", "sofie"),
        "inquiries:new": ("sofie",),
        "inquiries:answered": ("sofie",),
        "workbench:retry-run": ("sofie", "anders"),
        "workbench:retry-work": ("sofie", "anders"),
        "workbench:order-robot": ("merete", "anders"),
        "inquiries:settled": ("sofie",),
        "workbench:close-cases": ("", "sofie"),
        "workbench:find-case": ("", "sofie"),
        "workbench:sign-out": ("sofie", "merete"),
    }
    strict = {
        visitor: site.client(
            site.stage.user_id(visitor) if visitor else 0, enforce_csrf_checks=True
        )
        for visitor in {visitor for visitors in senders.values() for visitor in visitors}
    }

    def send(visitor: str, view: str, forged: dict[str, Any]) -> None:
        client = strict[visitor]
        if "cookie" in forged:
            client.cookies["kodeks_csrf"] = forged["cookie"]
        form = site.form(f"{view} open") | {"csrfmiddlewaretoken": forged.get("token", "")}
        answer = client.post(_address(site, view), form, **forged.get("extra", {}))
        if answer.status_code == 403:
            raise PageRefused("403")

    attempts = [
        Attempt(
            name=f"{view} as {visitor}: {name}",
            try_=lambda v=visitor, w=view, f=forgery: send(v, w, f(strict[v])),
        )
        for view, visitors in senders.items()
        for visitor in visitors
        for name, forgery in forgeries.items()
    ]
    assert _made(site, iter(attempts)) > 150


def _token(client: Any) -> str:
    """A token of the client's own, as the sign-in page or any other page gives it."""
    client.get("/se-din-sag/")
    return str(client.cookies["kodeks_csrf"].value)


def test_there_is_no_other_door(site):
    """Django's own administration is not mounted, and nothing is where others look for it."""
    assert not [name for name in names() if "admin" in name]
    visitors = ("", "anders", "superuser")

    def attempts() -> Iterator[Attempt]:
        for door, visitor, method in itertools.product(NO_DOORS, visitors, ("GET", "POST", "PUT")):
            yield Attempt(
                name=f"{method} {door} as {visitor or 'nobody'}",
                try_=lambda d=door, v=visitor, m=method: sent(
                    site.clients[v], m, f"/{d}", {"reason": WORDS, "username": "root"}
                ),
            )

    assert _made(site, attempts()) > 450


def test_nobody_becomes_another(site):
    """Roles of the demo, sessions that are made up, sessions of those whose account was closed."""
    closed = site.stage.new_user(role="system_owner")
    client = site.client(closed)
    site.stage.owner.execute("UPDATE kernel_user SET is_active = false WHERE id = %s", (closed,))
    sessions = {
        "of a closed account": client.cookies["kodeks_session"].value,
        "made up": "a" * 32,
        "empty": "",
        "a path": "../../keys/django-secret",
        "sql": "' OR 1=1 --",
        "long": "a" * 5000,
        "of another kind": base64.b64encode(b'{"_auth_user_id": "1"}').decode(),
    }
    roles = ("root", "admin", "postgres", "Sofie", "sofie ", "", "kodeks_owner", "1", "superuser")

    def with_session(value: str, view: str) -> None:
        stranger = site.client(0)
        stranger.cookies["kodeks_session"] = value
        sent(stranger, "POST", _address(site, view), site.form(f"{view} open"))

    def attempts() -> Iterator[Attempt]:
        for (name, value), view in itertools.product(sessions.items(), WRITES):
            yield Attempt(
                name=f"{view} in a session {name}",
                try_=lambda s=value, v=view: with_session(s, v),
            )
        for username, visitor in itertools.product(roles, site.clients):
            yield Attempt(
                name=f"role {username!r} as {visitor or 'nobody'}",
                try_=lambda u=username, c=site.clients[visitor]: sent(
                    c, "POST", "/roller/skift/", {"username": u}
                ),
            )

    assert _made(site, attempts()) > 100


def test_those_who_may_can_still(site):
    """After all that: the forms that were forged are in order in the right hands."""
    sofie, merete, dorte = (site.clients[name] for name in ("sofie", "merete", "dorte"))
    form = site.form(f"{DECIDE} open")
    assert sent(sofie, "POST", f"/henvendelser/{site.other.id}/afgoer/", form) == 302
    assert sent(dorte, "POST", _address(site, STOP), {"reason": WORDS}) == 302
    assert sent(merete, "POST", _address(site, START), {"reason": WORDS}) == 302
