# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""One inquiry: the text, what is known, the caseworker's decision, and last the suggestion."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.text import Truncator
from django.views.decorators.http import require_POST, require_safe

from kodeks.casework import distributing, notices, standings
from kodeks.inquiries import (
    attachments,
    confirming,
    filing_form,
    legal_clocks,
    letters_sent,
    ports,
    selectors,
    services,
    sorting,
    urgent,
)
from kodeks.inquiries import filing as filed
from kodeks.inquiries.engine import steering
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.forms import DecisionForm, UnmaskForm
from kodeks.inquiries.inbox import Inbox, Wanted
from kodeks.inquiries.models import Inquiry
from kodeks.inquiries.views import choosing, divided, filing, keys, on_map, standing, suggestion
from kodeks.kernel import api as kernel
from kodeks.language import guard, recognising
from kodeks.robots import selectors as robots
from kodeks.web import live
from kodeks.web.pages import for_roles, signed_in

_TEMPLATE = "inquiries/inquiry.html"
_LONGEST_HIDDEN = 300
_LIST = "liste"
_LONGEST_LIST = 2000
_MASKED = format_html(
    '<span aria-hidden="true">{}</span><span class="sr-only">{}</span>', "••••••-••••", "Skjult"
)
_CHOSEN = {
    "accept": "Fulgte forslaget",
    "other": "Valgte et andet emne end det foreslåede",
    "reject": "Afviste forslaget",
    "own": "Valgte emnet uden et forslag",
}
_PICKED = {
    "accept": "Valgte det af flere mulige emner, som systemet fandt mest sandsynligt",
    "other": "Valgte et andet emne end det, systemet fandt mest sandsynligt",
}


@require_safe
@for_roles(kernel.Role.CASEWORKER)
def inquiry(request: HttpRequest, inquiry_id: uuid.UUID) -> HttpResponse:
    user = signed_in(request)
    found = _found(inquiry_id, user)
    context = _context(found, user) | _in_list(found, user, request.GET)
    seen = live.seen(request)
    if seen == context["state"]:
        return live.nothing_new()
    return render(request, _TEMPLATE, context | {"polled": seen is not None})


@require_POST
@for_roles(kernel.Role.CASEWORKER)
def decide(request: HttpRequest, inquiry_id: uuid.UUID) -> HttpResponse:
    user = signed_in(request)
    found = _found(inquiry_id, user)
    form = choosing.form(selectors.recommendation_of(found), request.POST)
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
                wish=filing_form.wish(form.cleaned_data),
            )
        except (kernel.Refused, InquiryError) as error:
            form.add_error(None, str(error))
        else:
            return _to_next(request, found, decision)
    # Read again: somebody else may have decided, or stopped the system, in the meantime.
    again = _found(inquiry_id, user)
    context = _context(again, user, typed=form) | _in_list(again, user, _listed(request))
    return render(request, _TEMPLATE, context, status=422)


def _viewed(request: HttpRequest, found: Inquiry, form: DecisionForm) -> HttpResponse:
    services.state_own_view(
        inquiry_id=found.id,
        user=signed_in(request),
        label=form.cleaned_data["label"],
        own_consideration=form.cleaned_data["own_consideration"],
    )
    messages.success(request, "Din vurdering er gemt. Nu kan du se forslaget nederst på siden.")
    return redirect(_with_list("inquiry", Wanted.of(_listed(request)), found.id))


def _listed(request: HttpRequest) -> QueryDict:
    """The list that the person came from, as the form of decision carries it."""
    return QueryDict(request.POST.get(_LIST, "")[:_LONGEST_LIST])


def _with_list(page: str, wanted: Wanted, *args: Any) -> str:
    address = reverse(f"inquiries:{page}", args=args)
    return f"{address}?{wanted.query}" if wanted.query else address


def _in_list(found: Inquiry, user: kernel.User, given: QueryDict) -> dict[str, Any]:
    """The way back to the list that the person came from, and to what is beside it there."""
    wanted = Wanted.of(given)
    inbox = Inbox(user)
    before, after = inbox.before(wanted, found), inbox.next_after(wanted, found)
    return {
        "list": wanted.query,
        "inbox": _with_list("inbox", wanted),
        "narrowed": wanted.narrowed,
        "previous": before and _with_list("inquiry", wanted, before.id),
        "next": after and _with_list("inquiry", wanted, after.id),
        "keys": keys.INQUIRY,
    }


def _found(inquiry_id: uuid.UUID, user: kernel.User) -> Inquiry:
    try:
        return selectors.inquiry(inquiry_id, user=user)
    except Inquiry.DoesNotExist:
        raise Http404 from None


def _to_next(request: HttpRequest, found: Inquiry, decision: kernel.Decision) -> HttpResponse:
    title = selectors.topic(decision.outcome["label"]).title
    robot = "Robotten går nu i gang."
    if not kernel.may_run(services.SYSTEM, purpose=services.PURPOSE):
        robot = "Robotten går i gang, når systemet er startet igen."
    done = f"Du har afgjort henvendelsen: {title}. {robot}"
    wanted = Wanted.of(_listed(request))
    after = Inbox(signed_in(request)).next_after(wanted, found)
    if after is None:
        left = "Der venter ikke flere på listen." if wanted.narrowed else "Der venter ikke flere."
        messages.success(request, f"{done} {left}")
        return redirect(_with_list("inbox", wanted))
    messages.success(request, f"{done} Her er den næste.")
    return redirect(_with_list("inquiry", wanted, after.id))


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
        "places": on_map.lines(found),
        "points": reverse("inquiries:places", args=[found.id]),
        "background": reverse("workbench:map-background"),
        "offers": ports.offers(found, user=user),
        "urgent": urgent.reasons(found),
        "clocks": legal_clocks.unclocked(found),
        "legal_clocks": legal_clocks.shown(found),
        "confirmation": confirming.told(found),
        "foreign": recognising.foreign(found.text),
        "warnings": [steering.sentence(one) for one in steering.notices(found.text)],
        "hidden": [Truncator(one).chars(_LONGEST_HIDDEN) for one in guard.hidden(found.text)],
        "guidance": kernel.system_state(services.SYSTEM).card["guidance"],
        "unmask": UnmaskForm() if selectors.may_unmask(found, user=user) else None,
    }
    context |= divided.context(found, user, is_shown=shown is not None)
    if decision is not None:
        seen = {"filing": filing.of(recommendation, user=user)} if shown else {}
        return context | seen | {"state": "decided"} | _decided(found, decision, user)
    # Not before a person's own view, which a department among the topics would steer.
    unit = found.suggested_unit if notice is None or notice.state == standing.WITHHELD else None
    if shown is not None and sorting.way(found) == "label":
        # The suggestion says more.
        unit = None
    view = None
    if shown is not None and recommendation is not None:
        view = kernel.presentation(recommendation, user=user).first_view
    return context | {
        "state": notice.state if notice else "waiting" if shown is None else "ready",
        "notice": notice,
        "sure_of": "" if unit is None else unit.name,
        "own_view": view and choosing.own_view(view, shown),
        "form": typed or choosing.form(recommendation if shown else None, view=view, unit=unit),
        "choices": choosing.options(shown),
        "filing": filing.of(recommendation if shown else None, user=user),
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


def _decided(found: Inquiry, decision: kernel.Decision, user: kernel.User) -> dict[str, Any]:
    topic = selectors.topic_of(decision)
    changes = selectors.reversals_of(found)
    flow = filed.flow_of(decision.outcome)
    runs = [robots.run_for(flow=flow, decision_id=decision.id)]
    runs += [robots.run_for(flow=services.CHANGE_FLOW, decision_id=one.id) for one in changes]
    decided = [
        ("Emne", topic.title),
        ("Afdeling", topic.unit.name),
        *filed.in_words(decision),
        ("Afgjort af", _person(decision.body["decided_by"])),
        ("Tidspunkt", _moment(decision.decided_at)),
        (
            "Valg",
            filed.chosen(decision) or _chosen(decision),
        ),
        ("Lagt vægt på", _breaking(decision.body["own_consideration"])),
    ]
    return {
        "decision": decision,
        "decided": decided,
        "changes": [_change(one) for one in changes],
        "may_reverse": found.erased_at is None and kernel.may_reverse(user, decision),
        "runs": [robots.detail(run.id) for run in runs if run is not None],
        "distribution": _distribution(found),
        "letters": [(one, notices.in_words(one)) for one in letters_sent.letters_of(found)],
    }


def _chosen(decision: kernel.Decision) -> str:
    """Which choice it was, also where there were several topics and none was suggested."""
    several = False
    if decision.recommendation_id is not None:
        seen = kernel.recommendation(decision.recommendation_id)
        several = bool(seen.offer)
    return (_CHOSEN | (_PICKED if several else {}))[decision.choice]


def _distribution(found: Inquiry) -> str:
    """Where the case stands at the system that the department works in; "" when it works here."""
    case = selectors.case_of(found)
    last = None if case is None else standings.newest(case)
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
            *filed.in_words(reversal),
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


def _breaking(text: str) -> str:
    """The text, escaped, with its line breaks; long words break on a narrow screen."""
    return format_html('<span class="kodeks-text">{}</span>', text)


def _moment(at: Any) -> str:
    local = timezone.localtime(at)
    return f"{date_format(local, 'j. F Y')} kl. {date_format(local, 'H.i')}"
