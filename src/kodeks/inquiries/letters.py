# SPDX-FileCopyrightText: 2026 The kodeks founders
# SPDX-License-Identifier: MPL-2.0
"""The robot's letters to the citizen: where the inquiry went, and later what was changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from kodeks.casework import letters as writing
from kodeks.casework.models import Case, Deadline
from kodeks.documents.letters import Letter
from kodeks.inquiries import letter_types, selectors
from kodeks.inquiries.models import Inquiry, Topic
from kodeks.inquiries.suggesting import OUT_OF_SCOPE
from kodeks.kernel import api as kernel
from kodeks.ledger import slip
from kodeks.robots.errors import NotReady

_WITH_CODE = (
    "Din kvittering står i koden herunder. Den viser, at valget er skrevet i kommunens log, og at "
    "andre har set loggen. Læs koden med en telefon, eller tag filen kvittering.json, som er "
    "vedhæftet brevet. På kommunens side »Loggen« står, hvordan du kontrollerer den."
)
_WITH_FILE = (
    "Din kvittering er filen kvittering.json, som er vedhæftet brevet. Den viser, at valget er "
    "skrevet i kommunens log, og at andre har set loggen. På kommunens side »Loggen« står, hvordan "
    "du kontrollerer den."
)
_WITHOUT_CODE = (
    "Din kvittering var ikke klar, da vi skrev brevet. Du kan hente den på »Se din sag«. Den "
    "viser, at valget er skrevet i kommunens log, og at andre har set loggen."
)
_SAME = "Vi har fået den samme henvendelse før, så vi behandler dem som én sag."
_OF_CASE = "Den hører til en sag, som vi allerede behandler."
_CHOSEN_BY_PERSON = "Et menneske har også valgt, at henvendelsen hører til sagen."


def theme(topic: Topic) -> str:
    """The short thematic indication of the journal, without personal data."""
    if topic.label == OUT_OF_SCOPE:
        return "Henvendelse, som ikke hører til forvaltningen"
    return f"Henvendelse om {topic.title.lower()}"


def receipt_theme(topic: Topic) -> str:
    """The same of the letter that says where the inquiry went."""
    return f"Kvittering for {theme(topic).lower()}"


def handled(
    inquiry: Inquiry,
    decision: kernel.Decision,
    topic: Topic,
    deadline: Deadline,
    *,
    proof: bytes | None,
    day: dt.date,
) -> Letter:
    """That the inquiry has come, which department has it, and how to see why; sent on `day`.

    Raises DocumentError when the municipality's text no longer fits.
    """
    received = timezone.localdate(inquiry.received_at)
    case, promised = deadline.case, deadline.due_on
    return _composed(
        letter_types.RECEIVED,
        inquiry,
        case,
        by=decision.user,
        topic=topic,
        promised=promised,
        facts={
            "modtaget": date_format(received),
            "emne": topic.title,
            "afdeling": topic.unit.name,
            "fremgangsmåde": how_it_was_done(decision),
        },
        attachment={
            "decision": str(decision.id),
            "received_on": received.isoformat(),
        },
        proof=proof,
        day=day,
    )


def joined(
    inquiry: Inquiry,
    decision: kernel.Decision,
    topic: Topic,
    deadline: Deadline,
    *,
    is_report: bool,
    proof: bytes | None,
    day: dt.date,
) -> Letter:
    """That the inquiry was laid on a case which is there, and by when the sender hears; sent on
    `day`. Nothing about whoever wrote first.

    Whoever may have reported about a child is told that it has come, as of any inquiry, and not
    that there was a case: the municipality is bound to secrecy about that.

    Raises DocumentError when the municipality's text no longer fits.
    """
    received = timezone.localdate(inquiry.received_at)
    case, promised = deadline.case, deadline.promised_on
    done = how_it_was_done(decision)
    if is_report:
        name, words = letter_types.RECEIVED, {"emne": topic.title, "fremgangsmåde": done}
    else:
        why = _SAME if "duplicate_of" in decision.outcome else _OF_CASE
        name = letter_types.JOINED
        words = {"hvorfor": why, "fremgangsmåde": f"{done} {_CHOSEN_BY_PERSON}"}
    return _composed(
        name,
        inquiry,
        case,
        by=decision.user,
        topic=topic,
        promised=promised,
        facts={"modtaget": date_format(received), "afdeling": case.unit.name, **words},
        attachment={
            "decision": str(decision.id),
            "received_on": received.isoformat(),
        },
        proof=proof,
        day=day,
    )


def changed(
    inquiry: Inquiry,
    reversal: kernel.Reversal,
    topics: tuple[Topic, Topic],
    deadline: Deadline,
    *,
    proof: bytes | None,
    day: dt.date,
) -> Letter:
    """What was changed, from the first to the second of `topics`, by whom and why; sent on `day`.

    Raises DocumentError when the municipality's text no longer fits.
    """
    before, topic = topics
    case, promised = deadline.case, deadline.due_on
    return _composed(
        letter_types.CHANGED,
        inquiry,
        case,
        by=reversal.user,
        topic=topic,
        promised=promised,
        facts={
            "emne_før": before.title,
            "emne": topic.title,
            "afdeling": topic.unit.name,
            "fremgangsmåde": (
                f"{kernel.CAUSES[reversal.cause]}. {reversal.user.full_name} har valgt det nye "
                "emne. Der blev ikke brugt kunstig intelligens."
            ),
            "begrundelse": str(reversal.body["own_consideration"]),
        },
        attachment={
            "decision": str(reversal.decision_id),
            "reversal": str(reversal.id),
        },
        proof=proof,
        day=day,
    )


def _composed(
    name: str,
    inquiry: Inquiry,
    case: Case,
    *,
    by: kernel.User,
    topic: Topic,
    promised: dt.date,
    facts: Mapping[str, str],
    attachment: Mapping[str, str],
    proof: bytes | None,
    day: dt.date,
) -> Letter:
    """A letter to the sender with what each of them says: case, day, code and receipt."""
    return writing.compose(
        name=name,
        matter=writing.Matter(
            case_number=case.number,
            facts={
                **facts,
                "frist": date_format(promised),
                "sagsnummer": case.number,
                "kode": _code(inquiry),
            },
            attachment={
                "case_number": case.number,
                "kle_number": case.kle.number,
                "facet": case.facet,
                **attachment,
                "answer_by": promised.isoformat(),
            },
        ),
        sender=_sender(topic, by),
        recipient=_recipient(inquiry),
        day=day,
        receipt=_receipt(proof),
    )


def receipt_for(record: kernel.Decision | kernel.Reversal) -> bytes | None:
    """The receipt for a letter; after a minute the letter is written without one, and at once when
    no witness could make one come.

    Raises NotReady until then.
    """
    changed = isinstance(record, kernel.Reversal)
    made_at = record.reversed_at if changed else record.decided_at
    try:
        return kernel.receipt_of(record)
    except kernel.NoWitnesses:
        return None
    except kernel.ReceiptNotYet as waiting:
        if (timezone.now() - made_at).total_seconds() < settings.KODEKS_RECEIPT_WAIT:
            raise NotReady from waiting
        return None


def _code(inquiry: Inquiry) -> str:
    """With which the citizen sees all of it."""
    return kernel.access_code(subject=selectors.subject_of(inquiry))


def _sender(topic: Topic, user: kernel.User) -> writing.Sender:
    return writing.sender_of(topic.unit, signed_by=(user.full_name, user.title))


def _recipient(inquiry: Inquiry) -> writing.Recipient:
    return writing.Recipient(name=inquiry.sender_name or writing.NOBODY)


def _receipt(proof: bytes | None) -> writing.Receipt:
    """What the letter says of its receipt, with the code and the file where there is room."""
    if proof is None:
        return writing.Receipt(words=_WITHOUT_CODE)
    code = slip.format_slip(proof)
    if len(code.encode()) > slip.MAX_SIZE:
        # Very many witnesses must have signed: the file has room for them all.
        return writing.Receipt(words=_WITH_FILE, file=proof)
    return writing.Receipt(words=_WITH_CODE, code=code, file=proof)


def how_it_was_done(decision: kernel.Decision) -> str:
    person = f"{decision.user.full_name} har læst din henvendelse og valgt emnet."
    if decision.recommendation_id is None:
        return f"{person} Der blev ikke brugt kunstig intelligens til at vælge."
    return f"Et program med kunstig intelligens foreslog et emne. {person}"
