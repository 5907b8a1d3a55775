# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""What a department must be told of a case besides its work.

A letter did not reach anybody, another system sent the case back, another body is done with it or
does not answer, or a colleague of another department gave it to this one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import (
    by_hand,
    dispatching,
    distributing,
    handovers,
    selectors,
    services,
    standings,
    unheard,
)
from kodeks.casework.errors import CaseworkError
from kodeks.casework.models import Case, Dispatch, Document, Heard, InboxItem, JournalEntry, Unit
from kodeks.casework.ports import UNREACHED
from kodeks.kernel import api as kernel

if TYPE_CHECKING:
    from django.db.models import QuerySet

CLASSIFY = "classify"
"""The kind of an item about a case that the ESDH system has under a subject it no longer has."""
MOVED = "moved"
"""The kind of an item about documents that the ESDH system has in a case that is not theirs: each
has a copy in the right one (``services.copied``)."""
KINDS = (
    dispatching.NOTICE,
    distributing.RETURNED,
    dispatching.UNHEARD,
    CLASSIFY,
    MOVED,
    standings.OUTSIDE,
    handovers.HANDED,
)
_CHANNELS = {
    "outbox": "Lagt i mappen til udskrivning",
    "digital-post": "Sendt med Digital Post",
    by_hand.CHANNEL: "Sendt af en medarbejder",
    UNREACHED: "Ikke sendt",
}

_NOT_SENT = {"exempt": "Modtageren er fritaget for Digital Post."}
_BECAUSE = {"exempt": " (modtageren er fritaget for Digital Post)"}


@dataclass(frozen=True, kw_only=True)
class Notice:
    """An open item and, in Danish sentences, what it is about."""

    item: InboxItem
    sentences: tuple[str, ...]


def waiting(*, unit: Unit) -> QuerySet[InboxItem]:
    """The department's open notices, oldest first."""
    return selectors.open_inbox(unit=unit).filter(kind__in=KINDS)


def read(item: InboxItem) -> Notice:
    """What the item is about."""
    if item.kind == distributing.RETURNED:
        return Notice(item=item, sentences=_returned(item.case))
    if item.kind == standings.OUTSIDE:
        return Notice(item=item, sentences=standings.what_to_do(item.case))
    if item.kind == handovers.HANDED:
        return Notice(item=item, sentences=handovers.why(item.case))
    if item.kind == CLASSIFY:
        return Notice(item=item, sentences=(_misplaced(item.case),))
    if item.kind == MOVED:
        return Notice(item=item, sentences=tuple(_to_move(item.case)))
    if item.kind == dispatching.UNHEARD:
        return Notice(item=item, sentences=tuple(_unanswered(item)))
    return Notice(item=item, sentences=tuple(_trouble(one) for one in _stuck(item)))


@transaction.atomic
def settle(*, item_id: UUID, user: kernel.User) -> InboxItem:
    """A person of the department has seen to it: a letter that was stuck was handed over, or a
    case that came back was placed.

    Raises CaseworkError when the item is no notice, or not of the person's department.
    """
    item = selectors.inbox_item(item_id=item_id)
    if item.kind not in KINDS:
        raise CaseworkError("Opgaven findes ikke. Gå tilbage til indbakken, og vælg en opgave.")
    if not kernel.has_role(user, kernel.Role.CASEWORKER, unit=item.unit.code):
        raise CaseworkError(f"Du har ikke ret til at svare for {item.unit.name}.")
    stuck = _stuck(item) if item.kind == dispatching.NOTICE else []
    for dispatch in stuck:
        dispatching.hand_over(dispatch=dispatch, reference=f"item:{item.id}")
    return services.handle(item=item)


def in_words(document: Document) -> str:
    """How the letter went out and where it stands, for those who work with the case."""
    # A copy in another case was sent as what it is a copy of.
    first = document.key.removesuffix(services.AGAIN)
    dispatch = Dispatch.objects.filter(document__key=first).first()
    if dispatch is None:
        return "Ikke sendt endnu"
    on = date_format(timezone.localdate(dispatch.sent_at))
    how = _CHANNELS.get(dispatch.channel, f"Sendt ({dispatch.channel})")
    said = how if dispatch.channel == UNREACHED else f"{how} {on}"
    said += _BECAUSE.get(dispatch.because, "")
    news = dispatching.newest(dispatch)
    if news is None:
        return f"{said}. Kvitteringen mangler" if unheard.is_open(dispatch.id) else said
    return f"{said}. {news.get_heard_display()} {date_format(timezone.localdate(news.at))}"


def _stuck(item: InboxItem) -> list[Dispatch]:
    """The item's letter, where it has not reached anybody as far as is known."""
    sent = dispatching.of_notice(item).select_related("document").defer("document__content").first()
    if sent is None:
        return []
    news = dispatching.newest(sent)
    failed = news is not None and news.heard == Heard.FAILED
    return [sent] if failed or (news is None and sent.channel == UNREACHED) else []


def why_unsent(dispatch: Dispatch) -> str:
    """Why no channel took the letter, and what to do."""
    why = _NOT_SENT.get(dispatch.because, "Vi kender ikke modtagerens CPR- eller CVR-nummer.")
    return f"{why} Giv brevet videre på en anden måde."


def _misplaced(case: Case) -> str:
    entry = JournalEntry.objects.filter(case=case).exclude(esdh_case_id="").first()
    where = f"sag {entry.esdh_case_id}" if entry else "sagen"
    return (
        f"Sagen har fået et nyt emne. ESDH-systemet kunne ikke rette det. Ret selv {where} i ESDH "
        f"til KLE {case.kle.number} {case.facet}, {case.title}."
    )


def _to_move(case: Case) -> list[str]:
    """Each document that lies in the case in the ESDH system and belongs to another."""
    entries = JournalEntry.objects.filter(case=case).exclude(esdh_document_id="")
    wrong = {f"{one.document.key}{services.AGAIN}": one for one in _with_documents(entries)}
    right = JournalEntry.objects.filter(document__key__in=wrong).exclude(case=case)
    found = []
    for one in _with_documents(right.order_by("registered_at", "id")):
        here = wrong[one.document.key]
        found.append(
            f"Dokument {here.esdh_document_id} (»{here.document.title}«) ligger på sag "
            f"{here.esdh_case_id} i ESDH, men hører til sag {one.esdh_case_id}, hvor det nu er "
            f"dokument {one.esdh_document_id}. Fjern det fra sag {here.esdh_case_id}."
        )
    return found


def _with_documents(entries: QuerySet[JournalEntry]) -> QuerySet[JournalEntry]:
    return entries.select_related("document").defer("document__content")


def _unanswered(item: InboxItem) -> list[str]:
    return [one.sentence for one in unheard.of_item(item)]


def _returned(case: Case) -> tuple[str, ...]:
    distribution = standings.newest(case)
    if distribution is None:
        return ()
    said = distributing.in_words(distribution)
    return (f"Sagen er kommet tilbage. {said}. Omgør afgørelsen, eller giv sagen videre selv.",)


def _trouble(dispatch: Dispatch) -> str:
    news = dispatching.newest(dispatch)
    title = dispatch.document.title
    if news is None:
        return f"Brevet »{title}« er ikke sendt. {why_unsent(dispatch)}"
    words = dispatching.reason(news) or news.code
    why = f" Svaret var: »{words}«." if words else ""
    return f"Brevet »{title}« kunne ikke afleveres.{why} Giv brevet videre på en anden måde."
