# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The citizen's pages: find a case, see everything about it, fetch letters and receipts."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import linebreaksbr
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kodeks.casework.models import Document
from kodeks.kernel import insight as kernel_insight
from kodeks.kernel import receipts
from kodeks.kernel.insight import Insight
from kodeks.kernel.models import Role
from kodeks.kernel.records import Act, Decision, Recommendation
from kodeks.kernel.subjects import Subject
from kodeks.web.pages import for_roles
from kodeks.workbench import access, figures, matters, plain
from kodeks.workbench.access import FindCaseForm
from kodeks.workbench.matters import Found

_ACT = "act-"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find_case(request: HttpRequest) -> HttpResponse:
    form = FindCaseForm(request.POST or None, request=request)
    if form.is_bound and form.is_valid() and form.found is not None:
        subject = form.found.matter.subject
        access.remember(request, subject)
        return redirect("workbench:insight", subject.type, subject.id)
    return render(
        request, "workbench/find_case.html", {"form": form}, status=422 if form.errors else 200
    )


@require_POST
def close_cases(request: HttpRequest) -> HttpResponse:
    """Forget the codes of this session, for those who sit at a computer that others use."""
    access.forget(request)
    return redirect("workbench:find-case")


@never_cache
@require_safe
@for_roles(Role.CITIZEN)
def my_cases(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "workbench/my_cases.html",
        {"matters": access.own_matters(request), "demo": settings.KODEKS_DEMO},
    )


@never_cache
@require_safe
def insight(request: HttpRequest, subject_type: str, subject_id: str) -> HttpResponse:
    subject = Subject(type=subject_type, id=subject_id)
    if not access.may_see(request, subject):
        return _refused(request)
    found = _found(subject)
    page = _page(found) | {
        "by_code": access.by_code(request, subject),
        "for_staff": found.for_staff(request.user),
    }
    kind = "insight_erased" if page["erased"] else "insight"
    return render(request, f"workbench/{kind}.html", page)


@never_cache
@require_safe
def letter(
    request: HttpRequest, subject_type: str, subject_id: str, document_id: uuid.UUID
) -> HttpResponse:
    """A letter of the matter as PDF; a document that is not among its letters is not found."""
    subject = Subject(type=subject_type, id=subject_id)
    if not access.may_see(request, subject):
        return _refused(request)
    letters = {one.document_id: one for one in _found(subject).matter.letters}
    link = letters.get(str(document_id))
    if link is None:
        raise Http404
    document = Document.objects.get(id=document_id)
    name = f"brev-{link.date.isoformat()}-{link.document_id[:8]}.pdf"
    return _file(bytes(document.content), media_type=document.media_type, name=name)


@never_cache
@require_safe
def receipt(request: HttpRequest, subject_type: str, subject_id: str, kind: str) -> HttpResponse:
    """The receipt of the recommendation, the decision or one step of the robot (act-<step>)."""
    subject = Subject(type=subject_type, id=subject_id)
    if not access.may_see(request, subject):
        return _refused(request)
    record = _record(_records(_found(subject)), kind)
    if record is None:
        raise Http404
    try:
        data = receipts.build(record)
    except receipts.Erased as erased:
        context = {"text": str(erased), "subject": subject}
        return render(request, "workbench/receipt_erased.html", context, status=410)
    except receipts.NotYet as waiting:
        if request.htmx:
            return HttpResponse(status=204)
        context = {"text": str(waiting), "subject": subject}
        page = render(request, "workbench/receipt_wait.html", context, status=503)
        page["Retry-After"] = "2"
        return page
    if request.htmx:
        # A script cannot save a file: the waiting page gets a link instead.
        return render(request, "workbench/receipt_ready.html")
    name = f"kvittering-{kind}-{str(record.id)[:8]}.json"
    return _file(data, media_type="application/json", name=name)


def _refused(request: HttpRequest) -> HttpResponse:
    """The same answer whether the matter exists or not."""
    context = {"form": FindCaseForm(request=request), "refused": True}
    return render(request, "workbench/find_case.html", context, status=403)


def _found(subject: Subject) -> Found:
    found = matters.by_subject(subject)
    if found is None:
        raise Http404
    return found


def _file(data: bytes, *, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type=media_type, headers=headers)


def _records(found: Found) -> Insight:
    return kernel_insight.of(system=found.matter.system, subject=found.matter.subject)


def _record(records: Insight, kind: str) -> Recommendation | Decision | Act | None:
    if kind == "recommendation":
        return records.recommendation
    if kind == "decision":
        return records.decision
    return _acts_by_kind(records).get(kind)


def _acts_by_kind(records: Insight) -> dict[str, Act]:
    """The acts by the kinds of their receipts: `act-<step>`, and a number when it was done again.

    A step can be taken twice: by the robot itself, and later under the decision.
    """
    found: dict[str, Act] = {}
    for act in records.acts:
        kind, times = f"{_ACT}{act.step}", 1
        while kind in found:
            times += 1
            kind = f"{_ACT}{act.step}-{times}"
        found[kind] = act
    return found


def _page(found: Found) -> dict[str, Any]:
    records = _records(found)
    told = [one for one in (records.recommendation, records.decision) if one is not None]
    return {
        "erased": any(one.erased for one in told),
        "receipts": _receipts(records),
        "matter": found.matter,
        "system": records.system,
        "complaint": records.system.card["complaint"],
        "does": plain.AUTONOMY[records.system.card["autonomy"]],
        "decided": _decided(found, records),
        "suggested": _suggested(found, records),
        "acts_by_itself": [_acted(act) for act in records.acts if _is_by_itself(act)],
        "acts_after": [_acted(act) for act in records.acts if not _is_by_itself(act)],
        "robot": (records.system.card["robot"] or {}).get("title", ""),
    }


def _decided(found: Found, records: Insight) -> dict[str, Any] | None:
    if records.decision is None:
        return None
    body = records.decision.body
    who = body["decided_by"]
    return {
        "name": who["name"],
        "own_consideration": body["own_consideration"],
        "followed": plain.FOLLOWED[body["choice"]],
        "facts": [
            ("Det er valgt", found.titles(body["outcome"])),
            ("Valgt af", ", ".join(filter(None, (who["name"], who["title"])))),
            ("Tid", _moment(records.decision.decided_at)),
            ("Leder med ansvar", _owner(records)),
        ],
    }


def _owner(records: Insight) -> str:
    if not records.system.manager:
        return "Der er ikke udpeget en leder lige nu"
    return f"{records.system.manager}, {records.system.unit}"


def _suggested(found: Found, records: Insight) -> dict[str, Any] | None:
    if records.recommendation is None:
        return None
    body = records.recommendation.body
    others = [
        (found.title(other["value"]), figures.share(other["confidence"]))
        for other in body["alternatives"]
    ]
    return {
        "facts": [
            ("Forslag", found.titles(body["suggestion"])),
            ("Hvor sikkert var systemet?", figures.share(body["confidence"])),
            ("Formål", records.recommendation.purpose_text),
            ("Tid", _moment(records.recommendation.issued_at)),
            ("System", body["system_name"]),
            ("Model", body["release"]["version"]),
        ],
        "others": others,
        # Of the release that computed, which need not be the one in operation today.
        "accuracy": figures.accuracy(records.recommendation.metrics),
        "bases": [_basis(basis) for basis in body["bases"]],
        "codex": body["codex"],
        "data": [_datum(datum) for datum in body["data_used"]],
        "only_read": [f"{one['title']} ({one['source']})" for one in body["data_read"]],
        "changes": [one["text"] for one in body["counterfactuals"]],
        "considerations": plain.weighed(body["considerations"]),
        "owner": body["owner"],
        "owner_changed": body["owner"]["manager"] != records.system.manager,
    }


def _moment(at: dt.datetime) -> str:
    return date_format(localtime(at), "DATETIME_FORMAT")


def _basis(basis: dict[str, Any]) -> list[tuple[str, str]]:
    first = dt.date.fromisoformat(basis["valid_from"])
    last = basis["valid_to"]
    until = f" til {date_format(dt.date.fromisoformat(last))}" if last else ""
    return [
        ("Regel", basis["basis"]),
        ("Kilde", basis["source"]),
        ("Gælder", f"Fra {date_format(first)}{until}"),
    ]


def _datum(datum: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        ("Oplysning", datum["title"]),
        ("Indhold", linebreaksbr(str(datum["value"]), autoescape=True)),
        ("Kilde", capfirst(datum["source"])),
        ("Kommer fra", datum["supplier"]),
        ("Hentet", _moment(dt.datetime.fromisoformat(datum["fetched_at"]))),
    ]


def _is_by_itself(act: Act) -> bool:
    """Whether the robot took the step on a suggestion alone, where card and law let it."""
    return act.body["decision"] is None


def _acted(act: Act) -> dict[str, Any]:
    return {
        "title": plain.step_title(robot=act.robot, step=act.step),
        "at": act.acted_at,
    }


def _receipts(records: Insight) -> list[tuple[str, str]]:
    """Kind and title of each receipt that can be fetched."""
    own = (
        ("recommendation", "Kvittering for forslaget", records.recommendation),
        ("decision", "Kvittering for valget", records.decision),
    )
    acts = [
        (kind, f"Kvittering for »{plain.step_title(robot=act.robot, step=act.step)}«")
        for kind, act in _acts_by_kind(records).items()
    ]
    return [(kind, title) for kind, title, record in own if record is not None] + acts
