# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""Clocks of the law that a text may have set going: noticed as it comes, settled by a person.

The law counts from the day the text came, whoever has read it. So a row is written then, by the
rules of `engine.legal` and without the model. It stays until somebody confirms that the clock runs,
or says why it does not; confirmed, it becomes a deadline of the case that the inquiry lies in,
counted from the same day, when there is one. What no rule saw, a person writes down (`add`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kodeks.casework import clock_reads, clocks, deadline_rules, statutes
from kodeks.casework.models import Case, Deadline, DeadlineKind, Document
from kodeks.casework.services import AGAIN
from kodeks.inquiries import ports, selectors
from kodeks.inquiries.engine import legal
from kodeks.inquiries.errors import InquiryError
from kodeks.inquiries.models import Inquiry, LegalClock, LegalClockStep, Settled
from kodeks.kernel import api as kernel
from kodeks.language import cpr

if TYPE_CHECKING:
    from django.db.models import QuerySet

KINDS = {
    legal.CHILD: (DeadlineKind.CHILD_REPORT, DeadlineKind.CHILD_RECEIPT),
    "aktindsigt": (DeadlineKind.ACCESS_REQUEST,),
    legal.OWN_DATA: (DeadlineKind.GDPR_ACCESS,),
    "rettelse af oplysninger": (DeadlineKind.GDPR_RECTIFICATION,),
    "sletning af oplysninger": (DeadlineKind.GDPR_ERASURE,),
    "begrænset brug af oplysninger": (DeadlineKind.GDPR_RESTRICTION,),
    "indsigelse mod brug af oplysninger": (DeadlineKind.GDPR_OBJECTION,),
    "klage": (DeadlineKind.COMPLAINT_REASSESSMENT,),
}
"""The kinds of deadline by the name of the rule in `engine.legal`."""
_DO = {
    DeadlineKind.CHILD_REPORT: "vurdér, om barnet er i fare, senest",
    DeadlineKind.CHILD_RECEIPT: "bekræft modtagelsen senest",
}
TITLES = {
    legal.CHILD: "Underretning om et barn",
    "aktindsigt": "Anmodning om aktindsigt",
    legal.OWN_DATA: "Anmodning om indsigt i egne oplysninger",
    "rettelse af oplysninger": "Anmodning om at få egne oplysninger rettet",
    "sletning af oplysninger": "Anmodning om at få egne oplysninger slettet",
    "begrænset brug af oplysninger": "Anmodning om begrænset brug af egne oplysninger",
    "indsigelse mod brug af oplysninger": "Indsigelse mod brug af egne oplysninger",
    "klage": "Klage over en afgørelse",
}
"""What a text may be, by the same names, for the person who chooses."""
_GONE = (Settled.DISMISSED, Settled.MOVED)
_ONE_DAY = dt.timedelta(days=1)
MOST_CHARACTERS = 1000
_CLOCK = "legal-clock:"
_PLACE = "inquiries_legalclockstep/sealed_reason"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A clock for a page. `do` is what is to be done by `due_on`, and by `due_at` where
    the law counts hours. `words` are what the text says, `reason` what it means; `why`, `by` and
    `at` tell how it was settled, and `number` is that of the case that has the deadline."""

    id: uuid.UUID
    title: str
    source: str
    counted_from: dt.date
    due_on: dt.date
    due_at: dt.datetime | None
    do: str
    late: bool
    said: str
    settled: str
    words: str = ""
    reason: str = ""
    why: str = ""
    by: str = ""
    at: dt.datetime | None = None
    number: str = ""
    by_hand: bool = False


def notice(inquiry: Inquiry) -> None:
    """Write down what the text of a new inquiry may have set going, in the caller's transaction.

    A day before the law's row begins has no clock here; the page still tells of the words.
    """
    for trap in legal.traps(inquiry.text):
        _write(inquiry, trap.rule, KINDS[trap.rule], by_hand=False)


def _write(
    inquiry: Inquiry, rule: str, kinds: Sequence[DeadlineKind], *, by_hand: bool
) -> list[LegalClock]:
    received = timezone.localdate(inquiry.received_at)
    return [
        LegalClock.objects.create(
            inquiry=inquiry,
            rule=rule,
            kind=kind,
            source=statute.source,
            counted_from=received,
            due_on=deadline_rules.promise(kind=kind, kle_number="", started_on=received),
            noticed_at=timezone.now(),
            by_hand=by_hand,
        )
        for kind in kinds
        if (statute := statutes.of_kind(kind, on=received)) is not None
    ]


@transaction.atomic
def add(*, key: uuid.UUID, inquiry_id: uuid.UUID, user: kernel.User, rule: str) -> None:
    """A person has seen in the text what no rule did, or what somebody had dismissed: its clocks
    run, counted from the receipt. The same key again changes nothing.

    Raises InquiryError when it cannot be added (see `addable`), and when the person may not decide
    the inquiry; CaseworkError.
    """
    inquiry = Inquiry.objects.select_for_update(of=("self",)).get(id=inquiry_id)
    if LegalClockStep.objects.filter(id=key, clock__inquiry=inquiry).exists():
        return
    inquiry = selectors.inquiry(inquiry_id)
    _require_may(inquiry, user)
    if inquiry.erased_at is not None:
        raise InquiryError("Henvendelsens oplysninger er slettet. Der kan ikke løbe nye frister.")
    kinds = _missing(inquiry).get(rule)
    if not kinds:
        raise InquiryError(
            "Fristen kan ikke skrives på: den står der allerede, eller loven gjaldt ikke den dag."
        )
    for at, clock in enumerate(_write(inquiry, rule, kinds, by_hand=True)):
        step = uuid.uuid5(key, clock.kind) if at else key
        _settle(clock, key=step, said=Settled.CONFIRMED, user=user)
    case = selectors.case_of(inquiry)
    if case is not None:
        begin(inquiry, case)


def addable(inquiry: Inquiry) -> list[tuple[str, str]]:
    """Names and titles of what a person can add."""
    return [(rule, TITLES[rule]) for rule, kinds in _missing(inquiry).items() if kinds]


def _missing(inquiry: Inquiry) -> dict[str, list[DeadlineKind]]:
    """By rule the kinds that have no clock here which runs or waits to be settled, and that the law
    had a row for on the day."""
    received = timezone.localdate(inquiry.received_at)
    found = LegalClock.objects.filter(inquiry=inquiry).exclude(step__said__in=_GONE)
    taken = set(found.values_list("kind", flat=True))
    return {
        rule: [one for one in kinds if one not in taken and statutes.of_kind(one, on=received)]
        for rule, kinds in KINDS.items()
    }


@transaction.atomic
def settle(
    *,
    key: uuid.UUID,
    clock_id: uuid.UUID,
    user: kernel.User,
    said: Literal["confirmed", "dismissed"],
    reason: str = "",
) -> LegalClock:
    """A person says that the clock runs, or why it does not. The same key again changes nothing.

    Raises InquiryError for an unknown or settled one, without a reason for a dismissal, and when
    the person may not decide the inquiry.
    """
    clock = LegalClock.objects.select_for_update(of=("self",)).filter(id=clock_id).first()
    if clock is None:
        raise InquiryError("Fristen findes ikke. Gå tilbage til henvendelsen.")
    known = LegalClockStep.objects.filter(clock=clock).first()
    if known is not None and known.id == key:
        return clock
    inquiry = selectors.inquiry(clock.inquiry_id)
    _require_may(inquiry, user)
    if known is not None:
        raise InquiryError("En anden har allerede taget stilling til fristen. Se hvad på siden.")
    if inquiry.erased_at is not None:
        raise InquiryError("Henvendelsens oplysninger er slettet. Fristen kan ikke ændres.")
    sealed = None
    if said == Settled.DISMISSED:
        sealed = kernel.seal_note(
            subject=selectors.subject_of(inquiry), place=_PLACE, row=str(key), text=_plain(reason)
        )
    _settle(clock, key=key, said=Settled(said), user=user, sealed=sealed)
    case = selectors.case_of(inquiry)
    if case is not None:
        begin(inquiry, case)
    return clock


def move(*, parent: Inquiry, kept: str, children: list[Inquiry], user: kernel.User) -> None:
    """What the text of an inquiry that is split set going follows the part that asks for it; the
    part's own clock, counted from the same day, was noticed as it was made."""
    own = {trap.rule for trap in legal.traps(kept)}
    moved = set(LegalClock.objects.filter(inquiry__in=children).values_list("rule", flat=True))
    for clock in LegalClock.objects.filter(inquiry=parent, step=None):
        if clock.rule in moved and clock.rule not in own:
            _settle(clock, key=uuid.uuid4(), said=Settled.MOVED, user=user)


def begin(inquiry: Inquiry, case: Case) -> None:
    """Begin the deadlines of the case that people have confirmed, counted from the receipt; once,
    also where the inquiry gets another case later.

    Not where another solution has taken the matter over, and has the clock, nor for a confirmation
    that is written. Raises CaseworkError.
    """
    found = LegalClock.objects.filter(inquiry=inquiry, step__said=Settled.CONFIRMED)
    if Document.objects.filter(key=confirmation_key(inquiry.id)).exists():
        found = found.exclude(kind=DeadlineKind.CHILD_RECEIPT)
    for clock in found:
        same = Q(case=case, kind=clock.kind, state__in=clock_reads.OPEN)
        running = Deadline.objects.filter(same | Q(key=key_of(clock))).exists()
        if not running and not ports.is_taken_over(inquiry, kind=clock.kind):
            clocks.start(
                key=key_of(clock), case=case, kind=clock.kind, started_on=clock.counted_from
            )


def follow(inquiry: Inquiry, *, left: Case, case: Case) -> None:
    """The inquiry has got a case of its own: what it set going in the one that it was laid on runs
    there now, from the same day. Others who rested on its clock get their own.

    Raises CaseworkError.
    """
    for clock in LegalClock.objects.filter(inquiry=inquiry, step__said=Settled.CONFIRMED):
        running = Deadline.objects.filter(key=key_of(clock), case=left, state__in=clock_reads.OPEN)
        deadline = running.first()
        if deadline is not None:
            clocks.carry_over(key=f"{key_of(clock)}{AGAIN}", deadline=deadline, case=case)
    begin(inquiry, case)
    for other in selectors.lying_in([left]):
        if other.id != inquiry.id:
            begin(other, left)


def begun_by(*found: LegalClock) -> QuerySet[Deadline]:
    """Their deadlines; one that was moved to another case is the last of its clock."""
    keys = [f"{key_of(clock)}{again}" for clock in found for again in ("", AGAIN)]
    return Deadline.objects.filter(key__in=keys).order_by("key")


def waiting(*, user: kernel.User) -> QuerySet[LegalClock]:
    """Those that nobody has settled, of inquiries that the person sees; those due first."""
    found: QuerySet[LegalClock] = LegalClock.objects.visible_to(user, roles=selectors.CASEWORKERS)
    found = found.filter(step=None, inquiry__erased_at=None).select_related("inquiry")
    return found.order_by("due_on", "id")


def confirmed(*, user: kernel.User) -> QuerySet[LegalClock]:
    """Those that run and have no case yet, of inquiries that the person sees; those due first."""
    found: QuerySet[LegalClock] = LegalClock.objects.visible_to(user, roles=selectors.CASEWORKERS)
    left = {"inquiry__case": None, "inquiry__joined": None, "inquiry__erased_at": None}
    found = found.filter(step__said=Settled.CONFIRMED, **left).select_related("inquiry")
    return found.order_by("due_on", "id")


def reports() -> QuerySet[LegalClock]:
    """Reports about a child that nobody has settled, those that came first, first."""
    found = LegalClock.objects.filter(kind=DeadlineKind.CHILD_REPORT, step=None)
    found = found.filter(inquiry__erased_at=None).order_by("noticed_at", "id")
    places = ("case__unit", "case__kle", "joined__unit", "joined__kle", "suggested_unit")
    return found.select_related(*(f"inquiry__{one}" for one in places))


def is_report(inquiry: Inquiry) -> bool:
    """Whether it may be a report about a child: what a rule or a person has seen, and nobody has
    said is none."""
    found = LegalClock.objects.filter(inquiry=inquiry, kind=DeadlineKind.CHILD_REPORT)
    return found.exclude(step__said__in=_GONE).exists()


def due_at(clock: LegalClock, inquiry: Inquiry) -> dt.datetime | None:
    """The hour, where the law counts hours."""
    is_hours = clock.kind == DeadlineKind.CHILD_REPORT
    return inquiry.received_at + _ONE_DAY if is_hours else None


def shown(inquiry: Inquiry) -> list[Shown]:
    """The inquiry's clocks, those due first."""
    traps = {trap.rule: trap for trap in legal.traps(inquiry.text)}
    found = list(LegalClock.objects.filter(inquiry=inquiry).select_related("step__by"))
    begun = begun_by(*found).values_list("key", "case__number")
    numbers = {key.removesuffix(AGAIN): number for key, number in begun}
    return [
        _shown(clock, inquiry, traps.get(clock.rule), number=numbers.get(key_of(clock), ""))
        for clock in found
    ]


def unclocked(inquiry: Inquiry) -> list[legal.Trap]:
    """What the text may ask for as well without a clock here."""
    known = set(LegalClock.objects.filter(inquiry=inquiry).values_list("rule", flat=True))
    return [trap for trap in legal.traps(inquiry.text) if trap.rule not in known]


def _shown(clock: LegalClock, inquiry: Inquiry, trap: legal.Trap | None, *, number: str) -> Shown:
    step: LegalClockStep | None = getattr(clock, "step", None)
    why = ""
    if step is not None and step.sealed_reason is not None:
        why = (
            kernel.open_note(
                subject=selectors.subject_of(inquiry),
                place=_PLACE,
                row=str(step.id),
                sealed=bytes(step.sealed_reason),
            )
            or ""
        )
    hour = due_at(clock, inquiry)
    passed = clock.due_on < timezone.localdate() if hour is None else hour < timezone.now()
    return Shown(
        id=clock.id,
        title=clock.get_kind_display(),
        source=clock.source,
        counted_from=clock.counted_from,
        due_on=clock.due_on,
        due_at=hour,
        do=_DO.get(DeadlineKind(clock.kind), "svar senest"),
        late=step is None and passed,
        said="" if step is None else step.said,
        settled="" if step is None else Settled(step.said).label,
        words="" if trap is None else trap.matched,
        reason="" if trap is None else trap.reason,
        why=why,
        by="" if step is None else step.by.full_name,
        at=None if step is None else step.at,
        number=number,
        by_hand=clock.by_hand,
    )


def _settle(
    clock: LegalClock,
    *,
    key: uuid.UUID,
    said: Settled,
    user: kernel.User,
    sealed: bytes | None = None,
) -> None:
    LegalClockStep.objects.create(
        id=key, clock=clock, said=said, sealed_reason=sealed, by=user, at=timezone.now()
    )


def key_of(clock: LegalClock) -> str:
    """The key of the deadline that a clock becomes."""
    return f"{_CLOCK}{clock.id}"


def of_deadline(deadline: Deadline) -> LegalClock | None:
    """The clock that became the deadline; None where it began in another way."""
    if not deadline.key.startswith(_CLOCK):
        return None
    return LegalClock.objects.filter(id=deadline.key.removeprefix(_CLOCK)).first()


def confirmation_key(inquiry_id: uuid.UUID) -> str:
    """The key of the letter that confirms a report about a child (see `confirming`), which begins
    as those of all letters to the inquiry's sender do (see `letters_sent`)."""
    return f"inquiry:{inquiry_id}:confirmed"


def confirmed_in(key: str) -> uuid.UUID:
    """The inquiry of such a key."""
    return uuid.UUID(key.split(":")[1])


def _require_may(inquiry: Inquiry, user: kernel.User) -> None:
    if not selectors.may_handle(inquiry, user=user):
        raise InquiryError("Din ret gælder andre afdelinger eller emner. Spørg en kollega.")


def _plain(reason: str) -> str:
    reason = cpr.mask(reason.strip())
    if not reason:
        raise InquiryError("Skriv, hvorfor fristen ikke løber.")
    if len(reason) > MOST_CHARACTERS or "\x00" in reason:
        raise InquiryError("Grunden skal være tekst på højst 1.000 tegn.")
    return reason
