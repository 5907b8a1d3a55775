# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The auditor's pages: the log's head, growth and witnesses, the check of a head that somebody has
kept, and the log itself as files (C2SP tlog-tiles) that anybody can fetch and check.

The leaves hold ids, hashes and commitments and no personal data, so the files are for everybody.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import structlog
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from kodeks.kernel import heads, signing, storage, witnessing
from kodeks.kernel.models import LedgerCheckpoint, LedgerPending
from kodeks.kernel.witnessing import Standing
from kodeks.ledger import note, policy, witness
from kodeks.ledger.encoding import encode_base64
from kodeks.ledger.errors import VerificationError
from kodeks.ledger.policy import Policy
from kodeks.ledger.tiles import FULL_WIDTH, TileId, parse_tile_path
from kodeks.workbench import ledger_check, ledger_growth, ledger_kinds
from kodeks.workbench.fields import Words
from kodeks.workbench.figures import whole

log = structlog.get_logger(__name__)

_TEXT = "text/plain; charset=utf-8"
_BYTES = "application/octet-stream"
_MOST = 64 * 1024
_FOR_EVER = "public, max-age=31536000, immutable"
_A_WHILE = "public, max-age=60"
_IN_TIME = dt.timedelta(seconds=60)
"""Receipts must be there within a minute, so a witness is behind when it is later than that."""


class KeptForm(forms.Form):
    """The head that an auditor has kept."""

    head = Words(
        label="Det hoved, du har gemt",
        most=_MOST,
        missing="Indsæt det hoved, du har gemt.",
        help_text="Indsæt hele teksten, også linjerne med underskrifter.",
    )


@never_cache
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    return render(request, "workbench/ledger.html", _page(request) | {"form": KeptForm()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Is the log still the one whose head somebody kept? Writes nothing, whoever asks."""
    form = KeptForm(request.POST if request.method == "POST" else None)
    checked = None
    if form.is_bound and form.is_valid():
        try:
            checked = ledger_check.check(form.cleaned_data["head"])
        except ledger_check.Unreadable as unreadable:
            form.add_error("head", f"Teksten kan ikke læses som et hoved. {unreadable}")
    context: dict[str, Any] = {"form": form, "checked": checked}
    if checked is not None:
        context["kept_size"] = whole(checked.size)
        context["head"] = _head(checked.head, witnessing.in_force())
    status = 422 if form.errors else 200
    return render(request, "workbench/ledger_check.html", context, status=status)


@require_safe
def ledger_key(request: HttpRequest) -> HttpResponse:
    return HttpResponse(signing.verifier_key() + "\n", content_type=_TEXT)


@never_cache
@require_safe
def head(request: HttpRequest) -> HttpResponse:
    """The head to keep, as a file: the published one, or the newest when none is yet."""
    found = heads.published() or storage.latest_checkpoint()
    if found is None:
        raise Http404
    return _download(heads.signed_note(found), name=f"hoved-{found.size}.txt")


@never_cache
@require_safe
def witness_policy(request: HttpRequest) -> HttpResponse:
    """Who the witnesses are and how many must sign, as C2SP tlog-policy; 404 without witnesses."""
    rules = witnessing.in_force()
    if rules is None:
        raise Http404
    return _download(policy.format_policy(rules).encode(), name="vidner.txt")


@require_safe
def proof(request: HttpRequest, old: int, new: int) -> HttpResponse:
    """The proof from `old` entries to the head of `new`, as C2SP tlog-witness writes it."""
    found = heads.of_size(new)
    if found is None or not 0 < old <= new:
        raise Http404
    try:
        hashes = storage.consistency_proof(old_size=old, size=found.size)
    except VerificationError as error:
        raise _missing(error) from error
    data = witness.format_request(witness.Request(old, tuple(hashes), heads.signed_note(found)))
    return _download(data, name=f"bevis-{old}-{new}.txt")


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The published head, for programs; 404 until enough witnesses have signed one."""
    found = heads.published()
    if found is None:
        raise Http404
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(heads.signed_note(found), content_type=_TEXT, headers=headers)


@require_safe
def tile(request: HttpRequest, rest: str) -> HttpResponse:
    """A tile of hashes or a bundle of entries; 404 when no signed head covers all of it."""
    try:
        wanted = parse_tile_path(f"tile/{rest}")
        data = heads.file(wanted)
    except VerificationError as error:
        raise Http404 from error
    # A partial tile never changes either, but is asked for only until it is full.
    headers = {"Cache-Control": _FOR_EVER if wanted.width == FULL_WIDTH else _A_WHILE}
    return HttpResponse(data, content_type=_BYTES, headers=headers)


def _download(data: bytes, *, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=_TEXT, headers=headers)


def _missing(error: VerificationError) -> Http404:
    log.error("ledger_proof_failed", error=str(error))
    return Http404()


def _page(request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    rules = witnessing.in_force()
    newest, published = storage.latest_checkpoint(), heads.published()
    # Between the two questions a head may have been signed and published.
    if newest is not None and published is not None and published.size > newest.size:
        newest = published
    rows = [_row(one, newest=newest, now=now) for one in witnessing.standings()]
    return {
        "newest": _head(newest, rules),
        "published": None if rules is None else _head(published, rules),
        "waiting": whole(LedgerPending.objects.count()),
        "growth": ledger_growth.growth(now=now),
        "witnesses": rows,
        "needed": None if rules is None else rules.groups[rules.quorum].threshold,
        "in_time": sum(row["in_time"] for row in rows),
        "conflicts": any(row["conflict"] for row in rows),
        "key": signing.verifier_key(),
        "address": request.build_absolute_uri(request.path),
        "files": _files(published),
        "kinds": ledger_kinds.KINDS,
    }


def _head(found: LedgerCheckpoint | None, rules: Policy | None) -> dict[str, Any] | None:
    if found is None:
        return None
    data = heads.signed_note(found)
    cosigned = ledger_check.cosigners(note.parse(data))
    return {
        "number": found.size,
        "size": whole(found.size),
        "root": encode_base64(bytes(found.root)),
        "at": found.at,
        "note": data.decode(),
        "seen_by": sum(not (one.former or one.wrong) for one in cosigned),
        "of": 0 if rules is None else len(rules.witnesses),
    }


def _row(one: Standing, *, newest: LedgerCheckpoint | None, now: dt.datetime) -> dict[str, Any]:
    """A witness with what its state is called, the badge for it, and whether it keeps up."""
    missed = heads.after(one.size)
    in_time = one.at is not None and (missed is None or now - missed.at < _IN_TIME)
    if one.conflict is not None:
        state, badge = "Har set en anden log", "error"
    elif one.at is None:
        state, badge = "Har ikke svaret", "warning"
    elif in_time:
        state, badge = "Er med", "success"
    else:
        state, badge = "Er bagud", "warning"
    return {
        "standing": one,
        "at": None if one.at is None else ledger_check.time_of(one.at.timestamp()),
        "size": whole(one.size),
        "state": state,
        "badge": badge,
        "behind_since": None if in_time or one.at is None or missed is None else missed.at,
        "in_time": in_time and one.conflict is None,
        "conflict": one.conflict
        and {
            "seen": whole(one.conflict.seen),
            "size": whole(one.conflict.size),
            "at": one.conflict.at,
        },
    }


def _files(published: LedgerCheckpoint | None) -> list[tuple[str, str, str]]:
    """The first files of the published log: name, what it is, address."""
    if published is None:
        return []
    width = min(published.size, FULL_WIDTH)
    first = [(TileId(0, 0, width).path, "aftryk"), (TileId(None, 0, width).path, "linjer")]
    tiles = [
        (path, what, reverse("workbench:ledger-tile", args=[path.removeprefix("tile/")]))
        for path, what in first
    ]
    return [("checkpoint", "hovedet", reverse("workbench:ledger-checkpoint")), *tiles]
