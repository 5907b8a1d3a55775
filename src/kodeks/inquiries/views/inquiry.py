# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One inquiry: the text, what is known, the caseworker's decision, and last the suggestion."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator
from django.views.decorators.http import require_POST, require_safe

from kodeks.casework import distributing, notices, standings
from kodeks.inquiries import attachments, ports, selectors, services
from kodeks.inquiries.engine import legal, urgency
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.forms import DecisionForm, UnmaskForm
from kodeks.inquiries.models import Inquiry
from kodeks.inquiries.views import standing, suggestion
from kodeks.kernel import api as kernel
from kodeks.language import guard, recognising
from kodeks.robots import selectors as robots
from kodeks.web import live
from kodeks.web.pages import for_roles, signed_in

_TEMPLATE = "inquiries/inquiry.html"
_LONGEST_HIDDEN = 300
_MASKED = format_html(
    '<span aria-hidden="true">{}</span><span class="sr-only">{}</span>', "••••••-••••", "Skjult"
)
_CHOSEN = {
    "accept": "Fulgte forslaget",
    "other": "Valgte et andet emne end det foreslåede",
    "reject": "Afviste forslaget",
    "own": "Valgte emnet uden et forslag",
}


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def inquiry(request: HttpRequest, inquiry_id: uuid.UUID) -> HttpResponse:
    user = signed_in(request)
    context = _context(_found(inquiry_id, user), user)
    seen = live.seen(request)
    if seen == context["state"]:
        return live.nothing_new()
    return render(request, _TEMPLATE, context | {"polled": seen is not None})


@require_POST
@for_roles(kernel.Role.CASEWORKER)
def decide(request: HttpRequest, inquiry_id: uuid.UUID) -> HttpResponse:
    user = signed_in(request)
    found = _found(inquiry_id, user)
    form = _form(selectors.recommendation_of(found), request.POST)
    if form.is_valid():
        try:
            if form.cleaned_data["choice"] == "view":
                return _viewed(request, found, form)
            decision = services.decide(
                inquiry_id=found.id,
                user=user,
                choice=form.cleaned_data["choice"],
                label=form.cleaned_data["label"],
                own_consideration=form.cleaned_data["own_consideration"],
            )
        except (kernel.Refused, InquiryError) as error:
            form.add_error(None, str(error))
        else:
            return _to_next(request, decision)
    # Read again: somebody else may have decided, or stopped the system, in the meantime.
    context = _context(_found(inquiry_id, user), user, typed=form)
    return render(request, _TEMPLATE, context, status=422)


def _viewed(request: HttpRequest, found: Inquiry, form: DecisionForm) -> HttpResponse:
    services.state_own_view(
        inquiry_id=found.id,
        user=signed_in(request),
        label=form.cleaned_data["label"],
        own_consideration=form.cleaned_data["own_consideration"],
    )
    messages.success(request, "Din vurdering er gemt. Nu kan du se forslaget nederst på siden.")
    return redirect("inquiries:inquiry", inquiry_id=found.id)


def _found(inquiry_id: uuid.UUID, user: kernel.User) -> Inquiry:
    try:
        return selectors.inquiry(inquiry_id, user=user)
    except Inquiry.DoesNotExist:
        raise Http404 from None


def _to_next(request: HttpRequest, decision: kernel.Decision) -> HttpResponse:
    title = selectors.topic(decision.outcome["label"]).title
    robot = "Robotten går nu i gang."
    if not kernel.may_run(services.SYSTEM, purpose=services.PURPOSE):
        robot = "Robotten går i gang, når systemet er startet igen."
    done = f"Du har afgjort henvendelsen: {title}. {robot}"
    waiting = selectors.waiting(user=signed_in(request)).first()
    if waiting is None:
        messages.success(request, f"{done} Der venter ikke flere.")
        return redirect("inquiries:inbox")
    messages.success(request, f"{done} Her er den næste.")
    return redirect("inquiries:inquiry", inquiry_id=waiting.id)


def _context(
    found: Inquiry, user: kernel.User, *, typed: DecisionForm | None = None
) -> dict[str, Any]:
    decision = selectors.decision_of(found)
    if found.erased_at is not None and decision is not None:
        left = {"inquiry": found, "state": "decided", "form": typed, "facts": _facts_left(found)}
        return left | _decided(found, decision, user)
    recommendation = selectors.recommendation_of(found)
    notice = _notice(found, recommendation, user) if decision is None else None
    shown = _shown(recommendation, decision, notice)
    context = {
        "inquiry": found,
        "system": services.SYSTEM,
        "suggestion": shown,
        "form": typed,
        "facts": _facts(found, decision),
        "files": attachments.listed(found),
        "offers": ports.offers(found, user=user),
        "urgent": _urgency(found),
        "clocks": legal.traps(found.text),
        "foreign": recognising.foreign(found.text),
        "warnings": guard.findings(found.text),
        "hidden": [Truncator(one).chars(_LONGEST_HIDDEN) for one in guard.hidden(found.text)],
        "guidance": kernel.system_state(services.SYSTEM).card["guidance"],
        "unmask": UnmaskForm() if selectors.may_unmask(found, user=user) else None,
    }
    if decision is not None:
        return context | {"state": "decided"} | _decided(found, decision, user)
    view = None
    if shown is not None and recommendation is not None:
        view = kernel.presentation(recommendation, user=user).first_view
    return context | {
        "state": notice.state if notice else "waiting" if shown is None else "ready",
        "notice": notice,
        "own_view": view and _own_view(view),
        "form": typed or _form(recommendation if shown else None, view=view),
        "choices": _choices(),
    }


def _notice(
    found: Inquiry, recommendation: kernel.Recommendation | None, user: kernel.User
) -> standing.Notice | None:
    in_the_way = standing.notice(found, user)
    if in_the_way is not None or recommendation is None:
        return in_the_way
    return standing.put_before(recommendation, user)


def _shown(
    recommendation: kernel.Recommendation | None,
    decision: kernel.Decision | None,
    notice: standing.Notice | None,
) -> suggestion.Suggestion | None:
    """The suggestion, if it is to be seen.

    After the decision it is shown when the caseworker had it in front of them.
    """
    seen = notice is None if decision is None else decision.recommendation_id is not None
    if recommendation is None or not seen:
        return None
    return suggestion.of(recommendation, titles=selectors.topic_titles())


def _form(
    recommendation: kernel.Recommendation | None,
    data: QueryDict | None = None,
    *,
    view: kernel.FirstView | None = None,
) -> DecisionForm:
    """With the suggestion's topics first, if it is shown; begins with the person's own view."""
    titles = selectors.topic_titles()
    first: tuple[str, ...] = ()
    if recommendation is not None:
        first = suggestion.of(recommendation, titles=titles).alternatives
    begun: dict[str, Any] = {}
    if view is not None:
        begun = {"own_consideration": view.own_consideration, "label": view.outcome["label"]}
    return DecisionForm(data, titles=titles, first=first, initial=begun)


def _own_view(view: kernel.FirstView) -> dict[str, Any]:
    title = selectors.topic_titles().get(view.outcome["label"], view.outcome["label"])
    return {"title": title, "agreed": view.agreed}


def _choices() -> list[dict[str, str]]:
    return [
        {"value": "accept", "label": "Følg forslaget"},
        {"value": "other", "label": "Vælg et andet emne", "helptext": "Vælg emnet på listen."},
        {
            "value": "reject",
            "label": "Afvis forslaget",
            "helptext": "Henvendelsen går til fælles visitering.",
        },
    ]


def _decided(found: Inquiry, decision: kernel.Decision, user: kernel.User) -> dict[str, Any]:
    topic = selectors.topic_of(decision)
    changes = selectors.reversals_of(found)
    runs = [robots.run_for(flow=services.FLOW, decision_id=decision.id)]
    runs += [robots.run_for(flow=services.CHANGE_FLOW, decision_id=one.id) for one in changes]
    decided = [
        ("Emne", topic.title),
        ("Afdeling", topic.unit.name),
        ("Afgjort af", _person(decision.body["decided_by"])),
        ("Tidspunkt", _moment(decision.decided_at)),
        ("Valg", _CHOSEN[decision.choice]),
        ("Lagt vægt på", _breaking(decision.body["own_consideration"])),
    ]
    return {
        "decision": decision,
        "decided": decided,
        "changes": [_change(one) for one in changes],
        "may_reverse": found.erased_at is None and kernel.may_reverse(user, decision),
        "runs": [robots.detail(run.id) for run in runs if run is not None],
        "distribution": _distribution(found),
        "letters": [(one, notices.in_words(one)) for one in selectors.letters_of(found)],
    }


def _distribution(found: Inquiry) -> str:
    """Where the case stands at the system that the department works in; "" when it works here."""
    last = None if found.case is None else standings.newest(found.case)
    return "" if last is None else distributing.in_words(last)


def _change(reversal: kernel.Reversal) -> dict[str, Any]:
    topic = selectors.topic_of(reversal)
    before = selectors.topic(str(reversal.before["label"]))
    return {
        "at": _moment(reversal.reversed_at),
        "facts": [
            ("Emne før", before.title),
            ("Emne nu", topic.title),
            ("Afdeling nu", topic.unit.name),
            ("Gjort om af", _person(reversal.body["reversed_by"])),
            ("Årsag", kernel.CAUSES[reversal.cause]),
            ("Lagt vægt på", _breaking(reversal.body["own_consideration"])),
        ],
    }


def _person(by: dict[str, str]) -> str:
    return ", ".join(filter(None, (by["name"], by["title"])))


def _facts(found: Inquiry, decision: kernel.Decision | None) -> list[tuple[str, str]]:
    facts = [
        *_arrived(found),
        ("Bydel", _breaking(found.district or "Ikke oplyst")),
        ("Afsender", _breaking(found.sender_name or "Ikke oplyst")),
    ]
    if address := services.address_of(found):
        facts.append(("E-mail", _breaking(address)))
    if found.sealed_cpr is not None:
        facts.append(("CPR-nummer", _MASKED))
    return [*facts, ("Borgeren får svar", _answer_by(found, decision))]


def _arrived(found: Inquiry) -> list[tuple[str, str]]:
    return [
        ("Modtaget", _moment(found.received_at)),
        ("Kanal", found.get_channel_display()),
    ]


def _facts_left(found: Inquiry) -> list[tuple[str, str]]:
    """What is known of an inquiry that has been erased."""
    return [*_arrived(found), ("Slettet", _moment(found.erased_at))]


def _answer_by(found: Inquiry, decision: kernel.Decision | None) -> str:
    received = timezone.localdate(found.received_at)
    standing = None if decision is None else selectors.standing_of(found)
    if standing is not None:
        return f"Senest {date_format(selectors.answer_by(found, standing))}"
    first, last = map(date_format, selectors.promises(since=received))
    if first == last:
        return f"Senest {first}"
    return f"Senest {first}. For nogle emner senest {last}."


def _urgency(found: Inquiry) -> dict[str, str] | None:
    """Why the inquiry was marked as urgent when it came in."""
    if not found.urgency:
        return None
    reasons = {rule.name: rule.reason for rule in urgency.RULES}
    fired = urgency.urgency(found.text)
    same = fired is not None and fired.rule == found.urgency
    return {
        "reason": reasons.get(found.urgency, found.urgency),
        "matched": fired.matched if fired is not None and same else "",
    }


def _breaking(text: str) -> str:
    """The text, escaped, with its line breaks; long words break on a narrow screen."""
    return format_html('<span class="kodeks-text">{}</span>', text)


def _moment(at: Any) -> str:
    local = timezone.localtime(at)
    return f"{date_format(local, 'j. F Y')} kl. {date_format(local, 'H.i')}"
